"""Names and telephone numbers: shown by one command only, for a reason, after the look was recorded."""

from __future__ import annotations

import json
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from inventory.storage.opening import DATABASE_FILE
from tests.frame.test_contracts import schema
from tests.inventory.command import Done, call

LEDGER = """系统名称,单位名称,联系人,联系电话,承建单位,承建单位联系人,承建单位联系电话
排课系统,市教育局,张三,13800000001,某公司,王五,13900000001
学籍系统,市教育局,张三,13800000001,某公司,王五,13900000001
预算系统,市财政局,李四,13800000002,,,
"""
NAMES = ("张三", "李四", "王五", "13800000001", "13800000002", "13900000001")
AS_OF = ("--as-of", "2026-03-31")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "台账.csv").write_text(LEDGER, encoding="utf-8")
    done = call("collect", "ledger", "台账.csv", *AS_OF, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path


def look(folder: Path, *arguments: str) -> Done:
    return call("inventory", "contacts", *arguments, "--actor", "赵六", *AS_OF, folder=folder)


def as_json(done: Done) -> Any:
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    jsonschema.validate(printed, schema("envelope"))
    return printed["data"]


def notes(folder: Path) -> list[tuple[str, str, str]]:
    """What the table of runs says of looks."""
    with sqlite3.connect(folder / "store" / DATABASE_FILE) as raw:
        return raw.execute("select as_of, actor, result from run where command like '%contacts'").fetchall()


@pytest.mark.parametrize("reason", [(), ("--reason", ""), ("--reason", "  ")])
def test_without_a_reason_nothing_is_shown_or_recorded(folder: Path, reason: tuple[str, ...]) -> None:
    done = look(folder, *reason)
    assert done.returncode == 2
    assert "事由" in done.stderr
    assert not any(name in done.stdout + done.stderr for name in NAMES)
    assert notes(folder) == []


def test_without_a_name_nothing_is_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "GOVCLOUD_ACTOR"):
        monkeypatch.delenv(name, raising=False)
    done = call("inventory", "contacts", "--reason", "核对", *AS_OF, folder=folder)
    assert done.returncode == 2
    assert "--actor" in done.stderr
    assert not any(name in done.stdout + done.stderr for name in NAMES)
    assert notes(folder) == []


def test_people_are_shown_once_each_and_who_looked_is_recorded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalogs.console._now", lambda: datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC))
    data = as_json(look(folder, "--reason", "核对配置", "--json"))
    assert sorted((one["department"], one["role"], one["name"], one["phone"]) for one in data["contacts"]) == [
        ("市教育局", "owner", "张三", "13800000001"),
        ("市教育局", "vendor", "王五", "13900000001"),
        ("市财政局", "owner", "李四", "13800000002"),
    ]
    ((at, actor, result),) = notes(folder)
    assert (at, actor) == ("2026-05-06T07:08:09Z", "赵六")  # the real time, whatever --as-of says
    kept = {"as_of": "2026-03-31T15:59:59Z", "department": None, "reason": "核对配置", "rows": 3}
    assert json.loads(result) == kept
    assert data["access"] == {"actor": "赵六", "at": at, **kept}


def test_one_department_and_the_log_of_looks(folder: Path) -> None:
    shown = look(folder, "--department", "市教育局", "--reason", "通知停机 密码：Secret99")
    assert shown.returncode == 0, shown.stderr
    assert "张三" in shown.stdout
    assert "李四" not in shown.stdout
    (row,) = as_json(look(folder, "--log", "--json"))
    assert (row["actor"], row["department"], row["rows"]) == ("赵六", "市教育局", 2)
    log = look(folder, "--log")
    assert "通知停机" in log.stdout
    assert "Secret99" not in log.stdout
    assert not any(name in log.stdout for name in NAMES)
    assert len(notes(folder)) == 1  # reading the log is no look


def test_a_look_cannot_be_taken_back(folder: Path) -> None:
    look(folder, "--reason", "核对")
    for statement in ("delete from run", "update run set actor = 'x'"):
        with sqlite3.connect(folder / "store" / DATABASE_FILE) as raw, pytest.raises(sqlite3.DatabaseError):
            raw.execute(statement)


def test_what_cannot_be_recorded_is_not_shown(folder: Path) -> None:
    with sqlite3.connect(folder / "store" / DATABASE_FILE) as raw:
        raw.execute("create trigger full before insert on run begin select raise(abort, 'no more'); end")
    done = look(folder, "--reason", "核对")
    assert done.returncode != 0
    assert not any(name in done.stdout + done.stderr for name in NAMES)


@pytest.mark.parametrize("command", [("list",), ("list", "--servers"), ("gaps",), ("conflicts",), ("show", "排课系统")])
def test_no_other_command_shows_them(folder: Path, command: tuple[str, ...]) -> None:
    for form in ((), ("--json",)):
        done = call("inventory", *command, *form, *AS_OF, folder=folder)
        assert done.returncode == 0, done.stderr
        assert not any(name in done.stdout for name in NAMES)


def test_the_store_is_its_owners_alone(folder: Path) -> None:
    store = folder / "store"
    assert stat.S_IMODE(store.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in store.glob(f"{DATABASE_FILE}*")} == {0o600}


def test_the_rights_of_a_folder_that_was_there_are_kept(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir(mode=0o755)
    (tmp_path / "store").chmod(0o755)
    (tmp_path / "台账.csv").write_text(LEDGER, encoding="utf-8")
    assert call("collect", "ledger", "台账.csv", *AS_OF, folder=tmp_path).returncode == 0
    assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "store" / DATABASE_FILE).stat().st_mode) == 0o600
