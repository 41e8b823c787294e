"""Machines seen by several collectors → servers: by native id, by address, by name; conflicts kept, doubts asked.

A server's id is that of the source nearest to the machine (a cloud's interface before an export before a ledger);
the other ids it is known by stay in its field `known_as`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from catalogs.words import Text
from inventory.department_names import NONE_OF_THEM
from inventory.merging import values as typed
from inventory.merging.fields import first_text, pick_fields
from inventory.merging.parts import LEDGER_RANK, Rulings, Seen, Words, in_order
from inventory.model import Gap, Server, Value
from inventory.names import normalised

# What a ledger and a cloud call differently without contradiction.
_IGNORED = frozenset(
    {"server_name", "host_name", "server_id", "flavor", "status", "dept", "sys_name", "sys_code", "created_date", "description", "remark",
     "os_app", "res_type", "server_type", "raw", "approximate", "null_reason", "project_id", "serial", "zone", "storage", "online_date", "secret"}
)  # fmt: skip


_ZONE_KEYS = ("metadata.zone", "metadata.网络区域", "metadata.区域")


@dataclass(slots=True)
class Machine:
    """All rows that speak of one machine, nearest first."""

    id: str
    rows: list[Seen]

    @property
    def rank(self) -> int:
        """That of the nearest source."""
        return self.rows[0].rank

    @property
    def name(self) -> str:
        """What a person calls it."""
        return next(
            (name for field_name in ("server_name", "host_name") for name in sorted(self.texts(field_name))), self.id
        )

    def texts(self, *names: str) -> set[str]:
        """All values of some fields, in all rows."""
        return {text for row in self.rows for name in names for text in typed.texts(row.record.fields.get(name))}


@dataclass(slots=True)
class MergedServers:
    """The machines, by id, with what could not be told apart."""

    machines: dict[str, Machine] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)


def match_machines(seen: Iterable[Seen], rulings: Rulings) -> MergedServers:
    """Bring the rows of one machine together. The result does not depend on the order of the rows."""
    groups: dict[str, list[Seen]] = defaultdict(list)
    for row in in_order(seen):
        groups[rulings.final(row.record.id)].append(row)
    found = MergedServers()
    index = _Index()
    for machine in sorted(
        (Machine(id=own_id, rows=rows) for own_id, rows in groups.items()), key=lambda one: (one.rank, one.id)
    ):
        target = _target(machine, index, rulings, found.gaps)
        if target is None:
            found.machines[machine.id] = machine
            index.waiting.append(machine)
        else:
            target.rows += machine.rows
    for machine in found.machines.values():
        machine.rows = in_order(machine.rows)
    return found


@dataclass(slots=True)
class _Index:
    """The machines of nearer sources by native id, address and name; those of one rank become visible to the next only."""

    by_id: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_address: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_name: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    machines: dict[str, Machine] = field(default_factory=dict)
    waiting: list[Machine] = field(default_factory=list)
    rank: int = 0

    def reach(self, rank: int) -> None:
        """Machines come in the order of their ranks: when a rank begins, those before it become findable."""
        if rank == self.rank:
            return
        for machine in self.waiting:
            self.machines[machine.id] = machine
            for native in _native_ids(machine):
                self.by_id[native].add(machine.id)
            for address in machine.texts("ip"):
                self.by_address[address].add(machine.id)
            for name in machine.texts("server_name", "host_name"):
                self.by_name[normalised(name)].add(machine.id)
        self.waiting, self.rank = [], rank


def _native_ids(machine: Machine) -> set[str]:
    own = {row.record.id.rpartition(":")[2].lower() for row in machine.rows if row.rank < LEDGER_RANK}
    return own | {text.strip().lower() for text in machine.texts("server_id")}


def _target(machine: Machine, index: _Index, rulings: Rulings, gaps: list[Gap]) -> Machine | None:
    """The machine of a nearer source that these rows speak of too, if it is certain."""
    if machine.rank == 0:
        return None
    index.reach(machine.rank)
    answer_key = f"same-server:{machine.id}"
    answered = rulings.answers.get(answer_key)
    if answered is not None:
        return index.machines.get(answered)
    by_id = {found for native in _native_ids(machine) for found in index.by_id.get(native, ())}
    if len(by_id) == 1:
        return index.machines[by_id.pop()]
    names = {normalised(name) for name in machine.texts("server_name", "host_name")}
    by_name = {found for name in names for found in index.by_name.get(name, ())}
    by_address = by_id or {found for address in machine.texts("ip") for found in index.by_address.get(address, ())}
    if len(by_address) > 1 and len(by_address & by_name) == 1:
        by_address &= by_name
    if len(by_address) == 1:
        return index.machines[by_address.pop()]
    if by_address:
        gaps.append(_doubt(machine, sorted(by_address), answer_key))
        return None
    # by name only where addresses cannot contradict
    alone = {found for found in by_name if not machine.texts("ip") or not index.machines[found].texts("ip")}
    return index.machines[alone.pop()] if len(alone) == 1 and len(by_name) == 1 else None


def _doubt(machine: Machine, candidates: Sequence[str], answer_key: str) -> Gap:
    origin = machine.rows[0].record.origin
    listed = "、".join(candidates[:5])
    return Gap(
        kind="ambiguous", origin=origin, subject=machine.id, field="ip",
        message=Text(
            f"{origin.place}：这台服务器的地址或编号对应 {len(candidates)} 台机器（{listed}），没有合并",
            f"{origin.place}: the address or id of this server fits {len(candidates)} machines ({listed}); it was not merged",
        ),
        question=Text("是其中哪一台？", "which of them is it?"), choices=(*candidates[:20], NONE_OF_THEM), answer_key=answer_key,
    )  # fmt: skip


def server_of(
    machine: Machine, system_id: str | None, department: str | None, rulings: Rulings, words: Words
) -> tuple[Server, list[Gap]]:
    """The server that the rows of a machine make, and where they do not agree."""
    picked = pick_fields(machine.id, machine.rows, rulings, ignored=_IGNORED)
    values = picked.values
    nearest = machine.rows[0]
    pool = words.pools.get(normalised(first_text(values, "pool") or ""))
    zone = next((word for name in ("zone", *_ZONE_KEYS) for word in typed.texts(values.get(name))), None)
    server = Server(
        id=machine.id,
        name=_first_of(machine.rows, "server_name", "host_name") or machine.id,
        source=nearest.source,
        system_id=system_id,
        department=department,
        vcpu=typed.whole(values.get("vcpu")),
        memory_gib=typed.number(values.get("mem")),
        disk_gib=_disk_gib(values),
        cpu_arch=typed.cpu_arch(values.get("cpu_arch")),
        power=typed.power(_first_value(machine.rows, "power")),
        powered_off_on=typed.last_day(values.get("powered_off_date")),
        pool=pool.id if pool else first_text(values, "pool"),
        zone=pool.zone if pool else words.zone(zone) if zone else None,
        site=pool.site if pool else first_text(values, "site"),
        cloud=first_text(values, "cloud"),
        project=first_text(values, "project"),
        flavor=_first_of(machine.rows, "flavor", "spec"),
        addresses=typed.texts(values.get("ip")),
        created_on=typed.last_day(
            _first_value(machine.rows, "created_date") or _first_value(machine.rows, "online_date")
        ),
        deleted_on=typed.last_day(values.get("deleted_date")),
        fields={**values, "known_as": tuple(sorted({row.record.id for row in machine.rows}))},
        origins=picked.origins,
    )
    return server, picked.gaps


def _first_value(rows: Sequence[Seen], name: str) -> Value:
    return next((value for row in rows if (value := row.record.fields.get(name)) not in (None, "", ())), None)


def _first_of(rows: Sequence[Seen], *names: str) -> str | None:
    """The nearest row's own name for a thing."""
    return next((text for name in names if (text := first_text({"": _first_value(rows, name)}, ""))), None)


def _disk_gib(values: Mapping[str, Value]) -> float | None:
    """All disks: the column for the whole; else system and data disk, where both are known."""
    whole = typed.number(values.get("disk"))
    if whole is None:
        whole = typed.number(values.get("storage"))
    if whole is not None:
        return whole
    system, data = typed.number(values.get("sys_disk")), typed.number(values.get("data_disk"))
    return None if system is None or data is None else system + data
