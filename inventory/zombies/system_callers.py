"""Who calls whom: calls that were measured or that a unit names, links that say less, and the operator's, which are no use."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from inventory.model import Inventory
from inventory.zombies.operators import Operators

SEVERAL_UNITS = 2  # other units whose ledgers name a system: practice (U); one may have copied last year's ledger


def callers_of(inventory: Inventory, since: date, operators: Operators) -> dict[str, dict[str, tuple[str, ...]]]:
    """Who calls whom; traffic that was last seen before the window is no more, and the operator's systems stand apart.

    What one other unit's ledger says of a link may be out of date; where several units say so independently, it is a call.
    """
    watching = {system.id for system in inventory.systems if operators.runs(system.name)}
    units = {system.id: system.department_id or system.department for system in inventory.systems}
    portals = {system.id for system in inventory.systems if operators.links(system.name)}
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    foreigners: dict[str, set[str | None]] = defaultdict(set)
    for dependency in inventory.dependencies:
        if dependency.basis == "declared" and dependency.consumer not in portals | watching:
            foreigners[dependency.provider].add(units.get(dependency.consumer))
    for dependency in inventory.dependencies:
        over = dependency.last_seen_on is not None and dependency.last_seen_on < since
        if dependency.consumer != dependency.provider and not over:
            unit = units.get(dependency.provider)
            several = len(foreigners[dependency.provider] - {unit}) >= SEVERAL_UNITS
            foreign = units.get(dependency.consumer) != unit and not several
            link = dependency.basis == "declared" and (foreign or dependency.consumer in portals)
            basis = "operating" if dependency.consumer in watching else "linking" if link else dependency.basis
            found[dependency.provider][basis].add(dependency.consumer)
    return {provider: {basis: tuple(sorted(ids)) for basis, ids in by.items()} for provider, by in found.items()}
