"""What changed between two plans, and why as far as the two problems tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalogs.words import Text
from planner.check import active_weeks, value_of
from planner.plan import Move, Plan
from planner.problem import PlannedSystem, PlanningProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One system that two plans treat differently; `reasons` are the changes of the problem that touch it."""

    system: str
    before: Move | None
    after: Move | None
    reasons: tuple[Text, ...]

    def as_json(self) -> dict[str, Any]:
        """For `plan compare --json`."""
        return {
            "system": self.system,
            "before": _move_json(self.before),
            "after": _move_json(self.after),
            "reasons": [text.as_json() for text in self.reasons],
        }


def _move_json(move: Move | None) -> dict[str, Any] | None:
    return None if move is None else {"week": move.week, "pool": move.pool, "replica_pool": move.replica_pool}


def compare(old: PlanningProblem, old_plan: Plan, new: PlanningProblem, new_plan: Plan) -> tuple[Change, ...]:
    """Every system whose week, pool or replica differs; weeks of the old plan are counted from the new first week."""
    shift = old.first_week - new.first_week
    before = {m.system: _shifted(m, shift) for m in old_plan.moves}
    after = {move.system: move for move in new_plan.moves}
    changes = []
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            reasons = _reasons(old, new, name, before.get(name), after, shift)
            changes.append(Change(system=name, before=before.get(name), after=after.get(name), reasons=tuple(reasons)))
    return tuple(changes)


def _shifted(move: Move, weeks: int) -> Move:
    return Move(system=move.system, week=move.week + weeks, pool=move.pool, replica_pool=move.replica_pool)


def _reasons(
    old: PlanningProblem, new: PlanningProblem, name: str, before: Move | None, after: dict[str, Move], shift: int
) -> list[Text]:
    was, now = old.by_id.get(name), new.by_id.get(name)
    if was is None or now is None:
        return [
            Text("新加入规划", "new in the problem")
            if was is None
            else Text("不再在规划之内", "no longer in the problem")
        ]
    found = _changed_fields(was, now, shift)
    if before is not None:
        found += _no_longer_possible(new, now, before, after)
    return found or [Text("为其他系统让路或腾出更好的位置", "gave way to others, or a better place came free")]


def _changed_fields(was: PlannedSystem, now: PlannedSystem, shift: int) -> list[Text]:
    found: list[Text] = []

    def moved(week: int | None) -> int | None:
        return None if week is None else week + shift

    if moved(was.deadline_week) != now.deadline_week:
        found.append(Text("截止周变了", "its deadline changed"))
    if moved(was.due_week) != now.due_week:
        found.append(Text("应完成周变了", "its due week changed"))
    if max(0, was.release_week + shift) != max(0, now.release_week):
        found.append(Text("可开始周变了", "its release week changed"))
    if was.pin != now.pin:
        found.append(Text("锁定变了", "its pin changed"))
    if [(o.pool, o.demand) for o in was.options] != [(o.pool, o.demand) for o in now.options]:
        found.append(Text("需求或可选资源池变了", "its demand or its pools changed"))
    if was.preparation_weeks != now.preparation_weeks or was.weight != now.weight:
        found.append(Text("准备周数或权重变了", "its preparation or weight changed"))
    return found


def _no_longer_possible(
    new: PlanningProblem, system: PlannedSystem, before: Move, after: dict[str, Move]
) -> list[Text]:
    """Why the old place no longer holds beside the new plan of all others."""
    from planner.book import Book

    active = active_weeks(system, before.week)
    if active[0] < max(0, system.release_week) or active[-1] >= new.weeks or system.option(before.pool) is None:
        return [Text("原来的周或资源池不再可选", "its old week or pool is no longer possible")]
    lack = Book(new, after, without=system.id).lack(system, before.week)
    return [lack.text] if lack is not None else []


def summary(old: PlanningProblem, old_plan: Plan, new: PlanningProblem, new_plan: Plan) -> dict[str, Any]:
    """Values of both plans, each in its own problem."""
    before = value_of(old, {move.system: move for move in old_plan.moves})
    after = value_of(new, {move.system: move for move in new_plan.moves})
    return {
        "before": {"value": before.total, "lateness": before.lateness, "moved": len(old_plan.moves)},
        "after": {"value": after.total, "lateness": after.lateness, "moved": len(new_plan.moves)},
    }
