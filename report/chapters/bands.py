"""四、使用率区间: systems high, normal, low for each resource, with their units; the highest and the lowest ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from catalogs.words import Text
from report.chapters import Chapter
from report.chapters.view import CATALOGS, NO_UNIT, RECORDS, TELEMETRY, View, name_zh
from report.facts import RESOURCE_NAMES, RESOURCES, Band, Resource
from report.figures import Cell, Column, Figure, Share, Table
from report.month_use import enough, share

BandName = Literal["high", "normal", "low", "unknown"]
BAND_NAMES: dict[BandName, Text] = {
    "high": Text("较高", "high"),
    "normal": Text("正常", "normal"),
    "low": Text("较低", "low"),
    "unknown": Text("数据不足", "too little data"),
}
LIST_LENGTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One system in its band."""

    system_id: str
    name: str
    unit: str | Text
    share: Share
    band: BandName


def band_of(value: float | None, band: Band) -> BandName:
    """Below `low` is low, above `high` is high; the limits themselves are normal."""
    if value is None:
        return "unknown"
    return "low" if value < band.low else "high" if value > band.high else "normal"


def placed(view: View, resource: Resource) -> list[Placed]:
    """Every system that counts, in its band.

    A system needs as much coverage as a verdict does: one measured server of ten says nothing about the system.
    """
    found = []
    for system, pieces in view.now.by_system():
        uses = view.now.uses_of(resource, pieces)
        rate = share(uses)
        value = rate.value if enough(uses, view.facts.coverage_min_ratio) else None
        found.append(
            Placed(
                system_id=system.id,
                name=system.name,
                unit=view.now.unit_of_system(system, pieces),
                share=rate,
                band=band_of(value, view.facts.bands[resource]),
            )
        )
    return found


def bands(view: View) -> Chapter:
    """Counts by band and unit, and the highest and lowest systems."""
    figures: list[Figure] = []
    tables: list[Table] = []
    for resource in RESOURCES:
        if resource not in view.facts.bands:
            continue
        systems = placed(view, resource)
        figures += _figures(view, resource, systems)
        tables.append(_by_unit(resource, systems))
        ranked = [system for system in systems if system.band != "unknown"]
        tables.append(_list(resource, "top", sorted(ranked, key=lambda s: (-(s.share.value or 0), s.system_id))))
        tables.append(_list(resource, "bottom", sorted(ranked, key=lambda s: (s.share.value or 0, s.system_id))))
    return Chapter(figures=tuple(figures), tables=(_overview(view), *tables))


def _figures(view: View, resource: Resource, systems: list[Placed]) -> Iterable[Figure]:
    limits = view.facts.bands[resource]
    name = RESOURCE_NAMES[resource]
    meaning: dict[BandName, str] = {
        "high": f"> {limits.high:.0%}",
        "normal": f"{limits.low:.0%}–{limits.high:.0%}",
        "low": f"< {limits.low:.0%}",
        "unknown": f"{view.facts.coverage_min_ratio:.0%}",
    }
    for band, label in BAND_NAMES.items():
        words = Text(f"系统月平均使用率 {meaning[band]}", f"monthly mean of the system {meaning[band]}")
        if band == "unknown":
            words = Text(f"覆盖率低于 {meaning[band]}，不作判断", f"coverage below {meaning[band]}: no verdict")
        yield Figure(
            id=f"bands.{resource}.{band}",
            label=Text(f"{name.zh}使用率{label.zh}的系统", f"systems with {label.en} {name.en} use"),
            unit="count",
            numerator=sum(system.band == band for system in systems),
            basis=words,
            origins=(TELEMETRY, RECORDS, CATALOGS),
        )


