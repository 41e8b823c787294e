"""Units that stand in the number format of a cell, `0"核"`, `0.0"TB"`: people see 4核, the file has 4.

The cell is read as what people see. Only formats of plain numbers with a known unit behind the figure count: no dates, no
currency signs, no scaling (`0,` shows thousands).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from inventory.collectors.cells.cell_types import Raw, plain_text

_FORMAT = re.compile(
    r'^(?:\[[^\]]*\])*[#0,?]*[#0?](?:\.[#0?]+)?\s*(?:_.\s*)?(?:"\s*([^"]+?)\s*"|\\?([核台个套颗人次级GTMgtm]))\s*(?:_.)?$'
)
_GENERAL = re.compile(r'^(?:General|G/通用格式)\s*"\s*([^"]+?)\s*"$', re.IGNORECASE)
_UNITS = re.compile(
    r"^(?:核心?|vcpu|c|台|个|套|颗|块|人|户|次|级|[tgm](?:i?b)?|tib|gib|mib|万?元|亿元|[mg]bps|兆)(?:/年|/月)?$",
    re.IGNORECASE,
)  # fmt: skip
_CELL = re.compile(rb"<(?:x:)?c\b([^>]*)>")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_STYLE = re.compile(rb'\bs="(\d+)"')


def unit_in(code: str) -> str | None:
    """The unit that a number format writes behind a figure; `None` for formats of any other kind."""
    positive = code.partition(";")[0].strip()
    found = _FORMAT.match(positive) or _GENERAL.match(positive)
    unit = next((text for text in found.groups() if text), "") if found else ""
    return unit if _UNITS.match(unit) else None


def cells_with_units(text: bytes, units: Mapping[int, str]) -> Iterator[tuple[int, bytes, str]]:
    """Row, column letters and unit of the cells in a piece of a sheet whose style is among `units`."""
    for match in _CELL.finditer(text):
        style = _STYLE.search(match[1])
        unit = units.get(int(style[1])) if style else None
        place = _REFERENCE.search(match[1]) if unit is not None else None
        if unit is not None and place is not None:
            yield int(place[2]), place[1], unit


def shown_with(value: Raw, unit: str) -> Raw:
    """A figure as people see it, with its unit; anything else as it is."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{plain_text(value)}{unit}" if is_number else value
