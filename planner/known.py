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
