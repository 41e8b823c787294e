"""Signs of a sheet that is not plain, of its columns: what no list says, units that nobody wrote, contents that contradict."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from catalogs.words import Text
from inventory.collectors.columns.agreement import agrees, is_checked, is_read
from inventory.collectors.columns.column_shares import MOSTLY
from inventory.collectors.columns.heading_basis import Basis, basis_of
from inventory.collectors.columns.heading_columns import is_known_parent
from inventory.collectors.columns.heading_keys import heading_key
from inventory.collectors.columns.layout import NAMES, Column, Layout, UnreadColumn
from inventory.collectors.columns.likely_columns import may_hold_names, share_like_systems
from inventory.collectors.columns.system_headings import names_systems
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.sheets.read_tables import Doubt, ReadTable, doubt_about
from inventory.fields import FIELDS
from inventory.names import DEPARTMENT_FIELDS

_FEWEST_COLUMNS = 4  # columns with content, from which it counts how many of them are known
_KNOWN = 0.5  # share of the columns with content that are read
_FEWEST_BARE = 2  # figures without a unit, below a heading without one
_FIGURES = frozenset({"cores", "size", "count", "money", "number"})
_SAYS_OF_SYSTEMS = re.compile(r"系统|系統|平台|软件|应用|网站|sys|system", re.IGNORECASE)
_LIKE_SYSTEMS = 0.5  # share of the names that end as systems' names do
_SPEAKS_OF_NAMES = re.compile(r"(名称?|[全简]称)$")  # 系统名称（全称）; not 系统（OS）


def names_by_a_weak_heading(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """No list has the heading of the names: `系统（OS）`, `平台/系统`, `用在什么系统上`."""
    found = [
        column for table, layout, column, basis in _told(tables)
        if column.field in NAMES and _is_weak(column, basis) and not _are_said_and_seen(column, table, layout)
    ]  # fmt: skip
    if found:
        yield doubt_about(
            "name-heading", found, Text("名称一栏的表头不在词表里：{}", "the heading of the names is in no list: {}")
        )


def _are_said_and_seen(column: Column, table: ReadTable, layout: Layout) -> bool:
    """`在用业务软件名称` above names of systems: the heading says what the contents are, and no list is needed for that.

    Where servers have names of their own, what stands there may be only what runs on them.
    """
    path = layout.levels.get(column.index, (column.heading,))
    if table.form is not None or layout.column("server_name") or not names_systems(heading_key(path[-1]).plain):
        return False
    below = table.head[layout.bottom + 1 :]
    return share_like_systems(column.index, below) >= MOSTLY and may_hold_names(column.index, below)


def _is_weak(column: Column, basis: Basis) -> bool:
    if basis == "nearly":
        return not _SPEAKS_OF_NAMES.search(heading_key(column.heading.rpartition(" / ")[2]).plain)
    return basis not in ("answer", "list")


def names_unlike_systems(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """`项目名称`, `名称`: a heading that does not say of what, above names of which most do not end as systems' do."""
    found = [
        column for table in tables if table.form is None for layout in table.account.layouts for column in layout.columns
        if column.field == "sys_name" and column.index not in layout.answered and not _SAYS_OF_SYSTEMS.search("".join(column.heading.split()))
        and share_like_systems(column.index, table.head[layout.bottom + 1 :]) < _LIKE_SYSTEMS
    ]  # fmt: skip
    if found:
        yield doubt_about(
            "names-unlike",
            found,
            Text(
                "没有说是系统的名称，下面大多也不像系统名称：{}",
                "not said to be names of systems, and most do not read like any: {}",
            ),
        )


