"""Samples that tell a share and no size: counted by the size that the server had then, also when they are read later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from inventory.model import Collected, Origin, Record, Value
from inventory.storage.store import Store, open_store
from inventory.telemetry.collect import collect_files
from inventory.telemetry.form import Period
from inventory.telemetry.query import Member, Rollup, measure
from inventory.telemetry.sizes import EarlierSize, earlier_sizes
from tests.inventory.telemetry.samples import a_server

MARCH_1 = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
AS_OF = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
MICRO_DAY = 1_000_000 * 86_400


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "store"), create=True) as opened:
        yield opened


def seen(store: Store, day: int, source: str = "openstack:lab", **sizes: Value) -> None:
    """A snapshot of the cloud of a day of March."""
    record = Record(
        kind="server", id="vm-1", fields={"server_name": "vm-1", **sizes}, origin=Origin(source=source, path="vm-1")
    )
    made = Collected(source=source, collector=source.partition(":")[0], records=(record,))
    store.add_snapshot(made, taken_at=MARCH_1 + timedelta(days=day - 1))


def resized(store: Store) -> None:
    """Eight cores until the 9th, four until the 19th, two since; the memory stays."""
    for day, vcpu in ((1, 8), (5, 8), (10, 4), (15, 4), (20, 2), (30, 2)):
        seen(store, day, vcpu=vcpu, mem=16.0)


def test_each_change_is_found_with_its_day(store: Store) -> None:
    resized(store)
    found = earlier_sizes(store, [a_server("vm-1", vcpu=2, memory_gib=16.0)], AS_OF)
    assert [(one.before_on, dict(one.amounts)) for one in found] == [
        (date(2026, 3, 20), {"vcpu": 4.0}),
        (date(2026, 3, 10), {"vcpu": 8.0}),
    ]
    assert earlier_sizes(store, [a_server("vm-2")], AS_OF) == ()


def test_many_snapshots_are_halved_and_not_all_read(store: Store) -> None:
    for day in range(1, 31):
        seen(store, day, vcpu=8 if day < 17 else 4, mem=float(day))  # each one another content
    (vcpu,) = [
        one for one in earlier_sizes(store, [a_server("vm-1", vcpu=4, memory_gib=None)], AS_OF) if "vcpu" in one.amounts
    ]
    assert vcpu == EarlierSize(server_id="vm-1", before_on=date(2026, 3, 17), amounts={"vcpu": 8.0})


def test_where_a_nearer_source_says_otherwise_today_nothing_is_known_of_earlier(store: Store) -> None:
    resized(store)
    assert earlier_sizes(store, [a_server("vm-1", vcpu=32, memory_gib=16.0)], AS_OF) == ()


@pytest.mark.parametrize("column", ["cpu_percent", "cpu_percent,capacity_vcpu"])
def test_a_month_read_at_its_end_counts_each_day_by_its_size(store: Store, tmp_path: Path, column: str) -> None:
    resized(store)
    lines = ["server,at,cpu_percent"]
    days = [date(2026, 3, 1) + timedelta(days=n) for n in range(30)]
    lines += [
        f"vm-1,{day}T{hour:02d}:00:00+08:00,{'' if (column != 'cpu_percent' and hour == 0) else 50}"
        for day in days
        for hour in range(24)
    ]
    (tmp_path / "lab-2026.csv").write_text(
        "\n".join(lines) + "\n", encoding="utf-8"
    )  # an empty cell is judged one by one
    server = a_server("vm-1", vcpu=2, memory_gib=16.0)
    for _ in range(2):  # and read once more it is the same
        collect_files(store, [server], [tmp_path / "lab-2026.csv"], as_of=AS_OF, source="lab", sources_file=None, told=lambda _: None)  # fmt: skip
        for first, last, vcpu in ((1, 10, 8), (10, 20, 4), (20, 31, 2)):
            period = Period(date(2026, 3, first), date(2026, 3, last))
            (row,) = measure(Rollup.of(store, AS_OF), [server], [Member("vm-1", "server", "vm-1")], [period], metrics=("cpu",))  # fmt: skip
            whole = row.capacity_s * 24 // (24 if column == "cpu_percent" else 23)
            assert (whole, row.value_s * 2) == (vcpu * MICRO_DAY * period.days, row.capacity_s), (first, vcpu)
