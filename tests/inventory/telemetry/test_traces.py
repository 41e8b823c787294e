"""Real usage traces with all their traps; they lie outside the repository (GOVCLOUD_TRACES, else ../shared/data/traces)."""

import os
from pathlib import Path
from typing import Any

import duckdb
import pytest

from inventory.metrics.csv_files import read_csv
from inventory.model import Server
from tests.inventory.telemetry.samples import raw_files, rolled, stored

ROOT = Path(__file__).resolve().parents[3]
TRACES = Path(os.environ.get("GOVCLOUD_TRACES", ROOT.parent / "shared" / "data" / "traces"))
pytestmark = [
    pytest.mark.traces,
    pytest.mark.skipif(
        not (TRACES / "bitbrains_rnd").is_dir(), reason=f"no usage traces at {TRACES}; set GOVCLOUD_TRACES"
    ),
]


def ingested(folder: Path, *files: Path) -> tuple[Any, Any]:
    tables = [table for file in files for table in read_csv(file)]
    machines = sorted({machine for table in tables for machine in table.column("machine").unique().to_pylist()})
    done = stored(folder, *tables, servers=[Server(id=f"vm:{name}", name=name, source="traces") for name in machines])
    return done, rolled(folder, done)


def one(folder: Path, sql: str) -> Any:
    """One figure of the CPU roll-up below a folder."""
    with duckdb.connect() as connection:
        return connection.execute(sql.replace("ROLLUP", f"read_parquet('{folder}/rollup/cpu/*.parquet')")).fetchone()


def test_the_published_means_of_august_come_out(tmp_path: Path) -> None:
    """The sample's own description says: simple 7.1 %, core-weighted 15.4 %."""
    done, _ = ingested(tmp_path, TRACES / "bitbrains_rnd" / "hourly_2013-08.csv.gz")
    assert (
        done.counts["read"]
        == 4 * 144_000
        == done.counts["stored"] + done.counts["capacity_zero"] + done.counts.get("implausible", 0)
    )
    servers = "(SELECT server, sum(value_s) AS v, sum(capacity_s) AS c FROM ROLLUP GROUP BY server)"
    weighted, simple = one(tmp_path, f"SELECT sum(v) / sum(c), avg(v / c) FROM {servers}")
    assert (weighted, simple) == (pytest.approx(0.154, abs=0.0015), pytest.approx(0.071, abs=0.0015))
    with duckdb.connect() as connection:  # the same by hand, from the file itself
        by_hand = "SELECT sum(cpu_cores * cpu_pct_avg) / sum(cpu_cores) / 100 FROM read_csv(?) WHERE cpu_cores > 0"
        found = connection.execute(by_hand, [str(TRACES / "bitbrains_rnd" / "hourly_2013-08.csv.gz")]).fetchone()
    assert found is not None
    assert weighted == pytest.approx(found[0], rel=1e-6)


@pytest.mark.parametrize(
    ("name", "reason", "least"),
    [
        ("2013-07_vm38", "capacity_zero", 8000),  # no cores for almost the whole month
        ("2013-09_vm47", "double", 2000),  # thousands of repeated stamps
        ("2013-08_vm82", "implausible", 1),  # "active" memory up to 15 times the provisioned one
    ],
)
def test_traps_are_counted(tmp_path: Path, name: str, reason: str, least: int) -> None:
    done, _ = ingested(tmp_path, TRACES / "bitbrains_rnd" / "raw_5min" / f"{name}.csv.gz")
    assert done.counts[reason] >= least
    assert done.counts["read"] == sum(count for what, count in done.counts.items() if what != "read")


def test_seconds_under_a_heading_of_milliseconds(tmp_path: Path) -> None:
    done, _ = ingested(tmp_path, TRACES / "bitbrains_rnd" / "raw_5min" / "2013-08_vm178.csv.gz")
    assert {str(file.day)[:7] for file in raw_files(done)} == {"2013-08"}


def test_a_peak_of_182_percent_is_kept(tmp_path: Path) -> None:
    ingested(tmp_path, TRACES / "bitbrains_rnd" / "raw_5min" / "2013-07_vm348.csv.gz")
    (peak,) = one(tmp_path, "SELECT max(peak_ppm) FROM ROLLUP")
    assert 1_800_000 < peak < 1_850_000


def test_changing_cores_weigh_by_time(tmp_path: Path) -> None:
    ingested(tmp_path, TRACES / "bitbrains_rnd" / "raw_5min" / "2013-07_vm410.csv.gz")
    (sizes,) = one(tmp_path, "SELECT count(DISTINCT capacity_s // covered_seconds) FROM ROLLUP")
    assert sizes > 1


def test_half_a_month_of_samples_is_half_covered(tmp_path: Path) -> None:
    ingested(tmp_path, TRACES / "bitbrains_rnd" / "raw_5min" / "2013-07_vm133.csv.gz")
    (share,) = one(tmp_path, "SELECT sum(covered_seconds) / (31 * 86400) FROM ROLLUP")
    assert 0.3 < share < 0.7


def test_cloudwatch_files_are_utc_and_per_period(tmp_path: Path) -> None:
    done, _ = ingested(tmp_path, *sorted((TRACES / "nab_cloudwatch").glob("ec2_*.csv")))
    assert {row.about["metric"] for row in raw_files(done)} >= {"network", "disk_io"}
    assert done.counts["capacity_unknown"] > 10_000, "percentages of machines whose size nobody said"
