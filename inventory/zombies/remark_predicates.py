"""What happened to a system, by the predicates of a clause: ended, stopped, removed, merged, moved, replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from inventory.zombies.remark_clauses import NOTHING, Phrase, phrase, subject
from inventory.zombies.remark_use import (
    idle,
    in_use,
    kept,
    last,
    not_bought,
    restored,
    stale,
    started,
    used,
    without_users,
    worked,
    zero,
)
from inventory.zombies.remark_view import NEGATION, Outcome, View, view
from inventory.zombies.remark_words import UNKNOWN, Clause, Token

_WHOLE = frozenset({"nothing", "self", "named"})
_STOPPED = _WHOLE | {"business", "campaign", "project", "unit", "content", "machine", "device", "trial"}
_ENDED = frozenset({"campaign", "project", "trial", "unit", "business"})
_ENDS_ALONE = frozenset({"停办", "停招", "不办了", "不办", "停了", "不搞了", "终止", "取消", "撤销", "叫停", "下马", "停征", "停收", "停发", "没了", "不做了", "不干了", "作废", "失效", "不存在", "停止开展", "不开展"})  # fmt: skip
_ENDS_SYSTEM = _ENDS_ALONE
_GONE_ALONE = frozenset({"报废", "拆除", "核销", "销户", "拆了", "拆掉", "退役", "卸载"})
_LEFT_EMPTY = frozenset(
    {"拆除", "拆了", "拆掉", "搬空", "撤", "撤了", "撤离", "撤场", "撤走", "撤除", "腾退", "清退", "撤掉"}
)
_TAKEN_DOWN = frozenset({"撤除", "移除", "撤下", "撤掉", "撤了", "撤", "删除", "删", "删了", "删掉", "卸掉", "卸下", "清除", "下柜", "拆", "抹掉", "格式化"})  # fmt: skip
_HERE = frozenset({"这里", "这边", "这儿", "此处", "这套", "此"})
_OF_THINGS = frozenset({"淘汰", "注销", "废弃", "取缔", "关停", "封存", "弃", "退役", "关闭", "废止"})
_TOWARDS = frozenset({"向", "往", "与", "和", "同", "跟"})
_HANDED_OVER = frozenset({"移交", "移交给", "移交至", "移交到", "划转", "划转到", "划转至", "划转给", "划归", "划给", "交给", "转交", "转交给", "转隶", "转隶至", "转隶到", "下放", "下放到", "下放至", "下放给", "交由"})  # fmt: skip
_CHANGED_TO = frozenset({"other", "channel"})
_NOT_LED = frozenset({"old", "contract", "firm", "making", "machine", "device", "account", "other", UNKNOWN, "infra", "trialrun", "attribute"})  # fmt: skip
_NOT_CHANGED = frozenset(
    {"data", "contract", "machine", "device", "firm", "account", "infra", UNKNOWN, "old", "attribute"}
)
_BY_NEW = ("改由", "统一由", "全部由", "全由", "都由", "均由", "由")


@dataclass(frozen=True, slots=True)
class Fact:
    """What one predicate says; `kind` is `None` where it says nothing, `topic` what the next clause may be about."""

    kind: Outcome | None
    why: tuple[Token, ...]
    topic: Phrase | None
    word: Token


def stopped(v: View) -> Outcome | None:  # noqa: PLR0911 - one for each case of the grammar
    """停用, 下线, 关停: of the system, its business, its unit; 尚未停用 is still in use."""
    if v.run & {"not", "notyet"} and v.about.kind == "machine":
        return _left_on(v)
    if v.before("forgot") and v.about.kind in _WHOLE | {"old", "machine"}:
        return "left"
    if v.about.kind == "part":
        return None if v.negated else "planned"
    if (
        (v.about.kind == "old" or (v.about.has("old") and v.about.has("own")))
        and not v.negated
        and v.object() is NOTHING
    ):
        return "old"  # 我县原系统停用
    if v.about.kind not in _STOPPED and not (v.about.kind in {"account", "users"} and v.whole):
        return None
    if v.before("offtime", "period", "seasonal") or v.negated or v.about.has("old"):
        return None
    what = v.object()
    if what.kind == "part":
        return "planned"
    if v.about is NOTHING and what.has(UNKNOWN) and v.word.text in _OF_THINGS:
        return None  # 淘汰车辆补贴
    return "unused" if what.kind in {"nothing", "self", "business"} else None


def ended(v: View) -> Outcome | None:  # noqa: PLR0911 - one for each kind of subject
    """结束, 取消, 撤销: of a campaign, a project, a trial, a unit, a business; a contract's end says nothing."""
    if v.word.text == "不存在" and any(t.role in PREDICATES for t in v.right[:1]):
        return None  # 不存在停用情况
    if v.about.has("period") or v.before("period", "seasonal"):
        return "seasonal" if v.about.kind in _ENDED | {"period"} and not v.negated else None
    what = v.object()
    kind = v.about.kind
    if kind == "part" or what.kind == "part":
        return "planned" if kind == "part" and not v.negated else None
    if kind in {"trial", "project", "campaign"} and _goes_on((*v.right, *v.later)):
        return None
    if v.negated:
        return "used" if kind in _ENDED and v.run & {"not", "notyet"} else None
    if kind == "old" and what.kind == "nothing" and v.word.text in _ENDS_SYSTEM:
        return "old"
    if kind in _ENDED and what.kind == "nothing":
        return None if _handed_on(v) else "unused"
    if (
        kind == "users"
        and what.kind == "nothing"
        and (v.whole or v.word.text[0] in "都全")
        and v.word.text in {"没了", "没有了", "清零", "消失", "都没了", "全没了", "都没有了"}
    ):
        return "unused"
    if (
        v.word.text in _ENDS_SYSTEM
        and kind in {"self", "other", "nothing"}
        and what.kind in {"business", "campaign", "self"}
        and not what.has("old", "channel", "part", *(() if kind == "other" or v.before("done") else (UNKNOWN,)))
    ):
        return "unused"
    if what.kind != "nothing":
        return None
    return (
        "unused"
        if (kind == "nothing" and v.word.text in _ENDS_ALONE) or (kind == "self" and v.word.text in _ENDS_SYSTEM)
        else None
    )


