"""Large problems: prices in one thread prove the bound, the compiled search in the other improves the plan."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

from catalogs.words import Text
from planner.limits import too_large_for_prices
from planner.search.annealing import BY_DIVE, BY_WEEK, HEATS, HOTTEST, Run
from planner.search.branch import Cases
from planner.search.dive import BATCHES, TASTES, dive
from planner.search.layout import Layout
from planner.search.prices import COARSE, PriceSearch
from planner.search.relaxation import NEVER
from planner.search.shared import Shared

if TYPE_CHECKING:
    from planner.solving.stages import Stages

CHUNK_STEPS = 1000
PRICE_CHUNK = 20
CASE_STEPS = 100
FIRST_PRICES = 4000
FIRST_SHARE, FIRST_S = 0.2, 4.0
"""The ascent has so much of the time, and no more seconds, for itself before the search begins beside it."""
SETTLED = 0.003
"""The step length at which prices hardly change any more."""
ROUNDS = 6
NEAR = 0.003
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
EXCHANGE_SHARE = 0.1
LONGEST_START = 0.7
"""A run from nothing takes at most this share of the time, whatever the size, so that the last run has some too."""
DIVE_SHARE, LOCKED_SHARE = 0.4, 0.5
"""Of a start by diving: the dive takes at most this share, and what it has fixed stays locked until that share."""
FIRST_ANSWER = 0.1
"""So much of the time for the first plan, of whatever value."""
LOCKED_CHUNKS = 20


def search_and_prove(stages: Stages, layout: Layout, tight: Layout, *, whole: bool) -> None:
    """Prices first, then searches and prices side by side until time is up.

    `tight` is what bounds are proven on; with `whole` the whole model is solved beside the search once prices are good.
    """
    if too_large_for_prices(stages.problem):
        _search_alone(stages, layout)
        return
    stages.stages.append("prices+search")
    prices = PriceSearch(tight)
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
    shared = Shared(layout, prices)
    if stages.repeatable:
        _repeatable(stages, layout, prices, shared)
        return
    helper = threading.Thread(target=_prove_then_search, args=(stages, prices, shared, whole), daemon=True)
    helper.start()
    _search(stages, layout, shared, seed=1)
    stages.stopping = True
    helper.join()


def _search_alone(stages: Stages, layout: Layout) -> None:
    """Costs so large that prices could not be added up exactly: no prices, and no bound but the least conceivable."""
    stages.stages.append("search")
    shared = Shared(layout, None)
    if stages.repeatable:
        _repeatable(stages, layout, None, shared)
    else:
        _search(stages, layout, shared, seed=1)


def _guess(stages: Stages, prices: PriceSearch) -> float:
    """What the ascent aims at: a little above the bound; at first 10 %, or the best value known."""
    bound = prices.proven
    if prices.fresh < COARSE:
        return bound + NEAR * abs(bound) + 1.0
    if stages.best_plan is not None:
        return float(stages.best_plan.value)
    return bound + 0.1 * abs(bound) + 1.0


def _prove_then_search(stages: Stages, prices: PriceSearch, shared: Shared, whole: bool) -> None:  # noqa: FBT001
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
            shared.tell(prices)
    shared.tell(prices)
    if whole and not stages.must_end():
        from planner.solving.exact_runs import prove_beside

        prove_beside(stages, prices.layout, shared.answer())
    elif len(prices.arrays.units) <= FEW_UNITS:
        cases = Cases(prices)
        while not stages.must_end() and _prove_by_cases(stages, cases):
            pass
    if stages.workers > 1:
        _search(stages, shared.layout, shared, seed=2)


def _prove_by_cases(stages: Stages, cases: Cases) -> bool:
    """One split of the weakest case; False where splitting can prove no more."""
    constant = cases.layout.constant
    value = stages.best_plan.value - constant if stages.best_plan else math.inf
    more = cases.step(CASE_STEPS, value, stages.must_end)
    bound = cases.bound(value)
    if bound < NEVER:
        stages.prove(math.ceil(bound - 1e-6) + constant)
    return more


def _search(stages: Stages, layout: Layout, shared: Shared, seed: int) -> None:
    """Runs from nothing, then one run from the best of them, exchanging with the other thread's."""
    placed = stages.placed(layout)
    if placed is not None:
        run = Run(layout, shared.guide, seed)
        run.start_from(placed)
        run.offer(stages.offer)
        _anneal(stages, shared, run, _share(stages), 1.0)
        return
    start = max(0.1, START_S / max(1e-9, stages.time_limit_s) * (len(layout.arrays.units) / START_UNITS) ** 1.5)
    start = min(start, LONGEST_START)
    best: Run | None = None
    if seed == 1:
        best = _first_answer(stages, shared)
    while not stages.must_end() and (shared.cost is None or _share(stages) < STARTS_UNTIL):
        begin = _share(stages)
        best, way = shared.new_run(seed)
        if way == BY_DIVE:
            _dive(stages, shared, best, begin, start)
        else:
            best.start(way, shared.weeks)
        _anneal(stages, shared, best, _share(stages), begin + start)
        shared.judge(best)
    if best is None:  # this thread came when the time for runs from nothing was over
        best = Run(layout, shared.guide, seed)
    shared.take(best)
    best.hottest = HOTTEST * HEATS[best.way] * AGAIN
    _anneal(stages, shared, best, _share(stages), 1.0)


