"""Figures and tables of use in the report against a recount by hand from the raw samples, as those of `usage show`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.inventory.usage.history import History, Look, Samples, State, fill
from tests.inventory.usage.recount import allocation_rates, days_of, use_rates
from tests.inventory.usage.test_recount import steady
from tests.report.conftest import report_on

pytestmark = pytest.mark.slow
UNITS = {"sys-1": "市税务局", "sys-2": "市民政局"}
START, END = date(2026, 3, 1), date(2026, 4, 1)
HOUR = 3600 * 1_000_000  # millionths of a unit, seconds


def march(day: int) -> date:
    return date(2026, 3, day)


def history() -> History:
    """Moved and resized, off for two weeks and on again, gone on the 20th, new on the 28th, one without any sample."""
    arm = State(pool="az-east-ext-arm", system="sys-2")
    first = {"a": State(), "b": State(off_on=march(1), vcpu=8), "c": arm, "e": arm}
    second = {**first, "a": State(system="sys-2", vcpu=2), "b": State(vcpu=8)}
    third = {**{name: state for name, state in second.items() if name != "c"}, "d": State(vcpu=16)}
    looks = [Look(on=on, machines=machines, departments=UNITS) for on, machines in (
        (date(2026, 2, 27), {name: state for name, state in first.items() if name != "b"} | {"b": State(vcpu=8)}),
        (march(5), first), (march(15), second), (march(29), third),
    )]  # fmt: skip
    samples = [
        *steady("a", START, 31, 33.3), *steady("b", march(15), 10, 90.0), *steady("c", START, 20, 5.5), *steady("d", march(28), 3, 99.9),
        Samples(machine="b", metric="cpu", on=march(2), percents=[50.0] * 7),
    ]  # fmt: skip
    return History(looks=looks, samples=samples, created={"d": march(28)})


def test_the_report_says_what_the_recount_says(tmp_path: Path) -> None:
    told = history()
    fill(told, tmp_path / "store", tmp_path)
    report_on(tmp_path / "store", tmp_path / "out", tmp_path)
    report: dict[str, Any] = json.loads((tmp_path / "out" / "usage-2026-03.figures.json").read_text("utf-8"))
    figures = {figure["id"]: figure for figure in report["figures"]}
    days = list(days_of(told, tmp_path / "store", START, END))
    city = use_rates(days, "city", zero=True)
    for metric in ("cpu", "memory", "storage"):
        names = {
            "mean": "weighted_mean",
            "simple": "simple_mean",
            "daily_peak": "mean_daily_peak",
            "peak": "peak",
            "p95": "p95",
        }
        for name, statistic in names.items():
            rate, figure = city["city", metric, statistic], figures[f"use.{metric}.{name}"]
            assert figure["value"] == pytest.approx(rate["numerator"] / rate["denominator"], rel=1e-12), figure["id"]
        mean = city["city", metric, "weighted_mean"]
        assert figures[f"use.{metric}.mean"]["numerator"] == mean["numerator"] / HOUR
        assert figures[f"use.{metric}.mean"]["denominator"] == mean["denominator"] / HOUR
        assert figures[f"coverage.{metric}"]["numerator"] == mean["covered_seconds"] / 3600
        assert figures[f"coverage.{metric}"]["denominator"] == mean["expected_seconds"] / 3600
    assert figures["coverage.off_hours"]["numerator"] == city["city", "cpu", "weighted_mean"]["off_seconds"] / 3600
    held = allocation_rates(days, "city", START, END)
    for metric in ("cpu", "memory", "storage"):
        for suffix, statistic in (("", "allocation_end"), (".with_orders", "allocation_with_orders")):
            rate, figure = held["city", metric, statistic], figures[f"allocation.{metric}{suffix}"]
            assert figure["value"] == pytest.approx(rate["numerator"] / rate["denominator"], rel=1e-12), figure["id"]
    tables = {table["id"]: table for table in report["tables"]}
    for table, kind in (("use.units", "department"), ("use.zones", "zone"), ("use.systems", "system")):
        columns = [column["key"] for column in tables[table]["columns"]]
        counted = use_rates(days, kind, zero=True)
        assert len(tables[table]["rows"]) == 2 if kind != "zone" else 1
        for row in tables[table]["rows"]:
            for metric in ("cpu", "memory", "storage"):
                rate, cell = counted[row[0], metric, "weighted_mean"], row[columns.index(metric)]
                assert (cell["numerator"], cell["denominator"]) == (
                    rate["numerator"] / HOUR,
                    rate["denominator"] / HOUR,
                )
