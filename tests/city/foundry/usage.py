"""What the machines of the tenth city show: the operator's agents on all of them, and use where there is any.

On every machine: an agent all day, a list of what is installed at half past noon, a backup of the day's changes at eleven in
the evening, a scan for viruses on Mondays at seven in the evening, a full backup on Wednesdays from two to five on databases
and on a third of the others, patches in the night of a month's third Sunday, simple passwords tried on the twentieth. On one
in fifteen an agent hangs for a fortnight or so and takes a good part of a core until the next patches, on the dead and on the
living alike, without any traffic.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tests.city.foundry.days import (
    BUSY_SINCE,
    CLOSED_ON,
    EXERCISED_ON,
    LAST_DAYS,
    is_due_day,
    is_entry_day,
    is_patch_day,
    is_street_friday,
    is_term_day,
    is_vendor_day,
    is_weak_password_day,
    on_days,
)
from tests.city.foundry.kinds import EVERYDAY
from tests.city.model import END, City, CityServer
from tests.city.neighbours_calendar import works
from tests.city.neighbours_usage import Calendar, calendar

Hours = NDArray[np.bool_]
Grid = NDArray[np.float32]
Span = tuple[float, float]
HUNG = 1 / 15  # of the machines
# How fast disks fill, percent a day; of the other stories' systems hardly at all.
FILLING = {
    "vault": 0.12,
    "transcode": 0.2,
    "nightcount": 0.02,
    "mirrorpair": 0.03,
    "liftalarm": 0.02,
    "staledrow": 0.02,
    "stillold": 0.02,
}


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a machine does in some hours: CPU in percent, network in Mbit/s, as the span of its height."""

    when: Hours
    cpu: Span
    network: Span


def deeds_of(city: City, server: CityServer) -> list[Deed]:
    """What its agents and its use make of one machine; drawn from its id, alike for CPU and network."""
    at, rng = calendar(city.start, city.days), own_stream(city, server, "foundry deeds")
    found = _agents(rng, city, at, server)
    if server.behaviour in EVERYDAY:
        return [*found, Deed(at.office, (0.5, 5), (0.2, 3))]
    return found + (_dead(city, at) | _living(city, at) | _open(at)).get(server.behaviour, [])


def _agents(rng: np.random.Generator, city: City, at: Calendar, server: CityServer) -> list[Deed]:
    found = [
        Deed(at.clock >= 0, (0.2, 1.0), (0.01, 0.04)),
        Deed(at.clock == 12, (1, 4), (0.02, 0.1)),
        Deed(at.clock == 23, (3, 9), (2, 12)),
        Deed((at.weekday == 0) & (at.clock == 19), (15, 40), (0.02, 0.1)),
        Deed(on_days(city, is_weak_password_day) & (at.clock == 20), (0.5, 2), (0.05, 0.2)),
    ]
    if rng.random() < 1 / 3 or server.role == "db":
        found.append(Deed((at.weekday == 2) & np.isin(at.clock, (2, 3, 4)), (8, 20), (50, 150)))
    if not server.place.startswith("room"):
        found.append(Deed(on_days(city, is_patch_day) & (at.clock == 2), (15, 40), (5, 20)))
    if rng.random() < HUNG:
        begin = int(rng.integers(5, 30))
        found.append(Deed(on_days(city, _hung_from(city, begin)), (12, 30), (0, 0.001)))
    return found


def _hung_from(city: City, begin: int) -> Callable[[date], bool]:
    """From that day of the period to the next night of patches, when everything is started anew."""
    first = city.start + timedelta(days=begin)
    until = next((day for day in (first + timedelta(days=n) for n in range(1, 40)) if is_patch_day(day)), END)
    return lambda day: first <= day < until


def _dead(city: City, at: Calendar) -> dict[str, list[Deed]]:
    """What was never stopped, and what is made to look like use."""
    every = at.clock >= 0
    together = on_days(city, lambda day: works(day) and day >= LAST_DAYS) & np.isin(at.clock, (9, 10, 14, 15))
    since = np.arange(len(at.clock)) >= (BUSY_SINCE - city.start).days * 24 + 9
    return {
        "hotlinegone": [Deed(every, (0.6, 1.5), (0.03, 0.09))],
        "provincepull": [Deed(every, (0.1, 0.4), (0.01, 0.03))],
        "oldapp": [Deed(np.isin(at.clock, range(7, 22)), (0.1, 0.4), (0.01, 0.05))],
        "vendoronly": [Deed(on_days(city, is_vendor_day) & (at.clock == 10), (1, 3), (0.1, 0.3))],
        "hallscreen": [Deed(every, (1, 2.5), (0.1, 0.3))],
        "waystation": [Deed(at.clock == 2, (10, 25), (1, 3))],
        "certlapsed": [Deed(every, (0.8, 2), (0.02, 0.06))],
        "shutfornow": [Deed(every, (0.1, 0.3), (0.01, 0.03))],
        "ssotouch": [Deed(at.clock == 1, (0.5, 2), (0.05, 0.2))],
        "flashmob": [Deed(together, (2, 8), (0.4, 2))],
        "shadowed": [Deed(at.office, (1, 4), (0.2, 0.8))],
        "pairtraffic": [Deed(since, (6, 12), (45, 90))],
        "nightcases": [Deed(at.clock == 2, (1, 3), (0.1, 0.3))],
    }


