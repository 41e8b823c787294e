"""What the ninth city's web front logs: the balancer, the inspector, the drill, dial tests of sites, and whoever comes besides.

The balancer checks every four hours, the operator's inspector looks in on a month's second Wednesday, the attackers of the
drill try all sites for five days of March: all are in operator.json. Sites are also dialled by a monitoring firm, and search
engines come to whatever the internet reaches; neither is the operator's.
"""

from __future__ import annotations

import gzip
import json
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from tests.city.frontier.assign import NEW_VERSION
from tests.city.frontier.days import is_drill_day
from tests.city.frontier.kinds import EVERYDAY
from tests.city.frontier.visits import programs_of_day, visitors_of_day
from tests.city.frontier.words import STORIES
from tests.city.harbour_request import Visit
from tests.city.model import UNMEASURED, City, CitySystem, stream

FRONTIER_OPERATOR = {"addresses": ["10.240.8.0/24", "203.0.113.16/28"], "accounts": ["ywzx", "hwjc"]}
BALANCER, INSPECTOR, ATTACKER = "10.240.8.5", "10.240.8.71", "203.0.113.20"
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/124.0 Safari/537.36"
DIAL = "Mozilla/5.0 (compatible; SiteDial/3.2; +https://dial.example/bot.html)"
CRAWLERS = (
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
    "Mozilla/5.0 (compatible; 360Spider; +http://www.so.com/help/help_3_2.html)",
)
TRIED = ("actuator/env", "login.action", "upload.jsp", "druid/index.html", "nacos/")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# What does not stand behind the web front, or has been taken off it.
NEVER = UNMEASURED | {
    "declared", "roomdark", "quarantined", "spammail", "emptychain", "deadpoll", "logkeeper", "nameserver",
    "sealed", "acceptance", "strangeflow", "latemonitor",
}  # fmt: skip


def write_frontier_logs(folder: Path, city: City) -> None:
    """A log for each month below `folder`, and who the operator is."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "operator.json").write_text(json.dumps(FRONTIER_OPERATOR), encoding="utf-8")
    rng = stream(city.seed, "frontier logs")
    logged = [system for system in city.systems if _stands_behind(rng, city, system)]
    live = [
        v.address for s in city.systems if s.behaviour in EVERYDAY and not s.classified for v in s.servers if v.listed
    ]
    partners = {system.id: live[int(rng.integers(len(live)))] for system in logged}
    by_month: dict[str, list[str]] = {}
    for number in range(city.days):
        day = city.start + timedelta(days=number)
        lines = by_month.setdefault(f"{day:%Y-%m}", [])
        for system in logged:
            if system.behaviour == "freshstart" and system.servers and day < system.servers[0].created_on:
                continue
            visits = _of_the_house(rng, system, day) + visitors_of_day(rng, system, day)
            visits += programs_of_day(rng, system, day, partners[system.id])
            lines += [_line(system, day, one) for one in sorted(visits, key=lambda v: (v.hour, v.minute))]
    for month, lines in sorted(by_month.items()):
        with gzip.GzipFile(folder / f"access-{month}.log.gz", "wb", mtime=0) as stream_of:
            stream_of.write("".join(lines).encode())


def _stands_behind(rng: np.random.Generator, city: City, system: CitySystem) -> bool:
    chance, story = rng.random() < city.habits.web_logs, STORIES.get(system.behaviour)
    wanted = chance or (story is not None and story.logged) or system.name.endswith(NEW_VERSION)
    return wanted and system.url is not None and not system.classified and system.behaviour not in NEVER


def _of_the_house(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """The operator's own requests; from the internet, dial tests and search engines."""
    status = 500 if system.behaviour == "crashloop" else 200
    found = [Visit(hour, 1, BALANCER, "/health", agent="slb-check/2.2", status=status) for hour in range(0, 24, 4)]
    if day.weekday() == 2 and 8 <= day.day <= 14:
        found += [Visit(15, 10 + n, INSPECTOR, page, user="hwjc", status=status) for n, page in enumerate(("/", "/login", "/index", "/list"))]  # fmt: skip
    if is_drill_day(day):
        found += [Visit(15, n, ATTACKER, f"/{TRIED[n % 5]}", agent="Mozilla/5.0", status=403 if status == 200 else 500, method="POST" if n % 4 == 0 else "GET") for n in range(20)]  # fmt: skip
    if "互联网区" in system.zones:
        found += [
            Visit(hour, 40, f"203.0.113.{130 + hour}", "/", agent=DIAL, status=status) for hour in range(0, 24, 2)
        ]
        for n in range(int(rng.integers(0, 10))):
            agent, client = CRAWLERS[int(rng.integers(len(CRAWLERS)))], f"198.51.100.{int(rng.integers(60, 120))}"
            found.append(Visit(int(rng.integers(24)), n % 60, client, f"/art/{n}.html", agent=agent, status=status))
    return found


def _line(system: CitySystem, day: date, visit: Visit) -> str:
    host = urlsplit(system.url or "").hostname
    at = f"{day.day:02d}/{MONTHS[day.month - 1]}/{day.year}:{visit.hour:02d}:{visit.minute:02d}:00 +0800"
    head = f'{host} {visit.client} - {visit.user} [{at}] "{visit.method} {visit.path} HTTP/1.1" {visit.status}'
    return f'{head} {0 if visit.status == 302 else 2048} "-" "{visit.agent or BROWSER}"\n'
