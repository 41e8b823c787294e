"""What a ledger says in free words, as the evidence may hold it: the catalogue's words that a rule found, and no others.

What somebody wrote freely may name people and stays in the ledger. The rules find the same in the words as in the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from catalogs.models_rules import Statement, ZombieRule
from inventory.zombies.statements import clause_of

CLAUSE_END = "；"  # parts clauses for the rules, too (inventory/zombies/statements.py)


def statements_of(rules: Iterable[ZombieRule]) -> tuple[Statement, ...]:
    """The statements that any rule looks for, in the order of the rules."""
    return tuple(statement for rule in rules for statement in rule.statements)


def said_of(field: str, text: str, statements: Sequence[Statement]) -> str | None:
    """The words of a field that make a statement, one clause for each statement; `None` where it makes none."""
    about = [statement for statement in statements if statement.field == field]
    found = (_said(statement, text, about) for statement in about)
    return CLAUSE_END.join(dict.fromkeys(words for words in found if words)) or None


def _said(statement: Statement, text: str, others: Sequence[Statement]) -> str | None:
    """The first word that makes the statement; beside it what keeps other statements from being read out of that word."""
    for word in statement.words:
        clause = clause_of(statement.model_copy(update={"words": (word,)}), text)
        if clause is not None:
            kept_from = (one for other in others for one in other.unless if one in clause)
            return "、".join(dict.fromkeys((word, *kept_from)))
    return None
