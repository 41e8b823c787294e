"""Taking a ledger into the store: answers applied, compared with what was there, stable ids given, one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from catalogs.console import LOCAL_ZONE
from catalogs.errors import CollectError, StoreError
from inventory.closed_systems import Mark, closed_names, marks_in_force
from inventory.collectors.files import read_any
from inventory.collectors.spreadsheet import Options, collect_workbook
from inventory.collectors.workbooks.grid import Workbook
from inventory.corrections.corrections import Correction, correction_of
from inventory.corrections.returned import answers_in, without_row_keys
from inventory.department_names import with_names_answered
from inventory.ledger.changes import (
    Changes,
    changes_between,
    refuse_to_empty,
    refuse_to_lose_most,
    refuse_to_lose_waiting,
)
from inventory.ledger.marks import marks_of
from inventory.merging.name_suggestions import with_suggestions
from inventory.model import Collected, Record
from inventory.storage.decisions import Decision
from inventory.storage.store import Store, open_store

if TYPE_CHECKING:
    from catalogs.console import Run
    from catalogs.load import Catalogs
    from inventory.collectors.columns.vocabulary import Vocabulary
    from inventory.names import Lineage


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """One file as read, and what became of it: `snapshot` is None for a dry run and for a file that changes nothing."""

    path: Path
    collected: Collected
    changes: Changes
    snapshot: str | None = None
    correction: Correction | None = None
    marks: tuple[Mark, ...] = ()  # systems that this file marks as classified, and that were open until now
    book: Workbook | None = field(default=None, repr=False, compare=False)  # only for a dry run that asked for it

    @property
    def may_be_classified(self) -> int:
        """How many systems went in a file that has a new classified row without a name: each of them may be it."""
        return sum(not mark.sure for mark in self.marks)

    def as_json(self) -> dict[str, object]:
        """Everything but the gaps, which the envelope has."""
        return {
            "file": self.path.name,
            "source": self.collected.source,
            "snapshot": self.snapshot,
            "changes": self.changes.as_json(),
            "classified_since": {"systems": len(self.marks) - self.may_be_classified, "may_be": self.may_be_classified},
            "correction": None
            if self.correction is None
            else {
                "file": self.correction.name,
                "questions": self.correction.questions,
                "not_kept": [t.as_json() for t in self.correction.lost],
            },
            "accounting": dict(self.collected.accounting),
            "records": [record.as_json() for record in self.collected.records],
            "skipped": [row.as_json() for row in self.collected.skipped],
        }


@dataclass
class Importer:
    """Reads ledgers for one run of the command."""

    run: Run
    dry_run: bool
    department: str | None = None
    source: str | None = None
    include_hidden: bool = False
    corrections: Path | None = None
    confirm_vanished: bool = False
    keep_books: bool = False  # with a dry run: the workbooks stay at hand
    more_answers: Mapping[str, str] = field(default_factory=dict)  # as if they had been decided, by key
    _sources: dict[str, str] = field(default_factory=dict)

    def take(self, path: Path) -> ImportedFile:
        """Read one file and, unless this is a dry run, write it.

        Raises:
            CollectError: it cannot be read, or another file of this run has the same source.
        """
        found, book = read_any(path, self._options)
        given = answers_in(book) if book is not None else {}
        if book is not None and given:
            found = collect_workbook(book, replace(self._options, answers={**self._options.answers, **given}))
        self._only_once(found.source, path)
        with _OptionalStore(self.run.store, create=not self.dry_run) as store:
            before = _previous(store, found.source, self.run)
            identified, identities, marks = self._identified(found, store, book, before or [])
            sure = {mark.system_id for mark in marks if mark.sure}  # only counted from now on
            before = None if before is None else [record for record in before if record.id not in sure]
            changes = changes_between(before, identified.records)
            correction = self._correction(path, book, identified, store)
            if self.dry_run or store is None or (before is not None and not _differs(store, identified, self.run)):
                return ImportedFile(
                    path=path, collected=identified, changes=changes, correction=correction, marks=marks,
                    book=book if self.keep_books else None,
                )  # fmt: skip
            refuse_to_empty(path, before or [], identified)
            if not self.confirm_vanished:
                refuse_to_lose_waiting(path, changes, identified)
                refuse_to_lose_most(path, before or [], identified)
            identities |= {mark.key: (mark.system_id, mark.basis) for mark in marks}
            snapshot = store.add_snapshot(identified, taken_at=self.run.as_of, identities=identities)
            self._note(store, snapshot.id, given, path)
        return ImportedFile(
            path=path, collected=identified, changes=changes, snapshot=snapshot.id, correction=correction, marks=marks
        )

    def _correction(
        self, path: Path, book: Workbook | None, collected: Collected, store: Store | None
    ) -> Correction | None:
        if self.corrections is None or book is None or not collected.gaps:
            return None
        closed = closed_names(store) if store is not None else {}
        made = correction_of(path.read_bytes(), book, collected, closed)
        if not made.questions:  # what is left is for the centre to settle
            return None
        self.corrections.mkdir(parents=True, exist_ok=True)
        (self.corrections / made.name).write_bytes(made.content)
        return made

    def _only_once(self, source: str, path: Path) -> None:
        other = self._sources.setdefault(source, path.name)
        if other != path.name:
            raise CollectError(
                f"{path.name}：与 {other} 是同一来源 {source}，后者会顶替前者", f"{path.name}: the same source {source} as {other}; one would replace the other",
            )  # fmt: skip

    @cached_property
    def _catalogs(self) -> Catalogs:
        from catalogs.load import load_catalogs

        return load_catalogs(self.run.workspace)

    @cached_property
    def _words(self) -> Vocabulary:
        from inventory.collectors.columns.vocabulary import vocabulary

        return vocabulary(self._catalogs.columns)

    @cached_property
    def lineage(self) -> Lineage:
        """Of the departments, with the names that people said mean one of them."""
        return _lineage(self._catalogs, self.run, self._known_answers)

    @cached_property
    def _known_answers(self) -> dict[str, str]:
        return {**self._answers(), **self.more_answers}

    @cached_property
    def _options(self) -> Options:
        return Options(
            words=self._words, lineage=self.lineage, department=self.department, source=self.source, answers=self._known_answers,
            include_hidden=self.include_hidden, sources=self._known_sources(),
        )  # fmt: skip

    def _known_sources(self) -> frozenset[str]:
        with optional_store(self.run.store) as store:
            return frozenset(store.latest(self.run.as_of)) if store is not None else frozenset()

    def _answers(self) -> dict[str, str]:
        from inventory.storage.decisions import in_force

        with optional_store(self.run.store) as store:
            if store is None:
                return {}
            rows = store.decisions(until=self.run.as_of, kind="answer")
        return {subject: str(decision.value) for subject, decision in in_force(rows, "answer").items()}

    def _identified(
        self, found: Collected, store: Store | None, book: Workbook | None, before: list[Record]
    ) -> tuple[Collected, dict[str, tuple[str, object]], tuple[Mark, ...]]:
        from inventory.ledger.identity import with_stable_ids

        known = store.identities() if store is not None else {}
        plain, places = without_row_keys(found, known.values())
        proven = {plain.records[at].id: system_id for at, system_id in places.items()}
        done = with_stable_ids(plain, known, self.lineage, proven)
        marks, closed = self._marks(done.collected, store, book, before, known)
        nameable = {key: system_id for key, system_id in known.items() if system_id not in closed}
        return with_suggestions(done.collected, nameable, self.lineage, self._options.answers), done.identities, marks

    def _marks(
        self, found: Collected, store: Store | None, book: Workbook | None, before: list[Record], known: dict[str, str]
    ) -> tuple[tuple[Mark, ...], frozenset[str]]:
        """The systems that this file marks as classified, and all that are marked by now."""
        if store is None or not known:
            return (), frozenset()
        latest = store.latest(self.run.as_of).get(found.source)
        counted = sum(1 for row in store.skipped([latest.id]) if row.reason == "classified") if latest else 0
        already = frozenset(mark.system_id for mark in marks_in_force(store))
        marks = marks_of(
            book, found, before, known, self.lineage, counted_before=counted, marked=already, taken_at=self.run.as_of
        )
        return marks, already | {mark.system_id for mark in marks}

    def _note(self, store: Store, snapshot: str, given: dict[str, str], path: Path) -> None:
        """The run, and the answers that a department wrote into its correction file, which hold from now on."""
        from inventory.commands.cloud import version

        store.add_run(
            command=self.run.command, version=version(), as_of=self.run.as_of, actor=self.run.actor,
            catalogs_sha256=self._catalogs.digest, result=snapshot,
        )  # fmt: skip
        for key, answer in sorted(given.items()):
            if self._options.answers.get(key) != answer:
                store.add_decision(
                    Decision(kind="answer", subject=key, value=answer, actor=self.run.actor, role="单位补正",
                             reason=f"补正文件 {path.name}", decided_at=self.run.as_of)
                )  # fmt: skip


def lineage_of(run: Run, answers: Mapping[str, str]) -> Lineage:
    """The lineage of departments on the day of a run, with the names that people said mean one of them."""
    from catalogs.load import load_catalogs

    return _lineage(load_catalogs(run.workspace), run, answers)


def _lineage(catalogs: Catalogs, run: Run, answers: Mapping[str, str]) -> Lineage:
    from inventory.names import Lineage

    listed = Lineage.of(catalogs.departments, run.as_of.astimezone(LOCAL_ZONE).date())
    return with_names_answered(listed, answers)


class _OptionalStore:
    """The store; `None` where there is none and none may be made: a dry run, or a look for answers."""

    def __init__(self, where: str, *, create: bool) -> None:
        self._where = where
        self._create = create
        self._open: Store | None = None

    def __enter__(self) -> Store | None:
        try:
            self._open = open_store(self._where, create=self._create)
        except StoreError:
            if _exists(self._where) or self._create:
                raise
        return self._open

    def __exit__(self, *_: object) -> None:
        if self._open is not None:
            self._open.close()


def optional_store(where: str) -> _OptionalStore:
    """The store where there is one; nothing is made."""
    return _OptionalStore(where, create=False)


def _exists(where: str) -> bool:
    from inventory.storage.opening import holds_store

    return holds_store(where)


def _previous(store: Store | None, source: str, run: Run) -> list[Record] | None:
    """The records of the latest snapshot of a source; `None` where there is none."""
    latest = store.latest(run.as_of).get(source) if store is not None else None
    return None if store is None or latest is None else list(store.records([latest.id]))


def _differs(store: Store, collected: Collected, run: Run) -> bool:
    from inventory.storage.store import snapshot_of

    latest = store.latest(run.as_of)[collected.source]
    return snapshot_of(collected, run.as_of).content_sha256 != latest.content_sha256
