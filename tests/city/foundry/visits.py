"""Who comes to a system of the tenth city through the web front: people, devices, programs, what nobody stopped, and scripts."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import date

import numpy as np

from tests.city.foundry.days import (
    CLOSED_ON,
    EXERCISED_ON,
    LAST_DAYS,
    is_due_day,
    is_entry_day,
    is_street_friday,
    is_term_day,
    is_vendor_day,
)
from tests.city.harbour_request import Visit
from tests.city.model import CitySystem
from tests.city.neighbours_calendar import works

PAGES = ("/", "/login", "/home", "/todo", "/list", "/detail", "/query", "/case/save")
OFFICE = (8, 9, 10, 11, 14, 15, 16, 17)
AT_DAY = tuple(range(7, 22))
# Requests of people on a working day.
PEOPLE = {
    "office": 22.0, "public": 60.0, "steady": 14.0, "batch": 4.0, "light": 5.0, "staledrow": 24.0, "stillold": 26.0, "mirrorpair": 24.0,
    "soleclerk": 16.0, "pilotstreet": 7.0,
}  # fmt: skip
# On which days people come, how many requests they make, at which hours.
ON_DAYS: dict[str, tuple[Callable[[date], bool], float, tuple[int, ...]]] = {
    "enrolweek": (is_entry_day, 90.0, AT_DAY),
    "renovation": (lambda day: works(day) and day <= CLOSED_ON, 30.0, OFFICE),
    "termtime": (is_term_day, 30.0, OFFICE),
    "spillplan": (lambda day: day == EXERCISED_ON, 40.0, (9, 10, 11)),
}
APP, OLD_APP = "CityApp-Gateway/3.4", "CityRide/1.9 (Android 9)"
GATEWAY, PROVINCE, VENDOR, WALL = "10.88.0.14", "10.255.3.21", "172.30.6.40", "10.37.90.5"
BATCHER = "10.37.66.9"


def visitors_of_day(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """People, at their hours."""
    kind = system.behaviour
    if kind in ON_DAYS:
        comes, often, hours = ON_DAYS[kind]
        return _people(rng, system, often, hours, citizens=kind == "enrolweek") if comes(day) else []
    if kind in _BY_HAND:
        return _BY_HAND[kind](rng, system, day)
    citizens = kind == "public"
    often = PEOPLE.get(kind, 0.0) * (1.0 if works(day) else 0.5 if citizens else 0.02)
    return _people(rng, system, often, AT_DAY if citizens else OFFICE, citizens=citizens)


def programs_of_day(rng: np.random.Generator, system: CitySystem, day: date, sign_on: str) -> list[Visit]:
    """Programs of the living, jobs that nobody stopped, and scripts; `sign_on` is the machine of the unified sign-on."""
    kind = system.behaviour
    if kind == "ssotouch":
        return [
            Visit(1, 40 + n, sign_on, f"/scim/v2/Users?page={n + 1}", user="scim", agent="IdentitySync/2.0")
            for n in range(3)
        ]
    if kind == "nightcases":
        return [
            Visit(2, n, "10.37.77.8", f"/case/save?no={day:%Y%m%d}{n + 1:03d}&applicant=ceshi", user="admin", agent="python-requests/2.31", method="POST")
            for n in range(30)
        ]  # fmt: skip
    return _BY_ITSELF[kind](rng) if kind in _BY_ITSELF else []


def _through_gateway(rng: np.random.Generator) -> list[Visit]:
    """Citizens inside the city's common app, whose gateway asks for them."""
    return [
        Visit(int(rng.choice(AT_DAY)), int(rng.integers(60)), GATEWAY, f"/h5/{('list', 'book', 'pay', 'my')[n % 4]}?uid={int(rng.integers(10**6))}", agent=APP, method="POST" if n % 4 in {1, 2} else "GET")
        for n in range(int(rng.poisson(70)))
    ]  # fmt: skip


def _told_nothing_new(_: np.random.Generator) -> list[Visit]:
    """The province's collector."""
    return [Visit(h, 20, PROVINCE, "/exchange/increment", agent="Apache-HttpClient/4.5", status=304) for h in range(24)]


def _told_it_is_gone(rng: np.random.Generator) -> list[Visit]:
    """Old apps on forgotten phones."""
    return [
        Visit(int(rng.choice(AT_DAY)), int(rng.integers(60)), f"192.0.2.{int(rng.integers(1, 250))}", "/api/v1/init", agent=OLD_APP, status=410)
        for _ in range(int(rng.poisson(9)))
    ]  # fmt: skip


def _wall(_: np.random.Generator) -> list[Visit]:
    """The computer of an exhibition's wall."""
    return [Visit(h, m, WALL, "/screen/data", agent="Chromium Kiosk") for h in range(24) for m in (7, 22, 37, 52)]


_BY_ITSELF: dict[str, Callable[[np.random.Generator], list[Visit]]] = {
    "onegate": _through_gateway,
    "provincepull": _told_nothing_new,
    "oldapp": _told_it_is_gone,
    "hallscreen": _wall,
}


