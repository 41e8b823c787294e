"""Cases: which step may follow, deadlines, objections, and that a release is believed only when it is seen."""

from datetime import UTC, date, datetime, timedelta

import pytest

from catalogs.errors import UsageError
from inventory.cases import AFTER, ENDED, KIND, STEPS, USUAL_DAYS, Case, cases, check_step
from inventory.decisions import Decision, checked
from inventory.model import Server
from tests.inventory.telemetry.samples import a_server

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
    servers: tuple[Server, ...] = (),
) -> dict[str, object]:
    return check_step(case, "sys-1", step, on=on, until=until, answer=answer, servers=servers)


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


def test_a_release_is_believed_when_it_is_seen() -> None:
    case = life("opened", "notified", "replied", "confirmed", "backed-up", "shut-down")
    with pytest.raises(UsageError, match="name-of-vm-1"):
        take(case, "released", servers=(a_server("vm-1"),))
    assert take(case, "released", servers=(a_server("vm-1", deleted_on=date(2026, 4, 2)),)) == {"step": "released"}


def test_every_step_has_a_way_on_and_a_due_day() -> None:
    assert set(AFTER) == {None, *STEPS}
    assert set(STEPS) - ENDED - {"notified", "held"} == set(USUAL_DAYS)
