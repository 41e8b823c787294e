"""The charts of a report, as ECharts options made from its tables. Nothing is calculated here but percent for the axis."""

from __future__ import annotations

from typing import Any

from catalogs.words import Language, Text
from report.figures import Cell, Report, Share, Table

NAVY, TEAL, AMBER, RED, GREY, LIGHT = "#1f4e79", "#2a8c82", "#d08c24", "#b03a2e", "#a7b0ba", "#c9d6e3"
_FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif"
Option = dict[str, Any]
FEW = 4  # more names than this do not fit below upright bars


def charts(report: Report, lang: Language) -> dict[str, Option]:
    """Every chart by its id; a chart whose table has no rows, or is not in the report, is left out."""
    if "migration.months" in report.tables:
        return _migration(report, lang)
    if "use.days" not in report.tables:
        return {}
    pools = report.tables["capacity.pools"]
    made = {
        "capacity": _bars(
            pools, "pool", ("cpu", "memory", "storage"), (NAVY, TEAL, AMBER), lang, flat=len(pools.rows) > FEW
        ),
        "days": _lines(report.tables["use.days"], "day", ("cpu", "memory", "storage"), (NAVY, TEAL, AMBER), lang),
        "units": _bars(report.tables["use.units"], "unit", ("cpu", "memory"), (NAVY, TEAL), lang, flat=True),
        "bands": _bands(report, lang),
        "balance": _balance(report.tables["change.balance"], lang),
    }
    return {name: option for name, option in made.items() if option is not None}


def _say(text: Cell, lang: Language) -> str:
    if isinstance(text, Text):
        return text.zh if lang == "zh" else text.en
    return str(text)


def _percent(cell: Cell) -> float | None:
    value = cell.value if isinstance(cell, Share) and cell.note is None else None  # only what was measured is drawn
    return None if value is None else round(value * 100, 2)


def _frame(names: list[str]) -> Option:
    return {
        "animation": False,
        "textStyle": {"fontFamily": _FONT, "color": "#333f4b"},
        "legend": {"top": 0, "right": 8, "itemWidth": 14, "itemHeight": 9, "data": names},
        "tooltip": {"trigger": "axis", "confine": True},
        "grid": {"left": 8, "right": 24, "top": 36, "bottom": 8, "containLabel": True},
    }


_VALUES: Option = {
    "type": "value",
    "min": 0,
    "axisLabel": {"formatter": "{value}%"},
    "splitLine": {"lineStyle": {"color": "#e6eaee"}},
}


def _bars(
    table: Table, name: str, keys: tuple[str, ...], colours: tuple[str, ...], lang: Language, *, flat: bool = False
) -> Option | None:
    if not table.rows:
        return None
    labels = [_say(table.columns[table.index(key)].label, lang) for key in keys]
    names = [_say(cell, lang) for cell in table.column(name)]
    series = [
        {
            "type": "bar",
            "name": label,
            "color": colour,
            "barMaxWidth": 22,
            "barCategoryGap": "24%",
            "data": [_percent(cell) for cell in table.column(key)],
        }
        for key, label, colour in zip(keys, labels, colours, strict=True)
    ]
    categories: Option = {"type": "category", "data": names, "axisTick": {"show": False}}
    if flat:
        axes = {"xAxis": _VALUES, "yAxis": {**categories, "inverse": True, "axisLabel": {"interval": 0}}}
    else:
        axes = {
            "xAxis": {**categories, "axisLabel": {"interval": 0, "width": 110, "overflow": "break"}},
            "yAxis": _VALUES,
        }
    height = max(260, (14 * len(keys) + 6) * len(names) + 60) if flat else 280
    return {**_frame(labels), **axes, "series": series, "height_px": height}


def _lines(
    table: Table, name: str, keys: tuple[str, ...], colours: tuple[str, ...], lang: Language, *, whole: bool = False
) -> Option | None:
    """Lines over days; their names are cut to month and day unless `whole`."""
    if not table.rows:
        return None
    labels = [_say(table.columns[table.index(key)].label, lang) for key in keys]
    days = [str(cell) if whole else str(cell)[5:] for cell in table.column(name)]
    series = [
        {
            "type": "line", "name": label, "color": colour, "symbolSize": 4, "connectNulls": False,
            "lineStyle": {"width": 2}, "data": [_percent(cell) for cell in table.column(key)],
        }
        for key, label, colour in zip(keys, labels, colours, strict=True)
    ]  # fmt: skip
    axes = {"xAxis": {"type": "category", "data": days, "boundaryGap": False}, "yAxis": _VALUES}
    return {**_frame(labels), **axes, "series": series, "height_px": 300}


def _migration(report: Report, lang: Language) -> dict[str, Option]:
    """The share migrated against a steady pace, month by month; and each unit's share."""
    months, units = report.tables["migration.months"], report.tables["migration.units"]
    made = {
        "months": _lines(months, "month", ("share", "steady"), (NAVY, AMBER), lang, whole=True),
        "units": _bars(units, "unit", ("share",), (NAVY,), lang, flat=True),
    }
    return {name: option for name, option in made.items() if option is not None}


def _bands(report: Report, lang: Language) -> Option | None:
    table = report.tables["bands.overview"]
    if not table.rows:
        return None
    resources = list(dict.fromkeys(_say(cell, lang) for cell in table.column("resource")))
    names = list(dict.fromkeys(_say(cell, lang) for cell in table.column("band")))
    places = {(_say(row[0], lang), _say(row[1], lang)): row[table.index("systems")] for row in table.rows}
    series = []
    for label, colour in zip(names, (RED, TEAL, AMBER, GREY), strict=True):
        cells = [places[resource, label] for resource in resources]
        data = [cell.numerator if isinstance(cell, Share) else None for cell in cells]
        series.append({"type": "bar", "stack": "all", "name": label, "color": colour, "barMaxWidth": 30, "data": data,
                       "label": {"show": True, "color": "#fff", "formatter": "{c}"}})  # fmt: skip
    for one in series:  # a label on an empty segment would hide its neighbour
        one["data"] = [value or None for value in one["data"]]  # type: ignore[attr-defined]
    axes = {
        "xAxis": {"type": "value", "minInterval": 1, "splitLine": {"lineStyle": {"color": "#e6eaee"}}},
        "yAxis": {"type": "category", "data": resources, "inverse": True, "axisTick": {"show": False}},
    }
    return {**_frame(names), **axes, "series": series, "height_px": 240}


def _balance(table: Table, lang: Language) -> Option | None:
    rows = [row for row in table.rows if _say(row[2], "en") == "vCPU"]
    if not rows:
        return None
    groups = [f"{_say(row[0], lang)}\n{_say(row[1], lang)}" for row in rows]
    series = []
    labels = []
    for key, colour in (("before", LIGHT), ("added", TEAL), ("removed", RED), ("after", NAVY)):
        label = _say(table.columns[table.index(key)].label, lang)
        labels.append(label)
        series.append({"type": "bar", "name": label, "color": colour, "barMaxWidth": 28, "data": [row[table.index(key)] for row in rows],
                       "label": {"show": True, "position": "top", "fontSize": 11}})  # fmt: skip
    axes = {
        "xAxis": {"type": "category", "data": groups, "axisTick": {"show": False}},
        "yAxis": {"type": "value", "name": "vCPU", "splitLine": {"lineStyle": {"color": "#e6eaee"}}},
    }
    return {**_frame(labels), **axes, "series": series, "height_px": 280}
