"""Where the questions come from: files read once more without writing anything, or the latest ledgers of the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from catalogs.console import progress
from catalogs.errors import CollectError, StoreError
from catalogs.words import Text, tr
from inventory.closed_systems import closed_names
from inventory.collectors.ledger_answers import HEADING, department_key
from inventory.ledger.asked import questions_of, sheets_of
from inventory.ledger.head import Hiding, head_of, withheld_names
from inventory.ledger.intake import Importer, lineage_of, optional_store
from inventory.ledger.merge_questions import labels_in, merged_questions
from inventory.ledger.questions import Asked, FileQuestions, Question, SheetReading
from inventory.storage.decisions import Decision, in_force

if TYPE_CHECKING:
    from catalogs.console import Run
    from inventory.ledger.intake import ImportedFile
    from inventory.names import Lineage
    from inventory.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class HowToRead:
    """The options of `collect ledger` that change what is read."""

    department: str | None = None
    source: str | None = None
    include_hidden: bool = False
    more_answers: Mapping[str, str] = field(default_factory=dict)


def answers_decided(run: Run) -> dict[str, Decision]:
    """The answers in force, by key; none where there is no store yet."""
    with optional_store(run.store) as store:
        rows = store.decisions(until=run.as_of, kind="answer") if store is not None else []
    return in_force(rows, "answer")


def asked_in_files(
    run: Run, paths: Sequence[Path], others: Sequence[Path] = (), how: HowToRead | None = None, *, heads: bool = True, merged: bool = True
) -> Asked:  # fmt: skip
    """What these files ask, read as `collect ledger` reads them and writing nothing; and what the merge in the store asks.

    Args:
        run: store, catalogues and date.
        paths: the files.
        others: those of the folders that are no tables; only told.
        how: options of the reading.
        heads: also the first rows of the sheets that are asked about.
        merged: also what the merge of all sources in the store asks.
    """
    how = how or HowToRead()
    importer = Importer(
        run=run, dry_run=True, department=how.department, source=how.source, include_hidden=how.include_hidden,
        keep_books=True, more_answers=how.more_answers,
    )  # fmt: skip
    decided = {key: str(row.value) for key, row in answers_decided(run).items()} | dict(how.more_answers)
    closed = _closed(run)
    found: list[FileQuestions] = []
    broken: list[tuple[str, Text]] = []
    with progress(tr("读取台账", "reading ledgers"), total=len(paths)) as step:
        for path in paths:
            try:
                found.append(_of_file(importer.take(path), decided, closed, heads=heads))
            except CollectError as error:
                broken.append((path.name, error.message))
            step(1)
    files = joined_by_department(_sorted(found), importer.lineage)
    asked = Asked(files=files, broken=tuple(broken), others=tuple(path.name for path in others))
    with optional_store(run.store) as store:
        return asked if store is None or not merged else _with_merged(asked, run, store, decided, closed)


def _of_file(file: ImportedFile, decided: Mapping[str, str], closed: frozenset[str], *, heads: bool) -> FileQuestions:
    names = withheld_names(file.book, file.collected) if file.book is not None else set()
    hide = Hiding.of(closed | names)
    accounting = {"file": file.path.name, **file.collected.accounting}
    made = questions_of(file.collected.gaps, accounting, file.collected.source, decided, hide)
    made = replace(made, vanished=len(file.changes.vanished))
    if not heads or file.book is None:
        return made
    asking = _asking(made)
    return replace(
        made,
        sheets=tuple(
            replace(told, head=head_of(file.book, file.collected, sheet, hide)) if told.sheet in asking else told
            for told, sheet in zip(made.sheets, sheets_of(accounting), strict=True)
        ),
    )  # fmt: skip


def _with_merged(asked: Asked, run: Run, store: Store, decided: Mapping[str, str], names: Iterable[str]) -> Asked:
    """With what the merge of all sources in a store asks, and no file does."""
    from catalogs.load import load_catalogs
    from inventory.merging.merge import inventory_at

    inventory, hide = inventory_at(store, load_catalogs(run.workspace), run.as_of), Hiding.of(names)
    labels = labels_in(inventory, hide)
    more = merged_questions(inventory, decided, hide, [question.key for question in asked.questions], labels)
    return replace(asked, files=(*asked.files, *more), labels=labels)


def asked_in_store(run: Run) -> Asked:
    """What the latest ledgers of the store ask; without first rows, which the store does not keep.

    Raises:
        StoreError: there is no store.
    """
    with _some_store(run) as store:
        decided = {key: str(row.value) for key, row in in_force(store.decisions(until=run.as_of, kind="answer"), "answer").items()}  # fmt: skip
        names = _names(store)
        hide = Hiding.of(names)
        found = []
        for source, snapshot in store.latest(run.as_of).items():
            if not source.startswith("ledger:"):
                continue
            gaps = [gap for gap in store.gaps([snapshot.id]) if gap.answer_key not in decided or _is_wrong(gap.answer_key, decided)]  # fmt: skip
            found.append(questions_of(gaps, snapshot.accounting, source, decided, hide))
        files = joined_by_department(_sorted(found), lineage_of(run, decided))
        return _with_merged(Asked(files=files, from_store=True), run, store, decided, names)


def joined_by_department(files: Iterable[FileQuestions], lineage: Lineage) -> tuple[FileQuestions, ...]:
    """The files, a heading that several files of one department ask about asked once: its answer holds for all (ledger_answers.py)."""
    first: dict[tuple[str, str, tuple[str, ...]], Question] = {}
    others: dict[str, list[Question]] = {}
    kept: list[FileQuestions] = []
    for file in files:
        department = department_key(file.source, file.department, lineage)
        own: list[Question] = []
        for question in file.questions:
            rest = question.key.partition("|")[2]
            if department is None or not rest.startswith(HEADING) or question.answered is not None:
                own.append(question)
                continue
            # Where any field may be answered, what is suggested may differ with what stands below.
            known = first.setdefault((department, rest, () if question.any_field else question.choices), question)
            if known is question:
                own.append(question)
            else:
                others.setdefault(known.id, []).append(question)
        kept.append(replace(file, questions=tuple(own)))
    return tuple(
        replace(file, questions=tuple(_with_others(question, others.get(question.id, ())) for question in file.questions)) for file in kept
    )  # fmt: skip


def _with_others(question: Question, others: Sequence[Question]) -> Question:
    return question if not others else replace(
        question, twins=tuple(others), rows=question.rows + sum(one.rows for one in others),
        cells=question.cells + sum(one.cells for one in others), places=question.places + sum(one.places for one in others),
    )  # fmt: skip


def _some_store(run: Run) -> Store:
    from inventory.storage.store import open_store

    try:
        return open_store(run.store)
    except StoreError as error:
        raise StoreError(
            error.message.zh, error.message.en, hint=Text("把台账文件或文件夹写在命令里，或先 govcloud collect ledger 台账文件夹", "name the ledgers in the command, or first: govcloud collect ledger FOLDER"),
        ) from error  # fmt: skip


def _is_wrong(key: str | None, decided: Mapping[str, str]) -> bool:
    """A sheet that was answered as read wrongly waits all the same."""
    return key is not None and "|layout:" in key and decided[key] != "对"


def waiting_sheets(file: FileQuestions) -> tuple[SheetReading, ...]:
    """The sheets of which something is asked."""
    asking = _asking(file)
    return tuple(sheet for sheet in file.sheets if sheet.sheet in asking)


def _asking(file: FileQuestions) -> set[str]:
    return {sheet for question in file.questions for sheet in (question.sheet, *question.also)}


def _sorted(files: Iterable[FileQuestions]) -> tuple[FileQuestions, ...]:
    return tuple(sorted(files, key=lambda file: (file.department, file.file, file.source)))


def _closed(run: Run) -> frozenset[str]:
    with optional_store(run.store) as store:
        return frozenset(_names(store)) if store is not None else frozenset()


def _names(store: Store) -> set[str]:
    return {name for names in closed_names(store).values() for name in names}
