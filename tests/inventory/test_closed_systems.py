"""A ledger that marks a system as classified closes it for every look back; a row without a name closes what may be it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from catalogs.load import Catalogs, load_catalogs
from inventory.closed_systems import Mark, closed_by_mark, closed_names
from inventory.merging.merge import inventory_at
from inventory.model import Collected, Inventory, Record
from inventory.storage.store import Store, open_store
from tests.inventory.builders import a_decision, a_row
from tests.inventory.command import Done, call

HEADINGS = "系统名称,单位名称,系统编码,是否涉密,服务器数量,CPU核数,IP地址"
OPEN = ("排课系统", "选课系统", "校车平台", "学籍系统")
MARCH = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
MAY = datetime(2026, 5, 31, tzinfo=UTC)


class Centre:
    """A workspace into which the education office's ledger is taken month by month."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def takes(self, day: str, *rows: tuple[str, str], more: tuple[str, ...] = ()) -> Done:
        lines = [
            f"{name},市教育局,{'-' if name == '某系统' else f'JY-{n:03d}'},{said},1,4,10.1.1.{n}"
            for n, (name, said) in enumerate(rows, start=1)
        ]
        file = self.folder / "市教育局台账.csv"
        file.write_text("\n".join((HEADINGS, *lines)) + "\n", encoding="utf-8")
        done = call("collect", "ledger", file.name, "--as-of", day, *more, folder=self.folder)
        assert done.returncode == 0, done.stderr
        return done

    def sees(self, at: datetime = MARCH) -> Inventory:
        with open_store(str(self.folder / "store")) as store:
            return inventory_at(store, load_catalogs(None), at)

    def names(self, at: datetime = MARCH) -> list[str]:
        return sorted(system.name for system in self.sees(at).systems)


def all_open(*classified: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, "是" if name in classified else "否") for name in OPEN)


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    made = Centre(tmp_path)
    made.takes("2026-03-20", *all_open())
    assert made.names() == sorted(OPEN)
    return made


def test_a_system_that_its_ledger_marks_later_is_only_counted_in_every_look_back(centre: Centre) -> None:
    done = centre.takes("2026-04-20", *all_open("校车平台"))
    assert "校车平台" not in done.stdout + done.stderr
    assert "1 个原来登记的系统在这份台账里标为涉密" in done.stdout.replace("\n", "")
    for at in (MARCH, MAY):
        assert "校车平台" not in centre.names(at)
        assert (len(centre.sees(at).systems), centre.sees(at).classified_count) == (3, 1)
    assert "校车平台" not in json.dumps([gap.as_json() for gap in centre.sees().gaps], ensure_ascii=False)


def test_the_same_ledger_again_changes_nothing(centre: Centre) -> None:
    centre.takes("2026-04-20", *all_open("校车平台"))
    again = centre.takes("2026-05-20", *all_open("校车平台"), more=("--json",))
    file = json.loads(again.stdout)["data"]["files"][0]
    assert (file["snapshot"], file["classified_since"]) == (None, {"systems": 0, "may_be": 0})
    assert "校车平台" not in again.stdout


def test_a_later_ledger_that_lists_it_as_open_again_opens_it(centre: Centre) -> None:
    centre.takes("2026-04-20", *all_open("校车平台"))
    centre.takes("2026-05-20", *all_open())
    assert centre.names() == sorted(OPEN)
    centre.takes("2026-05-25", *all_open("校车平台"))  # and a third one may close it anew
    assert "校车平台" not in centre.names()


def test_a_new_classified_row_without_a_known_name_closes_what_went_with_it(centre: Centre) -> None:
    rows = tuple(("某系统", "是") if name == "校车平台" else (name, said) for name, said in all_open())
    done = centre.takes("2026-04-20", *[row for row in rows if row[0] != "学籍系统"])
    assert "2 个系统都可能是它" in done.stdout.replace("\n", "")
    assert centre.names() == ["排课系统", "选课系统"]
    system = next(one for one in _ids(centre) if _ids(centre)[one] == ["学籍系统"])
    call("decisions", "add", "secrecy", system, "非涉密", "--reason", "已下线", "--role", "保密办", "--as-of", "2026-04-21", folder=centre.folder)  # fmt: skip
    assert centre.names() == sorted(["排课系统", "选课系统", "学籍系统"])


