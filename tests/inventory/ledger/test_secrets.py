"""What must never be kept or told: accounts and passwords, people outside the contact table, anything of a classified row.

Looked for in the bytes of the store, in everything the command prints (view, --json, --verbose log), in the correction
file (unpacked) and in the exports of the inventory.
"""

from __future__ import annotations

import io
import json
import logging
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

from inventory.storage.opening import DATABASE_FILE
from tests.inventory.ledger.books import text, xlsx
from tests.inventory.ledger.test_collect_ledger import run

pytestmark = pytest.mark.slow

SECRETS = ("Pa55word", "s3cretKey", "Qwe#123", "toor99", "tk_9f8e7d")
PEOPLE = ("欧阳不存", "13812345678", "0750-7654321", "诸葛不见", "13787654321")
CLASSIFIED = ("密件一号系统", "绝不外传的用途", "203.0.113.77", "密件二号系统")
HEAD = ["系统名称", "是否涉密", "内存（GB）", "系统访问地址（网址、账号、密码）", "登录密码", "联系人", "联系电话", "IP地址", "业务功能", "备注"]  # fmt: skip
ROWS: list[list[Any]] = [
    HEAD,
    ["预算系统", "否", 16, "http://10.0.0.1/a 账号：admin 密码：Pa55word", "s3cretKey", "欧阳不存", "13812345678", "10.0.0.1", "编预算", "测试账号 test/Qwe#123"],
    ["国库系统", "否", 8, "https://root:toor99@b.gov.cn/x?token=tk_9f8e7d", "", "诸葛不见/13787654321", "0750-7654321", "10.0.0.2", "拨款，联系人：欧阳不存 13812345678", ""],
    ["密件一号系统", "机密", 99, "http://203.0.113.77/", "s3cretKey", "欧阳不存", "13812345678", "203.0.113.77", "绝不外传的用途", ""],
    ["存疑系统", "否", "约十几", "http://c.gov.cn", "", "", "", "10.0.0.3", "", "登录密码：Qwe#123"],
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two ledgers with everything that must not be kept."""
    made = tmp_path_factory.mktemp("secrets")
    secret_sheet = [["系统名称", "用户数", "等保级别"], ["密件二号系统", 3, "三级"]]
    sheets: list[dict[str, Any]] = [{"name": "系统", "rows": ROWS}, {"name": "涉密系统", "rows": secret_sheet}]
    (made / "市财政局台账.xlsx").write_bytes(xlsx(sheets))
    (made / "市民政局台账.csv").write_bytes(text(ROWS, "gb18030"))
    return made


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[str, str]:
    """Everything that one import wrote and said, by where."""
    commands = {
        "view": ("collect", "ledger", ".", "--dry-run", "--all-gaps", "--as-of", "2026-03-30"),
        "json": ("collect", "ledger", ".", "--json", "--corrections", "out", "--as-of", "2026-03-31"),
        "again": ("collect", "ledger", "市财政局台账.xlsx", "--all-gaps", "--as-of", "2026-04-30"),
        "listing": ("inventory", "list", "--json", "--as-of", "2026-04-30"),
        "gaps": ("inventory", "gaps", "--json", "--as-of", "2026-04-30"),
    }
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    found: dict[str, str] = {}
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            for name, command in commands.items():
                code, out, err = run(*command)
                assert code in {0, 9}, err
                found[name] = f"{out}{err}"
    finally:
        logging.getLogger().removeHandler(handler)
    found["log"] = log.getvalue()
    for path in sorted((folder / "out").iterdir()):
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as packed:
            found[path.name] = "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    assert len([name for name in found if name.endswith("-补正.xlsx")]) == 2
    found["store"] = _without_contacts(folder / "store" / DATABASE_FILE)
    return found


def _without_contacts(path: Path) -> str:
    """Every row of every table but the contact table."""
    kept = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    tables = [name for (name,) in kept.execute("select name from sqlite_master where type = 'table'")]
    assert "contact" in tables
    rows = [
        json.dumps([list(map(str, row)) for row in kept.execute(f'select * from "{name}"')], ensure_ascii=False)
        for name in tables
        if name != "contact"
    ]
    kept.close()
    return "\n".join(rows)


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_anywhere_but_in_the_ledger(told: dict[str, str], secret: str, folder: Path) -> None:
    assert [where for where, content in told.items() if secret in content] == []
    assert secret.encode() not in (folder / "store" / DATABASE_FILE).read_bytes()


def test_people_are_only_in_the_contact_table(told: dict[str, str], folder: Path) -> None:
    sent_back = {name for name in told if name.endswith("-补正.xlsx")}  # it is the department's own file
    for person in PEOPLE:
        assert [where for where, content in told.items() if where not in sent_back and person in content] == []
    kept = sqlite3.connect(folder / "store" / DATABASE_FILE)
    names = {name for (name,) in kept.execute("select name from contact")}
    kept.close()
    assert {"欧阳不存", "诸葛不见"} <= names


@pytest.mark.parametrize("fact", CLASSIFIED)
def test_nothing_of_a_classified_row_is_anywhere(told: dict[str, str], fact: str, folder: Path) -> None:
    assert [where for where, content in told.items() if fact in content] == []
    assert fact.encode() not in (folder / "store" / DATABASE_FILE).read_bytes()


def test_classified_rows_leave_their_count_and_their_place(told: dict[str, str]) -> None:
    files = {file["file"]: file for file in json.loads(told["json"][: told["json"].rindex("}") + 1])["data"]["files"]}
    assert files["市财政局台账.xlsx"]["accounting"]["classified"] == 2
    places = [
        (row["origin"]["sheet"], row["origin"]["row"])
        for row in files["市财政局台账.xlsx"]["skipped"]
        if row["reason"] == "classified"
    ]
    assert places == [("系统", 4), ("涉密系统", 2)]
