"""What is known of systems, pools and teams beside a plan: names and figures that the planning problem does not hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalogs.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemKnown:
    """What is known of a system beside the problem. Contacts are ids of the store's contact table, never people."""

    name: str
    department: str | None = None
    mlps_level: int | None = None
    size_class: Mapping[str, str] = field(default_factory=dict)  # by pool
    servers: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)  # by pool: flavour and number
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeKnown:
    """What the planning figures say of a size class."""

    trial_run_weeks: int
    cutover_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Names and figures beside a plan; everything empty where only two files are there.

    `cutover_weekday` is 1 Monday … 7 Sunday. `approval` is `approved`, `refused` or `None`: nobody decided.
    """

    plan_id: str | None = None
    as_of: str | None = None
    approval: str | None = None
    approval_by: str | None = None
    systems: Mapping[str, SystemKnown] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)
    pools: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, Text] = field(default_factory=dict)
    sizes: Mapping[str, SizeKnown] = field(default_factory=dict)
    retention_weeks: int | None = None
    cutover_weekday: int | None = None
    targets: Mapping[int, Text] = field(default_factory=dict)
    left_out: tuple[Mapping[str, Any], ...] = ()
    notes: tuple[Mapping[str, Any], ...] = ()
    cautions: tuple[Text, ...] = ()


def shown_name(known: Known, system: str) -> str:
    """A system's name; its id where nothing is known."""
    found = known.systems.get(system)
    return found.name if found is not None else system


def named(known: Known, text: Text) -> Text:
    """A sentence of the planner with names in place of ids; longer ids first, so that none is cut."""
    zh, en = text.zh, text.en
    names = {item["system"]: str(item["name"]) for item in known.left_out if item["system"] and item["name"]}
    names |= {system: beside.name for system, beside in known.systems.items()}
    for system in sorted((one for one in names if one in en), key=lambda one: (-len(one), one)):
        name = f"“{names[system]}”"
        zh = zh.replace(f" {system} ", name).replace(f"{system} ", name).replace(system, name)
        en = en.replace(system, name)
    kinds: tuple[tuple[str, str, Mapping[str, str]], ...] = (
        ("单位", "department", known.departments),
        ("资源池", "pool", known.pools),
        ("力量", "team", {team: said.zh for team, said in known.teams.items()}),
    )
    for kind_zh, kind_en, by_id in kinds:
        for one, name in by_id.items():
            zh = zh.replace(f"{kind_zh} {one} ", f"“{name}”")
            en = en.replace(f"{kind_en} {one} ", f"“{name}” ") if kind_en != "team" else en
    return Text(zh.replace(" “", "“").replace("” ", "”"), en)
