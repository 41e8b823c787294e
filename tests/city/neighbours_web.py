"""What the fifth city's web front logs: people in office hours, citizens at any time, programs, probes, search engines.

The front stands before some of the systems only. The operator's uptime check comes every two hours from its own network,
its weekly inspection on Mondays under its own account; search engines and stray scanners come to whatever the internet
reaches, dead or alive. Nobody else comes to a dead system.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from tests.city.model import CitySystem
from tests.city.neighbours import season_of
from tests.city.neighbours_calendar import in_first_working_days, works

# The operator's own addresses and accounts, which it knows and hands over (operator.json).
NEIGHBOURS_OPERATOR = {"addresses": ["10.200.8.0/24"], "accounts": ["yunwei01", "anquan"]}
UPTIME, INSPECTOR = "10.200.8.11", "10.200.8.30"
SPIDER = "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)"
PAGES = ("/", "/login", "/index", "/todo", "/list", "/detail", "/search", "/save")
# Requests of people on a working day.
PEOPLE = {
    "office": 25.0, "public": 60.0, "steady": 15.0, "batch": 6.0, "light": 4.0, "new": 8.0, "few": 2.0, "archive": 0.4, "gateway": 20.0,
    "test": 2.0, "monthly": 0.2, "seasonal-off": 0.1, "seasonal-on": 0.2, "emergency": 0.1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """One request; an empty agent is a browser."""

    hour: int
    minute: int
    client: str
    path: str
    user: str = "-"
    agent: str = ""


def requests_of_day(rng: np.random.Generator, system: CitySystem, day: date, partner: str) -> list[Request]:
    """All requests that reached the system on the day, in no order; `partner` is the machine whose programs call it."""
    found = [Request(hour, 2, UPTIME, "/", agent="Uptime-Kuma/1.23") for hour in range(0, 24, 2)]
    if day.weekday() == 0 and works(day):
        found += [Request(9, 40 + n, INSPECTOR, PAGES[n], user="yunwei01") for n in range(5)]
    if "互联网区" in system.zones:
        found += [Request(int(rng.integers(24)), n, "198.51.100.24", PAGES[n], agent=SPIDER) for n in range(int(rng.integers(1, 4)))]  # fmt: skip
        if rng.random() < 0.2:
            found.append(Request(int(rng.integers(24)), 13, "203.0.113.90", "/wp-login.php", agent="python-requests/2.31"))  # fmt: skip
    return found + _people(rng, system, day) + _programs(system, partner)


def _people(rng: np.random.Generator, system: CitySystem, day: date) -> list[Request]:
    often = PEOPLE.get(system.behaviour, 0.0)
    if system.behaviour == "monthly" and in_first_working_days(day):
        often = 30.0
    if system.behaviour == "seasonal-on" and day.month in (season_of(system) or ()):
        often = 30.0
    citizens = system.behaviour in {"public", "seasonal-on"}
    often *= (0.5 if citizens else 0.02) if not works(day) else 1.0
    found = []
    for n in range(int(rng.poisson(often))):
        near = f"10.30.{int(rng.integers(0, 120))}.{int(rng.integers(2, 250))}"
        client = f"192.0.2.{int(rng.integers(1, 250))}" if citizens else near
        hour = int(rng.integers(7, 23)) if citizens else int(rng.choice([8, 9, 10, 11, 14, 15, 16, 17]))
        found.append(Request(hour, n % 60, client, PAGES[int(rng.integers(len(PAGES)))]))
    return found


def _programs(system: CitySystem, partner: str) -> list[Request]:
    if system.behaviour in {"api", "called"}:
        return [Request(hour, 21, partner, "/service/check", agent="Apache-HttpClient/4.5.13") for hour in range(7, 23)]
    if system.behaviour == "nightly":
        return [Request(hour, 50, partner, "/push", agent="Apache-HttpClient/4.5.13") for hour in (2, 3)]
    if system.behaviour == "kiosk":  # a wall in the duty room reloads its page, day and night
        return [Request(hour, minute, "10.30.200.6", "/wall") for hour in range(24) for minute in (0, 20, 40)]
    return []
