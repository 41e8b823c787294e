"""What the machines of the eighth city show: the operator's agents on all of them, and use where there is any.

On every machine: an endpoint agent all day, its scan on Thursdays at noon, log upload at four in the morning, a vulnerability
scan in the night of the twentieth, patches on a second Tuesday in the clouds, and on four in ten a nightly backup.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.city.county_calendar import (
    CLOSED_ON,
    FAIR,
    INSPECTED,
    VISITED,
    declares,
    is_batch_day,
    is_market_day,
    is_patch_day,
    is_shift_day,
    on_days,
)
from tests.city.county_kinds import EVERYDAY
from tests.city.model import City, CityServer
from tests.city.neighbours_calendar import works
from tests.city.neighbours_usage import Calendar, calendar

Hours = NDArray[np.bool_]
Grid = NDArray[np.float32]
Span = tuple[float, float]
WEEK = 168
HOLDS_MEMORY = frozenset({"campaign", "provincial", "statute"})  # a database that takes its memory and keeps it
FED = frozenset({"provincial", "iotgw", "uplink", "probe"})  # whose disks grow though nobody works
STILL = frozenset(
    {"archived", "statute", "yearly", "training", "election", "fair"}
)  # in use, and their disks do not grow


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a machine does in some hours: CPU in percent, network in Mbit/s, as the span of its height."""

    when: Hours
    cpu: Span
    network: Span


def deeds_of(city: City, server: CityServer, *, first: bool) -> list[Deed]:
    """What its agents and its use make of one machine; drawn from its id, alike for CPU and network."""
    at, rng = calendar(city.start, city.days), own_stream(city, server, "county deeds")
    found = _agents(rng, city, at, server)
    if server.behaviour in EVERYDAY:
        return [*found, Deed(at.office, (0.5, 5), (0.2, 3))]
    if server.behaviour == "overbuilt" and not first:
        return found
    return found + (_dead(city, at) | _living(rng, city, at) | _open(city, at)).get(server.behaviour, [])


def _agents(rng: np.random.Generator, city: City, at: Calendar, server: CityServer) -> list[Deed]:
    begin = int(rng.choice((22, 23, 0, 1, 2)))
    found = [
        Deed(at.clock >= 0, (0.3, 1.3), (0.01, 0.05)),
        Deed(at.clock == 4, (1, 4), (0.1, 0.8)),
        Deed((at.weekday == 3) & (at.clock == 12), (15, 55), (0.02, 0.1)),
        Deed(on_days(city, lambda day: day.day == 20) & np.isin(at.clock, (1, 2, 3)), (3, 9), (0.4, 2)),
    ]
    if rng.random() < 0.4 or server.role == "db":
        found.append(Deed(np.isin(at.clock, [(begin + n) % 24 for n in range(2)]), (10, 35), (15, 80)))
    if not server.place.startswith("room"):
        found.append(Deed(on_days(city, is_patch_day) & np.isin(at.clock, (20, 21, 22)), (12, 35), (3, 15)))
    return found


