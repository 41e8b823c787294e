"""Who and what a predicate of a clause is about: its subject, its object, and what stands before it (negation, plan, scope)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inventory.zombies.remark_words import NAME, TIME, UNKNOWN, Token

# What may stand in a noun phrase, and what a predicate is reached over.
_NOUNS = frozenset({
    "head", "self", "own", "old", "other", "wide", "infra", "channel", "business", "campaign", "project", "trial", "trialrun", "making", "contract",
    "unit", "firm", "device", "machine", "account", "users", "data", "content", "part", "partial", "attribute", "outside", "period", "usenoun", NAME, UNKNOWN, "takeover", "work", "seasonal", "fill",
})  # fmt: skip
_OVER = frozenset({
    TIME, "done", "all", "adverb", "ba", "plan", "should", "not", "never", "notyet", "nomore", "nobody", "none", "forgot", "temp", "cond", "once", "still",
    "only", "offtime", "again", "auto",
})  # fmt: skip
_SERIAL = frozenset({"end", "stop", "shut", "abolish", "finish"})
_BREAKS = frozenset({"了", "但", "但是", "却", "而", "然而", "不过", "因此", "所以", "且", "并", "并且"})
_PAST_DEADLINE = re.compile("[年月日号底末中].*(?:前|内)$")
_BEFORE_A_CAUSE = frozenset({"cause"})
_JOINS = frozenset("的 、 和 与 及 以及 等 或 里 中 各 所有 全部 相关 有关 该项 那 这 上 内".split())  # noqa: SIM905 - words


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

    @property
    def names_a_system(self) -> bool:
        """Whether it names a system or another way to work, and not merely a level of government."""
        return self.has("head", NAME, "channel") or any(t.text.endswith(("平台", "系统")) for t in self.tokens)


NOTHING = Phrase("nothing")


def phrase(tokens: Sequence[Token], *, target: bool) -> Phrase:  # noqa: PLR0911 - one for each kind of phrase
    """A noun phrase.

    Args:
        tokens: of the phrase, in order.
        target: it is where something goes, or what takes over: there 市…平台 is another system; as a subject it is a name.
    """
    kept = tuple(token for token in tokens if token.role in _NOUNS)
    if not kept:
        return NOTHING
    last, has = kept[-1].role, {token.role for token in kept}
    if last in {"part", "partial"} or "partial" in has or ("part" in has and last != "head"):
        return Phrase("part", kept)
    if last == "business" and any(token.text in {"外网", "内网", "互联网区", "专网"} for token in kept):
        return Phrase("part", kept)
    if kept[-1].text.endswith("功能") and (
        has & {UNKNOWN, "takeover", "channel"} or sum(t.role == "business" for t in kept) > 1
    ):
        return Phrase("part", kept)  # 收费功能
    if "making" in has and last in {"campaign", "project", "business"}:
        return Phrase("making", kept)  # 建设任务完成
    if last == "work" and kept[-1].text in {"监测", "在线监测"}:
        return Phrase("device", kept)
    if "attribute" in has and last != "business":
        return Phrase("attribute", kept)
    if "self" in has and last in {"self", "head", NAME, UNKNOWN, "own"}:
        return Phrase("self", kept)
    if last in {"head", NAME, "own", "wide", "old", "other", "takeover", "work"}:
        return Phrase(_system(last, has, target=target), kept)
    if target and last == UNKNOWN and has & {"other", "wide", "channel"} and "infra" not in has:
        return Phrase("other", kept)  # 税务总局金税四期
    return Phrase({"seasonal": "period", "fill": UNKNOWN, "outside": "users"}.get(last, last), kept)


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
    """The noun phrase before the predicate at `at`, and where it begins; without one the beginning of what stands before it.

    A conjunction, or a verb told as done (装了没用), ends the search; of verbs in a row (到期拆除) all have the first one's.
    """
    end, serial = at, False
    while end > 0 and (tokens[end - 1].role in _OVER or tokens[end - 1].role in _SERIAL):
        end -= 1
        serial = serial or tokens[end].role in _SERIAL
        if tokens[end].text in _BREAKS:
            return NOTHING, end
    start = end
    while start > 0 and _in_phrase(tokens[start - 1], first=start == end):
        start -= 1
    if start == end or (start > 0 and tokens[start - 1].role in _BEFORE_A_CAUSE):
        return NOTHING, start
    found = phrase(tokens[start:end], target=False)
    if serial and found.kind not in {"device", "machine", "unit", "old", "part", "business"}:
        return NOTHING, start
    if found.kind == UNKNOWN and any(token.role in _BEFORE_A_CAUSE for token in tokens[:start]):
        return NOTHING, start  # 因接口不通从未使用
    return found, start


def _in_phrase(token: Token, *, first: bool) -> bool:
    return token.role in _NOUNS or (not first and (token.text in _JOINS or token.role == TIME))


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
    done = "done" in roles
    deadline = done and all(t.role != "plan" or _PAST_DEADLINE.search(t.text) for t in left)  # 已于6月底前完成关停
    told = "done" in run_before(tokens, at) and "plan" not in roles[_last(roles, "done") :]  # 提交申请并已下线
    if at > 1 and tokens[at - 1].text == "完成" and tokens[at - 2].text in {"并", "已", "均已"}:
        told = True
    if ("plan" in roles and not (deadline or told)) or (at and tokens[0].text == "等"):
        return True
    if not done and "should" in run_before(tokens, at):
        return True
    if not done and any(token.role == "ba" and _future(tokens, place, at) for place, token in enumerate(left)):
        return True
    right = tokens[at + 1 : at + 3]
    return bool(right) and (right[0].text == "中" or any(token.role == "plan" for token in right))


def _last(roles: Sequence[str], role: str) -> int:
    return len(roles) - 1 - list(reversed(roles)).index(role)


def _future(tokens: Sequence[Token], place: int, at: int) -> bool:
    between = tokens[place + 1 : at]
    return not any(token.role in _NOUNS for token in between) or any(token.role == "by" for token in between)


def opening(tokens: Sequence[Token]) -> Phrase | None:
    """The noun phrase with which a clause begins, if it does (手机端体验差)."""
    if tokens and all(token.role in _NOUNS for token in tokens):
        return phrase(tokens, target=False)  # 原食药监系统
    end = 0
    while end < len(tokens) and tokens[end].role in _NOUNS and tokens[end].role != UNKNOWN:
        end += 1
    return phrase(tokens[:end], target=False) if end else None
