"""Which cells of a sheet are those of one card: what a correction file empties where the card is of a classified system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inventory.collectors.forms.form_pairs import Pair
from inventory.collectors.sheets.sheet_account import Area


def card_area(cards: Sequence[Mapping[int, Pair]], side: int, row: int) -> Area:
    """The rows of one card, labels and all: from its first to the one before the next card's; its own columns where another stands beside it.

    Args:
        cards: all of the sheet, by column of the table they are turned into.
        side: the last row and column that a form may have.
        row: of the card in that table, from 1.
    """
    own = cards[row - 1]
    first, end = _rows_of(own)
    others = [card for card in cards if card is not own]
    beside = [card for card in others if _rows_of(card)[0] <= end and _rows_of(card)[1] >= first]
    below = min((_rows_of(card)[0] for card in others if _rows_of(card)[0] > end), default=side + 1) - 1
    if not beside:
        return first, 1, max(end, below), side
    left = min(pair.label_at[1] for pair in own.values()) + 1
    starts = [min(pair.label_at[1] for pair in card.values()) + 1 for card in beside]
    return first, left, max(end, below), min((at for at in starts if at > left), default=side + 1) - 1


def _rows_of(card: Mapping[int, Pair]) -> tuple[int, int]:
    """The first and the last row, from 1, in which a card has a value."""
    rows = [pair.value_at[0] + 1 for pair in card.values()]
    return min(rows), max(rows)
