"""Cases: which step may follow, deadlines, objections, and that a release is believed only when it is seen."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from catalogs.errors import UsageError
from inventory.model import Server, Snapshot
from inventory.storage.decisions import Decision, checked
from inventory.zombies.case_release import Release, release_of
from inventory.zombies.cases import AFTER, ENDED, KIND, STEPS, USUAL_DAYS, Case, cases, check_step
from tests.inventory.telemetry.samples import a_server

VM = a_server("vm-1")
SNAPSHOT = Snapshot(
    id="snap-1", source="openstack:lab", collector="openstack", taken_at=datetime(2026, 4, 1, tzinfo=UTC), complete=True, why_partial=None,
    content_sha256="", accounting={},
)  # fmt: skip
START = datetime(2026, 4, 1, 2, tzinfo=UTC)


def life(*steps: str, days: int = 1) -> Case | None:
    """A case that took these steps, some days apart."""
    made = [
        checked(
            Decision(
                kind=KIND,
                subject="sys-1",
                value={"step": step, "until": "2026-05-31"},
                actor="张",
                role="科员",
                reason="r",
                decided_at=START + timedelta(days=days * n),
            )
        )
        for n, step in enumerate(steps)
    ]
    return cases(made, objection_days=15).get("sys-1")


def take(
    case: Case | None,
    step: str,
    *,
    on: date = date(2026, 4, 3),
    until: date | None = None,
    answer: str | None = None,
    release: Release | None = None,
) -> dict[str, object]:
    return check_step(case, "sys-1", step, on=on, until=until, answer=answer, release=release)


def test_from_suspicion_to_the_end() -> None:
    steps = ["opened", "notified", "replied", "confirmed", "backed-up", "shut-down", "released", "closed"]
    for place, step in enumerate(steps):
        assert take(life(*steps[:place]), step) == {"step": step}
    ended = life(*steps)
    assert ended is not None
    assert (ended.step, ended.due_on) == ("closed", None)


def test_no_step_is_skipped() -> None:
    for before, step in (
        (None, "confirmed"),
        (("opened",), "confirmed"),
        (("opened", "notified", "replied", "confirmed"), "shut-down"),
    ):
        with pytest.raises(UsageError, match="下一步只能是"):
            take(life(*before) if before else None, step)


def test_no_confirmation_before_the_deadline_without_a_reply() -> None:
    case = life("opened", "notified")
    with pytest.raises(UsageError, match="2026-04-17"):
        take(case, "confirmed", on=date(2026, 4, 17))
    assert take(case, "confirmed", on=date(2026, 4, 18)) == {"step": "confirmed"}


def test_an_objection_must_be_answered() -> None:
    case = life("opened", "notified", "objected")
    with pytest.raises(UsageError, match="异议"):
        take(case, "confirmed")
    assert take(case, "confirmed", answer="业务已并入省平台") == {"step": "confirmed", "answer": "业务已并入省平台"}
    with pytest.raises(UsageError, match="异议"):
        take(life("opened", "notified", "objected", "held"), "confirmed")


def test_a_hold_ends() -> None:
    case = life("opened", "notified", "replied")
    for until in (None, date(2026, 4, 3)):
        with pytest.raises(UsageError, match="到期日"):
            take(case, "held", until=until)
    assert take(case, "held", until=date(2026, 5, 31)) == {"step": "held", "until": "2026-05-31"}
    held = life("opened", "notified", "held")
    assert held is not None
    assert (held.overdue(date(2026, 5, 31)), held.overdue(date(2026, 6, 1))) == (False, True)


def released(*left: Server, taken_at: datetime | None = None) -> Release:
    """What is seen of a system that held vm-1; the cloud was collected at `taken_at`, or never again."""
    case = life("opened", "notified", "replied", "confirmed", "backed-up", "shut-down")
    assert case is not None
    snapshots = {} if taken_at is None else {"openstack:lab": replace(SNAPSHOT, taken_at=taken_at)}
    return release_of(case, [a_server("vm-1", source="openstack:lab", vcpu=4)], left, snapshots)


def test_a_release_is_believed_when_it_is_seen() -> None:
    case = life("opened", "notified", "replied", "confirmed", "backed-up", "shut-down")
    later = START + timedelta(days=9)
    with pytest.raises(UsageError, match="name-of-vm-1"):
        take(case, "released", release=released(a_server("vm-1"), taken_at=later))
    with pytest.raises(UsageError, match="还没有采集过"):
        take(case, "released", release=released())
    with pytest.raises(UsageError, match="还没有采集过"):
        take(case, "released", release=released(taken_at=START + timedelta(days=2)))
    value = take(case, "released", release=released(taken_at=later))
    assert value["released"] == {
        "servers": ["vm-1"],
        "vcpu": 4,
        "memory_gib": pytest.approx(VM.memory_gib or 0),
        "storage_gib": pytest.approx(VM.disk_gib or 0),
        "seen_in": ["snap-1"],
    }
    gone = released(a_server("vm-1", deleted_on=date(2026, 4, 2)), taken_at=later)
    assert gone.complete


def test_every_step_has_a_way_on_and_a_due_day() -> None:
    assert set(AFTER) == {None, *STEPS}
    assert set(STEPS) - ENDED - {"notified", "held"} == set(USUAL_DAYS)


def test_a_case_that_was_decided_by_hand_began_with_its_first_decision() -> None:
    case = life("confirmed", "backed-up")
    assert case is not None
    assert case.opened_at == case.steps[0].decided_at
    assert case.as_json(date(2026, 4, 2))["following"] == ["shut-down"]
