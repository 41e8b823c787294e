"""What makes a sheet not plain: the signs for which a person is asked, before anything of it is taken, whether it is read rightly.

A plain sheet is one table with headings that the lists of catalogs/columns have, one row a system, and contents that agree
with them. Eight lots of strangers' workbooks showed that nearly all cells that were read wrongly without a word stood in
sheets with one of these signs (docs/measured/ledgers.md). `SIGNS` is the whole list; each is a function of a sheet as read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from catalogs.words import Text
from inventory.collectors.sheets.read_tables import Doubt, ReadTable
from inventory.collectors.sheets.signs_of_headings import (
    contradicted,
    fields_by_contents,
    fields_by_words,
    figures_with_a_remark,
    hardly_known,
    names_by_a_weak_heading,
    names_unlike_systems,
    parents_not_known,
    units_not_stated,
)
from inventory.collectors.sheets.signs_of_layouts import (
    blank_column_inside,
    names_from_titles,
    odd_kind,
    original_and_verified,
    rows_not_taken,
    several_tables,
    ticks_joined,
    zones_as_columns,
)

SIGNS: tuple[Callable[[Sequence[ReadTable]], Iterable[Doubt]], ...] = (
    odd_kind,
    several_tables,
    blank_column_inside,
    zones_as_columns,
    names_from_titles,
    original_and_verified,
    ticks_joined,
    names_by_a_weak_heading,
    names_unlike_systems,
    parents_not_known,
    fields_by_contents,
    fields_by_words,
    figures_with_a_remark,
    units_not_stated,
    contradicted,
    hardly_known,
    rows_not_taken,
)

ATTACHED, SUPERSEDED = "attached", "superseded"
_FROM_OTHERS: Mapping[str, Text] = {
    ATTACHED: Text("没有单位一栏，写明单位的那张表还没有确认", "it has no column of departments, and the sheet that has one is not confirmed yet"),
    SUPERSEDED: Text("同一个文件里还有写明作废的旧表，没有读", "the file also has an edition marked as no longer valid, which was not read"),
}  # fmt: skip


def doubts_of(tables: Sequence[ReadTable], more: Iterable[str] = ()) -> tuple[Doubt, ...]:
    """Every reason why a sheet is not plain; empty for a plain one.

    Args:
        tables: all that was read of the sheet.
        more: signs that other sheets of the file give.
    """
    own = [doubt for sign in SIGNS for doubt in sign(tables)]
    return (*own, *(Doubt(sign=sign, reason=_FROM_OTHERS[sign]) for sign in more))
