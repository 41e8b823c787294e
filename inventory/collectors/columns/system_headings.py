"""Headings that speak of systems without being in any list: whether the names of the department's own stand below them."""

from __future__ import annotations

import re

# 医保信息系统名称, 在用业务软件名称, 业务平台名, 平台或软件叫什么; not 操作系统名称, 对接系统名称, 云平台名称, 拟建系统名称
_NAMES_SYSTEMS = re.compile(
    r"^[^()]{0,8}(系统|平台|软件|网站|小程序|app)(或(系统|平台|软件|网站))?的?(名称|名|全称|全名|称谓|叫什么(名字?)?)$"
)
# 网站/公众号/小程序, 系统或平台: nothing but kinds of what a department runs; a single one (平台, 网站) may be a place
_KIND = r"(?:业务|信息|应用|政务|信息化|微信|政务新媒体|移动)?(?:系统|平台|软件|网站|门户|公众号|小程序|服务号|app|客户端|应用)"
_NAMES_KINDS = re.compile(
    rf"^{_KIND}(?:[/或及和与]|\(){_KIND}\)?(?:[/或及和与]?{_KIND}){{0,3}}(?:的?(?:名称|名|全称))?$"
)
_NAMES_OTHERS = re.compile(
    r"操作|作业系统|数据库|中间件|子系统|分系统|对接|依赖|关联|替代|并入|整合|上级|上下游|交换|互联|调用|接口|相关|其[他它]|原|旧|曾用|新|云平台|虚拟化|"
    r"安全|杀毒|防病毒|备份|监控|运维(平台|系统)|拟建|待建|规划|计划|支撑|承载平台|短信|认证|是否|英文|简|上联|下联|来源|目标|推送|共享|数据源|(运行|部署|安装|装)的?(系统)?软件"
)


def names_systems(plain: str) -> bool:
    """Whether a heading says in its own words that the names of the department's systems stand below it."""
    return bool(_NAMES_SYSTEMS.match(plain) or _NAMES_KINDS.match(plain)) and not _NAMES_OTHERS.search(plain)


def speaks_of_systems(plain: str) -> bool:
    """Whether a heading may be one of systems, if names of systems stand below it: 我司维护的系统, 教育信息系统."""
    return bool(re.search(r"系统|平台|软件|应用|信息化项目", plain)) and not _NAMES_OTHERS.search(plain)


def speaks_of_others(plain: str) -> bool:
    """Whether the names below a heading would be those of other things or of others' systems: 对接系统, 数据库, 拟建项目."""
    return bool(_NAMES_OTHERS.search(plain))


_SYSTEM_NOUN = re.compile(r"(系统|平台|软件|网站)(\([^()]*\))?$|\((系统|信息系统|平台|软件)\)$")
_ASKS_OR_COUNTS = re.compile(r"几个|多少|数量|是否|有无|怎么|如何|操作|开发|运行环境")


def is_of_systems(plain: str) -> bool:
    """Whether a heading's own noun, its last word, is that of systems: 线上平台, 归属系统, 业务软件; 系统来历 is of something else."""
    return bool(_SYSTEM_NOUN.search(plain)) and not _ASKS_OR_COUNTS.search(plain) and not speaks_of_others(plain)
