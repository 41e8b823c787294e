"""Every rate of `usage show` against a recount by hand from raw samples, over histories with all that happens to servers."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogs.load import Catalogs, load_catalogs
from inventory.merging.merge import some_inventory_at
from inventory.storage.store import open_store
from inventory.telemetry.form import Period
from inventory.telemetry.query import Rollup
from inventory.usage.rates import RATED, Basis
from inventory.usage.view import CLOUDS, usage_view
from tests.inventory.usage.history import METRICS, History, Look, Samples, State, fill
from tests.inventory.usage.recount import Figures, allocation_rates, days_of, use_rates

KINDS = ("city", "department", "system", "server", "pool", "zone", "xinchuang", "cloud", "tier")
ALLOCATED = ("city", "pool", "zone", "xinchuang", "cloud")
FEBRUARY = date(2024, 2, 1)  # of a leap year
UNITS = {"sys-1": "市税务局", "sys-2": "市民政局"}


@cache
def catalogs() -> Catalogs:
    return load_catalogs(None)


def told(store: Path, kind: str, period: Period, as_of: datetime, *, zero: bool) -> Figures:
    """What the program says, by group, metric and statistic."""
    with open_store(str(store)) as opened:
        inventory = some_inventory_at(opened, catalogs(), as_of)
        view = usage_view(
            opened, catalogs(), inventory, Rollup.of(opened, as_of), catalogs().policy("sample-city"), by=kind, period=period, compared=None,
            metrics=RATED, with_p95=True, basis=Basis(powered_off="zero" if zero else "exclude"),
        )  # fmt: skip
    rates: Figures = {(rate.group, rate.metric, rate.statistic): rate.as_json() for rate in view.rates}
    for (group, metric, statistic), rate in rates.items():  # all of them are on a cloud
        city = rates["city", metric, statistic] if group == CLOUDS else rate
        assert {**rate, "id": "", "group": ""} == {**city, "id": "", "group": ""}
    return {key: rate for key, rate in rates.items() if key[0] != CLOUDS}


def differences(kind: str, said: Figures, counted: Figures) -> list[Any]:
    """Where the program and the recount do not say the same, to the last digit."""
    found: list[Any] = []
    for key in sorted(said.keys() | counted.keys()):
        one, other = said.get(key), counted.get(key)
        if one is None or other is None:
            nothing = one is not None and not one["servers"] and not one["numerator"]  # no server, no day
            found += [] if nothing or (one and one["statistic"] == "allocation_platform") else [(kind, key, one, other)]
            continue
        found += [(kind, key, name, one[name], value) for name, value in other.items() if one[name] != value]
    return found


def recounted(
    history: History, period: Period, *, zero: bool = True, kinds: Sequence[str] = KINDS
) -> dict[str, Figures]:
    """Assert that all rates are those of the recount; return them by kind of group."""
    last = max([history.looks[-1].on, period.end_on - timedelta(days=1), *(one.on for one in history.samples)])
    as_of = datetime(last.year, last.month, last.day, 15, 59, 59, tzinfo=UTC)
    with tempfile.TemporaryDirectory() as work:
        store = Path(work, "store")
        fill(history, store, Path(work))
        days = list(days_of(history, store, period.start_on, period.end_on))
        said = {kind: told(store, kind, period, as_of, zero=zero) for kind in kinds}
    for kind in kinds:
        counted = use_rates(days, kind, zero=zero)
        if kind in ALLOCATED:
            counted |= allocation_rates(days, kind, period.start_on, period.end_on)
        assert differences(kind, said[kind], counted) == []
    return said


def adds_up(said: Mapping[str, Figures]) -> None:
    """City = Σ departments = Σ pools = Σ servers …, wherever a server is in one group on each day."""
    names = ("numerator", "denominator", "covered_seconds", "expected_seconds", "off_seconds", "off_counted_seconds")
    for metric in RATED:
        sums = {
            kind: [
                sum(rate[name] or 0 for key, rate in figures.items() if key[1:] == (metric, "weighted_mean"))
                for name in names
            ]
            for kind, figures in said.items()
        }
        assert all(row == sums["city"] for row in sums.values()), sums


# --- random histories --------------------------------------------------------------------------------------------


@st.composite
def states(draw: st.DrawFn, before: State | None, on: date) -> State:
    """A machine in a look: much as it was in the one before."""
    choices: dict[str, list[Any]] = {
        "system": ["sys-1", "sys-2", None], "pool": ["az-east-ext-x86", "az-east-ext-arm", "az-nowhere"], "vcpu": [2, 4, 8], "memory_gib": [16, 64],
    }  # fmt: skip
    found = {
        name: getattr(before, name) if before and draw(st.booleans()) else draw(st.sampled_from(values))
        for name, values in choices.items()
    }
    off_on = on - timedelta(days=draw(st.integers(0, 12))) if draw(st.integers(0, 3)) == 0 else None
    return State(**found, off_on=off_on)


@st.composite
def histories(draw: st.DrawFn) -> tuple[History, Period]:
    """Up to three machines, five looks in forty days around the end of a leap February, samples with gaps."""
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    on = sorted({FEBRUARY + timedelta(days=n) for n in draw(st.lists(st.integers(0, 39), min_size=1, max_size=5))})
    created = {name: FEBRUARY + timedelta(days=draw(st.integers(-9, 30))) for name in names if draw(st.booleans())}
    now: dict[str, State | None] = {}
    looks = []
    for number, day in enumerate(on):
        for name in names:
            if now.get(name, ...) is None or created.get(name, day) > day:
                continue  # gone for good, or not yet there
            gone = name in now and draw(st.integers(0, 7)) == 0
            comes = name in now or number == 0 or draw(st.booleans())
            if gone or comes:
                now[name] = None if gone else draw(states(now.get(name), day))
        unit = draw(st.sampled_from(["市税务局", "市审计局"]))
        machines = {name: state for name, state in now.items() if state is not None}
        looks.append(Look(on=day, machines=machines, departments={"sys-1": unit, "sys-2": "市民政局"}))
    seen = sorted({name for look in looks for name in look.machines})
    samples = [one for name in seen for metric in METRICS for one in draw(sampled(name, metric))]
    start = FEBRUARY + timedelta(days=draw(st.integers(0, 30)))
    period = Period(start, start + timedelta(days=draw(st.sampled_from([1, 7, 29, 31]))))
    return History(looks=looks, samples=samples, created=created), period


@st.composite
def sampled(draw: st.DrawFn, machine: str, metric: str) -> list[Samples]:
    """A stretch of days, most of them measured, some of them in part."""
    first, days = draw(st.integers(0, 30)), draw(st.integers(0, 25))
    level = draw(st.sampled_from([0.0, 1.1, 33.3, 99.9]))
    hours = draw(st.lists(st.sampled_from([24, 24, 24, 0, 7]), min_size=days, max_size=days))
    return [
        Samples(
            machine=machine, metric=metric, on=FEBRUARY + timedelta(days=first + n), percents=[level + hour / 10 for hour in range(count)]
        )
        for n, count in enumerate(hours)
        if count
    ]  # fmt: skip


@pytest.mark.slow
@settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_every_rate_of_any_history_is_that_of_the_recount(data: st.DataObject) -> None:
    history, period = data.draw(histories())
    if not any(look.machines for look in history.looks):
        return
    adds_up(recounted(history, period, zero=data.draw(st.booleans())))


# --- what auditors and departments ask about ---------------------------------------------------------------------


def steady(machine: str, first: date, days: int, percent: float = 20.0) -> list[Samples]:
    return [
        Samples(machine=machine, metric=metric, on=first + timedelta(days=n), percents=[percent] * 24)
        for metric in METRICS
        for n in range(days)
    ]


def look(on: date, **machines: State) -> Look:
    return Look(on=on, machines=machines, departments=UNITS)


MARCH_1 = date(2024, 3, 1)
WHOLE = Period(FEBRUARY, MARCH_1)


def test_moved_there_and_back_within_a_leap_february() -> None:
    """Ten days in one department, ten in another, nine in the first again: 29 days in all."""
    there = [FEBRUARY, FEBRUARY + timedelta(days=10), FEBRUARY + timedelta(days=20)]
    looks = [look(on, a=State(system=system)) for on, system in zip(there, ("sys-1", "sys-2", "sys-1"), strict=True)]
    said = recounted(History(looks=looks, samples=steady("a", FEBRUARY, 29)), WHOLE, kinds=("city", "department"))
    days = {
        group: rate["days"] for (group, *what), rate in said["department"].items() if what == ["cpu", "weighted_mean"]
    }
    assert days == {"市税务局": 19, "市民政局": 10}
    adds_up(said)


def test_what_was_not_measured_before_a_server_went_off_is_no_switched_off_time() -> None:
    """Five days without samples, then off in the afternoon of a day: the morning's samples make no gap an idle hour."""
    off_on = FEBRUARY + timedelta(days=15)
    samples = [
        *steady("a", FEBRUARY + timedelta(days=5), 10),
        Samples(machine="a", metric="cpu", on=off_on, percents=[20.0] * 15),
    ]
    history = History(looks=[look(MARCH_1 - timedelta(days=1), a=State(off_on=off_on))], samples=samples)
    rate = recounted(history, WHOLE, kinds=("city",))["city"]["city", "cpu", "weighted_mean"]
    assert rate["off_counted_seconds"] == 14 * 86_400 - 15 * 3600
    assert rate["expected_seconds"] - rate["covered_seconds"] == 5 * 86_400


