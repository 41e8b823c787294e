"""How the seventh city is monitored: agents that die, agents on some machines only, pollers of half an hour, clocks in UTC.

One cloud is recorded in UTC, rightly marked as such; the machine rooms are polled at seven and thirty-seven minutes past.
"""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.city.harbour import is_thin
from tests.city.harbour_usage import own_stream
from tests.city.model import City, CityServer
from tests.city.neighbours_usage import calendar

Hours = NDArray[np.bool_]
UTC_CLOUD, ROOMS = "cloud-b", "rooms"
POLLED_AT = (7, 37)  # minutes past the hour


def unmonitored(city: City, server: CityServer) -> Hours:
    """The hours in which monitoring has nothing of the machine."""
    at, rng = calendar(city.start, city.days), own_stream(city, server, "harbour unseen")
    gone = np.zeros(len(at.clock), bool)
    system = next((one for one in city.systems if one.id == server.system), None)
    if system is not None and is_thin(city, system):
        own = np.random.default_rng([city.seed, zlib.crc32(system.id.encode())])  # all its agents died together
        died, silent = own.uniform(0.05, 0.6) * city.days, own.uniform(0.3, 0.7) * city.days
        gone |= (at.day >= died) & (at.day < died + silent)
    if server.place.startswith("room"):
        gone |= rng.random(len(gone)) < 1 / 25
    if system is not None and len(system.servers) > 2 and server is not system.servers[0]:
        partly = zlib.crc32(f"{city.seed} {system.id} some agents".encode()) % 5 == 0
        gone |= partly and bool(rng.random() < 0.6)
    return gone


def harbour_stamps(city: City, source: str) -> NDArray[Any]:
    """When the samples of a source were taken, as it writes it."""
    first = datetime.fromisoformat(f"{city.start.isoformat()}T00:00:00+08:00")
    every = [first + timedelta(hours=n) for n in range(city.days * 24)]
    if source == UTC_CLOUD:
        return np.array([f"{at - timedelta(hours=8):%Y-%m-%dT%H:%M:%S}Z" for at in every], object)
    minute = POLLED_AT[0] if source == ROOMS else 0
    return np.array([f"{at:%Y-%m-%dT%H}:{minute:02d}:00+08:00" for at in every], object)


def half_hours(lines: bytes) -> bytes:
    """The rows of the rooms once more, half an hour later: a little other, the counter as it stood before.

    The counter is read again only with the next full poll; it may stand still, never run backwards.
    """
    first, second = (f":{minute:02d}:00+" for minute in POLLED_AT)
    found, before = [], [""]
    for line in lines.decode("utf-8").splitlines():
        cells = line.replace(first, second).split(",")
        values = cells[2:6]
        if values != before:  # an agent that repeats itself does so here, too
            shift = (zlib.crc32(line.encode()) % 21 - 10) / 100
            cells[2] = f"{min(100.0, max(0.1, round(float(cells[2]) * (1 + shift), 1))):g}"
        found.append(",".join(cells))
        before = values
    return "".join(f"{line}\n" for line in found).encode()
