"""How the ninth city is monitored: rooms save power after midnight, the night of patches has a hole, one came under it in March."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from tests.city.frontier.days import MONITORED_ON, is_patch_day, on_days
from tests.city.frontier.kinds import EVERYDAY
from tests.city.frontier.usage import own_stream
from tests.city.model import City, CityServer
from tests.city.neighbours_usage import calendar

Hours = NDArray[np.bool_]


def unwatched(city: City, server: CityServer) -> Hours:
    """The hours in which monitoring has nothing of the machine."""
    at, rng = calendar(city.start, city.days), own_stream(city, server, "frontier unseen")
    gone = np.zeros(len(at.clock), bool)
    if server.place.startswith("room"):
        gone |= (at.clock == 1) | (rng.random(len(gone)) < 1 / 50)
    else:
        gone |= on_days(city, is_patch_day) & (at.clock == 23)
    if server.behaviour == "latemonitor":
        gone |= on_days(city, lambda day: day < MONITORED_ON)
    system = next((one for one in city.systems if one.id == server.system), None)
    several = system is not None and system.behaviour in EVERYDAY and len(system.servers) > 2
    if system is not None and several and server is not system.servers[0]:
        partly = zlib.crc32(f"{city.seed} {system.id} no agent".encode()) % 8 == 0
        gone |= partly and bool(rng.random() < 0.5)
    return gone
