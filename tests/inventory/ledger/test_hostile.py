"""Damaged, hostile and oversized files: one message that says what and what to do, never a traceback, never a record."""

from __future__ import annotations

import contextlib
import io
import os
import random
import shutil
import sqlite3
import struct
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalogs.console import Run
from catalogs.errors import CollectError
from catalogs.load import load_catalogs
from inventory.collectors.workbooks import grid
from inventory.collectors.workbooks.workbook import read_workbook, workbook_of
from inventory.ledger.intake import Importer
from tests.inventory.ledger.books import GOLD, content_of, gold, read, text, xls, xlsx

LEDGER = [["系统名称", "单位名称", "内存/GB"], ["预算系统", "市财政局", 16]]


def refused(name: str, content: bytes) -> str:
    with pytest.raises(CollectError) as caught:
        read(name, content)
    assert caught.value.hint is not None
    assert name in caught.value.message.zh
    assert name in caught.value.message.en
    return caught.value.message.zh


def with_sheet(xml: str) -> bytes:
    """A workbook whose first sheet's XML is replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx([{"name": "s", "rows": LEDGER}]))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for item in old.namelist():
            new.writestr(item, xml if item == "xl/worksheets/sheet1.xml" else old.read(item))
    return out.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def test_an_empty_file_is_said_to_be_empty() -> None:
    assert "空" in refused_path(b"")


def refused_path(content: bytes, name: str = "x.xlsx") -> str:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        with pytest.raises(CollectError) as caught:
            read_workbook(path)
    return caught.value.message.zh


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"%PDF-1.7",
        b"\xff\xd8\xff\xe0",
        bytes(range(256)) * 40,
    ],
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    refused("台账.xlsx", content)


def _zipped(*members: tuple[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in members:
            made.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("表.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table/></Worksheet></Workbook>', "没有找到台账"),
        ("表.ods", _zipped(("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "<x/>")), "损坏"),
        ("表.xlsb", _zipped(("xl/workbook.bin", "x")), "xlsb"),
        ("表.docx", _zipped(("word/document.xml", "x")), "Word"),
    ],
)  # fmt: skip
def test_other_formats_are_named_and_what_to_do_is_said(name: str, content: bytes, said: str) -> None:
    assert said in refused(name, content)


def test_a_sheet_without_headings_is_no_ledger() -> None:
    assert "没有找到台账" in refused(
        "通知.xlsx", xlsx([{"name": "s", "rows": [["关于报送台账的通知"], ["请于月底前报送"]]}])
    )


def test_a_classified_document_is_not_read() -> None:
    said = refused("汇总.xlsx", xlsx([{"name": "s", "rows": [["机密★10年"], *LEDGER]}]))
    assert "密级" in said
    assert "预算" not in said


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", b"0" * 200_000_000)
    assert "压缩比" in refused("bomb.xlsx", out.getvalue())


def test_a_lone_cell_far_down_is_refused_with_the_limit() -> None:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>系统名称</t></is></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    assert f"{grid.MAX_ROWS:,}" in refused("长.xlsx", with_sheet(SHEET.format(rows)))


def test_the_last_column_is_refused_with_the_limit() -> None:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>系统名称</t></is></c><c r="XFD1"><v>1</v></c></row>'
    assert str(grid.MAX_COLUMNS) in refused("宽.xlsx", with_sheet(SHEET.format(rows)))


HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>系统名称</t></is></c><c r="B1" t="inlineStr"><is><t>单位名称</t></is></c><c r="C1" t="inlineStr"><is><t>内存/GB</t></is></c></row>'


def one_system(row: int) -> str:
    """A system in some row of the sheet."""
    return f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>预算系统</t></is></c><c r="B{row}" t="inlineStr"><is><t>市财政局</t></is></c><c r="C{row}"><v>16</v></c></row>'


def bare_rows(first: int, count: int) -> str:
    """Rows that are written out with a format only."""
    return "".join(f'<row r="{n}" s="1"/>' for n in range(first, first + count))


def bare_cells(first: int, count: int) -> str:
    """Rows with formatted cells without content."""
    return "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(first, first + count))


@pytest.mark.parametrize(
    "rows",
    [
        HEAD + one_system(2) + bare_rows(3, grid.MAX_EMPTY_ROWS + 1),
        HEAD + one_system(2) + bare_cells(3, grid.MAX_EMPTY_ROWS + 1),
        HEAD + bare_cells(2, grid.MAX_EMPTY_ROWS + 1) + one_system(grid.MAX_EMPTY_ROWS + 3),
        HEAD + one_system(2) + bare_rows(3, 1_048_574),
    ],
    ids=["after", "cells", "between", "million"],
)
def test_too_many_empty_rows_are_refused_with_the_limit(rows: str) -> None:
    with pytest.raises(CollectError) as caught:
        read("空行.xlsx", with_sheet(SHEET.format(rows)))
    assert f"{grid.MAX_EMPTY_ROWS:,}" in caught.value.message.zh
    assert "空行.xlsx，s" in caught.value.message.zh
    assert "删除" in str(caught.value.hint)


@pytest.mark.parametrize(
    "rows",
    [
        HEAD + one_system(2) + bare_rows(3, grid.MAX_EMPTY_ROWS),
        HEAD + bare_cells(2, 20_000) + one_system(20_002),
        HEAD + one_system(20_002),  # rows that are not written out are nothing
    ],
    ids=["after", "between", "not written"],
)
def test_fewer_empty_rows_do_not_matter(rows: str) -> None:
    assert len(read("空行.xlsx", with_sheet(SHEET.format(rows))).records) == 1


def test_a_range_declared_to_the_last_row_does_not_matter() -> None:
    whole = SHEET.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><cols><col min="1" max="16384" width="9" style="1"/></cols><sheetData>')  # fmt: skip
    assert len(read("整列格式.xlsx", with_sheet(whole.format(HEAD + one_system(2)))).records) == 1


def test_a_file_over_the_limit_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "大.xlsx"
    with path.open("wb") as file:
        file.truncate(500_000_000)
    with pytest.raises(CollectError) as caught:
        read_workbook(path)
    assert "300 MB" in caught.value.message.zh


def test_cells_of_strangers_stay_text() -> None:
    found = read(
        "x.csv", text([["系统名称", "单位名称", "备注"], ["=HYPERLINK(1)", "市财政局", "<script>alert(1)</script>"]])
    )
    assert found.records[0].fields["sys_name"] == "=HYPERLINK(1)"


def test_entities_are_not_expanded() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + SHEET.format(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
    )
    with pytest.raises(CollectError):
        read("实体.xlsx", with_sheet(bomb))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_mutated_files_never_break_the_reader_or_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 mutations, 10,000 in the long runs: a message and an untouched store, or an honest account kept whole."""
    known = load_catalogs(tmp_path)
    monkeypatch.setattr("catalogs.load.load_catalogs", lambda _workspace: known)  # once, not for every file
    rng = random.Random(5)
    sources = [(book["file"], content_of(book)) for book in map(gold, sorted(GOLD.glob("*.yaml")))]
    kept = _store_with(sources[0], tmp_path / "first")
    refused_count = 0
    for number in range(10_000 if os.environ.get("GOVCLOUD_SOAK") else 500):
        name, content = rng.choice(sources)
        folder = tmp_path / str(number)
        shutil.copytree(kept, folder / "store")
        (folder / name).write_bytes(mutated(content, rng))
        before = _dump(folder / "store")
        try:
            found = Importer(run=_run(folder), dry_run=False).take(folder / name)
        except CollectError:
            refused_count += 1
            assert _dump(folder / "store") == before
        else:
            account = found.collected.accounting
            assert account["rows_read"] == account["rows_recorded"] + account["rows_asked"] + account["rows_skipped"]  # type: ignore[operator]
            assert (_dump(folder / "store") == before) == (found.snapshot is None)
        shutil.rmtree(folder)
    assert refused_count > 0


