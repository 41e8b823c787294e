"""Sheets without a column of departments beside one that has it: their systems are those of that name, or it is asked whose they are.

The unit that reports a workbook is not the owner of a row of an attached sheet whose system another sheet gives to
somebody else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from catalogs.words import Text
from inventory.collectors.sheets.sheet_account import SheetAccount
from inventory.fields import FIELDS
from inventory.model import Gap, Record
from inventory.names import DEPARTMENT_FIELDS, normalised

_ELSEWHERE = "=elsewhere"  # the reason of an empty field whose cell says 见附件


def with_owners_of_main_sheet(readings: Sequence[SheetAccount], lent: Collection[int]) -> None:
    """Give the rows of attached sheets to the owners that the main sheet names; ask where that is not certain.

    Args:
        readings: of all sheets.
        lent: places in `readings` of the sheets whose department is only that of the whole file.
    """
    owned: dict[str, list[Record]] = {}
    for at, reading in enumerate(readings):
        if at not in lent and has_owners(reading):
            for record in reading.records:
                if record.kind == "system" and record.fields.get("dept"):
                    owned.setdefault(_name(record), []).append(record)
    if not owned:
        return
    for at in lent:
        if not has_owners(readings[at]):
            _settle(readings[at], owned)


def has_owners(reading: SheetAccount) -> bool:
    """Whether a column of a table says whose its rows are."""
    return any(column.field in DEPARTMENT_FIELDS for layout in reading.layouts for column in layout.columns)


def _name(record: Record) -> str:
    return normalised(str(record.fields.get("sys_name") or ""))


def _settle(reading: SheetAccount, owned: dict[str, list[Record]]) -> None:
    named = {_name(record) for record in reading.records if record.fields.get("sys_name")}
    all_known = named <= owned.keys()
    kept: list[Record] = []
    asked: set[int | None] = set()
    for record in reading.records:
        namesakes = owned.get(_name(record), []) if record.fields.get("sys_name") else []
        if not namesakes or any(other.fields["dept"] == record.fields.get("dept") for other in namesakes):
            kept.append(record)
            continue
        first = namesakes[0]
        is_one = len({other.fields["dept"] for other in namesakes}) == 1
        if is_one and (all_known or any(map(_refers_elsewhere, namesakes))) and not _both_have(record, namesakes):
            kept.append(_owned_by(record, first))
            reading.gaps = [replace(g, subject=kept[-1].id) if g.subject == record.id else g for g in reading.gaps]
        elif record.origin.row not in asked:
            asked.add(record.origin.row)
            reading.rows_recorded -= 1
            reading.rows_asked += 1
            reading.ask(_whose_gap(record, namesakes))
    reading.records = kept


def _refers_elsewhere(record: Record) -> bool:
    reasons = record.fields.get("null_reason") or ()
    return isinstance(reasons, tuple) and any(str(reason).endswith(_ELSEWHERE) for reason in reasons)


def _both_have(record: Record, others: Sequence[Record]) -> bool:
    """Whether both rows hold resources of one kind: they would be added."""
    return any(
        name in FIELDS and FIELDS[name].sums and value is not None and other.fields.get(name) is not None
        for name, value in record.fields.items() for other in others
    )  # fmt: skip


def _owned_by(record: Record, main: Record) -> Record:
    """The record as one of the main sheet's owner; a row of the system itself gets its identity."""
    owner = str(main.fields["dept"])
    prefix = f"ledger:{record.fields.get('dept')}/"
    own = f"ledger:{owner}/{record.id.removeprefix(prefix)}" if record.id.startswith(prefix) else record.id
    return replace(
        record, id=main.id if record.kind == "system" else own, fields={**record.fields, "dept": owner},
        field_origins={**record.field_origins, "dept": main.origin_of("dept")},
    )  # fmt: skip


def _whose_gap(record: Record, others: Sequence[Record]) -> Gap:
    owners = "、".join(dict.fromkeys(str(other.fields["dept"]) for other in others))
    sheet = others[0].origin.sheet or ""
    return Gap(
        kind="conflict", origin=record.origin, subject=others[0].id, field="dept",
        message=Text(f"工作表「{sheet}」里同名的系统是 {owners} 的，这张表没有单位一栏，不知道是不是同一个，这一行没有导入", f"sheet {sheet!r} gives a system of this name to {owners}, this one has no column of departments; whether they are the same is not known; this row was not taken"),
        question=Text("请在这张表加一栏“单位名称”，写明各行是谁的", "add a column 单位名称 to this sheet and say whose each row is"),
    )  # fmt: skip
