"""`部门` or `使用单位` above 食品股, 财务科, 采编部: offices inside the department, not those whose systems these are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from inventory.collectors.cells.text_forms import looks_like_department
from inventory.collectors.columns.column_shares import share_of
from inventory.collectors.columns.heading_keys import heading_key
from inventory.collectors.columns.layout import SAME, Column, Layout, UnreadColumn
from inventory.collectors.workbooks.grid import Row
from inventory.names import DEPARTMENT_FIELDS

_LIKELY = 0.5  # share of the values that are offices: then the column is one of offices
_SOME = 0.25  # share of them that makes a column doubtful where the department is stated above the rows
_INNER_OFFICE = re.compile(
    r"^(?!.*[局委院镇乡]).{1,7}(股|科|股室|科室)$"
)  # with nothing in it that names the department
# With the department stated above, these are offices too: 采编部, 人事处, 信息组, 办公室. Departments of the Party are not.
_INNER_BELOW_STATED = re.compile(
    r"^(?!.*([局委镇乡]|政府|公司|街道|法院|检察院|医院|学院|组织部|宣传部|统战部|武装部|政法|社会工作部|研究室$|(管理|办事|代表|海事|联络)处$)).{1,7}(股|科|室|部|处|组|车间|班)$"
)
# 本馆使用部门, 我局科室: it says itself that they are inside
_OURS = re.compile(
    r"^(本|我)(馆|院|校|局|委|办|所|站|社|台|厅|会|队|厂|行|园|司|中心|单位|公司|集团|机关|系统内).{0,4}(部门|科室|处室|股室|部室|机构)"
)


def with_offices_told_apart(layout: Layout, below: Sequence[Row], *, is_stated: bool) -> Layout:
    """The layout whose columns of offices are read as such; a doubtful one beside a stated department is asked.

    Args:
        layout: the headings found.
        below: the first rows below them.
        is_stated: whether something above the rows says whose they all are.
    """
    layout = replace(layout, unread=tuple(_with_office_offered(layout, column) for column in layout.unread))
    inner: set[int] = set()
    doubtful: set[int] = set()
    for column in layout.columns:
        if column.field not in DEPARTMENT_FIELDS or column.index in layout.answered:
            continue
        offices = share_of(column.index, below, _is_inner_below_stated) if is_stated else 0.0
        if _says_ours(layout, column) or share_of(column.index, below, _is_inner) >= _LIKELY or offices >= _LIKELY:
            inner.add(column.index)
        elif offices >= _SOME and share_of(column.index, below, looks_like_department) < _LIKELY:
            doubtful.add(column.index)
    return _without_doubtful(_with_offices(layout, inner) if inner else layout, doubtful)


def _is_inner(text: str) -> bool:
    return bool(_INNER_OFFICE.match(text))


def _is_inner_below_stated(text: str) -> bool:
    return bool(_INNER_BELOW_STATED.match(text))


def _with_office_offered(layout: Layout, column: UnreadColumn) -> UnreadColumn:
    """我校使用部门 / 部门名称, of which whose it is must be asked: it may be the office."""
    names = [name for name, _ in column.suggestions]
    if (
        column.why != "asked"
        or "office" in names
        or not set(names) & set(DEPARTMENT_FIELDS)
        or not _says_ours(layout, column)
    ):
        return column
    return replace(
        column, suggestions=(("office", 90), *((name, 80) for name in names if name in DEPARTMENT_FIELDS))[:3]
    )


def _says_ours(layout: Layout, column: Column | UnreadColumn) -> bool:
    return any(_OURS.match(heading_key(text).plain) for text in layout.levels.get(column.index, ()))


def _stays(layout: Layout, column: Column) -> bool:
    """使用部门 above offices still says who uses a system; 我校使用部门 says which office."""
    return column.field != "dept" and not column.stands_in and not _says_ours(layout, column)


def _with_offices(layout: Layout, inner: set[int]) -> Layout:
    has_office = layout.column("office") is not None
    columns: list[Column] = []
    unread = list(layout.unread)
    for column in layout.columns:
        if column.index not in inner or _stays(layout, column):
            columns.append(column)
        elif not column.stands_in and has_office:
            unread.append(UnreadColumn(index=column.index, heading=column.heading, why="duplicate", suggestions=(("office", SAME),)))  # fmt: skip
        elif not column.stands_in:
            columns.append(replace(column, field="office"))
            has_office = True
    return replace(layout, columns=tuple(columns), unread=tuple(sorted(unread, key=lambda c: c.index)))


def _without_doubtful(layout: Layout, doubtful: set[int]) -> Layout:
    """A column that may give departments or offices says nothing until that is answered."""
    if not doubtful:
        return layout
    asked = [
        UnreadColumn(index=column.index, heading=column.heading, why="asked", suggestions=((column.field, 90), ("office", 90)))
        for column in layout.columns if column.index in doubtful and not column.stands_in
    ]  # fmt: skip
    columns = tuple(column for column in layout.columns if column.index not in doubtful)
    return replace(layout, columns=columns, unread=tuple(sorted((*layout.unread, *asked), key=lambda c: c.index)))
