"""The words of which a capacity is written: amounts with their units, counts, labels, signs, makes and models."""

from __future__ import annotations

import re

# Words beside numbers that may change what the numbers mean: 可扩至32G, 另有若干, 不含数据盘, 4核起.
DOUBTFUL_WORDS = re.compile(
    r"[不未无没非另含可扩待升降原现曾或仅起余超最每剩]|(?<!虚)拟|至(?!强)|备[用机份选]|计划|若干|以上|以下|弹性|预留|共享(?!带宽|ip)|共用|部分|之前|之后|已用|使用|建议|需要?|申请|报废|损坏|raid|阵列|可用|裸"
)

_SIZE_UNIT = r"(?:tib|tb|t|gib|gb|g|mib|mb|m|pib|pb)(?![a-z])"
_CORE_UNIT = (
    rf"(?:vcpus?|核cpu|核心数?|核|cores?|个v?cpu核?|个核心?|c(?![a-z])|u(?=[\s,/+*x×-]*\d+(?:\.\d+)?\s*{_SIZE_UNIT}))"
)
_LABELS: dict[str, str] = {
    "cores": r"cpu总核数|总核数|cpu核数|v?cpu|处理器|核心数|核数",
    "mem": r"内存总容量|内存容量|内存大小|内存|ram|memory|mem",
    "sys": r"系统磁盘|系统盘",
    "data": r"数据磁盘|数据盘",
    "disk": r"硬盘容量|磁盘容量|存储容量|存储空间|云硬盘|云盘|块存储|硬盘|磁盘|存储|ssd|hdd|sata|sas",
    "net": r"互联网带宽|公网带宽|带宽",
    "other": r"网卡|网口|光口|gpu|显卡|显存|对象存储|备份",
}
TOKEN = re.compile(
    r"(?P<arch>x86(?:[_-]64)?(?!\d)|arm(?:64|v\d)?(?![a-z])|aarch64|amd64)"
    rf"|(?P<sockets>(?P<s1>\d{{1,2}})\s*(?:路|颗)\s*[*x×✕]?\s*(?P<s2>\d{{1,4}})\s*(?:核心|核|cores?|c(?![a-z])))"
    rf"|(?P<cores>\d{{1,5}})\s*{_CORE_UNIT}(?:cpu)?"
    rf"|(?P<size>\d{{1,3}}(?:,\d{{3}})+|\d{{1,7}}(?:\.\d+)?)\s*(?P<unit>{_SIZE_UNIT})"
    rf"|(?P<by>[*x×✕](?=\s*\d+(?:\.\d+)?\s*(?:{_SIZE_UNIT}|{_CORE_UNIT})))"
    rf"|[*x×✕]\s*(?P<times>\d{{1,4}})(?!\d*\s*{_CORE_UNIT})\s*(?P<of>台|个节点|节点|套|个|vm|块|盘|颗|路|根|条)?"
    r"|(?P<count>\d{1,4})\s*(?:台|套|个节点|节点)(?:虚拟机|虚机|云主机|云服务器|服务器|物理机|主机|机器)?"
    r"|(?P<label>对象存储|" + "|".join(f"(?P<l_{name}>{words})" for name, words in _LABELS.items()) + r")"
    r"|(?P<total>共计|合计|总计|总共|共(?!享|用)|总(?=\s*\d))"
    r"|(?P<each>每台|单台|每个|各)"
    # makes and models: x86, c6.xlarge, E5-2620, 鲲鹏920, 2.1GHz
    r"|(?P<model>(?:鲲鹏|飞腾|海光|龙芯|兆芯|申威|腾云|麒麟|至强|xeon|gold|silver)[\s-]*[a-z]?\d{1,5}[a-z]?\+?|(?<![a-z0-9])(?!c\d|raid)[a-z][a-z0-9]*\d[a-z0-9]*(?:[.-][a-z0-9]+)*|[a-z]+(?:[.-][a-z0-9]+)+|\d+(?:\.\d+)?\s*(?:ghz|万?元))"
    r"|(?P<bare>\d+(?:\.\d+)?)"
    r"|(?P<colon>\s*[:=]\s*)"
    r"|(?P<sep>[\s,、/;+|&()\[\]【】._~-]+)"
    r"|(?P<word>.)",
    re.DOTALL,
)


def kind_of(token: re.Match[str]) -> str:
    """What a word of a capacity is: an amount, a count, a label, a sign, or a word of no such meaning."""
    return next(
        name
        for name in ("sockets", "cores", "size", "times", "count", "label", "total", "each", "by", "arch", "model", "bare", "colon", "sep", "word")
        if token[name] is not None
    )  # fmt: skip


def label_of(token: re.Match[str]) -> str:
    """Which amount a label announces: cores, mem, disk, sys, data, net, or other."""
    return next((name for name in _LABELS if token[f"l_{name}"]), "other")
