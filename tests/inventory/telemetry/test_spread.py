"""Hours with traffic, and working days against weekends, from the bins of the roll-up: counted by hand, renewed, never too few."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from inventory.telemetry.compact import bring_up_to_date
from inventory.telemetry.form import AMOUNT_STEPS, BIN_STRIDE, MICRO, ROLLUP_VERSION, Period, day_start
from inventory.telemetry.query import Rollup
from inventory.telemetry.rollup import outdated_days, stale_days
from inventory.telemetry.spread import Spread, first_bin, spread_of
from tests.inventory.telemetry.samples import AS_OF, DAY, NOON, raw, raw_files, read, rolled, stored

MIDNIGHT = NOON - 12 * 3600
ONE_DAY = Period(DAY, DAY + timedelta(days=1))


def network(values: dict[int, float], interval_s: int = 3600, begin: int = MIDNIGHT) -> list[dict[str, object]]:
    return [
        {"machine": "vm-1", "at_s": begin + at, "metric": "network", "value": value, "interval_s": interval_s}
        for at, value in values.items()
    ]


def spread(rollup: Rollup, period: Period = ONE_DAY, limit: float = 0.1) -> Spread:
    (found,) = spread_of(rollup, ["vm-1"], [period], "network", limit)
    return found


def test_bins_of_amounts_equal_a_recount_by_hand(tmp_path: Path) -> None:
    values = {n * 300: 10 ** (n / 40 - 4) for n in range(288)} | {0: 0.0, 300: 0.1, 600: 0.0999999}
    done = stored(tmp_path, raw(*network(values, 300)))
    (row,) = read(tmp_path, list(rolled(tmp_path, done).files))
    micro = [one["value_micro"] for one in read(tmp_path, raw_files(done))]
    wanted = Counter(sum(step <= value for step in AMOUNT_STEPS) for value in micro)
    assert {code // BIN_STRIDE: code % BIN_STRIDE for code in row["bins"]} == wanted
    assert sum(wanted.values()) == row["samples"] == 288


def test_the_limit_is_rounded_down_to_a_step() -> None:
    assert AMOUNT_STEPS[first_bin(0.1) - 1] == 0.1 * MICRO
    assert first_bin(0.15) == first_bin(0.1), "rather more hours than too few"
    assert first_bin(0.0001) == 0


@pytest.mark.parametrize(("hours", "over"), [((2, 3, 4), 3 / 24), (range(9, 18), 9 / 24), ((), 0.0)])
def test_hours_with_traffic(tmp_path: Path, hours: tuple[int, ...], over: float) -> None:
    values = {at: (20.0 if at // 3600 in hours else 0.05) for at in range(0, 86_400, 300)}
    assert spread(rolled(tmp_path, stored(tmp_path, raw(*network(values, 300))))).over.tolist() == [over]


def test_hours_without_samples_count_as_hours_with_traffic(tmp_path: Path) -> None:
    rollup = rolled(tmp_path, stored(tmp_path, raw(*network(dict.fromkeys(range(0, 43200, 3600), 0.05)))))
    assert spread(rollup).over.tolist() == [0.5]


def test_what_was_not_measured_is_not_a_number(tmp_path: Path) -> None:
    rollup = rolled(tmp_path, stored(tmp_path, raw(*network({0: 1.0}))))
    (other,) = spread_of(rollup, ["vm-2"], [ONE_DAY], "network", 0.1)
    (later,) = spread_of(rollup, ["vm-1"], [Period(date(2026, 5, 1), date(2026, 6, 1))], "network", 0.1)
    for found in (other, later):
        assert [math.isnan(float(column[0])) for column in (found.over, found.workday, found.weekend)] == [True] * 3


def month(tmp_path: Path, of: Callable[[date, int], float]) -> Spread:
    start = date(2026, 3, 2)  # a Monday
    rows = [
        row
        for n in range(28)
        for row in network(
            {h * 3600: of(start + timedelta(days=n), h) for h in range(24)}, begin=day_start(start + timedelta(days=n))
        )
    ]
    return spread(rolled(tmp_path, stored(tmp_path, raw(*rows))), Period(start, start + timedelta(days=28)))


def test_people_work_on_working_days(tmp_path: Path) -> None:
    found = month(tmp_path, lambda day, hour: 1.22 if day.weekday() < 5 and 9 <= hour < 18 else 0.07)
    assert found.workday[0] == pytest.approx((8 * 1.22 + 15 * 0.07) / 23)
    assert found.weekend[0] == pytest.approx(0.07)


def test_backups_scans_and_patch_days_do_not(tmp_path: Path) -> None:
    def agents(day: date, hour: int) -> float:
        scan = day.weekday() == 2 and hour in (12, 13)
        patches = day == date(2026, 3, 19) and hour in (20, 21, 22)
        return 30.0 if hour in (2, 3) else 5.0 if scan or patches else 0.03

    found = month(tmp_path, agents)
    assert found.workday[0] == pytest.approx(found.weekend[0])


def test_roll_ups_of_an_earlier_version_say_nothing_and_are_made_anew(tmp_path: Path) -> None:
    """They have no bins of amounts; the next collection rolls up recent days again, nothing else."""
    done = stored(
        tmp_path, raw(*network(dict.fromkeys(range(0, 86400, 3600), 0.05)), {"machine": "vm-1", "at_s": NOON})
    )
    made = bring_up_to_date(tmp_path, raw_files(done), [], as_of=AS_OF)
    assert {one.schema_version for one in made} == {ROLLUP_VERSION}
    old = [replace(one, schema_version=1) for one in made]
    assert stale_days(raw_files(done), old) == []
    assert [files[0].about["metric"] for files in outdated_days(raw_files(done), old)] == ["network"]
    again = bring_up_to_date(tmp_path, raw_files(done), old, as_of=AS_OF)
    assert [(one.about["metric"], one.schema_version) for one in again] == [("network", ROLLUP_VERSION)]
    assert bring_up_to_date(tmp_path, raw_files(done), made, as_of=AS_OF) == []


def test_a_month_with_a_row_without_bins_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rollup = rolled(tmp_path, stored(tmp_path, raw(*network(dict.fromkeys(range(0, 86400, 3600), 0.05)))))
    table = pq.read_table(tmp_path / rollup.files[0].path)
    place = table.column_names.index("bins")
    bare = table.set_column(place, table.schema.field("bins"), pa.nulls(len(table), table.schema.field("bins").type))
    path = tmp_path / "rollup" / "network" / "old.parquet"
    pq.write_table(bare, path)
    file = replace(rollup.files[0], path="rollup/network/old.parquet", sha256="0" * 64, about={**rollup.files[0].about, "bytes": path.stat().st_size})  # fmt: skip
    found = spread(replace(rollup, files=(file,)))
    assert math.isnan(float(found.over[0]))
    assert found.workday[0] == pytest.approx(0.05), "this needs no bins"


def test_of_a_group_the_server_with_most_hours_and_the_one_with_most_rhythm_count() -> None:
    """Whole columns against one server after the other, with unknown values, ties and groups without a server."""
    import numpy as np

    draw = np.random.default_rng(5)
    for _ in range(50):
        size, count = 40, 9
        groups = draw.integers(0, count - 1, size)  # the last group is empty
        columns = [draw.choice([0.0, 0.25, 0.5, 1.5, np.nan], size) for _ in range(3)]
        found = Spread(over=columns[0], workday=columns[1], weekend=columns[2]).of_groups(groups, count)
        for group in range(count):
            over, best = math.nan, (math.nan, math.nan)
            for hours, workday, weekend in zip(*(one[groups == group].tolist() for one in columns), strict=True):
                if math.isfinite(hours):
                    over = hours if math.isnan(over) else max(over, hours)
                known = math.isfinite(workday) and math.isfinite(weekend)
                if known and (math.isnan(best[0]) or workday - weekend > best[0] - best[1]):
                    best = (workday, weekend)
            got = (found.over[group], found.workday[group], found.weekend[group])
            assert np.array_equal(got, (over, *best), equal_nan=True)
