"""One event of presolve as a sentence that a director understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from catalogs.words import Text
from planner.presolve.presolve import Event, earliest, latest
from planner.problem.problem import PlanningProblem
from planner.week_words import week_runs

Sentence = Callable[[PlanningProblem, Event, Text], Text]


def fact(problem: PlanningProblem, event: Event, amount: Text | None = None) -> Text:
    """One event as a sentence; `amount` is what is missing at least where capacity or a team is the cause."""
    if event.forced:
        return _duty(problem, event)
    said = _SENTENCES[event.cause](problem, event, _window(problem, event.after))
    return said if amount is None else Text(f"{said.zh}（{amount.zh}）", f"{said.en} ({amount.en})")


def _name(problem: PlanningProblem, event: Event) -> str:
    return problem.systems[event.system].id


def _other(problem: PlanningProblem, event: Event) -> str:
    return problem.systems[event.other].id if event.other is not None else ""


def _horizon(problem: PlanningProblem, event: Event, left: Text) -> Text:
    system = problem.systems[event.system]
    return Text(
        f"{system.id} 需准备 {system.preparation_weeks} 周，规划期共 {problem.weeks} 周，{left.zh}",
        f"{system.id} needs {system.preparation_weeks} weeks of a horizon of {problem.weeks}: {left.en}",
    )


def _release(problem: PlanningProblem, event: Event, left: Text) -> Text:
    system = problem.systems[event.system]
    week = problem.week(max(0, system.release_week))
    return Text(f"{system.id} 最早 {week} 才能开始，{left.zh}", f"{system.id} may not begin before {week}: {left.en}")


def _deadline(problem: PlanningProblem, event: Event, left: Text) -> Text:
    system = problem.systems[event.system]
    week = problem.week(system.deadline_week or 0)
    return Text(
        f"{system.id} 必须在 {week}（含）前割接，{left.zh}", f"{system.id} has to cut over by {week}: {left.en}"
    )


def _frozen(problem: PlanningProblem, event: Event, left: Text) -> Text:
    system, weeks = problem.systems[event.system], _blocked(problem, event.system)
    return Text(
        f"{system.id} 或其单位 {system.department} 在 {weeks} 封网，{left.zh}",
        f"{system.id} or its department {system.department} is frozen in {weeks}: {left.en}",
    )


def _department(problem: PlanningProblem, event: Event, _left: Text) -> Text:
    name = problem.systems[event.system].department
    return Text(
        f"单位 {name} 不允许任何系统实施（并行上限 0）", f"department {name} allows no system at all (max_parallel 0)"
    )


def _pin(problem: PlanningProblem, event: Event, left: Text) -> Text:
    name = _name(problem, event)
    return Text(f"{name} 的锁定使{left.zh}", f"the pin of {name}: {left.en}")


def _target(problem: PlanningProblem, event: Event, left: Text) -> Text:
    name, week = _name(problem, event), problem.week(problem.targets[event.number or 0].by_week)
    return Text(f"目标要求 {name} 在 {week}（含）前完成，{left.zh}", f"a target wants {name} done by {week}: {left.en}")


def _capacity(problem: PlanningProblem, event: Event, left: Text) -> Text:
    name = _name(problem, event)
    if not event.after:
        return Text(
            f"即使其他系统都不动，可选资源池在余下的周里也容不下 {name}",
            f"even alone {name} fits none of its pools in the weeks that are left",
        )
    return Text(
        f"即使其他系统都不动，可用资源池也只在部分时间容得下 {name}，{left.zh}",
        f"even alone {name} fits its pools only part of the time: {left.en}",
    )


def _team(problem: PlanningProblem, event: Event, left: Text) -> Text:
    name = _name(problem, event)
    if not event.after:
        return Text(
            f"即使其他系统都不动，实施力量在余下的周里也不够 {name} 用",
            f"even alone {name} has not the teams it needs in the weeks that are left",
        )
    return Text(
        f"即使其他系统都不动，实施力量也只在部分时间够 {name} 用，{left.zh}",
        f"even alone {name} has the teams it needs only part of the time: {left.en}",
    )


def _pair(problem: PlanningProblem, event: Event, _left: Text) -> Text:
    name = _name(problem, event)
    return Text(f"{name} 没有可用的主备资源池组合", f"{name} has no possible pair of main and replica pool")


def _before(problem: PlanningProblem, event: Event, left: Text) -> Text:
    pair, name, other = problem.before[event.number or 0], _name(problem, event), _other(problem, event)
    if pair.then == name:
        return Text(
            f"{name} 须{_after(other, pair.lag_weeks)}，{left.zh}",
            f"{name} has to follow {other} by {pair.lag_weeks} weeks: {left.en}",
        )
    return Text(
        f"{other} 须{_after(name, pair.lag_weeks)}，{left.zh}",
        f"{other} has to follow {name} by {pair.lag_weeks} weeks: {left.en}",
    )


def _within(problem: PlanningProblem, event: Event, left: Text) -> Text:
    name, other, spread = _name(problem, event), _other(problem, event), problem.within[event.number or 0].weeks
    return Text(
        f"{name} 与 {other} 须在 {spread} 周之内先后割接，{left.zh}",
        f"{name} and {other} have to lie within {spread} weeks: {left.en}",
    )


def _together(problem: PlanningProblem, event: Event, left: Text) -> Text:
    name, other = _name(problem, event), _other(problem, event)
    return Text(f"{name} 须与 {other} 同周割接，{left.zh}", f"{name} has to share the week of {other}: {left.en}")


def _apart(problem: PlanningProblem, event: Event, _left: Text) -> Text:
    name, other = _name(problem, event), _other(problem, event)
    return Text(f"{name} 与 {other} 既须同周又须错开，互相矛盾", f"{name} and {other} must share a week and must not")


_SENTENCES: Mapping[str, Sentence] = {
    "horizon": _horizon, "release": _release, "deadline": _deadline, "blocked": _frozen, "department": _department,
    "pin": _pin, "target": _target, "capacity": _capacity, "team": _team, "site": _pair, "options": _pair,
    "before": _before, "within": _within, "together": _together, "apart": _apart,
}  # fmt: skip


def _duty(problem: PlanningProblem, event: Event) -> Text:
    name, other = _name(problem, event), _other(problem, event)
    match event.cause:
        case "deadline":
            week = problem.week(problem.systems[event.system].deadline_week or 0)
            return Text(f"{name} 有截止周 {week}，必须迁移", f"{name} has the deadline {week}: it must move")
        case "pin":
            return Text(f"{name} 已锁定，必须迁移", f"{name} is pinned: it must move")
        case "target":
            return Text(f"目标包含全部系统，{name} 必须迁移", f"a target wants all of its systems: {name} must move")
        case _:
            return Text(f"{other} 必须迁移，{name} 与之相关，也必须迁移", f"{other} must move, so {name} must too")


def _window(problem: PlanningProblem, mask: int) -> Text:
    if not mask:
        return Text("没有可割接的周", "no week is left")
    first, last = problem.week(earliest(mask)), problem.week(latest(mask))
    if first == last:
        return Text(f"只能在 {first} 割接", f"only {first} is left")
    return Text(f"可割接的周在 {first} 至 {last} 之间", f"weeks between {first} and {last} are left")


def _blocked(problem: PlanningProblem, number: int) -> str:
    """Frozen weeks within the horizon, those in a row as a range."""
    system = problem.systems[number]
    department = next(d for d in problem.departments if d.id == system.department)
    weeks = {w for w in (*system.blocked_weeks, *department.blocked_weeks) if 0 <= w < problem.weeks}
    return ", ".join(week_runs(problem.first_week, weeks, MOST_RUNS))


MOST_RUNS = 6


def _after(other: str, lag_weeks: int) -> str:
    """Chinese for “at least so many weeks after”; without a lag the same week will do."""
    return f"在 {other} 之后至少 {lag_weeks} 周" if lag_weeks else f"不早于 {other}（可同周）"
