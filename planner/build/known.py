"""What is known of systems, pools and teams beside a plan: names and figures that the planning problem does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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
    closed: Mapping[str, str] = field(default_factory=dict)
    """By the id of each planned system that was classified since, what stands in its place (view/closed.py)."""


def shown_name(known: Known, system: str) -> str:
    """A system's name; its id where nothing is known."""
    found = known.systems.get(system)
    return found.name if found is not None else system


def named(known: Known, text: Text) -> Text:
    """A sentence of the planner with names in place of ids.

    Ids of systems anywhere, those of pools, teams and departments after their kind (`资源池 a、b`). An id is replaced
    whole or not at all, and never inside a name that was put there.
    """
    names = {item["system"]: str(item["name"]) for item in known.left_out if item["system"] and item["name"]}
    names |= {system: beside.name for system, beside in known.systems.items()}
    zh, en = text.zh, text.en
    if ids := _either(one for one in names if one in en):
        whole = f"(?<![0-9A-Za-z_/-])({ids}){_ID_ENDS}"
        zh = re.sub(f" ?{whole} ?", lambda found: f"“{names[found[1]]}”", zh)
        en = re.sub(whole, lambda found: f"“{names[found[1]]}”", en)
    teams = {team: said.zh for team, said in known.teams.items()}
    teams_en = {team: said.en for team, said in known.teams.items()}
    zh = _after_kind("单位", "、", known.departments, zh)
    zh = _after_kind("资源池", "、", known.pools, zh)
    zh = _after_kind("力量", "、", teams, zh)
    en = _after_kind("department", ", ", known.departments, en)
    en = _after_kind("pool", ", ", known.pools, en)
    en = _after_kind("team", ", ", teams_en, en)
    return Text(zh.replace(" “", "“").replace("” ", "”"), en)


_ID_ENDS = "(?![0-9A-Za-z_-])"


def _either(ids: Iterable[str]) -> str:
    """A pattern of any of the ids, the longest that fits first."""
    return "|".join(re.escape(one) for one in sorted(ids, key=lambda one: (-len(one), one)))


def _after_kind(kind: str, between: str, names: Mapping[str, str], said: str) -> str:
    """Names in place of the ids that follow a kind, one or several in a list."""
    ids = _either(one for one in names if one in said) if kind in said else ""
    if not ids:
        return said
    listed = f"{kind} ((?:{ids})(?:{between}(?:{ids}))*){_ID_ENDS}"
    return re.sub(listed, lambda found: between.join(f"“{names[one]}”" for one in found[1].split(between)), said)
