"""The columns of a sheet, read and not read, and the headings that they stand below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from inventory.collectors.workbooks.grid import letters

MANY = frozenset(
    {"ip", "deps", "network", "zone", "domain", "url", "alias", "zombie_reasons"}
)  # lists: columns of one are united
NAMES = ("sys_name", "server_name", "host_name")
SAME = 100  # the score of a meaning that is known
UNLISTED = 97  # of one that a heading's own words or its contents tell, and no list does
DATUM = "\x00"  # before what stands in a heading row and is no text


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column that is read: `index` from 0, the canonical `field`, the heading as written, the unit in it."""

    index: int
    field: str
    heading: str
    unit: str | None = None
    part: str | None = None
    stands_in: bool = False  # read a second time for a field that has no column of its own
    place: str | None = None  # of the label, on a form
    zone: str | None = None  # the group of columns it belongs to, where zones are columns

    @property
    def letters(self) -> str:
        """As the spreadsheet program shows it."""
        return self.place or letters(self.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadColumn:
    """A column that is not read.

    `why` is unknown, duplicate, serial, credential, hidden, asked, ignored, label, unit, sum, empty or no-heading; `cells`
    counts those of a column that is asked about.
    """

    index: int
    heading: str
    why: str
    suggestions: tuple[tuple[str, int], ...] = ()
    place: str | None = None  # of the label, on a form
    cells: int = 0
    doubted: bool = False  # whether it names the systems is asked, whatever its contents look like

    @property
    def is_unlisted(self) -> bool:
        """Whether no list has its heading, and its words or contents say what it is."""
        return self.suggestions[:1] != () and self.suggestions[0][1] == UNLISTED

    @property
    def letters(self) -> str:
        """As the spreadsheet program shows it."""
        return self.place or letters(self.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The headings of a sheet: rows `top` to `bottom` (from 0, both included), columns read and not read."""

    top: int
    bottom: int
    columns: tuple[Column, ...]
    unread: tuple[UnreadColumn, ...]
    score: float
    levels: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    answered: frozenset[int] = frozenset()  # columns whose meaning a person answered: nothing overrules that
    names_at: int | None = None  # the column not read that may hold the systems' names, where none is known to
    machines: str | None = (
        None  # the field of the machines that specifications count, where the column was answered to be it
    )

    def column(self, name: str) -> Column | None:
        """The column of a field."""
        return next((column for column in self.columns if column.field == name), None)

    @property
    def names_something(self) -> bool:
        """Whether rows can be told apart by a system's or a server's name."""
        return any(column.field in NAMES for column in self.columns)
