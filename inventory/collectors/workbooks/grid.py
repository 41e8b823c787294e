"""A sheet as every file format gives it: rows of raw cells, merged ranges, what was hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from catalogs.words import Text
from inventory.collectors.cells.cell_types import Raw

Row = list[Raw]
# first row, first column, last row, last column; all counted from 0, the last ones included
MergedRange = tuple[int, int, int, int]

MAX_FILE_BYTES = 300_000_000
MAX_UNPACKED_BYTES = 3_000_000_000
MAX_ROWS = 500_000
MAX_COLUMNS = 702  # ZZ; the widest survey met has 71
MAX_EMPTY_ROWS = 100_000  # rows written out without content; formats of whole columns write none
MAX_CELLS = 30_000_000  # rows x columns of one sheet: what the reader can hold in about 1 GB


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet. `rows()` starts anew each time; row 1 and column A are the first even where they are empty.

    `hidden_rows` counts from 1, `hidden_columns` from 0; `None` means the format does not tell. `formats` are number
    formats met in the first rows of a column, by column from 0 and row from 1.
    """

    name: str
    rows: Callable[[], Iterator[Row]]
    width: int
    height: int
    visible: bool = True
    merges: tuple[MergedRange, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck_rows: frozenset[int] = frozenset()  # from 1; every cell of them is struck through
    struck_cells: Mapping[int, frozenset[int]] = field(
        default_factory=dict
    )  # of other rows: row from 1, columns from 0
    formats: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    may_have_booleans: bool = True
    bands: tuple[str, ...] = ()  # texts of the headers and footers of its printed pages
    columns: tuple[int, int] | None = (
        None  # first and last from 0, where this is one of several tables beside each other
    )
    emptied_columns: frozenset[int] = frozenset()  # from 0; what stood in them was joined to a column on their left


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """All sheets of one file: `format` as found in its bytes, `encoding` for text files, `sha256` of its content."""

    file: str
    format: str
    encoding: str | None
    sha256: str
    grids: tuple[Grid, ...]
    secrets_beside: tuple[Text, ...] = ()  # where, beside the cells, accounts or passwords stand


def letters(column: int) -> str:
    """The column's letters; 0 is A."""
    name = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_number(name: str) -> int:
    """The inverse of `letters`."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1
