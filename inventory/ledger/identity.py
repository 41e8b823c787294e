"""Which system a ledger's row speaks of: ids that survive renaming, splitting and merging of departments.

A system's id is made once, from the department's lineage and the name it was first seen with, and kept in the store's
append-only table `identity` under every key the system has been known by. Later rows find it by these keys:

1. lineage of the department and name (today's id of the department, or any name it ever bore);
2. system code and name together, or address and name together: the same system listed by another department;
3. the source and the name, where the source named no department before and now does (somebody answered whose it is).

A changed name is not guessed at: where only the code agrees a question is asked, and the answer is a decision
(`identity`, subject = new id, value = `{"same_as": old id}`), which the merge follows from its date on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from catalogs.digest import sha256_of
from catalogs.words import Text
from inventory.model import Collected, Gap, Record, Value
from inventory.names import DEPARTMENT_FIELDS, Lineage, normalised

ID_DIGITS = 10  # 40 bits: a clash among 100,000 systems has a chance of one in 200
Identities = dict[str, tuple[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """A collection whose systems have their final ids, and the keys to be registered with it."""

    collected: Collected
    identities: Identities


def with_stable_ids(
    collected: Collected, known: Mapping[str, str], lineage: Lineage, proven: Mapping[str, str] | None = None
) -> Identified:
    """Give every system its stable id; ids of other records, and records that name no system, stay.

    Args:
        collected: as a collector returns it; the ids of its systems are provisional.
        known: what the store has registered, `Store.identities()`.
        lineage: of the departments, from the catalogues.
        proven: provisional id → registered id, where a row itself carries its identity (a correction file).

    Returns:
        The collection with final ids (in records, in gaps' subjects, in dependencies) and the keys that are new.
    """
    registry = dict(known)
    taken = set(known.values())
    fresh: Identities = {}
    final: dict[str, str] = {}
    questions: list[Gap] = []
    coded: dict[
        str, str
    ] = {}  # ids met in this collection → the code of their system: one name with two codes is two systems
    owners = _owners(collected, lineage)
    for record in collected.records:
        if record.kind != "system" or not record.fields.get("sys_name"):
            continue
        code = _text(record, "sys_code")
        others = frozenset(known_id for known_id, own in coded.items() if code and own != code)
        system_id = (
            (proven or {}).get(record.id)
            or _known_id(record, registry, lineage, others)
            or (
                _id_without_owner(record, known)
                if len(owners[normalised(str(record.fields["sys_name"]))]) == 1
                else None
            )
            or _new_id(record, taken, lineage)
        )
        if code:
            coded.setdefault(system_id, code)
        final[record.id] = system_id
        taken.add(system_id)
        questions += _renamed(record, system_id, registry)
        for key, basis in _keys(record, lineage):
            if key not in registry:
                registry[key] = system_id
                fresh[key] = (system_id, basis)
    records = tuple(_with_ids(record, final) for record in collected.records)
    gaps = tuple(replace(gap, subject=final.get(gap.subject or "", gap.subject)) for gap in collected.gaps)
    unique = {gap.id: gap for gap in questions}
    return Identified(collected=replace(collected, records=records, gaps=(*gaps, *unique.values())), identities=fresh)


def name_key(department_key: str, name: str) -> str:
    """The key of a system: its department and its normalised name."""
    return f"name:{department_key}/{normalised(name)}"[:500]


def _known_id(record: Record, registry: Mapping[str, str], lineage: Lineage, others: frozenset[str]) -> str | None:
    """The registered id of a row; `others` are ids of systems that have another code. Code and name together go first."""
    shared = [key for key, _ in _shared_keys(record)]
    first = [key for key in shared if key.startswith("both:")]
    own = [name_key(key, str(record.fields["sys_name"])) for key in _department_keys(record, lineage)]
    keys = (*first, *own, *shared)
    return next((registry[key] for key in keys if key in registry and registry[key] not in others), None)


def _owners(collected: Collected, lineage: Lineage) -> Mapping[str, set[str]]:
    """The departments that each name stands with in a collection."""
    found: dict[str, set[str]] = defaultdict(set)
    for record in collected.records:
        if record.kind == "system" and record.fields.get("sys_name"):
            found[normalised(str(record.fields["sys_name"]))].add(_department_keys(record, lineage)[0])
    return found


def _id_without_owner(record: Record, known: Mapping[str, str]) -> str | None:
    """The id that the system had while its source named no department; a name that one department alone has."""
    return known.get(name_key(f"@{record.origin.source}", str(record.fields["sys_name"])))


def _department_keys(record: Record, lineage: Lineage) -> tuple[str, ...]:
    """The keys of the row's department; where it names none, those of its source, so that namesakes stay apart."""
    name = next((found for field_name in DEPARTMENT_FIELDS if (found := _text(record, field_name))), None)
    return (f"@{record.origin.source}",) if name is None else lineage.keys(name)


def _new_id(record: Record, taken: set[str], lineage: Lineage) -> str:
    key = name_key(_department_keys(record, lineage)[0], str(record.fields["sys_name"]))
    attempt = 0
    while True:
        made = "sys-" + sha256_of([key, attempt] if attempt else key)[:ID_DIGITS]
        if made not in taken:
            return made
        attempt += 1


def _keys(record: Record, lineage: Lineage) -> Iterator[tuple[str, object]]:
    """All keys under which this row can be found again, each with why."""
    place = record.origin.as_json()
    yield (
        name_key(_department_keys(record, lineage)[0], str(record.fields["sys_name"])),
        {"by": "department and name", "origin": place},
    )
    for key, by in _shared_keys(record):
        yield key, {"by": by, "origin": place}
    code = _text(record, "sys_code")
    if code:
        yield f"code:{normalised(code)}", {"by": "code", "origin": place}


def _shared_keys(record: Record) -> Iterator[tuple[str, str]]:
    """Keys that hold across departments: the name with the code, the name with an address."""
    name = normalised(str(record.fields["sys_name"]))
    code = _text(record, "sys_code")
    if code:
        yield f"both:{normalised(code)}/{name}"[:500], "code and name"
    addresses = record.fields.get("ip")
    if isinstance(addresses, tuple):
        for address in addresses:
            yield f"at:{address}/{name}"[:500], "address and name"


def _renamed(record: Record, system_id: str, registry: Mapping[str, str]) -> list[Gap]:
    """The question whether a system of another name but the same code is the same one."""
    code = _text(record, "sys_code")
    other = registry.get(f"code:{normalised(code)}") if code else None
    if other is None or other == system_id:
        return []
    name = record.fields["sys_name"]
    message = Text(
        f"{record.origin.place}：“{name}”与已登记的系统 {other} 编码相同（{code}），名称不同",
        f'{record.origin.place}: "{name}" has the same code ({code}) as the registered system {other}, but another name',
    )
    return [
        Gap(
            kind="ambiguous", origin=record.origin_of("sys_code"), message=message, subject=system_id, field="sys_code", raw=code,
            question=Text("是同一个系统改了名，还是编码填错？", "is it the same system renamed, or is the code wrong?"),
            choices=("same", "different"), answer_key=same_system_key(system_id, other),
        )
    ]  # fmt: skip


def same_system_key(new: str, old: str) -> str:
    """The answer key of the question whether two ids are one system; answers are `same` and `different`."""
    return f"same-system:{new}:{old}"


def _with_ids(record: Record, final: Mapping[str, str]) -> Record:
    if record.kind == "system":
        return replace(record, id=final.get(record.id, record.id))
    if record.kind == "dependency":
        fields: dict[str, Value] = {
            name: final.get(value, value) if isinstance(value, str) else value for name, value in record.fields.items()
        }
        return replace(record, fields=fields)
    return record


def _text(record: Record, name: str) -> str | None:
    value = record.fields.get(name)
    return None if value is None or value == "" else str(value)
