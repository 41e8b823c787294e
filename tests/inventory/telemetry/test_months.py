"""Months that were added up once are not read again, and give the same sums for any servers asked for."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from inventory.telemetry import months as telemetry_months
from inventory.telemetry.form import Period, day_start
from inventory.telemetry.months import month_sums
from inventory.telemetry.query import Member, Rollup, measure
from inventory.telemetry.sums import Day, Folded, folded, read_days
from tests.inventory.telemetry.samples import a_server, raw, rolled, stored

START, DAYS = date(2026, 1, 1), 40
SERVERS = [a_server(name) for name in ("vm-1", "vm-2", "vm-3")]


@pytest.fixture(scope="module")
def rollup(tmp_path_factory: pytest.TempPathFactory) -> Rollup:
    """Forty days of three servers; the third comes on the tenth day."""
    folder = tmp_path_factory.mktemp("months")
    rows = [
        {"machine": server.id, "at_s": day_start(START + timedelta(days=day)) + 3600 * hour, "ratio": (day * 7 + hour + place) % 50 / 60, "interval_s": 3600}
        for place, server in enumerate(SERVERS) for day in range(10 if place == 2 else 0, DAYS) for hour in range(24)
    ]  # fmt: skip
    return rolled(folder, stored(folder, raw(*rows), servers=SERVERS))


@pytest.mark.parametrize("names", [["vm-1", "vm-2", "vm-3"], ["vm-3", "vm-1"], ["vm-2", "vm-9"], []])
def test_the_sums_are_those_of_file_by_file(rollup: Rollup, names: list[str]) -> None:
    plain = Folded(names)
    for file in rollup.files:
        for day in read_days(rollup.folder, [file]):
            plain.add(day)
    found = folded(rollup.folder, rollup.files, names)
    for name, column in plain.of("cpu").items():
        assert found.of("cpu")[name].tolist() == column.tolist(), name


def test_a_month_is_read_once(rollup: Rollup, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    add = Folded.add

    def counted(fold: Folded, day: Day) -> None:
        read.append(day.path)
        add(fold, day)

    monkeypatch.setattr(Folded, "add", counted)
    telemetry_months._KEPT.clear()
    period = Period(START, START + timedelta(days=DAYS))
    for servers in (SERVERS, SERVERS[:2]):
        measure(rollup, servers, [Member(one.id, "city", "city") for one in servers], [period], metrics=["cpu"])
    assert len(read) == len(rollup.files)


def test_what_is_kept_is_bounded_and_cannot_be_changed(rollup: Rollup, monkeypatch: pytest.MonkeyPatch) -> None:
    telemetry_months._KEPT.clear()
    monkeypatch.setattr(telemetry_months, "MOST_BYTES", 1)
    for part in (rollup.files[:10], rollup.files[10:20], rollup.files[:10]):
        known = month_sums(rollup.folder, part)
        assert len(telemetry_months._KEPT) == 1
    with pytest.raises(ValueError, match="read-only"):
        known.sums["value_s"][0] = 1


def test_files_are_read_in_the_order_given_and_a_broken_one_stops_there(rollup: Rollup, tmp_path: Path) -> None:
    files = [*rollup.files[5:20], *rollup.files[:5]]
    assert [day.path for day in read_days(rollup.folder, files)] == [rollup.folder / file.path for file in files]
    for file in rollup.files[:9]:
        target = tmp_path / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((rollup.folder / file.path).read_bytes())
    broken = tmp_path / rollup.files[6].path
    broken.write_bytes(broken.read_bytes()[:200])
    read: list[Path] = []
    with pytest.raises(ValueError, match="corrupted"):
        read.extend(day.path for day in read_days(tmp_path, rollup.files[:9]))
    assert read == [tmp_path / file.path for file in rollup.files[:6]]
