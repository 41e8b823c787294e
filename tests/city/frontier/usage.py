"""What the machines of the ninth city show: the operator's agents on all of them, and use where there is any.

On every machine: an agent all day, a check of its settings at six in the morning, a scan of all files on the first and the
fifteenth at ten in the evening, patches in the night of a month's last Saturday, attackers of a drill for five days of March;
on half of them, and on all databases, a snapshot carried away early on Saturdays. Agents of the second cloud leak memory and
are started anew on Mondays.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.city.frontier.days import (
    FAIR_ENDS,
    FIRST_WORKDAY,
    RESCUES,
    SNOW,
    TURNED_ON,
    is_drill_day,
    is_patch_day,
    is_port_day,
    is_quarter_report_day,
    is_scan_day,
    on_days,
)
from tests.city.frontier.kinds import EVERYDAY
from tests.city.model import City, CityServer
from tests.city.neighbours_usage import Calendar, calendar

Hours = NDArray[np.bool_]
Grid = NDArray[np.float32]
Span = tuple[float, float]
HOLDS_MEMORY = frozenset({"idlemodel", "vaincube", "bigheap", "clearing"})  # programs that take memory and keep it
# How fast disks fill, percent a day; of the other stories' systems hardly at all.
FILLING = {
    "diskfill": 0.4,
    "docking": 0.3,
    "emptychain": 0.05,
    "spammail": 0.03,
    "logkeeper": 0.04,
    "fieldsync": 0.03,
    "robotwork": 0.03,
    "thin": 0.01,
}
FULL = 99.5  # percent, the disk on which nothing can be written


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a machine does in some hours: CPU in percent, network in Mbit/s, as the span of its height."""

    when: Hours
    cpu: Span
    network: Span


def deeds_of(city: City, server: CityServer) -> list[Deed]:
    """What its agents and its use make of one machine; drawn from its id, alike for CPU and network."""
    at, rng = calendar(city.start, city.days), own_stream(city, server, "frontier deeds")
    if server.behaviour == "quarantined":  # agents run, nothing goes in or out
        return [Deed(at.clock >= 0, (0.3, 0.8), (0, 0))]
    found = _agents(rng, city, at, server)
    if server.behaviour in EVERYDAY:
        return [*found, Deed(at.office, (0.5, 5), (0.2, 3))]
    return found + (_dead(city, at) | _living(rng, city, at) | _open(rng, at)).get(server.behaviour, [])


def _agents(rng: np.random.Generator, city: City, at: Calendar, server: CityServer) -> list[Deed]:
    found = [
        Deed(at.clock >= 0, (0.2, 1.1), (0.01, 0.04)),
        Deed(at.clock == 6, (2, 6), (0.02, 0.1)),
        Deed(on_days(city, is_scan_day) & np.isin(at.clock, (22, 23)), (18, 50), (0.02, 0.1)),
    ]
    if server.zone == "互联网区":
        found.append(Deed(on_days(city, is_drill_day) & (at.clock == 15), (1, 4), (0.1, 0.5)))
    if rng.random() < 0.5 or server.role == "db":
        found.append(Deed((at.weekday == 5) & np.isin(at.clock, (3, 4)), (8, 25), (60, 160)))
    if not server.place.startswith("room"):
        found.append(Deed(on_days(city, is_patch_day) & (at.clock == 22), (15, 40), (5, 20)))
    return found


def _dead(city: City, at: Calendar) -> dict[str, list[Deed]]:
    """What was never stopped, and what scripts make."""
    every = at.clock >= 0
    return {
        "deadpoll": [Deed(every, (0.8, 2.5), (0.03, 0.1))],
        "clientghost": [Deed(at.office & (at.clock == 8), (0.2, 0.8), (0.02, 0.1))],
        "crashloop": [Deed(every, (30, 55), (0.01, 0.03))],
        "robotexport": [Deed(at.clock == 7, (0.5, 2), (0.02, 0.1))],
        "spammail": [Deed(every, (1.5, 4), (0.15, 0.5))],
        "emptychain": [Deed(every, (4, 8), (0.2, 0.7))],
        "vaincube": [Deed(np.isin(at.clock, (1, 2, 3)), (45, 80), (1, 6))],
        "idlemodel": [Deed(every, (0.5, 1.5), (0.02, 0.05))],
        "zeroreport": [Deed(at.clock == 16, (0.2, 0.8), (0.02, 0.08))],
        "clickfarm": [Deed(np.isin(at.clock, range(8, 18)), (0.5, 2), (0.05, 0.2))],
        "replayed": [Deed(np.isin(at.clock, range(8, 18)), (1, 4), (0.2, 0.8))],
        "diskfill": [Deed(at.clock == 2, (4, 9), (0, 0.005))],
    }


