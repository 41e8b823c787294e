"""Cells that say whether a system is classified: such a row is only counted, a doubtful one is asked about and not taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inventory.collectors.cells.cell_types import CLASSIFIED, Cell, Raw, plain_text
from inventory.collectors.cells.secrecy_words import secrecy_of
from inventory.collectors.cells.text_cells import BOX, ticked, ticks
from inventory.collectors.columns.heading_keys import value_key

if TYPE_CHECKING:
    from inventory.collectors.cells.cells import ColumnReader

_CLASSIFIED = re.compile(
    r"^(是|涉密|涉密系统|涉密信息系统|属于涉密|秘密级?|机密级?|绝密级?|涉及|涉及国家秘密|国家秘密|内部涉密|y|yes|true|1|√)$"
)


def secrecy_cell(column: ColumnReader, raw: Raw) -> Cell:
    """Whether a system is classified; boxes of which none or several are ticked are asked."""
    text = ticked(plain_text(raw))
    key = value_key(text)
    if "★" in text or "☆" in text:
        return CLASSIFIED
    if BOX.search(text):  # boxes, and none or several of them ticked
        asked = column.ask(
            text, "没有打勾，涉密还是非涉密？", "nothing is ticked: classified or not?", ("非涉密", "涉密")
        )
        return _held_back(asked) if ticks(text) or asked.issue is None else asked
    verdict = secrecy_of(text)
    if verdict == "unclassified":
        return Cell("非涉密")
    if verdict == "classified" or _CLASSIFIED.match(key):
        return CLASSIFIED
    if "工作秘密" in key:  # no state secret, and yet nothing for a public zone
        zh, en = "工作秘密不是国家秘密，能不能上云由单位认定：按非涉密导入，还是只计数？", "a work secret: to be taken as not classified, or only counted?"  # fmt: skip
    else:
        zh, en = (
            "涉密还是非涉密？由保密部门认定；没有答复之前，这一行不导入",
            "classified or not? The secrecy office decides; until then the row is not taken",
        )
    return _held_back(column.ask(text, zh, en, ("非涉密", "涉密")))


def _held_back(asked: Cell) -> Cell:
    """A question about secrecy holds its row back; answered with 涉密 it makes the row a classified one."""
    if asked.issue is not None:
        return asked._replace(withheld=True)
    return asked if asked.value is not None else CLASSIFIED
