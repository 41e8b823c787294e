"""The `inventory` commands and `collect openstack` as a person runs them, on the checked-in cut of the sample city."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from rich.console import Console

from catalogs.words import Text
from inventory.listing.export import neutral
from inventory.listing.print import print_gaps
from inventory.model import Gap, Origin
from tests.frame.test_contracts import schema
from tests.inventory.command import call

CITY = Path(__file__).resolve().parents[1] / "data" / "demo-city"
AS_OF = ("--as-of", "2026-03-31")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the city's ledgers and clouds."""
    folder = tmp_path_factory.mktemp("city")
    ledgers = call("collect", "ledger", str(CITY / "ledgers"), str(CITY / "rooms"), *AS_OF, folder=folder)
    assert ledgers.returncode == 0, ledgers.stderr
    for cloud in sorted((CITY / "clouds").glob("*.json")):
        found = call("collect", "openstack", "--recorded", str(cloud), *AS_OF, folder=folder)
        assert found.returncode == 0, found.stderr
    return folder


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CITY / "truth.json").read_text(encoding="utf-8"))
    return found


def data_of(workspace: Path, *arguments: str) -> Any:
    done = call(*arguments, "--json", *AS_OF, folder=workspace)
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    jsonschema.validate(printed, schema("envelope"))
    for gap in printed["gaps"]:
        jsonschema.validate(gap, schema("gap"))
    return printed["data"]


def test_the_citys_systems_are_found_each_once(workspace: Path, truth: dict[str, Any]) -> None:
    found = data_of(workspace, "inventory", "list")
    assert sorted(system["name"] for system in found) == sorted(system["name"] for system in truth["systems"])
    assert len({system["id"] for system in found}) == len(truth["systems"])


def test_no_server_is_linked_to_the_wrong_system_and_few_to_none(workspace: Path, truth: dict[str, Any]) -> None:
    codes = {system["id"]: (system["department"], system["name"]) for system in truth["systems"]}
    systems = {
        system["id"]: (system["department"], system["name"]) for system in data_of(workspace, "inventory", "list")
    }
    wanted = {server["id"]: codes.get(server["system"]) for server in truth["servers"]}
    linked = missed = 0
    for server in data_of(workspace, "inventory", "list", "--servers"):
        native = server["id"].removeprefix("openstack:")
        if native not in wanted:
            continue
        if server["system_id"] is None:
            missed += wanted[native] is not None
            continue
        assert systems[server["system_id"]][1] == (wanted[native] or ("", ""))[1], server["name"]
        linked += 1
    assert linked > 100
    assert missed <= 0.1 * linked


def test_classified_systems_are_counted_and_nowhere_named(workspace: Path, truth: dict[str, Any]) -> None:
    done = call("inventory", "export", "all.json", *AS_OF, folder=workspace)
    assert done.returncode == 0, done.stderr
    whole = json.loads((workspace / "all.json").read_text(encoding="utf-8"))
    assert whole["classified_count"] == truth["classified_count"] > 0
    assert {system["secrecy"] for system in whole["systems"]} <= {"unclassified", "unknown"}
    for record in whole["others"]:
        jsonschema.validate(record, schema("record"))
    origins = {
        json.dumps(value["origin"])
        for system in whole["systems"]
        for value in system["fields"].values()
        if value["origin"]
    }
    validator = jsonschema.Draft202012Validator(schema("origin"))
    assert origins
    for origin in origins:
        validator.validate(json.loads(origin))


def test_filters(workspace: Path) -> None:
    everything = data_of(workspace, "inventory", "list")
    schools = data_of(workspace, "inventory", "list", "--department", "市教育局")
    assert {system["department"] for system in schools} == {"市教育局"}
    assert len(schools) == sum(system["department"] == "市教育局" for system in everything)
    internet = data_of(workspace, "inventory", "list", "--zone", "互联网区")
    assert internet
    assert all("互联网区" in system["zones"] for system in internet)
    stopped = data_of(workspace, "inventory", "list", "--servers", "--status", "off")
    assert stopped
    assert {server["power"] for server in stopped} == {"off"}
    (one,) = data_of(workspace, "inventory", "list", "--text", "学籍管理")
    assert one["name"] == "学籍管理系统"
    assert {server["system_id"] for server in data_of(workspace, "inventory", "list", "--unlinked")} == {None}


