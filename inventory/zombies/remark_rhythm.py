"""Clauses that say when a system is used, if not every day: in its season, every few years, when another fails, in an emergency."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from inventory.zombies.remark_words import Clause, Token

Rhythm = Literal["seasonal", "standby", "emergency", "years"]
_NOT_THE_WORK = (
    "测评",
    "等保",
    "等保测评",
    "密评",
    "评估",
    "检测",
    "合同",
    "续签",
    "维保",
    "更换",
    "巡检",
    "维保合同",
    "审计",
)
_KINDS: tuple[Rhythm, ...] = ("seasonal", "standby", "emergency", "years")


def rhythms_of(clause: Clause) -> Iterator[tuple[Rhythm, tuple[Token, ...]]]:
    """The rhythms of use that a clause names; what comes around with assessments and contracts is none."""
    if any(token.text in _NOT_THE_WORK for token in clause.tokens):
        return
    for token in clause.tokens:
        if token.role in _KINDS:
            yield token.role, (token,)
        elif token.role == "again":
            yield "seasonal", (token,)
