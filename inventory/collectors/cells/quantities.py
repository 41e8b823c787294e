"""Numbers with units, as clerks write them: `117,179`, `16G*3台`, `约4核`, `4680GB`, `8*2`, `2路8核`, `500G+1T`.

Own table instead of a units library: to those, "512G" is gauss and "4C" four coulombs. GB and GiB are treated alike,
1 TB = 1024 GB.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

Dimension = str

# unit as written (lower case) → factor to the stored unit, by dimension
SIZES: Mapping[str, float] = {
    "k": 1 / 1024**2, "kb": 1 / 1024**2, "kib": 1 / 1024**2,
    "m": 1 / 1024, "mb": 1 / 1024, "mib": 1 / 1024, "兆": 1 / 1024, "兆字节": 1 / 1024,
    "g": 1, "gb": 1, "gib": 1, "gi": 1, "ti": 1024, "mi": 1 / 1024, "吉字节": 1,
    "t": 1024, "tb": 1024, "tib": 1024, "太字节": 1024,
    "p": 1024**2, "pb": 1024**2, "pib": 1024**2,
}  # fmt: skip
_MONEY: Mapping[str, float] = {
    "元": 1e-4, "rmb": 1e-4, "¥": 1e-4, "￥": 1e-4, "人民币": 1e-4, "千元": 0.1, "十万": 10, "十万元": 10, "百万": 100, "百万元": 100, "千万": 1000, "千万元": 1000, "万": 1, "万元": 1, "亿": 1e4, "亿元": 1e4,
}  # fmt: skip
_BANDWIDTH: Mapping[str, float] = {
    "k": 1 / 1000, "kbps": 1 / 1000, "m": 1, "mb": 1, "mbps": 1, "mbit/s": 1, "mb/s": 1, "兆": 1, "g": 1000, "gb": 1000,
    "gbps": 1000, "gbit/s": 1000, "千兆": 1000, "万兆": 10_000,
}  # fmt: skip
_BANDWIDTH_WORDS: Mapping[str, float] = {"十兆": 10, "百兆": 100, "千兆": 1000, "万兆": 10_000}
_CORES: Mapping[str, float] = {
    "核": 1, "c": 1, "core": 1, "cores": 1, "vcpu": 1, "个": 1, "核心": 1, "vcpus": 1, "核cpu": 1, "核数": 1, "个vcpu": 1,
}  # fmt: skip
_COUNT: Mapping[str, float] = {
    "台": 1, "个": 1, "套": 1, "人": 1, "人次": 1, "次": 1, "件": 1, "户": 1, "名": 1, "位": 1, "家": 1, "条": 1, "笔": 1, "vm": 1,
    "万": 10_000, "万人": 10_000, "万次": 10_000, "万人次": 10_000, "万件": 10_000, "万户": 10_000, "万个": 10_000, "亿": 100_000_000,
    "次/月": 1, "次/天": 1, "次/日": 1, "人/月": 1, "余人": 1, "千": 1000, "百": 100, "千人": 1000,
}  # fmt: skip
_RATIO: Mapping[str, float] = {"%": 0.01, "‰": 0.001, "ratio": 1.0}

UNITS: Mapping[Dimension, Mapping[str, float]] = {
    "size": SIZES, "money": _MONEY, "bandwidth": _BANDWIDTH, "cores": _CORES, "count": _COUNT, "ratio": _RATIO,
    "number": _COUNT,
}  # fmt: skip
# The units a heading may carry, longest first, so that 万元 is not read as 元.
HEADING_UNITS: tuple[str, ...] = tuple(
    sorted({unit for table in UNITS.values() for unit in table} - {"ratio"}, key=lambda unit: (-len(unit), unit))
)

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e\+?\d{1,2})?"
_TIMES = r"[*x×✕]"
_AMOUNT = re.compile(rf"([¥￥]?)({_NUMBER})([a-z%‰¥\u4e00-\u9fff/]*)", re.IGNORECASE)
_PRODUCT = re.compile(
    rf"({_NUMBER})([a-z%\u4e00-\u9fff]*?){_TIMES}({_NUMBER})(台|个|套|块|颗|节点|路)?([a-z\u4e00-\u9fff]*)",
    re.IGNORECASE,
)
_SOCKETS = re.compile(rf"(\d{{1,2}})(?:路|颗|个){_TIMES}?(\d{{1,3}})(?:核心|核|c)(?:cpu)?", re.IGNORECASE)
_THINGS = frozenset({"台", "颗", "路", "块", "个", "套"})  # 2颗*8核: the first factor counts things
_CHINESE = re.compile(
    r"([一二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])(?=核|台|个|套|人|家|颗|路|块|$)"
)
_SINGLE_OR_DOUBLE = str.maketrans("单双", "12")
_PLAIN = re.compile(r"\d+(\.\d+)?")
_APART = re.compile(r"(?<=\d)\s+(?=[\d.])")  # 8 16 are two numbers
_SUM = re.compile(r"\s*[+＋]\s*")
# A remark behind a number, with no number of its own in it: 8核（鲲鹏）
_REMARK = re.compile(r"\(([^()\d]*)\)$")
_IN_ALL = re.compile(r"^(合计|共计|总计|总共|共)(?=\d)")
_APPROXIMATE_BEFORE = re.compile(r"^(大约|大概|约为|约|近|不低于|不少于|至少|≥|>=|>|超过|不超过|≤|<=|<|~|≈)")
_APPROXIMATE_AFTER = re.compile(r"(左右|上下|以上|以下|以内|余|多|\+)$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in the unit it was written in; `unit` is None where none was written. `times` is the count in 16G*3台."""

    number: float
    unit: str | None = None
    approximate: bool = False
    times: int | None = None


