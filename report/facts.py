"""What a usage report is calculated from: all of it values, nothing read from anywhere.

`report/gather.py` takes these from the store and the catalogues, `report/evidence.py` writes them into the bundle and
reads them back; the figures (`report/usage.py`) see only this.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from catalogs.errors import UsageError
from catalogs.words import Text
from inventory.model import Server, System
from inventory.telemetry.form import Period
from inventory.telemetry.query import Measured
from inventory.usage.dated import Stint
from inventory.usage.pools import Pool

if TYPE_CHECKING:
    from inventory.zombies.cases import Case
    from report.migration_facts import Migration

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")  # months are those of the city's own calendar
Resource = Literal["cpu", "memory", "storage"]
RESOURCES: tuple[Resource, ...] = ("cpu", "memory", "storage")
RESOURCE_NAMES: Mapping[Resource, Text] = {
    "cpu": Text("CPU", "CPU"),
    "memory": Text("内存", "memory"),
    "storage": Text("存储", "storage"),
}


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month in local time, written `2026-03`."""

    year: int
    number: int

    @staticmethod
    def parse(text: str) -> Month:
        """Read `2026-03`.

        Raises:
            UsageError: the text has another form, or there is no such month.
        """
        found = re.fullmatch(r"(\d{4})-(\d{2})", text)
        if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1:
            raise UsageError(
                f"--period {text}：不是月份，应为 2026-03", f"--period {text}: not a month; expected 2026-03"
            )
        return Month(int(found[1]), int(found[2]))

    @property
    def first_on(self) -> date:
        """The first day."""
        return date(self.year, self.number, 1)

    @property
    def last_on(self) -> date:
        """The last day."""
        return date(self.year, self.number, self.day_count)

    @property
    def day_count(self) -> int:
        """How many days the month has."""
        return calendar.monthrange(self.year, self.number)[1]

    @property
    def start_at(self) -> datetime:
        """Local midnight of the first day, as UTC."""
        return datetime(self.year, self.number, 1, tzinfo=LOCAL_ZONE).astimezone(UTC)

    @property
    def end_at(self) -> datetime:
        """Local midnight after the last day, as UTC: the period is `[start_at, end_at)`."""
        return self.next.start_at

    def days(self, until: date | None = None) -> tuple[Period, ...]:
        """Every day of the month (up to `until`) as a period of its own."""
        whole = self.period(until)
        return tuple(
            Period(day := whole.start_on + timedelta(days=n), day + timedelta(days=1)) for n in range(whole.days)
        )

    def period(self, until: date | None = None) -> Period:
        """The local days of the month, up to `until` where that comes earlier."""
        end = self.next.first_on
        return Period(self.first_on, end if until is None else max(self.first_on, min(end, until + timedelta(days=1))))

    @property
    def previous(self) -> Month:
        """The month before."""
        return Month(self.year - 1, 12) if self.number == 1 else Month(self.year, self.number - 1)

    @property
    def next(self) -> Month:
        """The month after."""
        return Month(self.year + 1, 1) if self.number == 12 else Month(self.year, self.number + 1)

    @property
    def label(self) -> Text:
        """As it stands in a heading."""
        return Text(f"{self.year}年{self.number}月", f"{calendar.month_name[self.number]} {self.year}")

    def __str__(self) -> str:
        """The form `2026-03`."""
        return f"{self.year:04d}-{self.number:02d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Limits of 高, 正常, 低 for one resource: below `low` is low, above `high` is high."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A clause of a city document about the use of the cloud, with its target as a ratio.

    `readings` are the ways it may be understood, `allocation` (分配率) and `use` (使用率): both are shown where the text
    does not say which.
    """

    id: str
    document: str
    status: str
    place: str
    text: str
    target_ratio: float
    readings: tuple[str, ...]
    deadline: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One value of 统计口径, with where it comes from and how sure that is (V, P, U)."""

    name: Text
    value: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the zombie rules say about one system: `verdict` of zombie, in-use, unknown; with the reason as a sentence."""

    system_id: str
    verdict: str
    rules: tuple[Text, ...]
    reason: Text
    criteria: tuple[str, ...] = ()  # Z1…Z6 of 国办发〔2017〕39号, or R1 for strong evidence; beside `rules`
    ticks: tuple[str, ...] = ()  # columns of the clean-up table that the rules which fired belong below
    others: tuple[Text, ...] = ()  # rules which fired and belong below none of them
    before: str | None = None  # the verdict a month ago; none where nothing was known
    disagrees: bool = False  # the unit's own word and the evidence differ
    daily: tuple[
        tuple[float, float] | None, ...
    ] = ()  # vCPU·h used and given by day; `None` where nothing was measured
    daily_from: date | None = None
    line: float | None = None  # the idle rule's limit of the mean CPU
    callers: tuple[str, ...] = ()  # ids of systems that call it
    calls: tuple[str, ...] = ()  # ids of systems that it calls


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A snapshot that the report was made from."""

    snapshot_id: str
    source: str
    collector: str
    taken_at: datetime
    complete: bool
    why_partial: Text | None
    content_sha256: str
    record_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A server on the days of a month on which it was whose and of what size it was then, with its use in them.

    A server that did not change has one; one that went to another unit, system or pool, or was resized, has several.
    """

    stint: Stint
    uses: tuple[Measured, ...]  # one of each resource
    stands: bool  # the last one of a server that still stands at the end

    @property
    def server(self) -> Server:
        """The server as it was then."""
        return self.stint.server

    @property
    def system(self) -> System | None:
        """The system that it belonged to then, where that is known and may be named."""
        return self.stint.system

    @property
    def department(self) -> str | None:
        """Whose it was then; `None` where that is not known."""
        return (self.system.department if self.system else None) or self.server.department


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The servers and systems at one instant: the end of the month, or of the month before.

    Only systems ruled unclassified are here. Classified ones and those of unknown secrecy are counted; their servers count
    without saying whose they are.
    """

    at: datetime
    systems: tuple[System, ...]
    servers: tuple[Server, ...]
    uses: tuple[Measured, ...]  # of each server that counts, over the month that ends here
    pieces: tuple[Piece, ...]  # the same servers and use, each day of the month under whose it was then
    days: tuple[Measured, ...] = ()  # of all of them together, one day after the other (`part` counts days from 0)
    p95_percent: Mapping[Resource, int | None] = field(default_factory=dict)
    classified_count: int = 0
    secrecy_unknown_count: int = 0
    secrecy_unknown_declared: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a usage report is a function of."""

    city: Text
    profile: str
    profile_name: Text
    month: Month
    as_of: datetime
    now: Moment
    before: Moment | None
    previous_uses: tuple[Measured, ...]  # of today's servers in the month before, where there is no snapshot of it
    pools: tuple[Pool, ...]
    bands: Mapping[Resource, Band]
    weights: Mapping[Resource, float]
    coverage_min_ratio: float
    count_off_as_zero: bool
    averaging: Literal["capacity-weighted", "simple"] = "capacity-weighted"
    clause: Clause | None = None
    clean_up_by_on: date | None = None
    parameters: tuple[Parameter, ...] = ()
    findings: tuple[Finding, ...] = ()
    confirmed: frozenset[str] = frozenset()  # systems whose zombie case was confirmed by a person
    cleaned: frozenset[str] = frozenset()  # systems that were switched off, with evidence
    cases: Mapping[str, Case] = field(default_factory=dict)  # the zombie cases by system, without who decided and why
    sources: tuple[Source, ...] = ()
    gap_counts: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[Text, ...] = ()
    migration: Migration | None = None  # only for the report on migration
    before_is_dated: bool = True  # no in bundles of before 2026-11-30: `before` is what the snapshot at its end says

    @property
    def until(self) -> date:
        """The last day counted: that of the month, or of `as_of` where the month is not over."""
        return min(self.month.last_on, self.as_of_on)

    @property
    def as_of_on(self) -> date:
        """The local day of `as_of`."""
        return self.as_of.astimezone(LOCAL_ZONE).date()