def _looked_up(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """A worker comes and asks for the years worked: a clerk looks, opens the file, prints."""
    found: list[Visit] = []
    for _ in range(int(rng.poisson(1.1)) if works(day) or day == system.last_login_on else 0):
        hour, minute, number = int(rng.choice(OFFICE)), int(rng.integers(50)), int(rng.integers(10**5))
        client = f"10.37.31.{20 + int(rng.integers(3))}"
        steps = ("/login", f"/query?card={number}", f"/file/view?id={number}", f"/print/cert?id={number}")
        found += [Visit(hour, minute + 2 * n, client, path) for n, path in enumerate(steps)]
    return found


def _streets(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """Each street hands in its week on Friday afternoon."""
    if not is_street_friday(day):
        return []
    return [
        Visit(14 + n % 4, int(rng.integers(60)), f"10.38.{n}.{12 + n}", f"/weekly/upload?street={n + 1}&items={int(rng.integers(2, 30))}", method="POST")
        for n in range(14) if rng.random() < 0.95
    ]  # fmt: skip


def _films(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """Films are handed in by day and looked at."""
    count = int(rng.poisson(12)) if works(day) else 0
    return [
        Visit(int(rng.choice(OFFICE)), int(rng.integers(60)), f"10.37.44.{10 + n % 6}", f"/media/upload?mb={int(rng.integers(200, 4000))}" if n % 3 else "/media/list", method="POST" if n % 3 else "GET")
        for n in range(count)
    ]  # fmt: skip


def _readings(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """Readings come in at night, another number each time; clerks check them by day."""
    found = [
        Visit(2, n, BATCHER, f"/import?batch={day:%Y%m%d}{n:02d}&rows={int(rng.integers(300, 2500))}", user="meter", agent="okhttp/4.12", method="POST")
        for n in range(int(rng.integers(12, 40)))
    ]  # fmt: skip
    for _ in range(int(rng.poisson(14)) if works(day) else 0):
        page = ("/reading/list", "/reading/check", "/bill/query")[int(rng.integers(3))]
        method = "POST" if page.endswith("check") else "GET"
        found.append(
            Visit(
                int(rng.choice(OFFICE)),
                int(rng.integers(60)),
                f"10.37.52.{10 + int(rng.integers(5))}",
                page,
                method=method,
            )
        )
    return found


def _returns(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """Firms save their returns in the quarter's last days, the unit checks them."""
    if not is_due_day(day):
        return []
    saved = [
        Visit(int(rng.choice(OFFICE)), int(rng.integers(60)), f"192.0.2.{int(rng.integers(1, 250))}", f"/return/save?unit={int(rng.integers(1, 400))}&version={int(rng.integers(1, 4))}", method="POST")
        for _ in range(int(rng.poisson(40)))
    ]  # fmt: skip
    return saved + [
        Visit(int(rng.choice(OFFICE)), int(rng.integers(60)), f"10.37.58.{10 + n % 3}", f"/return/check?unit={int(rng.integers(1, 400))}", method="POST")
        for n in range(int(rng.poisson(15)))
    ]  # fmt: skip


def _all_at_once(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """All the staff, on the last days before the report: the first page and out again."""
    found: list[Visit] = []
    for n in range(system.users if works(day) and day >= LAST_DAYS else 0):
        if rng.random() < 0.8:
            hour, minute = int(rng.choice((9, 10, 14, 15))), int(rng.integers(58))
            steps = (("/login", "POST"), ("/home", "GET"), ("/logout", "GET"))
            found += [Visit(hour, minute + (k > 1), f"10.37.{zlib.crc32(system.id.encode()) % 90}.{10 + n}", path, method=method) for k, (path, method) in enumerate(steps)]  # fmt: skip
    return found


def _looks_in(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """The maintenance firm's Wednesday."""
    steps = (("/login", "POST"), ("/admin/status", "GET"), ("/logout", "GET"))
    comes = is_vendor_day(day)
    return [Visit(10, 12 + 6 * n, VENDOR, path, user="yunwei", method=method) for n, (path, method) in enumerate(steps)] if comes else []  # fmt: skip


_BY_HAND: dict[str, Callable[[np.random.Generator, CitySystem, date], list[Visit]]] = {
    "filelookup": _looked_up, "fridayfile": _streets, "transcode": _films, "nightcount": _readings, "quarterend": _returns,
    "flashmob": _all_at_once, "vendoronly": _looks_in,
}  # fmt: skip


def _people(
    rng: np.random.Generator, system: CitySystem, often: float, hours: tuple[int, ...], *, citizens: bool = False
) -> list[Visit]:
    """Requests of people; the staff of a system sits at not more machines than it has users."""
    found, floor, desks = [], zlib.crc32(system.id.encode()) % 90, max(1, min(system.users, 60))
    for _ in range(int(rng.poisson(often))):
        client = f"192.0.2.{int(rng.integers(1, 250))}" if citizens else f"10.37.{floor}.{2 + int(rng.integers(desks))}"
        page = PAGES[int(rng.integers(len(PAGES)))]
        method = "POST" if page.endswith("save") else "GET"
        found.append(Visit(int(rng.choice(hours)), int(rng.integers(60)), client, page, method=method))
    return found
