"""What waits for an answer in ledgers, all files together: each question once, with its kind, its choices, and what depends on it.

The questions are the gaps of the reading that have an answer key; gaps with one key are one question. A question is known
by `id`, a digest of its key: keys hold texts of the ledger, and files that are handed around need none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalogs.digest import sha256_of
from catalogs.words import Text
from inventory.collectors.vocabulary import IGNORE
from inventory.fields import FIELDS
from inventory.model import Gap

# What is asked, in the order in which it is best answered: what holds whole sheets back comes first.
KINDS: Mapping[str, Text] = {
    "reading": Text("整张表的读法", "how a sheet is read"),
    "names": Text("哪一栏是系统名称", "which column holds the names"),
    "department": Text("是哪个单位的", "whose ledger it is"),
    "secrecy": Text("涉密还是非涉密", "classified or not"),
    "column": Text("一栏是什么", "what a column is"),
    "unit": Text("计量单位（GB、TB、万元…）", "a unit"),
    "same": Text("是不是同一个", "whether two are one"),
    "cell": Text("一格写的是什么", "what a cell says"),
}
_SAID: Mapping[str, Text] = {
    IGNORE: Text("不需要这一栏", "this column is not needed"),
    "secret": Text("说的是涉密情况", "it tells what is classified"),
    "same": Text("是同一个", "they are one"),
    "different": Text("不是同一个", "they are not"),
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
# Fields that a column may be answered to be, whatever was suggested: all but those about the reading itself.
ANY_FIELD: tuple[str, ...] = (IGNORE, *(name for name, known in FIELDS.items() if known.group != "reading"))
_NAMES = frozenset({"sys_name", "server_name"})
_MORE = re.compile(r"^另有 (\d+) [格行]")
Hide = Callable[[str], str]


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

    @property
    def id(self) -> str:
        """The same wherever the same is asked."""
        return question_id(self.key)

    def as_json(self) -> dict[str, object]:
        """One item of `questions` in docs/reference/questions.schema.json."""
        return {
            "id": self.id, "key": self.told_key, "kind": self.kind, "source": self.source, "department": self.department, "file": self.file,
            "file_sha256": self.file_sha256, "sheet": self.sheet, "cell": self.cell, "message": self.message.as_json(),
            "question": self.question.as_json(),
            "choices": [{"value": value, "label": label_of(value, self).as_json()} for value in self.choices],
            "any_field": self.any_field, "rows": self.rows, "cells": self.cells, "places": self.places, "also": list(self.also), "answered": self.answered,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReading:
    """How one sheet is or would be read: every column with its heading, field and first values; `why` where it waits.

    `field` of a column is None where it is not read. `head` are its first rows, masked (inventory/ledger_head.py).
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
    """A choice as people read it: the name of a field, a word in both languages, or the value itself."""
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
    """Every value that may be answered, the suggested ones first; empty where any text may be."""
    return (*question.choices, *(name for name in ANY_FIELD if question.any_field and name not in question.choices))


# --- from what was read -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Group:
    gaps: list[Gap] = field(default_factory=list)
    more: int = 0


def questions_of(
    gaps: Iterable[Gap], accounting: Mapping[str, Any], source: str, answers: Mapping[str, str], hide: Hide = str
) -> FileQuestions:
    """The questions of one file.

    Args:
        gaps: all gaps of its reading.
        accounting: of its reading (`Collected.accounting`).
        source: of its records, `ledger:市教育局`.
        answers: in force, by key.
        hide: takes out of a text what must not be told.
    """
    groups: dict[str, _Group] = {}
    to_correct = 0
    for gap in gaps:
        if not gap.answer_key:
            to_correct += gap.kind != "partial"
            continue
        group = groups.setdefault(gap.answer_key, _Group())
        told = _MORE.match(gap.message.zh)
        if told and gap.origin.column is None:
            group.more += int(told[1])
        else:
            group.gaps.append(gap)
    sheets = {str(sheet["sheet"]): sheet for sheet in sheets_of(accounting)}
    file = str(accounting.get("file") or "")
    department = hide(str(accounting.get("department") or _department_in(sheets.values()) or _owner(source)))
    sha256 = str(accounting.get("file_sha256") or "")
    made = [
        _question(key, group, sheets, file, department, sha256, answers.get(key), hide)
        for key, group in groups.items() if group.gaps
    ]  # fmt: skip
    order = list(KINDS)
    made.sort(key=lambda one: (order.index(one.kind), -one.rows, -one.cells))
    return FileQuestions(
        file=file, source=source, department=department, sha256=sha256,
        rows_read=int(accounting.get("rows_read", 0)), rows_recorded=int(accounting.get("rows_recorded", 0)),
        rows_asked=int(accounting.get("rows_asked", 0)), questions=tuple(made), to_correct=to_correct,
        sheets=tuple(_sheet(sheet, hide) for sheet in sheets.values()),
    )  # fmt: skip


