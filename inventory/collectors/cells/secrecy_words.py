"""What a text says about state secrets: classified, not classified, or unclear. Unclear rows are held back and asked.

The same words count below a known heading, below an unknown one that speaks of secrecy, and in any other cell of a row.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Verdict = Literal["classified", "unclassified", "unclear"]

_WORDS = r"(?:涉密|国家秘密|秘密|机密|绝密|定密)"
# 不属于国家秘密, 不存储、处理国家秘密, 非涉密, 不含涉密内容: up to the next stop or «but»
_DENIED = re.compile(
    rf"(?:不|非|无|未|没有|严禁|禁止|不得|勿)[^,，;；。.但除外另]{{0,8}}?{_WORDS}(?:级|信息|内容|数据|系统|文件|事项)?"
)
_NO = re.compile(
    r"^(?:否|不是|没有?|非密|不涉及|不涉密|无|非|公开|内部|内部公开|内部使用|可公开|主动公开|n|no|false|0|×|非涉密内部)(?:[,，(（].*)?$"
)
_YES = re.compile(r"^(?:是|有|涉密.{0,6}|属于涉密|涉及|y|yes|true|1|√|内部涉密)(?:[,，(（].*)?$|[★☆]")
_WORK = re.compile(r"工作秘密|商业秘密|商密|工作密")
_HALF = re.compile(r"部分|拟|待|可能|疑似|已脱密|脱密处理|解密|分保|分级保护|未分保|有的|个别")
_LEVEL = re.compile(rf"(?:^|含有?|属|为|定为|涉及|是|[:：(（])?{_WORDS}")
# In cells that are about something else only clear statements count: 按国家秘密载体管理, 已通过分保测评（秘密级）, 涉密内网.
_STATED = re.compile(
    r"(?:秘密|机密|绝密)级|国家秘密|分保(?!险|障|护|存)|分级保护|[机绝秘]密\s*★"
    r"|涉密(?:系统|信息系统|业务系统|网络?|内网|专网|单机|计算机|机房|终端|设备|环境|区域|办公|信息|数据|内容|文件)"
)
_ABOUT_IT = re.compile(
    r"(?:检查|监管|监督|宣传|教育|培训|自查|防止|防范|避免|审查|查处|销毁|资质)[^,，;；。]{0,10}$"
)  # a function that deals with secrets is none

# 另有“某某指挥系统”1个，为涉密系统: the names in a sentence that says so
_SENTENCE = re.compile(r"[^。；;\n]+")
_QUOTED = re.compile(r"(?<=[“「《\"])[^”」》\"]{2,60}(?=[”」》\"])")
_SAID_TO_BE = re.compile(r"[\u4e00-\u9fff\w]{2,40}?(?:系统|平台)(?=[^。；;\n]{0,8}(?:为|是|属于|属)涉密)")


@lru_cache(maxsize=50_000)
def secrecy_of(text: str) -> Verdict:
    """What a cell of a column about secrecy says; anything that is neither clearly yes nor clearly no is unclear."""
    plain = "".join(text.split()).lower()
    rest = _DENIED.sub("", plain)
    if _WORK.search(plain) or _HALF.search(plain):
        return "unclear"
    if _YES.search(plain) and rest == plain:
        return "classified"
    if _LEVEL.search(rest):
        return "classified" if rest == plain else "unclear"
    return "unclassified" if rest != plain or _NO.match(plain) else "unclear"


@lru_cache(maxsize=50_000)
def states_secrecy(text: str) -> bool:
    """Whether a cell about something else says that a state secret is there, and does not deny it."""
    if "密" not in text and "分保" not in text and "分级保护" not in text:
        return False
    rest = _DENIED.sub("", "".join(text.split()))
    return any(not _ABOUT_IT.search(rest[: found.start()]) for found in _STATED.finditer(rest))


def without_classified_names(text: str, instead: str) -> str:
    """A text of sentences without the names that a sentence says are of classified systems; a table's cells are no such text."""
    if "涉密" not in text and "密级" not in text:
        return text

    def shown(sentence: re.Match[str]) -> str:
        said = sentence[0]
        return _SAID_TO_BE.sub(instead, _QUOTED.sub(instead, said)) if states_secrecy(said) else said

    return _SENTENCE.sub(shown, text)
