"""Bad samples through the whole pipeline: what is collected, what is said, and what the rates are made of."""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from inventory.model import Collected
from inventory.storage.store import open_store
from inventory.telemetry.form import DAY_SECONDS, day_start
from tests.inventory.command import Done, call
from tests.inventory.telemetry.samples import AS_OF
from tests.inventory.usage.store import a_record, a_system

AT = "2026-04-02"
DAY = date(2026, 3, 10)
HOUR = 3600
LONG = "server,timestamp,metric,value,interval_seconds\n"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """One system with four servers, 4 vCPU and 16 GiB each."""
    names = ("vm-1", "vm-2", "vm-3", "vm-4")
    addresses = {name: f"10.0.0.{n}" for n, name in enumerate(names, start=1)}
    with open_store(str(tmp_path / "store"), create=True) as store:
        system = a_system("sys-1", "办件系统", "市税务局", tuple(addresses.values()))
        store.add_snapshot(Collected(source="ledger:x", collector="ledger", records=(system,)), taken_at=AS_OF)
        servers = tuple(a_record(name, address) for name, address in addresses.items())
        store.add_snapshot(Collected(source="openstack:lab", collector="openstack", records=servers), taken_at=AS_OF)
    return tmp_path


def collected(
    city: Path, lines: Iterable[str], *more: str, heading: str = LONG
) -> tuple[dict[str, int], list[dict[str, Any]], Done]:
    """Collect one file: the counts of what became of the samples, and the gaps."""
    (city / "u.csv").write_text(heading + "\n".join(lines) + "\n", encoding="utf-8")
    done = call("collect", "metrics", "u.csv", "--as-of", AT, "--json", *more, folder=city)
    assert "Traceback" not in done.stderr
    said = json.loads(done.stdout)
    counts = said["data"]["counts"]
    assert counts["read"] == sum(count for name, count in counts.items() if name != "read"), (
        "every sample is in one place"
    )
    return {name: count for name, count in counts.items() if name != "read"}, said["gaps"], done


def usage(city: Path, month: str, metric: str = "cpu", statistic: str = "weighted_mean") -> dict[str, Any]:
    done = call("usage", "show", "--month", month, "--by", "system", "--json", "--as-of", AT, folder=city)
    rates = json.loads(done.stdout)["data"]["rates"]
    (rate,) = [row for row in rates if (row["metric"], row["statistic"]) == (metric, statistic)]
    return dict(rate)


def hours(server: str, metric: str, values: Iterable[object], day: date = DAY) -> list[str]:
    return [f"{server},{day_start(day) + HOUR * n},{metric},{value},{HOUR}" for n, value in enumerate(values)]


def test_values_that_cannot_be_are_kept_apart_and_the_rate_is_of_the_others(city: Path) -> None:
    values = [50.0] * 24
    bad: dict[int, object] = {0: -3, 1: "NaN", 2: "inf", 3: "坏", 4: 4000, 5: 130}
    lines = hours("vm-1", "cpu_percent", [bad.get(n, value) for n, value in enumerate(values)])
    lines += [lines[-1], lines[-1].replace(",50.0,", ",70.0,")]  # one stamp three times
    counts, gaps, _ = collected(city, lines)
    assert counts == {"stored": 19, "negative": 1, "not_a_number": 3, "implausible": 1, "double": 2}
    assert {gap["field"] for gap in gaps} == {"cpu"}
    rate = usage(city, "2026-03")
    assert rate["numerator"] == (18 * 2_000_000 + 5_200_000) * HOUR, (
        "130 % is a burst and is kept; nothing else is guessed"
    )
    assert rate["denominator"] == 19 * 4_000_000 * HOUR
    assert rate["covered_seconds"] == 19 * HOUR


@pytest.mark.parametrize("cell", ["NaN", "nan", "n/a"])
def test_a_number_that_is_none_is_counted_whichever_way_the_file_is_read(city: Path, cell: str) -> None:
    lines = [f"vm-1,2026-03-10T{n:02d}:00:00+08:00,{cell if n == 1 else 5},3600" for n in range(3)]
    counts, _, _ = collected(city, lines, heading="server,at,cpu_percent,interval_seconds\n")
    assert counts == {"stored": 2, "not_a_number": 1}


def test_capacity_zero_is_not_divided_by(city: Path) -> None:
    lines = [f"vm-1,{day_start(DAY) + HOUR * n},cpu_used_vcpu,0,{HOUR},{0 if n < 12 else 4}" for n in range(24)]
    counts, gaps, _ = collected(city, lines, heading="server,timestamp,metric,value,interval_seconds,capacity\n")
    assert counts == {"stored": 12, "capacity_zero": 12}
    assert "容量为 0" in gaps[0]["message"]["zh"]
    rate = usage(city, "2026-03")
    assert (rate["ratio"], rate["covered_seconds"]) == (0.0, 12 * HOUR)


