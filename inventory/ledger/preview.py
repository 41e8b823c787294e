"""The first systems of a file as they were read, and the sums of all: what a person compares with the sheet at one glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from catalogs.words import Text, tr
from inventory.fields import FIELDS
from inventory.model import Record, Value

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text as RichText

SHOWN = 3  # records
PLACE_WIDTH = 16  # cells of the terminal for `普查表!AB12`
_SUMMED = ("vm_count", "phys_count", "vcpu", "mem", "sys_disk", "data_disk", "storage")
_SHOWN_FIELDS = ("dept", *_SUMMED, "online_date", "mlps_level", "status", "zone", "location", "ops_cost")
_FIXED = "\u00a0"  # a blank at which no line ends
_UNITS: Mapping[str, Text] = {
    "mem": Text("GiB", "GiB"), "sys_disk": Text("GiB", "GiB"), "data_disk": Text("GiB", "GiB"), "storage": Text("GiB", "GiB"),
    "ops_cost": Text("万元", "10k CNY"), "vm_count": Text("台", ""), "phys_count": Text("台", ""),
}  # fmt: skip


def print_preview(console: Console, records: Sequence[Record]) -> None:
    """A line for each of the first records, with the cell's own text where it was not read as it stands; then the sums."""
    from rich.text import Text as RichText

    if not records:
        return
    console.print(tr("读成（前几条）", "read as (the first ones)"), style="bold")
    for record in records[:SHOWN]:
        named = "server_name" if record.kind == "server" else "sys_name"
        named = named if record.fields.get(named) is not None or record.kind == "system" else "host_name"
        name = record.fields.get(named) or record.id
        origin = record.origin_of(named)
        line = RichText()
        line.append(str(name)[:40], style="bold")
        told = tr("，", ", ").join(
            _value(key, value) for key in _SHOWN_FIELDS if (value := record.fields.get(key)) not in (None, ())
        )
        line.append(f"  {told}")
        raw = record.fields.get("raw")
        if isinstance(raw, tuple) and raw:
            line.append(
                tr("；原文 ", "; written ") + tr("，", ", ").join(_written(item) for item in raw[:4]), style="dim"
            )
        place = f"{origin.sheet or ''}!{origin.column or ''}{origin.row or ''}".strip("!")
        print_beside(console, RichText(f"  {place}", style="dim"), [line])
    if sums := _sums(records):
        total = tr("全部相加：", "all together: ") + tr("，", ", ").join(sums)
        print_beside(console, RichText(), [RichText(total)])


def _value(name: str, value: Value) -> str:
    unit = str(_UNITS.get(name, ""))
    gap = _FIXED if unit.isascii() and unit else ""
    return f"{FIELDS[name].label}{_FIXED}{_shown(value)}{gap}{unit}"


def _shown(value: Value) -> str:
    if isinstance(value, tuple):
        return tr("、", ", ").join(map(str, value))
    if isinstance(value, float):
        return f"{value:,.10g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _written(item: str) -> str:
    """`vcpu=2路8核` of a record's raw texts, with the field's name as people know it."""
    name, _, text = item.partition("=")
    label = str(FIELDS[name].label) if name in FIELDS else name
    return f"{label}「{text[:30]}」"


def _sums(records: Sequence[Record]) -> list[str]:
    found = []
    for name in _SUMMED:
        numbers = [value for record in records if isinstance(value := record.fields.get(name), int | float)]
        if numbers:
            total = round(sum(numbers), 3)
            found.append(_value(name, int(total) if float(total).is_integer() else total))
    return found


def print_beside(console: Console, place: RichText, lines: Sequence[RichText]) -> None:
    """A narrow text on the left, lines on the right, without blanks behind them: people copy from the terminal."""
    from rich.text import Text as RichText

    width = max(20, console.width - PLACE_WIDTH - 2)
    left = list(place.wrap(console, PLACE_WIDTH, overflow="fold"))
    right = [part for line in lines for part in line.wrap(console, width, overflow="fold")]
    for at in range(max(len(left), len(right))):
        start = left[at].copy() if at < len(left) else RichText()
        start.rstrip()
        if at < len(right):
            start.append(" " * (PLACE_WIDTH + 2 - start.cell_len))
            part = right[at].copy()
            part.rstrip()
            start.append_text(part)
        console.print(start, soft_wrap=True)
