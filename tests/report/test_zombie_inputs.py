"""The rows of the evidence say all that the rules look at: the verdicts that follow from them are those of the store."""

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogs.load import load_catalogs
from catalogs.models_rules import ZombieRule
from inventory.model import Inventory, System
from inventory.telemetry.form import Period
from inventory.telemetry.query import Rollup
from inventory.zombies.judge import judge_facts
from inventory.zombies.statements import clause_of
from inventory.zombies.system_facts import Earlier, SystemFacts
from inventory.zombies.system_months import MonthOfUse
from report.zombie_inputs import RULE_FIELDS, UNDISCLOSED, UNDISCLOSED_UNKNOWN, _facts, _row, findings_of, rows_of
from report.zombie_words import said_of, statements_of

AS_OF = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
WINDOW = Period(date(2026, 1, 1), date(2026, 4, 1))
MONTHS = tuple(
    MonthOfUse(
        period=Period(date(2026, month, 1), date(2026, month + 1, 1)), coverage=0.99, cpu_mean_ratio=0.3, cpu_hour_peak_ratio=0.8,
        cpu_daily_peak_ratio=0.5, memory_mean_ratio=0.4, memory_daily_peak_ratio=0.5, storage_ratio=0.5, network_mbit_s=2.0,
        activity={}, disk_io_mib_s=1.0, logged_ratio=0.5, network_rest_mbit_s=0.1, disk_io_rest_mib_s=0.2, network_over_ratio=0.3, network_workday_mbit_s=0.2,
        network_weekend_mbit_s=0.1,
    )
    for month in (1, 2, 3)
)  # fmt: skip
OLD = System(
    id="sys-1", name="某系统", department="市一局", department_id="d1", secrecy="unclassified", status="在用", users=200,
    last_login_on=date(2024, 5, 1), last_update_on=date(2024, 6, 1), online_on=date(2015, 1, 1), contract_end_on=date(2026, 12, 31),
)  # fmt: skip
FACTS = SystemFacts(system=OLD, months=MONTHS, window=WINDOW, coverage=0.99, servers=2, servers_off=0, off_since=None)


@pytest.fixture(scope="module")
def rules() -> tuple[ZombieRule, ...]:
    return tuple(load_catalogs(None).zombie_rules)


def test_every_field_of_the_facts_is_written_and_read_again() -> None:
    full = replace(
        FACTS, off_since=date(2026, 1, 5), servers_off=1, callers_measured=("a",), callers_declared=("b",), name_hint="standby",
        before=(Earlier(as_of=AS_OF, state="zombie", hits=("z3-idle",)),), same_update_ratio=0.25, callers_operating=("c",),
        login_by_operator=True, callers_linking=("d",), namesakes=("e",), ledger_latest_on=date(2026, 3, 30),
    )  # fmt: skip
    again = _facts(json.loads(json.dumps(_row(full, ()), default=str)))
    for field in fields(SystemFacts):
        if field.name != "system":
            assert getattr(again, field.name) == getattr(full, field.name), field.name
            assert getattr(full, field.name) != field.default, f"{field.name}: give it a value that is not its default"


@pytest.mark.parametrize(
    "remark",
    [
        "张三（电话 13900000000）说业务已由省统建系统替代，请勿外传",
        "尚未停用",
        "部分模块已停用，其余在用",
        "大厅大屏常亮，找李四",
        "",
    ],
)
def test_the_verdicts_are_those_of_the_store_and_no_free_text_is_kept(
    rules: tuple[ZombieRule, ...], remark: str
) -> None:
    facts = replace(FACTS, system=replace(OLD, fields={"remark": remark, "status": "在用"}))
    (row,) = rows_of_facts([facts], rules)
    (finding,) = findings_of([row], rules, AS_OF)
    (verdict,) = judge_facts([facts], rules, AS_OF)
    assert (finding.verdict, finding.criteria) == (verdict.state, tuple(hit.criterion for hit in verdict.hits))
    for word in ("张三", "李四", "13900000000", "请勿外传"):
        assert word not in json.dumps(row, ensure_ascii=False)


def test_a_portal_that_links_it_speaks_for_it_here_as_in_the_store(rules: tuple[ZombieRule, ...]) -> None:
    linked = replace(
        FACTS, callers_linking=("hidden",), system=replace(OLD, contract_end_on=None, fields={"logins_month": 0})
    )
    caller = replace(FACTS, system=replace(OLD, id="hidden", last_login_on=date(2026, 3, 30), secrecy="unknown"))
    (row,) = rows_of_facts([linked, caller], rules)
    assert row["callers_linking"] == [UNDISCLOSED]
    (finding,) = findings_of([row], rules, AS_OF)
    assert finding.verdict == judge_facts([linked, caller], rules, AS_OF)[0].state


def test_a_hidden_caller_of_which_use_is_not_known_makes_no_system_used(rules: tuple[ZombieRule, ...]) -> None:
    linked = replace(
        FACTS, callers_declared=("hidden",), system=replace(OLD, contract_end_on=None, fields={"logins_month": 0})
    )
    nothing = System(id="hidden", name="", department=None, department_id=None, secrecy="unknown")
    caller = replace(FACTS, system=nothing, months=(), coverage=None, servers=0, servers_off=0)
    (row,) = rows_of_facts([linked, caller], rules)
    assert row["callers_declared"] == [UNDISCLOSED_UNKNOWN]
    (finding,) = findings_of([row], rules, AS_OF)
    assert finding.verdict == judge_facts([linked, caller], rules, AS_OF)[0].state == "unknown"


def rows_of_facts(facts: list[SystemFacts], rules: tuple[ZombieRule, ...]) -> list[dict[str, object]]:
    """The rows of those systems that may be shown, as they come back from the file; nothing was measured by day."""
    inventory = Inventory(as_of=AS_OF, systems=tuple(one.system for one in facts), servers=())
    found = rows_of(facts, rules, AS_OF, {"sys-1"}, inventory=inventory, rollup=Rollup(folder=Path(), files=()))
    return list(json.loads(json.dumps(found)))


VOCABULARY = sorted(
    {
        part
        for statement in statements_of(load_catalogs(None).zombie_rules)
        for word in (*statement.words, *statement.unless)
        for part in word.split("…")
    }
)
CLAUSE = st.lists(st.sampled_from([*VOCABULARY, "未", "不", "张三", "的", "由", "已"]), min_size=1, max_size=5).map(
    "".join
)


@given(st.lists(CLAUSE, min_size=1, max_size=3).map("，".join))
def test_the_words_make_the_same_statements_as_the_text(text: str) -> None:
    statements = [one for one in statements_of(load_catalogs(None).zombie_rules) if one.field == "remark"]
    words = said_of("remark", text, statements) or ""
    for statement in statements:
        assert (clause_of(statement, words) is None) == (clause_of(statement, text) is None), (
            statement.words[0],
            words,
        )


class Asked(dict[str, object]):
    """A system's ledger fields; remembers which were asked for."""

    names: set[str]

    def get(self, name: str, default: object = None) -> object:
        self.names.add(name)
        return super().get(name, default)


def test_the_rules_read_no_field_that_the_rows_leave_out(rules: tuple[ZombieRule, ...]) -> None:
    asked = Asked()
    asked.names = set()
    judge_facts([replace(FACTS, system=replace(OLD, fields=asked))], rules, AS_OF)  # type: ignore[arg-type]
    assert asked.names <= {*RULE_FIELDS, *(statement.field for statement in statements_of(rules))}
