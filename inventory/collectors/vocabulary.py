"""The words of catalogs/columns as look-ups: what a heading means, alone or below its parents.

A heading is compared without width, script, spaces, line breaks and notes in brackets; a unit in it is taken off and
kept. What is in no catalogue gets suggestions with their score; they are never applied.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from inventory.collectors.heading_grammar import Grammar, grammar
from inventory.collectors.quantities import HEADING_UNITS
from inventory.fields import FIELDS
from inventory.names import simplified

if TYPE_CHECKING:
    from catalogs.models_columns import Columns

IGNORE = "ignore"  # the answer «nothing we keep» to the question what a heading means
SUGGESTION_SCORE = 60  # of 100, rapidfuzz ratio; below that a suggestion only distracts

_BRACKETS = re.compile(r"[(（\[【{]([^()（）\[\]【】{}]*)[)）\]】}]")
_OPEN_BRACKET = re.compile(r"[(（\[【][^()（）\[\]【】]*$")
_NUMBERING = re.compile(r"^(?:\d{1,3}[、.)）](?!\d)|[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.])")
_LABEL_UNIT = re.compile(r"(?:计量)?单位[：:]?\s*(.+)$")
_TRAILING_UNIT = re.compile(
    r"(?:(?<=[\u4e00-\u9fff])[\s/,_-]*|(?<=[a-z])[\s_]+)(gib|tib|mib|gb|tb|mb|g|t|m|%)$", re.IGNORECASE
)
_YEAR = re.compile(r"^(?:19|20)\d\d年度?")
_SLASH_UNIT = re.compile(r"^(.+)[/_](.+)$")
_NOISE = re.compile(r"[\s*★☆※#:：,，、;；。“”\"'‘’《》?？!！|]+")
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


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a heading means: `field`, or `field.part` for a reason column. `generic` means its parents decide whose."""

    field: str
    unit: str | None = None
    generic: bool = False


@lru_cache(maxsize=20_000)
def heading_key(text: str) -> HeadingKey:
    """The form under which a heading is compared."""
    plain = (
        simplified(unicodedata.normalize("NFKC", text)).replace("_x000d_", "").replace("_x000D_", "").lower().strip()
    )
    unit: str | None = None
    kept: list[str] = []
    for note in _BRACKETS.findall(plain):
        found = _unit_of(note) or _unit_of(_HOW_TO_WRITE.sub("", note))
        if found is not None:
            unit = unit or found
        elif not _NOTE_WORDS.search(note) and len(note) <= 12:
            kept.append(note)
    bare = _OPEN_BRACKET.sub("", _BRACKETS.sub("", plain)).strip()
    bare = _NUMBERING.sub("", bare)
    with_bracket = bare + "".join(f"({note})" for note in kept)
    bare, slash = _split_unit(bare)
    return HeadingKey(_clean(bare), _clean(with_bracket), unit or slash)


def _split_unit(text: str) -> tuple[str, str | None]:
    if m := _SLASH_UNIT.match(text):
        found = _unit_of(m[2])
        if found is not None:
            return m[1], found
    if m := _TRAILING_UNIT.search(text):
        return text[: m.start()], m[1].lower()
    if text.endswith("万元") and len(text) > 2:
        return text[:-2], "万元"
    return text, None


