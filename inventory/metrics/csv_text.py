"""What a CSV file is before its rows are looked at: compressed or not, in which encoding, with which columns and layout."""

from __future__ import annotations

import codecs
import csv
import gzip
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from catalogs.errors import CollectError
from catalogs.words import Text

LOOKS_AT = 65_536  # bytes
PART = 1 << 20
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # "Unicode text" of Excel


def is_gzip(path: Path) -> bool:
    """Whether a file is compressed, by its name."""
    return path.suffix.lower() == ".gz"


def as_utf8(path: Path, scratch: Path) -> Path:
    """The file itself, or a copy in UTF-8 where its beginning is GB18030 or UTF-16.

    Raises:
        CollectError: it is empty, cannot be read, or is no text.
    """
    try:
        with _opened(path)(path, "rb") as stream:
            beginning = stream.read(LOOKS_AT)
        if not beginning.strip():
            raise CollectError(f"{path.name}：文件是空的", f"{path.name}: the file is empty")
        if beginning.startswith(_WIDE):
            return _recoded(path, scratch / "utf8.csv", "utf-16")
        if b"\0" in beginning:
            raise _not_csv(path)
        whole_lines = beginning[: beginning.rfind(b"\n") + 1] or beginning
        return path if _is_utf8([whole_lines]) else _recoded(path, scratch / "utf8.csv", "gb18030")
    except (OSError, EOFError) as error:
        raise cannot_be_read(path, error) from error


def utf8_throughout(path: Path, scratch: Path) -> Path:
    """The file itself, or a copy where something behind its beginning is GB18030: a name in the last rows is enough."""
    with _opened(path)(path, "rb") as stream:
        whole = _is_utf8(iter(lambda: stream.read(PART), b""))
    return path if whole else _recoded(path, scratch / "utf8.csv", "gb18030")


def cannot_be_read(path: Path, error: BaseException) -> CollectError:
    """The message for a file that is cut off or harmed."""
    return CollectError(f"{path.name}：无法读取：{error}", f"{path.name}: cannot be read: {error}")


def headings(readable: Path, path: Path) -> tuple[list[str], str]:
    """The headings of a file in UTF-8, and its separator.

    Raises:
        CollectError: there are no columns.
    """
    with _opened(readable)(readable, "rt", encoding="utf-8-sig", newline="") as stream:
        first = stream.readline(LOOKS_AT).rstrip("\r\n")
        separator = max(",;\t|", key=re.sub(r'"[^"]*"', "", first).count)
        if not first.count(separator):
            raise CollectError(
                f"{path.name}：第 1 行没有分隔符，看不出列",
                f"{path.name}: line 1 has no separator, so there are no columns",
            )
        stream.seek(0)
        row = next(csv.reader(stream, delimiter=separator))
    return [cell.strip().strip('"').strip() for cell in row], separator


def layout_of(found: list[str], layouts: list[dict[str, Any]], path: Path) -> dict[str, Any]:
    """The layout that a file's headings fit.

    Raises:
        CollectError: none does, a column that is needed is there twice, or there is no column of a metric.
    """
    fitting = [layout for layout in layouts if set(layout["headings"]) <= set(found)]
    if not fitting:
        known = "; ".join(f"{layout['id']}: {', '.join(layout['headings'])}" for layout in layouts)
        raise CollectError(
            f"{path.name}：表头 {', '.join(found[:8])} 不符合任何已知格式；已知格式（必须有的列）：{known}",
            f"{path.name}: the headings {', '.join(found[:8])} fit no layout; known layouts (columns they need): {known}",
            hint=Text("改列名，或用 --sources 给出自己的 sources.toml", "rename columns, or describe the layout in a sources.toml of your own (--sources)"),
        )  # fmt: skip
    layout = max(fitting, key=lambda one: len(one["headings"]))
    twice = sorted(name for name in used_columns(layout) if found.count(name) > 1)
    if twice:
        raise CollectError(
            f"{path.name}：表头里 {', '.join(twice)} 出现两次，不知道用哪一列", f"{path.name}: {', '.join(twice)} is there twice: which column counts is not known",
            hint=Text("改掉其中一列的列名", "rename one of them"),
        )  # fmt: skip
    if "metric_column" not in layout and not metric_columns(layout, found, path):
        raise CollectError(f"{path.name}：没有任何指标列", f"{path.name}: there is no column of a metric")
    return layout


def metric_columns(layout: dict[str, Any], found: Iterable[str], path: Path) -> list[dict[str, Any]]:
    """The columns of metrics that a file has, where each metric has a column of its own."""
    there = set(found)
    return [one for one in layout["metrics"] if one["column"] in there and one.get("file", "") in path.name]


def unread_columns(layout: dict[str, Any], found: Iterable[str]) -> list[str]:
    """The headings that nothing is read from, and that the layout does not list as known."""
    used = {*used_columns(layout), *layout.get("others", ())}
    return [name for name in found if name and name not in used]


def used_columns(layout: dict[str, Any]) -> set[str]:
    """All columns that a layout reads."""
    names = {
        layout[key]
        for key in ("machine", "at", "interval", "metric_column", "value_column", "capacity_column")
        if key in layout
    }
    return names | {one[key] for one in layout["metrics"] for key in ("column", "plus", "capacity") if key in one}  # fmt: skip


def _opened(path: Path) -> Any:
    return gzip.open if is_gzip(path) else open


def _is_utf8(parts: Iterable[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for part in parts:
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _recoded(path: Path, copy: Path, encoding: str) -> Path:
    try:
        with (
            _opened(path)(path, "rt", encoding=encoding, newline="") as stream,
            copy.open("w", encoding="utf-8", newline="") as target,
        ):
            while part := stream.read(PART):
                target.write(part)
    except UnicodeDecodeError as error:
        raise CollectError(
            f"{path.name}：既不是 UTF-8 也不是 GB18030 编码", f"{path.name}: neither UTF-8 nor GB18030",
            hint=Text("另存为 UTF-8 编码的 CSV", "save it as CSV in UTF-8"),
        ) from error  # fmt: skip
    return copy


def _not_csv(path: Path) -> CollectError:
    return CollectError(f"{path.name}：不是 CSV 文件（含二进制内容）", f"{path.name}: not a CSV file (it has binary content)",
                        hint=Text("请导出为 CSV", "export it as CSV"))  # fmt: skip
