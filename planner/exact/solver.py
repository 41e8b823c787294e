"""The one maker of CP-SAT solvers: settings that every run of ours needs, whatever it solves."""

from __future__ import annotations

from typing import Any


def make_solver(*, workers: int, seconds: float | None = None) -> Any:
    """A `CpSolver` that leaves Ctrl-C to us.

    Args:
        workers: threads, 1 or more.
        seconds: the limit of wall time; at least half a second is given. None: the caller sets a limit of its own.
    """
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.catch_sigint_signal = False  # it would put the default handler back, and Ctrl-C kill the run
    solver.parameters.random_seed = 1
    solver.parameters.num_workers = workers
    if seconds is not None:
        solver.parameters.max_time_in_seconds = max(0.5, seconds)
    return solver
