"""Sites that are only asked whether there is anything new, or whether they are there: programs that nobody stopped.

A desktop client that starts with the machine fetches its version, a page left open its keep-alive, a gateway the list of models.
Of a whole site and all logs of a run: one request for anything else, one that sends something, says who asks or which device
(a query, an account), and all its visits are visits. Public files that people or programs read have other names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from inventory.access_log.lines import Request
from inventory.access_log.timers import DAY, EAST_S


@dataclass(slots=True)
class _Asked:
    paths: set[str] = field(default_factory=set)
    days: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Polls:
    """Which sites are only polled.

    `names`: what the last part of a polled path holds; `most_paths` so many fixed resources at most; `least_days` (Beijing) on
    which they must have been asked for.
    """

    names: tuple[str, ...]
    most_paths: int = 2
    least_days: int = 1
    _seen: dict[str, _Asked | None] = field(default_factory=dict)  # None: somebody asked for more

    def see(self, target: str, request: Request) -> None:
        """One visit of a site."""
        asked = self._seen.setdefault(target, _Asked())
        if asked is None:
            return
        asked.paths.add(request.path)
        asked.days.add((request.at_s + EAST_S) // DAY)
        if not self._is_poll(request) or len(asked.paths) > self.most_paths:
            self._seen[target] = None

    def _is_poll(self, request: Request) -> bool:
        last = request.path.rstrip("/").rpartition("/")[2].lower()
        plain = request.method == "GET" and request.account is None and not request.query
        return plain and any(name in last for name in self.names)

    def add(self, other: Polls) -> None:
        """What another file shows of the same sites, or of others."""
        for target, theirs in other._seen.items():
            mine = self._seen.setdefault(target, _Asked())
            if mine is None or theirs is None or len(mine.paths | theirs.paths) > self.most_paths:
                self._seen[target] = None
                continue
            mine.paths |= theirs.paths
            mine.days |= theirs.days

    def found(self) -> Iterable[str]:
        """The sites, in order."""
        return sorted(
            target for target, asked in self._seen.items() if asked is not None and len(asked.days) >= self.least_days
        )