def sheets_of(accounting: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The account of each sheet, those of several tables on one sheet as one."""
    found: dict[str, dict[str, Any]] = {}
    for part in accounting.get("sheets", ()):
        if "sheet" not in part:
            continue
        known = found.get(str(part["sheet"]))
        if known is None:
            found[str(part["sheet"])] = dict(part)
            continue
        for name in ("heading_rows", "columns_used", "columns_ignored", "classified_areas"):
            known[name] = [*known[name], *part[name]]
        known["rows_asked"] += part["rows_asked"]
        known["skipped"] = dict(sorted((Counter(known["skipped"]) + Counter(part["skipped"])).items()))
        known["to_confirm"] = known["to_confirm"] or part["to_confirm"]
        known["department"] = known["department"] or part["department"]
    return list(found.values())


def _owner(source: str) -> str:
    """`市教育局` of `ledger:市教育局:servers`."""
    return source.partition(":")[2].removesuffix(":servers") or source


def _department_in(sheets: Iterable[Mapping[str, Any]]) -> str | None:
    return next((str(sheet["department"]) for sheet in sheets if sheet.get("department")), None)


def _question(
    key: str, group: _Group, sheets: Mapping[str, Mapping[str, Any]], file: str, department: str, sha256: str, answered: str | None, hide: Hide
) -> Question:  # fmt: skip
    kind = _kind(key, group.gaps)
    # The one that asks it in full: of a sheet or column, not of one of the rows that wait for it.
    first = next((gap for gap in group.gaps if gap.kind == "ambiguous" and gap.question), group.gaps[0])
    rows, cells = _waiting(kind, key, group, sheets)
    others = dict.fromkeys(gap.origin.sheet or "" for gap in group.gaps if gap.origin.sheet != first.origin.sheet)
    asked = first.question or Text("应改为什么？", "what should it be?")
    # How a sheet is read stands beside its question, column by column.
    message = Text(first.message.zh.partition("。读法：")[0], first.message.en.partition(". Read: ")[0])
    return Question(
        key=key, kind=kind, source=first.origin.source, department=department, file=file, file_sha256=sha256,
        sheet=hide(first.origin.sheet or ""), cell=f"{first.origin.column or ''}{first.origin.row or ''}",
        message=_hidden(message, hide), question=_hidden(asked, hide), choices=first.choices,
        any_field="|heading|" in key and IGNORE in first.choices and first.choices[0] != "secret",
        rows=rows, cells=cells, places=len(group.gaps) + group.more, answered=answered,
        also=tuple(map(hide, others)),
        told_key=key if hide(key) == key else None,
    )  # fmt: skip


def _kind(key: str, gaps: Sequence[Gap]) -> str:
    choices = set(gaps[0].choices)
    of_secrecy = "涉密" in choices or gaps[0].choices[:1] == ("secret",)  # it may also be one of several likely fields
    names = "sys_name" in choices and any(gap.kind == "missing" and gap.field == "sys_name" for gap in gaps)
    departments = all(gap.field in {"dept", "dept_lead", "dept_use"} for gap in gaps)
    signs = {
        "reading": "|layout:" in key,
        "secrecy": of_secrecy,
        "names": "|heading|" in key and names,
        "column": "|heading|" in key,
        "unit": key.endswith("|unit"),
        "department": "|dept|sheet:" in key or departments,
        "same": bool(choices & {"same", "同一系统", "相加"}),
    }
    return next((kind for kind, holds in signs.items() if holds), "cell")


def _waiting(kind: str, key: str, group: _Group, sheets: Mapping[str, Mapping[str, Any]]) -> tuple[int, int]:
    """Rows that are not taken, and cells of which nothing is taken, before the question is answered."""
    if kind == "reading":
        asked = [told for sheet in sheets.values() if (told := sheet.get("to_confirm")) and told["answer_key"] == key]
        return sum(int(told["rows"]) for told in asked), 0
    if kind in {"names", "secrecy"}:
        held = [gap for gap in group.gaps if kind == "secrecy" or gap.kind == "missing"]
        return len({(gap.origin.sheet, gap.origin.row, gap.origin.column if gap.origin.row is None else None) for gap in held}) + group.more, 0  # fmt: skip
    if kind == "column":
        places = {(gap.origin.sheet or "", gap.origin.column) for gap in group.gaps}
        cells = sum(
            int(column.get("cells") or 0)
            for name, at in places for column in sheets.get(name, {}).get("columns_ignored", ()) if column["column"] == at
        )  # fmt: skip
        return 0, cells or len(group.gaps) + group.more
    return 0, len(group.gaps) + group.more


def _hidden(text: Text, hide: Hide) -> Text:
    return Text(hide(text.zh), hide(text.en))


def _sheet(sheet: Mapping[str, Any], hide: Hide) -> SheetReading:
    asked = sheet.get("to_confirm")
    doubtful = {place for one in asked["why"] for place in one["columns"]} if asked else set()
    # The first record, and what the first rows hold, is not told where one of them is of a system that must not be named.
    names = [value for one in asked["columns"] if one["field"] in _NAMES for value in one["samples"]] if asked else []
    is_open = all(hide(name) == name for name in (*names, *asked["first_record"].values())) if asked else False
    if asked:
        columns = [
            ReadAs(
                column=one["column"], heading=hide(one["heading"]), field=one["field"],
                samples=tuple(map(hide, one["samples"])) if is_open or one["field"] in _NAMES else (),
                doubtful=one["column"] in doubtful,
            )
            for one in asked["columns"]
        ]  # fmt: skip
    else:
        columns = [
            ReadAs(column=one["column"], heading=hide(" ".join(str(one["heading"]).split())), field=one["field"])
            for one in sheet["columns_used"]
        ]
    columns += [
        ReadAs(column=one["column"], heading=hide(" ".join(str(one["heading"]).split())), field=None, doubtful=True)
        for one in sheet["columns_ignored"] if one["why"] == "asked"
    ]  # fmt: skip
    return SheetReading(
        sheet=hide(str(sheet["sheet"])), columns=tuple(columns), rows=int(sheet.get("rows_asked", 0)),
        waits=bool(asked and asked["rows"]),
        why=tuple(_hidden(Text.from_json(one["reason"]), hide) for one in asked["why"]) if asked else (),
        first=tuple((name, hide(value)) for name, value in asked["first_record"].items()) if asked and is_open else (),
    )  # fmt: skip
