"""Cells of numbers: amounts with their units, shares, levels. A unit that was not seen is asked where it matters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from inventory.collectors.cells.capacities import Capacity, read_capacity
from inventory.collectors.cells.capacity_words import DOUBTFUL_WORDS
from inventory.collectors.cells.cell_types import Cell, Raw, normal, plain_text
from inventory.collectors.cells.levels import read_level
from inventory.collectors.cells.quantities import Quantity, factor, is_harmless, read_quantity, without_remark
from inventory.collectors.cells.text_cells import ticked
from inventory.collectors.cells.unit_bounds import against_its_unit
from inventory.collectors.columns.heading_keys import value_key
from inventory.collectors.secrets.credentials import mask
from inventory.fields import FIELDS

if TYPE_CHECKING:
    from inventory.collectors.cells.cells import ColumnReader


# More than a whole city has in one row; a telephone number is none of them.
_MOST: Mapping[str, float] = {"vm_count": 100_000, "phys_count": 100_000, "vcpu": 1_000_000}
_PHONE = re.compile(r"^1[3-9]\d{9}$")


def quantity_cell(column: ColumnReader, raw: Raw) -> Cell:  # noqa: PLR0911 - one return for each thing that can be wrong
    """An amount in the unit of its cell, else of its heading; without a unit it is clear only where declared."""
    dimension = column.type
    text = normal(raw)
    if isinstance(raw, bool | date | datetime | time | timedelta):
        return column.unreadable(raw, "不是数", "is not a number")
    bare, remark = (text, None) if not isinstance(raw, str) else without_remark(text)
    if remark is not None and DOUBTFUL_WORDS.search(remark) and not is_harmless(remark):
        remark, bare = None, text
    quantity = Quantity(float(raw)) if isinstance(raw, int | float) else read_quantity(bare, dimension)
    parts = _disk_parts(column, text) if quantity is None else None
    if parts is None and quantity is None:
        parts = _of_each(column, text)
    if parts is not None:
        return parts
    if quantity is None:
        return column.unreadable(
            raw, f"读不成{FIELDS[column.name].label.zh}的数", f"is not a number for {FIELDS[column.name].label.en}"
        )
    if quantity.number > _MOST.get(column.name, 1e12) or (dimension in {"count", "number"} and _PHONE.match(text)):
        return column.unreadable(raw, "太大，不是数量", "is too large for a number of these")
    if quantity.number < 0:
        return column.unreadable(raw, "是负数", "is negative")
    unit = quantity.unit or column.unit
    if remark is not None:
        return quantity_cell(column, bare)._replace(raw=text)
    if quantity.unit is None and unit is not None and (doubt := against_its_unit(column.name, quantity.number, unit)):
        return column.ask(text, doubt.zh, doubt.en, _UNIT_QUESTIONS[dimension][2])
    if unit is not None and factor(unit, dimension) is None:
        return column.unreadable(raw, f"的单位 {unit} 不适用", f"has the unit {unit}, which does not fit")
    if unit is None:
        return _unitless(column, quantity, raw)
    if quantity.unit and column.unit and scaled(quantity, unit, dimension) != scaled(quantity, column.unit, dimension):
        noted = plain_text(raw)  # the cell's own unit wins over the heading's; the text is kept so that it can be seen
        return _typed(column, quantity, unit, noted)
    marked = quantity.approximate or quantity.times is not None
    return _typed(column, quantity, unit, plain_text(raw) if marked else None)


def _disk_parts(column: ColumnReader, text: str) -> Cell | None:
    """`系统盘100G+数据盘500G` in a column of storage: the whole, and its parts for columns that the sheet has not."""
    if column.name not in {"storage", "disk"}:
        return None
    found = read_capacity(text)
    if not isinstance(found, Capacity) or found.vcpu is not None or found.memory_gib is not None or found.counted:
        return None
    sizes = {"sys_disk": found.sys_disk_gib, "data_disk": found.data_disk_gib, "disk": found.disk_gib}
    known = {name: _whole(size) for name, size in sizes.items() if size is not None}
    if not known:
        return None
    parts = tuple((name, size) for name, size in known.items() if name != "disk")
    return Cell(_whole(sum(known.values())), raw=plain_text(text), parts=parts)


_LABELS: Mapping[str, str] = {"vcpu": "cpu", "mem": "内存", "storage": "硬盘", "data_disk": "硬盘", "sys_disk": "硬盘"}
_EACH = re.compile(r"每台|单台|各")


def _of_each(column: ColumnReader, text: str) -> Cell | None:
    """`每台16核，共3台` in a column of cores or sizes: all machines together, where the cell says nothing else."""
    label = _LABELS.get(column.name)
    if label is None or not _EACH.search(text):
        return None
    found = read_capacity(f"{label}{text}")
    if not isinstance(found, Capacity) or found.machines < _SEVERAL or found.multiplied:
        return None
    amounts = {"cpu": found.vcpu, "内存": found.memory_gib, "硬盘": found.disk_gib}
    own = amounts.pop(label)
    others = (*amounts.values(), found.sys_disk_gib, found.data_disk_gib)
    return (
        None if own is None or any(other is not None for other in others) else Cell(_whole(own), raw=plain_text(text))
    )


_SEVERAL = 2  # machines; «each» of one says nothing


def _whole(number: float) -> float:
    return int(number) if float(number).is_integer() else number


def _typed(column: ColumnReader, quantity: Quantity, unit: str, noted: str | None) -> Cell:
    value = scaled(quantity, unit, column.type)
    if column.type in {"cores", "count"}:
        if not float(value).is_integer():
            return column.unreadable(noted or quantity.number, "不是整数", "is not a whole number")
        value = int(value)
    return Cell(value, approximate=quantity.approximate, raw=noted, times=quantity.times)


def scaled(quantity: Quantity, unit: str, dimension: str) -> float:
    """A quantity written in a unit, in the stored unit of its dimension."""
    scale = factor(unit, dimension)
    value = round(float(quantity.number) * (1.0 if scale is None else scale), 9)
    return int(value) if value.is_integer() and dimension in {"size", "bandwidth"} else value


_PLAIN_UNIT = {"cores": "核", "count": "个", "number": "个"}


def _unitless(column: ColumnReader, quantity: Quantity, raw: Raw) -> Cell:
    """A number with no unit in cell or heading: clear for counts, clear within declared bounds, else a question."""
    noted = plain_text(raw) if quantity.approximate or quantity.times else None
    if column.type in _PLAIN_UNIT:
        return _typed(column, quantity, _PLAIN_UNIT[column.type], noted)
    if quantity.number == 0:
        return Cell(0)
    bounds = column.words.bare.get(column.name)
    if bounds and bounds[1] <= quantity.number / (quantity.times or 1) <= bounds[2]:
        return _typed(column, quantity, bounds[0], noted)
    text = plain_text(raw)
    zh, en, choices = _UNIT_QUESTIONS[column.type]
    return column.ask(text, zh, en, choices, key="unit")


_UNIT_QUESTIONS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "size": ("没有单位，是 GB、TB 还是 MB？", "no unit: GB, TB or MB?", ("GB", "TB", "MB")),
    "money": ("没有单位，是万元还是元？", "no unit: 万元 or 元？", ("万元", "元")),
    "bandwidth": ("没有单位，是 Mbps 还是 Gbps？", "no unit: Mbps or Gbps?", ("Mbps", "Gbps")),
    "ratio": ("没有 %，是比例还是百分数？", "no %: a share or percent?", ("%", "ratio")),
}


def ratio_cell(column: ColumnReader, raw: Raw) -> Cell:
    """`45%` and a percent-formatted 0.45 are clear; 0.45 below a heading with % is 0.45 % unless formatted."""
    if isinstance(raw, str) and _PLAIN_NUMBER.fullmatch(text := normal(raw)):
        number = float(text)
        if column.unit is not None and 0 < number <= 1:
            return _share_or_percent(column, raw, number)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        if column.percent_format:
            return Cell(float(raw)) if 0 <= raw <= _MOST_USED else column.unreadable(raw, "不是使用率", "is no usage")
        if column.unit is None and 1 < raw <= 100 * _MOST_USED:
            return Cell(round(raw / 100, 9))
        if column.unit is not None and 0 < raw <= 1:
            return _share_or_percent(column, raw, float(raw))
    cell = quantity_cell(column, raw)
    if isinstance(cell.value, int | float) and cell.value > _MOST_USED:
        return column.unreadable(raw, "超过 100%，不是使用率", "is over 100 %, which is no usage")
    return cell


_PLAIN_NUMBER = re.compile(r"\d+(\.\d+)?")

_MOST_USED = 1.0


def _share_or_percent(column: ColumnReader, raw: Raw, number: float) -> Cell:
    return column.ask(
        plain_text(raw), f"是 {number:g}% 还是 {number:.0%}？", f"is it {number:g}% or {number:.0%}?", ("%", "ratio"), key="unit"
    )  # fmt: skip


def level_cell(column: ColumnReader, raw: Raw) -> Cell:
    """A level of protection, 1 to 5."""
    text = plain_text(raw)
    read = read_level(value_key(ticked(text)))
    noted = mask(text)[0] if read.noted else None
    if read.ungraded:
        return Cell(null_reason="ungraded", raw=noted)
    if read.level is not None:
        return Cell(read.level, raw=noted)
    return column.ask(text, "是等保几级？", "which MLPS level?", ("一级", "二级", "三级", "四级", "未定级"))
