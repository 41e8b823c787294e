"""Who comes to a system of the eighth city through the web front: people, programs, what nobody stopped, and scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from tests.city.county_calendar import CLOSED_ON, FAIR, INSPECTED, VISITED, declares, is_market_day, is_shift_day
from tests.city.harbour_request import Visit
from tests.city.model import CitySystem
from tests.city.neighbours_calendar import works

PAGES = ("/", "/login", "/index", "/todo", "/form/list", "/form/view", "/form/query", "/form/save")
OFFICE = (8, 9, 10, 11, 14, 15, 16, 17)
AT_DAY = tuple(range(7, 22))
# Requests of people on a working day.
PEOPLE = {"office": 25.0, "public": 70.0, "steady": 14.0, "batch": 4.0, "light": 4.0, "padded": 12.0, "overbuilt": 20.0}
# On which days people come, how many requests they make, at which hours.
ON_DAYS: dict[str, tuple[Callable[[date], bool], float, tuple[int, ...]]] = {
    "latecomer": (declares, 25.0, OFFICE),
    "marketday": (is_market_day, 25.0, (7, 8, 9, 10, 11, 12)),
    "shifts": (is_shift_day, 40.0, (7, 15, 23)),
    "fair": (lambda day: day in FAIR, 80.0, tuple(range(8, 20))),
    "inspection": (lambda day: day in INSPECTED, 40.0, OFFICE),
    "batchpay": (lambda day: day.day in {9, 10}, 10.0, (17, 18)),
    "contested": (lambda day: day in VISITED, 3.0, (10,)),
    "sporadic": (lambda day: day in VISITED, 3.0, (10,)),
}
SELDOM = {"archived": 0.22, "statute": 0.1}  # of the working days somebody looks something up
OLD_BROWSER = "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) MicroMessenger/8.0.47 miniProgram/wx0000000000"
APP = "CityApp/3.2.1 (Android 13)"
GATEWAY, ERRORS = "10.8.0.15", (502, 503)


def visitors_of_day(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """People, at their hours."""
    kind = system.behaviour
    if kind in ON_DAYS:
        comes, often, hours = ON_DAYS[kind]
        return _people(rng, often, hours) if comes(day) else []
    if kind in SELDOM | {"preparing": 1.0}:
        here = works(day) and (rng.random() < SELDOM.get(kind, 1.0) or day == system.last_login_on)
        return (_contractor(rng) if kind == "preparing" else _looked_up(rng)) if here else []
    if kind in {"maintenance", "frontgone", "appclosed"}:
        return _turned_away(rng, system, day)
    citizens = kind == "public"
    often = PEOPLE.get(kind, 0.0) * (1.0 if works(day) else 0.5 if citizens else 0.02)
    return _people(rng, often, AT_DAY if citizens else OFFICE, citizens=citizens)


def programs_of_day(rng: np.random.Generator, system: CitySystem, day: date, partners: tuple[str, ...]) -> list[Visit]:
    """Programs that call the living, jobs that nobody stopped, and scripts; `partners` are the addresses that call."""
    kind = system.behaviour
    if kind == "startpage":
        return _start_pages(rng, system) if works(day) else []
    if kind == "retired":
        return [Visit(h, m, "10.35.12.77", "/session/keepalive", user="zhaogf", agent=OLD_BROWSER) for h in range(24) for m in range(0, 60, 10)]  # fmt: skip
    if kind == "showroom":
        return [Visit(h, m, "10.35.2.8", f"/mock/screen{m // 10}.json") for h in range(24) for m in range(0, 60, 10)]
    return _devices(rng, kind, day) + _jobs(kind, day, partners) + _scripts(kind, day)


def error_of(system: CitySystem) -> int:
    """Which error page a broken system shows, always the same."""
    return ERRORS[len(system.name) % 2]


def _devices(rng: np.random.Generator, kind: str, day: date) -> list[Visit]:
    """Stations, firms' boxes, mini-programs behind a gateway, towns at roll-call."""
    if kind == "flood":
        return [Visit(8, n, f"10.71.3.{10 + n}", "/rtu/report", agent="RTU/1.4", method="POST") for n in range(20)]
    if kind == "uplink":
        sent = [Visit(n % 6, 3 * (n % 20), f"10.71.9.{10 + n}", "/upload/day", agent="okhttp/3.14", method="POST") for n in range(30)]  # fmt: skip
        return [*sent, Visit(22, 5, "10.1.1.30", "/province/pull", agent="Java/1.8.0_202", method="POST")]
    if kind == "miniapi":
        hours = [int(rng.choice(AT_DAY)) for _ in range(int(rng.poisson(60)))]
        return [Visit(h, n % 60, GATEWAY, f"/mp-api/v1/{('query', 'order', 'notice')[n % 3]}", agent=PHONE) for n, h in enumerate(hours)]  # fmt: skip
    if kind == "rollcall":
        return [Visit(20, n % 10, f"10.4{n}.6.5", "/rollcall/answer", method="POST") for n in range(9)]
    return []


