"""What of the store goes into the evidence: fields of `KEPT_FIELDS` only, addresses as numbers of their own, no people.

Of classified systems and those of unknown secrecy nothing but their count is kept, their servers without any name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from inventory.merging.classified import CLASSIFIED_FIELD
from inventory.merging.parts import Rulings
from inventory.merging.values import secrecy
from inventory.model import Inventory, Record, Server, Value
from inventory.storage.decisions import Decision
from report.inputs import Inputs, MomentInput
from report.masked import masked

# What the merge and the report look at. Anything else in a record stays in the store.
KEPT_FIELDS = frozenset(
    {
        "sys_name", "sub_system", "alias", "sys_code", "dept", "dept_lead", "dept_build", "dept_use", "status", "sys_class", "secret",
        "mlps_level", "zone", "location", "xinchuang", "cpu_arch", "zombie_declared", "online_date", "vm_count", "phys_count",
        "vcpu", "mem", "disk", "storage", "sys_disk", "data_disk", "storage_used", "server_name", "host_name", "server_id", "ip", "project",
        "project_id", "cloud", "pool", "site", "flavor", "power", "powered_off_date", "created_date", "deleted_date", "pool_kind",
        "vcpu_physical", "vcpu_capacity", "vcpu_allocated", "memory_gib_physical", "memory_gib_capacity", "memory_gib_allocated",
        "disk_gib_physical", "disk_gib_capacity", "disk_gib_allocated", "host_count",
    }
)  # fmt: skip
USE_NOT_TOLD = "use_not_told"
"""Mark of a server of a classified system: its size counts as allocated, its use is in no rate and its samples are not here."""

# What may be said of a server whose system may not be named.
_NAMELESS_FIELDS = KEPT_FIELDS - frozenset(
    {"sys_name", "sub_system", "alias", "sys_code", "dept", "dept_lead", "dept_build", "dept_use", "server_name", "host_name", "ip", "project", "project_id", "location"}
)  # fmt: skip


def barred_of(now: Inventory, decisions: Sequence[Decision]) -> frozenset[str]:
    """Systems and servers that may not be named any more, by every id they have: what was open may be classified now."""
    ruled = Rulings.of(decisions).secrecy
    closed = [one.fields for one in now.systems if one.secrecy != "unclassified"]
    closed += [one.fields for one in now.servers if _veiled(one)]
    ids = {name for fields in closed for name in _known_as(fields)}
    return frozenset(ids | {subject for subject, word in ruled.items() if secrecy(word) != "unclassified"})


def _veiled(server: Server) -> bool:
    """Whether a server is of a classified system (inventory/merging/classified.py)."""
    return server.system_id is None and server.name == server.id


def open_systems_of(merged: Inventory, barred: frozenset[str]) -> frozenset[str]:
    """The systems that may be named."""
    return frozenset(
        system.id
        for system in merged.systems
        if system.secrecy == "unclassified" and not barred & {system.id, *_known_as(system.fields)}
    )


def without_use(merged: Inventory) -> frozenset[str]:
    """The records of servers whose use is not told: of systems that are classified by now."""
    closed = [one for one in merged.servers if one.fields.get(CLASSIFIED_FIELD)]
    return frozenset(name for one in closed for name in (one.id, *_known_as(one.fields)))


def kept_fields(merged: Inventory, barred: frozenset[str]) -> dict[str, frozenset[str]]:
    """Which fields of which records may be kept: all of ours for what may be named, no names for what may not."""
    kept: dict[str, frozenset[str]] = {record.id: KEPT_FIELDS for record in merged.others}
    open_systems = open_systems_of(merged, barred)
    for system in merged.systems:
        if system.id in open_systems:
            kept.update(dict.fromkeys(_known_as(system.fields), KEPT_FIELDS))
    for server in merged.servers:
        closed = _veiled(server) or bool(barred.intersection(_known_as(server.fields)))
        named = not closed and (server.system_id is None or server.system_id in open_systems)
        kept.update(dict.fromkeys(_known_as(server.fields), KEPT_FIELDS if named else _NAMELESS_FIELDS))
    return kept


def _known_as(fields: Mapping[str, Value]) -> tuple[str, ...]:
    found = fields.get("known_as", ())
    return found if isinstance(found, tuple) else (str(found),)


def minimised(record: Record, fields: frozenset[str], *, use_told: bool = True) -> Record:
    """A record with some of its fields, without columns and origins of fields."""
    chosen: dict[str, Value] = {} if use_told else {USE_NOT_TOLD: True}
    chosen |= {
        name: masked(value)
        for name, value in record.fields.items()
        if name in fields or (name.startswith("metadata.") and "sys_name" in fields)
    }
    return replace(record, fields=chosen, columns={}, field_origins={})


def renumber_addresses(inputs: Inputs) -> Inputs:
    """Addresses as plain numbers: equal ones stay equal, which is all that the merge asks of them."""
    moments = [moment for moment in (inputs.now, inputs.before) if moment is not None]
    known = sorted({a for moment in moments for one in moment.snapshots for r in one.records for a in _addresses(r)})
    numbers = {address: f"address-{place:06d}" for place, address in enumerate(known, start=1)}

    def record(one: Record) -> Record:
        if "ip" not in one.fields:
            return one
        return replace(one, fields={**one.fields, "ip": tuple(numbers[address] for address in _addresses(one))})

    def moment(one: MomentInput) -> MomentInput:
        snapshots = tuple(replace(s, records=tuple(record(r) for r in s.records)) for s in one.snapshots)
        return replace(one, snapshots=snapshots)

    return replace(inputs, now=moment(inputs.now), before=None if inputs.before is None else moment(inputs.before))


def _addresses(record: Record) -> tuple[str, ...]:
    value = record.fields.get("ip")
    return value if isinstance(value, tuple) else () if value is None else (str(value),)
