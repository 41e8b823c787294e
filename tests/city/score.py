"""Score what the pipeline found against the truth of the city."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from inventory.model import Gap, Inventory, System

Truth = Mapping[str, Any]
# Persons are kept apart by design; these are not compared cell by cell.
APART = frozenset({"contact", "phone", "vendor_contact", "vendor_phone", "secret", "dept"})


@dataclass(slots=True)
class Cells:
    """How the cells of the ledgers were read: rightly, asked about, or wrongly without a word."""

    right: int = 0
    asked: int = 0
    wrong: list[str] = field(default_factory=list)
    by_layout: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def total(self) -> int:
        """All cells compared."""
        return self.right + self.asked + len(self.wrong)

    @property
    def right_ratio(self) -> float:
        """The share read rightly."""
        return self.right / self.total

    @property
    def wrong_ratio(self) -> float:
        """The share read wrongly in silence."""
        return len(self.wrong) / self.total


def systems_by_truth(truth: Truth, inventory: Inventory) -> dict[str, System]:
    """The system of the inventory for each of the truth, by the code the ledgers carry."""
    by_code = {str(system.fields.get("sys_code")): system for system in inventory.systems}
    return {one["id"]: by_code[one["code"]] for one in truth["systems"] if one["code"] in by_code}


def score_cells(truth: Truth, inventory: Inventory) -> Cells:
    """Compare every cell of every row of the ledgers with its right reading.

    A value that is not there counts as asked where a gap names its system or its cell, as wrong otherwise.
    """
    found, cells = systems_by_truth(truth, inventory), Cells()
    layout_of = {department["ledger"]: department["layout"] for department in truth["departments"]}
    places = _places(inventory.gaps)
    for one in truth["systems"]:
        layout, file = layout_of[one["ledger"]["file"]], one["ledger"]["file"]
        system = found.get(one["id"])
        for name, expected in one["ledger"]["fields"].items():
            if name in APART:
                continue
            actual = None if system is None else system.fields.get(name)
            verdict = _verdict(expected, actual)
            if verdict != "right" and _is_asked(places, system, name, file, one["ledger"]["rows"]):
                verdict = "asked"
            cells.by_layout[layout][verdict] += 1
            if verdict == "right":
                cells.right += 1
            elif verdict == "asked":
                cells.asked += 1
            else:
                cells.wrong.append(f"{file} {one['name']} {name}: {expected!r} read as {actual!r}")
    return cells


def _places(gaps: Iterable[Gap]) -> set[tuple[object, ...]]:
    known: set[tuple[object, ...]] = set()
    for gap in gaps:
        known.add((gap.subject, gap.field))
        known.add((gap.origin.file, gap.origin.sheet, gap.origin.row, gap.field))
    return known


def _is_asked(
    places: set[tuple[object, ...]], system: System | None, name: str, file: str, rows: list[dict[str, Any]]
) -> bool:
    if system is not None and (system.id, name) in places:
        return True
    sheets = {row["sheet"] for row in rows} | {None}
    wanted = (name, None)  # a gap without a field speaks of its whole row
    return any((file, sheet, row["row"], field) in places for row in rows for sheet in sheets for field in wanted)


def _verdict(expected: object, actual: object) -> str:
    if expected is None or expected == []:
        return "right" if actual in (None, (), "") else "wrong"
    return "right" if _same(expected, actual) else "wrong"


def _same(expected: object, actual: object) -> bool:
    if isinstance(expected, list):
        return isinstance(actual, tuple) and sorted(map(_plain, expected)) == sorted(map(_plain, actual))
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, int | float) and isinstance(actual, int | float):
        return abs(expected - actual) <= 0.001 * max(1.0, abs(expected))
    if isinstance(actual, tuple):
        return len(actual) == 1 and _plain(expected) == _plain(actual[0])
    return actual is not None and _plain(expected) == _plain(actual)


def _plain(value: object) -> str:
    return "".join(unicodedata.normalize("NFKC", str(value)).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Verdicts against the truth. `missed` are zombies not found, `false` systems wrongly called zombie."""

    hits: int
    missed: tuple[str, ...]
    false: tuple[str, ...]
    blamed_without_data: tuple[str, ...]

    @property
    def precision(self) -> float:
        """Hits among all that were called zombie."""
        called = self.hits + len(self.false)
        return self.hits / called if called else 1.0

    @property
    def recall(self) -> float:
        """Hits among all zombies that can be known."""
        real = self.hits + len(self.missed)
        return self.hits / real if real else 1.0


def score_verdicts(truth: Truth, inventory: Inventory, verdicts: Mapping[str, str]) -> Judged:
    """`verdicts`: system id → zombie, in_use or unknown. Systems that nobody measures must stay unknown."""
    found = systems_by_truth(truth, inventory)
    hits, missed, false, blamed = 0, [], [], []
    for one in truth["systems"]:
        system = found.get(one["id"])
        verdict = verdicts.get(system.id, "unknown") if system is not None else "unknown"
        label = f"{one['id']} {one['name']} ({one['behaviour']}): {verdict}"
        if one["expected_verdict"] == "unknown":
            if verdict == "zombie":
                blamed.append(label)
        elif one["zombie"]:
            hits += verdict == "zombie"
            if verdict != "zombie":
                missed.append(label)
        elif verdict == "zombie":
            false.append(label)
    return Judged(hits=hits, missed=tuple(missed), false=tuple(false), blamed_without_data=tuple(blamed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Servers and their systems: rightly linked, linked to nothing, wrongly linked."""

    right: int
    open: tuple[str, ...]
    wrong: tuple[str, ...]


def score_links(truth: Truth, inventory: Inventory) -> Linked:
    """Which system each server was found to belong to; machines of nobody must stay with nobody."""
    found = {key: system.id for key, system in systems_by_truth(truth, inventory).items()}
    by_name = {server.name: server for server in inventory.servers}
    right, unlinked, wrong = 0, [], []
    for one in truth["servers"]:
        server = by_name.get(one["name"])
        expected = found.get(one["system"] or "")
        actual = None if server is None else server.system_id
        label = f"{one['name']} of {one['system']}: {actual}"
        if actual == expected:
            right += 1
        elif actual is None:
            unlinked.append(label)
        else:
            wrong.append(label)
    return Linked(right=right, open=tuple(unlinked), wrong=tuple(wrong))
