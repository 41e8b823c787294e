"""The inventory at a date: the latest complete snapshots until then, the decisions until then, and nothing later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalogs.load import Catalogs, load_catalogs
from catalogs.words import Text
from inventory.ledger.identity import with_stable_ids
from inventory.merging.merge import inventory_at
from inventory.model import Collected, Gap, Origin, Skipped
from inventory.names import Lineage
from inventory.storage.store import Store, open_store
from tests.inventory.builders import a_decision, a_row, a_server

DAY = timedelta(days=1)
START = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def catalogs() -> Catalogs:
    return load_catalogs(None)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path), create=True) as opened:
        yield opened


def ledger(name: str = "排课系统", source: str = "ledger:市教育局", **fields: object) -> Collected:
    record = a_row(name, id_=f"ledger:{name}", source=source, **fields).record  # type: ignore[arg-type]
    return Collected(source=source, collector="ledger", records=(record,))


def add(store: Store, collected: Collected, at: datetime) -> str:
    done = with_stable_ids(collected, store.identities(), Lineage())
    return store.add_snapshot(done.collected, taken_at=at, identities=done.identities).id


def cloud(*names: str, complete: bool = True) -> Collected:
    why = None if complete else Text("云 lab 没有读全", "cloud lab was read only in part")
    records = tuple(a_server(name).record for name in names)
    return Collected(source="openstack:lab", collector="openstack", records=records, complete=complete, why_partial=why)


def test_a_newer_snapshot_replaces_the_older_one_from_its_date_on(store: Store, catalogs: Catalogs) -> None:
    first = add(store, ledger(vcpu=8), START)
    second = add(store, ledger(vcpu=16), START + 2 * DAY)
    before, after = (inventory_at(store, catalogs, START + days * DAY) for days in (1, 3))
    assert ([s.vcpu for s in before.systems], before.snapshots) == ([8], (first,))
    assert ([s.vcpu for s in after.systems], after.snapshots) == ([16], (second,))
    assert before.systems[0].id == after.systems[0].id
    assert inventory_at(store, catalogs, START - DAY).snapshots == ()


def test_what_a_newer_ledger_leaves_out_is_gone_from_then_on(store: Store, catalogs: Catalogs) -> None:
    add(store, ledger("排课系统"), START)
    add(store, ledger("选课系统"), START + 2 * DAY)
    assert [s.name for s in inventory_at(store, catalogs, START + DAY).systems] == ["排课系统"]
    assert [s.name for s in inventory_at(store, catalogs, START + 3 * DAY).systems] == ["选课系统"]


def test_decisions_hold_from_their_date_on(store: Store, catalogs: Catalogs) -> None:
    add(store, ledger(), START)
    add(store, cloud("vm-1"), START)
    (system,) = inventory_at(store, catalogs, START).systems
    store.add_decision(a_decision("mapping", "openstack:vm-1", system.id, decided_at=START + 2 * DAY))
    assert [s.system_id for s in inventory_at(store, catalogs, START + DAY).servers] == [None]
    assert [s.system_id for s in inventory_at(store, catalogs, START + 3 * DAY).servers] == [system.id]


def test_a_partial_snapshot_does_not_hide_a_complete_one_and_is_told(store: Store, catalogs: Catalogs) -> None:
    add(store, cloud("vm-1", "vm-2"), START)
    add(store, cloud("vm-1", complete=False), START + DAY)
    inventory = inventory_at(store, catalogs, START + 2 * DAY)
    assert [s.name for s in inventory.servers] == ["vm-1", "vm-2"]
    assert [text.zh for text in inventory.incomplete] == ["云 lab 没有读全"]
    add(store, cloud("vm-3"), START + 3 * DAY)
    healed = inventory_at(store, catalogs, START + 4 * DAY)
    assert ([s.name for s in healed.servers], healed.incomplete) == (["vm-3"], ())


def test_gaps_of_the_sources_are_those_of_the_snapshots_in_force(store: Store, catalogs: Catalogs) -> None:
    gap = Gap(
        kind="unreadable",
        origin=Origin(source="ledger:市教育局", file="台账.xlsx", sheet="系统", row=9, column="F"),
        message=Text("不是数", "no number"),
    )
    add(store, Collected(source="ledger:市教育局", collector="ledger", records=(), gaps=(gap,)), START)
    assert inventory_at(store, catalogs, START).gaps == (gap,)
    add(store, ledger(), START + DAY)
    assert inventory_at(store, catalogs, START + DAY).gaps == ()


def test_classified_rows_are_counted(store: Store, catalogs: Catalogs) -> None:
    origin = Origin(source="ledger:市教育局", file="台账.xlsx", sheet="系统", row=7)
    skipped = (Skipped(origin=origin, reason="classified"), Skipped(origin=origin, reason="total"))
    add(
        store, Collected(source="ledger:市教育局", collector="ledger", records=ledger().records, skipped=skipped), START
    )
    assert inventory_at(store, catalogs, START).classified_count == 1


def test_the_same_store_gives_the_same_inventory(store: Store, catalogs: Catalogs) -> None:
    add(store, ledger(ip=("10.1.0.5",)), START)
    add(store, cloud("vm-1", "vm-2"), START)
    assert inventory_at(store, catalogs, START) == inventory_at(store, catalogs, START)


def test_a_question_about_identity_is_gone_once_it_is_decided(store: Store, catalogs: Catalogs) -> None:
    add(store, ledger("排课系统", sys_code="E-01"), START)
    add(store, ledger("智慧排课平台", sys_code="E-01"), START + DAY)
    (gap,) = inventory_at(store, catalogs, START + DAY).gaps
    assert (gap.kind, gap.choices) == ("ambiguous", ("same", "different"))
    assert gap.answer_key is not None
    old = inventory_at(store, catalogs, START).systems[0].id
    store.add_decision(a_decision("identity", str(gap.subject), {"same_as": old}, decided_at=START + 2 * DAY))
    inventory = inventory_at(store, catalogs, START + 2 * DAY)
    assert ([(s.id, s.name) for s in inventory.systems], inventory.gaps) == ([(old, "智慧排课平台")], ())


def test_namesakes_of_files_that_name_no_department_stay_apart(store: Store, catalogs: Catalogs) -> None:
    for source in ("ledger:甲.xlsx", "ledger:乙.xlsx"):
        add(store, ledger("门户网站", source=source, dept=None), START)
    assert len(inventory_at(store, catalogs, START).systems) == 2


def test_decisions_about_what_does_not_exist_have_no_effect_and_say_so(store: Store, catalogs: Catalogs) -> None:
    add(store, ledger(), START)
    add(store, cloud("vm-1"), START)
    (system,) = inventory_at(store, catalogs, START).systems
    store.add_decision(a_decision("merge", system.id, "sys-typo", decided_at=START))
    store.add_decision(a_decision("mapping", "openstack:vm-1", "没有这个系统", decided_at=START))
    inventory = inventory_at(store, catalogs, START)
    assert ([s.id for s in inventory.systems], inventory.servers[0].system_id) == ([system.id], None)
    said = [gap.message.zh for gap in inventory.gaps if gap.origin.source == "decision"]
    assert len(said) == 2
    assert all("没有生效" in text for text in said)
