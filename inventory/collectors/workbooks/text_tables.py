"""csv, tsv and HTML tables: their encoding, their separators, their merged cells. Never mojibake: decoding is strict."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from functools import partial
from html.parser import HTMLParser

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.collectors.cells.cell_types import Raw
from inventory.collectors.workbooks.grid import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Grid, MergedRange, Row

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = (",", "\t", ";", "|")
_HTML = re.compile(rb"<\s*(?:html|table|!doctype\s+html|meta|body|div)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_SAMPLE = 400_000


def decode(name: str, content: bytes) -> tuple[str, str]:
    """The text of a file and its encoding: byte order mark, UTF-8, then GB18030 or Big5, whichever reads as Chinese.

    Raises:
        CollectError: none of them fits.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _strict(name, content, encoding), encoding
    if content[:2000].count(0) > len(content[:2000]) // 4:
        encoding = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
        return _strict(name, content, encoding), encoding
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    readings = []
    for encoding in ("gb18030", "big5"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        readings.append((_reads_as_chinese(text), encoding, text))
    if not readings:
        raise CollectError(f"{name}：看不出是哪种文字编码(试过 UTF-8、GB18030、UTF-16、Big5)",
                           f"{name}: none of UTF-8, GB18030, UTF-16, Big5 fits its bytes",
                           hint=Text("用 Excel 或 WPS 打开后另存为“CSV UTF-8”", "save it as “CSV UTF-8”"))  # fmt: skip
    # Python's sort is stable: where both read equally well, the national standard comes first.
    _, encoding, text = max(readings, key=lambda reading: reading[0])
    return text, encoding


def _strict(name: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise CollectError(f"{name}：不是完整的 {encoding} 文本(第 {error.start} 字节起)", f"{name}: not {encoding} from byte {error.start} on",
                           hint=Text("文件可能被截断，请重新导出", "it may be cut off; export it again")) from error  # fmt: skip


def _reads_as_chinese(text: str) -> float:
    """The share of Chinese characters that are common ones; a wrong decoding gives rare ones."""
    from inventory.names import simplified

    chinese = [letter for letter in text[:_SAMPLE] if "\u3400" <= letter <= "\uffee"]
    if not chinese:
        return 0.0
    plain = simplified("".join(chinese))
    common = sum(1 for letter in plain if _is_common(letter))
    return round(common / len(plain), 2)


def _is_common(letter: str) -> bool:
    try:
        lead = letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return len(lead) == 2 and (0xB0 <= lead[0] <= 0xD7 or lead[0] in {0xA1, 0xA3})


def text_grid(name: str, content: bytes) -> tuple[str, str, Grid]:
    """Encoding, format (`csv` or `tsv`) and the one sheet of a text file.

    Raises:
        CollectError: not text, or over the limits.
    """
    text, encoding = decode(name, content)
    if "\0" in text[:_SAMPLE]:
        raise CollectError(f"{name}：不是表格文件(内容是二进制)", f"{name}: not a table (binary content)",
                           hint=Text("需要 xlsx、xls、csv、tsv 或含表格的 HTML", "xlsx, xls, csv, tsv or an HTML table is needed"))  # fmt: skip
    separator = _separator(text)
    rows = _parsed(name, text, separator)
    width = max((len(row) for row in rows), default=0)
    _check(name, len(rows), width)
    for row in rows:
        row.extend([""] * (width - len(row)))
    form = "tsv" if separator == "\t" else "csv"
    return encoding, form, Grid(name="", rows=partial(iter, rows), width=width, height=len(rows))


def _separator(text: str) -> str:
    """The separator that gives the most rows of the same, largest number of cells."""
    sample = text[:60_000]
    best, best_score = ",", 0.0
    for separator in _SEPARATORS:
        try:
            widths = Counter(len(row) for row in csv.reader(io.StringIO(sample), delimiter=separator) if len(row) > 1)
        except csv.Error:
            continue
        score = max((count * (width - 1) for width, count in widths.items()), default=0)
        if score > best_score:
            best, best_score = separator, score
    return best


def _parsed(name: str, text: str, separator: str) -> list[Row]:
    csv.field_size_limit(10_000_000)
    rows: list[Row] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(list(row))
            if len(rows) > MAX_ROWS:
                break
    except csv.Error as error:
        raise CollectError(f"{name}：第 {len(rows) + 1} 行附近不是正确的 CSV({error})", f"{name}: not CSV near row {len(rows) + 1} ({error})",
                           hint=Text("用 Excel 或 WPS 打开，另存为 .xlsx 后再试", "save it as .xlsx, try again")) from error  # fmt: skip
    return rows


def _check(name: str, height: int, width: int) -> None:
    if height > MAX_ROWS or width > MAX_COLUMNS or height * width > MAX_CELLS:
        raise CollectError(
            f"{name}:{height:,} 行 × {width:,} 列，超过上限 {MAX_ROWS:,} × {MAX_COLUMNS} / {MAX_CELLS:,}",
            f"{name}: {height:,} rows × {width:,} columns, more than the limit of {MAX_ROWS:,} × {MAX_COLUMNS} / {MAX_CELLS:,}",
            hint=Text("拆成几个文件再试", "split it"),
        )


def is_html(content: bytes) -> bool:
    """Whether a file is a web page, whatever its name."""
    head = content[:3000].lstrip(codecs.BOM_UTF8).lstrip()
    return head.startswith(b"<") and bool(_HTML.search(content[:20_000]))


def html_grids(name: str, content: bytes) -> tuple[str, tuple[Grid, ...]]:
    """The tables of a web page.

    Raises:
        CollectError: there is none, or the text cannot be decoded.
    """
    declared = _CHARSET.search(content[:4000])
    try:
        codec = codecs.lookup(declared[1].decode()).name if declared else ""
        codec = "gb18030" if codec in {"gb2312", "gbk"} else codec
        text, encoding = (content.decode(codec), codec) if codec else decode(name, content)
    except (LookupError, UnicodeDecodeError):
        text, encoding = decode(name, content)
    parser = _Tables()
    parser.feed(text)
    parser.close()
    if not parser.tables:
        raise CollectError(f"{name}：网页里没有表格", f"{name}: the page has no table",
                           hint=Text("需要 xlsx、xls、csv、tsv 或含表格的 HTML", "xlsx, xls, csv, tsv or an HTML table is needed"))  # fmt: skip
    grids = []
    for index, table in enumerate(parser.tables):
        width = max((len(row) for row in table.rows), default=0)
        _check(name, len(table.rows), width)
        for row in table.rows:
            row.extend([""] * (width - len(row)))
        label = "" if len(parser.tables) == 1 else f"{index + 1}"
        grids.append(
            Grid(name=label, rows=partial(iter, table.rows), width=width, height=len(table.rows), merges=tuple(table.merges),
                 hidden_rows=frozenset(table.hidden))
        )  # fmt: skip
    return encoding, tuple(grids)


_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|(?<![-\w])(mso-)?height\s*:\s*0(?![.\d])", re.IGNORECASE
)


class _Table:
    def __init__(self) -> None:
        self.rows: list[list[Raw]] = []
        self.merges: list[MergedRange] = []
        self.taken: set[tuple[int, int]] = set()
        self.hidden: set[int] = set()  # rows, from 1


class _Tables(HTMLParser):
    """Collects the cells of tables; nested tables become tables of their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._open: list[_Table] = []
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._outer: list[tuple[list[str] | None, tuple[int, int]]] = []  # the cells that nested tables stand in

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._outer.append((self._cell, self._span))
            self._cell = None
            self._open.append(_Table())
            self.tables.append(self._open[-1])
        elif tag == "tr" and self._open:
            self._close_cell()
            self._open[-1].rows.append([])
            if any(name == "hidden" or (name == "style" and _HIDES.search(value or "")) for name, value in attrs):
                self._open[-1].hidden.add(len(self._open[-1].rows))
        elif tag in {"td", "th"} and self._open:
            self._close_cell()
            if not self._open[-1].rows:
                self._open[-1].rows.append([])
            marks = dict(attrs)
            self._cell, self._span = [], (_span(marks.get("rowspan")), _span(marks.get("colspan")))
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr"}:
            self._close_cell()
        elif tag == "table" and self._open:
            self._close_cell()
            self._open.pop()
            self._cell, self._span = self._outer.pop()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _close_cell(self) -> None:
        if self._cell is None or not self._open:
            self._cell = None
            return
        table, text = self._open[-1], "".join(self._cell).strip()
        self._cell = None
        if not table.rows:
            table.rows.append([])
        row = table.rows[-1]
        at = len(table.rows) - 1
        while (at, len(row)) in table.taken:
            row.append("")
        down, right = self._span
        column = len(row)
        row.extend([text] + [""] * (right - 1))
        if down > 1 or right > 1:
            table.merges.append((at, column, at + down - 1, column + right - 1))
            table.taken.update((at + d, column + r) for d in range(1, down) for r in range(right))


def _span(text: str | None) -> int:
    return min(int(text), 1000) if text and text.isdigit() and int(text) > 0 else 1
