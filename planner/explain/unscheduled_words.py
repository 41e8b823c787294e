"""Why a system has no week, as a planner reads it: what is missing, in names and units, and whom it waits for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from catalogs.words import Text
from planner.book import Lack
from planner.build.known import Known, shown_name
from planner.explain.balance import Scarce
from planner.explain.unscheduled import Cause, Unscheduled
from planner.problem.problem import PlanningProblem

CAUSES: Mapping[Cause, Text] = {
    "team": Text("力量不足", "a team is short"),
    "pool": Text("资源池容量不足", "a pool is full"),
    "department": Text("单位并行上限已满", "its department's parallel limit"),
    "waits": Text("等待另一个未排期的系统", "waits for another system without a week"),
    "relations": Text("所跟随的系统排得太晚", "the systems that it follows come too late"),
    "impossible": Text("没有可行的周（已证明）", "no week is possible (proven)"),
    "no-gain": Text("有余量，但排入反而使目标值变差", "there is room, but moving it makes the plan worse"),
    "room": Text("有余量，求解时间不够", "there is room; the solver ran out of time"),
}
RESOURCES = {
    "vcpu": Text("vCPU", "vCPU"),
    "memory_gib": Text("GiB 内存", "GiB of memory"),
    "storage_gib": Text("GiB 存储", "GiB of storage"),
}
MOST_NAMED = 5


def counts_by_cause(found: Sequence[Unscheduled]) -> list[tuple[Text, int]]:
    """How many systems have no week, by cause; the most frequent first."""
    counts = Counter(one.cause for one in found)
    return [(CAUSES[cause], number) for cause, number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


def unscheduled_text(problem: PlanningProblem, known: Known, one: Unscheduled) -> Text:
    """Why, and what would give it a week beside all other moves as they are."""
    match one.cause:
        case "impossible":
            return _joined(Text("已证明不可行：", "proven impossible: "), one.facts)
        case "waits":
            zh, en = _listed(known, one.waits_for)
            last = _listed(known, [name for name in one.roots if name not in one.waits_for])
            further = Text(f"，最终卡在 {last.zh}", f"; in the end it is {last.en}") if last.zh else Text("", "")
            return Text(
                f"要等 {zh} 先迁，而它也未排期{further.zh}", f"has to follow {en}, without a week too{further.en}"
            )
        case "relations":
            listed = _listed(known, one.waits_for)
            zh, en = listed.zh or "同组系统", listed.en or "its group"
            return Text(f"与 {zh} 的先后、同周、错开关系不留可行的周", f"the relations with {en} leave it no week")
        case "no-gain" | "room":
            return _with_room(problem, one)
    week = problem.week(one.moves[0].week) if one.moves else ""
    needs = [need_text(problem, known, need) for need in _by_limit(one.needs)]
    others = len(one.moves) - 1
    zh, en = (f"（连同同周的另外 {others} 个）", f" (with the {others} of its group)") if others else ("", "")
    return Text(
        f"最省的是 {week} 割接{zh}，还缺：{'；'.join(text.zh for text in needs)}",
        f"cheapest in {week}{en}, where it lacks: {'; '.join(text.en for text in needs)}",
    )


def _listed(known: Known, systems: Sequence[str]) -> Text:
    """A few systems by name."""
    names = [shown_name(known, name) for name in systems[:MOST_NAMED]]
    more = f" 等 {len(systems)} 个" if len(systems) > len(names) else ""
    return Text("、".join(names) + more, ", ".join(names) + (" and others" if more else ""))


def _joined(start: Text, texts: Sequence[Text]) -> Text:
    return Text(start.zh + "；".join(text.zh for text in texts), start.en + "; ".join(text.en for text in texts))


def _with_room(problem: PlanningProblem, one: Unscheduled) -> Text:
    week, gain = problem.week(one.moves[0].week), one.gain or 0
    if one.cause == "room":
        return Text(
            f"{week} 有余量，排入可使目标值降低 {-gain:,}：延长求解时间，或锁定该周再排",
            f"there is room in {week}, which would lower the value by {-gain:,}: solve longer, or pin it there",
        )
    return Text(
        f"{week} 有余量，但排入会使目标值增加 {gain:,}（权重小于所占位置的代价）；确要排入请锁定该周",
        f"there is room in {week}, at {gain:+,} of value (its weight is less than its place costs); pin it if it has to move",
    )


def _by_limit(needs: Sequence[Lack]) -> list[Lack]:
    """One for each pool and resource, team, department; the periods of a team added up, the largest share first."""
    from dataclasses import replace

    found: dict[tuple[str, str, int], Lack] = {}
    for need in needs:
        key = (need.what, need.name, need.number if need.what == "pool" else -1)
        known = found.get(key)
        found[key] = (
            need
            if known is None
            else replace(
                known,
                amount=known.amount + need.amount,
                share=max(known.share, need.share),
                from_week=min(known.from_week, need.from_week),
                to_week=max(known.to_week, need.to_week),
            )
        )
    return sorted(found.values(), key=lambda need: -need.share)


def need_text(problem: PlanningProblem, known: Known, need: Lack) -> Text:
    """One limit with the amount that is missing, and when."""
    first, last = problem.week(need.from_week), problem.week(need.to_week)
    span = Text(f"{first}", f"{first}") if first == last else Text(f"{first} 至 {last}", f"{first} to {last}")
    if need.what == "pool":
        kind = problem.resources[need.number]
        unit, pool = RESOURCES.get(kind, Text(kind, kind)), known.pools.get(need.name, need.name)
        return Text(
            f"资源池“{pool}” {need.amount:,} {unit.zh}（{first} 起）",
            f"{need.amount:,} {unit.en} of pool {pool} (from {first})",
        )
    if need.what == "team":
        team = known.teams.get(need.name, Text(need.name, need.name))
        if need.number < 0 and need.share > 1:
            return Text(f"“{team.zh}”在 {span.zh} 不提供", f"{team.en} offers nothing in {span.en}")
        return Text(f"“{team.zh}” {need.amount:,}（{span.zh}）", f"{need.amount:,} of {team.en} ({span.en})")
    department = known.departments.get(need.name, need.name)
    return Text(
        f"单位“{department}”同周并行上限再加 {need.amount}（{span.zh}）",
        f"{need.amount} more in parallel in {department} ({span.en})",
    )


def scarce_text(known: Known, scarce: Scarce) -> Text:
    """What all systems together need at least, against what there is."""
    if scarce.what == "team":
        team = known.teams.get(scarce.names[0], Text(scarce.names[0], scarce.names[0]))
        return Text(
            f"“{team.zh}”：全部排入至少要 {scarce.needed:,}，可用的周里只有 {scarce.offered:,}，至少还差 {scarce.missing:,}（已证明）",
            f"{team.en}: all systems need {scarce.needed:,} at least, the usable weeks have {scarce.offered:,}: {scarce.missing:,} short (proven)",
        )
    unit = RESOURCES.get(scarce.resource or "", Text(scarce.resource or "", scarce.resource or ""))
    pools = [known.pools.get(name, name) for name in scarce.names]
    zh, en = "、".join(pools), ", ".join(pools)
    joint = "合计" if len(scarce.names) > 1 else ""
    return Text(
        f"资源池“{zh}”{joint}：{scarce.systems} 个系统至少要 {scarce.needed:,} {unit.zh}，期末只有 {scarce.offered:,}，至少还差 {scarce.missing:,}（已证明）",
        f"pools {en}: {scarce.systems} systems need {scarce.needed:,} {unit.en} at least, there are {scarce.offered:,} at the end: {scarce.missing:,} short (proven)",
    )


def unscheduled_json(problem: PlanningProblem, known: Known, one: Unscheduled) -> dict[str, Any]:
    """For the machine-readable view."""
    return {
        "cause": one.cause,
        "text": unscheduled_text(problem, known, one).as_json(),
        "week": problem.week(one.moves[0].week) if one.moves else None,
        "needs": [
            {
                "what": need.what, "name": need.name,
                "resource": problem.resources[need.number] if need.what == "pool" else None, "amount": need.amount,
                "from_week": problem.week(need.from_week), "to_week": problem.week(need.to_week),
            }
            for need in one.needs
        ],
        "waits_for": list(one.waits_for),
        "roots": list(one.roots),
        "gain": one.gain,
    }  # fmt: skip


def scarce_json(known: Known, scarce: Scarce) -> dict[str, Any]:
    """For the machine-readable view."""
    return {
        "what": scarce.what,
        "names": list(scarce.names),
        "resource": scarce.resource,
        "systems": scarce.systems,
        "needed": scarce.needed,
        "offered": scarce.offered,
        "missing": scarce.missing,
        "text": scarce_text(known, scarce).as_json(),
    }
