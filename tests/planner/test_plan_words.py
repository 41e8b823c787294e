"""What the planner says is said in words: names, units, calendar weeks; nothing is left as a code."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalogs.load import load_catalogs
from catalogs.weeks import Week
from catalogs.words import Text
from planner.build.built import NOTES, REASONS
from planner.build.known import Known, SystemKnown, named
from planner.commands.explain import explain as explain_command
from planner.commands.make import _proven, _status, make
from planner.commands.reasons import _broken
from planner.commands.show import show
from planner.explain.balance import Scarce
from planner.explain.explain import Explanation
from planner.explain.unscheduled_words import scarce_text
from planner.files import read_file
from planner.plan import SolveRecord
from planner.view.known import _catalogued
from planner.week_words import week_runs
from tests.planner.test_explain import one_pool
from tests.report.plan_builders import EXAMPLE, example_plan

PLANNER = Path(__file__).resolve().parents[2] / "planner"
KNOWN = Known(
    systems={"sys-1": SystemKnown(name="医保结算"), "sys-10": SystemKnown(name="门户")},
    departments={"rsj": "市人社局"},
    pools={"east-x86": "城东·x86", "east": "城东", "west-arm": "城西·arm"},
    teams={"migration": Text("迁移实施队伍（人日）", "migration (days)")},
)


def test_every_kind_of_note_has_words() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(PLANNER.rglob("*.py")))
    codes = set(re.findall(r'code="([a-z-]+)"', source)) | {"due-past", "window-avoid", "window-warn"}
    assert codes == set(NOTES)
    assert all(text.zh and text.en for text in (*NOTES.values(), *REASONS.values()))


@pytest.mark.parametrize(
    ("zh", "wanted"),
    [
        ("sys-10 须与 sys-1 同周割接", "“门户”须与“医保结算”同周割接"),
        ("资源池 east-x86 在 2026-W14 前缺 2 vcpu", "“城东·x86”在 2026-W14 前缺 2 vcpu"),
        ("力量 migration 在 2026-W14 缺 5", "“迁移实施队伍（人日）”在 2026-W14 缺 5"),
        ("单位 rsj 在 2026-W14 的并行上限 2 已满", "“市人社局”在 2026-W14 的并行上限 2 已满"),
        ("完成 2 个，资源池 east、east-x86、west-arm 至少要 9", "完成 2 个，“城东”、“城东·x86”、“城西·arm”至少要 9"),
        ("资源池 east-x86-b 在 2026-W14 前缺 2 vcpu", "资源池 east-x86-b 在 2026-W14 前缺 2 vcpu"),
    ],
)
def test_names_stand_in_place_of_ids(zh: str, wanted: str) -> None:
    assert named(KNOWN, Text(zh, "sys-1 sys-10" if "sys-1" in zh else "")).zh == wanted


def test_pools_have_names_in_english_too_and_no_id_is_replaced_inside_another() -> None:
    assert named(KNOWN, Text("", "pool east-x86: add 3")).en == "“城东·x86”: add 3"
    assert (
        named(KNOWN, Text("", "take 9 of pool east, west-arm at least")).en == "take 9 of “城东”, “城西·arm” at least"
    )
    assert named(KNOWN, Text("", "team migration lacks 5 in 2026-W14")).en == "“migration (days)” lacks 5 in 2026-W14"
    known = replace(KNOWN, systems={"a": SystemKnown(name="b 系统"), "b": SystemKnown(name="a 系统")})
    assert named(known, Text("a 须在 b 之后，data-a 不动", "a b")).zh == "“b 系统”须在“a 系统”之后，data-a 不动"


def test_teams_and_pools_have_their_names_in_english_where_the_catalogue_has_one(tmp_path: Path) -> None:
    """As pools and departments: the name is Chinese, but an id says nothing to whoever reads the plan."""
    catalogs = load_catalogs(tmp_path)
    beside, _ = _catalogued(catalogs, {"policy": "sample-city", "service": "sample-cloud"})
    planning = catalogs.planning(catalogs.policy("sample-city").planning)
    assert planning.teams
    for team in planning.teams:
        assert beside["teams"][team.id].en == f"{team.name} ({team.unit})"
    lacking = Scarce(what="pool", names=("east", "west-arm"), resource="vcpu", needed=9, offered=4, systems=3)
    assert "城东, 城西·arm" in scarce_text(KNOWN, lacking).en


def test_of_a_problem_file_it_is_said_once_that_ids_stand_for_names(tmp_path: Path) -> None:
    raw = one_pool(5, 11, 3)
    (tmp_path / "problem.json").write_text(json.dumps(raw), encoding="utf-8")
    problem = str(tmp_path / "problem.json")
    for command, more in ((make, ["--out", str(tmp_path / "plan.json")]), (explain_command, ["--time-limit", "2"])):
        said = CliRunner().invoke(command, ["--problem", problem, *more]).stderr
        assert said.count("问题文件只有编号、没有名称") == 1
        assert "资源池 xc" in said
        found = CliRunner().invoke(command, ["--problem", problem, *more, "--json"])
        assert "没有名称" not in found.stderr


def test_an_explanation_is_said_with_names_in_every_part() -> None:
    text = Text("sys-1 等", "sys-1")
    found = Explanation(facts=(text,), shortages=(text,), relaxations=(text,), purchases=(text,))
    said = found.said(lambda one: named(KNOWN, one))
    assert {one.zh for one in (*said.facts, *said.shortages, *said.relaxations, *said.purchases)} == {"“医保结算”等"}


def test_what_is_broken_is_told_in_weeks_and_systems_apart() -> None:
    assert _broken(40, 20).zh == "截止周合计晚 40 周（排不下的算到规划期末），目标合计少 20 个系统"
    assert _broken(0, 3).zh == "目标合计少 3 个系统"


def test_a_plan_whose_value_meets_its_bound_is_optimal_whoever_found_it() -> None:
    record = SolveRecord(
        status="feasible", seed=1, workers=1, time_limit_s=1, repeatable=False, solver="", wall_s=1, stages=("search",)
    )
    plan = replace(example_plan(), record=record)
    assert plan.value == plan.bound
    assert _status(plan) == "optimal"
    proven = _proven(plan)
    assert proven.record is not None
    assert proven.record.status == "optimal"
    open_plan = replace(plan, bound=plan.bound - 1)
    assert (_status(open_plan), _proven(open_plan)) == ("feasible", open_plan)


def test_demand_is_shown_with_units(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_bytes(example_plan().to_bytes())
    done = CliRunner().invoke(show, ["--problem", str(EXAMPLE), "--plan", str(plan), "--system", "his"])
    assert done.exit_code == 0, done.output
    assert "12 vCPU、48 GiB 内存" in done.output
    assert "memory_gib" not in done.output


def test_a_missing_file_is_told_in_the_language_asked_for(tmp_path: Path) -> None:
    from catalogs.errors import UsageError

    with pytest.raises(UsageError, match="没有这个文件"):
        read_file(tmp_path / "no.json", "问题文件")
    with pytest.raises(UsageError, match="这是一个文件夹"):
        read_file(tmp_path, "问题文件")


def test_scenarios_without_plan_say_why(tmp_path: Path) -> None:
    from planner.commands.scenarios import scenarios

    raw = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    raw["systems"][1]["release_week"] = 7
    (tmp_path / "late.json").write_text(json.dumps(raw), encoding="utf-8")
    done = CliRunner().invoke(scenarios, ["--problem", str(tmp_path / "late.json"), "--time-limit", "3"])
    assert done.exit_code == 0, done.output
    assert "late：" in done.output
    assert "pay" in done.output


def test_weeks_in_a_row_are_a_range() -> None:
    first = Week.parse("2026-W50")
    assert week_runs(first, [3, 0, 1, 9, 1]) == ["2026-W50–2026-W51", "2026-W53", "2027-W06"]
    assert week_runs(first, [0, 2, 4], most=2) == ["2026-W50", "2026-W52", "…"]
    assert week_runs(first, []) == []
