"""Samples from CSV files: the layouts of sources.toml, gzip or not, UTF-8 or GB18030, any separator.

DuckDB reads every cell as text; what is no number or no stamp stays empty and is counted later with its reason.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.metrics import read_sources
from inventory.metrics.csv_fast import codes_and_seconds, distinct, read_in_order, tables
from inventory.telemetry.form import DAY_SECONDS, LOCAL_ZONE, METRICS, connect

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

FETCH_ROWS = 1_000_000
MILLISECONDS = 100_000_000_000  # larger stamps are milliseconds (as seconds: the year 5138)
LOOKS_AT = 65_536  # bytes
LOOKS_AT_ROWS = 50_000


def read_csv(path: Path, *, zone: str = LOCAL_ZONE, sources: Mapping[str, Any] | None = None) -> Iterator[pa.Table]:
    """The samples of one file.

    Args:
        path: `.csv`, `.csv.gz` or text with another separator.
        zone: of stamps that name none.
        sources: the table of layouts; ours by default.

    Raises:
        CollectError: the file cannot be read, or fits no layout.
    """
    layouts = (sources or read_sources())["csv"]
    with TemporaryDirectory() as scratch:
        readable = _as_utf8(path, Path(scratch))
        headings, separator = _headings(readable, path)
        layout = _layout_of(headings, layouts, path)
        cells = read_in_order(readable, layout, headings, separator)
        if cells is not None:
            seconds = _seconds(distinct(cells.column(layout["at"])), layout.get("naive_zone", zone))
            yield from tables(
                cells, layout, seconds, layout.get("interval_seconds") or _usual_distance(cells, layout, seconds, path)
            )
            return
        with connect(Path(scratch)) as connection:
            _load(connection, readable, separator, path)
            yield from _samples(connection, layout, headings, path, zone)


@cache
def _clock() -> duckdb.DuckDBPyConnection:
    """A DuckDB that only reads stamps: a folder has many files, and to open one takes longer than to ask it."""
    return connect(threads=1)


def _seconds(texts: list[str], zone: str) -> dict[str, int | None]:
    """Unix seconds of each stamp."""
    import pyarrow as pa

    with _clock().cursor() as connection:  # a session of its own
        connection.execute(f"SET TimeZone={_literal(zone)}")
        connection.register("texts", pa.table({"text": pa.array(texts, pa.string())}))
        cell = "nullif(trim(text, ' \t'), '')"
        return dict(connection.execute(f"SELECT text, {_stamp(cell)} FROM texts").fetchall())  # noqa: S608 - our own names


def _usual_distance(cells: pa.Table, layout: dict[str, Any], seconds: dict[str, int | None], path: Path) -> int | None:
    """The most frequent distance between the stamps of one machine, looked at in the first ones of the file."""
    import numpy as np

    machine, at = codes_and_seconds(cells.slice(0, LOOKS_AT_ROWS), layout, seconds)
    order = np.lexsort((at, machine))
    gaps = np.diff(at[order])[(np.diff(machine[order]) == 0) & (at[order][:-1] >= 0)]
    distances, counts = np.unique(gaps[gaps > 0], return_counts=True)
    usual = int(distances[counts.argmax()]) if len(distances) else None
    if layout.get("interval") not in cells.column_names and (usual is None or usual > DAY_SECONDS):
        raise _no_interval(path)
    return usual


def _no_interval(path: Path) -> CollectError:
    return CollectError(
        f"{path.name}：每台机器每天不到一个样本，看不出采样间隔", f"{path.name}: less than one sample a day per machine: the interval is not known",
        hint=Text("加一列 interval_seconds（秒）", "add a column interval_seconds"),
    )  # fmt: skip


def _as_utf8(path: Path, scratch: Path) -> Path:
    """The file itself, or a copy in UTF-8 where it is GB18030."""
    opened: Any = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rb") as stream:
            beginning = stream.read(LOOKS_AT)
        if not beginning.strip():
            raise CollectError(f"{path.name}：文件是空的", f"{path.name}: the file is empty")
        if b"\0" in beginning:
            raise _not_csv(path)
        whole_lines = beginning[: beginning.rfind(b"\n") + 1] or beginning
        return path if _is_utf8(whole_lines) else _recoded(opened, path, scratch / "utf8.csv")
    except (OSError, EOFError) as error:
        raise CollectError(f"{path.name}：无法读取：{error}", f"{path.name}: cannot be read: {error}") from error


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _recoded(opened: Any, path: Path, copy: Path) -> Path:
    try:
        with (
            opened(path, "rt", encoding="gb18030", newline="") as stream,
            copy.open("w", encoding="utf-8", newline="") as target,
        ):
            while part := stream.read(1 << 20):
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


def _headings(readable: Path, path: Path) -> tuple[list[str], str]:
    opened: Any = gzip.open if readable.suffix == ".gz" else open
    with opened(readable, "rt", encoding="utf-8-sig", newline="") as stream:
        first = stream.readline(LOOKS_AT).rstrip("\r\n")
    separator = max(",;\t|", key=first.count)
    if not first.count(separator):
        raise CollectError(
            f"{path.name}：第 1 行没有分隔符，看不出列",
            f"{path.name}: line 1 has no separator, so there are no columns",
        )
    return [cell.strip().strip('"').strip() for cell in first.split(separator)], separator


def _layout_of(headings: list[str], layouts: list[dict[str, Any]], path: Path) -> dict[str, Any]:
    fitting = [layout for layout in layouts if set(layout["headings"]) <= set(headings)]
    if not fitting:
        known = "; ".join(f"{layout['id']}: {', '.join(layout['headings'])}" for layout in layouts)
        raise CollectError(
            f"{path.name}：表头 {', '.join(headings[:8])} 不符合任何已知格式；已知格式（必须有的列）：{known}",
            f"{path.name}: the headings {', '.join(headings[:8])} fit no layout; known layouts (columns they need): {known}",
            hint=Text("改列名，或用 --sources 给出自己的 sources.toml", "rename columns, or describe the layout in a sources.toml of your own (--sources)"),
        )  # fmt: skip
    return max(fitting, key=lambda layout: len(layout["headings"]))


def _load(connection: duckdb.DuckDBPyConnection, readable: Path, separator: str, path: Path) -> None:
    import duckdb

    connection.execute("SET preserve_insertion_order=true")  # of repeated stamps the first in the file counts
    try:
        connection.execute(
            "CREATE TABLE cells AS SELECT * FROM read_csv(?, all_varchar=true, header=true, delim=?, quote='\"', null_padding=true, "
            "normalize_names=false, strict_mode=false, parallel=false)", [str(readable), separator],
        )  # fmt: skip
    except duckdb.Error as error:
        said = str(error).splitlines()[0].replace(str(readable), path.name)
        raise CollectError(
            f"{path.name}：无法按 CSV 读取：{said}", f"{path.name}: cannot be read as CSV: {said}"
        ) from error
    names = [
        row[0] for row in connection.execute("SELECT name FROM pragma_table_info('cells') ORDER BY cid").fetchall()
    ]
    for place, name in enumerate(names):
        connection.execute(f'ALTER TABLE cells RENAME COLUMN {_quoted(name)} TO "c{place}"')


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _samples(
    connection: duckdb.DuckDBPyConnection, layout: dict[str, Any], headings: list[str], path: Path, zone: str
) -> Iterator[pa.Table]:
    cell = {name: f"nullif(trim(c{place}, ' \t'), '')" for place, name in enumerate(headings)}
    connection.execute(f"SET TimeZone={_literal(layout.get('naive_zone', zone))}")
    _stamps(connection, f"c{headings.index(layout['at'])}", cell[layout["at"]])
    parts = list(
        _long(connection, layout, cell, path) if "metric_column" in layout else _wide(connection, layout, cell, path)
    )
    if not parts:
        raise CollectError(f"{path.name}：没有任何指标列", f"{path.name}: there is no column of a metric")
    for part in parts:
        for batch in connection.execute(part).to_arrow_reader(FETCH_ROWS):
            yield _table(batch)


def _table(batch: Any) -> pa.Table:
    import pyarrow as pa

    from inventory.telemetry.ingest import raw_schema

    return pa.Table.from_batches([batch]).cast(raw_schema())


def _stamps(connection: duckdb.DuckDBPyConnection, column: str, cell: str) -> None:
    """`stamped`: the cells with `at_s`. Each distinct text is read once: a file has far fewer stamps than rows."""
    connection.execute(
        f"CREATE TABLE stamp AS SELECT text, {_stamp(cell.replace(column, 'text'))} AS at_s FROM (SELECT DISTINCT {column} AS text FROM cells)"  # noqa: S608 - our own names
    )
    connection.execute(
        f"CREATE VIEW stamped AS SELECT cells.*, cells.rowid AS line, stamp.at_s FROM cells LEFT JOIN stamp ON stamp.text = cells.{column}"  # noqa: S608 - our own names
    )


def _stamp(cell: str) -> str:
    """Unix seconds from text: ISO 8601, seconds or milliseconds; null where it is none of them."""
    number = f"TRY_CAST({cell} AS DOUBLE)"
    with_seconds = f"regexp_replace(replace({cell}, '/', '-'), '([T ]\\d\\d?:\\d\\d)(Z|[+-].*)?$', '\\1:00\\2')"
    iso = f"epoch(TRY_CAST({with_seconds} AS TIMESTAMPTZ))"
    return (
        f"CAST(CASE WHEN {number} IS NULL THEN floor({iso}) WHEN abs({number}) > 1e15 OR NOT isfinite({number}) THEN NULL "
        f"WHEN {number} > {MILLISECONDS} THEN floor({number} / 1000) ELSE floor({number}) END AS BIGINT)"
    )


def _machine(layout: dict[str, Any], cell: dict[str, str], path: Path) -> str:
    if layout["machine"] != "@file":
        return cell[layout["machine"]]
    found = re.match(layout["machine_pattern"], path.name)
    return _literal(found["machine"] if found else path.name)


def _number(cell: str) -> str:
    return f"TRY_CAST({cell} AS DOUBLE)"


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
    connection: duckdb.DuckDBPyConnection, layout: dict[str, Any], cell: dict[str, str], path: Path
) -> Iterator[str]:
    machine = _machine(layout, cell, path)
    present = [c for c in layout["metrics"] if c["column"] in cell and c.get("file", "") in path.name]
    if not present:
        return
    interval = _interval(connection, layout, cell, machine, "true", path)
    for column in present:
        number = _number(cell[column["column"]])
        if column.get("plus") in cell:
            number = f"({number} + {_number(cell[column['plus']])})"
        number = f"({number} * {column.get('factor', 1.0)!r})"
        allocated = cell.get(column.get("capacity", ""))
        capacity = f"({_number(allocated)} * {column.get('capacity_factor', 1.0)!r})" if allocated else NOTHING
        where, metric = f"{cell[column['column']]} IS NOT NULL", _literal(column["metric"])
        if column.get("kind") == "counter":
            yield _select_counter(machine, metric, number, interval, where)
        else:
            yield _select(machine, metric, number, column["form"], capacity, interval, where)


def _long(
    connection: duckdb.DuckDBPyConnection, layout: dict[str, Any], cell: dict[str, str], path: Path
) -> Iterator[str]:
    machine, metric = _machine(layout, cell, path), cell[layout["metric_column"]]
    known = {column["name"]: column for column in layout["metrics"]} | {
        name: {"metric": name, "form": "amount"} for name in METRICS
    }
    capacity = _number(cell[layout["capacity_column"]]) if layout["capacity_column"] in cell else NOTHING
    for (name,) in connection.execute(f"SELECT DISTINCT {metric} AS name FROM stamped ORDER BY name").fetchall():  # noqa: S608
        where = f"{metric} = {_literal(name)}" if name is not None else f"{metric} IS NULL"
        column = known.get(name, {"metric": name or "", "form": "amount"})
        interval = _interval(connection, layout, cell, machine, where, path)
        number = f"({_number(cell[layout['value_column']])} * {column.get('factor', 1.0)!r})"
        if column.get("kind") == "counter":
            yield _select_counter(machine, _literal(column["metric"]), number, interval, where)
        else:
            yield _select(machine, _literal(column["metric"]), number, column["form"], capacity, interval, where)
