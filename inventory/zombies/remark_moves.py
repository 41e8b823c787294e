"""Where a system went, by the predicates of a clause: merged, moved, replaced, taken over, changed for another."""

from __future__ import annotations

from dataclasses import replace

from inventory.zombies.remark_clauses import NOTHING, Phrase, phrase, subject
from inventory.zombies.remark_use import (
    used,
)
from inventory.zombies.remark_view import NEGATION, NOT_LED, STOPPED, WHOLE, Outcome, View
from inventory.zombies.remark_words import UNKNOWN, Token

_HERE = frozenset({"这里", "这边", "这儿", "此处", "这套", "此"})

_TOWARDS = frozenset({"向", "往", "与", "和", "同", "跟"})

_HANDED_OVER = frozenset({"移交", "移交给", "移交至", "移交到", "划转", "划转到", "划转至", "划转给", "划归", "划给", "交给", "转交", "转交给", "转隶", "转隶至", "转隶到", "下放", "下放到", "下放至", "下放给", "交由"})  # fmt: skip

_CHANGED_TO = frozenset({"other", "channel"})

_NOT_CHANGED = frozenset(
    {"data", "contract", "machine", "device", "firm", "account", "infra", UNKNOWN, "old", "attribute"}
)

_BY_NEW = ("改由", "统一由", "全部由", "全由", "都由", "均由", "由")


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
    if kind in WHOLE:
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
    if kind in WHOLE and where.kind in {"other", "named", "channel"} and systems:
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
    if v.about.kind in NOT_LED or _of_people(v.about, where):
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
            if before.kind in STOPPED and agent.kind not in {"infra", "old", "part", "firm", "machine"}
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
        if v.about.kind in STOPPED | {"users"}:
            return "unused"
        return "planned" if v.about.kind == "part" else None
    return used(v) if v.word.role == "use" else None
