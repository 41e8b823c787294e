"""Which server a sample belongs to: by id, else by name, else by the address that the server held at that time.

An address or a name may pass from a deleted server to a new one, or, as the snapshots tell, from one that lives on to
another; a sample then belongs to the one that held it at the sample's stamp. Where two servers claim a name or address for the same day, the sample is nobody's: it is kept apart and counted.
"""

from __future__ import annotations

import ipaddress
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from inventory.model import Server
from inventory.telemetry.form import DAY_SECONDS, LOCAL_ZONE, day_start
from inventory.telemetry.looks import Looks, Told

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ALWAYS = (-(1 << 40), 1 << 40)  # seconds; wider than any stamp
AMBIGUOUS = -1
NOBODY = -2


@dataclass(frozen=True, slots=True)
class Claim:
    """A key names one server (its place in the sorted list; `AMBIGUOUS` for two) for stamps in `[from_s, to_s)`."""

    key: str
    from_s: int
    to_s: int
    code: int


@dataclass(frozen=True, slots=True)
class Passed:
    """On a local day a server got a name or an address that it had not had (`gained`), or had it no longer."""

    server_id: str
    key: str
    on: date
    gained: bool


def passed_names(looks: Iterable[Looks], servers: Iterable[Server]) -> tuple[Passed, ...]:
    """What the snapshots tell of names and addresses that changed hands, in order."""
    known = {server.id for server in servers}
    found = {
        Passed(server, key, day, gained)
        for source in looks
        for server, day, before, after in source.changes(known.__contains__, _keys)
        for keys, gained in ((before - after, False), (after - before, True))
        for key in keys
    }
    return tuple(sorted(found, key=lambda one: (one.server_id, one.key, one.on, one.gained)))


def _keys(told: Told) -> frozenset[str]:
    name, addresses = told.get("server_name"), told.get("ip")
    keys = [name] if isinstance(name, str) else []
    return frozenset(
        [*keys, *(one for one in addresses if isinstance(one, str))] if isinstance(addresses, list | tuple) else keys
    )


def claims(servers: Iterable[Server], zone: str = LOCAL_ZONE, passed: Sequence[Passed] = ()) -> Iterator[Claim]:
    """All names under which samples may speak of the servers; the claims of one key do not overlap.

    Args:
        servers: sorted by id; a claim's code is the place in this order.
        zone: in which creation and deletion days are local days.
        passed: names and addresses that changed hands.
    """
    rows = list(servers)
    ids: dict[str, int] = {}
    for code, server in enumerate(rows):
        for own in _own_ids(server):
            ids[own] = AMBIGUOUS if ids.get(own, code) != code else code
    ids |= {server.id: code for code, server in enumerate(rows)}
    yield from (Claim(own, *ALWAYS, code) for own, code in sorted(ids.items()))
    names: dict[str, list[tuple[int, int, int]]] = {}
    addresses: dict[str, list[tuple[int, int, int]]] = {}
    history = _history(passed)
    for code, server in enumerate(rows):
        life, changed = _life(server, zone), history.get(server.id, {})
        for key in sorted(one for one in {server.name, *server.addresses, *changed} if one not in ids):
            is_name = key == server.name or not (key in server.addresses or _is_address(key))
            kind = names if is_name else addresses
            kind.setdefault(key, []).extend((*span, code) for span in _held(changed.get(key, ()), life, zone))
    for name, owners in sorted(names.items()):
        if (
            len({code for *_, code in owners}) == 1
        ):  # a name that only one server ever had: a wrong creation day must not hide samples
            yield Claim(name, *ALWAYS, owners[0][2])
        else:
            yield from _apart(name, owners)
    for address, owners in sorted(addresses.items()):
        if address not in names:
            yield from _apart(address, owners)


def _history(passed: Iterable[Passed]) -> Mapping[str, Mapping[str, Sequence[Passed]]]:
    """By server and key, in order."""
    found: dict[str, dict[str, list[Passed]]] = {}
    for one in passed:
        found.setdefault(one.server_id, {}).setdefault(one.key, []).append(one)
    return found


