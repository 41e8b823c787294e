"""Zombie cases: the life of a suspicion, each step a decision of a person; nothing is confirmed by a rule.

    opened → notified → replied | objected → confirmed → backed-up → shut-down → released → closed
                                  └→ held (with reason and last day)      withdrawn: it is no zombie, also after a trial stop

A case is a function of the decisions of kind `zombie` on one system, taken until `as_of`. Until it is shut down a
department may still object, and a hold may be granted; what was confirmed then has to be confirmed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from catalogs.errors import UsageError
from catalogs.words import Text
from inventory.storage.decisions import Decision
from inventory.telemetry.form import LOCAL_ZONE
from inventory.zombies.case_due import usual_due

if TYPE_CHECKING:
    from inventory.zombies.case_release import Release

KIND = "zombie"
OBJECTION_DAYS = 15  # practice; a profile says its own
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
    "notified": ("replied", "objected", "held", "confirmed", "notified", "withdrawn"),
    "replied": ("confirmed", "objected", "held", "withdrawn"),
    "objected": ("held", "confirmed", "replied", "withdrawn"),
    "held": ("replied", "objected", "confirmed", "held", "withdrawn"),
    "confirmed": ("backed-up", "objected", "held", "withdrawn"),
    "backed-up": ("shut-down", "objected", "held", "withdrawn"),
    "shut-down": ("released", "withdrawn"),
    "released": ("closed",),
    "closed": ("opened",),
    "withdrawn": ("opened",),
}
ENDED = frozenset({"closed", "withdrawn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The case of one system: its steps so far, and until when the next one is due (`None`: it has ended).

    `dues` says for each step until when the one after it was due.
    """

    system_id: str
    steps: tuple[Decision, ...]
    dues: tuple[date | None, ...]

    @property
    def step(self) -> str:
        """Where it stands."""
        return step_of(self.steps[-1])

    @property
    def due_on(self) -> date | None:
        """Until when the next step is due."""
        return self.dues[-1]

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

    def days_late(self, place: int) -> int:
        """How many days after its due day a step was taken; 0 where it was in time.

        What a department says is in time until the end of the notice's period, also where a shorter hold came between.
        """
        due = self.dues[place - 1] if place else None
        if due is None:
            return 0
        if step_of(self.steps[place]) in {"replied", "objected"}:
            noticed = [
                day for one, day in zip(self.steps[:place], self.dues, strict=False) if step_of(one) == "notified"
            ]
            due = max([due, *(day for day in noticed[-1:] if day is not None)])
        return max((local_day(self.steps[place]) - due).days, 0)

    def as_json(self, on: date) -> dict[str, object]:
        """The form of docs/reference/case.schema.json, without the name of the system."""
        return {
            "system_id": self.system_id,
            "step": self.step,
            "due_on": None if self.due_on is None else self.due_on.isoformat(),
            "overdue": self.overdue(on),
            "following": list(self.following),
            "steps": [decision.as_json() for decision in self.steps],
            "days_late": [self.days_late(place) for place in range(len(self.steps))],
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
    """All cases, by system id; `decisions` in the order of appending. What was superseded does not count."""
    rows = [row for row in decisions if row.kind == KIND]
    superseded = {row.supersedes for row in rows if row.supersedes}
    steps: dict[str, list[Decision]] = {}
    for row in rows:
        if row.id not in superseded and step_of(row) in STEPS:
            steps.setdefault(row.subject, []).append(row)
    return {
        subject: Case(system_id=subject, steps=tuple(taken), dues=tuple(_due(one, objection_days) for one in taken))
        for subject, taken in sorted(steps.items())
    }


def _due(decision: Decision, objection_days: int) -> date | None:
    """As the decision says; one that says nothing (it was made by hand) has the usual days, a hold ends at once."""
    step, taken_on = step_of(decision), local_day(decision)
    if step in ENDED:
        return None
    value = decision.value if isinstance(decision.value, Mapping) else {}
    told = _day(value.get("until" if step == "held" else "due_on"))
    if told is not None or step == "held":
        return told or taken_on
    return usual_due(step, taken_on, objection_days)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


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
    objection_days: int = OBJECTION_DAYS,
) -> dict[str, object]:
    """The value of the decision that takes a step.

    Args:
        case: as it stands, or `None`.
        system_id: of the case.
        step: the one wanted.
        on: the local day.
        until: last day of a hold; for another step until when the next one is due, instead of the usual days.
        answer: how an objection is answered; needed to confirm against it.
        release: what is still seen of its servers; `released` is believed only where a later snapshot shows none.
        objection_days: of the policy profile.

    Raises:
        UsageError: the step cannot follow, or lacks what it needs.
    """
    _may_follow(case, system_id, step)
    if step == "held" and (until is None or until <= on):
        raise UsageError(
            f"{system_id}：暂缓必须给出今天（{on}）以后的到期日（--until 2026-06-30）",
            f"{system_id}: a hold needs a last day after today, {on} (--until 2026-06-30)",
        )
    if until is not None and (step in ENDED or until < on):
        raise UsageError(
            f"{system_id}：“{STEPS[step].zh}”之后没有下一步，不要写 --until" if step in ENDED else f"{system_id}：期限 {until} 在今天（{on}）之前",
            f"{system_id}: nothing follows {step}, leave out --until" if step in ENDED else f"{system_id}: the due day {until} lies before today, {on}",
        )  # fmt: skip
    if step == "confirmed" and case is not None:
        _may_confirm(case, on=on, answer=answer)
    value: dict[str, object] = {"step": step}
    due = until if until is not None or step in ENDED else usual_due(step, on, objection_days)
    if due is not None:
        value["until" if step == "held" else "due_on"] = due.isoformat()
    if answer is not None:
        value["answer"] = answer
    if step == "released" and release is not None:
        from inventory.zombies.case_release import check_release

        check_release(system_id, release)
        value["released"] = release.as_json()
    return value


