"""Who and what a predicate of a clause is about: its subject, its object, and what stands before it (negation, plan, scope)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inventory.zombies.remark_words import NAME, TIME, UNKNOWN, Token

# What may stand in a noun phrase, and what a predicate is reached over.
_NOUNS = frozenset({
    "head", "self", "own", "old", "other", "wide", "infra", "channel", "business", "campaign", "project", "trial", "trialrun", "making", "contract",
    "unit", "firm", "device", "machine", "account", "users", "data", "content", "part", "partial", "period", "usenoun", NAME, UNKNOWN, "takeover", "work", "seasonal", "fill",
})  # fmt: skip
_OVER = frozenset({
    TIME, "done", "all", "adverb", "ba", "plan", "should", "not", "never", "notyet", "nomore", "nobody", "none", "forgot", "temp", "cond", "once", "still",
    "only", "offtime", "again",
})  # fmt: skip
_BEFORE_A_CAUSE = frozenset({"cause"})
_JOINS = frozenset(
    {
        "的",
        "、",
        "和",
        "与",
        "及",
        "以及",
        "等",
        "或",
        "里",
        "中",
        "各",
        "所有",
        "全部",
        "相关",
        "有关",
        "该项",
        "那",
        "这",
        "上",
    }
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a noun phrase is about, by its last noun: Chinese phrases end in their head.

    `kind` is the role of that noun, with `self` for this system by whatever name, `nothing` where there is no phrase.
    """

    kind: str
    tokens: tuple[Token, ...] = ()

    def has(self, *roles: str) -> bool:
        """Whether any of its words plays one of the roles."""
        return any(token.role in roles for token in self.tokens)


NOTHING = Phrase("nothing")


def phrase(tokens: Sequence[Token], *, target: bool) -> Phrase:
    """A noun phrase.

    Args:
        tokens: of the phrase, in order.
        target: it is where something goes, or what takes over: there 市…平台 is another system; as a subject it is a name.
    """
    kept = tuple(token for token in tokens if token.role in _NOUNS)
    if not kept:
        return NOTHING
    last, has = kept[-1].role, {token.role for token in kept}
    if last in {"part", "partial"} or "part" in has or "partial" in has:
        return Phrase("part", kept)
    if "self" in has and last not in {"data", "account", "contract", "part", "device", "machine"}:
        return Phrase("self", kept)
    if last in {"head", NAME, "own", "wide", "old", "other", "takeover", "work"}:
        return Phrase(_system(last, has, target=target), kept)
    return Phrase({"seasonal": "period", "fill": UNKNOWN}.get(last, last), kept)


def _system(last: str, has: set[str], *, target: bool) -> str:
    """Which system a phrase means that ends in the word for one, or in nothing but modifiers."""
    if last in {"takeover", "work"}:
        return "business" if last == "takeover" else UNKNOWN
    own = "unit" if last == "own" else "self"
    kinds = (
        ("own" in has and "other" not in has, own),
        ("old" in has, "old"),
        ("infra" in has, "infra"),
        ("other" in has or (target and bool(has & {"wide", "channel"})), "other"),
        (last == "wide", UNKNOWN),
    )
    return next((kind for holds, kind in kinds if holds), "named" if target else "self")


def subject(tokens: Sequence[Token], at: int) -> tuple[Phrase, int]:
    """The noun phrase before the predicate at `at`, and where it begins; without one the beginning of what stands before it."""
    end = at
    while end > 0 and tokens[end - 1].role in _OVER:
        end -= 1
    start = end
    while start > 0 and (
        tokens[start - 1].role in _NOUNS
        or tokens[start - 1].text in _JOINS
        or (tokens[start - 1].role == TIME and start != end)
    ):
        start -= 1
    if start == end or (start > 0 and tokens[start - 1].role in _BEFORE_A_CAUSE):
        return NOTHING, start
    found = phrase(tokens[start:end], target=False)
    # 省厅要求全部停用: somebody who asks; 随着省平台上线
    return found, start


def target(tokens: Sequence[Token], at: int) -> tuple[Phrase, int]:
    """The noun phrase after a verb of moving or changing at `at`, and where it ends."""
    start = at + 1
    while (
        start < len(tokens)
        and tokens[start].role in {"done", "adverb", "all", TIME, "start", "use", "via"}
        and tokens[start].role != "after"
    ):
        start += 1
    end = start
    while end < len(tokens) and (tokens[end].role in _NOUNS or tokens[end].text in _JOINS):
        end += 1
    # 省平台办理, 省平台统一受理: the last word is the verb of what is done there
    stop = end
    while (
        stop > start + 1
        and tokens[stop - 1].role in {"takeover", "work", "wide", "business"}
        and any(token.role in {"head", "channel", NAME} for token in tokens[start : stop - 1])
    ):
        stop -= 1
    return phrase(tokens[start:stop], target=True), stop


def run_before(tokens: Sequence[Token], at: int) -> frozenset[str]:
    """The roles of what stands right before a predicate: negation, time and mood."""
    start = at
    while start > 0 and tokens[start - 1].role in _OVER:
        start -= 1
    return frozenset(token.role for token in tokens[start:at])


def is_planned(tokens: Sequence[Token], at: int) -> bool:
    """Whether the predicate is not yet a fact: planned, in progress, step by step; `将` before a verb is a future, before a noun `把`."""
    left = tokens[:at]
    roles = [token.role for token in left]
    if "plan" in roles:
        return True
    done = "done" in roles
    if not done and any(role == "should" for role in roles):
        return True
    if not done and any(token.role == "ba" and _future(tokens, place, at) for place, token in enumerate(left)):
        return True
    right = tokens[at + 1 : at + 3]
    return bool(right) and (right[0].text == "中" or any(token.role == "plan" for token in right))


def _future(tokens: Sequence[Token], place: int, at: int) -> bool:
    between = tokens[place + 1 : at]
    return not any(token.role in _NOUNS for token in between) or any(token.role == "by" for token in between)


def opening(tokens: Sequence[Token]) -> Phrase | None:
    """The noun phrase with which a clause begins, if it does (手机端体验差)."""
    end = 0
    while end < len(tokens) and tokens[end].role in _NOUNS and tokens[end].role != UNKNOWN:
        end += 1
    return phrase(tokens[:end], target=False) if end else None
