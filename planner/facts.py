"""Why a system cannot move: the events of presolve read back as a chain of facts."""

from __future__ import annotations

from catalogs.words import Text
from planner.presolve import Event, Windows, earliest, latest
from planner.problem import PlanningProblem

LONGEST_CHAIN = 12


def chain_of_facts(problem: PlanningProblem, windows: Windows, number: int) -> list[Text]:
    """The facts that together leave a system (by its place in the problem) without a week, causes first."""
    facts: list[Text] = []
    _collect(problem, windows, number, len(windows.events), facts, set())
    name = problem.systems[number].id
    facts = facts[-LONGEST_CHAIN:]
    return [*facts, Text(f"因此 {name} 没有可行的割接周", f"so no cut-over week is left for {name}")]


def _collect(
    problem: PlanningProblem, windows: Windows, number: int, until: int, facts: list[Text], told: set[int]
) -> None:
    """All events on a system before a point in time, each after those of the system it came from."""
    for place, event in enumerate(windows.events[:until]):
        if event.system != number or place in told or len(facts) > 4 * LONGEST_CHAIN:
            continue
        told.add(place)
        if event.other is not None:
            _collect(problem, windows, event.other, place, facts, told)
        text = fact(problem, event)
        if text not in facts:
            facts.append(text)


def fact(problem: PlanningProblem, event: Event) -> Text:  # noqa: PLR0911, PLR0912 - one sentence per cause
    """One event as a sentence."""
    system = problem.systems[event.system]
    name = system.id
    other = problem.systems[event.other].id if event.other is not None else ""
    left = _window(problem, event.after)
    if event.forced:
        return _duty(problem, event, name, other)
    match event.cause:
        case "horizon":
            return Text(
                f"{name} 需准备 {system.preparation_weeks} 周，规划期共 {problem.weeks} 周，{left.zh}",
                f"{name} needs {system.preparation_weeks} weeks of a horizon of {problem.weeks}: {left.en}",
            )
        case "release":
            week = problem.week(max(0, system.release_week))
            return Text(f"{name} 最早 {week} 才能开始，{left.zh}", f"{name} may not begin before {week}: {left.en}")
        case "deadline":
            week = problem.week(system.deadline_week or 0)
            return Text(f"{name} 必须在 {week}（含）前割接，{left.zh}", f"{name} has to cut over by {week}: {left.en}")
        case "blocked":
            return Text(
                f"{name} 或其单位 {system.department} 在 {_blocked(problem, event.system)} 封网，{left.zh}",
                f"{name} or its department {system.department} is frozen in {_blocked(problem, event.system)}: {left.en}",
            )
        case "department":
            zh = f"单位 {system.department} 不允许任何系统实施（并行上限 0）"
            return Text(zh, f"department {system.department} allows no system at all (max_parallel 0)")
        case "pin":
            return Text(f"{name} 的锁定使{left.zh}", f"the pin of {name}: {left.en}")
        case "target":
            target = problem.targets[event.number or 0]
            week = problem.week(target.by_week)
            return Text(
                f"目标要求 {name} 在 {week}（含）前完成，{left.zh}", f"a target wants {name} done by {week}: {left.en}"
            )
        case "capacity":
            return Text(
                f"即使其他系统都不动，可用资源池也只在部分时间容得下 {name}，{left.zh}",
                f"even alone {name} fits its pools only part of the time: {left.en}",
            )
        case "team":
            return Text(
                f"即使其他系统都不动，实施力量也只在部分时间够 {name} 用，{left.zh}",
                f"even alone {name} has the teams it needs only part of the time: {left.en}",
            )
        case "site" | "options":
            return Text(f"{name} 没有可用的主备资源池组合", f"{name} has no possible pair of main and replica pool")
        case "before":
            return _before(problem, event, name, other, left)
        case "within":
            spread = problem.within[event.number or 0].weeks
            return Text(
                f"{name} 与 {other} 须在 {spread} 周之内先后割接，{left.zh}",
                f"{name} and {other} have to lie within {spread} weeks: {left.en}",
            )
        case "together":
            return Text(
                f"{name} 须与 {other} 同周割接，{left.zh}", f"{name} has to share the week of {other}: {left.en}"
            )
        case "apart":
            return Text(
                f"{name} 与 {other} 既须同周又须错开，互相矛盾", f"{name} and {other} must share a week and must not"
            )


def _duty(problem: PlanningProblem, event: Event, name: str, other: str) -> Text:
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


def _before(problem: PlanningProblem, event: Event, name: str, other: str, left: Text) -> Text:
    pair = problem.before[event.number or 0]
    if pair.then == name:
        return Text(
            f"{name} 须{_after(other, pair.lag_weeks)}，{left.zh}",
            f"{name} has to follow {other} by {pair.lag_weeks} weeks: {left.en}",
        )
    return Text(
        f"{other} 须{_after(name, pair.lag_weeks)}，{left.zh}",
        f"{other} has to follow {name} by {pair.lag_weeks} weeks: {left.en}",
    )


def _window(problem: PlanningProblem, mask: int) -> Text:
    if not mask:
        return Text("没有可割接的周", "no week is left")
    first, last = problem.week(earliest(mask)), problem.week(latest(mask))
    if first == last:
        return Text(f"只能在 {first} 割接", f"only {first} is left")
    return Text(f"可割接的周在 {first} 至 {last} 之间", f"weeks between {first} and {last} are left")


def _blocked(problem: PlanningProblem, number: int) -> str:
    system = problem.systems[number]
    department = next(d for d in problem.departments if d.id == system.department)
    weeks = sorted({w for w in (*system.blocked_weeks, *department.blocked_weeks) if 0 <= w < problem.weeks})
    shown = ", ".join(problem.week(week) for week in weeks[:6])
    return shown + (" …" if len(weeks) > 6 else "")


def _after(other: str, lag_weeks: int) -> str:
    """Chinese for “at least so many weeks after”; without a lag the same week will do."""
    return f"在 {other} 之后至少 {lag_weeks} 周" if lag_weeks else f"不早于 {other}（可同周）"