def _goes_on(tokens: Sequence[Token]) -> bool:
    """Whether a trial was followed by the real thing: 试点结束后全面推广, but not 没有推广."""
    into = {
        "正式",
        "转为",
        "全面",
        "转正",
        "运维期",
        "质保期",
        "维护期",
        "运维阶段",
        "重新采购",
        "重新招标",
        "二次招标",
        "重新建设",
        "重新立项",
        "再次招标",
        "再次采购",
    }
    starts = (place for place, t in enumerate(tokens) if t.role == "start" or t.text in into)
    return any(not any(t.role in NEGATION for t in tokens[max(0, place - 3) : place]) for place in starts)


def finished(v: View) -> Outcome | None:
    """完成, 收尾: only a campaign's completion is an end."""
    if v.about.has("period") or v.before("period", "seasonal"):
        return "seasonal" if v.about.kind in {"campaign", "business", "period"} and not v.negated else None
    if v.before("by"):
        return taken_over(v)
    return "unused" if v.about.kind == "campaign" and not v.negated and v.object() is NOTHING else None


def shut(v: View) -> Outcome | None:
    """关机, 下电."""
    if v.before("offtime", "period", "seasonal"):
        return None
    if v.texts("待", "等待", "尚待") and v.about.kind in _WHOLE | {"machine"}:
        return "left"
    if v.run & {"not", "notyet", "never", "nomore"}:
        return _left_on(v)
    ok = v.about.kind in _WHOLE | {"machine", "device"} and not v.negated and v.object().kind in {"nothing", "machine"}
    return "unused" if ok and not v.about.has("old") else None


