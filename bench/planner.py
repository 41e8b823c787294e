"""The planner's bench: value, bound, gap, time and memory on seeded cities, beside two baselines in the same run.

    python bench/planner.py                         all sizes of the goals, five seeds each (hours)
    python bench/planner.py --sizes 600 --seeds 1   one of them
    python bench/planner.py --baselines             also the raw one-model CP-SAT and the earliest-due-date rule

Each solve is a process of its own, so that memory is its own; prints a Markdown table. Goals: issue of the planner.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # before this folder, whose planner.py would hide the package

GOALS = {  # systems: (weeks, seconds, gap in percent)
    600: (52, 60, 1.0),
    1000: (52, 60, 1.0),
    3000: (52, 300, 1.0),
    10000: (52, 300, 3.0),
}
VARIANTS = {"tight": 0.05, "loose": 0.25}


def one_solve(systems: int, weeks: int, seed: int, slack: float, seconds: float, method: str) -> dict[str, Any]:
    """Make a city, solve it in this process, and say how it went; times are wall times, of solving alone."""
    from bench.planner_cities import CityKind, make_city
    from planner.check import check
    from planner.problem_file import read_problem
    from planner.solve import Progress, Solved, solve

    raw, _ = make_city(CityKind(systems=systems, weeks=weeks, seed=seed, slack=slack))
    problem = read_problem(json.dumps(raw).encode())
    began = time.monotonic()
    first: list[float] = []

    def progress(now: Progress) -> None:
        if now.value is not None and not first:
            first.append(now.seconds)

    if method == "planner":
        outcome = solve(problem, time_limit_s=seconds, workers=2, on_progress=progress)
        plan = outcome.plan if isinstance(outcome, Solved) else None
        bound = plan.bound if plan else getattr(outcome, "bound", None)
        violations = len(check(problem, plan)) if plan else 0
    else:
        from bench.planner_baselines import earliest_due_date, one_model

        plan, bound, violations = one_model(problem, seconds) if method == "one-model" else earliest_due_date(problem)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "value": plan.value if plan else None,
        "bound": bound,
        "violations": violations,
        "first_s": round(first[0], 1) if first else None,
        "wall_s": round(time.monotonic() - began, 1),
        "cpu_s": round(used.ru_utime + used.ru_stime, 1),
        "memory_gib": round(used.ru_maxrss / 2**20, 2),
    }


def in_a_process(arguments: list[str]) -> dict[str, Any]:
    """Run `one_solve` in a process of its own."""
    made = subprocess.run(
        [sys.executable, __file__, "--one", *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )
    if made.returncode:
        return {"error": made.stderr.strip().splitlines()[-1][:80] if made.stderr.strip() else "failed"}
    answer: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
    return answer


def row(label: str, found: dict[str, Any]) -> str:
    """One line of the table."""
    if "error" in found:
        return f"| {label} | {found['error']} | | | | | | |"
    value, bound = found["value"], found["bound"]
    gap = f"{100 * (value - bound) / value:.2f} %" if value and bound is not None else "-"
    broken = f" ({found['violations']} rules broken)" if found["violations"] else ""
    return (
        f"| {label} | {value if value is not None else 'no plan'}{broken} | {bound if bound is not None else '-'} | {gap} "
        f"| {found['first_s'] or '-'} | {found['wall_s']} | {found['cpu_s']} | {found['memory_gib']} |"
    )


def main() -> None:
    """Read the options, run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(GOALS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--weeks", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--variants", nargs="+", default=list(VARIANTS), choices=list(VARIANTS))
    parser.add_argument("--baselines", action="store_true")
    parser.add_argument("--one", nargs=6, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        systems, weeks, seed, slack, seconds, method = chosen.one
        print(json.dumps(one_solve(int(systems), int(weeks), int(seed), float(slack), float(seconds), method)))
        return
    print("| city | value | bound | gap | first plan s | wall s | CPU s | GiB |\n|---|---|---|---|---|---|---|---|")
    for size in chosen.sizes:
        weeks, seconds, _ = GOALS.get(size, (52, 60, 1.0))
        weeks, seconds = chosen.weeks or weeks, chosen.seconds or seconds
        for variant in chosen.variants:
            for seed in range(chosen.seeds):
                for method in ("planner", *(("one-model", "due-date") if chosen.baselines else ())):
                    arguments = [str(size), str(weeks), str(seed), str(VARIANTS[variant]), str(seconds), method]
                    print(row(f"{size}×{weeks} {variant} {seed} {method}", in_a_process(arguments)), flush=True)


if __name__ == "__main__":
    main()
