"""Which days a monitoring system has delivered completely, so that a new collection asks only for the others.

The manifest is append-only, so a day that was cut off once is not corrected there: each collection adds a small file
that lists the days it read to their end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from inventory.storage.store import Store, TelemetryFile
from inventory.telemetry.form import SCHEMA_VERSION, Period, as_day, day_start, live

KIND = "complete"
PIECE_DAYS = 30  # read at once: where a source breaks off, at most so many days are asked for again

Span = tuple[date, date]


def is_over(day: date, at: datetime) -> bool:
    """Whether a local day had ended at an instant."""
    return at.timestamp() >= day_start(day + timedelta(days=1))


def missing_days(store: Store, source: str, period: Period, *, again: bool = False) -> list[Span]:
    """The spans of days `[start, end)` of a period that a source has not delivered completely."""
    held = set() if again else {*_listed(store, source), *_unbroken(store, source)}
    days = [day for n in range(period.days) if (day := period.start_on + timedelta(days=n)).isoformat() not in held]
    spans: list[Span] = []
    for day in days:
        if spans and spans[-1][1] == day:
            spans[-1] = (spans[-1][0], day + timedelta(days=1))
        else:
            spans.append((day, day + timedelta(days=1)))
    return spans


def pieces(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans in pieces of at most `PIECE_DAYS`."""
    for start_on, end_on in spans:
        for first in range(0, (end_on - start_on).days, PIECE_DAYS):
            begin = start_on + timedelta(days=first)
            yield begin, min(begin + timedelta(days=PIECE_DAYS), end_on)


def days_of(span: Span, as_of: datetime) -> Iterator[date]:
    """The days of a span that were over at an instant."""
    start_on, end_on = span
    days = (start_on + timedelta(days=n) for n in range((end_on - start_on).days))
    yield from (day for day in days if is_over(day, as_of))


def completed(folder: Path, source: str, days: Sequence[str], as_of: datetime) -> TelemetryFile:
    """Write down that a source has delivered these days to their end."""
    content = json.dumps({"source": source, "days": list(days)}, ensure_ascii=False).encode()
    digest = hashlib.sha256(content).hexdigest()
    path = folder / KIND / f"{digest[:16]}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return TelemetryFile(
        path=f"{KIND}/{path.name}", kind=KIND, source=source, day=None, row_count=len(days), sha256=digest,
        schema_version=SCHEMA_VERSION, added_at=as_of, about={"bytes": len(content), "days": list(days)},
    )  # fmt: skip


def _listed(store: Store, source: str) -> Iterator[str]:
    for row in store.telemetry_files(KIND):
        if row.source == source:
            days = row.about["days"]
            assert isinstance(days, list)
            yield from days


def _unbroken(store: Store, source: str) -> Iterator[str]:
    """Days by the raw files themselves: fetched after the day was over, and not cut off."""
    for row in live(store.telemetry_files("raw")):
        if (
            row.day
            and source in row.source.split("+")
            and not row.about.get("partial")
            and is_over(as_day(row.day), row.added_at)
        ):
            yield row.day