def test_an_old_name_of_a_department_filters_too(workspace: Path) -> None:
    assert data_of(workspace, "inventory", "list", "--department", "市规划局") == data_of(
        workspace, "inventory", "list", "--department", "市自然资源和规划局"
    )


def test_show_gives_every_value_with_its_place(workspace: Path) -> None:
    shown = data_of(workspace, "inventory", "show", "学籍管理系统")
    assert shown["fields"]["sys_name"]["origin"]["file"].startswith("市教育局")
    assert data_of(workspace, "inventory", "show", shown["id"]) == shown
    server = shown["servers"][0]
    assert data_of(workspace, "inventory", "show", server["id"])["system_id"] == shown["id"]
    text = call("inventory", "show", "学籍管理系统", *AS_OF, folder=workspace).stdout
    assert server["name"] in text


def test_show_of_nothing_says_what_to_do(workspace: Path) -> None:
    done = call("inventory", "show", "没有这个", *AS_OF, folder=workspace)
    assert done.returncode == 2
    assert "清单中没有“没有这个”" in done.stderr
    assert "Traceback" not in done.stderr


def test_gaps_by_kind(workspace: Path) -> None:
    whole = data_of(workspace, "inventory", "gaps")
    assert whole["total"] == sum(whole["count"].values())
    assert data_of(workspace, "inventory", "gaps", "--kind", "conflict")["count"] == {
        "conflict": whole["count"]["conflict"]
    }
    assert call("inventory", "gaps", "--kind", "nonsense", *AS_OF, folder=workspace).returncode == 2
    strict = call("inventory", "gaps", "--strict", *AS_OF, folder=workspace)
    assert (strict.returncode, "缺口" in strict.stderr) == (1, True)


def test_rows_of_one_column_with_one_message_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def gap(row: int | None, column: str | None, zh: str, sheet: str | None = None) -> Gap:
        origin = Origin(source="ledger:a", file="a.xlsx", sheet=sheet, row=row, column=column)
        return Gap(kind="missing", origin=origin, message=Text(zh, zh))

    named = [gap(row, "D", "名称空着") for row in (40, 12, 5, 4, 6)]
    print_gaps(Console(width=200), [*named, gap(3, "AA", "其他"), gap(3, "B", "其他", "台账"), gap(None, None, "整份")])
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "缺少必需的字段 8",
        "a.xlsx  整份",
        "a.xlsx, D4:D6、D12、D40  名称空着（5 处）",
        "a.xlsx, AA3  其他",
        "a.xlsx, 台账!B3  其他",
        "共 8 处缺口",
    ]


