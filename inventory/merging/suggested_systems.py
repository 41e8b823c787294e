"""Which known systems a spelling may mean: shown with a question, never applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inventory.merging.links import Directory

SUGGESTED_SCORE = 70  # of 100, rapidfuzz WRatio
_SUGGESTIONS = 3


class Suggestions:
    """Names of systems that a spelling resembles; rapidfuzz is loaded at the first question."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._names: list[str] | None = None
        self._known: dict[str, tuple[str, ...]] = {}

    def for_name(self, name: str) -> tuple[str, ...]:
        """At most three names, best first."""
        from rapidfuzz import fuzz, process

        if self._names is None:
            self._names = self._directory.spellings()
        if name not in self._known:
            hits = process.extract(
                name, self._names, scorer=fuzz.WRatio, limit=_SUGGESTIONS, score_cutoff=SUGGESTED_SCORE
            )
            self._known[name] = tuple(hit[0] for hit in hits)
        return self._known[name]
