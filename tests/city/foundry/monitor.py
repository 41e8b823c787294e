"""How the tenth city is monitored: rooms every third night hour only, a weekend without power, the night of patches has a hole."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tests.city.foundry.days import is_patch_day, is_power_cut, on_days
from tests.city.foundry.kinds import EVERYDAY
from tests.city.foundry.usage import own_stream
from tests.city.model import City, CityServer
from tests.city.neighbours_usage import calendar

Hours = NDArray[np.bool_]
NO_AGENT = 1 / 30  # of the machines of systems in daily use that have others beside them


def unseen(city: City, server: CityServer) -> Hours:
    """The hours in which monitoring has nothing of the machine."""
    at, rng = calendar(city.start, city.days), own_stream(city, server, "foundry unseen")
    gone = np.zeros(len(at.clock), bool)
    if server.place.startswith("room"):
        gone |= np.isin(at.clock, (1, 4)) | on_days(city, is_power_cut) | (rng.random(len(gone)) < 1 / 80)
    else:
        gone |= on_days(city, is_patch_day) & np.isin(at.clock, (3, 4))
    system = next((one for one in city.systems if one.id == server.system), None)
    if system is None or server is system.servers[0]:
        return gone
    if server.behaviour == "partview" or (server.behaviour in EVERYDAY and rng.random() < NO_AGENT):
        gone[:] = True
    return gone
