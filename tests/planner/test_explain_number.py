"""`plan explain`: a number of a stored plan's problem, its value and its steps; and who is not planned."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalogs.errors import UsageError
from inventory.storage.store import open_store
from planner.plan import Plan
from planner.problem.number_path import EMPTY, as_week, empty_means, parts_of, value_at
from tests.planner.small_city import a_server, a_system, build, used

pytestmark = pytest.mark.slow  # whole cities

ROOT = Path(__file__).resolve().parents[2]


def explain(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        str(ROOT / "govcloud.py"),
        "plan",
        "explain",
        "--store",
        str(folder / "store"),
        *arguments,
    ]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=300)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one plan made from an inventory, and one that was not."""
    place = tmp_path_factory.mktemp("explain")
    server = a_server("a", vcpu=16, memory_gib=64.0, disk_gib=1000.0)
    built = build(
        [a_system("a"), a_system("b", secrecy="unknown")], [server], rates=used(server, 150, 400, 300), classified=2
    )
    problem = json.dumps(built.problem.as_json()).encode()
    plan = Plan(problem_sha256="0" * 64, moves=(), clean_ups=(), value=0, bound=0).to_bytes()
    with open_store(str(place / "store"), create=True) as store:
        store.add_plan(problem=problem, plan=plan, about={}, made_at=datetime(2026, 3, 30, tzinfo=UTC))
        store.add_plan(
            problem=problem, plan=plan, about={"built": built.as_json()}, made_at=datetime(2026, 3, 31, tzinfo=UTC)
        )
    return place


def test_a_number_with_its_steps(folder: Path) -> None:
    path = "systems[a].options[west-extranet-x86].demand[vcpu]"
    found = explain(folder, "--number", path, "--json")
    data = json.loads(found.stdout)["data"]
    assert data["value"] == 9
    values = [step["value"] for step in data["steps"]]
    # 16 provisioned, 4 needed, the flavour has 8, growth makes it 9
    assert [value.split(" / ")[0] for value in values] == ["16", "4", "8", "9"]
    said = explain(folder, "--number", path)
    assert f"{path} = 9" in said.stdout
    assert "openstack:cloud-a" in said.stdout


def test_who_is_not_planned(folder: Path) -> None:
    said = explain(folder)
    assert said.returncode == 0, said.stderr
    assert "没有排期的系统：3 个" in said.stdout
    assert "密级不明" in said.stdout
    assert "b系统" not in said.stdout  # it may be classified: not named, as on the page
    found = explain(folder, "--json")
    (unknown,) = [item for item in json.loads(found.stdout)["data"]["left_out"] if item["reason"] == "secrecy-unknown"]
    assert (unknown["system"], unknown["name"]) == (None, None)
    assert "b系统" not in found.stdout


@pytest.mark.parametrize(
    "path", ["systems[nobody]", "pools[east-extranet-x86].size", "systems[a].weight.x", "[", "weeks]"]
)
def test_a_path_that_leads_nowhere_says_where_it_stops(folder: Path, path: str) -> None:
    found = explain(folder, "--number", path)
    assert found.returncode == 2
    assert "Traceback" not in found.stderr
    assert "找不到下一段" in found.stderr


def test_a_plan_of_a_problem_file_has_no_origins(folder: Path) -> None:
    found = explain(folder, "20260330", "--number", "weeks")
    assert found.returncode == 2
    assert "不是由清单生成" in found.stderr


def test_values_at_paths() -> None:
    problem = {
        "resources": ["vcpu", "gib"],
        "pools": [{"id": "p", "capacity": [{"from_week": 0, "amount": [3, 4]}]}],
        "first_week": "2026-W14",
        "curve": [{"week": 1, "at_least": 1}, {"week": 7, "at_least": 2}],
        "systems": [{"id": "a", "options": []}],
    }
    assert value_at(problem, "pools[p].capacity[0].amount[gib]") == 4
    assert value_at(problem, "pools[0].capacity[0].amount[1]") == 4
    assert value_at(problem, "curve[1].at_least") == 2, "a number is a place, also where it is the week of another"
    assert value_at(problem, "curve[2026-W15].at_least") == 1
    with pytest.raises(UsageError):
        value_at(problem, "pools[q]")
    with pytest.raises(UsageError, match="vcpu, gib"):
        value_at(problem, "pools[p].capacity[0].amount[gpu]")
    with pytest.raises(UsageError, match="没有 frees：迁走后"):
        value_at(problem, "systems[a].frees")


def test_weeks_are_told_as_people_write_them() -> None:
    problem = {"first_week": "2026-W14"}
    told = {"systems[a].due_week": 3, "departments[d].blocked_weeks[0]": 0, "curve[0].week": 2, "systems[a].weight": 3}
    assert [as_week(problem, path, value) for path, value in told.items()] == ["2026-W17", "2026-W14", "2026-W16", None]
    assert as_week(problem, "systems[a].preparation_weeks", 3) is None
    assert as_week(problem, "systems[a].due_week", None) is None


def test_no_path_is_no_question(folder: Path) -> None:
    found = explain(folder, "--number", " ")
    assert found.returncode == 2
    assert "--number 是空的" in found.stderr


def test_a_label_is_not_said_to_be_of_unknown_origin(folder: Path) -> None:
    assert "照录自清单和目录" in explain(folder, "--number", "pools[0].site").stdout


def test_an_empty_list_says_what_that_means_and_a_long_one_how_to_ask_for_its_parts(folder: Path) -> None:
    said = explain(folder, "--number", "clean_ups").stdout
    assert "没有确认可清理" in said
    assert "没有记录由来" not in said
    lost = explain(folder, "--number", "clean_ups[0].amount").stderr
    assert "clean_ups 是空列表" in lost
    assert "（一个数）" not in lost
    whole = explain(folder, "--number", "systems").stdout
    assert whole.startswith("systems = 1 项：[")
    assert "systems[a]" in whole
    assert len(whole) < 600


def test_every_list_of_a_problem_has_words_for_being_empty() -> None:
    raw = json.loads((Path(__file__).parent / "data" / "example-problem.json").read_text(encoding="utf-8"))
    top = {key for key, value in raw.items() if isinstance(value, list)}
    always = {"resources", "pools", "teams", "departments", "systems"}  # a problem without them plans nothing
    own = {key for system in raw["systems"] for key, value in system.items() if isinstance(value, list)}
    assert (top - always) | (own - {"frees"}) <= set(EMPTY)
    assert "没有封网周" in str(empty_means("departments[d].blocked_weeks"))
    assert parts_of("before", [{"first": "a", "then": "b", "lag_weeks": 0}]) == ("before[a,b]",)
    assert parts_of("systems[a].weight", 3) == ()
