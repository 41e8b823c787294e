"""Who uses a system of the seventh city through the web: people, clients, terminals, meters, and scripts that feign it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from tests.city.harbour_calendar import ends_a_month, halls_open, season_of
from tests.city.harbour_request import Visit
from tests.city.model import CitySystem
from tests.city.neighbours_calendar import works

PAGES = ("/", "/login", "/home", "/task/todo", "/biz/list", "/biz/detail", "/biz/query", "/biz/save")
OFFICE = (8, 9, 10, 11, 14, 15, 16, 17)
# Requests of people on a working day.
PEOPLE = {
    "office": 25.0, "public": 70.0, "steady": 15.0, "batch": 5.0, "light": 4.0, "new": 8.0, "guest": 6.0, "leaving": 12.0, "sso": 18.0,
    "lookup": 3.0, "unopened": 0.5,
}  # fmt: skip
OPEN: dict[str, tuple[Callable[[date], bool], float]] = {
    "trio": (lambda day: works(day) and day.weekday() == 2, 8.0),
    "monthend": (ends_a_month, 20.0),
    "rarely": (lambda day: works(day) and day.day == 14, 3.0),
    "test": (lambda day: works(day) and day.isocalendar().week % 4 == 1, 6.0),
}


def visitors_of_day(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """People, at their hours."""
    kind = system.behaviour
    if kind == "nightduty":
        hours: tuple[int, ...] = (20, 21, 22, 23, 0, 1, 5, 6)
        return _people(rng, 12.0, hours if works(day) else tuple(range(24)))
    if kind == "forwarding":  # bookmarks of years ago, answered by a redirect
        return [Visit(int(rng.choice(OFFICE)), n, _near(rng), "/", status=301) for n in range(int(rng.poisson(9)))]
    if kind in OPEN:
        opens, often = OPEN[kind]
        return _people(rng, often, OFFICE) if opens(day) else []
    often = PEOPLE.get(kind, 0.0)
    if kind == "seasonal-on" and day.month in (season_of(system) or ()):
        often = 30.0
    citizens = kind == "public" or (kind == "seasonal-on" and "互联网区" in system.zones)
    often *= 1.0 if works(day) else 0.5 if citizens else 0.03
    found = _people(rng, often, tuple(range(7, 23)) if citizens else OFFICE, citizens=citizens)
    if kind == "sso":
        found += [Visit(v.hour, v.minute, v.client, "/cas/login?ticket=ST-8c2", status=302) for v in found[::4]]
    return found


def _people(rng: np.random.Generator, often: float, hours: tuple[int, ...], *, citizens: bool = False) -> list[Visit]:
    found = []
    for n in range(int(rng.poisson(often))):
        client = f"192.0.2.{int(rng.integers(1, 250))}" if citizens else _near(rng)
        page = PAGES[int(rng.integers(len(PAGES)))]
        method = "POST" if page.endswith("save") else "GET"
        found.append(Visit(int(rng.choice(hours)), (7 * n) % 60, client, page, method=method))
    return found


def programs_of_day(rng: np.random.Generator, system: CitySystem, day: date, partner: str) -> list[Visit]:
    """Clients, terminals, meters, callers; jobs that nobody stopped, and scripts."""
    return _clients(rng, system, day) + _devices(rng, system, day, partner) + _scripts(system, partner)


def _clients(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """Desktop clients of the staff, which talk to the interface."""
    if system.behaviour != "clientonly" or not works(day):
        return []
    paths = [f"/api/v2/{('query', 'submit', 'print')[n % 3]}" for n in range(int(rng.poisson(60)))]
    agent = "JtClient/5.1 (Windows NT 6.1)"
    return [Visit(int(rng.choice(OFFICE)), n % 60, _near(rng), path, agent=agent, method="POST") for n, path in enumerate(paths)]  # fmt: skip


def _devices(rng: np.random.Generator, system: CitySystem, day: date, partner: str) -> list[Visit]:
    """Terminals, meters, cameras' viewers, callers."""
    kind = system.behaviour
    if kind == "terminal" and halls_open(day):
        return [Visit(h, 5 * n, f"10.41.7.{20 + n}", "/kiosk/order", agent="SelfTerm/3.0 Android 9", method="POST") for h in range(9, 17) for n in range(5)]  # fmt: skip
    if kind == "meter":
        return [Visit(h, n, f"10.77.4.{10 + n}", "/collect/frame", agent="gw-coap/2.2", method="POST") for h in (1, 2, 3, 4) for n in range(8)]  # fmt: skip
    if kind == "called" and (works(day) or rng.random() < 0.3):
        return [Visit(h, 12, partner, "/rest/base/get", agent="Apache-HttpClient/4.5.6") for h in range(7, 22)]
    if kind == "video":
        return [Visit(h, 30, f"10.52.1.{int(rng.integers(2, 40))}", "/live/ch01/index.m3u8", agent="VLC/3.0.16") for h in range(24)]  # fmt: skip
    return []


def _scripts(system: CitySystem, partner: str) -> list[Visit]:
    """A job that nobody stopped, a login of every day (holidays or not), a machine that calls itself."""
    kind = system.behaviour
    if kind == "pushed":
        return [Visit(3, 10 + n, partner, "/exchange/receive", agent="DataX/3.0", method="POST") for n in range(6)]
    if kind == "loginbot":
        steps = (("GET", "/login", 200), ("POST", "/login", 302), ("GET", "/home", 200))
        return [Visit(8, 31, "10.88.9.41", path, user="admin", method=method, status=status) for method, path, status in steps]  # fmt: skip
    if kind == "selfping" and system.servers:
        own = system.servers[0].address
        return [Visit(h, minute, own, "/") for h in range(24) for minute in (0, 20, 40)]
    return []


def _near(rng: np.random.Generator) -> str:
    """An address in an office."""
    return f"10.35.{int(rng.integers(0, 90))}.{int(rng.integers(2, 250))}"
