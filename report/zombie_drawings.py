"""Suspected systems drawn: use over time with the rule's line and shaded gaps, and who calls whom; each from its table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from catalogs.words import Language, Text
from report.chapters.view import FINDINGS_FILE, RECORDS, View
from report.facts import Finding
from report.figures import UNMEASURED, Cell, Column, Report, Share, Table
from report.use_svg import calls_svg, use_svg
from report.zombie_inputs import HIDDEN_CALLERS

_HIDDEN = Text("（不公开的系统）", "(undisclosed)")
MOST_DRAWN = 200  # systems; the workbook has all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One suspected system: its name and two drawings, as SVG made of numbers and escaped names."""

    system_id: str
    unit: Cell
    name: str
    use: str
    calls: str


def use_table(seen: View) -> Table:
    """Mean CPU of each suspected system on each day of the window; not known where nothing was measured."""
    rows: list[tuple[Cell, ...]] = []
    for one, unit, name in _suspected(seen):
        line = Share(numerator=one.line, denominator=1) if one.line is not None else UNMEASURED
        for place, day in enumerate(one.daily):
            on = (one.daily_from or date.min) + timedelta(days=place)
            share = UNMEASURED if day is None else Share(numerator=day[0], denominator=day[1])
            rows.append((one.system_id, unit, name, on.isoformat(), share, line, 1 if day is None else 0))
    return Table(
        id="zombies.use",
        title=Text("疑似系统逐日 CPU 使用率", "CPU of suspected systems by day"),
        columns=(
            *_system_columns(),
            Column(key="day", label=Text("日期", "day")),
            Column(key="cpu", label=Text("平均 CPU", "mean CPU"), kind="ratio"),
            Column(key="line", label=Text("闲置规则的界限", "the idle rule's limit"), kind="ratio"),
            Column(key="gap", label=Text("没有采样", "not measured"), kind="count"),
        ),
        rows=tuple(rows),
        basis=Text("按容量和时间加权（vCPU·小时）；没有采样的日子使用率不填，“没有采样”为 1", "weighted by capacity and time (vCPU·h); where nothing was measured there is no rate, and “not measured” is 1"),
        origins=(FINDINGS_FILE,),
        empty=Text("没有疑似系统的采样", "no samples of suspected systems"),
    )  # fmt: skip


def calls_table(seen: View) -> Table:
    """Who calls each suspected system, and whom it calls."""
    names = {system.id: system.name for system in seen.now.systems.values()}
    rows: list[tuple[Cell, ...]] = []
    for one, unit, name in _suspected(seen):
        for direction, others in ((Text("调用它", "calls it"), one.callers), (Text("它调用", "it calls"), one.calls)):
            rows += [(one.system_id, unit, name, direction, _named(other, names)) for other in others]
    return Table(
        id="zombies.calls",
        title=Text("疑似系统的调用关系", "Calls of suspected systems"),
        columns=(
            *_system_columns(),
            Column(key="direction", label=Text("方向", "direction")),
            Column(key="other", label=Text("另一系统", "other system")),
        ),
        rows=tuple(rows),
        basis=Text("台账申报和流量实测的调用", "calls that ledgers declare and that traffic shows"),
        origins=(FINDINGS_FILE, RECORDS),
        empty=Text("没有已知的调用关系", "no calls are known"),
    )  # fmt: skip


def _named(system_id: str, names: dict[str, str]) -> Cell:
    return _HIDDEN if system_id in HIDDEN_CALLERS else names.get(system_id, system_id)


def _system_columns() -> tuple[Column, ...]:
    return (
        Column(key="system_id", label=Text("系统编号", "system id")),
        Column(key="unit", label=Text("单位名称", "unit")),
        Column(key="system", label=Text("信息系统名称", "system")),
    )


def _suspected(seen: View) -> list[tuple[Finding, str | Text, str]]:
    from report.zombies import rows_by_unit

    return [row for row in rows_by_unit(seen) if row[0].verdict == "zombie"]


def drawings(report: Report, lang: Language) -> tuple[Drawing, ...]:
    """The drawings of a report, in the order of its table; none where the report has no such tables."""
    if "zombies.use" not in report.tables:
        return ()
    use: dict[str, list[tuple[Cell, ...]]] = {}
    for row in report.tables["zombies.use"].rows:
        use.setdefault(str(row[0]), []).append(row)
    calls: dict[str, list[tuple[Cell, ...]]] = {}
    for row in report.tables["zombies.calls"].rows:
        calls.setdefault(str(row[0]), []).append(row)
    ids = list(dict.fromkeys([*use, *calls]))[:MOST_DRAWN]
    return tuple(_drawing(system_id, use.get(system_id, []), calls.get(system_id, []), lang) for system_id in ids)


def _drawing(system_id: str, days: list[tuple[Cell, ...]], calls: list[tuple[Cell, ...]], lang: Language) -> Drawing:
    first = (days or calls)[0]
    values = [row[4].value if isinstance(row[4], Share) else None for row in days]
    line = days[0][5].value if days and isinstance(days[0][5], Share) else None
    sides: dict[str, list[str]] = {"调用它": [], "它调用": []}
    for row in calls:
        assert isinstance(row[3], Text)
        sides[row[3].zh].append(_say(row[4], lang))
    name = str(first[2])
    return Drawing(
        system_id=system_id, unit=first[1], name=name,
        use=use_svg(values, date.fromisoformat(str(days[0][3])), line=line, lang=lang) if days else "",
        calls=calls_svg(name, sides["调用它"], sides["它调用"], lang=lang) if calls else "",
    )  # fmt: skip


def _say(cell: Cell, lang: Language) -> str:
    return (cell.zh if lang == "zh" else cell.en) if isinstance(cell, Text) else str(cell)
