"""Whose a server was, and when: stints of servers within a period, from the snapshots that were taken in it.

A server that went from one department to another, or that was deleted between two snapshots, counts for what it was
while it was it. Something that only became known later (an owner who was not known before) is taken to have been so
all the time: that is a correction, not a change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from inventory.merging.departments import OPEN
from inventory.model import Inventory, Server, System
from inventory.telemetry.form import Period, connect, day_start
from inventory.telemetry.query import Rollup
from inventory.usage.department_succession import Succession
from inventory.usage.stint import Stint

if TYPE_CHECKING:
    from catalogs.load import Catalogs
    from inventory.storage.store import Store

__all__ = ["Stint", "as_measured", "measured_days", "stints_in"]

MOST_LOOKS = 8  # inventories merged at first; where two of them differ in owners, the days between are searched
_OWNED = ("system_id", "department", "pool", "zone", "cloud")
_RULINGS = frozenset({"mapping", "answer"})  # kinds of decisions after which a server may be another's


def stints_in(
    store: Store, catalogs: Catalogs, inventory: Inventory, period: Period, rollup: Rollup
) -> tuple[Stint, ...]:
    """The stints of all servers that existed in a period, by server id and day.

    Args:
        store: snapshots and decisions.
        catalogs: names of departments, zones and pools.
        inventory: that of the instant everything is seen from; its ids and names are used throughout.
        period: local days.
        rollup: the days of its samples say until when a vanished server ran.
    """
    from inventory.merging.merge import inventory_at

    days = _candidates(store, period, inventory.as_of)
    seen = (
        _looked(days, lambda at: inventory if at == inventory.as_of else inventory_at(store, catalogs, at))
        if days
        else {}
    )
    if not seen or max(seen) < inventory.as_of:
        seen[inventory.as_of] = inventory
    succession = Succession.of(catalogs.departments, inventory, period)
    names = _Names.of(inventory, succession.renamed)
    found = [
        piece
        for stint in _stints(seen, names, period, rollup, _Sightings.of(store, inventory.as_of))
        for piece in succession.pieces(stint)
    ]
    return as_measured(found, rollup, period)


def as_measured(stints: Sequence[Stint], rollup: Rollup, period: Period) -> tuple[Stint, ...]:
    """The stints with lives as long as their samples: what was measured on a day existed on it, whatever a ledger says."""
    dated = {
        one.server.id
        for one in stints
        if (one.server.created_on and one.server.created_on > period.start_on) or one.server.deleted_on
    }
    days = measured_days(rollup, dated, period)
    return tuple(_lived(one, *days[one.server.id]) if one.server.id in days else one for one in stints)


def _lived(stint: Stint, first: date, last: date) -> Stint:
    created, deleted = stint.server.created_on, stint.server.deleted_on
    if (created is None or created <= first) and (deleted is None or deleted >= last):
        return stint
    server = replace(
        stint.server,
        created_on=created and min(created, first),
        deleted_on=deleted and max(deleted, last),
    )
    return replace(stint, server=server)


def _candidates(store: Store, period: Period, as_of: datetime) -> list[datetime]:
    """Instants within a period at which something new was known: the ends of days with new content or a ruling.

    Rulings are decisions that say whose a server is. The last snapshot before the period stands for its beginning; the
    day after it with the first new content tells which servers were still there when it ended.
    """
    first, last = (datetime.fromtimestamp(day_start(day), UTC) for day in (period.start_on, period.end_on))
    content: dict[str, str] = {}
    before, found = None, set()
    for taken in store.decisions(until=min(as_of, last)):
        if taken.kind in _RULINGS and taken.decided_at >= first:
            found.add(min(_end_of_day(taken.decided_at), as_of))
    for made in store.snapshots(until=as_of):
        new = content.get(made.source) != made.content_sha256
        content[made.source] = made.content_sha256
        if made.taken_at < first:
            before = first - timedelta(seconds=1)
        elif new:
            found.add(min(_end_of_day(made.taken_at), as_of))
        if made.taken_at >= last and new:
            break
    return [*([before] if before else []), *sorted(found)]


def _end_of_day(instant: datetime) -> datetime:
    """The last second of the local day."""
    from catalogs.console import LOCAL_ZONE

    day = instant.astimezone(LOCAL_ZONE).date()
    return datetime.fromtimestamp(day_start(day + timedelta(days=1)) - 1, UTC)


def _looked(instants: Sequence[datetime], look: Callable[[datetime], Inventory]) -> dict[datetime, Inventory]:
    """Inventories at some instants: evenly spread ones first, then between two whose owners differ."""
    count = len(instants)
    places = sorted({round(n * (count - 1) / max(MOST_LOOKS - 1, 1)) for n in range(MOST_LOOKS)} if count > 1 else {0})
    found = {place: look(instants[place]) for place in places}
    gaps = list(pairwise(places))
    while gaps:
        low, high = gaps.pop()
        if high - low > 1 and _owners_differ(found[low], found[high]):
            middle = (low + high) // 2
            found[middle] = look(instants[middle])
            gaps += [(low, middle), (middle, high)]
    return {instants[place]: found[place] for place in sorted(found)}


def _owners_differ(one: Inventory, other: Inventory) -> bool:
    owners = {server.id: _owned(server) for server in one.servers}
    return any(owners.get(server.id, _owned(server)) != _owned(server) for server in other.servers)


def _owned(server: Server) -> tuple[object, ...]:
    return tuple(getattr(server, name) for name in _OWNED)


def _stints(
    seen: Mapping[datetime, Inventory], names: _Names, period: Period, rollup: Rollup, sightings: _Sightings
) -> Iterable[Stint]:
    versions: dict[str, list[tuple[datetime, Server, System | None]]] = {}
    for at, inventory in sorted(seen.items()):
        systems = {system.id: system for system in inventory.systems}
        for server in inventory.servers:
            kept = replace(
                server,
                id=names.server(server.id),
                system_id=names.system_id(server.system_id),
                department=names.renamed.get(server.department or "", server.department),
            )
            system = names.system(systems.get(server.system_id or ""))
            versions.setdefault(kept.id, []).append((at, kept, system))
    instants = sorted(seen)
    gone = {key: rows[-1][0] for key, rows in versions.items() if rows[-1][0] < instants[-1]}
    measured = measured_days(rollup, gone, period)
    for key in sorted(versions):
        rows = versions[key]
        end = period.end_on
        if key in gone:
            absent_at = next(at for at in instants if at > gone[key])
            last_at = sightings.last(rows[-1][1].source, gone[key], absent_at)
            end = _end_of_life(rows[-1][1], last_at, absent_at, measured.get(key, (None, None))[1])
            if end <= period.end_on:
                at, server, system = rows[-1]
                rows[-1] = at, replace(server, deleted_on=end - timedelta(days=1)), system
        yield from _of_server(rows, period, min(end, period.end_on))


def _end_of_life(server: Server, seen_at: datetime, absent_at: datetime, last_sample: date | None) -> date:
    """The day after the last one on which a vanished server is known to have existed.

    By its own deletion date or the last snapshot that has it; by its samples where they go on, until one that has it not.
    """
    seen_on, absent_on = server.deleted_on or _local_day(seen_at), _local_day(absent_at)
    latest = max(seen_on, min(last_sample, absent_on)) if last_sample else seen_on
    return latest + timedelta(days=1)


def _local_day(instant: datetime) -> date:
    from catalogs.console import LOCAL_ZONE

    return instant.astimezone(LOCAL_ZONE).date()


def _of_server(rows: Sequence[tuple[datetime, Server, System | None]], period: Period, end_on: date) -> Iterable[Stint]:
    """The stints of one server: a new one begins on the day of the snapshot that shows another owner, pool or size.

    And on the day on which it was switched on again: what it was off before is known from the earlier snapshot only.
    """
    known = _filled(rows)
    starts = [period.start_on, *(max(_local_day(at), period.start_on) for at, *_ in known[1:])]
    ends = [*starts[1:], end_on]
    current: Stint | None = None
    for stint in _powered(
        [
            Stint(server=server, system=system, start_on=start, end_on=min(until, end_on))
            for (_, server, system), start, until in zip(known, starts, ends, strict=True)
        ]
    ):
        if stint.end_on <= stint.start_on:
            continue
        if current is not None and _same(current, stint):
            current = replace(stint, server=_off_since(stint.server, _off_on(current)), start_on=current.start_on)
            continue
        if current is not None:
            yield current
        current = stint
    if current is not None:
        yield replace(current, end_on=end_on)


def _powered(stints: Sequence[Stint]) -> list[Stint]:
    """Days on which a server was off, by what a later snapshot says of since when, are so in the stints before too."""
    found: list[Stint] = []
    for stint in reversed(stints):
        since = _off_on(found[-1]) if found else None
        reaches_back = since is not None and found[-1].start_on > since
        known = replace(stint, server=_off_since(stint.server, since)) if reaches_back else stint
        found.append(known)
    return found[::-1]


def _off_on(stint: Stint) -> date | None:
    """Since when the server of a stint has been off; `None` where it is on, or nobody says since when."""
    return stint.server.powered_off_on if stint.server.power == "off" else None


def _off_since(server: Server, day: date | None) -> Server:
    """The server as one that has been off since a day, or since an earlier one that is known of it."""
    if day is None:
        return server
    own = server.powered_off_on if server.power == "off" else None
    return replace(server, power="off", powered_off_on=min(day, own or day))


def _filled(rows: Sequence[tuple[datetime, Server, System | None]]) -> list[tuple[datetime, Server, System | None]]:
    """Owners that were not known yet are those that became known first."""
    found: list[tuple[datetime, Server, System | None]] = []
    later: tuple[Server, System | None] | None = None
    for at, server, system in reversed(rows):
        row = (server, system) if later is None else _with_what_came_out(server, system, *later)
        found.append((at, *row))
        later = row
    return found[::-1]


def _with_what_came_out(
    server: Server, system: System | None, later: Server, later_system: System | None
) -> tuple[Server, System | None]:
    """A server and its system with what was not known of them and is known later; nothing of another system's.

    Without a cloud or pool a server may have stood in a machine room, so those are never filled in.
    """
    if system is None and server.system_id is None:
        server, system = replace(server, system_id=later.system_id), later_system
    elif server.system_id != later.system_id:
        return server, system
    if system is not None and later_system is not None and system.department is None:
        system = replace(system, department=later_system.department, department_id=later_system.department_id)
    moved = (server.cloud, server.pool) != (later.cloud, later.pool)  # another pool may lie in another zone
    department, zone = server.department or later.department, server.zone or (None if moved else later.zone)
    if (department, zone) != (server.department, server.zone):
        server = replace(server, department=department, zone=zone)
    return server, system


def _same(one: Stint, other: Stint) -> bool:
    """Whether the later of two stints goes on with the first: the same owner, place and size, and off as long as it says."""
    departments = [stint.system.department_id if stint.system else None for stint in (one, other)]
    sizes = [(stint.server.vcpu, stint.server.memory_gib, stint.server.disk_gib) for stint in (one, other)]
    off = [_off_on(stint) for stint in (one, other)]
    was_off = off[0] is not None and off[0] < one.end_on
    still_off = off[1] is not None and off[1] <= other.start_on
    same = departments[0] == departments[1] and sizes[0] == sizes[1] and _owned(one.server) == _owned(other.server)
    return same and (still_off or not was_off)


@dataclass(frozen=True, slots=True)
class _Sightings:
    """Every snapshot of each source with the digest of its content: one like the last says that all is still there."""

    taken: Mapping[str, Sequence[tuple[datetime, str]]]

    @staticmethod
    def of(store: Store, as_of: datetime) -> _Sightings:
        taken: dict[str, list[tuple[datetime, str]]] = {}
        for made in store.snapshots(until=as_of):
            if made.complete:
                taken.setdefault(made.source, []).append((made.taken_at, made.content_sha256))
        return _Sightings(taken)

    def last(self, source: str, seen_at: datetime, absent_at: datetime) -> datetime:
        """When a source last had the content that it had at one instant, before another instant."""
        known = [(at, digest) for at, digest in self.taken.get(source, ()) if at < absent_at]
        then = [digest for at, digest in known if at <= seen_at]
        same = takewhile(lambda row: row[1] == then[-1], (row for row in known if row[0] > seen_at)) if then else ()
        return max([seen_at, *(at for at, _ in same)])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """Today's ids and names of systems, servers and departments that were called otherwise."""

    servers: Mapping[str, str]
    systems: Mapping[str, System]
    departments: Mapping[str, str]
    renamed: Mapping[str, str]

    @staticmethod
    def of(latest: Inventory, renamed: Mapping[str, str]) -> _Names:
        servers = {str(known): one.id for one in latest.servers for known in _known_as(one)}
        systems = {str(known): one for one in latest.systems for known in (one.id, *_known_as(one))}
        departments = {
            one.department_id: one.department for one in latest.systems if one.department_id and one.department
        }
        return _Names(servers=servers, systems=systems, departments=departments, renamed=renamed)

    def server(self, server_id: str) -> str:
        return self.servers.get(server_id, server_id)

    def system_id(self, system_id: str | None) -> str | None:
        known = self.systems.get(system_id or "")
        return known.id if known else system_id

    def system(self, system: System | None) -> System | None:
        """The system as it was then, under today's id and with its department's name of today."""
        if system is None:
            return None
        known = self.systems.get(system.id, system)
        if system.fields.get(
            OPEN
        ):  # who had followed its department was not known then: it became known since, or is not yet
            return replace(
                system, id=known.id, name=known.name, department=known.department, department_id=known.department_id
            )
        department = self.departments.get(system.department_id or "", system.department or "") or None
        if department is not None and department in self.renamed:
            return replace(
                system,
                id=known.id,
                name=known.name,
                department=self.renamed[department],
                department_id=known.department_id,
            )
        return replace(system, id=known.id, name=known.name, department=department)


def _known_as(one: Server | System) -> tuple[str, ...]:
    known = one.fields.get("known_as", ())
    return known if isinstance(known, tuple) else ()


def measured_days(rollup: Rollup, servers: Iterable[str], period: Period) -> dict[str, tuple[date, date]]:
    """The first and the last local day of a period with samples, of some servers."""
    wanted = sorted(servers)
    paths = rollup.paths(rollup.metrics, [period]) if wanted else []
    if not paths:
        return {}
    with connect() as connection:
        connection.read_parquet(paths).create_view("daily")
        query = "SELECT server, min(day), max(day) FROM daily WHERE list_contains($servers, server) GROUP BY server"
        rows = connection.execute(query, {"servers": wanted}).fetchall()
    return {server: (first, last) for server, first, last in rows}
