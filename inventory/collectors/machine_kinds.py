"""How many machines: virtual or physical? A bare `服务器台数` beside makes and models, or years of purchase, is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from inventory.collectors.grid import Row
from inventory.collectors.heading_keys import heading_key
from inventory.collectors.layout import Layout, UnreadColumn

_VIRTUAL = re.compile(r"虚|云|实例|ecs|vm|virtual|instance", re.IGNORECASE)
_BESIDE = frozenset({"server_model", "hw_year", "hw_end"})  # what only machines of iron have
_NONE = re.compile(r"^(/|-+|—+|无|暂无|不涉及|不详)$")


def with_kinds_doubted(layout: Layout, below: Sequence[Row]) -> Layout:
    """The layout without a count of servers that is taken to be of virtual ones where the systems' rows tell of hardware."""
    count = layout.column("vm_count")
    if count is None or count.index in layout.answered or layout.column("phys_count") or layout.column("server_name"):
        return layout
    if any(_VIRTUAL.search(heading_key(text).full) for text in layout.levels.get(count.index, (count.heading,))):
        return layout
    if not any(c.field in _BESIDE and _tells_of_iron(c.index, count.index, below) for c in layout.columns):
        return layout
    asked = UnreadColumn(
        index=count.index, heading=count.heading, why="asked", suggestions=(("phys_count", 90), ("vm_count", 80))
    )
    return replace(
        layout, columns=tuple(c for c in layout.columns if c.index != count.index),
        unread=tuple(sorted((*layout.unread, asked), key=lambda column: column.index)),
    )  # fmt: skip


def _tells_of_iron(at: int, count_at: int, below: Sequence[Row]) -> bool:
    """Whether a make, model or year of purchase stands beside a count in any row, and does not itself say 虚拟机."""
    for row in below:
        told = str(row[at]).strip() if at < len(row) else ""
        has_count = count_at < len(row) and row[count_at] != ""
        if has_count and told and not _VIRTUAL.search(told) and not _NONE.match(told):
            return True
    return False
