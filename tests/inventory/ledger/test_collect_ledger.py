"""`collect ledger` on the command line: dry run, import, again, newer, answers, folders with a broken file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import govcloud
from tests.inventory.ledger.books import text, xlsx

ROWS: list[list[Any]] = [
    ["系统名称", "是否涉密", "存储", "上线时间"],
    ["预算系统", "否", 2, "2019.1"],
    ["国库系统", "否", "4TB", "2018-05"],
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "市财政局台账.xlsx").write_bytes(xlsx([{"name": "s", "rows": ROWS}]))
    return tmp_path


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout, stderr of one command."""
    import contextlib
    import io

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as left:
        govcloud.main([*arguments, "--store", "store"] if arguments[0] != "init" else list(arguments))
    return int(left.value.code or 0), out.getvalue(), err.getvalue()


def confirm(name: str, as_of: str) -> list[str]:
    """Answer with «对» for every sheet of a file that waits; returns the keys."""
    code, out, err = run("collect", "ledger", name, "--dry-run", "--json", "--as-of", as_of)
    assert code in {0, 9}, err
    sheets = json.loads(out)["data"]["files"][0]["accounting"]["sheets"]
    keys = [one["answer_key"] for s in sheets if (one := s["to_confirm"]) and one["answer"] is None]
    for key in keys:
        given = ("--reason", "看过", "--role", "经办", "--as-of", as_of)
        code, _, err = run("decisions", "add", "answer", key, "对", *given)
        assert code == 0, err
    return keys


def collected(*arguments: str, as_of: str = "2026-03-31") -> dict[str, Any]:
    code, out, err = run("collect", "ledger", *arguments, "--json", "--as-of", as_of)
    assert code in {0, 9}, err
    answer: dict[str, Any] = json.loads(out)
    return answer


