"""Large problems: prices in one thread prove the bound, the compiled search in the other improves the plan."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

from catalogs.words import Text
from planner.annealing import BY_PRICE, HEATS, HOTTEST, Run
from planner.branch import Cases
from planner.flat import Numbers
from planner.insertion import Prices
from planner.layout import Layout
from planner.limits import too_large_for_prices
from planner.prices import COARSE, PriceSearch, free_prices
from planner.relaxation import NEVER, Reals
from planner.state import RANDOM

if TYPE_CHECKING:
    from planner.stages import Stages

CHUNK_STEPS = 1000
PRICE_CHUNK = 20
CASE_STEPS = 100
FIRST_PRICES = 4000
FIRST_SHARE, FIRST_S = 0.2, 4.0
"""The ascent has so much of the time, and no more seconds, for itself before the search begins beside it."""
SETTLED = 0.003
"""The step length at which prices hardly change any more."""
ROUNDS = 6
NEAR = 0.006
"""Later rounds of the ascent aim so far above the bound, as a share."""
FEW_UNITS = 150
"""Up to so many units cases are proven one by one (branch.py); with more they add nothing, and searching does."""
REPEATABLE_STEPS_PER_S = 4000
AGAIN = 0.3
"""The last run begins from the best answer, at this share of the first temperature."""
START_S, START_UNITS, STARTS_UNTIL = 12.0, 600, 0.5
"""A run from nothing takes so many seconds for so many units (more than in proportion for more of them), and
begins until this share of the time is gone. Found by trials: shorter runs end worse than one long one, and several
starts with one last run from the best of them better than one start warmed up again and again."""
TRUSTS = (3, 3, 4, 1, 2)
"""The least trust in prices of one run after the other: which is best depends on how good the prices are."""
EXCHANGE_SHARE = 0.1


def search_and_prove(stages: Stages, layout: Layout) -> None:
    """Prices first, then searches and prices side by side until time is up."""
    if too_large_for_prices(stages.problem):
        _search_alone(stages, layout)
        return
    stages.stages.append("prices+search")
    prices = PriceSearch(layout)
    prices.run(1, 0.0)
    if prices.hopeless:
        stages.infeasible = Text(
            "已证明：时间窗与先后、同周关系互相矛盾", "proven: windows and relations contradict each other"
        )
        return
    began = stages.seconds()
    for _ in range(FIRST_PRICES // PRICE_CHUNK):
        prices.run(PRICE_CHUNK, _guess(stages, prices))
        spent = stages.seconds()
        late = not stages.repeatable and (spent > FIRST_SHARE * stages.time_limit_s or spent - began > FIRST_S)
        if stages.must_end() or prices.rho < SETTLED or late:
            break
    stages.prove(prices.proven)
    stages.report(Text("价格与下界", "prices and bound"))
    shared = _Shared(prices.for_search(), prices.relaxed_weeks())
    if stages.repeatable:
        _repeatable(stages, layout, prices, shared)
        return
    helper = threading.Thread(target=_prove_then_search, args=(stages, prices, shared), daemon=True)
    helper.start()
    _search(stages, layout, shared, seed=1)
    stages.stopping = True
    helper.join()


def _search_alone(stages: Stages, layout: Layout) -> None:
    """Costs so large that prices could not be added up exactly: no prices, and no bound but the least conceivable."""
    stages.stages.append("search")
    earliest: Reals = layout.arrays.unit_weeks.argmax(axis=1).astype(float)
    shared = _Shared(free_prices(layout), earliest)
    if stages.repeatable:
        _repeatable(stages, layout, None, shared)
    else:
        _search(stages, layout, shared, seed=1)


def warm_run(layout: Layout) -> int:
    """One call of each compiled entry; the value the search found."""
    prices = PriceSearch(layout)
    prices.run(1, 0.0)
    run = Run(layout, prices.for_search())
    run.chunk(1, 0.0)
    return run.cost + layout.constant


def _guess(stages: Stages, prices: PriceSearch) -> float:
    """What the ascent aims at: a little above the bound; at first 10 %, or the best value known."""
    bound = prices.proven
    if prices.fresh < COARSE:
        return bound + NEAR * abs(bound) + 1.0
    if stages.best_plan is not None:
        return float(stages.best_plan.value)
    return bound + 0.1 * abs(bound) + 1.0


def _prove_then_search(stages: Stages, prices: PriceSearch, shared: _Shared) -> None:
    """Go on with the ascent round by round; prices that prove clearly more are handed to the search. Then search too."""
    told, rounds = prices.proven, 0
    while not stages.must_end() and rounds < ROUNDS:
        if prices.rho < SETTLED:
            prices.refine()
            rounds += 1
        prices.run(PRICE_CHUNK, _guess(stages, prices))
        stages.prove(prices.proven)
        if prices.proven > told + 0.001 * abs(told):
            told = prices.proven
            shared.guide, shared.weeks = prices.for_search(), prices.relaxed_weeks()
    shared.guide, shared.weeks = prices.for_search(), prices.relaxed_weeks()
    if len(prices.arrays.units) <= FEW_UNITS:
        cases = Cases(prices)
        while not stages.must_end() and _prove_by_cases(stages, cases):
            pass
    if stages.workers > 1:
        _search(stages, prices.layout, shared, seed=2)


def _prove_by_cases(stages: Stages, cases: Cases) -> bool:
    """One split of the weakest case; False where splitting can prove no more."""
    constant = cases.layout.constant
    value = stages.best_plan.value - constant if stages.best_plan else math.inf
    more = cases.step(CASE_STEPS, value, stages.must_end)
    bound = cases.bound(value)
    if bound < NEVER:
        stages.prove(math.ceil(bound - 1e-6) + constant)
    return more


class _Shared:
    """What the threads of one solve tell each other: the newest prices, and the best run's state of all."""

    def __init__(self, guide: Prices, weeks: Reals) -> None:
        self.guide, self.weeks = guide, weeks
        self.found: list[int | None] = [None, None]
        """The best cost that each way to begin has led to."""
        self.tried = [0, 0]
        self.lock = threading.Lock()
        self.cost: int | None = None
        self.way = BY_PRICE
        self.state: Numbers | None = None
        self.memory: Numbers | None = None
        self.runs = 0

    def new_run(self, layout: Layout, guide: Prices, seed: int) -> Run:
        """A run from nothing; runs differ in how far they trust prices and how they begin."""
        with self.lock:
            number = self.runs
            self.runs += 1
        run = Run(layout, guide, seed + 2 * number, TRUSTS[number % len(TRUSTS)])
        run.start(self._next_way(), self.weeks)
        return run

    def _next_way(self) -> int:
        """How to begin the next run: each way once, then the one that led further."""
        with self.lock:
            one, two = self.found
            way = int(one > two) if one is not None and two is not None else int(self.tried[0] > self.tried[1])
            self.tried[way] += 1
            return way

    def judge(self, run: Run) -> None:
        """Note how far a run from nothing came."""
        with self.lock:
            before = self.found[run.way]
            if run.feasible and (before is None or run.cost < before):
                self.found[run.way] = run.cost

    def offer(self, run: Run) -> None:
        """Keep a copy of a run that is better than any before."""
        with self.lock:
            if run.feasible and (self.cost is None or run.cost < self.cost):
                self.cost, self.way = run.cost, run.way
                self.state, self.memory = run.state.row.copy(), run.memory.row.copy()

    def take(self, run: Run) -> bool:
        """Put a run where the best one was; False where that is the run itself, or none."""
        with self.lock:
            if self.state is None or self.memory is None or self.cost is None:
                return False
            if run.feasible and run.cost <= self.cost:
                return False
            dice = run.state.row[RANDOM]
            run.state.row[:], run.memory.row[:], run.feasible, run.way = self.state, self.memory, True, self.way
            run.state.row[RANDOM] = dice
            return True