def read_quantity(text: str, dimension: Dimension) -> Quantity | None:
    """Read normalised (NFKC) text as a number of a dimension; `None` where it is nothing but that.

    The factor to the stored unit is `factor(quantity.unit, dimension)`.
    """
    if _APART.search(text):
        return None
    plain = text.replace(" ", "").lower()
    approximate = False
    if dimension in {"cores", "count"}:
        plain = western_numerals(plain)
    plain = _IN_ALL.sub("", plain)
    if m := _APPROXIMATE_BEFORE.match(plain):
        plain, approximate = plain[m.end() :], True
    if m := _APPROXIMATE_AFTER.search(plain):
        plain, approximate = plain[: m.start()], True
    found = _several(plain, dimension) or _one(plain, dimension)
    return replace(found, approximate=True) if found is not None and approximate else found


def _several(plain: str, dimension: Dimension) -> Quantity | None:
    """Numbers put together: 2路8核, 16G*3台, 500G+1T."""
    if dimension == "cores" and (m := _SOCKETS.fullmatch(plain)):
        return Quantity(float(int(m[1]) * int(m[2])), "核", times=int(m[1]))
    if m := _PRODUCT.fullmatch(plain):
        return _product(m, dimension)
    return _sum(plain, dimension) if "+" in plain[1:-1] else None


def _one(plain: str, dimension: Dimension) -> Quantity | None:
    if dimension == "bandwidth" and plain in _BANDWIDTH_WORDS:
        return Quantity(float(_BANDWIDTH_WORDS[plain]), "m")
    m = _AMOUNT.fullmatch(plain)
    if m is None:
        return None
    unit, approximate = m[3] or m[1] or None, False
    if unit is not None and unit.endswith(("余", "多")):
        unit, approximate = unit[:-1] or None, True
    if unit is not None and unit[:1] in {"余", "多"}:
        unit, approximate = unit[1:] or None, True
    if unit is not None and unit[1:2] == "余" and dimension in {"count", "number"}:  # 1.2万余户
        unit, approximate = unit[0] + unit[2:], True
    if unit is not None and dimension == "money":
        unit = unit.removesuffix("/年")
    if unit is not None and unit not in UNITS[dimension]:
        return None
    return Quantity(_plain(m[2]), unit, approximate)


def _sum(plain: str, dimension: Dimension) -> Quantity | None:
    """`500G+1T`: every part with a unit of its own, and the sum in the stored unit; or no part with one: 8+8."""
    parts = [part for text in _SUM.split(plain) if (part := read_quantity(text, dimension)) is not None]
    with_unit = sum(1 for part in parts if part.unit is not None)
    if len(parts) < max(2, len(_SUM.split(plain))) or with_unit not in {0, len(parts)}:
        return None
    if not with_unit:
        return Quantity(sum(part.number for part in parts), None, any(part.approximate for part in parts), len(parts))
    scaled = [(part, factor(part.unit or "", dimension)) for part in parts]
    unit = next(name for name, scale in UNITS[dimension].items() if scale == 1)
    total = round(sum(part.number * (scale or 0) for part, scale in scaled), 9)
    return Quantity(total, unit, any(part.approximate for part, _ in scaled), len(scaled))


_TAX = re.compile(r"^(不?含税|人民币|中标价?|合同价?|总价|年)$")  # says what kind of amount it is, and changes nothing


def is_harmless(remark: str) -> bool:
    """Whether a remark behind an amount only says what kind of amount it is."""
    return bool(_TAX.match(remark))


def without_remark(text: str) -> tuple[str, str | None]:
    """A number's text without the remark in brackets behind it, and the remark; one with digits in it stays."""
    m = _REMARK.search(text)
    return (text[: m.start()].rstrip(), m[1]) if m and m.start() else (text, None)


def western_numerals(text: str) -> str:
    """`三台`, `双路八核` with digits; a numeral counts only before what can be counted, or alone."""
    if text.isascii():
        return text
    plain = re.sub(r"[单双](?=路|核|颗)", lambda m: m[0].translate(_SINGLE_OR_DOUBLE), text)
    return _CHINESE.sub(lambda m: str(_chinese(m[1])), plain)


def _chinese(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    value = {"": 0, **{letter: at for at, letter in enumerate("一二三四五六七八九", 1)}, "两": 2}
    return (value[tens] or 1) * 10 + value[ones] if ten else value[text]


def _product(m: re.Match[str], dimension: Dimension) -> Quantity | None:
    """`16G*3台`, `8*2`, `2颗*8核` and `6块×1.2T`: one factor is a whole number of things, the unit belongs to either."""
    first = None if m[2] in _THINGS else m[2] or None
    unit = first or m[5] or (m[2] if dimension == "count" and m[2] else None)
    counts_first = first is None and (m[2] in _THINGS or m[5] != "")
    times, each = (_plain(m[1]), _plain(m[3])) if counts_first else (_plain(m[3]), _plain(m[1]))
    if (unit is not None and unit not in UNITS[dimension]) or (first and m[5]):
        return None
    if not times.is_integer() or times > 10_000:
        return None
    return Quantity(each * times, unit, times=int(times))


def _plain(text: str) -> float:
    return float(text.replace(",", ""))


def factor(unit: str, dimension: Dimension) -> float | None:
    """What a number in that unit is multiplied by to give the stored unit; `None` for a unit of another dimension."""
    return UNITS.get(dimension, {}).get(unit.lower())
