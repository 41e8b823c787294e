"""Small static drawings for pages: use by day with the rule's line and shaded gaps, and who calls whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from math import ceil

from catalogs.words import Language

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 150, 44, 10, 22
NAVY, RED, GREY, INK = "#1f4e79", "#b03a2e", "#e3e7eb", "#4a5662"


def use_svg(daily: Sequence[float | None], first_on: date, *, line: float | None, lang: Language) -> str:
    """Mean use of each day as a line over the period.

    Args:
        daily: ratios 0–1 by day, `None` where nothing was measured: shaded, never drawn as zero.
        first_on: the first day.
        line: the rule's limit, drawn dashed.
        lang: of the labels.
    """
    count = max(len(daily), 1)
    top = scale_of([*(value for value in daily if value is not None), line or 0.0])
    step = (WIDTH - LEFT - 8) / count
    height = HEIGHT - TOP - BOTTOM

    def x(place: float) -> str:
        return f"{LEFT + place * step:.1f}"

    def y(ratio: float) -> str:
        return f"{TOP + height * (1 - min(ratio / top, 1.0)):.1f}"

    label = "每日平均 CPU" if lang == "zh" else "mean CPU by day"
    parts = [
        f'<svg class="use" role="img" aria-label="{label}" viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" xmlns="http://www.w3.org/2000/svg">'
    ]
    for start, end in _runs(daily, missing=True):
        parts.append(
            f'<rect x="{x(start)}" y="{TOP}" width="{(end - start) * step:.1f}" height="{height}" fill="{GREY}"/>'
        )
    for share in (0.0, 0.5, 1.0):
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - 8}" y1="{y(share * top)}" y2="{y(share * top)}" stroke="#d5dbe1"/>'
        )
        parts.append(
            f'<text x="{LEFT - 6}" y="{y(share * top)}" dy="4" text-anchor="end" font-size="11" fill="{INK}">{share * top * 100:g}%</text>'
        )
    for start, end in _runs(daily, missing=False):
        points = " ".join(f"{x(place + 0.5)},{y(daily[place] or 0.0)}" for place in range(start, end))
        if end - start == 1:
            parts.append(f'<circle cx="{x(start + 0.5)}" cy="{y(daily[start] or 0.0)}" r="1.6" fill="{NAVY}"/>')
        else:
            parts.append(f'<polyline points="{points}" fill="none" stroke="{NAVY}" stroke-width="1.6"/>')
    if line is not None:
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - 8}" y1="{y(line)}" y2="{y(line)}" stroke="{RED}" stroke-width="1.2" stroke-dasharray="5 4"/>'
        )
    for place in sorted({0, count // 2, count - 1}):
        day = first_on + timedelta(days=place)
        anchor = "start" if place == 0 else "end" if place == count - 1 else "middle"
        parts.append(
            f'<text x="{x(place + 0.5)}" y="{HEIGHT - 6}" text-anchor="{anchor}" font-size="11" fill="{INK}">{day.isoformat()}</text>'
        )
    return "".join([*parts, "</svg>"])


def scale_of(values: Sequence[float]) -> float:
    """The top of the axis: the next of 10, 20, 50, 100 % above all values, in whole percent beyond."""
    highest = max(values, default=0.0)
    return next((top for top in (0.1, 0.2, 0.5, 1.0) if highest <= top), ceil(highest * 10) / 10)


def _runs(daily: Sequence[float | None], *, missing: bool) -> list[tuple[int, int]]:
    """Stretches `[start, end)` of days with, or without, a value."""
    runs: list[tuple[int, int]] = []
    for place, value in enumerate(daily):
        if (value is None) != missing:
            continue
        if runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs


def calls_svg(name: str, callers: Sequence[str], providers: Sequence[str], *, lang: Language, most: int = 6) -> str:
    """Who calls a system (left) and whom it calls (right); more than `most` are counted, not drawn."""
    left, right = _shown(callers, most, lang), _shown(providers, most, lang)
    rows = max(len(left), len(right), 1)
    height = rows * 30 + 14
    middle = height / 2
    label = "依赖关系" if lang == "zh" else "dependencies"
    parts = [
        f'<svg class="calls" role="img" aria-label="{label}" viewBox="0 0 720 {height}" width="100%" xmlns="http://www.w3.org/2000/svg">',
        f'<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="{INK}"/></marker></defs>',
    ]
    for texts, x, line in ((left, 8, (222.0, 258.0)), (right, 502, (462.0, 500.0))):
        for place, text in enumerate(texts):
            y = middle + (place - (len(texts) - 1) / 2) * 30
            start, end = (y, middle) if texts is left else (middle, y)
            parts.append(
                f'<line x1="{line[0]:g}" y1="{start:.1f}" x2="{line[1]:g}" y2="{end:.1f}" stroke="{INK}" marker-end="url(#tip)"/>'
            )
            parts.append(_box(x, y, 212, text, "#ffffff"))
    parts.append(_box(260, middle, 200, name, "#e8eef5"))
    return "".join([*parts, "</svg>"])


def _shown(names: Sequence[str], most: int, lang: Language) -> list[str]:
    if len(names) <= most:
        return list(names)
    rest = len(names) - most + 1
    return [*names[: most - 1], f"另有 {rest} 个" if lang == "zh" else f"{rest} more"]


def _box(x: float, y: float, width: float, text: str, fill: str) -> str:
    cut = text if _wide(text) <= width / 12 * 1.8 else text[: int(width / 13)] + "…"
    return (
        f'<rect x="{x:g}" y="{y - 11:.1f}" width="{width:g}" height="22" rx="3" fill="{fill}" stroke="#9fb0c0"/>'
        f'<text x="{x + width / 2:g}" y="{y + 4:.1f}" text-anchor="middle" font-size="12" fill="#222c36">{escape(cut)}</text>'
    )


def _wide(text: str) -> float:
    """Width in half characters, about."""
    return sum(1.8 if ord(letter) > 0x2E7F else 1.0 for letter in text)
