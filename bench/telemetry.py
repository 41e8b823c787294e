"""Telemetry at scale: unsorted source chunks with late and double samples → raw files → roll-up → rates and verdicts.

    python -m bench.telemetry                          small: 2,000 servers × 3 days × 5 minutes
    python -m bench.telemetry --servers 100000 --days 90     2.6 billion samples, one metric
    python -m bench.telemetry --servers 6000 --days 365 --interval 3600
    python -m bench.telemetry --without-sorting              leaves the second yardstick out, which takes longest
    python -m bench.telemetry --csv                          the source chunks are CSV instead of Parquet
    python -m bench.telemetry --verdicts 100000              rates and verdicts from a roll-up of 90 days
    python -m bench.telemetry --verdicts 100000 --network    the same, where network traffic was measured beside CPU

The source chunks are files, as a monitoring system exports them; making them is not timed. Each stage is timed apart.
There are two yardsticks, both plain DuckDB with the same memory limit: the same aggregation, written by hand, over the
same raw files, which are sorted already; and merely sorting the same source chunks into Parquet, which is the least
that any way from unsorted chunks to those files needs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from catalogs.load import load_catalogs
from inventory.metrics.csv_files import read_csv
from inventory.metrics.parquet_files import read_parquet
from inventory.model import Inventory, Server, System
from inventory.storage.store import TelemetryFile
from inventory.telemetry.compact import compact
from inventory.telemetry.form import AMOUNT_STEPS, BIN_STRIDE, METRICS, Period, connect, day_start, keep, rollup_schema
from inventory.telemetry.ingest import ingest
from inventory.telemetry.query import Rollup
from inventory.telemetry.rollup import roll_up, rollup_sql, stale_days
from inventory.usage.rates import usage_rates
from inventory.zombies.judge import judge

START = date(2026, 1, 1)
LATE_RATIO, DOUBLE_RATIO = 0.002, 0.005
CHUNK_ROWS = 2_000_000

# The roll-up as an engineer would write it for DuckDB alone.
PLAIN = """
WITH sample AS (FROM read_parquet($path)), hourly AS (
    SELECT metric, day, server, at_s // 3600 AS hour, count(*) AS n, max(interval_s) AS interval_s, sum(seconds) AS s,
        sum(value_micro * seconds) AS vs, sum(capacity_micro * seconds) AS cs, min(value_micro) AS lo, max(value_micro) AS hi,
        max(value_micro * 1e6::DOUBLE // capacity_micro) AS peak
    FROM sample GROUP BY ALL
), daily AS (
    SELECT metric, day, server, sum(n) AS n, 86400 // max(interval_s) AS expected, sum(s) AS s, sum(vs) AS vs, sum(cs) AS cs, min(lo) AS lo,
        max(hi) AS hi, max(peak) AS peak, max(vs // s) AS hour_max, max(vs / (cs / 1e6)) AS hour_peak
    FROM hourly GROUP BY ALL
), binned AS (
    SELECT metric, day, server, least(value_micro * 100.0::DOUBLE // capacity_micro, 100)::INTEGER AS bin, count(*) AS n FROM sample GROUP BY ALL
), listed AS (
    SELECT metric, day, server, list_sort(list(bin * 131072 + n)) AS bins FROM binned GROUP BY ALL
)
SELECT daily.*, listed.bins FROM daily JOIN listed USING (metric, day, server) ORDER BY metric, day, server
"""


SORT = """
COPY (SELECT metric, at_s, server, (value * 1e6)::BIGINT AS value_micro, interval_s FROM {chunks} ORDER BY metric, (at_s + 28800) // 86400, server, at_s)
TO '{target}' (FORMAT parquet, COMPRESSION zstd)
"""


@contextmanager
def timed(what: str, found: dict[str, float]) -> Iterator[None]:
    """Time a stage; `found` gets its wall seconds and, under `what + " cpu"`, those of all its threads, added up."""
    begin, cpu = time.perf_counter(), time.process_time()
    yield
    found[what] = found.get(what, 0) + time.perf_counter() - begin
    found[f"{what} cpu"] = found.get(f"{what} cpu", 0) + time.process_time() - cpu


def told(what: str, samples: int, found: dict[str, float]) -> None:
    """Print a stage."""
    wall, used = found[what], found[f"{what} cpu"]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        f"{what:28} {wall:9.1f} s  cpu {used:9.1f} s  {samples / max(used, 1e-9) / 1e6:8.2f} M per cpu second  peak so far {peak:5.2f} GiB",
        flush=True,
    )


def chunks(servers: int, day: date, interval: int, seed: int, late: list[pa.Table]) -> Iterator[pa.Table]:
    """One day in the order in which a monitoring system hands it over: by time, machines shuffled; some come the day after, some twice."""
    rng = np.random.default_rng([seed, day.toordinal()])
    names = pa.array([f"server-{n:06d}" for n in range(servers)])
    slots = 86_400 // interval
    at_once = max(CHUNK_ROWS // servers, 1)
    base = (np.arange(servers) * 7919 % 997) / 997 * 0.6
    vcpu = 1 + np.arange(servers) % 8
    yield from late
    late.clear()
    for first in range(0, slots, at_once):
        count = min(at_once, slots - first)
        machine = np.concatenate([rng.permutation(servers) for _ in range(count)]).astype(np.int32)
        at = np.repeat(day_start(day) + (first + np.arange(count)) * interval, servers)
        ratio = np.clip(base[machine] + rng.normal(0, 0.05, len(machine)), 0, 1.2)
        draw = rng.random(len(machine))
        whole = table(names, machine, at, np.round(ratio * vcpu[machine], 4), interval)
        late.append(whole.filter(pa.array(draw < LATE_RATIO)))
        yield whole.filter(pa.array(draw >= LATE_RATIO))
        yield whole.filter(pa.array(draw > 1 - DOUBLE_RATIO))


def table(names: pa.Array, machine: np.ndarray, at: np.ndarray, value: np.ndarray, interval: int) -> pa.Table:
    count = len(at)
    metric = pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), ["cpu"])
    columns = [pa.DictionaryArray.from_arrays(machine, names), metric, at, value, np.full(count, interval, np.int32)]
    return pa.table(columns, names=["server", "metric", "at_s", "value", "interval_s"])


def made_chunks(args: argparse.Namespace, days: list[date], late: list[pa.Table], folder: Path) -> list[Path]:
    """The source chunks of some days as files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for day in days:
        for number, chunk in enumerate(chunks(args.servers, day, args.interval, args.seed, late)):
            path = folder / f"{day}-{number:04d}.{'csv' if args.csv else 'parquet'}"
            if args.csv:
                plain = chunk.drop_columns(["metric"]).rename_columns(
                    ["server", "at", "cpu_used_vcpu", "interval_seconds"]
                )
                plain = plain.set_column(0, "server", plain.column(0).cast(pa.string()))
                csv.write_csv(plain, path)
            else:
                pq.write_table(chunk, path, compression="zstd")
            paths.append(path)
    return paths


def read_chunks(paths: list[Path]) -> Iterator[pa.Table]:
    for path in paths:
        yield from read_csv(path) if path.suffix == ".csv" else read_parquet(path)


def merely_sorted(paths: list[Path], folder: Path) -> None:
    """What DuckDB needs to sort the chunks, nothing else."""
    names = [str(path) for path in paths]
    chunks_of = f"read_parquet({names})"
    if paths[0].suffix == ".csv":
        chunks_of = f"(SELECT 'cpu' AS metric, \"at\" AS at_s, server, cpu_used_vcpu AS value, interval_seconds AS interval_s FROM read_csv({names}))"
    with connect(folder) as connection:
        connection.execute(SORT.format(chunks=chunks_of, target=folder / "sorted.parquet"))
    (folder / "sorted.parquet").unlink()


def bench_raw(args: argparse.Namespace, folder: Path) -> dict[str, float]:
    servers = [Server(id=f"server-{n:06d}", name=f"n{n}", source="bench", vcpu=1 + n % 8) for n in range(args.servers)]
    as_of = datetime(2030, 1, 1, tzinfo=UTC)
    samples = args.servers * args.days * (86_400 // args.interval)
    print(f"{args.servers:,} servers × {args.days} days every {args.interval} s = {samples:,} samples")
    rollup_sql()  # the libraries are loaded before anything is timed
    found: dict[str, float] = {}
    late: list[pa.Table] = []
    raw: list[TelemetryFile] = []
    counts: dict[str, int] = {}
    at_once = max(args.samples_at_once // max(args.servers * (86_400 // args.interval), 1), 1)  # days of one collection
    for first in range(0, args.days, at_once):
        asked = [START + timedelta(days=n) for n in range(first, min(first + at_once, args.days))]
        with timed("making the data", found):
            paths = made_chunks(args, asked, late, folder / "source")
        with timed("ingest", found):
            done = ingest({"parquet:bench": read_chunks(paths)}, folder=folder, servers=servers, as_of=as_of)
        if not args.without_sorting:
            with timed("DuckDB merely sorts them", found):
                merely_sorted(paths, folder)
        shutil.rmtree(folder / "source")
        raw += done.files
        for name, count in done.counts.items():
            counts[name] = counts.get(name, 0) + count
    for stage in ("making the data", "ingest", *(() if args.without_sorting else ("DuckDB merely sorts them",))):
        told(stage, samples, found)
    print(f"{'':28} {counts}")
    several = [files for files in stale_days(raw, []) if len(files) > 1]
    with timed("compaction", found):
        merged = list(compact(folder, several, as_of=as_of))
    told("compaction", sum(file.row_count for file in merged), found)
    days = stale_days([*raw, *merged], [])
    stored = sum(files[0].row_count for files in days)
    paths = [folder / files[0].path for files in days]
    with timed("plain SQL", found), connect(folder) as connection:
        for path in paths:
            made = connection.execute(PLAIN, {"path": str(path)}).to_arrow_table()
            pq.write_table(made, folder / "plain.parquet", compression="zstd")
    told("plain SQL", stored, found)
    with timed("roll-up", found):
        rolled = roll_up(folder, days)
    told("roll-up", stored, found)
    for unit, name in (("wall", ""), ("cpu", " cpu")):
        plain = found[f"plain SQL{name}"]
        whole = sum(found[f"{stage}{name}"] for stage in ("ingest", "compaction", "roll-up"))
        said = f"{unit}: roll-up ÷ plain SQL = {found[f'roll-up{name}'] / plain:.2f}; stored and rolled up ÷ plain SQL = {whole / plain:.2f}"
        if not args.without_sorting:
            least = found[f"DuckDB merely sorts them{name}"]
            said += f"; ingest ÷ merely sorting = {found[f'ingest{name}'] / least:.2f}; stored and rolled up ÷ (sorting + plain SQL) = {whole / (plain + least):.2f}"
        print(said)
    bytes_raw, size = (
        sum(path.stat().st_size for path in paths),
        sum((folder / row.path).stat().st_size for row in rolled),
    )
    print(
        f"{stored:,} samples, {bytes_raw / stored:.2f} bytes each; roll-up {sum(r.row_count for r in rolled):,} rows, {size / 1e6:.0f} MB"
    )
    return found


def bench_verdicts(servers: int, days: int, folder: Path, metrics: Sequence[str] = ("cpu",)) -> dict[str, float]:
    """Rates and verdicts of so many servers (ten to a system) from a roll-up made for the purpose, with a digest of what was found."""
    machines = [
        Server(id=f"server-{n:06d}", name=f"n{n}", source="bench", vcpu=4, memory_gib=8.0, disk_gib=100.0, system_id=f"sys-{n // 10:05d}")
        for n in range(servers)
    ]  # fmt: skip
    systems = tuple(
        System(id=f"sys-{n:05d}", name=f"系统{n}", department=f"局{n % 60}", department_id=f"d{n % 60}", secrecy="unclassified")
        for n in range(-(-servers // 10))
    )  # fmt: skip
    end = START + timedelta(days=days)
    as_of = datetime(end.year, end.month, end.day, tzinfo=UTC) - timedelta(hours=8, seconds=1)
    rollup = Rollup(
        folder=folder,
        files=tuple(
            made_rollup(folder, servers, START + timedelta(days=n), as_of, metric)
            for metric in metrics
            for n in range(days)
        ),
    )
    inventory = Inventory(as_of=as_of, systems=systems, servers=tuple(machines))
    rules = load_catalogs(None).zombie_rules
    found: dict[str, float] = {}
    rows = servers * days * len(metrics)
    print(
        f"{servers:,} servers × {days} days, {' and '.join(metrics)} = {rows:,} rows of roll-up, {len(systems):,} systems"
    )
    with timed("rates", found):
        rates = usage_rates(
            inventory, rollup, Period(START, end), kinds=("system", "department", "city"), metrics=metrics
        )
    told("rates", rows, found)
    with timed("verdicts", found):
        verdicts = judge(inventory, rollup, rules, as_of)
    told("verdicts", rows, found)
    wall, used = (found[f"rates{unit}"] + found[f"verdicts{unit}"] for unit in ("", " cpu"))
    print(f"{len(rates):,} rates, {len(verdicts):,} verdicts in {wall:.1f} s, {used:.1f} cpu s")
    whole = json.dumps([[rate.as_json() for rate in rates], [one.as_json() for one in verdicts]], sort_keys=True)
    print(f"sha256 of all of them {hashlib.sha256(whole.encode()).hexdigest()[:16]}")
    return found


def made_rollup(folder: Path, servers: int, day: date, as_of: datetime, metric: str = "cpu") -> TelemetryFile:
    rng = np.random.default_rng([day.toordinal(), *metric.encode()])
    full = np.full(servers, 1)
    if METRICS[metric].capacity is None:
        columns = made_amounts(servers, rng)
    else:
        capacity = 4_000_000 * 86_400
        ratio = np.clip((np.arange(servers) * 7919 % 997) / 997 * 0.6 + rng.normal(0, 0.02, servers), 0, 1)
        value = (ratio * capacity).astype(np.int64)
        ppm = (ratio * 1_000_000).astype(np.int64)
        bins = (ppm // 10_000) * BIN_STRIDE + 288
        columns = {
            "value_s": value, "capacity_s": full * capacity, "min_micro": value // 86_400, "max_micro": value // 86_400,
            "peak_ppm": ppm, "hour_max_micro": value // 86_400, "hour_peak_ppm": ppm,
            "bins": pa.ListArray.from_arrays(np.arange(servers + 1, dtype=np.int32), bins.astype(np.int32)),
        }  # fmt: skip
    columns |= {
        "metric": pa.DictionaryArray.from_arrays(np.zeros(servers, np.int32), [metric]), "day": pa.array([day] * servers, pa.date32()),
        "server": pa.array([f"server-{n:06d}" for n in range(servers)]).dictionary_encode(), "samples": full * 288, "expected": full * 288,
        "covered_seconds": full * 86_400,
    }  # fmt: skip
    schema = rollup_schema()
    temporary = folder / "made.parquet"
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table([columns[name] for name in schema.names], schema=schema), temporary, compression="zstd", store_schema=False)  # fmt: skip
    place, digest, size = keep(temporary, folder, "rollup", metric, day.isoformat())
    return TelemetryFile(path=place, kind="rollup", source="bench", day=day.isoformat(), row_count=servers, sha256=digest, schema_version=1, added_at=as_of, about={"metric": metric, "bytes": size})  # fmt: skip


def made_amounts(servers: int, rng: np.random.Generator) -> dict[str, Any]:
    """A day of a metric without a capacity: six steps of traffic (`AMOUNT_STEPS`), the highest in the busiest hour."""
    base = (np.arange(servers) * 7919 % 997) / 997 * 20
    mean = np.maximum(base + rng.normal(0, 0.5, servers), 0)
    lowest = first_bin_of(mean)
    counts = np.tile(np.array([120, 60, 48, 24, 24, 12]), servers)
    bins = (np.repeat(lowest, 6) + np.tile(np.arange(6), servers)) * BIN_STRIDE + counts
    none = np.full(servers, -1)
    value = (mean * 1_000_000).astype(np.int64)
    return {
        "value_s": value * 86_400, "capacity_s": none, "min_micro": value // 2, "max_micro": value * 3, "peak_ppm": none,
        "hour_max_micro": value * 2, "hour_peak_ppm": none,
        "bins": pa.ListArray.from_arrays(np.arange(servers + 1, dtype=np.int32) * 6, bins.astype(np.int32)),
    }  # fmt: skip


def first_bin_of(mean: np.ndarray) -> np.ndarray:
    return np.minimum(np.searchsorted(np.array(AMOUNT_STEPS), mean * 1_000_000, side="right"), len(AMOUNT_STEPS) - 6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (
        ("servers", 2000),
        ("days", 3),
        ("interval", 300),
        ("seed", 1),
        ("verdicts", 0),
        ("samples-at-once", 100_000_000),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument(
        "--without-sorting", action="store_true", help="leave the second yardstick out: it takes longest"
    )
    parser.add_argument("--network", action="store_true", help="with --verdicts: network traffic beside CPU")
    parser.add_argument("--csv", action="store_true", help="source chunks as CSV")
    parser.add_argument("--folder", type=Path, help="where to work; removed afterwards")
    args = parser.parse_args()
    folder = args.folder or Path(tempfile.mkdtemp(prefix="bench-telemetry-"))
    try:
        metrics = ("cpu", "network") if args.network else ("cpu",)
        found = bench_verdicts(args.verdicts, 90, folder, metrics) if args.verdicts else bench_raw(args, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not found:
        sys.exit(1)


if __name__ == "__main__":
    main()
