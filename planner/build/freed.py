"""Capacity of the target cloud that comes free: after moves inside it, and by shutting down what nobody needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import Server, System
from planner.build.built import Basis, LeftOut
from planner.build.capacity import pool_of
from planner.build.state import Building
from planner.problem.problem import CleanUpOffer, Freed

if TYPE_CHECKING:
    from catalogs.models_planning import SizeClass
    from catalogs.models_service import Service


def held_in_target(servers: Sequence[Server], service: Service) -> Mapping[str, tuple[int, ...]]:
    """What servers hold in pools of the target cloud; rounds down, for it will be freed."""
    held: dict[str, list[float]] = {}
    for server in servers:
        pool = pool_of(server, service)
        if pool is not None:
            amounts = held.setdefault(pool, [0.0, 0.0, 0.0])
            for place, value in enumerate((server.vcpu, server.memory_gib, server.disk_gib)):
                amounts[place] += value or 0
    return {pool: tuple(int(amount) for amount in amounts) for pool, amounts in sorted(held.items())}


def frees_of(b: Building, system: System, size: SizeClass) -> tuple[Freed, ...]:
    """What a system holds in the target cloud already comes free after its trial run and retention."""
    after = size.trial_run_weeks + b.planning.basics.retention_weeks
    held = held_in_target(b.servers.get(system.id, ()), b.service)
    return tuple(Freed(pool=pool, amount=amount, weeks_after=after) for pool, amount in held.items())


def clean_ups_of(b: Building) -> tuple[CleanUpOffer, ...]:
    """Confirmed zombies and retired systems that hold capacity of the target cloud: shutting them down frees it."""
    gone = sorted(item.system for item in b.left_out if item.system and _to_be_shut_down(item))
    offers = []
    for system in gone:
        servers = b.servers.get(system, ())
        effort = {
            item.team: (total,)
            for item in b.planning.clean_up.effort
            if (total := ceil(item.fixed + item.per_server * len(servers)))
        }
        for pool, amount in held_in_target(servers, b.service).items():
            identifier = f"clean-up-{system}-{pool}"
            offers.append(
                CleanUpOffer(id=identifier, pool=pool, amount=amount, release_week=b.current_week, effort=effort)
            )
            b.basis[f"clean_ups[{identifier}]"] = (
                Basis(
                    what=Text("关停后释放（现占用）", "freed when shut down (held today)"),
                    value=" / ".join(map(str, amount)),
                    origins=(f"inventory: {system}",),
                ),
            )
    return tuple(offers)


def _to_be_shut_down(item: LeftOut) -> bool:
    return item.reason in {"zombie-confirmed", "retired"} or item.disposition in {"retire", "merge-into"}
