"""What the eighth city's web front logs: the balancer, the inspector, the scanner everywhere, and whoever comes besides.

The balancer checks every three hours, the operator's inspector looks in on the first Monday of a month, a scanner
comes in the night of the twentieth: all are in operator.json. Search engines come to whatever the internet reaches.
"""

from __future__ import annotations

import gzip
import json
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from tests.city.county import dates_copied, portal_of
from tests.city.county_kinds import EVERYDAY
from tests.city.county_links import partner_of
from tests.city.county_visits import error_of, programs_of_day, visitors_of_day
from tests.city.county_words import STORIES
from tests.city.harbour_request import Visit
from tests.city.model import UNMEASURED, City, CitySystem, stream
from tests.city.neighbours_calendar import works

COUNTY_OPERATOR = {"addresses": ["10.9.0.0/26", "10.9.4.0/28"], "accounts": ["yunwei01", "xunjian"]}
BALANCER, INSPECTOR, SCANNER = "10.9.0.4", "10.9.0.33", "10.9.4.2"
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/121.0 Safari/537.36"
CRAWLERS = (
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 (compatible; YisouSpider/5.0; +http://www.yisou.com/help)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEVER = UNMEASURED | {
    "declared",
    "absorbed",
    "poweredoff",
    "offclaimed",
    "reserved",
    "blankthin",
    "iotgw",
    "drnode",
    "fileshare",
    "probe",
}


def write_county_logs(folder: Path, city: City) -> None:
    """A log for each month below `folder`, and who the operator is."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "operator.json").write_text(json.dumps(COUNTY_OPERATOR), encoding="utf-8")
    rng = stream(city.seed, "county logs")
    logged = [system for system in city.systems if _stands_behind(rng, city, system)]
    partners = {system.id: _partners(rng, city, system) for system in logged}
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


def _stands_behind(rng: np.random.Generator, city: City, system: CitySystem) -> bool:
    chance, story = rng.random() < city.habits.web_logs, STORIES.get(system.behaviour)
    wanted = chance or (story is not None and story.logged) or dates_copied(system) or system is portal_of(city)
    return wanted and system.url is not None and not system.classified and system.behaviour not in NEVER


def _partners(rng: np.random.Generator, city: City, system: CitySystem) -> tuple[str, ...]:
    """The addresses of the machines that call it: of its dead twin, or of a system in use."""
    twin = partner_of(city, system)
    if twin is not None and twin.servers:
        return tuple(server.address for server in twin.servers)
    live = [
        v.address for s in city.systems if s.behaviour in EVERYDAY and not s.classified for v in s.servers if v.listed
    ]
    return (live[int(rng.integers(len(live)))],)


def _of_the_house(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """The operator's own requests; from the internet, search engines."""
    broken = error_of(system) if system.behaviour == "maintenance" else 200
    found = [Visit(hour, 2, BALANCER, "/healthz", agent="nginx-check/1.0", status=broken) for hour in range(0, 24, 3)]
    if day.weekday() == 0 and day.day <= 7 and works(day):
        found += [Visit(9, 20 + n, INSPECTOR, page, user="xunjian", status=broken) for n, page in enumerate(("/", "/login", "/index"))]  # fmt: skip
    if day.day == 20:
        found += [Visit(2, n, SCANNER, f"/{('.env', 'manager/html', 'phpinfo.php')[n % 3]}", agent="Xray/1.9", status=404) for n in range(25)]  # fmt: skip
    if "互联网区" in system.zones:
        for n in range(int(rng.integers(0, 12))):
            agent, client = CRAWLERS[int(rng.integers(len(CRAWLERS)))], f"198.51.100.{int(rng.integers(10, 60))}"
            found.append(Visit(int(rng.integers(24)), n % 60, client, f"/news/{n}.html", agent=agent, status=broken))
    return found


def _line(system: CitySystem, day: date, visit: Visit) -> str:
    host = urlsplit(system.url or "").hostname
    at = f"{day.day:02d}/{MONTHS[day.month - 1]}/{day.year}:{visit.hour:02d}:{visit.minute:02d}:00 +0800"
    head = f'{host} {visit.client} - {visit.user} [{at}] "{visit.method} {visit.path} HTTP/1.1" {visit.status}'
    return f'{head} {0 if visit.status == 302 else 1024} "-" "{visit.agent or BROWSER}"\n'
