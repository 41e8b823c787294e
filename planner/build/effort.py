"""Size classes, and what a move uses up week by week: people, copy lines, laboratory slots, money. Effort rounds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from catalogs.words import Text
from planner.build.built import Basis
from planner.build.dates import Horizon, partial_periods, periods_of
from planner.problem.problem import Period, Team

if TYPE_CHECKING:
    from catalogs.models_planning import ArchChange, PlannedTeam, Planning, SizeClass, TeamEffort
    from catalogs.models_service import Link, Service

MBIT_S_HOUR_GIB = Fraction(3600 * 10**6, 8 * 2**30)  # GiB that 1 Mbit/s copies in an hour


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What effort depends on. `main` is false for the second part of a system in two zones."""

    servers: int
    data_gib: Fraction
    dependencies: int
    mlps_level: int
    location: str | None
    main: bool = True


def size_class(load: Load, planning: Planning) -> SizeClass:
    """The first class whose limits all hold; the last has none."""
    for size in planning.size_classes:
        limits = (
            (size.max_servers, load.servers),
            (size.max_data_gib, load.data_gib),
            (size.max_dependencies, load.dependencies),
            (size.max_mlps_level, load.mlps_level),
        )
        if all(limit is None or value <= limit for limit, value in limits):
            return size
    return planning.size_classes[-1]


def effort_of(
    load: Load, size: SizeClass, change: ArchChange | None, site: str, planning: Planning, service: Service
) -> dict[str, tuple[int, ...]]:
    """Effort by team, one number per active week; teams that are not needed are absent."""
    weeks = size.preparation_weeks
    effort: dict[str, tuple[int, ...]] = {}
    for needed in size.effort:
        total = _total(needed, load, size, change)
        if total:
            effort[needed.team] = spread(total, weeks) if needed.timing == "even" else (*[0] * (weeks - 1), total)
    if change is not None and change.lab_team is not None and change.lab_slots_week and load.main:
        effort[change.lab_team] = (change.lab_slots_week,) * weeks
    link = link_for(load.location, site, service)
    copied = ceil(load.data_gib * Fraction(planning.basics.copy_factor))
    if link is not None and copied:
        effort[link_team(link)] = spread(copied, weeks)
    return effort


def _total(needed: TeamEffort, load: Load, size: SizeClass, change: ArchChange | None) -> int:
    """Fixed (once per system) and per server, × rehearsals, × architecture; money is not multiplied by rehearsals."""
    raw = Fraction(needed.fixed if load.main else 0) + Fraction(needed.per_server) * load.servers
    if needed.timing == "even":
        raw *= 1 + size.rehearsals * Fraction(size.rehearsal_effort_ratio)
    return ceil(raw * (Fraction(change.effort_ratio) if change else 1))


def formulas_of(
    load: Load, size: SizeClass, change: ArchChange | None, site: str, planning: Planning, service: Service
) -> Text:
    """How the effort of each team is counted, team by team: what `effort_of` does, written out."""
    said: list[tuple[str, str]] = []
    for needed in size.effort:
        total = _total(needed, load, size, change)
        if not total:
            continue
        fixed = needed.fixed if load.main else 0
        factors: list[tuple[str, str]] = []
        if needed.timing == "even" and size.rehearsals:
            ratio = size.rehearsal_effort_ratio
            factors.append(
                (f"（1 + 演练 {size.rehearsals} × {ratio}）", f"(1 + {size.rehearsals} rehearsals × {ratio})")
            )
        if change is not None and Fraction(change.effort_ratio) != 1:
            factors.append((f"架构 {change.effort_ratio}", f"architecture {change.effort_ratio}"))
        zh, en = (" × ".join(("", *(factor[language] for factor in factors))) for language in (0, 1))
        last = Text("（割接周）", " (week of cut-over)") if needed.timing == "cutover" else Text("", "")
        said.append(
            (
                f"{needed.team}（{fixed} + 每台 {needed.per_server} × {load.servers}）{zh} = {total}{last.zh}",
                f"{needed.team} ({fixed} + {needed.per_server} for each of {load.servers}){en} = {total}{last.en}",
            )
        )
    if change is not None and change.lab_team is not None and change.lab_slots_week and load.main:
        slots = change.lab_slots_week
        said.append((f"{change.lab_team} 每周 {slots}", f"{change.lab_team} {slots} a week"))
    link, factor = link_for(load.location, site, service), planning.basics.copy_factor
    if link is not None and load.data_gib:
        copied, gib = ceil(load.data_gib * Fraction(factor)), f"{float(load.data_gib):.6g} GiB"
        said.append(
            (f"{link_team(link)} {gib} × {factor} = {copied}", f"{link_team(link)} {gib} × {factor} = {copied}")
        )
    return Text("；".join(zh for zh, _ in said) or "不用力量", "; ".join(en for _, en in said) or "none")


