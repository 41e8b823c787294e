"""A predicate in its clause: what the rules of the grammar ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from inventory.zombies.remark_clauses import NOTHING, Phrase, is_planned, phrase, run_before, subject, target
from inventory.zombies.remark_words import TIME, UNKNOWN, Token, latest_year

WHOLE = frozenset({"nothing", "self", "named"})
STOPPED = WHOLE | {"business", "campaign", "project", "unit", "content", "machine", "device", "trial"}
NOT_LED = frozenset({"old", "contract", "firm", "making", "machine", "device", "account", "other", UNKNOWN, "infra", "trialrun", "attribute"})  # fmt: skip

# Roles of words that say what happened to a system (remark_predicates.py has the function of each).
PREDICATE_ROLES = frozenset(
    {
        "abolish",
        "archive",
        "buy",
        "change",
        "dispose",
        "end",
        "finish",
        "idle",
        "inuse",
        "keep",
        "last",
        "merge",
        "move",
        "nobody",
        "none",
        "remove",
        "replace",
        "restore",
        "shut",
        "stale",
        "start",
        "stop",
        "takeover",
        "unaccepted",
        "use",
        "usenoun",
        "via",
        "work",
    }
)

# left: what was not switched off, which is only said of what is not used; old: what is said of the old one
Outcome = Literal["unused", "left", "old", "used", "planned", "seasonal"]
_LIGHT = frozenset({"done", "adverb", "all", TIME, "once", "still"})
_SERIAL = frozenset({"end", "stop", "abolish", "shut", "finish"})
_OBJECTS = frozenset({
    "head", "self", "own", "old", "other", "wide", "infra", "channel", "business", "campaign", "project", "trial", "trialrun", "making",
    "contract", "unit", "firm", "device", "machine", "account", "users", "data", "content", "part", "partial", "attribute", "outside", "name", UNKNOWN, "usenoun",
})  # fmt: skip
NEGATION = frozenset({"not", "notyet", "never", "nomore", "none", "nobody", "forgot"})


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
    around: frozenset[str]
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
        while start > 0 and self.tokens[start - 1].role in _LIGHT | NEGATION | {"plan", "should", "wide", "by"}:
            start -= 1
        return any(token.text in words for token in self.tokens[start : self.at])

    @property
    def long(self) -> bool:
        """Whether its clause tells of years, or of all the time."""
        return any(token.role in {TIME, "all"} for token in self.tokens)

    @property
    def built(self) -> bool:
        """Whether the remark tells that it was built or accepted."""
        return "built" in self.around

    @property
    def whole(self) -> bool:
        """Whether it is told of all: 全部, 均, 已全部."""
        return any(
            t.role == "all" or any(c in t.text for c in "全均都")
            for t in self.left
            if t.role in {"all", "done", "nobody"}
        )

    @property
    def unreal(self) -> bool:
        """Whether it is supposed, for the moment only, or once upon a time, or tells when something else happened."""
        after = self.right[:1]
        ever = (
            not self.negated and self.word.role not in {"none", "nobody"} and any(t.text == "过" for t in after)
        )  # 关机过一次
        return (
            ever
            or self.before("cond", "temp", "once")
            or any(t.role in {"temp", "cond", "after", "should"} for t in after)
        )

    @property
    def negated(self) -> bool:
        """Whether it is denied."""
        return bool(self.run & NEGATION)

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
        while start < len(self.tokens) and self.tokens[start].role in _LIGHT | _SERIAL:
            start += 1
        denied = self.tokens[start : start + 2]
        if len(denied) == 2 and denied[0].role == "not" and denied[1].role in {UNKNOWN, "attribute", "part"}:
            return Phrase(UNKNOWN, denied)  # 关闭非必要端口
        end = start
        while end < len(self.tokens) and self.tokens[end].role in _OBJECTS:
            end += 1
        found = phrase(self.tokens[start:end], target=False)
        plain = len(found.tokens) == 1 and found.has("head")
        if found.kind == "self" and not (plain or found.has("self", "own")):
            return replace(found, kind=UNKNOWN)  # 停止对IE的支持
        return found

    def target(self) -> tuple[Phrase, tuple[Token, ...]]:
        """Where it leads to, and what stands after that."""
        found, end = target(self.tokens, self.at)
        return found, self.tokens[end:]

    def why(self, *more: Phrase) -> tuple[Token, ...]:
        """The words by which it is read."""
        marks = tuple(t for t in self.left if t.role in NEGATION | {"plan", "all", "by", "still", "only"})
        found = (*self.about.tokens, *marks, self.word, *(t for one in more for t in one.tokens))
        return tuple(dict.fromkeys(found))


_WITH_PLACES = frozenset({"takeover", "use", "replace", "via", "move", "merge", "work"})
_STAYS = frozenset({"part", "old"})  # what the clauses after it are about, too, where they name nothing else
_ENDING = _STAYS | {
    "campaign",
    "project",
    "trial",
    "unit",
    "business",
    "contract",
    "making",
    "trialrun",
    "period",
    "firm",
}


def view(
    tokens: tuple[Token, ...],
    at: int,
    topic: Phrase | None,
    *,
    planned: bool,
    later: Sequence[Token],
    around: frozenset[str],
    year: int | None,
) -> View:
    """What the rules ask of the predicate at `at`.

    Args:
        tokens: of the clause.
        at: the place of the predicate.
        topic: what the clause before was about.
        planned: a clause before of the same sentence tells of a plan.
        later: the tokens of what follows.
        around: the roles of all words of the remark.
        year: the present one.
    """
    about, start = subject(tokens, at)
    placed = start > 0 and (tokens[start - 1].text in {"在", "于", "从"} or tokens[start - 1].role == "by")
    if placed and about is not NOTHING and tokens[at].role not in _WITH_PLACES:
        about, _ = subject(tokens, start - 1)  # 网站已在工信部注销, 被省厅停用
    if (
        about is NOTHING
        and topic is not None
        and topic.kind in (_ENDING if tokens[at].role in {"end", "finish"} else _STAYS)
    ):
        about = topic
    own = about.kind == "self" and topic is not about and not any(t.role == "built" for t in tokens[:at])
    before = run_before(tokens, at)
    told = own or before & {"done", "never", "nobody", "nomore", "none"} or any(t.role == "done" for t in tokens[:at])
    now = is_planned(tokens, at) or (planned and not told)
    return View(tokens, at, about, before, now, tuple(later), around, year)


def handed_on(v: View) -> bool:
    """Whether another took over from a unit that is gone: 职能划入, 归口科室改为, 业务如常."""
    if v.about.kind != "unit":
        return False
    goes = (place for place, t in enumerate(v.later) if t.role in {"merge", "move", "takeover", "change", "inuse"})
    if any(not any(t.role in NEGATION for t in v.later[max(0, place - 3) : place]) for place in goes):
        return True
    by = next((place for place, t in enumerate(v.later) if t.role == "by"), None)
    return by is not None and any(t.text in {"管理", "负责", "使用", "维护", "运维"} for t in v.later[by : by + 7])
