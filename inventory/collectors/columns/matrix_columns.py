"""Columns that are years, months, zones or rooms, with figures below: what the figures are is asked once for all of them.

The answer, a field, makes zones and rooms one record each; of years and months it reads the latest alone, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from catalogs.words import Text
from inventory.collectors.columns.heading_keys import heading_key
from inventory.collectors.columns.layout import DATUM, UnreadColumn
from inventory.collectors.columns.vocabulary import IGNORE, Meaning, Vocabulary
from inventory.collectors.columns.zone_columns import is_room, is_zone
from inventory.fields import FIELDS

_TIME = re.compile(r"^((?:19|20)\d\d)年?(?:度)?(?:[-./]?(0?[1-9]|1[0-2])(?:月份?)?)?(?!\d)|^(0?[1-9]|1[0-2])月份?")
_MAY_BE: Mapping[str, tuple[str, ...]] = {
    "time": ("ops_cost", "build_cost", "visits_month", "user_scale"),
    "zone": ("vm_count", "vcpu", "mem", "storage"),
    "room": ("phys_count", "vm_count", "vcpu"),
}


@dataclass(frozen=True, slots=True)
class Matrix:
    """Columns with figures of one kind: `key` under which they are asked, `columns` in the order of time or of the sheet."""

    kind: str
    key: str
    columns: tuple[int, ...]
    headings: tuple[str, ...]
    about: str  # what the parents and the rest of the headings say of the figures

    @property
    def is_of_time(self) -> bool:
        """Whether the columns are years or months."""
        return self.kind == "time"


def matrices(levels: Mapping[int, tuple[str, ...]], indexes: Collection[int]) -> list[Matrix]:
    """The groups of two columns and more, of those given, that differ in nothing but the year, month, zone or room."""
    found: dict[tuple[str, str], list[tuple[tuple[int, int], int, str]]] = {}
    for index in sorted(indexes):
        path = tuple(text.replace(DATUM, "") for text in levels.get(index, ()))
        told = _kind_of(path[-1]) if path else None
        if told is None:
            continue
        kind, when, rest = told
        about = "/".join([*(heading_key(text).plain for text in path[:-1]), *([rest] if rest else [])])
        found.setdefault((kind, about), []).append((when, index, path[-1]))
    made = []
    for (kind, about), columns in found.items():
        own = sorted(columns) if kind == "time" else columns
        if len({text for *_, text in own}) > 1:
            made.append(
                Matrix(kind, f"matrix:{kind}:{about}", tuple(index for _, index, _ in own), tuple(text for *_, text in own), about)
            )  # fmt: skip
    return made


def _kind_of(text: str) -> tuple[str, tuple[int, int], str] | None:
    """Kind of a heading, when it is of a time, and what is left of it."""
    plain = heading_key(text).plain or text.strip()
    time = _TIME.match(plain)
    if time:
        year, month = int(time[1] or 0), int(time[2] or time[3] or 0)
        return "time", (year, month), plain[time.end() :]
    if is_zone(text):
        return "zone", (0, 0), ""
    return ("room", (0, 0), "") if is_room(text) else None


def settle_matrices(
    levels: Mapping[int, tuple[str, ...]], unread: list[UnreadColumn], found: dict[int, Meaning], words: Vocabulary
) -> dict[int, str]:
    """Read the groups of which a person said what their figures are; changes `unread` and `found`.

    Returns:
        Column → the zone or room that it is.
    """
    if not words.answers:
        return {}
    zones: dict[int, str] = {}
    open_ = {column.index: column for column in unread if column.why in {"asked", "unknown"}}
    for matrix in matrices(levels, open_.keys()):
        answer = words.answers.get(matrix.key)
        if answer != IGNORE and answer not in FIELDS:
            continue
        read = () if answer == IGNORE else matrix.columns[-1:] if matrix.is_of_time else matrix.columns
        for index, heading in zip(matrix.columns, matrix.headings, strict=True):
            unread.remove(open_[index])
            if index in read:
                units = [heading_key(text).unit for text in reversed(levels[index])]
                found[index] = Meaning(str(answer), next((unit for unit in units if unit), None))
                if not matrix.is_of_time:
                    zones[index] = heading
            else:
                unread.append(UnreadColumn(index=index, heading=open_[index].heading, why="ignored"))
    return zones


def matrix_question(matrix: Matrix, words: Vocabulary, letters: Sequence[str]) -> tuple[Text, Text, tuple[str, ...]]:
    """What is told of a group, what is asked, and what may be answered."""
    shown = "、".join(matrix.headings[:4]) + ("……" if len(matrix.headings) > 4 else "")
    count = len(matrix.headings)
    about = Text(f"（{matrix.about}）", f" ({matrix.about})") if matrix.about else Text("", "")
    told = Text(
        f"{'、'.join(letters)} 各栏是「{shown}」{about.zh}，下面都是数，没有读取",
        f"the {count} columns {', '.join(letters)} are {shown}{about.en} with figures below; they were not read",
    )
    latest = matrix.headings[-1]
    asked = (
        Text(f"这 {count} 栏的数是什么？答了以后取最近的一栏（{latest}）", f"what are these figures? Of the {count} columns the latest ({latest}) is read then")
        if matrix.is_of_time
        else Text(f"这 {count} 栏的数是什么？答了以后一栏一条记录", f"what are the figures of these {count} columns? Each column is a record then")
    )  # fmt: skip
    own = [meant.field for text in matrix.about.split("/") if text and (meant := words.meaning((text,)))]
    listed = dict.fromkeys([*(name for name in own if name in FIELDS), *_MAY_BE[matrix.kind]])
    return told, asked, (*list(listed)[:4], IGNORE)