def test_an_answer_settles_a_conflict(workspace: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(workspace, folder)
    printed = json.loads(call("inventory", "conflicts", "--json", *AS_OF, folder=folder).stdout)
    gap = next(gap for gap in printed["gaps"] if gap["field"] == "vcpu")
    given = (
        "decisions",
        "add",
        "answer",
        gap["answer_key"],
        gap["choices"][0],
        "--reason",
        "已核实",
        "--role",
        "科长",
        *AS_OF,
    )
    assert call(*given, folder=folder).returncode == 0
    after = json.loads(call("inventory", "conflicts", "--json", *AS_OF, folder=folder).stdout)
    assert gap["id"] not in {one["id"] for one in after["gaps"]}
    assert str(data_of(folder, "inventory", "show", gap["subject"])["vcpu"]) == gap["choices"][0]


def test_export_to_a_workbook(workspace: Path) -> None:
    assert call("inventory", "export", "清单.xlsx", *AS_OF, folder=workspace).returncode == 0
    book = openpyxl.load_workbook(workspace / "清单.xlsx")
    assert book.sheetnames == ["系统", "服务器", "缺口", "来源"]
    systems = data_of(workspace, "inventory", "list")
    rows = list(book["系统"].iter_rows(values_only=True))
    assert len(rows) == len(systems) + 1
    vcpu = rows[0].index("vCPU")
    assert [row[vcpu] for row in rows[1:]] == [system["vcpu"] for system in systems]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_export_to_csv(workspace: Path) -> None:
    assert call("inventory", "export", "清单.csv", *AS_OF, folder=workspace).returncode == 0
    with (workspace / "清单.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(data_of(workspace, "inventory", "list"))
    assert (workspace / "清单-服务器.csv").exists()


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_formulas_are_neutralised(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"
    assert neutral("普通") == "普通"
    assert neutral(-5) == -5


def test_the_same_exports_give_the_same_bytes(workspace: Path) -> None:
    for name in ("one", "two"):
        for ending in ("json", "csv"):
            assert call("inventory", "export", f"{name}.{ending}", *AS_OF, folder=workspace).returncode == 0
    for ending in ("json", "csv"):
        assert (workspace / f"one.{ending}").read_bytes() == (workspace / f"two.{ending}").read_bytes()


@pytest.mark.parametrize(("file", "said"), [("x.docx", "后缀应为"), ("nowhere/x.csv", "不存在")])
def test_a_wrong_target_is_one_clear_error(workspace: Path, file: str, said: str) -> None:
    done = call("inventory", "export", file, *AS_OF, folder=workspace)
    assert (done.returncode, said in done.stderr) == (2, True)


def test_an_inventory_before_anything_was_collected(workspace: Path, tmp_path: Path) -> None:
    early = call("inventory", "list", "--as-of", "2020-01-01", folder=workspace)
    assert (early.returncode, "还没有采集过任何东西" in early.stderr) == (5, True)
    assert call("inventory", "list", folder=tmp_path).returncode == 5


def test_the_answer_of_a_collection_matches_its_schema(tmp_path: Path) -> None:
    recorded = CITY / "clouds" / "cloud-a.json"
    printed = json.loads(
        call("collect", "openstack", "--recorded", str(recorded), "--json", *AS_OF, folder=tmp_path).stdout
    )
    jsonschema.validate(printed, schema("envelope"))
    jsonschema.validate(printed["data"], schema("snapshot"))
    again = json.loads(
        call("collect", "openstack", "--recorded", str(recorded), "--json", *AS_OF, folder=tmp_path).stdout
    )
    assert again["data"]["id"] == printed["data"]["id"]


def test_a_partial_recording_ends_with_nine_and_the_inventory_says_so(tmp_path: Path) -> None:
    body = json.loads((CITY / "clouds" / "cloud-a.json").read_text(encoding="utf-8"))
    body["answers"]["volumes"] = []
    body["faults"] = [{"listing": "volumes", "service": "block_storage", "status": 503, "why": "HTTP 503"}]
    (tmp_path / "partial.json").write_text(json.dumps(body), encoding="utf-8")
    done = call("collect", "openstack", "--recorded", "partial.json", "--json", *AS_OF, folder=tmp_path)
    printed = json.loads(done.stdout)
    assert (done.returncode, printed["complete"], printed["data"]["complete"]) == (9, False, False)
    jsonschema.validate(printed["data"], schema("snapshot"))
    assert "云硬盘（服务不可用，HTTP 503）" in done.stderr
    listed = call("inventory", "list", "--servers", *AS_OF, folder=tmp_path)
    assert (listed.returncode, "没有读全" in listed.stderr) == (9, True)


def test_a_complete_snapshot_is_not_replaced_by_a_partial_one(tmp_path: Path) -> None:
    recorded = CITY / "clouds" / "cloud-a.json"
    assert call("collect", "openstack", "--recorded", str(recorded), *AS_OF, folder=tmp_path).returncode == 0
    body = json.loads(recorded.read_text(encoding="utf-8"))
    body |= {
        "recorded_at": "2026-03-31T15:00:00Z",
        "faults": [{"listing": "servers", "service": "compute", "status": 503, "why": "HTTP 503"}],
    }
    body["answers"]["servers"] = []
    (tmp_path / "partial.json").write_text(json.dumps(body), encoding="utf-8")
    assert call("collect", "openstack", "--recorded", "partial.json", *AS_OF, folder=tmp_path).returncode == 9
    listed = call("inventory", "list", "--servers", "--json", *AS_OF, folder=tmp_path)
    assert len(json.loads(listed.stdout)["data"]) > 0
    assert listed.returncode == 9


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "--cloud"),
        (("--recorded", "none.json"), 4, "none.json"),
        (("--cloud", "other", "--recorded", "{city}"), 2, "cloud-a"),
        (("--recorded", "{city}", "--as-of", "2026-01-01"), 4, "晚于 --as-of"),
        (("--recorded", "{city}", "--record", "nowhere/x.json"), 4, "不能写入"),
    ],
)
def test_wrong_use_of_collect_openstack(arguments: tuple[str, ...], code: int, said: str, tmp_path: Path) -> None:
    given = [argument.format(city=CITY / "clouds" / "cloud-a.json") for argument in arguments]
    done = call("collect", "openstack", *given, *(() if "--as-of" in given else AS_OF), folder=tmp_path)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "store").exists()
