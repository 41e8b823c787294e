"""Accounts and passwords in what is not read: hidden and struck rows, hidden sheets, sheets that are no ledgers.

They are told, so that the unit removes them and the correction file does not send them back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from catalogs.words import Text
from inventory.collectors.columns.heading_columns import speaks_of_credentials
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.secrets.credentials import mask
from inventory.collectors.workbooks.grid import Grid, Row, letters
from inventory.model import Gap, Origin

_HEAD_ROWS = 60  # in which headings are looked for, as in sheets that are read
_LONGEST_HEADING = 20  # characters; a longer text that speaks of passwords is a note


def secrets_of_sheet(grid: Grid, words: Vocabulary, place: Origin) -> Iterator[Gap]:
    """One gap for each column of credentials and for each other cell with one, of a sheet that is not read."""
    columns: dict[int, int] = {}
    for number, row in enumerate(islice(grid.rows(), _HEAD_ROWS), 1):
        for at, cell in enumerate(row):
            if isinstance(cell, str) and at not in columns and _heads_credentials(cell, words):
                columns[at] = number
                text = Text(
                    f"没有读的工作表里，「{cell.strip()}」一栏是账号或密码；请从台账中删除",
                    f"in a sheet that is not read, the column {cell.strip()!r} holds credentials; please remove it",
                )
                origin = replace(place, row=number, column=letters(at))
                yield Gap(kind="credential", origin=origin, message=text, raw="***")
    yield from secrets_in_rows(enumerate(grid.rows(), 1), place, frozenset(columns))


def _heads_credentials(cell: str, words: Vocabulary) -> bool:
    text = cell.strip()
    if not 0 < len(text) <= _LONGEST_HEADING:
        return False
    meaning = words.meaning((text,))
    return meaning.field == "credential" if meaning else speaks_of_credentials(text)


def secrets_in_rows(
    rows: Iterable[tuple[int, Row]], place: Origin, told: frozenset[int] = frozenset()
) -> Iterator[Gap]:
    """One gap for each cell with an account or password in it, but for columns that were told of as a whole."""
    known: dict[str, bool] = {}
    for number, row in rows:
        for at, cell in enumerate(row):
            if not isinstance(cell, str) or at in told:
                continue
            if cell not in known:
                known[cell] = mask(cell)[1]
            if known[cell]:
                text = Text(
                    "没有读的单元格里有账号或密码；请从台账中删除",
                    "an account or password stands in a cell that is not read; please remove it",
                )
                origin = replace(place, row=number, column=letters(at))
                yield Gap(kind="credential", origin=origin, field="credential", message=text, raw="***")
