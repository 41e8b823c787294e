"""Sites whose whole day is played again: the same addresses ask for the same pages at the same minutes, day after day.

No two days of people are alike, and nobody works on every public holiday. Requests of programs that say so (no browser's
User-Agent) are left out: devices that report by the clock do their work. A person on watch alone keeps a clock as well, so several
addresses and many requests a day are needed. Only sums of days are held, no addresses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

from inventory.access_log.lines import ReplayLimits, Request
from inventory.access_log.timers import DAY, EAST_S, HOUR

_MOST = 1 << 64
_BROWSER = "mozilla/"  # with which every browser's User-Agent begins


@dataclass(slots=True)
class _Day:
    """The sum of a day's requests, whatever their order, and how many in each hour (Unix hour) by whom, as short hashes."""

    total: int = 0
    hours: Counter[int] = field(default_factory=Counter)
    clients: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Replays:
    """Which requests are the same ones as on all other days."""

    limits: ReplayLimits | None
    _seen: dict[str, dict[int, _Day]] = field(default_factory=lambda: defaultdict(dict))

    def see(self, target: str, request: Request) -> None:
        """One visit of a site."""
        if self.limits is None or not (request.agent or "").lower().startswith(_BROWSER):
            return
        local = request.at_s + EAST_S
        day = self._seen[target].setdefault(local // DAY, _Day())
        day.total = (day.total + _mark(f"{local % DAY // 60} {request.client} {request.method} {request.path}")) % _MOST
        day.hours[request.at_s // HOUR] += 1
        if len(day.clients) < self.limits.least_clients:
            day.clients.add(_mark(request.client))

    def add(self, other: Replays) -> None:
        """What another file shows of the same sites and days, or of others; a day may lie in two files."""
        for target, days in other._seen.items():
            for number, theirs in days.items():
                mine = self._seen[target].setdefault(number, _Day())
                mine.total = (mine.total + theirs.total) % _MOST
                mine.hours.update(theirs.hours)
                mine.clients |= theirs.clients

    def found(self) -> Iterable[tuple[str, int, int]]:
        """Server, hour and number of the requests that were played again.

        On days that differ (of which a log holds a part, or on which somebody came besides) as many as were played in that hour.
        """
        for target, days in sorted(self._seen.items()):
            played = self._played(days)
            if played is None:
                continue
            again = {hour % 24: visits for hour, visits in played.hours.items()}
            for _, day in sorted(days.items()):
                yield from ((target, hour, min(n, again.get(hour % 24, 0))) for hour, n in sorted(day.hours.items()))

    def _played(self, days: dict[int, _Day]) -> _Day | None:
        """The day that was played again, if most days are it."""
        limits = self.limits
        if limits is None or not days:
            return None
        total, often = Counter(day.total for day in days.values()).most_common(1)[0]
        span = max(days) - min(days) + 1
        played = next(day for day in days.values() if day.total == total)
        if often < limits.least_days or often < limits.share_of_days * span:
            return None
        many = played.hours.total() >= limits.least_requests and len(played.clients) >= limits.least_clients
        return played if many else None


def _mark(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())