def _jobs(kind: str, day: date, partners: tuple[str, ...]) -> list[Visit]:
    """What flows back from the province, what a bus asks, what two dead ones copy, what a contractor builds."""
    if kind == "provincial":
        return [Visit(2, 5 + n, partners[0], "/backflow/receive", agent="DataX/3.0", method="POST") for n in range(8)]
    if kind == "heartbeat":
        return [
            Visit(h, m, partners[0], "/esb/alive", agent="ESB-Probe/2.1") for h in range(24) for m in range(5, 60, 10)
        ]
    if kind == "pairsync":
        return [Visit(h, 15, one, "/sync/pull", agent="Java/1.8.0_101", method="POST") for h in range(24) for one in partners[:1]]  # fmt: skip
    if kind == "staging" and works(day):
        steps = ("/deploy/hook", *("/actuator/health" for _ in range(12)))
        return [Visit(1, 2 * n, "10.99.3.20", path, agent="Jenkins/2.401", method="POST" if n == 0 else "GET") for n, path in enumerate(steps)]  # fmt: skip
    return []


def _scripts(kind: str, day: date) -> list[Visit]:
    """All accounts in turn from one address; one record over and over."""
    if kind == "crowdlogin":
        return [
            Visit(14, 5 + n // 8, "10.35.66.9", path, user=f"u{n + 1:03d}", method="POST", status=302)
            for n in range(30) for path in ("/login", "/logout")
        ]  # fmt: skip
    if kind == "dripfed":
        return [Visit(h, m, "10.35.70.4", "/form/save", user="import", method="POST") for h in range(24) for m in range(3, 60, 10)]  # fmt: skip
    return []


def _start_pages(rng: np.random.Generator, system: CitySystem) -> list[Visit]:
    """Old machines that are switched on in the morning; each shows the login form, and that is all."""
    found = []
    for n in range(8 + len(system.name)):
        if rng.random() < 0.9:
            client, hour, minute = f"10.35.{n % 7}.{20 + n}", 8, int(rng.integers(60))
            found += [
                Visit(hour, minute, client, "/", agent=OLD_BROWSER, status=302),
                Visit(hour, minute, client, "/login", agent=OLD_BROWSER),
            ]
    return found


def _turned_away(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """People who try and see an error, a code to scan, or that it is gone."""
    if system.behaviour == "frontgone":
        return _sent_to_the_code(rng)
    if system.behaviour == "appclosed":
        return _app(rng, day)
    tried = _people(rng, 4.0 if works(day) else 0.5, OFFICE)
    return [Visit(v.hour, v.minute, v.client, "/", status=error_of(system)) for v in tried]


def _sent_to_the_code(rng: np.random.Generator) -> list[Visit]:
    """Citizens with an old bookmark see a page with the mini-program's code."""
    found = []
    for visit in _people(rng, 8.0, AT_DAY, citizens=True):
        found.append(Visit(visit.hour, visit.minute, visit.client, "/", status=302))
        found.append(Visit(visit.hour, visit.minute, visit.client, "/mp-qr.html"))
    return found


def _app(rng: np.random.Generator, day: date) -> list[Visit]:
    """An app before and after it was taken down; phones that still have it are told that it is gone."""
    gone = day >= CLOSED_ON
    hours = [int(rng.choice(AT_DAY)) for _ in range(int(rng.poisson(6.0 if gone else 60.0)))]
    return [Visit(h, n % 60, f"192.0.2.{int(rng.integers(1, 250))}", "/app/v3/home", agent=APP, status=410 if gone else 200) for n, h in enumerate(hours)]  # fmt: skip


def _looked_up(rng: np.random.Generator) -> list[Visit]:
    hour, client = int(rng.choice(OFFICE)), f"10.35.31.{int(rng.integers(2, 6))}"
    steps = (
        ("/login", "POST", 302),
        ("/form/query", "POST", 200),
        ("/form/view", "GET", 200),
        ("/form/print", "GET", 200),
    )
    return [Visit(hour, 10 + 3 * n, client, path, method=method, status=status) for n, (path, method, status) in enumerate(steps)]  # fmt: skip


def _contractor(rng: np.random.Generator) -> list[Visit]:
    pages = ("/login", "/admin/config", "/admin/menu", "/form/save", "/upgrade")
    return [Visit(int(rng.choice(OFFICE)), n % 60, f"10.99.8.{int(rng.integers(2, 9))}", pages[n % 5], user="impl") for n in range(int(rng.poisson(14)))]  # fmt: skip


def _people(rng: np.random.Generator, often: float, hours: tuple[int, ...], *, citizens: bool = False) -> list[Visit]:
    found = []
    for n in range(int(rng.poisson(often))):
        client = f"192.0.2.{int(rng.integers(1, 250))}" if citizens else f"10.35.{int(rng.integers(0, 90))}.{int(rng.integers(2, 250))}"  # fmt: skip
        page = PAGES[int(rng.integers(len(PAGES)))]
        method = "POST" if page.endswith("save") else "GET"
        found.append(Visit(int(rng.choice(hours)), (7 * n) % 60, client, page, method=method))
    return found
