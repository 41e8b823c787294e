"""Where the tables of a report stand in a workbook, and how its cells look."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from catalogs.words import Language, Text
from report.figures import Cell, Column, Share, Table

if TYPE_CHECKING:
    from xlsxwriter import Workbook

# One sheet for each table, in this order. Names have at most 31 characters.
SHEETS: dict[str, Text] = {
    "scope.excluded": Text("未纳入统计", "Left out"),
    "capacity.pools": Text("资源池", "Pools"),
    "capacity.platform": Text("平台自报", "Platforms"),
    "capacity.technologies": Text("信创与非信创", "Technologies"),
    "use.zones": Text("区域", "Zones"),
    "use.units": Text("单位", "Units"),
    "use.systems": Text("系统", "Systems"),
    "use.days": Text("逐日", "Days"),
    "bands.overview": Text("区间分布", "Bands"),
    "bands.cpu.units": Text("CPU区间", "CPU bands"),
    "bands.memory.units": Text("内存区间", "Memory bands"),
    "bands.storage.units": Text("存储区间", "Storage bands"),
    "bands.cpu.top": Text("CPU较高", "CPU highest"),
    "bands.cpu.bottom": Text("CPU较低", "CPU lowest"),
    "bands.memory.top": Text("内存较高", "Memory highest"),
    "bands.memory.bottom": Text("内存较低", "Memory lowest"),
    "bands.storage.top": Text("存储较高", "Storage highest"),
    "bands.storage.bottom": Text("存储较低", "Storage lowest"),
    "change.balance": Text("月度平衡", "Balance"),
    "change.unexplained": Text("差值明细", "Unexplained"),
    "zombies.comparison": Text("僵尸对照", "Zombies compared"),
    "zombies.list": Text("僵尸系统", "Zombies"),
    "zombies.cleanup": Text("清理情况表", "Clean-up"),
    "zombies.stages": Text("案卷进度", "Cases by step"),
    "zombies.cases": Text("案卷清单", "Cases"),
    "zombies.changed": Text("与上月不同", "Changed"),
    "zombies.differing": Text("申报与检测不一致", "Differing"),
    "zombies.unknown": Text("不作判断", "No verdict"),
    "zombies.use": Text("逐日CPU", "CPU by day"),
    "zombies.calls": Text("调用关系", "Calls"),
    "migration.targets": Text("迁移目标", "Targets"),
    "migration.units": Text("单位进度", "Units"),
    "migration.months": Text("逐月进度", "Months"),
    "migration.accepted": Text("验收清册", "Accepted"),
    "migration.open": Text("尚未迁移", "To move"),
    "migration.rooms": Text("机房清空", "Rooms"),
    "migration.uncounted": Text("不计入的系统", "Not counted"),
    "clauses.usage": Text("政策条款", "Clauses"),
    "coverage.resources": Text("数据覆盖", "Coverage"),
    "coverage.unmeasured": Text("未测得", "Unmeasured"),
    "basis.gaps": Text("数据缺口", "Gaps"),
    "basis.parameters": Text("统计口径", "Basis"),
    "basis.sources": Text("数据来源", "Sources"),
    "detail.servers": Text("云主机", "Servers"),
    "detail.migration": Text("系统明细", "Systems"),
}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_CELL = 32_767
TICK, _TICK_WIDTH = "√", 9
WIDEST = 48  # characters of a column of text; what is longer goes on in the next line


def say(text: Text, lang: Language) -> str:
    """A text in the language of the workbook."""
    return text.zh if lang == "zh" else text.en


def safe_text(text: str) -> str:
    """A text that the file format can hold: no control characters, not longer than a cell may be."""
    return _CONTROL.sub("�", text)[:_LONGEST_CELL]


@cache
def _letters(column: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))


def a1(row: int, column: int) -> str:
    """A cell's name, `B7`, from its place counted from 0."""
    return f"{_letters(column)}{row + 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The place of a table: which column each of its columns begins in, and where its rows are.

    A column of rates takes three: numerator, denominator, rate. `groups` holds, for each table that adds this one up,
    the row number there that each row here belongs to: sums go by number, so no name can be mistaken for a pattern.
    """

    name: str
    first: int
    last: int
    width: int
    at: dict[str, int]
    kinds: dict[str, str]
    widths: dict[str, int]
    groups: dict[str, list[int]]
    group_at: dict[str, int]
    ticks: frozenset[str] = frozenset()  # columns of nothing but ticks: narrow, below a heading of several lines

    @staticmethod
    def of(table: Table, name: str, groupings: list[Table]) -> Sheet:
        """Lay a table out."""
        at: dict[str, int] = {}
        column = 0
        for one in table.columns:
            at[one.key] = column
            column += 3 if one.kind == "ratio" else 1
        widths = {one.key: _widest(table, place) for place, one in enumerate(table.columns)}
        return Sheet(
            name=name, first=1, last=len(table.rows), width=column + len(groupings), at=at, widths=widths, ticks=_ticks(table),
            kinds={one.key: one.kind for one in table.columns},
            groups={other.id: _group_numbers(table, other) for other in groupings},
            group_at={other.id: column + place for place, other in enumerate(groupings)},
        )  # fmt: skip

    def span(self, column: int) -> str:
        """All cells of one column, as a formula on the same sheet names them."""
        return f"{a1(self.first, column)}:{a1(max(self.first, self.last), column)}"

    def _outside(self, column: int) -> str:
        from xlsxwriter.utility import quote_sheetname, xl_range_abs

        return f"{quote_sheetname(self.name)}!{xl_range_abs(self.first, column, max(self.first, self.last), column)}"

    def spans(self, key: str) -> tuple[str, str]:
        """The numbers of a column (and the denominators of a rate, else ''), as formulas on other sheets name them."""
        at = self.at[key]
        return self._outside(at), self._outside(at + 1) if self.kinds[key] == "ratio" else ""

    def group_spans(self, key: str, grouping: str) -> tuple[str, str, str]:
        """Numbers, denominators, and the numbers of the groups that each row belongs to."""
        return (*self.spans(key), self._outside(self.group_at[grouping]))

    def text_width(self, column: Column, lang: Language) -> int:
        """A width, in characters, that fits the heading on two lines and the contents; long contents are wrapped."""
        heading = say(column.label, lang)
        longest = max((cells_of(word) for word in heading.split()), default=0) if lang == "en" else 0
        if column.key in self.ticks:
            return max(longest + 1, _TICK_WIDTH)
        return min(WIDEST, max(-(-cells_of(heading) // 2) + 2, longest + 1, 6, self.widths[column.key] + 3))

    def heading_lines(self, table: Table, lang: Language) -> int:
        """How many lines the longest heading takes."""
        return max(-(-cells_of(say(one.label, lang)) // (self.text_width(one, lang) - 1)) for one in table.columns)

    def lines(self, table: Table, cells: Sequence[Cell], lang: Language) -> int:
        """How many lines the texts of a row take in the widths of their columns."""
        texts = (
            (column, say(cell, lang) if isinstance(cell, Text) else cell)
            for column, cell in zip(table.columns, cells, strict=True)
            if isinstance(cell, Text | str)
        )
        return max((-(-cells_of(text) // (self.text_width(column, lang) - 1)) for column, text in texts), default=1)


def cells_of(text: str) -> int:
    """The width of a text in characters: a Chinese one takes two."""
    return len(text.encode("gb18030", "replace"))


def _ticks(table: Table) -> frozenset[str]:
    cells = {
        one.key: {row[place] for row in table.rows} for place, one in enumerate(table.columns) if one.kind == "text"
    }
    columns = [key for key, found in cells.items() if found and found <= {"", TICK}]
    return frozenset(columns if any(TICK in cells[key] for key in columns) else ())


def _widest(table: Table, place: int) -> int:
    return max((_width(row[place]) for row in table.rows[:200]), default=0)


def _width(cell: Cell) -> int:
    match cell:
        case Text():
            return cells_of(cell.zh)
        case str():
            return cells_of(cell)
        case Share(note=Text() as note):
            return max(cells_of(note.zh), cells_of(note.en))
        case Share() | None:
            return 8
        case _:
            return len(f"{cell:,.1f}")


def _group_numbers(detail: Table, grouping: Table) -> list[int]:
    """For each row of the detail the 1-based row of the grouping it belongs to; 0 for none."""
    own = [grouping.index(key) for key, _ in grouping.by]
    theirs = [detail.index(key) for _, key in grouping.by]
    numbers = {tuple(row[place] for place in own): number for number, row in enumerate(grouping.rows, start=1)}
    return [numbers.get(tuple(row[place] for place in theirs), 0) for row in detail.rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """How cells look."""

    title: Any
    subtitle: Any
    heading: Any
    label: Any
    wrapped: Any
    whole: Any
    fraction: Any
    ratio: Any
    total: Any
    note: Any
    missing: Any
    tiny: dict[str, Any]
    nearly: dict[str, Any]
    book: Any
    line: dict[str, Any]
    noted: dict[tuple[float, str], Any] = field(default_factory=dict)

    def rate(self, value: float | None, note: str | None) -> Any:
        """Percent; the note of a rate that is not measured stands in its place as long as the cell has that value."""
        if value is None or note is None:
            return self.ratio
        if (value, note) not in self.noted:
            shown = f'"{note}"' if value in (0, 1) else f'0.0%"（{note}）"'
            self.noted[value, note] = self.book.add_format(
                {**self.line, "num_format": f"[={value:.17g}]{shown};0.0%", "align": "right", "font_color": "#96650B"}
            )
        return self.noted[value, note]

    def number(self, value: float | None) -> Any:
        """Whole numbers without decimals, others with two."""
        return self.whole if value is None or float(value).is_integer() else self.fraction


def formats(book: Workbook) -> Formats:
    """All formats of the workbook. Rates that round to 0 % or 100 % without being it are shown as `<0.1%`, `>99.9%`."""
    font = {"font_name": "等线", "font_size": 10, "valign": "top"}
    line = {**font, "bottom": 1, "bottom_color": "#D9E0E7"}

    def made(**more: Any) -> Any:
        return book.add_format({**line, **more})

    return Formats(
        book=book,
        line=line,
        title=book.add_format({**font, "font_size": 20, "bold": True, "font_color": "#163A5C"}),
        subtitle=book.add_format({**font, "font_size": 14, "font_color": "#B8923A"}),
        heading=book.add_format(
            {
                **font,
                "bold": True,
                "font_color": "#FFFFFF",
                "bg_color": "#1F4E79",
                "text_wrap": True,
                "valign": "vcenter",
                "border": 1,
                "border_color": "#D9E0E7",
            }
        ),
        label=made(bold=True, font_color="#163A5C"),
        wrapped=made(text_wrap=True),
        whole=made(num_format="#,##0"),
        fraction=made(num_format="#,##0.00"),
        ratio=made(num_format="0.0%;-0.0%;0%", align="right"),
        total=made(num_format="#,##0", bold=True, top=2, top_color="#1F4E79"),
        note=book.add_format({**font, "italic": True, "font_color": "#5B6875"}),
        missing=made(font_color="#96650B", align="right"),
        tiny={
            "type": "cell",
            "criteria": "between",
            "minimum": 1e-12,
            "maximum": 0.0004999,
            "format": book.add_format({"num_format": '"<0.1%"'}),
        },
        nearly={
            "type": "cell",
            "criteria": "between",
            "minimum": 0.9995,
            "maximum": 0.999999999999,
            "format": book.add_format({"num_format": '">99.9%"'}),
        },
    )
