"""What the machines of the seventh city show: the operator's agents on all of them, and use where there is any.

On every machine: log collection every six hours, discovery on Mondays at ten, a virus scan on Sundays late in the evening,
patches on a third Wednesday, the exercise of attack and defence on two days in March, and on half of them a backup of three
to five hours. In a quarter of the machine rooms the agent counts one core as 100 %, so that idle machines of many cores look
busier than they are.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tests.city.harbour import is_thin
from tests.city.harbour_calendar import ATTACKED, BILLS_ON, ends_a_month, halls_open, is_patch_day, season_of
from tests.city.harbour_gaming import feign_load, feign_network
from tests.city.harbour_story import EVERYDAY
from tests.city.model import RESTS, City, CityServer, CitySystem
from tests.city.neighbours_usage import Calendar, calendar

Hours = NDArray[np.bool_]
Grid = NDArray[np.float32]
Span = tuple[float, float]
NIGHT = (20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6)
CORES_COUNTED = 8  # what an agent that adds up cores shows at most, times the truth


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a machine does in some hours: CPU in percent, network in Mbit/s, as the span of its height."""

    when: Hours
    cpu: Span
    network: Span


def deeds_of(city: City, server: CityServer, system: CitySystem | None) -> list[Deed]:
    """What its agents and its use make of one machine; drawn from its id, alike for CPU and network."""
    at, rng = calendar(city.start, city.days), own_stream(city, server, "harbour deeds")
    found = _agents(rng, city, at, server)
    if server.behaviour in EVERYDAY:
        return [*found, Deed(at.office, (0.5, 5), (0.2, 3))]
    use = (_by_people(rng, city, at, system) | _by_machines(rng, city, at)).get(server.behaviour)
    return [*found, use] if use is not None else found


def _agents(rng: np.random.Generator, city: City, at: Calendar, server: CityServer) -> list[Deed]:
    every = at.clock >= 0
    begin, length = int(rng.choice((21, 22, 23, 0, 1))), int(rng.integers(3, 6))
    window = np.isin(at.clock, [(begin + n) % 24 for n in range(length)])
    found = [
        Deed(every, (0.2, 1.0), (0.01, 0.05)),
        Deed(at.clock % 6 == 2, (1, 4), (0.1, 0.6)),
        Deed((at.weekday == 0) & (at.clock == 10), (2, 6), (0.1, 0.4)),
        Deed((at.weekday == 6) & np.isin(at.clock, (22, 23)), (25, 60), (0.01, 0.05)),
        Deed(on_days(city, lambda day: day in ATTACKED) & np.isin(at.clock, range(9, 18)), (2, 8), (0.5, 3)),
    ]
    if rng.random() < 0.5 or server.role == "db":
        found.append(Deed(window, (15, 45), (20, 90)))
    if server.behaviour == "fatbackup":
        found.append(Deed(np.isin(at.clock, (22, 23, 0, 1, 2, 3)), (35, 65), (60, 180)))
    if not server.place.startswith("room"):
        found.append(Deed(on_days(city, is_patch_day) & np.isin(at.clock, (19, 20, 21)), (15, 40), (3, 15)))
    return found