def test_switched_on_on_the_last_day_it_was_still_off_before() -> None:
    """Whoever switches a server on for the day of the count does not get the idle weeks forgotten; resized, by the size then."""
    looks = [
        look(FEBRUARY + timedelta(days=5), a=State(off_on=FEBRUARY + timedelta(days=1), vcpu=8)),
        look(FEBRUARY + timedelta(days=28), a=State(vcpu=2)),
    ]
    history = History(looks=looks, samples=[*steady("a", FEBRUARY, 1), *steady("a", FEBRUARY + timedelta(days=28), 1)])
    rate = recounted(history, WHOLE, kinds=("city",))["city"]["city", "cpu", "weighted_mean"]
    assert rate["off_counted_seconds"] == 27 * 86_400
    assert rate["denominator"] == (28 * 8 + 2) * 86_400 * 1_000_000


def test_days_with_data_are_those_of_any_server_of_the_group() -> None:
    """One server until the 10th, its successor from then on: the city has data of every day."""
    looks = [look(FEBRUARY, a=State()), look(FEBRUARY + timedelta(days=10), b=State())]
    created = {"b": FEBRUARY + timedelta(days=10)}
    samples = [*steady("a", FEBRUARY, 10), *steady("b", FEBRUARY + timedelta(days=10), 19)]
    said = recounted(History(looks=looks, samples=samples, created=created), WHOLE, kinds=("city", "server"))
    assert said["city"]["city", "cpu", "weighted_mean"]["days"] == 29


