"""What happened to a system, by the predicates of a clause: ended, stopped, removed, merged, moved, replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from inventory.zombies.remark_clauses import Phrase, phrase
from inventory.zombies.remark_ends import abolished, disposed, ended, finished, removed, shut, stopped
from inventory.zombies.remark_moves import changed, merged, moved, now_with, replaced, taken_over
from inventory.zombies.remark_use import (
    idle,
    in_use,
    kept,
    last,
    not_bought,
    restored,
    stale,
    started,
    without_users,
    worked,
    zero,
)
from inventory.zombies.remark_view import NOT_LED, Outcome, View, view
from inventory.zombies.remark_words import UNKNOWN, Clause, Token


@dataclass(frozen=True, slots=True)
class Fact:
    """What one predicate says; `kind` is `None` where it says nothing, `topic` what the next clause may be about."""

    kind: Outcome | None
    why: tuple[Token, ...]
    topic: Phrase | None
    word: Token


_DESCRIBING = frozenset({"abolish", "end", "stop", "remove", "dispose", "shut", "idle"})

_DOES = frozenset(
    {"用于", "用来", "负责", "办理", "受理", "管理", "监管", "处理", "涉及", "审批", "登记", "核查", "检查"}
)

_REAL_ANYWAY = frozenset({"restore", "inuse"})

_AWAITED = frozenset({"remove", "dispose"})  # 待回收: they look at their plans themselves

_CAN_BE_PLANNED = frozenset({"stop", "shut", "merge", "move", "replace", "takeover", "change", "via", "abolish", "end"})


PREDICATES: Mapping[str, Callable[[View], Outcome | None]] = {
    "stop": stopped, "end": ended, "finish": finished, "shut": shut, "remove": removed, "dispose": disposed, "abolish": abolished,
    "merge": merged, "move": moved, "replace": replaced, "takeover": taken_over, "change": changed, "via": now_with, "use": now_with,
    "idle": idle, "start": started, "usenoun": zero, "stale": stale, "last": last, "restore": restored, "keep": kept, "archive": kept,
    "inuse": in_use, "none": without_users, "buy": not_bought, "work": worked, "nobody": without_users, "unaccepted": lambda _: "unused",
}  # fmt: skip


def facts_of_clause(
    clause: Clause,
    topic: Phrase | None,
    *,
    later: tuple[Token, ...],
    planned: bool,
    around: frozenset[str],
    year: int | None,
) -> Iterator[Fact]:
    """What each predicate of a clause says.

    Args:
        clause: to read.
        topic: what the clause before was about.
        later: the tokens of the clauses after it.
        planned: a clause before, of the same sentence, tells of a plan.
        around: the roles of all words of the remark.
        year: the present one, where known.
    """
    for at, token in enumerate(clause.tokens):
        rule = PREDICATES.get(token.role)
        if rule is None:
            continue
        v = view(clause.tokens, at, topic, planned=planned, later=later, around=around, year=year)
        yield Fact(_judged(v, rule), v.why(v.object()), v.about, token)


def _judged(v: View, rule: Callable[[View], Outcome | None]) -> Outcome | None:  # noqa: PLR0911 - one for each mood
    role = v.word.role
    if role in _REAL_ANYWAY:
        return rule(v)
    if v.unreal:
        return "planned" if v.before("cond") and role in _CAN_BE_PLANNED and rule(v) == "unused" else None
    if role in _DESCRIBING and v.at and v.left[-1].text in _DOES:
        return None  # 办理停产停业案件
    if any(t.text == "不存在" for t in v.left):
        return None
    if role in _CAN_BE_PLANNED | _DESCRIBING and _of_another_thing(v):
        return None
    said = rule(v)
    if said is None and not v.negated and role in _CAN_BE_PLANNED and _not_yet_all(v):
        return "planned"
    if said == "unused" and role not in _AWAITED and (v.planned or v.tomorrow):
        return "planned" if role in _CAN_BE_PLANNED else None
    return said


def _of_another_thing(v: View) -> bool:
    """已撤销的监察局, 停用的打印机: what the predicate describes is neither a system nor its business."""
    if len(v.right) < 2 or v.right[0].text != "的":
        return False
    end = 1
    while end < len(v.right) and v.right[end].role in {
        "unit",
        "device",
        "own",
        "wide",
        "users",
        "firm",
        "account",
        UNKNOWN,
    }:
        end += 1
    return end > 1 and phrase(v.right[1:end], target=False).kind in {
        "unit",
        "device",
        "users",
        "firm",
        "account",
        UNKNOWN,
    }


def _not_yet_all(v: View) -> bool:
    """Whether a predicate that says nothing else is told of as a plan, or of a part."""
    if v.about.kind in NOT_LED - {"old", "other", UNKNOWN} or v.object().kind in {
        "attribute",
        "infra",
        "account",
        "machine",
    }:
        return False
    where = v.target()[0]
    if where.has("infra", "self", "attribute", "machine"):
        return False
    return v.planned or v.before("partial")
