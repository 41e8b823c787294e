"""Is this plan approved, and still the plan that was approved?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from catalogs.errors import CheckFailed
from catalogs.words import Text
from inventory.storage.decisions import Decision, in_force


def approval_of(decisions: Iterable[Decision], plan_id: str, wave: str, plan_sha256: str) -> Decision:
    """The approval that covers a wave: that of the wave itself, else that of its plan.

    Args:
        decisions: in the order of appending.
        plan_id: the plan.
        wave: the wave.
        plan_sha256: digest of the plan file's bytes as they are now.

    Raises:
        CheckFailed: there is none, it was a refusal, or the plan is not the one that was approved.
    """
    approvals = in_force(decisions, "approval")
    found = approvals.get(wave) or approvals.get(plan_id)
    if found is None:
        raise CheckFailed(
            f"方案 {plan_id} 没有批准，不能 up",
            f"the plan {plan_id} is not approved: no `up`",
            hint=Text(
                f"先由负责人批准：govcloud plan approve {plan_id} --reason 依据。",
                f"Have it approved first: govcloud plan approve {plan_id} --reason WHY.",
            ),
        )
    if _refused(found.value):
        raise CheckFailed(
            f"方案 {plan_id} 已被 {found.actor} 否决：{found.reason}",
            f"the plan {plan_id} was refused by {found.actor}: {found.reason}",
        )
    if found.subject_sha256 != plan_sha256:
        raise CheckFailed(
            f"方案 {plan_id} 在批准后有变化（批准的摘要 {str(found.subject_sha256)[:12]}，现在 {plan_sha256[:12]}）",
            f"the plan {plan_id} changed after its approval (approved {str(found.subject_sha256)[:12]}, now {plan_sha256[:12]})",
            hint=Text("重新核对并批准这个方案。", "Look at the plan again and approve it anew."),
        )
    return found


def _refused(value: object) -> bool:
    if isinstance(value, Mapping):
        value = value.get("approved", value.get("decision"))
    return value in (False, "refused", "rejected", "no", "withdrawn")
