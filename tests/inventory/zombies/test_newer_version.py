"""The old version beside the new one, and what others had sealed: whole verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from catalogs.load import load_catalogs
from inventory.zombies.class_hints import class_words_of, remarks_of
from inventory.zombies.examples import AS_OF, facts_from
from inventory.zombies.judge import judge_facts
from inventory.zombies.system_facts import SystemFacts

ALL = load_catalogs(None).zombie_rules
OLD = {
    "name": "教职工管理系统", "last_login_on": "2025-03-13", "last_update_on": "2025-03-13", "contract_end_on": "2026-12-31", "cpu": "0.02 0.02 0.02", "network": "0.05",
    "network_rest": "0.04", "measured_visits": "0", "measured_machine_visits": "540", "logged": "1",
}  # fmt: skip
NEW = {"name": "教职工管理系统（信创版）", "last_login_on": "2026-03-30", "measured_visits": "900", "logged": "1", "cpu": "0.1 0.1 0.1"}  # fmt: skip


def facts(given: Mapping[str, str], name: str, other: str) -> SystemFacts:
    found = facts_from(given, class_words_of(ALL), remarks=remarks_of(ALL))
    return replace(found, system=replace(found.system, id=name), namesakes=(other,))


def state_of_old(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    return judge_facts([facts(old, "sys-old", "sys-new"), facts(new, "sys-new", "sys-old")], ALL, AS_OF)[0].state


def test_the_old_version_of_what_is_in_use_is_suspected() -> None:
    assert state_of_old(OLD, NEW) == "zombie"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OLD, {**NEW, "name": "教职工管理系统（分中心）"}),  # another place, no newer version
        (OLD, {**NEW, "last_login_on": "2025-03-13", "measured_visits": "0"}),  # the new one is not used either
        ({**OLD, "measured_visits": "12"}, NEW),  # people come to the old one
        ({**OLD, "last_login_on": "2026-02-13"}, NEW),
        ({**OLD, "name": "教职工管理系统（容灾）"}, NEW),  # it may stand by
        ({**OLD, "remark": "供各学校接口调用"}, NEW),
    ],
)
def test_less_than_that_is_no_suspicion(old: Mapping[str, str], new: Mapping[str, str]) -> None:
    assert state_of_old(old, new) != "zombie"


SEALED = {"last_login_on": "2025-03-07", "last_update_on": "2024-07-24", "cpu": "0.02 0.02 0.02", "network": "0.05", "network_rest": "0.04", "status": "停用"}  # fmt: skip


@pytest.mark.parametrize("remark", ["案件需要，办案单位要求封存，暂不得处置", "审计要求保留", "纪检封存"])
def test_what_others_had_sealed_is_asked_also_where_it_is_off(remark: str) -> None:
    for given in (SEALED, {**SEALED, "servers": "2", "servers_off": "2"}):
        asked = facts_from({**given, "remark": remark}, class_words_of(ALL), remarks=remarks_of(ALL))
        found = judge_facts([asked], ALL, AS_OF)[0]
        assert (found.state, "附文件" in found.sentence.zh) == ("unknown", True)


@pytest.mark.parametrize("remark", ["业务已停，旧机封存", "日志留存六个月，已停用", "已结案，办案单位已解封，停用"])
def test_a_unit_that_sealed_it_itself_is_no_order(remark: str) -> None:
    alone = facts_from({**SEALED, "remark": remark}, class_words_of(ALL), remarks=remarks_of(ALL))
    assert judge_facts([alone], ALL, AS_OF)[0].state == "zombie"


FLOWS = {"network": "0.3", "network_rest": "0.3", "network_hours": "24", "network_workday_hours": "24", "network_weekend_hours": "24"}  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [
        {"name": "林区微气象采集系统", "remark": "气象杆已拆走移交省局，服务还在连，连不上", **FLOWS},
        {"name": "环境应急台账系统", "remark": "中毒断网，数据没救回来，现在用省里的"},
        {"name": "假日客流统计系统", "remark": "人都不用了，登录是RPA定时任务"},
    ],
)
def test_what_a_name_suggests_outweighs_no_plain_word_of_its_unit(given: Mapping[str, str]) -> None:
    """Unattended or an emergency system by its name; without the remark, that is a question."""
    known = {"last_login_on": "2024-01-17", "contract_end_on": "2025-01-31", "cpu": "0.02 0.02 0.02", "logins_month": "0"}  # fmt: skip
    states = [
        judge_facts([facts_from(one, class_words_of(ALL), remarks=remarks_of(ALL))], ALL, AS_OF)[0].state
        for one in ({**known, **given}, {**known, **given, "last_login_on": "2026-03-20", "logins_month": "9"})
    ]
    assert states[0] == "zombie"
    assert states[1] != "zombie", "somebody logs in all the same"
