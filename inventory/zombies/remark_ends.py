"""What ended of a system, by the predicates of a clause: stopped, over, finished, shut, removed, disposed of, abolished."""

from __future__ import annotations

from collections.abc import Sequence

from inventory.zombies.remark_clauses import NOTHING
from inventory.zombies.remark_moves import taken_over
from inventory.zombies.remark_view import NEGATION, PREDICATE_ROLES, STOPPED, WHOLE, Outcome, View, handed_on
from inventory.zombies.remark_words import UNKNOWN, Token

_ENDED = frozenset({"campaign", "project", "trial", "unit", "business"})

_ENDS_ALONE = frozenset({"停办", "停招", "不办了", "不办", "停了", "不搞了", "终止", "取消", "撤销", "叫停", "下马", "停征", "停收", "停发", "没了", "不做了", "不干了", "作废", "失效", "不存在", "停止开展", "不开展"})  # fmt: skip

_ENDS_SYSTEM = _ENDS_ALONE

_GONE_ALONE = frozenset({"报废", "拆除", "核销", "销户", "拆了", "拆掉", "退役", "卸载"})

_LEFT_EMPTY = frozenset(
    {"拆除", "拆了", "拆掉", "搬空", "撤", "撤了", "撤离", "撤场", "撤走", "撤除", "腾退", "清退", "撤掉"}
)

_TAKEN_DOWN = frozenset({"撤除", "移除", "撤下", "撤掉", "撤了", "撤", "删除", "删", "删了", "删掉", "卸掉", "卸下", "清除", "下柜", "拆", "抹掉", "格式化"})  # fmt: skip

_OF_THINGS = frozenset({"淘汰", "注销", "废弃", "取缔", "关停", "封存", "弃", "退役", "关闭", "废止"})


def stopped(v: View) -> Outcome | None:  # noqa: PLR0911 - one for each case of the grammar
    """停用, 下线, 关停: of the system, its business, its unit; 尚未停用 is still in use."""
    if v.run & {"not", "notyet"} and v.about.kind == "machine":
        return _left_on(v)
    if v.before("forgot") and v.about.kind in WHOLE | {"old", "machine"}:
        return "left"
    if v.about.kind == "part":
        return None if v.negated else "planned"
    if (
        (v.about.kind == "old" or (v.about.has("old") and v.about.has("own")))
        and not v.negated
        and v.object() is NOTHING
    ):
        return "old"  # 我县原系统停用
    if v.about.kind not in STOPPED and not (v.about.kind in {"account", "users"} and v.whole):
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
    if v.word.text == "不存在" and any(t.role in PREDICATE_ROLES for t in v.right[:1]):
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
        return None if handed_on(v) else "unused"
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
    if v.texts("待", "等待", "尚待") and v.about.kind in WHOLE | {"machine"}:
        return "left"
    if v.run & {"not", "notyet", "never", "nomore"}:
        return _left_on(v)
    ok = v.about.kind in WHOLE | {"machine", "device"} and not v.negated and v.object().kind in {"nothing", "machine"}
    return "unused" if ok and not v.about.has("old") else None


def removed(v: View) -> Outcome | None:  # noqa: PLR0911 - one for each kind of subject
    """拆除, 报废, 回收; 未退订, 忘了卸载 is what was left on; 待报废 awaits disposal."""
    what = v.object()
    waits = v.texts("待", "等待", "尚待", "等") and v.about.kind in WHOLE | {"machine", "device", "unit"}
    if waits and what.kind in {"nothing", "machine", "device"}:
        return "unused"
    if v.run & {"not", "notyet", "forgot", "none", "nomore", "never"}:
        return _left_on(v)
    if v.negated or v.about.has("old") or v.about.kind == "part" or v.before("idle"):
        return None
    if v.planned:
        return "planned" if v.about.kind in WHOLE | {"machine", "device"} else None
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
    return "unused" if v.object().kind in {"nothing", "unit", "project"} and not handed_on(v) else None
