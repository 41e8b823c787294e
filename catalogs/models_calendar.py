"""Calendars and the lineage of departments: what happens when, and who is called what since when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from catalogs.models import (
    About,
    CatalogFile,
    Day,
    Flag,
    Id,
    Mistake,
    Model,
    Name,
    Positive,
    Sourced,
    Whole,
    repeated_ids,
)
from catalogs.words import Text

_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")


def _month_day(value: object) -> object:
    if isinstance(value, str):
        found = _MONTH_DAY.fullmatch(value)
        try:
            if not found:
                raise ValueError(value)
            date(2024, int(found[1]), int(found[2]))
        except ValueError as error:
            raise PydanticCustomError("month_day", "not a day of the year") from error
    return value


MonthDay = Annotated[str, BeforeValidator(_month_day)]


class Span(Model):
    """Days from the first to the last, both included."""

    from_on: Annotated[Day, About("第一天", "first day")]
    until_on: Annotated[Day, About("最后一天（含）", "last day, included")]


class YearlySpan(Model):
    """The same days every year; a span may pass the turn of the year."""

    from_day: Annotated[MonthDay, About("第一天，月-日", "first day, month-day")]
    until_day: Annotated[MonthDay, About("最后一天（含），月-日", "last day, included, month-day")]


class MonthlySpan(Model):
    """The same days every month."""

    from_day: Annotated[Positive, About("第一天（日）", "first day of the month")]
    until_day: Annotated[Positive, About("最后一天（含）", "last day, included")]


class OfficialHoliday(Model):
    """A public holiday of China after the `holidays` library, with days added around it."""

    country: Annotated[Literal["CN"], About("国家", "country")] = "CN"
    names: Annotated[
        tuple[Name, ...], About("节日英文名中出现的字样；空为全部", "words in the holiday's English name; empty: all")
    ] = ()
    days_before: Annotated[Whole, About("提前天数", "days added before")] = 0
    days_after: Annotated[Whole, About("延后天数", "days added after")] = 0


class Scope(Model):
    """Whom a window concerns; any of the conditions suffices."""

    everyone: Annotated[Flag, About("全部单位和系统", "all departments and systems")] = False
    departments: Annotated[tuple[Id, ...], About("单位编号", "ids of departments")] = ()
    tags: Annotated[tuple[Name, ...], About("单位标签（如 水利、教育）", "tags of departments")] = ()
    systems: Annotated[tuple[Name, ...], About("系统编号", "ids of systems")] = ()
    zones: Annotated[tuple[Id, ...], About("网络区域编号", "ids of zones")] = ()
    classes: Annotated[tuple[Name, ...], About("系统类别", "classes of systems")] = ()


class Window(Sourced):
    """A period in which something is forbidden, avoided or worth knowing."""

    id: Annotated[Id, About("编号", "id")]
    name: Annotated[Name, About("名称", "name")]
    name_en: Annotated[Name | None, About("英文名称", "name in English")] = None
    kind: Annotated[
        Literal["block", "avoid", "warn"],
        About("block 禁止实施；avoid 尽量避开；warn 仅提示", "block: no work; avoid: if possible; warn: a remark only"),
    ]
    scope: Annotated[Scope, About("适用范围", "whom it concerns")]
    dates: Annotated[tuple[Span, ...], About("逐年列出的日期", "dates listed year by year")] = ()
    yearly: Annotated[tuple[YearlySpan, ...], About("每年固定的日期", "the same days each year")] = ()
    monthly: Annotated[tuple[MonthlySpan, ...], About("每月固定的日期", "the same days each month")] = ()
    holidays: Annotated[tuple[OfficialHoliday, ...], About("法定节假日", "public holidays")] = ()


class Calendar(CatalogFile):
    """Windows of one region or year (calendars/*.yaml)."""

    windows: Annotated[tuple[Window, ...], About("窗口", "windows")]

    def mistakes(self) -> Iterator[Mistake]:
        """Repeated ids, spans that end before they begin, windows without dates or scope."""
        yield from super().mistakes()
        yield from repeated_ids(self.windows, ("windows",))
        for place, window in enumerate(self.windows):
            for index, span in enumerate(window.dates):
                if span.until_on < span.from_on:
                    text = Text("最后一天早于第一天", "the last day is before the first")
                    yield Mistake(("windows", place, "dates", index, "until_on"), text)
            if not (window.dates or window.yearly or window.monthly or window.holidays):
                text = Text(
                    "窗口没有日期（dates、yearly、monthly 或 holidays）",
                    "the window has no dates (dates, yearly, monthly or holidays)",
                )
                yield Mistake(("windows", place), text)
            if not any(
                (
                    window.scope.everyone,
                    window.scope.departments,
                    window.scope.tags,
                    window.scope.systems,
                    window.scope.zones,
                    window.scope.classes,
                )
            ):
                yield Mistake(("windows", place, "scope"), Text("没有写明适用范围", "nobody is in the scope"))


class Department(Model):
    """A department as it is called now; its id survives renaming."""

    id: Annotated[Id, About("编号，改名后不变", "id; survives renaming")]
    name: Annotated[Name, About("现名称", "its name today")]
    aliases: Annotated[tuple[Name, ...], About("简称和其他叫法", "short forms and other names")] = ()
    tags: Annotated[tuple[Name, ...], About("标签，供日历等引用", "tags that calendars refer to")] = ()
    since_on: Annotated[Day | None, About("设立日期", "founded on")] = None
    until_on: Annotated[Day | None, About("撤销日期", "dissolved on")] = None


class DepartmentChange(Sourced):
    """A renaming, split, merger or abolition on a date: from that day on the systems of the names before belong to `to`.

    Several in `to`: which of them is asked for each system. None, which only an abolition may have: that is an open question.
    """

    on: Annotated[Day, About("生效日期", "day it takes effect")]
    kind: Annotated[
        Literal["rename", "split", "merge", "dissolve"],
        About("改名、拆分、合并或撤销", "rename, split, merge or dissolve"),
    ]
    from_names: Annotated[tuple[Name, ...], About("原名称", "names before")]
    to: Annotated[
        tuple[Id, ...],
        About(
            "承接的单位编号；撤销而未定的可空",
            "ids of the successors; may be empty where one is dissolved and none is named",
        ),
    ] = ()


class Departments(CatalogFile):
    """The departments of a city and their lineage (departments/*.yaml)."""

    departments: Annotated[tuple[Department, ...], About("单位", "departments")] = ()
    changes: Annotated[tuple[DepartmentChange, ...], About("沿革", "renames, splits, mergers")] = ()

    def mistakes(self) -> Iterator[Mistake]:
        """Repeated ids and names, changes that lead nowhere."""
        yield from super().mistakes()
        yield from repeated_ids(self.departments, ("departments",))
        owner: dict[str, str] = {}
        for place, department in enumerate(self.departments):
            for index, name in enumerate((department.name, *department.aliases)):
                if name in owner:
                    text = Text(f"“{name}”已是“{owner[name]}”的名称", f"{name!r} is already a name of {owner[name]!r}")
                    where = (
                        ("departments", place, "name") if index == 0 else ("departments", place, "aliases", index - 1)
                    )
                    yield Mistake(where, text)
                owner.setdefault(name, department.id)
        known = {department.id for department in self.departments}
        for place, department in enumerate(self.departments):
            if department.since_on and department.until_on and department.until_on < department.since_on:
                text = Text("撤销早于设立", "dissolved before it was founded")
                yield Mistake(("departments", place, "until_on"), text)
        for place, change in enumerate(self.changes):
            if not change.to and change.kind != "dissolve":
                text = Text(
                    "没有写明承接的单位；只有撤销（dissolve）可以空着",
                    "no successor: only an abolition (dissolve) may have none",
                )
                yield Mistake(("changes", place, "to"), text)
            for index, target in enumerate(change.to):
                if target not in known:
                    text = Text(f"单位“{target}”不在本文件中", f"department {target!r} is not in this file")
                    yield Mistake(("changes", place, "to", index), text)