def _store_with(source: tuple[str, bytes], folder: Path) -> Path:
    """A store that has one sound ledger."""
    folder.mkdir()
    (folder / source[0]).write_bytes(source[1])
    assert Importer(run=_run(folder), dry_run=False).take(folder / source[0]).snapshot
    return folder / "store"


def _run(folder: Path) -> Run:
    return Run(as_of=datetime(2026, 3, 31, tzinfo=UTC), store=str(folder / "store"), workspace=folder, as_json=True, actor="张三", strict=False, command="collect ledger")  # fmt: skip


def _dump(store: Path) -> list[str]:
    """All that the database says."""
    with contextlib.closing(sqlite3.connect(store / "govcloud.db")) as database:
        return list(database.iterdump())


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Bytes changed, cut, doubled; in zip files inside a member, so that the damage gets past the checksum."""
    if content.startswith(b"PK") and rng.random() < 0.7:
        return _mutated_member(content, rng)
    changed = bytearray(content)
    kind = rng.choice(("flip", "cut", "insert", "swap"))
    if kind == "cut":
        return bytes(changed[: rng.randrange(len(changed))])
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(changed))
        if kind == "insert":
            changed[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 20)))
        elif kind == "swap":
            other = rng.randrange(len(changed))
            changed[at], changed[other] = changed[other], changed[at]
        else:
            changed[at] = rng.randrange(256)
    return bytes(changed)


def _mutated_member(content: bytes, rng: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        victim = rng.choice(names)
        for item in names:
            part = bytearray(old.read(item))
            if item == victim and part:
                for _ in range(rng.randint(1, 6)):
                    part[rng.randrange(len(part))] = rng.randrange(256)
            new.writestr(item, bytes(part))
    return out.getvalue()


@pytest.mark.parametrize("content", [b'{"systems": [\n {"name": "x",\n "vcpu": 4}]}', b'\xef\xbb\xbf[{"a": 1}]'])
def test_a_file_of_json_is_no_table(content: bytes) -> None:
    with pytest.raises(CollectError, match="不是表格文件"):
        workbook_of("台账.csv", content)


def test_a_damaged_part_beside_the_sheets_is_a_message() -> None:
    content = xlsx([{"name": "s", "rows": LEDGER}])
    at = content.index(b"docProps/core.xml") + len(b"docProps/core.xml") + 4
    with pytest.raises(CollectError, match="损坏"):
        workbook_of("台账.xlsx", content[:at] + bytes(8) + content[at + 8 :])


def test_a_workbook_is_identified_by_its_bytes_not_its_name() -> None:
    assert workbook_of("台账.xls", xlsx([{"name": "s", "rows": LEDGER}])).format == "xlsx"


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((92, 4, 0, 8), "损坏"),
        ((0, 4, 9, 3), "损坏"),
        ((0, 0x7FFFFFFF, 0, 256), "超过上限"),
        ((0, 600_000, 0, 8), "超过上限"),
    ],
)
def test_an_xls_that_lies_about_its_size_is_a_message_and_not_the_end_of_the_process(
    bounds: tuple[int, int, int, int], said: str
) -> None:
    """The reader makes room for what the record of dimensions says: with bounds the wrong way round it asked for 1.4 TB."""
    content = xls([{"name": "表", "rows": LEDGER}])
    mark = struct.pack("<HH", 0x200, 14)
    at = content.index(mark) + len(mark)
    assert said in refused("县局.xls", content[:at] + struct.pack("<IIHH", *bounds) + content[at + 12 :])