def _living(rng: np.random.Generator, city: City, at: Calendar) -> dict[str, list[Deed]]:
    """Who comes when, and what calls, reports or computes."""
    chance, every = rng.random(len(at.clock)), at.clock >= 0
    looked_after = [Deed(on_days(city, lambda day: day.day == 12) & (at.clock == 10), (2, 5), (0.1, 0.4))]
    fair = on_days(city, lambda day: day <= FAIR_ENDS) & np.isin(at.clock, range(8, 21))
    rescued = on_days(city, lambda day: day in RESCUES) & np.isin(at.clock, range(13, 22))
    turned = on_days(city, lambda day: day >= TURNED_ON) & np.isin(at.clock, range(6, 23))
    return {
        "openwater": looked_after, "biennial": looked_after,
        "icefair": [Deed(fair, (5, 20), (1, 6))],
        "portduty": [Deed(on_days(city, is_port_day) & np.isin(at.clock, (8, 9, 10, 11)), (4, 12), (0.5, 3))],
        "fieldsync": [Deed((at.weekday == 6) & np.isin(at.clock, (18, 19, 20, 21)), (6, 18), (3, 15))],
        "logkeeper": [Deed(every, (3, 8), (0.8, 3))],
        "nameserver": [Deed(every, (0.2, 0.6), (0.02, 0.06)), Deed(at.office, (0.2, 0.8), (0.03, 0.1))],
        "quarterly": [Deed(on_days(city, is_quarter_report_day) & at.office, (5, 15), (0.5, 3))],
        "rescue": [Deed(rescued, (3, 10), (0.4, 2))],
        "clearing": [Deed(np.isin(at.clock, (1, 2)), (35, 70), (1, 5)), Deed(at.clock == 6, (1, 3), (0.5, 2))],
        "freshstart": [Deed(at.office, (2, 8), (0.2, 1.5))],
        "greenside": [Deed(turned, (6, 18), (1, 5))],
        "cabin": [Deed(np.isin(at.clock, (7, 19)), (0.5, 2), (0.03, 0.15))],
        "broadcast": [Deed(np.isin(at.clock, (6, 12, 18)), (2, 6), (0.5, 3))],
        "snowday": [Deed(on_days(city, lambda day: day in SNOW) & np.isin(at.clock, range(5, 20)), (4, 14), (0.5, 3))],
        "thin": [Deed(at.office, (0.3, 0.9), (0.05, 0.2))],
        "robotwork": [Deed(at.office, (2, 7), (0.1, 0.5))],
        "bigheap": [Deed(at.office & (chance < 0.9), (3, 12), (0.4, 3))],
        "docking": [Deed(np.isin(at.clock, (8, 20)), (3, 9), (15, 60))],
    }  # fmt: skip


def _open(rng: np.random.Generator, at: Calendar) -> dict[str, list[Deed]]:
    return {
        "strangeflow": [Deed(at.clock >= 0, (1, 3), (0.4, 1.6))],
        "loneviewer": [Deed(at.office & (rng.random(len(at.clock)) < 0.04), (0.3, 1), (0.02, 0.1))],
    }


def frontier_load(city: City, servers: list[CityServer], cpu: Grid) -> None:
    """CPU (percent, machines × hours) of this city, in place."""
    for i, server in enumerate(servers):
        rng = own_stream(city, server, "frontier load")
        if server.behaviour not in EVERYDAY:
            level = float(np.clip(rng.lognormal(-0.5, 0.5), 0.2, 2.2))
            cpu[i] = level * np.clip(rng.normal(1, 0.12, cpu.shape[1]), 0.5, 2)
        for deed in deeds_of(city, server):
            _add(rng, cpu, i, deed.when, deed.cpu)
        if server.behaviour == "crashloop":  # it starts, works hard, falls over, waits
            cpu[i] *= np.asarray(rng.choice((0.4, 1.0, 1.5), cpu.shape[1]), np.float32)


def frontier_network(city: City, servers: list[CityServer], network: Grid) -> None:
    """Network (Mbit/s, machines × hours) of this city, in place."""
    for i, server in enumerate(servers):
        rng = own_stream(city, server, "frontier network")
        if server.behaviour not in EVERYDAY:
            network[i] = 0
        for deed in deeds_of(city, server):
            _add(rng, network, i, deed.when, deed.network)


def frontier_memory(city: City, servers: list[CityServer], memory: Grid) -> None:
    """Memory (percent, in place): still where nobody works, high where a program keeps it, leaking on the second cloud."""
    at = calendar(city.start, city.days)
    held = on_days(city, lambda day: day >= FIRST_WORKDAY) & ~(
        on_days(city, lambda day: day == FIRST_WORKDAY) & (at.clock < 9)
    )
    for i, server in enumerate(servers):
        rng = own_stream(city, server, "frontier memory")
        if server.behaviour not in EVERYDAY:
            low, high = (64, 86) if server.behaviour in HOLDS_MEMORY else (10, 48)
            memory[i] = rng.uniform(low, high) + rng.normal(0, 0.4, memory.shape[1])
        if server.place == "cloud-b":
            memory[i] += ((at.weekday * 24 + at.clock) * float(rng.uniform(0.01, 0.05))).astype(np.float32)
        if server.behaviour == "ballast":
            memory[i, held] = np.float32(rng.integers(71, 84))


def frontier_disk(
    city: City, servers: list[CityServer], begin: NDArray[np.float32], growth: NDArray[np.float32]
) -> None:
    """What disks hold at the beginning (percent) and how fast they fill (percent a day), in place."""
    for i, server in enumerate(servers):
        rng = own_stream(city, server, "frontier disk")
        if server.behaviour == "crashloop":
            begin[i], growth[i] = FULL, 0
        elif server.behaviour in FILLING:
            begin[i] = np.float32(min(float(begin[i]), rng.uniform(20, 55)))
            growth[i] = np.float32(FILLING[server.behaviour] * rng.uniform(0.9, 1.2))
        elif server.behaviour not in EVERYDAY:
            growth[i] = 0


def own_stream(city: City, server: CityServer, purpose: str) -> np.random.Generator:
    """Random numbers of one machine for one purpose."""
    return np.random.default_rng([city.seed, zlib.crc32(server.id.encode()), zlib.crc32(purpose.encode())])


def _add(rng: np.random.Generator, grid: Grid, i: int, when: Hours, span: Span) -> None:
    """A height for the machine, and each hour a quarter up or down from it."""
    height = float(rng.uniform(*span))
    grid[i, when] += (height * rng.uniform(0.75, 1.25, int(when.sum()))).astype(np.float32)
