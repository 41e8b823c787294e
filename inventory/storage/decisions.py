"""What people decided: append-only rows in a hash chain. A later decision on the same subject supersedes an earlier one.

Every result is a function of snapshots, catalogues, the decisions taken until `as_of`, and `as_of` itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from catalogs.digest import sha256_of
from catalogs.errors import UsageError
from catalogs.words import Text

# What may be decided, and what the subject of such a decision is.
KINDS: Mapping[str, Text] = {
    "answer": Text("对缺口问题的回答（对象：answer_key）", "the answer to a gap's question (subject: its answer_key)"),
    "alias": Text("名称归一（对象：写法；值：标准名称）", "a spelling's canonical name (subject: the spelling)"),
    "mapping": Text("表头或服务器归属（对象：表头或服务器）", "what a heading means, or whose a server is"),
    "identity": Text("更名、拆分、合并后仍是同一系统", "still the same system after renaming, splitting or merging"),
    "merge": Text("两条记录是同一个系统或服务器", "two records are one system or server"),
    "disposition": Text("处置：迁移、并入、关停、重建、上省、暂缓", "what becomes of a system"),
    "secrecy": Text("保密部门认定的密级", "the secrecy office's ruling"),
    "class": Text("系统类别：备用、应急、季节性等，可有到期日", "a system's class, with or without a last day"),
    "zombie": Text("僵尸认定的每一步", "a step in a zombie case"),
    "pin": Text("固定迁移周或资源池", "a week or pool that a planner fixes"),
    "hold": Text("暂停，带原因和到期日", "a hold with reason and expiry"),
    "approval": Text(
        "批准一个方案或批次（对象：方案；摘要须一致）", "a plan or wave is approved (its digest must match)"
    ),
    "release": Text("放弃一个批次的数据卷（对象：批次）", "a wave's data volumes may be deleted (subject: the wave)"),
    "acceptance": Text("验收：日期与证据文件", "an accepted migration: date and evidence file"),
}

DISPOSITIONS: Mapping[str, Text] = {
    "move": Text("迁移上云", "move"),
    "merge-into": Text("并入其他系统", "merge into another system"),
    "retire": Text("关停下线", "retire"),
    "rebuild": Text("升级改造", "rebuild"),
    "to-province": Text("迁往省级平台", "move to the province"),
    "defer": Text("暂缓", "defer"),
}

SYSTEM_CLASSES: Mapping[str, Text] = {
    "business": Text("一般业务", "everyday business"),
    "website": Text("网站", "website"),
    "test": Text("测试", "test"),
    "standby": Text("备用或容灾", "standby"),
    "seasonal": Text("季节性", "seasonal"),
    "emergency": Text("应急", "emergency"),
}

FIRST_LINK = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision of one person.

    `value` is a JSON value whose form depends on the kind; `subject_sha256` is the digest of what was decided about
    where that can change (a plan), so that a changed subject is no longer covered.
    """

    kind: str
    subject: str
    value: object
    actor: str
    role: str
    reason: str
    decided_at: datetime
    subject_sha256: str | None = None
    supersedes: str | None = None

    @property
    def id(self) -> str:
        """UTC second and content digest, `20260403T091500Z-1f3c9a7e`."""
        return f"{self.decided_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{sha256_of(self.as_json_without_id())[:8]}"

    def as_json_without_id(self) -> dict[str, object]:
        """All that is hashed."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "subject_sha256": self.subject_sha256,
            "value": self.value,
            "actor": self.actor,
            "role": self.role,
            "reason": self.reason,
            "decided_at": self.decided_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "supersedes": self.supersedes,
        }

    def as_json(self) -> dict[str, object]:
        """The form of docs/reference/decision.schema.json."""
        return {"id": self.id, **self.as_json_without_id()}


def link(decision: Decision, previous_sha256: str) -> str:
    """The hash of a row in the chain: its content and the hash of the row before."""
    return sha256_of([decision.as_json(), previous_sha256])


def checked(decision: Decision) -> Decision:
    """The decision, if its kind is known and its value has the kind's form.

    Raises:
        UsageError: it has not.
    """
    if decision.kind not in KINDS:
        known = "、".join(KINDS)
        raise UsageError(
            f"没有「{decision.kind}」这种决定；可用：{known}", f"no decision kind {decision.kind!r}; known: {known}"
        )
    if not decision.subject or not decision.reason:
        raise UsageError("决定必须写明对象和原因", "a decision needs a subject and a reason")
    if decision.kind == "disposition":
        choice = decision.value.get("disposition") if isinstance(decision.value, Mapping) else decision.value
        if choice not in DISPOSITIONS:
            known = "、".join(DISPOSITIONS)
            raise UsageError(f"没有「{choice}」这种处置；可用：{known}", f"no disposition {choice!r}; known: {known}")
    if decision.kind == "class":
        _check_class(decision.value)
    if decision.kind == "acceptance" and None in acceptance_of(decision):
        raise UsageError(
            f"验收 {decision.subject}：缺日期或证据文件，或日期不是 2026-05-20 的样子",
            f"acceptance of {decision.subject}: date or evidence file is missing, or the date is not like 2026-05-20",
            hint=Text('写成 \'{"accepted_on": "2026-05-20", "evidence": "验收单.pdf"}\'', 'write \'{"accepted_on": "2026-05-20", "evidence": "signed.pdf"}\''),
        )  # fmt: skip
    return decision


def acceptance_of(decision: Decision) -> tuple[date | None, str | None]:
    """The day on which a migration was accepted and the name of the file that proves it, as the decision's value says."""
    value = decision.value if isinstance(decision.value, Mapping) else {}
    evidence = value.get("evidence")
    try:
        accepted_on = date.fromisoformat(str(value.get("accepted_on")))
    except ValueError:
        accepted_on = None
    return accepted_on, evidence if isinstance(evidence, str) and evidence.strip() else None


def _check_class(value: object) -> None:
    choice = value.get("class") if isinstance(value, Mapping) else value
    if choice not in SYSTEM_CLASSES:
        known = "、".join(SYSTEM_CLASSES)
        raise UsageError(f"没有「{choice}」这种系统类别；可用：{known}", f"no system class {choice!r}; known: {known}")
    if isinstance(value, Mapping) and value.get("until") is not None:
        try:
            date.fromisoformat(str(value["until"]))
        except ValueError:
            raise UsageError(
                f"系统类别的到期日应写成 2026-12-31，不是「{value['until']}」",
                f"the last day of a class is written 2026-12-31, not {value['until']!r}",
            ) from None


def class_on(decision: Decision, on: date | None) -> str | None:
    """The class that a decision gives a system, unless its last day lies before `on`."""
    value = decision.value
    if not isinstance(value, Mapping):
        return str(value)
    until = value.get("until")
    expired = until is not None and on is not None and date.fromisoformat(str(until)) < on
    return None if expired else str(value.get("class"))


def in_force(decisions: Iterable[Decision], kind: str) -> dict[str, Decision]:
    """For each subject the decision of that kind that holds: the last one given, unless it was superseded.

    Args:
        decisions: in the order of appending, as the store gives them.
        kind: one of `KINDS`.
    """
    rows = [decision for decision in decisions if decision.kind == kind]
    superseded = {row.supersedes for row in rows if row.supersedes}
    return {row.subject: row for row in rows if row.id not in superseded}
