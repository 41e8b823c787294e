"""`usage show` over a real store: what changed within the period counts for what it was while it was it."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from catalogs.errors import StoreError, UsageError
from inventory.commands.usage import usage
from inventory.storage.decisions import Decision
from inventory.storage.store import open_store
from tests.inventory.usage.store import EVIL, fill

pytestmark = pytest.mark.slow
DAY = 86_400


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("usage")
    fill(work / "store", work)
    (work / "govcloud.yaml").write_text(
        "schema: govcloud/settings/1\nprofile: sample-city\nservice: sample-cloud\nstore: store\n", encoding="utf-8"
    )
    return work


def show(city: Path, *more: str, as_of: str = "2026-03-31") -> Result:
    return CliRunner().invoke(usage, ["show", "--workspace", str(city), "--as-of", as_of, *more])


def rates(city: Path, *more: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    result = show(city, "--month", "2026-03", "--json", *more)
    assert result.exit_code == 0, result.output
    return {(r["group"], r["metric"], r["statistic"]): r for r in json.loads(result.output)["data"]["rates"]}


def test_each_day_of_a_server_counts_for_the_department_it_was_in(city: Path) -> None:
    found = rates(city, "--by", "department")
    tax, audit, none = (found[name, "cpu", "weighted_mean"] for name in ("市税务局", "市审计局", "-"))
    # the tax office: 30 days of `stays` at 10 %, 10 of `moved` at 40 % and 10 of `deleted` at 80 %, four vCPU each
    assert (tax["numerator"], tax["denominator"]) == (1_000_000 * 4 * DAY * (3 + 4 + 8), 1_000_000 * 4 * DAY * 50)
    assert (tax["covered_seconds"], tax["expected_seconds"]) == (50 * DAY, 51 * DAY)  # no samples on 31 March
    assert (audit["ratio"], audit["covered_seconds"], audit["days"]) == (0.4, 20 * DAY, 20)
    assert (none["ratio"], none["expected_seconds"]) == (
        0.8,
        10 * DAY,
    )  # no ledger names it after the 11th; it ends with its samples
    assert found["市税务局", "cpu", "simple_mean"]["ratio"] == pytest.approx((0.1 + 0.4 + 0.8) / 3)


def test_a_ruling_counts_from_its_own_day(city: Path, tmp_path: Path) -> None:
    """`stays` is ruled the audit office's on 20 March; the next snapshot of anything is of the 31st."""
    work = tmp_path / "city"
    shutil.copytree(city, work)
    with open_store(str(work / "store")) as store:
        ruled_at = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)
        store.add_decision(
            Decision(
                kind="mapping", subject="openstack:stays", value="sys-2", reason="划转", role="科长", actor="张工", decided_at=ruled_at
            )
        )  # fmt: skip
    result = show(work, "--month", "2026-03", "--json", "--members")
    spans = [span for span in json.loads(result.output)["data"]["members"] if span["server"] == "openstack:stays"]
    assert sorted((span["start_on"], span["end_on"], span["group"]) for span in spans) == [
        ("2026-03-01", "2026-03-20", "市税务局"),
        ("2026-03-20", "2026-03-31", "市审计局"),
        ("2026-03-31", "2026-04-01", "市审计局"),
    ]  # it grows on the 31st


def test_the_parts_add_up_to_the_city(city: Path) -> None:
    whole = rates(city, "--by", "city")["city", "cpu", "weighted_mean"]
    parts = [rate for key, rate in rates(city, "--by", "department").items() if key[1:] == ("cpu", "weighted_mean")]
    for name in ("numerator", "denominator", "covered_seconds", "expected_seconds"):
        assert sum(part[name] for part in parts) == whole[name]
    assert whole["servers"] == 3


def test_allocation_counts_each_server_for_its_time_and_size(city: Path) -> None:
    found = rates(city, "--by", "pool")
    over_period = found["east-extranet-x86", "cpu", "allocation"]
    # vCPU·days: `stays` 30 × 4 and, grown, 1 × 8; `moved` 31 × 4; `deleted` 20 × 4
    assert over_period["numerator"] == 1_000_000 * DAY * (30 * 4 + 8 + 31 * 4 + 20 * 4)
    assert over_period["denominator"] == 1_000_000 * DAY * 31 * 2600 * 4  # cores × overcommit
    end, ordered = (found["east-extranet-x86", "cpu", name] for name in ("allocation_end", "allocation_with_orders"))
    assert (end["numerator"], end["denominator"]) == (12_000_000, 10_400_000_000)
    assert ordered["numerator"] == (12 + 480) * 1_000_000  # 锁单 order-2026-017
    assert found["west-extranet-x86", "cpu", "allocation_end"]["ratio"] == 0
    assert found["east-extranet-x86", "cpu", "allocation_platform"]["ratio"] is None  # placement was not collected


