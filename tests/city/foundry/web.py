"""What the tenth city's web front logs: probes, the password test, the inspector, crawlers of sites, and whoever comes besides.

A probe asks every two hours, simple passwords are tried on the twentieth, the inspector looks in on a month's first Tuesday:
all are in operator.json. Sites on the internet are also visited by search engines and by a firm that counts links; neither is
the operator's.
"""

from __future__ import annotations

import gzip
import json
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from tests.city.foundry.assign import TEST, production_of
from tests.city.foundry.days import is_weak_password_day
from tests.city.foundry.kinds import EVERYDAY
from tests.city.foundry.visits import programs_of_day, visitors_of_day
from tests.city.foundry.words import STORIES
from tests.city.harbour_request import Visit
from tests.city.model import UNMEASURED, City, CitySystem, stream

FOUNDRY_OPERATOR = {"addresses": ["10.249.16.0/24"], "accounts": ["xjy", "aqcp"]}
PROBE, TESTER, INSPECTOR = "10.249.16.4", "10.249.16.31", "10.249.16.77"
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
CRAWLERS = (
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; LinkCount/1.3; +https://links.example/bot.html)",
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SIGN_ON = "统一身份认证平台"
# What does not stand behind the web front, or has been taken off it.
NEVER = UNMEASURED | {
    "declared", "unplugged", "hotlinegone", "certlapsed", "waystation", "liftalarm", "vault", "bastion", "patchdepot",
    "betweenunits", "nighttraffic", "patchedlull", "claimed", "partview", "objection",
}  # fmt: skip
ANSWER = {"shutfornow": 403, "dbdown": 502}


def write_foundry_logs(folder: Path, city: City) -> None:
    """A log for each month below `folder`, and who the operator is."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "operator.json").write_text(json.dumps(FOUNDRY_OPERATOR), encoding="utf-8")
    rng = stream(city.seed, "foundry logs")
    logged = [system for system in city.systems if _stands_behind(rng, city, system)]
    sources = [system for system in logged if system.behaviour == "office"]
    copied = {
        system.id: sources[int(rng.integers(len(sources)))].id
        for system in logged
        if system.behaviour == "shadowed" and sources
    }
    sign_on = sign_on_of(city)
    by_month: dict[str, list[str]] = {}
    for number in range(city.days):
        day = city.start + timedelta(days=number)
        of_day: dict[str, list[Visit]] = {}
        for system in logged:
            visits = visitors_of_day(rng, system, day) + programs_of_day(rng, system, day, sign_on)
            of_day[system.id] = [_answered(system, one) for one in visits]
        for system in logged:
            visits = [*_of_the_house(rng, system, day), *of_day[system.id]]
            visits += [one for one in of_day.get(copied.get(system.id, ""), []) if one.method == "GET"]
            lines = [_line(system, day, one) for one in sorted(visits, key=lambda v: (v.hour, v.minute))]
            by_month.setdefault(f"{day:%Y-%m}", []).extend(lines)
    for month, lines in sorted(by_month.items()):
        with gzip.GzipFile(folder / f"access-{month}.log.gz", "wb", mtime=0) as stream_of:
            stream_of.write("".join(lines).encode())


def sign_on_of(city: City) -> str:
    """The address of the unified sign-on's machine; a small city has it elsewhere."""
    found = [v.address for s in city.systems if s.name == SIGN_ON for v in s.servers if v.listed]
    return found[0] if found else "10.37.3.3"


def _stands_behind(rng: np.random.Generator, city: City, system: CitySystem) -> bool:
    chance, story = rng.random() < city.habits.web_logs, STORIES.get(system.behaviour)
    tested = production_of(city, system) if not system.name.endswith(TEST) else None
    wanted = chance or (story is not None and story.logged) or (tested is not None and _is_tested(city, system))
    return wanted and system.url is not None and not system.classified and system.behaviour not in NEVER


def _is_tested(city: City, system: CitySystem) -> bool:
    """Whether its test environment stands in the ledger, too."""
    return system.behaviour in EVERYDAY and any(one.name == system.name + TEST for one in city.systems)


def _answered(system: CitySystem, visit: Visit) -> Visit:
    """The same request, refused where the system refuses all."""
    return visit if system.behaviour not in ANSWER else Visit(visit.hour, visit.minute, visit.client, visit.path, visit.user, visit.agent, visit.method, ANSWER[system.behaviour])  # fmt: skip


def _of_the_house(rng: np.random.Generator, system: CitySystem, day: date) -> list[Visit]:
    """The operator's own requests; from the internet, search engines and whoever counts links."""
    found = [Visit(hour, 3, PROBE, "/", agent="curl/8.4") for hour in range(1, 24, 2)]
    if day.weekday() == 1 and day.day <= 7:
        found += [Visit(10, 5 + n, INSPECTOR, page, user="xjy") for n, page in enumerate(("/login", "/home", "/list"))]
    if is_weak_password_day(day):
        found += [Visit(20, n, TESTER, "/login", user="aqcp", method="POST") for n in range(15)]
    if "互联网区" in system.zones:
        for n in range(int(rng.integers(2, 14))):
            agent, client = CRAWLERS[int(rng.integers(3))], f"198.51.100.{int(rng.integers(60, 120))}"
            found.append(Visit(int(rng.integers(24)), n % 60, client, f"/col/{n}.html", agent=agent))
        if system.behaviour == "shutfornow":  # the few who still have the address
            found += [Visit(int(rng.integers(8, 20)), 11, f"192.0.2.{int(rng.integers(1, 250))}", "/") for _ in range(int(rng.poisson(1)))]  # fmt: skip
    return [_answered(system, one) for one in found]


def _line(system: CitySystem, day: date, visit: Visit) -> str:
    host = urlsplit(system.url or "").hostname
    at = f"{day.day:02d}/{MONTHS[day.month - 1]}/{day.year}:{visit.hour:02d}:{visit.minute:02d}:00 +0800"
    head = f'{host} {visit.client} - {visit.user} [{at}] "{visit.method} {visit.path} HTTP/1.1" {visit.status}'
    return f'{head} {0 if visit.status >= 300 else 1536} "-" "{visit.agent or BROWSER}"\n'
