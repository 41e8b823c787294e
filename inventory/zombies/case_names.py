"""What the system of a case is called now: it may have been renamed, merged, moved, closed, or be gone from every ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from catalogs.words import Text
from inventory.merging.departments import addressed
from inventory.model import Inventory, System
from inventory.zombies.cases import Case

BEFORE_SHUT_DOWN = frozenset({"opened", "notified", "replied", "objected", "held", "confirmed", "backed-up"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The system of a case as it may be named, and what became of it since the case was opened."""

    system_id: str
    name: str
    department: Text
    system: System | None = None  # as it is known now; none where no source lists it any more
    became: tuple[Text, ...] = ()

    def as_json(self) -> dict[str, object]:
        """What `--json` adds to a case."""
        return {
            "system": self.name,
            "department": str(self.department),
            "became": [text.as_json() for text in self.became],
        }


def subjects_of(
    cases: Iterable[Case], now: Inventory, then: Callable[[datetime], Inventory], *, compare: bool = False
) -> dict[str, Subject]:
    """The systems of cases by id, without those that may not be named: classified since, in whatever inventory.

    Args:
        cases: some.
        now: what is known now.
        then: what was known at an instant, without what is classified by now; asked only where it is needed.
        compare: also say where the name or the department is another than when the case was opened.
    """
    by_id = {system.id: system for system in now.systems}
    for system in now.systems:
        for known in _known_as(system):
            by_id.setdefault(known, system)
    found = {}
    for case in cases:
        current = by_id.get(case.system_id)
        before = _then(case, then) if current is None or compare else None
        told = current or before
        if told is not None:
            found[case.system_id] = Subject(
                system_id=case.system_id, name=told.name, department=addressed(told), system=current, became=_became(case, current, before)
            )  # fmt: skip
    return found


def _then(case: Case, then: Callable[[datetime], Inventory]) -> System | None:
    return next((one for one in then(case.opened_at).systems if case.system_id in (one.id, *_known_as(one))), None)


def _became(case: Case, now: System | None, before: System | None) -> tuple[Text, ...]:
    if now is None:
        return (Text("台账和云里已没有这个系统", "no source lists it any more"),)
    found = []
    if now.id != case.system_id:
        found.append(Text(f"已并入 {now.id}", f"merged into {now.id}"))
    if before is not None and before.name != now.name:
        found.append(Text(f"立案时名称为“{before.name}”", f"was called {before.name} when the case was opened"))
    was = None if before is None else addressed(before)
    if was is not None and was != addressed(now):
        found.append(Text(f"立案时属{was.zh}", f"was {was.en}'s when the case was opened"))
    return tuple(found)


def _known_as(system: System) -> tuple[str, ...]:
    value = system.fields.get("known_as")
    return tuple(str(one) for one in value) if isinstance(value, tuple) else ()


def second_thoughts(cases: Iterable[Case], states: Mapping[str, str]) -> dict[str, Text]:
    """What the rules say of systems that they suspect no more, while their cases are open and they still run.

    Args:
        cases: some.
        states: of all systems, as judged now.
    """
    words = {"in_use": Text("现判定在用", "now judged in use"), "unknown": Text("现未判定", "no verdict now")}
    return {
        case.system_id: words[state]
        for case in cases
        if case.step in BEFORE_SHUT_DOWN and (state := states.get(case.system_id)) in words
    }
