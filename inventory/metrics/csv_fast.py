"""CSV files that are in order, read by Arrow's own parser: several times quicker than cell by cell.

A file with anything unusual in it (a number that is none, ragged rows) is left to csv_files.py, which reads each cell
as text and accounts for it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inventory.metrics.csv_cells import NOTHING
from inventory.metrics.csv_text import is_gzip, metric_columns

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_BYTES = 16 << 20


def read_in_order(path: Path, layout: dict[str, Any], headings: list[str], separator: str) -> pa.Table | None:
    """The cells of a file as columns: words dictionary-coded, numbers as such; `None` where the file needs the slow way."""
    import pyarrow as pa
    from pyarrow import csv

    if "metric_column" in layout or layout["machine"] == "@file" or len(set(headings)) != len(headings):
        return None
    if any("\n" in name or "\r" in name for name in headings):  # the headings are more than one line
        return None
    columns = metric_columns(layout, headings, path)
    if any(column.get("kind") == "counter" for column in columns):
        return None
    words = {layout["machine"], layout["at"]}
    numbers = {
        name for column in columns for key in ("column", "plus", "capacity") if (name := column.get(key)) in headings
    }
    if layout.get("interval") in headings:
        numbers.add(layout["interval"])
    types: dict[str, pa.DataType] = {name: pa.dictionary(pa.int32(), pa.string()) for name in words}
    types |= {str(name): pa.float64() for name in numbers}
    try:
        with _Watched(path) as watched:
            cells = csv.read_csv(
                watched,
                read_options=csv.ReadOptions(block_size=BLOCK_BYTES, column_names=headings, skip_rows=1),
                parse_options=csv.ParseOptions(delimiter=separator),
                convert_options=csv.ConvertOptions(
                    column_types=types, include_columns=[*sorted(words), *sorted(str(name) for name in numbers)],
                    null_values=list(NOTHING), strings_can_be_null=True, quoted_strings_can_be_null=True,
                ),
            )  # fmt: skip
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None
    if watched.quoted and (_lines(path) > len(cells) + 1 or _has_line_break(cells, words)):
        return None  # rows may have been swallowed by a quote
    return cells


class _Watched(io.RawIOBase):
    """A file as it is read, and whether a quote went by."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa

        self._stream = pa.input_stream(str(path), compression="gzip" if is_gzip(path) else None)
        self.quoted = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        part: bytes = self._stream.read(None if size < 0 else size)
        self.quoted = self.quoted or b'"' in part
        return part

    def close(self) -> None:
        self._stream.close()
        super().close()


def _lines(path: Path) -> int:
    import pyarrow as pa

    with pa.input_stream(str(path), compression="gzip" if is_gzip(path) else None) as stream:
        return sum(part.count(b"\n") for part in iter(lambda: stream.read(BLOCK_BYTES), b""))


def _has_line_break(cells: pa.Table, words: set[str]) -> bool:
    return any("\n" in word or "\r" in word for name in words for word in distinct(cells.column(name)))


def tables(
    cells: pa.Table, layout: dict[str, Any], seconds: dict[str, int | None], interval_s: int | None, path: Path
) -> Iterator[pa.Table]:
    """One table of `raw_schema` for each column of a metric.

    Args:
        cells: of `read_in_order`.
        layout: of sources.toml.
        seconds: Unix seconds of each distinct stamp.
        interval_s: where the rows do not say.
        path: of the file.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    at = _stamps(cells.column(layout["at"]), seconds)
    machine = _trimmed(cells.column(layout["machine"]))
    rows = len(cells)
    interval = pa.array([interval_s], pa.int32()).take(pa.array(_zeros(rows)))
    if layout.get("interval") in cells.column_names:
        own = pc.cast(cells.column(layout["interval"]), pa.int32(), safe=False)
        interval = pc.coalesce(own, pa.scalar(interval_s, pa.int32()))
    nothing = pa.nulls(rows, pa.float64())
    note = pa.nulls(rows, pa.string())
    for column in metric_columns(layout, cells.column_names, path):
        number = cells.column(column["column"])
        if column.get("plus") in cells.column_names:
            number = pc.add(number, cells.column(column["plus"]))
        if column.get("factor", 1.0) != 1:
            number = pc.multiply(number, column["factor"])
        if column["form"] == "percent":
            number = pc.divide(number, 100.0)
        share = column["form"] in {"percent", "ratio"}
        allocated = column.get("capacity")
        capacity = (
            pc.multiply(cells.column(allocated), column.get("capacity_factor", 1.0))
            if allocated in cells.column_names
            else nothing
        )
        metric = pa.DictionaryArray.from_arrays(pa.array(_zeros(rows)), [column["metric"]])
        table = pa.table(
            {
                "machine": machine, "metric": metric, "at_s": at, "value": nothing if share else number,
                "ratio": number if share else nothing, "capacity": capacity, "interval_s": interval, "note": note,
            }
        )  # fmt: skip
        missing = number.null_count
        yield table.filter(pc.is_valid(cells.column(column["column"]))) if missing else table


def _zeros(rows: int) -> Any:
    import numpy as np

    return np.zeros(rows, np.int32)


def distinct(column: pa.ChunkedArray) -> list[str]:
    """The distinct words of a column, sorted."""
    unified = column.unify_dictionaries().combine_chunks()
    return sorted(word for word in unified.dictionary.to_pylist() if word is not None)


def codes_and_seconds(cells: pa.Table, layout: dict[str, Any], seconds: dict[str, int | None]) -> tuple[Any, Any]:
    """Machines as codes and stamps as Unix seconds, as numpy arrays; -1 where there is none."""
    import pyarrow.compute as pc

    machine = _trimmed(cells.column(layout["machine"])).indices
    at = _stamps(cells.column(layout["at"]), seconds)
    return pc.fill_null(machine, -1).to_numpy(zero_copy_only=False), pc.fill_null(at, -1).to_numpy(zero_copy_only=False)


def _trimmed(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """Words without the spaces around them, each with one code."""
    import pyarrow as pa
    import pyarrow.compute as pc

    unified = column.unify_dictionaries().combine_chunks()
    words = pc.utf8_trim(unified.dictionary, " \t")
    if words.equals(unified.dictionary):
        return unified
    different = pc.unique(words)
    return pa.DictionaryArray.from_arrays(pc.index_in(words, value_set=different).take(unified.indices), different)


def _stamps(column: pa.ChunkedArray, seconds: dict[str, int | None]) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    unified = column.unify_dictionaries().combine_chunks()
    known = pa.array([seconds.get(word) for word in unified.dictionary.to_pylist()], pa.int64())
    return pc.take(known, unified.indices)
