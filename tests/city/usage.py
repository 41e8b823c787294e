"""Usage of every machine, hour by hour, resampled from the shapes of real machines (shapes.json)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.city.centre_usage import centre_load, centre_memory, centre_network, unseen_hours
from tests.city.county_monitor import uncovered
from tests.city.county_usage import county_growth, county_load, county_memory, county_network
from tests.city.disguises import disguise_load, disguise_network, disguised_load
from tests.city.foundry.monitor import unseen
from tests.city.foundry.usage import foundry_disk, foundry_load, foundry_memory, foundry_network
from tests.city.frontier.monitor import unwatched
from tests.city.frontier.usage import frontier_disk, frontier_load, frontier_memory, frontier_network
from tests.city.harbour_monitor import unmonitored
from tests.city.harbour_usage import harbour_load, harbour_memory, harbour_network
from tests.city.model import RESTS, UNMEASURED, City, CityServer, stream
from tests.city.neighbours_usage import lost_hours, neighbour_load, neighbour_network
from tests.city.twists import office_script, twist_load, twist_network, unmonitored_hours

Grid = NDArray[np.float32]  # machines × hours, NaN where nothing was measured
HOURS = 168
IDLE = frozenset(
    {
        "abandoned", "cron", "off", "declared", "seasonal-off", "standby", "emergency", "called", "unmeasured-zombie", "test",
        "few", "nightly", "kiosk", "archive", "borrowed", "ended", "superseded", "unborn", "merged", "monthly",
        "sso", "shared", "dayuse", "ingest", "relic", "half", "census", "leftover", "visited", "remote", "autopaid", "cloned", "reformed",
    }
)  # fmt: skip


@dataclass(slots=True)
class Usage:
    """CPU, memory and disk in percent, network in Mbit/s, by machine and hour; bytes received as a counter."""

    cpu: Grid
    memory: Grid
    disk: Grid
    network: Grid
    received: NDArray[np.float64]
    shapes: list[str]
    outages: list[dict[str, Any]]


SILENT: dict[str, Any] = {
    "level": 0.5,
    "week": [1000] * HOURS,
    "trend": [1000] * 13,
    "rest": [-0.5, -0.4, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0],
    "persistence": 0.3,
}


class Shapes:
    """The shapes of shapes.json, and which of them suit which behaviour."""

    def __init__(self) -> None:
        raw = json.loads((Path(__file__).parent / "shapes.json").read_text(encoding="utf-8"))
        self.machines: list[dict[str, Any]] = raw["machines"]  # by level
        self.gap_hours: list[int] = raw["gap_hours"]
        self.requests = [np.array(week, float) / 1000 for week in raw["requests"].values()]
        normal = NormalDist()
        self.at = np.array([normal.inv_cdf(min(0.9995, max(0.0005, q))) for q in raw["quantiles"]])

    def suited(self, behaviour: str) -> list[int]:
        """Indices by kind of use: idle machines come from the lower half of the levels seen, the working ones from above."""
        every = range(len(self.machines))
        half = len(self.machines) // 2
        rhythm = [i for i in every if self.machines[i]["day_ratio"] >= 1.25 and i >= half // 2]
        if behaviour in IDLE:
            return list(range(half))
        if behaviour == "batch":
            return [i for i in every if self.machines[i]["day_ratio"] < 0.95 and i >= half] or list(every)
        if behaviour in {"light", "expired", "replaced", "api", "gateway"}:
            return list(range(half // 3, half + half // 3))
        if behaviour == "office":
            return rhythm + list(range(half, len(self.machines)))
        return list(range(half // 2, len(self.machines)))


def make_usage(city: City) -> Usage:
    """The usage of all machines of the city, in the order of `city.servers`."""
    shapes, servers = Shapes(), city.servers
    rng = stream(city.seed, "usage")
    chosen = np.array([rng.choice(shapes.suited(s.behaviour)) for s in servers])
    weeks, rest = _calendar(city)
    cpu = _metric(rng, shapes, servers, chosen, weeks, rest, "cpu")
    active = _metric(rng, shapes, servers, chosen, weeks, rest, "memory")
    _behave(rng, city, servers, cpu)
    if city.habits.twisted:
        twist_load(city, servers, cpu)
    if city.habits.disguised:
        disguise_load(city, servers, cpu)
    if city.habits.neighbouring:
        neighbour_load(city, servers, cpu)
    if city.habits.centred:
        centre_load(city, servers, cpu)
    if city.habits.coastal:
        harbour_load(city, servers, cpu)
    if city.habits.inland:
        county_load(city, servers, cpu)
    if city.habits.bordering:
        frontier_load(city, servers, cpu)
    if city.habits.industrial:
        foundry_load(city, servers, cpu)
    base = np.array(
        [100 * min(0.55, rng.uniform(1.0, 2.2) / s.memory_gib) + rng.uniform(0, 22) for s in servers], np.float32
    )
    memory: Grid = base[:, None] + active * np.float32(0.8)
    if city.habits.centred:
        centre_memory(city, servers, memory)
    if city.habits.coastal:
        harbour_memory(city, servers, memory)
    if city.habits.inland:
        county_memory(city, servers, memory)
    if city.habits.bordering:
        frontier_memory(city, servers, memory)
    if city.habits.industrial:
        foundry_memory(city, servers, memory)
    outages = _missing(rng, shapes, city, servers, cpu, memory)
    np.clip(cpu, 0.1, 100, out=cpu)
    np.clip(memory, 1, 100, out=memory)
    network = _network(rng, shapes, servers, chosen, weeks, rest)
    if city.habits.twisted:
        twist_network(city, servers, network)
    if city.habits.disguised:
        disguise_network(city, servers, network)
    if city.habits.neighbouring:
        neighbour_network(city, servers, network)
    if city.habits.centred:
        centre_network(city, servers, network)
    if city.habits.coastal:
        harbour_network(city, servers, network)
    if city.habits.inland:
        county_network(city, servers, network)
    if city.habits.bordering:
        frontier_network(city, servers, network)
    if city.habits.industrial:
        foundry_network(city, servers, network)
    network[~np.isfinite(cpu)] = np.nan
    disk = _disk(rng, city, servers, cpu)
    rounded = np.where(
        network < 0.1, np.round(network, 2), np.where(network < 10, np.round(network, 1), np.round(network))
    ).astype(np.float32)
    names = [shapes.machines[i]["id"] for i in chosen]
    return Usage(np.round(cpu, 1), np.round(memory), disk, rounded, _received(rng, network), names, outages)


def _calendar(city: City) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The hour of the week of each hour of the period, and whether offices rest on its day."""
    days = [city.start + timedelta(days=n) for n in range(city.days)]
    hours = np.array([day.weekday() * 24 + hour for day in days for hour in range(24)])
    return hours, np.repeat([day in RESTS for day in days], 24)


