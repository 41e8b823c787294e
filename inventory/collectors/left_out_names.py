"""A sheet that was not read and yet names systems: asked about, never passed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from catalogs.words import Text
from inventory.collectors.grid import Row, letters
from inventory.collectors.system_names import reads_like_a_system
from inventory.collectors.vocabulary import Vocabulary
from inventory.model import Gap, Origin

_FEWEST = 2  # names below the heading that read like systems, and more than half of all


def names_left_out(head: Sequence[Row], words: Vocabulary, place: Origin) -> Gap | None:
    """The question about a sheet that has a column 系统名称 with systems in it; `None` for any other.

    Args:
        head: the first rows of the sheet.
        words: the vocabulary.
        place: the sheet.
    """
    for number, row in enumerate(head, 1):
        for at, cell in enumerate(row):
            meaning = words.meaning((cell.strip(),)) if isinstance(cell, str) and cell.strip() else None
            if meaning is None or meaning.field != "sys_name" or len(row) - row.count("") < 2:
                continue
            below = [other[at] for other in head[number:] if at < len(other) and other[at] != ""]
            like = sum(1 for name in below if isinstance(name, str) and reads_like_a_system(name))
            if like >= _FEWEST and 2 * like > len(below):
                return Gap(
                    kind="missing", origin=replace(place, row=number, column=letters(at)), field="sys_name",
                    message=Text(f"这张表没有读：除系统名称外没有认得的表头，下面有 {len(below)} 个名称", f"this sheet was not read: no heading but that of the names is known; {len(below)} names stand below it"),
                    question=Text("这些系统要不要登记？要的，请补上单位名称、CPU、内存等栏，或并入台账", "are these systems to be registered? Then give them department, CPU, memory, or move them into the ledger"),
                )  # fmt: skip
    return None
