"""Workbooks of strange layout, with everything that must not be told, and the commands that ask and answer about them."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import openpyxl

from tests.inventory.command import Done, call

Rows = list[list[Any]]
EVIL = "</script><script>window.hacked=1</script><img src=x onerror=alert(1)>"
PLAIN: Rows = [
    ["系统名称", "CPU（核）", "内存（GB）", "上线时间"],
    ["图书馆系统", 8, 16, "2019-05"],
    ["票务平台", 4, 8, "2020-06"],
]
SERVERS: Rows = [
    ["主机名", "CPU（核）", "内存（GB）", "系统（OS）", "上面跑的业务系统"],
    ["app01", 8, 32, "RHEL 7", "收费管理系统"],
    ["db01", 16, 64, "Windows Server 2016", "管网地理信息系统"],
    ["gis01", 4, 16, "CentOS 7", "供热调度平台"],
]
# Names, telephones, passwords, a classified system, one that may be, one spoken of elsewhere, markup and a formula.
PRIVATE: Rows = [
    ["用在什么系统上", "日常维护方", "CPU一共几核", "内存总共多大（GB）", "什么时候开始用的", "囍甲", "是否涉密", "找谁", "电话"],
    ["低保核对系统", "甲软件有限公司", 8, 16, "2019-05", "看板", "否", "王小明", "13800000001"],
    ["殡葬管理平台", "乙科技有限公司", 4, 8, "2020-06", "接密函收发系统", "否", "李小红", "13800000002"],
    ["密函收发系统", "丙信息有限公司", 4, 8, "2020-06", "没有", "是", "赵小军", "13800000003"],
    [f"{EVIL}系统", "丁科技有限公司", 4, 8, "2020-06", "=1+1", "否", "赵小军", "13800000003"],
    ["养老服务平台", "丁科技有限公司", 2, 4, "2021-01", "admin/Abc#2020x", "部分内容定密", "张伟", "13712345678"],
    ["救助热线平台", "丁科技有限公司", 2, 4, "2021-01", "张伟", "否", "张伟", "13712345678"],
]  # fmt: skip
UNITS: Rows = [
    ["系统名称", "存储", "上线时间", "色标"],
    ["公证管理系统", "2", "2019.1", "红"],
    ["法援平台", "500", "2020-10", "绿"],
]
SIDEWAYS: Rows = [
    ["系统名称", "水质监测系统", "防汛平台"],
    ["CPU（核）", 8, 4],
    ["内存（GB）", 16, 8],
    ["管它的人", "张三", "李四"],
    ["电话", "13900000001", "13900000002"],
]
TOLD = (
    "王小明",
    "李小红",
    "赵小军",
    "张伟",
    "张三",
    "13800000001",
    "13712345678",
    "13900000001",
    "密函收发系统",
    "养老服务平台",
    "Abc#2020x",
)


def write(path: Path, rows: Rows, sheet: str = "表") -> Path:
    """One workbook of one sheet; no text becomes a formula."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = sheet
    for row, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells, 1):
            page.cell(row, column).value = cell
            if isinstance(cell, str):
                page.cell(row, column).data_type = "s"
    path.parent.mkdir(exist_ok=True)
    book.save(path)
    return path


_MADE: dict[str, Path] = {}  # the folder that is copied for each test: saving a workbook twice gives other bytes
_ASKED: dict[str, dict[str, Any]] = {}


def write_folder(folder: Path) -> None:
    """`台账/` with five ledgers, four of which ask."""
    if not _MADE:
        made = Path(tempfile.mkdtemp())
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        write(made / "台账" / "市文旅局.xlsx", PLAIN)
        write(made / "台账" / "热力公司.xlsx", SERVERS)
        write(made / "台账" / "市民政局.xlsx", PRIVATE)
        write(made / "台账" / "市司法局.xlsx", UNITS)
        write(made / "台账" / "市水务局.xlsx", SIDEWAYS)
        _MADE["made"] = made
    shutil.copytree(_MADE["made"] / "台账", folder / "台账")


def asked_at_first(folder: Path) -> list[dict[str, Any]]:
    """The questions of `write_folder` before anything is decided; read once for all tests."""
    if not _ASKED:
        _ASKED["data"] = asked(folder, "台账")
    return questions_in(_ASKED["data"])


def govcloud(folder: Path, *arguments: str, at: str = "2026-03-31") -> Done:
    """One command in a folder, with a store of its own."""
    return call(*arguments, "--store", "store", "--as-of", at, "--actor", "李工", folder=folder)


def asked(folder: Path, *arguments: str) -> dict[str, Any]:
    """The data of `decisions questions --json`."""
    done = govcloud(folder, "decisions", "questions", *arguments, "--json")
    assert done.returncode in {0, 9}, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["data"]
    return found


def questions_in(data: dict[str, Any]) -> list[dict[str, Any]]:
    """All questions of all files."""
    return [question for file in data["files"] for question in file["questions"]]


USUAL = {
    "reading": "对",
    "names": "sys_name",
    "unit": "GB",
    "secrecy": "非涉密",
    "column": "不需要这一栏",
    "department": "市大数据局",
}


def answers_to(questions: list[dict[str, Any]], **changes: str) -> dict[str, Any]:
    """A file of answers; `changes` are answers by kind."""
    said = {**USUAL, **changes}
    return {
        "schema": "govcloud/answers/1",
        "answers": [
            {"id": q["id"], "answer": said.get(q["kind"], q["choices"][0]["value"] if q["choices"] else "x"), "file": q["file"], "file_sha256": q["file_sha256"], "seen": q["answered"]}
            for q in questions
        ],
    }  # fmt: skip


def write_answers(folder: Path, content: object, name: str = "答复.json") -> str:
    """The name of the file of answers."""
    (folder / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return name


GIVEN = ("--role", "经办", "--reason", "对过原表")