def _share(stages: Stages) -> float:
    """The share of the time that is gone."""
    return stages.seconds() / max(1e-9, stages.time_limit_s)


def _first_answer(stages: Stages, shared: Shared) -> Run:
    """A plan soon, whatever its value: units put in at prices, and searching only until every duty is kept."""
    run = Run(shared.layout, shared.guide, 1)
    until = _share(stages) + FIRST_ANSWER
    while not stages.must_end() and not run.feasible and _share(stages) < until:
        run.chunk(CHUNK_STEPS, 0.5)
        stages.report(Text("搜索", "search"))
    run.offer(stages.offer)
    stages.report(Text("首个方案", "first plan"))
    shared.offer(run)
    return run


def _dive(stages: Stages, shared: Shared, run: Run, begin: float, start: float) -> None:
    """Begin a run with a dive, and anneal what is not fixed for a little; then everything is free again."""
    if shared.prices is None:
        run.start(BY_WEEK, shared.weeks)
        return
    prices = shared.prices.fork(shared.prices.best, shared.prices.seen)
    taste = TASTES[shared.next_dive() % len(TASTES)]

    def go_on(batch: int) -> bool:
        stages.report(Text("按松弛解起步", "beginning from the relaxed answers"))
        late = _share(stages) > begin + start * DIVE_SHARE * (batch + 1) / BATCHES
        return not stages.must_end() and (stages.repeatable or not late)

    dived = dive(run, prices, taste, go_on)
    run.lock(dived.fixed, dived.row)
    now, end = _share(stages), begin + start * LOCKED_SHARE
    run.chunk(0, 0.0)
    if not stages.repeatable:
        _anneal(stages, shared, run, now, max(now, end), patient=False)
    else:
        _chunks(stages, None, run, LOCKED_CHUNKS)
    run.unlock()


def _anneal(stages: Stages, shared: Shared, run: Run, begin: float, end: float, *, patient: bool = True) -> None:
    """Chunks of steps from one share of the time to another, cooling down; a patient one goes on until a plan is valid."""
    exchanged = 0.0
    while not stages.must_end():
        now = (stages.seconds() / stages.time_limit_s - begin) / max(1e-9, end - begin)
        if now >= 1.0 and end < 1.0 and (run.feasible or shared.cost is not None or not patient):
            break
        if patient and run.seen_guide is not shared.guide:
            run.guide(shared.guide)
        run.chunk(CHUNK_STEPS, now)
        run.offer(stages.offer)
        stages.report(Text("搜索", "search"))
        if end >= 1.0 and now >= exchanged + EXCHANGE_SHARE:
            exchanged = now
            shared.offer(run)
            shared.take(run)
    if patient:
        shared.offer(run)


def _repeatable(stages: Stages, layout: Layout, prices: PriceSearch | None, shared: Shared) -> None:
    """The same in one thread, with amounts of work instead of time."""
    chunks = max(8, int(stages.time_limit_s * REPEATABLE_STEPS_PER_S / CHUNK_STEPS))
    placed = stages.placed(layout)
    starts = 0 if placed is not None else 3
    short = chunks // 8
    run = Run(layout, shared.guide, 1)
    if placed is not None:
        run.start_from(placed)
        run.offer(stages.offer)
    for _ in range(starts):
        if prices is not None:
            shared.tell(prices)
        run, way = shared.new_run(1)
        if way == BY_DIVE:
            _dive(stages, shared, run, 0.0, 0.0)
        else:
            run.start(way, shared.weeks)
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
        run.offer(stages.offer)
        if prices is not None:
            if prices.rho < SETTLED:
                prices.refine()
            prices.run(PRICE_CHUNK // 2, _guess(stages, prices))
            stages.prove(prices.proven)
        stages.report(Text("搜索", "search"))
