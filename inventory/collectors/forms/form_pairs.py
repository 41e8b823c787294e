"""The labels of a form with their values, wherever they stand on the sheet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inventory.collectors.cells.cell_types import Raw
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.rows.row_kinds import lead_kind
from inventory.collectors.rows.system_titles import numbered, titles_of
from inventory.collectors.workbooks.grid import Row, column_number
from inventory.fields import FIELDS

_LINES = re.compile(r"[\r\n;；]+|_x000[dD]_")
_NEXT_LABEL = re.compile(r"\s{2,}(?=[^\s:：]{2,12}[:：])")
_NAME = "系统名称"
_LABELS_IN_A_COLUMN = 2  # known labels that make a column one of labels
_LONGEST_LABEL = 60  # characters
_LONGEST_IN_CELL = 12  # characters of a label before a colon in the same cell


@dataclass(frozen=True, slots=True)
class Pair:
    """A label with the value beside it: what it means (None where it is unknown) and where both stand."""

    text: str
    field: str | None
    label_at: tuple[int, int]
    value_at: tuple[int, int]
    value: Raw


def pairs_of(rows: Sequence[Row], words: Vocabulary) -> list[Pair]:
    """Every label with the value beside it, and every value that has no label, so that no cell of a form is lost.

    A label is a text that is a known heading, or one that stands in a column of known headings. A label right before
    another one is the caption of a group.
    """
    met: Counter[int] = Counter(at for row in rows for at, cell in enumerate(row) if field_of(cell, words) is not None)
    columns = {at for at, count in met.items() if count >= _LABELS_IN_A_COLUMN}
    found: list[Pair] = []
    for row_at, row in enumerate(rows):
        keys = row_keys(row, row_at, words)
        ours = {place[1] for pair in keys for place in (pair.label_at, pair.value_at)}
        filled = [(at, cell) for at, cell in enumerate(row) if cell != "" and at not in ours]
        if len(filled) == 1:
            found += [*_labelled_cell(filled[0], row_at, words), *keys]
            continue
        open_label: tuple[int, str] | None = None
        for order, (at, cell) in enumerate(filled):
            is_label = field_of(cell, words) is not None or (
                at in columns and open_label is None and isinstance(cell, str)
            )
            if is_label and (order + 1 < len(filled) or open_label is None):
                open_label = (at, str(cell).strip())
            elif open_label is not None:
                label_at, text = open_label
                found.append(Pair(text, field_of(text, words), (row_at, label_at), (row_at, at), cell))
                open_label = None
            else:
                found.append(Pair("", None, (row_at, at), (row_at, at), cell))
        found += keys
    return found


def row_keys(row: Row, row_at: int, words: Vocabulary) -> list[Pair]:
    """The identity that a correction file carries behind the name of a system."""
    return [
        Pair(str(cell), "row_key", (row_at, at), (row_at, at + 1), row[at + 1])
        for at, cell in enumerate(row[:-1])
        if row[at + 1] != "" and isinstance(cell, str) and "row_key" in cell and field_of(cell, words) == "row_key"
    ]


def _labelled_cell(filled: tuple[int, Raw], row_at: int, words: Vocabulary) -> list[Pair]:
    """`CPU：8核` alone in its row, or several such lines in one cell."""
    at, cell = filled
    lines = [line for line in _LINES.split(cell) if line.strip()] if isinstance(cell, str) else []
    if len(lines) == 1 and len(several := _NEXT_LABEL.split(lines[0].strip())) > 1:  # 卡片编号：1　　填报单位：档案局
        lines = several if all(_is_labelled(*part.replace("：", ":").partition(":")) for part in several) else lines
        own = [part.replace("：", ":").partition(":") for part in lines]
        if len(lines) > 1 and any(field_of(label, words) is not None for label, _, _ in own):
            return [
                Pair(label.strip(), field_of(label, words), (row_at, at), (row_at, at), value.strip())
                for label, _, value in own
            ]
    parts = [_unnumbered(line).replace("：", ":").partition(":") for line in lines]
    if len(parts) > 1 and not all(_is_labelled(*part) and field_of(part[0], words) is not None for part in parts):
        parts = [_unnumbered(cell).replace("：", ":").partition(":")] if isinstance(cell, str) else []
    return [
        Pair(label.strip(), field_of(label, words), (row_at, at), (row_at, at), value.strip())
        for label, colon, value in parts
        if _is_labelled(label, colon, value)
    ]


def _unnumbered(line: str) -> str:
    """`2、系统名称：培训平台` has the label of the first system, whatever its number."""
    told = numbered(line)
    return line if told is None or not re.search(r"[:：]", told[1]) else told[1]


def _is_labelled(label: str, colon: str, value: str) -> bool:
    return bool(colon and value.strip()) and 1 < len(label.strip()) <= _LONGEST_IN_CELL


def field_of(cell: Raw, words: Vocabulary) -> str | None:
    """The field that a label means; `None` for a cell that is no known label."""
    text = cell.strip().rstrip(":：") if isinstance(cell, str) else ""
    meaning = words.meaning((text,)) if 1 < len(text) <= _LONGEST_LABEL else None
    return meaning.field if meaning else None


_PROSE = re.compile(r"^(特此|此致|现将|现报|附件|专此|敬礼|以上)")  # lines of a letter that say nothing of a system


def with_titles(pairs: Sequence[Pair], rows: Sequence[Row], words: Vocabulary) -> list[Pair]:
    """The pairs of a sheet whose numbered titles name the systems, each title as the name of what stands below it.

    A title numbered alike that names no system has an empty name: what stands below it is asked about. Lines of prose
    below a title are values without a label. Without such titles the pairs come back as they are.
    """
    ours = [{place[1] for pair in row_keys(row, at, words) for place in (pair.label_at, pair.value_at)} for at, row in enumerate(rows)]  # fmt: skip
    titles = titles_of([["" if at in own else cell for at, cell in enumerate(row)] for row, own in zip(rows, ours, strict=True)])  # fmt: skip
    if not titles:
        return list(pairs)
    told = {pair.value_at[0] for pair in pairs} | {title.row for title in titles}
    counts = Counter(pair.text for pair in pairs)
    found = [
        pair for pair in pairs
        if pair.value_at[0] >= titles[0].row and not (counts[pair.text] == 1 and pair.value_at[0] > titles[-1].row and _signs(pair))
    ]  # fmt: skip
    for title in titles:
        place = (title.row, title.column)
        found.append(Pair(_NAME, "sys_name", place, place, title.text if title.names else ""))
    found += [
        Pair("", None, (at, line), (at, line), rows[at][line])
        for at in range(titles[0].row, len(rows))
        if at not in told and (line := _prose(rows[at])) is not None
    ]
    return sorted(found, key=lambda pair: (pair.value_at[0], pair.field != "sys_name", pair.value_at[1]))


def _signs(pair: Pair) -> bool:
    """联系人：张三 in one cell at the foot of a letter: its own, not that of the last system."""
    return pair.label_at == pair.value_at and lead_kind(f"{pair.text}：{pair.value}") is not None


def _prose(row: Row) -> int | None:
    """The column of a line of prose, alone in its row; `None` for a sign-off and for what belongs to the letter."""
    filled = [at for at, cell in enumerate(row) if cell != ""]
    if len(filled) != 1 or not isinstance(row[filled[0]], str):
        return None
    text = str(row[filled[0]]).strip()
    is_caption = len(text) <= _LONGEST_IN_CELL and numbered(text) is not None  # （一）资源: a level below the titles
    return None if is_caption or lead_kind(text) is not None or _PROSE.match(text) else filled[0]


def by_cards(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs of cards that stand side by side, one card after the other; other pairs stay as they stand.

    Such cards repeat their labels: the same label of a name stands twice in one row, and another label below each.
    What stands below and right of a name's label belongs to it, until the next row of names. 项目名称 beside 系统名称 are no cards.
    """
    names = [pair for pair in pairs if pair.field == "sys_name" and pair.label_at != pair.value_at]
    rows = sorted({pair.label_at[0] for pair in names})
    bands = sorted({pair.label_at[1] for pair in names})
    if len(rows) == len(names) or len({pair.text for pair in names}) > 1:
        return list(pairs)

    def card(pair: Pair) -> tuple[int, int]:
        row, column = pair.label_at
        return sum(top <= row for top in rows), sum(left <= column for left in bands)

    repeated = Counter((pair.text, card(pair)[0]) for pair in pairs if pair.field not in (None, "sys_name"))
    if not any(count > 1 for count in repeated.values()):
        return list(pairs)
    keys = _keys_of_cards([pair for pair in pairs if pair.field == "row_key"], names)
    own = [(pair, card(pair)) for pair in pairs if pair.field != "row_key"]
    own += [(replace(key, text=_OF_COLUMN.sub("", key.text)), card(name)) for key, name in keys.items()]
    return [pair for pair, _ in sorted(own, key=lambda one: one[1])]


