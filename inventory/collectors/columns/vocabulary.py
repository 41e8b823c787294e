"""The words of catalogs/columns as look-ups: what a heading means, alone or below its parents.

A heading is compared without width, script, spaces, line breaks and notes in brackets; a unit in it is taken off and
kept. What is in no catalogue gets suggestions with their score; they are never applied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from inventory.collectors.columns.heading_grammar import Grammar, grammar
from inventory.collectors.columns.heading_keys import HeadingKey, heading_key, heading_question_key, unit_of, value_key
from inventory.collectors.columns.heading_likeness import Likeness
from inventory.collectors.columns.share_headings import Meaning, as_share
from inventory.collectors.columns.system_headings import names_systems
from inventory.fields import FIELDS

if TYPE_CHECKING:
    from catalogs.models_columns import Columns

__all__ = ["IGNORE", "SUGGESTION_SCORE", "Meaning", "Vocabulary", "vocabulary"]

_YEAR = re.compile(r"^(?:19|20)\d\d年度?")
IGNORE = "ignore"  # the answer «nothing we keep» to the question what a heading means
_HARDLY = 34  # the score from which likeness to a single heading counts among others: one letter of three is the same
SUGGESTION_SCORE = 60  # of 100, rapidfuzz ratio; below that a suggestion only distracts


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
    likeness: Likeness = field(default_factory=lambda: Likeness({}, {}, Grammar()), compare=False, repr=False)
    answers: Mapping[str, str] = field(default_factory=dict)  # heading as asked → a field, or `ignore`
    _memo: dict[tuple[str, ...], Meaning | None] = field(default_factory=dict, compare=False, repr=False)

    def meaning(self, levels: tuple[str, ...]) -> Meaning | None:
        """What a heading means; `levels` goes from the outermost parent to the heading itself."""
        if levels not in self._memo:
            found, answer = as_share(self._look_up(levels), levels), self.answer(levels)
            if answer in FIELDS:
                found = Meaning(str(answer), found.unit if found else heading_key(levels[-1]).unit)
            self._memo[levels] = found
        return self._memo[levels]

    def answer(self, levels: tuple[str, ...]) -> str | None:
        """What a person answered that a heading means: a field, or `ignore`; `None` where nobody was asked."""
        return self.answers.get(heading_question_key(levels)) if self.answers else None

    def answered(self, answers: Mapping[str, str]) -> Vocabulary:
        """The same words where these answers hold: heading as asked (`heading_question_key`) → a field, or `ignore`."""
        return replace(self, answers=answers, _memo={}) if answers else self

    def _look_up(self, levels: tuple[str, ...]) -> Meaning | None:
        keys = [heading_key(level) for level in levels]
        child = keys[-1]
        says_how = len(levels) > 1 and child.plain in _HOW_IT_COUNTS
        if not child.plain or says_how or (len(levels) > 1 and self.is_unit(levels[-1])):
            above = self._look_up(levels[:-1]) if len(levels) > 1 else None
            unit_below = child.unit or (unit_of(child.plain) if child.plain else None)
            return replace(above, unit=unit_below) if above and unit_below else above
        unit = next((key.unit for key in reversed(keys) if key.unit), None)
        for parent in reversed(keys[:-1]):
            group = self._group(parent)
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
            meant = self._meant_by(other, child.plain)
            if meant == _SEVERAL:
                return None
            if meant is not None:
                return Meaning(meant, unit, other in self.generic)
        own = Meaning("sys_name", unit) if names_systems(child.plain) else self._understood(keys, unit)
        return own or self._otherwise_said(levels)

    def _meant_by(self, other: str, plain: str) -> str | None:
        """What a heading with something taken off means; `_SEVERAL` where it speaks of several things."""
        if "\0" in other:  # 操作系统及数据库: two columns in one
            both = {self.alone[part] for part in other.split("\0") if part in self.alone}
            is_one = len(both) < 2 or all(FIELDS[name].group == "people" for name in both if name in FIELDS)
            return None if is_one else _SEVERAL
        first = self.alone.get(other)
        return _SEVERAL if first is not None and self._says_more(plain, first) else first

    def _says_more(self, plain: str, first: str) -> bool:
        """`运维单位及到期时间`: whether a heading goes on to something else than its first part names."""
        rest = _FIRST_PART.sub("", plain)
        if rest == plain or first not in FIELDS or first in _PEOPLE:
            return False
        meant = self.alone.get(rest) or self.grammar.field_of(rest, None)
        return meant not in {None, first, "remark"} or bool(_OF_ITS_OWN.search(rest))

    def _understood(self, keys: Sequence[HeadingKey], unit: str | None) -> Meaning | None:
        """What a heading says in words of its own, alone or read on from its parent: 服务器 / 内存总数."""
        child = keys[-1]
        name = self.grammar.field_of(child.plain, unit)
        option = child.plain in self.yes or child.plain in self.no  # 是 | 否 below a question are answers to be ticked
        for parent in reversed(keys[:-1]) if name is None and not option else ():
            name = name or self.grammar.field_of(parent.plain + child.plain, unit)
        if name is None:
            return None
        group = next((own for key in reversed(keys[:-1]) if (own := self._group(key))), None)
        people = name in ("contact", "phone")
        return Meaning(f"{group}_{name}" if people and group in ("vendor", "ops") else name, unit, people and not group)

    def _otherwise_said(self, levels: tuple[str, ...]) -> Meaning | None:
        """`开播（上线）时间`: the bracket inside a heading says the word before it once more."""
        inside = _SAID_AGAIN.match(levels[-1].strip())
        return self._look_up((*levels[:-1], inside[1] + inside[2])) if inside else None

    def is_unit(self, text: str) -> bool:
        """Whether a heading is nothing but a unit, as in a row of units below the headings; vCPU is a heading, too."""
        key = heading_key(text)
        return (not key.plain and key.unit is not None) or (
            unit_of(key.plain) is not None and key.plain not in self.alone
        )

    def group_of(self, text: str) -> str | None:
        """The group that a parent heading opens."""
        return self._group(heading_key(text))

    def _group(self, key: HeadingKey) -> str | None:
        """承建方信息 is the group of 承建方."""
        return (
            self.groups.get(key.plain) or self.groups.get(key.full) or self.groups.get(_ONLY_GATHERS.sub("", key.plain))
        )

    def suggestions(self, levels: tuple[str, ...], least: int = SUGGESTION_SCORE) -> list[tuple[str, int]]:
        """Fields whose headings look alike, best first, with their score of 100; at most three, never applied."""
        from rapidfuzz import fuzz, process

        scores: dict[str, int] = {}
        forms = {heading_key(levels[-1]).plain, "".join(heading_key(level).plain for level in levels)}
        forms |= {_YEAR.sub("", form) for form in forms}
        forms -= {""}
        for form in forms:
            for match, score, _ in process.extract(form, self.alone.keys(), scorer=fuzz.ratio, limit=12):
                name = self.alone[match].partition(".")[0]
                if score >= least and name != "serial":
                    scores[name] = max(scores.get(name, 0), int(score))
        return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:3]

    def likely(self, levels: tuple[str, ...]) -> dict[str, float]:
        """Field → how much a heading that is not understood speaks of it, about 0–150: by likeness to one listed heading and to all of them."""
        own = heading_key(levels[-1]).plain
        forms = [own, "".join(heading_key(level).plain for level in levels)] if len(levels) > 1 else [own]
        found: dict[str, float] = {}
        for form in filter(None, forms):
            for name, share in self.likeness.of(form).items():
                found[name] = max(found.get(name, 0.0), 100 * share)
        for name, score in self.suggestions(levels, least=_HARDLY):
            found[name] = found.get(name, 0.0) + score / 2
        return found


_SAID_AGAIN = re.compile(
    r"^(?!计划|预|拟|测试|试|原|旧|新|上次|下次|变更|调整|申请|合同)[\u4e00-\u9fff]{2,6}[(（]([\u4e00-\u9fff]{2,6})[)）]([\u4e00-\u9fff]{2,4})$"
)
_ONLY_GATHERS = re.compile(r"(?<=..)(基本)?(信息|情况|概况|资料)$")
_SEVERAL = "\0"  # no field: a heading that speaks of several
# 运维单位及到期时间: what stands behind the sign, and words there that always say a thing of their own.
_FIRST_PART = re.compile(r"^[^/或及和与、]{2,}[/或及和与、](?=.{2,})")
_OF_ITS_OWN = re.compile(
    r"时间|日期|期限|到期|截止|年限|电话|手机|联系|费用|金额|经费|价格|数量|台数|个数|地址|编号|文号"
)
_PEOPLE = frozenset({"contact", "vendor_contact", "ops_contact"})  # a person's telephone is taken out of the cell
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
    yield from without_additions(plain)
    parts = [part for part in re.split(r"[/或及和与]", plain) if len(part) >= 2]
    if len(parts) > 1:
        yield from ("\0".join(parts), parts[0])


def without_additions(plain: str) -> Iterable[str]:
    """A heading without words that add nothing: 主要…, 系统…, …情况, …合计."""
    for prefix in ("请填写", "填写", "当前", "现有", "目前", "现", "本", "信息系统", "系统", "该系统", "所属"):
        if plain.startswith(prefix) and len(plain) > len(prefix) + 1:
            yield plain[len(prefix) :]
    for suffix in ("情况", "信息", "说明", "列表", "清单", "及说明", "描述", "合计", "总计"):
        if plain.endswith(suffix) and len(plain) > len(suffix) + 1:
            yield plain[: -len(suffix)]


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
                for form in (key.full,):  # 访问量（月） says nothing of a bare 访问量
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
    grown = grammar(files)
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
        grown,
        Likeness(alone, below, grown),
    )
