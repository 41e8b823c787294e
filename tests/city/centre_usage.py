"""What the machines of the sixth city show: agents on all of them, people, sensors and programs on those that are used.

Agents: log shipping all day, virus definitions at 13, an inventory at 6 on the 1st and the 15th, a nightly backup at the
machine's own hour, patches on the evening of a last Tuesday, a scan on a third Sunday; Windows looks for viruses on Wednesdays
at noon. All that comes to the living and the dead alike.

Monitoring: the second cloud is measured by its hypervisor, which adds its own overhead, hears the broadcasts of the network
and takes all memory for used; on systems of three machines and more the agent is often installed on some only, always on the
first; in machine rooms one clock in ten runs eight hours behind (UTC written as local time), and pollers lose hours.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tests.city.centre_calendar import is_patch_day, is_scan_day, is_service_day, season_of
from tests.city.model import ZOMBIES, City, CityServer, CitySystem
from tests.city.neighbours_usage import Calendar, calendar

Hours = NDArray[np.bool_]
Grid = NDArray[np.float32]
QUIET = ZOMBIES | {
    "few", "sso", "shared", "platform", "dayuse", "ingest", "relic", "half", "census", "called", "standby", "emergency", "test", "seasonal-off",
}  # fmt: skip
HUMAN = frozenset({"office", "public", "light", "new", "steady"})
UTC_HOURS = 8  # how far a clock on UTC runs behind the city's


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a machine does in some hours: CPU in percent, network in Mbit/s, as the span of its height."""

    when: Hours
    cpu: tuple[float, float]
    network: tuple[float, float]


def deeds_of(city: City, server: CityServer, system: CitySystem | None) -> list[Deed]:
    """What its agents and its use make of one machine; drawn from its id, alike for CPU and network."""
    at, rng = calendar(city.start, city.days), _own(city, server, "centre deeds")
    return _agents(rng, city, at, server, system) + _use(rng, city, at, server, system)


def _agents(
    rng: np.random.Generator, city: City, at: Calendar, server: CityServer, system: CitySystem | None
) -> list[Deed]:
    every = at.clock >= 0
    backup = at.clock == int(rng.integers(0, 5))
    found = [
        Deed(every, (0.3, 1.2), (0.005, 0.03)),
        Deed(at.clock == 13, (3, 12), (0.2, 1)),
        Deed(_on(city, lambda day: day.day in {1, 15}) & (at.clock == 6), (10, 35), (0.05, 0.3)),
        Deed(_on(city, is_scan_day) & np.isin(at.clock, (2, 3, 4, 5)), (3, 10), (0.3, 2)),
    ]  # fmt: skip
    if server.place == "cloud-b":
        found.append(Deed(every, (0.5, 1.5), (0.01, 0.03)))
    if system is not None and "Windows" in system.os:
        found.append(Deed((at.weekday == 2) & (at.clock == 12), (15, 50), (0.01, 0.05)))
    if rng.random() < 0.7:
        found.append(Deed(backup, (4, 18), (3, 40)))
    if not server.place.startswith("room"):
        patches = _on(city, is_patch_day) & np.isin(at.clock, (21, 22))
        found.append(Deed(patches, (15, 50), (4, 20)))
    return found


