"""Whose a server was, and when, as the evidence holds it: `stints.jsonl`, written by `gather`, read by everyone who checks.

The stints are those of `govcloud usage show` (inventory/usage/dated.py). Only servers that changed within the month or
vanished in it have rows: all others were the whole month what the snapshot at its end says, and so was a changed server
in its last row, whatever that row says. A row holds no more than owner, place and size, and no owner that may not be named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from catalogs.errors import ReportError
from catalogs.words import Text
from inventory.merging.classified import CLASSIFIED_FIELD
from inventory.model import Inventory, Server, System
from inventory.telemetry.form import Period
from inventory.usage.dated import Stint
from inventory.usage.groups import undated
from report.facts import Piece
from report.minimised import USE_NOT_TOLD

FILE = "stints.jsonl"
EARLIER_FILE = "stints-before.jsonl"  # of the month before, against the snapshot at its end
_PLAIN = ("source", "pool", "zone", "cloud", "vcpu", "memory_gib", "disk_gib", "power")
_DAYS = ("powered_off_on", "created_on", "deleted_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nameable:
    """What may be named: systems that are open now, and those that are gone but were open, unless `barred`."""

    open_systems: frozenset[str]
    known_systems: frozenset[str]
    barred: frozenset[str]

    @staticmethod
    def of(inventory: Inventory, barred: frozenset[str]) -> Nameable:
        """By the inventory of the month's end, and the ids of all that may not be named any more."""
        known = {system.id for system in inventory.systems}
        return Nameable(
            open_systems=frozenset(one.id for one in inventory.systems if one.secrecy == "unclassified"),
            known_systems=frozenset(known),
            barred=barred,
        )

    def system(self, system: System | None) -> System | None:
        """The system, or `None` where it may not be named."""
        if system is None or self.barred.intersection((system.id, *_known_as(system))):
            return None
        known = system.id in self.known_systems
        return system if system.id in self.open_systems or (not known and system.secrecy == "unclassified") else None

    def server(self, server: Server) -> bool:
        """Whether it may be said whose a server was."""
        veiled = server.system_id is None and server.name == server.id
        return not veiled and not self.barred.intersection((server.id, *_known_as(server)))


# --- written ----------------------------------------------------------------------------------------------------


def stint_rows(
    stints: Iterable[Stint], inventory: Inventory, period: Period, nameable: Nameable
) -> list[dict[str, Any]]:
    """The rows of the servers that changed within a period or vanished in it, or whose system was another department's."""
    found = list(stints)
    count = Counter(stint.server.id for stint in found)
    standing = {server.id for server in inventory.servers}
    owners = {system.id: system.department for system in inventory.systems}
    closed = {stint.server.id for stint in found if not nameable.server(stint.server)}
    return [
        _row(stint, nameable, closed=stint.server.id in closed, vanished=stint.server.id not in standing)
        for stint in found
        if stint.server.id not in standing
        or count[stint.server.id] > 1
        or _part_of(stint, period)
        or (
            stint.system is not None and stint.system.department != owners.get(stint.system.id, stint.system.department)
        )
    ]


def _part_of(stint: Stint, period: Period) -> bool:
    return (stint.start_on, stint.end_on) != (period.start_on, period.end_on)


def _row(stint: Stint, nameable: Nameable, *, closed: bool, vanished: bool) -> dict[str, Any]:
    server, system = stint.server, None if closed else nameable.system(stint.system)
    said = not closed and (server.system_id is None or system is not None)
    owner = {
        "system_id": system.id if system else None,
        "system": system.name if system else None,
        "system_department": system.department if system else None,
        "system_department_id": system.department_id if system else None,
        "system_xinchuang": system.xinchuang if system else None,
        "department": server.department if said else None,
    }
    days = {name: _iso(getattr(server, name)) for name in _DAYS}
    return {
        "server_id": server.id, "start_on": stint.start_on.isoformat(), "end_on": stint.end_on.isoformat(), "vanished": vanished,
        USE_NOT_TOLD: bool(server.fields.get(CLASSIFIED_FIELD)), **owner, **{name: getattr(server, name) for name in _PLAIN}, **days,
    }  # fmt: skip


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


# --- read -------------------------------------------------------------------------------------------------------


