"""A correction file that came back: the answers in its first sheet, and which of its rows are which systems."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from catalogs.digest import sha256_of
from catalogs.words import Text
from inventory.collectors.cells.cell_types import plain_text
from inventory.collectors.spreadsheet import QUESTION_SHEET as QUESTIONS
from inventory.collectors.workbooks.grid import Workbook
from inventory.fields import FIELDS
from inventory.model import Collected, Gap, Record
from inventory.names import normalised

ANSWER, KEY = 6, 7  # places in a row of questions, from 0


def row_key(record: Record) -> str:
    """The identity of a row, and a mark of the name it had: a copied row with another name can then be told apart."""
    return f"{record.id}|{sha256_of(normalised(str(record.fields.get('sys_name'))))[:8]}"


def answers_in(book: Workbook) -> dict[str, str]:
    """The answers that a department wrote into the first sheet: answer key → answer."""
    by_label = {known.label.zh: name for name, known in FIELDS.items()} | {"不需要": "ignore"}
    found: dict[str, str] = {}
    for grid in book.grids:
        if grid.name != QUESTIONS:
            continue
        for row in grid.rows():
            if len(row) <= KEY or not isinstance(row[KEY], str) or "|" not in str(row[KEY]):
                continue
            answer = plain_text(row[ANSWER]).strip()
            key = str(row[KEY])
            if answer:
                found[key] = by_label.get(answer, answer) if "|heading|" in key else answer
    return found


def without_row_keys(collected: Collected, known_ids: Iterable[str]) -> tuple[Collected, dict[int, str]]:
    """Take the row keys out of the records, and say which record (by its place) they prove to be which system.

    A key that stands in several rows holds for the one whose name is still that of the key; the others were copied and
    are matched by content, as is a row whose key is not known here.
    """
    known = set(known_ids)
    by_id: dict[str, list[tuple[int, bool]]] = {}
    records = list(collected.records)
    for at, record in enumerate(records):
        key = record.fields.get("row_key")
        if key is None:
            continue
        fields = {name: value for name, value in record.fields.items() if name != "row_key"}
        records[at] = replace(record, fields=fields)
        own, _, mark = str(key).partition("|")
        if record.kind == "system" and own in known:
            by_id.setdefault(own, []).append((at, mark == row_key(record).partition("|")[2]))
    proven: dict[int, str] = {}
    gaps = list(collected.gaps)
    for own, places in by_id.items():
        same_name = [at for at, same in places if same]
        chosen = same_name or ([places[0][0]] if len(places) == 1 else [])
        proven.update(dict.fromkeys(chosen, own))
        gaps += [_copied(records[at]) for at, _ in places if at not in chosen]
    return replace(collected, records=tuple(records), gaps=tuple(gaps)), proven


def _copied(record: Record) -> Gap:
    name = record.fields.get("sys_name")
    return Gap(
        kind="ambiguous", origin=record.origin, subject=record.id, field="sys_name", raw=str(name),
        message=Text(f"「{name}」这一行像是从另一行复制的，按名称和单位识别", f"the row {name!r} looks copied from another; it was matched by name and department"),
        question=Text("是新的系统，还是另一行改了名？", "a new system, or another one renamed?"),
    )  # fmt: skip
