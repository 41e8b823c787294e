"""The daily roll-up against a recount in plain Python, and what happens to late, cut and missing files."""

import math
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogs.errors import StoreError
from inventory.telemetry.compact import bring_up_to_date
from inventory.telemetry.form import BIN_STRIDE, Period
from inventory.telemetry.query import measure
from inventory.telemetry.rollup import stale_days
from tests.inventory.telemetry.samples import AS_OF, DAY, NOON, a_server, raw, raw_files, read, rolled, stored

MIDNIGHT = NOON - 12 * 3600


def recount(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What an auditor does by hand with the raw samples of one server, metric and day."""
    hours: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        hours.setdefault(row["at_s"] // 3600 if row["interval_s"] < 3600 else row["at_s"], []).append(row)
    ratios = [row["value_micro"] * 1_000_000 // row["capacity_micro"] for row in rows]
    hour_means = [
        sum(r["value_micro"] * r["seconds"] for r in hour) // sum(r["seconds"] for r in hour) for hour in hours.values()
    ]
    bins = Counter(min(ratio // 10_000, 100) for ratio in ratios)
    return {
        "samples": len(rows),
        "expected": 86_400 // max(row["interval_s"] for row in rows),
        "covered_seconds": sum(row["seconds"] for row in rows),
        "value_s": sum(row["value_micro"] * row["seconds"] for row in rows),
        "capacity_s": sum(row["capacity_micro"] * row["seconds"] for row in rows),
        "min_micro": min(row["value_micro"] for row in rows),
        "max_micro": max(row["value_micro"] for row in rows),
        "peak_ppm": max(ratios),
        "hour_max_micro": max(hour_means),
        "bins": [k * BIN_STRIDE + n for k, n in sorted(bins.items())],
    }


sample = st.tuples(st.integers(0, 86_399), st.floats(0, 1.5), st.sampled_from([1.0, 2.0, 8.0]))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(samples=st.lists(sample, min_size=1, max_size=40), interval=st.sampled_from([60, 300, 3600]))
def test_equals_a_recount_by_hand(
    tmp_path_factory: pytest.TempPathFactory, samples: list[tuple[int, float, float]], interval: int
) -> None:
    folder = tmp_path_factory.mktemp("telemetry")
    rows = [
        {"machine": "vm-1", "at_s": MIDNIGHT + at, "ratio": ratio, "capacity": capacity, "interval_s": interval}
        for at, ratio, capacity in samples
    ]
    done = stored(folder, raw(*rows))
    (found,) = read(folder, list(rolled(folder, done).files))
    wanted = recount(read(folder, raw_files(done)))
    assert {name: found[name] for name in wanted} == wanted


def test_covered_seconds_of_a_full_day_are_exactly_a_day(tmp_path: Path) -> None:
    done = stored(tmp_path, raw(*({"machine": "vm-1", "at_s": MIDNIGHT + 300 * n + 120} for n in range(288))))
    (row,) = read(tmp_path, list(rolled(tmp_path, done).files))
    assert (row["samples"], row["expected"], row["covered_seconds"]) == (288, 288, 86_400)
    assert math.isclose(row["value_s"] / row["capacity_s"], 0.25)


def test_late_samples_make_a_newer_file_and_a_newer_rollup(tmp_path: Path) -> None:
    early = stored(tmp_path, raw({"machine": "vm-1", "at_s": NOON}, {"machine": "vm-1", "at_s": NOON + 600}))
    first = bring_up_to_date(tmp_path, raw_files(early), [], as_of=AS_OF)
    late = stored(
        tmp_path, raw({"machine": "vm-1", "at_s": NOON + 300, "value": 2.0}, {"machine": "vm-1", "at_s": NOON})
    )
    both = [*raw_files(early), *raw_files(late)]
    assert [len(files) for files in stale_days(both, first)] == [2]
    second = bring_up_to_date(tmp_path, both, first, as_of=AS_OF)
    compacted, rollup = second
    assert compacted.about["replaces"] == [file.path for file in both]
    assert compacted.about["counts"] == {"double": 1, "other_source": 0}
    assert rollup.about["replaces"] == [first[0].path]
    assert [row["at_s"] - NOON for row in read(tmp_path, [compacted])] == [0, 300, 600]
    assert stale_days([*both, compacted], [*first, rollup]) == []
    assert (tmp_path / first[0].path).exists(), "nothing is ever deleted"


def test_the_same_samples_again_change_nothing(tmp_path: Path) -> None:
    table = raw({"machine": "vm-1", "at_s": NOON})
    assert stored(tmp_path, table).files == stored(tmp_path, table).files


@pytest.mark.parametrize("harm", ["cut", "gone"])
def test_a_harmed_file_is_refused(tmp_path: Path, harm: str) -> None:
    rollup = rolled(tmp_path, stored(tmp_path, raw({"machine": "vm-1", "at_s": NOON})))
    path = tmp_path / rollup.files[0].path
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    else:
        path.unlink()
    with pytest.raises(StoreError, match=r"rollup/cpu/2026-03-10-\w+\.parquet"):
        measure(rollup, [a_server()], [], [Period(DAY, DAY + timedelta(days=1))])
