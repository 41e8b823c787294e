"""Who the operator is: accounts, addresses and systems of backup, scanning, monitoring and patching, whose visits are no use.

Which ones is a catalogue's business (`operator` of rule no-activity, catalogs/zombies) and a city's (`operator` of the
rule in its profile). Nothing of a log is kept but counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from catalogs.models_rules import OperatorMark, ZombieRule


@dataclass(frozen=True, slots=True)
class Operators:
    """What the operator is known by: accounts in lower case, networks, and words in names of systems and in remarks."""

    accounts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    systems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    portals: tuple[str, ...] = ()

    @staticmethod
    def of(rules: Iterable[ZombieRule]) -> Operators:
        """By the rules in force."""
        marks: list[OperatorMark] = [mark for rule in rules for mark in rule.operator]
        return Operators(
            accounts=frozenset(name.lower() for mark in marks for name in mark.accounts),
            networks=tuple(sorted({ip_network(text, strict=False) for mark in marks for text in mark.addresses}, key=str)),
            systems=tuple(dict.fromkeys(word for mark in marks for word in mark.systems if mark.service != "portal")),
            portals=tuple(dict.fromkeys(word for mark in marks for word in mark.systems if mark.service == "portal")),
            remarks=tuple(dict.fromkeys(word for mark in marks for word in mark.remarks)),
        )  # fmt: skip

    def client(self, address: str, account: str | None = None) -> bool:
        """Whether a request comes from the operator, by its address or the account that was logged in."""
        return (account or "").lower() in self.accounts or _within(address, self.networks)

    def runs(self, name: str) -> bool:
        """Whether a system of that name watches, scans, backs up or patches the others."""
        return any(word in name for word in self.systems)

    def links(self, name: str) -> bool:
        """Whether a system of that name is a portal: its ledger names what it links to, used or not."""
        return any(word in name for word in self.portals)

    def logged_in(self, remark: str) -> bool:
        """Whether a ledger's remark says that it is the operator who logs in."""
        return any(word in remark for word in self.remarks)


NOBODY = Operators()


@lru_cache(maxsize=65_536)  # a log names the same clients again and again
def _within(address: str, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    if not networks:
        return False
    try:
        client = ip_address(address)
    except ValueError:  # a host name
        return False
    return any(client in network for network in networks)
