"""Whose a system was on each day, where departments merged, split, were founded or dissolved within a period.

A ledger names a department; which one bears its duties on a day, the catalogue says by date, whenever the ledger was collected.
A mere renaming changes nothing: all days count for the department under its name of today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from inventory.merging.fields import first_text
from inventory.model import Inventory, System
from inventory.names import DEPARTMENT_FIELDS, Lineage, normalised
from inventory.telemetry.form import Period
from inventory.usage.stint import Stint

if TYPE_CHECKING:
    from catalogs.models_calendar import Departments


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """The lineage of departments from each day of a reform on, the first from the beginning of a period on; none without reforms.

    `renamed` are names of old of departments that are the same today, `today` the names of all by id, `latest` the systems of
    today by id: an answer to whose a system is holds from the day on which that became a question.
    """

    lineages: Sequence[tuple[date, Lineage]]
    renamed: Mapping[str, str]
    today: Mapping[str, str]
    latest: Mapping[str, System]

    @staticmethod
    def of(files: Sequence[Departments], latest: Inventory, period: Period) -> Succession:
        """What happened within a period, seen from the instant of an inventory."""
        from catalogs.console import LOCAL_ZONE

        on = latest.as_of.astimezone(LOCAL_ZONE).date()
        since = [day for day in reforms(files) if period.start_on < day <= on]
        now = Lineage.of(files, on)
        lineages = [(day, Lineage.of(files, day)) for day in (period.start_on, *since)] if since else []
        return Succession(
            lineages=lineages,
            renamed=_renamed(files, now, on),
            today=now.names,
            latest={one.id: one for one in latest.systems},
        )

    def pieces(self, stint: Stint) -> Iterator[Stint]:
        """A stint, cut on the days on which its system went to another department."""
        said = first_text(stint.system.fields, *DEPARTMENT_FIELDS) if stint.system else None
        cuts = [(max(day, stint.start_on), lineage) for day, lineage in self.lineages if day < stint.end_on]
        if stint.system is None or said is None or not cuts:
            yield stint
            return
        kept: Stint | None = None
        for (start, lineage), end in zip(cuts, [*(day for day, _ in cuts[1:]), stint.end_on], strict=True):
            if end <= start:
                continue
            system = self._on(stint.system, said, lineage)
            if kept is not None and kept.system is not None and kept.system.department == system.department:
                kept = replace(kept, end_on=end)
                continue
            if kept is not None:
                yield kept
            kept = replace(stint, system=system, start_on=start, end_on=end)
        if kept is not None:
            yield kept

    def _on(self, system: System, said: str, lineage: Lineage) -> System:
        """The system under the department that bears the duties of the named one; as was answered where that is not known."""
        if lineage.is_open(said) or normalised(said) not in lineage.owners:
            known = self.latest.get(system.id, system)
            return replace(system, department=known.department, department_id=known.department_id)
        department_id = lineage.department_id(said)
        name = said if department_id is None else self.today.get(department_id, said)
        return replace(system, department=self.renamed.get(name, name), department_id=department_id)


def reforms(files: Iterable[Departments]) -> list[date]:
    """The local days on which duties went to another department, or one was founded or was there no more."""
    days: set[date] = set()
    for file in files:
        days |= {change.on for change in file.changes if change.kind != "rename"}
        for one in file.departments:
            days |= {one.since_on} if one.since_on else set()
            days |= {one.until_on + timedelta(days=1)} if one.until_on else set()
    return sorted(days)


def _renamed(files: Iterable[Departments], now: Lineage, on: date) -> dict[str, str]:
    """Names of old, by mere renamings until a day, and what the same department is called then."""
    old = {
        name
        for file in files
        for change in file.changes
        if change.kind == "rename" and change.on <= on
        for name in change.from_names
    }
    return {name: today for name in sorted(old) if now.former_name(name) and (today := now.name_today(name))}
