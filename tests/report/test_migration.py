"""The report on migration: the share is the planner's, the evidence carries it, nothing hidden comes out."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from catalogs.errors import UsageError
from catalogs.load import load_catalogs
from catalogs.words import Text
from inventory.merging.merge import inventory_at
from inventory.storage.decisions import Decision
from inventory.storage.store import open_store
from planner.build.scope import counted, find_scope
from report.charts import charts
from report.migration import migration_report
from report.migration_facts import Goal, Migration, Room, SystemState, _held_against
from report.migration_tables import AHEAD, BEHIND, MET, MISSED, OPEN, UNKNOWN, verdict
from report.to_html import to_html
from report.verify import verify
from tests.report.builders import some_facts
from tests.report.conftest import END_OF_MARCH, HIDDEN, Made, report_on


def a_state(number: int, state: str = "to-move", **more: Any) -> SystemState:
    values: dict[str, Any] = {
        "system_id": f"sys-{number}", "name": f"系统{number}", "department": "市一局" if number % 2 else "市二局", "location": "自建机房",
        "state": state, "counted": True, "migrated": state in ("accepted", "already-there"), "why": Text("待迁移", "to be moved"),
        "stands": Text("快照中没有它的服务器", "no server"),
    }  # fmt: skip
    return SystemState(**{**values, **more})


def a_goal(share: str, by_on: date, clause: str = "SC-2") -> Goal:
    return Goal(
        id=clause.lower(),
        clause=clause,
        place="二（二）",
        text="按序时进度迁入",
        by_on=by_on,
        share_ratio=Fraction(share),
    )


def some_migration(**changes: Any) -> Migration:
    """Ten systems: one there already, three accepted in March, one of them without evidence of its servers."""
    states = (
        a_state(0, "already-there", confirmed=True),
        *(
            a_state(
                n,
                "accepted",
                accepted_on=date(2026, 3, n),
                evidence=f"验收单-{n}.pdf",
                decision_id=f"d-{n}",
                confirmed=n < 3,
            )
            for n in (1, 2, 3)
        ),
        *(a_state(n) for n in range(4, 10)),
        a_state(10, "under-construction", counted=False, location=None),
    )
    values: dict[str, Any] = {
        "systems": states, "goals": (a_goal("0.3", date(2026, 3, 20), "SC-3"), a_goal("0.6", date(2026, 12, 31))),
        "rooms": (Room(location="自建机房", by_on=date(2026, 11, 30), binding=True),), "begins_on": date(2026, 1, 31),
        "unlisted": (("classified", 3, False), ("secrecy-unknown", 2, False)), "uncounted": {"under-construction": 1},
    }  # fmt: skip
    return Migration(**{**values, **changes})


def test_the_share_is_dated_by_acceptance() -> None:
    moved = some_migration()
    assert moved.denominator == 10
    assert [moved.done(date(2026, 3, day)) for day in (1, 2, 3, 31)] == [2, 3, 4, 4]
    assert moved.done(date(2025, 1, 1)) == 1  # there already, without a date
    assert [moved.wanted(goal) for goal in moved.goals] == [3, 6]


def test_a_steady_pace_runs_from_target_to_target_and_rounds_down() -> None:
    moved = some_migration()
    days = (
        date(2026, 1, 1),
        date(2026, 1, 31),
        date(2026, 2, 24),
        date(2026, 3, 20),
        date(2026, 8, 10),
        date(2026, 12, 31),
        date(2027, 5, 1),
    )
    assert [moved.steady(day) for day in days] == [1, 1, 2, 3, 4, 6, 6]
    assert some_migration(begins_on=None).steady(days[0]) is None
    assert some_migration(goals=()).steady(days[0]) is None


@pytest.mark.parametrize(
    ("share", "by_on", "on", "expected"),
    [
        ("0.4", date(2026, 3, 31), date(2026, 3, 31), MET),
        ("0.4", date(2026, 3, 2), date(2026, 3, 31), MISSED),  # reached, but a day late
        ("0.5", date(2026, 3, 31), date(2026, 3, 31), MISSED),
        ("0.6", date(2026, 12, 31), date(2026, 3, 31), AHEAD),
        ("0.9", date(2026, 4, 30), date(2026, 3, 31), BEHIND),
    ],
)
def test_a_target_is_judged_by_its_own_day(share: str, by_on: date, on: date, expected: Text) -> None:
    moved = some_migration(goals=(a_goal(share, by_on),))
    assert verdict(moved, moved.goals[0], on) == expected


def test_without_a_pace_or_without_systems_nothing_is_claimed() -> None:
    moved = some_migration(begins_on=None)
    assert verdict(moved, moved.goals[1], date(2026, 3, 31)) == OPEN
    none = some_migration(systems=())
    assert verdict(none, none.goals[0], date(2026, 3, 31)) == UNKNOWN
    figures = migration_report(some_facts(migration=none)).figures
    assert figures["migration.share"].value is None  # n/a, not 0 %


def test_tables_say_who_what_and_when() -> None:
    report = migration_report(some_facts(migration=some_migration()))
    tables, figures = report.tables, report.figures
    assert figures["migration.share"].numerator == 4
    assert figures["migration.unseen"].value == 1
    assert figures["migration.uncounted"].value == 6  # one under construction, five that may not be named
    assert tables["migration.accepted"].column("on") == ("2026-03-01", "2026-03-02", "2026-03-03")
    assert [str(cell) for cell in tables["migration.accepted"].column("held")] == ["一致", "一致", "不一致"]
    assert tables["migration.rooms"].rows[0][:4] == ("自建机房", "2026-11-30", 10, 6)
    units = {str(row[0]): row[1:6] for row in tables["migration.units"].rows}
    assert units == {"市一局": (5, 0, 2, 0, 3), "市二局": (6, 1, 1, 1, 3)}
    months = {row[0]: row for row in tables["migration.months"].rows}
    assert months["2026-03"][1] == 3
    assert months["2026-04"][1] is None  # the future has no numbers
    assert list(months)[-1] == "2026-12"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_whole_in_both_languages(lang: Any) -> None:
    report = migration_report(some_facts(migration=some_migration()))
    html = to_html(report, lang, root_sha256="3f" * 32, version="0.1.0")
    assert ("序时应达" if lang == "zh" else "steady pace") in html
    assert set(charts(report, lang)) == {"months", "units"}


def test_an_acceptance_needs_a_date_and_a_file(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "store"), create=True) as store:
        for value in (
            "2026-03-01",
            {"accepted_on": "2026-03-01"},
            {"accepted_on": "1 March", "evidence": "a.pdf"},
            {"evidence": "a.pdf"},
        ):
            with pytest.raises(UsageError) as caught:
                store.add_decision(an_acceptance("sys-1", value))
            assert caught.value.hint is not None


def an_acceptance(system_id: str, value: object) -> Decision:
    return Decision(
        kind="acceptance",
        subject=system_id,
        value=value,
        actor="王小明",
        role="科长",
        reason="电话 13912345678",
        decided_at=END_OF_MARCH,
    )


@pytest.fixture(scope="module")
def migrated(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the other tests with one acceptance, and the report on March made from it."""
    work = tmp_path_factory.mktemp("migration")
    shutil.copytree(made.store, work / "store")
    with open_store(str(work / "store")) as store:
        store.add_decision(
            an_acceptance("sys-1", {"accepted_on": "2026-03-20", "evidence": "验收单 13912345678.pdf", "by": "王小明"})
        )
    report_on(work / "store", work / "out", work, kind="migration")
    return work


