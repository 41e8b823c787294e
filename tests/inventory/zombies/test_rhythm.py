"""Hours with traffic on working days and weekends: people show, backups and agents do not, however much they move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from inventory.model import Inventory
from inventory.telemetry.form import Period, day_start
from inventory.zombies.system_facts import facts_of
from inventory.zombies.system_months import Traffic
from inventory.zombies.system_rhythm import hours_of, looked_at
from tests.inventory.telemetry.samples import AS_OF, a_server, raw, rolled, stored
from tests.report.builders import a_system

START, DAYS = date(2026, 2, 1), 28
FEBRUARY = [Period(START, START + timedelta(days=DAYS))]
Load = Callable[[date, int], float]


def backup(_day: date, hour: int) -> float:
    return 80.0 if hour in (22, 23, 0, 1, 2) else 0.02


def people(day: date, hour: int) -> float:
    return backup(day, hour) + (0.4 if day.weekday() < 5 and 9 <= hour < 17 else 0.0)


@pytest.mark.parametrize(
    ("loads", "hours"),
    [([backup], (5, 5)), ([people], (13, 5)), ([backup, people], (13, 5)), ([lambda _day, _hour: 0.3], (24, 24))],
    ids=["backup", "people", "the-server-that-people-use", "stream"],
)
def test_hours_of_a_month(tmp_path: Path, loads: list[Load], hours: tuple[int, int]) -> None:
    servers = [a_server(f"vm-{n}", system_id="sys-1") for n in range(len(loads))]
    rollup = rolled(tmp_path, stored(tmp_path, raw(*rows(loads)), servers=servers))
    found = hours_of(rollup, servers, {"sys-1"}, FEBRUARY, 0.1)
    assert found == {"sys-1": (hours,)}
    assert hours_of(rollup, servers, set(), FEBRUARY, 0.1) == {}
    assert hours_of(rollup, servers, {"sys-1"}, FEBRUARY, None) == {}


def test_days_with_gaps_say_nothing(tmp_path: Path) -> None:
    """A month of which only the mornings were measured has no typical day."""
    server = a_server("vm-0", system_id="sys-1")
    mornings = [row for row in rows([people]) if (int(str(row["at_s"])) // 3600 + 8) % 24 < 12]
    rollup = rolled(tmp_path, stored(tmp_path, raw(*mornings), servers=[server]))
    assert hours_of(rollup, [server], {"sys-1"}, FEBRUARY, 0.1) == {}


def test_only_what_nobody_enters_and_what_rests_half_of_the_day_is_looked_at() -> None:
    quiet, all_day = Traffic(over=0.4), Traffic(over=0.9)
    old, new, unknown, blank = (
        replace(a_system(name), last_login_on=login, contract_end_on=contract)
        for name, login, contract in (
            ("old", date(2024, 1, 1), None), ("new", date(2026, 3, 1), None), ("unknown", None, date(2022, 1, 1)), ("blank", None, None)
        )
    )  # fmt: skip
    systems = [old, new, unknown, blank]
    everywhere = {one.id: [quiet, quiet] for one in systems}
    assert looked_at(systems, everywhere, date(2026, 1, 1)) == {old.id, unknown.id}
    assert looked_at(systems, everywhere | {old.id: [quiet, all_day]}, date(2026, 1, 1)) == {unknown.id}
    assert looked_at(systems, {}, date(2026, 1, 1)) == set()


def test_facts_hold_the_hours(tmp_path: Path) -> None:
    server, system = a_server("vm-0", system_id="sys-1"), replace(a_system("sys-1"), last_login_on=date(2024, 1, 1))
    rollup = rolled(tmp_path, stored(tmp_path, raw(*rows([backup])), servers=[server]))
    as_of = AS_OF.replace(year=2026, month=2, day=28)
    facts = facts_of(
        Inventory(as_of=as_of, systems=(system,), servers=(server,)), rollup, as_of, traffic_mbit_s=0.1, months=1
    )
    assert (facts[0].months[0].network_workday_hours, facts[0].months[0].network_weekend_hours) == (5, 5)


def rows(loads: list[Load]) -> list[dict[str, object]]:
    return [
        {"machine": f"vm-{n}", "metric": "network", "at_s": day_start(day) + 3600 * hour, "value": load(day, hour), "interval_s": 3600}
        for n, load in enumerate(loads) for day in (START + timedelta(days=k) for k in range(DAYS)) for hour in range(24)
    ]  # fmt: skip
