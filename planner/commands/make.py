"""`plan make`: a problem file, or the problem of the city in the store, to a checked plan with a proven bound."""

from __future__ import annotations

import hashlib
import json
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from catalogs.console import Run, common, err
from catalogs.errors import UsageError
from catalogs.words import Text, tr
from planner.build.nameless import nameless_built
from planner.check.check import check_files
from planner.commands.no_plan import Say, as_it_is, explain_seconds, names_of, refuse
from planner.files import read_file, write_file
from planner.limits import refuse_endless, too_large
from planner.plan import Plan, read_plan
from planner.problem.file import read_problem
from planner.problem.problem import PlanningProblem
from planner.solving.solve import Infeasible, Outcome, Progress, Solved, Unknown, solve

if TYPE_CHECKING:
    from planner.explain.explain import Explanation

SCHEMA = "govcloud/plan-made/1"


@click.command(
    help=tr(
        "求解迁移计划。给出 --problem 时求解该文件；否则由库中的清单、判定、目录和决定生成问题，求解后存入库。"
        "写出前一律独立核对；Ctrl-C 保留已核对的最好方案。找不到方案时退出码为 6，并说明是已证明无解还是时间用完；文件有误时为 4。",
        "Solve for a plan: of a problem file, or of the city in the store. Nothing is written unchecked; Ctrl-C keeps "
        "the best checked plan. Exit code 6 where there is none: infeasible (proven) or unknown; 4 where a file is wrong.",
    ),
    epilog=tr(
        "例：govcloud plan make --problem problem.json --out plan.json --time-limit 60",
        "Example: govcloud plan make --problem problem.json --out plan.json --time-limit 60",
    ),
)
@click.option("--problem", "problem_file", type=click.Path(path_type=Path), help=tr("问题文件", "problem file"))
@click.option("--out", "out_file", type=click.Path(path_type=Path), help=tr("方案写到哪里", "where the plan goes"))
@click.option(
    "--time-limit", "time_limit_s", type=click.FloatRange(min=1), default=60.0, show_default=True, metavar="SECONDS",
    help=tr("求解时间（秒）", "seconds for solving"),
)  # fmt: skip
@click.option(
    "--workers", type=click.IntRange(min=1), default=2, show_default=True, help=tr("线程数", "number of threads")
)
@click.option(
    "--repeatable",
    is_flag=True,
    help=tr(
        "每次、每台机器都得到同一方案（按工作量而不按时间停止；质量略低）", "the same plan on every run and machine"
    ),
)
@click.option(
    "--from", "from_file", type=click.Path(path_type=Path), metavar="PLAN",
    help=tr(
        "从这个方案文件出发：仍可行的先原样放回，再改进；不写时用问题里的上一版方案（如有）",
        "begin with this plan file: what is still possible stays, then it is improved; else the problem's previous plan",
    ),
)  # fmt: skip
@click.option(
    "--executor", metavar="SPEC",
    help=tr(
        "互不相干的部分分开求解：threads:N、processes:N 或 dask:tcp://地址:8786",
        "solve independent parts apart: threads:N, processes:N or dask:tcp://host:8786",
    ),
)  # fmt: skip
@common
def make(
    run: Run,
    problem_file: Path | None,
    out_file: Path | None,
    time_limit_s: float,
    workers: int,
    repeatable: bool,  # noqa: FBT001 - click passes flags by name
    from_file: Path | None,
    executor: str | None,
) -> None:
    """Solve, check and keep."""
    if from_file is not None and executor is not None:
        raise UsageError("--from 不能与 --executor 同用", "--from cannot be used with --executor")
    start = read_plan(read_file(from_file, tr("方案文件", "plan file")), from_file.name) if from_file else None
    if problem_file is not None and out_file is None:
        raise UsageError("--problem 需要 --out", "--problem needs --out")
    about: dict[str, Any] = {}
    say: Say = as_it_is
    if problem_file is None:
        from planner.build.city import city_problem

        content, about = city_problem(run)
        say = names_of(run, about)
    else:
        content = read_file(problem_file, tr("问题文件", "problem file"))
    problem = read_problem(content, problem_file.name if problem_file else "problem.json")
    refuse_endless(problem)
    cautions = _warn(run, problem, say)
    if executor is not None:
        outcome = _solve_apart(problem, content, executor, time_limit_s, workers, repeatable=repeatable)
    else:
        outcome = _solve(problem, content, time_limit_s, workers, repeatable=repeatable, start=start)
    outcome, explained = _second_look(problem, content, outcome, repeatable=repeatable)
    plan_bytes = _checked(run, problem, content, outcome, cautions, explained, say)
    if out_file is not None:
        write_file(out_file, plan_bytes)
        if problem_file is None:
            write_file(out_file.with_name("problem.json"), content)
            built = nameless_built(about["built"])
            write_file(out_file.with_name("built.json"), json.dumps(built, ensure_ascii=False, indent=1).encode())
    plan_id = None
    if problem_file is None:
        from planner.build.city import keep_plan

        plan_id = keep_plan(run, content, plan_bytes, about)
    assert isinstance(outcome, Solved)
    data = _data(problem, outcome.plan, out_file, plan_id) | {"cautions": [text.as_json() for text in cautions]}
    run.show(SCHEMA, data, human=lambda console: console.print(_summary(data)))