def _by_people(rng: np.random.Generator, city: City, at: Calendar, system: CitySystem | None) -> dict[str, Deed]:
    """Who comes when."""
    chance, every = rng.random(len(at.clock)), at.clock >= 0
    weeks = rng.random(at.day[-1] // 7 + 1) < 0.35
    weeks[int(rng.integers(max(1, len(weeks) - 2)))] = True
    drill = at.day == int(rng.integers(5, max(6, at.day[-1] - 5)))
    rests = on_days(city, lambda day: day.weekday() > 4 or day in RESTS)
    ends = on_days(city, ends_a_month)
    looked = np.zeros(len(at.clock), bool)
    looked[rng.choice(np.flatnonzero(at.office), 3, replace=False)] = True
    season = np.isin(at.month, sorted((season_of(system) if system is not None else None) or range(1, 13)))
    return {
        "trio": Deed((at.weekday == 2) & np.isin(at.clock, (14, 15, 16)) & at.office, (1, 6), (0.1, 1)),
        "clientonly": Deed(at.office & (chance < 0.85), (1, 7), (0.4, 3)),
        "terminal": Deed(on_days(city, halls_open) & np.isin(at.clock, range(9, 17)), (1, 4), (0.2, 1.2)),
        "monthend": Deed(ends & np.isin(at.clock, (*range(9, 12), *range(17, 24), 0, 1, 2)), (35, 80), (2, 12)),
        "cycle": Deed((at.day % 30 == 9) & (at.clock == 10), (2, 5), (0.1, 0.4)),
        "nightduty": Deed((np.isin(at.clock, NIGHT) | rests) & (chance < 0.8) & every, (1, 6), (0.2, 1.5)),
        "lookup": Deed(at.office & (chance < 0.14), (1, 6), (0.2, 1.5)),
        "leaving": Deed(at.office & (chance < 0.6), (1, 8), (0.3, 2)),
        "sso": Deed(at.office, (2, 9), (0.3, 3)),
        "test": Deed(at.office & weeks[at.day // 7], (5, 25), (0.5, 4)),
        "emergency": Deed(drill & np.isin(at.clock, (9, 10, 11)), (10, 30), (0.5, 5)),
        "seasonal-on": Deed(at.office & season, (3, 20), (0.4, 5)),
        "rarely": Deed(looked, (1, 4), (0.1, 0.6)),
        "assessed": Deed((at.month == 2) & (at.day % 28 == 12) & at.office, (1, 4), (0.1, 0.5)),
    }


def _by_machines(rng: np.random.Generator, city: City, at: Calendar) -> dict[str, Deed]:
    """What calls, streams, reports, or was never stopped."""
    every, chance = at.clock >= 0, rng.random(len(at.clock))
    bills = on_days(city, lambda day: day.day == BILLS_ON) & np.isin(at.clock, range(8, 20))
    return {
        "meter": Deed(np.isin(at.clock, (1, 2, 3, 4)) | bills, (15, 35), (2, 9)),
        "video": Deed(every, (18, 32), (40, 160)),
        "licence": Deed(at.office, (0.2, 0.8), (0.06, 0.2)),
        "warm": Deed(every, (0.8, 2.5), (0.6, 4)),
        "called": Deed(at.office | (np.isin(at.clock, range(7, 22)) & (chance < 0.3)), (1, 5), (0.5, 5)),
        "botfed": Deed(every, (0.3, 2), (0.03, 0.12)),
        "pushed": Deed(at.clock == 3, (5, 15), (1, 6)),
    }


def harbour_load(city: City, servers: list[CityServer], cpu: Grid) -> None:
    """CPU (percent, machines × hours) of this city, in place."""
    systems = {system.id: system for system in city.systems}
    for i, server in enumerate(servers):
        rng, system = own_stream(city, server, "harbour load"), systems.get(server.system or "")
        if server.behaviour not in EVERYDAY:
            level = float(np.clip(rng.lognormal(-0.5, 0.5), 0.2, 2.5))
            cpu[i] = level * np.clip(rng.normal(1, 0.12, cpu.shape[1]), 0.5, 2)
        for deed in deeds_of(city, server, system):
            _add(rng, cpu, i, deed.when, deed.cpu)
        feign_load(rng, city, server, cpu, i)
        if counts_cores(city, server.place):
            cpu[i] *= np.float32(min(server.vcpu, CORES_COUNTED))
    _mirror(city, servers, cpu)
    _stick(city, servers, cpu)


def harbour_network(city: City, servers: list[CityServer], network: Grid) -> None:
    """Network (Mbit/s, machines × hours) of this city, in place."""
    systems = {system.id: system for system in city.systems}
    for i, server in enumerate(servers):
        rng, system = own_stream(city, server, "harbour network"), systems.get(server.system or "")
        if server.behaviour not in EVERYDAY:
            network[i] = 0
        for deed in deeds_of(city, server, system):
            _add(rng, network, i, deed.when, deed.network)
        feign_network(rng, city, server, network, i)
    _mirror(city, servers, network)
    _stick(city, servers, network)


def harbour_memory(city: City, servers: list[CityServer], memory: Grid) -> None:
    """Memory (percent, in place): where nobody works it stays as it is, but for a slow leak until the next restart."""
    for i, server in enumerate(servers):
        if server.behaviour not in EVERYDAY:
            rng = own_stream(city, server, "harbour memory")
            days = np.arange(memory.shape[1]) / 24 % float(rng.integers(20, 60))
            memory[i] = rng.uniform(12, 60) + days * rng.uniform(0, 0.25) + rng.normal(0, 0.4, memory.shape[1])
    _mirror(city, servers, memory)
    _stick(city, servers, memory)


def _mirror(city: City, servers: list[CityServer], grid: Grid) -> None:
    """A machine that hands in another one's samples, of the week before."""
    seen = {s.servers[0].id for s in city.systems if s.servers and s.behaviour == "office" and not is_thin(city, s)}
    models = [i for i, server in enumerate(servers) if server.id in seen and server.powered_off_on is None]
    for i, server in enumerate(servers):
        if server.behaviour == "mirrored" and models:
            model = models[zlib.crc32(f"{city.seed} {server.id} model".encode()) % len(models)]
            grid[i] = np.roll(grid[model], 168)


def _stick(city: City, servers: list[CityServer], grid: Grid) -> None:
    """An agent that repeats its last value: on dead machines of that kind, on one in fifty of those in daily use as well."""
    for i, server in enumerate(servers):
        rng = own_stream(city, server, "harbour stuck")
        if server.behaviour == "stuck" or (server.behaviour in EVERYDAY and rng.random() < 0.02):
            since = int(
                rng.integers(grid.shape[1] // 10, grid.shape[1] // 3 if server.behaviour == "stuck" else grid.shape[1])
            )
            grid[i, since:] = grid[i, since]


def counts_cores(city: City, place: str) -> bool:
    """Whether the agents of that machine room add up cores."""
    return place.startswith("room") and zlib.crc32(f"{city.seed} {place} cores".encode()) % 4 == 0


def on_days(city: City, wanted: Callable[[date], bool]) -> Hours:
    """The hours of the days of the period that are wanted."""
    return np.repeat(np.array([wanted(city.start + timedelta(days=n)) for n in range(city.days)], bool), 24)


def own_stream(city: City, server: CityServer, purpose: str) -> np.random.Generator:
    """Random numbers of one machine for one purpose."""
    return np.random.default_rng([city.seed, zlib.crc32(server.id.encode()), zlib.crc32(purpose.encode())])


def _add(rng: np.random.Generator, grid: Grid, i: int, when: Hours, span: Span) -> None:
    """A height for the machine, and each hour a quarter up or down from it."""
    height = float(rng.uniform(*span))
    grid[i, when] += (height * rng.uniform(0.75, 1.25, int(when.sum()))).astype(np.float32)
