"""Large problems: prices in one thread prove the bound, the compiled search in the other improves the plan."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

import numpy as np

from catalogs.words import Text
from planner.branch import Cases
from planner.flat import Numbers, pack
from planner.insertion import Prices
from planner.layout import HOLD0, MUST, PRED0, PRED1, PREVIOUS_MODE, PREVIOUS_WEEK, UNIT, Layout
from planner.limits import too_large_for_prices
from planner.prices import COARSE, PriceSearch, free_prices
from planner.relaxation import NEVER, Reals
from planner.search import BEST, CHANGED, TRUST, Memory, fresh_memory, improve
from planner.state import COST, RANDOM, State, empty_state, raise_duties, unkept

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
FAVOUR = 1 << 40
"""More than any price: the place of the earlier plan comes first."""
HOTTEST, COLDEST = 1.0, 0.03
"""Temperature at the beginning and at the end, in units of `_Run.typical`. Found by trials."""
AGAIN = 0.3
"""The last run begins from the best answer, at this share of the first temperature."""
START_S, START_UNITS, STARTS_UNTIL = 12.0, 600, 0.5
"""A run from nothing takes so many seconds for so many units (more than in proportion for more of them), and
begins until this share of the time is gone. Found by trials: shorter runs end worse than one long one, and several
starts with one last run from the best of them better than one start warmed up again and again."""
TRUSTS = (3, 3, 4, 1, 2)
"""The least trust in prices of one run after the other: which is best depends on how good the prices are."""
BY_PRICE, BY_WEEK = range(2)
"""The two ways to begin a run: at prices, the dear and large first; or each unit as early as it fits, in the order of
the relaxed weeks. Capacity that is scarce for good wants the first, long chains before scarce teams the second."""
HEATS = (1.0, 10.0)
"""For each way the temperature at the beginning, in units of HOTTEST: long chains want it hotter."""
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
    run = _Run(layout, prices.for_search())
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

    def new_run(self, layout: Layout, guide: Prices, seed: int) -> _Run:
        """A run from nothing; runs differ in how far they trust prices and how they begin."""
        with self.lock:
            number = self.runs
            self.runs += 1
        run = _Run(layout, guide, seed + 2 * number, TRUSTS[number % len(TRUSTS)])
        run.start(self._next_way(), self.weeks)
        return run

    def _next_way(self) -> int:
        """How to begin the next run: each way once, then the one that led further."""
        with self.lock:
            one, two = self.found
            way = int(one > two) if one is not None and two is not None else int(self.tried[0] > self.tried[1])
            self.tried[way] += 1
            return way

    def judge(self, run: _Run) -> None:
        """Note how far a run from nothing came."""
        with self.lock:
            before = self.found[run.way]
            if run.feasible and (before is None or run.cost < before):
                self.found[run.way] = run.cost

    def offer(self, run: _Run) -> None:
        """Keep a copy of a run that is better than any before."""
        with self.lock:
            if run.feasible and (self.cost is None or run.cost < self.cost):
                self.cost, self.way = run.cost, run.way
                self.state, self.memory = run.state.row.copy(), run.memory.row.copy()

    def take(self, run: _Run) -> bool:
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
    if stages.problem.previous is not None:
        run = _Run(layout, shared.guide, seed)
        run.start_from_previous(shared.guide)
        _anneal(stages, shared, run, begin, 1.0)
        return
    start = max(0.1, START_S / limit * (len(layout.arrays.units) / START_UNITS) ** 1.5)
    best: _Run | None = None
    while not stages.must_end() and (best is None or not best.feasible or begin < STARTS_UNTIL):
        best = shared.new_run(layout, shared.guide, seed)
        _anneal(stages, shared, best, begin, begin + start)
        shared.judge(best)
        begin = stages.seconds() / limit
    if best is not None:
        shared.take(best)
        best.hottest = HOTTEST * HEATS[best.way] * AGAIN
        _anneal(stages, shared, best, begin, 1.0)


def _anneal(stages: Stages, shared: _Shared, run: _Run, begin: float, end: float) -> None:
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
    previous = stages.problem.previous is not None
    starts = 0 if previous else 3
    short = chunks // 8
    run = _Run(layout, shared.guide, 1)
    if previous:
        run.start_from_previous(shared.guide)
    for _ in range(starts):
        if prices is not None:
            shared.guide, shared.weeks = prices.for_search(), prices.relaxed_weeks()
        run = shared.new_run(layout, shared.guide, 1)
        _chunks(stages, prices, run, short)
        shared.judge(run)
        shared.offer(run)
    if not previous:
        shared.take(run)
        run.hottest = HOTTEST * HEATS[run.way] * AGAIN
    _chunks(stages, prices, run, chunks - starts * short)


def _chunks(stages: Stages, prices: PriceSearch | None, run: _Run, chunks: int) -> None:
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


def _use_at_prices(layout: Layout, guide: Prices) -> Reals:
    """What each unit uses of everything scarce, at prices: the large ones go first, the small ones fit in between."""
    arrays = layout.arrays
    first = arrays.systems[:, HOLD0]
    open_weeks = np.maximum(1, arrays.hold_weeks[first].sum(axis=1))
    use: Reals = np.maximum(0.0, guide.unit.mean(axis=1))
    np.add.at(use, arrays.systems[:, UNIT], (guide.hold[first] * arrays.hold_weeks[first]).sum(axis=1) / open_weeks)
    return use


def _in_order(layout: Layout, weeks: Reals) -> Numbers:
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


class _Run:
    """One annealing run of the compiled search."""

    def __init__(self, layout: Layout, guide: Prices, seed: int = 1, trust: int = 3) -> None:
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
        self.memory.row[TRUST] = trust
        self.guide(guide)
        self.fill = 1
        self.hottest = HOTTEST
        self.feasible = False
        self.offered: int | None = None
        self.way = BY_PRICE

    def start(self, way: int, relaxed_weeks: Reals) -> None:
        """Choose how the units are put in at first; by price unless told otherwise."""
        self.way, self.hottest = way, HOTTEST * HEATS[way]
        if way == BY_WEEK:
            prices = self.seen_guide
            self.memory.order[:] = _in_order(self.layout, relaxed_weeks)
            self.guide(free_prices(self.layout))
            self.chunk(0, 0.0)
            self.guide(prices)

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
        self.seen_guide = prices
        self.prices, _ = pack((), [prices.hold, prices.unit, prices.cheapest])

    @property
    def cost(self) -> int:
        """The best value so far, as the search counts it."""
        return int(self.memory.row[BEST])

    def chunk(self, steps: int, share: float) -> None:
        """So many steps at the temperature that belongs to a share of the whole run."""
        temperature = self.typical * self.hottest * (COLDEST / self.hottest) ** min(1.0, share)
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
