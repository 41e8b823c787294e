"""Cells of dates: one date with its precision, the end of a span, or a word that says that it is not yet or never."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inventory.collectors.cells.cell_types import Cell, Raw, normal, plain_text
from inventory.collectors.cells.dates import read_date
from inventory.collectors.cells.text_forms import widths

if TYPE_CHECKING:
    from inventory.collectors.cells.cells import ColumnReader

_ENDS = frozenset({"ops_contract_end", "hw_end"})

_FROM_TO = re.compile(r"\d{4}[\d年月日./-]*\s*(?:至|到|~|—+|-{1,2}|–)\s*(\d{4}[\d年月日./-]*)")

_NOT_YET = re.compile(
    r"^(尚?未|暂未|没有?|还未|还没|待|正在)(完成|通过|进行|组织)?(验收|上线|投用|启用|建成|签订?|开始|更新|登录|立项|审批|批复|到期)$"
)

_NO_CONTRACT_END = re.compile(r"^(长期|永久|无固定期限|长期有效|持续|终身|终身维护|永久有效|长期维护)$")


def date_cell(column: ColumnReader, raw: Raw) -> Cell:
    """A date; what can be read in two ways is asked."""
    source: Raw = widths(raw) if isinstance(raw, str) else raw
    if column.name in _ENDS and isinstance(source, str) and (m := _FROM_TO.fullmatch(source.strip())):
        end = read_date(m[1], month_only=column.month_only)
        if end.iso is not None:
            return Cell(end.iso, raw=plain_text(raw))
    read = read_date(source, month_only=column.month_only)
    shown = plain_text(raw)
    if read.iso is not None:
        odd = isinstance(raw, str) and (read.approximate or read.noted)
        return Cell(read.iso, approximate=read.approximate, raw=shown if odd else None)
    if read.choices:
        return column.ask(
            shown, f"是 {' 还是 '.join(read.choices)}？", f"which of {', '.join(read.choices)}?", read.choices
        )
    if isinstance(raw, str) and (m := _NOT_YET.match(normal(raw))):
        return Cell(null_reason="not-yet", raw=m[0])
    if isinstance(raw, str) and _NO_CONTRACT_END.match(normal(raw)):
        return Cell(null_reason="open-ended", raw=shown)
    return column.unreadable(raw, "不是日期，应如 2019-03 或 2019年3月", "is not a date; expected 2019-03 or 2019年3月")