def _may_follow(case: Case | None, system_id: str, step: str) -> None:
    allowed = AFTER[case.step if case else None]
    if step in allowed:
        return
    now = STEPS[case.step] if case else Text("未立案", "not opened")
    zh, en = "、".join(f"{one}（{STEPS[one].zh}）" for one in allowed), ", ".join(allowed)
    raise UsageError(
        f"{system_id} 现在是“{now.zh}”，下一步只能是：{zh}", f"{system_id} stands at {now.en}; what may follow: {en}"
    )


def _may_confirm(case: Case, *, on: date, answer: str | None) -> None:
    """Nobody is confirmed against before they could speak, nor against what they said without an answer."""
    heard = {"objected", "replied", "notified", "confirmed"}  # one that was confirmed before was answered then
    said = next((one for one in reversed(case.steps) if step_of(one) in heard), None)
    if said is not None and step_of(said) == "objected" and not answer:
        raise UsageError(
            f"{case.system_id}：单位提出了异议：确认时必须写明对异议的答复（--answer）",
            f"{case.system_id}: there is an objection: to confirm, say how it is answered (--answer)",
        )
    last = case.dues[case.steps.index(said)] if said is not None and step_of(said) == "notified" else None
    if last is not None and last >= on:
        raise UsageError(
            f"{case.system_id}：异议期到 {last} 为止，单位还没有答复，不能确认",
            f"{case.system_id}: objections are possible until {last}, and there is no reply yet: it cannot be confirmed",
        )
    if case.step == "held" and not case.overdue(on):
        raise UsageError(
            f"{case.system_id}：暂缓到 {case.due_on} 为止，到期前不能确认",
            f"{case.system_id} is held until {case.due_on}: it cannot be confirmed before",
            hint=Text("单位提前同意的，先记 replied", "where the department agrees earlier, record replied first"),
        )
