"""Rows of ledgers and other sources → systems: one system in several rows, zones or departments becomes one `System`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from catalogs.words import Text
from inventory.merging import values as typed
from inventory.merging.departments import Belongs, belongs_to
from inventory.merging.fields import Picked, first_text, pick_fields
from inventory.merging.parts import Rulings, Seen, Words, in_order
from inventory.model import Gap, Secrecy, System, Value
from inventory.names import normalised


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedSystems:
    """The systems that may be shown, by id; `hidden` are the classified ones, known here to keep them out of sight."""

    systems: Mapping[str, System]
    hidden: Mapping[str, System]
    gaps: tuple[Gap, ...]


def merge_systems(seen: Iterable[Seen], rulings: Rulings, words: Words) -> MergedSystems:
    """Group by id, as the decisions say, and pick each field; records that name no system become gaps."""
    groups: dict[str, list[Seen]] = defaultdict(list)
    gaps: list[Gap] = []
    for row in in_order(seen):
        if row.record.fields.get("sys_name"):
            groups[rulings.final(row.record.id)].append(row)
        else:
            gaps.append(_nameless(row))
    systems: dict[str, System] = {}
    hidden: dict[str, System] = {}
    for system_id, rows in sorted(groups.items()):
        picked = pick_fields(
            system_id, _in_force(rows, words), rulings, ignored=frozenset({"raw", "approximate", "null_reason"})
        )
        secrecy = _secrecy(system_id, rows, rulings)
        known_as = tuple(sorted({row.record.id for row in rows}))
        owner = belongs_to(system_id, picked.values, picked.origins, rulings, words.lineage)
        merged = _system(system_id, picked, secrecy, known_as, owner, words)
        if system_id in rulings.classes:  # a person's decision goes before the ledger's word
            merged = replace(merged, system_class=rulings.classes[system_id])
        if secrecy == "classified":
            hidden[system_id] = merged
            continue
        systems[system_id] = merged
        gaps += picked.gaps if owner.gap is None else [*picked.gaps, owner.gap]
    gaps += _namesakes(systems, rulings)
    return MergedSystems(systems=systems, hidden=hidden, gaps=tuple(gaps))


def _nameless(row: Seen) -> Gap:
    place = row.record.origin.place
    return Gap(
        kind="missing", origin=row.record.origin, field="sys_name", subject=row.record.id,
        message=Text(f"{place}：没有系统名称，不能登记", f"{place}: no system name; it cannot be registered"),
    )  # fmt: skip


def _in_force(rows: Sequence[Seen], words: Words) -> list[Seen]:
    """Without the rows that a department's successor has listed anew since: the newer ledger replaces the older one."""
    departments = {row.source: row.source.partition(":")[2] for row in rows if row.collector == "ledger"}
    newest = {row.source: row.taken_at for row in rows}

    def replaced(row: Seen) -> bool:
        own = departments.get(row.source)
        return own is not None and any(
            other != row.source and newest[other] > row.taken_at and words.lineage.related(own, name)
            for other, name in departments.items()
        )

    return [row for row in rows if not replaced(row)]


def _secrecy(system_id: str, rows: Sequence[Seen], rulings: Rulings) -> Secrecy:
    """The secrecy office's ruling; else classified where any row says so, unclassified where all that speak say so."""
    ruled = typed.secrecy(rulings.secrecy.get(system_id))
    if ruled != "unknown":
        return ruled
    said = {typed.secrecy(value) for row in rows if (value := row.record.fields.get("secret")) is not None}
    if "classified" in said:
        return "classified"
    return "unclassified" if said == {"unclassified"} else "unknown"


def _system(
    system_id: str, picked: Picked, secrecy: Secrecy, known_as: tuple[str, ...], owner: Belongs, words: Words
) -> System:
    values = picked.values
    zones = tuple(sorted({words.zone(word) for word in typed.texts(values.get("zone"))}))
    return System(
        id=system_id,
        name=first_text(values, "sys_name") or system_id,
        department=owner.name,
        department_id=owner.id,
        secrecy=secrecy,
        system_class=typed.system_class(values.get("sys_class")),
        status=first_text(values, "status"),
        mlps_level=typed.mlps_level(values.get("mlps_level")),
        zones=zones,
        location=first_text(values, "location", "site"),
        vcpu=typed.whole(values.get("vcpu")),
        memory_gib=typed.number(values.get("mem")),
        storage_gib=_storage_gib(values),
        data_gib=typed.number(values.get("data_size")),
        cpu_arch=typed.cpu_arch(values.get("cpu_arch")),
        xinchuang=typed.yes_no(values.get("xinchuang")),
        zombie_declared=typed.yes_no(values.get("zombie_declared")),
        contract_end_on=typed.last_day(values.get("ops_contract_end")),
        last_login_on=typed.last_day(values.get("last_login")),
        last_update_on=typed.last_day(values.get("last_update")),
        online_on=typed.last_day(values.get("online_date")),
        hardware_end_on=typed.last_day(values.get("hw_end")),
        users=typed.whole(values.get("user_scale")),
        dr=first_text(values, "dr", "dr_active"),
        fields={**values, **owner.fields, "known_as": known_as},
        origins=picked.origins,
    )


def _storage_gib(values: Mapping[str, Value]) -> float | None:
    """The storage column; else system and data disks together, where both are known."""
    whole = typed.number(values.get("storage"))
    if whole is not None:
        return whole
    system, data = typed.number(values.get("sys_disk")), typed.number(values.get("data_disk"))
    return None if system is None or data is None else system + data


def _namesakes(systems: Mapping[str, System], rulings: Rulings) -> list[Gap]:
    """Systems of the same name and the same addresses under different ids: asked about, never merged by themselves."""
    by_name: dict[str, list[System]] = defaultdict(list)
    for system in systems.values():
        by_name[normalised(system.name)].append(system)
    gaps = []
    for group in by_name.values():
        first = group[0]
        for other in group[1:]:
            shared = set(typed.texts(first.fields.get("ip"))) & set(typed.texts(other.fields.get("ip")))
            key = f"same-system:{other.id}:{first.id}"
            if shared and key not in rulings.answers:
                gaps.append(_namesake(first, other, sorted(shared), key))
    return gaps


def _namesake(first: System, other: System, shared: Sequence[str], key: str) -> Gap:
    listed = "、".join(shared[:3])
    places = " / ".join(system.origins["sys_name"].place for system in (first, other))
    return Gap(
        kind="ambiguous", origin=other.origins["sys_name"], subject=other.id, field="sys_name", raw=other.name,
        message=Text(
            f"“{other.name}”由 {first.department} 和 {other.department} 分别填报，地址相同（{listed}）：{places}",
            f'"{other.name}" is listed by {first.department} and by {other.department} with the same address ({listed}): {places}',
        ),
        question=Text("是同一个系统吗？", "is it one system?"), choices=("same", "different"), answer_key=key,
    )  # fmt: skip