@pytest.mark.parametrize(
    ("readings", "counted", "highest_mbit_s"),
    [
        pytest.param([10e9 + 9e6 * n for n in range(12)] + [9e6 * n for n in range(12)], {"stored": 22, "counter_reset": 1, "counter_end": 1}, 0.02, id="reset"),
        pytest.param([(2**32 - 50e6 + 9e6 * n) % 2**32 for n in range(24)], {"stored": 22, "counter_reset": 1, "counter_end": 1}, 0.02, id="wrap"),
        pytest.param([0 if n == 12 else 10e9 + 9e6 * n for n in range(24)], {"stored": 21, "counter_reset": 2, "counter_end": 1}, 0.02, id="slip"),
    ],
)  # fmt: skip
def test_a_counter_that_falls_gives_no_negative_and_no_huge_rate(
    city: Path, readings: list[float], counted: dict[str, int], highest_mbit_s: float
) -> None:
    lines = hours("vm-1", "net_received_bytes_total", [f"{reading:.0f}" for reading in readings])
    counts, gaps, _ = collected(city, [*lines, lines[2]])
    assert counts == counted | {"double": 1}
    assert any("计数器" in gap["message"]["zh"] for gap in gaps)
    import duckdb

    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT min(min_micro), max(max_micro) FROM read_parquet(?)",
            [f"{city}/store/telemetry/rollup/network/*.parquet"],
        ).fetchone()
    assert found == (pytest.approx(highest_mbit_s * 1e6), pytest.approx(highest_mbit_s * 1e6))


def test_a_clock_that_is_ahead_is_said_with_its_reason(city: Path) -> None:
    lines = (
        hours("vm-1", "cpu_percent", [20] * 24, date(2026, 4, 2))
        + hours("vm-1", "cpu_percent", [90] * 4, date(2026, 4, 3))[1:]
    )
    counts, gaps, done = collected(city, lines)
    assert counts == {"stored": 24, "future": 3}
    (gap,) = gaps
    assert "时钟偏差" in gap["message"]["zh"]
    first, last = (int(stamp) for stamp in gap["raw"].split(".."))
    assert (first, last - first) == (day_start(date(2026, 4, 3)) + HOUR, 2 * HOUR), (
        "which stamps, so that the shift can be seen"
    )
    assert done.returncode == 0


def test_a_month_without_samples_is_unknown_and_no_zombie(city: Path) -> None:
    days = [date(2026, 2, 1) + timedelta(days=n) for n in range(28)]
    collected(city, [line for day in days for line in hours("vm-1", "cpu_percent", [1] * 24, day)])
    february, march = usage(city, "2026-02"), usage(city, "2026-03")
    assert (february["ratio"], february["coverage"]) == (0.01, 0.25), "one of four servers was measured"
    assert (march["ratio"], march["numerator"], march["coverage"]) == (None, None, 0.0)
    assert march["why_unknown"]
    for month, says in (("2026-02", False), ("2026-03", True)):
        printed = call("usage", "show", "--as-of", AT, "--month", month, folder=city).stdout
        assert ("这一期没有任何样本" in "".join(printed.split())) is says
    said = json.loads(call("zombies", "scan", "--as-of", AT, "--json", folder=city).stdout)
    verdicts = said["data"]["verdicts"]
    assert verdicts
    assert {row["state"] for row in verdicts if row["system_id"] == "sys-1"} == {"unknown"}


@pytest.mark.parametrize(
    ("before", "after", "hour"), [(20.0, 0.2, 0), (20.0, 0.2, 2), (0.2, 20.0, 12), (0.2, 20.0, 22)]
)
def test_a_unit_that_changes_in_the_middle_is_asked(city: Path, before: float, after: float, hour: int) -> None:
    """Percent one day, a ratio the next: no single value is impossible."""
    change = day_start(DAY) + HOUR * hour
    lines = []
    for server in ("vm-1", "vm-2", "vm-3"):
        for day in (DAY + timedelta(days=n) for n in range(-3, 4)):
            stamps = [day_start(day) + HOUR * n for n in range(24)]
            lines += [f"{server},{at},cpu_percent,{before if at < change else after},{HOUR}" for at in stamps]
    counts, gaps, _ = collected(city, lines)
    assert counts == {"stored": len(lines)}, "nothing is thrown away on a suspicion"
    (gap,) = gaps
    assert gap["kind"] == "ambiguous"
    assert "单位变了" in gap["message"]["zh"]
    assert gap["question"]
    first, _, last = gap["raw"].partition("..")
    assert first < DAY.isoformat() <= last or first == DAY.isoformat()


