"""How many machines: virtual or physical? A bare `服务器台数` beside makes and models or years of purchase, or below 硬件, is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from inventory.collectors.grid import Row
from inventory.collectors.heading_keys import heading_key
from inventory.collectors.layout import Layout, UnreadColumn

_VIRTUAL = re.compile(r"虚|云|实例|ecs|vm|virtual|instance", re.IGNORECASE)
# What only machines of iron have, and in how many of the rows with a count it must stand: a single make will do, while a
# survey's column of years of purchase is filled for the few systems that are not in the cloud.
_BESIDE = {"server_model": 0.0, "hw_year": 1.0, "hw_end": 1.0}
_HARDWARE = re.compile(r"硬件|设备")  # 软硬件情况 / 服务器（台）
_NONE = re.compile(r"^(/|-+|—+|无|暂无|不涉及|不详)$")


def with_kinds_doubted(layout: Layout, below: Sequence[Row]) -> Layout:
    """The layout without a count of servers that is taken to be of virtual ones where the systems' rows tell of hardware."""
    count = layout.column("vm_count")
    if count is None or count.index in layout.answered or layout.column("phys_count") or layout.column("server_name"):
        return layout
    if any(_VIRTUAL.search(heading_key(text).full) for text in layout.levels.get(count.index, (count.heading,))):
        return layout
    among_hardware = any(_HARDWARE.search(heading_key(text).full) for text in layout.levels.get(count.index, ()))
    if not among_hardware and not any(
        (share := _share_of_iron(c.index, count.index, below)) > 0 and share >= _BESIDE[c.field]
        for c in layout.columns if c.field in _BESIDE
    ):  # fmt: skip
        return layout
    asked = UnreadColumn(
        index=count.index, heading=count.heading, why="asked", suggestions=(("phys_count", 90), ("vm_count", 80))
    )
    return replace(
        layout, columns=tuple(c for c in layout.columns if c.index != count.index),
        unread=tuple(sorted((*layout.unread, asked), key=lambda column: column.index)),
    )  # fmt: skip


def _share_of_iron(at: int, count_at: int, below: Sequence[Row]) -> float:
    """The share of the rows with a count beside which a make, model or year of purchase stands that does not itself say 虚拟机."""
    counted = [row for row in below if count_at < len(row) and row[count_at] != ""]
    told = [str(row[at]).strip() for row in counted if at < len(row)]
    return sum(1 for text in told if text and not _VIRTUAL.search(text) and not _NONE.match(text)) / max(
        1, len(counted)
    )