def _metric(
    rng: np.random.Generator,
    shapes: Shapes,
    servers: list[CityServer],
    chosen: NDArray[np.int64],
    hours: NDArray[np.int64],
    rest: NDArray[np.bool_],
    name: str,
) -> Grid:
    """Level × trend × week × (noise and bursts with the persistence of the real machine)."""
    own = [machine.get(name) or SILENT for machine in shapes.machines]
    week = np.array([m["week"] for m in own], np.float32) / 1000
    trend = np.array([m["trend"] for m in own], np.float32) / 1000
    left = np.array([m["rest"] for m in own], np.float32)
    level = np.array([m["level"] for m in own], np.float32)
    hold = np.array([m["persistence"] for m in own], np.float32)[chosen]
    sunday = np.where(rest, 6 * 24 + hours % 24, hours)
    office = np.array([s.behaviour in {"office", "light", "batch", "test"} for s in servers])
    shift = rng.integers(0, trend.shape[1], len(servers))
    number = np.arange(len(hours)) // HOURS
    out = np.empty((len(servers), len(hours)), np.float32)
    noise = _noise(rng, hold, len(hours))
    for i, _server in enumerate(servers):
        c = chosen[i]
        out[i] = week[c][sunday if office[i] else hours]
        out[i] *= trend[c][(number + shift[i]) % trend.shape[1]]
        out[i] *= np.exp(np.interp(noise[i], shapes.at, left[c]))
    spread = rng.lognormal(0.25 if name == "cpu" else 0.0, 0.45, len(servers)).astype(np.float32)
    out *= (level[chosen] * spread)[:, None]
    return out