def test_work_that_rests_at_weekends_is_no_change_of_unit(city: Path) -> None:
    lines = []
    for n, server in enumerate(("vm-1", "vm-2", "vm-3"), start=1):
        for day in (date(2026, 3, 2) + timedelta(days=k) for k in range(21)):
            lines += hours(server, "cpu_percent", [(2 if day.weekday() > 4 else 14) * n] * 24, day)
    _, gaps, _ = collected(city, lines)
    assert gaps == []


def test_a_unit_that_no_machine_could_have_is_implausible(city: Path) -> None:
    """MiB where GiB stood: 8 GiB become 8192."""
    counts, _, _ = collected(city, hours("vm-1", "memory_used_gib", [8] * 12 + [8192] * 12))
    assert counts == {"stored": 12, "implausible": 12}
    assert usage(city, "2026-03", "memory")["ratio"] == 0.5


def test_a_cut_parquet_file_is_named_and_the_others_are_used(city: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    at = [day_start(DAY) + HOUR * n for n in range(24)]
    table = pa.table(
        {"server": ["vm-1"] * 24, "metric": ["cpu"] * 24, "at_s": at, "value": [2.0] * 24, "interval_s": [HOUR] * 24}
    )
    for name in ("cut", "harmed", "whole"):
        pq.write_table(table, city / f"{name}.parquet")
    content = (city / "cut.parquet").read_bytes()
    (city / "cut.parquet").write_bytes(content[:-200])
    (city / "harmed.parquet").write_bytes(content[:20] + bytes(200) + content[220:])
    done = call("collect", "metrics", "cut.parquet", "harmed.parquet", "whole.parquet", "--as-of", AT, folder=city)
    assert (done.returncode, "Traceback" in done.stderr) == (9, False)
    assert "cut.parquet" in done.stderr
    assert "harmed.parquet" in done.stderr
    assert usage(city, "2026-03")["denominator"] == DAY_SECONDS * 4_000_000


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"at": ["2026-03-10T00:00:00+08:00"], "cpu_percent": [25.0]}, "缺少列 at_s, interval_s, metric, value"),
        ({"metric": ["cpu"], "at_s": ["2026-03-10"], "value": [1.0], "interval_s": [HOUR]}, "类型不对"),
        ({"metric": ["cpu"], "at_s": [date(2026, 3, 10)], "value": [1.0], "interval_s": [HOUR]}, "类型不对"),
        ({"metric": ["cpu"], "at_s": [1773072000], "value": ["much"], "interval_s": [HOUR]}, "类型不对"),
    ],
)  # fmt: skip
def test_a_parquet_file_of_other_columns_is_one_clear_message(city: Path, columns: dict[str, Any], said: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"server": ["vm-1"], **columns}), city / "other.parquet")
    done = call("collect", "metrics", "other.parquet", "--as-of", AT, folder=city)
    assert (done.returncode, "Traceback" in done.stderr) == (4, False)
    assert said in done.stderr


def test_a_sample_without_a_readable_time_is_counted_in_its_gap(city: Path) -> None:
    counts, gaps, _ = collected(city, ["vm-1,someday,cpu_percent,1,3600", "vm-1,,cpu_percent,1,3600"])
    assert counts == {"stamp": 2}
    assert [(gap["message"]["en"], gap["raw"]) for gap in gaps] == [
        ("vm-1: 2 samples not used (cpu): a stamp before 2000, or none", None)
    ]