def test_samples_before_the_day_of_creation_say_that_it_existed() -> None:
    """A ledger's wrong date hides no sample and makes no coverage of more than all."""
    history = History(
        looks=[look(FEBRUARY, a=State())], samples=steady("a", FEBRUARY, 29), created={"a": MARCH_1 - timedelta(days=1)}
    )
    rate = recounted(history, WHOLE, kinds=("city",))["city"]["city", "cpu", "weighted_mean"]
    assert rate["covered_seconds"] == rate["expected_seconds"] == 29 * 86_400


def test_a_server_seen_after_the_period_was_there_until_its_end() -> None:
    """It vanished in April; that its samples stop in February is a gap of February, not its end."""
    looks = [look(FEBRUARY, a=State()), look(date(2024, 3, 5), a=State(vcpu=2)), look(date(2024, 4, 5))]
    rate = recounted(History(looks=looks, samples=steady("a", FEBRUARY, 9)), WHOLE, kinds=("city",))["city"]["city", "cpu", "weighted_mean"]  # fmt: skip
    assert (rate["covered_seconds"], rate["expected_seconds"]) == (9 * 86_400, 29 * 86_400)


def test_created_on_the_last_day_and_one_day_alone() -> None:
    last = MARCH_1 - timedelta(days=1)
    history = History(
        looks=[look(FEBRUARY, a=State()), look(last, a=State(), b=State(vcpu=8))], samples=[*steady("a", FEBRUARY, 29), *steady("b", last, 1, 80.0)],
        created={"b": last},
    )  # fmt: skip
    said = recounted(history, WHOLE, kinds=("city", "server"))
    assert said["server"]["openstack:b", "cpu", "weighted_mean"]["coverage"] == 1
    alone = recounted(history, Period(last, MARCH_1), kinds=("city", "server", "pool"))
    assert alone["city"]["city", "cpu", "weighted_mean"]["denominator"] == 12 * 86_400 * 1_000_000
    adds_up(alone)


def test_all_samples_of_one_pool_missing_are_not_0() -> None:
    looks = [look(FEBRUARY, a=State(), b=State(pool="az-east-ext-arm"))]
    said = recounted(
        History(looks=looks, samples=steady("a", FEBRUARY, 29)), WHOLE, kinds=("city", "pool", "xinchuang")
    )
    assert said["pool"]["east-extranet-arm", "cpu", "weighted_mean"]["ratio"] is None
    assert said["pool"]["east-extranet-arm", "cpu", "allocation_end"]["ratio"] > 0
    assert said["city"]["city", "cpu", "weighted_mean"]["coverage"] == 0.5
    adds_up(said)
