"""Systems of one unit that are called the same but for an addition: the old copy, the clone, the version, the new place.

A name proves nothing by itself: the rules hold it against logins and the work of the servers (inventory/zombies/rules_use.py).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from inventory.model import System

# What stands behind a name: （…）, -…, V2.0, 二期, 新版
_ADDITION = re.compile(
    r"\s*(?:[（(【\[][^（）()【】\[\]]{1,10}[）)】\]]|[-－—_][^-－—_]{1,8}|[vV]\s?\d+(?:\.\d+)*|[一二三四五]期|[新旧老]版?)$"
)


def plain_name(name: str) -> str:
    """A name without its additions; the whole name where nothing else would be left."""
    left = name.strip()
    while (found := _ADDITION.search(left)) is not None and found.start() >= _LEAST:
        left = left[: found.start()]
    return left.casefold()


_LEAST = 3  # characters of a name


def namesakes_of(systems: Iterable[System]) -> Mapping[str, tuple[str, ...]]:
    """By system those of the same unit with the same plain name, and the one that its ledger says replaced it; ids, sorted."""
    known = list(systems)
    by_plain: dict[tuple[str | None, str], list[str]] = defaultdict(list)
    by_name: dict[str, list[str]] = defaultdict(list)
    for system in known:
        by_plain[system.department_id or system.department, plain_name(system.name)].append(system.id)
        by_name[system.name].append(system.id)
    found: dict[str, set[str]] = defaultdict(set)
    for (unit, _), ids in by_plain.items():
        if len(ids) > 1 and unit is not None:
            for one in ids:
                found[one].update(ids)
    for system in known:
        other = system.fields.get("replaced_by")
        if isinstance(other, str):
            found[system.id].update(by_name.get(other.strip(), ()))
    return {one: tuple(sorted(ids - {one})) for one, ids in found.items()}