def removed(v: View) -> Outcome | None:  # noqa: PLR0911 - one for each kind of subject
    """拆除, 报废, 回收; 未退订, 忘了卸载 is what was left on; 待报废 awaits disposal."""
    what = v.object()
    waits = v.texts("待", "等待", "尚待", "等") and v.about.kind in _WHOLE | {"machine", "device", "unit"}
    if waits and what.kind in {"nothing", "machine", "device"}:
        return "unused"
    if v.run & {"not", "notyet", "forgot", "none", "nomore", "never"}:
        return _left_on(v)
    if v.negated or v.about.has("old") or v.about.kind == "part" or v.before("idle"):
        return None
    if v.planned:
        return "planned" if v.about.kind in _WHOLE | {"machine", "device"} else None
    if v.about is NOTHING and what.has(UNKNOWN):
        return None  # 移除了广告插件
    kind = v.about.kind if v.about is not NOTHING else what.kind
    done = bool(v.run & {"done", "all"}) or v.long or any(t.role == "done" for t in v.right[:1])
    if kind in {"device", "machine"} and what.kind in {"nothing", "device", "machine"}:
        return None if any(t.role in {"change", "move", "restore"} for t in v.right[:3]) else "unused"  # 拆除改走光纤
    if kind in {"account", "users"} and v.whole and what.kind == "nothing":
        return "unused"
    if kind in {"device", "machine"} and what.kind in {"firm", "unit"} and v.word.text.startswith("退"):
        return "unused"
    if (
        kind == "self"
        and what.kind == "nothing"
        and v.word.text in {"拆除", "拆了", "拆掉"}
        and not v.before("done", "not")
    ):
        return "unused"
    if (
        kind == "unit"
        and what.kind == "nothing"
        and v.word.text in _TAKEN_DOWN
        and all(t.role == "own" for t in v.about.tokens)
    ):
        return "unused"  # 本地的已删, 这套已撤
    if kind == "self" and what.kind == "nothing" and v.word.text in _TAKEN_DOWN and done:
        return "unused"
    if kind == "unit" and what.kind == "nothing" and v.word.text in _LEFT_EMPTY:
        return "unused"
    return (
        "unused"
        if kind in {"self", "nothing", "unit"} and what.kind == "nothing" and v.word.text in _GONE_ALONE and done
        else None
    )


def _left_on(v: View) -> Outcome | None:
    """What was not switched off, given back, taken down: it would only be said of what is not used."""
    if v.planned or v.texts(
        "从未", "从不", "从没", "从来没", "从来没有", "从来未", "不", "不能", "不得", "别", "不可", "不会", "无法"
    ):
        return None
    what = v.object()
    kinds = {v.about.kind, what.kind}
    if not kinds & {"machine", "device", "account", "nothing"} - (
        {"nothing"} if kinds & {"part", "data", "contract", "business", "content", UNKNOWN} else set()
    ):
        return None
    if kinds & {"part", "data", "contract", "content", UNKNOWN, "users", "firm"}:
        return None
    return (
        "unused"
        if kinds & {"machine", "account"}
        or "forgot" in v.run
        or (v.about.kind in {"nothing", "old", "self"} and what is NOTHING)
        else None
    )


def disposed(v: View) -> Outcome | None:
    """待统一处置, 已办理报废手续."""
    what = v.object()
    if what.kind in {"old", "part", "attribute", UNKNOWN} or what.has("old"):
        return None  # 已销毁旧硬盘
    if any(t.role in NEGATION for t in v.right[:2]):
        return None  # 停用手续未办
    if v.negated or v.about.kind in {"part", "data", "contract", "firm", "old"}:
        return None
    if v.before("plan") and not v.texts("待", "等待", "尚待", "等"):
        return "planned"
    return "unused" if v.texts("待", "等待", "尚待", "等") or v.before("done") else None


def abolished(v: View) -> Outcome | None:
    """解散, 闭坑, 停产: the unit or the works are gone."""
    if v.negated or v.about.kind in {"firm", "part", "users", "contract", "old", "other", "making"}:
        return None
    return "unused" if v.object().kind in {"nothing", "unit", "project"} and not _handed_on(v) else None


