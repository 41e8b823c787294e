"""How rows of the seventh city are filled in: as in the fifth, and systems that share a machine name only its address."""

from __future__ import annotations

from tests.city.cells import Cell, Clerk
from tests.city.model import CitySystem
from tests.city.neighbours_cells import own_manner

NO_MACHINES = frozenset({"vm_count", "vcpu", "mem", "storage", "sys_disk", "data_disk", "spec"})


def harbour_manner(name: str, system: CitySystem, clerk: Clerk) -> Cell | None:
    """The cell where this city writes it in its own manner; `None` where it writes as every city does."""
    if system.lodges_at is not None and name == "ip":
        return Cell(system.lodges_at, [system.lodges_at])
    if system.lodges_at is not None and name in NO_MACHINES:
        return clerk.null()
    return own_manner(name, system, clerk)
