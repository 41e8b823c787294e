"""Parquet files of other programs: other types of the same columns."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalogs.errors import CollectError
from inventory.metrics.parquet_files import read_parquet

AT = 1773072000
INSTANT = datetime.fromtimestamp(AT, UTC) + timedelta(microseconds=700_000)
USUAL: dict[str, Any] = {
    "server": ["vm-1"], "metric": ["cpu"], "at_s": [AT], "value": [1.5], "interval_s": pa.array([300], pa.int32())
}  # fmt: skip


def rows_of(tmp_path: Path, **columns: Any) -> list[dict[str, Any]]:
    path = tmp_path / "u.parquet"
    pq.write_table(pa.table(USUAL | columns), path)
    return [row for table in read_parquet(path) for row in table.to_pylist()]


@pytest.mark.parametrize(
    "column",
    [
        {"at_s": pa.array([INSTANT], pa.timestamp("ns", "UTC"))},
        {"at_s": pa.array([INSTANT], pa.timestamp("us", "Asia/Shanghai"))},
        {"at_s": pa.array([AT * 1000 + 700], pa.uint64())},
        {"at_s": [AT * 1_000_000]},
        {"at_s": [AT * 1_000_000_000]},
        {"value": pa.array([Decimal("1.50")], pa.decimal128(10, 2))},
        {"value": pa.array([1.5], pa.float32())},
        {"server": pa.array(["vm-1"], pa.large_string()), "metric": pa.array(["cpu"], pa.large_string())},
        {"server": pa.array(["vm-1"]).dictionary_encode().cast(pa.dictionary(pa.int8(), pa.string()))},
        {"interval_s": pa.array([300.0])},
    ],
)
def test_the_same_sample_in_other_types(tmp_path: Path, column: dict[str, Any]) -> None:
    (row,) = rows_of(tmp_path, **column)
    assert (row["machine"], row["metric"], row["at_s"], row["value"], row["interval_s"]) == (
        "vm-1",
        "cpu",
        AT,
        1.5,
        300,
    )


@pytest.mark.parametrize(
    "column",
    [
        {"at_s": pa.array([INSTANT.replace(tzinfo=None)], pa.timestamp("us"))},  # of which zone?
        {"at_s": pa.array([float(AT)])},
        {"server": pa.array([b"\xff\xfe"])},
        {"value": [2**60 + 1]},
        {"value": ["x"]},
        {"value": [[1.0]]},
        {"interval_s": [300.5]},
    ],
)
def test_what_is_none_is_one_clear_message(tmp_path: Path, column: dict[str, Any]) -> None:
    with pytest.raises(CollectError, match=r"u\.parquet：有一列的类型不对"):
        rows_of(tmp_path, **column)


def test_nothing_stays_nothing(tmp_path: Path) -> None:
    nothing = {
        "server": pa.array([None], pa.string()),
        "value": pa.array([None], pa.float64()),
        "at_s": pa.array([None], pa.int64()),
    }
    (row,) = rows_of(tmp_path, **nothing)
    assert (row["machine"], row["value"], row["at_s"]) == (None, None, None)
