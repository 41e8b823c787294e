"""A correction file that comes back untouched says what the original said: the random layouts of layouts.py and the gold set."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from inventory.collectors.workbooks.workbook import workbook_of
from inventory.corrections.corrections import correction_of
from inventory.model import Collected
from tests.inventory.ledger.books import GOLD, content_of, gold, read
from tests.inventory.ledger.layouts import lay_out


def said(found: Collected) -> list[tuple[Any, ...]]:
    """Every record with its fields, where the row stands; notes on how a cell was written are none of it."""
    kept = [
        (r.kind, r.origin.row, tuple(sorted((name, str(v)) for name, v in r.fields.items() if name not in {"row_key", "raw"} and v not in (None, ()))))
        for r in found.records
    ]  # fmt: skip
    return sorted(kept, key=str)


def asked(found: Collected) -> Counter[tuple[Any, ...]]:
    """Every question by its place; what was masked is told once only."""
    return Counter((g.kind, g.origin.row, g.origin.column, g.field) for g in found.gaps if g.kind != "credential")


@pytest.mark.slow
def test_an_untouched_correction_file_reads_as_the_original() -> None:
    """60 layouts, 500 in the long runs (`make soak`)."""
    for seed in (*range(500 if os.environ.get("GOVCLOUD_SOAK") else 60), 124):  # 124: its first row is a classified one
        laid = lay_out(seed)
        found = read(laid.name, laid.content)
        made = correction_of(laid.content, workbook_of(laid.name, laid.content), found)
        again = read(laid.name, made.content, source=found.source)
        assert said(again) == said(found), f"seed {seed}"
        assert asked(again) == asked(found), f"seed {seed}"
        assert again.accounting["classified"] == found.accounting["classified"], f"seed {seed}"
        first, second = ({c.id for c in one.contacts} for one in (found, again))
        assert first == second, f"seed {seed}"


@pytest.mark.parametrize("path", sorted(GOLD.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_untouched_correction_file_of_the_gold_set_gives_the_same_records(path: Path) -> None:
    book = gold(path)
    content = content_of(book)
    found = read(book["file"], content)
    made = correction_of(content, workbook_of(book["file"], content), found)
    again = read(f"{Path(book['file']).stem}.xlsx", made.content, source=found.source)
    assert said(again) == said(found)
