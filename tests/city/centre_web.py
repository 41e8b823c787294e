"""What the sixth city's web front logs: people, programs and sensors where a system lives; checks, crawlers and vendors anywhere.

The load balancer's health check comes every hour, the operator's inspector on the first working day of a month, vendors
through the bastion host under the operator's account for them: all are in operator.json. Search engines and stray scanners
come to whatever the internet reaches. Apps on a shared platform are logged under its address, by path.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from tests.city.centre_calendar import is_service_day, season_of
from tests.city.model import CitySystem
from tests.city.neighbours_calendar import in_first_working_days, works
from tests.city.neighbours_web import Request

# The operator's own addresses (balancers, bastion) and accounts, which it knows and hands over (operator.json).
CENTRE_OPERATOR = {"addresses": ["10.9.0.0/24", "10.9.40.0/24"], "accounts": ["devops", "vendor_ops"]}
BALANCER, INSPECTOR, BASTION = "10.9.0.5", "10.9.0.66", "10.9.40.7"
CRAWLERS = (
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; YisouSpider/5.0)",
)
PAGES = ("", "login", "index", "todo", "list", "detail", "search", "save")
# Requests of people on a working day.
PEOPLE = {
    "office": 25.0, "public": 60.0, "steady": 15.0, "batch": 6.0, "light": 4.0, "new": 8.0, "few": 2.0, "sso": 20.0, "shared": 6.0,
    "platform": 40.0, "half": 8.0, "test": 2.0,
}  # fmt: skip


def requests_of_day(rng: np.random.Generator, system: CitySystem, day: date, partner: str) -> list[Request]:
    """All requests that reached the system on the day, in no order; `partner` is the machine whose programs call it."""
    root = f"/apps/{system.id}/" if "/apps/" in (system.url or "") else "/"
    found = [Request(hour, 4, BALANCER, f"{root}health", agent="LB-HealthChecker/2.0") for hour in range(24)]
    if in_first_working_days(day) and not in_first_working_days_before(day):
        found += [Request(9, 20 + n, INSPECTOR, root + PAGES[n], user="devops") for n in range(4)]
    if system.behaviour == "remote" and day.day == 12:
        found += [Request(10, 5 + n, BASTION, root + PAGES[n], user="vendor_ops") for n in range(8)]
    if "互联网区" in system.zones:
        often = 25 if system.behaviour == "visited" else 3
        for n in range(int(rng.integers(1, often + 1))):
            agent = CRAWLERS[int(rng.integers(len(CRAWLERS)))]
            found.append(Request(int(rng.integers(24)), n, "198.51.100.77", root + PAGES[n % 8], agent=agent))
        if rng.random() < 0.2:
            found.append(Request(int(rng.integers(24)), 31, "203.0.113.14", "/phpmyadmin/", agent="zgrab/0.x"))
    return found + _people(rng, system, day, root) + _programs(rng, system, day, partner, root)


def in_first_working_days_before(day: date) -> bool:
    """Whether an earlier day of the same month was worked already."""
    return any(works(day.replace(day=n)) for n in range(1, day.day))


def _people(rng: np.random.Generator, system: CitySystem, day: date, root: str) -> list[Request]:
    often = PEOPLE.get(system.behaviour, 0.0)
    if system.behaviour == "dayuse" and is_service_day(system, day):
        often = 40.0
    if system.behaviour == "seasonal-on" and day.month in (season_of(system) or ()):
        often = 30.0
    citizens = system.behaviour in {"public", "seasonal-on"}
    often *= (0.5 if citizens else 0.02) if not works(day) else 1.0
    found = []
    for n in range(int(rng.poisson(often))):
        near = f"10.88.{int(rng.integers(0, 120))}.{int(rng.integers(2, 250))}"
        client = f"192.0.2.{int(rng.integers(1, 250))}" if citizens else near
        hour = int(rng.integers(7, 23)) if citizens else int(rng.choice([8, 9, 10, 11, 14, 15, 16, 17]))
        page = "sso/callback" if system.behaviour == "sso" and n % 3 == 0 else PAGES[int(rng.integers(len(PAGES)))]
        found.append(Request(hour, n % 60, client, root + page))
    return found


def _programs(rng: np.random.Generator, system: CitySystem, day: date, partner: str, root: str) -> list[Request]:
    if system.behaviour == "called" or (system.behaviour == "relic" and works(day)):
        hours = rng.permutation(range(8, 18))[:6]
        return [Request(int(hour), 17, partner, f"{root}query/byId", agent="Java/1.8.0_202") for hour in hours]
    if system.behaviour == "ingest":
        return [
            Request(hour, 40, f"10.77.0.{10 + hour}", f"{root}iot/report", agent="iot-gw/1.4") for hour in range(24)
        ]
    return []
