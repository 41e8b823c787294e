"""Rules 6 and 7: what binds systems to each other, and targets; plain Python, nothing of the solver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from planner.check.words import Violation, at_week, broken
from planner.plan import Move
from planner.problem.problem import PlanningProblem


def together(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 6: all in the same week, or all unscheduled."""
    for group in problem.together:
        if len({moves[name].week if name in moves else None for name in group}) > 1:
            names = "、".join(group)
            yield broken(
                "together",
                f"{names} 应同周割接",
                f"{', '.join(group)} have to cut over in the same week",
                system=group[0],
            )


def before(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 6: if *then* moves, *first* moves too, `lag_weeks` earlier at least."""
    for pair in problem.before:
        then, first = moves.get(pair.then), moves.get(pair.first)
        if then is None:
            continue
        if first is None:
            zh, en = (
                f"{pair.then} 已排期，但其前置 {pair.first} 未排期",
                f"{pair.then} moves but {pair.first} before it does not",
            )
            yield broken("before", zh, en, system=pair.then, week=then.week)
        elif then.week < first.week + pair.lag_weeks:
            at, after = at_week(problem, then.week), at_week(problem, first.week)
            zh = f"{pair.then} {at.zh}割接，应在 {pair.first}（{after.zh}）之后至少 {pair.lag_weeks} 周"
            en = f"{pair.then} ({at.en}) has to follow {pair.first} ({after.en}) by {pair.lag_weeks} weeks"
            yield broken(
                "before", zh, en, system=pair.then, week=then.week, amount=first.week + pair.lag_weeks - then.week
            )


def within(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 6: all or none, and latest − earliest ≤ `weeks`."""
    for group in problem.within:
        weeks = [moves[name].week for name in group.systems if name in moves]
        names = "、".join(group.systems)
        if not weeks:
            continue
        if len(weeks) < len(group.systems):
            yield broken(
                "within",
                f"{names} 应全部排期或全部不排",
                f"of {', '.join(group.systems)} all have to move or none",
                system=group.systems[0],
            )
        elif max(weeks) - min(weeks) > group.weeks:
            spread = max(weeks) - min(weeks)
            zh = f"{names} 相隔 {spread} 周，应在 {group.weeks} 周之内"
            en = f"{', '.join(group.systems)} lie {spread} weeks apart, at most {group.weeks} allowed"
            yield broken("within", zh, en, system=group.systems[0], amount=spread - group.weeks)


def apart(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 6: no two of them in the same cut-over week."""
    for group in problem.apart:
        for week, count in sorted(Counter(moves[name].week for name in group if name in moves).items()):
            if count > 1:
                names = [name for name in group if name in moves and moves[name].week == week]
                at = at_week(problem, week)
                zh, en = f"{'、'.join(names)} 不应同在{at.zh}割接", f"{', '.join(names)} may not share cut-over {at.en}"
                yield broken("apart", zh, en, system=names[0], week=week)


def targets(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 7: at least `at_least` of the systems named have a cut-over week ≤ `by_week`."""
    for target in problem.targets:
        names = problem.by_id if target.systems is None else target.systems
        reached = sum(1 for name in names if name in moves and moves[name].week <= target.by_week)
        if reached < target.at_least:
            at = at_week(problem, target.by_week)
            zh = f"到{at.zh}应完成 {target.at_least} 个，仅 {reached} 个"
            en = f"by {at.en} {target.at_least} systems have to be moved, only {reached} are"
            yield broken("targets", zh, en, week=target.by_week, amount=target.at_least - reached)
