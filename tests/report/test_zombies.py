import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from catalogs.words import Text
from report.charts import charts
from report.facts import Finding
from report.figures import UNMEASURED
from report.to_html import to_html
from report.verify import verify
from report.zombie_drawings import drawings
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
    for wanted in ("影像子系统", "暂缓到 2026-12-31", "档案征集系统", "立案（疑似），下一步期限 2026-04-15"):
        assert wanted in text
    assert call("verify", "reports", folder=tmp_path).returncode == 0
