"""Instances of PSPLIB's form (.sm: single-mode RCPSP) as planning problems.

    python -m bench.psplib j3010_1.sm > problem.json

A job is a system, a renewable resource a team, finish-to-start a `before` whose lag is the successor's length, and
the makespan is the week of a last system that alone has weight: with every other weight 0 the value *is* the
makespan. Format: Kolisch and Sprecher, PSPLIB, European Journal of Operational Research 96 (1996). Jobs without
duration (the two dummies) are left out; who follows them follows what was before them.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LAST = "last"


@dataclass(frozen=True, slots=True)
class Job:
    """One job: its length, its direct successors, what it takes of each resource while it runs."""

    number: int
    duration: int
    successors: tuple[int, ...]
    takes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """A resource-constrained project."""

    name: str
    jobs: tuple[Job, ...]
    capacities: tuple[int, ...]

    @property
    def horizon(self) -> int:
        """One job after the other: no schedule needs more."""
        return sum(job.duration for job in self.jobs)


def read_sm(text: str, name: str = "psplib") -> Instance:
    """Read a .sm file.

    Raises:
        ValueError: a part of the form is missing, or a job has several modes.
    """
    follows = {row[0]: (row[1], row[3:]) for row in _rows(text, "PRECEDENCE RELATIONS", 3)}
    if any(modes != 1 for modes, _ in follows.values()):
        message = f"{name}: jobs with several modes are not of this form"
        raise ValueError(message)
    needs = {row[0]: (row[2], row[3:]) for row in _rows(text, "REQUESTS/DURATIONS", 3)}
    (capacities,) = _rows(text, "RESOURCEAVAILABILITIES", 1)
    if set(needs) != set(follows):
        message = f"{name}: precedence relations and durations name different jobs"
        raise ValueError(message)
    jobs = (Job(number, needs[number][0], follows[number][1], needs[number][1]) for number in sorted(needs))
    return Instance(name, tuple(jobs), capacities)


def _rows(text: str, heading: str, least: int) -> list[tuple[int, ...]]:
    """The lines of numbers below a heading, up to the next line of stars."""
    parts = re.split(rf"^{re.escape(heading)}:?.*$", text, maxsplit=1, flags=re.MULTILINE)
    if len(parts) != 2:
        message = f"no part {heading!r}"
        raise ValueError(message)
    rows = []
    for line in parts[1].splitlines():
        if line.startswith("***"):
            break
        if re.fullmatch(r"[\s\d]+", line) and line.split():
            rows.append(tuple(int(number) for number in line.split()))
    if not rows or any(len(row) < least for row in rows):
        message = f"part {heading!r} is empty or too short"
        raise ValueError(message)
    return rows


def as_problem(instance: Instance) -> dict[str, Any]:
    """The planning problem whose value is the makespan."""
    real = [job for job in instance.jobs if job.duration]
    weeks = instance.horizon + 1
    teams = [f"R{place + 1}" for place in range(len(instance.capacities))]
    every_week = range(weeks)
    return {
        "schema": "govcloud/planning-problem/1", "name": instance.name, "first_week": "2026-W01",
        "weeks": weeks, "unscheduled_week": weeks, "resources": ["none"],
        "pools": [{"id": "pool", "site": "A", "capacity": [{"from_week": 0, "amount": [0]}]}],
        "teams": [
            {"id": team, "periods": [{"from_week": w, "to_week": w, "amount": amount} for w in every_week]}
            for team, amount in zip(teams, instance.capacities, strict=True)
        ],
        "departments": [{"id": "all", "max_parallel": len(real) + 1, "blocked_weeks": []}],
        "systems": [
            *(_system(str(job.number), job.duration, 0, weeks, dict(zip(teams, job.takes, strict=True))) for job in real),
            _system(LAST, 1, 1, weeks, {}),
        ],
        "clean_ups": [], "together": [], "before": _before(instance.jobs), "within": [], "apart": [], "same_site": [],
        "targets": [], "curve": [], "weights": {"lateness": 0, "progress": 1, "placement": 0, "curve": 0},
    }  # fmt: skip


def _system(name: str, duration: int, weight: int, weeks: int, takes: Mapping[str, int]) -> dict[str, Any]:
    effort = {team: [amount] * duration for team, amount in takes.items() if amount}
    return {
        "id": name, "department": "all", "weight": weight, "preparation_weeks": duration, "release_week": 0,
        "due_week": None, "deadline_week": weeks - 1, "blocked_weeks": [],
        "options": [{"pool": "pool", "demand": [0], "cost": 0, "effort": effort}], "replica_options": [],
    }  # fmt: skip


def _before(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """Finish-to-start among the real jobs, through those without duration, and everything before the last system."""
    by_number = {job.number: job for job in jobs}

    def real_successors(number: int) -> list[int]:
        found = []
        for other in by_number[number].successors:
            found += [other] if by_number[other].duration else real_successors(other)
        return sorted(set(found))

    real = [job for job in jobs if job.duration]
    pairs = [
        {"first": str(job.number), "then": str(other), "lag_weeks": by_number[other].duration}
        for job in real
        for other in real_successors(job.number)
    ]
    return [*pairs, *({"first": str(job.number), "then": LAST, "lag_weeks": 1} for job in real)]


def main(path: str) -> None:
    """Write the problem of a .sm file to standard output."""
    instance = read_sm(Path(path).read_text(encoding="latin-1"), Path(path).name)
    sys.stdout.write(json.dumps(as_problem(instance)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
