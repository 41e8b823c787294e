"""Which address ranges a system has: given once, kept for good, never two systems in one range.

The book is a file beside the state. It is written when a wave is built; a preview works on a copy, and gives the same
ranges because systems are taken in the order of the plan.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from catalogs.errors import ProvisionError
from catalogs.words import Text
from iac.files import write_json

SCHEMA = "govcloud/addresses/1"
FIRST_HOST = 10  # the addresses below are for gateway, DHCP and what network people put there
IPV4_PREFIX = 26  # 64 addresses: room for 52 servers; larger systems get a larger range
IPV6_PREFIX = 64  # stateless configuration needs it, and every Neutron network expects it


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """The two ranges of one system in one pool."""

    ipv4: IPv4Network
    ipv6: IPv6Network

    def host(self, number: int) -> tuple[str, str]:
        """IPv4 and IPv6 address of the server with that number, counted from 0."""
        place = FIRST_HOST + number
        return str(self.ipv4[place]), str(self.ipv6[place])


@dataclass(slots=True)
class AddressBook:
    """Ranges by physical name of the system."""

    ranges: dict[str, Ranges] = field(default_factory=dict)

    def assign(self, name: str, servers: int, ipv4_block: str, ipv6_block: str) -> Ranges:
        """The ranges of a system: those it has, else the first free ones of the pool's blocks.

        Raises:
            ProvisionError: the block is full, or the range it has became too small.
        """
        needed = min(IPV4_PREFIX, 32 - (servers + FIRST_HOST + 2 - 1).bit_length())  # with network and broadcast
        known = self.ranges.get(name)
        if known is None:
            known = self.ranges[name] = Ranges(
                ipv4=self._free_ipv4(name, ipv4_block, needed), ipv6=self._free_ipv6(name, ipv6_block)
            )
        if known.ipv4.prefixlen > needed:
            raise ProvisionError(
                f"系统 {name} 的网段 {known.ipv4} 放不下 {servers} 台服务器",
                f"the range {known.ipv4} of system {name} has no room for {servers} servers",
                hint=Text(
                    "拆除该系统的旧网络后，从地址簿 addresses.json 中删去它的一行。",
                    "Remove the system's old network, then its line in the address book addresses.json.",
                ),
            )
        return known

    def _free_ipv4(self, name: str, block: str, prefix: int) -> IPv4Network:
        taken = [ranges.ipv4 for ranges in self.ranges.values()]
        whole = ip_network(block)
        if isinstance(whole, IPv4Network) and whole.prefixlen <= prefix:
            for candidate in whole.subnets(new_prefix=prefix):
                if not any(candidate.overlaps(other) for other in taken):
                    return candidate
        raise _full(name, block)

    def _free_ipv6(self, name: str, block: str) -> IPv6Network:
        taken = {ranges.ipv6 for ranges in self.ranges.values()}
        whole = ip_network(block)
        if isinstance(whole, IPv6Network) and whole.prefixlen <= IPV6_PREFIX:
            for candidate in whole.subnets(new_prefix=IPV6_PREFIX):
                if candidate not in taken:
                    return candidate
        raise _full(name, block)

    def only(self, names: set[str]) -> AddressBook:
        """The part of the book for some systems."""
        return AddressBook({name: ranges for name, ranges in self.ranges.items() if name in names})

    def as_json(self) -> dict[str, object]:
        """The form of the file, sorted by name."""
        return {
            "schema": SCHEMA,
            "ranges": {name: {"ipv4": str(r.ipv4), "ipv6": str(r.ipv6)} for name, r in sorted(self.ranges.items())},
        }


def read_book(path: Path) -> AddressBook:
    """The book, or an empty one where there is no file.

    Raises:
        ProvisionError: the file is not an address book.
    """
    if not path.exists():
        return AddressBook()
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["schema"] != SCHEMA:
            raise KeyError(raw["schema"])
        return AddressBook(
            {
                name: Ranges(ipv4=IPv4Network(r["ipv4"]), ipv6=IPv6Network(r["ipv6"]))
                for name, r in raw["ranges"].items()
            }
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProvisionError(
            f"地址簿 {path} 已损坏：{error}",
            f"the address book {path} is damaged: {error}",
            hint=Text(
                "从备份恢复它；不要删除，否则新系统会重用旧网段。",
                "Restore it; without it ranges would be given twice.",
            ),
        ) from error


def write_book(book: AddressBook, path: Path) -> None:
    """Write the book in one step: the old file stays until the new one is whole."""
    write_json(path, book.as_json())


def _full(name: str, block: str) -> ProvisionError:
    return ProvisionError(
        f"系统 {name}：资源池的地址段 {block} 已用完或太小",
        f"system {name}: the pool's address block {block} is used up or too small",
        hint=Text(
            "在目标云目录 services/*.yaml 的资源池中放大 ipv4_block 或 ipv6_block。",
            "Enlarge ipv4_block or ipv6_block of the pool in the catalogue services/*.yaml.",
        ),
    )
