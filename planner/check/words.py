"""What the check calls its rules, and how it words what it finds; weeks by number and by the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalogs.words import Text, tr
from planner.problem.problem import PlanningProblem

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


def broken(rule: str, zh: str, en: str, **place: Any) -> Violation:
    """A violation with its words and its place."""
    return Violation(rule=rule, message=Text(zh, en), **place)


NEAR = 520
"""Weeks beyond the horizon up to which the calendar week is told; ten years."""


def at_week(problem: PlanningProblem, week: int) -> Text:
    """A week by its number, as the files have it, and by the calendar."""
    if not -NEAR <= week <= problem.weeks + NEAR:
        return Text(f"第 {week} 周", f"week {week}")
    return Text(f"第 {week} 周（{problem.week(week)}）", f"week {week} ({problem.week(week)})")
