"""Whose a server was, and when: stints of servers within a period, from the snapshots that were taken in it.

A server that went from one department to another, or that was deleted between two snapshots, counts for what it was
while it was it. Something that only became known later (an owner who was not known before) is taken to have been so
all the time: that is a correction, not a change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
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

__all__ = ["Stint", "last_days", "stints_in"]

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
    return tuple(
        piece for stint in _stints(seen, inventory, period, rollup, succession) for piece in succession.pieces(stint)
    )


def _candidates(store: Store, period: Period, as_of: datetime) -> list[datetime]:
    """Instants within a period at which something new was known: the ends of days with new content or a ruling.

    Rulings are decisions that say whose a server is. The last snapshot before the period stands for its beginning.
    """
    first, last = (datetime.fromtimestamp(day_start(day), UTC) for day in (period.start_on, period.end_on))
    content: dict[str, str] = {}
    before, found = None, set()
    for taken in store.decisions(until=min(as_of, last)):
        if taken.kind in _RULINGS and taken.decided_at >= first:
            found.add(min(_end_of_day(taken.decided_at), as_of))
    for made in store.snapshots(until=min(as_of, last)):
        new = content.get(made.source) != made.content_sha256
        content[made.source] = made.content_sha256
        if made.taken_at < first:
            before = first - timedelta(seconds=1)
        elif new:
            found.add(min(_end_of_day(made.taken_at), as_of))
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
    seen: Mapping[datetime, Inventory], latest: Inventory, period: Period, rollup: Rollup, succession: Succession
) -> Iterable[Stint]:
    names = _Names.of(latest, succession.renamed)
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
    sampled_until = last_days(rollup, gone, period)
    for key in sorted(versions):
        rows = versions[key]
        end = period.end_on
        if key in gone:
            absent_at = next(at for at in instants if at > gone[key])
            end = _end_of_life(rows[-1][1], gone[key], absent_at, sampled_until.get(key))
        yield from _of_server(rows, period, min(end, period.end_on))


def _end_of_life(server: Server, seen_at: datetime, absent_at: datetime, last_sample: date | None) -> date:
    """The day after the last one on which a vanished server is known to have existed.

    By its own deletion date; else by its samples, which lie between the snapshot that has it and the one that has not.
    """
    if server.deleted_on is not None:
        return server.deleted_on + timedelta(days=1)
    seen_on, absent_on = _local_day(seen_at), _local_day(absent_at)
    latest = max(seen_on, min(last_sample, absent_on)) if last_sample else seen_on
    return latest + timedelta(days=1)


def _local_day(instant: datetime) -> date:
    from catalogs.console import LOCAL_ZONE

    return instant.astimezone(LOCAL_ZONE).date()


def _of_server(rows: Sequence[tuple[datetime, Server, System | None]], period: Period, end_on: date) -> Iterable[Stint]:
    """The stints of one server: a new one begins on the day of the snapshot that shows another owner, pool or size."""
    known = _filled(rows)
    starts = [period.start_on, *(max(_local_day(at), period.start_on) for at, *_ in known[1:])]
    ends = [*starts[1:], end_on]
    current: Stint | None = None
    for (_, server, system), start, until in zip(known, starts, ends, strict=True):
        end = min(until, end_on)
        if end <= start:
            continue
        if current is not None and _same(current, server, system):
            current = replace(current, server=server, system=system, end_on=end)
            continue
        if current is not None:
            yield current
        current = Stint(server=server, system=system, start_on=start, end_on=end)
    if current is not None:
        yield replace(current, end_on=end_on)


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
    department, zone = server.department or later.department, server.zone or later.zone
    if (department, zone) != (server.department, server.zone):
        server = replace(server, department=department, zone=zone)
    return server, system


def _same(stint: Stint, server: Server, system: System | None) -> bool:
    department = [one.department_id if one else None for one in (stint.system, system)]
    sizes = [(one.vcpu, one.memory_gib, one.disk_gib) for one in (stint.server, server)]
    return _owned(stint.server) == _owned(server) and department[0] == department[1] and sizes[0] == sizes[1]


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


def last_days(rollup: Rollup, servers: Iterable[str], period: Period) -> dict[str, date]:
    """The last local day of a period with samples, of some servers."""
    wanted = sorted(servers)
    paths = rollup.paths(rollup.metrics, [period]) if wanted else []
    if not paths:
        return {}
    with connect() as connection:
        connection.read_parquet(paths).create_view("daily")
        query = "SELECT server, max(day) FROM daily WHERE list_contains($servers, server) GROUP BY server"
        return dict(connection.execute(query, {"servers": wanted}).fetchall())
