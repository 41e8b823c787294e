"""Rows at the head of a sheet on its side that only number the systems: `项目 | 系统1 | 系统2`, above the row with their names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inventory.collectors.cells.cell_types import plain_text
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.workbooks.grid import Row

_FEWEST = 2  # systems
_LABELS_IN = 3  # first columns that may hold labels: a group of labels stands before them
_NUMBERED = re.compile(
    r"^第?(?:系统|平台|应用|项目|序号|编号)?\s*[(（]?([一二三四五六七八九十]{1,3}|\d{1,3}|[①-⑳]|[A-Z])[)）]?(?:个|号|项|套)?(?:系统|平台|应用|项目)?$"
)


def without_numbers_of_systems(rows: Sequence[Row], words: Vocabulary) -> list[Row]:
    """The rows with such a row blanked, where another one is labelled as that of the names."""
    found = list(rows)
    at = next((at for at, row in enumerate(rows) if len(row) - row.count("") > _FEWEST), None)
    if at is None or not _numbers_systems(rows[at]) or not any(_labels_names(row, words) for row in rows[at + 1 :]):
        return found
    found[at] = [""] * len(rows[at])
    return found


def _numbers_systems(row: Row) -> bool:
    """Whether all cells but labels in the first ones are different numbers of systems."""
    cells = [plain_text(cell).strip() for cell in row if cell != ""]
    numbers = [cell for cell in cells if _NUMBERED.match(cell)]
    labels = [cell for cell in cells if cell not in numbers]
    in_front = {plain_text(cell).strip() for cell in row[:_LABELS_IN] if cell != ""}
    says_system = any(re.search(r"系统|平台|应用|项目", number) for number in numbers)
    return (
        len(numbers) >= _FEWEST
        and len(set(numbers)) == len(numbers)
        and len(labels) < _LABELS_IN
        and set(labels) <= in_front
        and says_system
    )


def _labels_names(row: Row, words: Vocabulary) -> bool:
    for cell in row[:_LABELS_IN]:
        meaning = words.meaning((cell.strip(),)) if isinstance(cell, str) and cell.strip() else None
        if meaning is not None and meaning.field == "sys_name":
            return True
    return False
