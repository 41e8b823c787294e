"""Machines that were reserved and never put to use: no login on record, 0 users and 0 uses written down, silent."""

from __future__ import annotations

import pytest

from catalogs.load import load_catalogs
from inventory.zombies.examples import AS_OF, facts_from
from inventory.zombies.judge import judge_facts
from inventory.zombies.verdict import Verdict

RULES = load_catalogs(None).zombie_rules
RESERVED = {
    "online_on": "2024-01-31", "users": "0", "logins_month": "0", "cpu": "0.04 0.04 0.04", "cpu_daily_peak": "0.29",
    "network": "3.3", "network_rest": "1.6", "network_hours": "3.3", "network_workday": "1.5", "network_weekend": "1.4",
}  # fmt: skip


def verdict_of(**given: str) -> Verdict:
    known = {name: value for name, value in {**RESERVED, **given}.items() if value}
    (verdict,) = judge_facts([facts_from(known)], RULES, AS_OF)
    return verdict


def test_no_user_no_use_no_login_and_silence_are_suspected() -> None:
    verdict = verdict_of()
    assert verdict.state == "zombie"
    assert "用户 0 人、使用 0 次" in verdict.sentence.zh
    assert "0 users and 0 uses" in verdict.sentence.en


@pytest.mark.parametrize(
    "given",
    [
        {"users": ""},  # a blank counts nobody
        {"users": "3"},
        {"logins_month": ""},
        {"logins_month": "4"},
        {"online_on": ""},
        {"online_on": "2025-10-31"},  # being installed
        {"last_update_on": "2025-12-31"},
        {"contract_end_on": "2026-12-31"},
        {"coverage": "0.6"},
        {"network_hours": "20"},  # programs
        {"cpu_daily_peak": "0.8"},  # a batch
        {"url": "http://map.example.org/"},  # a web site counts no users
        {"remark": "数据接口，供各部门调用"},
        {"system_class": "standby"},
    ],
)
def test_whatever_is_blank_or_speaks_against_it_leaves_it_open(given: dict[str, str]) -> None:
    assert verdict_of(**given).state != "zombie"
