"""What the planner's bench found: one JSON line a run, written at once; and the table of the worst seeds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HEADING = (
    "| city | method | runs | worst value | its bound | worst gap | latest first plan s | wall s | CPU s | GiB | load |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One run: a seeded city, a method, and its limit in seconds."""

    systems: int
    weeks: int
    variant: str
    seed: int
    method: str
    limit_s: float

    def as_json(self) -> dict[str, Any]:
        """For the file and the command line."""
        return asdict(self)

    def __str__(self) -> str:
        """For whoever waits."""
        return f"{self.systems}×{self.weeks} {self.variant} seed {self.seed} {self.method} {self.limit_s:g} s"


class Results:
    """A file of JSON lines, one a run; a later line of the same run counts."""

    def __init__(self, file: Path) -> None:
        self.file = file
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        self.found = [row for line in lines if (row := _whole(line)) is not None]

    def has(self, case: Case, clock: str) -> bool:
        """Whether a run with an answer is there; one that failed is tried again."""
        return any(_key(row) == _key({**case.as_json(), "clock": clock}) and "error" not in row for row in self.found)

    def add(self, case: Case, answer: dict[str, Any]) -> None:
        """Keep a run, in the file too."""
        row = {**case.as_json(), **answer}
        self.found.append(row)
        with self.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row) + "\n")

    def latest(self) -> list[dict[str, Any]]:
        """The last line of every run."""
        return list({_key(row): row for row in self.found}.values())


def _whole(line: str) -> dict[str, Any] | None:
    """A line as it was written; `None` for one that was cut off."""
    try:
        row: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    return row


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("systems", "weeks", "variant", "seed", "method", "limit_s", "clock"))


def gap_percent(row: dict[str, Any]) -> float | None:
    """(value − bound) / value in percent, where there is a valid plan and a bound."""
    if not row.get("value") or row.get("bound") is None or row["violations"]:
        return None
    return 100.0 * float(row["value"] - row["bound"]) / float(row["value"])


def markdown(rows: Iterable[dict[str, Any]]) -> str:
    """One line for all seeds of a size, variant, method and limit: the worst of them."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        key = (row["weeks"], row["systems"], row["variant"], row["method"] != "planner", row["method"], row["limit_s"])
        groups.setdefault((*key, row["clock"]), []).append(row)
    return "\n".join([HEADING, *(_line(groups[key]) for key in sorted(groups))])


def _line(rows: list[dict[str, Any]]) -> str:
    one = rows[0]
    label = f"{one['systems']}×{one['weeks']} {one['variant']}, {one['limit_s']:g} s"
    label += " (CPU)" if one["clock"] == "cpu" else ""
    planned = [row for row in rows if gap_percent(row) is not None]
    worst = max(planned, key=lambda row: gap_percent(row) or 0.0, default=None)
    runs = f"{len(rows)}" if len(planned) == len(rows) else f"{len(rows)}, {_without(rows)}"
    value = bound = gap = "-"
    if worst is not None:
        value, bound, gap = str(worst["value"]), str(worst["bound"]), f"{gap_percent(worst):.2f} %"
    first = max((row["first_s"] for row in rows if row.get("first_s") is not None), default="-")
    most = {
        name: max((row[name] for row in rows if name in row), default="-")
        for name in ("wall_s", "cpu_s", "memory_gib", "load")
    }
    return (
        f"| {label} | {one['method']} | {runs} | {value} | {bound} | {gap} | {first} | {most['wall_s']} | {most['cpu_s']} "
        f"| {most['memory_gib']} | {most['load']} |"
    )


def _without(rows: list[dict[str, Any]]) -> str:
    """What became of the runs without a valid plan and a bound."""
    said = []
    for row in rows:
        if "error" in row:
            said.append(str(row["error"]))
        elif row["value"] is None:
            said.append("no plan")
        elif row["violations"]:
            said.append(f"{row['value']} breaks {row['violations']} rules")
        elif gap_percent(row) is None and row["value"]:
            said.append(f"{row['value']} without a bound")
    return "; ".join(f"{said.count(text)}× {text}" for text in dict.fromkeys(said)) or "value 0"
