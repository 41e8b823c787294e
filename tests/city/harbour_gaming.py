"""How the dead of the seventh city are made to look alive: loads of scripts, before the report or all the time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tests.city.model import City, CityServer
from tests.city.neighbours_usage import calendar

Grid = NDArray[np.float32]
Hours = NDArray[np.bool_]
LAST_DAYS = 9


def feign_load(rng: np.random.Generator, city: City, server: CityServer, cpu: Grid, i: int) -> None:
    """CPU (percent) that a script burns; nothing on a machine without one."""
    when = _working(city, server)
    if server.behaviour == "burner":
        cpu[i, when] += (rng.uniform(30, 55) * rng.uniform(0.6, 1.4, int(when.sum()))).astype(np.float32)
    elif server.behaviour == "lastweek":
        cpu[i, when] += (rng.uniform(30, 55) * rng.uniform(0.7, 1.3, int(when.sum()))).astype(np.float32)
    elif server.behaviour == "selfping":
        cpu[i, when] += (rng.uniform(3, 6) * rng.uniform(0.9, 1.1, int(when.sum()))).astype(np.float32)
    elif server.behaviour == "evenload":
        cpu[i] = rng.normal(float(rng.uniform(30, 42)), 1.2, size=(cpu.shape[1],)).astype(np.float32)


def feign_network(rng: np.random.Generator, city: City, server: CityServer, network: Grid, i: int) -> None:
    """Network (Mbit/s) that a script makes; burners make none."""
    when = _working(city, server)
    if server.behaviour == "lastweek":
        network[i, when] += (rng.uniform(5, 30) * rng.uniform(0.7, 1.3, int(when.sum()))).astype(np.float32)
    elif server.behaviour == "selfping":
        network[i, when] += (rng.uniform(1.5, 3) * rng.uniform(0.95, 1.05, int(when.sum()))).astype(np.float32)


def _working(city: City, server: CityServer) -> Hours:
    """The hours in which the script runs: it knows weekdays, but no public holidays and no weekends that are worked."""
    at = calendar(city.start, city.days)
    hours: Hours = (at.weekday < 5) & np.isin(at.clock, (9, 10, 11, 14, 15, 16))
    if server.behaviour == "lastweek":
        return hours & (at.day >= city.days - LAST_DAYS)
    if server.behaviour == "selfping":
        return at.day >= city.days // 3
    return hours & (at.day >= city.days // 6)