def merged(v: View) -> Outcome | None:  # noqa: PLR0911 - one for each kind of subject
    """并入, 整合到: this system into another is an end, another into this one is not."""
    if any(t.text in _HERE for t in v.right[:2]):
        return None if v.negated else "used"
    if v.before("by") and v.target()[0] is NOTHING:
        return replaced(v)  # 被上级系统整合
    if v.word.text in {"整合", "合并", "归并"} and v.about is NOTHING and v.right and not v.before(*NEGATION, "ba"):
        return None  # 整合数据库两台为一台
    v, where, _ = _directed(v)
    if (
        v.about.kind == UNKNOWN
        and (v.whole or v.word.text[0] in "改统")
        and where.kind in _CHANGED_TO
        and not v.negated
    ):
        return "unused"  # 统计直报全部改走国家平台
    got = _led(v, where)
    if got is not None:
        return None if got == "" else got  # type: ignore[return-value]
    kind, done = v.about.kind, v.before("done", "all") or v.long
    if kind in _WHOLE:
        if where.kind in {"other", "channel"}:
            return "unused"
        if where.kind == "named":
            return "unused"
        return (
            "unused"
            if where.kind in {"nothing"} and done and (kind == "self" or v.word.text.startswith("上收"))
            else None
        )
    if kind in {"business", "content", "users", "campaign"}:
        return (
            "unused"
            if where.kind in {"other", "named", "channel", "unit", "nothing"} and (done or where.kind != "nothing")
            else None
        )
    if kind == "data":
        return "unused" if where.kind in {"other", "named"} and v.before("all") else None
    return None


def moved(v: View) -> Outcome | None:  # noqa: PLR0911 - one for each case of the grammar
    """转到, 迁至, 移交: of the business or the whole to another system; to another machine, or owner, is no end."""
    if any(t.text in _HERE for t in v.right[:2]):
        return None if v.negated else "used"
    v, where, after = _directed(v)
    if (
        v.about.kind == UNKNOWN
        and (v.whole or v.word.text[0] in "改统")
        and where.kind in _CHANGED_TO
        and not v.negated
    ):
        return "unused"  # 统计直报全部改走国家平台
    got = _led(v, where)
    if got is not None:
        return None if got == "" else got  # type: ignore[return-value]
    kind, done = v.about.kind, v.before("done", "all") or v.long
    systems = where.names_a_system or where.kind == "channel" or any(t.role in {"takeover", "use"} for t in after[:2])
    if kind in {"business", "campaign", "users", "content"}:
        if v.word.text.startswith("下放"):
            return None
        ok = where.kind in {"other", "named", "channel", "unit"} or (
            where.kind == "nothing" and v.word.text not in {"导入", "转", "迁", "搬"}
        )
        return "unused" if ok else None
    if kind in _WHOLE and where.kind in {"other", "named", "channel"} and systems:
        return (
            None if v.word.text in _HANDED_OVER or (after and after[0].text in {"登录", "进入", "访问"}) else "unused"
        )
    if kind == "data" and where.kind in {"other", "named"} and where.names_a_system and v.word.text not in _HANDED_OVER:
        return "unused" if done else None
    return None


def _directed(v: View) -> tuple[View, Phrase, tuple[Token, ...]]:
    """Where it leads, after the verb or, with 向, 与, before it: 向新系统迁移, 与省平台整合."""
    where, after = v.target()
    if where is NOTHING:
        before, start = subject(v.tokens, v.at)
        if before is not NOTHING and start and v.tokens[start - 1].text in _TOWARDS:
            return replace(v, about=subject(v.tokens, start - 1)[0]), phrase(before.tokens, target=True), after
    return v, where, after


def _led(v: View, where: Phrase) -> str | None:  # noqa: PLR0911 - one for each case of the grammar
    """What the direction alone decides: `""` nothing, `None` nothing yet."""
    if where.kind == "self":
        return "" if v.negated else "used"
    if v.about.kind in _NOT_LED or _of_people(v.about, where):
        return ""
    if v.about.has("old") and v.about.kind in {"users", "data"}:
        return ""
    if where.kind in {"infra", "part", "machine", "old"} or where.has("infra"):
        return ""
    if v.about.kind == "part":
        return "planned"
    if v.negated:
        return "planned" if v.run & {"not", "notyet"} else ""
    return None


