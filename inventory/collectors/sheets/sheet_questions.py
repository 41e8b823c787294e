"""Sheets that are not plain: shown as they would be read, asked once «这样读对吗？», and taken only when a person said yes.

The answer is kept for the department and the layout: the headings with what each was read as, whatever the sheet is
called and whatever its rows say. What a person answered about single columns is no part of it, so both can be answered
at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from catalogs.digest import sha256_of
from catalogs.words import Text
from inventory.collectors.columns.heading_keys import heading_question_key, paths_as_asked
from inventory.collectors.columns.layout import NAMES, Column, Layout
from inventory.collectors.columns.vocabulary import IGNORE
from inventory.collectors.secrets.credentials import mask
from inventory.collectors.secrets.secret_forms import MASK
from inventory.collectors.sheets.plain_sheets import doubts_of
from inventory.collectors.sheets.read_tables import Doubt, ReadTable
from inventory.collectors.sheets.sheet_account import MAX_SUCH_GAPS, SheetAccount
from inventory.fields import FIELDS
from inventory.model import Gap, Origin, Record, Value

YES, NO = "对", "不对"
_YES = frozenset({YES, "是", "正确", "yes", "y", "true"})
_NO = frozenset({NO, "否", "不是", "no", "n", "false"})
_SAMPLES = 3  # values shown of a column
_LONGEST = 24  # characters of a value
_TOLD = 12  # columns that the question itself tells of; --json has all
_NOT_SHOWN = frozenset({"person", "phone", "credential"})
_READING = frozenset({"null_reason", "raw", "approximate", "row_key"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadColumn:
    """A column as it would be read: where it stands, its heading, its field, and values as they would be stored."""

    letters: str
    heading: str
    field: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetQuestion:
    """How a sheet that is not plain would be read, and what was answered (`None`: nothing yet)."""

    key: str
    doubts: tuple[Doubt, ...]
    columns: tuple[ReadColumn, ...]
    first: tuple[tuple[str, str], ...]  # field → value of the first record
    rows: int  # of the sheet that wait for the answer
    questions: int  # about single cells of these rows, asked when the sheet is confirmed
    answer: str | None = None

    def as_json(self) -> dict[str, object]:
        """For `--json` and the terminal."""
        return {
            "answer_key": self.key,
            "answer": self.answer,
            "why": [doubt.as_json() for doubt in self.doubts],
            "columns": [
                {"column": c.letters, "heading": c.heading, "field": c.field, "samples": list(c.samples)} for c in self.columns
            ],
            "first_record": dict(self.first),
            "rows": self.rows,
            "questions_later": self.questions,
        }  # fmt: skip


def waits(tables: Sequence[ReadTable], answers: Mapping[str, str], more: Sequence[str] = ()) -> bool:
    """Whether the rows of a sheet have to wait: it is not plain, and nobody has said that it is read rightly.

    Args:
        tables: all that was read of one sheet.
        answers: by answer key without the source.
        more: signs that other sheets give.
    """
    return (
        any(table.account.records for table in tables)
        and bool(doubts_of(tables, more))
        and _answer(layout_key(tables), answers) != YES
    )


def ask_about_sheet(tables: Sequence[ReadTable], answers: Mapping[str, str], more: Sequence[str] = ()) -> None:
    """Keep what was read of a sheet that is not plain out of the records, unless a person said that it is read rightly."""
    records = [record for table in tables for record in table.account.records]
    doubts = doubts_of(tables, more) if records else ()
    if not doubts:
        return
    own = layout_key(tables)
    answer = _answer(own, answers)
    first = tables[0].account
    asked = SheetQuestion(
        key=f"{first.place.source}|{own}", doubts=doubts, columns=_columns(tables), first=_as_stored(records[0]),
        rows=sum(table.account.rows_recorded for table in tables), questions=0, answer=answer,
    )  # fmt: skip
    if answer == YES:
        first.question = replace(asked, rows=0)
        return
    held = sum(_withhold(table, asked) for table in tables)
    first.question = replace(asked, questions=held)
    first.gaps.insert(0, _sheet_gap(first, first.question))
    if answer == NO:
        for table in tables:
            _ask_columns(table, {place for doubt in doubts for place in doubt.columns})


def _answer(key: str, answers: Mapping[str, str]) -> str | None:
    given = answers.get(key, "").strip().lower()
    return YES if given in _YES else NO if given in _NO else None


def layout_key(tables: Sequence[ReadTable]) -> str:
    """The key of a layout's answer, without the source: kind of sheet, headings and what each was read as."""
    parts: list[object] = []
    for table in tables:
        parts.append(table.form.kind if table.form is not None else "table")
        for layout in table.account.layouts:
            paths = paths_as_asked(layout.levels)
            parts.append(
                sorted({
                    (heading_question_key(paths[c.index]) if c.index in paths else c.heading, c.field, c.zone or "")
                    for c in layout.columns if c.index not in layout.answered
                })
            )  # fmt: skip
    return f"layout:{sha256_of(repr(parts))[:10]}"


