"""Who comes to a system of the ninth city through the web front: people, devices, programs, what nobody stopped, and scripts."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from tests.city.frontier.days import (
    FAIR_ENDS,
    RESCUES,
    SNOW,
    TURNED_ON,
    is_port_day,
    is_quarter_report_day,
)
from tests.city.harbour_request import Visit
from tests.city.model import CitySystem
from tests.city.neighbours_calendar import works

PAGES = ("/", "/login", "/index", "/todo", "/list", "/detail", "/query", "/case/save")
NINE = ("/login", "/index", "/menu", "/news", "/list?p=1", "/list?p=2", "/detail?id=1", "/help", "/logout")
OFFICE = (8, 9, 10, 11, 14, 15, 16, 17)
AT_DAY = tuple(range(7, 22))
# Requests of people on a working day.
PEOPLE = {"office": 24.0, "public": 70.0, "steady": 14.0, "batch": 4.0, "light": 4.0, "thin": 20.0, "bigheap": 20.0}
# On which days people come, how many requests they make, at which hours.
ON_DAYS: dict[str, tuple[Callable[[date], bool], float, tuple[int, ...]]] = {
    "icefair": (lambda day: day <= FAIR_ENDS, 50.0, tuple(range(8, 21))),
    "portduty": (is_port_day, 40.0, (8, 9, 10, 11)),
    "quarterly": (is_quarter_report_day, 40.0, OFFICE),
    "rescue": (lambda day: day in RESCUES, 40.0, tuple(range(13, 22))),
    "snowday": (lambda day: day in SNOW, 40.0, tuple(range(5, 20))),
    "greenside": (lambda day: day >= TURNED_ON, 60.0, AT_DAY),
}
SELDOM = frozenset({"cabin", "clearing", "expiredkey", "loneviewer"})
HEADLESS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/112.0.0.0 Safari/537.36"
)
HANDHELD = "Ranger/2.1 (Android 11)"


def visitors_of_day(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """People, at their hours."""
    kind = system.behaviour
    if kind in ON_DAYS:
        comes, often, hours = ON_DAYS[kind]
        return _people(rng, system, often, hours, citizens=kind in {"icefair", "greenside"}) if comes(day) else []
    if kind == "freshstart":
        opened = system.servers[0].created_on + timedelta(days=5) if system.servers else day
        return _people(rng, system, 18.0, OFFICE) if works(day) and day >= opened else []
    if kind in SELDOM:
        return _seldom(rng, system, day)
    citizens = kind == "public"
    often = PEOPLE.get(kind, 0.0) * (1.0 if works(day) else 0.5 if citizens else 0.02)
    return _people(rng, system, often, AT_DAY if citizens else OFFICE, citizens=citizens)


def _seldom(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """Few people, and what each of them does."""
    kind = system.behaviour
    if kind == "cabin":
        return _watch(system)
    if kind == "clearing":
        return _looks_in() if day == system.last_login_on or day.day == 12 else []
    if kind == "expiredkey":
        return _turned_away(rng) if works(day) and rng.random() < 0.3 else []
    opened = works(day) and rng.random() < 0.4  # two pages, by one address that nobody knows
    return [Visit(10, 5 + n, "10.36.50.23", page) for n, page in enumerate(("/index", "/list"))] if opened else []


def programs_of_day(rng: np.random.Generator, system: CitySystem, day: date, partner: str) -> list[Visit]:
    """Devices and programs of the living, jobs that nobody stopped, and scripts; `partner` is a machine of a living system."""
    found = _devices(rng, system, day) + _robots(rng, system, day)
    return found + _left_running(rng, system, day, partner) + _scripts(system)


def _devices(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """Handhelds on Sunday evenings, loudspeakers three times a day, docks after each shift."""
    kind = system.behaviour
    if kind == "fieldsync" and day.weekday() == 6:
        return [
            Visit(18 + n % 4, int(rng.integers(60)), f"10.72.{n % 5}.{20 + n}", f"/sync/patrol?device=H{n:03d}&points={int(rng.integers(40, 400))}", agent=HANDHELD, method="POST")
            for n in range(36) if rng.random() < 0.85
        ]  # fmt: skip
    if kind == "broadcast":
        return [Visit(h, n % 60, f"10.73.{n % 9}.{10 + n}", f"/epg/today?term=V{n:03d}", agent="VillageRadio/3.0") for h in (6, 12, 18) for n in range(48)]  # fmt: skip
    if kind == "docking":
        return [
            Visit(h, int(rng.integers(60)), f"10.74.1.{10 + dock}", f"/upload/video?dock={dock}&mb={int(rng.integers(80, 900))}", agent="DockStation/1.7", method="POST")
            for h in (8, 20) for dock in range(6) for _ in range(int(rng.poisson(2)))
        ]  # fmt: skip
    return []


def _robots(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """A robot that hands in cases for clerks to decide, and a bank that fetches the file of the day."""
    if system.behaviour == "robotwork" and works(day):
        cases = int(rng.integers(70, 210))
        handed = [Visit(OFFICE[n % 8], n % 60, "10.36.9.40", f"/claim/submit?no={day:%Y%m%d}-{n + 1:03d}", user="rpa02", method="POST") for n in range(cases)]  # fmt: skip
        decided = [Visit(int(rng.choice(OFFICE)), n % 60, f"10.36.9.{60 + n % 4}", f"/claim/review?no={day:%Y%m%d}-{n + 1:03d}", method="POST") for n in range(cases // 5)]  # fmt: skip
        return handed + decided
    if system.behaviour == "clearing":
        return [Visit(6, 10, "10.200.1.5", f"/settle/file?date={day - timedelta(days=1):%Y%m%d}", agent="BankFront/2.4")]  # fmt: skip
    return []


def _left_running(rng: np.random.Generator, system: CitySystem, day: date, partner: str) -> list[Visit]:
    """Desktop clients that ask for a version, a robot's empty report, a gateway's question, zero reports."""
    kind = system.behaviour
    if kind == "clientghost" and works(day):
        return [
            Visit(8, int(rng.integers(60)), f"10.36.{n % 7}.{30 + n}", "/client/version.xml", agent="UpdateClient/1.2")
            for n in range(9 + len(system.name)) if rng.random() < 0.85
        ]  # fmt: skip
    if kind == "robotexport":
        steps = (("/login", "POST"), (f"/report/export?date={day:%Y%m%d}&rows=0", "GET"), ("/logout", "POST"))
        return [Visit(7, 30 + n, "10.36.8.17", path, user="rpa01", method=method) for n, (path, method) in enumerate(steps)]  # fmt: skip
    if kind == "idlemodel":
        return [Visit(h, m, partner, "/v1/models", agent="AIGateway/1.0") for h in range(24) for m in range(4, 60, 10)]
    if kind == "zeroreport":
        return [Visit(16, 2 * n, f"10.4{n % 10}.3.{8 + n}", f"/daily/report?town={n + 1}&num=0", agent="python-requests/2.25", method="POST") for n in range(13)]  # fmt: skip
    return []


def _scripts(system: CitySystem) -> list[Visit]:
    """A headless browser's nine pages, twenty times; one day's requests, the same ones every day."""
    if system.behaviour == "clickfarm":
        return [
            Visit(8 + run // 2, 30 * (run % 2) + n, "10.36.77.6", page, user="u0117", agent=HEADLESS)
            for run in range(20) for n, page in enumerate(NINE)
        ]  # fmt: skip
    if system.behaviour == "replayed":
        return _people(np.random.default_rng(zlib.crc32(system.id.encode())), system, 60.0, OFFICE)
    return []


def _watch(system: CitySystem) -> list[Visit]:
    """Who is on watch writes a line at each change."""
    client = f"10.36.40.{10 + len(system.name)}"
    steps = (("/login", "POST"), ("/log/save", "POST"), ("/logout", "GET"))
    return [Visit(hour, 2 + 3 * n, client, path, method=method) for hour in (7, 19) for n, (path, method) in enumerate(steps)]  # fmt: skip


def _looks_in() -> list[Visit]:
    return [Visit(9, 15 + 4 * n, "10.36.21.8", path) for n, path in enumerate(("/login", "/settle/list", "/settle/print"))]  # fmt: skip


def _turned_away(rng: np.random.Generator) -> list[Visit]:
    client, hour = f"10.36.61.{int(rng.integers(2, 30))}", int(rng.choice(OFFICE))
    steps = (("/login", "GET", 200), ("/login", "POST", 302), ("/license/expired.html", "GET", 200))
    return [Visit(hour, 20 + n, client, path, method=method, status=status) for n, (path, method, status) in enumerate(steps)]  # fmt: skip


def _people(
    rng: np.random.Generator, system: CitySystem, often: float, hours: tuple[int, ...], *, citizens: bool = False
) -> list[Visit]:
    """Requests of people; the staff of a system sits at not more machines than it has users."""
    found, floor, desks = [], zlib.crc32(system.id.encode()) % 90, max(2, min(system.users, 60))
    for _ in range(int(rng.poisson(often))):
        client = f"192.0.2.{int(rng.integers(1, 250))}" if citizens else f"10.36.{floor}.{2 + int(rng.integers(desks))}"
        page = PAGES[int(rng.integers(len(PAGES)))]
        method = "POST" if page.endswith("save") else "GET"
        found.append(Visit(int(rng.choice(hours)), int(rng.integers(60)), client, page, method=method))
    return found
