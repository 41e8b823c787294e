"""Servers that work as people do speak against dates that a clerk copied: a question, where nothing but dates speaks."""

from __future__ import annotations

import pytest

from catalogs.load import load_catalogs
from inventory.zombies.examples import AS_OF, facts_from
from inventory.zombies.judge import judge_facts
from inventory.zombies.verdict import Verdict

RULES = load_catalogs(None).zombie_rules
LAST_YEAR = {
    "last_login_on": "2025-03-30", "last_update_on": "2023-04-19", "contract_end_on": "2024-12-31", "cpu": "0.06 0.06 0.06",
    "cpu_daily_peak": "0.3", "network": "1.6", "network_rest": "1.4", "network_hours": "24",
}  # fmt: skip
OFFICE_HOURS = {"network_workday": "1.8", "network_weekend": "1.2"}


def verdict_of(**given: str) -> Verdict:
    (verdict,) = judge_facts([facts_from({**LAST_YEAR, **given})], RULES, AS_OF)
    return verdict


def test_dates_alone_against_working_days_are_asked() -> None:
    verdict = verdict_of(**OFFICE_HOURS)
    assert verdict.state == "unknown"
    assert "像有人上班时使用" in verdict.sentence.zh
    assert "people were at work" in verdict.sentence.en


@pytest.mark.parametrize(
    "given",
    [
        {},  # not looked at by days
        {"network_workday": "1.8", "network_weekend": "1.75"},  # agents and copies do not rest
        {"network_workday": "0.3", "network_weekend": "0.1"},  # too little to tell
        {**OFFICE_HOURS, "last_login_on": "2022-03-30"},  # no clerk copied that from last year's
        {**OFFICE_HOURS, "remark": "业务已停用，数据已移交"},  # its unit says so itself
    ],
)
def test_without_a_week_or_with_more_than_dates_it_stays_suspected(given: dict[str, str]) -> None:
    assert verdict_of(**given).state == "zombie"


def test_without_a_login_on_record_an_ended_contract_is_a_date_like_others() -> None:
    """An ended contract and few users against servers that work as people do."""
    ended = {"contract_end_on": "2025-10-20", "last_login_on": "", "users": "9", "logins_month": "34", **OFFICE_HOURS}
    given = {name: value for name, value in {**LAST_YEAR, **ended}.items() if value}
    (verdict,) = judge_facts([facts_from(given)], RULES, AS_OF)
    assert verdict.state == "unknown"
    (verdict,) = judge_facts([facts_from({**given, "network_workday": "1.8", "network_weekend": "1.75"})], RULES, AS_OF)
    assert verdict.state == "zombie", "the same without a week"


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, "unknown"),
        ({"logins_month": "0"}, "zombie"),  # the ledger counts none: bookmarks and start pages open pages, too
        ({"measured_visits": "12"}, "unknown"),  # rare, but people in every month, which outweighs dates (rule R5)
        (
            {"measured_visits": "12", "last_login_on": "2022-03-30", "logins_month": "0"},
            "zombie",
        ),  # not by dates that old
        ({"remark": "业务已停用，数据已移交"}, "unknown"),  # measured visits contradict that, too
    ],
)
def test_measured_use_that_the_ledger_counts_too_speaks_against_dates(given: dict[str, str], state: str) -> None:
    used = {"contract_end_on": "2025-03-23", "logins_month": "90", "measured_visits": "900", "logged": "1"}
    verdict = verdict_of(**{**used, **given})
    assert verdict.state == state


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"logins_month": "34"}, "unknown"),
        ({"cpu_daily_peak": "0.7"}, "unknown"),
        ({}, "zombie"),  # nothing says that it works
        ({"logins_month": "0"}, "zombie"),
        ({"logins_month": "34", "last_login_on": "2025-02-20"}, "zombie"),  # not last year's day
        ({"cpu_daily_peak": "0.7", "last_login_on": "2025-02-20"}, "zombie"),  # not last year's day
        ({"logins_month": "34", "network_hours": "4"}, "zombie"),  # its servers are silent, which refutes the count
        ({"cpu_daily_peak": "0.7", "remark": "业务已停用，数据已移交"}, "zombie"),  # its unit says so itself
    ],
)
def test_dates_that_end_with_last_years_return_may_be_copied(given: dict[str, str], state: str) -> None:
    assert verdict_of(**{"last_login_on": "2025-03-30", **given}).state == state
