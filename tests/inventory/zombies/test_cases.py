"""Cases: which step may follow, deadlines, objections, and that a release is believed only when it is seen."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from catalogs.errors import UsageError
from inventory.model import Server, Snapshot
from inventory.storage.decisions import Decision, checked
from inventory.zombies.case_due import USUAL_DAYS, is_working_day, last_day
from inventory.zombies.case_release import Release, release_of
from inventory.zombies.cases import AFTER, ENDED, KIND, STEPS, Case, cases, check_step
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
    due = {"opened": "2026-04-13", "notified": "2026-04-20", "released": "2026-04-20", "closed": None}
    for place, step in enumerate(steps):
        value = take(life(*steps[:place]), step)
        assert value["step"] == step
        assert step not in due or value.get("due_on") == due[step]
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
    assert take(case, "confirmed", on=date(2026, 4, 18))["step"] == "confirmed"
    for between in ("held", "notified"):  # neither a short hold nor a second notice cuts the first period short
        with pytest.raises(UsageError, match="还没有答复"):
            take(life("opened", "notified", between), "confirmed", on=date(2026, 4, 17))


def test_an_objection_must_be_answered() -> None:
    case = life("opened", "notified", "objected")
    with pytest.raises(UsageError, match="异议"):
        take(case, "confirmed")
    assert take(case, "confirmed", answer="业务已并入省平台")["answer"] == "业务已并入省平台"
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
    with pytest.raises(UsageError, match="到期前不能确认"):
        take(life("opened", "notified", "replied", "held"), "confirmed")
    assert take(life("opened", "notified", "replied", "held"), "confirmed", on=date(2026, 6, 1))["step"] == "confirmed"
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


def test_what_was_made_since_is_not_released_and_what_was_passed_on_is_not_counted() -> None:
    case = life("opened", "notified", "replied", "confirmed", "backed-up", "shut-down")
    assert case is not None
    later = {"openstack:lab": replace(SNAPSHOT, taken_at=START + timedelta(days=9))}
    held = [a_server(name, source="openstack:lab", vcpu=4) for name in ("vm-1", "vm-2")]
    again = release_of(case, held, [a_server("vm-9", source="openstack:lab")], later)
    with pytest.raises(UsageError, match=r"name-of-vm-9（openstack:lab）"):
        take(case, "released", release=again)
    passed_on = release_of(case, held, [], later, [held[1], a_server("vm-7")])
    assert passed_on.complete
    released = take(case, "released", release=passed_on)["released"]
    assert isinstance(released, dict)
    assert (released["servers"], released["vcpu"], released["moved"]) == (["vm-1"], 4, ["vm-2"])


def test_a_department_may_object_until_it_is_shut_down_and_must_be_answered_again() -> None:
    answered = ("opened", "notified", "objected", "confirmed", "backed-up")
    assert take(life(*answered), "objected", on=date(2026, 4, 20))["step"] == "objected"
    with pytest.raises(UsageError, match="异议"):
        take(life(*answered, "objected"), "confirmed", on=date(2026, 4, 20))
    held = life(*answered, "held")
    assert take(held, "confirmed", on=date(2026, 6, 1))["step"] == "confirmed", "what was answered stays answered"
    with pytest.raises(UsageError, match="下一步只能是"):
        take(life(*answered, "shut-down"), "objected")
    assert take(life(*answered, "shut-down"), "withdrawn") == {"step": "withdrawn"}, "a trial stop may show it is used"


def test_a_period_ends_on_a_working_day() -> None:
    assert last_day(date(2026, 4, 1), 15) == date(2026, 4, 16)
    assert last_day(date(2026, 9, 20), 11) == date(2026, 10, 8), "the national holiday lasts until 7 October"
    assert last_day(date(2025, 12, 20), 12) == date(2026, 1, 4), "a Sunday that is worked for the New Year"
    assert last_day(date(2026, 4, 1), 3) == date(2026, 4, 7), "清明: until Monday"
    assert is_working_day(date(2026, 2, 14)), "a Saturday worked for 春节"
    assert not is_working_day(date(2026, 2, 23))


def test_the_due_day_is_that_of_the_decision() -> None:
    case = life("opened")
    assert take(case, "notified", until=date(2026, 5, 20))["due_on"] == "2026-05-20"
    for until, step in ((date(2026, 4, 2), "notified"), (date(2026, 5, 1), "withdrawn")):
        with pytest.raises(UsageError, match=r"期限|--until"):
            take(case, step, until=until)
    told = Decision(
        kind=KIND, subject="sys-1", value={"step": "notified", "due_on": "2026-05-20"}, actor="张", role="科员", reason="r", decided_at=START
    )  # fmt: skip
    kept = cases([told], objection_days=99)["sys-1"]
    assert (kept.due_on, kept.overdue(date(2026, 5, 21))) == (date(2026, 5, 20), True)
    endless = replace(told, value={"step": "held", "until": "年底"})
    assert cases([endless], 15)["sys-1"].due_on == date(2026, 4, 1), "a hold without a last day is due at once"


def test_what_was_superseded_does_not_count() -> None:
    case = life("opened", "notified")
    assert case is not None
    wrong = case.steps[-1]
    right = replace(wrong, value={"step": "withdrawn"}, supersedes=wrong.id)
    assert [one.value for one in cases([*case.steps, right], 15)["sys-1"].steps] == [
        case.steps[0].value,
        {"step": "withdrawn"},
    ]


def test_what_a_department_says_is_late_after_the_notice_not_after_a_shorter_hold() -> None:
    case = life("opened", "notified", "objected", days=20)
    assert case is not None
    assert case.as_json(date(2026, 7, 1))["days_late"] == [0, 8, 5]
    held = replace(case, dues=(case.dues[0], date(2026, 6, 30), case.dues[2]))
    assert held.days_late(2) == 0


def test_every_step_has_a_way_on_and_a_due_day() -> None:
    assert set(AFTER) == {None, *STEPS}
    assert set(STEPS) - ENDED - {"notified", "held"} == set(USUAL_DAYS)


def test_a_case_that_was_decided_by_hand_began_with_its_first_decision() -> None:
    case = life("confirmed", "backed-up")
    assert case is not None
    assert case.opened_at == case.steps[0].decided_at
    assert case.following[0] == "shut-down"
