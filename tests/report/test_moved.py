"""Servers that changed within the month: each day counts for whose the server was then, as in `usage show`."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from catalogs.errors import ReportError
from catalogs.load import load_catalogs
from inventory.commands.usage import usage
from inventory.merging.merge import inventory_at
from inventory.model import Inventory, Server
from inventory.storage.store import open_store
from inventory.telemetry.form import Period
from inventory.telemetry.query import Rollup
from inventory.usage.dated import Stint, stints_in
from inventory.usage.groups import lives
from report.counted import counts
from report.dated import EARLIER_FILE, FILE, Nameable, changed, dated, stint_rows
from report.evidence import seal
from report.facts import Month, Piece
from report.gather import gather
from report.input_files import read_inputs
from report.make import facts_of
from report.verify import verify
from tests.report.builders import AS_OF, a_server, a_system
from tests.report.conftest import Made, report_on
from tests.report.moving_city import AUDIT, SECRET, TAX, fill

pytestmark = pytest.mark.slow  # whole stores and bundles

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
MID = date(2026, 3, 11)
OPEN, OTHER = a_system("sys-1"), a_system("sys-2", department="市教育局", department_id="education")
CLOSED = a_system("sys-9", name="密级不明", secrecy="unknown")


def stint(server: Server, system: Any = OPEN, start: date = MARCH.start_on, end: date = MARCH.end_on) -> Stint:
    return Stint(server=server, system=system, start_on=start, end_on=end)


def inventory(*servers: Server, systems: tuple[Any, ...] = (OPEN, OTHER)) -> Inventory:
    return Inventory(as_of=AS_OF, systems=systems, servers=servers)


def rows(stints: list[Stint], now: Inventory, *barred: str) -> list[dict[str, Any]]:
    return stint_rows(stints, now, MARCH, Nameable.of(now, frozenset(barred)))


# --- the file of stints -----------------------------------------------------------------------------------------


def test_only_servers_that_changed_or_vanished_have_rows() -> None:
    moved = a_server("moved", name="m", system_id="sys-2")
    now = inventory(a_server("same", name="s"), moved)
    stints = [
        stint(a_server("gone", name="g"), end=date(2026, 3, 9)),
        stint(replaced(moved, system_id="sys-1", vcpu=2), end=MID), stint(moved, OTHER, start=MID),
        stint(now.servers[0]),
    ]  # fmt: skip
    told = rows(stints, now)
    assert [(row["server_id"], row["vanished"]) for row in told] == [("gone", True), ("moved", False), ("moved", False)]
    whole, again = dated(json.loads(json.dumps(told)), now, MARCH)
    found = [(one.server.id, one.start_on.day, one.system.id if one.system else None, one.server.vcpu) for one in again]
    assert found == [
        ("gone", 1, "sys-1", 4),
        ("moved", 1, "sys-1", 2),
        ("moved", 11, "sys-2", 4),
        ("same", 1, "sys-1", 4),
    ]
    assert [server.id for server in whole.servers] == ["gone", "moved", "same"]
    assert whole.servers[0].deleted_on == date(2026, 3, 8)


def replaced(server: Server, **changes: Any) -> Server:
    from dataclasses import replace

    return replace(server, **changes)


def test_the_snapshot_at_the_end_rules_over_the_last_row() -> None:
    now = inventory(a_server("moved", name="m", system_id="sys-2"))
    told = rows([stint(now.servers[0], end=MID), stint(now.servers[0], OTHER, start=MID)], now)
    told[-1] |= {"system_id": "sys-1", "vcpu": 400}
    last = dated(told, now, MARCH)[1][-1]
    assert (last.system, last.server.vcpu) == (OTHER, 4)


@pytest.mark.parametrize(
    ("system", "barred", "server", "named"),
    [
        (OPEN, (), a_server("x", name="n"), True),
        (CLOSED, (), a_server("x", name="n"), False),  # of unknown secrecy now
        (OPEN, ("sys-1",), a_server("x", name="n"), False),  # ruled classified since
        (OPEN, ("x",), a_server("x", name="n"), False),  # the server is a classified system's now
        (a_system("sys-8"), (), a_server("x", name="n"), True),  # gone, and was open
        (a_system("sys-8", secrecy="unknown"), (), a_server("x", name="n"), False),
        (None, (), a_server("x", name="x", system_id=None, department="市保密局"), False),  # a classified system's then
    ],
)  # fmt: skip
def test_no_owner_is_written_that_may_not_be_named(
    system: Any, barred: tuple[str, ...], server: Server, *, named: bool
) -> None:
    now = inventory(a_server("other"), systems=(OPEN, OTHER, CLOSED))
    (row,) = rows([stint(server, system, end=MID)], now, *barred)
    assert (row["system_id"] is not None) == named
    assert row["vcpu"] == 4  # what is not named still counts
    if not named:
        assert {row[key] for key in ("system", "system_department", "system_department_id", "department")} == {None}


@pytest.mark.parametrize(
    ("first", "second"), [(MID, date(2026, 3, 12)), (date(2026, 3, 12), MID), (MARCH.start_on, MARCH.start_on)]
)
def test_days_that_overlap_or_lack_are_refused(first: date, second: date) -> None:
    now = inventory(a_server("moved", name="m"))
    told = rows([stint(now.servers[0], end=first), stint(now.servers[0], OTHER, start=second)], now)
    with pytest.raises(ReportError, match="moved"):
        dated(told, now, MARCH)


def test_the_note_counts_servers_and_not_rows() -> None:
    pieces = [
        Piece(stint=stint(a_server(name), start=start), uses=(), stands=True)
        for name, start in (("a", MARCH.start_on), ("a", MID), ("b", MARCH.start_on))
    ]
    (note,) = changed(pieces)
    assert note.zh.startswith("1 台云主机月内换了单位、系统、资源池或规格")
    assert note.en.startswith("1 servers changed unit, system, pool or size")
    assert list(changed(pieces[1:])) == []


# --- a month in which everything changes ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Made:
    work = tmp_path_factory.mktemp("moving")
    fill(work / "store", work)
    (work / "govcloud.yaml").write_text(
        "schema: govcloud/settings/1\nprofile: sample-city\nservice: sample-cloud\nstore: store\n", encoding="utf-8"
    )
    report_on(work / "store", work / "out", work)
    return Made(folder=work / "out", store=work / "store")


def tables(made: Made) -> dict[str, Any]:
    return {table["id"]: table for table in json.loads(made.figures.read_bytes())["tables"]}


def cells(table: Any, *keys: str) -> list[tuple[Any, ...]]:
    places = [[column["key"] for column in table["columns"]].index(key) for key in keys]
    return [tuple(row[place] for place in places) for row in table["rows"]]


def shown(made: Made, by: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    arguments = ["show", "--workspace", str(made.store.parent), "--as-of", "2026-03-31", "--month", "2026-03", "--json", "--by", by]  # fmt: skip
    result = CliRunner().invoke(usage, arguments, catch_exceptions=False)
    found = json.loads(result.output)["data"]["rates"]
    return {(rate["group"], rate["metric"], rate["statistic"]): rate for rate in found}


def test_each_change_has_a_row_with_owner_and_size_of_then(city: Made) -> None:
    table = tables(city)["detail.servers"]
    keys = ("server_id", "first_on", "last_on", "system_id", "unit", "vcpu_then", "vcpu")
    found = {(row[0].removeprefix("openstack:"), row[1][-2:]): row[2:] for row in cells(table, *keys)}
    unknown = {"zh": "（未归属单位）", "en": "(no unit)"}
    assert found == {
        ("brief", "05"): ("2026-03-15", "sys-5", TAX, 4, 0),
        ("deleted", "01"): ("2026-03-18", "sys-1", TAX, 4, 0),
        ("fresh", "12"): ("2026-03-31", "sys-2", AUDIT, 4, 4),
        ("goes", "01"): ("2026-03-10", "sys-4", TAX, 4, 0),
        ("goes", "11"): ("2026-03-31", "sys-4", AUDIT, 4, 4),
        ("grown", "01"): ("2026-03-19", "sys-1", TAX, 4, 0),
        ("grown", "20"): ("2026-03-31", "sys-1", TAX, 8, 8),
        ("moved", "01"): ("2026-03-10", "sys-1", TAX, 4, 0),
        ("moved", "11"): ("2026-03-31", "sys-2", AUDIT, 4, 4),
        ("other", "01"): ("2026-03-19", "sys-2", AUDIT, 4, 0),
        ("other", "20"): ("2026-03-31", "sys-3", AUDIT, 4, 4),
        ("veiled", "01"): ("2026-03-19", "sys-6", AUDIT, 4, 0),
        ("veiled", "20"): ("2026-03-31", None, unknown, 4, 4),  # of unknown secrecy from then on
    }


_STATISTICS = (("weighted_mean", "", 3.6e9), ("mean_daily_peak", "_daily_peak", 3.6e15), ("peak", "_peak", 1e6))


@pytest.mark.parametrize(("by", "table", "key"), [("department", "use.units", "unit"), ("system", "use.systems", "system_id"), ("zone", "use.zones", "zone")])  # fmt: skip
def test_every_group_has_the_numerator_and_denominator_of_usage_show(city: Made, by: str, table: str, key: str) -> None:
    theirs = shown(city, by)
    own = {
        row[0] if isinstance(row[0], str) else "-": row
        for row in cells(tables(city)[table], key, *_columns(), "coverage")
    }
    groups = {group for group, _, of in theirs if of == "weighted_mean"} - {
        "sys-7"
    }  # its name must not come out; the other one below adds up
    assert set(own) - {"-"} == groups
    for group in sorted(groups):
        row = dict(zip((key, *_columns(), "coverage"), own[group], strict=True))
        for metric, (statistic, suffix, unit) in ((m, s) for m in ("cpu", "memory", "storage") for s in _STATISTICS):
            expected, cell = theirs[group, metric, statistic], row[metric + suffix]
            if (group, by) == (AUDIT, "department"):  # and the days that may not be said to be its own
                if statistic == "peak":
                    continue
                hidden = dict(zip((key, *_columns(), "coverage"), own["-"], strict=True))[metric + suffix]
                cell = {name: cell[name] + hidden[name] for name in cell}
            assert cell["numerator"] == pytest.approx(expected["numerator"] / unit), (group, metric, statistic)
            assert cell["denominator"] == pytest.approx(expected["denominator"] / unit), (group, metric, statistic)
        cpu = theirs[group, "cpu", "weighted_mean"]
        if (group, by) != (AUDIT, "department"):
            hours = {"numerator": cpu["covered_seconds"] / 3600, "denominator": cpu["expected_seconds"] / 3600}
            assert row["coverage"] == pytest.approx(hours)


def _columns() -> list[str]:
    return [metric + suffix for metric in ("cpu", "memory", "storage") for _, suffix, _ in _STATISTICS]


def test_the_city_is_that_of_usage_show_and_the_sum_of_its_parts(city: Made) -> None:
    figures = {figure["id"]: figure for figure in json.loads(city.figures.read_bytes())["figures"]}
    theirs = shown(city, "city")
    names = {"weighted_mean": "mean", "simple_mean": "simple", "mean_daily_peak": "daily_peak", "peak": "peak"}
    for metric in ("cpu", "memory", "storage"):
        for statistic, name in names.items():
            found, expected = figures[f"use.{metric}.{name}"], theirs["city", metric, statistic]
            assert found["value"] == pytest.approx(expected["ratio"], abs=1e-6), found["id"]
            assert found["coverage"]["covered"] == expected["covered_seconds"] / 3600
            assert found["coverage"]["expected"] == expected["expected_seconds"] / 3600
        for table in ("use.units", "use.zones", "detail.servers"):
            parts = [cell for (cell,) in cells(tables(city)[table], metric)]
            for half in ("numerator", "denominator"):
                assert sum(part[half] for part in parts) == pytest.approx(figures[f"use.{metric}.mean"][half])
    assert figures["use.comprehensive"]["value"] == pytest.approx(
        theirs["city", "combined", "combined"]["ratio"], abs=1e-6
    )


def test_a_report_made_weeks_later_counts_the_same(city: Made, tmp_path: Path) -> None:
    report_on(city.store, tmp_path / "out", city.store.parent, "--as-of", "2026-04-15")
    later = Made(folder=tmp_path / "out", store=city.store)
    assert verify(later.bundle, (later.html, later.xlsx)).passed
    for name in ("use.units", "use.systems", "detail.servers", "change.balance"):
        assert tables(later)[name] == tables(city)[name], name


def test_a_month_that_is_not_over_ends_with_its_last_day_known(city: Made) -> None:
    catalogs = load_catalogs(None)
    until = Period(MARCH.start_on, date(2026, 3, 16))
    with open_store(str(city.store)) as store:
        now = inventory_at(store, catalogs, datetime(2026, 3, 15, 15, 59, 59, tzinfo=UTC))
        stints = stints_in(store, catalogs, now, until, Rollup(folder=city.store, files=()))
    told = stint_rows(stints, now, until, Nameable.of(now, frozenset()))
    assert sorted({row["server_id"] for row in told}) == ["openstack:goes", "openstack:moved"]
    again = dated(told, now, until)[1]
    assert {one.end_on for one in again if one.start_on == MID} == {until.end_on}
    assert len(again) == len(now.servers) + 2


def test_a_server_that_left_the_cloud_counts_until_then() -> None:
    here = a_server("left", name="l")
    there = replaced(here, pool=None, cloud=None)
    now = inventory(there)
    _, stints = dated(rows([stint(here, end=MID), stint(there, start=MID)], now), now, MARCH)
    assert [counts(one) for one in stints] == [True, False]
    (life,) = lives([one for one in stints if counts(one)], MARCH)
    assert life.deleted_on == date(2026, 3, 10)


def test_the_balance_holds_with_what_came_and_went_within_the_month(city: Made) -> None:
    keys = ("before", "added", "removed", "after", "difference")
    assert cells(tables(city)["change.balance"], *keys) == [
        (6, 2, 2, 6, 0),  # `fresh` and `brief` were opened, `deleted` and `brief` released
        (24, 12, 8, 28, 0),  # `grown` has four vCPU more
        (96, 48, 32, 112, 0),
        (600, 200, 200, 600, 0),
    ]
    assert tables(city)["change.unexplained"]["rows"] == []


def test_the_workbook_adds_the_rows_up_by_formula(city: Made) -> None:
    values, formulas = (openpyxl.load_workbook(city.xlsx, data_only=only) for only in (True, False))
    detail: Any = values["云主机"]
    at = {cell.value: place for place, cell in enumerate(detail[1])}
    lines = [
        [cell.value for cell in row]
        for row in detail.iter_rows(min_row=2)
        if str(row[0].value).startswith("openstack:")
    ]
    assert len(lines) == 13
    units: Any = values["单位"]
    head = {cell.value: place for place, cell in enumerate(units[1])}
    for place, row in enumerate(units.iter_rows(min_row=2, max_row=4), start=2):
        mine = [line for line in lines if line[at["单位名称"]] == row[0].value]
        for name in ("CPU平均 分子", "CPU平均 分母", "存储均峰值 分子", "CPU覆盖率 分子"):
            assert row[head[name]].value == pytest.approx(sum(line[at[name]] for line in mine)), (row[0].value, name)
            assert "SUMIFS(" in str(formulas["单位"].cell(place, head[name] + 1).value)
        assert row[head["vCPU（核）"]].value == sum(line[at["期末 vCPU（核）"]] for line in mine)


# --- and whoever checks it --------------------------------------------------------------------------------------


def unpacked(made: Made, folder: Path) -> Path:
    with zipfile.ZipFile(made.bundle) as archive:
        archive.extractall(folder)
    return folder


def test_it_verifies_and_nothing_comes_out_that_may_not(city: Made, tmp_path: Path) -> None:
    result = verify(city.bundle, (city.html, city.xlsx, city.figures))
    assert result.passed, [fault for step in result.steps for fault in step.faults]
    bundle = unpacked(city, tmp_path / "bundle")
    texts = [path.read_bytes() for path in bundle.rglob("*") if path.is_file()]
    for word in (SECRET, "sys-7"):
        assert not [text for text in (*texts, city.html.read_bytes()) if word.encode() in text], word
    told = [json.loads(line) for line in (bundle / FILE).read_text(encoding="utf-8").splitlines()]
    assert {row["server_id"] for row in told if row["vanished"]} == {"openstack:brief", "openstack:deleted"}


@pytest.mark.parametrize(
    ("server", "before", "after", "figure"),
    [
        ("moved", '"system_id":"sys-1"', '"system_id":"sys-2"', "use.systems"),
        ("grown", '"vcpu":4', '"vcpu":2', "detail.servers"),
        ("brief", '"end_on":"2026-03-16"', '"end_on":"2026-03-18"', "use.systems"),
        ("goes", TAX, AUDIT, "use.units"),
    ],
)  # fmt: skip
def test_a_changed_stint_is_found_though_all_hashes_were_made_anew(
    city: Made, tmp_path: Path, server: str, before: str, after: str, figure: str
) -> None:
    bundle = unpacked(city, tmp_path / "bundle")
    lines = (bundle / FILE).read_text(encoding="utf-8").splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if f'"openstack:{server}"' in line)
    assert before in lines[place]
    lines[place] = lines[place].replace(before, after)
    (bundle / FILE).write_text("".join(lines), encoding="utf-8")
    seal(bundle)
    result = verify(bundle)
    assert result.steps[0].passed
    assert any(figure in fault.zh for fault in result.steps[2].faults)


def test_a_bundle_of_the_version_before_is_refused_by_its_name(city: Made, tmp_path: Path) -> None:
    bundle = unpacked(city, tmp_path / "bundle")
    (bundle / FILE).unlink()
    path = bundle / "parameters.json"
    path.write_text(path.read_text(encoding="utf-8").replace("usage-inputs/3", "usage-inputs/1"), encoding="utf-8")
    seal(bundle)
    (fault,) = verify(bundle).steps[-1].faults
    assert "版本是 govcloud/usage-inputs/1，本程序核验 govcloud/usage-inputs/3" in fault.zh
    with pytest.raises(ReportError) as refused:
        read_inputs(bundle)
    assert json.loads(path.read_text(encoding="utf-8"))["govcloud"] in str(refused.value.hint)


def test_a_bundle_without_its_stints_is_incomplete(city: Made, tmp_path: Path) -> None:
    bundle = unpacked(city, tmp_path / "bundle")
    (bundle / FILE).unlink()
    seal(bundle)
    assert any(FILE in fault.zh for fault in verify(bundle).steps[-1].faults)


def test_a_report_of_zombies_of_the_version_before_still_verifies(city: Made, tmp_path: Path) -> None:
    work = city.store.parent
    report_on(city.store, tmp_path / "out", work, kind="zombies")
    (packed,) = (tmp_path / "out").glob("*.evidence.zip")
    bundle = tmp_path / "bundle"
    shutil.unpack_archive(packed, bundle, "zip")
    assert (bundle / FILE).read_bytes() == b""
    (bundle / FILE).unlink()
    path = bundle / "parameters.json"
    path.write_text(path.read_text(encoding="utf-8").replace("usage-inputs/3", "usage-inputs/1"), encoding="utf-8")
    seal(bundle)
    assert verify(bundle).passed


def april(city: Made, folder: Path) -> Path:
    """What the report of the month after is made from; it has no samples of its own."""
    with open_store(str(city.store)) as store:
        gather(
            store, load_catalogs(city.store.parent), kind="usage", month=Month.parse("2026-04"), as_of=datetime(2026, 4, 30, 15, 59, 59, tzinfo=UTC),
            profile="sample-city", version="test", folder=folder / "april",
        )  # fmt: skip
    return folder / "april"


def test_the_month_before_counts_each_day_for_whose_it_was_then(city: Made, tmp_path: Path) -> None:
    """March as April's report compares itself with is March as its own report said, released servers included."""
    bundle = april(city, tmp_path)
    march = unpacked(city, tmp_path / "march")
    told = {json.loads(line)["server_id"] for line in (bundle / EARLIER_FILE).read_text(encoding="utf-8").splitlines()}
    assert {"openstack:moved", "openstack:brief", "openstack:deleted", "openstack:grown"} <= told
    before, then = facts_of(read_inputs(bundle), bundle).before, facts_of(read_inputs(march), march).now
    assert before is not None
    assert before.uses == then.uses
    assert [(piece.stint.start_on, piece.department) for piece in before.pieces] == [
        (piece.stint.start_on, piece.department) for piece in then.pieces
    ]
    assert not [path for path in bundle.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]


def test_a_bundle_that_did_not_know_the_stints_of_the_month_before_says_so(city: Made, tmp_path: Path) -> None:
    bundle = april(city, tmp_path)
    (bundle / EARLIER_FILE).unlink()
    path = bundle / "parameters.json"
    path.write_text(path.read_text(encoding="utf-8").replace("usage-inputs/3", "usage-inputs/2"), encoding="utf-8")
    facts = facts_of(read_inputs(bundle), bundle)
    assert facts.before is not None
    assert not facts.before_is_dated
    assert "openstack:brief" not in {use.group for use in facts.before.uses}
