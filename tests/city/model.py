"""What the fictional city is made of; the truth, before anybody writes it into a ledger."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

import numpy as np

from tests.city.county_kinds import DEAD as COUNTY_DEAD
from tests.city.county_kinds import UNDECIDED as COUNTY_UNDECIDED
from tests.city.county_kinds import CountyKind
from tests.city.foundry.kinds import DEAD as FOUNDRY_DEAD
from tests.city.foundry.kinds import UNDECIDED as FOUNDRY_UNDECIDED
from tests.city.foundry.kinds import FoundryKind
from tests.city.frontier.kinds import DEAD as FRONTIER_DEAD
from tests.city.frontier.kinds import UNDECIDED as FRONTIER_UNDECIDED
from tests.city.frontier.kinds import FrontierKind
from tests.city.habits import FIRST_HABITS, Habits
from tests.city.harbour_kinds import DEAD, UNDECIDED, HarbourKind

END = date(2026, 4, 1)  # the period is the days before it: 90 of them start on 2026-01-01

# Public holidays of the period, when offices rest: New Year and the Spring Festival of 2026 (State Council notice).
RESTS = tuple(date(2026, 1, 1) + timedelta(days=n) for n in range(3)) + tuple(
    date(2026, 2, 15) + timedelta(days=n) for n in range(9)
)

Behaviour = Literal[
    # in use
    "office", "public", "steady", "batch", "light", "seasonal-on", "new",
    # idle, and yet needed
    "seasonal-off", "standby", "emergency", "test", "called",
    # looks idle to whoever counts logins: five people, programs only, behind a portal, at night only (third habits)
    "few", "api", "gateway", "nightly",
    # display walls that nobody logs in to, archives that are looked into now and then (fourth habits)
    "kiosk", "archive",
    # used in the first working days of a month (fifth habits)
    "monthly",
    # logins counted elsewhere, apps on a shared platform and the platform, one day a month, sensors, a dissolved unit's data,
    # a migration half done, a census (sixth habits)
    "sso", "shared", "platform", "dayuse", "ingest", "relic", "half", "census",
    # zombies
    "abandoned", "cron", "off", "declared", "expired", "replaced", "pumped", "borrowed",
    # its project ended, a province's system took over, never put to use, its unit was merged away (fifth habits)
    "ended", "superseded", "unborn", "merged",
    # left behind by a migration, only crawlers come, only a vendor comes, its contract renews itself, a cloned machine, its
    # unit is dissolved (sixth habits)
    "leftover", "visited", "remote", "autopaid", "cloned", "reformed",
    # nobody measures it
    "unmeasured", "unmeasured-zombie",
    # alive, dead and undecidable in ways of the seventh habits (tests/city/harbour_kinds.py)
    HarbourKind,
    # and of the eighth (tests/city/county_kinds.py)
    CountyKind,
    # and of the ninth (tests/city/frontier/kinds.py)
    FrontierKind,
    # and of the tenth (tests/city/foundry/kinds.py)
    FoundryKind,
]  # fmt: skip
ZOMBIES = frozenset(
    {
        "abandoned",
        "cron",
        "off",
        "declared",
        "expired",
        "replaced",
        "pumped",
        "borrowed",
        "ended",
        "superseded",
        "unborn",
        "merged",
        "leftover",
        "visited",
        "remote",
        "autopaid",
        "cloned",
        "reformed",
        "unmeasured-zombie",
        *DEAD,
        *COUNTY_DEAD,
        *FRONTIER_DEAD,
        *FOUNDRY_DEAD,
    }
)
UNMEASURED = frozenset({"unmeasured", "unmeasured-zombie"})
WHY = {
    "abandoned": "nobody logs in, nobody maintains it; only the operating system runs",
    "cron": "only its own nightly jobs run; nobody logs in",
    "off": "powered off for months, never handed back",
    "declared": "the department itself says so",
    "expired": "maintenance ended over a year ago, no update since; crawlers still visit",
    "replaced": "a province-wide system took over; the old one still turns",
    "pumped": "abandoned, with a constant artificial load since the last report",
    "borrowed": "abandoned; a vendor works for others from its machine",
    "ended": "its campaign or project is over; nobody has logged in since, only the machine and its agents run",
    "superseded": "a province-wide system took over on one day; nobody has logged in since, only the machine and its agents run",
    "unborn": "accepted and paid for, never put to use",
    "merged": "the unit that built it was merged into another, nobody took it over",
    "leftover": "its use moved to a new environment on one day; the old copy was left running, nobody has logged in since",
    "visited": "nobody logs in and nothing is updated; only crawlers and health checks visit",
    "remote": "no business use; only the vendor logs in, from remote",
    "autopaid": "nobody has logged in for long; its contract renews itself, and the vendor patches",
    "cloned": "a machine cloned for an upgrade, never used and never deleted",
    "reformed": "its unit or duty is gone in an institutional reform, and nobody queries its data",
    "unmeasured-zombie": "abandoned, and neither measured nor described",
}


@dataclass(slots=True, kw_only=True)
class Department:
    """A unit of the city; `systems` are names with the tags of departments.txt."""

    slug: str
    name: str
    former: tuple[str, ...]
    weight: int
    catalogue: tuple[str, ...]
    layout: int = 0
    cloud: str = "cloud-a"
    contact: str = ""
    phone: str = ""


@dataclass(slots=True, kw_only=True)
class CityServer:
    """A machine; `place` is a cloud or a machine room, `shape` the index of its usage shape."""

    id: str
    name: str
    system: str | None
    department: str
    role: str
    place: str
    zone: str
    arch: str
    vcpu: int
    memory_gib: int
    root_gib: int
    data_gib: tuple[int, ...]
    address: str
    address6: str | None
    created_on: date
    powered_off_on: date | None = None
    tagged: bool = True
    listed: bool = True
    behaviour: Behaviour = "steady"
    monitored_on: date | None = None  # the day monitoring began, where that was late

    @property
    def disk_gib(self) -> int:
        """All disks together."""
        return self.root_gib + sum(self.data_gib)


@dataclass(slots=True, kw_only=True)
class CitySystem:
    """A system as it truly is; the ledger may say less, or say it badly."""

    id: str
    code: str
    name: str
    department: str
    behaviour: Behaviour
    system_class: str
    classified: bool
    core: bool
    mlps_level: int | None
    zones: tuple[str, ...]
    location: str
    xinchuang: bool
    cpu_arch: str
    os: str
    db: str | None
    middleware: str | None
    users: int
    online_on: date
    contract_end_on: date | None
    last_login_on: date | None
    last_update_on: date | None
    monthly_logins: int
    hardware_on: date | None
    dr: str | None
    data_gib: int
    build_cost_wan: float
    ops_cost_wan: float
    vendor: str
    ops_vendor: str
    contact: str
    phone: str
    vendor_contact: str
    vendor_phone: str
    office: str
    url: str | None
    account: tuple[str, str] | None
    withheld: frozenset[str] = frozenset()  # fields that the unit leaves blank (fifth habits)
    precision: str = "day"  # how exact the dates of its row are: day, month or year
    state: str | None = None  # how its row spells 系统状态 and 系统类别, where it does so in its own words
    category: str | None = None
    note: str | None = None  # what the ledger remarks instead of what the behaviour is remarked with
    reason: str | None = None  # why the truth about it is what it is (seventh habits)
    lodges_at: str | None = None  # the address of another system's machine that it shares (seventh habits)
    contract_words: str | None = None  # what stands for the end of its contract (ninth habits)
    depends_on: tuple[str, ...] = ()
    servers: list[CityServer] = field(default_factory=list)

    @property
    def zombie(self) -> bool:
        """Whether it truly is one."""
        return self.behaviour in ZOMBIES

    @property
    def expected_verdict(self) -> str:
        """What an honest judge can say from the evidence there is."""
        if self.behaviour in UNMEASURED | UNDECIDED | COUNTY_UNDECIDED | FRONTIER_UNDECIDED | FOUNDRY_UNDECIDED:
            return "unknown"
        return "zombie" if self.zombie else "in_use"


@dataclass(slots=True, kw_only=True)
class City:
    """The whole city, sorted by id; `seed` and `days` say how it came about."""

    seed: int
    days: int
    departments: list[Department]
    systems: list[CitySystem]
    orphans: list[CityServer] = field(default_factory=list)
    habits: Habits = FIRST_HABITS

    @property
    def start(self) -> date:
        """The first day with samples."""
        return END - timedelta(days=self.days)

    @property
    def servers(self) -> list[CityServer]:
        """All machines, in the order of their systems, those of nobody last."""
        return [server for system in self.systems for server in system.servers] + self.orphans

    def department(self, slug: str) -> Department:
        """The department of that slug."""
        return next(d for d in self.departments if d.slug == slug)


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Random numbers for one purpose, so that a change in one part of the city leaves the others as they were."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode())])
