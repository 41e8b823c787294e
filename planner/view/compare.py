"""What changed between two plans, and why as far as the two problems tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from catalogs.words import Text
from planner.check.check import active_weeks, value_of
from planner.plan import CleanUp, Move, Plan
from planner.problem.problem import PlannedSystem, PlanningProblem

Kind = Literal["added", "dropped", "earlier", "later", "pool", "replica"]
KINDS: Mapping[Kind, Text] = {
    "later": Text("推迟", "later"),
    "earlier": Text("提前", "earlier"),
    "pool": Text("换资源池", "another pool"),
    "replica": Text("换灾备池", "another replica pool"),
    "added": Text("新排入", "scheduled now"),
    "dropped": Text("不再排入", "no longer scheduled"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One system that two plans treat differently; `reasons` are the changes of the problem that touch it."""

    system: str
    before: Move | None
    after: Move | None
    reasons: tuple[Text, ...]

    @property
    def kind(self) -> Kind:
        """What happened to it; a change of week goes before one of the pool."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "dropped"
        if self.after.week != self.before.week:
            return "earlier" if self.after.week < self.before.week else "later"
        return "pool" if self.after.pool != self.before.pool else "replica"

    @property
    def how(self) -> Text:
        """What happened, in words."""
        weeks = abs(self.after.week - self.before.week) if self.before and self.after else 0
        text = KINDS[self.kind]
        return Text(f"{text.zh} {weeks} 周", f"{weeks} weeks {text.en}") if weeks else text

    def as_json(self) -> dict[str, Any]:
        """For `plan compare --json`."""
        return {
            "system": self.system,
            "kind": self.kind,
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
            reasons = _reasons(old, new, name, before, after, shift, new_plan.clean_ups)
            changes.append(Change(system=name, before=before.get(name), after=after.get(name), reasons=tuple(reasons)))
    return tuple(changes)


def _shifted(move: Move, weeks: int) -> Move:
    return Move(system=move.system, week=move.week + weeks, pool=move.pool, replica_pool=move.replica_pool)


def _reasons(
    old: PlanningProblem,
    new: PlanningProblem,
    name: str,
    before_all: dict[str, Move],
    after: dict[str, Move],
    shift: int,
    clean_ups: tuple[CleanUp, ...],
) -> list[Text]:
    was, now, before = old.by_id.get(name), new.by_id.get(name), before_all.get(name)
    if was is None or now is None:
        return [
            Text("新加入规划", "new in the problem")
            if was is None
            else Text("不再在规划之内", "no longer in the problem")
        ]
    found = [*_release_moved(new, was, now, before, after.get(name), shift), *_changed_fields(new, was, now, shift)]
    if before is not None:
        found += _relations_broken(new, now.id, before, after)
        found += _no_longer_possible(new, now, before, after, before_all, clean_ups)
    return found or [Text("为其他系统让路或腾出更好的位置", "gave way to others, or a better place came free")]


def _release_moved(
    new: PlanningProblem, was: PlannedSystem, now: PlannedSystem, before: Move | None, after: Move | None, shift: int
) -> list[Text]:
    """The week from which it may begin, where its change forbids the old place or opens the new one."""
    earlier, later = max(0, was.release_week + shift), max(0, now.release_week)
    shut = before is not None and active_weeks(now, before.week)[0] < later
    opened = after is not None and active_weeks(was, after.week)[0] < earlier
    if earlier == later or not (shut or opened):
        return []
    weeks = f"{new.week(earlier)} → {new.week(later)}"
    return [Text(f"最早可开始周 {weeks}", f"its release week: {weeks}")]


def _changed_fields(new: PlanningProblem, was: PlannedSystem, now: PlannedSystem, shift: int) -> list[Text]:
    found: list[Text] = []

    def moved(week: int | None) -> int | None:
        return None if week is None else week + shift

    for zh, en, old_week, new_week in (
        ("截止周", "deadline", moved(was.deadline_week), now.deadline_week),
        ("应完成周", "due week", moved(was.due_week), now.due_week),
    ):
        if old_week != new_week:
            texts = [Text("无", "none") if w is None else Text(new.week(w), new.week(w)) for w in (old_week, new_week)]
            found.append(Text(f"{zh} {texts[0].zh} → {texts[1].zh}", f"its {en}: {texts[0].en} → {texts[1].en}"))
    if was.pin != now.pin:
        found.append(Text("锁定变了", "its pin changed"))
    if [(o.pool, o.demand) for o in was.options] != [(o.pool, o.demand) for o in now.options]:
        found.append(Text("需求或可选资源池变了", "its demand or its pools changed"))
    if was.preparation_weeks != now.preparation_weeks or was.weight != now.weight:
        found.append(Text("准备周数或权重变了", "its preparation or weight changed"))
    return found


def _relations_broken(new: PlanningProblem, name: str, before: Move, after: dict[str, Move]) -> list[Text]:
    """Relations that the old week would break beside the new weeks of the others: the others drew it along."""
    found: list[Text] = []
    for pair in new.before:
        other = after.get(pair.first if pair.then == name else pair.then) if name in (pair.first, pair.then) else None
        if other is None or other.system == name:
            continue
        at = new.week(other.week)
        if pair.then == name and before.week < other.week + pair.lag_weeks:
            found.append(
                Text(f"须在 {other.system}（现为 {at}）之后", f"has to follow {other.system}, which is now in {at}")
            )
        if pair.first == name and other.week < before.week + pair.lag_weeks:
            found.append(
                Text(
                    f"须在 {other.system}（现为 {at}）之前", f"has to come before {other.system}, which is now in {at}"
                )
            )
    for group in new.together:
        others = [after[one] for one in group if name in group and one != name and one in after]
        if any(other.week != before.week for other in others):
            at = new.week(others[0].week)
            found.append(
                Text(f"须与 {others[0].system} 同周（现为 {at}）", f"shares the week of {others[0].system}, now {at}")
            )
    for spread in new.within:
        others = [after[one] for one in spread.systems if name in spread.systems and one != name and one in after]
        if any(abs(other.week - before.week) > spread.weeks for other in others):
            found.append(
                Text(
                    f"须与 {others[0].system} 等相隔不超过 {spread.weeks} 周",
                    f"has to lie within {spread.weeks} weeks of {others[0].system} and others",
                )
            )
    return found


def _taken_by(new: PlanningProblem, before: Move, after: dict[str, Move], was: dict[str, Move]) -> list[str]:
    """Who holds the old pool in the old week now and did not then; the largest first, three at most."""
    found = []
    for name, move in after.items():
        earlier = was.get(name)
        held = earlier is not None and earlier.pool == before.pool and earlier.week <= before.week
        if name != before.system and move.pool == before.pool and move.week <= before.week and not held:
            option = new.by_id[name].option(move.pool)
            found.append((-sum(option.demand) if option else 0, name))
    return [name for _, name in sorted(found)[:3]]


def _no_longer_possible(
    new: PlanningProblem,
    system: PlannedSystem,
    before: Move,
    after: dict[str, Move],
    was: dict[str, Move],
    clean_ups: tuple[CleanUp, ...],
) -> list[Text]:
    """Why the old place no longer holds beside the new plan of all others."""
    from planner.book import Book

    active = active_weeks(system, before.week)
    if active[0] < max(0, system.release_week) or active[-1] >= new.weeks or system.option(before.pool) is None:
        return [Text("原来的周或资源池不再可选", "its old week or pool is no longer possible")]
    lack = Book(new, after, without=system.id, clean_ups=clean_ups).lack(system, before.week)
    if lack is None:
        return []
    names = _taken_by(new, before, after, was)
    taken = Text(f"原位置现由 {'、'.join(names)} 占用", f"its old place is now held by {', '.join(names)}")
    return [lack.text, taken] if names else [lack.text]


def facts(changes: tuple[Change, ...], totals: Mapping[str, Any]) -> list[Text]:
    """The comparison as a whole, in words: how many moved and how, and what the value did."""
    counts = Counter(change.kind for change in changes)
    listed = [(KINDS[kind], counts[kind]) for kind in KINDS if counts[kind]]
    before, after = totals["before"], totals["after"]
    gain = after["value"] - before["value"]
    caveat = (
        Text("", "")
        if totals["same_problem"]
        else Text("；两个问题不同，不可直接相比", "; of two different problems, not comparable")
    )
    found = [
        Text(
            f"{len(changes)} 个系统有变化" + ("：" + "，".join(f"{t.zh} {n} 个" for t, n in listed) if listed else ""),
            f"{len(changes)} systems changed" + (": " + ", ".join(f"{t.en} {n}" for t, n in listed) if listed else ""),
        ),
        Text(
            f"目标值 {before['value']:,} → {after['value']:,}（{gain:+,}，越小越好{caveat.zh}）",
            f"value {before['value']:,} → {after['value']:,} ({gain:+,}; smaller is better{caveat.en})",
        ),
    ]
    if before["moved"] != after["moved"]:
        found.append(
            Text(f"排入 {before['moved']} → {after['moved']} 个", f"scheduled {before['moved']} → {after['moved']}")
        )
    if totals["same_problem"] and gain > 0:
        found.append(
            Text(
                "两个方案的问题相同，原方案更好：后一个没有求到底。把 --time-limit 加长，或从原方案出发（--from）再求",
                "both plans are for the same problem and the earlier one is better: the later was not solved to its end; "
                "give it more time, or begin with the earlier plan (--from)",
            )
        )
    return found


def summary(old: PlanningProblem, old_plan: Plan, new: PlanningProblem, new_plan: Plan) -> dict[str, Any]:
    """Values of both plans, each in its own problem."""
    before = value_of(old, {move.system: move for move in old_plan.moves})
    after = value_of(new, {move.system: move for move in new_plan.moves})
    return {
        "same_problem": replace(old, name=new.name) == new,
        "before": {"value": before.total, "lateness": before.lateness, "moved": len(old_plan.moves)},
        "after": {"value": after.total, "lateness": after.lateness, "moved": len(new_plan.moves)},
    }
