"""Where a file has no ledger that we understand: the row that looks most like headings, and what its texts resemble."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.workbooks.grid import Row
from inventory.fields import FIELDS

_FEWEST = 3  # different short texts that make a row of headings
_LONGEST = 40  # characters of a heading
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class LikelyHeadings:
    """One row: its sheet and number (from 1), and for each text the field it means or resembles with a score of 100."""

    sheet: str
    row: int
    texts: tuple[tuple[str, str | None, int], ...]

    @property
    def score(self) -> float:
        """How much of it we know or nearly know; the first row of equal ones wins."""
        return sum(points for _, _, points in self.texts) + len(self.texts) - self.row / 1000

    def told(self) -> tuple[str, str]:
        """In both languages: `表!4：系统叫什么 → 系统名称(66)`."""
        zh, en = [], []
        for text, name, points in self.texts[:_SHOWN]:
            shown = text.replace("\n", " ")[:24]
            zh.append(f"{shown}→{FIELDS[name].label.zh}（相似 {points}）" if name else f"{shown}→？")
            en.append(f"{shown}→{name} ({points})" if name else f"{shown}→?")
        place = f"{self.sheet} " if self.sheet else ""
        return f"{place}第 {self.row} 行：{'，'.join(zh)}", f"{place}row {self.row}: {', '.join(en)}"


def likely_headings(sheet: str, head: Sequence[Row], words: Vocabulary) -> Iterator[LikelyHeadings]:
    """The rows that may be headings, with what they resemble."""
    for number, row in enumerate(head[:30], 1):
        texts = [cell.strip() for cell in row if isinstance(cell, str) and cell.strip()]
        if (
            len(set(texts)) < _FEWEST
            or any(len(text) > _LONGEST for text in texts)
            or len(texts) < len(row) - row.count("")
        ):
            continue
        yield LikelyHeadings(sheet, number, tuple(_known(text, words) for text in dict.fromkeys(texts)))


def _known(text: str, words: Vocabulary) -> tuple[str, str | None, int]:
    meaning = words.meaning((text,))
    if meaning is not None:
        return text, meaning.field.partition(".")[0], 100
    found = words.suggestions((text,))
    return (text, *found[0]) if found else (text, None, 0)
