"""Names made comparable, and whose a department's name is: spelling, script, and the lineage of departments.

A normalised name is only ever compared, never shown.
"""

from __future__ import annotations

import functools
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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


def _heirs(department: Department, followed: Mapping[str, set[str]]) -> frozenset[str]:
    """Who followed a dissolved department, under whichever of its names that is said."""
    names = (department.name, *department.aliases)
    return frozenset(one for name in names for one in followed.get(normalised(name), ()) if one != department.id)


def _final(ids: Iterable[str], heirs: Mapping[str, frozenset[str]]) -> set[str]:
    """The departments that stand for some at last: those that followed the dissolved ones, and their own followers."""
    found: set[str] = set()
    waiting, met = list(ids), set()
    while waiting:
        one = waiting.pop()
        if one in met:
            continue
        met.add(one)
        if heirs.get(one):
            waiting += heirs[one]
        else:
            found.add(one)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Which department of today a name belongs to; built from catalogs/departments.

    `owners` maps a normalised name, of today or of old, to the ids that took it over (several after a split);
    `names` maps an id to its name today; `spellings` to all names that lead to it. `bearers` are the departments that bore
    a name themselves, also dissolved ones; `dissolved` those that are no more and that nobody is known to have followed.
    """

    owners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bearers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dissolved: frozenset[str] = frozenset()

    @staticmethod
    def of(files: Iterable[Departments], on: date | None = None) -> Lineage:
        """The lineage that some catalogue files declare.

        Args:
            files: of catalogs/departments.
            on: the day on which names are looked at: changes that take effect later have not happened yet, and a name
                that a department bears on that day is its own, whoever bore it before. `None`: all changes.
        """
        files = tuple(files)
        departments = [department for file in files for department in file.departments]
        there = [one for one in departments if on is None or one.since_on is None or one.since_on <= on]
        followed: dict[str, set[str]] = defaultdict(set)
        for change in (change for file in files for change in file.changes):
            if on is None or change.on <= on:
                for spelling in change.from_names:
                    followed[normalised(spelling)].update(change.to)
        heirs = {one.id: _heirs(one, followed) for one in there if _is_dissolved(one, on)}
        own: dict[str, set[str]] = defaultdict(set)
        gone: dict[str, set[str]] = defaultdict(set)
        bearers: dict[str, set[str]] = defaultdict(set)
        for one in there:
            for spelling in map(normalised, (one.name, *one.aliases)):
                bearers[spelling].add(one.id)
                (gone if one.id in heirs else own)[spelling].update(_final({one.id}, heirs))
        for spelling, ids in followed.items():
            gone[spelling].update(_final(ids, heirs))
        owners = {**gone, **own}
        spellings: dict[str, set[str]] = defaultdict(set)
        for known in (own, gone):
            for spelling, ids in known.items():
                for department_id in ids:
                    spellings[department_id].add(spelling)
        return Lineage(
            owners={spelling: tuple(sorted(ids)) for spelling, ids in owners.items()},
            names={one.id: one.name for one in departments},
            spellings={department_id: tuple(sorted(known)) for department_id, known in spellings.items()},
            bearers={spelling: tuple(sorted(ids)) for spelling, ids in bearers.items()},
            dissolved=frozenset(one for one, following in heirs.items() if not following),
        )

    def called(self, meant: Mapping[str, str]) -> Lineage:
        """This lineage with more names, each → the id or the name of the department that it means; names listed already stay."""
        more: dict[str, str] = {}
        for name, said in meant.items():
            one = said if said in self.names else self.department_id(said)
            if one is not None and normalised(name) not in self.owners:
                more[normalised(name)] = one
        if not more:
            return self
        spellings = {
            one: tuple(sorted({*self.spellings.get(one, ()), *(name for name, own in more.items() if own == one)}))
            for one in more.values()
        }
        alone = {name: (one,) for name, one in more.items()}
        return replace(
            self,
            owners={**self.owners, **alone},
            bearers={**self.bearers, **alone},
            spellings={**self.spellings, **spellings},
        )

    def is_open(self, name: str | None) -> bool:
        """Whether a department is no more, and it is not known which one followed it: none is named, or several are."""
        found = self.owners.get(normalised(name)) if name else None
        return found is not None and (len(found) != 1 or found[0] in self.dissolved)

    def candidates(self, name: str) -> tuple[str, ...]:
        """What those are called today that may have followed a department; nothing where none is named."""
        found = self.owners.get(normalised(name), ())
        return tuple(self.names[one] for one in found if one not in self.dissolved)

    def former_name(self, name: str | None) -> str | None:
        """The name itself, where it is one of old: another department bears its duties today; else `None`."""
        today = self.department_id(name)
        if name is None or today is None or today in self.bearers.get(normalised(name), ()):
            return None
        return name

    def department_id(self, name: str | None) -> str | None:
        """The department of today that bears or took over a name; None where there is none, or several after a split."""
        found = self.owners.get(normalised(name), ()) if name else ()
        return found[0] if len(found) == 1 else None

    def name_today(self, name: str | None) -> str | None:
        """What the department is called today; the name itself where the lineage does not know it."""
        department_id = self.department_id(name)
        return name if department_id is None else self.names[department_id]

    def keys(self, name: str) -> tuple[str, ...]:
        """Under which keys a department's systems may have been registered: its id first, then its names and predecessors of all times."""
        department_id = self.department_id(name)
        bore = self.bearers.get(normalised(name), ())
        if department_id is None:
            return (f"~{normalised(name)}", *bore)
        spellings = self.spellings[department_id]
        before = dict.fromkeys(
            one for spelling in spellings for one in self.bearers.get(spelling, ()) if one != department_id
        )
        return (department_id, *(f"~{spelling}" for spelling in spellings), *before)

    def related(self, one: str | None, other: str | None) -> bool:
        """Whether two department names belong to one lineage: equal, renamed, merged or split from each other."""
        return bool(self.owners_of(one) & self.owners_of(other))

    def owners_of(self, name: str | None) -> set[str]:
        """The ids of the departments that a name leads to; the normalised name itself where the lineage does not know it."""
        return set(self.owners.get(normalised(name), ())) or {normalised(name)} if name else set()
