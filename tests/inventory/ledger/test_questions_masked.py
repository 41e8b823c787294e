"""What is shown beside a question holds nobody's name or number and no password, whatever the layout of the ledger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inventory.collectors.cells.cell_types import plain_text
from inventory.collectors.spreadsheet import Options, collect_workbook
from inventory.collectors.workbooks.grid import column_number
from inventory.collectors.workbooks.workbook import workbook_of
from inventory.ledger.asked import questions_of, sheets_of
from inventory.ledger.head import Hiding, head_of, withheld_names
from inventory.model import Collected
from tests.inventory.ledger.books import GOLD, content_of, gold, words
from tests.inventory.ledger.layouts import lay_out

_SHORTEST = 2  # letters of a person's name


def shown_of(name: str, content: bytes) -> tuple[str, Collected, set[str]]:
    """All texts that a page would show of a file, the file as it is read once its sheets are confirmed, and its secrets."""
    book = workbook_of(name, content)
    found = collect_workbook(book, Options(words=words()))
    hide = Hiding.of(withheld_names(book, found))
    asked = questions_of(found.gaps, found.accounting, found.source, {}, hide)
    heads = [head_of(book, found, sheet, hide) for sheet in sheets_of(found.accounting)]
    assert len(heads) == len(asked.sheets)
    text = json.dumps([asked.as_json(), [head.as_json() for head in heads if head]], ensure_ascii=False)
    answers = {one.key: "对" for one in asked.questions if one.kind == "reading"}
    secrets = set()
    for gap in found.gaps:
        if gap.kind == "credential" and gap.field and gap.origin.row and gap.origin.column:
            grid = next((grid for grid in book.grids if grid.name == (gap.origin.sheet or "")), None)
            rows = list(grid.rows()) if grid else []
            at = column_number(gap.origin.column)
            if gap.origin.row <= len(rows) and at < len(rows[gap.origin.row - 1]):
                secrets.add(plain_text(rows[gap.origin.row - 1][at]).strip())
    return text, collect_workbook(book, Options(words=words(), answers=answers)), secrets


def untold(text: str, found: Collected, secrets: set[str]) -> list[str]:
    people = [part for contact in found.contacts for part in (contact.name, contact.phone) if part]
    return [part for part in (*people, *secrets) if len(part) >= _SHORTEST and part in text]


@pytest.mark.parametrize("path", sorted(GOLD.glob("*.yaml")), ids=lambda path: path.stem)
def test_of_the_gold_set(path: Path) -> None:
    book = gold(path)
    text, found, secrets = shown_of(book.get("file", f"{path.stem}.xlsx"), content_of(book))
    assert untold(text, found, secrets) == []


@pytest.mark.parametrize("seed", range(70000, 70020))
def test_of_random_layouts(seed: int) -> None:
    laid = lay_out(seed)
    text, found, secrets = shown_of(laid.name, laid.content)
    assert untold(text, found, secrets) == []
    assert found.records
