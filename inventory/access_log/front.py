"""Sites of which nobody gets further than the login form: browsers that open it as their start page, bookmarks that nobody follows.

Of a whole site and all logs of a run, two weeks of them at least: one request beyond the form, a form that was sent, or a client that the web server knows by
name, and all its visits are visits. Home pages alone say nothing, since people read those; a login form must have been shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from inventory.access_log.lines import Request
from inventory.access_log.timers import DAY, EAST_S


@dataclass(slots=True)
class Fronts:
    """Which sites showed their login form and nothing beyond it.

    `logins` are the names of such pages, without endings; `least_days` on how many days (Beijing) it must have been shown, since
    a few who turned back one day prove nothing.
    """

    logins: frozenset[str]
    least_days: int = 1
    _shown: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _further: set[str] = field(default_factory=set)

    def see(self, target: str, request: Request) -> None:
        """One visit of a site."""
        if target in self._further:
            return
        page = request.path.partition(";")[0].strip("/").rpartition("/")[2].partition(".")[0].lower()
        if request.method != "GET" or request.account is not None or (page and page not in self.logins):
            self._further.add(target)
        elif page:
            self._shown[target].add((request.at_s + EAST_S) // DAY)

    def add(self, other: Fronts) -> None:
        """What another file shows of the same sites, or of others."""
        for target, days in other._shown.items():
            self._shown[target] |= days
        self._further |= other._further

    def found(self) -> Iterable[str]:
        """The sites, in order."""
        return sorted(
            target
            for target, days in self._shown.items()
            if len(days) >= self.least_days and target not in self._further
        )