def _warn(run: Run, problem: PlanningProblem, say: Say) -> list[Text]:
    """All that is surely not meant, with its places, before any solving."""
    from planner.presolve.cautions import warnings_of

    found = [say(text) for text in warnings_of(problem)]
    for text in [] if run.as_json else found:
        err().print(f"{tr('注意', 'note')}: {text}", style="yellow", markup=False)
    return found


def _solve(
    problem: PlanningProblem,
    content: bytes,
    time_limit_s: float,
    workers: int,
    *,
    repeatable: bool,
    start: Plan | None = None,
) -> Outcome:
    with _asked_to_stop() as should_stop, _shown_progress() as shown:
        return solve(
            problem,
            problem_sha256=hashlib.sha256(content).hexdigest(),
            time_limit_s=time_limit_s,
            workers=workers,
            repeatable=repeatable,
            start=start,
            on_progress=shown,
            should_stop=should_stop,
        )


def _solve_apart(
    problem: PlanningProblem, content: bytes, executor: str, time_limit_s: float, workers: int, *, repeatable: bool
) -> Outcome:
    """The independent parts, each wherever the executor puts it."""
    from planner.solving.executors import Limits, executor_of, solve_in_parts

    limits = Limits(time_limit_s=time_limit_s, workers=workers, repeatable=repeatable)
    with executor_of(executor) as pool:
        return solve_in_parts(problem, hashlib.sha256(content).hexdigest(), pool, limits)


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """The first Ctrl-C asks the solver to stop and keep what it has; a second one interrupts."""
    asked: list[bool] = []

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(True)
        err().print(tr("正在停止，保留已核对的最好方案……", "stopping; the best checked plan is kept …"))

    before = signal.signal(signal.SIGINT, on_signal)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _shown_progress() -> Iterator[Callable[[Progress], None]]:
    """A live line on stderr in a terminal: best, bound, gap, seconds."""
    console = err()
    if not console.is_terminal:
        yield lambda _progress: None
        return
    with console.status(tr("求解……", "solving …")) as status:
        yield lambda progress: status.update(_progress_line(progress))


def _progress_line(progress: Progress) -> str:
    value = tr("暂无", "none yet") if progress.value is None else f"{progress.value:,}"
    gap = "" if progress.gap_ratio is None else f"　{tr('差距', 'gap')} {100 * progress.gap_ratio:.2f} %"
    return (
        f"{progress.stage}　{tr('方案', 'best')} {value}　{tr('下界', 'bound')} {progress.bound or 0:,}{gap}"
        f"　{progress.seconds:.0f} s"
    )