def _unit_of(note: str) -> str | None:
    bare = note.strip()
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


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All look-ups. `alone` and `below` map a heading's key to a field, `groups` a parent's key to its groups."""

    alone: Mapping[str, str]
    below: Mapping[tuple[str, str], str]
    groups: Mapping[str, str]
    generic: frozenset[str]
    stands_in: Mapping[str, str]
    preference: Mapping[str, int]
    nothing: Mapping[str, str]
    nothing_firsts: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    choices: Mapping[str, Mapping[str, str]]
    bare: Mapping[str, tuple[str, float, float]]
    grammar: Grammar = field(default_factory=Grammar)
    _memo: dict[tuple[str, ...], Meaning | None] = field(default_factory=dict, compare=False, repr=False)

    def meaning(self, levels: tuple[str, ...]) -> Meaning | None:
        """What a heading means; `levels` goes from the outermost parent to the heading itself."""
        if levels not in self._memo:
            self._memo[levels] = self._look_up(levels)
        return self._memo[levels]

    def _look_up(self, levels: tuple[str, ...]) -> Meaning | None:
        keys = [heading_key(level) for level in levels]
        child = keys[-1]
        says_how = len(levels) > 1 and child.plain in _HOW_IT_COUNTS
        if not child.plain or says_how or (len(levels) > 1 and self.is_unit(levels[-1])):
            above = self._look_up(levels[:-1]) if len(levels) > 1 else None
            unit_below = child.unit or (_unit_of(child.plain) if child.plain else None)
            return replace(above, unit=unit_below) if above and unit_below else above
        unit = next((key.unit for key in reversed(keys) if key.unit), None)
        for parent in reversed(keys[:-1]):
            group = self.groups.get(parent.plain) or self.groups.get(parent.full)
            for form in (child.full, child.plain):
                found = self.below.get((group, form)) if group else None
                found = found or self.alone.get(parent.plain + form) or self.alone.get(f"{parent.plain}({form})")
                if found:
                    return Meaning(found, unit)
        found = self.alone.get(child.full) or self.alone.get(child.plain)
        if found == "spec" and unit in _COUNTED:  # 服务器（台） counts them
            found = "vm_count"
        if found is not None:
            return Meaning(found, unit, child.plain in self.generic)
        for other in _alternatives(child):
            if "\0" in other:  # 操作系统及数据库: two columns in one
                meant = {self.alone[part] for part in other.split("\0") if part in self.alone}
                if len(meant) > 1 and not all(FIELDS[name].group == "people" for name in meant if name in FIELDS):
                    return None
            if other in self.alone:
                return Meaning(self.alone[other], unit, other in self.generic)
        return Meaning("sys_name", unit) if names_systems(child.plain) else self._understood(keys, unit)

    def _understood(self, keys: Sequence[HeadingKey], unit: str | None) -> Meaning | None:
        """What a heading says in words of its own, alone or read on from its parent: 服务器 / 内存总数."""
        child = keys[-1]
        name = self.grammar.field_of(child.plain, unit)
        option = child.plain in self.yes or child.plain in self.no  # 是 | 否 below a question are answers to be ticked
        for parent in reversed(keys[:-1]) if name is None and not option else ():
            name = name or self.grammar.field_of(parent.plain + child.plain, unit)
        if name is None:
            return None
        group = next((self.groups[key.plain] for key in reversed(keys[:-1]) if key.plain in self.groups), None)
        people = name in ("contact", "phone")
        return Meaning(f"{group}_{name}" if people and group in ("vendor", "ops") else name, unit, people and not group)

    def is_unit(self, text: str) -> bool:
        """Whether a heading is nothing but a unit, as in a row of units below the headings; vCPU is a heading, too."""
        key = heading_key(text)
        return (not key.plain and key.unit is not None) or (
            _unit_of(key.plain) is not None and key.plain not in self.alone
        )

    def group_of(self, text: str) -> str | None:
        """The group that a parent heading opens."""
        key = heading_key(text)
        return self.groups.get(key.plain) or self.groups.get(key.full)

    def suggestions(self, levels: tuple[str, ...]) -> list[tuple[str, int]]:
        """Fields whose headings look alike, best first, with their score of 100; at most three, never applied."""
        from rapidfuzz import fuzz, process

        scores: dict[str, int] = {}
        forms = {heading_key(levels[-1]).plain, "".join(heading_key(level).plain for level in levels)}
        forms |= {_YEAR.sub("", form) for form in forms}
        forms -= {""}
        for form in forms:
            for match, score, _ in process.extract(form, self.alone.keys(), scorer=fuzz.ratio, limit=12):
                name = self.alone[match].partition(".")[0]
                if score >= SUGGESTION_SCORE and name != "serial":
                    scores[name] = max(scores.get(name, 0), int(score))
        return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:3]


# 医保信息系统名称, 在用业务软件名称, 业务平台名, 平台或软件叫什么; not 操作系统名称, 对接系统名称, 云平台名称, 拟建系统名称
_NAMES_SYSTEMS = re.compile(
    r"^[^()]{0,8}(系统|平台|软件|网站|小程序|app)(或(系统|平台|软件|网站))?的?(名称|名|全称|全名|称谓|叫什么(名字?)?)$"
)
_NAMES_OTHERS = re.compile(
    r"操作|作业系统|数据库|中间件|子系统|分系统|对接|依赖|关联|替代|并入|整合|上级|上下游|交换|互联|调用|接口|相关|其[他它]|原|旧|曾用|新|云平台|虚拟化|"
    r"安全|杀毒|防病毒|备份|监控|运维(平台|系统)|拟建|待建|规划|计划|支撑|承载平台|短信|认证|是否|英文|简|上联|下联|来源|目标|推送|共享|数据源"
)


def names_systems(plain: str) -> bool:
    """Whether a heading says in its own words that the names of the department's systems stand below it."""
    return bool(_NAMES_SYSTEMS.match(plain)) and not _NAMES_OTHERS.search(plain)


