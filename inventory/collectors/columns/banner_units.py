"""Units above the headings: `单位：万元` holds for every column of money that states no unit of its own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from inventory.collectors.cells.quantities import UNITS
from inventory.collectors.columns.heading_keys import heading_key
from inventory.collectors.columns.layout import Layout
from inventory.collectors.workbooks.grid import Row
from inventory.fields import FIELDS

# 金额单位：万元；存储单位：TB — also several units after one colon
_STATED = re.compile(r"([\u4e00-\u9fff、和及]{0,14}?)(?:计量)?单位[:]([^;,。()]{1,24})")
# 单位：CPU-核 内存-GB 存储-TB
_PAIR = re.compile(r"(内存|存储|硬盘|磁盘|数据|金额|费用)\s*[-—:为]\s*([a-z]{1,3}|万?元)(?![a-z])", re.IGNORECASE)
_PIECES = re.compile(r"[\s、/和及]+")
_WHOSE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("内存", ("mem",)),
    (
        "存储",
        ("storage", "storage_used", "sys_disk", "data_disk", "object_storage", "data_size", "backup_size", "disk"),
    ),
    ("硬盘", ("storage", "storage_used", "sys_disk", "data_disk", "disk")),
    ("数据", ("data_size", "backup_size")),
)
_DIMENSIONS = ("money", "size")
MOST_TEXTS = 3  # of a title: its name, the date, the unit
_UNCLEAR = frozenset({"m", "k"})  # Mbit/s or MB
_NOT_OF_MEMORY = frozenset({"tb", "t", "tib", "pb", "p"})


def with_banner_units(layout: Layout, head: Sequence[Row]) -> Layout:
    """The layout with the units that stand above it, for columns whose heading has none."""
    stated = _stated(head[: layout.top])
    if not stated:
        return layout
    columns = tuple(
        column if column.unit is not None else replace(column, unit=_unit_for(column.field, stated))
        for column in layout.columns
    )
    return replace(layout, columns=columns)


def states_units(row: Row) -> bool:
    """Whether a row of texts says units for what stands below it: `表二 拟建系统 | 单位：TB`."""
    filled = [cell for cell in row if cell != ""]
    return len(filled) <= MOST_TEXTS and all(isinstance(cell, str) for cell in filled) and bool(_stated([row]))


def with_section_units(layout: Layout, row: Row) -> Layout:
    """The layout for a section whose title says its units: they hold for headings that have none, in place of those further up."""
    stated = _stated([row])
    columns = tuple(
        replace(column, unit=_unit_for(column.field, stated) or column.unit)
        if not any(heading_key(text).unit for text in layout.levels.get(column.index, ()))
        else column
        for column in layout.columns
    )
    return replace(layout, columns=columns)


def _stated(rows: Sequence[Row]) -> Mapping[tuple[str, str], str]:
    """(whose or empty, dimension) → unit."""
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        for cell in row:
            if not isinstance(cell, str) or "单位" not in cell:
                continue
            plain = unicodedata.normalize("NFKC", cell)
            for whose, units in _STATED.findall(plain):
                for unit in _PIECES.split(units.strip().lower()):
                    for dimension in _DIMENSIONS:
                        if unit in UNITS[dimension] and unit not in _UNCLEAR:
                            found.update(
                                {
                                    (owner, dimension): unit
                                    for owner in _owners(whose)
                                    if (owner, dimension) not in found
                                }
                            )
            for whose, unit in _PAIR.findall(plain):
                dimension = "money" if unit.lower().endswith("元") else "size"
                if unit.lower() in UNITS[dimension] and unit.lower() not in _UNCLEAR:
                    found.update({(owner, dimension): unit.lower() for owner in _owners(whose)})
    return found


def _owners(whose: str) -> tuple[str, ...]:
    return tuple(name for name, _ in _WHOSE if name in whose.replace("磁盘", "硬盘")) or ("",)


def _unit_for(field: str, stated: Mapping[tuple[str, str], str]) -> str | None:
    dimension = FIELDS[field].type
    for name, fields in _WHOSE:
        if field in fields and (name, dimension) in stated:
            return stated[name, dimension]
    unit = stated.get(("", dimension))
    return None if field == "mem" and unit in _NOT_OF_MEMORY else unit
