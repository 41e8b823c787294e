"""What waits for an answer in ledgers, all files together: each question once, with its kind, its choices, and what depends on it.

The questions are the gaps of the reading that have an answer key; gaps with one key are one question. A question is known
by `id`, a digest of its key: keys hold texts of the ledger, and files that are handed around need none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from catalogs.digest import sha256_of
from catalogs.words import Text
from inventory.collectors.columns.vocabulary import IGNORE
from inventory.collectors.rows.whose import is_of_owner
from inventory.fields import FIELDS

MERGED = "inventory"  # the source of what the merge of all sources asks
# What is asked, in the order in which it is best answered: what holds whole sheets back comes first.
KINDS: Mapping[str, Text] = {
    "reading": Text("整张表的读法", "how a sheet is read"),
    "names": Text("哪一栏是系统名称", "which column holds the names"),
    "department": Text("是哪个单位的", "whose ledger it is"),
    "secrecy": Text("涉密还是非涉密", "classified or not"),
    "column": Text("一栏是什么", "what a column is"),
    "unit": Text("计量单位（GB、TB、万元…）", "a unit"),
    "same": Text("是不是同一个", "whether two are one"),
    "link": Text("服务器、依赖属于哪个系统", "which system it belongs to"),
    "conflict": Text("几个来源以哪个为准", "which source is right"),
    "cell": Text("一格写的是什么", "what a cell says"),
}
_SAID: Mapping[str, Text] = {
    IGNORE: Text("不需要这一栏", "this column is not needed"),
    "secret": Text("说的是涉密情况", "it tells what is classified"),
    "same": Text("是同一个", "they are one"),
    "different": Text("都不是", "none of them"),
    "对": Text("对", "right"),
    "不对": Text("不对", "wrong"),
    "涉密": Text("涉密", "classified"),
    "非涉密": Text("非涉密", "not classified"),
    "是": Text("是", "yes"),
    "否": Text("否", "no"),
    "同上": Text("同上", "as above"),
    "没有": Text("没有", "none"),
    "相加": Text("相加", "add them up"),
    "只取第一行": Text("只取第一行", "the first row only"),
    "同一系统": Text("同一系统", "one system"),
    "ratio": Text("比值（1 是 100%）", "a ratio (1 is 100 %)"),
}
_ALIKE = frozenset({"column", "names", "unit", "cell"})  # what may be answered for all departments at once
# Fields that a column may be answered to be, whatever was suggested: all but those about the reading itself.
ANY_FIELD: tuple[str, ...] = (IGNORE, *(name for name, known in FIELDS.items() if known.group != "reading"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: where it stands, what may be answered, and what waits for it.

    `rows` are rows of the ledger that are not taken before it is answered, `cells` the cells of which nothing is taken.
    `places` is how many places ask it, of which `cell` is the first. `choices` are values of decisions; empty where any
    text may be answered. `any_field` says that any canonical field will do. `answered` is the answer in force, of a
    question that is asked all the same.
    """

    key: str
    kind: str
    source: str
    department: str
    file: str
    file_sha256: str
    sheet: str
    cell: str
    message: Text
    question: Text
    choices: tuple[str, ...]
    any_field: bool
    rows: int
    cells: int
    places: int
    answered: str | None = None
    also: tuple[str, ...] = ()  # other sheets of the file that ask the same; one answer holds for all
    told_key: str | None = None  # the key, where it names nothing that must not be told
    twins: tuple[Question, ...] = ()  # the same of other files of the department; one answer holds for all
    labels: Mapping[str, Text] = field(default_factory=dict)  # of values that are ids: what people call them
    systems: tuple[str, ...] = ()  # ids of all known systems, where any may be answered

    @property
    def id(self) -> str:
        """The same wherever the same is asked."""
        return question_id(self.key)

    @property
    def others(self) -> tuple[str, ...]:
        """Other files of the department that ask the same."""
        return tuple(dict.fromkeys(twin.file for twin in self.twins if twin.file != self.file))

    @property
    def is_free(self) -> bool:
        """Whether any text may be answered, whatever is suggested: whose a sheet is, or what no list can hold."""
        return is_of_owner(self.key) or not self.choices

    @property
    def alike(self) -> str | None:
        """What is the same in questions of several departments that may be answered together; `None` where nothing is."""
        if self.kind in _ALIKE and "|" in self.key:
            return self.key.partition("|")[2]
        return f"department-of:{self.message.zh.partition('（')[0]}" if self.key.startswith("department:") else None

    def as_json(self) -> dict[str, object]:
        """One item of `questions` in docs/reference/questions.schema.json."""
        return {
            "id": self.id, "key": self.told_key, "kind": self.kind, "source": self.source, "department": self.department, "file": self.file,
            "file_sha256": self.file_sha256, "sheet": self.sheet, "cell": self.cell, "message": self.message.as_json(),
            "question": self.question.as_json(),
            "choices": [{"value": value, "label": label_of(value, self).as_json()} for value in self.choices],
            "any_field": self.any_field, "any_system": bool(self.systems), "free": self.is_free,
            "rows": self.rows, "cells": self.cells, "places": self.places, "also": list(self.also), "others": list(self.others), "answered": self.answered,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReading:
    """How one sheet is or would be read: every column with its heading, field and first values; `why` where it waits.

    `field` of a column is None where it is not read. `head` are its first rows, masked (inventory/ledger/head.py).
    """

    sheet: str
    columns: tuple[ReadAs, ...]
    rows: int
    waits: bool
    why: tuple[Text, ...] = ()
    first: tuple[tuple[str, str], ...] = ()
    head: Head | None = None

    def as_json(self) -> dict[str, object]:
        """One item of `sheets` of a file."""
        return {
            "sheet": self.sheet, "rows": self.rows, "waits": self.waits, "why": [text.as_json() for text in self.why],
            "columns": [column.as_json() for column in self.columns], "first_record": dict(self.first),
            "head": None if self.head is None else self.head.as_json(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAs:
    """A column: its place (letters, or the cell of a label), heading, field or None, first values, whether doubtful."""

    column: str
    heading: str
    field: str | None
    samples: tuple[str, ...] = ()
    doubtful: bool = False

    def as_json(self) -> dict[str, object]:
        """One item of `columns`."""
        return {
            "column": self.column, "heading": self.heading, "field": self.field, "samples": list(self.samples), "doubtful": self.doubtful,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """First rows of a sheet as they may be shown: numbers of the rows, letters of the columns, masked texts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    headings: frozenset[int] = frozenset()  # which of these rows hold headings

    def as_json(self) -> dict[str, object]:
        """Rows in the order of the sheet."""
        return {
            "columns": list(self.columns),
            "rows": [{"row": number, "heading": number in self.headings, "cells": list(cells)} for number, cells in self.rows],
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FileQuestions:
    """What one file asks. `to_correct` counts what can only be mended in the file itself: it has no answer."""

    file: str
    source: str
    department: str
    sha256: str
    rows_read: int
    rows_recorded: int
    rows_asked: int
    questions: tuple[Question, ...]
    sheets: tuple[SheetReading, ...] = ()
    to_correct: int = 0
    vanished: int = 0  # systems in the store that this file would make vanish

    def as_json(self) -> dict[str, object]:
        """One item of `files`."""
        return {
            "file": self.file, "source": self.source, "department": self.department, "file_sha256": self.sha256,
            "rows_read": self.rows_read, "rows_recorded": self.rows_recorded, "rows_asked": self.rows_asked,
            "to_correct": self.to_correct, "sheets": [sheet.as_json() for sheet in self.sheets],
            "questions": [question.as_json() for question in self.questions],
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """All that waits: the files in the order of their names, and those that could not be read."""

    files: tuple[FileQuestions, ...]
    broken: tuple[tuple[str, Text], ...] = ()
    others: tuple[str, ...] = ()  # files of the folders that are no tables
    from_store: bool = False
    labels: Mapping[str, Text] = field(default_factory=dict)  # of all systems and servers of the store, by id

    @property
    def ledgers(self) -> tuple[FileQuestions, ...]:
        """The files alone, without what the merge of all sources asks."""
        return tuple(file for file in self.files if file.source != MERGED)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Of all files."""
        return tuple(question for file in self.files for question in file.questions)

    def only(self, *, department: str | None, kinds: Sequence[str]) -> Asked:
        """Only departments or files whose name has this text, and only these kinds of questions; files without any go."""
        kept = []
        for file in self.files:
            if department and department not in file.department and department not in file.file:
                continue
            own = tuple(one for one in file.questions if not kinds or one.kind in kinds)
            if own or not (department or kinds):
                kept.append(replace(file, questions=own))
        return replace(self, files=tuple(kept))

    def as_json(self) -> dict[str, object]:
        """The form of docs/reference/questions.schema.json."""
        return {
            "from": "store" if self.from_store else "files",
            "files": [file.as_json() for file in self.files],
            "broken": [{"file": name, "message": text.as_json()} for name, text in self.broken],
            "others": list(self.others),
        }


def question_id(key: str) -> str:
    """The name under which a question is handed around, `ask-` and 20 hex digits."""
    return f"ask-{sha256_of(key)[:20]}"


def label_of(value: str, question: Question) -> Text:
    """A choice as people read it: the name of a field or a system, a word in both languages, or the value itself."""
    if value in question.labels:
        return question.labels[value]
    if value == "different" and question.choices == ("same", "different"):
        return Text("不是同一个", "they are not")
    if "|heading|" in question.key and value in FIELDS and value not in _SAID:
        return FIELDS[value].label
    return _SAID.get(value, Text(value, value))


def label_of_field(name: str) -> Text:
    """What a column is read as."""
    return _SAID[IGNORE] if name == IGNORE else FIELDS[name].label


def read_as(name: str) -> Text:
    """What a column is read as, with the unit of what is stored: 内存（GiB）."""
    label, unit = label_of_field(name), FIELDS[name].unit if name in FIELDS else None
    return label if not unit or unit in {label.zh, "ratio"} else Text(f"{label.zh}（{unit}）", f"{label.en} ({unit})")


def values_of(question: Question) -> tuple[str, ...]:
    """Every value that is listed, the suggested ones first; where `is_free`, any other text may be answered as well."""
    more = (*(ANY_FIELD if question.any_field else ()), *question.systems)
    return (*question.choices, *(value for value in more if value not in question.choices))
