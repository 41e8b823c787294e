"""A raw cell, a cell as read, and what may be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from catalogs.words import Text
from inventory.collectors.cells.text_forms import folded, widths
from inventory.model import GapKind, Value

Raw = str | int | float | bool | date | datetime | time | timedelta


@dataclass(frozen=True, slots=True)
class Issue:
    """Why a cell has no value. `key` makes the answer reusable: the unit of the column, or the cell's own wording."""

    kind: GapKind
    message: Text
    question: Text | None = None
    choices: tuple[str, ...] = ()
    key: str | None = None
    raw: str | None = None


class Cell(NamedTuple):
    """A cell as read: `value`, what to ask about it, and notes (approximate, why empty, the text it was read from).

    A named tuple and no frozen dataclass: those take six times as long to make, and a ledger has a million different cells.
    """

    value: Value = None
    issue: Issue | None = None
    approximate: bool = False
    null_reason: str | None = None
    raw: str | None = None
    classified: bool = False
    withheld: bool = False  # it may be classified: the row is asked about and not taken before that is answered
    times: int | None = None
    parts: tuple[tuple[str, float], ...] = ()  # other fields that the cell speaks of
    ditto: bool = False  # 同上: the reader of rows puts the value above in its place

    @property
    def remarkable(self) -> bool:
        """Whether there is more to it than its value."""
        return bool(self.issue or self.approximate or self.null_reason or self.raw or self.classified)


DITTOS = frozenset(
    {"同上", "同上。", "同 上", "如上", "同前", "同上行", "〃", "″", "〞", '"', '""', "''", "“", "”", "“”", "〃〃"}
)

DITTO = Cell(
    issue=Issue(
        "ambiguous", Text("写的是「同上」，紧挨着的上一行没有可用的值", "says «as above», and the row right above has no value to take"),
        Text("这一格是什么？", "what stands here?"), raw="同上",
    ), ditto=True,
)  # fmt: skip

COUNTED_ABOVE = "\ue000"  # our own sign: an amount merged over several rows counts with the first of them

EMPTY = Cell()

CLASSIFIED = Cell(classified=True)


def plain_text(raw: Raw) -> str:
    """A cell as text: whole numbers without `.0`, long numbers in full, dates as ISO text."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e18 else repr(raw)
    if isinstance(raw, datetime):
        return raw.isoformat(sep=" ") if raw.time() != time() else raw.date().isoformat()
    if isinstance(raw, date | time):
        return raw.isoformat()
    return folded(str(raw))


def normal(raw: Raw) -> str:
    """A cell as text in plain forms (NFKC), trimmed."""
    return widths(plain_text(raw)).strip()
