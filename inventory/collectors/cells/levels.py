"""The level of protection (等保) in one cell: `三级（已备案）`, `S3A2G3`, `一级□二级☑三级□`; a level that is not certain is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LEVELS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_LEVEL = re.compile(r"(?:第|等保|定级|安全|拟定|拟|已定|级别)*(?:s\da\dg)?([一二三四五1-5]|iii|ii|iv|i|v)(?:级|\b)?")
_SAG = re.compile(r"s([1-5])a([1-5])(?:g([1-5]))?")
_NOT_GRADED = re.compile(
    r"未定级|未评级|没定(级|过)?|未备案|没有定级|无定级|未做等保|未开展|不定级|暂未定级|未等保|无等保|没定级|尚未定级|^未定?$|正在定级|定级中"
)
_PROPOSED = re.compile(r"^(?:拟定为?|拟)(?=(?:第|等保)?[一二三四五1-5]级)")
# What follows a level and leaves it as it is: whether it was filed or assessed, and when.
_HARMLESS = re.compile(
    r"(未|已|待|正在|尚未|暂未|拟|需|每年)*(完成|通过|做|进行)?(测评|备案|复测|复评|整改|公示|评审|等保测评)(中|完成|通过)?"
)
_DOUBTFUL = re.compile(r"[未不没拟待或至升降原曾非过]|计划|准备|申请|正在|预计|暂|改为|变更|调整|另|部分|其中|其他")


@dataclass(frozen=True, slots=True)
class ReadLevel:
    """`level` 1–5, or `ungraded`, or neither: to be asked. `noted`: the cell says more than its level."""

    level: int | None = None
    ungraded: bool = False
    noted: bool = False


_UNCLEAR = ReadLevel()


def read_level(key: str) -> ReadLevel:
    """Read the comparable form (`value_key`) of a cell."""
    if m := _SAG.search(key):
        return ReadLevel(max(int(level) for level in m.groups() if level), noted=m[0] != key)
    plain = _PROPOSED.sub("", key)
    found = [m for m in _LEVEL.finditer(plain) if m[0].endswith("级") or m[0] == plain or "第" in m[0]]
    levels = {_LEVELS.get(m[1]) or int(m[1]) for m in found}
    if _NOT_GRADED.search(key) and not levels:
        return ReadLevel(ungraded=True, noted=len(key) > 4)
    if len(levels) != 1:
        return _UNCLEAR
    rest = plain
    for m in reversed(found):
        rest = rest[: m.start()] + rest[m.end() :]
    if _DOUBTFUL.search(_HARMLESS.sub("", rest)):
        return _UNCLEAR
    return ReadLevel(levels.pop(), noted=bool(rest.strip("()（）。.,，系统")) or plain != key)
