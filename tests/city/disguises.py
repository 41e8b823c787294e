"""The fourth city's disguises: other ways for the dead to look alive, and for the living to look dead.

Written from how such places work, before anybody looked at what the rules make of it. The operator's inspector enters
every idle system once a month; a monitoring platform names in its ledger whatever it watches; units send last year's
ledger again, or update all their systems on one day; a vendor works from a dead system's machine. Display walls show what
nobody logs in to; five people look into an archive now and then. Web logs (tests/city/web_logs.py) are full of probes.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from tests.city.model import END, City, CityServer, CitySystem, stream

PATROL_DAY = END - timedelta(days=9)
ENTERED = frozenset({"abandoned", "cron", "replaced", "pumped", "borrowed", "standby", "emergency", "called", "kiosk", "api", "nightly"})  # fmt: skip
DAILY = frozenset({"office", "public", "steady", "batch", "light"})
WATCHERS = ("政务云统一监控平台", "网络安全漏洞扫描系统")
DAY = range(9, 18)


def disguise_systems(city: City) -> None:
    """Change what the ledgers will say."""
    habits, rng = city.habits, stream(city.seed, "disguises")
    for system in city.systems:
        entered, said, name = rng.random(3)
        if system.behaviour in DAILY:  # clerks fill in the day before they fill in the ledger
            system.last_login_on = END - timedelta(days=int(rng.integers(1, 4)))
        elif system.behaviour == "kiosk":
            system.last_login_on, system.monthly_logins = (None, 0) if name < 0.6 else (system.last_login_on, 0)
        elif system.behaviour == "archive":
            system.users, system.monthly_logins = int(rng.integers(3, 9)), int(rng.integers(1, 9))
            system.contract_end_on = None
        elif system.behaviour in {"api", "nightly"}:
            system.monthly_logins = 0
        if system.behaviour in ENTERED and entered < habits.patrols:
            system.last_login_on, system.monthly_logins = max(system.online_on, PATROL_DAY), int(rng.integers(1, 4))
            system.note = "运维巡检账号每月登录" if said < 0.5 else None
    _by_unit(rng, city)
    _watched(rng, city)


def _by_unit(rng: np.random.Generator, city: City) -> None:
    """Last year's ledger once more; a day on which a unit updated everything it has."""
    for department in city.departments:
        again, together = rng.random(2)
        day = END - timedelta(days=int(rng.integers(20, 200)))
        for system in (one for one in city.systems if one.department == department.slug):
            if again < city.habits.old_ledgers:
                _a_year_older(system)
            elif together < city.habits.unit_updates and system.behaviour != "off":
                system.last_update_on = max(system.online_on, day)


def _a_year_older(system: CitySystem) -> None:
    year = timedelta(days=365)
    if system.last_login_on is not None:
        system.last_login_on = max(system.online_on, system.last_login_on - year)
    if system.last_update_on is not None:
        system.last_update_on = max(system.online_on, system.last_update_on - year)
    if system.contract_end_on is not None:
        system.contract_end_on -= year


def _watched(rng: np.random.Generator, city: City) -> None:
    """Two systems of the operator name what they watch and scan among those they exchange data with."""
    own = [s for s in city.systems if s.department == "dsj" and not s.zombie and not s.core and not s.classified]
    for system, name in zip(own, WATCHERS, strict=False):
        system.name = name
        watched = [
            s.id for s in city.systems if not s.classified and s.id != system.id and rng.random() < city.habits.watched
        ]
        system.depends_on = tuple(sorted({*system.depends_on, *watched}))  # fmt: skip


def disguise_load(city: City, servers: list[CityServer], cpu: NDArray[np.float32]) -> None:
    """CPU (percent, machines × hours) of what only this city has, and an hour of scanning at noon on every machine."""
    rng = stream(city.seed, "disguised load")
    hours = np.arange(cpu.shape[1])
    clock, weekday = hours % 24, (city.start.weekday() + hours // 24) % 7
    for i, server in enumerate(servers):
        _add(rng, cpu, i, clock == 12, 15, 60)
        if server.behaviour == "borrowed":
            _add(rng, cpu, i, np.isin(clock, DAY) & (weekday < 5), 3, 14)
        elif server.behaviour == "kiosk":
            _add(rng, cpu, i, clock >= 0, 0.5, 4)
        elif server.behaviour == "archive":
            _add(rng, cpu, i, np.isin(clock, (10, 15)) & (rng.random(len(hours)) < 0.1), 1, 5)
        elif server.behaviour == "nightly":
            _add(rng, cpu, i, np.isin(clock, (1, 2, 3)), 45, 80)
        elif server.behaviour == "api":
            _add(rng, cpu, i, clock >= 0, 0.3, 2.5)


def disguise_network(city: City, servers: list[CityServer], network: NDArray[np.float32]) -> None:
    """Network (Mbit/s, machines × hours): agents that report to the monitoring platform from everywhere, and the new kinds."""
    rng = stream(city.seed, "disguised network")
    hours = np.arange(network.shape[1])
    clock, weekday = hours % 24, (city.start.weekday() + hours // 24) % 7
    for i, server in enumerate(servers):
        _add(rng, network, i, clock >= 0, 0.01, 0.15)
        if server.behaviour == "borrowed":
            _add(rng, network, i, np.isin(clock, DAY) & (weekday < 5), 0.3, 5)
        elif server.behaviour == "kiosk":
            _add(rng, network, i, clock >= 0, 0.05, 0.6)
        elif server.behaviour == "archive":
            _add(rng, network, i, np.isin(clock, (10, 15)) & (weekday < 5), 0.02, 0.5)
        elif server.behaviour == "nightly":
            _add(rng, network, i, np.isin(clock, (1, 2, 3)), 3, 40)
        elif server.behaviour == "api":
            _add(rng, network, i, np.isin(clock, range(6, 23)), 0.2, 3)


def _add(
    rng: np.random.Generator, grid: NDArray[np.float32], i: int, when: NDArray[np.bool_], low: float, high: float
) -> None:
    height = float(rng.uniform(low, high))
    grid[i, when] += (height * rng.uniform(0.75, 1.25, int(when.sum()))).astype(np.float32)


def disguised_load(rng: np.random.Generator, kind: str, cpu: NDArray[np.float32], i: int, model: int) -> None:
    """An artificial load: another machine's samples with noise or a day later, a slow ramp, bursts at random hours."""
    hours = cpu.shape[1]
    if kind == "noisy-copy":
        cpu[i] = cpu[model] * rng.normal(1, 0.03, (hours,)).astype(np.float32)
    elif kind == "late-copy":
        cpu[i] = np.roll(cpu[model], 24)
    elif kind == "ramp":
        begin = hours - 56 * 24
        cpu[i, begin:] = np.linspace(2, 40, hours - begin) + rng.normal(0, 2, hours - begin)
    else:  # random-bursts: four hours of every day in the last six weeks
        for day in range(hours // 24 - 42, hours // 24):
            cpu[i, day * 24 + rng.permutation(24)[:4]] = rng.uniform(60, 90, 4)
