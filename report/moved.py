"""Servers that changed within the month, from the two snapshots that a report has: vanished ones, and those of another unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from catalogs.words import Text
from inventory.model import Inventory, Server
from inventory.telemetry_query import Rollup
from inventory.usage_dated import last_days
from report.facts import Month


def with_vanished(now: Inventory, before: Inventory, rollup: Rollup, month: Month, until: date) -> Inventory:
    """The inventory at the month's end, with the servers that were there at its beginning and are not any more.

    Their use counts until their deletion date; where none is known, until their last sample of the month. One that has
    neither was gone before the month began.
    """
    known = {name for server in now.servers for name in (server.id, *_known_as(server))}
    gone = [server for server in before.servers if not known & {server.id, *_known_as(server)}]
    last = last_days(rollup, (server.id for server in gone), month.period(until))
    ended = [_ended(server, last.get(server.id)) for server in gone]
    found = [server for server in ended if server is not None]
    systems = {system.id for system in now.systems}
    owners = {server.system_id for server in found} - systems
    return replace(
        now,
        servers=tuple(sorted((*now.servers, *found), key=lambda server: server.id)),
        systems=tuple(sorted((*now.systems, *(one for one in before.systems if one.id in owners)), key=lambda one: one.id)),
    )  # fmt: skip


def _ended(server: Server, last_sample: date | None) -> Server | None:
    if server.deleted_on is not None:
        return server
    return None if last_sample is None else replace(server, deleted_on=last_sample)


def changed_owners(now: Inventory, before: Inventory) -> Iterable[Text]:
    """A warning that counts the servers which were another unit's at the month's beginning; none where there are none."""
    then = _owners(before)
    today = _owners(now)
    moved = sum(1 for server, unit in today.items() if None not in (unit, then.get(server)) and then[server] != unit)
    if moved:
        yield Text(
            f"{moved} 台云主机月内换了单位：本报告按月末归属计；按日分开的见 govcloud usage show --by department",
            f"{moved} servers went to another unit within the month: they count for the one at its end; govcloud usage show --by department counts by day",
        )


def _owners(inventory: Inventory) -> dict[str, str | None]:
    """The lineage of each server's department, which a new name does not change."""
    systems = {system.id: system.department_id or system.department for system in inventory.systems}
    return {server.id: systems.get(server.system_id or "") for server in inventory.servers}


def _known_as(server: Server) -> tuple[str, ...]:
    known = server.fields.get("known_as", ())
    return known if isinstance(known, tuple) else ()