def _noise(rng: np.random.Generator, hold: NDArray[np.float32], hours: int) -> Grid:
    """Standard normal noise that remembers the hour before (first-order, by machine)."""
    noise = rng.standard_normal((hours, len(hold)), dtype=np.float32)
    fresh = np.sqrt(1 - hold**2)
    for hour in range(1, hours):
        noise[hour] = hold * noise[hour - 1] + fresh * noise[hour]
    return np.ascontiguousarray(noise.T)


def _behave(rng: np.random.Generator, city: City, servers: list[CityServer], cpu: Grid) -> None:
    """What the behaviours add: nightly jobs, an artificial load, a season that begins, calls from others."""
    hours = np.arange(cpu.shape[1])
    for i, server in enumerate(servers):
        if server.behaviour == "cron":
            start, height = int(rng.integers(0, 6)), float(rng.lognormal(3.0, 0.5))
            jobs = hours % 24 == start
            cpu[i, jobs] += height * rng.uniform(0.7, 1.2, int(jobs.sum())).astype(np.float32)
        elif server.behaviour == "pumped":
            _pump(rng, city, cpu, i)
        elif server.behaviour == "seasonal-on" and not (
            city.habits.neighbouring or city.habits.centred
        ):  # there, seasons follow the calendar
            begin = int(rng.integers(cpu.shape[1] // 6, cpu.shape[1] // 2))
            cpu[i, :begin] *= np.float32(0.15)
            cpu[i, begin:] *= np.float32(1.6)
        elif server.behaviour == "called":
            day = (hours % 24 >= 8) & (hours % 24 < 19)
            cpu[i, day] += rng.uniform(0.2, 1.6)
        elif server.behaviour == "expired":
            visits = hours % 24 >= 1
            cpu[i, visits] += rng.uniform(0.1, 0.8)
        if city.habits.agents_percent and server.behaviour in IDLE:
            cpu[i] += np.abs(rng.normal(city.habits.agents_percent, 0.4, cpu.shape[1])).astype(np.float32)


def _pump(rng: np.random.Generator, city: City, cpu: Grid, i: int) -> None:
    """Artificial load: a straight line, or what the habits say: a wave by day, jobs in the last week, another machine's samples."""
    hours = cpu.shape[1]
    kind = city.habits.loads[i % len(city.habits.loads)]
    if kind == "flat":
        begin = hours // 3
        cpu[i, begin:] = rng.uniform(32, 45) + rng.normal(0, 0.3, hours - begin)
    elif kind == "wave":
        begin = hours // 3
        clock = np.arange(begin, hours) % 24
        cpu[i, begin:] = 30 + 8 * np.sin(clock / 24 * 2 * np.pi) + rng.normal(0, 0.2, hours - begin)
    elif kind == "office":
        office_script(rng, city, cpu, i)
    elif kind in {"noisy-copy", "late-copy", "ramp", "random-bursts"}:
        disguised_load(rng, kind, cpu, i, model=(i + len(cpu) // 2) % len(cpu))
    elif kind == "late":
        cpu[i, -6 * 24 :] = rng.uniform(35, 60) + rng.normal(0, 6, 6 * 24)
    else:
        cpu[i] = cpu[i - 1] if i else cpu[i]


def _missing(
    rng: np.random.Generator, shapes: Shapes, city: City, servers: list[CityServer], cpu: Grid, memory: Grid
) -> list[dict[str, Any]]:
    """Hours without samples: not yet created, powered off, not monitored, one long outage, gaps as in the traces."""
    hours = cpu.shape[1]
    outage: dict[str, Any] = {"place": "cloud-a", "start_hour": 24 * (city.days // 2) + 5, "hours": 31, "servers": 0}
    for i, server in enumerate(servers):
        gone = np.zeros(hours, bool)
        if server.behaviour in UNMEASURED or (server.behaviour == "declared" and rng.random() < 0.5):
            gone[:] = True
        if server.powered_off_on is not None:
            gone[max(0, (server.powered_off_on - city.start).days * 24) :] = True
        gone[: unmonitored_hours(city, server)] = True
        if city.habits.neighbouring:
            gone |= lost_hours(city, server)
        if city.habits.centred:
            gone |= unseen_hours(city, server)
        if city.habits.coastal:
            gone |= unmonitored(city, server)
        if city.habits.inland:
            gone |= uncovered(city, server)
        if city.habits.bordering:
            gone |= unwatched(city, server)
        if city.habits.industrial:
            gone |= unseen(city, server)
        if server.created_on > city.start:
            gone[: (server.created_on - city.start).days * 24] = True
        if server.place == outage["place"] and rng.random() < 0.86:
            gone[outage["start_hour"] : outage["start_hour"] + outage["hours"]] = True
            outage["servers"] += 1
        for _ in range(int(rng.poisson(0.25))):
            length = min(72, shapes.gap_hours[int(rng.integers(len(shapes.gap_hours)))])
            start = int(rng.integers(0, hours))
            gone[start : start + length] = True
        if rng.random() < 0.1:
            gone |= rng.random(hours) < 0.015
        cpu[i, gone] = np.nan
        memory[i, gone] = np.nan
    return [outage]


def _network(
    rng: np.random.Generator,
    shapes: Shapes,
    servers: list[CityServer],
    chosen: NDArray[np.int64],
    hours: NDArray[np.int64],
    rest: NDArray[np.bool_],
) -> Grid:
    """Mbit/s, from the shapes' KB/s; machines whose trace had none whisper. Callers and replication are heard, too."""
    network = _metric(rng, shapes, servers, chosen, hours, rest, "network") * np.float32(0.008192)
    for i, server in enumerate(servers):
        if server.behaviour == "called":
            network[i] += rng.uniform(0.5, 4.0)
        elif server.behaviour == "standby":
            network[i] += rng.uniform(0.2, 2.0)
    quiet: Grid = np.minimum(network, 900).astype(np.float32)
    return quiet


def _disk(rng: np.random.Generator, city: City, servers: list[CityServer], cpu: Grid) -> Grid:
    """Use of all disks, percent, growing slowly where a system is in use; missing where nothing was measured."""
    days = (np.arange(cpu.shape[1]) // 24).astype(np.float32)
    zombies = {system.id for system in city.systems if system.zombie}
    begin = (rng.beta(2.2, 2.6, len(servers)) * 85 + 5).astype(np.float32)
    growth = rng.gamma(1.2, 0.04, len(servers)).astype(np.float32)
    growth[[server.system is None or server.system in zombies for server in servers]] = 0
    if city.habits.inland:
        growth[:] = [county_growth(server, float(one)) for server, one in zip(servers, growth, strict=True)]
    if city.habits.bordering:
        frontier_disk(city, servers, begin, growth)
    if city.habits.industrial:
        foundry_disk(city, servers, begin, growth)
    disk = np.round(np.minimum(begin[:, None] + growth[:, None] * days[None, :], 99.6), 1).astype(np.float32)
    disk[~np.isfinite(cpu)] = np.nan
    return disk


def _received(rng: np.random.Generator, network: Grid) -> NDArray[np.float64]:
    """Bytes received, a counter that starts again where a machine is restarted."""
    counter = np.cumsum(np.nan_to_num(network, nan=0.0).astype(np.float64) * 1e6 / 8 * 3600 * 0.6, axis=1)
    for i in range(len(network)):
        for _ in range(int(rng.poisson(0.5))):
            restart = int(rng.integers(1, network.shape[1]))
            counter[i, restart:] -= counter[i, restart - 1]
    return np.where(np.isfinite(network), np.floor(counter), np.nan)