def test_a_batch_counts_from_the_day_it_is_there(city: Path) -> None:
    result = show(city, "--quarter", "2026Q4", "--by", "pool", "--json", as_of="2026-12-31")
    found = {(r["group"], r["metric"], r["statistic"]): r for r in json.loads(result.output)["data"]["rates"]}
    cores_days = 92 * 2600 + 74 * 1000  # batch-2026-x from 19 October
    assert found["east-extranet-x86", "cpu", "allocation"]["denominator"] == 1_000_000 * DAY * 4 * cores_days


def test_both_readings_of_a_target_that_has_no_formula(city: Path) -> None:
    data = json.loads(show(city, "--month", "2026-03", "--json").output)["data"]
    use, allocation = data["readings"]
    assert (use["clause"], use["reading"], use["verdict"]["zh"]) == ("SC-4", "use", "未达到")
    assert use["ratio"] == pytest.approx(0.4 * 31 / 80 + 0.4 * 0.5 + 0.2 * 0.25, abs=1e-6)
    assert (allocation["reading"], allocation["verdict"]["zh"]) == ("allocation", "未达到")
    empty = json.loads(show(city, "--month", "2025-03", "--json").output)["data"]["readings"][0]
    assert (empty["ratio"], empty["verdict"]["zh"]) == (None, "无法判断")


def test_months_are_compared_in_points(city: Path) -> None:
    text = show(city, "--month", "2026-03", "--by", "server", "--compare", "previous").output
    assert "+20.0" in text  # `moved`: 40 % after 20 %
    assert "2026-02-01 至 2026-02-28" in text
    ago = show(city, "--month", "2026-03", "--by", "server", "--compare", "year-ago").output
    assert "n/a" in ago  # nothing was measured a year ago


def test_traffic_has_amounts_and_no_rate(city: Path) -> None:
    found = rates(city, "--by", "city", "--metric", "network")
    mean, peak = found["city", "network", "mean_amount"], found["city", "network", "peak_amount"]
    assert (mean["ratio"], peak["ratio"]) == (2.0, 2.0)
    assert mean["unit"] == "micro_mbit_s_s"
    assert found["city", "network", "weighted_mean"]["ratio"] is None  # no bandwidth is declared


@pytest.mark.parametrize("width", [80, 140])
def test_tables_fit_their_width(city: Path, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", str(width))
    for by in ("department", "pool", "city"):
        text = show(city, "--month", "2026-03", "--by", by, "--compare", "previous").output
        assert max(map(cell_len, text.splitlines())) <= width
        assert "…" not in text
        assert "30/31" in text


def test_the_workbook_has_live_formulas_and_no_formula_of_a_stranger(city: Path, tmp_path: Path) -> None:
    file = tmp_path / "使用率.xlsx"
    assert (
        show(city, "--month", "2026-03", "--by", "system", "--compare", "previous", "--xlsx", str(file)).exit_code == 0
    )
    book: Any = openpyxl.load_workbook(file)
    values: Any = openpyxl.load_workbook(file, data_only=True)
    assert book.sheetnames == ["汇总", "比率", "上期比率", "成员", "口径"]
    for sheet in book:  # no column stands on a page of its own when printed
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in (None, 1)
    formulas = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(formulas) > 50
    assert all(cell.value.startswith(("=IF(", "='比率'!")) for cell in formulas)
    (row,) = [row for row in book["汇总"].iter_rows(min_row=2) if row[0].value == EVIL]
    assert row[0].data_type == "s"
    assert row[1].value.startswith("='比率'!H")
    ((numerator, denominator),) = [
        (r[4].value, r[5].value)
        for r in book["比率"].iter_rows(min_row=2)
        if (r[0].value, r[2].value, r[3].value) == (EVIL, "CPU", "weighted_mean")
    ]
    assert values["汇总"].cell(row[0].row, 2).value == pytest.approx(numerator / denominator)


@pytest.mark.parametrize(
    "options",
    [
        ["--month", "2026-13"], ["--quarter", "2026Q5"], ["--year", "26"], ["--month", "2026-03", "--from", "2026-03-01"],
        ["--month", "2026-04"], ["--from", "2026-03-05", "--to", "2026-03-05"], ["--from", "yesterday"], ["--xlsx", "rates.csv"], ["--xlsx", "/nowhere/at/all.xlsx"],
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_one_clear_message(city: Path, options: list[str]) -> None:
    result = show(city, *options)
    assert isinstance(result.exception, UsageError), result.output


def test_nothing_collected_until_then(city: Path) -> None:
    assert isinstance(show(city, as_of="2025-01-01").exception, StoreError)
