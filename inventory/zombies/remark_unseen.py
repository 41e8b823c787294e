"""Clauses that say why a system is used though nobody logs in: screens, programs, interfaces, portals, somebody else."""

from __future__ import annotations

from collections.abc import Iterator

from inventory.zombies.remark_words import Clause, Token

_AGAINST = frozenset({"not", "nomore", "never", "nobody", "none", "stop", "end", "idle", "cond", "plan", "remove", "shut", "once", "notyet", "abolish"})  # fmt: skip
_GIVES = ("供", "为", "给", "向", "被", "由", "对")
_TAKES = frozenset(
    {"查询", "使用", "填报", "登录", "录入", "操作", "访问", "申报", "报送", "查阅", "调用", "办理", "用"}
)
_OTHERS = frozenset({"other", "wide", "unit", "users", "head", "channel", "others"})


def unseen_of(clause: Clause) -> Iterator[tuple[Token, ...]]:
    """The words of each such statement in a clause; a way of use that is gone, negated or planned is none."""
    tokens = clause.tokens
    if any(token.role in _AGAINST for token in tokens) and not any(token.role == "nologin" for token in tokens):
        return
    for place, token in enumerate(tokens):
        if token.role in {"nologin", "screen", "call", "sso", "others"}:
            yield (token,)
        elif token.role == "auto" and any(
            one.role == "work" or one.text in {"运行", "同步", "更新", "备份"} for one in tokens[place + 1 :]
        ):
            if not any(one.role == "only" or one.text == "备份" for one in tokens):
                yield (
                    token,
                    next(one for one in tokens[place + 1 :] if one.role == "work" or one.text in {"运行", "更新"}),
                )
        elif token.text in {"由", "供"} and any(one.role == "outside" for one in tokens[place + 1 : place + 3]):
            taken = next((one for one in tokens[place + 2 :] if one.text in _TAKES), None)
            if taken is not None:
                yield (token, taken)
        elif token.text in _GIVES and place + 2 < len(tokens):
            after = tokens[place + 1 :]
            taker = next((one for one in after if one.role in _OTHERS), None)
            taken = next((one for one in after if one.text in {"调用", "调取", "取数", "引用", "读取"}), None)
            if taker is not None and taken is not None:
                yield (token, taker, taken)
