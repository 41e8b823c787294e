"""What `plan make` says where there is no plan: why, what is missing, what would help; of a city with names."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from catalogs.console import Run, err
from catalogs.errors import PlanError
from catalogs.words import Text
from planner.build.known import Known, named
from planner.limits import too_large
from planner.problem.problem import PlanningProblem

if TYPE_CHECKING:
    from planner.explain.explain import Explanation

EXPLAIN_S, EXPLAIN_MOST_S = 8.0, 50.0
"""Seconds up to 1,000 systems, and from about 10,000 on: a useful answer in 10 s and in 60 s."""

Say = Callable[[Text], Text]


IDS_ONLY = Text(
    "问题文件只有编号、没有名称：下文的系统、资源池、单位和力量（队伍、专线、经费等按周用掉的）都写编号，与文件中的 id 相同；"
    "从工作区求解（不写 --problem）时写名称",
    "a problem file has ids and no names: systems, pools, departments and teams (people, links, money: whatever is used "
    "up by the week) are told by the ids of the file; solved from the workspace (without --problem) by their names",
)
"""Told once before the messages on a problem file: docs/reference/planning-problem.md has no names."""


def as_it_is(text: Text) -> Text:
    """Ids stay ids: of a problem file nothing else is known."""
    return text


def names_of(run: Run, about: Mapping[str, Any]) -> Say:
    """Puts names in place of ids in a sentence on the problem of the city; they are read when they are first needed."""

    @cache
    def known() -> Known:
        from planner.view.known import known_before

        return known_before(run, about)

    return lambda text: named(known(), text)


def explain_seconds(problem: PlanningProblem) -> float:
    """For an explanation nobody asked for: in proportion to the systems beyond a thousand."""
    beyond = max(0, len(problem.systems) - 1000) / 9000
    return min(EXPLAIN_MOST_S, EXPLAIN_S + beyond * (EXPLAIN_MOST_S - EXPLAIN_S))


def refuse(
    run: Run,
    problem: PlanningProblem,
    status: str,
    reason: Text,
    more: dict[str, Any],
    explained: Explanation | None = None,
    say: Say = as_it_is,
) -> None:
    """Say why, what is missing and what would help; nothing is written.

    Args:
        run: the command's run.
        problem: the problem.
        status: `infeasible` (proven) or `unknown`.
        reason: the solver's.
        more: further keys of the JSON answer.
        explained: the explanation, where there is one already.
        say: puts names in place of ids.

    Raises:
        PlanError: always.
    """
    from planner.commands.reasons import print_explanation

    told: list[Text] = []
    if say is as_it_is and not run.as_json:
        err().print(str(IDS_ONLY), markup=False)
    if explained is None:
        explained = _explained(run, problem, say, told)
    found, reason = explained.said(say), say(reason)
    if not run.as_json:
        print_explanation(err(), found, told)
    else:
        data = {"status": status, "reason": reason.as_json(), **more, "explanation": found.as_json()}
        envelope = run.envelope("govcloud/no-plan/1", data, complete=True, gaps=())
        click.echo(json.dumps(envelope, ensure_ascii=False, indent=1))
    raise _no_plan(run, problem, status, reason)


def _explained(run: Run, problem: PlanningProblem, say: Say, told: list[Text]) -> Explanation:
    """The explanation; what is known early is printed at once (not with --json) and added to `told`."""
    from planner.commands.reasons import MOST_LISTED, print_bought, print_first, print_placed
    from planner.explain.explain import explain_no_plan

    seconds = explain_seconds(problem)
    if run.as_json:
        return explain_no_plan(problem, time_limit_s=seconds)

    def on_first(facts: Sequence[Text], sums: Sequence[Text]) -> None:
        said = [[say(text) for text in texts] for texts in (facts, sums)]
        told.extend(text for texts in said for text in texts[:MOST_LISTED])
        print_first(*said)

    def on_placed(late_weeks: int, missing_systems: int, shortages: Sequence[Text]) -> None:
        told.extend(map(say, shortages[:MOST_LISTED]))
        print_placed(late_weeks, missing_systems, [say(text) for text in shortages])

    def on_bought(texts: Sequence[Text]) -> None:
        print_bought([say(text) for text in texts])

    return explain_no_plan(problem, time_limit_s=seconds, on_first=on_first, on_placed=on_placed, on_bought=on_bought)


def _no_plan(run: Run, problem: PlanningProblem, status: str, reason: Text) -> PlanError:
    """The error that ends the command with exit code 6."""
    proven = status == "infeasible"
    error = PlanError(
        f"{'没有可行方案（已证明）' if proven else '未得到方案（既未找到也未证明无解）'}：{reason.zh}",
        f"{'no plan exists (proven)' if proven else 'no plan found (unknown)'}: {reason.en}",
        hint=None if proven or too_large(problem) else Text("把 --time-limit 加长再试", "try a longer --time-limit"),
    )
    error.answered = run.as_json
    return error