def speaks_of_systems(plain: str) -> bool:
    """Whether a heading may be one of systems, if names of systems stand below it: 我司维护的系统, 教育信息系统."""
    return bool(re.search(r"系统|平台|软件|应用|信息化项目", plain)) and not _NAMES_OTHERS.search(plain)


def speaks_of_others(plain: str) -> bool:
    """Whether the names below a heading would be those of other things or of others' systems: 对接系统, 数据库, 拟建项目."""
    return bool(_NAMES_OTHERS.search(plain))


_HOW_IT_COUNTS = frozenset(
    {"年", "年月", "年月日", "次", "人次", "次/日", "次/月"}
)  # below a heading: of what a figure is, no heading


_COUNTED = frozenset({"台", "个", "套"})
_COUNT_OF_OTHERS = re.compile(r"(系统|应用|平台|项目|数据库|接口|用户|模块)(总)?(数量|个数|总数|数)$")


def _alternatives(key: HeadingKey) -> Iterable[str]:
    """Forms with harmless additions taken off: 主要…, …情况, 系统…; 系统名称/平台名称 as either part."""
    plain = key.plain
    if _COUNT_OF_OTHERS.search(plain):  # 系统数量 is no number of machines
        return
    for prefix in ("请填写", "填写", "当前", "现有", "目前", "现", "本", "信息系统", "系统", "该系统", "所属"):
        if plain.startswith(prefix) and len(plain) > len(prefix) + 1:
            yield plain[len(prefix) :]
    for suffix in ("情况", "信息", "说明", "列表", "清单", "及说明", "描述", "合计", "总计"):
        if plain.endswith(suffix) and len(plain) > len(suffix) + 1:
            yield plain[: -len(suffix)]
    parts = [part for part in re.split(r"[/或及和与]", plain) if len(part) >= 2]
    if len(parts) > 1:
        yield from ("\0".join(parts), parts[0])


def vocabulary(files: Iterable[Columns]) -> Vocabulary:
    """Lay the column files together."""
    files = tuple(files)
    alone: dict[str, str] = {}
    below: dict[tuple[str, str], str] = {}
    groups: dict[str, str] = {}
    stands_in: dict[str, str] = {}
    preference: dict[str, int] = {}
    nothing: dict[str, str] = {}
    yes: set[str] = set()
    no: set[str] = set()
    choices: dict[str, dict[str, str]] = {}
    bare: dict[str, tuple[str, float, float]] = {}
    for file in files:
        for group, names in file.groups.items():
            groups.update({heading_key(name).plain: group for name in names})
        for column in file.fields:
            for rank, heading in enumerate(column.headings):
                key = heading_key(heading)
                for form in {key.plain, key.full}:
                    if column.group:
                        below.setdefault((column.group, form), column.field)
                    else:
                        alone.setdefault(form, column.field)
                        preference.setdefault(form, rank)
            if column.stands_in_for:
                stands_in[column.field] = column.stands_in_for
        for reason, words in file.nothing.items():
            nothing.update({value_key(word): reason for word in words})
        yes.update(map(value_key, file.yes))
        no.update(map(value_key, file.no))
        for choice in file.choices:
            table = choices.setdefault(choice.field, {})
            table.update({value_key(word): value for value, words in choice.values.items() for word in (value, *words)})
        bare.update({b.field: (b.unit, float(b.least), float(b.most)) for b in file.bare_numbers})
    for name in FIELDS:  # our own names, as in `inventory export`, are understood everywhere
        alone.setdefault(name, name)
    # Headings that several parents own: without a parent their neighbours decide.
    people = {f for (group, _), f in below.items() if group in {"vendor", "ops"} and FIELDS[f].group == "people"}
    generic = frozenset(form for (group, form), f in below.items() if f in people or group == "owner") | {
        "联系人",
        "联系电话",
    }
    return Vocabulary(
        alone,
        below,
        groups,
        generic,
        stands_in,
        preference,
        nothing,
        frozenset(word[0] for word in nothing),
        frozenset(yes),
        frozenset(no),
        choices,
        bare,
        grammar(files),
    )


@lru_cache(maxsize=20_000)
def first_key(letter: str) -> str:
    """The first letter of the `value_key` of a text that begins with this one."""
    return value_key(letter)[:1]


@lru_cache(maxsize=100_000)
def value_key(text: str) -> str:
    """A cell's word as compared: width, script and spaces do not count."""
    return "".join(simplified(unicodedata.normalize("NFKC", text)).split()).lower()
