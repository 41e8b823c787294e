"""Compiling all that a solve needs, for installers: otherwise the first solve spends that time."""

from __future__ import annotations

SMALLEST = """{
 "schema": "govcloud/planning-problem/1", "name": "smallest", "first_week": "2026-W01", "weeks": 2, "unscheduled_week": 3,
 "resources": ["vcpu"], "pools": [{"id": "p", "site": "A", "capacity": [{"from_week": 0, "amount": [1]}]}],
 "teams": [{"id": "t", "periods": [{"from_week": 0, "to_week": 1, "amount": 1}]}],
 "departments": [{"id": "d", "max_parallel": 1, "blocked_weeks": []}],
 "systems": [{"id": "s", "department": "d", "weight": 1, "preparation_weeks": 1, "release_week": 0, "due_week": null,
   "deadline_week": null, "blocked_weeks": [], "replica_options": [],
   "options": [{"pool": "p", "demand": [1], "cost": 1, "effort": {"t": [1]}}]}],
 "clean_ups": [], "together": [], "before": [], "within": [], "apart": [], "same_site": [], "targets": [], "curve": [],
 "weights": {"lateness": 1, "progress": 1, "placement": 1, "curve": 1}
}"""


def warm() -> int:
    """Compile all that a solve needs: about 20 s of CPU time once, then kept on disk.

    Without it the first solve on a machine spends this time out of its limit. Returns the value of the smallest plan.
    """
    from planner.presolve.presolve import find_windows
    from planner.problem.file import read_problem
    from planner.search.annealing import Run
    from planner.search.laying import lay_out
    from planner.search.prices import PriceSearch

    problem = read_problem(SMALLEST.encode())
    layout = lay_out(problem, find_windows(problem))
    prices = PriceSearch(layout)
    prices.run(1, 0.0)
    run = Run(layout, prices.for_search())
    run.chunk(1, 0.0)
    return run.cost + layout.constant
