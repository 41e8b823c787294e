"""Zones as groups of columns, `互联网区 | 政务外网区` each over CPU, memory and storage: one record a zone.

So are the roles of servers, `应用服务器 | 数据库服务器`. Only headings that name these are read so; other parents over the same headings (before and after, years) are asked about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from inventory.collectors.columns.heading_keys import heading_key
from inventory.collectors.columns.vocabulary import Meaning

_ZONE = re.compile(
    r"^(互联网|政务外网|政务内网|电子政务|公共|专有|专用|专网|外联|内网|外网|公网|dmz|信创|非信创|国产|核心|业务|管理|接入|生产|测试|行业|部门)"
    r"\w{0,6}(区域?|网|域|环境|资源池|池|云|侧)$|^[\u4e00-\u9fff]{2,8}(专网|业务网)(区|侧)?$|^(互联网|政务外网|政务内网|内网|外网|专网|公网|dmz)$"
)
_ROLE = re.compile(
    r"^(应用|数据库|web|中间件|前置|前端|后端|文件|接口|缓存|业务|备用?|图形|计算|存储)(服务器|主机|虚拟机|云主机|节点)$"
)
_TOTAL = re.compile(r"^(合计|总计|共计|小计|汇总|总量|总和)$")
TOTAL = ""  # marks the columns of the group that sums the zones up


def zones_of(found: Mapping[int, Meaning], levels: Mapping[int, tuple[str, ...]]) -> dict[int, str]:
    """Column → its zone, or `TOTAL`; empty where the same headings do not stand below two or more zones."""
    if any(meaning.field == "zone" for meaning in found.values()):
        return {}
    decided: dict[int, str] = {}
    wordings: dict[str, set[tuple[str, str]]] = {}
    for index, meaning in found.items():
        parent = next((text for text in levels[index][:-1] if _is_zone(text)), None)
        if parent is None:
            continue
        key = heading_key(parent).plain
        decided[index] = TOTAL if _TOTAL.match(key) else parent.strip()
        wordings.setdefault(decided[index], set()).add((meaning.field, heading_key(levels[index][-1]).plain))
    own = [words for zone, words in wordings.items() if zone != TOTAL]
    if len(own) < 2 or not set.intersection(*own):
        return {}
    return decided


def _is_zone(text: str) -> bool:
    plain = heading_key(text).plain
    return bool(_ZONE.match(plain) or _TOTAL.match(plain) or _ROLE.match(plain))


def is_zone(text: str) -> bool:
    """Whether a text names a zone and nothing else."""
    return bool(_ZONE.match(heading_key(text).plain))


_ROOM = re.compile(r"^[^()（）]{2,14}(机房|数据中心|机柜间|信息中心)$")


def is_room(text: str) -> bool:
    """Whether a text names a machine room and nothing else."""
    return bool(_ROOM.match(heading_key(text).plain))


def is_role(zone: str) -> bool:
    """Whether a group of columns is a role of servers, not a zone."""
    return bool(_ROLE.match(heading_key(zone).plain))
