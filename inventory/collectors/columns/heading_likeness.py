"""Which fields a heading that nothing knows speaks of: its runs of letters against those of all listed headings and words.

Every field is known by the headings that catalogs/columns lists for it and by the words of its forms there; 花了多少钱 shares
花 and 多少钱 with what is said of costs. Such likeness only orders the choices of a question; nothing is ever read by it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inventory.collectors.columns.heading_grammar import Grammar
from inventory.fields import FIELDS

_LONGEST = 3  # letters of a run
_RARE = 0.3  # a run that few of a field's headings have still says much: its share counts to this power
_OF_FORMS = 0.35  # share of a run that stands in the words of a field's forms
_NEVER = frozenset({"serial", "credential", "row_key"})  # no answers
# Chosen on the 100 listed headings that are questions (谁, 啥, 哪, 几, 多少 …), each without those that resemble it
# (docs/measured/ledgers.md, «选项»); `Likeness.of` is not sensitive to any of them.


def runs(text: str) -> frozenset[str]:
    """All runs of one to three letters."""
    return frozenset(text[at : at + size] for size in range(1, _LONGEST + 1) for at in range(len(text) - size + 1))


@dataclass(slots=True)
class Likeness:
    """The runs of every field; counted when the first question needs them."""

    alone: Mapping[str, str]
    below: Mapping[tuple[str, str], str]
    grammar: Grammar
    _shares: dict[str, dict[str, float]] = field(default_factory=dict)
    _weights: dict[str, float] = field(default_factory=dict)

    def of(self, text: str) -> dict[str, float]:
        """Field → how much of a heading speaks of it, 0–1.

        Args:
            text: the heading as compared (`heading_key`).
        """
        self._count()
        own = runs(text)
        whole = sum(len(run) * self._weights.get(run, self._unknown) for run in own)
        found: dict[str, float] = {}
        for name, shares in self._shares.items():
            said = sum(len(run) * self._weights[run] * shares[run] for run in own if run in shares)
            if said > 0 and whole > 0:
                found[name] = said / whole
        return found

    @property
    def _unknown(self) -> float:
        return math.log(max(2, len(self._shares)))

    def _count(self) -> None:
        if self._shares:
            return
        headings: dict[str, list[str]] = {}
        for text, meant in _listed(self.alone, self.below):
            headings.setdefault(meant, []).append(text)
        words: dict[str, set[str]] = {}
        for form in self.grammar.forms:
            for part in form.parts:
                words.setdefault(form.field, set()).update(run for word in part for run in runs(word))
        for name in sorted(headings.keys() | words.keys()):
            listed = headings.get(name, [])
            counts = Counter(run for text in listed for run in runs(text))
            shares = {run: count / (len(listed) + 2) for run, count in counts.items()}
            for run in words.get(name, ()):
                shares[run] = max(shares.get(run, 0.0), _OF_FORMS)
            self._shares[name] = {run: share**_RARE for run, share in shares.items()}
        known = Counter(run for shares in self._shares.values() for run in shares)
        self._weights.update({run: math.log(len(self._shares) / count) for run, count in known.items()})


def _listed(alone: Mapping[str, str], below: Mapping[tuple[str, str], str]) -> Iterable[tuple[str, str]]:
    """Every listed heading with its field; those in Latin letters are our own names and abbreviations."""
    pairs = [*alone.items(), *((child, name) for (_, child), name in below.items())]
    for text, name in pairs:
        meant = name.partition(".")[0]
        if meant in FIELDS and meant not in _NEVER and not text.isascii():
            yield text, meant
