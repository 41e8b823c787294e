"""The words that ledgers use: headings of fields, parent headings, words for nothing, choices (columns/*.yaml)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from catalogs.models import About, Amount, CatalogFile, Mistake, Model, Name
from catalogs.words import Text


class ColumnField(Model):
    """A canonical field and the headings that mean it."""

    field: Annotated[Name, About("规范字段名", "canonical name of the field")]
    headings: Annotated[tuple[Name, ...], About("表头写法，第一个为首选", "headings; the first is preferred")]
    group: Annotated[
        Name | None, About("只在这一组上级表头之下有效", "holds only below the parent headings of this group")
    ] = None
    stands_in_for: Annotated[
        Name | None,
        About("没有该字段的专门栏时，也作为该字段读", "also read as that field where that has no column of its own"),
    ] = None


class HeadingForm(Model):
    """A way to say a field in words of the heading's own: a word of each group, and nothing that is not known."""

    field: Annotated[Name, About("规范字段名", "canonical name of the field")]
    parts: Annotated[
        tuple[Name | tuple[Name, ...], ...],
        About("每一组各取一个词；“@组名”引用 words", "one word of each group; `@name` stands for a group of `words`"),
    ]
    also: Annotated[
        tuple[Name, ...], About("可以夹在中间、不改变意思的词", "words among them that change nothing")
    ] = ()
    units: Annotated[tuple[Name, ...], About("表头必须带的单位", "units of which the heading must carry one")] = ()

    def named(self) -> Iterator[str]:
        """The groups of words that it refers to."""
        for word in (w for part in (*self.parts, self.also) for w in ((part,) if isinstance(part, str) else part)):
            if word.startswith("@"):
                yield word[1:]


class BareNumber(Model):
    """When a number without any unit is clear: within these bounds it is taken in `unit`, else it is asked."""

    field: Annotated[Name, About("规范字段名", "canonical name of the field")]
    unit: Annotated[Name, About("单位", "unit")]
    least: Annotated[Amount, About("不小于（该单位）", "at least, in that unit")]
    most: Annotated[Amount, About("不大于（该单位）", "at most, in that unit")]
    reason: Annotated[Name, About("为什么这样是清楚的", "why that is clear")]


class Choice(Model):
    """The words of a field with a small set of values."""

    field: Annotated[Name, About("规范字段名", "canonical name of the field")]
    values: Annotated[dict[str, tuple[Name, ...]], About("规范值： 各种写法", "value: the ways it is written")]


class Columns(CatalogFile):
    """Headings and words of ledgers (columns/*.yaml). Files are laid together; later ones may add to earlier ones."""

    groups: Annotated[dict[str, tuple[Name, ...]], About("上级表头的写法", "headings above others, by group")] = {}  # noqa: RUF012 - pydantic copies it
    fields: Annotated[tuple[ColumnField, ...], About("字段", "fields")] = ()
    nothing: Annotated[
        dict[str, tuple[Name, ...]], About("表示“没有”的写法，按含义分", "words for nothing, by what they mean")
    ] = {}  # noqa: RUF012
    yes: Annotated[tuple[Name, ...], About("表示“是”的写法", "words for yes")] = ()
    no: Annotated[tuple[Name, ...], About("表示“否”的写法", "words for no")] = ()
    choices: Annotated[tuple[Choice, ...], About("有固定取值的字段", "fields with few values")] = ()
    words: Annotated[
        dict[str, tuple[Name, ...]], About("构词用的词，按组", "groups of words that headings are made of")
    ] = {}  # noqa: RUF012
    fillers: Annotated[tuple[Name, ...], About("表头里不改变意思的词", "words that change nothing in a heading")] = ()
    forms: Annotated[tuple[HeadingForm, ...], About("表头的构词", "how headings are made of words")] = ()
    bare_numbers: Annotated[tuple[BareNumber, ...], About("不写单位也清楚的数", "numbers clear without a unit")] = ()

    def mistakes(self) -> Iterator[Mistake]:
        """A heading that would mean two fields."""
        yield from super().mistakes()
        seen: dict[tuple[str, str], str] = {}
        for place, column in enumerate(self.fields):
            for index, heading in enumerate(column.headings):
                other = seen.setdefault((column.group or "", heading), column.field)
                if other != column.field:
                    text = Text(f"表头“{heading}”已属于字段 {other}", f"heading {heading!r} already means {other}")
                    yield Mistake(("fields", place, "headings", index), text)
        for place, form in enumerate(self.forms):
            for name in form.named():
                if name not in self.words:
                    text = Text(f"words 里没有“{name}”这一组", f"words has no group {name!r}")
                    yield Mistake(("forms", place), text)
