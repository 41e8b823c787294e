"""分配率: what was allocated of the pools, over a period and at its end, with and without reserved orders (锁单).

Allocated is what servers hold by their size then, for as long as they stood in a pool. Allocatable is the pool's
capacity on each day: the catalogue's (contract × overcommit, with expansion batches as they arrive) for the target
cloud, the platform's own word for others. Both readings are given where both are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import Record, Server, Volume
from inventory.telemetry.form import DAY_SECONDS, MICRO, Period
from inventory.telemetry.query import expected_seconds
from inventory.usage.dated import Stint
from inventory.usage.groups import NONE
from inventory.usage.pools import Pool, pools_of
from inventory.usage.rates import RATED, Basis, Rate, Statistic, combined

if TYPE_CHECKING:
    from catalogs.models_service import Service

ALLOCATED_KINDS = ("pool", "zone", "xinchuang", "cloud", "tier", "city")
# metric → field of Server, field of Pool, unit
_SIZES = {
    "cpu": ("vcpu", "vcpu", "vcpu"),
    "memory": ("memory_gib", "memory_gib", "gib"),
    "storage": ("disk_gib", "storage_gib", "gib"),
}
_NO_SIZE = Text("服务器的规格不明", "the sizes of its servers are not known")
_NO_CAPACITY = Text("不知道可分配容量", "its capacity is not known")


@dataclass(slots=True, kw_only=True)
class _Sum:
    """Whole numbers of one group and resource: millionths of the unit, and those times seconds."""

    held_s: int = 0
    given_s: int = 0
    held: int = 0
    given: int = 0
    locked: int = 0
    told_held: int = 0
    told_given: int = 0
    known_seconds: int = 0
    seconds: int = 0
    servers: set[str] = field(default_factory=set)


def allocation_rates(
    stints: Sequence[Stint],
    service: Service,
    others: Sequence[Record],
    period: Period,
    *,
    kinds: Iterable[str],
    basis: Basis,
    volumes: Sequence[Volume] = (),
) -> tuple[Rate, ...]:
    """Allocation of each pool, zone, technology, cloud and of all together.

    Args:
        stints: what each server was in the period and when.
        service: the target cloud, whose pools have a capacity by contract.
        others: records of kind `pool` as the clouds told them.
        period: local days.
        kinds: of `ALLOCATED_KINDS`; others have no capacity and give nothing.
        basis: the weights of the combined rate.
        volumes: for storage tiers, whose allocation is that of volumes.
    """
    chosen = set(kinds)
    chosen = set(kinds)
    wanted = [kind for kind in ALLOCATED_KINDS if kind in chosen and kind != "tier"]
    last = pools_of(service, period.end_on - timedelta(days=1), others)
    sums: dict[tuple[str, str, str], _Sum] = {}
    for kind in wanted:
        for pool in last:
            for metric in RATED:
                _add_pool(sums.setdefault((kind, group_of(kind, pool), metric), _Sum()), pool, metric, period)
        for start, days in _spells(service, period):
            for pool in pools_of(service, start, others):
                for metric in RATED:
                    given = (_capacity(pool, metric) or 0) * days * DAY_SECONDS
                    sums[kind, group_of(kind, pool), metric].given_s += given
        _add_stints(kind, sums, stints, {pool.id: pool for pool in last}, period)
    rates = [
        rate
        for (kind, group, metric), found in sorted(sums.items())
        for rate in _rates(kind, group, metric, found, period)
    ]
    if "tier" in chosen:
        rates += _tier_rates(stints, volumes, last, period)
    return (*rates, *combined(rates, basis, "allocation_end", "combined_allocation"))


def _add_stints(
    kind: str,
    sums: Mapping[tuple[str, str, str], _Sum],
    stints: Iterable[Stint],
    pools: Mapping[str, Pool],
    period: Period,
) -> None:
    """What each server held of its pool's group; those in no known pool are in no rate."""
    for stint in stints:
        pool = pools.get(stint.server.pool or "")
        for metric in RATED if pool is not None else ():
            assert pool is not None
            _add_stint(sums[kind, group_of(kind, pool), metric], stint, metric, period, pool)


