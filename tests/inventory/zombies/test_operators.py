"""The operator's accounts, addresses and systems are no use: in logs, in remarks, and as callers."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from catalogs.load import load_catalogs
from catalogs.models_policy import Policy, ZombieSection
from catalogs.models_rules import OperatorMark
from inventory.access_log.count import Sites, count_logs
from inventory.access_log.lines import read_agents
from inventory.model import Dependency, Inventory, Origin
from inventory.telemetry.query import Rollup
from inventory.zombies.class_hints import class_words_of
from inventory.zombies.examples import AS_OF, facts_from
from inventory.zombies.judge import judge_facts
from inventory.zombies.operators import Operators
from inventory.zombies.rules_in_force import rules_of
from inventory.zombies.system_facts import facts_of
from tests.inventory.telemetry.samples import a_server
from tests.report.builders import a_system

CATALOGS = load_catalogs(None)
RULES = CATALOGS.zombie_rules
OURS = OperatorMark(service="scanning", accounts=("XunJian",), addresses=("10.250.0.0/22", "fd00::7"), about="本市", source="practice")  # fmt: skip
POLICY: Policy = CATALOGS.policy("sample-city")
SECTION: ZombieSection = POLICY.zombies.model_copy(update={"operator": (OURS,)})
OPERATORS = Operators.of(rules_of(RULES, SECTION))


@pytest.mark.parametrize(
    ("address", "account", "ours"),
    [
        ("10.250.3.9", None, True), ("10.251.0.9", None, False), ("fd00::7", None, True), ("web-1", None, False),
        ("192.0.2.1", "xunjian", True), ("192.0.2.1", "zhangsan", False),
    ],
)  # fmt: skip
def test_a_request_is_the_operators_by_address_or_account(address: str, account: str | None, *, ours: bool) -> None:
    assert OPERATORS.client(address, account) is ours
    assert Operators.of(RULES).client(address, account) is False  # the list of a city is its own


def test_an_address_that_is_none_is_a_mistake_of_the_profile() -> None:
    wrong = SECTION.model_copy(update={"operator": (OURS.model_copy(update={"addresses": ("10.250.0.0/40",)}),)})
    (mistake,) = POLICY.model_copy(update={"zombies": wrong}).mistakes()
    assert mistake.path == ("zombies", "operator", 0, "addresses", 0)


def test_its_requests_are_counted_apart_and_are_no_visits(tmp_path: Path) -> None:
    line = '{} - {} [10/Mar/2026:10:00:00 +0800] "GET /login HTTP/1.1" {} 5 "-" "Mozilla/5.0"\n'
    log = tmp_path / "access.log"
    clients = [("10.250.0.20", "-", 200), ("10.250.0.20", "-", 404), ("10.9.9.9", "xunjian", 200), ("10.9.9.9", "-", 200)]  # fmt: skip
    log.write_text("".join(line.format(*one) for one in clients), encoding="ascii")
    sites = Sites(by_host={}, own={})
    counted = count_logs([log], sites, read_agents(), as_of=AS_OF, operators=OPERATORS, server="vm-1")
    assert counted.lines == {"operator": 3, "visit": 1}
    plain = count_logs([log], sites, read_agents(), as_of=AS_OF, server="vm-1")
    assert plain.lines == {"visit": 3, "refused": 1}


def test_a_system_that_only_the_operator_calls_is_called_by_nobody(tmp_path: Path) -> None:
    old = replace(a_system("sys-old"), last_login_on=date(2024, 1, 1))
    caller = replace(a_system("sys-caller"), last_login_on=date(2026, 3, 30))
    for name, state in (("政务云统一监控平台", "zombie"), ("污染源在线监控系统", "in_use")):
        found = Inventory(
            as_of=AS_OF, systems=(old, replace(caller, name=name)), servers=(a_server("vm-1", system_id="sys-old"),),
            dependencies=(Dependency(consumer="sys-caller", provider="sys-old", basis="declared", origin=Origin(source="t", path="t")),),
        )  # fmt: skip
        facts = facts_of(found, Rollup(folder=tmp_path, files=()), AS_OF, operators=OPERATORS)
        verdict = judge_facts(facts, RULES, AS_OF)[0]
        assert (name, verdict.state) == (name, state)
        said = [seen.value for result in verdict.results if result.rule == "no-activity" for seen in result.seen]
        assert ("sys-caller" in said) == (state == "zombie")


def test_no_business_system_of_a_city_is_taken_for_the_operators() -> None:
    titles = (Path(__file__).resolve().parents[2] / "city" / "departments.txt").read_text(encoding="utf-8").split()
    # what watches the security of all others is no user of theirs, whoever runs it
    assert [title for title in titles if OPERATORS.runs(title)] == ["网络安全态势感知平台!"]


def test_a_login_that_the_ledger_calls_the_operators_keeps_nothing_in_use() -> None:
    idle = {"cpu": "0.01 0.01 0.01", "cpu_peak": "0.05", "network": "0.01", "contract_end_on": "2024-06-30", "last_update_on": "2025-03-01"}  # fmt: skip
    given = {**idle, "last_login_on": "2026-03-22", "logins_month": "2"}
    words = class_words_of(RULES)
    plain, said = (
        judge_facts([facts_from({**given, **more}, words, OPERATORS)], RULES, AS_OF)[0]
        for more in ({}, {"remark": "运维巡检账号每月登录"})
    )
    assert "最近登录 2026-03-22，但台账备注写明" not in plain.sentence.zh
    assert said.state == "zombie"
    assert next(result for result in said.results if result.rule == "no-activity").doubtful