def spread(total: int, weeks: int) -> tuple[int, ...]:
    """A whole amount evenly over weeks; the remainder falls on the last ones, nearest to the cut-over."""
    each, rest = divmod(total, weeks)
    return tuple(each + (1 if week >= weeks - rest else 0) for week in range(weeks))


def link_for(location: str | None, site: str, service: Service) -> Link | None:
    """The line that data take from a location to a site: one that names the location, else one for all others."""
    to_site = [link for link in service.links if link.to_site == site]
    named = [link for link in to_site if location is not None and location in link.from_locations]
    others = [link for link in to_site if not link.from_locations]
    return next(iter(named or others), None)


def link_team(link: Link) -> str:
    """The id of a line among the teams of the problem."""
    return f"link-{link.id}"


def link_gib_week(link: Link) -> int:
    """GiB a week that migrations may copy over a line; rounds down."""
    return int(link.capacity_mbit_s * Fraction(link.usable_ratio) * link.copy_hours_week * MBIT_S_HOUR_GIB // 1)


def teams_of(
    planning: Planning, service: Service, horizon: Horizon
) -> tuple[tuple[Team, ...], dict[str, tuple[Basis, ...]]]:
    """All teams and lines with their periods, and where their amounts come from."""
    teams: list[Team] = []
    basis: dict[str, tuple[Basis, ...]] = {}
    for team in planning.teams:
        teams.append(Team(id=team.id, periods=periods_of(team, horizon)))
        source = planning.sources[team.source]
        changes = "; ".join(f"{change.from_on}: {change.amount}" for change in team.changes)
        basis[f"teams[{team.id}]"] = (
            Basis(
                what=Text(
                    f"{team.name}（{team.unit}，每{_PERIODS[team.period].zh}）",
                    f"{team.id} (per {_PERIODS[team.period].en})",
                ),
                value=f"{team.amount}" + (f"; {changes}" if changes else ""),
                origins=(f"planning/{planning.id}.yaml: {source.document}, {source.confidence}",),
            ),
            *_shares(team, horizon),
        )
    for link in service.links:
        amount = link_gib_week(link)
        periods = tuple(Period(from_week=week, to_week=week, amount=amount) for week in range(horizon.weeks))
        teams.append(Team(id=link_team(link), periods=periods))
        basis[f"teams[{link_team(link)}]"] = (
            Basis(
                what=Text(
                    f"{link.name}：{link.capacity_mbit_s} Mbit/s × {link.usable_ratio} × {link.copy_hours_week} 小时/周，GiB，向下取整",
                    f"{link.id}: {link.capacity_mbit_s} Mbit/s × {link.usable_ratio} × {link.copy_hours_week} h a week, GiB, rounded down",
                ),
                value=str(amount),
                origins=(
                    f"services/{service.id}.yaml: {service.sources[link.source].document}, {service.sources[link.source].confidence}",
                ),
            ),
        )
    return tuple(teams), basis


def _shares(team: PlannedTeam, horizon: Horizon) -> tuple[Basis, ...]:
    """Which months or quarters lie only partly in the horizon and have their share of the amount."""
    parts = partial_periods(team, horizon)
    if not parts:
        return ()
    listed = "; ".join(
        f"{horizon.first_week + first}–{horizon.first_week + last}: × {inside}/{whole}"
        for first, last, inside, whole in parts
    )
    what = Text(
        f"只有一部分在规划期内的{_PERIODS[team.period].zh}按周数折算，向下取整",
        f"a {_PERIODS[team.period].en} partly in the horizon has its share by weeks, rounded down",
    )
    return (Basis(what=what, value=listed, origins=("ISO 8601",)),)


_PERIODS: Mapping[str, Text] = {
    "week": Text("周", "week"),
    "month": Text("月", "month"),
    "quarter": Text("季", "quarter"),
}