def test_a_cut_rollup_is_refused_and_made_anew_by_the_next_collection(city: Path) -> None:
    lines = hours("vm-1", "cpu_percent", [25] * 24)
    collected(city, lines)
    (path,) = (city / "store" / "telemetry" / "rollup").rglob("*.parquet")
    path.write_bytes(path.read_bytes()[:-50])
    refused = call("usage", "show", "--month", "2026-03", "--as-of", AT, folder=city)
    assert (refused.returncode, path.name in refused.stderr) == (5, True)
    collected(city, lines)
    assert usage(city, "2026-03")["ratio"] == 0.25


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 400 kB."""
    assert os.getuid() == 0, "make test runs as root: this test mounts a small file system"
    folder = Path(tempfile.mkdtemp(prefix="govcloud-full-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


@pytest.mark.servers
@pytest.mark.parametrize("left_kb", [0, 8, 24])
def test_a_full_disk_keeps_nothing_half_and_the_next_run_goes_on(city: Path, small_disk: Path, left_kb: int) -> None:
    """However far it gets: raw files, roll-ups or the manifest."""
    days = [DAY + timedelta(days=n) for n in range(3)]
    noise = [round(1 + (n * 7919 % 997) / 11, 3) for n in range(24)]
    lines = [line for day in days for server in ("vm-1", "vm-2") for line in hours(server, "cpu_percent", noise, day)]
    (city / "u.csv").write_text(LONG + "\n".join([*lines, lines[0].replace("vm-1", "stranger")]) + "\n")
    telemetry = city / "store" / "telemetry"
    shutil.rmtree(telemetry, ignore_errors=True)
    telemetry.symlink_to(small_disk, target_is_directory=True)
    filler = small_disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as stream:
        while stream.write(bytes(4096)):
            pass
    os.truncate(filler, filler.stat().st_size - left_kb * 1024)
    full = call("collect", "metrics", "u.csv", "--as-of", AT, folder=city)
    assert (full.returncode, "磁盘已满" in full.stderr, "Traceback" in full.stderr) == (5, True, False)
    with open_store(str(city / "store")) as store:
        assert [store.telemetry_files(kind) for kind in ("raw", "rollup", "apart")] == [[], [], []]
    filler.unlink()
    done = call("collect", "metrics", "u.csv", "--as-of", AT, folder=city)
    assert (done.returncode, done.stderr) == (0, "")
    assert not list((small_disk / "unfinished").rglob("*.parquet"))
    rate = usage(city, "2026-03")
    assert rate["covered_seconds"] == 2 * 3 * DAY_SECONDS
    assert rate["numerator"] == 6 * HOUR * sum(round(value * 40_000) for value in noise)


def test_a_cut_compressed_file_does_not_stop_the_others(city: Path) -> None:
    """It failed far behind its beginning, and what was said was that the disk could not be written."""
    import gzip

    lines = [f"vm-1,{day_start(DAY) + n},5\n" for n in range(60_000)]
    (city / "cut.csv.gz").write_bytes(gzip.compress(("server,at,cpu_percent\n" + "".join(lines)).encode())[:-4])
    (city / "good.csv").write_text(LONG + "\n".join(hours("vm-1", "cpu_percent", [25] * 24)), encoding="utf-8")
    done = call("collect", "metrics", "cut.csv.gz", "good.csv", "--as-of", AT, "--json", folder=city)
    assert (done.returncode, "cut.csv.gz" in done.stderr, "Traceback" in done.stderr) == (9, True, False)
    assert usage(city, "2026-03")["ratio"] == 0.25


def test_a_heading_that_is_written_differently_is_said(city: Path) -> None:
    _, gaps, _ = collected(
        city, [f"vm-1,2026-03-10T{n:02}:00,50,70" for n in range(24)], heading="server,at,cpu_percent,Memory_Percent\n"
    )
    assert [gap["field"] for gap in gaps] == ["Memory_Percent"]
    assert "没有读这些列" in gaps[0]["message"]["zh"]


def test_which_source_counts_is_the_citys_choice(city: Path) -> None:
    from inventory.metrics import SOURCES_FILE

    ours = SOURCES_FILE.read_text("utf-8")
    for name, value in (("agent", 20), ("panel", 60)):
        (city / f"{name}.csv").write_text(
            LONG + "\n".join(hours("vm-1", "cpu_percent", [value] * 24)), encoding="utf-8"
        )
    for wanted, ratio in (("csv:panel", 0.6), ("csv:agent", 0.2)):
        head, line, rest = ours.partition('preference = ["')
        (city / "sources.toml").write_text(f'{head}{line}{wanted}", "{rest}', encoding="utf-8")
        (city / f"store-{wanted[4:]}").mkdir()
        shutil.copytree(city / "store", city / f"store-{wanted[4:]}", dirs_exist_ok=True)
        store = ("--store", f"store-{wanted[4:]}")
        for name in ("agent", "panel"):  # one after the other: compaction chooses
            assert call("collect", "metrics", f"{name}.csv", "--as-of", AT, *store, folder=city).returncode == 0
        said = json.loads(
            call(
                "usage", "show", "--month", "2026-03", "--by", "system", "--json", "--as-of", AT, *store, folder=city
            ).stdout
        )
        rates = {(row["metric"], row["statistic"]): row["ratio"] for row in said["data"]["rates"]}
        assert rates["cpu", "weighted_mean"] == ratio
