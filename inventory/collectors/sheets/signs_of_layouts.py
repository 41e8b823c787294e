"""Signs of a sheet that is not plain, of its layout: forms, sheets on their side, several tables, what was joined or taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from catalogs.words import Text
from inventory.collectors.columns.verified_words import is_original, is_verified
from inventory.collectors.forms.prose import is_of_prose
from inventory.collectors.sheets.read_tables import Doubt, ReadTable
from inventory.collectors.workbooks.grid import letters

_ROWS_ASKED, _FEWEST_ASKED = 0.5, 3  # share of the rows of data that could not be taken, and how many they are at least
_KINDS: Mapping[str, Text] = {
    "cards": Text(
        "是登记卡（标签和内容并排），不是一行一个系统", "it is a form of labels and values, not one row a system"
    ),
    "sideways": Text("是横表（一列一个系统）", "it lies on its side, one column a system"),
    "facts": Text("一行只写一个指标，几行合成一个系统", "each row has one fact; several rows make a system"),
    "stacked": Text("几行合成一个系统", "several rows make a system"),
}


def odd_kind(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """Forms, sheets on their side, one fact a row, several rows a system."""
    for kind in dict.fromkeys(table.form.kind for table in tables if table.form is not None):
        yield Doubt(sign=kind, reason=_KINDS[kind])


def several_tables(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """More than one table on the sheet, below or beside each other, or a form with a table."""
    count = sum(len(table.account.layouts) for table in tables)
    if count > 1:
        yield Doubt(
            sign="several-tables", reason=Text(f"一张工作表上有 {count} 张表", f"{count} tables stand on one sheet")
        )


def blank_column_inside(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """An empty column without a heading between columns that have one: what stands right of it may be another table."""
    for table in tables:
        if table.form is not None or len(tables) > 1:
            continue
        head = table.head[table.task.layout.top :]
        used = sorted(column.index for column in table.task.layout.columns)
        known = table.task.layout.levels.keys() | table.task.grid.emptied_columns
        inside = [at for at in range(used[0], used[-1]) if at not in known] if used else []
        gaps = [at for at in inside if all(at >= len(row) or row[at] == "" for row in head)]
        if gaps:
            yield Doubt(
                sign="blank-column", columns=tuple(map(letters, gaps)),
                reason=Text(f"表中间有空栏（{'、'.join(map(letters, gaps))}），右边可能是另一张表", f"an empty column ({', '.join(map(letters, gaps))}) stands inside; what is right of it may be another table"),
            )  # fmt: skip


def zones_as_columns(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """Groups of columns that are zones, rooms or roles of servers: each group becomes records of its own."""
    found = [c for table in tables for layout in table.layouts for c in layout.columns if c.zone is not None]
    if found:
        zones = "、".join(dict.fromkeys(str(c.zone) for c in found))
        yield Doubt(
            sign="zones", reason=Text(f"各区、机房或服务器角色（{zones}）各占几栏，拆开读的", f"zones, rooms or roles ({zones}) have columns of their own and were read apart")
        )  # fmt: skip


def names_from_titles(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """The system of the rows stands in a title above them, not in a column."""
    if any(
        "sys_name" in record.field_origins for table in tables if table.form is None for record in table.account.records
    ):
        yield Doubt(
            sign="titles",
            reason=Text("系统名称写在各段的标题里，不在栏里", "the systems' names stand in titles above the rows"),
        )


def original_and_verified(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """What was filled in first beside what was verified."""
    texts = {text for table in tables for layout in table.layouts for path in layout.levels.values() for text in path}
    if any(map(is_verified, texts)) and any(map(is_original, texts)):
        yield Doubt(
            sign="verified",
            reason=Text(
                "有原填的和核实的两种，取了核实的",
                "there are original and verified values; the verified ones were taken",
            ),
        )


def ticks_joined(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """A column for each option, ticked below: they are read as one column."""
    if any(table.task.grid.emptied_columns for table in tables):
        yield Doubt(sign="ticks", reason=Text("打勾的几栏并成一栏读的", "columns with ticks were read as one column"))


def rows_not_taken(tables: Sequence[ReadTable]) -> Iterable[Doubt]:
    """Half of the rows could not be taken: the sheet is perhaps not what it was read as."""
    taken = sum(table.account.rows_recorded for table in tables)
    asked = sum(table.account.rows_asked for table in tables)
    asked -= sum(
        is_of_prose(gap) for table in tables for gap in table.account.gaps
    )  # paragraphs beside it are no rows of a table
    if taken and asked >= max(_FEWEST_ASKED, _ROWS_ASKED * (taken + asked)):
        yield Doubt(
            sign="rows",
            reason=Text(
                f"{taken + asked} 行里有 {asked} 行读不成", f"{asked} of {taken + asked} rows could not be read"
            ),
        )
