"""What the steps of `build` share, and what they add to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import Inventory, Server
from planner.build.built import Basis, LeftOut, Note, TargetServer
from planner.build.dates import Horizon
from planner.build.parts import Options
from planner.build.replan import Earlier, Ruled
from planner.build.scope import Scope
from planner.problem.problem import Pin
from planner.week_words import week_runs

if TYPE_CHECKING:
    from catalogs.load import Catalogs
    from catalogs.models_calendar import Window
    from catalogs.models_planning import Planning
    from catalogs.models_policy import Policy
    from catalogs.models_service import Service


@dataclass(slots=True, kw_only=True)
class Building:
    """Everything the steps share, and what they add to.

    `frozen` are the moves of the plan before that stay, `current_week` the first week that is not past.
    """

    inventory: Inventory
    catalogs: Catalogs
    policy: Policy
    planning: Planning
    service: Service
    ruled: Ruled
    as_of_on: date
    horizon: Horizon
    current_week: int
    scope: Scope
    options: Options
    earlier: Earlier | None
    frozen: Mapping[str, Pin]
    servers: Mapping[str, tuple[Server, ...]]
    windows: Sequence[tuple[Window, tuple[int, ...]]]
    window_sources: Mapping[str, str]
    basis: dict[str, tuple[Basis, ...]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)
    sized: list[TargetServer] = field(default_factory=list)


def window_step(b: Building, window: Window, blocked: Sequence[int]) -> Basis:
    """The weeks a window blocks, with its name and source."""
    listed = ", ".join(week_runs(b.horizon.first_week, blocked))
    source = b.window_sources.get(window.id, window.source)
    return Basis(what=Text(window.name, window.name_en or window.id), value=listed, origins=(source,))
