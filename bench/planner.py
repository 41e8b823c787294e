"""The planner's bench: value, bound, gap, time and memory on seeded cities, beside two baselines in the same run.

    python bench/planner.py --results planner.jsonl                    all sizes of the goals, five seeds, tight and loose (hours)
    python bench/planner.py --results planner.jsonl --baselines        also the raw one-model CP-SAT and the due-date rule, once a size
    python bench/planner.py --results planner.jsonl --cities 600x52 600x156 --variants tight --seeds 5
    python bench/planner.py --results planner.jsonl --table            only the table of what is in the file

Each run is a process of its own, so that memory is its own, and is written to the file as soon as it is over: started
again, the bench goes on with what is missing (`--again` runs everything anew). `--clock cpu` counts the limit in CPU
seconds of two threads, for a machine that does other work too. Prints the worst of the seeds as a Markdown table.
Goals: the issue of the planner, in docs/measured/planner.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # before this folder, whose planner.py would hide the package

from bench.planner_results import Case, Results, markdown  # noqa: E402
from bench.process_tree import run_and_watch  # noqa: E402

LIMITS = {(600, 52): 60.0, (1000, 52): 60.0, (3000, 52): 300.0, (10000, 52): 300.0, (600, 156): 120.0}
"""Systems and weeks: the seconds of the goals."""
VARIANTS = {"tight": 0.05, "loose": 0.25}
BASELINES = ("one-model", "due-date")
GRACE = {"wall": 3.0, "cpu": 15.0}
"""A run that takes so many times its limit, and two minutes, is ended: a model that is only being built.

By the CPU clock a machine that does other work too may well take many times as long.
"""


def one_solve(case: Case, clock: str) -> dict[str, Any]:
    """Make a city, solve it in this process, and say how it went; seconds are those of solving alone."""
    from bench.planner_cities import CityKind, make_city
    from planner.problem.file import read_problem

    kind = CityKind(systems=case.systems, weeks=case.weeks, seed=case.seed, slack=VARIANTS[case.variant])
    problem = read_problem(json.dumps(make_city(kind)[0]).encode())
    began, used = time.monotonic(), time.process_time()
    plan, bound, violations, first = (
        _planned(problem, case, clock) if case.method == "planner" else _baseline(problem, case)
    )
    return {
        "value": plan.value if plan else None,
        "bound": bound,
        "violations": violations,
        "first_s": first,
        "wall_s": round(time.monotonic() - began, 1),
        "cpu_s": round(time.process_time() - used, 1),
    }


def _planned(problem: Any, case: Case, clock: str) -> tuple[Any, int | None, int, float | None]:
    from planner.check.check import check
    from planner.solving.solve import Progress, Solved, solve

    ticks: Callable[[], float] = time.monotonic if clock == "wall" else lambda: time.process_time() / 2
    first: list[float] = []

    def progress(now: Progress) -> None:
        if now.value is not None and not first:
            first.append(round(now.seconds, 1))

    outcome = solve(problem, time_limit_s=case.limit_s, workers=2, on_progress=progress, clock=ticks)
    plan = outcome.plan if isinstance(outcome, Solved) else None
    bound = plan.bound if plan else getattr(outcome, "bound", None)
    return plan, bound, len(check(problem, plan)) if plan else 0, first[0] if first else None


def _baseline(problem: Any, case: Case) -> tuple[Any, int | None, int, float | None]:
    from bench.planner_baselines import earliest_due_date, one_model

    if case.method == "one-model":
        return (*one_model(problem, case.limit_s), None)
    return (*earliest_due_date(problem), None)


def in_a_process(case: Case, clock: str) -> dict[str, Any]:
    """Run `one_solve` in a process of its own; its answer with the peak memory of its process tree."""
    load = os.getloadavg()[0]
    command = [sys.executable, str(Path(__file__).resolve()), "--one", json.dumps(case.as_json()), "--clock", clock]
    done = run_and_watch(command, ROOT, case.limit_s * GRACE[clock] + 120.0)
    more = {"memory_gib": round(done.peak_bytes / 2**30, 2), "load": round(load, 1), "clock": clock}
    if done.returncode:
        said = done.stderr.strip().splitlines()
        return {"error": "ended: too long" if done.ended else (said[-1][:80] if said else "failed"), **more}
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**answer, **more}


def cases(chosen: argparse.Namespace) -> Iterator[Case]:
    """All runs asked for: seed by seed over the sizes, so that a run cut off has something of everything."""
    sizes = [tuple(int(part) for part in city.split("x")) for city in chosen.cities]
    for seed in range(chosen.first_seed, chosen.first_seed + chosen.seeds):
        for systems, weeks in sizes:
            limit = chosen.seconds or LIMITS.get((systems, weeks), 60.0)
            for variant in chosen.variants:
                yield Case(systems=systems, weeks=weeks, variant=variant, seed=seed, method="planner", limit_s=limit)
    for systems, weeks in sizes if chosen.baselines else ():
        limit = chosen.seconds or LIMITS.get((systems, weeks), 60.0)
        for method in BASELINES:
            variant = chosen.variants[0]
            yield Case(systems=systems, weeks=weeks, variant=variant, seed=0, method=method, limit_s=limit)


def main(arguments: list[str] | None = None) -> None:
    """Read the options, run what is missing, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, default=Path("planner-bench.jsonl"))
    parser.add_argument("--cities", nargs="+", default=[f"{s}x{w}" for s, w in LIMITS], metavar="SYSTEMSxWEEKS")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--variants", nargs="+", default=list(VARIANTS), choices=list(VARIANTS))
    parser.add_argument("--seconds", type=float, help="one limit for all sizes, in place of the goals'")
    parser.add_argument("--baselines", action="store_true")
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall")
    parser.add_argument("--again", action="store_true", help="run also what the file has")
    parser.add_argument("--table", action="store_true", help="run nothing")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.one:
        print(json.dumps(one_solve(Case(**json.loads(chosen.one)), chosen.clock)))
        return
    if not chosen.table:
        from planner.solving.warm import warm

        warm()  # compiling is installing's work (Makefile), not the first run's
    results = Results(chosen.results)
    for case in () if chosen.table else cases(chosen):
        if not chosen.again and results.has(case, chosen.clock):
            continue
        print(f"{case} …", file=sys.stderr, flush=True)
        results.add(case, in_a_process(case, chosen.clock))
    print(markdown(results.latest()))


if __name__ == "__main__":
    main()
