"""Which flavour and which volumes each server gets.

For the main place the planner has decided it (`TargetServer`, with which the plan's demand was made). Where it has not
(a replica, or a plan of a problem that was not built from the inventory) the demand of the system is shared out among
its servers in proportion to what they have today; a share is rounded to the nearest whole unit and the cheapest flavour
that covers it is taken. Flavours come in steps: where their sum is above the plan's demand, a note says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalogs.models_service import Flavor
from catalogs.words import Text
from inventory.model import Server, Volume
from planner.build.built import TargetServer

MADE_UP = "plan"  # the source of a server that the inventory does not have


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What one server gets; no flavour covers it where `flavor` is `None`."""

    server: Server
    flavor: Flavor | None
    needed_vcpu: int
    needed_memory_gib: int
    volumes_gib: tuple[int, ...]


def sizes_of(
    servers: Sequence[Server],
    volumes: Sequence[Volume],
    demand: Mapping[str, int],
    flavors: Sequence[Flavor],
    cpu_arch: str,
    *,
    within: bool = False,
) -> tuple[Size, ...]:
    """Share a demand out.

    Args:
        servers: those of the system, at least one.
        volumes: data volumes known for them; a server that has some gets as many.
        demand: `vcpu`, `memory_gib` and `storage_gib` of the system in its pool.
        flavors: what can be ordered.
        cpu_arch: the pool's architecture.
        within: smaller flavours are taken until all together are within the demand. Right for a replica, which runs
            with less by design; a main place rather takes more than was planned, and says so.
    """
    usable = sorted(
        (flavor for flavor in flavors if not flavor.cpu_archs or cpu_arch in flavor.cpu_archs),
        key=lambda flavor: (flavor.price_fen_month, flavor.vcpu, flavor.memory_gib, flavor.id),
    )
    vcpu = _shares(demand.get("vcpu", 0), [server.vcpu for server in servers])
    memory = _shares(demand.get("memory_gib", 0), [server.memory_gib for server in servers])
    storage = _shares(demand.get("storage_gib", 0), [server.disk_gib for server in servers])
    needs = [(_whole(vcpu[place]), _whole(memory[place])) for place in range(len(servers))]
    chosen = [next((f for f in usable if f.vcpu >= cpu and f.memory_gib >= memory), None) for cpu, memory in needs]
    if within:
        chosen = _within(chosen, demand, usable)
    return tuple(
        Size(
            server=server,
            flavor=flavor,
            needed_vcpu=cpu,
            needed_memory_gib=memory_gib,
            volumes_gib=_volumes(server, gib - (flavor.system_disk_gib if flavor else 0), volumes),
        )
        for server, flavor, (cpu, memory_gib), gib in zip(servers, chosen, needs, storage, strict=True)
    )


def _within(
    chosen: Sequence[Flavor | None], demand: Mapping[str, int], flavors: Sequence[Flavor]
) -> list[Flavor | None]:
    """Step the largest server down, again and again, until the sum is within the demand or nothing is left to step."""
    fitted = list(chosen)
    while True:
        sums = {"vcpu": sum(f.vcpu for f in fitted if f), "memory_gib": sum(f.memory_gib for f in fitted if f)}
        over = [name for name in sums if sums[name] > demand.get(name, 0)]
        steps = [(place, flavor, _smaller(flavor, over, flavors)) for place, flavor in enumerate(fitted) if flavor]
        possible = [(place, flavor, smaller) for place, flavor, smaller in steps if smaller is not None]
        if not over or not possible:
            return fitted
        place, _, smaller = max(possible, key=lambda step: (step[1].vcpu, step[1].memory_gib, -step[0]))
        fitted[place] = smaller


def _smaller(flavor: Flavor, over: Sequence[str], flavors: Sequence[Flavor]) -> Flavor | None:
    """The largest flavour that has less of what there is too much of, and not more of the other."""
    fitting = [
        one
        for one in flavors
        if one.vcpu <= flavor.vcpu
        and one.memory_gib <= flavor.memory_gib
        and any(getattr(one, name) < getattr(flavor, name) for name in over)
    ]
    return max(fitting, key=lambda one: (one.vcpu, one.memory_gib, one.id), default=None)


def sizes_decided(
    targets: Sequence[TargetServer], servers: Mapping[str, Server], volumes: Sequence[Volume], flavors: Sequence[Flavor]
) -> tuple[Size, ...]:
    """What the planner decided, in the order of the servers' names; a server it made up has only an id."""
    by_id = {flavor.id: flavor for flavor in flavors}
    found = []
    for target in targets:
        known = servers.get(target.server)
        server = known or Server(id=target.server, name=target.server.rpartition("/")[2], source=MADE_UP)
        flavor = by_id.get(target.flavor)
        found.append(
            Size(
                server=server,
                flavor=flavor,
                needed_vcpu=target.vcpu,
                needed_memory_gib=target.memory_gib,
                volumes_gib=_volumes(server, target.storage_gib - (flavor.system_disk_gib if flavor else 0), volumes),
            )
        )
    return tuple(sorted(found, key=lambda size: (size.server.name, size.server.id)))


def _volumes(server: Server, beyond_gib: float, volumes: Sequence[Volume]) -> tuple[int, ...]:
    """Data volumes of so much in all, as many as the server has today and in the proportion of their sizes."""
    total = math.ceil(beyond_gib)
    if total <= 0:
        return ()
    known = [volume.size_gib for volume in volumes if volume.server_id == server.id and volume.size_gib > 0]
    return tuple(math.ceil(total * size / sum(known)) for size in known) or (total,)


def _shares(total: int, have: Sequence[float | None]) -> list[float]:
    """A total in proportion to what servers have; one whose size is not known counts as the mean of the others."""
    known = [value for value in have if value is not None]
    mean = sum(known) / len(known) if sum(known) > 0 else 1.0
    weights = [mean if value is None or sum(known) == 0 else value for value in have]
    return [total * weight / sum(weights) for weight in weights]


def _whole(share: float) -> int:
    """The nearest whole number, halves up, at least 1: growth by less than half a unit orders no larger flavour."""
    return max(1, math.floor(share + 0.5))


def notes_on(sizes: Sequence[Size], demand: Mapping[str, int]) -> list[Text]:
    """Where the flavours together are more than the plan holds in the pool."""
    vcpu = sum(size.flavor.vcpu for size in sizes if size.flavor)
    memory = sum(size.flavor.memory_gib for size in sizes if size.flavor)
    storage = sum((size.flavor.system_disk_gib if size.flavor else 0) + sum(size.volumes_gib) for size in sizes)
    rows = (
        ("vCPU", "vCPU", vcpu, demand.get("vcpu", 0)),
        ("内存 GiB", "memory GiB", memory, demand.get("memory_gib", 0)),
        ("存储 GiB", "storage GiB", storage, demand.get("storage_gib", 0)),
    )
    return [
        Text(f"规格合计 {zh} {have}，超出计划占用 {planned}", f"flavours: {have} {en}, more than the planned {planned}")
        for zh, en, have, planned in rows
        if have > planned
    ]
