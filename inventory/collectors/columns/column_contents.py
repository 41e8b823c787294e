"""Does a column hold what its heading says? Where none of its first values fits, the heading means something else: asked once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from inventory.collectors.cells.capacities import read_capacity
from inventory.collectors.cells.cells import ColumnReader
from inventory.collectors.cells.text_forms import looks_like_department
from inventory.collectors.columns.contradicted_columns import with_contradictions_asked
from inventory.collectors.columns.layout import Column, Layout, UnreadColumn
from inventory.collectors.columns.likely_columns import looks_like, with_likely_columns
from inventory.collectors.columns.machine_kinds import with_kinds_doubted
from inventory.collectors.columns.names_asked import with_names_asked
from inventory.collectors.columns.spec_contents import with_counted_specs
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.rows.offices import with_offices_told_apart
from inventory.collectors.rows.system_names import reads_like_a_system
from inventory.collectors.workbooks.grid import Row
from inventory.fields import FIELDS
from inventory.names import DEPARTMENT_FIELDS

_ENOUGH = 3  # values that are needed to tell
_CHECKED = frozenset({"date", "count", "number", "cores", "size", "money", "ratio", "bandwidth", "level", "addresses"})
_FIGURE = re.compile(r"^[约近≈~]?\s*\d|[一二两三四五六七八九十百千万]+(台|个|人|核|户|万|年|月|级|套)")
_WORDY = 0.66  # share of values without a figure in them: a column of figures badly written is asked cell by cell
_LIKELY = 0.5  # share of values like departments that makes a column one that may say whose rows are


def with_contents_checked(layout: Layout, head: Sequence[Row], words: Vocabulary, *, is_stated: bool = False) -> Layout:
    """The layout without columns of which no value fits; they are asked, with what they may be.

    Args:
        layout: the headings found.
        head: the first rows of the sheet.
        words: the vocabulary.
        is_stated: whether something above the rows says whose they all are.
    """
    below = head[layout.bottom + 1 :]
    owner = may_name_departments(layout, head)
    if owner is not None:
        offered = (("dept", 80), *(pair for pair in owner.suggestions if pair[0] != "dept"))[:3]
        unread_now = tuple(replace(c, why="asked", suggestions=offered) if c is owner else c for c in layout.unread)
        layout = replace(layout, unread=unread_now)
    layout = with_counted_specs(with_offices_told_apart(layout, below, is_stated=is_stated), below)
    layout = with_contradictions_asked(layout, below, words)
    layout = with_likely_columns(_with_projects_told_apart(layout, below), below, words)
    layout = _with_places_told_apart(with_kinds_doubted(with_names_asked(layout, head), below, words), below)
    odd = [
        column for column in layout.columns
        if not column.stands_in and column.index not in layout.answered and _fits_nothing(column, below, words)
    ]  # fmt: skip
    if not odd:
        return layout
    indexes = {column.index for column in odd}
    unread = [
        UnreadColumn(index=column.index, heading=column.heading, why="asked", suggestions=_may_be(column, below))
        for column in odd
    ]
    return replace(
        layout, columns=tuple(column for column in layout.columns if column.index not in indexes),
        unread=tuple(sorted((*layout.unread, *unread), key=lambda column: column.index)),
    )  # fmt: skip


_A_ROOM = re.compile(r"机房|托管|IDC|机柜|服务器间", re.IGNORECASE)


def _with_places_told_apart(layout: Layout, below: Sequence[Row]) -> Layout:
    """`在不在云上` above 在云上, 局机房: answered with places, so whether it is yes and no or where is asked."""
    column = layout.column("on_cloud")
    if column is None or column.index in layout.answered or column.stands_in:
        return layout
    if not any(column.index < len(row) and _A_ROOM.search(str(row[column.index])) for row in below):
        return layout
    asked = UnreadColumn(
        index=column.index, heading=column.heading, why="asked", suggestions=(("location", 90), ("on_cloud", 90))
    )
    return replace(
        layout, columns=tuple(c for c in layout.columns if c is not column), unread=tuple(sorted((*layout.unread, asked), key=lambda c: c.index))
    )  # fmt: skip


_PROJECT = re.compile(r"(项目|工程|采购|服务)([(（].*[)）]|[一二三四]期)?$")
_LIKE = 0.5  # share of values that makes a column one of projects, or one of systems


def _with_projects_told_apart(layout: Layout, below: Sequence[Row]) -> Layout:
    """Where the names read are those of projects and another column has the systems', both are asked: neither is guessed."""
    names = layout.column("sys_name")
    if (
        names is None
        or names.index in layout.answered
        or _share(names.index, below, lambda text: bool(_PROJECT.search(text))) < _LIKE
    ):
        return layout
    for other in layout.unread:
        is_open = other.why in {"asked", "unknown", "duplicate"}
        if is_open and _share(other.index, below, reads_like_a_system) >= _LIKE:
            asked = [
                UnreadColumn(index=names.index, heading=names.heading, why="asked", suggestions=(("sys_name", 99), ("remark", 60))),
                UnreadColumn(index=other.index, heading=other.heading, why="asked", suggestions=(("sys_name", 99),)),
            ]  # fmt: skip
            unread = [column for column in layout.unread if column is not other]
            columns = tuple(column for column in layout.columns if column.index != names.index)
            return replace(layout, columns=columns, unread=tuple(sorted((*unread, *asked), key=lambda c: c.index)))
    return layout


