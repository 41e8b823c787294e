"""How many machines: virtual or physical? What does not say is unknown until it is answered, once for a department and column.

A bare `服务器台数` beside makes and models or years of purchase, or below 硬件, is asked; so is a heading that no list has and
that names no kind (`占几台服务器`), and a specification that counts machines of no stated kind (`2台4C8G`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from catalogs.words import Text
from inventory.collectors.columns.heading_basis import basis_of
from inventory.collectors.columns.heading_keys import heading_key
from inventory.collectors.columns.layout import Layout, UnreadColumn
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.workbooks.grid import Row
from inventory.fields import FIELDS
from inventory.model import Gap, Origin

_VIRTUAL = re.compile(r"虚|云|实例|ecs|vm|virtual|instance", re.IGNORECASE)
# What only machines of iron have, and in how many of the rows with a count it must stand: a single make will do, while a
# survey's column of years of purchase is filled for the few systems that are not in the cloud.
_BESIDE = {"server_model": 0.0, "hw_year": 1.0, "hw_end": 1.0}
_HARDWARE = re.compile(r"硬件|设备")  # 软硬件情况 / 服务器（台）
KINDS = ("vm_count", "phys_count")
_NONE = re.compile(r"^(/|-+|—+|无|暂无|不涉及|不详)$")


def with_kinds_doubted(layout: Layout, below: Sequence[Row], words: Vocabulary) -> Layout:
    """The layout without a count of servers that is taken to be of virtual ones where the systems' rows tell of hardware."""
    count = layout.column("vm_count")
    if count is None or count.index in layout.answered or layout.column("phys_count") or layout.column("server_name"):
        return layout
    if any(_VIRTUAL.search(heading_key(text).full) for text in layout.levels.get(count.index, (count.heading,))):
        return layout
    in_no_list = (
        basis_of(count, layout, words) == "words"
    )  # 占几台服务器; the lists take 服务器数量 to be of virtual ones (domain.md §4.1)
    among_hardware = in_no_list or any(
        _HARDWARE.search(heading_key(text).full) for text in layout.levels.get(count.index, ())
    )
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


_KEY = "kind-of-machines"  # of specifications that count machines: one answer for the column


def kind_in_specs(layout: Layout, answers: Mapping[str, str]) -> str | None:
    """The field of the machines that a column of specifications counts: as its heading says or a person did; `None` if unknown."""
    column = layout.column("spec")
    if column is None or layout.machines is not None:
        return layout.machines
    if any(_VIRTUAL.search(heading_key(text).full) for text in layout.levels.get(column.index, (column.heading,))):
        return "vm_count"
    answer = answers.get(f"spec|{_KEY}")
    return answer if answer in KINDS else None


def kind_gap(origin: Origin, subject: str, text: str) -> Gap:
    """The question of what kind the machines are that a specification counts; its answer holds for the column."""
    label = FIELDS["spec"].label
    return Gap(
        kind="ambiguous", origin=origin, subject=subject, field="vm_count", raw=text[:60], choices=KINDS, answer_key=f"{origin.source}|spec|{_KEY}",
        message=Text(f"{label.zh}「{text[:60]}」写了台数，没有写是物理机还是虚拟机，台数没有取值", f"the {label.en} {text[:60]!r} counts machines without saying whether they are virtual; the count was not taken"),
        question=Text("这一栏里没有写明的，是虚拟机（vm_count）还是物理机（phys_count）？", "are the machines in this column virtual (vm_count) or physical (phys_count) where it does not say?"),
    )  # fmt: skip
