"""Names and addresses that change hands while their servers live on: the snapshots tell when."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from inventory.model import Collected, Origin, Record
from inventory.storage.store import Store, open_store
from inventory.telemetry.collect import collect_files
from inventory.telemetry.form import Period, day_start
from inventory.telemetry.identity import Passed, known_names, passed_names
from inventory.telemetry.looks import looks_of
from inventory.telemetry.query import Member, Rollup, measure
from tests.inventory.telemetry.samples import a_server

MARCH_1 = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
AS_OF = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
OLD, NEW = (
    a_server("vm-1", name="web-old", addresses=("10.0.0.9",)),
    a_server("vm-2", name="web", addresses=("10.0.0.1",)),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Until the 14th `web` and 10.0.0.1 are those of vm-1, from the 15th on those of vm-2, which was `spare` before."""
    with open_store(str(tmp_path / "store"), create=True) as opened:
        before = {"vm-1": ("web", "10.0.0.1"), "vm-2": ("spare", "10.0.0.2")}
        after = {one.id: (one.name, one.addresses[0]) for one in (OLD, NEW)}
        for day, told in ((1, before), (8, before), (15, after), (22, after)):
            records = tuple(
                Record(kind="server", id=server, fields={"server_name": name, "ip": (address,), "vcpu": 4, "mem": float(day)}, origin=Origin(source="openstack:lab", path=server))
                for server, (name, address) in told.items()
            )  # fmt: skip
            made = Collected(source="openstack:lab", collector="openstack", records=records)
            opened.add_snapshot(made, taken_at=MARCH_1 + timedelta(days=day - 1))
        yield opened


def test_what_changed_hands_is_found_with_its_day(store: Store) -> None:
    found = passed_names(looks_of(store, AS_OF), [OLD, NEW])
    day = date(2026, 3, 15)
    assert set(found) == {
        Passed(server, key, day, gained)
        for server, gained, keys in (
            ("vm-1", False, ("web", "10.0.0.1")), ("vm-1", True, ("web-old", "10.0.0.9")),
            ("vm-2", False, ("spare", "10.0.0.2")), ("vm-2", True, ("web", "10.0.0.1")),
        )
        for key in keys
    }  # fmt: skip
    assert {"spare", "10.0.0.2"} <= known_names([OLD, NEW], found)


@pytest.mark.parametrize("key", ["web", "10.0.0.1"])
def test_a_sample_belongs_to_who_was_called_so_then(store: Store, tmp_path: Path, key: str) -> None:
    """25 % of the one that lives on as `web-old`, 75 % of the one that is `web` now; the spare machine's own days too."""
    lines = ["server,timestamp,metric,value,interval_seconds"]
    for day in range(1, 31):
        at = day_start(date(2026, 3, day))
        lines.append(f"{key},{at},cpu_percent,{25 if day < 15 else 75},86400")
    lines += [f"spare,{day_start(date(2026, 3, day))},cpu_percent,5,86400" for day in range(1, 15)]
    path = tmp_path / "u.csv"
    path.write_text("\n".join(lines) + "\n")
    done = collect_files(store, [OLD, NEW], [path], as_of=AS_OF)
    assert done.counts == {"read": 44, "stored": 44}
    period = Period(date(2026, 3, 1), date(2026, 3, 31))
    members = [Member(one.id, "server", one.id) for one in (OLD, NEW)]
    rows = {row.group: row for row in measure(Rollup.of(store, AS_OF), [OLD, NEW], members, [period], metrics=["cpu"])}
    full_day = 86_400 * 4_000_000
    assert rows["vm-1"].value_s == 14 * full_day // 4
    assert rows["vm-2"].value_s == 16 * full_day * 3 // 4 + 14 * full_day // 20


def test_a_name_that_only_one_server_ever_had_holds_always(store: Store, tmp_path: Path) -> None:
    """Monitoring may go on to call a renamed machine as before."""
    path = tmp_path / "u.csv"
    path.write_text(
        f"server,timestamp,metric,value,interval_seconds\nspare,{day_start(date(2026, 3, 25))},cpu_percent,5,86400\n"
    )
    assert collect_files(store, [OLD, NEW], [path], as_of=AS_OF).counts == {"read": 1, "stored": 1}
