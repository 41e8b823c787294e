"""Clients of access logs that are clocks: one page, or so many, round the clock, or every day at the same minute.

Addresses are held only while logs are read, never kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from inventory.access_log.lines import Agents, Request, ScriptLimits

HOUR, DAY = 3600, 86_400
EAST_S = 8 * HOUR  # days and minutes of the day are those of Beijing
MOST_CLIENTS = 500_000  # of one file, or of one run; beyond that no more clients are looked at


def _steady(hours: Counter[int], most_uneven: int) -> bool:
    """Whether a client asked as often in every hour, but for the first and the last, which it may have had part of."""
    inner = [hours[hour] for hour in sorted(hours)[1:-1]]
    return bool(inner) and max(inner) - min(inner) <= most_uneven


class Timers:
    """Which client asks round the clock, for the same page or as regularly as a clock. Holds clients only while a file is read."""

    def __init__(self, agents: Agents) -> None:
        self._agents = agents
        self._seen: dict[tuple[str, str, str | None, int], tuple[Counter[int], set[str]]] = {}

    def see(self, target: str, request: Request) -> None:
        """One visit by one client."""
        key = (target, request.client, request.agent, (request.at_s + EAST_S) // DAY)
        if key not in self._seen and len(self._seen) >= MOST_CLIENTS:
            return
        hours, paths = self._seen.setdefault(key, (Counter(), set()))
        hours[request.at_s // HOUR] += 1
        if len(paths) <= max(self._agents.most_paths, self._agents.most_paths_in_turn):
            paths.add(request.path)

    def found(self) -> Iterable[tuple[str, int, int]]:
        """Server, hour and number of the requests that a timer made."""
        for (target, *_), (hours, paths) in self._seen.items():
            few, in_turn = len(paths) <= self._agents.most_paths, len(paths) <= self._agents.most_paths_in_turn
            steady = in_turn and _steady(hours, self._agents.most_uneven)
            if len(hours) >= self._agents.least_hours and (few or steady):
                yield from ((target, hour, visits) for hour, visits in hours.items())


@dataclass(slots=True)
class _Client:
    """What one client did: its hours (Unix hour), its days, the minutes of the day between which all of it lies, its pages."""

    first: int
    last: int
    hours: Counter[int] = field(default_factory=Counter)
    paths: set[str] = field(default_factory=set)


class Scripts:
    """Which client comes every day at the same minute and looks at the same few pages: a login by a script.

    Over all logs of a run, since most are rotated daily. A client that turns out to be a person is remembered as nothing more.
    """

    def __init__(self, limits: ScriptLimits | None) -> None:
        self._limits = limits
        self._seen: dict[tuple[str, str, str | None], _Client | None] = {}

    def see(self, target: str, request: Request) -> None:
        """One visit by one client."""
        if self._limits is None:
            return
        key = (target, request.client, request.agent)
        minute = (request.at_s + EAST_S) % DAY // 60
        if key not in self._seen:
            if len(self._seen) >= MOST_CLIENTS:
                return
            self._seen[key] = _Client(minute, minute)
        client = self._seen[key]
        if client is None:
            return
        client.first, client.last = min(client.first, minute), max(client.last, minute)
        client.hours[request.at_s // HOUR] += 1
        client.paths.add(request.path)
        self._keep(key, client)

    def add(self, other: Scripts) -> None:
        """What another file shows of the same clients, or of others."""
        for key, client in other._seen.items():
            mine = self._seen.get(key, _Client(client.first, client.last) if client is not None else None)
            if client is None or mine is None:
                self._seen[key] = None
                continue
            mine.first, mine.last = min(mine.first, client.first), max(mine.last, client.last)
            mine.hours.update(client.hours)
            mine.paths |= client.paths
            self._keep(key, mine)

    def _keep(self, key: tuple[str, str, str | None], client: _Client) -> None:
        limits = self._limits
        if limits is None:
            self._seen[key] = None
            return
        nightly = client.last < limits.night_until_hour * 60
        most = max(limits.most_minutes, limits.night_minutes) if nightly else limits.most_minutes
        person = client.last - client.first > most or len(client.paths) > limits.most_paths
        self._seen[key] = None if person else client

    def found(self) -> Iterable[tuple[str, int, int]]:
        """Server, hour and number of the requests that a script made."""
        limits = self._limits
        for (target, *_), client in self._seen.items():
            if limits is None or client is None:
                continue
            days = {(hour * HOUR + EAST_S) // DAY for hour in client.hours}
            span = max(days) - min(days) + 1
            if len(days) >= limits.least_days and len(days) >= limits.share_of_days * span:
                yield from ((target, hour, visits) for hour, visits in client.hours.items())
