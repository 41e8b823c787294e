"""Is this plan valid? Plain Python on the two files alone: every rule, every resource in every week, and the value.

It shares no code with the solver. Each function checks one rule of docs/reference/planning-problem.md and names what
it finds: rule, system, week, pool or team, and by how much.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalogs.words import Text, tr
from planner.plan import Move, Plan, read_plan
from planner.problem import CurvePoint, PlannedSystem, PlanningProblem
from planner.problem_file import read_problem

RULES: Mapping[str, Text] = {
    "problem_sha256": Text("问题文件", "problem file"),
    "systems": Text("系统", "systems"),
    "weeks": Text("周次与期限", "weeks and dates"),
    "pools": Text("资源池与灾备", "pools and replicas"),
    "capacity": Text("资源池容量", "capacity"),
    "teams": Text("实施力量", "teams"),
    "departments": Text("单位并行上限", "parallel limits"),
    "together": Text("同周割接", "together"),
    "before": Text("先后", "before"),
    "within": Text("集中割接", "within"),
    "apart": Text("错开割接", "apart"),
    "targets": Text("目标", "targets"),
    "pins": Text("锁定", "pins"),
    "clean_ups": Text("清理", "clean-ups"),
    "value": Text("目标值", "value"),
    "bound": Text("下界", "bound"),
}
"""What each rule is called, by the name that a violation has in JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken rule. `amount` is by how much, in the rule's own unit; fields that do not apply are `None`."""

    rule: str
    message: Text
    system: str | None = None
    week: int | None = None
    pool: str | None = None
    team: str | None = None
    resource: str | None = None
    amount: int | None = None

    def __str__(self) -> str:
        name = RULES.get(self.rule)
        return tr(f"{name.zh if name else ''}（{self.rule}）：{self.message.zh}", f"{self.rule}: {self.message.en}")

    def as_json(self) -> dict[str, Any]:
        """For `plan check --json`."""
        place = {
            "system": self.system, "week": self.week, "pool": self.pool, "team": self.team,
            "resource": self.resource, "amount": self.amount,
        }  # fmt: skip
        return {"rule": self.rule, "message": self.message.as_json()} | {
            k: v for k, v in place.items() if v is not None
        }


def check_files(problem_bytes: bytes, plan_bytes: bytes) -> list[Violation]:
    """Check a plan file against a problem file.

    Raises:
        PlanError: one of the files cannot be read; the message lists every mistake.
    """
    problem = read_problem(problem_bytes)
    plan = read_plan(plan_bytes)
    return check(problem, plan, hashlib.sha256(problem_bytes).hexdigest())


def check(problem: PlanningProblem, plan: Plan, problem_sha256: str | None = None) -> list[Violation]:
    """Every rule that a plan breaks, empty if it is valid.

    Args:
        problem: the problem.
        plan: the plan, with its claimed value and bound.
        problem_sha256: the digest of the problem file; `None` leaves that comparison out.
    """
    if problem_sha256 is not None and plan.problem_sha256 != problem_sha256:
        found = plan.problem_sha256
        return [
            _broken(
                "problem_sha256",
                f"方案属于另一个问题文件（{found[:12]}…）",
                f"the plan is for another problem file ({found[:12]}…)",
            )
        ]
    if violations := [*_unknown_or_doubled(problem, plan)]:
        return violations
    moves = {move.system: move for move in plan.moves}
    starts = {clean_up.id: clean_up.week for clean_up in plan.clean_ups}
    violations = [violation for rule in _MOVE_RULES for violation in rule(problem, moves)]
    for rule in (_clean_ups_in_horizon, _value_and_bound):
        violations += rule(problem, plan)
    return [*violations, *_capacity(problem, moves, starts), *_teams(problem, moves, starts)]


def _broken(rule: str, zh: str, en: str, **place: Any) -> Violation:
    return Violation(rule=rule, message=Text(zh, en), **place)


NEAR = 520
"""Weeks beyond the horizon up to which the calendar week is told; ten years."""


def _at(problem: PlanningProblem, week: int) -> Text:
    """A week by its number, as the files have it, and by the calendar."""
    if not -NEAR <= week <= problem.weeks + NEAR:
        return Text(f"第 {week} 周", f"week {week}")
    return Text(f"第 {week} 周（{problem.week(week)}）", f"week {week} ({problem.week(week)})")


