"""Sites of which nobody gets further than the front: a login form that browsers open as their start page, or one notice to which all are sent.

Of a whole site and all logs of a run, two weeks of them at least: one request beyond, a form that was sent, or a client that the web server knows by
name, and all its visits are visits. Home pages alone say nothing, since people read those; a login form must have been shown, or the
home page must always have sent everybody on to one and the same page: a code to scan, a notice that the site has moved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from inventory.access_log.lines import Request
from inventory.access_log.timers import DAY, EAST_S


@dataclass(slots=True)
class _Front:
    """Days (Beijing) on which a site showed its login form, its home page sent people on, and they saw the one other page, if any.

    `read`: the home page itself was shown, for people to read. `sent_in`: how often a login form was sent and the answer led elsewhere,
    `views`: how often the one other page was seen.
    """

    shown: set[int] = field(default_factory=set)
    sent: set[int] = field(default_factory=set)
    noticed: set[int] = field(default_factory=set)
    notice: str | None = None
    read: bool = False
    sent_in: int = 0
    views: int = 0


@dataclass(slots=True)
class Fronts:
    """Which sites showed their front and nothing beyond it.

    `logins` are the names of login forms, without endings; `least_days` on how many days (Beijing) the front must have been shown,
    since a few who turned back one day prove nothing. `notices` are words in the paths of pages that say why nobody gets in: a licence
    that ran out. Where all end there, on `notice_days` at least, a login form that was sent got nobody further.
    """

    logins: frozenset[str]
    least_days: int = 1
    notices: tuple[str, ...] = ()
    notice_days: int = 1
    _seen: dict[str, _Front | None] = field(default_factory=dict)  # None: somebody got further

    def see(self, target: str, request: Request) -> None:
        """One visit of a site."""
        front = self._seen.setdefault(target, _Front())
        if front is None:
            return
        day = (request.at_s + EAST_S) // DAY
        page = request.path.partition(";")[0].strip("/").rpartition("/")[2].partition(".")[0].lower()
        if request.method == "POST" and request.account is None and page in self.logins and request.onward:
            front.sent_in += 1
        elif request.method != "GET" or request.account is not None:
            self._seen[target] = None
        elif not page:
            front.sent.update({day} if request.onward else ())
            front.read |= not request.onward
        elif page in self.logins:
            front.shown.add(day)
        elif front.notice in {None, request.path}:
            front.notice = request.path
            front.noticed.add(day)
            front.views += 1
        else:
            self._seen[target] = None

    def add(self, other: Fronts) -> None:
        """What another file shows of the same sites, or of others."""
        for target, theirs in other._seen.items():
            mine = self._seen.setdefault(target, _Front())
            if mine is None or theirs is None or len({mine.notice, theirs.notice} - {None}) > 1:
                self._seen[target] = None
                continue
            mine.shown |= theirs.shown
            mine.sent |= theirs.sent
            mine.noticed |= theirs.noticed
            mine.sent_in, mine.views = mine.sent_in + theirs.sent_in, mine.views + theirs.views
            mine.notice, mine.read = mine.notice or theirs.notice, mine.read or theirs.read

    def found(self) -> Iterable[str]:
        """The sites, in order."""
        return sorted(
            target for target, front in self._seen.items() if front is not None and self._nobody_beyond(front)
        )

    def _nobody_beyond(self, front: _Front) -> bool:
        if front.notice is None:
            return not front.sent_in and len(front.shown) >= self.least_days
        if front.sent_in:
            turned_away = any(word in front.notice.lower() for word in self.notices) and not front.read
            return turned_away and front.sent_in <= front.views and len(front.noticed) >= self.notice_days
        led = not front.shown and not front.read
        return led and min(len(front.sent), len(front.noticed)) >= self.least_days