def dated(
    rows: Sequence[Mapping[str, Any]], inventory: Inventory, period: Period
) -> tuple[Inventory, tuple[Stint, ...]]:
    """The inventory with the servers that vanished within a period, and all stints by server id and day.

    Raises:
        ReportError: the days of a server overlap, leave a gap, or lie outside the period.
    """
    names = {name: one.id for one in inventory.servers for name in (one.id, *_known_as(one))}
    systems = {system.id: system for system in inventory.systems}
    told: dict[str, list[Stint]] = {}
    for row in rows:
        key = names.get(row["server_id"])
        if key is None and not row["vanished"]:
            continue  # its records stand under other ids among those that may be shown
        told.setdefault(key or row["server_id"], []).append(_stint(row, systems, key or row["server_id"]))
    for key, found in told.items():
        _check_days(key, found, period)
    now = {stint.server.id: stint for stint in undated(inventory, period)}
    stints = [
        one for key in sorted(now.keys() | told.keys()) for one in _of_server(told.get(key, []), now.get(key), period)
    ]
    gone = {stint.server.id: stint.server for stint in stints if stint.server.id not in now}
    more = {one.system.id: one.system for one in stints if one.system and one.system.id not in systems}
    return replace(
        inventory,
        servers=tuple(sorted((*inventory.servers, *gone.values()), key=lambda server: server.id)),
        systems=tuple(sorted((*inventory.systems, *more.values()), key=lambda system: system.id)),
    ), tuple(stints)  # fmt: skip


def _stint(row: Mapping[str, Any], systems: Mapping[str, System], server_id: str) -> Stint:
    plain: dict[str, Any] = {name: row[name] for name in _PLAIN}
    days: dict[str, Any] = {name: None if row[name] is None else date.fromisoformat(row[name]) for name in _DAYS}
    end_on = date.fromisoformat(row["end_on"])
    if row["vanished"]:  # the days of the row are what counts, and what is checked
        days["deleted_on"] = end_on - timedelta(days=1)
    server = Server(
        id=server_id,
        name=server_id,
        system_id=row["system_id"],
        department=row["department"],
        **plain,
        **days,
        fields={USE_NOT_TOLD: True} if row.get(USE_NOT_TOLD) else {},
    )
    return Stint(
        server=server, system=_system(row, systems), start_on=date.fromisoformat(row["start_on"]), end_on=end_on
    )


def _system(row: Mapping[str, Any], systems: Mapping[str, System]) -> System | None:
    """The system as it is now, in the department of then; one that is gone by what the row says."""
    if row["system_id"] is None:
        return None
    owner = {"department": row["system_department"], "department_id": row["system_department_id"]}
    known = systems.get(row["system_id"])
    if known is not None:
        return replace(known, **owner)
    return System(
        id=row["system_id"], name=row["system"], secrecy="unclassified", xinchuang=row["system_xinchuang"], **owner
    )


def _of_server(told: Sequence[Stint], now: Stint | None, period: Period) -> Iterable[Stint]:
    """The stints of one server; the last one of a server that still stands is what the snapshots say of it."""
    if now is None:
        yield from told
    elif not told:
        yield now
    else:
        yield from told[:-1]
        yield replace(now, start_on=told[-1].start_on, end_on=period.end_on)


def _check_days(server_id: str, stints: Sequence[Stint], period: Period) -> None:
    edges = [period.start_on, *(stint.end_on for stint in stints)]
    if any(one.start_on != start for one, start in zip(stints, edges, strict=False)) or edges[-1] > period.end_on:
        raise ReportError(
            f"{FILE}：{server_id} 的各段日期不相接", f"{FILE}: the days of {server_id} do not join on to each other"
        )
    if any(end <= start for start, end in pairwise(edges)):
        raise ReportError(f"{FILE}：{server_id} 有一段没有一天", f"{FILE}: {server_id} has a row without a day")


def changed(pieces: Iterable[Piece]) -> Iterable[Text]:
    """A note that counts the servers which changed within the month; none where there are none."""
    stretches = Counter(piece.server.id for piece in pieces)
    moved = sum(1 for count in stretches.values() if count > 1)
    if moved:
        yield Text(
            f"{moved} 台云主机月内换了单位、系统、资源池或规格：每一天算给当天的归属，按当时的规格；各段见工作簿“云主机”表",
            f"{moved} servers changed unit, system, pool or size within the month: each day counts for the owner and size of that day; the sheet of servers has a row for each stretch",
        )


def _known_as(one: Server | System) -> tuple[str, ...]:
    known = one.fields.get("known_as", ())
    return known if isinstance(known, tuple) else (str(known),)
