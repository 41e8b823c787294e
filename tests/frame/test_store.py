"""The store: append-only, all or nothing, a chain of decisions, refusal of another version."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from catalogs.errors import StoreError, UsageError
from catalogs.words import Text
from inventory.model import Collected, Contact, Gap, Origin, Record, Skipped
from inventory.storage.decisions import Decision, in_force
from inventory.storage.store import Store, TelemetryFile, open_store

AT = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
SOURCE = "ledger:市教育局"
HERE = Origin(source=SOURCE, file="教育局.xlsx", sheet="台账", row=7)


def a_collection(*, vcpu: int = 4, complete: bool = True) -> Collected:
    return Collected(
        source=SOURCE,
        collector="ledger",
        records=(
            Record(
                kind="system",
                id="sys-1",
                fields={"sys_name": "学籍管理系统", "vcpu": vcpu, "ip": ("10.1.1.1", "10.1.1.2"), "os_app": None},
                origin=HERE,
                columns={"sys_name": "B", "vcpu": "F"},
                field_origins={"ip": Origin(source=SOURCE, file="教育局.xlsx", sheet="台账", row=8, column="G")},
            ),
        ),
        gaps=(Gap(kind="ambiguous", origin=HERE, message=Text("单位不明", "unit unclear"), choices=("TB", "GB")),),
        skipped=(Skipped(origin=HERE, reason="total"),),
        contacts=(
            Contact(id="c-1", department="市教育局", role="owner", name="张三", phone="13800000000", origin=HERE),
        ),
        complete=complete,
        why_partial=None if complete else Text("Cinder 未应答", "Cinder did not answer"),
        accounting={"rows_read": 3},
    )


def a_decision(value: object = "retire", *, days: int = 0, supersedes: str | None = None) -> Decision:
    return Decision(
        kind="disposition", subject="sys-1", value=value, actor="李四", role="科长", reason="业务已并入省平台",
        decided_at=AT + timedelta(days=days), supersedes=supersedes,
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "store"), create=True)


def test_everything_of_a_collection_comes_back(store: Store) -> None:
    collected = a_collection()
    made = store.add_snapshot(collected, taken_at=AT)
    assert store.snapshots() == [made]
    assert tuple(store.records([made.id])) == collected.records
    assert tuple(store.gaps([made.id])) == collected.gaps
    assert tuple(store.skipped([made.id])) == collected.skipped
    assert tuple(store.contacts([made.id])) == collected.contacts
    assert collected.records[0].origin_of("vcpu").place == "教育局.xlsx, 台账!F7"
    assert collected.records[0].origin_of("ip").place == "教育局.xlsx, 台账!G8"


def test_the_same_collection_twice_is_one_snapshot(store: Store) -> None:
    first = store.add_snapshot(a_collection(), taken_at=AT)
    assert store.add_snapshot(a_collection(), taken_at=AT) == first
    assert len(store.snapshots()) == 1


def test_the_latest_complete_snapshot_counts_and_as_of_looks_back(store: Store) -> None:
    first = store.add_snapshot(a_collection(vcpu=4), taken_at=AT)
    store.add_snapshot(a_collection(vcpu=8, complete=False), taken_at=AT + timedelta(days=1))
    third = store.add_snapshot(a_collection(vcpu=16), taken_at=AT + timedelta(days=2))
    assert store.latest(AT + timedelta(days=1)) == {SOURCE: first}
    assert store.latest(AT + timedelta(days=2)) == {SOURCE: third}
    assert store.latest(AT - timedelta(days=1)) == {}


def test_a_partial_snapshot_stands_in_where_none_is_complete(store: Store) -> None:
    made = store.add_snapshot(a_collection(complete=False), taken_at=AT)
    assert store.latest(AT) == {SOURCE: made}
    assert made.why_partial == Text("Cinder 未应答", "Cinder did not answer")


CHANGES = (
    "UPDATE record SET id = 'x'",
    "DELETE FROM snapshot",
    "UPDATE decision SET actor = 'x'",
    "DELETE FROM plan",
)


@pytest.mark.parametrize("statement", CHANGES)
def test_no_row_can_be_changed_or_removed(store: Store, tmp_path: Path, statement: str) -> None:
    store.add_snapshot(a_collection(), taken_at=AT)
    store.add_decision(a_decision())
    store.add_plan(problem=b"{}", plan=b"{}", about={}, made_at=AT)
    raw = sqlite3.connect(tmp_path / "store" / "govcloud.db")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(statement)
    raw.close()


def tamper(folder: Path, *statements: str) -> None:
    raw = sqlite3.connect(folder / "govcloud.db")
    for statement in statements:
        raw.execute(statement)
    raw.commit()
    raw.close()


def test_decisions_keep_their_order_and_the_last_one_holds(store: Store) -> None:
    first = store.add_decision(a_decision())
    second = store.add_decision(a_decision(value="move", days=1, supersedes=first.id))
    assert store.decisions() == [first, second]
    assert store.decisions(until=AT) == [first]
    assert in_force(store.decisions(), "disposition") == {"sys-1": second}
    assert in_force(store.decisions(until=AT), "disposition") == {"sys-1": first}


def test_a_decision_of_unknown_kind_or_value_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="disposition"):
        store.add_decision(
            Decision(kind="whim", subject="x", value="y", actor="a", role="r", reason="z", decided_at=AT)
        )
    with pytest.raises(UsageError, match="retire"):
        store.add_decision(a_decision(value="explode"))
    with pytest.raises(StoreError, match="没有决定"):
        store.add_decision(a_decision(supersedes="20200101T000000Z-00000000"))
    assert store.decisions() == []


def test_a_changed_decision_breaks_the_chain(store: Store, tmp_path: Path) -> None:
    store.add_decision(a_decision())
    store.add_decision(a_decision(days=1))
    tamper(tmp_path / "store", "DROP TRIGGER decision_no_update", "UPDATE decision SET actor = '王五' WHERE number = 1")
    with pytest.raises(StoreError, match="改动"):
        store.decisions()


def test_a_plan_is_found_by_the_beginning_of_its_id_and_refused_when_changed(store: Store, tmp_path: Path) -> None:
    made = store.add_plan(problem=b'{"a":1}', plan=b'{"b":2}', about={"left_out": []}, made_at=AT)
    assert store.plan("latest") == store.plan(made.id[:20]) == made
    with pytest.raises(StoreError, match="找不到"):
        store.plan("2019")
    tamper(tmp_path / "store", "DROP TRIGGER plan_no_update", "UPDATE plan SET plan = x'00'")
    with pytest.raises(StoreError, match="改动"):
        store.plan("latest")


def test_the_latest_of_two_plans_of_one_instant_is_the_one_made_last(store: Store) -> None:
    def make(plan: bytes) -> str:
        made = store.add_plan(problem=b"{}", plan=plan, about={}, made_at=AT)
        store.add_run(
            command="govcloud plan make", version="0", as_of=AT, actor="a", catalogs_sha256=None, result=made.id
        )
        return made.id

    by_name = sorted([make(b"1"), make(b"2")])
    for plan in (b"1", b"2", b"1"):  # whatever their ids are; making the same plan again counts too
        last = make(plan)
        assert store.plan("latest").id == last
    store.add_run(
        command="govcloud report plan", version="0", as_of=AT, actor="a", catalogs_sha256=None, result=by_name[0]
    )
    assert store.plan("latest").id == last


def test_telemetry_files_are_listed_once(store: Store) -> None:
    file = TelemetryFile(
        path="raw/a.parquet", kind="raw", source="csv", day="2026-03-01", row_count=24, sha256="0" * 64, schema_version=1,
        added_at=AT, about={"late": 0},
    )  # fmt: skip
    store.add_telemetry_files([file])
    store.add_telemetry_files([file])
    assert store.telemetry_files("raw") == [file]
    assert store.telemetry_files("rollup") == []


def test_a_missing_store_is_an_error_unless_asked_for(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="还没有存储"):
        open_store(str(tmp_path / "none"))


def test_a_store_of_another_version_is_refused_unchanged(tmp_path: Path) -> None:
    open_store(str(tmp_path), create=True).close()
    tamper(tmp_path, "UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(StoreError, match="0999"):
        open_store(str(tmp_path), create=True)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "govcloud.db").write_bytes(b"not a database at all, but long enough to be read as one" * 40)
    with pytest.raises(StoreError, match="打不开"):
        open_store(str(tmp_path))


def test_a_full_disk_is_said_and_nothing_is_half_written(store: Store) -> None:
    # SQLite answers a database at its size limit just as a full disk: "database or disk is full".
    event.listen(store._engine, "begin", lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 60"))
    records = tuple(Record(kind="server", id=f"s{i}", fields={"name": "x" * 200}, origin=HERE) for i in range(4000))
    with pytest.raises(StoreError, match="磁盘已满"):
        store.add_snapshot(Collected(source="big", collector="ledger", records=records), taken_at=AT)
    assert store.snapshots() == []


def test_readers_do_not_wait_for_a_writer(store: Store, tmp_path: Path) -> None:
    store.add_snapshot(a_collection(), taken_at=AT)
    with store._transaction():
        assert len(open_store(str(tmp_path / "store")).snapshots()) == 1