def _unknown_or_doubled(problem: PlanningProblem, plan: Plan) -> Iterator[Violation]:
    known = set(problem.by_id)
    offers = {offer.id for offer in problem.clean_ups}
    for name, count in Counter(move.system for move in plan.moves).items():
        if name not in known:
            yield _broken("systems", f"问题中没有系统 {name}", f"the problem has no system {name}", system=name)
        elif count > 1:
            yield _broken(
                "systems", f"系统 {name} 出现 {count} 次", f"system {name} stands there {count} times", system=name
            )
    for name, count in Counter(clean_up.id for clean_up in plan.clean_ups).items():
        if name not in offers:
            yield _broken("clean_ups", f"问题中没有清理项 {name}", f"the problem has no clean-up {name}")
        elif count > 1:
            yield _broken("clean_ups", f"清理项 {name} 出现 {count} 次", f"clean-up {name} stands there {count} times")


def active_weeks(system: PlannedSystem, cut_over_week: int) -> range:
    """The weeks c − d + 1 … c in which a system is being moved."""
    return range(cut_over_week - system.preparation_weeks + 1, cut_over_week + 1)


def _weeks(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 1: active weeks lie in the horizon, after the release, unblocked; deadlines hold and must be kept."""
    blocked_by_department = {department.id: set(department.blocked_weeks) for department in problem.departments}
    for system in problem.systems:
        move = moves.get(system.id)
        if move is None:
            if system.deadline_week is not None:
                at = _at(problem, system.deadline_week)
                yield _broken(
                    "weeks",
                    f"{system.id} 须在{at.zh}或之前割接，但未排期",
                    f"{system.id} has a deadline ({at.en}) but no move",
                    system=system.id,
                )
            continue
        active = active_weeks(system, move.week)
        place = {"system": system.id, "week": move.week}
        if active[0] < 0 or active[-1] >= problem.weeks:
            zh = f"{system.id} 的实施周 {active[0]}–{active[-1]} 超出规划期 0–{problem.weeks - 1}"
            en = f"{system.id}: active weeks {active[0]}–{active[-1]} lie outside the horizon 0–{problem.weeks - 1}"
            yield _broken("weeks", zh, en, **place)
        if active[0] < system.release_week:
            at, first = _at(problem, active[0]), _at(problem, system.release_week)
            yield _broken(
                "weeks",
                f"{system.id} {at.zh}开始，早于可开始的{first.zh}",
                f"{system.id} starts in {at.en}, before it may in {first.en}",
                **place,
            )
        if system.deadline_week is not None and move.week > system.deadline_week:
            at, last = _at(problem, move.week), _at(problem, system.deadline_week)
            yield _broken(
                "weeks",
                f"{system.id} {at.zh}割接，晚于截止的{last.zh}",
                f"{system.id} cuts over in {at.en}, after its deadline, {last.en}",
                **place,
            )
        for week in active:
            if week in blocked_by_department[system.department] or week in system.blocked_weeks:
                at = _at(problem, week)
                yield _broken(
                    "weeks",
                    f"{system.id} 在封网的{at.zh}实施",
                    f"{system.id} is active in a blocked week, {at.en}",
                    **place | {"week": week},
                )


def _pools(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 2: the pool is an option; the replica's pool is one of its options, at another site, or null."""
    sites = {pool.id: pool.site for pool in problem.pools}
    for move in moves.values():
        system = problem.by_id[move.system]
        if system.option(move.pool) is None:
            yield _broken(
                "pools",
                f"{system.id} 不可放入 {move.pool}",
                f"{system.id} may not move to {move.pool}",
                system=system.id,
                pool=move.pool,
            )
            continue
        replica = move.replica_pool
        if not system.replica_options and replica is None:
            continue
        if system.replica_option(replica) is None:
            yield _broken("pools", *_wrong_replica(system, replica), system=system.id, pool=replica)
        elif replica is not None and sites[replica] == sites[move.pool]:
            zh = f"{system.id} 的灾备池 {replica} 与主用池 {move.pool} 同在站点 {sites[replica]}"
            en = f"{system.id}: replica pool {replica} stands at the site {sites[replica]} of its main pool {move.pool}"
            yield _broken("pools", zh, en, system=system.id, pool=replica)


def _wrong_replica(system: PlannedSystem, replica: str | None) -> Text:
    if replica is None:
        return Text(f"{system.id} 要求灾备，方案没有给灾备池", f"{system.id} needs a replica, the plan gives none")
    if not system.replica_options:
        return Text(
            f"{system.id} 不设灾备，方案却给了灾备池 {replica}",
            f"{system.id} has no replica, but the plan puts one into {replica}",
        )
    return Text(
        f"{system.id} 的灾备池 {replica} 不在可选之列", f"{system.id}: replica pool {replica} is not one of its options"
    )


def _clean_ups_in_horizon(problem: PlanningProblem, plan: Plan) -> Iterator[Violation]:
    """Rule 4, second half: a clean-up starts at its release week or later and ends within the horizon."""
    starts = {clean_up.id: clean_up.week for clean_up in plan.clean_ups}
    for offer in problem.clean_ups:
        start = starts.get(offer.id)
        if start is None:
            continue
        if start < max(0, offer.release_week):
            at, first = _at(problem, start), _at(problem, max(0, offer.release_week))
            zh = f"清理 {offer.id} {at.zh}开始，早于{first.zh}"
            yield _broken("clean_ups", zh, f"clean-up {offer.id} starts in {at.en}, before {first.en}", week=start)
        if start + offer.length_weeks > problem.weeks:
            last = _at(problem, start + offer.length_weeks - 1)
            zh = f"清理 {offer.id} 到{last.zh}才完成，超出规划期"
            yield _broken("clean_ups", zh, f"clean-up {offer.id} ends after the horizon", week=start)


def _capacity(problem: PlanningProblem, moves: Mapping[str, Move], starts: Mapping[str, int]) -> Iterator[Violation]:
    """Rule 3: Σ held ≤ amount in force + Σ freed, for every week, pool and resource."""
    kinds = range(len(problem.resources))
    change = {pool.id: [[0 for _ in kinds] for _ in range(problem.weeks)] for pool in problem.pools}

    def add(pool: str, week: int, amounts: tuple[int, ...], sign: int) -> None:
        if week < problem.weeks:
            for kind in kinds:
                change[pool][max(0, week)][kind] += sign * amounts[kind]

    for move in moves.values():
        system = problem.by_id[move.system]
        option, replica = system.option(move.pool), system.replica_option(move.replica_pool)
        begin = active_weeks(system, move.week)[0]
        if option is not None:
            add(move.pool, begin, option.demand, 1)
        if replica is not None:
            add(replica.pool, begin, replica.demand, 1)
        for freed in system.frees:
            add(freed.pool, move.week + freed.weeks_after, freed.amount, -1)
    for offer in problem.clean_ups:
        if offer.id in starts:
            add(offer.pool, starts[offer.id] + offer.length_weeks, offer.amount, -1)
    for pool in problem.pools:
        net = [0 for _ in kinds]
        for week in range(problem.weeks):
            amount = pool.amount_at(week)
            for kind in kinds:
                net[kind] += change[pool.id][week][kind]
                if net[kind] > amount[kind]:
                    over, resource = net[kind] - amount[kind], problem.resources[kind]
                    at = _at(problem, week)
                    zh = f"{at.zh}资源池 {pool.id} 的 {resource} 超出 {over}（净占用 {net[kind]}，可用 {amount[kind]}）"
                    en = f"{at.en}: pool {pool.id} lacks {over} {resource} (net use {net[kind]}, available {amount[kind]})"
                    yield _broken("capacity", zh, en, week=week, pool=pool.id, resource=resource, amount=over)


def _teams(problem: PlanningProblem, moves: Mapping[str, Move], starts: Mapping[str, int]) -> Iterator[Violation]:
    """Rule 4: Σ used in a period's weeks ≤ its amount; a week in no period offers nothing."""
    used: Counter[tuple[str, int]] = Counter()
    for move in moves.values():
        system = problem.by_id[move.system]
        option = system.option(move.pool)
        for team_id, effort in option.effort.items() if option else ():
            for week, amount in zip(active_weeks(system, move.week), effort, strict=True):
                used[team_id, week] += amount
    for offer in problem.clean_ups:
        for team_id, effort in offer.effort.items() if offer.id in starts else ():
            for place, amount in enumerate(effort):
                used[team_id, starts[offer.id] + place] += amount
    for team in problem.teams:
        covered: set[int] = set()
        for period in team.periods:
            weeks = range(period.from_week, period.to_week + 1)
            covered.update(weeks)
            total = sum(used[team.id, week] for week in weeks)
            if total > period.amount:
                over = total - period.amount
                begins, ends = _at(problem, weeks[0]), _at(problem, weeks[-1])
                zh = f"力量 {team.id} 在{begins.zh}至{ends.zh}超出 {over}（用 {total}，有 {period.amount}）"
                if len(weeks) == 1:
                    zh = f"力量 {team.id} 在{begins.zh}超出 {over}（用 {total}，有 {period.amount}）"
                en = f"team {team.id}, {begins.en} to {ends.en}: {over} too many (used {total} of {period.amount})"
                yield _broken("teams", zh, en, week=weeks[0], team=team.id, amount=over)
        for week in range(problem.weeks):
            if week not in covered and used[team.id, week]:
                over = used[team.id, week]
                at = _at(problem, week)
                yield _broken(
                    "teams",
                    f"力量 {team.id} {at.zh}不提供，却用了 {over}",
                    f"team {team.id} offers nothing in {at.en}, {over} used",
                    week=week,
                    team=team.id,
                    amount=over,
                )


def _departments(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 5: at most `max_parallel` systems of a department are active in one week."""
    active: Counter[tuple[str, int]] = Counter()
    for move in moves.values():
        system = problem.by_id[move.system]
        active.update((system.department, week) for week in active_weeks(system, move.week))
    limits = {department.id: department.max_parallel for department in problem.departments}
    for (department, week), count in sorted(active.items()):
        if count > limits[department]:
            at = _at(problem, week)
            zh = f"单位 {department} {at.zh}同时实施 {count} 个系统，上限 {limits[department]}"
            en = f"department {department}, {at.en}: {count} systems active, at most {limits[department]}"
            yield _broken("departments", zh, en, week=week, amount=count - limits[department])


def _together(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 6: all in the same week, or all unscheduled."""
    for group in problem.together:
        if len({moves[name].week if name in moves else None for name in group}) > 1:
            names = "、".join(group)
            yield _broken(
                "together",
                f"{names} 应同周割接",
                f"{', '.join(group)} have to cut over in the same week",
                system=group[0],
            )


def _before(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
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
            yield _broken("before", zh, en, system=pair.then, week=then.week)
        elif then.week < first.week + pair.lag_weeks:
            at, after = _at(problem, then.week), _at(problem, first.week)
            zh = f"{pair.then} {at.zh}割接，应在 {pair.first}（{after.zh}）之后至少 {pair.lag_weeks} 周"
            en = f"{pair.then} ({at.en}) has to follow {pair.first} ({after.en}) by {pair.lag_weeks} weeks"
            yield _broken(
                "before", zh, en, system=pair.then, week=then.week, amount=first.week + pair.lag_weeks - then.week
            )


def _within(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 6: all or none, and latest − earliest ≤ `weeks`."""
    for group in problem.within:
        weeks = [moves[name].week for name in group.systems if name in moves]
        names = "、".join(group.systems)
        if not weeks:
            continue
        if len(weeks) < len(group.systems):
            yield _broken(
                "within",
                f"{names} 应全部排期或全部不排",
                f"of {', '.join(group.systems)} all have to move or none",
                system=group.systems[0],
            )
        elif max(weeks) - min(weeks) > group.weeks:
            spread = max(weeks) - min(weeks)
            zh = f"{names} 相隔 {spread} 周，应在 {group.weeks} 周之内"
            en = f"{', '.join(group.systems)} lie {spread} weeks apart, at most {group.weeks} allowed"
            yield _broken("within", zh, en, system=group.systems[0], amount=spread - group.weeks)


def _apart(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 6: no two of them in the same cut-over week."""
    for group in problem.apart:
        for week, count in sorted(Counter(moves[name].week for name in group if name in moves).items()):
            if count > 1:
                names = [name for name in group if name in moves and moves[name].week == week]
                at = _at(problem, week)
                zh, en = f"{'、'.join(names)} 不应同在{at.zh}割接", f"{', '.join(names)} may not share cut-over {at.en}"
                yield _broken("apart", zh, en, system=names[0], week=week)


def _targets(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 7: at least `at_least` of the systems named have a cut-over week ≤ `by_week`."""
    for target in problem.targets:
        names = problem.by_id if target.systems is None else target.systems
        reached = sum(1 for name in names if name in moves and moves[name].week <= target.by_week)
        if reached < target.at_least:
            at = _at(problem, target.by_week)
            zh = f"到{at.zh}应完成 {target.at_least} 个，仅 {reached} 个"
            en = f"by {at.en} {target.at_least} systems have to be moved, only {reached} are"
            yield _broken("targets", zh, en, week=target.by_week, amount=target.at_least - reached)


def _pins(problem: PlanningProblem, moves: Mapping[str, Move]) -> Iterator[Violation]:
    """Rule 8: a pinned system moves, and what its pin names holds."""
    for system in problem.systems:
        pin, move = system.pin, moves.get(system.id)
        if pin is None:
            continue
        if move is None:
            yield _broken(
                "pins", f"{system.id} 已锁定，却未排期", f"{system.id} is pinned but does not move", system=system.id
            )
            continue
        wrong = [
            (pin.week is not None and move.week != pin.week, "week", pin.week, move.week),
            (pin.pool is not None and move.pool != pin.pool, "pool", pin.pool, move.pool),
            (
                pin.holds_replica and move.replica_pool != pin.replica_pool,
                "replica_pool",
                pin.replica_pool,
                move.replica_pool,
            ),
        ]
        for _, key, wanted, found in (entry for entry in wrong if entry[0]):
            said = [f"第 {one} 周" if key == "week" else "无" if one is None else one for one in (wanted, found)]
            zh = f"{system.id} 的{_PINNED[key]}锁定为{said[0]}，方案为{said[1]}"
            yield _broken(
                "pins", zh, f"{system.id}: {key} is pinned to {wanted}, the plan has {found}", system=system.id
            )


_PINNED = {"week": "割接周", "pool": "资源池", "replica_pool": "灾备池"}
_MOVE_RULES = (_weeks, _pools, _departments, _together, _before, _within, _apart, _targets, _pins)


def _value_and_bound(problem: PlanningProblem, plan: Plan) -> Iterator[Violation]:
    """The value claimed is the value recomputed; the bound is not above it."""
    moves = {move.system: move for move in plan.moves}
    if any(problem.by_id[move.system].option(move.pool) is None for move in moves.values()):
        return
    value = value_of(problem, moves).total
    if plan.value != value:
        yield _broken(
            "value",
            f"方案写明目标值 {plan.value}，重算为 {value}",
            f"the plan says value {plan.value}, recomputed {value}",
            amount=plan.value - value,
        )
    if plan.bound > value:
        yield _broken(
            "bound",
            f"下界 {plan.bound} 高于目标值 {value}",
            f"bound {plan.bound} is above the value {value}",
            amount=plan.bound - value,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """The three parts of a plan's value, and the weighted total."""

    lateness: int
    progress: int
    placement: int
    total: int


def value_of(problem: PlanningProblem, moves: Mapping[str, Move]) -> Value:
    """The value of moves that use known options. Source of the formulas: planning-problem.md."""
    weeks = {s.id: moves[s.id].week if s.id in moves else problem.unscheduled_week for s in problem.systems}
    lateness = sum(
        s.weight * max(0, weeks[s.id] - (problem.weeks if s.due_week is None else s.due_week)) for s in problem.systems
    )
    shortfall = sum(_missing_at(point, moves) for point in problem.curve)
    progress = sum(s.weight * weeks[s.id] for s in problem.systems) + problem.weights.curve * shortfall
    placement = _option_costs(problem, moves) + _split_pairs(problem, moves) + _moved_away(problem, moves)
    weights = problem.weights
    total = weights.lateness * lateness + weights.progress * progress + weights.placement * placement
    return Value(lateness=lateness, progress=progress, placement=placement, total=total)


def _missing_at(point: CurvePoint, moves: Mapping[str, Move]) -> int:
    counted = moves if point.systems is None else point.systems
    return max(0, point.at_least - sum(1 for name in counted if name in moves and moves[name].week <= point.week))


def _option_costs(problem: PlanningProblem, moves: Mapping[str, Move]) -> int:
    costs = 0
    for move in moves.values():
        system = problem.by_id[move.system]
        option, replica = system.option(move.pool), system.replica_option(move.replica_pool)
        costs += (option.cost if option else 0) + (replica.cost if replica else 0)
    return costs


def _split_pairs(problem: PlanningProblem, moves: Mapping[str, Move]) -> int:
    sites = {pool.id: pool.site for pool in problem.pools}
    return sum(
        pair.penalty
        for pair in problem.same_site
        if all(name in moves for name in pair.systems) and len({sites[moves[name].pool] for name in pair.systems}) == 2
    )


def _moved_away(problem: PlanningProblem, moves: Mapping[str, Move]) -> int:
    if problem.previous is None:
        return 0
    earlier = {m.system: (m.week, m.pool, m.replica_pool) for m in problem.previous.moves}
    now = {m.system: (m.week, m.pool, m.replica_pool) for m in moves.values()}
    return problem.previous.moved_penalty * sum(1 for name in problem.by_id if earlier.get(name) != now.get(name))