def _second_look(
    problem: PlanningProblem, content: bytes, outcome: Outcome, *, repeatable: bool
) -> tuple[Outcome, Explanation | None]:
    """Where time ran out: the explanation first keeps the deadlines, which may find the plan that the search did not.

    Not in repeatable mode: the explanation looks at the clock.
    """
    if not isinstance(outcome, Unknown):
        return outcome, None
    from planner.explain.explain import Explanation, explain_no_plan

    if too_large(problem) is not None:
        return outcome, Explanation(facts=(outcome.reason,))
    if repeatable:
        return outcome, None
    digest = hashlib.sha256(content).hexdigest()
    explained = explain_no_plan(problem, time_limit_s=explain_seconds(problem), problem_sha256=digest)
    plan = explained.least_violating
    if plan is None or explained.violations:
        return outcome, explained
    return Solved(plan=replace(plan, bound=min(outcome.bound, plan.value), more={})), explained


def _checked(
    run: Run,
    problem: PlanningProblem,
    content: bytes,
    outcome: Outcome,
    cautions: Sequence[Text],
    explained: Explanation | None = None,
    say: Say = as_it_is,
) -> bytes:
    """The plan file's bytes, accepted by the check from the bytes alone.

    Raises:
        PlanError: there is no plan.
    """
    match outcome:
        case Solved(plan=found):
            plan_bytes = _with_weeks(problem, _proven(found)).to_bytes()
            violations = check_files(content, plan_bytes)
            if violations:
                message = f"the solver's plan breaks a rule: {violations[0]}"
                raise AssertionError(message)
            return plan_bytes
        case Infeasible(reason=reason):
            refuse(run, problem, "infeasible", reason, {"cautions": [text.as_json() for text in cautions]}, say=say)
        case Unknown(reason=reason, bound=bound):
            more = {"bound": bound, "cautions": [text.as_json() for text in cautions]}
            refuse(run, problem, "unknown", reason, more, explained, say)
    raise AssertionError


def _proven(plan: Plan) -> Plan:
    """The plan; a value that meets its bound is the best there is, whichever stage found the two."""
    if plan.record is None or plan.value != plan.bound:
        return plan
    return replace(plan, record=replace(plan.record, status="optimal"))


def _with_weeks(problem: PlanningProblem, plan: Plan) -> Plan:
    """The plan with keys that help people: the calendar of its weeks, the gap."""
    more = {
        "status": _status(plan),
        "gap": round(plan.gap_ratio, 6),
        "first_week": str(problem.first_week),
    }
    return replace(plan, more=more)


def _status(plan: Plan) -> str:
    return "optimal" if plan.value == plan.bound else plan.record.status if plan.record else "feasible"


def _data(problem: PlanningProblem, plan: Plan, out_file: Path | None, plan_id: str | None) -> dict[str, Any]:
    return {
        "status": _status(plan),
        "value": plan.value,
        "bound": plan.bound,
        "gap": round(plan.gap_ratio, 6),
        "moves": len(plan.moves),
        "systems": len(problem.systems),
        "clean_ups": len(plan.clean_ups),
        "plan": plan_id,
        "file": str(out_file) if out_file else None,
        "repeatable": plan.record.repeatable if plan.record else False,
    }


def _summary(data: dict[str, Any]) -> str:
    kind = tr("最优（已证明）", "optimal (proven)") if data["status"] == "optimal" else tr("可行", "feasible")
    zh = (
        f"{kind}：{data['systems']} 个系统中排入 {data['moves']} 个，目标值 {data['value']:,}，"
        f"下界 {data['bound']:,}，差距 {100 * data['gap']:.2f} %（已独立核对）"
    )
    en = (
        f"{kind}: {data['moves']} of {data['systems']} systems moved, value {data['value']:,}, "
        f"bound {data['bound']:,}, gap {100 * data['gap']:.2f} % (checked)"
    )
    lines = [tr(zh, en)]
    if not data["repeatable"]:
        lines.append(
            tr(
                "按时间求解：再次运行可能得到另一方案；--repeatable 则每次相同",
                "timed: another run may differ; see --repeatable",
            )
        )
    if data["plan"]:
        lines.append(f"{tr('已存为方案', 'kept as plan')} {data['plan']}")
    if data["file"]:
        lines.append(f"{tr('写入', 'written to')} {data['file']}")
    return "\n".join(lines)