@pytest.mark.slow
def test_the_report_verifies_and_hides_what_it_must(migrated: Path) -> None:
    files = {path.suffix: path for path in (migrated / "out").iterdir()}
    result = verify(files[".zip"], (files[".html"], files[".xlsx"], files[".json"]))
    assert result.passed, [fault.zh for step in result.steps for fault in step.faults]
    with zipfile.ZipFile(files[".zip"]) as archive:
        texts = [files[".html"].read_bytes(), *(archive.read(name) for name in archive.namelist())]
    assert not [word for word in HIDDEN for text in texts if word.encode() in text]


@pytest.mark.slow
def test_a_changed_acceptance_in_the_evidence_is_found(migrated: Path, tmp_path: Path) -> None:
    from report.evidence import seal

    bundle = tmp_path / "bundle"
    with zipfile.ZipFile(next((migrated / "out").glob("*.zip"))) as archive:
        archive.extractall(bundle)
    file = bundle / "decisions.jsonl"
    file.write_text(file.read_text("utf-8").replace("2026-03-20", "2026-04-20"), encoding="utf-8")
    seal(bundle)  # even by somebody who makes all hashes anew
    faults = [fault.en for step in verify(bundle).steps for fault in step.faults]
    assert any("migration.share" in fault for fault in faults), faults


