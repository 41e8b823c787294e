"""A wave to be built, and what came of a run of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iac.binding import Binding
from iac.model import SystemSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """The moves of one plan with the same cut-over week, as specifications; `id` is `<plan>-<week>`."""

    id: str
    cloud: str
    specs: tuple[SystemSpec, ...]
    binding: Binding


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing the engine did or would do: `op` is its word (create, update, delete, replace, same…)."""

    op: str
    type: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one run; `changes` counts steps by `op`, `steps` are those that change something, sorted."""

    wave: str
    action: str
    changes: Mapping[str, int]
    steps: tuple[Step, ...]

    @property
    def unchanged(self) -> bool:
        """Nothing was, or would be, changed."""
        return not self.steps

    def steps_of(self, *ops: str) -> tuple[Step, ...]:
        """The steps with one of these words."""
        return tuple(step for step in self.steps if step.op in ops)

    def as_json(self) -> dict[str, object]:
        """For `--json` and the preview file."""
        steps = [{"op": step.op, "type": step.type, "name": step.name} for step in self.steps]
        return {"wave": self.wave, "action": self.action, "changes": dict(sorted(self.changes.items())), "steps": steps}