def _living(city: City, at: Calendar) -> dict[str, list[Deed]]:
    """Who comes when, and what calls, reports or computes."""
    every, noonless = at.clock >= 0, [Deed(at.office, (2, 8), (0.2, 1.5))]
    looked_after = [Deed(on_days(city, lambda day: day.day == 15) & (at.clock == 10), (2, 5), (0.1, 0.4))]
    night = np.isin(at.clock, (0, 1, 2, 3, 4, 5))
    due = on_days(city, is_due_day) & at.office
    return {
        "lifecheck": looked_after,
        "filelookup": [Deed(at.office, (0.3, 1), (0.05, 0.3))],
        "soleclerk": [Deed(at.office, (0.3, 1.2), (0.05, 0.3))],
        "liftalarm": [Deed(every, (1, 4), (0.4, 1.5))],
        "onegate": [Deed(np.isin(at.clock, range(7, 22)), (3, 12), (0.5, 3))],
        "vault": [Deed(night, (5, 20), (80, 250))],
        "bastion": [Deed(at.office, (1, 4), (0.3, 1.5)), Deed(every, (0.2, 0.5), (0.02, 0.08))],
        "patchdepot": [Deed(at.clock == 12, (2, 6), (15, 60)), Deed(on_days(city, is_patch_day) & (at.clock < 4), (5, 15), (100, 300))],
        "enrolweek": [Deed(on_days(city, is_entry_day) & np.isin(at.clock, range(8, 22)), (8, 25), (1, 6))],
        "staledrow": noonless,
        "fridayfile": [Deed(on_days(city, is_street_friday) & np.isin(at.clock, (14, 15, 16, 17)), (3, 10), (0.5, 3))],
        "pilotstreet": [Deed(at.office, (0.3, 1.5), (0.05, 0.3))],
        "renovation": [Deed(on_days(city, lambda day: day <= CLOSED_ON) & at.office, (3, 10), (0.4, 2))],
        "stillold": noonless,
        "termtime": [Deed(on_days(city, is_term_day) & at.office, (3, 12), (0.4, 3))],
        "spillplan": [Deed(on_days(city, lambda day: day == EXERCISED_ON) & np.isin(at.clock, (9, 10, 11)), (3, 9), (0.4, 2))],
        "transcode": [Deed(np.isin(at.clock, range(8, 20)), (45, 75), (4, 15))],
        "mirrorpair": [*noonless, Deed(every, (3, 8), (25, 60))],
        "nightcount": [Deed(at.clock == 2, (8, 25), (0.5, 3)), Deed(at.office, (1, 4), (0.2, 0.8))],
        "quarterend": [Deed(due, (4, 14), (0.5, 3))],
    }  # fmt: skip


def _open(at: Calendar) -> dict[str, list[Deed]]:
    return {"nighttraffic": [Deed(at.clock == 3, (6, 14), (4, 15))]}


def foundry_load(city: City, servers: list[CityServer], cpu: Grid) -> None:
    """CPU (percent, machines × hours) of this city, in place."""
    for i, server in enumerate(servers):
        rng = own_stream(city, server, "foundry load")
        if server.behaviour not in EVERYDAY:
            level = float(np.clip(rng.lognormal(-0.6, 0.5), 0.2, 2.0))
            cpu[i] = level * np.clip(rng.normal(1, 0.12, cpu.shape[1]), 0.5, 2)
        for deed in deeds_of(city, server):
            _add(rng, cpu, i, deed.when, deed.cpu)


def foundry_network(city: City, servers: list[CityServer], network: Grid) -> None:
    """Network (Mbit/s, machines × hours) of this city, in place; what two machines send each other both of them show."""
    for i, server in enumerate(servers):
        rng = own_stream(city, server, "foundry network")
        if server.behaviour not in EVERYDAY:
            network[i] = 0
        for deed in deeds_of(city, server):
            _add(rng, network, i, deed.when, deed.network)
    _send_each_other(city, servers, network)


def _send_each_other(city: City, servers: list[CityServer], network: Grid) -> None:
    """The traffic of the first machine of a pair is that of the second one, to within what agents add."""
    for behaviour in ("pairtraffic", "mirrorpair"):
        first: dict[str | None, int] = {}
        for i, server in enumerate(servers):
            if server.behaviour != behaviour:
                continue
            if server.system not in first:
                first[server.system] = i
                continue
            rng = own_stream(city, server, "foundry pair")
            network[i] = network[first[server.system]] * rng.normal(1, 0.01, network.shape[1])


def foundry_memory(city: City, servers: list[CityServer], memory: Grid) -> None:
    """Memory (percent, in place): still where nobody works."""
    for i, server in enumerate(servers):
        rng = own_stream(city, server, "foundry memory")
        if server.behaviour not in EVERYDAY:
            memory[i] = rng.uniform(10, 50) + rng.normal(0, 0.4, memory.shape[1])


def foundry_disk(
    city: City, servers: list[CityServer], begin: NDArray[np.float32], growth: NDArray[np.float32]
) -> None:
    """What disks hold at the beginning (percent) and how fast they fill (percent a day), in place."""
    for i, server in enumerate(servers):
        rng = own_stream(city, server, "foundry disk")
        if server.behaviour in FILLING:
            begin[i] = np.float32(min(float(begin[i]), rng.uniform(20, 60)))
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
