"""Tables with one value a row, `系统 | 指标 | 内容`: the indicators are labels, and a run of rows is the card of one system."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inventory.collectors.cells.cell_types import Raw, plain_text
from inventory.collectors.columns.heading_keys import unit_of
from inventory.collectors.columns.verified_values import holding
from inventory.collectors.columns.verified_words import is_original, is_verified
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.forms.form_pairs import Pair, field_of, row_keys
from inventory.collectors.rows.row_kinds import CLASSIFIED_ROW
from inventory.collectors.workbooks.grid import MergedRange, Row

_UNIT = re.compile(r"^(计量)?单位$")
_HEAD = 20  # rows in which the headings may stand
_FEWEST_ROWS = 6
_FEWEST_LABELS = 3  # different indicators that are known
_MOSTLY = 0.6  # share of the rows whose indicator is known


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the headings stand (row from 0), and the columns of names, of indicators and of values (from 0)."""

    head: int
    name: int
    label: int
    value: int
    original: int | None = None  # what was reported, where the values are the verified ones


def long_pairs(rows: Sequence[Row], words: Vocabulary, merges: Sequence[MergedRange] = ()) -> list[Pair]:
    """The names and the labels with their values, system after system; empty where the sheet is no such table.

    Every further column is kept once a system, below its heading, so that it is asked about.
    """
    found = _columns(rows, words, merges)
    if found is None:
        return []
    rows = _with_names_filled(rows, merges, found.head, found.name)
    pairs: list[Pair] = []
    met: list[str] = []
    for at in range(found.head + 1, len(rows)):
        row = rows[at]
        name, label = _text(row, found.name), _text(row, found.label)
        if CLASSIFIED_ROW in row:  # what a correction file left of a system
            place = (at, row.index(CLASSIFIED_ROW))
            pairs.append(Pair("系统名称", "sys_name", place, place, CLASSIFIED_ROW))
            met.append("")
            continue
        if not label or not name:
            pairs += [Pair("", None, (at, c), (at, c), cell) for c, cell in enumerate(row) if cell != ""][:1]
            continue
        if not met or met[-1] != name:
            if name in met:
                return []  # its rows stand in several places: no run of rows is the system's
            met.append(name)
            pairs.append(Pair("系统名称", "sys_name", (at, found.name), (at, found.name), name))
            pairs += [*row_keys(row, at, words), *_beside(rows, at, found, words)]
        value: Raw | None = _with_unit(row, rows[found.head], found)
        where = (at, found.value)
        if found.original is not None:
            reported = row[found.original] if found.original < len(row) else ""
            holds = holding(reported, row[found.value] if found.value < len(row) else "")
            if holds is None:  # reported and not verified: neither is taken, the reported one is asked about
                pairs.append(Pair("", None, (at, found.original), (at, found.original), reported))
                value = ""
            elif holds is reported:
                value, where = holds, (at, found.original)
        pairs.append(Pair(label, field_of(label, words), (at, found.label), where, value if value is not None else ""))
    return pairs if len(met) > 1 else []


def _with_names_filled(rows: Sequence[Row], merges: Sequence[MergedRange], head: int, name: int) -> list[Row]:
    """The rows with a name that is merged over several of them in each."""
    filled = list(rows)
    for first, left, last, right in merges:
        if left == right == name and first > head:
            for at in range(first + 1, min(last + 1, len(filled))):
                if name < len(filled[at]) and filled[at][name] == "" and filled[at].count("") < len(filled[at]):
                    filled[at] = [*filled[at][:name], filled[first][name], *filled[at][name + 1 :]]
    return filled


def _columns(rows: Sequence[Row], words: Vocabulary, merges: Sequence[MergedRange]) -> _Columns | None:
    for head, row in enumerate(rows[:_HEAD]):
        name = next((at for at, cell in enumerate(row) if field_of(cell, words) == "sys_name"), None)
        if name is None:
            continue
        rows = _with_names_filled(rows, merges, head, name)
        for label in range(name + 1, len(row) - 1):
            if row[label] == "" or row[label + 1] == "" or field_of(row[label], words) is not None:
                continue
            texts = [text for below in rows[head + 1 :] if _text(below, name) and (text := _text(below, label))]
            known = [text for text in texts if field_of(text, words) is not None]
            enough = len(texts) >= _FEWEST_ROWS and len(set(known)) >= _FEWEST_LABELS
            if enough and len(known) >= _MOSTLY * len(texts) and len(set(texts)) < len(texts):
                return _value_columns(row, head, name, label)
    return None


def _value_columns(headings: Row, head: int, name: int, label: int) -> _Columns:
    """The column of values behind that of the indicators; of 原填报内容 and 核实后内容 the verified one."""
    behind = range(label + 1, len(headings))
    verified = [at for at in behind if is_verified(_text(headings, at))]
    original = [at for at in behind if is_original(_text(headings, at))]
    if len(verified) == 1 and len(original) == 1:
        return _Columns(head, name, label, verified[0], original[0])
    return _Columns(head, name, label, label + 1)


def _with_unit(row: Row, head: Row, found: _Columns) -> Raw:
    """The value, with the unit that a column of units has for it."""
    value, at = (row[found.value] if found.value < len(row) else ""), found.value + 1
    unit = _text(row, at)
    is_of_units = bool(_UNIT.match(_text(head, at))) and unit_of(unit.lower()) is not None
    return f"{plain_text(value)}{unit}" if is_of_units and isinstance(value, int | float) else value


def _beside(rows: Sequence[Row], at: int, found: _Columns, words: Vocabulary) -> list[Pair]:
    """The further columns of a system's first row; those that only count the rows are left aside.

    A column that changes from row to row speaks of the indicators, not of the system: it is asked about, never read.
    """
    row, head = rows[at], rows[found.head]
    pairs: list[Pair] = []
    for c in range(min(len(row), len(head))):
        own = c in (found.name, found.label, found.value, found.original)
        if own or head[c] == "" or row[c] == "" or isinstance(row[c], int | float):
            continue
        run = [other for other in rows[found.head + 1 :] if _text(other, found.name) == _text(row, found.name)]
        heading = str(head[c]).strip()
        if len({_text(other, c) for other in run}) > 1:
            if _UNIT.match(heading):
                continue  # read with the values
            heading = f"每行的{heading}"
        pairs.append(Pair(heading, field_of(heading, words), (found.head, c), (at, c), row[c]))
    return pairs


def _text(row: Row, at: int) -> str:
    cell = row[at] if at < len(row) else ""
    return cell.strip() if isinstance(cell, str) else ""
