"""What a system's name or remark suggests about its class, where neither the ledger nor a person's decision states one.

Which words suggest what, and why, is a catalogue's business (`class_words` of rule R0, catalogs/zombies). A suggestion
never makes a verdict: where the class would change one, it becomes a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from catalogs.models_remarks import NO_REMARKS, RemarkFiles
from catalogs.models_rules import ClassWords, ZombieRule
from inventory.zombies.remark_words import lexicon_of
from inventory.zombies.remarks import said

_RHYTHMS = frozenset({"seasonal", "standby", "emergency"})


def class_words_of(rules: Iterable[ZombieRule]) -> tuple[ClassWords, ...]:
    """The words of all rules in force, in the order of the rules."""
    return tuple(words for rule in sorted(rules, key=lambda rule: rule.id) for words in rule.class_words)


def remarks_of(rules: Iterable[ZombieRule]) -> RemarkFiles:
    """The words by which the rules in force read remarks."""
    return next((rule.remarks for rule in rules if rule.class_words), NO_REMARKS)


def hinted_class(
    words: Iterable[ClassWords], name: str, remark: str = "", status: str = "", *, remarks: RemarkFiles = NO_REMARKS
) -> str | None:
    """The class that a system's name, the ledger's remark or its status suggests, if any; asked in this order."""
    return hints_of(words, remarks)(name, remark, status)


def hints_of(words: Iterable[ClassWords], remarks: RemarkFiles = NO_REMARKS) -> Callable[[str, str, str], str | None]:
    """`hinted_class` for many systems: most names hold none of the words, which one look tells.

    A remark in words that no list has is read by grammar (inventory/zombies/remarks.py) with the words of `remarks`.
    """
    rows = tuple(words)
    at = {"name": {"name", "both"}, "remark": {"remark", "both"}, "status": {"status"}}
    patterns = {
        place: re.compile("|".join(re.escape(w) for row in rows if row.place in places for w in row.words) or "(?!)")
        for place, places in at.items()
    }

    def hint(name: str, remark: str, status: str) -> str | None:
        for text, place in ((name, "name"), (remark, "remark"), (status, "status")):
            if text and patterns[place].search(text):
                for row in rows:  # the first row wins, wherever its word stands
                    if row.place in at[place] and any(word in text for word in row.words):
                        return row.system_class
        return _by_grammar(remark.strip(), remarks) if remark and remarks.files else None

    return hint


def _by_grammar(remark: str, remarks: RemarkFiles) -> str | None:
    """The rhythm of use that a remark tells."""
    return (
        next((one.kind for one in said(remark, lexicon_of(remarks)) if one.kind in _RHYTHMS), None) if remark else None
    )
