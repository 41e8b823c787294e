"""Headings that stand in no list, understood by their own words: 何时启用, 主机内存总数, 维保截止日.

A heading is understood only where words of one form cover it from the first character to the last and every group of
that form is met; of several forms the one of which most is said wins, and two fields with equally much are a question.
A single word that is not known (拟, 单台, 结论) leaves the whole heading to a person: nothing is matched by likeness.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalogs.models_columns import Columns

_LONGEST = 20  # characters; longer texts are sentences or data


@dataclass(frozen=True, slots=True)
class Form:
    """One way to say a field: a word of each group of `parts`, and among them any words of `also`."""

    field: str
    parts: tuple[frozenset[str], ...]
    also: frozenset[str]
    units: frozenset[str]
    first: re.Pattern[str]

    def said(self, text: str) -> int:
        """How many characters the words of the groups cover; 0 where the text is not covered or a group is missing."""
        everything = (1 << len(self.parts)) - 1
        best: list[dict[int, int]] = [{} for _ in range(len(text) + 1)]
        best[0][0] = 0
        words = [(word, 1 << at, len(word)) for at, part in enumerate(self.parts) for word in part if word in text]
        words += [(word, 0, 0) for word in self.also if word in text]
        for at in range(len(text)):
            if not best[at]:
                continue
            for word, bit, worth in words:
                if text.startswith(word, at):
                    end = best[at + len(word)]
                    for met, score in best[at].items():
                        end[met | bit] = max(end.get(met | bit, -1), score + worth)
        return best[-1].get(everything, 0)


@dataclass(frozen=True, slots=True)
class Grammar:
    """All forms of the catalogue."""

    forms: tuple[Form, ...] = ()
    _memo: dict[tuple[str, str | None], str | None] = field(default_factory=dict, compare=False, repr=False)

    def field_of(self, text: str, unit: str | None) -> str | None:
        """The one field that a heading names.

        Args:
            text: of the heading as compared (`heading_key`), without its unit.
            unit: that the heading carries, or `None`.
        """
        if not 0 < len(text) <= _LONGEST:
            return None
        key = text, unit
        if key not in self._memo:
            self._memo[key] = self._look_up(text, unit)
        return self._memo[key]

    def _look_up(self, text: str, unit: str | None) -> str | None:
        scores: dict[str, int] = {}
        for form in self.forms:
            if (not form.units or unit in form.units) and form.first.search(text):
                said = form.said(text)
                if said:
                    scores[form.field] = max(scores.get(form.field, 0), said)
        best = max(scores.values(), default=0)
        fields = [name for name, said in scores.items() if said == best]
        return fields[0] if len(fields) == 1 else None


def grammar(files: Iterable[Columns]) -> Grammar:
    """The forms of all column files, with their named groups of words filled in."""
    words: dict[str, tuple[str, ...]] = {}
    fillers: set[str] = set()
    kept = list(files)
    for file in kept:
        words.update(file.words)
        fillers.update(file.fillers)
    return Grammar(
        tuple(
            Form(
                field=form.field,
                parts=parts,
                also=frozenset(_filled(form.also, words)) | fillers,
                units=frozenset(form.units),
                first=re.compile("|".join(sorted(map(re.escape, parts[0]), key=len, reverse=True))),
            )
            for file in kept
            for form in file.forms
            for parts in (tuple(frozenset(_filled(part, words)) for part in form.parts),)
        )
    )


def _filled(names: Iterable[str] | str, words: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    for name in (names,) if isinstance(names, str) else names:
        yield from words[name[1:]] if name.startswith("@") else (name.lower(),)