def _withhold(table: ReadTable, asked: SheetQuestion) -> int:
    """Turn the rows that were taken into rows asked about; returns how many questions about their cells wait as well."""
    account = table.account
    rows = {record.origin.row for record in account.records}
    kept = [
        gap for gap in account.gaps
        if gap.kind == "credential" or gap.subject is None or (table.form is None and gap.origin.row not in rows)
    ]  # fmt: skip
    held = len(account.gaps) - len(kept)
    account.gaps = kept
    listed = _rows_listed(account.records)
    more = account.rows_recorded - len(listed)
    told = Text(
        "这张表的读法还没有确认，这一行没有导入", "how this sheet is read is not confirmed yet; this row was not taken"
    )
    rest = Text(
        f"另有 {more} 行同样没有导入，没有一一列出", f"{more} more rows were not taken either and are not listed"
    )
    for origin, message in (*((origin, told) for origin in listed), *([(account.place, rest)] if more > 0 else [])):
        account.gaps.append(
            Gap(
                kind="missing", origin=origin, field="sys_name", choices=(YES, NO), answer_key=asked.key, question=_QUESTION, message=message,
            )
        )  # fmt: skip
    account.rows_asked += account.rows_recorded
    account.rows_recorded = 0
    account.records = []
    account.contacts = []
    return held


def _rows_listed(records: Sequence[Record]) -> list[Origin]:
    """The rows of these records, each once, as far as they are listed one by one."""
    found: dict[tuple[int | None, str | None], Origin] = {}
    for record in records:
        row, column = record.origin.row, None if record.origin.row else record.origin.column
        if (row, column) not in found:
            found[row, column] = replace(record.origin, column=column)
            if len(found) == MAX_SUCH_GAPS:
                break
    return list(found.values())


_QUESTION = Text("这样读对吗？", "is this reading right?")


def _sheet_gap(account: SheetAccount, asked: SheetQuestion) -> Gap:
    """The one question about the sheet: why it is asked, and how it would be read."""
    why = [doubt.reason for doubt in asked.doubts]
    told = [column for column in asked.columns if FIELDS[column.field].type not in _NOT_SHOWN][:_TOLD]
    zh = "；".join(f"{c.letters}「{c.heading}」读作{FIELDS[c.field].label.zh}{_such_as(c)}" for c in told)
    en = "; ".join(f"{c.letters} {c.heading!r} as {FIELDS[c.field].label.en}{_such_as(c)}" for c in told)
    more = len(asked.columns) - len(told)
    stored = [(FIELDS[name].label, value) for name, value in asked.first]
    no = asked.answer == NO
    said = Text("已答复读得不对，" if no else "", "answered as read wrongly; " if no else "")
    return Gap(
        kind="ambiguous", origin=account.place, answer_key=asked.key, choices=(YES, NO), question=_QUESTION,
        message=Text(
            f"{said}{asked.rows} 行没有导入，先要确认读法：{'；'.join(text.zh for text in why)}。读法：{zh}{f'；另有 {more} 栏' if more else ''}。第一条会存成：{'，'.join(f'{label.zh} {value}' for label, value in stored)}",
            f"{said}{asked.rows} rows were not taken, for how they are read has to be confirmed first: {'; '.join(text.en for text in why)}. Read: {en}{f'; {more} more columns' if more else ''}. The first would be stored as: {', '.join(f'{label.en} {value}' for label, value in stored)}",
        ),
    )  # fmt: skip


