"""What `plan explain` says a director could do: dates to move, targets to lower, capacity to buy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from catalogs.words import Text
from planner.explain.balance import most_by, never_before
from planner.explain.buy import Purchase, first_weeks
from planner.explain.needed import Row
from planner.plan import Move
from planner.presolve.presolve import Windows, earliest
from planner.problem.problem import PlannedSystem, PlanningProblem

PROVEN = Text("已证明最小", "proven least")
UNPROVEN = Text("未证明最小", "not proven least")
_UNITS = {
    "vcpu": Text("vCPU", "vCPU"),
    "memory_gib": Text("GiB 内存", "GiB of memory"),
    "storage_gib": Text("GiB 存储", "GiB of storage"),
    "public_ip": Text("个公网 IP", "public IP addresses"),
    "gpu": Text("块 GPU", "GPUs"),
}


def relaxation_texts(
    problem: PlanningProblem,
    windows: Windows,
    late: Sequence[tuple[PlannedSystem, int]],
    missed: Sequence[tuple[int, int]],
    moves: Mapping[str, Move],
    least: int,
) -> list[Text]:
    """Each deadline to move and each target to lower; `least` is what all of them together come to at least."""
    broken = sum(weeks for _, weeks in late) + sum(missing for _, missing in missed)
    mark = PROVEN if broken <= least else UNPROVEN
    found = [_deadline(problem, system, weeks, moves, mark) for system, weeks in late]
    for number, missing in missed:
        found += _target(problem, windows, number, missing, moves, mark)
    return found


def _deadline(
    problem: PlanningProblem, system: PlannedSystem, weeks: int, moves: Mapping[str, Move], mark: Text
) -> Text:
    if system.id not in moves:
        return Text(
            f"{system.id} 的截止要求取消（规划期内排不下）（{mark.zh}）",
            f"drop the deadline of {system.id} (it does not fit at all) ({mark.en})",
        )
    week = problem.week(moves[system.id].week)
    return Text(
        f"{system.id} 的截止周推迟 {weeks} 周到 {week}（{mark.zh}）",
        f"move the deadline of {system.id} by {weeks} weeks to {week} ({mark.en})",
    )


def _target(
    problem: PlanningProblem, windows: Windows, number: int, missing: int, moves: Mapping[str, Move], mark: Text
) -> list[Text]:
    """The best share reachable by the date, and the first date at which the target is reached, with its bound."""
    target = problem.targets[number]
    names = list(problem.by_id) if target.systems is None else list(target.systems)
    best, by = target.at_least - missing, problem.week(target.by_week)
    most = most_by(problem, windows, target.by_week, target.systems)
    zh, en = (f"；任何方案至多 {most} 个", f"; no plan has more than {most}") if mark is UNPROVEN else ("", "")
    share = f"{100 * best / len(names):.1f} %" if names else "n/a"
    found = [
        Text(
            f"{by} 前的目标由 {target.at_least} 个降为 {best} 个（{best}/{len(names)}，{share}，{mark.zh}{zh}）",
            f"lower the target by {by} from {target.at_least} to {best} of {len(names)} ({share}, {mark.en}{en})",
        )
    ]
    done = sorted(moves[name].week for name in names if name in moves)
    wanted = set(names)
    possible = sorted(
        earliest(windows.weeks[place])
        for place, system in enumerate(problem.systems)
        if system.id in wanted and windows.weeks[place]
    )
    if len(possible) < target.at_least:
        return found
    by_sums = never_before(problem, windows, target.at_least, target.systems)
    bound = problem.week(max(possible[target.at_least - 1], by_sums, target.by_week + 1 if mark is PROVEN else 0))
    if len(done) >= target.at_least:
        week = problem.week(done[target.at_least - 1])
        found.append(
            Text(
                f"或把完成 {target.at_least} 个的日期推迟到 {week}（不会早于 {bound}）",
                f"or move the date for {target.at_least} to {week} (never before {bound})",
            )
        )
    else:
        found.append(
            Text(
                f"规划期内目前排到 {len(done)} 个，完成 {target.at_least} 个的日期不会早于 {bound}",
                f"{len(done)} were placed within the horizon; {target.at_least} are never reached before {bound}",
            )
        )
    return found


def purchase_texts(problem: PlanningProblem, purchase: Purchase, needed: Mapping[Row, int]) -> list[Text]:
    """What to add where and by when, each amount with its mark.

    `needed`: what every plan needs more at least of a team or of a resource of a pool; a line that asks for no
    more than that is proven least by itself.
    """
    begins = first_weeks(problem, purchase)
    found: list[Text] = []
    for (what, name, number), amount in purchase.bought.items():
        if what == "pool":
            week, kind = problem.week(begins[what, name, number]), problem.resources[number]
            unit, mark = unit_of(kind), _mark(purchase, amount, needed.get(("pool", name, kind)))
            found.append(
                Text(
                    f"资源池 {name} {week} 前增加 {amount} {unit.zh}（{mark.zh}）",
                    f"pool {name}: add {amount} {unit.en} by {week} ({mark.en})",
                )
            )
        elif what == "department":
            mark = _mark(purchase, amount, None)
            found.append(
                Text(
                    f"单位 {name} 的并行上限提高 {amount}（{mark.zh}）",
                    f"department {name}: {amount} more in parallel ({mark.en})",
                )
            )
    return [*found, *_team_texts(problem, purchase, needed)]


def is_needed(problem: PlanningProblem, purchase: Purchase, needed: Mapping[Row, int]) -> bool:
    """Whether every plan needs as much of each row alone: then nothing of it can be left out."""
    teams: Counter[str] = Counter()
    for (what, name, number), amount in purchase.bought.items():
        if what == "department":
            return False
        if what == "pool" and amount > needed.get(("pool", name, problem.resources[number]), 0):
            return False
        teams[name] += amount if what == "team" else 0
    return all(amount <= needed.get(("team", name, ""), 0) for name, amount in teams.items() if amount)


def unit_of(resource: str) -> Text:
    """What an amount of a resource is called; `ssd_gib` is GiB of SSD, and what nobody knows keeps its own name."""
    if resource in _UNITS:
        return _UNITS[resource]
    name = resource.removesuffix("_gib")
    if name != resource:
        return Text(f"GiB {name.upper()}", f"GiB of {name.upper()}")
    return Text(resource, resource)


def _mark(purchase: Purchase, amount: int, needed: int | None) -> Text:
    return PROVEN if purchase.proven or (needed is not None and amount <= needed) else UNPROVEN


def _team_texts(problem: PlanningProblem, purchase: Purchase, needed: Mapping[Row, int]) -> list[Text]:
    """One line a team: how much in all, between which weeks, and the most in one period."""
    found, bought = [], purchase.bought
    for team in problem.teams:
        extra = {n: bought[key] for n in range(len(team.periods)) if (key := ("team", team.id, n)) in bought}
        if not extra:
            continue
        first = problem.week(min(team.periods[n].from_week for n in extra))
        last = problem.week(max(team.periods[n].to_week for n in extra))
        total, most = sum(extra.values()), max(extra.values())
        mark = _mark(purchase, total, needed.get(("team", team.id, "")))
        zh = f"力量 {team.id} 在 {first} 至 {last} 之间共增加 {total}"
        en = f"team {team.id}: add {total} between {first} and {last}"
        if first == last:
            zh, en = f"力量 {team.id} 在 {first} 增加 {total}", f"team {team.id}: add {total} in {first}"
        if len(extra) > 1:
            zh, en = f"{zh}（{len(extra)} 个时段，单个时段最多 {most}）", f"{en} ({len(extra)} periods, {most} at most)"
        found.append(Text(f"{zh}（{mark.zh}）", f"{en} ({mark.en})"))
    return found
