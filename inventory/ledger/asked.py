"""The questions of one file from the gaps and the account of its reading: gaps with one answer key are one question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalogs.words import Text
from inventory.collectors.columns.vocabulary import IGNORE
from inventory.ledger.questions import KINDS, FileQuestions, Question, ReadAs, SheetReading
from inventory.model import Gap

_NAMES = frozenset({"sys_name", "server_name"})
_MORE = re.compile(r"^另有 (\d+) [格行]")
Hide = Callable[[str], str]


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