@pytest.mark.slow
def test_the_share_is_that_of_the_planner(migrated: Path) -> None:
    catalogs = load_catalogs(None)
    policy = catalogs.policy("sample-city")
    with open_store(str(migrated / "store")) as store:
        inventory = inventory_at(store, catalogs, END_OF_MARCH)
        decisions = store.decisions(until=END_OF_MARCH)
    scope = find_scope(inventory, (), decisions, catalogs.service("sample-cloud"), date(2026, 3, 31))
    told = json.loads(next((migrated / "out").glob("*.figures.json")).read_bytes())
    share = next(figure for figure in told["figures"] if figure["id"] == "migration.share")
    assert share["denominator"] == counted(scope, policy.migration.excluded)
    assert share["numerator"] == len(scope.migrated)
    rows = next(table for table in told["tables"] if table["id"] == "migration.accepted")["rows"]
    assert [(row[3], row[4]) for row in rows] == [("2026-03-20", "验收单 （已隐去）.pdf")]
    (stored,) = [row for row in decisions if row.kind == "acceptance"]
    assert rows[0][5] == stored.id  # the id that `decisions list` shows, though the evidence names nobody


@pytest.mark.slow
def test_sums_of_the_workbook_go_down_to_the_systems(migrated: Path) -> None:
    book: Any = openpyxl.load_workbook(next((migrated / "out").glob("*.xlsx")))
    cells = [cell.value for row in book["单位进度"].iter_rows(min_row=2) for cell in row if cell.data_type == "f"]
    assert any(value.startswith(("=SUMIFS('系统明细'!", "=SUMIFS(系统明细!")) for value in cells), cells
    names = [
        cell
        for row in book["系统明细"].iter_rows(min_row=2)
        for cell in row
        if isinstance(cell.value, str) and "HYPERLINK" in cell.value
    ]
    assert all(cell.data_type == "s" for cell in names)


def test_a_snapshot_older_than_the_acceptance_says_nothing_against_it() -> None:
    elsewhere = some_migration().systems[3]  # accepted on 3 March, its servers seen elsewhere
    assert _held_against(replace(elsewhere, confirmed=False), date(2026, 3, 3)).confirmed is False
    later = _held_against(replace(elsewhere, confirmed=False), date(2026, 3, 2))
    assert later.confirmed is None
    assert "2026-03-02" in later.stands.zh
    assert _held_against(replace(elsewhere, confirmed=True), date(2026, 3, 2)).confirmed is True


def test_an_acceptance_dated_ahead_does_not_count_yet() -> None:
    later = replace(some_migration().systems[1], accepted_on=date(2026, 5, 1))
    moved = some_migration(systems=(later,), goals=())
    assert (moved.done(date(2026, 4, 30)), moved.done(date(2026, 5, 1))) == (0, 1)
