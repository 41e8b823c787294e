"""Numbers with units, as clerks write them: `117,179`, `16G*3台`, `约4核`, `4680GB`, `8*2`, `4C8G`.

Own table instead of a units library: to those, "512G" is gauss and "4C" four coulombs. GB and GiB are treated alike,
1 TB = 1024 GB.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

Dimension = str

# unit as written (lower case) → factor to the stored unit, by dimension
_SIZE: Mapping[str, float] = {
    "k": 1 / 1024**2, "kb": 1 / 1024**2, "kib": 1 / 1024**2,
    "m": 1 / 1024, "mb": 1 / 1024, "mib": 1 / 1024, "兆": 1 / 1024, "兆字节": 1 / 1024,
    "g": 1, "gb": 1, "gib": 1, "吉字节": 1,
    "t": 1024, "tb": 1024, "tib": 1024, "太字节": 1024,
    "p": 1024**2, "pb": 1024**2, "pib": 1024**2,
}  # fmt: skip
_MONEY: Mapping[str, float] = {
    "元": 1e-4, "rmb": 1e-4, "¥": 1e-4, "￥": 1e-4, "人民币": 1e-4, "千元": 0.1, "万": 1, "万元": 1, "亿": 1e4, "亿元": 1e4,
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
    "size": _SIZE, "money": _MONEY, "bandwidth": _BANDWIDTH, "cores": _CORES, "count": _COUNT, "ratio": _RATIO,
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
    rf"({_NUMBER})([a-z%\u4e00-\u9fff]*?){_TIMES}({_NUMBER})(台|个|套|块|颗|节点|路)?([a-z]*)", re.IGNORECASE
)
_CHINESE = re.compile(r"^([一二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])(?=核|台|个|套|人|家|$)")
_PLAIN = re.compile(r"\d+(\.\d+)?")
_APPROXIMATE_BEFORE = re.compile(r"^(大约|大概|约为|约|近|不低于|不少于|至少|≥|>=|>|超过|不超过|≤|<=|<|~|≈)")
_APPROXIMATE_AFTER = re.compile(r"(左右|上下|以上|以下|以内|余|多|\+)$")
_SPEC = re.compile(
    r"(?:\d{1,3}台)?(?:cpu)?[:：]?(\d{1,4})(?:vcpu|核cpu|核心|核|cores?|c)u?[\s,，、/+*x×-]*(?:内存)?[:：]?(\d{1,5}(?:\.\d+)?)(gib|gb|g|mb|m|tb|t)?(?:内存|ram)?"
    r"(?:[*x×✕](\d{1,4})(?:台|个|套|vm)?|[(（]?(\d{1,4})(?:台|个|套)[)）]?)?",
    re.IGNORECASE,
)
_ANY_CORES = re.compile(r"\d(?:vcpu|核|cores?|c(?![a-z]))", re.IGNORECASE)
_TWO_NUMBERS = re.compile(r"\d+[/*+-]\d+.*")
_TRIPLE_CORES = re.compile(r"(?:cpu|核)[^\d:：,，;；]*[:：]\s*(\d{1,5})", re.IGNORECASE)
_TRIPLE_MEMORY = re.compile(
    r"内存[^\d:：,，;；]*[:：]\s*(\d{1,7}(?:\.\d+)?)\s*(tib|tb|t|gib|gb|g|mib|mb|m)?", re.IGNORECASE
)


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
    plain = text.replace(" ", "").lower()
    approximate = False
    if dimension in {"cores", "count"}:
        plain = _CHINESE.sub(lambda m: str(_chinese(m[1])), plain)
    if m := _APPROXIMATE_BEFORE.match(plain):
        plain, approximate = plain[m.end() :], True
    if m := _APPROXIMATE_AFTER.search(plain):
        plain, approximate = plain[: m.start()], True
    if m := _PRODUCT.fullmatch(plain):
        return _product(m, dimension, approximate=approximate)
    if dimension == "bandwidth" and plain in _BANDWIDTH_WORDS:
        return Quantity(float(_BANDWIDTH_WORDS[plain]), "m")
    m = _AMOUNT.fullmatch(plain)
    if m is None:
        return None
    unit = m[3] or m[1] or None
    if unit is not None and unit.endswith(("余", "多")):
        unit, approximate = unit[:-1] or None, True
    if unit is not None and unit[:1] in {"余", "多"}:
        unit, approximate = unit[1:] or None, True
    if unit is not None and unit not in UNITS[dimension]:
        return None
    return Quantity(_plain(m[2]), unit, approximate)


def _chinese(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    value = {"": 0, **{letter: at for at, letter in enumerate("一二三四五六七八九", 1)}, "两": 2}
    return (value[tens] or 1) * 10 + value[ones] if ten else value[text]


def _product(m: re.Match[str], dimension: Dimension, *, approximate: bool) -> Quantity | None:
    """`16G*3台` and `8*2`: the second factor is a number of things, the unit belongs to either."""
    unit = m[2] or m[5] or None
    times = _plain(m[3])
    if unit is not None and unit not in UNITS[dimension]:
        return None
    if not times.is_integer() or times > 10_000:
        return None
    return Quantity(_plain(m[1]) * times, unit, approximate, int(times))


def _plain(text: str) -> float:
    return float(text.replace(",", ""))


def factor(unit: str, dimension: Dimension) -> float | None:
    """What a number in that unit is multiplied by to give the stored unit; `None` for a unit of another dimension."""
    return UNITS.get(dimension, {}).get(unit.lower())


@dataclass(frozen=True, slots=True)
class Spec:
    """vCPU and memory (GiB) of all machines of one cell together. `counted`: the cell itself says how many there are."""

    vcpu: int | None
    memory_gib: float | None
    machines: int = 1
    counted: bool = False


def has_spec(text: str) -> bool:
    """Whether a cell speaks of cores at all, so that not being able to read it matters."""
    plain = text.replace(" ", "")
    return bool(_ANY_CORES.search(plain) or _TWO_NUMBERS.fullmatch(plain))


def read_spec(text: str) -> Spec | None:
    """Read `4C8G`, `4核16G*3台`, `4C8G*2台；16C32G`, or the survey's `CPU总核数：16,内存总容量：64G`.

    `None` where it is something else, or where one part of it cannot be read: half a sum would be wrong.
    """
    plain = text.replace(" ", "")
    found = list(_SPEC.finditer(plain))
    if found:
        if len(found) != len(_ANY_CORES.findall(plain)):
            return None
        times = [int(m[4] or m[5] or 1) for m in found]
        vcpu = sum(int(m[1]) * n for m, n in zip(found, times, strict=True))
        memory = sum(float(m[2]) * _SIZE[(m[3] or "g").lower()] * n for m, n in zip(found, times, strict=True))
        return Spec(vcpu, memory, sum(times), counted=len(found) > 1 or bool(found[0][4] or found[0][5]))
    cores, size = _TRIPLE_CORES.search(plain), _TRIPLE_MEMORY.search(plain)
    if cores is None and size is None:
        return None
    unit = size[2] if size else None
    memory_gib = float(size[1]) * _SIZE[unit.lower()] if size and unit else None
    return Spec(int(cores[1]) if cores else None, memory_gib, counted=True)  # the survey asks for totals
