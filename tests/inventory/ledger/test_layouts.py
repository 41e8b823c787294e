"""The same truth in random layouts comes back: right, or asked; silently wrong at most in one cell of two thousand."""

from __future__ import annotations

import os

import pytest

from tests.inventory.ledger.books import read
from tests.inventory.ledger.layouts import Score, lay_out, score

SILENTLY_WRONG = 0.0005  # of the cells, at most
RIGHT = 0.98  # of the cells, at least


def _scored(seeds: range) -> Score:
    total = Score()
    for seed in seeds:
        laid = lay_out(seed)
        found = read(laid.name, laid.content, confirmed=False)
        account = found.accounting
        assert account["rows_read"] == account["rows_recorded"] + account["rows_asked"] + account["rows_skipped"]  # type: ignore[operator]
        score(laid, found, total, label=f"seed {seed}")
    return total


def _check(total: Score) -> None:
    wrong = "\n".join(total.wrong[:20])
    print(
        f"{total.total} cells: {total.right / total.total:.4%} right, {total.asked / total.total:.4%} asked, {len(total.wrong) / total.total:.4%} wrong"
    )
    assert len(total.wrong) <= SILENTLY_WRONG * total.total, wrong
    assert total.right >= RIGHT * total.total, wrong


@pytest.mark.slow
def test_random_layouts() -> None:
    """200 layouts, 2,000 in the long runs (`make soak`)."""
    _check(_scored(range(2000 if os.environ.get("GOVCLOUD_SOAK") else 200)))
