"""What a remark says, read by grammar: its clauses, whom they are about, what happened to it, and whether it is a fact.

A phrase list understands what it has; this understands what a clerk may write instead. A clause says that a system is not
used where a predicate (ended, stopped, removed, moved to, replaced by, never started, nobody uses) stands with a subject that
the predicate can end (the system, its business, its project, unit, devices, users), as a fact and not as a plan, of the whole
and not of a part, and in the right direction (A 并入本系统 is no end of 本系统). Where the reading is not sure it says nothing.
Of clauses that contradict each other the careful one holds: still used, used unseen, used in its season.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from inventory.zombies.remark_clauses import Phrase, opening
from inventory.zombies.remark_predicates import Fact, facts_of_clause
from inventory.zombies.remark_rhythm import rhythms_of
from inventory.zombies.remark_unseen import DESCRIBES, contrast_of, unseen_of
from inventory.zombies.remark_words import Clause, Lexicon, Token, clauses, latest_year

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


# Facts of which a description of the system (a service, a screen) is no contradiction: nobody uses it, and need not.
_NOBODY_USES = frozenset({"usenoun", "none", "nobody", "zero", "stale", "last", "work"})
_SEEN_BY = frozenset(
    {"登录", "登陆", "访问", "打开", "看", "操作", "进入", "登", "查看", "浏览", "点击", "更新", "维护", "管"}
)


_ENDS = frozenset({"stop", "merge", "replace"})
_OPEN = frozenset({"plan", "notyet"})


@dataclass(frozen=True, slots=True)
class _Found:
    """A statement, the number of its clause, and how far it holds.

    `weak`: nobody looks at it, or what it is, rather than what has become of it; `firm`: the system's end, told as done.
    """

    said: Said
    place: int
    weak: bool = False
    firm: bool = False

    @property
    def kind(self) -> Kind:
        return self.said.kind


# Remarks repeat: an inventory of 10,000 systems has some thousand different ones.
@lru_cache(maxsize=65_536)
def _said(text: str, words: Lexicon, year: int | None) -> tuple[Said, ...]:
    found: list[_Found] = []
    topic: Phrase | None = None
    rows = list(clauses(text, words))
    planned_in = -1
    around = frozenset(token.role for clause in rows for token in clause.tokens)
    for place, clause in enumerate(rows):
        later = tuple(token for after in rows[place + 1 :] for token in after.tokens)
        before, topic = topic, None
        for fact in facts_of_clause(
            clause, before, later=later, planned=planned_in == clause.sentence, around=around, year=year
        ):
            topic = fact.topic
            if fact.kind is not None:
                found.append(_of_fact(fact, clause, place))
        if topic is None:
            topic = opening(clause.tokens) or before
        if any(token.role == "plan" for token in clause.tokens):
            planned_in = clause.sentence
    for place, clause in enumerate(rows):
        found += _of_use(clause, place)
    return tuple(_careful(found, [token for clause in rows for token in clause.tokens]) or _undecided(rows))


def _undecided(rows: Sequence[Clause]) -> list[Said]:
    """停用条件尚不具备, 先停了对外查询, 内部照用: an end is spoken of that is not there yet, and nothing else is understood."""
    ends = [clause for clause in rows if any(token.role in _ENDS for token in clause.tokens)]
    open_ = any(token.role in _OPEN for clause in rows for token in clause.tokens)
    return [Said("planned", ends[0].text, ends[0].tokens)] if ends and open_ else []


def _of_fact(fact: Fact, clause: Clause, place: int) -> _Found:
    assert fact.kind is not None
    seen = fact.word.role in {"use", "takeover"} and (
        fact.word.text in _SEEN_BY or not any(token.role == "nomore" for token in fact.why)
    )
    weak = fact.word.role in _NOBODY_USES or seen
    told = any(token.role == "done" for token in clause.tokens) or latest_year(clause.tokens) > 0
    whole = fact.topic is None or fact.topic.kind in {"nothing", "self", "machine", "device"}
    firm = fact.kind == "unused" and not weak and told and whole
    return _Found(Said(fact.kind, clause.text, fact.why), place, weak=weak, firm=firm)


def _of_use(clause: Clause, place: int) -> Iterator[_Found]:
    """Ways of use without logins, and rhythms; both give way to an end that is told after them."""
    for tokens in unseen_of(clause):
        yield _Found(Said("unseen", clause.text, tokens), place, weak=tokens[0].role in DESCRIBES)
    if contrast := contrast_of(clause):
        yield _Found(Said("unseen", clause.text, contrast), place, weak=True)
    for kind, tokens in rhythms_of(clause):
        yield _Found(Said(kind, clause.text, tokens), place)


def _careful(found: Iterable[_Found], around: Sequence[Token]) -> list[Said]:
    """Of contradicting statements the careful ones: what is still used, or not yet or only partly over, is not unused."""
    kept = [one for one in (_of_the_old(one, around) for one in found) if one is not None]
    if any(token.role == "partial" for token in around):
        return [replace(one.said, kind="planned") if one.kind in {"unused", "left"} else one.said for one in kept]
    strong = any(one.kind == "unused" and not one.weak for one in kept)
    ended = max((one.place for one in kept if one.firm), default=-1)
    kept = [one for one in kept if not _given_way(one, around, ended=ended, strong=strong)]
    known = {one.kind for one in kept}
    if known & {"used", "unseen"} or known & RHYTHMS:
        return [one.said for one in kept if one.kind not in {"unused", "left"}]
    sure = "unused" in known or "planned" not in known
    return [
        replace(one.said, kind="unused") if one.kind == "left" else one.said
        for one in kept
        if sure or one.kind != "left"
    ]


def _given_way(one: _Found, around: Sequence[Token], *, ended: int, strong: bool) -> bool:
    """Whether a statement of use gives way: what it is, to any end; how it was used, to an end told after it (汛期用，2023年停用)."""
    if one.kind != "unseen" and one.kind not in RHYTHMS:
        return False
    if one.kind == "unseen" and one.weak:
        return strong
    goes_on = any(token.role in {"still", "again", "consult"} for token in around)
    return one.place < ended and not goes_on


def _of_the_old(one: _Found, around: Sequence[Token]) -> _Found | None:
    """What is said of the old system is said of this one where another, not merely a new one, took over, or nobody uses it.

    So it is where it bears a name (原收费清分系统已淘汰) and nothing tells of one that works now.
    """
    if one.kind != "old":
        return one
    if any(t.role in {"self", "inuse"} for t in around):
        return None
    successor = any(t.role == "other" and not t.text.startswith("新") for t in around)
    nobody = any(t.role in {"nobody", "nomore", "never", "idle"} for t in one.said.why)
    about = [t for t in one.said.why if t.role in _NAMES]
    named = bool(about) and any(t.role == "head" for t in one.said.why) and not any(_is_alive(t) for t in around)
    return replace(one, said=replace(one.said, kind="unused")) if successor or nobody or named else None


_NAMES = frozenset({"business", "work", "unknown", "name", "campaign", "takeover", "project"})


def _is_alive(token: Token) -> bool:
    return (
        token.text.startswith("新")
        or token.text in {"现", "现在", "现用", "目前", "如今"}
        or token.role in {"change", "still"}
    )
