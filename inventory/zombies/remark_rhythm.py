"""Clauses that say when a system is used, if not every day: in its season, every few years, when another fails, in an emergency."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from inventory.zombies.remark_words import Clause, Token

Rhythm = Literal["seasonal", "standby", "emergency", "years"]
RHYTHMS: tuple[Rhythm, ...] = ("seasonal", "standby", "emergency", "years")
# What comes around with assessments and contracts is no rhythm of use.
_NOT_THE_WORK = frozenset({"测评", "等保", "等保测评", "密评", "评估", "检测", "合同", "续签", "维保", "更换", "巡检", "维保合同", "审计"})  # fmt: skip
_USES = frozenset({"用", "使用", "启用", "登录", "开放", "填报", "申报", "开通", "才用", "用到", "办理", "集中使用"})
_THEN_USED = _USES | {"启动", "开", "开启", "登", "切", "打开", "切换", "开机", "开网"}
_WHEN = frozenset({"时", "期间", "时候"})
_DENIED = frozenset({"not", "nobody", "nomore", "never", "none"})
_OUT_OF_SEASON = ("非汛", "非采", "非供", "寒", "暑")


def rhythms_of(clause: Clause) -> Iterator[tuple[Rhythm, tuple[Token, ...]]]:
    """The rhythms of use that a clause names."""
    tokens = clause.tokens
    if any(token.text in _NOT_THE_WORK for token in tokens):
        return
    denied = any(token.role in _DENIED for token in tokens)
    for place, token in enumerate(tokens):
        if token.role in RHYTHMS:
            yield token.role, (token,)
        elif token.role == "again" or token.text.startswith(_OUT_OF_SEASON):
            yield "seasonal", (token,)
        elif not denied and token.text == "才" and (found := _only_then(tokens, place)) is not None:
            yield found, (token,)
        elif not denied and token.text in _WHEN and _used_then(tokens, place):
            yield "seasonal", (token, *tokens[place + 1 :])
        elif not denied and _comes_around(tokens, place):
            used = next((t for t in tokens[place + 1 : place + 6] if t.text in _USES), None)
            if used is not None:
                yield "seasonal", (token, used)


def _only_then(tokens: tuple[Token, ...], place: int) -> Rhythm | None:
    """主站坏了才用, 公车拍卖时才用: in its season where one is named, or else upon an event."""
    before, after = tokens[:place], tokens[place + 1 :]
    if not any(t.role not in {"adverb", "done", "head", "self", "own", "time"} for t in before):
        return None  # 现在才用
    if not after or after[0].text not in _THEN_USED or any(t.role not in {"adverb", "done"} for t in after[1:]):
        return None
    return "seasonal" if any(t.role in {"season", "period", "campaign", "business"} for t in before) else "emergency"


def _used_then(tokens: tuple[Token, ...], place: int) -> bool:
    """补贴发放时用, 演练期间使用: the clause ends in the use; 升级期间 and the past (疫情期间用过) are none."""
    before, after = tokens[:place], [t for t in tokens[place + 1 :] if t.role not in {"adverb", "only"}]
    works = any(t.role in {"campaign", "business", "season", "unknown", "project", "period", "trial"} for t in before)
    over = any(t.role in {"making", "temp", "done", "once", "plan", "cond", "end", "stop", "old"} for t in before)
    return works and not over and len(after) == 1 and after[0].text in _THEN_USED


def _comes_around(tokens: tuple[Token, ...], place: int) -> bool:
    """Whether a word names a season or a round: 每年, 高考, 换届时."""
    after = tokens[place + 1 : place + 2]
    return tokens[place].role in {"season", "period"} or (
        tokens[place].role == "campaign" and any(t.role == "after" for t in after)
    )
