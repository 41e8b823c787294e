"""Numbers as people read them. Rounding never shows 0 % or 100 %, nor the target itself, unless that is exactly true."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from catalogs.words import Language, Text
from report.figures import Cell, Figure, Number, Share, rate

NOT_KNOWN = "n/a"
_MOST_DIGITS = 6


def percent(
    numerator: Number | None, denominator: Number | None, *, digits: int = 1, target: float | None = None
) -> str:
    """A rate as percent: `n/a` where it is not known, `<0.1%` and `>99.9%` where rounding would lie.

    With a `target` (a ratio), digits are added until a rate that differs from the target also looks different.
    """
    value = rate(numerator, denominator)
    if value is None:
        return NOT_KNOWN
    if value in (0, 1):
        return f"{value:.0%}"
    while (
        target is not None
        and value != target
        and digits < _MOST_DIGITS
        and _rounded(value, digits) == _rounded(target, digits)
    ):
        digits += 1
    shown = _rounded(value, digits)
    step = Decimal(1).scaleb(-digits)
    if shown == 0:
        return f"<{step}%" if value > 0 else f">-{step}%"
    if shown == 100:
        return f">{100 - step}%" if value < 1 else f"{100 + step:f}%"
    return f"{shown:,.{digits}f}%"


def _rounded(value: float, digits: int) -> Decimal:
    return (Decimal(repr(value)) * 100).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)


def amount(value: Number | None, digits: int | None = None) -> str:
    """A plain amount with thousands separators; whole numbers without decimals, `<0.1` where rounding would show 0."""
    if value is None:
        return NOT_KNOWN
    if digits is None:
        digits = 0 if float(value).is_integer() else 1
    text = f"{value:,.{digits}f}"
    if value != 0 and float(text.replace(",", "")) == 0:
        step = Decimal(1).scaleb(-digits)
        return f"<{step}" if value > 0 else f">-{step}"
    return text


def points(value: Number | None) -> str:
    """A difference of two rates, in percentage points, always with its sign."""
    if value is None:
        return NOT_KNOWN
    if value == 0:
        return "0"
    shown = _rounded(value, 1)
    return f"{'>' if value < 0 else '<'}{'+' if value > 0 else '-'}0.1" if shown == 0 else f"{shown:+.1f}"


def figure(shown: Figure, lang: Language = "zh") -> str:
    """The number of a figure, without its unit; its note where nothing of it was measured."""
    if shown.note is not None and shown.value in (0, 1):
        return shown.note.zh if lang == "zh" else shown.note.en
    match shown.unit:
        case "ratio":
            return percent(shown.numerator, shown.denominator, target=shown.target)
        case "points":
            return points(shown.numerator)
        case _:
            return amount(shown.numerator)


def cell(content: Cell, kind: str, lang: Language) -> str:
    """A cell of a table as text."""
    match content:
        case None:
            return "/" if kind in ("text", "status") else NOT_KNOWN
        case Text():
            return content.zh if lang == "zh" else content.en
        case Share():
            if content.note is not None:
                return content.note.zh if lang == "zh" else content.note.en
            return percent(content.numerator, content.denominator)
        case str():
            return content
        case _:
            return points(content) if kind == "points" else amount(content)