def test_a_classified_row_under_another_name_is_known_by_its_code(centre: Centre) -> None:
    centre.takes(
        "2026-04-20", *((f"{name}（新）" if said == "是" else name, said) for name, said in all_open("校车平台"))
    )
    assert centre.names() == ["学籍系统", "排课系统", "选课系统"]


def test_what_only_went_stays_named(centre: Centre) -> None:
    centre.takes("2026-04-20", *all_open()[:3])
    assert centre.names() == sorted(OPEN)


def _ids(centre: Centre) -> dict[str, list[str]]:
    with open_store(str(centre.folder / "store")) as store:
        return closed_names(store)


# --- without files ----------------------------------------------------------------------------------------------


@pytest.fixture
def catalogs() -> Catalogs:
    return load_catalogs(None)


def taken(store: Store, source: str, at: datetime, **more: Any) -> None:
    record: Record = a_row("门户", id_="sys-1", source=source, **more).record
    store.add_snapshot(Collected(source=source, collector=source.partition(":")[0], records=(record,)), taken_at=at)


def test_another_source_that_marks_it_later_closes_it_too(tmp_path: Path, catalogs: Catalogs) -> None:
    with open_store(str(tmp_path), create=True) as store:
        taken(store, "ledger:市教育局", datetime(2026, 3, 1, tzinfo=UTC), secret="非涉密")
        assert [one.name for one in inventory_at(store, catalogs, MARCH).systems] == ["门户"]
        taken(store, "bk_cmdb:中心", datetime(2026, 4, 1, tzinfo=UTC), secret="涉密")
        found = inventory_at(store, catalogs, MARCH)
        assert ([one.name for one in found.systems], found.classified_count) == ([], 1)


def test_a_ruling_after_the_mark_lifts_it_and_one_before_does_not() -> None:
    since = datetime(2026, 4, 20, tzinfo=UTC)
    mark = Mark(system_id="sys-1", source="ledger:市教育局", since=since)
    before, after = (a_decision("secrecy", "sys-1", "非涉密", decided_at=since.replace(day=day)) for day in (1, 25))
    merged = a_decision("identity", "sys-9", {"same_as": "sys-1"}, decided_at=since)
    assert {row.subject for row in closed_by_mark([mark], [before, merged], (), MARCH)} == {"sys-1", "sys-9"}
    assert list(closed_by_mark([mark], [before, after, merged], (), MARCH)) == []


def test_other_systems_that_call_it_name_it_no_more(tmp_path: Path, catalogs: Catalogs) -> None:
    source, at = "ledger:市教育局", datetime(2026, 3, 1, tzinfo=UTC)
    rows = (
        a_row("学籍系统", id_="sys-1", source=source).record,
        a_row(
            "报表系统",
            id_="sys-2",
            row=6,
            source=source,
            deps=("学籍系统", "门户"),
            remark="数据来自学籍系统，每日一次",
        ).record,
        a_row("学籍系统移动端", id_="sys-3", row=7, source=source, replaced_by="学籍系统").record,
    )
    with open_store(str(tmp_path), create=True) as store:
        store.add_snapshot(Collected(source=source, collector="ledger", records=rows), taken_at=at)
        store.add_decision(a_decision("secrecy", "sys-1", "涉密", decided_at=datetime(2026, 4, 20, tzinfo=UTC)))
        for seen_at in (MARCH, MAY):
            report, mobile = inventory_at(store, catalogs, seen_at).systems
            assert report.fields["deps"] == ("（涉密，不列名称）", "门户")
            assert report.fields["remark"] == "数据来自（涉密，不列名称），每日一次"
            assert (mobile.name, mobile.fields["replaced_by"]) == ("学籍系统移动端", "（涉密，不列名称）")
