"""Sums over groups of servers: whole columns against Python's own whole numbers, one server after the other."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bench.telemetry import made_rollup
from catalogs.load import load_catalogs
from inventory.model import Inventory, Server, System
from inventory.telemetry.form import PPM, Period
from inventory.telemetry.groups import Groups, parts_per_million
from inventory.telemetry.query import Lives, Measured, Member, Rollup, expected_seconds, measure, off_seconds
from inventory.zombies.judge import judge
from tests.inventory.telemetry.samples import AS_OF, a_server

START = date(2026, 1, 1)
PERIODS = (Period(START, START + timedelta(days=4)), Period(START + timedelta(days=2), START + timedelta(days=9)))
ADDED = (
    "servers", "measured_servers", "samples", "expected_seconds", "covered_seconds", "off_seconds", "value_s", "capacity_s",
    "capacity_s_measured", "simple_ppm", "simple_servers", "daily_peak_s",
)  # fmt: skip
HIGHEST = ("peak_ppm", "hour_peak_ppm", "max_micro", "hour_max_micro", "days")


def some_servers() -> list[Server]:
    draw = random.Random(4)
    return [
        a_server(
            f"server-{n:06d}", vcpu=draw.choice((None, 4)), power=draw.choice(("on", "off")), powered_off_on=draw.choice((None, START + timedelta(days=3))),
            created_on=draw.choice((None, START + timedelta(days=2))), deleted_on=draw.choice((None, START + timedelta(days=5))),
        )
        for n in range(60)
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("off_is_unused", [False, True])
def test_a_group_is_the_sum_of_its_servers_measured_alone(tmp_path: Path, *, off_is_unused: bool) -> None:
    servers = some_servers()
    days = (made_rollup(tmp_path, 40 + n, START + timedelta(days=n), AS_OF) for n in range(7))  # other servers each day
    rollup = Rollup(folder=tmp_path, files=tuple(days))
    owner = {server.id: f"group-{n % 7}" for n, server in enumerate(servers)}
    together = [
        Member(s.id, kind, group) for s in servers for kind, group in (("system", owner[s.id]), ("city", "all"))
    ]

    def asked(members: list[Member]) -> list[Measured]:
        return list(measure(rollup, servers, members, PERIODS, metrics=("cpu", "memory"), off_is_unused=off_is_unused, with_bins=True))  # fmt: skip

    alone = {(row.group, row.metric, row.part): row for server in servers for row in asked([Member(server.id, "server", server.id)])}  # fmt: skip
    found = asked(together)
    assert len(found) == (7 + 1) * 2 * len(PERIODS)
    for row in found:
        mine = [one for (server, metric, part), one in alone.items() if (metric, part) == (row.metric, row.part) and row.group in (owner[server], "all")]  # fmt: skip
        for name in ADDED:
            assert getattr(row, name) == sum(getattr(one, name) for one in mine), name
        for name in HIGHEST:
            known = [value for one in mine if (value := getattr(one, name)) is not None]
            assert getattr(row, name) == max(known, default=None), name
        assert sum(row.bins) == sum(sum(one.bins) for one in mine)


def test_sums_beyond_63_bits_are_exact(tmp_path: Path) -> None:
    """A thousand large storage servers over a quarter of a year."""
    huge = (1 << 62) // 100
    servers = [a_server(f"server-{n:06d}", vcpu=4) for n in range(1000)]
    files = tuple(made_rollup(tmp_path, 1000, START + timedelta(days=n), AS_OF) for n in range(2))
    for file in files:
        _with_value(tmp_path / file.path, huge)
    files = tuple(replace(file, about={**file.about, "bytes": (tmp_path / file.path).stat().st_size}) for file in files)
    row, = measure(Rollup(folder=tmp_path, files=files), servers, [Member(s.id, "city", "all") for s in servers], PERIODS[:1], metrics=("cpu",))  # fmt: skip
    assert row.value_s == 2 * 1000 * huge
    assert row.value_s > 1 << 63


def test_a_group_of_kinds_is_that_of_its_members() -> None:
    servers = some_servers()
    draw = random.Random(6)
    owner = [f"group-{draw.randrange(7)}" for _ in servers]
    kinds = {"system": owner, "city": ["all"] * len(servers), "department": [one[-1] for one in owner]}
    members = [Member(one.id, kind, group) for kind, groups in kinds.items() for one, group in zip(servers, groups, strict=True)]  # fmt: skip
    plain, found = Groups.of(servers, members), Groups.of_kinds(servers, kinds)
    assert (found.servers, found.names) == (plain.servers, plain.names)
    assert [column.tolist() for column in found.pairs] == [column.tolist() for column in plain.pairs]
    assert Groups.of_kinds([], {"city": []}).names == ()


def test_the_lives_of_many_servers_are_those_of_each() -> None:
    """Made, deleted and switched off before, in and after a period, or not known."""
    draw = random.Random(7)
    days: list[date | None] = [None, *(START + timedelta(days=n) for n in range(-3, 12))]
    servers = [
        a_server(
            f"server-{n}",
            created_on=draw.choice(days),
            deleted_on=draw.choice(days),
            power=draw.choice(("on", "off", None)),
            powered_off_on=draw.choice(days),
        )
        for n in range(400)
    ]
    lives = Lives(servers)
    for period in (*PERIODS, Period(START, START)):
        assert lives.expected(period).tolist() == [expected_seconds(one, period) for one in servers]
        assert lives.off(period).tolist() == [off_seconds(one, period) for one in servers]
    assert len({*lives.expected(PERIODS[1]).tolist()}) > 5
    assert lives.off(PERIODS[1]).any()


def test_the_highest_amount_is_that_of_what_has_no_capacity(tmp_path: Path) -> None:
    days = tuple(made_rollup(tmp_path, 3, START + timedelta(days=n), AS_OF) for n in range(2))
    row, = measure(Rollup(folder=tmp_path, files=days), [a_server("server-000001", vcpu=4)], [Member("server-000001", "city", "all")], PERIODS[:1], metrics=("cpu",))  # fmt: skip
    assert row.peak_ppm
    assert row.max_micro is None


def _with_value(path: Path, value: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(path, partitioning=None)
    place = table.column_names.index("value_s")
    pq.write_table(table.set_column(place, table.field("value_s"), pa.array([value] * len(table))), path)


def test_parts_per_million_are_rounded_down_without_overflow() -> None:
    draw = random.Random(5)
    capacity = [0, 1, 3, (1 << 63) - 1, *(draw.randrange(1, 1 << draw.randrange(1, 63)) for _ in range(500))]
    value = [draw.randrange(0, max(one, 1)) for one in capacity]
    found = parts_per_million(np.array(value), np.array(capacity)).tolist()
    assert found == [one * PPM // whole if whole else 0 for one, whole in zip(value, capacity, strict=True)]


def test_verdicts_of_all_systems_at_once_are_those_of_each_alone(tmp_path: Path) -> None:
    """Sums by column, constants made once, and what is not looked at twice: none of it changes a word of a verdict."""
    draw = random.Random(8)
    systems = tuple(
        System(
            id=f"sys-{n}", name=f"系统{n}", department="市一局", department_id="d1", secrecy="unclassified", system_class=draw.choice((None, "test", "standby")),
            zombie_declared=draw.choice((None, True, False)), last_login_on=draw.choice((None, date(2024, 1, 1), date(2026, 3, 1))),
        )
        for n in range(12)
    )  # fmt: skip
    servers = [
        a_server(
            f"server-{n:06d}",
            system_id=f"sys-{n % 12}",
            power=draw.choice(("on", "off")),
            powered_off_on=date(2025, 1, 1),
        )
        for n in range(40)
    ]
    end = START + timedelta(days=90)
    as_of = datetime(end.year, end.month, end.day, tzinfo=UTC) - timedelta(hours=8, seconds=1)
    rollup = Rollup(folder=tmp_path, files=tuple(made_rollup(tmp_path, 37, START + timedelta(days=n), as_of) for n in range(85)))  # fmt: skip
    rules = load_catalogs(None).zombie_rules

    def verdicts(*some: System) -> list[dict[str, object]]:
        theirs = tuple(server for server in servers if server.system_id in {system.id for system in some})
        inventory = Inventory(as_of=as_of, systems=some, servers=theirs)
        return [verdict.as_json() for verdict in judge(inventory, rollup, rules, as_of)]

    together = verdicts(*systems)
    assert together == [verdict for system in systems for verdict in verdicts(system)]
    assert len({str(verdict["state"]) for verdict in together}) > 1
