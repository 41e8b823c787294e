"""What the threads of one solve tell each other: prices, which way of beginning leads far, and the best run."""

from __future__ import annotations

import math
import threading

from planner.search.annealing import BY_DIVE, BY_PRICE, BY_WEEK, Run
from planner.search.flat import Numbers
from planner.search.insertion import Prices
from planner.search.layout import Layout
from planner.search.prices import PriceSearch, free_prices
from planner.search.relaxation import Reals
from planner.search.state import RANDOM

TRUSTS = (3, 3, 4, 1, 2)
"""The least trust in prices of one run after the other: which is best depends on how good the prices are."""
NO_COST = 1 << 62
POOR = 0.1
"""A run that ends this share above the bound was misled by prices: usual are 2 to 5 % where prices are good."""


class Shared:
    """What the threads of one solve tell each other: the newest prices, and the best run's state of all."""

    def __init__(self, layout: Layout, prices: PriceSearch | None) -> None:
        self.layout = layout
        self.prices: PriceSearch | None = None
        """A copy of the ascent as it was told last, for dives to begin from; `None` where there are no prices."""
        self.bound = -math.inf
        self.guide: Prices = free_prices(layout)
        self.weeks: Reals = layout.arrays.unit_weeks.argmax(axis=1).astype(float)
        if prices is not None:
            self.tell(prices)
        self.ways = (BY_WEEK,) if prices is None else (BY_DIVE, BY_WEEK)
        self.found: dict[int, int] = {}
        """The best cost that each way to begin has led to."""
        self.tried = dict.fromkeys(self.ways, 0)
        self.lock = threading.Lock()
        self.cost: int | None = None
        self.way = BY_PRICE
        self.best: tuple[Numbers, Numbers] | None = None
        """Weeks and modes of the best answer."""
        self.state: Numbers | None = None
        self.memory: Numbers | None = None
        self.runs = self.dives = 0

    def tell(self, prices: PriceSearch) -> None:
        """Hand better prices to the searches."""
        self.guide, self.weeks = prices.for_search(), prices.relaxed_weeks()
        self.bound = prices.bound
        self.prices = prices.fork(prices.best, prices.seen)

    def new_run(self, seed: int) -> tuple[Run, int]:
        """An empty run and the way it is to begin; runs differ in how far they trust prices."""
        with self.lock:
            number = self.runs
            self.runs += 1
            way = self._next_way()
        return Run(self.layout, self.guide, seed + 2 * number, TRUSTS[number % len(TRUSTS)]), way

    def next_dive(self) -> int:
        """The number of a dive that begins now, from 0 on."""
        with self.lock:
            self.dives += 1
            return self.dives - 1

    def _next_way(self) -> int:
        """How to begin the next run: each way once, then the one that led further.

        While the others are still under way a dive that ended near the bound is repeated; one that ended far above it
        is not, because there the relaxed answers mislead.
        """
        untried = [way for way in self.ways if not self.tried[way]]
        ended = {way: cost for way, cost in self.found.items() if way in self.ways}
        way = untried[0] if untried else min(ended or self.ways, key=lambda way: ended.get(way, NO_COST))
        if not untried and way == BY_DIVE and len(ended) < len(self.ways) and self._misled(ended.get(way, 0)):
            way = next(other for other in self.ways if other not in ended)
        self.tried[way] += 1
        return way

    def _misled(self, cost: int) -> bool:
        return cost > self.bound + POOR * abs(self.bound)

    def judge(self, run: Run) -> None:
        """Note how far a run from nothing came."""
        with self.lock:
            if run.feasible:
                self.found[run.way] = min(run.cost, self.found.get(run.way, NO_COST))

    def offer(self, run: Run) -> None:
        """Keep a copy of a run that is better than any before."""
        with self.lock:
            if run.feasible and (self.cost is None or run.cost < self.cost):
                self.cost, self.way = run.cost, run.way
                self.state, self.memory = run.state.row.copy(), run.memory.row.copy()
                self.best = run.memory.week.copy(), run.memory.mode.copy()

    def answer(self) -> tuple[Numbers, Numbers] | None:
        """Weeks and modes of the best answer so far."""
        with self.lock:
            return None if self.best is None else (self.best[0].copy(), self.best[1].copy())

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
