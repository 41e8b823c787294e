"""Names made comparable, and whose a department's name is: spelling, script, and the lineage of departments.

A normalised name is only ever compared, never shown.
"""

from __future__ import annotations

import functools
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from catalogs.models_calendar import Department, Departments

# The columns that may name a system's department, the first that is filled holds.
DEPARTMENT_FIELDS = ("dept", "dept_lead", "dept_build", "dept_use")
_DROPPED_CATEGORIES = ("Z", "P", "C", "S")  # spaces, punctuation, control characters, symbols


@functools.lru_cache(maxsize=100_000)
def normalised(name: str) -> str:
    """NFKC, simplified script, small letters, without spaces and punctuation; `ＯＡ系統（新）` and `oa系统(新)` are equal."""
    text = unicodedata.normalize("NFKC", name)
    if not text.isascii():
        text = simplified(text)
    return text.casefold().translate(_KEPT) or text.strip()


class _Kept(dict[int, int | None]):
    """For `str.translate`: every character stands for itself, or for nothing; each is looked up once."""

    def __missing__(self, code: int) -> int | None:
        kept = unicodedata.category(chr(code))[0] not in _DROPPED_CATEGORIES
        self[code] = code if kept else None
        return self[code]


_KEPT = _Kept()


def simplified(text: str) -> str:
    """Traditional or mixed script → simplified; what GB2312 can hold is simplified already, and most names are."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        pass
    else:
        return text
    converted: str = _converter().convert(text)
    return converted


@functools.cache
def _converter() -> _Converter:
    from opencc import OpenCC

    made: _Converter = OpenCC("t2s")
    return made


if TYPE_CHECKING:
    from typing import Protocol

    class _Converter(Protocol):
        def convert(self, text: str) -> str: ...


def _is_dissolved(department: Department, on: date | None) -> bool:
    return department.until_on is not None and (on is None or department.until_on < on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Which department of today a name belongs to; built from catalogs/departments.

    `owners` maps a normalised name, of today or of old, to the ids that took it over (several after a split);
    `names` maps an id to its name today; `spellings` to all names that lead to it.
    """

    owners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @staticmethod
    def of(files: Iterable[Departments], on: date | None = None) -> Lineage:
        """The lineage that some catalogue files declare.

        Args:
            files: of catalogs/departments.
            on: the day on which names are looked at: changes that take effect later have not happened yet, and a name
                that a department bears on that day is its own, whoever bore it before. `None`: all changes.
        """
        files = tuple(files)
        own: dict[str, set[str]] = defaultdict(set)
        gone: dict[str, set[str]] = defaultdict(set)
        names: dict[str, str] = {}
        for file in files:
            for department in file.departments:
                names[department.id] = department.name
                if on is not None and department.since_on is not None and on < department.since_on:
                    continue  # it is not there yet
                bears = gone if _is_dissolved(department, on) else own
                for spelling in (department.name, *department.aliases):
                    bears[normalised(spelling)].add(department.id)
        for file in files:
            for change in file.changes:
                if on is None or change.on <= on:
                    for spelling in change.from_names:
                        gone[normalised(spelling)].update(change.to)
        owners = {**gone, **own}
        spellings: dict[str, set[str]] = defaultdict(set)
        for bearers in (own, gone):
            for spelling, ids in bearers.items():
                for department_id in ids:
                    spellings[department_id].add(spelling)
        return Lineage(
            owners={spelling: tuple(sorted(ids)) for spelling, ids in owners.items()},
            names=names,
            spellings={department_id: tuple(sorted(known)) for department_id, known in spellings.items()},
        )

    def department_id(self, name: str | None) -> str | None:
        """The department of today that bears or took over a name; None where there is none, or several after a split."""
        found = self.owners.get(normalised(name), ()) if name else ()
        return found[0] if len(found) == 1 else None

    def name_today(self, name: str | None) -> str | None:
        """What the department is called today; the name itself where the lineage does not know it."""
        department_id = self.department_id(name)
        return name if department_id is None else self.names[department_id]

    def keys(self, name: str) -> tuple[str, ...]:
        """Under which keys a department's systems may have been registered: its id first, then its names of all times."""
        department_id = self.department_id(name)
        if department_id is None:
            return (f"~{normalised(name)}",)
        return (department_id, *(f"~{spelling}" for spelling in self.spellings[department_id]))

    def related(self, one: str | None, other: str | None) -> bool:
        """Whether two department names belong to one lineage: equal, renamed, merged or split from each other."""
        if not one or not other:
            return False
        first = set(self.owners.get(normalised(one), ())) or {normalised(one)}
        second = set(self.owners.get(normalised(other), ())) or {normalised(other)}
        return bool(first & second)
