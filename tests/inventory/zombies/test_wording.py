"""The two documents that speak of zombies in their own words: what they say is shown with place, draft or not, and certainty."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalogs.load import load_catalogs
from inventory.zombies.examples import AS_OF, facts_from
from inventory.zombies.judge import judge_facts
from inventory.zombies.rules_in_force import rules_in_force
from inventory.zombies.wording import unnamed, wordings
from report.profile import parameters_of
from tests.inventory.command import call

CATALOGS = load_catalogs(None)


def test_tieling_names_two_criteria_and_is_a_draft() -> None:
    policy = CATALOGS.policy("tieling-2022")
    found = {one.rule: one for one in wordings(policy)}
    assert {rule: one.words for rule, one in found.items()} == {
        None: "清理与业务流程脱节、使用频度低的“僵尸”系统", "z1-detached": "与业务流程脱节", "z5b-rarely-used": "使用频度低",
    }  # fmt: skip
    assert all(one.draft and one.confidence == "V" and one.clause == "TL-3" for one in found.values())
    assert "征求意见稿" in found[None].sentence.zh
    assert "三（二）2" in found[None].sentence.zh
    assert "draft" in found[None].sentence.en
    rules = rules_in_force(CATALOGS.zombie_rules, policy.zombies.rules)
    assert unnamed(policy, rules) == ()
    words = policy.clause("TL-3").text
    assert all(one.words in words for one in found.values()), "word for word"


def test_xinyu_names_no_criterion_so_the_national_ones_are_used() -> None:
    policy = CATALOGS.policy("xinyu-2023")
    (only,) = wordings(policy)
    assert (only.words, only.rule, only.draft, only.clause) == ("及时清理整治“僵尸”系统", None, False, "XY-4")
    assert only.words in policy.clause("XY-4").text
    rules = rules_in_force(CATALOGS.zombie_rules, policy.zombies.rules)
    assert unnamed(policy, rules) == ("Z1", "Z2", "Z3", "Z4", "Z5a", "Z5b")


def test_the_profiles_judge_by_their_own_rules() -> None:
    """Detached and rarely used is a zombie in both; idle and unmaintained only where the national criteria are used."""
    detached = facts_from(
        {"zombie_reasons": "长期脱节", "logins_month": "2", "cpu": "0.3 0.3 0.3", "last_login_on": "2026-03-01"}
    )
    idle = facts_from({
        "cpu": "0.01 0.01 0.01", "cpu_peak": "0.05", "contract_end_on": "2025-06-30", "last_update_on": "2024-01-01", "logins_month": "50", "users": "100",
    })  # fmt: skip

    def state(profile: str, facts: object) -> str:
        rules = rules_in_force(CATALOGS.zombie_rules, CATALOGS.policy(profile).zombies.rules)
        return judge_facts([facts], rules, AS_OF)[0].state  # type: ignore[list-item]

    assert [state(profile, detached) for profile in ("tieling-2022", "xinyu-2023")] == ["zombie", "zombie"]
    assert [state(profile, idle) for profile in ("tieling-2022", "xinyu-2023")] == ["in_use", "zombie"]


def test_the_report_prints_the_words_with_their_certainty() -> None:
    policy = CATALOGS.policy("tieling-2022")
    rows = list(parameters_of(policy, rules_in_force(CATALOGS.zombie_rules, policy.zombies.rules)))
    (words,) = [row for row in rows if row.value == "“使用频度低”"]
    assert words.confidence == "V"
    assert "征求意见稿" in words.source
    seasonal = [row for row in rows if "（测试类）" in row.name.zh]
    assert seasonal
    assert all(row.source and row.confidence in "VPU" for row in seasonal)


@pytest.mark.parametrize(
    ("profile", "words", "draft"), [("tieling-2022", "使用频度低", True), ("xinyu-2023", "及时清理整治", False)]
)
def test_scan_says_the_words(tmp_path: Path, profile: str, words: str, draft: bool) -> None:
    (tmp_path / "govcloud.yaml").write_text(f"profile: {profile}\n", encoding="utf-8")
    (tmp_path / "台账.csv").write_text(
        "单位名称,系统名称,是否为僵尸信息系统\n市档案馆,档案查询系统,是\n", encoding="utf-8"
    )
    assert call("collect", "ledger", "台账.csv", "--as-of", "2026-03-31", folder=tmp_path).returncode in {0, 9}
    done = call("zombies", "scan", "--as-of", "2026-03-31", folder=tmp_path)
    shown = "".join(done.stdout.split())
    assert done.returncode == 0, done.stderr
    assert words in shown
    assert ("征求意见稿，不是正式规定" in shown) is draft
    told = json.loads(call("zombies", "scan", "--as-of", "2026-03-31", "--json", folder=tmp_path).stdout)["data"][
        "wordings"
    ]
    assert told[0]["draft"] is draft
    (verdict,) = json.loads(call("zombies", "list", "--as-of", "2026-03-31", "--json", folder=tmp_path).stdout)["data"][
        "verdicts"
    ]
    one = call(
        "zombies", "show", verdict["system_id"], "--as-of", "2026-03-31", folder=tmp_path
    )  # without any samples, too
    assert one.returncode == 0, one.stderr