def _dead(city: City, at: Calendar) -> dict[str, list[Deed]]:
    """What was never stopped, and what scripts make."""
    every, workdays = at.clock >= 0, on_days(city, works)
    inspected = on_days(city, lambda day: day in INSPECTED) & at.office
    return {
        "provincial": [Deed(np.isin(at.clock, (2, 3)), (5, 18), (3, 18))],
        "heartbeat": [Deed(every, (0.3, 1), (0.05, 0.15))],
        "frontgone": [Deed(np.isin(at.clock, range(7, 22)), (0.1, 0.6), (0.02, 0.08))],
        "staging": [Deed(workdays & np.isin(at.clock, (1, 2)), (40, 80), (5, 20))],
        "inspection": [Deed(inspected, (2, 6), (0.2, 1))],
        "pairsync": [Deed(every, (1, 3), (0.4, 1.5))],
        "startpage": [Deed(workdays & (at.clock == 8), (0.3, 1), (0.05, 0.2))],
        "retired": [Deed(every, (0.05, 0.2), (0.01, 0.02))],
        "probe": [Deed(at.office, (6, 12), (20, 60)), Deed(every, (2, 5), (4, 9))],
        "showroom": [Deed(every, (3, 8), (0.2, 0.6))],
        "mined": [Deed(at.day >= city.days // 6, (70, 90), (0.02, 0.06))],
        "crowdlogin": [Deed(at.clock == 14, (1, 3), (0.1, 0.3))],
        "looped": [Deed(at.office, (8, 25), (0.8, 4))],
        "puller": [Deed(at.office, (1, 3), (30, 80))],
        "peaker": [Deed(workdays & (at.clock == 10), (55, 80), (0, 0.01))],
        "dripfed": [Deed(every, (0.5, 1.5), (0.05, 0.2))],
    }


def _living(rng: np.random.Generator, city: City, at: Calendar) -> dict[str, list[Deed]]:
    """Who comes when, and what calls, reports or computes."""
    chance, every = rng.random(len(at.clock)), at.clock >= 0
    checked = [Deed((at.day % 30 == 9) & (at.clock == 10), (2, 5), (0.1, 0.4))]
    drill = on_days(city, lambda day: day.month == 3 and day.day == 5) & at.office
    shifts = on_days(city, is_shift_day) & np.isin(at.clock, (7, 15, 23))
    return {
        "flood": [Deed(at.clock == 8, (2, 6), (0.2, 1)), Deed(every, (0.1, 0.4), (0.01, 0.03))],
        "yearly": checked, "training": checked, "election": checked,
        "latecomer": [Deed(on_days(city, declares) & at.office, (4, 15), (0.5, 4))],
        "archived": [Deed(at.office & (chance < 0.05), (1, 4), (0.1, 0.6))],
        "statute": [Deed(at.office & (chance < 0.025), (1, 4), (0.1, 0.6))],
        "iotgw": [Deed(every, (1, 3), (0.1, 0.25))],
        "batchpay": [Deed(on_days(city, is_batch_day) & np.isin(at.clock, range(18, 24)), (40, 80), (1, 6))],
        "drnode": [Deed((at.weekday == 6) & np.isin(at.clock, (2, 3, 4)), (10, 25), (40, 120))],
        "preparing": [Deed(at.office & (chance < 0.5), (3, 20), (0.3, 3))],
        "miniapi": [Deed(np.isin(at.clock, range(7, 22)), (2, 8), (0.4, 3))],
        "rollcall": [Deed(at.clock == 20, (2, 6), (0.2, 0.8)), Deed(drill, (4, 15), (0.5, 4))],
        "marketday": [Deed(on_days(city, is_market_day) & np.isin(at.clock, range(7, 13)), (2, 9), (0.3, 2))],
        "shifts": [Deed(shifts, (4, 12), (0.5, 3))],
        "fair": [Deed(on_days(city, lambda day: day in FAIR) & np.isin(at.clock, range(8, 20)), (8, 25), (2, 10))],
        "uplink": [Deed(at.clock < 6, (1, 4), (0.1, 0.4)), Deed(at.clock == 22, (10, 30), (2, 8))],
        "overbuilt": [Deed(at.office, (5, 15), (1, 5))],
        "padded": [Deed(at.office, (1, 5), (0.2, 1.5)), Deed(every, (28, 38), (0, 0.005))],
    }  # fmt: skip


def _open(city: City, at: Calendar) -> dict[str, list[Deed]]:
    open_hours = np.isin(at.clock, range(7, 22)) & on_days(city, lambda day: day < CLOSED_ON)
    visited = on_days(city, lambda day: day in VISITED) & (at.clock == 10)
    return {
        "fileshare": [Deed(at.office, (1, 4), (2, 10))],
        "appclosed": [Deed(open_hours, (3, 10), (0.5, 3))],
        "contested": [Deed(visited, (1, 3), (0.1, 0.4))],
        "sporadic": [Deed(visited, (1, 3), (0.1, 0.4))],
    }


def county_load(city: City, servers: list[CityServer], cpu: Grid) -> None:
    """CPU (percent, machines × hours) of this city, in place."""
    firsts = _firsts(city)
    for i, server in enumerate(servers):
        rng = own_stream(city, server, "county load")
        if server.behaviour not in EVERYDAY:
            level = float(np.clip(rng.lognormal(-0.4, 0.5), 0.2, 2.5))
            cpu[i] = level * np.clip(rng.normal(1, 0.12, cpu.shape[1]), 0.5, 2)
        for deed in deeds_of(city, server, first=server.id in firsts):
            _add(rng, cpu, i, deed.when, deed.cpu)
        _loop(server, cpu, i)


def county_network(city: City, servers: list[CityServer], network: Grid) -> None:
    """Network (Mbit/s, machines × hours) of this city, in place."""
    firsts = _firsts(city)
    for i, server in enumerate(servers):
        rng = own_stream(city, server, "county network")
        if server.behaviour not in EVERYDAY:
            network[i] = 0
        for deed in deeds_of(city, server, first=server.id in firsts):
            _add(rng, network, i, deed.when, deed.network)
        _loop(server, network, i)


def county_memory(city: City, servers: list[CityServer], memory: Grid) -> None:
    """Memory (percent, in place): still where nobody works, high where a database keeps it; the upgraded agent counts caches."""
    at, upgraded = calendar(city.start, city.days), city.days * 4 // 9
    for i, server in enumerate(servers):
        rng = own_stream(city, server, "county memory")
        if server.behaviour not in EVERYDAY:
            low, high = (62, 84) if server.behaviour in HOLDS_MEMORY else (12, 55)
            memory[i] = rng.uniform(low, high) + rng.normal(0, 0.4, memory.shape[1])
        if server.place == "cloud-a":
            memory[i, at.day >= upgraded] += np.float32(rng.uniform(6, 14))
        _loop(server, memory, i)


def county_growth(server: CityServer, growth: float) -> float:
    """How fast a machine's disks fill, percent a day: by what is fed to it, not by whether somebody needs it."""
    if server.behaviour in FED:
        return 0.04 + growth / 2
    if server.behaviour in STILL:
        return 0.0
    return 0.01 if server.behaviour in {"staging", "dripfed", "heartbeat", "mined"} else growth


def _loop(server: CityServer, grid: Grid, i: int) -> None:
    """Samples that somebody feeds in: one week, over and over."""
    if server.behaviour == "looped":
        hours = np.arange(grid.shape[1])
        grid[i] = grid[i, hours % WEEK]


def _firsts(city: City) -> frozenset[str]:
    return frozenset(system.servers[0].id for system in city.systems if system.servers)


def own_stream(city: City, server: CityServer, purpose: str) -> np.random.Generator:
    """Random numbers of one machine for one purpose."""
    return np.random.default_rng([city.seed, zlib.crc32(server.id.encode()), zlib.crc32(purpose.encode())])


def _add(rng: np.random.Generator, grid: Grid, i: int, when: Hours, span: Span) -> None:
    """A height for the machine, and each hour a quarter up or down from it."""
    height = float(rng.uniform(*span))
    grid[i, when] += (height * rng.uniform(0.75, 1.25, int(when.sum()))).astype(np.float32)
