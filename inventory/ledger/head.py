"""The first rows of a sheet that is asked about, as they may be shown beside the question: a person compares them with the reading.

Only rows that were or would be taken are shown, never those that were skipped, are classified, or may be. In these, people,
telephones, accounts and names of classified systems are masked as everywhere else. Sheets that are no tables of rows (cards,
sheets on their side) show nothing of a sheet with classified contents.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inventory.collectors.cells.cell_types import Raw, plain_text
from inventory.collectors.cells.secrecy_words import states_secrecy, without_classified_names
from inventory.collectors.cells.text_cells import names_classified
from inventory.collectors.rows.system_names import reads_like_a_system
from inventory.collectors.secrets.credentials import mask, without_identity_numbers
from inventory.collectors.secrets.secret_forms import MASK
from inventory.collectors.sheets.sheet_names import may_be_a_person
from inventory.collectors.workbooks.grid import MAX_COLUMNS, Grid, Row, Workbook, column_number, letters
from inventory.fields import FIELDS
from inventory.ledger.asked import sheets_of
from inventory.ledger.questions import Head
from inventory.model import Collected, Gap

SHOWN_ROWS = 6  # below the headings
_OF_OTHERS = 14  # rows of a sheet that is no table of rows
_COLUMNS = 30
_LONGEST = 40  # characters of a cell
_LOOKED_AT = 5000  # rows of a sheet; what is shown stands far above
_SHORTEST_NAME = 3  # letters of a name that is looked for inside of other texts
_PRIVATE = frozenset({"person", "phone", "credential"})
_PEOPLE = re.compile(
    r"人(?!数|次|口|脸|社|大|防)|员(?!工数|数)|姓名|电话|手机|座机|固话|联系|谁|对接|值守|[AB]角|登录|登陆|账号|帐号|密码|口令"
)
_LIST = re.compile(r"[、,，;；/\s]+")


@dataclass(frozen=True, slots=True)
class Hiding:
    """Names that must not be told, wherever they stand in a text; the longest first."""

    names: tuple[str, ...] = ()

    @staticmethod
    def of(names: Iterable[str]) -> Hiding:
        """These names, but for those so short that they would stand in any text."""
        kept = {name.strip() for name in names if len(name.strip()) >= _SHORTEST_NAME}
        return Hiding(tuple(sorted(kept, key=lambda name: (-len(name), name))))

    def __call__(self, text: str) -> str:
        """The text without them."""
        for name in self.names:
            if name in text:
                text = text.replace(name, MASK)
        return text


def withheld_names(book: Workbook, collected: Collected) -> set[str]:
    """Names of the systems that a file says are classified, or may be: taken from their cells, kept while it is open."""
    grids = {grid.name: grid for grid in book.grids}
    found: set[str] = set()
    headings = {
        part for sheet in sheets_of(collected.accounting) for part in _headings(sheet)
    }  # 操作系统 reads like a system
    for sheet in sheets_of(collected.accounting):
        grid = grids.get(str(sheet["sheet"]))
        if grid is None:
            continue
        areas = [tuple(area) for area in sheet.get("classified_areas", ())]
        areas += [(row, 1, row, MAX_COLUMNS) for row in sorted(_doubtful_rows(collected.gaps, str(sheet["sheet"])))]
        columns = {column_number(c["column"]) for c in sheet["columns_used"] if c["field"] == "sys_name" and c["column"].isalpha()}  # fmt: skip
        for at, text in _texts_in(grid, areas):
            if text not in headings and (at in columns or reads_like_a_system(text)):
                found.add(text)
    return found


def _texts_in(grid: Grid, areas: Sequence[Sequence[int]]) -> Iterator[tuple[int, str]]:
    """Every cell of some areas (rows and columns from 1), with its column from 0; the sheet is gone through once."""
    by_row: dict[int, list[Sequence[int]]] = {}
    tall = [area for area in areas if area[0] != area[2]]
    for area in areas:
        if area[0] == area[2]:
            by_row.setdefault(area[0], []).append(area)
    for number, cells in enumerate(grid.rows() if areas else (), 1):
        own = [area for area in tall if area[0] <= number <= area[2]] if tall else []
        for _, left, _, right in (*by_row.get(number, ()), *own):
            for at in range(left - 1, min(right, len(cells))):
                yield at, plain_text(cells[at]).strip()


def head_of(book: Workbook, collected: Collected, sheet: Mapping[str, Any], hide: Hiding) -> Head | None:
    """The first rows of one sheet (an entry of `accounting["sheets"]`); `None` where nothing of it may be shown."""
    name = str(sheet["sheet"])
    grid = next((grid for grid in book.grids if grid.name == name), None)
    if grid is None or mask(name)[1]:
        return None
    places = [str(column["column"]) for column in (*sheet["columns_used"], *sheet["columns_ignored"])]
    if all(place.isalpha() for place in places):
        return _of_table(grid, collected, sheet, hide)
    is_secret = bool(sheet["classified_areas"]) or bool(sheet["skipped"].get("classified"))
    if is_secret or any(_is_of_secrecy(gap) for gap in collected.gaps if (gap.origin.sheet or "") == name):
        return None
    return _of_other(grid, hide, _headings(sheet))


def _of_table(grid: Grid, collected: Collected, sheet: Mapping[str, Any], hide: Hiding) -> Head:
    headings = {row for top, bottom in sheet["heading_rows"] for row in range(top, bottom + 1)}
    taken = _taken_rows(collected, str(sheet["sheet"])) - headings - _doubtful_rows(collected.gaps, str(sheet["sheet"]))
    shown = _open_rows(grid, sorted(taken)[: SHOWN_ROWS + len(hide.names)], hide)[:SHOWN_ROWS]
    last = shown[-1] if shown else max(headings, default=0)
    wanted = sorted({*(row for row in headings if row <= last), *shown})
    if not wanted or wanted[-1] > _LOOKED_AT:
        return Head(columns=(), rows=())
    rows = _first(grid, wanted[-1])
    known = {column_number(c["column"]): FIELDS[c["field"]].type in _PRIVATE for c in sheet["columns_used"]}
    asked = {
        column_number(c["column"]): c["why"] == "credential" or bool(_PEOPLE.search(str(c["heading"])))
        for c in sheet["columns_ignored"]
    }
    width = min(max((len(rows[row - 1]) for row in wanted if row <= len(rows)), default=0), _COLUMNS)
    columns = [at for at in range(width) if at not in grid.hidden_columns]
    filled = [at for at in columns if any(row <= len(rows) and at < len(rows[row - 1]) and rows[row - 1][at] != "" for row in wanted)]  # fmt: skip
    told = []
    for row in wanted:
        cells = rows[row - 1] if row <= len(rows) else []
        told.append((
            row,
            tuple(
                _heading(cells, at, hide) if row in headings
                else MASK if known.get(at, asked.get(at, False)) and _at(cells, at) != ""
                else _cell(_at(cells, at), hide, is_read=at in known)
                for at in filled
            ),
        ))  # fmt: skip
    return Head(columns=tuple(letters(at) for at in filled), rows=tuple(told), headings=frozenset(headings))


def _open_rows(grid: Grid, wanted: Sequence[int], hide: Hiding) -> list[int]:
    """Of these rows those that are not about a system whose name must not be told: nothing else of it is told either."""
    if not hide.names or not wanted or wanted[-1] > _LOOKED_AT:
        return list(wanted)
    rows = _first(grid, wanted[-1])
    return [row for row in wanted if row > len(rows) or not _names_hidden(rows[row - 1], hide)]


def _names_hidden(row: Row, hide: Hiding) -> bool:
    return any(isinstance(cell, str) and cell.strip() in hide.names for cell in row)


def _of_other(grid: Grid, hide: Hiding, labels: Container[str]) -> Head | None:
    """Cards, sheets on their side, facts in rows: what stands beside or below a label of people is masked."""
    rows = [row[:_COLUMNS] for row in _first(grid, _OF_OTHERS)]
    if hide.names and any(_names_hidden(row, hide) for row in grid.rows()):
        return None
    columns = [at for at in range(max(map(len, rows), default=0)) if at not in grid.hidden_columns]
    filled = [at for at in columns if any(_at(row, at) != "" for row in rows)]
    told = []
    for number, row in enumerate(rows, 1):
        if number in grid.hidden_rows or number in grid.struck_rows or all(cell == "" for cell in row):
            continue
        above = rows[number - 2] if number > 1 else []
        told.append((number, tuple(_beside_labels(row, above, filled, labels, hide))))
    return Head(columns=tuple(letters(at) for at in filled), rows=tuple(told))


def _beside_labels(
    row: Row, above: Sequence[Raw], filled: Iterable[int], labels: Container[str], hide: Hiding
) -> Iterator[str]:
    is_of_people = False
    for at in filled:
        raw = _at(row, at)
        text = _folded(plain_text(raw))
        is_label = len(text) <= _LONGEST and (text in labels or bool(_PEOPLE.search(text)))
        if is_label:
            is_of_people = bool(_PEOPLE.search(text))
            yield _heading(row, at, hide)
        elif raw != "" and (is_of_people or _PEOPLE.search(plain_text(_at(above, at)))) and not _is_small(raw):
            yield MASK
        else:
            yield _cell(raw, hide, is_read=False)


def _is_small(raw: Raw) -> bool:
    """A number of machines, cores or gigabytes: no telephone."""
    return isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) < 10_000


def _folded(text: object) -> str:
    return " ".join(str(text).split())


def _at(row: Sequence[Raw], at: int) -> Raw:
    return row[at] if at < len(row) else ""


def _heading(row: Sequence[Raw], at: int, hide: Hiding) -> str:
    return _short(hide(mask(" ".join(plain_text(_at(row, at)).split()))[0]))


def _cell(raw: Raw, hide: Hiding, *, is_read: bool) -> str:
    """A cell as it may be told; of a column that is not read, nothing that may be a person."""
    text = " ".join(plain_text(raw).split())
    masked, secret = mask(text)
    if secret or "@" in text or states_secrecy(text) or names_classified(text):
        return MASK
    parts = [part for part in _LIST.split(text) if part]
    if not is_read and parts and all(map(may_be_a_person, parts)):
        return MASK
    return _short(hide(without_classified_names(without_identity_numbers(masked), MASK)))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _taken_rows(collected: Collected, sheet: str) -> set[int]:
    """Rows that gave a record, or wait for the answer about the sheet or about its column of names."""
    rows = {record.origin.row for record in collected.records if (record.origin.sheet or "") == sheet}
    rows |= {
        gap.origin.row for gap in collected.gaps
        if (gap.origin.sheet or "") == sheet and gap.kind == "missing" and gap.field == "sys_name"
        and ("|layout:" in (gap.answer_key or "") or "sys_name" in gap.choices)
    }  # fmt: skip
    return {row for row in rows if row is not None}


def _doubtful_rows(gaps: Iterable[Gap], sheet: str) -> set[int]:
    """Rows that were asked about because they may be classified."""
    return {
        gap.origin.row for gap in gaps
        if gap.origin.row is not None and (gap.origin.sheet or "") == sheet and _is_of_secrecy(gap)
    }  # fmt: skip


def _is_of_secrecy(gap: Gap) -> bool:
    if gap.field == "secret" or "涉密" in gap.choices or gap.choices[:1] == ("secret",):
        return True
    told = gap.message.zh.partition("；可能是")[0]  # is 是否涉密 only likely for a column?
    return "涉密" in told or "国家秘密" in told


def _headings(sheet: Mapping[str, Any]) -> set[str]:
    """The headings of a sheet, whole and level by level."""
    whole = {_folded(column["heading"]) for column in (*sheet["columns_used"], *sheet["columns_ignored"])}
    return whole | {part.strip() for heading in whole for part in heading.split(" / ")}


def _first(grid: Grid, count: int) -> list[Row]:
    rows: list[Row] = []
    for row in grid.rows():
        if len(rows) >= min(count, _LOOKED_AT):
            break
        rows.append(row)
    return rows
