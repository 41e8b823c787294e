"""Dates in every form that ledgers use, with the precision they were written in. Never a guess.

The result is ISO text: `2010`, `2010-10`, `2010-10-05`. `2019.1` may be January or a spreadsheet's rendering of
`2019.10`: that is a question. A standard parser would turn "20190305" into a day of 1970.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

EARLIEST_YEAR = 1970  # no government system is older
LATEST_YEAR = 2060
_EPOCH = date(1899, 12, 30)  # day 0 of Excel serials after its false leap day of 1900
_SERIALS = (25569, 58804)  # 1970-01-01 … 2060-12-31

_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_CHINESE_YEAR = re.compile(r"([〇零○一二三四五六七八九]{4})年")
_CHINESE_SMALL = re.compile(r"([一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[月日号])")
_YMD = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?号?")
_YM = re.compile(r"(\d{4})[-/年](\d{1,2})月?份?")
_YM_DOT = re.compile(r"(\d{4})\.(\d{1,2})月?份?")
_Y = re.compile(r"(\d{4})年?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_REPUBLIC = re.compile(r"民国(\d{1,3})年(?:(\d{1,2})月)?(?:(\d{1,2})日)?")
_OTHER_END = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_SHORT_YEAR = re.compile(r"\d{2}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?月?")
_SHORT_WITH_YEAR = re.compile(r"(\d{2})年(\d{1,2})月(?:(\d{1,2})日)?")
_LATEST_SHORT = 35  # 21年 is 2021; 98年 is asked
_TIME = re.compile(r"[T ]+\d{1,2}[:时]\d{1,2}([:分]\d{1,2}(\.\d+)?秒?)?([+]\d{2}:?\d{2}|z)?$", re.IGNORECASE)
# 质保至2023.6, 2026年3月31日（续签中）: one date, with words that only say what it is of
_SAID = re.compile(
    r"(?:合同|质保|维保|服务|有效|运维|续保|服务期|合同期)?(?:到期|截止|截至|有效期|期限|期)?(?:至|到|为)?[:：]?(\d[\d年月日./-]*?[\d年月日])(?:\((?!.*\d)[^()]*\)|到期|止|截止)?"
)
_VAGUE = re.compile(
    r"(年?)(年底|年初|年末|年中|上半年|下半年|第?[一二三四1-4]季度|q[1-4]|Q[1-4]|[上中下]旬|底|初|左右|前后|前|之前|以前|起|至今)$"
)


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date as read, or why not: `choices` has the possible readings of an ambiguous one."""

    iso: str | None
    approximate: bool = False
    choices: tuple[str, ...] = ()
    noted: bool = False  # the cell says more than its date


_UNREADABLE = ReadDate(None)


def read_date(raw: object, *, month_only: bool = False) -> ReadDate:
    """Read one cell.

    Args:
        raw: text, number, date or datetime as the file has it.
        month_only: the column shows year and month only, so that the first of a month stands for the month.
    """
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return _of_day(raw, month_only=month_only)
    if isinstance(raw, bool):
        return _UNREADABLE
    if isinstance(raw, int | float):
        return _of_number(float(raw), month_only=month_only)
    return _of_text(str(raw))


def _of_day(day: date, *, month_only: bool) -> ReadDate:
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        return _UNREADABLE
    return ReadDate(day.isoformat()[:7] if month_only and day.day == 1 else day.isoformat())


def _of_number(number: float, *, month_only: bool) -> ReadDate:
    if number.is_integer():
        whole = int(number)
        if _SERIALS[0] <= whole <= _SERIALS[1]:
            return _of_day(_EPOCH + timedelta(days=whole), month_only=month_only)
        return _of_text(str(whole))
    if _SERIALS[0] <= number <= _SERIALS[1]:  # a serial with a time of day
        return _of_day(_EPOCH + timedelta(days=int(number)), month_only=month_only)
    return _of_text(repr(number))


def _of_text(text: str) -> ReadDate:
    plain = _TIME.sub("", text.strip()).replace(" ", "")
    plain = _CHINESE_YEAR.sub(lambda m: m[1].translate(_DIGITS) + "年", plain)
    plain = _CHINESE_SMALL.sub(lambda m: str(_small(m[1])), plain)
    exact = _exact(plain)
    if exact is not None:
        return exact
    if (said := _SAID.fullmatch(plain)) and (found := _exact(said[1])) is not None and found.iso:
        return ReadDate(found.iso, noted=True)
    vague = _VAGUE.search(plain)
    if vague:
        rest = plain[: vague.start()] + ("年" if vague[2].startswith("年") and not vague[1] else vague[1])
        found = _exact(rest.removesuffix("的"))
        if found is not None and found.iso:
            return ReadDate(found.iso, approximate=True)
    if plain.startswith(("约", "大约")):
        found = _exact(plain.lstrip("大约"))
        if found is not None and found.iso:
            return ReadDate(found.iso, approximate=True)
    return _UNREADABLE


def _small(text: str) -> int:
    tens, _, ones = text.rpartition("十")
    value = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "": 0}
    return (value[tens] or 1) * 10 + value[ones] if "十" in text else value[text]


def _exact(plain: str) -> ReadDate | None:  # noqa: PLR0911 - one return for each form
    """The reading of a complete date, `None` where the text has another form."""
    if m := _YMD.fullmatch(plain):
        return _checked(m[1], m[2], m[3])
    if m := _YM.fullmatch(plain):
        return _checked(m[1], m[2])
    if m := _YM_DOT.fullmatch(plain):
        if m[2] == "1":
            return ReadDate(None, choices=(f"{m[1]}-01", f"{m[1]}-10"))
        return _checked(m[1], m[2])
    if m := _Y.fullmatch(plain):
        return _checked(m[1])
    if m := _SHORT_WITH_YEAR.fullmatch(plain):  # 21年3月
        return replace(_checked(f"20{m[1]}", m[2], m[3]), noted=True) if int(m[1]) <= _LATEST_SHORT else _UNREADABLE
    if m := _COMPACT.fullmatch(plain):
        return _checked(m[1], m[2], m[3])
    if m := _REPUBLIC.fullmatch(plain):
        return _checked(str(int(m[1]) + 1911), m[2], m[3])
    if m := _OTHER_END.fullmatch(plain):
        return _day_or_month_first(m[1], m[2], m[3])
    if plain.isdigit() and len(plain) == 5 and _SERIALS[0] <= int(plain) <= _SERIALS[1]:
        return _of_day(_EPOCH + timedelta(days=int(plain)), month_only=False)
    return _UNREADABLE if _SHORT_YEAR.fullmatch(plain) else None


def _checked(year: str, month: str | None = None, day: str | None = None) -> ReadDate:
    if not EARLIEST_YEAR <= int(year) <= LATEST_YEAR:
        return _UNREADABLE
    try:
        whole = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return _UNREADABLE
    return ReadDate(whole.isoformat()[: 10 if day else 7 if month else 4])


def _day_or_month_first(first: str, second: str, year: str) -> ReadDate:
    readings = {_checked(year, first, second).iso, _checked(year, second, first).iso} - {None}
    choices = tuple(sorted(str(reading) for reading in readings))
    return ReadDate(choices[0]) if len(choices) == 1 else ReadDate(None, choices=choices)
