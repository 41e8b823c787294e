"""How the eighth city is monitored: the rooms' monitoring is off over the Spring Festival, agents die, some were never installed."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from tests.city.county_calendar import DARK, on_days
from tests.city.county_kinds import EVERYDAY
from tests.city.county_usage import own_stream
from tests.city.model import City, CityServer
from tests.city.neighbours_usage import calendar

Hours = NDArray[np.bool_]


def uncovered(city: City, server: CityServer) -> Hours:
    """The hours in which monitoring has nothing of the machine."""
    at, rng = calendar(city.start, city.days), own_stream(city, server, "county unseen")
    gone = np.zeros(len(at.clock), bool)
    system = next((one for one in city.systems if one.id == server.system), None)
    if server.place.startswith("room"):
        gone |= on_days(city, lambda day: DARK[0] <= day <= DARK[1])
        gone |= rng.random(len(gone)) < 1 / 60
    if server.behaviour == "blankthin":  # all its agents died together
        own = np.random.default_rng([city.seed, zlib.crc32(server.system.encode() if server.system else b"")])
        gone |= at.day >= int(own.uniform(0.15, 0.55) * city.days)
    several = system is not None and system.behaviour in EVERYDAY and len(system.servers) > 2
    if system is not None and several and server is not system.servers[0]:
        partly = zlib.crc32(f"{city.seed} {system.id} never installed".encode()) % 7 == 0
        gone |= partly and bool(rng.random() < 0.5)
    return gone
