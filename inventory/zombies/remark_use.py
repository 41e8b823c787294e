"""Whether anybody uses a system, by the predicates of a clause: never started, nobody uses, no use counted, lying idle, still used."""

from __future__ import annotations

from inventory.zombies.remark_clauses import NOTHING
from inventory.zombies.remark_view import Outcome, View
from inventory.zombies.remark_words import TIME, UNKNOWN, latest_year

_USES = frozenset({"使用", "用", "在用", "登录", "登陆", "访问", "查询", "查阅", "办理", "填报", "操作", "录入", "应用", "开展", "受理", "报送", "申报", "打开", "用它", "查看", "浏览", "业务办理", "用户使用", "提交", "审批", "承担", "统一办理", "发布"})  # fmt: skip
_TENDS = frozenset(
    {
        "更新",
        "维护",
        "管理",
        "运维",
        "负责",
        "关注",
        "管",
        "接",
        "打理",
        "料理",
        "认领",
        "过问",
        "更新过",
        "维护过",
        "理",
    }
)
_NO_SUBJECT = frozenset(
    {"other", "old", "firm", "contract", "making", "infra", "account", "trialrun", "attribute", UNKNOWN}
)
_FIELD_OF_USE = frozenset({"nothing", "self", "business", "usenoun", "data"})
_NO_MORE_OF = frozenset(
    {
        "无",
        "没有",
        "没",
        "已无",
        "再无",
        "已没有",
        "早已无",
        "没有产生",
        "未产生",
        "没产生",
        "没有任何",
        "无任何",
        "没有发生",
        "未发生",
    }
)
_NOT_STARTED = frozenset({"part", "other", "contract", "making", "firm", "infra", "data", "account", UNKNOWN})
_ONLY_IF_LONG = frozenset(
    {
        "瘫痪",
        "停滞",
        "休眠",
        "报停",
        "空挂",
        "打不开",
        "打不开了",
        "无法访问",
        "无法打开",
        "访问不了",
        "进不去",
        "用不了",
        "登不上",
        "登不进去",
        "登录不上",
        "登录不了",
        "上不去",
        "无法启动",
        "启动不了",
        "无法开机",
        "开不了机",
        "停转",
    }
)
_NOT_BUILT = frozenset({"未建", "没建", "未建成", "没建成", "没有建成", "没建起来", "未建起来", "未开发完成", "未开发完", "没开发完", "没做完"})  # fmt: skip
_DISPOSALS = frozenset({"remove", "dispose", "stop", "end", "shut"})
_OPERATORS = frozenset({"巡检", "运维", "维护", "测评", "管理员", "等保测评", "维保", "调试", "测试"})


def used(v: View) -> Outcome | None:  # noqa: PLR0911 - one for each case of the grammar
    """Nobody uses, no longer used, never used; still used."""
    if v.at > 1 and v.left[-1].role in {"users", "unit", "outside"} and v.left[-2].role in {"nobody", "none", "nomore"}:
        before = v.left[: v.at - 2]
        return (
            None
            if any(t.role in {"offtime", "period", "seasonal", "part", "notyet"} for t in before)
            or v.object().kind not in _FIELD_OF_USE
            else "unused"
        )
    denied = bool(v.run & {"nobody", "nomore", "never"})
    if v.about.kind == "old" and denied:
        return "old" if v.object().kind in _FIELD_OF_USE else None
    spoken = v.about.kind == UNKNOWN and (denied or v.about.has("unit", "users", "outside", "head", "self"))
    if v.about.kind in _NO_SUBJECT and not spoken:
        return None
    if "nobody" in v.run:
        return _nobody(v)
    if v.run & {"nomore", "never"}:
        return _no_more(v)
    if v.run & {"not", "none", "notyet"}:
        return _not_used(v)
    return _still(v)


def _nobody(v: View) -> Outcome | None:
    if v.before("offtime", "period", "seasonal") or v.object().kind not in _FIELD_OF_USE:
        return None
    if v.about.kind == "part":
        return "planned"
    return "unused"