def _tier_rates(
    stints: Sequence[Stint], volumes: Iterable[Volume], pools: Iterable[Pool], period: Period
) -> Iterator[Rate]:
    """Storage by tier at the end: the volumes of servers that stand in a pool of that tier, of what such pools may give."""
    by_id = {pool.id: pool for pool in pools if pool.volume_type is not None and pool.storage_gib is not None}
    last = {stint.server.id: stint for stint in stints}
    found: dict[str, _Sum] = {}
    for pool in by_id.values():
        one = found.setdefault(pool.volume_type or NONE, _Sum())
        one.given += _capacity(pool, "storage") or 0
        one.locked += _micro(pool.locked_storage_gib) or 0
    for volume in volumes:
        stint = last.get(volume.server_id or "")
        if (
            stint is None
            or stint.end_on < period.end_on
            or stint.server.pool not in by_id
            or volume.volume_type not in found
        ):
            continue
        found[volume.volume_type].held += volume.size_gib * MICRO
        found[volume.volume_type].servers.add(stint.server.id)
    for tier, one in sorted(found.items()):
        for rate in _rates("tier", tier, "storage", one, period):
            if rate.statistic in ("allocation_end", "allocation_with_orders"):
                yield rate


def group_of(kind: str, pool: Pool) -> str:
    """The group of a kind that a pool stands in."""
    match kind:
        case "pool":
            return pool.id
        case "zone":
            return pool.zone or NONE
        case "cloud":
            return pool.cloud or NONE
        case "xinchuang":
            return NONE if pool.xinchuang is None else ("xinchuang" if pool.xinchuang else "other")
        case _:
            return "city"


def _spells(service: Service, period: Period) -> Iterator[tuple[date, int]]:
    """The days of a period on which capacities changed, each with the number of days until the next."""
    changes = {batch.available_on for pool in service.pools for batch in pool.expansions}
    starts = sorted({period.start_on, *(day for day in changes if period.start_on < day < period.end_on)})
    ends = [*starts[1:], period.end_on]
    for start, end in zip(starts, ends, strict=True):
        yield start, (end - start).days


def _micro(amount: float | None) -> int | None:
    return None if amount is None else round(amount * MICRO)


def _capacity(pool: Pool, metric: str) -> int | None:
    return _micro(getattr(pool, _SIZES[metric][1]))


def _add_pool(found: _Sum, pool: Pool, metric: str, period: Period) -> None:
    name = _SIZES[metric][1]
    found.given += _capacity(pool, metric) or 0
    found.locked += _micro(getattr(pool, f"locked_{name}")) or 0
    if metric == "storage" and pool.storage_allocated is not None:
        held = _micro(pool.storage_allocated) or 0
        found.held += held
        found.held_s += held * period.days * DAY_SECONDS
    if pool.platform is not None:
        given, told = getattr(pool.platform, name), getattr(pool.platform, f"{name}_allocated")
        if given is not None and told is not None:
            found.told_given += _micro(given) or 0
            found.told_held += _micro(told) or 0


def _add_stint(found: _Sum, stint: Stint, metric: str, period: Period, pool: Pool) -> None:
    """What a server held; where the pool's capacity or its own size is unknown it stands only in the coverage."""
    span = Period(max(stint.start_on, period.start_on), min(stint.end_on, period.end_on))
    seconds = expected_seconds(stint.server, span)
    size = _micro(getattr(stint.server, _SIZES[metric][0]))
    found.seconds += seconds
    found.servers.add(stint.server.id)
    if size is None or _capacity(pool, metric) is None:
        return
    found.known_seconds += seconds
    if metric == "storage" and pool.storage_allocated is not None:
        return  # the platform's word stands for all servers of the pool
    found.held_s += size * seconds
    if _stands(stint.server, period.end_on - timedelta(days=1)) and stint.end_on >= period.end_on:
        found.held += size


def _stands(server: Server, on: date) -> bool:
    return (server.created_on is None or server.created_on <= on) and (
        server.deleted_on is None or server.deleted_on > on
    )


def _rates(kind: str, group: str, metric: str, found: _Sum, period: Period) -> Iterator[Rate]:
    unit = f"micro_{_SIZES[metric][2]}"
    rows: Mapping[Statistic, tuple[int, int, str]] = {
        "allocation": (found.held_s, found.given_s, f"{unit}_s"),
        "allocation_end": (found.held, found.given, unit),
        "allocation_with_orders": (found.held + found.locked, found.given, unit),
        "allocation_platform": (found.told_held, found.told_given, unit),
    }
    unsized = found.seconds > 0 and not found.known_seconds  # servers stand there, and nobody knows the size of one
    for statistic, (numerator, denominator, name) in rows.items():
        why = _NO_CAPACITY if not denominator else _NO_SIZE if unsized and statistic != "allocation_platform" else None
        yield Rate(
            kind=kind, group=group, metric=metric, statistic=statistic, period=period, unit=name,
            numerator=numerator if why is None else None, denominator=denominator if why is None else 0,
            covered_seconds=found.known_seconds, expected_seconds=found.seconds, off_seconds=0, servers=len(found.servers),
            measured_servers=len(found.servers), days=period.days, why_unknown=why,
        )  # fmt: skip
