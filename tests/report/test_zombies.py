import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from catalogs.load import load_catalogs
from catalogs.words import Text
from inventory.storage.decisions import Decision
from inventory.zombies.cases import Case, cases
from inventory.zombies.examples import AS_OF, facts_from
from inventory.zombies.judge import judge_facts
from report.chapters.zombies import VERDICTS
from report.charts import charts
from report.facts import Finding
from report.figures import UNMEASURED
from report.kept_decisions import Instants, kept_decisions
from report.to_html import to_html
from report.to_xlsx import to_xlsx
from report.verify import verify
from report.zombie_drawings import drawings
from report.zombie_inputs import finding_of
from report.zombies import CRITERIA, zombie_report
from tests.inventory.command import call
from tests.report.builders import a_moment, a_system, some_facts
from tests.report.conftest import HIDDEN, Made, report_on

DECLARED_NO = a_system("sys-1", zombie_declared=False)
SYSTEMS = (DECLARED_NO, a_system("sys-2", zombie_declared=True), a_system("sys-3"))


def a_finding(system_id: str, verdict: str, criteria: tuple[str, ...] = (), *, disagrees: bool = False) -> Finding:
    rules = tuple(Text(f"规则{code}", f"rule {code}") for code in criteria)
    return Finding(
        system_id=system_id,
        verdict=verdict,
        rules=rules,
        reason=Text("依据", "why"),
        criteria=criteria,
        ticks=tuple(code for code in criteria if code.startswith("Z")),
        others=tuple(rule for rule, code in zip(rules, criteria, strict=True) if not code.startswith("Z")),
        disagrees=disagrees,
    )


FINDINGS = (
    a_finding("sys-1", "zombie", ("Z3", "Z5b", "R1"), disagrees=True),
    a_finding("sys-2", "in_use"),
    a_finding("sys-3", "unknown"),
)


def test_ticks_stand_below_the_criteria_that_fired() -> None:
    table = zombie_report(some_facts(now=a_moment(systems=SYSTEMS), findings=FINDINGS)).tables["zombies.cleanup"]
    (row,) = table.rows
    ticks = {code: row[table.index(code)] for code, _ in CRITERIA}
    assert ticks == {"Z1": "", "Z2": "", "Z3": "√", "Z4": "", "Z5a": "", "Z5b": "√"}
    assert row[table.index("other")] == Text("规则R1", "rule R1")


def test_the_table_has_the_columns_of_a_real_one_in_their_order() -> None:
    table = zombie_report(some_facts()).tables["zombies.cleanup"]
    assert [column.label.zh for column in table.columns] == [
        "序号", "单位名称", "信息系统名称", "子系统名称", "使用与实际业务流程长期脱节", "功能可被其他系统替代", "所占资源长期处于空闲状态", "运行维护停止更新服务",
        "使用范围小", "使用频度低", "其他原因", "计划完成清理时间", "状态", "备注",
    ]  # fmt: skip


def test_suspected_systems_are_drawn_with_line_gaps_and_calls() -> None:
    first = replace(
        FINDINGS[0], daily=((1.0, 96.0), None, (2.0, 96.0)), daily_from=date(2026, 3, 1), line=0.05, callers=("sys-2", "undisclosed"), calls=("sys-3",)
    )  # fmt: skip
    report = zombie_report(some_facts(now=a_moment(systems=SYSTEMS), findings=(first, *FINDINGS[1:])))
    days = [row[3] for row in report.tables["zombies.use"].rows]
    assert days == ["2026-03-01", "2026-03-02", "2026-03-03"]
    assert report.tables["zombies.use"].rows[1][4] == UNMEASURED
    others = [row[4] for row in report.tables["zombies.calls"].rows]
    assert others == [SYSTEMS[1].name, Text("（不公开的系统）", "(undisclosed)"), SYSTEMS[2].name]
    (drawn,) = drawings(report, "zh")
    assert drawn.use.count("#e3e7eb") == 1
    assert "stroke-dasharray" in drawn.use
    assert drawn.calls.count("<rect") == 4
    page = to_html(report, "zh", root_sha256="0" * 64, version="1")
    assert drawn.use in page
    assert drawn.calls in page