def _of_people(about: Phrase, where: Phrase) -> bool:
    """人员并入市局, 系统管理职责划入: people and duties move, the system stays."""
    texts = {t.text for t in about.tokens}
    staff = texts & {"人员", "干部", "职工", "工作人员", "同事"} and where.kind in {"unit", "nothing", "self"}
    return bool(staff) or bool(about.has("head") and texts & {"职责", "管理职责", "管理权限", "管理职能", "权限"})


def replaced(v: View) -> Outcome | None:
    """被…替代, 由…取代; 省平台替代本系统; who replaces another is alive."""
    place = next((i for i in range(v.at - 1, -1, -1) if v.tokens[i].role == "by"), None)
    if place is not None:
        agent, before = phrase(v.tokens[place + 1 : v.at], target=True), subject(v.tokens, place)[0]
        before = v.about if before is NOTHING and v.about.kind in {"old", "part"} and not agent.tokens else before
        if agent.kind == "self":
            return "used"
        if before.kind == "part":
            return "planned"
        if v.negated or any(t.role in NEGATION for t in v.left):
            return "planned" if any(t.role in {"notyet", "not"} for t in v.left) else None
        return (
            "unused"
            if before.kind in _STOPPED and agent.kind not in {"infra", "old", "part", "firm", "machine"}
            else None
        )
    what = v.object()
    if v.negated or what.kind == "old" or what.has("old"):
        return None
    agent = phrase(subject(v.tokens, v.at)[0].tokens, target=True)
    return (
        "unused"
        if agent.kind in {"other", "channel"}
        and v.about.has("other", "channel", "wide")
        and what.kind in {"nothing", "self", "business"}
        else None
    )


def taken_over(v: View) -> Outcome | None:  # noqa: PLR0911 - one for each kind of phrase
    """由省平台统一办理, 都在一网通办受理."""
    if v.run & {"nobody", "nomore", "never"}:
        return used(v)
    if v.word.text in {"统一管理", "统管"} and any(
        t.role in {"contract", "making"} or t.text == "维护" for t in v.right[:1]
    ):
        return None  # 由市里统一管理运维
    if (
        v.word.text in {"承接", "接管"}
        and v.about.kind == "self"
        and not v.negated
        and not v.before("by", "via", "plan")
    ):
        return "used" if v.object().kind in {"business", "unit", "old", UNKNOWN} or v.right else None
    if any(t.role in NEGATION for t in v.left):
        return None
    agent, start = subject(v.tokens, v.at)
    marker = v.tokens[start - 1] if start else None
    if v.tokens[start].role == "by" if start < v.at else False:
        marker = v.tokens[start]
    if marker is None or agent is NOTHING or v.negated:
        return _still_working(v)
    agent = phrase(agent.tokens, target=True)
    if agent.kind == "self":
        return (
            "used"
            if marker.role in {"by", "via"} or marker.text.endswith("由") or marker.text in {"在", "到"}
            else None
        )
    before = subject(v.tokens, start - 1)[0]
    if before.kind in {"data", "contract", "firm", "old", "making"}:
        return None
    own = before.kind == "business" and marker.role == "by" and not any(t.role == "self" for t in v.later)
    firm = (
        own
        or marker.text in _BY_NEW[:-1]
        or any(
            t.role in {"done", "all", "change"} or t.text in {"统一", "现", "现在", "目前", "如今", "改在", "改到"}
            for t in v.left
        )
    )
    if (
        agent.kind in _CHANGED_TO
        and (marker.role in {"by", "via"} or marker.text.endswith("由") or marker.text in {"在", "到", "于"})
        and firm
    ):
        return "planned" if before.kind == "part" else "unused"
    if agent.kind == "unit" and marker.text == "改由":
        return "unused"
    return None


def _still_working(v: View) -> Outcome | None:
    return used(v) if "still" in v.run or v.before("still") else None