def test_a_dry_run_shows_everything_and_writes_nothing(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    answer = collected("市财政局台账.xlsx", "--dry-run")
    assert sorted(folder.rglob("*")) == before
    (file,) = answer["data"]["files"]
    assert file["snapshot"] is None
    assert [record["fields"]["sys_name"] for record in file["records"]] == ["预算系统", "国库系统"]
    assert file["accounting"]["rows_read"] == 3
    assert {gap["field"] for gap in answer["gaps"]} == {"storage", "online_date"}


def test_the_same_file_twice_changes_nothing(folder: Path) -> None:
    first = collected("市财政局台账.xlsx")["data"]["files"][0]
    again = collected("市财政局台账.xlsx", as_of="2026-04-30")["data"]["files"][0]
    assert first["snapshot"] is not None
    assert again["snapshot"] is None
    assert again["changes"] == {"first": False, "unchanged": 2, "new": [], "changed": [], "vanished": []}


def test_a_newer_file_says_what_is_new_changed_and_gone(folder: Path) -> None:
    collected("市财政局台账.xlsx")
    newer = [ROWS[0], ["预算系统", "否", "3TB", "2019-10"], ["票据系统", "否", "1TB", "2020"]]
    (folder / "市财政局台账.xlsx").write_bytes(xlsx([{"name": "s", "rows": newer}]))
    changes = collected("市财政局台账.xlsx", "--dry-run", as_of="2026-04-30")["data"]["files"][0]["changes"]
    assert (changes["new"], changes["changed"], changes["vanished"]) == (["票据系统"], ["预算系统"], ["国库系统"])


def test_an_answer_is_given_once_and_holds_next_month(folder: Path) -> None:
    keys = {gap["field"]: gap["answer_key"] for gap in collected("市财政局台账.xlsx")["gaps"]}
    for name, value in (("storage", "TB"), ("online_date", "2019-10")):
        code, _, err = run(
            "decisions",
            "add",
            "answer",
            keys[name],
            value,
            "--reason",
            "电话确认",
            "--role",
            "经办",
            "--as-of",
            "2026-04-01",
        )
        assert code == 0, err
    answer = collected("市财政局台账.xlsx", as_of="2026-04-30")
    assert answer["gaps"] == []
    fields = answer["data"]["files"][0]["records"][0]["fields"]
    assert (fields["storage"], fields["online_date"]) == (2048, "2019-10")


def test_an_unknown_heading_is_named_by_an_answer(folder: Path) -> None:
    rows = [["系统名称", "运行状态如何", "内存/GB"], ["预算系统", "在用", 8]]
    (folder / "市财政局台账.xlsx").write_bytes(xlsx([{"name": "s", "rows": rows}]))
    (gap,) = collected("市财政局台账.xlsx")["gaps"]
    assert "status" in gap["choices"]
    run(
        "decisions",
        "add",
        "answer",
        gap["answer_key"],
        "status",
        "--reason",
        "就是状态",
        "--role",
        "经办",
        "--as-of",
        "2026-04-01",
    )
    answer = collected("市财政局台账.xlsx", as_of="2026-04-30")
    assert answer["gaps"] == []
    assert answer["data"]["files"][0]["records"][0]["fields"]["status"] == "在用"


def test_a_folder_goes_on_past_a_broken_file_and_says_so(folder: Path) -> None:
    (folder / "市民政局台账.csv").write_bytes(text([["系统名称", "内存/GB"], ["低保系统", "8"]]))
    (folder / "坏的.xlsx").write_bytes(b"PK\x03\x04nothing")
    code, out, err = run("collect", "ledger", ".", "--json", "--as-of", "2026-03-31")
    answer = json.loads(out)
    assert code == 9
    assert answer["complete"] is False
    assert [file["file"] for file in answer["data"]["files"]] == ["市民政局台账.csv", "市财政局台账.xlsx"]
    assert "坏的.xlsx" in err


def test_one_broken_file_is_an_input_failure(folder: Path) -> None:
    (folder / "坏的.xlsx").write_bytes(b"PK\x03\x04nothing")
    code, _, err = run("collect", "ledger", "坏的.xlsx")
    assert code == 4
    assert "坏的.xlsx" in err
    assert not (folder / "store").exists()


def test_a_file_that_is_not_there(folder: Path) -> None:
    code, _, err = run("collect", "ledger", "没有.xlsx")
    assert code == 4
    assert "没有.xlsx" in err


def test_strict_makes_gaps_a_failure(folder: Path) -> None:
    code, _, _ = run("collect", "ledger", "市财政局台账.xlsx", "--dry-run", "--strict")
    assert code == 1


@pytest.mark.parametrize("columns", ["80", "140"])
def test_the_view_keeps_to_the_width_of_the_terminal(
    folder: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", columns)
    code, out, _ = run("collect", "ledger", "市财政局台账.xlsx", "--dry-run")
    assert code == 0
    assert max(cell_len(line) for line in out.splitlines()) <= int(columns)
    assert "读了 3 行 = 导入 2 + 略过 1" in out


def test_a_terminal_shows_names_as_they_are(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither markup of ours nor markup in a stranger's file name."""
    import io

    from rich.console import Console

    (folder / "市财政局台账.xlsx").rename(folder / "[red]市财政局台账.xlsx")
    screen = Console(file=io.StringIO(), force_terminal=True, markup=False, width=100)
    monkeypatch.setattr("catalogs.console.out", lambda: screen)
    assert run("collect", "ledger", "[red]市财政局台账.xlsx", "--dry-run")[0] == 0
    shown = screen.file.getvalue()  # type: ignore[attr-defined]
    assert "[red]市财政局台账.xlsx" in shown
    assert "[bold]" not in shown
    assert "答复键" in shown


def test_help_names_an_example() -> None:
    from inventory.commands.collect import collect

    result = CliRunner().invoke(collect, ["ledger", "--help"])
    assert result.exit_code == 0
    assert "--dry-run" in result.output


SERVERS: list[list[Any]] = [
    ["服务器名称", "所属系统", "IP地址", "CPU（核）", "内存（GB）"],
    ["czj-01", "预算系统", "10.1.1.1", 8, 16],
    ["czj-02", "国库系统", "10.1.1.2", 8, 16],
    ["czj-03", "国库系统", "10.1.1.3", 4, 8],
]


def test_a_list_of_servers_makes_no_system_of_the_ledger_vanish(folder: Path) -> None:
    collected("市财政局台账.xlsx")
    (folder / "市财政局服务器清单.xlsx").write_bytes(xlsx([{"name": "s", "rows": SERVERS}]))
    file = collected("市财政局服务器清单.xlsx", as_of="2026-04-01")["data"]["files"][0]
    assert file["source"] == "ledger:市财政局:servers"
    assert (file["changes"]["first"], file["changes"]["vanished"]) == (True, [])
    code, out, err = run("inventory", "list", "--json", "--as-of", "2026-04-02")
    assert code == 0, err
    assert {"预算系统", "国库系统"} <= {system["name"] for system in json.loads(out)["data"]}
    both = collected(".", as_of="2026-04-03")["data"]["files"]
    assert [file["changes"]["vanished"] for file in both] == [[], []]


def test_an_answer_for_a_list_of_servers_is_kept_with_that_list(folder: Path) -> None:
    rows = [[*SERVERS[0], "运行状态如何"], *([*row, "在用"] for row in SERVERS[1:])]
    (folder / "市财政局服务器清单.xlsx").write_bytes(xlsx([{"name": "s", "rows": rows}]))
    (gap,) = collected("市财政局服务器清单.xlsx")["gaps"]
    assert gap["answer_key"].startswith("ledger:市财政局:servers|heading|")
    run("decisions", "add", "answer", gap["answer_key"], "ignore", "--reason", "不要", "--role", "经办", "--as-of", "2026-04-01")  # fmt: skip
    assert collected("市财政局服务器清单.xlsx", as_of="2026-04-30")["gaps"] == []


def test_a_file_without_a_system_does_not_empty_a_ledger_of_systems(folder: Path) -> None:
    collected("市财政局台账.xlsx")
    (folder / "市财政局台账.xlsx").write_bytes(xlsx([{"name": "s", "rows": SERVERS}]))
    assert collected("市财政局台账.xlsx", "--source", "ledger:市财政局", "--dry-run")["data"]["files"][0]["changes"][
        "vanished"
    ] == ["国库系统", "预算系统"]
    code, _, err = run("collect", "ledger", "市财政局台账.xlsx", "--source", "ledger:市财政局", "--as-of", "2026-04-30")
    assert code == 4
    assert "2 个系统全部消失" in err
    code, out, _ = run("inventory", "list", "--json", "--as-of", "2026-05-01")
    assert len(json.loads(out)["data"]) == 2


def test_a_ledger_that_loses_most_systems_is_taken_only_when_confirmed(folder: Path) -> None:
    def ledger(*names: str) -> bytes:
        return xlsx([{"name": "s", "rows": [["系统名称", "CPU（核）"], *([name, 4] for name in names)]}])

    path = folder / "市教育局台账.xlsx"
    path.write_bytes(ledger("学籍系统", "排课平台", "门户网站", "资助系统", "阅卷平台"))
    collected(path.name)
    path.write_bytes(ledger("学籍系统", "排课平台", "门户网站"))  # less than half is gone: taken
    assert len(collected(path.name, as_of="2026-04-30")["data"]["files"][0]["changes"]["vanished"]) == 2
    path.write_bytes(ledger("学籍系统", "新平台"))
    code, out, _ = run("collect", "ledger", path.name, "--dry-run", "--as-of", "2026-05-30")
    assert code == 0
    assert "--confirm-vanished" in out
    code, _, err = run("collect", "ledger", path.name, "--as-of", "2026-05-30")
    assert code == 4
    assert "排课平台、门户网站" in err
    assert "--confirm-vanished" in err
    code, out, _ = run("inventory", "list", "--json", "--as-of", "2026-05-31")
    assert {"排课平台", "门户网站"} <= {system["name"] for system in json.loads(out)["data"]}
    file = collected(path.name, "--confirm-vanished", as_of="2026-06-30")["data"]["files"][0]
    assert sorted(file["changes"]["vanished"]) == ["排课平台", "门户网站"]


def test_a_file_about_which_the_department_has_nothing_to_answer_gets_no_correction_file(folder: Path) -> None:
    (folder / "县民政局.csv").write_text("系统名称,核数\n门户网站,4\n", "utf-8")
    answer = collected("县民政局.csv", "--corrections", "补正")
    assert [gap["kind"] for gap in answer["gaps"]] == ["unmatched"]  # for the centre: 县民政局 is not in the catalogue
    assert answer["data"]["files"][0]["correction"] is None
    assert not list(folder.rglob("*-补正.xlsx"))


def test_files_of_a_folder_that_are_no_tables_are_told_and_exports_of_zabbix_are_read(folder: Path) -> None:
    (folder / "市民政局的答复.docx").write_bytes(b"PK\x03\x04")
    (folder / "README.md").write_text("ours", "utf-8")
    (folder / "other.yaml").write_text("a: 1", "utf-8")
    hosts = "zabbix_export:\n  version: '6.0'\n  hosts:\n    - host: web01\n      name: web01\n      interfaces:\n        - ip: 10.1.1.1\n"
    (folder / "zbx_export_hosts.yaml").write_text(hosts, "utf-8")
    answer = collected(".", "--dry-run")
    assert [file["file"] for file in answer["data"]["files"]] == ["zbx_export_hosts.yaml", "市财政局台账.xlsx"]
    assert answer["data"]["passed_over"] == ["市民政局的答复.docx"]
    assert "没有读的文件 1（不是表格）：市民政局的答复.docx" in run("collect", "ledger", ".", "--dry-run")[1]


def test_sheets_of_other_programs_in_a_folder_are_read_or_refused_never_passed_over(folder: Path) -> None:
    for ending in ("ods", "xlsb", "xml", "et"):
        (folder / f"某局.{ending}").write_bytes(b"broken")
    code, _, err = run("collect", "ledger", ".", "--json", "--as-of", "2026-03-31")
    assert code == 9
    assert all(f"某局.{ending}" in err for ending in ("ods", "xlsb", "xml", "et"))


def test_the_preview_names_a_server_by_its_host(folder: Path) -> None:
    (folder / "servers.csv").write_text("hostname,ip,cpu,memory_gb\nweb01,10.1.1.1,4,8\n", "utf-8")
    shown = run("collect", "ledger", "servers.csv", "--dry-run")[1]
    assert "web01  vCPU" in shown
    assert "ledger:ledger:servers" not in shown


def test_a_file_that_was_taken_under_its_own_name_goes_on_under_it(folder: Path) -> None:
    (folder / "住建局家底.csv").write_text("系统名称,核数\n门户网站,4\n", "utf-8")
    first = collected("住建局家底.csv", "--source", "ledger:住建局家底", "--department", "市住建局")["data"]["files"][0]
    assert first["source"] == "ledger:住建局家底"
    (folder / "住建局家底.csv").write_text("系统名称,核数\n门户网站,8\n", "utf-8")
    again = collected("住建局家底.csv", as_of="2026-04-30")["data"]["files"][0]
    assert again["source"] == "ledger:住建局家底"
    assert (again["changes"]["new"], again["changes"]["vanished"]) == ([], [])
    code, out, _ = run("inventory", "list", "--json", "--as-of", "2026-04-30")
    assert code == 0
    assert [(one["name"], one["vcpu"], one["department"]) for one in json.loads(out)["data"]] == [
        ("门户网站", 8, "市住房和城乡建设局")
    ]
    (folder / "别处").mkdir()
    (folder / "别处" / "卫健委家底.csv").write_text("系统名称,核数\n健康档案,4\n", "utf-8")
    assert collected("别处/卫健委家底.csv")["data"]["files"][0]["source"] == "ledger:卫健委"
