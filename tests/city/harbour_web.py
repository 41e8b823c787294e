"""What the seventh city's web front logs: checks, patrols and scanners everywhere, and whoever comes besides.

The balancer checks every two hours, the operator's duty account looks in on Tuesdays, assessors and the exercise's scanners
have addresses of their own: all are in operator.json. Search engines and a monitor of government websites come to whatever
the internet reaches. The front stands before some of the systems only; of a few the evidence is in its log, those it has.
"""

from __future__ import annotations

import gzip
import json
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from tests.city.harbour_calendar import ASSESSED, ATTACKED
from tests.city.harbour_kinds import LOGGED
from tests.city.harbour_request import Visit
from tests.city.harbour_visits import programs_of_day, visitors_of_day
from tests.city.model import UNMEASURED, City, CitySystem, stream

# The operator's own addresses and accounts, which it knows and hands over.
HARBOUR_OPERATOR = {
    "addresses": ["10.3.0.0/24", "10.3.8.0/24", "10.66.6.0/28", "10.66.7.0/28"], "accounts": ["zhiban", "dengbao01"],
}  # fmt: skip
BALANCER, DUTY, ATTACKER, ASSESSOR = "10.3.0.8", "10.3.8.21", "10.66.6.6", "10.66.7.9"
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/122.0 Safari/537.36"
CRAWLERS = (
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
    "Mozilla/5.0 (compatible; Bytespider; spider-feedback@bytedance.com)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
)
SITE_MONITOR = "GovSiteMonitor/2.0 (wzpc)"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEVER = UNMEASURED | {"off", "declared", "cold", "dim", "licence", "unopened"}


def write_harbour_logs(folder: Path, city: City) -> None:
    """A log for each month below `folder`, and who the operator is."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "operator.json").write_text(json.dumps(HARBOUR_OPERATOR), encoding="utf-8")
    rng = stream(city.seed, "harbour logs")
    logged = []
    for system in city.systems:
        behind = rng.random() < city.habits.web_logs
        if (
            not system.classified
            and system.behaviour not in NEVER
            and (behind or system.behaviour in LOGGED)
            and system.url
        ):
            logged.append(system)
    callers = [v.address for s in city.systems if not s.zombie and not s.classified for v in s.servers if v.listed]
    partners = {system.id: callers[int(rng.integers(len(callers)))] for system in logged}
    by_month: dict[str, list[str]] = {}
    for number in range(city.days):
        day = city.start + timedelta(days=number)
        lines = by_month.setdefault(f"{day:%Y-%m}", [])
        for system in logged:
            visits = _of_the_house(rng, system, day) + visitors_of_day(rng, system, day)
            visits += programs_of_day(rng, system, day, partners[system.id])
            lines += [_line(system, day, one) for one in sorted(visits, key=lambda v: (v.hour, v.minute))]
    for month, lines in sorted(by_month.items()):
        with gzip.GzipFile(folder / f"access-{month}.log.gz", "wb", mtime=0) as stream_of:
            stream_of.write("".join(lines).encode())


def _of_the_house(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """Checks, patrols, assessors, the exercise; from the internet, search engines and monitors."""
    moved = 301 if system.behaviour == "forwarding" else 200
    found = [Visit(hour, 1, BALANCER, "/actuator/health", agent="kube-probe/1.26") for hour in range(0, 24, 2)]
    if day.weekday() == 1:
        found += [
            Visit(15, 10 + n, DUTY, page, user="zhiban") for n, page in enumerate(("/", "/login", "/index", "/home"))
        ]
    if day in ASSESSED and (system.behaviour == "assessed" or system.mlps_level == 3):
        found += [
            Visit(10 + n // 20, 2 * (n % 20), ASSESSOR, f"/module{n % 9}/list", user="dengbao01") for n in range(60)
        ]
    if day in ATTACKED:
        found += [Visit(11, n, ATTACKER, f"/{('.git/config', 'actuator/env', 'druid/index.html')[n % 3]}", agent="Nuclei - Open-source project", status=404) for n in range(30)]  # fmt: skip
    if "互联网区" in system.zones:
        often = 40 if system.behaviour == "botfed" else 6
        for n in range(int(rng.integers(1, often + 1))):
            agent = CRAWLERS[int(rng.integers(len(CRAWLERS)))]
            found.append(
                Visit(
                    int(rng.integers(24)),
                    n % 60,
                    f"198.51.100.{int(rng.integers(10, 60))}",
                    f"/col/{n}.html",
                    agent=agent,
                    status=moved,
                )
            )
        found += [Visit(hour, 47, "203.0.113.21", "/", agent=SITE_MONITOR, status=moved) for hour in (0, 6, 12, 18)]
    return found


def _line(system: CitySystem, day: date, visit: Visit) -> str:
    host = urlsplit(system.url or "").hostname
    at = f"{day.day:02d}/{MONTHS[day.month - 1]}/{day.year}:{visit.hour:02d}:{visit.minute:02d}:00 +0800"
    head = f'{host} {visit.client} - {visit.user} [{at}] "{visit.method} {visit.path} HTTP/1.1" {visit.status}'
    return f'{head} {0 if visit.status in {301, 302} else 1024} "-" "{visit.agent or BROWSER}"\n'