def _overview(view: View) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for resource in RESOURCES:
        if resource not in view.facts.bands:
            continue
        limits, systems = view.facts.bands[resource], placed(view, resource)
        meanings: dict[BandName, str] = {
            "high": f"> {limits.high:.0%}",
            "normal": f"{limits.low:.0%}–{limits.high:.0%}",
            "low": f"< {limits.low:.0%}",
            "unknown": "/",
        }
        for band, label in BAND_NAMES.items():
            inside = [system for system in systems if system.band == band]
            units = {system.unit for system in inside if system.unit != NO_UNIT}
            rows.append(
                (
                    RESOURCE_NAMES[resource],
                    label,
                    meanings[band],
                    Share(numerator=len(inside), denominator=len(systems)),
                    len(units),
                )
            )
    return Table(
        id="bands.overview",
        title=Text("使用率区间分布", "systems by band"),
        columns=(
            Column(key="resource", label=Text("资源", "resource")),
            Column(key="band", label=Text("区间", "band")),
            Column(key="limits", label=Text("使用率", "use")),
            Column(key="systems", label=Text("系统数及占比", "systems"), kind="ratio"),
            Column(key="units", label=Text("涉及单位", "units"), kind="count"),
        ),
        rows=tuple(rows),
        basis=_basis(view),
        origins=(TELEMETRY, RECORDS, CATALOGS),
        empty=Text("政策画像没有区间", "the profile has no bands"),
    )


def _basis(view: View) -> Text:
    """How systems are placed, and how many of them stand there by the rule on switched-off time alone."""
    zh, en = "按系统月平均使用率（规格加权）分档", "by monthly mean use of the system, weighted by capacity"
    off = {
        system.system_id for r in RESOURCES if r in view.facts.bands for system in placed(view, r) if system.share.note
    }
    if off:
        zh += f"；其中 {len(off)} 个系统只有关机时间，按画像计 0，没有测到"
        en += f"; {len(off)} of the systems were only known to be off and count as 0 by the profile: not measured"
    return Text(zh, en)


def _by_unit(resource: Resource, systems: list[Placed]) -> Table:
    name = RESOURCE_NAMES[resource]
    units = sorted({system.unit for system in systems}, key=lambda unit: (isinstance(unit, Text), name_zh(unit)))
    rows = [
        (
            unit,
            *(sum(s.band == band for s in systems if s.unit == unit) for band in BAND_NAMES),
            sum(s.unit == unit for s in systems),
        )
        for unit in units
    ]
    total: tuple[Cell, ...] = (
        Text("合计", "total"),
        *(sum(s.band == band for s in systems) for band in BAND_NAMES),
        len(systems),
    )
    return Table(
        id=f"bands.{resource}.units",
        title=Text(f"{name.zh}使用率区间（按单位）", f"{name.en} bands by unit"),
        columns=(
            Column(key="unit", label=Text("单位", "unit")),
            *(Column(key=band, label=label, kind="count") for band, label in BAND_NAMES.items()),
            Column(key="systems", label=Text("系统数", "systems"), kind="count"),
        ),
        rows=tuple(rows),
        total=total,
        basis=Text("按系统计数", "counted by system"),
        origins=(TELEMETRY, RECORDS, CATALOGS),
    )


def _list(resource: Resource, end: Literal["top", "bottom"], ranked: list[Placed]) -> Table:
    name = RESOURCE_NAMES[resource]
    words = Text("较高", "highest") if end == "top" else Text("较低", "lowest")
    return Table(
        id=f"bands.{resource}.{end}",
        title=Text(
            f"{name.zh}使用率{words.zh}的系统（前 {LIST_LENGTH} 个）",
            f"{LIST_LENGTH} systems of {words.en} {name.en} use",
        ),
        columns=(
            Column(key="rank", label=Text("序号", "no."), kind="count"),
            Column(key="unit", label=Text("单位名称", "unit")),
            Column(key="system", label=Text("系统名称", "system")),
            Column(key="use", label=Text("使用率", "use"), kind="ratio"),
            Column(key="band", label=Text("区间", "band"), kind="status"),
        ),
        rows=tuple(
            (place, system.unit, system.name, system.share, BAND_NAMES[system.band])
            for place, system in enumerate(ranked[:LIST_LENGTH], start=1)
        ),
        basis=Text(
            f"共 {len(ranked)} 个系统数据充分，此处列前 {LIST_LENGTH} 个", f"of {len(ranked)} systems with enough data"
        ),
        origins=(TELEMETRY, RECORDS, CATALOGS),
        empty=Text("没有数据充分的系统", "no system has enough data"),
    )
