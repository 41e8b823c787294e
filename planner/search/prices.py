"""Prices for everything scarce: found by ascent on the relaxed problem, they prove a bound and guide the search.

The ascent is the volume algorithm (Barahona & Anbil, Mathematical Programming 87, 2000): steps along a running
average of what the relaxed answers over- and underuse, from the best prices so far.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from planner.limits import EXACT, grid_of
from planner.search.flat import Numbers
from planner.search.follow import following
from planner.search.forest import Forest, plant
from planner.search.insertion import Prices
from planner.search.layout import Layout
from planner.search.relaxation import NEVER, Reals, Rows, relax, rows_of, tables_of
from planner.search.tables import (
    HOLD_COLUMNS,
    MODE0,
    MODE1,
    MUST,
    POOL,
    PREVIOUS_WEEK,
    UNIT,
    Flags,
)

FORBIDDEN = 1e12
"""Cost of a place that is not allowed, for the search; far above any regret."""
COARSE, FINEST = 0.05, 0.002
"""Shares of the newest answer in the running average: the first round is above, no later one is below."""


class PriceSearch:
    """An ascent that can be continued; `bound` is proven at any time."""

    def __init__(self, layout: Layout) -> None:
        self.layout, self.arrays = layout, layout.arrays
        self.grid = grid_of(layout.problem)
        """Prices are multiples of one over this: sums of them are exact in floating point."""
        self.forest: Forest = plant(layout.arrays)
        self.prices, self._prices = self._rows()
        self.use, self._use = self._rows()
        self.limits, _ = self._filled(self._limits)
        self.most, _ = self._filled(self._most)
        self.scale, _ = self._filled(self._scale)
        self.sign, _ = self._filled(self._signs)
        self.tables = tables_of(self.arrays, self.forest)
        may_stay = (self.arrays.units[:, MUST] == 0).astype(np.uint8)
        self.unit_weeks: Flags = np.ascontiguousarray(np.column_stack([self.arrays.unit_weeks, may_stay]))
        """The weeks each unit may take, and whether it may stay; branching (branch.py) leaves some out."""
        self.seen = np.zeros((len(self.arrays.units), self.arrays.horizon + 1))
        """How often the relaxed answers of late had each unit in each week (last: unscheduled); rows add up to 1."""
        self.best = np.zeros(len(self.prices))
        self.average: Reals = np.zeros(len(self.prices))
        self.rho, self.bad, self.steps = 1.0, 0, 0
        self.fresh = 0.1
        """The share of the newest answer in the running average; finer rounds look further back."""
        self.bound = -math.inf
        """The best bound so far, as a float; `proven` rounds it up to the next integer."""
        self.hopeless = False
        """The relaxed problem has no answer, so neither has the problem."""

    def _rows(self) -> tuple[Reals, Rows]:
        """One vector, and the rows as parts of it."""
        shapes = rows_of(self.layout, self.forest)
        vector = np.zeros(sum(part.size for part in shapes))
        parts, place = [], 0
        for part in shapes:
            parts.append(vector[place : place + part.size].reshape(part.shape))
            place += part.size
        return vector, Rows(*parts)

    def _filled(self, fill: Callable[[Rows], None]) -> tuple[Reals, Rows]:
        vector, rows = self._rows()
        fill(rows)
        return vector, rows

    def _limits(self, rows: Rows) -> None:
        rows.cells[:] = self.arrays.capacity
        rows.periods[:] = self.arrays.period_amount
        rows.departments[:] = self.arrays.parallel[:, None]
        rows.apart[:] = 1.0
        rows.goals[:] = self.arrays.goals[:, 1]

    def _signs(self, rows: Rows) -> None:
        """A limit is overdrawn by using more of it, a goal by reaching less."""
        for part in rows:
            part[...] = 1.0
        rows.goals[:] = -1.0

    def _most(self, rows: Rows) -> None:
        """A curve point's price is at most what a missing system costs; all other prices may grow."""
        for part in rows:
            part[...] = np.inf
        hard = np.arange(len(self.arrays.goals)) < self.arrays.hard_goals
        rows.goals[:] = np.where(hard, np.inf, self.arrays.goals[:, 2])

    def _scale(self, rows: Rows) -> None:
        """A typical coefficient per row, so that one step length suits all rows."""
        arrays = self.arrays
        for part in rows:
            part[...] = 2.0
        rows.goals[:] = np.sqrt(np.maximum(1, arrays.goals[:, 1]))
        for pool in range(len(arrays.pool_first) - 1):
            demand = arrays.holds[arrays.holds[:, POOL] == pool][:, HOLD_COLUMNS:].astype(float)
            rows.cells[arrays.pool_first[pool] : arrays.pool_first[pool + 1]] = np.sqrt((demand**2).sum(axis=0) / 3 + 1)
        squares = np.zeros(len(arrays.period_of))
        np.add.at(squares, arrays.efforts[:, 0], arrays.efforts[:, 2].astype(float) ** 2)
        for team, periods in enumerate(arrays.period_of):
            rows.periods[np.unique(periods[periods >= 0])] = math.sqrt(squares[team] / 3 / arrays.horizon + 1)

    def _value(self, scaled: Reals) -> float:
        self.prices[:] = np.floor(scaled / self.scale * self.grid + 0.5) / self.grid
        value: float = relax(
            self.arrays,
            self.forest,
            self._prices,
            self.tables,
            self.unit_weeks,
            self.arrays.hold_weeks,
            self._use,
        )
        exact = (
            float((self.prices * np.abs(self.limits)).sum()) < EXACT / 16 / self.grid
        )  # and what units add and take off
        return value if exact or value >= NEVER else -math.inf

    def run(self, steps: int, aim: float) -> None:
        """So many steps, as if the best value were `aim` (a known value, or a guess a little above the bound)."""
        if self.steps == 0:
            self.bound = self._value(self.best)
            self.steps = 1
            self.hopeless = self.bound >= NEVER
            self._see(1.0)
            self.average = (self.use - self.limits) * self.sign / self.scale
        if self.hopeless:
            return
        for _ in range(steps):
            self._step(aim - self.layout.constant)

    def _step(self, aim: float) -> None:
        direction = self.average.copy()
        direction[(self.best <= 0) & (direction < 0)] = 0.0
        length = self.rho * max(aim - self.bound, 1e-3 * abs(self.bound), 1.0)
        norm = float(np.sum(direction * direction))
        if norm < 1e-12:
            self.steps += 1
            return
        point = np.clip(self.best + length / norm * direction, 0.0, np.minimum(self.most * self.scale, 1e11))
        value = self._value(point)
        self.steps += 1
        if value >= NEVER:
            self.rho *= 0.5
            return
        gradient = (self.use - self.limits) * self.sign / self.scale
        self.average = (1.0 - self.fresh) * self.average + self.fresh * gradient
        self._see(min(0.05, self.fresh))
        if value > self.bound + 1e-5 * abs(self.bound):
            self.rho, self.bad = min(2.0, self.rho * 1.05), 0
        else:
            self.bad += 1
        if value > self.bound:
            self.best, self.bound = point, value
        if self.bad >= 20:
            self.rho, self.bad = self.rho * 0.8, 0

    def _see(self, share: float) -> None:
        units = np.arange(len(self.seen))
        self.seen *= 1.0 - share
        self.seen[units, self.tables.chosen[: len(units)]] += share

    def refine(self) -> None:
        """Begin another round, from the best prices, that averages over more answers and so comes closer."""
        self.fresh = max(FINEST, self.fresh / (10.0 if self.fresh > COARSE else 2.0))
        self.rho, self.bad = 1.0, 0

    def ascend(self, steps: int, chunk: int, above: float, go_on: Callable[[], bool]) -> None:
        """So many steps, aiming the share `above` over the bound; fewer where `go_on`, asked after each chunk, says no."""
        self.run(1, 0.0)
        self.fresh = COARSE
        for _ in range(steps // chunk):
            self.run(chunk, self.proven + above * abs(self.proven))
            if self.hopeless or not go_on():
                return

    def fork(self, best: Reals, seen: Reals) -> PriceSearch:
        """Another ascent on the same problem, from given prices and relaxed answers."""
        other = PriceSearch(self.layout)
        other.restart(other.unit_weeks, best)
        other.seen = seen.copy()
        return other

    def restart(self, unit_weeks: Flags, best: Reals) -> None:
        """Begin anew with other weeks allowed, from given prices."""
        self.unit_weeks, self.best = unit_weeks, best.copy()
        self.rho, self.bad, self.steps, self.bound, self.hopeless = 0.3, 0, 0, -math.inf, False
        self.fresh = 0.1

    @property
    def proven(self) -> int:
        """A bound on the value of the whole problem (values are integers, so it may be rounded up)."""
        return math.ceil(self.bound - 1e-6) + self.layout.constant if self.steps else self.layout.constant

    def relaxed_weeks(self) -> Reals:
        """The mean week of each unit in the relaxed answers of late; unscheduled counts as ten weeks past the horizon."""
        horizon = self.arrays.horizon
        # not a matrix product: how that is rounded differs from processor to processor
        weeks: Reals = (self.seen * np.array([*range(horizon), horizon + 10], float)).sum(axis=1)
        return weeks

    def for_search(self) -> Prices:
        """The best prices as the search takes them."""
        self._value(self.best)
        places = self._places()
        usual = (places * self.seen).sum(axis=1)
        regret = np.rint(np.maximum(places - usual[:, None], -FORBIDDEN)).astype(np.int64)
        follow = np.rint(following(self.arrays, places)).astype(np.int64)
        return Prices(
            hold=np.rint(self.tables.hold).astype(np.int64),
            unit=np.rint(self.tables.unit).astype(np.int64),
            cheapest=cheapest_modes(self.layout),
            regret=regret,
            follow=follow,
            order=np.argsort(regret[:, :-1] + follow, axis=1, kind="stable").astype(np.int64),
        )

    def _places(self) -> Reals:
        """What each week of a unit (last: staying unscheduled) costs at these prices."""
        arrays, weeks = self.arrays, self.arrays.horizon
        hold, replica = arrays.modes[:, 0], arrays.modes[:, 1]
        paid = np.where(arrays.hold_weeks > 0, self.tables.hold, FORBIDDEN)
        modes = arrays.modes[:, 2:] + paid[hold] + np.where(replica[:, None] >= 0, paid[replica], 0.0)
        places: Reals = np.column_stack([arrays.timing[:, :weeks] + self.tables.unit, arrays.timing[:, weeks]])
        places[:, :weeks][arrays.unit_weeks == 0] = FORBIDDEN
        np.add.at(
            places[:, :weeks], arrays.systems[:, UNIT], np.minimum.reduceat(modes, arrays.systems[:, MODE0], axis=0)
        )
        np.minimum(places, FORBIDDEN, out=places)
        return places


def cheapest_modes(layout: Layout) -> Numbers:
    """Per system the least that a mode costs, less the bonus for an earlier plan's place."""
    arrays = layout.arrays
    costs = [arrays.modes[row[MODE0] : row[MODE1], 2].min() for row in arrays.systems]
    bonus = np.where(arrays.systems[:, PREVIOUS_WEEK] >= 0, arrays.moved_bonus, 0)
    return np.array(costs, np.int64).reshape(len(arrays.systems)) - bonus


def free_prices(layout: Layout) -> Prices:
    """Nothing costs anything."""
    arrays = layout.arrays
    return Prices(
        hold=np.zeros((len(arrays.holds), arrays.horizon), np.int64),
        unit=np.zeros((len(arrays.units), arrays.horizon), np.int64),
        cheapest=cheapest_modes(layout),
        regret=np.maximum(0, arrays.timing - arrays.timing[:, :1]),
        follow=np.zeros((len(arrays.units), arrays.horizon), np.int64),
        order=np.tile(np.arange(arrays.horizon, dtype=np.int64), (len(arrays.units), 1)),
    )
