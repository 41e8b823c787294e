"""Solves spread over any `concurrent.futures` executor: independent parts of a problem, and whole scenarios.

What travels is bytes: a problem file goes out, an answer comes back, and every plan is checked here from the two files
alone, whoever solved it. Tested with threads, processes and Dask's distributed executor (extra `dask`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from catalogs.errors import PlanError, UsageError
from catalogs.words import Text
from planner.check.check import check_files, value_of
from planner.plan import Plan, SolveRecord, read_plan
from planner.presolve.presolve import find_windows
from planner.problem.file import read_problem
from planner.problem.problem import PlanningProblem
from planner.solving.components import independent_parts
from planner.solving.solve import Infeasible, Outcome, Solved, Unknown, solve


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one solve: `optimal`, `feasible`, `infeasible` or `unknown`; plain values, so that it can travel."""

    status: str
    plan: bytes | None
    bound: int | None
    reason: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and with how many threads each solve may work."""

    time_limit_s: float
    workers: int = 1
    repeatable: bool = False


def solve_bytes(content: bytes, limits: Limits) -> Answer:
    """Solve one problem file; runs wherever the executor puts it."""
    outcome = solve(
        read_problem(content),
        problem_sha256=hashlib.sha256(content).hexdigest(),
        time_limit_s=limits.time_limit_s,
        workers=limits.workers,
        repeatable=limits.repeatable,
    )
    match outcome:
        case Solved(plan=plan):
            status = plan.record.status if plan.record else "feasible"
            return Answer(status=status, plan=plan.to_bytes(), bound=plan.bound, reason=None)
        case Infeasible(reason=reason):
            return Answer(status="infeasible", plan=None, bound=None, reason=reason)
        case Unknown(reason=reason, bound=bound):
            return Answer(status="unknown", plan=None, bound=bound, reason=reason)


def solve_scenarios(problems: Mapping[str, bytes], executor: Executor, limits: Limits) -> dict[str, Answer]:
    """Every problem file by its name, all at once as far as the executor goes; every plan is checked here.

    Raises:
        PlanError: a plan that came back breaks a rule; the message names it.
    """
    waiting = {name: executor.submit(solve_bytes, content, limits) for name, content in problems.items()}
    return {name: _accepted(name, problems[name], future) for name, future in waiting.items()}


def _accepted(name: str, content: bytes, future: Future[Answer]) -> Answer:
    answer = future.result()
    violations = check_files(content, answer.plan) if answer.plan is not None else []
    if violations:
        raise PlanError(
            f"{name}：送回的方案违反规则：{violations[0].message.zh}",
            f"{name}: the plan that came back breaks a rule: {violations[0].message.en}",
        )
    return answer


def solve_in_parts(problem: PlanningProblem, problem_sha256: str, executor: Executor, limits: Limits) -> Outcome:
    """Solve the independent parts of a problem apart; one plan, its value and bound are the sums."""
    parts = independent_parts(problem)
    contents = {f"part-{n}": json.dumps(part.as_json(), ensure_ascii=False).encode() for n, part in enumerate(parts)}
    answers = solve_scenarios(contents, executor, limits)
    refused = next((answer.reason for answer in answers.values() if answer.status == "infeasible"), None)
    if refused is not None:
        return Infeasible(reason=refused, windows=find_windows(problem))
    bound = sum(answer.bound or 0 for answer in answers.values())
    plans = [read_plan(answer.plan) for answer in answers.values() if answer.plan is not None]
    if len(plans) < len(answers):
        reason = Text("时间用完，有的部分尚未找到方案", "time ran out before every part had a plan")
        return Unknown(reason=reason, bound=bound, windows=find_windows(problem))
    return Solved(plan=_joined(problem, problem_sha256, plans, bound, limits))


def _joined(problem: PlanningProblem, problem_sha256: str, plans: Sequence[Plan], bound: int, limits: Limits) -> Plan:
    from importlib.metadata import version

    moves = tuple(move for plan in plans for move in plan.moves)
    value = value_of(problem, {move.system: move for move in moves}).total
    record = SolveRecord(
        status="optimal" if value <= bound else "feasible", seed=1, workers=limits.workers,
        time_limit_s=limits.time_limit_s, repeatable=limits.repeatable, solver=f"ortools {version('ortools')}",
        wall_s=0.0, stages=(f"{len(plans)} parts",),
    )  # fmt: skip
    return Plan(
        problem_sha256=problem_sha256,
        moves=moves,
        clean_ups=tuple(clean_up for plan in plans for clean_up in plan.clean_ups),
        value=value,
        bound=min(bound, value),
        record=record,
    )


@contextmanager
def executor_of(spec: str) -> Iterator[Executor]:
    """`threads:2`, `processes:2`, or `dask:tcp://host:8786` (extra `dask`); closed at the end.

    Raises:
        UsageError: none of these, or the extra is not installed.
    """
    kind, _, rest = spec.partition(":")
    if kind in {"threads", "processes"} and (not rest or (rest.isdecimal() and int(rest))):
        count = int(rest or 2)
        pool = ThreadPoolExecutor(count) if kind == "threads" else ProcessPoolExecutor(count, **_spawned())
        with pool as executor:
            yield executor
    elif kind == "dask" and rest:
        with _dask(rest) as executor:
            yield executor
    else:
        raise UsageError(
            f"执行器「{spec}」看不懂；应为 threads:2、processes:2 或 dask:tcp://地址:8786",
            f"executor {spec!r} is none of threads:2, processes:2, dask:tcp://host:8786",
        )


def _spawned() -> dict[str, Any]:
    """New processes instead of forks: a fork of a process with solver threads may hang."""
    import multiprocessing

    return {"mp_context": multiprocessing.get_context("spawn")}


@contextmanager
def _dask(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError(
            "没有安装 dask.distributed", "dask.distributed is not installed",
            hint=Text("安装：pip install 'govcloud[dask]'", "install it: pip install 'govcloud[dask]'"),
        ) from error  # fmt: skip
    try:
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(
            f"连不上 Dask 调度器 {address}", f"no Dask scheduler answers at {address}",
            hint=Text("先启动：dask scheduler，再启动 dask worker 地址", "start one: dask scheduler, then dask worker ADDRESS"),
        ) from error  # fmt: skip
    with client:
        yield client.get_executor(pure=False)
