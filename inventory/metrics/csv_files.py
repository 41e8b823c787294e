"""Samples from CSV files: the layouts of sources.toml, gzip or not, UTF-8, GB18030 or UTF-16, any separator.

DuckDB reads every cell as text; what is no number or no stamp stays empty and is counted later with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.metrics import read_sources
from inventory.metrics.csv_cells import cell_of, literal, number, stamp
from inventory.metrics.csv_fast import codes_and_seconds, distinct, read_in_order, tables
from inventory.metrics.csv_text import (
    as_utf8,
    cannot_be_read,
    headings,
    is_gzip,
    layout_of,
    metric_columns,
    unread_columns,
    used_columns,
    utf8_throughout,
)
from inventory.telemetry.form import DAY_SECONDS, LOCAL_ZONE, METRICS, connect

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

FETCH_ROWS = 1_000_000
LOOKS_AT_ROWS = 50_000
EXTRA = "extra"  # a row's cells behind the last heading


def read_csv(
    path: Path,
    *,
    zone: str = LOCAL_ZONE,
    sources: Mapping[str, Any] | None = None,
    unread: Callable[[list[str]], None] = lambda _names: None,
) -> Iterator[pa.Table]:
    """The samples of one file.

    Args:
        path: `.csv`, `.csv.gz` or text with another separator.
        zone: of stamps that name none.
        sources: the table of layouts; ours by default.
        unread: is told the columns that nothing is read from, where there are some.

    Raises:
        CollectError: the file cannot be read, or fits no layout.
    """
    layouts = (sources or read_sources())["csv"]
    with TemporaryDirectory() as scratch:
        readable = as_utf8(path, Path(scratch))
        try:
            found, separator = headings(readable, path)
            layout = layout_of(found, layouts, path)
            if left := unread_columns(layout, found):
                unread(left)
            layout = {**layout, "zone": layout.get("naive_zone", zone)}
            cells = read_in_order(readable, layout, found, separator)
            if cells is None and readable == path:
                readable = utf8_throughout(path, Path(scratch))
                cells = read_in_order(readable, layout, found, separator) if readable != path else None
            if cells is not None:
                yield from _in_order(cells, layout, path)
                return
            with connect(Path(scratch)) as connection:
                _load(connection, readable, found, separator, path)
                _refuse_swallowed(connection, layout, found, separator, path)
                yield from _samples(connection, layout, found, separator, path)
        except (OSError, EOFError) as error:  # cut off, or not what its name says
            raise cannot_be_read(path, error) from error


def _in_order(cells: pa.Table, layout: dict[str, Any], path: Path) -> Iterator[pa.Table]:
    if not len(cells):
        raise _no_rows(path)
    seconds = _seconds(distinct(cells.column(layout["at"])), layout["zone"])
    yield from tables(
        cells, layout, seconds, layout.get("interval_seconds") or _usual_distance(cells, layout, seconds, path), path
    )


@cache
def _clock() -> duckdb.DuckDBPyConnection:
    """A DuckDB that only reads stamps: a folder has many files, and to open one takes longer than to ask it."""
    return connect(threads=1)


def _seconds(texts: list[str], zone: str) -> dict[str, int | None]:
    """Unix seconds of each stamp."""
    import pyarrow as pa

    with _clock().cursor() as connection:  # a session of its own
        connection.execute(f"SET TimeZone={literal(zone)}")
        connection.register("texts", pa.table({"text": pa.array(texts, pa.string())}))
        query = f"SELECT text, {stamp(cell_of('text'), zone)} FROM texts"  # noqa: S608 - our own names
        return dict(connection.execute(query).fetchall())


def _usual_distance(cells: pa.Table, layout: dict[str, Any], seconds: dict[str, int | None], path: Path) -> int | None:
    """The most frequent distance between the stamps of one machine, looked at in the first rows of the file.

    In all of them where the first ones have each machine once: many machines, by stamp.
    """
    usual = None
    for rows in dict.fromkeys((min(LOOKS_AT_ROWS, len(cells)), len(cells))):
        usual = usual or _most_frequent(*codes_and_seconds(cells.slice(0, rows), layout, seconds))
    if layout.get("interval") not in cells.column_names and (usual is None or usual > DAY_SECONDS):
        raise _no_interval(path)
    return usual


def _most_frequent(machine: NDArray[np.int64], at: NDArray[np.int64]) -> int | None:
    import numpy as np

    order = np.lexsort((at, machine))
    gaps = np.diff(at[order])[(np.diff(machine[order]) == 0) & (at[order][:-1] >= 0)]
    distances, counts = np.unique(gaps[gaps > 0], return_counts=True)
    return int(distances[counts.argmax()]) if len(distances) else None


def _no_rows(path: Path) -> CollectError:
    return CollectError(f"{path.name}：只有表头，没有数据行", f"{path.name}: there are headings, but no rows")


def _no_interval(path: Path) -> CollectError:
    return CollectError(
        f"{path.name}：每台机器每天不到一个样本，看不出采样间隔", f"{path.name}: less than one sample a day per machine: the interval is not known",
        hint=Text("加一列 interval_seconds（秒）", "add a column interval_seconds"),
    )  # fmt: skip


def _load(connection: duckdb.DuckDBPyConnection, readable: Path, found: list[str], separator: str, path: Path) -> None:
    """`cells`: every cell as text, c0, c1 …, and what stands behind the last heading."""
    import duckdb

    names = [*(f"c{place}" for place in range(len(found))), EXTRA]
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    compression = "gzip" if is_gzip(readable) else "none"
    connection.execute("SET preserve_insertion_order=true")  # of repeated stamps the first in the file counts
    try:
        connection.execute(
            f"CREATE TABLE cells AS SELECT * FROM read_csv(?, columns={{{columns}}}, auto_detect=false, header=true, delim=?, quote='\"', escape='\"', "  # noqa: S608 - our own names
            f"null_padding=true, strict_mode=false, parallel=false, compression={literal(compression)})",
            [str(readable), separator],
        )  # fmt: skip
    except duckdb.Error as error:
        said = str(error).splitlines()[0].replace(str(readable), path.name)
        raise CollectError(
            f"{path.name}：无法按 CSV 读取：{said}", f"{path.name}: cannot be read as CSV: {said}"
        ) from error


def _refuse_swallowed(
    connection: duckdb.DuckDBPyConnection, layout: dict[str, Any], found: list[str], separator: str, path: Path
) -> None:
    """A quote that is not closed makes one cell of all rows up to the next quote.

    No name, stamp or number has a line break; a remark may have some, but no line like a row.
    """
    read, row = used_columns(layout), rf"[\n\r]([^\n\r]*{re.escape(separator)}){{{len(found) - 1}}}"
    faults = [
        f"regexp_matches(c{place}, {literal('[' + chr(92) + 'n' + chr(92) + 'r]' if name in read else row)})"
        for place, name in enumerate(found)
    ]
    faults.append(f"regexp_matches({EXTRA}, {literal(row)})")
    (first,) = connection.execute(f"SELECT min(rowid) FROM cells WHERE {' OR '.join(faults)}").fetchone() or (None,)  # noqa: S608
    if first is not None:
        raise CollectError(
            f"{path.name}：第 {first + 1} 行数据的引号没有成对，后面的行会被吞进一个单元格；这个文件没有使用",
            f"{path.name}: a quote in data row {first + 1} is not closed and swallows the rows behind it; the file is not used",
            hint=Text("补上或删掉那个引号", "close that quote or remove it"),
        )


def _samples(
    connection: duckdb.DuckDBPyConnection, layout: dict[str, Any], found: list[str], separator: str, path: Path
) -> Iterator[pa.Table]:
    if connection.execute("SELECT count(*) FROM cells").fetchone() == (0,):
        raise _no_rows(path)
    cell = {name: cell_of(f"c{place}") for place, name in enumerate(found)}
    connection.execute(f"SET TimeZone={literal(layout['zone'])}")
    _stamps(connection, f"c{found.index(layout['at'])}", layout["zone"])
    read = _Numbers(separator)
    kind = _long if "metric_column" in layout else _wide
    for part in kind(connection, layout, cell, path, read):
        for batch in connection.execute(part).to_arrow_reader(FETCH_ROWS):
            yield _table(batch)


class _Numbers:
    """How cells become numbers; a row with more cells than headings has none: nobody knows which cell is which."""

    def __init__(self, separator: str) -> None:
        self._separator = separator

    def __call__(self, cell: str, form: str = "amount") -> str:
        return f"(CASE WHEN {cell_of(EXTRA)} IS NULL THEN {number(cell, form=form, separator=self._separator)} END)"


def _table(batch: Any) -> pa.Table:
    import pyarrow as pa

    from inventory.telemetry.ingest import raw_schema

    return pa.Table.from_batches([batch]).cast(raw_schema())


def _stamps(connection: duckdb.DuckDBPyConnection, column: str, zone: str) -> None:
    """`stamped`: the cells with `at_s`. Each distinct text is read once: a file has far fewer stamps than rows."""
    connection.execute(
        f"CREATE TABLE stamp AS SELECT text, {stamp(cell_of('text'), zone)} AS at_s FROM (SELECT DISTINCT {column} AS text FROM cells)"  # noqa: S608 - our own names
    )
    connection.execute(
        f"CREATE VIEW stamped AS SELECT cells.*, cells.rowid AS line, stamp.at_s FROM cells LEFT JOIN stamp ON stamp.text = cells.{column}"  # noqa: S608 - our own names
    )


def _machine(layout: dict[str, Any], cell: dict[str, str], path: Path) -> str:
    if layout["machine"] != "@file":
        return cell[layout["machine"]]
    found = re.match(layout["machine_pattern"], path.name)
    return literal(found["machine"] if found else path.name)


def _interval(
    connection: duckdb.DuckDBPyConnection,
    layout: dict[str, Any],
    cell: dict[str, str],
    machine: str,
    where: str,
    path: Path,
) -> str:
    """SQL of the seconds between samples: of the row, of the layout, or the most frequent distance in the file."""
    fallback = layout.get("interval_seconds")
    if fallback is None:
        found = connection.execute(
            f"WITH chosen AS (SELECT {machine} AS m, at_s FROM stamped WHERE {where} AND {machine} IN "  # noqa: S608
            f"(SELECT DISTINCT {machine} FROM stamped WHERE {where} ORDER BY 1 LIMIT 20)) "
            "SELECT mode(d) FROM (SELECT at_s - lag(at_s) OVER (PARTITION BY m ORDER BY at_s) AS d FROM chosen) WHERE d > 0"
        ).fetchone()
        fallback = found[0] if found else None
    column = layout.get("interval")
    if column in cell:
        return f"CAST(coalesce(TRY_CAST({cell[column]} AS INTEGER), {fallback or 'NULL'}) AS INTEGER)"
    if fallback is None or fallback > DAY_SECONDS:
        raise CollectError(f"{path.name}：每台机器每天不到一个样本，看不出采样间隔", f"{path.name}: less than one sample a day per machine: the interval is not known",
                           hint=Text("加一列 interval_seconds（秒）", "add a column interval_seconds"))  # fmt: skip
    return f"CAST({int(fallback)} AS INTEGER)"


NOTHING = "CAST(NULL AS DOUBLE)"
NO_NOTE = "CAST(NULL AS VARCHAR)"


def _select(machine: str, metric: str, number: str, form: str, capacity: str, interval: str, where: str) -> str:
    """A query of gauge samples."""
    share = {"percent": f"({number} / 100)", "ratio": number}.get(form)
    return (
        f"SELECT {machine} AS machine, {metric} AS metric, at_s, {NOTHING if share else number} AS value, {share or NOTHING} AS ratio, "  # noqa: S608
        f"{capacity} AS capacity, {interval} AS interval_s, {NO_NOTE} AS note FROM stamped WHERE {where} ORDER BY line"
    )


def _select_counter(machine: str, metric: str, number: str, interval: str, where: str) -> str:
    """A query of counter readings: the growth per second from each reading to the next one, stamped at the first.

    A reading below the one before is a reset. Where the next one is as high as before the reset, the low reading was a
    slip, and the growth from it would be a rate that never was: both are kept apart. A second reading with one stamp
    comes out as a second sample, so that it is counted as double.
    """
    return (
        f"WITH reading AS (SELECT {machine} AS machine, at_s, {number} AS v, {interval} AS step, line FROM stamped WHERE {where}), "  # noqa: S608
        "once AS (SELECT DISTINCT ON (machine, at_s) * FROM reading ORDER BY machine, at_s, line), "
        "following AS (SELECT *, lag(v) OVER w AS v0, lead(v) OVER w AS v2, lead(at_s) OVER w AS at2 FROM once WINDOW w AS (PARTITION BY machine ORDER BY at_s)), "
        "noted AS (SELECT *, CASE WHEN v2 IS NULL OR at2 - at_s > 2 * step THEN 'counter_end' "
        "WHEN v2 < v OR (v < v0 AND v2 >= v0) THEN 'counter_reset' END AS note FROM following) "
        f"SELECT reading.machine, {metric} AS metric, reading.at_s, CASE WHEN note IS NULL THEN (v2 - noted.v) / (at2 - noted.at_s) END AS value, "
        f"{NOTHING} AS ratio, {NOTHING} AS capacity, reading.step AS interval_s, note "
        "FROM reading JOIN noted ON reading.machine IS NOT DISTINCT FROM noted.machine AND reading.at_s IS NOT DISTINCT FROM noted.at_s ORDER BY reading.line"
    )


def _wide(
    connection: duckdb.DuckDBPyConnection, layout: dict[str, Any], cell: dict[str, str], path: Path, read: _Numbers
) -> Iterator[str]:
    machine = _machine(layout, cell, path)
    interval = _interval(connection, layout, cell, machine, "true", path)
    for column in metric_columns(layout, cell, path):
        amount = read(cell[column["column"]], column["form"])
        if column.get("plus") in cell:
            amount = f"({amount} + {read(cell[column['plus']])})"
        amount = f"({amount} * {column.get('factor', 1.0)!r})"
        allocated = cell.get(column.get("capacity", ""))
        capacity = f"({read(allocated)} * {column.get('capacity_factor', 1.0)!r})" if allocated else NOTHING
        where, metric = f"{cell[column['column']]} IS NOT NULL", literal(column["metric"])
        if column.get("kind") == "counter":
            yield _select_counter(machine, metric, amount, interval, where)
        else:
            yield _select(machine, metric, amount, column["form"], capacity, interval, where)


def _long(
    connection: duckdb.DuckDBPyConnection, layout: dict[str, Any], cell: dict[str, str], path: Path, read: _Numbers
) -> Iterator[str]:
    machine, metric = _machine(layout, cell, path), cell[layout["metric_column"]]
    known = {column["name"]: column for column in layout["metrics"]} | {
        name: {"metric": name, "form": "amount"} for name in METRICS
    }
    capacity = read(cell[layout["capacity_column"]]) if layout["capacity_column"] in cell else NOTHING
    for (name,) in connection.execute(f"SELECT DISTINCT {metric} AS name FROM stamped ORDER BY name").fetchall():  # noqa: S608
        where = f"{metric} = {literal(name)}" if name is not None else f"{metric} IS NULL"
        column = known.get(name, {"metric": name or "", "form": "amount"})
        interval = _interval(connection, layout, cell, machine, where, path)
        amount = f"({read(cell[layout['value_column']], column['form'])} * {column.get('factor', 1.0)!r})"
        if column.get("kind") == "counter":
            yield _select_counter(machine, literal(column["metric"]), amount, interval, where)
        else:
            yield _select(machine, literal(column["metric"]), amount, column["form"], capacity, interval, where)