def changed(v: View) -> Outcome | None:
    """改用, 换成, 另建: another system, or none at all, does the work."""
    where, after = v.target()
    if where.kind == "self":
        return None if v.negated else "used"
    if v.about.kind in _NOT_CHANGED or v.negated or v.before("attribute"):
        return None
    if any(t.text in {"登录", "进入", "认证", "登陆", "访问"} or t.role == "sso" for t in after[:2]):
        return None
    named = where.has("head", "channel") or any(t.text.endswith(("平台", "系统")) for t in where.tokens)
    merely_new = all(x.text.startswith("新") for x in where.tokens if x.role == "other")
    if where.kind == "other" and merely_new and not named and not where.has("wide"):
        return None  # 换新CA
    if where.kind in _CHANGED_TO or (where.kind == "named" and where.has("head", "channel") and not where.has("infra")):
        return "planned" if v.about.kind == "part" else "unused"
    return None


def now_with(v: View) -> Outcome | None:
    """现都用省平台, 一律走一网通办: weak verbs, so that another system must be named, and that all or now do so."""
    if v.word.role == "use" and v.word.text not in {"使用", "用", "在用"}:
        return (None if v.negated else taken_over(v)) or used(v)
    where, after = v.target()
    mine = v.about.kind in {"business", "users"} and where.kind == "other"
    now = (
        mine
        or v.before("all", "done")
        or any(t.text in {"现", "现在", "目前", "如今", "统一", "直接", "就"} for t in v.left)
    )
    if where.kind in _CHANGED_TO and not v.negated and now and not v.before("only") and where.names_a_system:
        if any(
            t.role in {"account", "data", "part", "sso", "infra", "auto", "work", "call"}
            or t.text in {"登录", "进入", "认证", "登陆", "访问"}
            for t in after
        ):
            return None
        if v.about.kind in _STOPPED | {"users"}:
            return "unused"
        return "planned" if v.about.kind == "part" else None
    return used(v) if v.word.role == "use" else None


PREDICATES: Mapping[str, Callable[[View], Outcome | None]] = {
    "stop": stopped, "end": ended, "finish": finished, "shut": shut, "remove": removed, "dispose": disposed, "abolish": abolished,
    "merge": merged, "move": moved, "replace": replaced, "takeover": taken_over, "change": changed, "via": now_with, "use": now_with,
    "idle": idle, "start": started, "usenoun": zero, "stale": stale, "last": last, "restore": restored, "keep": kept, "archive": kept,
    "inuse": in_use, "none": without_users, "buy": not_bought, "work": worked, "nobody": without_users, "unaccepted": lambda _: "unused",
}  # fmt: skip
_DESCRIBING = frozenset({"abolish", "end", "stop", "remove", "dispose", "shut", "idle"})
_DOES = frozenset(
    {"用于", "用来", "负责", "办理", "受理", "管理", "监管", "处理", "涉及", "审批", "登记", "核查", "检查"}
)
_REAL_ANYWAY = frozenset({"restore", "inuse"})
_AWAITED = frozenset({"remove", "dispose"})  # 待回收: they look at their plans themselves
_CAN_BE_PLANNED = frozenset({"stop", "shut", "merge", "move", "replace", "takeover", "change", "via", "abolish", "end"})


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


def _handed_on(v: View) -> bool:
    """Whether another took over from a unit that is gone: 职能划入, 归口科室改为, 业务如常."""
    if v.about.kind != "unit":
        return False
    goes = (place for place, t in enumerate(v.later) if t.role in {"merge", "move", "takeover", "change", "inuse"})
    if any(not any(t.role in NEGATION for t in v.later[max(0, place - 3) : place]) for place in goes):
        return True
    by = next((place for place, t in enumerate(v.later) if t.role == "by"), None)
    return by is not None and any(t.text in {"管理", "负责", "使用", "维护", "运维"} for t in v.later[by : by + 7])


def _not_yet_all(v: View) -> bool:
    """Whether a predicate that says nothing else is told of as a plan, or of a part."""
    if v.about.kind in _NOT_LED - {"old", "other", UNKNOWN} or v.object().kind in {
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
