"""What departments write of their systems: held against logins and measurements, never believed alone; portals only link."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest

from catalogs.load import load_catalogs
from inventory.model import Dependency, Inventory, Origin, System
from inventory.telemetry.query import Rollup
from inventory.zombies.examples import AS_OF, facts_from
from inventory.zombies.judge import judge_facts
from inventory.zombies.operators import Operators
from inventory.zombies.statements import stated
from inventory.zombies.system_facts import facts_of
from tests.inventory.telemetry.samples import a_server
from tests.report.builders import a_system

RULES = load_catalogs(None).zombie_rules
UNUSED = next(rule for rule in RULES if rule.id == "stated-unused")
UNSEEN = next(rule for rule in RULES if rule.id == "no-activity")


@pytest.mark.parametrize(
    ("remark", "said"),
    [
        ("2019年建设，现已停用", "现已停用"),
        ("功能由省统建平台替代；数据待移交", "功能由省统建平台替代"),
        ("改用国家卫健委直报系统办理", "改用国家卫健委直报系统办理"),
        ("建成后未投入使用", "建成后未投入使用"),
        ("单位撤并后无人管理", "单位撤并后无人管理"),
        ("资产待统一处置", "资产待统一处置"),
        ("尚未停用", None),
        ("部分模块已停用，其余在用", None),
        ("原系统已停用，现用本系统", None),
        ("已切换至政务云运行", None),
        ("本年度任务已结束", None),
        ("运行正常", None),
        ("用户登录省系统前先在此备案", None),
        ("CentOS7已停止维护", None),
        ("操作系统已停服，计划换麒麟", None),
        ("甲供软件已停产", None),
        ("小型机已停产无备件", None),
        ("Windows2008停止更新；IE浏览器停用后无法访问", None),
        ("数据库产品已停产，系统早已不用", "系统早已不用"),
        ("矿井已停产，探头全部拆除", "矿井已停产"),
    ],
)
def test_what_a_remark_says(remark: str, said: str | None) -> None:
    assert stated(facts_from({"remark": remark}), UNUSED, "unused") == said


def test_a_wildcard_does_not_reach_over_a_clause() -> None:
    assert stated(facts_from({"remark": "项目验收，合同结束后续签"}), UNUSED, "unused") is None


def test_the_words_of_the_living_are_no_statement_of_the_dead() -> None:
    """Remarks that explain why nobody logs in are none that say nobody uses it."""
    for words in (one.words for one in UNSEEN.statements if one.kind == "unseen"):
        for word in words:
            assert stated(facts_from({"remark": word.replace("…", "各委办局")}), UNUSED, "unused") is None, word


@pytest.mark.parametrize("remark", ["已停用", "验收后未启用"])
def test_a_statement_alone_is_believed_by_nobody(remark: str) -> None:
    """Without a login date and without samples it stays unknown; with a recent login it is in use."""
    assert judge_facts([facts_from({"remark": remark})], RULES, AS_OF)[0].state == "unknown"
    used = {
        "remark": remark,
        "last_login_on": "2026-03-20",
        "logins_month": "60",
        "cpu": "0.3 0.3 0.3",
        "cpu_peak": "0.9",
    }
    assert judge_facts([facts_from(used)], RULES, AS_OF)[0].state == "in_use"


def test_a_wall_that_runs_asks_whatever_rule_fires_and_one_that_is_off_does_not() -> None:
    given = {
        "last_login_on": "2023-05-11",
        "contract_end_on": "2024-02-02",
        "last_update_on": "2023-01-31",
        "remark": "大厅显示屏",
    }
    assert judge_facts([facts_from(given)], RULES, AS_OF)[0].state == "unknown"
    assert judge_facts([facts_from({**given, "remark": "大厅"})], RULES, AS_OF)[0].state == "zombie"
    off = {**given, "servers": "1", "servers_off": "1", "off_since": "2025-05-01"}
    assert judge_facts([facts_from(off)], RULES, AS_OF)[0].state == "zombie"


def test_a_seasonal_remark_asks_before_it_blames() -> None:
    words = [word for rule in RULES for word in rule.class_words]
    idle = {"last_login_on": "2025-07-13", "network": "0.05", "remark": "每年5至7月使用"}
    assert judge_facts([facts_from(idle, words)], RULES, AS_OF)[0].state == "unknown"


def called_by(name: str, tmp_path: Path, old: System, basis: Literal["declared", "measured"] = "declared") -> str:
    caller = replace(a_system("sys-caller"), name=name, last_login_on=date(2026, 3, 30))
    found = Inventory(
        as_of=AS_OF, systems=(old, caller), servers=(a_server("vm-1", system_id=old.id),),
        dependencies=(Dependency(consumer="sys-caller", provider=old.id, basis=basis, origin=Origin(source="t", path="t")),),
    )  # fmt: skip
    facts = facts_of(found, Rollup(folder=tmp_path, files=()), AS_OF, operators=Operators.of(RULES))
    return judge_facts(facts, RULES, AS_OF)[0].state


def test_a_portal_keeps_nothing_alive_that_is_neglected(tmp_path: Path) -> None:
    old = replace(a_system("sys-old"), last_login_on=date(2024, 1, 1))
    neglected = replace(old, last_update_on=date(2023, 6, 30), contract_end_on=date(2024, 6, 30))
    assert called_by("某市统一门户平台", tmp_path, neglected) == "zombie"
    assert called_by("某市统一门户平台", tmp_path, neglected, "measured") == "in_use"
    assert called_by("某市税费征收系统", tmp_path, neglected) == "in_use"
    foreign = replace(neglected, department="甲局", department_id="jia")
    assert called_by("某市税费征收系统", tmp_path, foreign) == "zombie"
    assert called_by("某市税费征收系统", tmp_path, foreign, "measured") == "in_use"
    kept = replace(old, last_update_on=date(2023, 6, 30), contract_end_on=date(2027, 6, 30))
    assert called_by("某市统一门户平台", tmp_path, replace(kept, last_update_on=date(2024, 12, 1))) == "in_use"


def shares(days: list[tuple[date, str]], tmp_path: Path) -> dict[str, float | None]:
    systems = tuple(
        replace(a_system(f"sys-{n}"), last_update_on=day, department=unit, department_id=unit)
        for n, (day, unit) in enumerate(days)
    )
    found = Inventory(as_of=AS_OF, systems=systems, servers=(), dependencies=())
    facts = facts_of(found, Rollup(folder=tmp_path, files=()), AS_OF)
    return {str(one.system.last_update_on): one.same_update_ratio for one in facts}


def test_a_patch_day_is_one_of_many_systems_of_several_units(tmp_path: Path) -> None:
    patch, release, month = date(2026, 3, 12), date(2026, 1, 14), date(2026, 2, 28)
    alone = [(date(2025, 1, 2) + timedelta(days=3 * n), f"u{n % 9}") for n in range(85)]
    days = [*alone, *((patch, f"u{n % 3}") for n in range(5)), *((release, f"u{n % 2}") for n in range(5)), *((month, f"u{n}") for n in range(5))]  # fmt: skip
    found = shares(days, tmp_path)
    assert found["2026-03-12"] == pytest.approx(0.05)
    assert (found["2026-01-14"], found["2026-02-28"], found["2025-01-02"]) == (0, 0, 0)
    assert shares([(patch, f"u{n}") for n in range(4)], tmp_path)["2026-03-12"] == 0