def test_every_system_has_one_verdict_and_differences_are_listed() -> None:
    report = zombie_report(some_facts(now=a_moment(systems=SYSTEMS), findings=FINDINGS, confirmed=frozenset({"sys-1"})))
    figures = {key: figure.value for key, figure in report.figures.items()}
    assert figures["zombies.systems"] == 3
    assert (figures["zombies.suspected"], figures["zombies.unknown"], figures["zombies.declared"]) == (1, 1, 1)
    assert figures["zombies.disagreeing"] == 1
    assert figures["zombies.confirmed"] == 1
    assert [row[0] for row in report.tables["zombies.differing"].rows] == ["sys-1"]
    assert [row[0] for row in report.tables["zombies.unknown"].rows] == ["sys-3"]
    assert report.tables["zombies.cleanup"].column("stage") == (Text("已确认", "confirmed"),)


def a_case(system_id: str, *steps: str, **last: object) -> Case:
    """A case that took a step a day from 2 March on; `last` is what the last step says besides."""
    made = [
        Decision(
            kind="zombie", subject=system_id, value={"step": step, **(last if place == len(steps) - 1 else {})}, actor="", role="", reason="r",
            decided_at=datetime(2026, 3, 2 + place, tzinfo=UTC),
        )
        for place, step in enumerate(steps)
    ]  # fmt: skip
    return cases(made, 15)[system_id]


def test_cases_are_counted_by_step_and_listed_with_what_is_due() -> None:
    known = {
        "sys-1": a_case("sys-1", "opened"),
        "sys-2": a_case("sys-2", "opened", "notified", "held", until="2026-12-31"),
        "sys-3": a_case("sys-3", "shut-down", "released", released={"vcpu": 8, "memory_gib": 16.0, "storage_gib": 200}),
        "sys-9": a_case("sys-9", "opened"),  # a system that may not be named
    }
    report = zombie_report(some_facts(now=a_moment(systems=SYSTEMS), findings=FINDINGS, cases=known))
    figures = {key: figure.value for key, figure in report.figures.items()}
    assert (figures["zombies.cases"], figures["zombies.overdue"]) == (3, 2)
    assert (
        figures["zombies.released_vcpu"],
        figures["zombies.released_memory"],
        figures["zombies.released_storage"],
    ) == (8, 16.0, 200)
    stages = report.tables["zombies.stages"]
    assert [(row[0].en, *row[1:]) for row in stages.rows if isinstance(row[0], Text)] == [
        ("opened (suspected)", 1, 1), ("held, with reason and last day", 1, 0), ("resources released", 1, 1),
    ]  # fmt: skip
    listed = report.tables["zombies.cases"]
    assert [(row[0], row[listed.index("due")], row[listed.index("late")]) for row in listed.rows] == [
        ("sys-1", "2026-03-12", 19), ("sys-3", "2026-03-18", 13), ("sys-2", "2026-12-31", ""),
    ]  # fmt: skip
    assert "sys-9" not in json.dumps(report.as_json())
    table = report.tables["zombies.cleanup"]
    held = next(row for row in table.rows if row[2] == SYSTEMS[1].name)
    assert held[table.index("deadline")] == "2026-12-31"
    assert held[table.index("stage")] == Text("暂缓到 2026-12-31", "held until 2026-12-31")
    assert held[table.index("other")] == Text("人工立案（本期检测：在用）", "a case was opened (detected now: in use)")


def test_what_was_withdrawn_is_no_longer_to_be_cleaned_up_but_stays_in_the_list_of_cases() -> None:
    known = {"sys-1": a_case("sys-1", "opened", "withdrawn")}
    report = zombie_report(some_facts(now=a_moment(systems=SYSTEMS), findings=FINDINGS, cases=known))
    assert report.tables["zombies.cleanup"].rows == ()
    assert [row[0] for row in report.tables["zombies.cases"].rows] == ["sys-1"]
    assert report.figures["zombies.cases"].value == 0


