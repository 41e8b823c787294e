"""Systems that call other systems, as access logs show it: dependencies that were measured, not claimed.

A call is a request that a program made from a server of another system of the inventory. What still calls keeps a system
alive (inventory/zombies/judge.py), so a call is remembered from log to log, with the last day it was seen; one that was not
seen for as long as the rules look back is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from inventory.model import Collected, Origin, Record
from inventory.telemetry.form import LOCAL_ZONE

if TYPE_CHECKING:
    from inventory.access_log.count import Counted
    from inventory.storage.store import Store

SOURCE = "accesslog-calls"
REMEMBERED_DAYS = 123  # four months: the three that rules look back from any day of a month, and the month before
Calls = Mapping[tuple[str, str], tuple[date, int]]  # caller and called → last day, requests in these logs


def calls_of(counted: Counted) -> Calls:
    """Who called whom, with the last local day and the number of requests."""
    return {
        pair: (datetime.fromtimestamp(max(hours) * 3600, ZoneInfo(LOCAL_ZONE)).date(), sum(hours.values()))
        for pair, hours in sorted(counted.calls.items())
    }


def remembered(store: Store, as_of: datetime) -> Iterable[Record]:
    """The calls that the latest collection until an instant knew."""
    known = [made for made in store.snapshots(until=as_of, source=SOURCE) if made.complete][-1:]
    return store.records([made.id for made in known], "dependency")


def collected_calls(calls: Calls, before: Iterable[Record], as_of: datetime) -> Collected | None:
    """What a snapshot of all calls holds: those of these logs, and earlier ones not yet forgotten; `None` where there is none."""
    since = as_of.astimezone(ZoneInfo(LOCAL_ZONE)).date() - timedelta(days=REMEMBERED_DAYS)
    rows = {(str(one.fields["consumer"]), str(one.fields["provider"])): one for one in before}
    rows = {pair: one for pair, one in rows.items() if date.fromisoformat(str(one.fields["last_seen_on"])) >= since}
    for (consumer, provider), (day, count) in calls.items():
        old = rows.get((consumer, provider))
        last = max(day.isoformat(), str(old.fields["last_seen_on"]) if old else "")
        rows[consumer, provider] = Record(
            kind="dependency", id=f"{SOURCE}:{consumer}>{provider}", origin=Origin(source=SOURCE, path=f"{consumer} → {provider}"),
            fields={"consumer": consumer, "provider": provider, "basis": "measured", "last_seen_on": last, "requests": count},
        )  # fmt: skip
    if not rows:
        return None
    return Collected(
        source=SOURCE, collector="accesslog", records=tuple(rows[pair] for pair in sorted(rows)), accounting={"calls": len(rows)}
    )  # fmt: skip
