"""How many of the texts in a column are like something: the measure by which contents tell what a column is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from inventory.collectors.cells.text_forms import widths
from inventory.collectors.workbooks.grid import Row

OPEN = frozenset({"asked", "unknown"})  # why a column is not read, where it may still be told
FEWEST = 2  # texts that are needed to tell
MOSTLY = 0.8  # a total or a note may stand among the rows; each doubtful name is asked about by itself
NONE = frozenset({"/", "-", "—", "无", "暂无", "小计", "合计", "总计"})
DATE = re.compile(r"^(19|20)\d\d([-./年]\d{1,2}([-./月]\d{1,2}日?|月)?|年|\d{2}(\d{2})?)?$")
STATUS = re.compile(
    r"^(在用|停用|已停用|在建|拟建|试运行|试用|已?下线|正常(使用|用|运行)?|正在(使用|用|运行)|在(使用|运行)|运行中?|使用中|建设中|开发中|还在用|闲置|停运|停了|不用了?|没人用了?|没用了|已?关停|坏了|报废)$"
)


def share_of(
    at: int, rows: Sequence[Row], like: Callable[[str], bool], *, fewest: int = FEWEST, dates: bool = False
) -> float:
    """The share of the texts in a column that are like something; 0 where there are too few. `dates`: cells of dates are like it."""
    if dates and sum(at < len(row) and isinstance(row[at], date) for row in rows) >= fewest:
        return 1.0
    texts = [text for row in rows if at < len(row) and isinstance(row[at], str) and (text := widths(str(row[at])).strip()) and text not in NONE]  # fmt: skip
    return sum(map(like, texts)) / len(texts) if len(texts) >= fewest else 0.0
