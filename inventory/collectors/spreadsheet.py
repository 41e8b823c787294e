"""Department ledgers: any workbook → records, gaps, skipped rows and contacts, with every row and column accounted for."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from catalogs.words import Text
from inventory.collectors.columns.banner_units import with_banner_units
from inventory.collectors.columns.column_contents import with_contents_checked
from inventory.collectors.columns.headings import HEAD_ROWS
from inventory.collectors.columns.layout import Layout
from inventory.collectors.columns.nameless_columns import with_nameless_columns
from inventory.collectors.columns.pair_columns import with_pairs_split
from inventory.collectors.columns.systems_ticked import with_systems_joined
from inventory.collectors.columns.ticked_columns import with_ticks_joined
from inventory.collectors.columns.unit_columns import with_units_joined
from inventory.collectors.columns.unlisted_columns import with_unlisted_asked
from inventory.collectors.columns.verified_values import with_verified
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.forms.prose import account_of_prose
from inventory.collectors.forms.side_by_side import side_by_side
from inventory.collectors.ledger_answers import SERVERS, answers_of, answers_of_department
from inventory.collectors.ledger_scope import COLLECTOR, Options, Scope, Sheet, scope_of
from inventory.collectors.rows.row_subjects import lists_servers_only
from inventory.collectors.rows.stated_by_titles import state_in
from inventory.collectors.secrets.left_out_names import names_left_out
from inventory.collectors.secrets.left_out_secrets import secrets_of_sheet
from inventory.collectors.secrets.page_bands import warnings_of_bands
from inventory.collectors.sheets.plain_sheets import SUPERSEDED
from inventory.collectors.sheets.refusals import is_text, no_ledger, refuse_classified
from inventory.collectors.sheets.sheet_account import SheetAccount
from inventory.collectors.sheets.sheet_kinds import QUESTION_SHEET, asks_for_names, tells_of_systems, why_not
from inventory.collectors.sheets.sheet_names import with_names_untold
from inventory.collectors.sheets.sheets_read import Reader
from inventory.collectors.sheets.skipped_sheets import is_superseded, rows_of
from inventory.collectors.workbooks.grid import Grid, Workbook
from inventory.model import Collected, Contact, Gap, Origin, Record, Skipped

__all__ = ["QUESTION_SHEET", "Options", "collect", "collect_workbook", "without_garbage_collection"]


def collect(path: Path, options: Options) -> Collected:
    """Read one ledger file, all or nothing.

    Raises:
        CollectError: the file cannot be read, marks itself as classified, or has no ledger in it.
    """
    from inventory.collectors.workbooks.workbook import read_workbook

    with without_garbage_collection():
        return collect_workbook(read_workbook(path), options)


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Millions of small objects are made and none is thrown away: looking for garbage among them only costs time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def collect_workbook(book: Workbook, options: Options) -> Collected:
    """Read the sheets of a workbook; see `collect`."""
    grids = [with_systems_joined(with_ticks_joined(grid, options.words), options.words) for grid in book.grids]
    own = [grid.name for grid in grids if grid.name != QUESTION_SHEET]
    sheets = [
        Sheet(grid, list(islice(grid.rows(), HEAD_ROWS)), own.index(grid.name) if grid.name in own else -1) for grid in grids
    ]  # fmt: skip
    refuse_classified(book.file, sheets)
    scope = scope_of(book, sheets, options)
    of_servers = f"{scope.source}{SERVERS}"
    answers = {
        **answers_of_department(options.answers, scope.source, scope.department, options.lineage),
        **answers_of(options.answers, of_servers), **answers_of(options.answers, scope.source),
    }  # fmt: skip
    headings = {key.removeprefix("heading|"): value for key, value in answers.items() if key.startswith("heading|")}
    options = replace(options, words=options.words.answered(headings))
    whys = [why_not(sheet, options) for sheet in sheets]
    if None not in whys:  # before the file is refused: is there a column that only has to be asked about?
        whys = [None if _only_asks(sheet, why, options) else why for sheet, why in zip(sheets, whys, strict=True)]
    else:  # beside a ledger, a sheet that tells of systems and whose names only have to be asked about
        whys = [
            None if tells_of_systems(sheet) and _only_asks(sheet, why, options) else why
            for sheet, why in zip(sheets, whys, strict=True)
        ]
    whys = _without_old_ones(sheets, whys, options.words)
    tables = [
        list(_tables(sheet, options, scope.stated_for(sheet, answers))) if why is None else []
        for sheet, why in zip(sheets, whys, strict=True)
    ]  # fmt: skip
    if options.source is None and _lists_servers(sheets, tables):
        scope = replace(scope, source=of_servers)
        answers = {**answers, **answers_of(options.answers, of_servers)}
    ledgers = [(sheet, parts) for sheet, why, parts in zip(sheets, whys, tables, strict=True) if why is None]
    has_ledger = any(parts for _, parts in ledgers)
    rest = [(sheet, why) for sheet, why in zip(sheets, whys, strict=True) if why is not None]
    is_only_text = not has_ledger and is_text(sheets, options.words)
    passed = _passed_over(book, rest, scope, options, answers, short=is_only_text)
    if not has_ledger and not passed.prose:
        raise no_ledger(book, sheets, options.words)
    signs = (SUPERSEDED,) if any(why is not None and why.zh == "superseded" for why in whys) else ()
    reader = Reader(scope=scope, file=book.file, options=options, answers=answers, signs=signs)
    readings, names_untold = reader.read(ledgers, [grid for grid in grids if grid.name != QUESTION_SHEET])
    found = _joined(book, scope, [*readings, *passed.prose], passed.skipped, passed.beside, passed.left_out)
    return with_names_untold(found, names_untold)


@dataclass(slots=True)
class _PassedOver:
    """The sheets that are no ledgers: paragraphs about systems, what is left out, and what is asked about that."""

    prose: list[SheetAccount] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)  # rows of sheets that are not read, by reason
    beside: list[Gap] = field(default_factory=list)  # about sheets that are not read, and what stands beside the cells


def _passed_over(
    book: Workbook, sheets: Iterable[tuple[Sheet, Text]], scope: Scope, options: Options, answers: Mapping[str, str], *, short: bool = False
) -> _PassedOver:  # fmt: skip
    """The account of the sheets that are not read, each with why; `short`: also short lines about systems are asked."""
    found = _PassedOver()
    for sheet, why in sheets:
        where = Origin(source=scope.source, file=book.file, sheet=sheet.grid.name or None)
        is_other = why.zh == "not-a-ledger" and sheet.grid.name != QUESTION_SHEET
        if is_other and (told := account_of_prose(sheet.grid, where, scope.department, answers, short=short)):
            found.beside += secrets_of_sheet(sheet.grid, options.words, where)
            found.prose.append(told)
            continue
        if sheet.grid.name != QUESTION_SHEET:
            found.left_out[why.zh] += rows_of(sheet.grid)
            found.beside += secrets_of_sheet(sheet.grid, options.words, where)
            if why.zh == "not-a-ledger" and (names := names_left_out(sheet.head, options.words, where)):
                found.beside.append(names)
        found.skipped.append(Skipped(origin=where, reason=why.zh, detail=why.en))
    return found


def _only_asks(sheet: Sheet, why: Text | None, options: Options) -> bool:
    return why is not None and why.zh == "not-a-ledger" and sheet.grid.name != QUESTION_SHEET and asks_for_names(sheet, options)  # fmt: skip


def _without_old_ones(sheets: Sequence[Sheet], whys: list[Text | None], words: Vocabulary) -> list[Text | None]:
    """Why each sheet is not read; an edition that is marked as no longer valid yields to a valid one of the same file.

    已停用 tells of systems, not of the edition.
    """
    old = [
        why is None and is_superseded(sheet.grid) and state_in(sheet.grid.name, words) is None
        for sheet, why in zip(sheets, whys, strict=True)
    ]
    if not any(why is None and not is_old for why, is_old in zip(whys, old, strict=True)):
        return whys
    return [
        Text("superseded", f"sheet, {sheet.grid.height} rows") if is_old else why
        for sheet, why, is_old in zip(sheets, whys, old, strict=True)
    ]


def _lists_servers(sheets: Iterable[Sheet], tables: Iterable[Sequence[tuple[Grid, Layout]]]) -> bool:
    """Whether all tables that are read list servers only."""
    read = [layout for own in tables for _, layout in own]
    read += [layout for sheet, own in zip(sheets, tables, strict=True) if own for layout in sheet.later]
    return bool(read) and all(lists_servers_only([column.field for column in layout.columns]) for layout in read)


def _tables(sheet: Sheet, options: Options, department: str | None) -> Iterator[tuple[Grid, Layout]]:
    """The tables of a sheet, nearly always one, with the units that stand above their headings."""
    assert sheet.layout is not None
    beside = [] if sheet.form else side_by_side(sheet.grid, sheet.head, sheet.layout, options.words)
    for grid, layout in beside or [(sheet.grid, sheet.layout)]:
        if sheet.form:
            yield grid, layout
        else:
            head = list(islice(grid.rows(), HEAD_ROWS)) if beside else sheet.head
            joined, own = with_units_joined(grid, head, layout)
            joined, own = with_verified(joined, own, options.words)
            joined, own = with_pairs_split(joined, list(islice(joined.rows(), HEAD_ROWS)), own, options.words)
            named = with_nameless_columns(with_banner_units(own, sheet.head), head)
            first = list(islice(joined.rows(), HEAD_ROWS))
            checked = with_contents_checked(named, first, options.words, is_stated=department is not None)
            yield joined, with_unlisted_asked(checked, first[checked.bottom + 1 :], options.words)


def _joined(
    book: Workbook,
    scope: Scope,
    readings: list[SheetAccount],
    skipped: list[Skipped],
    beside: Sequence[Gap],
    left_out: Counter[str],
) -> Collected:
    records: list[Record] = []
    gaps: list[Gap] = list(beside)
    for grid in book.grids:
        gaps += warnings_of_bands(grid, Origin(source=scope.source, file=book.file, sheet=grid.name or None))
    contacts: dict[str, Contact] = {}
    for reading in readings:
        records += reading.records
        gaps += reading.gaps
        skipped += reading.skipped
        contacts.update({contact.id: contact for contact in reading.contacts})
    gaps += [_beside_gap(book, scope, where) for where in book.secrets_beside]
    return Collected(
        source=scope.source, collector=COLLECTOR, records=tuple(records), gaps=tuple(gaps), skipped=tuple(skipped),
        contacts=tuple(contact for _, contact in sorted(contacts.items())),
        accounting=_accounting(book, scope, readings, skipped, left_out),
    )  # fmt: skip


def _beside_gap(book: Workbook, scope: Scope, where: Text) -> Gap:
    text = Text(
        f"{where.zh}里有账号或密码，没有读取；请删除",
        f"accounts or passwords stand in {where.en}; they were not read, please remove them",
    )
    return Gap(
        kind="credential",
        origin=Origin(source=scope.source, file=book.file),
        field="credential",
        message=text,
        raw="***",
    )


def _accounting(
    book: Workbook, scope: Scope, readings: list[SheetAccount], skipped: list[Skipped], left_out: Counter[str]
) -> dict[str, object]:
    reasons: Counter[str] = +left_out
    for reading in readings:
        reasons.update(reading.skipped_rows)
    return {
        "file": book.file,
        "file_sha256": book.sha256,
        "format": book.format,
        "encoding": book.encoding,
        "department": scope.department,
        "rows_read": sum(reading.rows_read for reading in readings) + left_out.total(),
        "rows_recorded": sum(reading.rows_recorded for reading in readings),
        "rows_asked": sum(reading.rows_asked for reading in readings),
        "rows_skipped": sum(reasons.values()),
        "skipped": dict(sorted(reasons.items())),
        "cells_read": sum(reading.cells_read for reading in readings),
        "cells_asked": sum(reading.cells_asked for reading in readings),
        "columns_asked": sum(reading.columns_asked for reading in readings),
        "sheets_to_confirm": sum(1 for reading in readings if reading.question is not None and reading.question.rows),
        "classified": reasons.get("classified", 0),
        "sheets_skipped": [
            {"sheet": s.origin.sheet, "reason": s.reason, "detail": s.detail}
            for s in skipped
            if s.origin.row is None and s.origin.column is None
        ],
        "sheets": [reading.as_json() for reading in readings],
    }
