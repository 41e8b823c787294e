"""Columns of specifications below a heading that does not say so: `机器` above 2台，每台8核32G."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from inventory.collectors.cells.capacities import read_capacity
from inventory.collectors.cells.capacity_machines import Capacity
from inventory.collectors.cells.cell_types import Raw
from inventory.collectors.cells.spec_cells import counts_of_unsaid_kind
from inventory.collectors.columns.column_shares import share_of
from inventory.collectors.columns.layout import Layout
from inventory.collectors.columns.machine_kinds import KINDS
from inventory.collectors.workbooks.grid import Row

_MOSTLY = 0.6  # of the cells with content: 同上 and 1台4核 stand between others


def is_spec(text: str) -> bool:
    """Whether a cell tells cores and memory together, understood from its first to its last character."""
    found = read_capacity(text)
    return isinstance(found, Capacity) and found.vcpu is not None and found.memory_gib is not None


def are_specs(samples: Sequence[Raw]) -> bool:
    """Whether most values are specifications: enough to offer that as an answer, not to read a column so."""
    told = [sample for sample in samples if isinstance(sample, str)]
    return bool(told) and sum(map(is_spec, told)) >= _MOSTLY * len(samples)


def fields_of_specs(samples: Sequence[Raw]) -> tuple[str, ...]:
    """What a column of specifications may be answered to be: that, or with it the kind of the machines that it counts."""
    counts = any(isinstance(sample, str) and counts_of_unsaid_kind(sample) for sample in samples)
    return ("spec", *(KINDS if counts else ()))


def with_counted_specs(layout: Layout, below: Sequence[Row]) -> Layout:
    """A column of specifications that was answered as a number of machines is read as specifications of machines of that kind."""
    if layout.column("spec") is not None:
        return layout
    answered = [column for column in layout.columns if column.field in KINDS and column.index in layout.answered]
    counted = [column for column in answered if share_of(column.index, below, is_spec, fewest=1) >= _MOSTLY]
    if len(counted) != 1:
        return layout
    columns = tuple(replace(one, field="spec") if one is counted[0] else one for one in layout.columns)
    return replace(layout, columns=columns, machines=counted[0].field)