def _use(
    rng: np.random.Generator, city: City, at: Calendar, server: CityServer, system: CitySystem | None
) -> list[Deed]:
    """What people, sensors and other programs do on it; on a dead one only what was never stopped."""
    chance, every = rng.random(len(at.clock)), at.clock >= 0
    weeks = rng.random(at.day[-1] // 7 + 1) < 0.6
    drill = at.day == int(rng.integers(5, max(6, at.day[-1] - 5)))
    job = at.clock == int(rng.integers(0, 5))
    visit = (at.day % 28 == int(rng.integers(0, 28))) & np.isin(at.clock, (10, 11))
    opens = _on(city, lambda day: system is not None and is_service_day(system, day))
    uses: dict[str, Deed] = {
        "few": Deed(at.office & (chance < 0.35), (0.3, 3), (0.05, 0.5)),
        "sso": Deed(at.office, (2, 9), (0.3, 3)),
        "shared": Deed(at.office & (chance < 0.6), (0.3, 2), (0.1, 0.6)),
        "platform": Deed(at.office, (6, 20), (2, 12)),
        "dayuse": Deed(at.office & opens, (5, 30), (0.5, 6)),
        "ingest": Deed(every, (1, 6), (0.3, 4)),
        "called": Deed(at.office | (np.isin(at.clock, range(7, 23)) & (chance < 0.3)), (1, 5), (0.5, 6)),
        "relic": Deed(at.office & (chance < 0.5), (0.5, 4), (0.3, 2.5)),
        "half": Deed(at.office & (chance < 0.7), (1, 6), (0.2, 1.5)),
        "standby": Deed(every, (0.3, 1.5), (0.3, 3)),
        "emergency": Deed(drill & np.isin(at.clock, (9, 10, 11)), (10, 30), (0.5, 5)),
        "test": Deed(at.office & weeks[at.day // 7], (3, 20), (0.2, 4)),
        "batch": Deed(np.isin(at.clock, (19, 20, 21)), (5, 25), (1, 10)),
        "seasonal-on": Deed(at.office & _in_season(at, system), (2, 15), (0.3, 4)),
        "leftover": Deed(job, (5, 25), (0, 0.02)),  # the copy to its successor still starts each night, and fails
        "visited": Deed(every, (0.2, 1.5), (0.02, 0.1)),
        "remote": Deed(visit, (2, 8), (0.05, 0.3)),
        "cloned": Deed(job, (10, 40), (0, 0.01)),
        "cron": Deed(job, (10, 40), (0, 0.01)),
    }
    found = uses.get(server.behaviour)
    return [] if found is None else [found]


def centre_load(city: City, servers: list[CityServer], cpu: Grid) -> None:
    """CPU (percent, machines × hours) of this city, in place."""
    systems = {system.id: system for system in city.systems}
    at = calendar(city.start, city.days)
    for i, server in enumerate(servers):
        rng, system = _own(city, server, "centre load"), systems.get(server.system or "")
        if server.behaviour in QUIET:
            level = float(np.clip(rng.lognormal(-0.3, 0.5), 0.3, 3))
            cpu[i] = level * np.clip(rng.normal(1, 0.12, len(at.clock)), 0.5, 2)
        elif server.behaviour in HUMAN:
            cpu[i, at.office] += np.float32(rng.uniform(0.5, 7))
        elif server.behaviour == "seasonal-on":
            cpu[i, ~_in_season(at, system)] *= np.float32(0.1)
        for deed in deeds_of(city, server, system):
            _add(rng, cpu, i, deed.when, deed.cpu)
        _misdate(city, server, cpu, i)


def centre_network(city: City, servers: list[CityServer], network: Grid) -> None:
    """Network (Mbit/s, machines × hours) of this city, in place."""
    systems = {system.id: system for system in city.systems}
    at = calendar(city.start, city.days)
    for i, server in enumerate(servers):
        rng, system = _own(city, server, "centre network"), systems.get(server.system or "")
        if server.behaviour in QUIET:
            network[i] = 0
        elif server.behaviour in HUMAN:
            _add(rng, network, i, at.office, (0.2, 3))
        elif server.behaviour == "seasonal-on":
            network[i, ~_in_season(at, system)] *= np.float32(0.1)
        for deed in deeds_of(city, server, system):
            _add(rng, network, i, deed.when, deed.network)
        _misdate(city, server, network, i)


def centre_memory(city: City, servers: list[CityServer], memory: Grid) -> None:
    """Memory (percent, in place): to the hypervisor of the second cloud all of it is used."""
    for i, server in enumerate(servers):
        if server.place == "cloud-b":
            level = _own(city, server, "centre memory").uniform(93, 99)
            memory[i] = np.where(np.isfinite(memory[i]), level, memory[i])


def unseen_hours(city: City, server: CityServer) -> Hours:
    """The hours in which monitoring has nothing of the machine."""
    at, rng = calendar(city.start, city.days), _own(city, server, "centre unseen")
    gone = np.zeros(len(at.clock), bool)
    if server.place.startswith("room"):
        gone |= rng.random(len(gone)) < 1 / 16
    system = next((one for one in city.systems if one.id == server.system), None)
    if system is not None and len(system.servers) > 2 and server is not system.servers[0]:
        partly = zlib.crc32(f"{city.seed} {system.id} agents".encode()) % 5 == 0
        gone |= partly and bool(rng.random() < 0.5)
    return gone


def _misdate(city: City, server: CityServer, grid: Grid, i: int) -> None:
    """A machine whose clock shows UTC reports everything eight hours too early."""
    if server.place.startswith("room") and _own(city, server, "clock").random() < 0.1:
        grid[i] = np.roll(grid[i], -UTC_HOURS)


def _on(city: City, wanted: Callable[[date], bool]) -> Hours:
    """The hours of the days of the period that are wanted."""
    return np.repeat(np.array([wanted(city.start + timedelta(days=n)) for n in range(city.days)], bool), 24)


def _in_season(at: Calendar, system: CitySystem | None) -> Hours:
    months = season_of(system) if system is not None else None
    return np.isin(at.month, sorted(months or range(1, 13)))


def _own(city: City, server: CityServer, purpose: str) -> np.random.Generator:
    return np.random.default_rng([city.seed, zlib.crc32(server.id.encode()), zlib.crc32(purpose.encode())])


def _add(rng: np.random.Generator, grid: Grid, i: int, when: Hours, span: tuple[float, float]) -> None:
    """A height for the machine, and each hour a quarter up or down from it."""
    height = float(rng.uniform(*span))
    grid[i, when] += (height * rng.uniform(0.75, 1.25, int(when.sum()))).astype(np.float32)
