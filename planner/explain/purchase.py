"""What to buy, in words: what makes a plan impossible to buy, what is enough at once, and what is left after shrinking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from catalogs.words import Text
from planner.explain.buy import Purchase, cheapest_purchase, first_weeks, with_room
from planner.explain.enough import enough
from planner.explain.needed import Row, needed_more
from planner.explain.shrink import purchase_of, shrink
from planner.explain.squeeze import squeeze
from planner.explain.till import Till
from planner.explain.words import is_needed, purchase_texts
from planner.plan import CleanUp, Move
from planner.presolve.presolve import Windows, find_windows
from planner.problem.problem import PlanningProblem

NO_TIME = Text(
    "需增加多少：给定的时间已用完，未求；可把 --time-limit 加长",
    "what to add was not asked for: the time given was over; a longer --time-limit helps",
)
NOTHING_TO_BUY = Text(
    "单靠增加资源和力量解决不了：日期、封网、先后关系或“单位不允许实施”之间互相矛盾（已证明）",
    "no purchase alone helps: dates, freezes, relations or departments that allow nothing contradict each other (proven)",
)
NOT_FOUND = Text(
    "需增加多少：给定的时间内没有求出；可把 --time-limit 加长",
    "what to add was not found in the time given; a longer --time-limit may help",
)


@dataclass(slots=True, kw_only=True)
class Shopping:
    """One search for a purchase; `best` is always one with which the moves found were accepted by check.py."""

    problem: PlanningProblem
    workers: int
    seconds_left: Callable[[], float]
    should_stop: Callable[[], bool]
    left_out: list[Text] = field(default_factory=list)
    """Targets that no purchase reaches; the rest is asked for without them."""
    hopeless: bool = False
    best: Purchase | None = None
    windows: Windows | None = None
    """Of the problem with room for everybody."""
    found: list[Purchase] = field(default_factory=list)
    _rows: Mapping[Row, int] | None = None

    def begin(self, moves: Mapping[str, Move], clean_ups: tuple[CleanUp, ...]) -> None:
        """A purchase that is enough, from moves that keep every limit; quick at any size. The cheaper one is `best`."""
        self._drop_targets_beyond_reach()
        assert self.windows is not None
        if self.windows.contradiction:
            self.hopeless = True
            return
        till = enough(self.problem, moves, clean_ups, self.windows, self.should_stop)
        self._keep(None if till is None else purchase_of(self.problem, till.moves, clean_ups))

    def go_on(self) -> None:
        """A smaller one in the time that is left; a first one where none was found."""
        if self.hopeless or self.seconds_left() <= 0 or (self.best is not None and not self.best.parts):
            return
        if self.best is None:
            found = cheapest_purchase(self.problem, self.seconds_left(), self.workers)
            if found is not None:
                exact = purchase_of(self.problem, found.moves, found.clean_ups)
                self.best = None if exact is None else replace(exact, proven=found.proven)
            return
        assert self.windows is not None
        for known in sorted(self.found[:2], key=lambda one: one.parts):
            till = Till(self.problem, self.windows, known.moves, known.clean_ups)
            squeeze(till, lambda: self.should_stop() or self.seconds_left() <= 0)
            self._keep(purchase_of(self.problem, till.moves, known.clean_ups))
        self.best = shrink(
            self.problem,
            self.best,
            seconds_left=self.seconds_left,
            workers=self.workers,
            should_stop=self.should_stop,
        )

    def _keep(self, found: Purchase | None) -> None:
        if found is not None:
            self.found.append(found)
            self.best = found if self.best is None or found.parts < self.best.parts else self.best

    @property
    def proven(self) -> bool:
        """Whether nothing cheaper lets everything hold that was asked for."""
        if self.best is None or self.left_out:
            return False
        return self.best.proven or is_needed(self.problem, self.best, self._needed())

    def _needed(self) -> Mapping[Row, int]:
        if self._rows is None:
            self._rows = needed_more(self.problem, self.windows or find_windows(with_room(self.problem)))
        return self._rows

    def texts(self) -> tuple[Text, ...]:
        """What to buy, line by line, and what that is worth; or why there is nothing to tell."""
        if self.hopeless:
            return (*self.left_out, NOTHING_TO_BUY)
        if self.best is None:
            return (*self.left_out, NO_TIME if self.seconds_left() <= 0 else NOT_FOUND)
        lines = purchase_texts(self.problem, self.best, self._needed())
        return (*lines, *self.left_out)

    def as_json(self) -> list[dict[str, Any]]:
        """Every row that is bought, in numbers: a pool's from a week on, a team's in a period, a department's limit."""
        if self.best is None:
            return []
        begins, rows = first_weeks(self.problem, self.best), []
        teams = {team.id: team for team in self.problem.teams}
        for key, amount in self.best.bought.items():
            what, name, number = key
            row: dict[str, Any] = {"what": what, "id": name, "amount": amount}
            if what == "pool":
                row |= {"resource": self.problem.resources[number], "from_week": begins[key]}
            elif what == "team":
                period = teams[name].periods[number]
                row |= {"from_week": period.from_week, "to_week": period.to_week}
            rows.append(row)
        return rows

    def _drop_targets_beyond_reach(self) -> None:
        if self.windows is not None:
            return
        windows = self.windows = find_windows(with_room(self.problem))
        for number in windows.missed_targets if not windows.impossible else ():
            target = self.problem.targets[number]
            week = self.problem.week(target.by_week)
            self.left_out.append(
                Text(
                    f"{week} 前完成 {target.at_least} 个的目标增加多少都达不到（日期和先后关系不允许，已证明），以上没有算它",
                    f"no purchase reaches {target.at_least} by {week} (dates and relations forbid it, proven); it is left out",
                )
            )
        if self.left_out:
            kept = [t for number, t in enumerate(self.problem.targets) if number not in windows.missed_targets]
            self.problem = replace(self.problem, targets=tuple(kept))
            self.windows = find_windows(with_room(self.problem))