def _such_as(column: ReadColumn) -> str:
    return f"（{'、'.join(column.samples[:2])}）" if column.samples else ""


def _columns(tables: Sequence[ReadTable]) -> tuple[ReadColumn, ...]:
    """Every column that is read, that of the names first, with the first values as they would be stored."""
    found: dict[tuple[str, str], ReadColumn] = {}
    for table in tables:
        for layout in table.account.layouts:
            for column in layout.columns:
                if not column.stands_in:
                    found.setdefault(
                        (column.letters, column.field),
                        ReadColumn(
                            letters=column.letters, heading=" ".join(column.heading.split()), field=column.field,
                            samples=_samples(column, table.account.records),
                        ),
                    )  # fmt: skip
    return tuple(sorted(found.values(), key=lambda column: column.field != "sys_name"))


def _samples(column: Column, records: Sequence[Record]) -> tuple[str, ...]:
    if FIELDS[column.field].type in _NOT_SHOWN:
        return ()
    shown: dict[str, None] = {}
    for record in records:
        value = record.fields.get(column.field)
        if value not in (None, ()):
            shown.setdefault(_shown(value))
            if len(shown) == _SAMPLES:
                break
    return tuple(shown)


def _as_stored(record: Record) -> tuple[tuple[str, str], ...]:
    """The first record, field by field, without people."""
    names = sorted(record.fields, key=lambda name: name not in NAMES)
    return tuple(
        (name, _shown(value)) for name in names
        if (value := record.fields[name]) not in (None, ()) and name in FIELDS and name not in _READING and FIELDS[name].type not in _NOT_SHOWN
    )  # fmt: skip


def _shown(value: Value) -> str:
    """A value as it may be told: short and without credentials."""
    text = (
        "、".join(map(str, value))
        if isinstance(value, tuple)
        else "是"
        if value is True
        else "否"
        if value is False
        else str(value)
    )
    masked, secret = mask(" ".join(text.split()))
    if secret or "@" in text:
        return MASK
    return masked if len(masked) <= _LONGEST else f"{masked[: _LONGEST - 1]}…"


def _ask_columns(table: ReadTable, doubtful: Collection[str]) -> None:
    """After a «no»: each column that is read can be answered by itself, under the key that columns have, doubtful ones first."""
    account = table.account
    for layout in account.layouts:
        paths = paths_as_asked(layout.levels)
        met: Counter[int] = Counter()
        for column in sorted(layout.columns, key=lambda column: column.letters not in doubtful):
            met[column.index] += 1
            if (
                column.stands_in
                or column.index in layout.answered
                or met[column.index] > 1
                or column.index not in paths
            ):
                continue
            label, heading = FIELDS[column.field].label, " ".join(column.heading.split())
            account.gaps.append(
                Gap(
                    kind="ambiguous", origin=replace(account.place, row=_heading_row(layout, column), column=column.letters), raw=heading,
                    choices=(IGNORE,), answer_key=f"{account.place.source}|heading|{heading_question_key(paths[column.index])}",
                    message=Text(f"「{heading}」现在读作{label.zh}，读错了才要答", f"{heading!r} is read as {label.en} now; it needs an answer only if that is wrong"),
                    question=Text(f"「{heading}」是哪一栏？", f"what is {heading!r}?"),
                )
            )  # fmt: skip


def _heading_row(layout: Layout, column: Column) -> int | None:
    return None if column.place else layout.bottom + 1
