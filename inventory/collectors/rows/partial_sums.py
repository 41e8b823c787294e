"""A system in several rows, one of which has an amount that could not be read: what the other rows have is no sum yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from catalogs.words import Text
from inventory.collectors.sheets.sheet_account import SheetAccount
from inventory.fields import FIELDS
from inventory.model import Gap, Record

_OF_SPEC = ("vcpu", "mem", "storage", "sys_disk", "data_disk", "disk", "vm_count")  # what a specification may hold


def without_partial_sums(readings: Sequence[SheetAccount]) -> None:
    """Withhold amounts of a system's rows as long as another row's amount of that kind is a question."""
    rows: dict[str, int] = {}
    for reading in readings:
        for record in reading.records:
            if record.kind == "system":
                rows[record.id] = rows.get(record.id, 0) + 1
    several = {subject for subject, count in rows.items() if count > 1}
    if not several:
        return
    open_: dict[tuple[str, str], Gap] = {}
    for reading in readings:
        at_place: dict[tuple[str, int | None], list[Record]] = {}
        for record in reading.records:
            if record.kind == "system" and record.id in several:
                at_place.setdefault((record.id, record.origin.row), []).append(record)
        for gap in reading.gaps:
            own = at_place.get((gap.subject or "", gap.origin.row), [])
            if not own or gap.kind not in {"unreadable", "ambiguous"} or gap.field is None:
                continue
            for name in _OF_SPEC if gap.field == "spec" else (gap.field,):
                if name in FIELDS and FIELDS[name].sums and any(record.fields.get(name) is None for record in own):
                    open_.setdefault((own[0].id, name), gap)
    for reading in readings if open_ else ():
        reading.records = [
            _withheld(record, open_, reading) if record.id in several else record for record in reading.records
        ]


def _withheld(record: Record, open_: dict[tuple[str, str], Gap], reading: SheetAccount) -> Record:
    if record.kind != "system":
        return record
    held = [n for n, v in record.fields.items() if v is not None and (record.id, n) in open_]
    for name in held:
        reading.ask(_partial_gap(record, name, open_[record.id, name]))
    return replace(record, fields={**record.fields, **dict.fromkeys(held)}) if held else record


def _partial_gap(record: Record, field: str, gap: Gap) -> Gap:
    """An amount that cannot be added up before the other one is known; answered by the same answer."""
    label, value = FIELDS[field].label, record.fields.get(field)
    where = f"第 {gap.origin.row} 行" if gap.origin.row else "另一行"
    return Gap(
        kind="ambiguous", origin=record.origin_of(field), subject=record.id, field=field, raw=str(value), answer_key=gap.answer_key, choices=gap.choices,
        message=Text(f"{label.zh}：这一行是 {value}，同一系统{where}的还没有读懂，合计不全，没有取值", f"{label.en}: {value} here, while that of row {gap.origin.row} of the same system is not understood yet; the sum would not be whole, nothing is taken"),
        question=gap.question,
    )  # fmt: skip
