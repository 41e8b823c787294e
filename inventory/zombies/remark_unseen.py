"""Clauses that say why a system is used though nobody logs in: screens, programs, interfaces, portals, somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from inventory.zombies.remark_words import Clause, Token

_AGAINST = frozenset({"not", "nomore", "never", "nobody", "none", "stop", "end", "idle", "cond", "plan", "remove", "shut", "once", "notyet", "abolish"})  # fmt: skip
_ALONE = frozenset({"nologin", "screen", "call", "sso", "others", "service", "consult"})
# What a system is, and not what somebody does with it: it holds only where nothing says that it has ended.
DESCRIBES = frozenset({"service", "screen"})
_DATED = ("同步刷", "刷的", "刷新的", "登录时间", "对账号", "账号同步")
_BUT = frozenset({"但", "但是", "不过", "然而", "却", "只有", "仅有", "唯有"})
_WHO_ELSE = frozenset({"device", "other", "outside", "unit", "wide"})
_DOES = frozenset({"work", "use", "call", "auto", "sso", "screen", "rely", "takeover", "consult"})
_NO_USE = frozenset({"running", "keep", "archive", "dispose", "firm", "contract", "making"})
_SYSTEMS = frozenset({"other", "wide", "head", "channel", "unit", "users", "outside"})
_WAYS_IN = frozenset({"进入", "登录", "访问", "登陆", "登入"})
_TAKEN = frozenset({"调用", "调取", "取数", "引用", "读取", "抓取", "提取", "获取", "拉取", "抽取"})
_WORKS = frozenset({"运行", "更新", "调用", "报送"})
_USES = frozenset({"查询", "使用", "填报", "登录", "录入", "操作", "访问", "申报", "报送", "查阅", "办理", "用", "提交"}) | _TAKEN  # fmt: skip


def unseen_of(clause: Clause) -> Iterator[tuple[Token, ...]]:
    """The words of each such statement in a clause; a way of use that is gone, negated or planned is none."""
    tokens = clause.tokens
    if any(token.role in _AGAINST for token in tokens) and not any(token.role == "nologin" for token in tokens):
        return
    for place, token in enumerate(tokens):
        if token.role in _ALONE:
            if token.role == "sso" and any(word in clause.text for word in _DATED):
                continue  # 登录时间是统一认证同步刷的: a date, not a way in
            yield (token,)
            continue
        for holds, rule in _RULES.items():
            found = rule(tokens[place + 1 :]) if token.text in holds or token.role in holds else None
            if found is not None:
                yield (token, *found)
                break


def _automatic(after: Sequence[Token]) -> tuple[Token, ...] | None:
    """自动采集, 定时同步; a backup is nobody's use."""
    if any(one.role == "only" or one.text == "备份" for one in after):
        return None
    found = next((one for one in after if one.role == "work" or one.text in _WORKS), None)
    return (found,) if found is not None else None


def _by_others(after: Sequence[Token]) -> tuple[Token, ...] | None:
    """由乡镇录入, 供群众查询; 供业务系统读取."""
    who = next((one for one in after[:3] if one.role == "outside"), None)
    what = next((one for one in after[1:] if one.text in _USES), None)
    if who is None:
        return _called(after)
    return (who, what) if what is not None else None


def _called(after: Sequence[Token]) -> tuple[Token, ...] | None:
    """被各系统调用."""
    who = next((one for one in after if one.role in _SYSTEMS), None)
    what = next((one for one in after if one.text in _TAKEN), None)
    return (who, what) if who is not None and what is not None else None


def _through(after: Sequence[Token]) -> tuple[Token, ...] | None:
    """从浙政钉工作台进入, 经省平台登录."""
    gate = next((one for one in after[:4] if one.role in {"channel", "other", "wide", "head"}), None)
    way = next((one for one in after[1:] if one.text in _WAYS_IN), None)
    return (gate, way) if gate is not None and way is not None else None


def _for_others(after: Sequence[Token]) -> tuple[Token, ...] | None:
    """为一网通办提供数据."""
    who = next((one for one in after[:4] if one.role in _SYSTEMS), None)
    what = next((one for one in after if one.text in {"提供", "支撑"}), None)
    return (who, what) if who is not None and what is not None else None


def _fetched(after: Sequence[Token]) -> tuple[Token, ...] | None:
    """省平台每日抓取."""
    often = next((one for one in after[:4] if one.role in {"still", "auto"}), None)
    what = next((one for one in after if one.text in _TAKEN or one.text in {"调", "查", "取", "拉"}), None)
    return (often, what) if often is not None and what is not None else None


def _reported(after: Sequence[Token]) -> tuple[Token, ...] | None:
    """设备直连上报."""
    found = next((one for one in after if one.text in {"上报", "回传", "上传", "直报", "报送"}), None)
    return (found,) if found is not None else None


def _relied_on(after: Sequence[Token]) -> tuple[Token, ...] | None:
    """信号机全靠其下发; 靠人工 is no use of it."""
    return None if any(one.role in {"channel", "firm"} or one.text == "人工" for one in after[:2]) else ()


def contrast_of(clause: Clause) -> tuple[Token, ...]:
    """但 信号机 下发, 只有 设备 传数: somebody else uses it, whoever does not; empty where the clause says nothing of the kind."""
    tokens = clause.tokens
    roles = {token.role for token in tokens}
    if not tokens or tokens[0].text not in _BUT or roles & (_AGAINST | _NO_USE):
        return ()
    who = next((token for token in tokens if token.role in _WHO_ELSE or token.role == "head"), None)
    what = next((token for token in tokens if token.role in _DOES), None)
    if who is not None and who.role == "head" and not any(token.text in _TAKEN for token in tokens):
        return ()  # 但系统还能打开
    return (tokens[0], who, what) if who is not None and what is not None else ()


_RULES: Mapping[frozenset[str], Callable[[Sequence[Token]], tuple[Token, ...] | None]] = {
    frozenset({"auto"}): _automatic,
    frozenset({"供"}): _by_others,
    frozenset({"由", "被", "给"}): lambda after: _by_others(after) or _through(after),
    frozenset({"从", "经", "通过"}): _through,
    frozenset({"为", "向"}): _for_others,
    frozenset({"other", "wide", "infra", "unit", "outside"}): _fetched,
    frozenset({"device"}): _reported,
    frozenset({"rely"}): _relied_on,
}
