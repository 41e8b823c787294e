"""Large problems: prices in one thread prove the bound, the compiled search in the other improves the plan."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

import numpy as np

from catalogs.words import Text
from planner.branch import Cases
from planner.flat import pack
from planner.insertion import Prices
from planner.layout import HOLD0, MUST, PREVIOUS_MODE, PREVIOUS_WEEK, UNIT, Layout
from planner.prices import PriceSearch
from planner.relaxation import NEVER, Reals
from planner.search import BEST, CHANGED, Memory, fresh_memory, improve
from planner.state import COST, State, empty_state, raise_duties, unkept

if TYPE_CHECKING:
    from planner.stages import Stages

CHUNK_STEPS = 2000
PRICE_CHUNK = 20
CASE_STEPS = 100
FIRST_PRICES = 4000
FIRST_SHARE = 0.2
SETTLED = 0.003
"""The step length at which prices hardly change any more."""
REPEATABLE_STEPS_PER_S = 4000
FAVOUR = 1 << 40
"""More than any price: the place of the earlier plan comes first."""
HOTTEST, COLDEST = 3.0, 0.01
"""Temperature at the beginning in units of `_Run.typical`, and at the end as a share of that. Found by trials."""


def search_and_prove(stages: Stages, layout: Layout) -> None:
    """Prices first, then search and prices side by side until time is up."""
    stages.stages.append("prices+search")
    prices = PriceSearch(layout)
    prices.run(1, 0.0)
    if prices.hopeless:
        stages.infeasible = Text(
            "已证明：时间窗与先后、同批关系互相矛盾", "proven: windows and relations contradict each other"
        )
        return
    for _ in range(FIRST_PRICES // PRICE_CHUNK):
        prices.run(PRICE_CHUNK, _guess(stages, prices))
        settled = prices.rho < SETTLED
        late = not stages.repeatable and stages.seconds() > FIRST_SHARE * stages.time_limit_s
        if stages.must_end() or settled or late:
            break
    stages.prove(prices.proven)
    stages.report(Text("价格与下界", "prices and bound"))
    if stages.repeatable:
        _repeatable(stages, layout, prices)
        return
    guide = prices.for_search()
    fresh: list[Prices] = []
    helper = threading.Thread(target=_keep_proving, args=(stages, prices, fresh), daemon=True)
    helper.start()
    _search(stages, layout, guide, fresh)
    stages.stopping = True
    helper.join()


def _guess(stages: Stages, prices: PriceSearch) -> float:
    """What the ascent aims at: the best value known, else a little above the bound."""
    if stages.best_plan is not None:
        return float(stages.best_plan.value)
    bound = prices.proven
    return bound + 0.1 * abs(bound) + 1.0


def _keep_proving(stages: Stages, prices: PriceSearch, fresh: list[Prices]) -> None:
    """Go on with the ascent; prices that prove clearly more are handed to the search."""
    told = prices.proven
    while not stages.must_end() and prices.rho >= SETTLED:
        prices.run(PRICE_CHUNK, _guess(stages, prices))
        stages.prove(prices.proven)
        if prices.proven > told + 0.002 * abs(told):
            told = prices.proven
            fresh.append(prices.for_search())
    cases = Cases(prices)
    while not stages.must_end() and _prove_by_cases(stages, cases):
        pass


def _prove_by_cases(stages: Stages, cases: Cases) -> bool:
    """One split of the weakest case; False where splitting can prove no more."""
    constant = cases.layout.constant
    value = stages.best_plan.value - constant if stages.best_plan else math.inf
    more = cases.step(CASE_STEPS, value, stages.must_end)
    bound = cases.bound(value)
    if bound < NEVER:
        stages.prove(math.ceil(bound - 1e-6) + constant)
    return more


def _search(stages: Stages, layout: Layout, guide: Prices, fresh: list[Prices]) -> None:
    """Search until time is up, cooling down with the share of time used; every better plan is checked and kept."""
    run = _first_run(stages, layout, guide)
    began = stages.seconds()
    while not stages.must_end():
        if fresh:
            run.guide(fresh.pop())
            fresh.clear()
        share = (stages.seconds() - began) / max(1e-9, stages.time_limit_s - began)
        run.chunk(CHUNK_STEPS, share)
        run.offer(stages)
        stages.report(Text("搜索", "search"))


def _first_run(stages: Stages, layout: Layout, guide: Prices) -> _Run:
    """A run, begun from the earlier plan where there is one."""
    run = _Run(layout, guide)
    if stages.problem.previous is not None:
        run.start_from_previous(guide)
        run.offer(stages)
    return run


def _repeatable(stages: Stages, layout: Layout, prices: PriceSearch) -> None:
    """The same with amounts of work instead of time."""
    run = _first_run(stages, layout, prices.for_search())
    chunks = max(4, int(stages.time_limit_s * REPEATABLE_STEPS_PER_S / CHUNK_STEPS))
    for chunk in range(chunks):
        if stages.must_end():
            return
        run.chunk(CHUNK_STEPS, chunk / chunks)
        run.offer(stages)
        prices.run(PRICE_CHUNK, _guess(stages, prices))
        stages.prove(prices.proven)
        stages.report(Text("搜索", "search"))


def _use_at_prices(layout: Layout, guide: Prices) -> Reals:
    """What each unit uses of everything scarce, at prices: the large ones go first, the small ones fit in between."""
    arrays = layout.arrays
    first = arrays.systems[:, HOLD0]
    open_weeks = np.maximum(1, arrays.hold_weeks[first].sum(axis=1))
    use: Reals = np.maximum(0.0, guide.unit.mean(axis=1))
    np.add.at(use, arrays.systems[:, UNIT], (guide.hold[first] * arrays.hold_weeks[first]).sum(axis=1) / open_weeks)
    return use


class _Run:
    """One annealing run of the compiled search."""

    def __init__(self, layout: Layout, guide: Prices, seed: int = 1) -> None:
        self.layout, self.arrays = layout, layout.arrays
        arrays = self.arrays
        spread = arrays.timing[:, -1] - arrays.timing[:, 0]
        self.typical = max(1.0, float(spread.sum()) / max(1, len(spread)) / arrays.horizon)
        """About what one unit's delay by a week costs."""
        self.state: State = empty_state(layout, seed, int(20 * self.typical * arrays.horizon) + 1)
        use = _use_at_prices(layout, guide)
        rank = np.argsort(np.argsort(-use, kind="stable"), kind="stable").astype(np.int64)
        self.memory: Memory = fresh_memory(layout, self.state, rank)
        duties_first = np.lexsort((rank, -arrays.units[:, MUST]))
        self.memory.order[:] = duties_first
        self.guide(guide)
        self.fill = 1
        self.hottest = HOTTEST
        self.feasible = False
        self.offered: int | None = None

    def start_from_previous(self, prices: Prices) -> None:
        """Put every unit where the earlier plan has it, as far as it still fits; all others go to their best place."""
        arrays = self.arrays
        hold, unit = prices.hold.copy(), prices.unit.copy()
        for row in arrays.systems[arrays.systems[:, PREVIOUS_MODE] >= 0]:
            week = row[PREVIOUS_WEEK]
            unit[row[UNIT], week] -= FAVOUR
            for number in arrays.modes[row[PREVIOUS_MODE], :2]:
                if number >= 0:
                    hold[number, week] -= FAVOUR
        self.guide(Prices(hold=hold, unit=unit, cheapest=prices.cheapest))
        self.hottest = 0.1 * HOTTEST
        self.chunk(0, 0.0)
        self.guide(prices)

    def guide(self, prices: Prices) -> None:
        """Take new prices."""
        self.prices, _ = pack((), [prices.hold, prices.unit, prices.cheapest])

    def chunk(self, steps: int, share: float) -> None:
        """So many steps at the temperature that belongs to a share of the whole run."""
        temperature = self.typical * self.hottest * COLDEST ** min(1.0, share)
        improve(self.layout.row, self.state.row, self.memory.row, self.prices, self.fill, temperature, 6, steps)
        self.fill = 0
        self._press()

    def _press(self) -> None:
        """While duties are not kept, make them dearer; the first answer that keeps all becomes the best."""
        if self.feasible:
            return
        lacking, short = unkept(self.arrays, self.state)
        if len(lacking) == 0 and not short.any():
            self.feasible = True
        else:
            raise_duties(self.arrays, self.state)
        self.memory.row[BEST] = self.state.row[COST]
        self.memory.row[CHANGED] = 0
        self.memory.is_changed[:] = 0
        self.memory.week[:] = self.state.week
        self.memory.mode[:] = self.state.mode

    def offer(self, stages: Stages) -> None:
        """Hand the best answer over if all duties are kept and it is new."""
        best = int(self.memory.row[BEST])
        if self.feasible and (self.offered is None or best < self.offered):
            self.offered = best
            stages.offer(self.layout, self.memory.week, self.memory.mode)
