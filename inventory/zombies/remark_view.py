"""A predicate in its clause: what the rules of the grammar ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from inventory.zombies.remark_clauses import NOTHING, Phrase, is_planned, phrase, run_before, subject, target
from inventory.zombies.remark_words import TIME, UNKNOWN, Token, latest_year

Outcome = Literal["unused", "used", "planned", "seasonal"]
_LIGHT = frozenset({"done", "adverb", "all", TIME, "once", "still"})
_OBJECTS = frozenset({
    "head", "self", "own", "old", "other", "wide", "infra", "channel", "business", "campaign", "project", "trial", "trialrun", "making",
    "contract", "unit", "firm", "device", "machine", "account", "users", "data", "content", "part", "partial", "name", UNKNOWN, "usenoun",
})  # fmt: skip
_NEGATION = frozenset({"not", "notyet", "never", "nomore", "none", "nobody", "forgot"})


@dataclass(frozen=True, slots=True)
class View:
    """A predicate at `at` of a clause's tokens.

    `about` is its subject (or what the clause before was about), `run` the roles of what stands right before it, `later` the
    tokens of the clauses that follow, `long` whether the remark tells of years or of all the time, `year` the present one.
    """

    tokens: tuple[Token, ...]
    at: int
    about: Phrase
    run: frozenset[str]
    planned: bool
    later: tuple[Token, ...]
    built: bool
    year: int | None

    @property
    def word(self) -> Token:
        """The predicate."""
        return self.tokens[self.at]

    @property
    def left(self) -> tuple[Token, ...]:
        """What stands before it."""
        return self.tokens[: self.at]

    @property
    def right(self) -> tuple[Token, ...]:
        """What stands after it."""
        return self.tokens[self.at + 1 :]

    def before(self, *roles: str) -> bool:
        """Whether a word of these roles stands before it in its clause."""
        return any(token.role in roles for token in self.left)

    def texts(self, *words: str) -> bool:
        """Whether one of these words stands right before it, or among what it is reached over."""
        start = self.at
        while start > 0 and self.tokens[start - 1].role in _LIGHT | _NEGATION | {"plan", "should", "wide", "by"}:
            start -= 1
        return any(token.text in words for token in self.tokens[start : self.at])

    @property
    def long(self) -> bool:
        """Whether its clause tells of years, or of all the time."""
        return any(token.role in {TIME, "all"} for token in self.tokens)

    @property
    def unreal(self) -> bool:
        """Whether it is supposed, for the moment only, or once upon a time, or tells when something else happened."""
        after = self.right[:1]
        return self.before("cond", "temp", "once") or any(t.role in {"temp", "cond", "after"} for t in after)

    @property
    def negated(self) -> bool:
        """Whether it is denied."""
        return bool(self.run & _NEGATION)

    @property
    def tomorrow(self) -> bool:
        """Whether it belongs to a year that has not come, or to the present one without being told as done."""
        latest = latest_year(self.tokens)
        return self.year is not None and (
            latest > self.year or (latest == self.year and "done" not in self.run and not self.before("done"))
        )

    def object(self) -> Phrase:
        """The noun phrase right after it; `nothing` where no noun follows."""
        start = self.at + 1
        while start < len(self.tokens) and self.tokens[start].role in _LIGHT:
            start += 1
        end = start
        while end < len(self.tokens) and self.tokens[end].role in _OBJECTS:
            end += 1
        return phrase(self.tokens[start:end], target=False)

    def target(self) -> tuple[Phrase, tuple[Token, ...]]:
        """Where it leads to, and what stands after that."""
        found, end = target(self.tokens, self.at)
        return found, self.tokens[end:]

    def why(self, *more: Phrase) -> tuple[Token, ...]:
        """The words by which it is read."""
        marks = tuple(t for t in self.left if t.role in _NEGATION | {"plan", "all", "by", "still", "only"})
        found = (*self.about.tokens, *marks, self.word, *(t for one in more for t in one.tokens))
        return tuple(dict.fromkeys(found))


_STAYS = frozenset({"part", "old"})  # what the clauses after it are about, too, where they name nothing else


def view(
    tokens: tuple[Token, ...],
    at: int,
    topic: Phrase | None,
    *,
    planned: bool,
    later: Sequence[Token],
    built: bool,
    year: int | None,
) -> View:
    """What the rules ask of the predicate at `at`.

    Args:
        tokens: of the clause.
        at: the place of the predicate.
        topic: what the clause before was about.
        planned: a clause before of the same sentence tells of a plan.
        later: the tokens of what follows.
        built: the remark tells that it was built or accepted.
        year: the present one.
    """
    about, _ = subject(tokens, at)
    if about is NOTHING and topic is not None:
        about = topic
    now = is_planned(tokens, at) or (planned and not any(t.role == "done" for t in tokens[:at]))
    return View(tokens, at, about, run_before(tokens, at), now, tuple(later), built, year)


def stays(about: Phrase) -> bool:
    """Whether later clauses without a subject are about it, too."""
    return about.kind in _STAYS
