"""Zombie cases: the life of a suspicion, each step a decision of a person; nothing is confirmed by a rule.

    opened → notified → replied | objected → confirmed → backed-up → shut-down → released → closed
                                  └→ held (with reason and last day)      withdrawn: it is no zombie

A case is a function of the decisions of kind `zombie` on one system, taken until `as_of`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from catalogs.errors import UsageError
from catalogs.words import Text
from inventory.storage.decisions import Decision
from inventory.telemetry.form import LOCAL_ZONE

if TYPE_CHECKING:
    from inventory.zombies.case_release import Release

KIND = "zombie"
STEPS: Mapping[str, Text] = {
    "opened": Text("立案（疑似）", "opened (suspected)"),
    "notified": Text("已发核实通知", "notice sent"),
    "replied": Text("单位已答复，无异议", "replied, no objection"),
    "objected": Text("单位提出异议", "objected"),
    "held": Text("暂缓（有原因和到期日）", "held, with reason and last day"),
    "confirmed": Text("确认为僵尸系统", "confirmed a zombie"),
    "backed-up": Text("数据已备份", "backed up"),
    "shut-down": Text("已关停", "shut down"),
    "released": Text("资源已释放", "resources released"),
    "closed": Text("结案", "closed"),
    "withdrawn": Text("撤销：不是僵尸系统", "withdrawn: no zombie"),
}
# What may follow. Where the deadline for objections has passed, `notified` may be followed by `confirmed`, too.
AFTER: Mapping[str | None, tuple[str, ...]] = {
    None: ("opened",),
    "opened": ("notified", "withdrawn"),
    "notified": ("replied", "objected", "held", "confirmed", "withdrawn"),
    "replied": ("held", "confirmed", "withdrawn"),
    "objected": ("held", "confirmed", "withdrawn"),
    "held": ("replied", "objected", "confirmed", "withdrawn"),
    "confirmed": ("backed-up", "withdrawn"),
    "backed-up": ("shut-down",),
    "shut-down": ("released",),
    "released": ("closed",),
    "closed": ("opened",),
    "withdrawn": ("opened",),
}
ENDED = frozenset({"closed", "withdrawn"})
# Days a step may take before the case is overdue (practice, U); the notice has the profile's objection period.
USUAL_DAYS: Mapping[str, int] = {
    "opened": 10, "replied": 15, "objected": 15, "confirmed": 30, "backed-up": 15, "shut-down": 30, "released": 15,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The case of one system: its steps so far, and until when the next one is due (`None`: it has ended)."""

    system_id: str
    steps: tuple[Decision, ...]
    step: str
    due_on: date | None

    @property
    def opened_at(self) -> datetime:
        """When it was opened the last time; one that was decided by hand without being opened began with its first decision."""
        opened = [one.decided_at for one in self.steps if step_of(one) == "opened"]
        return opened[-1] if opened else self.steps[0].decided_at

    def overdue(self, on: date) -> bool:
        """Whether the next step should have been taken before a day."""
        return self.due_on is not None and self.due_on < on

    @property
    def following(self) -> tuple[str, ...]:
        """The steps that may come next."""
        return AFTER[self.step]

    def as_json(self, on: date) -> dict[str, object]:
        """The data of `zombies case … --json`."""
        return {
            "system_id": self.system_id,
            "step": self.step,
            "due_on": None if self.due_on is None else self.due_on.isoformat(),
            "overdue": self.overdue(on),
            "following": list(self.following),
            "steps": [decision.as_json() for decision in self.steps],
        }


def step_of(decision: Decision) -> str:
    """The step that a decision takes."""
    value = decision.value
    return str(value.get("step")) if isinstance(value, Mapping) else str(value)


def stage_of(case: Case) -> Text:
    """Where a case stands, for a table: the step, and until when it is held or the next step is due."""
    step = STEPS[case.step]
    if case.due_on is None:
        return step
    if case.step == "held":
        return Text(f"暂缓到 {case.due_on}", f"held until {case.due_on}")
    return Text(f"{step.zh}，下一步期限 {case.due_on}", f"{step.en}, next step due {case.due_on}")


def cases(decisions: Iterable[Decision], objection_days: int) -> dict[str, Case]:
    """All cases, by system id; `decisions` in the order of appending."""
    steps: dict[str, list[Decision]] = {}
    for decision in decisions:
        if decision.kind == KIND and step_of(decision) in STEPS:
            steps.setdefault(decision.subject, []).append(decision)
    return {
        subject: Case(
            system_id=subject, steps=tuple(rows), step=step_of(rows[-1]), due_on=_due(rows[-1], objection_days)
        )
        for subject, rows in sorted(steps.items())
    }


def _due(decision: Decision, objection_days: int) -> date | None:
    step = step_of(decision)
    if step in ENDED:
        return None
    if step == "held":
        return _until(decision)
    days = objection_days if step == "notified" else USUAL_DAYS[step]
    return local_day(decision) + timedelta(days=days)


def _until(decision: Decision) -> date | None:
    value = decision.value
    text = value.get("until") if isinstance(value, Mapping) else None
    return date.fromisoformat(str(text)) if text else None


def local_day(decision: Decision) -> date:
    """The local day on which a decision was taken."""
    return decision.decided_at.astimezone(ZoneInfo(LOCAL_ZONE)).date()


def check_step(
    case: Case | None,
    system_id: str,
    step: str,
    *,
    on: date,
    until: date | None,
    answer: str | None,
    release: Release | None = None,
) -> dict[str, object]:
    """The value of the decision that takes a step.

    Args:
        case: as it stands, or `None`.
        system_id: of the case.
        step: the one wanted.
        on: the local day.
        until: last day of a hold.
        answer: how an objection is answered; needed to confirm against it.
        release: what is still seen of its servers; `released` is believed only where a later snapshot shows none.

    Raises:
        UsageError: the step cannot follow, or lacks what it needs.
    """
    allowed = AFTER[case.step if case else None]
    if step not in allowed:
        now = STEPS[case.step] if case else Text("未立案", "not opened")
        names = "、".join(allowed)
        raise UsageError(
            f"{system_id} 现在是“{now.zh}”，下一步只能是：{names}",
            f"{system_id} stands at {now.en}; what may follow: {', '.join(allowed)}",
        )
    if step == "held" and (until is None or until <= on):
        raise UsageError(
            "暂缓必须给出今天以后的到期日（--until 2026-06-30）",
            "a hold needs a last day after today (--until 2026-06-30)",
        )
    if step == "confirmed" and case is not None:
        _may_confirm(case, on=on, answer=answer)
    if step == "released" and release is not None:
        from inventory.zombies.case_release import check_release

        check_release(release)
    value: dict[str, object] = {"step": step}
    if until is not None:
        value["until"] = until.isoformat()
    if answer is not None:
        value["answer"] = answer
    if step == "released" and release is not None:
        value["released"] = release.as_json()
    return value


def _may_confirm(case: Case, *, on: date, answer: str | None) -> None:
    if case.step == "notified" and not case.overdue(on):
        raise UsageError(
            f"异议期到 {case.due_on} 为止，单位还没有答复，不能确认",
            f"objections are possible until {case.due_on}, and there is no reply yet: it cannot be confirmed",
        )
    objected = [decision for decision in case.steps if step_of(decision) in {"objected", "replied"}]
    if objected and step_of(objected[-1]) == "objected" and not answer:
        raise UsageError(
            "单位提出了异议：确认时必须写明对异议的答复（--answer）",
            "there is an objection: to confirm, say how it is answered (--answer)",
        )