def _no_more(v: View) -> Outcome | None:
    text = v.word.text
    if v.before("offtime", "period", "seasonal") or ("never" in v.run and text in _TENDS):
        return None
    if v.object().kind not in _FIELD_OF_USE:
        return None
    if v.about.kind == "part":
        return "planned"
    return (
        None
        if text in {"调用", "产生"} and v.object() is NOTHING and v.about.kind not in {"nothing", "self"}
        else "unused"
    )


def _not_used(v: View) -> Outcome | None:  # noqa: PLR0911 - one for each case of the grammar
    """未使用, 没用过: only where nothing follows, and where it has lasted or is told as over."""
    if v.about.kind == "part":
        return None
    if (
        v.before("offtime", "period", "seasonal")
        or v.object() is not NOTHING
        or v.word.text not in _USES | {"用过", "使用过", "登录过", "用了", "访问过", "打开过", "登陆过"}
    ):
        return None
    if any(t.role not in {TIME, "done", "adverb", "all"} for t in v.right):
        return None
    if "none" in v.run and v.word.text in {"访问", "登录", "使用", "登陆"} and not v.right:
        return "unused"  # 无更新，无访问
    unable = v.texts("无法", "不能", "不会", "别", "不得", "不予", "非", "不是", "并非")
    if unable:
        return "unused" if v.long and not v.texts("不会", "别", "非", "不是", "不得") else None
    if "notyet" in v.run:
        return "unused" if (v.built or v.before(TIME)) and not v.planned else None
    known = not any(t.role == UNKNOWN for t in v.tokens) and v.word.text in {"使用", "用", "应用"}
    told = (
        v.before("after")
        or v.long
        or v.built
        or v.before("done")
        or any(t.role == "done" for t in v.right)
        or v.word.text.endswith("过")
    )
    return "unused" if told or (known and v.texts("未", "没", "没有", "不", "并未", "未实际", "未正式")) else None


def _still(v: View) -> Outcome | None:
    if v.negated or v.word.text not in _USES or v.before("cond", "once", "none", "not", "nomore", "never", "nobody"):
        return None
    if (
        v.about.kind in {"machine", "device"}
        or v.object().kind in {"other", "channel"}
        or v.target()[0].kind in {"other", "channel"}
    ):
        return None
    if any(t.role == "firm" or t.text in _OPERATORS for t in v.tokens):
        return None
    if v.object().kind == "self" and v.word.text in {"使用", "用"} and not v.before("only"):
        return "used"
    return "used" if v.before("still", "only") or v.word.text == "在用" else None


def worked(v: View) -> Outcome | None:
    """不再上报, 无人填报: what a program or a person did with it is done no more."""
    if v.about.kind == "old" and v.run & {"nomore", "nobody"} and v.object().kind in _FIELD_OF_USE:
        return "old"
    if not v.run & {"nomore", "nobody"} or v.about.kind in _NO_SUBJECT or v.object().kind not in _FIELD_OF_USE:
        return None
    return "planned" if v.about.kind == "part" else "unused"


def without_users(v: View) -> Outcome | None:
    """没有用户, 已无业务: at the end of its clause."""
    alone = v.word.text.endswith("用户") and not v.right
    heavy = [t for t in v.right if t.role not in {"running", "adverb", "done"}]
    if v.word.text in _NO_MORE_OF and len(heavy) == 1:
        alone = heavy[0].text in {"用户", "业务", "工作", "审批业务", "办理业务"}
    return "unused" if alone and v.about.kind in {"nothing", "self"} and not v.before("offtime", "notyet") else None


def not_bought(v: View) -> Outcome | None:
    """试用后没有采购."""
    return "unused" if "trial" in v.around and v.negated and "notyet" not in v.run and not v.planned else None


def in_use(v: View) -> Outcome | None:
    """正常使用, 仍在用: of another system, or of the machines, it says nothing."""
    if (
        v.negated
        or v.before("cond", "once", "not", "nobody")
        or v.about.kind in {"other", "old", "machine", "device", "infra", "channel", "firm"}
    ):
        return None
    return "used"