def test_systems_judged_otherwise_than_last_month_are_listed() -> None:
    findings = (replace(FINDINGS[0], before="in_use"), replace(FINDINGS[1], before="in_use"), FINDINGS[2])
    table = zombie_report(some_facts(now=a_moment(systems=SYSTEMS), findings=findings)).tables["zombies.changed"]
    assert [(row[0], row[3], row[4]) for row in table.rows] == [("sys-1", VERDICTS["in_use"], VERDICTS["zombie"])]


def test_the_workbook_draws_use_by_day_with_the_line_and_grey_gaps() -> None:
    daily = ((1.0, 96.0), None, (2.0, 96.0))
    found = [
        replace(one, verdict="zombie", daily=daily, daily_from=date(2026, 3, 1), line=0.05) for one in FINDINGS[:2]
    ]
    report = zombie_report(some_facts(now=a_moment(systems=SYSTEMS), findings=(*found, FINDINGS[2])))
    assert [row[-1] for row in report.tables["zombies.use"].rows] == [0, 1, 0, 0, 1, 0]
    book = to_xlsx(report, "zh", root_sha256="0" * 64, version="1", created_at=datetime(2026, 4, 1, tzinfo=UTC))
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        drawn = [
            archive.read(name).decode() for name in sorted(archive.namelist()) if name.startswith("xl/charts/chart")
        ]
    assert len(drawn) == 2
    for chart, rows in zip(drawn, ("$2:$D$4", "$5:$D$7"), strict=True):
        assert rows in chart
        assert "E3E7EB" in chart.upper()
        assert 'prstDash val="dash"' in chart
    nothing = zombie_report(some_facts(now=a_moment(systems=SYSTEMS), findings=FINDINGS))
    book = to_xlsx(nothing, "zh", root_sha256="0" * 64, version="1", created_at=datetime(2026, 4, 1, tzinfo=UTC))
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert not [name for name in archive.namelist() if name.startswith("xl/charts/")]


def test_the_evidence_keeps_the_steps_of_a_case_and_nothing_that_people_wrote() -> None:
    value = {"step": "confirmed", "due_on": "2026-05-01", "answer": "李四说可以关"}
    released = {
        "step": "released",
        "released": {"servers": ["ledger:x/server/a"], "vcpu": 4, "memory_gib": 8, "storage_gib": 1, "seen_in": ["s"]},
    }
    made = [
        Decision(kind="zombie", subject="sys-1", value=one, actor="张三", role="科长", reason="纪要", decided_at=datetime(2026, 3, day, tzinfo=UTC))
        for day, one in ((2, value), (3, released))
    ]  # fmt: skip
    at = datetime(2026, 4, 1, tzinfo=UTC)
    kept = kept_decisions(made, frozenset({"sys-1"}), Instants(now=at, before=None, as_of=at), migration=False)
    assert [row.value for row in kept] == [
        {"step": "confirmed", "due_on": "2026-05-01"},
        {"step": "released", "released": {"vcpu": 4, "memory_gib": 8, "storage_gib": 1}},
    ]
    assert {row.actor + row.reason for row in kept} == {""}


def test_strong_signs_stand_below_the_criterion_that_they_are_evidence_of() -> None:
    facts = facts_from(
        {"last_login_on": "2024-01-05", "contract_end_on": "2023-01-01", "last_update_on": "2022-01-01", "users": "900"}
    )
    rules = load_catalogs(None).zombie_rules
    (verdict,) = judge_facts([facts], rules, AS_OF)
    found = finding_of(verdict, {"callers_measured": (), "callers_declared": ()})
    assert {hit.rule for hit in verdict.hits} >= {"no-activity", "contract-expired"}
    assert {"Z4", "Z5b"} <= set(found.ticks)
    assert "Z5a" not in found.ticks
    assert not found.others


