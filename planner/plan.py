"""Plan: what the planner proposes and people approve, with its JSON form (docs/reference/planning-problem.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from catalogs.errors import CollectError
from planner.problem.strict_json import Reader, load

SCHEMA = "govcloud/plan/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A system's cut-over: the week counts from 0, the first week of the problem."""

    system: str
    week: int
    pool: str
    replica_pool: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanUp:
    """A clean-up that the plan decides on; `week` is its first week."""

    id: str
    week: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveRecord:
    """How a plan came about: enough to judge it, and in repeatable mode to make it again."""

    status: str
    seed: int
    workers: int
    time_limit_s: float
    repeatable: bool
    solver: str
    wall_s: float
    stages: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For the plan file; a repeatable plan leaves its times out, they differ from run to run."""
        raw: dict[str, Any] = {
            "status": self.status,
            "seed": self.seed,
            "workers": self.workers,
            "repeatable": self.repeatable,
            "solver": self.solver,
            "stages": list(self.stages),
        }
        if not self.repeatable:
            raw |= {"time_limit_s": self.time_limit_s, "wall_s": round(self.wall_s, 1)}
        return raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Moves and clean-ups with their value and a bound proven for the whole problem."""

    problem_sha256: str
    moves: tuple[Move, ...]
    clean_ups: tuple[CleanUp, ...]
    value: int
    bound: int
    record: SolveRecord | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def gap_ratio(self) -> float:
        """(value − bound) / value; 0 where the value is 0. Source: planning-problem.md."""
        return float(Fraction(self.value - self.bound, self.value)) if self.value else 0.0

    def as_json(self) -> dict[str, Any]:
        """The JSON form of the contract; further keys follow the required ones.

        A clean-up carries its id twice, as `id` and as `clean_up` (like `system` in a move): the contract names neither.
        """
        raw: dict[str, Any] = {
            "schema": SCHEMA,
            "problem_sha256": self.problem_sha256,
            "moves": [
                {"system": m.system, "week": m.week, "pool": m.pool, "replica_pool": m.replica_pool}
                for m in sorted(self.moves, key=lambda move: move.system)
            ],
            "clean_ups": [
                {"id": c.id, "clean_up": c.id, "week": c.week} for c in sorted(self.clean_ups, key=lambda c: c.id)
            ],
            "value": self.value,
            "bound": self.bound,
        }
        if self.record is not None:
            raw["record"] = self.record.as_json()
        return {**raw, **{key: value for key, value in self.more.items() if key not in raw}}

    def to_bytes(self) -> bytes:
        """The file's bytes: one move a line, so that two plans can be compared with any tool."""
        parts = []
        for key, value in self.as_json().items():
            if isinstance(value, list) and value:
                lines = ",\n  ".join(json.dumps(item, ensure_ascii=False) for item in value)
                parts.append(f' "{key}": [\n  {lines}]')
            else:
                parts.append(f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
        return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


_REQUIRED = ("schema", "problem_sha256", "moves", "clean_ups", "value", "bound")


def read_plan(content: bytes, name: str = "plan.json") -> Plan:
    """Read a plan file; keys beyond the required ones are kept in `more`.

    Raises:
        CollectError: the file is not a plan of version 1; the message lists every mistake with its place.
    """
    raw = load(content, name)
    reader = Reader()
    plan = _parsed(raw, reader)
    if reader.mistakes:
        listed = [(f"  {m.place}: {m.fault.zh}", f"  {m.place}: {m.fault.en}") for m in reader.mistakes]
        raise CollectError(
            f"{name}：有 {len(listed)} 处错误\n" + "\n".join(zh for zh, _ in listed),
            f"{name}: {len(listed)} mistakes\n" + "\n".join(en for _, en in listed),
        )
    return plan


def _parsed(raw: Any, reader: Reader) -> Plan:
    more = tuple(key for key in raw if key not in _REQUIRED) if isinstance(raw, dict) else ()
    top = reader.table(raw, "", _REQUIRED, more)
    if top.get("schema", SCHEMA) != SCHEMA:
        reader.note("schema", f"应为 {SCHEMA!r}", f"expected {SCHEMA!r}")
    return Plan(
        problem_sha256=reader.take(top, "", "problem_sha256", reader.text, ""),
        moves=reader.take(top, "", "moves", lambda r, p: reader.items(r, p, lambda i, q: _move(reader, i, q)), ()),
        clean_ups=reader.take(
            top, "", "clean_ups", lambda r, p: reader.items(r, p, lambda i, q: _clean_up(reader, i, q)), ()
        ),
        value=reader.take(top, "", "value", reader.integer, 0),
        bound=reader.take(top, "", "bound", reader.integer, 0),
        more={key: top[key] for key in more},
    )


def _move(reader: Reader, raw: Any, place: str) -> Move:
    keys = ("system", "week", "pool", "replica_pool")
    fields = reader.table(raw, place, keys, tuple(raw) if isinstance(raw, dict) else ())
    return Move(
        system=reader.take(fields, place, "system", reader.text, ""),
        week=reader.take(fields, place, "week", reader.week, 0),
        pool=reader.take(fields, place, "pool", reader.text, ""),
        replica_pool=reader.take(fields, place, "replica_pool", reader.optional(reader.text), None),
    )


def _clean_up(reader: Reader, raw: Any, place: str) -> CleanUp:
    fields = reader.table(raw, place, ("week",), tuple(raw) if isinstance(raw, dict) else ())
    key = "id" if "id" in fields or "clean_up" not in fields else "clean_up"
    if key not in fields and fields:
        reader.note(place, "缺少键 'id'", "key 'id' is missing")
    return CleanUp(
        id=reader.take(fields, place, key, reader.text, ""), week=reader.take(fields, place, "week", reader.week, 0)
    )