def started(v: View) -> Outcome | None:
    """从未启用, 建成后未投入使用; 尚未启用 only where it was built long ago."""
    kind = "nothing" if v.about.kind == UNKNOWN and "never" in v.run else v.about.kind
    if kind in _NOT_STARTED or v.object().kind not in {"nothing", "self"}:
        return None
    if v.texts(
        "无法", "不能", "不会", "别", "不得", "不予", "非", "不是", "并非", "不", "暂不", "尚不", "还不", "暂时不"
    ):
        return None
    if "never" in v.run or (v.run & {"not", "none", "nomore"} and "notyet" not in v.run):
        return None if v.planned or _awaited(v) else "unused"
    if "notyet" in v.run:
        waits = v.planned or _awaited(v)
        return "planned" if waits else "unused" if v.built else None
    return None


def _awaited(v: View) -> bool:
    """Whether a start is planned after it: 拟明年启用, but not 拟核销."""
    roles = [t.role for t in v.later]
    return any(role == "plan" and not set(roles[at : at + 5]) & _DISPOSALS for at, role in enumerate(roles))


def idle(v: View) -> Outcome | None:  # noqa: PLR0911 - one for each case of the grammar
    """闲置, 荒废, 成了摆设."""
    kind = v.about.kind
    if v.negated or kind in (_NO_SUBJECT | {"data"}) - {"old"} or v.before("offtime", "period", "seasonal"):
        return None
    if kind == "part":
        return "planned"
    if v.word.text == "废" and (v.right or any(t.role not in {"done", "adverb", TIME} for t in v.left)):
        return None
    if v.word.text in _NOT_BUILT and kind not in {"self", "project", "trial"} and (v.at or v.right):
        return None
    if v.word.text in _ONLY_IF_LONG and not v.long:
        return None
    if kind == "old":
        return "old"
    return "unused" if v.object().kind in {"nothing", "self"} else None


def zero(v: View) -> Outcome | None:
    """访问量为零, 没有登录记录."""
    if v.before("offtime", "period", "seasonal", "part", "partial", "trialrun"):
        return None
    if any(t.text == "本地" for t in v.left):
        return None
    none = v.run & {"none", "nomore", "never", "nobody"} or any(t.text == "零" for t in v.left[-1:])
    counted = any(t.role == "zero" for t in v.right[:3])
    unknown = any(t.role in {UNKNOWN, "part"} for t in v.right[:1])
    return "unused" if (none or counted) and not unknown else None


def stale(v: View) -> Outcome | None:
    """数据停留在2021年."""
    dated = any(t.role == TIME for t in v.right[:2])
    return (
        "unused"
        if dated
        and v.about.kind in {"data", "content", "usenoun", UNKNOWN, "nothing", "self", "business"}
        and _before_this_year(v)
        else None
    )


def last(v: View) -> Outcome | None:
    """最后一次登录是2021年."""
    dated = [t for t in v.tokens if t.role == TIME and any(c.isdigit() for c in t.text) and "年" in t.text]
    return "unused" if dated and _before_this_year(v) else None


def _before_this_year(v: View) -> bool:
    latest = latest_year(v.tokens)
    return latest > 0 and (v.year is None or latest < v.year - 1 or latest < v.year)


def kept(v: View) -> Outcome | None:
    """仅保留数据备查: nothing but an archive is left."""
    if v.negated or v.about.kind in {"part", "old", "other"}:
        return None
    archived = any(t.role == "archive" for t in v.tokens)
    only = any(t.role == "only" for t in v.left)
    data = any(t.role == "data" for t in v.tokens)
    asked = any(t.text in {"查询", "查阅", "使用", "调用"} for t in v.right)
    if only and (archived or (data and v.word.role == "keep")) and not asked:
        return "unused"
    return None


def restored(v: View) -> Outcome | None:
    """已恢复使用; 一直未恢复."""
    if "never" in v.run or (v.run & {"not", "nomore", "notyet"} and v.long):
        return None if v.texts("无法", "不能") or v.planned or v.about.kind in _NO_SUBJECT | {"part"} else "unused"
    if v.negated or v.about.kind in {"other", "old"}:
        return None
    return "used"