def test_a_page_without_charts_is_whole() -> None:
    report = zombie_report(some_facts(now=a_moment(systems=SYSTEMS), findings=FINDINGS))
    assert charts(report, "zh") == {}
    html = to_html(report, "zh", root_sha256="3f" * 32, version="0.1.0")
    assert "清理情况表" in html
    assert 'class="chart"' not in html
    assert "zrender" not in html  # nothing to draw, so no script to draw with


@pytest.mark.slow
def test_the_report_from_a_store_verifies_and_hides_what_it_must(made: Made, tmp_path: Path) -> None:
    report_on(made.store, tmp_path / "out", tmp_path, kind="zombies")
    files = {path.suffix: path for path in (tmp_path / "out").iterdir()}
    result = verify(files[".zip"], (files[".html"], files[".xlsx"], files[".json"]))
    assert result.passed, [fault.zh for step in result.steps for fault in step.faults]
    told = json.loads(files[".json"].read_bytes())
    (row,) = next(table for table in told["tables"] if table["id"] == "zombies.cleanup")["rows"]
    assert row[2] == "<script>alert(1)</script>门户"
    assert row[-2]["zh"].startswith("已清理（已关停")
    with zipfile.ZipFile(files[".zip"]) as archive:
        texts = [files[".html"].read_bytes(), *(archive.read(name) for name in archive.namelist())]
    assert not [word for word in HIDDEN for text in texts if word.encode() in text]


LEDGER = """单位名称,系统名称,子系统名称,涉密分类,最近登录时间,是否为僵尸信息系统
市档案馆,档案查询系统,影像子系统,非涉密,2023-01-05,否
市档案馆,档案征集系统,,非涉密,2026-03-20,否
市档案馆,旧版门户,,,,是
"""


def test_stages_subsystems_and_declared_ones_that_may_not_be_named(tmp_path: Path) -> None:
    """The clean-up table says where each case stands; a declared zombie whose row is empty otherwise is counted, not lost."""
    (tmp_path / "govcloud.yaml").write_text("profile: sample-city\nservice: sample-cloud\n", encoding="utf-8")
    (tmp_path / "台账.csv").write_text(LEDGER, encoding="utf-8")
    assert call("collect", "ledger", "台账.csv", "--as-of", "2026-04-01", folder=tmp_path).returncode in {0, 9}
    for day, *step in (
        ("2026-04-02", "open", "档案查询系统"), ("2026-04-03", "step", "档案查询系统", "notified", "--reason", "函"),
        ("2026-04-04", "step", "档案查询系统", "held", "--reason", "年底还用", "--until", "2026-12-31"),
        ("2026-04-05", "open", "档案征集系统", "--reason", "业务已划转"),
    ):  # fmt: skip
        done = call("zombies", "case", *step, "--role", "科长", "--as-of", day, folder=tmp_path)
        assert done.returncode == 0, done.stderr
    done = call(
        "report", "zombies", "--period", "2026-04", "--as-of", "2026-05-01", "--out", "reports", folder=tmp_path
    )
    assert done.returncode in {0, 9}, done.stderr
    told = json.loads(next((tmp_path / "reports").glob("*.figures.json")).read_text("utf-8"))
    figures = {one["id"]: one["numerator"] for one in told["figures"]}
    assert (figures["zombies.secrecy_unknown"], figures["zombies.secrecy_unknown_declared"]) == (1, 1)
    page = next((tmp_path / "reports").glob("*.html")).read_text("utf-8")
    assert "旧版门户" not in page
    table = next(one for one in told["tables"] if one["id"] == "zombies.cleanup")
    text = json.dumps(table, ensure_ascii=False)
    for wanted in ("影像子系统", "暂缓到 2026-12-31", "档案征集系统", "立案（疑似）", "人工立案（本期检测："):
        assert wanted in text
    assert call("verify", "reports", folder=tmp_path).returncode == 0
