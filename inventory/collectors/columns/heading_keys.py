"""Headings and words of cells as they are compared: without width, script, spaces, line breaks and notes in brackets.

A unit in a heading is taken off and kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from inventory.collectors.cells.quantities import HEADING_UNITS
from inventory.collectors.columns.verified_words import is_original, is_verified
from inventory.names import simplified

_BRACKETS = re.compile(r"[(（\[【{]([^()（）\[\]【】{}]*)[)）\]】}]")
_OPEN_BRACKET = re.compile(r"[(（\[【][^()（）\[\]【】]*$")
_NUMBERING = re.compile(r"^(?:\d{1,3}[、.)）](?!\d)|[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.])")
_LABEL_UNIT = re.compile(r"(?:计量)?单位[：:]?\s*(.+)$")
_TRAILING_UNIT = re.compile(
    r"(?:(?<=[\u4e00-\u9fff])[\s/,_-]*|(?<=[a-z])[\s_]+)(gib|tib|mib|gb|tb|mb|g|t|m|%)$", re.IGNORECASE
)
# 内存GB合计: the unit stands before the word for the sum
_UNIT_INSIDE = re.compile(r"^(.*[\u4e00-\u9fff])(gib|tib|mib|gb|tb|mb|g|t|m)(合计|总计|小计|总量|总数|总)$")
_SUMMED = re.compile(r"^(总|合计|总计|总量|总数|小计|共|全部)$")
_SLASH_UNIT = re.compile(r"^(.+)[/_](.+)$")
_NOISE = re.compile(r"[\s*★☆※#:：,，、;；。“”\"'‘’《》?？!！|]+")
_MUST_BE_FILLED = " *★☆※"  # what marks a column that must not stay empty
_SAME: tuple[tuple[str, str], ...] = (
    ("其它", "其他"), ("帐号", "账号"), ("帐户", "账户"), ("登陆", "登录"), ("登保", "等保"), ("起止", "起止"), ("連", "连"),
)  # fmt: skip
_NOTE_WORDS = re.compile(
    r"必填|选填|可选|格式|示例|例如|举例|^如|请|填写|下拉|多选|单选|注[：:]|说明|最长|不超过|没有则|是否均|可不填|无则|无的|参考|见附|以.*为准|yyyy"
)


# 万元，保留两位小数: the unit, then how to write the figure
_HOW_TO_WRITE = re.compile(r"[,;。]\s*(保留|取整|精确|四舍五入|不含|含税|填|按|整数|只填|仅填)[^,;]*$")


@dataclass(frozen=True, slots=True)
class HeadingKey:
    """A heading as compared: the text without notes, the same with its bracket, and the unit it carries."""

    plain: str
    full: str
    unit: str | None = None


@lru_cache(maxsize=20_000)
def heading_key(text: str) -> HeadingKey:
    """The form under which a heading is compared."""
    text = text.partition(_AGAIN)[0]
    plain = (
        simplified(unicodedata.normalize("NFKC", text)).replace("_x000d_", "").replace("_x000D_", "").lower().strip()
    )
    unit: str | None = None
    kept: list[str] = []
    for note in _BRACKETS.findall(plain):
        found = unit_of(note) or unit_of(_HOW_TO_WRITE.sub("", note)) or _unit_of_sum(note)
        if found is not None:
            unit = unit or found
        elif not _NOTE_WORDS.search(note) and len(note) <= 12:
            kept.append(note)
    bare = _OPEN_BRACKET.sub("", _BRACKETS.sub("", plain)).strip()
    bare = _NUMBERING.sub("", bare)
    with_bracket = bare + "".join(f"({note})" for note in kept)
    bare, slash = _split_unit(bare.strip(_MUST_BE_FILLED))  # 硬盘 / T *
    return HeadingKey(_clean(bare), _clean(with_bracket), unit or slash)


def _unit_of_sum(note: str) -> str | None:
    """`总，G`: a unit, and that the figure is the sum."""
    parts = [part.strip() for part in re.split(r"[,，、;；/]", note)]
    units = [part for part in parts if not _SUMMED.match(part)]
    return unit_of(units[0]) if len(units) == 1 < len(parts) else None


def _split_unit(text: str) -> tuple[str, str | None]:
    if m := _SLASH_UNIT.match(text):
        found = unit_of(m[2])
        if found is not None:
            return m[1], found
    if m := _UNIT_INSIDE.match(text):
        return m[1] + m[3], m[2]
    if m := _TRAILING_UNIT.search(text):
        return text[: m.start()], m[1].lower()
    if text.endswith("万元") and len(text) > 2:
        return text[:-2], "万元"
    return text, None


def unit_of(note: str) -> str | None:
    """The unit that a note or a heading is, and nothing else; `None` for any other text."""
    bare = "".join(note.split())  # 内 存 / G B
    if m := _LABEL_UNIT.search(bare):
        bare = m[1].strip()
    bare = re.sub(r"^(以|按)", "", bare)
    bare = re.sub(r"(为单位|计|/月|/年|/天)$", "", bare)
    return bare if bare in HEADING_UNITS else None


def _clean(text: str) -> str:
    cleaned = _NOISE.sub("", text)
    for other, ours in _SAME:
        cleaned = cleaned.replace(other, ours)
    return cleaned.replace("（", "(").replace("）", ")")


_AGAIN = "\x01"  # behind a heading that stands there once more: which one of them it is


def paths_as_asked(levels: Mapping[int, tuple[str, ...]]) -> dict[int, tuple[str, ...]]:
    """The headings by column, the very same one told apart by how often it has stood there: each has an answer of its own."""
    met: Counter[tuple[str, ...]] = Counter()
    found: dict[int, tuple[str, ...]] = {}
    for index, path in sorted(levels.items()):
        met[path] += 1
        found[index] = path if met[path] == 1 else (*path[:-1], f"{path[-1]}{_AGAIN}{met[path]}")
    return found


def heading_question_key(levels: tuple[str, ...]) -> str:
    """The wording under which a heading is asked and its answer kept; `levels` as `paths_as_asked` tells them."""
    _, again, count = levels[-1].partition(_AGAIN)
    return "heading:" + "/".join(map(_asked_as, levels)) + (f"#{count}" if again else "")


def _asked_as(level: str) -> str:
    """内存（核实后） beside 内存（原填报）: the brackets tell them apart, so each has an answer of its own."""
    key = heading_key(level)
    return key.full if key.full != key.plain and (is_original(key.full) or is_verified(key.full)) else key.plain


@lru_cache(maxsize=20_000)
def first_key(letter: str) -> str:
    """The first letter of the `value_key` of a text that begins with this one."""
    return value_key(letter)[:1]


@lru_cache(maxsize=100_000)
def value_key(text: str) -> str:
    """A cell's word as compared: width, script and spaces do not count."""
    return "".join(simplified(unicodedata.normalize("NFKC", text)).split()).lower()
