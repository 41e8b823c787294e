"""Only an approved plan that did not change is built."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from catalogs.errors import CheckFailed
from iac.approval import approval_of
from inventory.storage.decisions import Decision

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def approval(subject: str = "plan", digest: str = "a" * 64, value: object = "approved", hours: int = 0) -> Decision:
    return Decision(
        kind="approval", subject=subject, subject_sha256=digest, value=value, actor="王处长", role="分管领导",
        reason="会议纪要 2026-3", decided_at=NOON + timedelta(hours=hours),
    )  # fmt: skip


def test_an_approval_of_the_plan_or_of_the_wave_covers_it() -> None:
    assert approval_of([approval()], "plan", "plan-2026-W14", "a" * 64) == approval()
    own = approval("plan-2026-W14")
    assert approval_of([own], "plan", "plan-2026-W14", "a" * 64) == own


@pytest.mark.parametrize(
    ("decisions", "said"),
    [
        ([], "没有批准"),
        ([approval("another")], "没有批准"),
        ([approval("plan-2026-W15")], "没有批准"),
        ([approval(digest="b" * 64)], "在批准后有变化"),
        ([approval(value={"approved": False})], "否决"),
        ([approval(), approval(value="rejected", hours=1)], "否决"),
    ],
)
def test_everything_else_is_refused(decisions: list[Decision], said: str) -> None:
    with pytest.raises(CheckFailed, match=said):
        approval_of(decisions, "plan", "plan-2026-W14", "a" * 64)