_OF_COLUMN = re.compile(r"[(（]([A-Z]{1,3})[)）]$")


def _keys_of_cards(keys: Sequence[Pair], names: Sequence[Pair]) -> dict[Pair, Pair]:
    """The identities that a correction file carries, each with the name whose column it tells; those of a changed sheet are nobody's."""
    found: dict[Pair, Pair] = {}
    for row in {pair.label_at[0] for pair in keys}:
        own = {pair.value_at[1]: pair for pair in names if pair.value_at[0] == row}
        told = {pair: _OF_COLUMN.search(pair.text) for pair in keys if pair.label_at[0] == row}
        if len(told) == len(own) == 1 and not any(told.values()):
            found |= dict(zip(told, own.values(), strict=True))
        elif all(mark is not None and column_number(mark[1]) in own for mark in told.values()):
            found |= {pair: own[column_number(mark[1])] for pair, mark in told.items() if mark is not None}
    return found


_INSIDE = 2  # labels of other things than their row's, in one column, that no sheet on its side has


def has_labels_inside(rows: Sequence[Row], first: int, words: Vocabulary) -> bool:
    """Whether a column behind the first ones holds labels of its own, each with a value: pairs side by side, no sheet on its side.

    Args:
        rows: of the sheet.
        first: the first column, from 0, that holds values if the sheet lies on its side.
        words: the vocabulary.
    """
    met: Counter[int] = Counter()
    for row in rows:
        own = next((known for cell in row[:first] if (known := field_of(cell, words)) is not None), None)
        if own is None:
            continue
        for at in range(first + 1, len(row) - 1):
            known = field_of(row[at], words)
            if known is None or row[at + 1] == "":
                continue
            if (_group(known) != _group(own) and row[at] not in row[:at]) or _next_card(row, at):
                met[at] += 1
    return any(count >= _INSIDE for count in met.values())


def _next_card(row: Row, at: int) -> bool:
    """Whether a row's own label stands there once more with a single value between: the same label of the card beside it."""
    filled = [index for index in range(at) if row[index] != ""]
    return len(filled) == 2 and row[filled[0]] == row[at]


def _group(name: str) -> str:
    known = FIELDS.get(name.partition(".")[0])
    return known.group if known is not None else name
