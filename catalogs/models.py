"""What catalogue files may contain: strict, frozen models. Here the parts that every kind of file shares.

Catalogue values arrive as text (catalogs/load.py keeps scalars as strings), so each type here reads text in exactly
one form: `2026-03-31`, `16`, `0.35`, `true`. Every field carries an `About` in both languages with its unit; the
reference page is generated from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from catalogs.words import Text

_WHOLE = re.compile(r"-?\d{1,15}")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,12})?")


@dataclass(frozen=True, slots=True)
class About:
    """What a field means, with its unit, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """A fault that a model finds in its own values; `path` leads to it from the top of the file."""

    path: tuple[str | int, ...]
    message: Text


def _whole(value: object) -> object:
    if isinstance(value, str):
        if not _WHOLE.fullmatch(value):
            raise PydanticCustomError("whole_number", "not a whole number")
        return int(value)
    return value


def _number(value: object) -> object:
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise PydanticCustomError("plain_number", "not a number")
        try:
            return Decimal(value)
        except InvalidOperation as error:  # pragma: no cover - the pattern admits numbers only
            raise PydanticCustomError("plain_number", "not a number") from error
    return value


def _day(value: object) -> object:
    if isinstance(value, str):
        try:
            if len(value) != len("2026-03-31"):
                raise ValueError(value)
            return date.fromisoformat(value)
        except ValueError as error:
            raise PydanticCustomError("calendar_day", "not a day") from error
    return value


def _flag(value: object) -> object:
    if isinstance(value, str):
        if value not in {"true", "false"}:
            raise PydanticCustomError("true_or_false", "neither true nor false")
        return value == "true"
    return value


def _within(low: Decimal | int, high: Decimal | int | None, *, above: bool = False) -> AfterValidator:
    def check(value: Any) -> Any:
        too_low = value <= low if above else value < low
        if too_low or (high is not None and value > high):
            kind = "above" if above else "between" if high is not None else "at_least"
            context = {"low": str(low), "high": str(high)}
            raise PydanticCustomError(f"out_of_range_{kind}", "out of range", context)
        return value

    return AfterValidator(check)


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=80)]
SourceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$", max_length=80)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Day = Annotated[date, BeforeValidator(_day)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Whole = Annotated[int, BeforeValidator(_whole), _within(0, None)]
Positive = Annotated[int, BeforeValidator(_whole), _within(1, None)]
Signed = Annotated[int, BeforeValidator(_whole)]
Ratio = Annotated[Decimal, BeforeValidator(_number), _within(0, 1)]
Factor = Annotated[Decimal, BeforeValidator(_number), _within(0, None, above=True)]
Amount = Annotated[Decimal, BeforeValidator(_number), _within(0, None)]
Weekday = Annotated[int, BeforeValidator(_whole), _within(1, 7)]
MlpsLevel = Annotated[int, BeforeValidator(_whole), _within(1, 5)]
Confidence = Literal["V", "P", "U"]
CpuArch = Literal["x86_64", "aarch64", "loongarch64", "sw_64"]


class Model(BaseModel):
    """The base of all catalogue models: unknown keys are mistakes, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Model):
    """Where values come from: a law, a contract, a notice, or practice."""

    document: Annotated[Name, About("文件、合同或惯例的名称", "law, contract, notice or practice")]
    place: Annotated[Name | None, About("条款位置", "article or place in it")] = None
    dated_on: Annotated[Day | None, About("文件日期", "date of the document")] = None
    confidence: Annotated[
        Confidence,
        About(
            "V 已与原文核对；P 文件属实、内容未核；U 通行做法，只作可改的默认值，不得印作“规定”",
            "V checked against the text; P document exists, content unchecked; U practice: a default to be changed",
        ),
    ]
    note: Annotated[Name | None, About("说明", "remark")] = None


class Sourced(Model):
    """A block of values with the source they come from; single fields may name another one."""

    source: Annotated[SourceId, About("来源：本文件 sources 或条款的编号", "id of a source or clause of this file")]
    field_sources: Annotated[
        dict[str, SourceId], About("个别字段的来源（字段名: 来源编号）", "sources of single fields, by field name")
    ] = Field(default_factory=dict)

    def source_of(self, field: str) -> str:
        """The id of the source of one field."""
        return self.field_sources.get(field, self.source)


class CatalogFile(Model):
    """One catalogue file; its id is unique among the files of its kind, and a workspace's file replaces ours."""

    id: Annotated[Id, About("编号，同类文件中唯一", "id, unique among files of its kind")]
    name: Annotated[Name, About("名称", "name")]
    sources: Annotated[dict[SourceId, Source], About("来源表", "the sources that values below refer to")] = Field(
        default_factory=dict
    )

    def source_ids(self) -> set[str]:
        """Everything a `source:` in this file may name."""
        return set(self.sources)

    def mistakes(self) -> Iterator[Mistake]:
        """Faults between values; a kind of file adds its own and yields these too."""
        known = self.source_ids()
        for path, block in sourced_blocks(self):
            if block.source not in known:
                yield Mistake((*path, "source"), _no_source(block.source, known))
            for field, source in block.field_sources.items():
                if field not in type(block).model_fields:
                    text = Text(f"没有名为“{field}”的字段", f"there is no field {field!r}")
                    yield Mistake((*path, "field_sources", field), text)
                elif source not in known:
                    yield Mistake((*path, "field_sources", field), _no_source(source, known))


def _no_source(source: str, known: set[str]) -> Text:
    listed = ", ".join(sorted(known)) or "-"
    return Text(f"来源“{source}”不存在，已有：{listed}", f"there is no source {source!r}; known: {listed}")


def sourced_blocks(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Sourced]]:
    """Every block below a value that names its source, with the path to it."""
    if isinstance(value, Sourced):
        yield path, value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from sourced_blocks(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from sourced_blocks(item, (*path, key))
    elif isinstance(value, (list, tuple)):
        for place, item in enumerate(value):
            yield from sourced_blocks(item, (*path, place))


def repeated_ids(items: tuple[Any, ...], path: tuple[str | int, ...]) -> Iterator[Mistake]:
    """A mistake for each id that stands twice in a list of things with ids."""
    seen: set[str] = set()
    for place, item in enumerate(items):
        if item.id in seen:
            yield Mistake((*path, place, "id"), Text(f"编号“{item.id}”重复", f"the id {item.id!r} stands twice"))
        seen.add(item.id)