def _held(changes: Sequence[Passed], life: tuple[int, int], zone: str) -> Iterator[tuple[int, int]]:
    """When a server held a key: all its life, or between the changes."""
    begin: int | None = life[0] if not changes or not changes[0].gained else None
    for one in changes:
        day = day_start(one.on, zone)
        if one.gained:
            begin = day if begin is None else begin
        elif begin is not None:
            if begin < day:
                yield begin, day
            begin = None
    if begin is not None:
        yield begin, max(life[1], begin + DAY_SECONDS)


def _is_address(key: str) -> bool:
    try:
        ipaddress.ip_address(key)
    except ValueError:
        return False
    return True


def _own_ids(server: Server) -> set[str]:
    """Its id, the ids that sources know it by, and their native part: `openstack:lab:7b1c…` → `7b1c…`."""
    known_as = server.fields.get("known_as")
    full = {server.id, *(known_as if isinstance(known_as, tuple) else ())}
    return full | {one.rpartition(":")[2] for one in full if ":" in one and "/" not in one.rpartition(":")[2]}


def known_names(servers: Iterable[Server], passed: Sequence[Passed] = ()) -> frozenset[str]:
    """Everything that samples may call one of the servers."""
    return frozenset(claim.key for claim in claims(sorted(servers, key=lambda server: server.id), passed=passed))


def _life(server: Server, zone: str) -> tuple[int, int]:
    begin = ALWAYS[0] if server.created_on is None else day_start(server.created_on, zone)
    end = ALWAYS[1] if server.deleted_on is None else day_start(server.deleted_on + timedelta(days=1), zone)
    return begin, max(end, begin + DAY_SECONDS)


def _apart(key: str, owners: list[tuple[int, int, int]]) -> Iterator[Claim]:
    if len(owners) == 1:
        yield Claim(key, *owners[0])
        return
    edges = sorted({edge for begin, end, _ in owners for edge in (begin, end)})
    for begin, end in itertools.pairwise(edges):
        holders = {code for first, last, code in owners if first <= begin and end <= last}
        if holders:
            yield Claim(key, begin, end, holders.pop() if len(holders) == 1 else AMBIGUOUS)


@dataclass(frozen=True, slots=True)
class Names:
    """Whose some names are, by code of the name; a code of -1 picks the last entry, which is nobody's.

    Names that passed from one server to another are `several`; their claims are in `starts`, sorted.
    """

    code: NDArray[np.int64]
    from_s: NDArray[np.int64]
    to_s: NDArray[np.int64]
    several: NDArray[np.bool_]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    holders: NDArray[np.int64]

    @staticmethod
    def of(found: Sequence[Sequence[Claim]]) -> Names:
        """The names whose claims are given, in their order."""
        import numpy as np

        nobody = Claim("", *ALWAYS, NOBODY)
        single = [*(rows[0] if len(rows) == 1 else nobody for rows in found), nobody]
        many = [(place, claim) for place, rows in enumerate(found) if len(rows) > 1 for claim in rows]
        places = np.array([place for place, _ in many], dtype=np.int64)
        begin, end, code = (np.array([getattr(claim, name) for _, claim in many], dtype=np.int64) for name in ("from_s", "to_s", "code"))  # fmt: skip
        starts = _moment(places, begin)
        order = np.argsort(starts)
        return Names(
            code=np.array([claim.code for claim in single]), from_s=np.array([claim.from_s for claim in single]), to_s=np.array([claim.to_s for claim in single]),
            several=np.array([*(len(rows) > 1 for rows in found), False]), starts=starts[order], ends=_moment(places, end)[order], holders=code[order],
        )  # fmt: skip

    def holder(self, codes: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Who had these names at these stamps; the claims of one name do not overlap."""
        import numpy as np

        moment = _moment(codes, at)
        last = np.searchsorted(self.starts, moment, side="right") - 1
        inside = (last >= 0) & (moment < self.ends[last])
        holders: NDArray[np.int64] = np.where(inside, self.holders[last], NOBODY)
        return holders


def _moment(place: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """A name and a stamp as one number that sorts by both."""
    low, high = ALWAYS
    moment: NDArray[np.int64] = place * (4 * high) + (second.clip(low, high) - low)
    return moment
