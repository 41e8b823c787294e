"""Files of answers: what the page saves (JSON), the workbook of questions filled in (xlsx), or a table as csv.

Their form is docs/reference/answers.schema.json; a table has the columns of the workbook's sheet of questions. A file comes
from anywhere, so nothing in it is believed: sizes are limited, types are checked, formulas are not calculated.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from catalogs.errors import CollectError
from catalogs.words import Text, tr
from inventory.ledger.answers import Answer

SCHEMA = "govcloud/answers/1"
MAX_BYTES = 20_000_000
MAX_UNPACKED = 200_000_000
MAX_ANSWERS = 50_000
MAX_ROWS = 60_000  # of a table, headings and empty rows included
LONGEST = 2000  # characters of one answer or name; a longer one is no answer
_ID = re.compile(r"^ask-[0-9a-f]{20}$")
_SHA = re.compile(r"^[0-9a-f]{64}$")
_APOSTROPHE = re.compile(r"^'(?=[=+\-@])")  # with which the page keeps a text from being taken for a formula
# Columns of a table by their headings, in either language.
COLUMNS: dict[str, Text] = {
    "answer": Text("答复", "answer"),
    "id": Text("问题编号", "question id"),
    "file": Text("文件", "file"),
    "file_sha256": Text("文件摘要", "file sha256"),
    "seen": Text("出题时已答", "answered before"),
}
_TOP = ("schema", "answers")
_TOP_MORE = ("made_from", "lang", "note")
_ITEM = ("id", "answer", "file_sha256")
_ITEM_MORE = ("file", "seen", "key")


def answers_in_file(path: Path) -> list[Answer]:
    """The answers of one file, empty ones left out.

    Raises:
        CollectError: it cannot be read, is too large, or is no file of answers.
    """
    if not path.is_file():
        raise CollectError(f"{path}：没有这个文件", f"{path}: there is no such file", hint=Text("检查路径和文件名", "check the path"))  # fmt: skip
    if path.stat().st_size > MAX_BYTES:
        raise _no(path, f"超过 {MAX_BYTES // 10**6} MB", f"larger than {MAX_BYTES // 10**6} MB")
    content = path.read_bytes()
    if content.startswith(b"PK\x03\x04"):
        found = _of_table(path, _rows_of_workbook(path, content))
    elif content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        found = _of_json(path, content)
    else:
        found = _of_table(path, _rows_of_text(path, content))
    if len(found) > MAX_ANSWERS:
        raise _no(path, f"答复超过 {MAX_ANSWERS} 个", f"more than {MAX_ANSWERS} answers")
    return found


def _no(path: Path, zh: str, en: str) -> CollectError:
    return CollectError(
        f"{path.name}：{zh}", f"{path.name}: {en}",
        hint=Text("用 decisions questions --html 或 --out 做出的页面、工作簿里的答复", "answers come from a page or workbook of decisions questions --html or --out"),
    )  # fmt: skip


# --- JSON -------------------------------------------------------------------------------------------------------


def _of_json(path: Path, content: bytes) -> list[Answer]:
    try:
        raw = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_no_doubles)
    except (ValueError, RecursionError) as error:
        raise _no(path, f"不是正确的 JSON（{error}）", f"not JSON ({error})") from error
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        told = str(raw.get("schema"))[:40] if isinstance(raw, dict) else "?"
        raise _no(path, f"schema 应为 {SCHEMA}，现为 {told}", f"schema should be {SCHEMA}, it is {told}")
    _check_keys(path, raw, _TOP, _TOP_MORE, "$")
    if not isinstance(raw["answers"], list):
        raise _no(path, "answers 应为数组", "answers should be a list")
    found = []
    for number, item in enumerate(raw["answers"]):
        place = f"answers[{number}]"
        if not isinstance(item, dict):
            raise _no(path, f"{place} 应为对象", f"{place} should be an object")
        _check_keys(path, item, _ITEM, _ITEM_MORE, place)
        for name, value in item.items():
            if not (isinstance(value, str) or (value is None and name == "seen")):
                raise _no(path, f"{place}.{name} 应为文字", f"{place}.{name} should be a text")
        made = _answer(path, {name: value or "" for name, value in item.items()}, place)
        if made is not None:
            found.append(made)
    return found


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _check_keys(path: Path, raw: dict[str, Any], required: Sequence[str], more: Sequence[str], place: str) -> None:
    if missing := [key for key in required if key not in raw]:
        raise _no(path, f"{place} 缺少 {missing[0]}", f"{place}: {missing[0]} is missing")
    if unknown := [key for key in raw if key not in required and key not in more]:
        raise _no(path, f"{place} 有未知的键 {unknown[0][:40]}", f"{place}: unknown key {unknown[0][:40]}")


def _answer(path: Path, told: dict[str, str], where: str) -> Answer | None:
    """One answer; `None` for an empty one.

    Raises:
        CollectError: its question or file is not told as it has to be.
    """
    if not told["answer"].strip():
        return None
    if not _ID.match(told["id"]) or not _SHA.match(told["file_sha256"]):
        raise _no(path, f"{where}：问题编号或文件摘要不对（被改过？）", f"{where}: the question's id or the file's digest is not right (changed?)")  # fmt: skip
    if max(map(len, told.values())) > LONGEST:
        raise _no(path, f"{where}：超过 {LONGEST} 个字", f"{where}: longer than {LONGEST} characters")
    return Answer(
        id=told["id"], answer=told["answer"], file=told.get("file", ""), file_sha256=told["file_sha256"],
        seen=told.get("seen") or None, where=f"{path.name} {where}",
    )  # fmt: skip


# --- tables -----------------------------------------------------------------------------------------------------


def _of_table(path: Path, rows: Iterable[Sequence[str]]) -> list[Answer]:
    """The rows below the headings of the sheet of questions."""
    by_heading = {form: name for name, text in COLUMNS.items() for form in text}
    places: dict[str, int] = {}
    found: list[Answer] = []
    for number, row in enumerate(rows, 1):
        if number > MAX_ROWS:
            raise _no(path, f"超过 {MAX_ROWS} 行", f"more than {MAX_ROWS} rows")
        if not places:
            named = {by_heading[cell.strip()]: at for at, cell in enumerate(row) if cell.strip() in by_heading}
            places = named if {"answer", "id", "file_sha256"} <= named.keys() else {}
            continue
        told = {name: _APOSTROPHE.sub("", row[at].strip()) if at < len(row) else "" for name, at in places.items()}
        made = _answer(path, told, tr(f"第 {number} 行", f"row {number}"))
        if made is not None:
            found.append(made)
    if not places:
        raise _no(path, "没有“答复”“问题编号”“文件摘要”三栏", "no columns of answers, ids of questions and digests of files")  # fmt: skip
    return found


def _rows_of_workbook(path: Path, content: bytes) -> Iterable[Sequence[str]]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED:
                raise _no(path, "解压后太大", "too large when unpacked")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except CollectError:
        raise
    except Exception as error:  # a damaged workbook makes openpyxl raise anything
        raise _no(path, "不是正确的工作簿", "not a workbook") from error
    for page in book.worksheets:
        first = True
        for cells in page.iter_rows(max_row=12, values_only=True):
            texts = {str(cell).strip() for cell in cells if cell is not None}
            if any(COLUMNS["id"][at] in texts and COLUMNS["answer"][at] in texts for at in (0, 1)):
                first = False
        if not first:
            return ([_text(cell) for cell in cells] for cells in page.iter_rows(max_row=MAX_ROWS + 1, values_only=True))
    return ()


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _rows_of_text(path: Path, content: bytes) -> Iterable[Sequence[str]]:
    """A table as csv: UTF-8, or GB18030 as spreadsheet programs save it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            raise _no(path, "不是答复文件", "no file of answers") from error
    try:
        return list(csv.reader(io.StringIO(text)))
    except csv.Error as error:
        raise _no(path, f"不是正确的 csv（{error}）", f"not a csv ({error})") from error
