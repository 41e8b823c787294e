"""A better bound by cases: split the weeks of a unit on which relaxed answers disagree, prove each case on its own.

The relaxed problem may have one giant system half in week 4 and half in week 42. Either case alone is dearer; the
smaller of the two bounds holds for the problem (branch and bound; Land & Doig, Econometrica 28, 1960).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from planner.search.prices import PriceSearch
from planner.search.relaxation import NEVER, Reals
from planner.search.tables import Flags


@dataclass(slots=True, order=True)
class Case:
    """Weeks still allowed, the bound proven with them, and the prices that prove it."""

    bound: float
    number: int
    unit_weeks: Flags = field(compare=False)
    best: Reals = field(compare=False)
    seen: Reals = field(compare=False)


class Cases:
    """The cases not yet excluded. The bound of the whole problem is that of the weakest of them."""

    def __init__(self, prices: PriceSearch) -> None:
        self.prices, self.layout = prices, prices.layout
        self.open = [Case(prices.bound, 0, prices.unit_weeks, prices.best.copy(), prices.seen.copy())]
        self.made = 1
        timing = self.layout.arrays.timing.astype(float)
        self.timing = np.minimum(timing, timing[:, -1:])

    def bound(self, value: float) -> float:
        """Proven for the whole problem, where `value` is that of a known plan (or infinite)."""
        return min([value, *(case.bound for case in self.open[:1])])

    def step(self, steps: int, value: float, should_stop: Callable[[], bool]) -> bool:
        """Split the weakest case in two and prove each; False where nothing is left to split."""
        if not self.open or self.open[0].bound >= value:
            return False
        case = heapq.heappop(self.open)
        halves = self._halves(case)
        if halves is None:
            heapq.heappush(self.open, case)
            return False
        proven = []
        for unit_weeks in halves:
            self._prove(case, unit_weeks, steps, value)
            if should_stop():
                heapq.heappush(self.open, case)
                return False
            if self.prices.hopeless:
                continue
            bound = max(case.bound, self.prices.bound)
            proven.append(Case(bound, self.made, unit_weeks, self.prices.best.copy(), self.prices.seen.copy()))
            self.made += 1
        for half in proven:
            if half.bound < min(value, NEVER):
                heapq.heappush(self.open, half)
        return True

    def _prove(self, case: Case, unit_weeks: Flags, steps: int, value: float) -> None:
        """Ascent in one case; it stops early once the case cannot hold anything better than the known plan."""
        prices = self.prices
        prices.restart(unit_weeks, case.best)
        aim = value if value < NEVER else case.bound + 0.05 * abs(case.bound)
        for _ in range(max(1, steps // 25)):
            prices.run(25, aim + self.layout.constant)
            if prices.hopeless or prices.bound >= value:
                break

    def _halves(self, case: Case) -> list[Flags] | None:
        """The weeks of the unit with the dearest disagreement, up to its mean week and after it."""
        weeks = self.layout.arrays.horizon
        spread = (case.seen * self.timing).sum(axis=1)
        spread = (case.seen * np.abs(self.timing - spread[:, None])).sum(axis=1)
        for unit in np.argsort(-spread, kind="stable")[:20]:
            allowed = np.nonzero(case.unit_weeks[unit])[0]
            mean = float((case.seen[unit] * np.arange(weeks + 1)).sum())
            if len(allowed) < 2 or spread[unit] <= 0:
                continue
            cut = int(min(max(np.floor(mean), allowed[0]), allowed[-1] - 1))
            early, late = case.unit_weeks.copy(), case.unit_weeks.copy()
            early[unit, cut + 1 :] = 0
            late[unit, : cut + 1] = 0
            return [early, late]
        return None
