"""What the machines of the fifth city show: agents on all of them, people and programs on those that are used.

A machine that nobody uses shows its operating system and the operator's agents, and nothing else: an endpoint agent all
day, antivirus once a week (Windows on Fridays at noon, the others early on Saturdays), incremental backup late in the
evening and a full one on Sunday nights, patches in the evening of a second Thursday, a vulnerability scan on a first
Saturday; on a few a process hangs and takes one core for good. The agents also talk: they report, fetch definitions,
send backups. All of that comes to the living and the dead alike, at hours the operator knows.

People work from 8 to 12 and from 14 to 18, and on weekends given in exchange for holidays; at noon use falls. Reports are
due in the first working days of a month; seasons begin and end with the month; an emergency system is drilled for a morning.

Monitoring differs from place to place: the pollers of machine rooms lose an hour in twelve, and a weekend of power works;
the second cloud changed its monitoring at the beginning of February; agents die on one machine in forty; small offices
switch some of their machines off after work.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tests.city.model import ZOMBIES, City, CityServer, CitySystem, stream
from tests.city.neighbours import season_of
from tests.city.neighbours_calendar import in_first_working_days, works

Hours = NDArray[np.bool_]
Grid = NDArray[np.float32]
QUIET = ZOMBIES | {
    "few", "archive", "api", "nightly", "kiosk", "called", "gateway", "monthly", "standby", "emergency", "test", "seasonal-off",
}  # fmt: skip
HUMAN = frozenset({"office", "public", "light", "new", "steady"})


@dataclass(frozen=True, slots=True)
class Calendar:
    """What each hour of the period is: clock, weekday, number of the day, and the times at which something happens."""

    clock: NDArray[np.int64]
    weekday: NDArray[np.int64]
    day: NDArray[np.int64]
    month: NDArray[np.int64]
    office: Hours
    reports: Hours
    patches: Hours
    scans: Hours


@lru_cache(maxsize=4)
def calendar(start: date, days: int) -> Calendar:
    """The calendar of the period."""
    every = [start + timedelta(days=n) for n in range(days)]
    clock = np.tile(np.arange(24), days)

    def of(flags: list[bool]) -> Hours:
        return np.repeat(np.array(flags, bool), 24)

    office = of([works(day) for day in every]) & np.isin(clock, (8, 9, 10, 11, 14, 15, 16, 17))
    second_thursday = of([day.weekday() == 3 and 8 <= day.day <= 14 for day in every])
    first_saturday = of([day.weekday() == 5 and day.day <= 7 for day in every])
    return Calendar(
        clock=clock,
        weekday=np.repeat(np.array([day.weekday() for day in every]), 24),
        day=np.repeat(np.arange(days), 24),
        month=np.repeat(np.array([day.month for day in every]), 24),
        office=office,
        reports=of([in_first_working_days(day) for day in every]) & office,
        patches=second_thursday & np.isin(clock, (20, 21)),
        scans=first_saturday & (clock == 14),
    )


@dataclass(frozen=True, slots=True)
class Deed:
    """What a machine does at some hours: CPU in percent and network in Mbit/s, each between a low and a high."""

    when: Hours
    cpu: tuple[float, float]
    network: tuple[float, float]


def deeds_of(city: City, server: CityServer, system: CitySystem | None) -> list[Deed]:
    """What its agents and its use make of one machine; drawn from its id, alike for CPU and network."""
    at = calendar(city.start, city.days)
    rng = _own(city, server, "deeds")
    return _agents(rng, at, server, system) + _use(rng, at, server, system)


def _agents(rng: np.random.Generator, at: Calendar, server: CityServer, system: CitySystem | None) -> list[Deed]:
    windows = system is not None and "Windows" in system.os
    virus = (at.weekday == 4) & (at.clock == 12) if windows else (at.weekday == 5) & (at.clock == 3)
    every = at.clock >= 0
    found = [
        Deed(every, (0.2, 1.4), (0.004, 0.04)),
        Deed(virus, (20, 70) if windows else (8, 35), (0.01, 0.05)),
        Deed(at.clock == 7, (0.5, 2), (0.1, 0.5)),
        Deed(at.scans, (3, 10), (0.3, 2)),
    ]
    if not server.place.startswith("room") and rng.random() < 0.8:
        found.append(Deed(at.patches, (15, 50), (5, 30)))
    if rng.random() < 0.6:
        evening = (at.clock == 22) | ((at.clock == 23) & (server.role == "db"))
        found.append(Deed(evening, (5, 20), (2, 25)))
        found.append(Deed((at.weekday == 6) & np.isin(at.clock, (2, 3, 4)), (8, 25), (10, 60)))
    if server.behaviour in ZOMBIES and server.vcpu >= 4 and rng.random() < 0.03:
        found.append(Deed(at.day >= int(rng.integers(0, 60)), (100 / server.vcpu, 100 / server.vcpu + 0.5), (0, 0)))
    return found


def _use(rng: np.random.Generator, at: Calendar, server: CityServer, system: CitySystem | None) -> list[Deed]:
    """What people and other programs do on it; nothing on a dead one, but for its own jobs."""
    chance = rng.random(len(at.clock))
    night = np.isin(at.clock, range(start := int(rng.integers(0, 3)), start + 3))
    weeks = rng.random(at.day[-1] // 7 + 1) < 0.5
    drill = at.day == int(rng.integers(5, max(6, at.day[-1] - 5)))
    served = np.isin(at.clock, range(7, 23))
    uses: dict[str, Deed] = {
        "few": Deed(at.office & (chance < 0.35), (0.3, 3), (0.03, 0.4)),
        "archive": Deed(at.office & (chance < 0.05), (1, 6), (0.1, 1.5)),
        "api": Deed(served, (0.5, 3), (0.2, 3)),
        "called": Deed(at.office | (served & (chance < 0.3)), (1, 5), (0.5, 6)),
        "gateway": Deed(at.office, (2, 8), (0.5, 6)),
        "nightly": Deed(night, (30, 70), (5, 40)),
        "kiosk": Deed(at.clock >= 0, (1, 4), (0.1, 0.8)),
        "monthly": Deed(at.reports, (8, 30), (0.5, 5)),
        "standby": Deed(at.clock >= 0, (0.3, 1.5), (0.3, 3)),
        "emergency": Deed(drill & np.isin(at.clock, (9, 10, 11)), (10, 30), (0.5, 5)),
        "test": Deed(at.office & weeks[at.day // 7], (3, 20), (0.2, 4)),
        "batch": Deed(np.isin(at.clock, (18, 19, 20)), (5, 25), (1, 10)),
        "seasonal-on": Deed(at.office & _in_season(at, system), (2, 15), (0.3, 4)),
        "cron": Deed(np.isin(at.clock, (start,)), (10, 40), (0, 0.01)),
    }
    found = uses.get(server.behaviour)
    return [] if found is None else [found]


def neighbour_load(city: City, servers: list[CityServer], cpu: Grid) -> None:
    """CPU (percent, machines × hours) of this city, in place."""
    systems = {system.id: system for system in city.systems}
    at = calendar(city.start, city.days)
    for i, server in enumerate(servers):
        rng, system = _own(city, server, "load"), systems.get(server.system or "")
        if server.behaviour in QUIET:
            level = float(np.clip(rng.lognormal(-0.4, 0.5), 0.3, 3))
            cpu[i] = level * np.clip(rng.normal(1, 0.12, len(at.clock)), 0.5, 2)
            cpu[i, at.clock == 4] += rng.uniform(0.5, 3)  # the system's own rotation of logs
        elif server.behaviour in HUMAN:
            cpu[i, np.isin(at.clock, (12, 13))] *= np.float32(0.6)
            cpu[i, at.office] += np.float32(rng.uniform(0.5, 6))
        if server.behaviour == "seasonal-on":
            cpu[i, ~_in_season(at, system)] *= np.float32(0.1)
        for deed in deeds_of(city, server, system):
            _add(rng, cpu, i, deed.when, deed.cpu)


def neighbour_network(city: City, servers: list[CityServer], network: Grid) -> None:
    """Network (Mbit/s, machines × hours) of this city, in place."""
    systems = {system.id: system for system in city.systems}
    at = calendar(city.start, city.days)
    for i, server in enumerate(servers):
        rng, system = _own(city, server, "network"), systems.get(server.system or "")
        if server.behaviour in QUIET:
            network[i] = 0
        elif server.behaviour in HUMAN:
            _add(rng, network, i, at.office, (0.1, 3))
        if server.behaviour == "seasonal-on":
            network[i, ~_in_season(at, system)] *= np.float32(0.1)
        for deed in deeds_of(city, server, system):
            _add(rng, network, i, deed.when, deed.network)


def lost_hours(city: City, server: CityServer) -> Hours:
    """The hours in which monitoring has nothing of the machine."""
    at, rng = calendar(city.start, city.days), _own(city, server, "lost")
    gone = np.zeros(len(at.clock), bool)
    if server.place.startswith("room"):
        gone |= rng.random(len(gone)) < 1 / 12
        works_begin = int(stream(city.seed, f"power {server.place}").integers(0, max(1, city.days - 2)))
        gone |= (at.day == works_begin) | (at.day == works_begin + 1)
        if server.behaviour in {"light", "few"} and rng.random() < 0.25:
            gone |= (at.clock < 8) | (at.clock >= 19)
    elif server.place == "cloud-b":
        change = (date(2026, 2, 3) - city.start).days
        gone |= (at.day >= change) & (at.day < change + 3)
    if rng.random() < 1 / 40:
        gone |= at.day >= int(rng.integers(10, max(11, city.days)))
    return gone


def _in_season(at: Calendar, system: CitySystem | None) -> Hours:
    months = season_of(system) if system is not None else None
    return np.isin(at.month, sorted(months or range(1, 13)))


def _own(city: City, server: CityServer, purpose: str) -> np.random.Generator:
    return np.random.default_rng([city.seed, zlib.crc32(server.id.encode()), zlib.crc32(purpose.encode())])


def _add(rng: np.random.Generator, grid: Grid, i: int, when: Hours, span: tuple[float, float]) -> None:
    """A height for the machine, and each hour a quarter up or down from it."""
    height = float(rng.uniform(*span)) if span[1] > span[0] else span[1]
    grid[i, when] += (height * rng.uniform(0.75, 1.25, int(when.sum()))).astype(np.float32)
