"""One annealing run of the compiled search: how it begins, how it cools, and what it keeps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planner.search.flat import Numbers, pack
from planner.search.insertion import Prices
from planner.search.layout import Layout
from planner.search.memory import BEST, NO_ANSWER, TRUST, Memory, fresh_memory
from planner.search.prices import free_prices
from planner.search.relaxation import Reals
from planner.search.repair import REPAIRS, Placed
from planner.search.search import improve
from planner.search.state import COST, LACKING, State, empty_state, raise_duties
from planner.search.tables import (
    HOLD0,
    MUST,
    PRED0,
    PRED1,
    UNIT,
    Mask,
)

LOCKED = 3
"""In Memory.is_absent: the unit is never taken out. (1 and 2: taken out, before and after it was tried again.)"""
HOTTEST, COLDEST = 1.0, 0.03
"""Temperature at the beginning and at the end, in units of `Run.typical`. Found by trials."""
REPAIRED = 0.1
"""A run from an earlier plan begins at this share of the first temperature: what stands is hardly disturbed."""
BY_PRICE, BY_WEEK, BY_DIVE = range(3)
"""The ways to begin a run: at prices, the dear and large first; or each unit as early as it fits, in the order of the
relaxed weeks; or what matters most where the relaxed answers have it (dive.py). Capacity that is scarce for good wants
the first or, better, the last; long chains before scarce teams want the second."""
HEATS = (1.0, 10.0, 1.0)
"""For each way the temperature at the beginning, in units of HOTTEST: long chains want it hotter."""


def use_at_prices(layout: Layout, guide: Prices) -> Reals:
    """What each unit uses of everything scarce, at prices: the large ones go first, the small ones fit in between."""
    arrays = layout.arrays
    first = arrays.systems[:, HOLD0]
    open_weeks = np.maximum(1, arrays.hold_weeks[first].sum(axis=1))
    use: Reals = np.maximum(0.0, guide.unit.mean(axis=1))
    np.add.at(use, arrays.systems[:, UNIT], (guide.hold[first] * arrays.hold_weeks[first]).sum(axis=1) / open_weeks)
    return use


def in_order(layout: Layout, weeks: Reals) -> Numbers:
    """Units by week, none before one that it waits for: list scheduling by the weeks of a relaxation.

    After Hall, Schulz, Shmoys & Wein, "Scheduling to minimize average completion time" (Math. of OR 22, 1997).
    """
    arrays, key = layout.arrays, weeks.copy()
    rows = [(unit, row) for unit, one in enumerate(arrays.units) for row in range(one[PRED0], one[PRED1])]
    thens = np.array([unit for unit, _ in rows], np.int64)
    firsts = arrays.links[np.array([row for _, row in rows], np.int64), 0]
    for _ in range(len(key)):
        before = key.copy()
        np.maximum.at(key, thens, key[firsts] + 1e-6)
        if (before == key).all():
            break
    order: Numbers = np.argsort(key, kind="stable").astype(np.int64)
    return order


class Run:
    """One annealing run of the compiled search."""

    def __init__(self, layout: Layout, guide: Prices, seed: int = 1, trust: int = 3) -> None:
        self.layout, self.arrays = layout, layout.arrays
        arrays = self.arrays
        spread = arrays.timing[:, -1] - arrays.timing[:, 0]
        self.typical = max(1.0, float(spread.sum()) / max(1, len(spread)) / arrays.horizon)
        """About what one unit's delay by a week costs."""
        self.state: State = empty_state(layout, seed, int(20 * self.typical * arrays.horizon) + 1)
        use = use_at_prices(layout, guide)
        rank = np.argsort(np.argsort(-use, kind="stable"), kind="stable").astype(np.int64)
        self.memory: Memory = fresh_memory(layout, self.state, rank)
        if (
            self.state.row[LACKING] == 0
        ):  # nobody has to move: the empty plan is an answer, and the only one without units
            self.memory.row[BEST] = self.state.row[COST]
        self.duties_first = np.lexsort((rank, -arrays.units[:, MUST]))
        self.memory.order[:] = self.duties_first
        self.memory.row[TRUST] = trust
        self.guide(guide)
        self.fill = 1
        self.hottest = HOTTEST
        self.feasible = False
        self.offered: int | None = None
        self.way = BY_PRICE
        self.row = layout.row
        """The problem as this run sees it: with all weeks, or while units are locked with those that go with them."""

    def lock(self, fixed: Mask, row: Numbers) -> None:
        """Let units stay where they are for now, and show the others only the weeks that `row` leaves them."""
        self.way, self.row = BY_DIVE, row
        self.memory.order[:] = self.duties_first
        self.memory.is_absent[fixed & (self.state.week >= 0)] = LOCKED

    def unlock(self) -> None:
        """Give back all weeks and units."""
        self.row = self.layout.row
        self.memory.is_absent[:] = 0

    def start(self, way: int, relaxed_weeks: Reals) -> None:
        """Choose how the units are put in at first; by price unless told otherwise."""
        self.way, self.hottest = way, HOTTEST * HEATS[way]
        if way == BY_WEEK:
            prices = self.seen_guide
            self.memory.order[:] = in_order(self.layout, relaxed_weeks)
            self.guide(free_prices(self.layout))
            self.chunk(0, 0.0)
            self.guide(prices)

    def start_from(self, placed: Placed) -> None:
        """Put every unit where an earlier plan has it, as far as it still fits; then all others where it is best."""
        self.memory.order[:] = placed.order
        row = placed.homes_only(self.layout)
        for _ in range(REPAIRS):  # what was freed lets more of them in
            improve(row, self.state.row, self.memory.row, self.prices, 1, self.typical, 6, 0)
        self.memory.order[:] = self.duties_first
        self.hottest = REPAIRED * HOTTEST
        self.chunk(0, 0.0)

    def guide(self, prices: Prices) -> None:
        """Take new prices."""
        self.seen_guide = prices
        self.prices, _ = pack((), list(prices))

    @property
    def cost(self) -> int:
        """The best value so far, as the search counts it; `NO_ANSWER` while there is none."""
        return int(self.memory.row[BEST])

    def chunk(self, steps: int, share: float) -> None:
        """So many steps at the temperature that belongs to a share of the whole run."""
        temperature = self.typical * self.hottest * (COLDEST / self.hottest) ** min(1.0, share)
        improve(self.row, self.state.row, self.memory.row, self.prices, self.fill, temperature, 6, steps)
        self.fill = 0
        self._press()

    def _press(self) -> None:
        """While duties are not kept, make them dearer; a state that keeps all is an answer."""
        self.feasible = int(self.memory.row[BEST]) < NO_ANSWER
        raise_duties(self.arrays, self.state)

    def offer(self, take: Callable[[Layout, Numbers, Numbers], object]) -> None:
        """Hand the best answer over, as weeks and modes of its units, if all duties are kept and it is new."""
        best = int(self.memory.row[BEST])
        if self.feasible and (self.offered is None or best < self.offered):
            self.offered = best
            take(self.layout, self.memory.week, self.memory.mode)
