"""What a title says of all rows below it: the state of the systems (一、在用系统), the place where they stand (二、电信机房)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from inventory.collectors.columns.heading_keys import value_key
from inventory.collectors.columns.layout import Layout
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.rows.row_titles import caption_name
from inventory.model import Origin

Stated = Mapping[str, tuple[str, Origin]]  # field → value and where it stands

_WHAT = (
    r"(?:政务|业务|信息|信息化|应用|非涉密)*(?:系统|平台|项目|应用|网站)?(?:及平台)?(?:类|部分|清单|情况|列表|一览)?表?"
)
# 正在使用的系统, 停用但尚未注销的系统, 在建项目
_STATE = re.compile(rf"^(?P<word>[^但，,]{{2,6}}?)(?:但(?:尚|还|仍)?未[\u4e00-\u9fff]{{2,4}})?的?{_WHAT}$")
_ONLY_BUILT = re.compile(r"已?(建|上线|启用|开通)|在线|正常|前期")  # 已建系统: those no longer used are among them
# 公安局七层机房（自建）, 部署在县政务云的系统; not 未上政务云的系统
_PLACE = re.compile(
    r"^(?:部署|托管|存放|放置|安装|运行)?(?:在|于)?(?P<place>(?!非|未|拟|不|待|计划|原|已|从|由)[^，,；;]{0,18}?(?:机房|数据中心|政务云|云平台|公有云|私有云|行业云|阿里云|华为云|腾讯云|天翼云|移动云|联通云|idc|机柜间)"
    rf"(?:[(（][^()（）]{{1,12}}[)）])?)(?:上|内|里|中)?(?:部署|托管|存放|运行)?的?{_WHAT}$",
    re.IGNORECASE,
)
_PLACES = frozenset({"location", "site", "cloud", "on_cloud"})


def state_in(text: str, words: Vocabulary) -> str | None:
    """The state that a title says of the systems below it: 二、停用系统（3个） → 停用."""
    bare = caption_name(text.strip().rstrip("：: "))
    found = None if _ONLY_BUILT.match(bare) else _STATE.match(bare)
    known = words.choices.get("status", {})
    return known.get(value_key(found["word"])) or known.get(value_key(bare)) if found else None


def place_in(text: str) -> str | None:
    """The place that a title says the systems below it stand in: 一、公安局七层机房（自建） → 公安局七层机房（自建）."""
    bare = _COUNT.sub("", text.strip().rstrip("：: ")).lstrip("一二三四五六七八九十0123456789、.．() ")
    bare = re.sub(r"^[（(][一二三四五六七八九十\d]+[)）]", "", bare)
    found = _PLACE.match(bare)
    return found["place"] if found else None


_COUNT = re.compile(r"[(（]共?\d+[个套项台]?(系统)?[)）]$")


# Columns that were not understood and may say it of each row: then the title does not answer for them.
_MAY_BE_STATE = re.compile(r"状态|状况|现状|(使用|运行|应用)情况|在用|停用|(是否|还|不)用")
_MAY_BE_PLACE = re.compile(r"机房|部署|位置|地点|托管|存放|放|云|在哪|何处")
_OPEN = frozenset({"asked", "unknown", "duplicate"})


def stated(text: str, words: Vocabulary, layout: Layout, place: Origin) -> dict[str, tuple[str, Origin]]:
    """What a title says of the rows below it, by field, where no column says it or may say it.

    Args:
        text: the title.
        words: the vocabulary.
        layout: of the rows; with a column of its own they say it themselves.
        place: of the title.
    """
    found: dict[str, tuple[str, Origin]] = {}
    read = {column.field for column in layout.columns}
    open_ = [column.heading for column in layout.unread if column.why in _OPEN]
    state, where = state_in(text, words), place_in(text)
    if state is not None and "status" not in read and not any(map(_MAY_BE_STATE.search, open_)):
        found["status"] = state, place
    if where is not None and _PLACES.isdisjoint(read) and not any(map(_MAY_BE_PLACE.search, open_)):
        found["location"] = where, place
    return found
