"""What is missing: for each system that is late, and for a target that too few can make in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from catalogs.words import Text
from planner.book import Book
from planner.explain.buy import with_room
from planner.explain.facts import chain_of_facts
from planner.explain.soft import (
    late_systems,
)
from planner.plan import CleanUp, Move
from planner.presolve.presolve import Windows, find_windows
from planner.problem.problem import PlanningProblem

MOST_SHORTAGES = 12
MOST_LACKS = 4
MOST_CHAINS = 3


def facts_of(problem: PlanningProblem, windows: Windows) -> tuple[Text, ...]:
    """What relations and dates alone contradict, as chains of facts; the first few, each once."""
    facts = [text for number in windows.impossible[:MOST_CHAINS] for text in chain_of_facts(problem, windows, number)]
    facts += [beyond_reach(problem, windows, number) for number in windows.missed_targets[:MOST_CHAINS]]
    return tuple(dict.fromkeys(facts))


def beyond_reach(problem: PlanningProblem, windows: Windows, number: int) -> Text:
    """A target that too few systems can make in time, whatever is bought."""
    target = problem.targets[number]
    names = list(problem.by_id) if target.systems is None else list(target.systems)
    wanted = set(names)
    in_time = sum(
        1
        for place, system in enumerate(problem.systems)
        if system.id in wanted and windows.weeks[place] & ((1 << max(0, target.by_week + 1)) - 1)
    )
    week = problem.week(target.by_week)
    return Text(
        f"目标要求 {week} 前完成 {target.at_least} 个，而 {len(names)} 个系统中至多 {in_time} 个能在此前割接（已证明）",
        f"a target wants {target.at_least} by {week}; at most {in_time} of {len(names)} can cut over by then (proven)",
    )


def shortages_of(problem: PlanningProblem, moves: Mapping[str, Move], clean_ups: Iterable[CleanUp]) -> list[Text]:
    """For each system that is late all that is missing in the week where least is.

    Nothing where it is no matter of room: dates, freezes and relations alone leave it no week before its deadline.
    """
    book = Book(problem, moves, clean_ups=clean_ups)
    late = late_systems(problem, moves)[:MOST_SHORTAGES]
    allowed = find_windows(with_room(problem)).weeks if late else []
    place = {system.id: number for number, system in enumerate(problem.systems)}
    found: list[Text] = []
    for system, _ in late:
        best: tuple[tuple[float, float, int], Text] | None = None
        for week in range(system.preparation_weeks - 1, min(problem.weeks, (system.deadline_week or 0) + 1)):
            lacks = book.lacks(system, week) if allowed[place[system.id]] >> week & 1 else None
            if lacks is None or not lacks[1]:
                continue
            shares = [lack.share for lack in lacks[1]]
            rank = (max(shares), sum(shares), week)
            if best is None or rank < best[0]:
                worst = sorted(lacks[1], key=lambda lack: -lack.share)
                best = rank, _all_of([lack.text for lack in worst])
        if best is not None:
            at, text = problem.week(best[0][2]), best[1]
            found.append(Text(f"{system.id} 在 {at} 割接：{text.zh}", f"{system.id} in {at}: {text.en}"))
    return list(dict.fromkeys(found))


def _all_of(texts: Sequence[Text]) -> Text:
    more = len(texts) - MOST_LACKS
    zh, en = (f"；等 {len(texts)} 项", f"; {len(texts)} in all") if more > 0 else ("", "")
    shown = texts[:MOST_LACKS]
    return Text("；".join(text.zh for text in shown) + zh, "; ".join(text.en for text in shown) + en)