def _search(stages: Stages, layout: Layout, shared: _Shared, seed: int) -> None:
    """Runs from nothing, then one run from the best of them, exchanging with the other thread's."""
    limit = max(1e-9, stages.time_limit_s)
    begin = stages.seconds() / limit
    placed = stages.placed(layout)
    if placed is not None:
        run = Run(layout, shared.guide, seed)
        run.start_from(placed)
        run.offer(stages)
        _anneal(stages, shared, run, begin, 1.0)
        return
    start = max(0.1, START_S / limit * (len(layout.arrays.units) / START_UNITS) ** 1.5)
    best: Run | None = None
    while not stages.must_end() and (best is None or not best.feasible or begin < STARTS_UNTIL):
        best = shared.new_run(layout, shared.guide, seed)
        _anneal(stages, shared, best, begin, begin + start)
        shared.judge(best)
        begin = stages.seconds() / limit
    if best is not None:
        shared.take(best)
        best.hottest = HOTTEST * HEATS[best.way] * AGAIN
        _anneal(stages, shared, best, begin, 1.0)


def _anneal(stages: Stages, shared: _Shared, run: Run, begin: float, end: float) -> None:
    """Chunks of steps from one share of the time to another, cooling down; without a valid plan yet it goes on."""
    exchanged = 0.0
    while not stages.must_end():
        now = (stages.seconds() / stages.time_limit_s - begin) / max(1e-9, end - begin)
        if now >= 1.0 and run.feasible and end < 1.0:
            break
        if run.seen_guide is not shared.guide:
            run.guide(shared.guide)
        run.chunk(CHUNK_STEPS, now)
        run.offer(stages)
        stages.report(Text("搜索", "search"))
        if end >= 1.0 and now >= exchanged + EXCHANGE_SHARE:
            exchanged = now
            shared.offer(run)
            shared.take(run)
    shared.offer(run)


def _repeatable(stages: Stages, layout: Layout, prices: PriceSearch | None, shared: _Shared) -> None:
    """The same in one thread, with amounts of work instead of time."""
    chunks = max(8, int(stages.time_limit_s * REPEATABLE_STEPS_PER_S / CHUNK_STEPS))
    placed = stages.placed(layout)
    starts = 0 if placed is not None else 3
    short = chunks // 8
    run = Run(layout, shared.guide, 1)
    if placed is not None:
        run.start_from(placed)
        run.offer(stages)
    for _ in range(starts):
        if prices is not None:
            shared.guide, shared.weeks = prices.for_search(), prices.relaxed_weeks()
        run = shared.new_run(layout, shared.guide, 1)
        _chunks(stages, prices, run, short)
        shared.judge(run)
        shared.offer(run)
    if placed is None:
        shared.take(run)
        run.hottest = HOTTEST * HEATS[run.way] * AGAIN
    _chunks(stages, prices, run, chunks - starts * short)


def _chunks(stages: Stages, prices: PriceSearch | None, run: Run, chunks: int) -> None:
    for chunk in range(chunks):
        if stages.must_end():
            return
        run.chunk(CHUNK_STEPS, chunk / chunks)
        run.offer(stages)
        if prices is not None:
            if prices.rho < SETTLED:
                prices.refine()
            prices.run(PRICE_CHUNK // 2, _guess(stages, prices))
            stages.prove(prices.proven)
        stages.report(Text("搜索", "search"))