def _share(at: int, rows: Sequence[Row], like: Callable[[str], bool]) -> float:
    """The share of the texts in a column that are like something; 0 where there are fewer than two."""
    texts = [row[at].strip() for row in rows if at < len(row) and isinstance(row[at], str) and row[at].strip()]  # type: ignore[union-attr]
    return sum(map(like, texts)) / len(texts) if len(texts) > 1 else 0.0


def _may_be(column: Column, below: Sequence[Row]) -> tuple[tuple[str, int], ...]:
    found = tuple((name, 80) for name in looks_like(column.index, below) if name != column.field)
    if column.field == "spec":
        return (*found, ("server_name", 60), ("vm_count", 60), ("server_type", 60))[:4]
    return ((column.field, 99), *found, ("remark", 60))[:4]


def _fits_nothing(column: Column, rows: Sequence[Row], words: Vocabulary) -> bool:
    kind = FIELDS[column.field].type
    if _holds_labels(column, rows, words) or (column.field in _WORDY_FIELDS and _holds_figures_only(column, rows)):
        return True
    if column.field != "spec" and kind not in _CHECKED:
        return False
    values = [row[column.index] for row in rows if column.index < len(row) and row[column.index] != ""]
    if column.field == "spec":
        texts = [
            value for value in values if isinstance(value, str) and words.nothing.get(value.strip().lower()) is None
        ]
        return len(texts) >= _ENOUGH and not any(read_capacity(text) for text in texts)
    reader = ColumnReader(column.field, words, unit=column.unit)
    cells = [reader[value] for value in values if not isinstance(value, bool)]
    told = [cell for cell in cells if cell.null_reason is None]
    wordy = sum(1 for cell in told if cell.issue is not None and not _FIGURE.search(cell.issue.raw or "1"))
    return (
        len(told) >= _ENOUGH
        and wordy >= _WORDY * len(told)
        and all(cell.issue is not None and cell.issue.kind == "unreadable" for cell in told)
    )


# Fields that no bare figure can fill: below 业务科 stand how many use the system, not which office has it.
_WORDY_FIELDS = frozenset({*DEPARTMENT_FIELDS, "office", "vendor", "ops_vendor", "location", "function", "approver", "sys_class", "sub_system", "audience"})  # fmt: skip


def _holds_figures_only(column: Column, rows: Sequence[Row]) -> bool:
    values = [row[column.index] for row in rows if column.index < len(row) and row[column.index] != ""]
    figures = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    figures += [value for value in values if isinstance(value, str) and value.strip().isdecimal()]  # type: ignore[misc]
    return len(values) > 1 and len(figures) == len(values)


_LABELS = 0.8  # share of values that are headings themselves


def _holds_labels(column: Column, rows: Sequence[Row], words: Vocabulary) -> bool:
    """`类别` above 建设费用, 运维费用: the values say what stands beside them, the column is no field of its own."""
    if column.field in {"sys_name", "sub_system", "remark"}:
        return False
    texts = [row[column.index] for row in rows if column.index < len(row)]
    told = [text.strip() for text in texts if isinstance(text, str) and text.strip()]
    meant = [
        meaning.field for text in told
        if (meaning := words.meaning((text,))) is not None and meaning.field in FIELDS and FIELDS[meaning.field].type in _CHECKED - {"count"}
    ]  # fmt: skip
    return (
        len(told) > 1 and len(meant) >= _LABELS * len(told) and len(set(meant) - {column.field}) > 1
    )  # fmt: skip


_FORMER = re.compile(r"^(原|以前|曾|过去|旧)")  # 原先属于: not whose they are
# Companies are owners below such headings only: elsewhere they are those who built or run a system.
_OWNERS = re.compile(r"^(下属|所属|二级|分|子)?(公司|企业|机构|单位|部门|站所|乡镇|学校|医院|院校|支行|网点)(名称)?$")
_COMPANY = re.compile(r"公司|集团|厂$|有限")


_OFFICE = re.compile(r"^(?!.*[局委院镇乡]).{1,7}(股|科|股室|科室)$")  # with nothing in it that names the department
_OFFICE = re.compile(r"(股|科|股室|科室)$")  # inside a department; 处 and 室 may be departments themselves


def _is_owner(text: str) -> bool:
    return (looks_like_department(text) and not _OFFICE.search(text)) or text.endswith("本部")


def may_name_departments(layout: Layout, head: Sequence[Row]) -> UnreadColumn | None:
    """A column that is not read and may say whose the rows are: then no title speaks for all of them."""
    if any(column.field in DEPARTMENT_FIELDS for column in layout.columns):
        return None
    for column in layout.unread:
        if column.why not in {"asked", "unknown"} or _FORMER.match(column.heading):
            continue
        texts = [row[column.index] for row in head[layout.bottom + 1 :] if column.index < len(row)]
        named = {text.strip() for text in texts if isinstance(text, str) and text.strip()}
        speaks_of_owners = bool(_OWNERS.match(column.heading))
        like = sum(1 for text in named if _is_owner(text) and (speaks_of_owners or not _COMPANY.search(text)))
        if len(named) > 1 and (like > _LIKELY * len(named) or (speaks_of_owners and like >= _LIKELY * len(named))):
            return column
    return None
