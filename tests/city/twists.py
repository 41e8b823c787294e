"""The third city's twists: what makes the dead look alive there, and the living dead. Nothing here knows of any rule.

It was written from how such places work, before anybody looked at what the rules make of it: the operator patches every
machine, backs most of them up at night and scans all of them on Wednesdays; a monitoring account logs in daily; one
framework contract covers a whole department; five people approve with a system of their own; others are only called by
programs, or stand behind a portal that counts the logins itself; monitoring was rolled out in the middle of the quarter.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.city.model import END, UNMEASURED, City, CityServer, CitySystem, stream

PATCH_DAY = END - timedelta(days=16)  # the operator's last one
NIGHT, DAY = range(1, 4), range(9, 18)


def twist_systems(city: City) -> None:
    """Change what the ledgers will say of systems, and who is said to call whom."""
    habits, rng = city.habits, stream(city.seed, "twists")
    for system in city.systems:
        _by_behaviour(rng, system)
        patched, watched, late = rng.random(3)
        if patched < habits.patched and system.behaviour != "off":
            system.last_update_on = max(system.online_on, PATCH_DAY)
        if system.zombie and system.behaviour not in {"off", "declared"} and watched < habits.monitor_logins:
            system.last_login_on, system.monthly_logins = END - timedelta(days=1), 31
        if late < habits.late_monitoring:
            since = END - timedelta(days=int(rng.integers(8, 55)))
            for server in system.servers:
                server.monitored_on = since
    _stale_links(rng, city)


def _by_behaviour(rng: np.random.Generator, system: CitySystem) -> None:
    """What is known of the kinds of systems that only this city has."""
    if system.behaviour == "few":
        system.users, system.monthly_logins = int(rng.integers(3, 9)), int(rng.integers(4, 40))
        system.last_login_on = END - timedelta(days=int(rng.integers(1, 25)))
    elif system.behaviour in {"api", "nightly"}:
        system.last_login_on = None if rng.random() < 0.3 else END - timedelta(days=int(rng.integers(200, 1500)))
        system.monthly_logins = 0
    elif system.behaviour == "gateway":
        system.last_login_on, system.monthly_logins = END - timedelta(days=int(rng.integers(190, 600))), 0


def _stale_links(rng: np.random.Generator, city: City) -> None:
    """Ledgers still name dead systems among those they exchange data with."""
    live = [s for s in city.systems if not s.zombie and not s.classified]
    for system in city.systems:
        if system.zombie and not system.classified and rng.random() < city.habits.stale_links:
            caller = live[int(rng.integers(len(live)))]
            caller.depends_on = tuple(sorted({*caller.depends_on, system.id}))


def twist_load(city: City, servers: list[CityServer], cpu: NDArray[np.float32]) -> None:
    """Add to the CPU (percent, machines × hours) what agents do, and what the new kinds of systems do."""
    rng = stream(city.seed, "twisted load")
    hours = np.arange(cpu.shape[1])
    clock, weekday = hours % 24, (city.start.weekday() + hours // 24) % 7
    for i, server in enumerate(servers):
        start = int(rng.integers(0, 5))
        if _backed_up(city, server):
            _add(rng, cpu, i, (clock >= start) & (clock < start + 2), 9, 30)
        if city.habits.scans:
            _add(rng, cpu, i, (weekday == 2) & ((clock == 12) | (clock == 13)), 35, 85)
            _add(rng, cpu, i, hours // 24 == (PATCH_DAY - city.start).days, 10, 40)
        if server.behaviour == "nightly":
            _add(rng, cpu, i, np.isin(clock, NIGHT), 45, 80)
        elif server.behaviour == "api":
            _add(rng, cpu, i, clock >= 0, 0.3, 2.5)
        elif server.behaviour == "gateway":
            _add(rng, cpu, i, np.isin(clock, DAY) & (weekday < 5), 1.5, 7)
        elif server.behaviour == "few":
            _add(rng, cpu, i, np.isin(clock, (9, 10, 15)) & (weekday < 5), 0.2, 3)


def _add(
    rng: np.random.Generator, cpu: NDArray[np.float32], i: int, when: NDArray[Any], low: float, high: float
) -> None:
    height = rng.uniform(low, high)
    cpu[i, when] += (height * rng.uniform(0.75, 1.25, int(when.sum()))).astype(np.float32)


def _backed_up(city: City, server: CityServer) -> bool:
    """Whether the operator's backup agent runs on it: drawn from its id, alike for CPU and network."""
    return int(server.id[4:8], 16) / 65536 < city.habits.backups


def twist_network(city: City, servers: list[CityServer], network: NDArray[np.float32]) -> None:
    """Add to the network (Mbit/s, machines × hours): nightly backups, calls of programs, results that are delivered."""
    rng = stream(city.seed, "twisted network")
    hours = np.arange(network.shape[1])
    clock, weekday = hours % 24, (city.start.weekday() + hours // 24) % 7
    for i, server in enumerate(servers):
        start = int(rng.integers(0, 5))
        if _backed_up(city, server):
            _add(rng, network, i, (clock >= start) & (clock < start + 2), 4, 60)
        if server.behaviour == "nightly":
            _add(rng, network, i, np.isin(clock, NIGHT), 3, 40)
        elif server.behaviour == "api":
            _add(rng, network, i, np.isin(clock, range(6, 23)), 0.2, 3)
        elif server.behaviour == "gateway":
            _add(rng, network, i, np.isin(clock, DAY) & (weekday < 5), 0.4, 4)
        elif server.behaviour == "few":
            _add(rng, network, i, np.isin(clock, (9, 10, 15)) & (weekday < 5), 0.02, 0.4)


def office_script(rng: np.random.Generator, city: City, cpu: NDArray[np.float32], i: int) -> None:
    """An artificial load that keeps office hours, with breaks and chance, since six weeks before the report."""
    hours = np.arange(cpu.shape[1])
    clock, weekday = hours % 24, (city.start.weekday() + hours // 24) % 7
    busy = (hours >= cpu.shape[1] // 2) & np.isin(clock, (9, 10, 11, 14, 15, 16, 17)) & (weekday < 5)
    cpu[i, busy] += rng.uniform(15, 45, int(busy.sum())).astype(np.float32)


def unmonitored_hours(city: City, server: CityServer) -> int:
    """How many hours of the period passed before the machine was monitored at all."""
    if server.monitored_on is None or server.behaviour in UNMEASURED:
        return 0
    return max(0, (server.monitored_on - city.start).days * 24)
