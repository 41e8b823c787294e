"""Which registered systems a ledger's classified rows are: by name or code, read from the file and kept as ids only.

A classified row gives no record. Its cells are looked at here once more, while the file is open, for names and codes that
the store knows already: those systems were open, and may be named no more (inventory/closed_systems.py).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from inventory.closed_systems import Mark
from inventory.ledger.identity import name_key
from inventory.names import Lineage, normalised

if TYPE_CHECKING:
    from inventory.collectors.workbooks.grid import Workbook
    from inventory.model import Collected, Record

_SHORTEST_CODE = 4  # characters; a shorter one may be a row's number
_MOST_CELLS = 400  # of one area that are looked at as names; a card or a row has far fewer


def marks_of(
    book: Workbook | None, found: Collected, before: Sequence[Record], known: Mapping[str, str], lineage: Lineage, *,
    counted_before: int, marked: Container[str], taken_at: datetime,
) -> tuple[Mark, ...]:  # fmt: skip
    """The systems that are classified by this ledger and were open until now.

    Where more classified rows were added than names are known by, all systems that went in the same file are marked as
    not sure: a classified row often has no name.

    Args:
        book: the file's sheets.
        found: what was read of it, with final ids.
        before: the records of the snapshot that it replaces.
        known: keys of all registered systems (`Store.identities()`).
        lineage: of the departments.
        counted_before: how many classified rows that snapshot counts.
        marked: ids of systems that are marked already.
        taken_at: of the new snapshot.
    """
    if book is None:
        return ()
    listed = {record.id for record in found.records if record.kind == "system"}
    gone = {record.id: record for record in before if record.kind == "system" and record.id not in listed}
    sure: set[str] = set()
    rows = 0
    for department, texts in _areas(book, found):
        rows += 1
        sure |= _registered(texts, department, found.source, known, lineage) - listed
        sure |= {one for one, record in gone.items() if _is_called(record, texts)}
    new = {one for one in sure if one not in marked}
    unnamed = max(rows, _classified_rows(found)) - counted_before - len(new)
    maybe = {one for one in gone if one not in sure and one not in marked} if unnamed > 0 else set()
    return tuple(
        Mark(system_id=one, source=found.source, since=taken_at, sure=one in new) for one in sorted(new | maybe)
    )


def _classified_rows(found: Collected) -> int:
    return sum(1 for row in found.skipped if row.reason == "classified")


def _areas(book: Workbook, found: Collected) -> Iterator[tuple[str | None, frozenset[str]]]:
    """The department of the sheet and the texts of every classified row, column or card."""
    grids = {grid.name: grid for grid in book.grids}
    for sheet in _sheets(found.accounting):
        grid = grids.get(str(sheet["sheet"]))
        areas = sheet.get("classified_areas", ())
        if grid is None or not areas:
            continue
        rows = [list(row) for row in grid.rows()]
        for top, left, bottom, right in areas:
            cells = [cell for row in rows[top - 1 : bottom] for cell in row[left - 1 : right]]
            yield sheet.get("department"), frozenset(cell.strip() for cell in cells if isinstance(cell, str))


def _sheets(accounting: Mapping[str, object]) -> list[Mapping[str, Any]]:
    sheets = accounting.get("sheets", ())
    return (
        [one for one in sheets if isinstance(one, dict) and "sheet" in one] if isinstance(sheets, list | tuple) else []
    )


def _registered(
    texts: frozenset[str], department: str | None, source: str, known: Mapping[str, str], lineage: Lineage
) -> set[str]:
    """The systems that are registered under a name of the row in a department of the row, the sheet or the source."""
    owners = {f"@{source}"}
    for name in (*sorted(texts)[:_MOST_CELLS], department or "", source.partition(":")[2]):
        owners.update(lineage.keys(name) if name else ())
    keys = (name_key(owner, name) for name in sorted(texts)[:_MOST_CELLS] for owner in owners)
    return {known[key] for key in keys if key in known}


def _is_called(record: Record, texts: frozenset[str]) -> bool:
    """Whether a row bears the name or the code of a system that the ledger listed before."""
    words = {normalised(text) for text in texts}
    code = normalised(str(record.fields.get("sys_code") or ""))
    return normalised(str(record.fields.get("sys_name") or "")) in words or (
        len(code) >= _SHORTEST_CODE and code in words
    )
