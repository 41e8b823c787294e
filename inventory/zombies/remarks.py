"""What a remark says, read by grammar: its clauses, whom they are about, what happened to it, and whether it is a fact.

A phrase list understands what it has; this understands what a clerk may write instead. A clause says that a system is not
used where a predicate (ended, stopped, removed, moved to, replaced by, never started, nobody uses) stands with a subject that
the predicate can end (the system, its business, its project, unit, devices, users), as a fact and not as a plan, of the whole
and not of a part, and in the right direction (A 并入本系统 is no end of 本系统). Where the reading is not sure it says nothing.
Of clauses that contradict each other the careful one holds: still used, used unseen, used in its season.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from inventory.zombies.remark_clauses import Phrase, opening
from inventory.zombies.remark_predicates import Fact, facts_of_clause
from inventory.zombies.remark_rhythm import rhythms_of
from inventory.zombies.remark_unseen import unseen_of
from inventory.zombies.remark_words import Clause, Lexicon, Token, clauses

Kind = Literal["unused", "left", "old", "used", "planned", "unseen", "seasonal", "standby", "emergency", "years"]
RHYTHMS = frozenset({"seasonal", "standby", "emergency", "years"})


@dataclass(frozen=True, slots=True)
class Said:
    """A statement: its kind, the clause in which it stands, and the words by which it was read, each with its role.

    `planned` is what is not yet so, or only of a part; `used` outweighs `unused`.
    """

    kind: Kind
    clause: str
    why: tuple[Token, ...]


def said(text: str, words: Lexicon, year: int | None = None) -> tuple[Said, ...]:
    """The statements of a remark; empty where it makes none that is understood.

    Args:
        text: as it was written.
        words: of the catalogue.
        year: the present one, where known: what a later year brings has not happened.
    """
    return _said(text, words, year)


def kinds(text: str, words: Lexicon, year: int | None = None) -> frozenset[str]:
    """The kinds of a remark's statements, without `used`."""
    return frozenset(one.kind for one in said(text, words, year)) - {"used"}


# Remarks repeat: an inventory of 10,000 systems has some thousand different ones.
@lru_cache(maxsize=65_536)
def _said(text: str, words: Lexicon, year: int | None) -> tuple[Said, ...]:
    found: list[Said] = []
    topic: Phrase | None = None
    facts: list[tuple[Clause, Fact]] = []
    rows = list(clauses(text, words))
    planned_in = -1
    around = frozenset(token.role for clause in rows for token in clause.tokens)
    for place, clause in enumerate(rows):
        later = tuple(token for after in rows[place + 1 :] for token in after.tokens)
        before, topic = topic, None
        for fact in facts_of_clause(
            clause, before, later=later, planned=planned_in == clause.sentence, around=around, year=year
        ):
            facts.append((clause, fact))
            topic = fact.topic
        if topic is None:
            topic = opening(clause.tokens) or before
        if any(token.role == "plan" for token in clause.tokens):
            planned_in = clause.sentence
    for clause, fact in facts:
        if fact.kind is not None:
            found.append(Said(fact.kind, clause.text, fact.why))
    for clause in rows:
        found += [Said("unseen", clause.text, tokens) for tokens in unseen_of(clause)]
        found += [Said(kind, clause.text, tokens) for kind, tokens in rhythms_of(clause)]
    return tuple(_careful(found, [token for clause in rows for token in clause.tokens]))


def _careful(found: Iterable[Said], around: Sequence[Token]) -> list[Said]:
    """Of contradicting statements the careful ones: what is still used, or not yet or only partly over, is not unused."""
    partly = any(token.role == "partial" for token in around)
    kept = [one for one in (_of_the_old(one, around) for one in found) if one is not None]
    known = {one.kind for one in kept}
    if partly:
        return [replace(one, kind="planned") if one.kind in {"unused", "left"} else one for one in kept]
    if known & {"used", "unseen"} or known & RHYTHMS:
        return [one for one in kept if one.kind not in {"unused", "left"}]
    sure = "unused" in known or "planned" not in known
    return [replace(one, kind="unused") if one.kind == "left" else one for one in kept if sure or one.kind != "left"]


def _of_the_old(one: Said, around: Sequence[Token]) -> Said | None:
    """What is said of the old system is said of this one where another, not merely a new one, took over, or nobody uses it."""
    if one.kind != "old":
        return one
    if any(t.role in {"self", "inuse"} for t in around):
        return None
    successor = any(t.role == "other" and not t.text.startswith("新") for t in around)
    nobody = any(t.role in {"nobody", "nomore", "never", "idle"} for t in one.why)
    return replace(one, kind="unused") if successor or nobody else None
