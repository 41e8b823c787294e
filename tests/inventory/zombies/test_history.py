"""Last month's verdict, what changed, and a suspicion that neither comes nor goes in one window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from catalogs.load import load_catalogs
from catalogs.models_rules import ZombieRule
from inventory.zombies.examples import AS_OF, facts_from
from inventory.zombies.history import Windows, earlier_instants, windows_of
from inventory.zombies.judge import judge_facts
from inventory.zombies.system_facts import Earlier
from inventory.zombies.verdict import Verdict

RULES = load_catalogs(None).zombie_rules
IDLE = {"cpu": "0.01 0.02 0.01", "cpu_peak": "0.05", "network": "0.01", "users": "3"}
BUSY = {"cpu": "0.4 0.4 0.4", "cpu_peak": "0.9", "last_login_on": "2026-03-25", "users": "300"}


def before(*states: str, hits: tuple[str, ...] = ("z3-idle", "z5a-few-users")) -> tuple[Earlier, ...]:
    return tuple(
        Earlier(as_of=instant, state=state, hits=hits if state == "zombie" else ())
        for instant, state in zip(earlier_instants(AS_OF, len(states)), states, strict=True)
    )


def with_windows(enter: int, leave: int) -> tuple[ZombieRule, ...]:
    """The rules, with other windows."""
    values = {"windows_to_enter": Decimal(enter), "windows_to_leave": Decimal(leave)}
    return tuple(
        rule.model_copy(
            update={"parameters": {n: p.model_copy(update={"value": values.get(n, p.value)}) for n, p in rule.parameters.items()}}
        )
        for rule in RULES
    )  # fmt: skip


def judged(given: dict[str, str], *states: str, rules: Sequence[ZombieRule] = RULES) -> Verdict:
    return judge_facts([replace(facts_from(given), before=before(*states))], rules, AS_OF)[0]


def test_the_windows_come_from_the_catalogue() -> None:
    assert windows_of(RULES) == Windows(enter=1, leave=2, exempt_classes=("standby", "emergency"))
    assert Windows(enter=3, leave=2).depth == 3
    assert Windows().depth == 1


def test_earlier_windows_end_with_their_month() -> None:
    assert earlier_instants(AS_OF, 2) == (
        datetime(2026, 2, 28, 15, 59, 59, tzinfo=UTC),
        datetime(2026, 1, 31, 15, 59, 59, tzinfo=UTC),
    )


def test_a_day_of_work_does_not_end_a_suspicion() -> None:
    found = judged(BUSY, "zombie")
    assert (found.raw_state, found.state) == ("in_use", "zombie")
    assert "2 个窗口" in found.sentence.zh
    assert found.changes == {"new": (), "gone": ("z3-idle", "z5a-few-users")}
    assert judged(BUSY, "in_use", "zombie").state == "in_use"
    assert judged(BUSY, "zombie", rules=with_windows(1, 1)).state == "in_use"
    assert judged(BUSY, "in_use", "zombie", rules=with_windows(1, 3)).state == "zombie"


def test_what_was_only_declared_or_is_called_leaves_at_once() -> None:
    declared = replace(facts_from(BUSY), before=before("zombie", hits=("declared",)))
    assert judge_facts([declared], RULES, AS_OF)[0].state == "in_use"
    called = replace(facts_from(IDLE), before=before("zombie"), callers_measured=("sys-caller",))
    caller = replace(facts_from(BUSY), system=replace(facts_from(BUSY).system, id="sys-caller"))
    assert judge_facts([called, caller], RULES, AS_OF)[0].state == "in_use"


def test_a_class_that_was_decided_ends_it_at_once() -> None:
    assert judged(BUSY | {"system_class": "standby"}, "zombie").state == "in_use"


@pytest.mark.parametrize(("states", "state"), [((), "unknown"), (("in_use",), "unknown"), (("zombie",), "zombie")])
def test_entering_may_take_two_windows(states: tuple[str, ...], state: str) -> None:
    found = judged(IDLE, *states, rules=with_windows(2, 2))
    assert (found.raw_state, found.state) == ("zombie", state)


def test_a_declared_zombie_does_not_wait() -> None:
    assert judged({"zombie_declared": "true"}, rules=with_windows(3, 2)).state == "zombie"


def test_changed_says_what_is_new() -> None:
    found = judged(IDLE, "in_use")
    assert found.changed
    assert found.changes["new"] == ("z3-idle", "z5a-few-users")
    assert not judged(IDLE, "zombie").changed
    assert not judged(IDLE).changed
