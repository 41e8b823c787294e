"""Access logs of the shared web front: people on working days, programs that call, and the operator's probes everywhere."""

from __future__ import annotations

import gzip
import json
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from tests.city.centre_web import CENTRE_OPERATOR
from tests.city.centre_web import requests_of_day as centre_requests
from tests.city.county_web import write_county_logs
from tests.city.foundry.web import write_foundry_logs
from tests.city.frontier.web import write_frontier_logs
from tests.city.harbour_web import write_harbour_logs
from tests.city.model import RESTS, UNMEASURED, City, CitySystem, stream
from tests.city.neighbours_web import NEIGHBOURS_OPERATOR, requests_of_day

# The operator's own addresses and accounts, which it knows and hands over (operator.json).
OPERATOR = {"addresses": ["10.250.0.0/22"], "accounts": ["xunjian", "jiankong"]}
PROBE, SCANNER, PATROL = "10.250.0.9", "10.250.0.20", "10.250.1.5"
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"
PAGES = ("/", "/login", "/index", "/home", "/list", "/detail", "/query", "/report")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write_web_logs(folder: Path, city: City) -> None:
    """A log for each month below `folder`, and who the operator is; nothing where the city has none."""
    if not city.habits.web_logs:
        return
    if city.habits.coastal:
        write_harbour_logs(folder, city)
        return
    if city.habits.inland:
        write_county_logs(folder, city)
        return
    if city.habits.bordering:
        write_frontier_logs(folder, city)
        return
    if city.habits.industrial:
        write_foundry_logs(folder, city)
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "operator.json").write_text(
        json.dumps(
            CENTRE_OPERATOR if city.habits.centred else NEIGHBOURS_OPERATOR if city.habits.neighbouring else OPERATOR
        ),
        encoding="utf-8",
    )
    rng = stream(city.seed, "web logs")
    logged = [
        s
        for s in city.systems
        if s.url and not s.classified and s.behaviour not in UNMEASURED and s.behaviour not in {"off", "declared"}
    ]
    logged = [system for system in logged if rng.random() < city.habits.web_logs]  # fmt: skip
    callers = [v.address for s in city.systems if not s.zombie and not s.classified for v in s.servers if v.listed]
    partners = {system.id: callers[int(rng.integers(len(callers)))] for system in logged}
    day_of = _centre_day if city.habits.centred else _neighbours_day if city.habits.neighbouring else _day
    by_month: dict[str, list[str]] = {}
    for number in range(city.days):
        day = city.start + timedelta(days=number)
        lines = by_month.setdefault(f"{day:%Y-%m}", [])
        for system in logged:
            lines += day_of(rng, system, day, partners[system.id])
    for month, lines in sorted(by_month.items()):
        with gzip.GzipFile(folder / f"access-{month}.log.gz", "wb", mtime=0) as stream_of:
            stream_of.write("".join(lines).encode())


def _day(rng: np.random.Generator, system: CitySystem, day: date, partner: str) -> list[str]:
    """The operator's probe every hour, its scanner on Saturdays, its inspector on the 9th; then whoever uses the system."""
    found = [_line(system, day, hour, 7, PROBE, PAGES[hour % 4]) for hour in range(24)]
    if day.weekday() == 5:
        found += [_line(system, day, 2, n, SCANNER, f"/{PAGES[n % 8].strip('/')}{n}") for n in range(40)]
    if day.day == 9:
        found += [_line(system, day, 10, n, PATROL, PAGES[n], user="xunjian") for n in range(6)]
    rests = day.weekday() > 4 or day in RESTS
    often = {"few": 1.5, "archive": 0.4, "gateway": 8.0, "light": 5.0, "test": 2.0}.get(system.behaviour, 20.0)
    if system.behaviour in {"office", "public", "steady", "light", "few", "archive", "gateway", "test", "new", "seasonal-on"}:  # fmt: skip
        for n in range(int(rng.poisson(often * (0.1 if rests else 1.0)))):
            client = f"172.20.{int(rng.integers(0, 250))}.{int(rng.integers(2, 250))}"
            found.append(_line(system, day, int(rng.integers(8, 19)), n % 60, client, PAGES[int(rng.integers(8))]))
    elif system.behaviour in {"api", "called"}:
        found += [_line(system, day, hour, 31, partner, "/api/v1/query", agent="okhttp/4.9.3") for hour in range(7, 22)]
    elif system.behaviour == "kiosk":  # a wall reloads its page, day and night
        found += [_line(system, day, hour, minute, "172.21.0.8", "/screen") for hour in range(24) for minute in (5, 35)]
    elif system.zombie and rng.random() < 0.3:
        found.append(_line(system, day, int(rng.integers(24)), 3, "203.0.113.7", "/", agent="Mozilla/5.0 (compatible; somebot/2.1)"))  # fmt: skip
    return found


def _neighbours_day(rng: np.random.Generator, system: CitySystem, day: date, partner: str) -> list[str]:
    """The lines of a day in the fifth city, by the hour."""
    return [
        _line(system, day, r.hour, r.minute, r.client, r.path, user=r.user, agent=r.agent or BROWSER)
        for r in requests_of_day(rng, system, day, partner)
    ]


def _centre_day(rng: np.random.Generator, system: CitySystem, day: date, partner: str) -> list[str]:
    """The lines of a day in the sixth city."""
    return [
        _line(system, day, r.hour, r.minute, r.client, r.path, user=r.user, agent=r.agent or BROWSER)
        for r in centre_requests(rng, system, day, partner)
    ]


def _line(
    system: CitySystem,
    day: date,
    hour: int,
    minute: int,
    client: str,
    path: str,
    *,
    user: str = "-",
    agent: str = BROWSER,
) -> str:
    host = urlsplit(system.url or "").hostname
    at = f"{day.day:02d}/{MONTHS[day.month - 1]}/{day.year}:{hour:02d}:{minute:02d}:00 +0800"
    return f'{host} {client} - {user} [{at}] "GET {path} HTTP/1.1" 200 512 "-" "{agent}"\n'