def parents_not_known(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """Who, whose and when below a parent that no list has: `本馆使用部门 / 部门名`, `值班 / 电话`."""
    found = [
        column for table in tables for layout in table.account.layouts for column in layout.columns
        if _depends_on_whose(column.field) and column.index not in layout.answered
        and any(not is_known_parent(parent, table.task.words) for parent in layout.levels.get(column.index, ())[:-1])
    ]  # fmt: skip
    if found:
        yield doubt_about(
            "parent",
            found,
            Text("上级表头不在词表里，不知道说的是谁、是什么：{}", "below parents that are in no list: {}"),
        )


def _depends_on_whose(name: str) -> bool:
    known = FIELDS[name]
    return name in DEPARTMENT_FIELDS or name == "office" or known.group == "people" or known.type == "date"


def fields_by_words(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """Headings understood by words of their own: `服务器几台`, `日常维护方 / 公司名称`."""
    found = [
        column for table, layout, column, basis in _told(tables)
        if basis == "words" and column.field not in NAMES
        and (table.form is not None or not agrees(column, layout, table.head[layout.bottom + 1 :], table.task.words))
    ]  # fmt: skip
    if found:
        yield doubt_about(
            "words",
            found,
            Text("词表里没有、按字面读的：{}", "in no list, read by their own words: {}"),
            says_as_what=True,
        )


def fields_by_contents(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """Fields that only what stands below the heading tells: `投运` above dates, `联系人/电话` taken apart."""
    found = [column for column, basis in _by_basis(tables) if basis == "contents" and column.field not in NAMES]
    if found:
        yield doubt_about(
            "contents",
            found,
            Text("表头没有说明白、按下面的内容读的：{}", "not said by the heading, read by the contents: {}"),
            says_as_what=True,
        )


def figures_with_a_remark(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """A figure whose heading says more in brackets: `存储（已用/总量）`."""
    found = [
        column for table, layout, column, basis in _told(tables)
        if basis == "nearly" and (FIELDS[column.field].type in _FIGURES or column.field == "spec")
        and not _adds_no_more(column, layout, table.task.words)
    ]  # fmt: skip
    if found:
        yield doubt_about(
            "bracket", found, Text("数字栏的括号里另有说明：{}", "figures whose headings say more in brackets: {}")
        )


def _adds_no_more(column: Column, layout: Layout, words: Vocabulary) -> bool:
    """`CPU核数（合计）`: read on into its bracket the heading still says the same, in words of the same field."""
    key = heading_key(layout.levels.get(column.index, (column.heading,))[-1])
    inside = key.full.removeprefix(key.plain).strip("()")
    return inside != "" and words.grammar.field_of(key.plain + inside, key.unit) == column.field


def units_not_stated(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """Sizes and amounts of money whose unit neither the heading nor the cells say, and of which the usual one was assumed."""
    found = [
        column for table in tables if table.form is None for layout in table.account.layouts for column in layout.columns
        if not column.stands_in and column.unit is None and FIELDS[column.field].type in ("size", "money")
        and column.index not in layout.answered and _bare_figures(column, table) >= _FEWEST_BARE
    ]  # fmt: skip
    if found:
        yield doubt_about("unit", found, Text("没有写单位的数：{}", "figures without a unit: {}"))


def _bare_figures(column: Column, table: ReadTable) -> int:
    """How many figures of a column were taken without a unit; those that are asked about by themselves do not count."""
    head = table.head
    first = table.account.records[: len(head)]  # the records of further rows are not in the head
    taken = {r.origin.row for r in first if r.fields.get(column.field) is not None}
    cells = [row[column.index] for at, row in enumerate(head, 1) if at in taken and column.index < len(row)]
    return sum(1 for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool))


def contradicted(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """A known heading above contents that are something else: the others may be shifted, too."""
    found = [
        c
        for table in tables
        for layout in table.account.layouts
        for c in layout.unread
        if c.why == "asked" and c.doubted and not _stands_among_firm_ones(c, layout, table)
    ]
    if found:
        yield doubt_about(
            "contradicted", found, Text("表头和下面的内容不符：{}", "headings that their contents contradict: {}")
        )


_FIRM = 2  # other columns whose contents bear witness, and none that does not


def _stands_among_firm_ones(column: UnreadColumn, layout: Layout, table: ReadTable) -> bool:
    """Whether nothing can be shifted: the names are systems' and every other column of figures or dates holds them.

    Of cells that are shifted more than one column holds something else than its heading says: where figures begin or end.
    Whom a telephone or a firm belongs to is not seen in figures: such a column makes its neighbours doubtful, too.
    """
    meaning = table.task.words.meaning(layout.levels[column.index]) if column.index in layout.levels else None
    if table.form is not None or meaning is None or _depends_on_whose(meaning.field.partition(".")[0]):
        return False
    odd = [c for c in layout.unread if c.why == "asked" and table.task.words.meaning(layout.levels.get(c.index, ("",)))]
    if len(odd) > 1:
        return False
    below = table.head[layout.bottom + 1 :]
    names = layout.column("sys_name")
    firm = [c for c in layout.columns if is_checked(c) and not c.stands_in]
    return (
        names is not None
        and share_like_systems(names.index, below) >= MOSTLY
        and len(firm) >= _FIRM
        and all(is_read(c, below, table.task.words) for c in firm)
    )


def hardly_known(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """Fewer than half of the columns with content are understood."""
    used = {(at, c.index) for at, table in enumerate(tables) for layout in table.layouts for c in layout.columns}
    used |= {
        (at, c.index) for at, table in enumerate(tables) for layout in table.account.layouts for c in layout.unread if c.is_unlisted
    }  # fmt: skip
    asked = {
        (at, c.index) for at, table in enumerate(tables) for layout in table.account.layouts for c in layout.unread if c.why == "asked"
    } - used  # fmt: skip
    count = len(used) + len(asked)
    if count >= _FEWEST_COLUMNS and len(used) < _KNOWN * count:
        yield Doubt(
            sign="hardly-known", reason=Text(f"有内容的 {count} 栏里只读懂 {len(used)} 栏", f"of {count} columns with content only {len(used)} are understood")
        )  # fmt: skip


def _by_basis(tables: Sequence[ReadTable]) -> Iterable[tuple[Column, Basis]]:
    return ((column, basis) for _, _, column, basis in _told(tables))


def _told(tables: Sequence[ReadTable]) -> Iterable[tuple[ReadTable, Layout, Column, Basis]]:
    for table in tables:
        for layout in table.account.layouts:
            for column in layout.columns:
                if not column.stands_in:
                    yield table, layout, column, basis_of(column, layout, table.task.words)
