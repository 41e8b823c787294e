"""Everything that `usage show` says, gathered once: the rates asked for, those compared with, the target's readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from catalogs.words import Text, tr
from inventory.merging.classified import CLASSIFIED_FIELD
from inventory.telemetry.form import Period
from inventory.usage.allocation import ALLOCATED_KINDS, allocation_rates
from inventory.usage.bandwidth import METRIC, bandwidth_rates
from inventory.usage.dated import Stint, stints_in
from inventory.usage.groups import NONE, Grouping
from inventory.usage.pools import capacity_note, pools_of
from inventory.usage.rates import RATED, Basis, Rate, usage_rates

if TYPE_CHECKING:
    from catalogs.load import Catalogs
    from catalogs.models_policy import Policy
    from catalogs.models_service import Service
    from inventory.model import Inventory
    from inventory.storage.store import Store
    from inventory.telemetry.query import Rollup

CLOUDS = "clouds"  # the group of kind `city` of all servers that are on a cloud


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A target under one way to read it: as use (使用率) or as allocation (分配率)."""

    clause: str
    text: str
    target_ratio: float
    reading: str
    rate: Rate | None
    coverage_min_ratio: float

    @property
    def verdict(self) -> Text:
        """Reached or not; not known where the rate is not, or where too little was measured."""
        ratio = self.rate.ratio if self.rate else None
        if ratio is None:
            return Text("无法判断", "not known")
        if self.rate is not None and self.rate.note is not None:
            return Text("无法判断（没有测到）", "not known (not measured)")
        if self.rate is not None and (self.rate.coverage or 0) < self.coverage_min_ratio:
            return Text("无法判断（覆盖率不足）", "not known (too little coverage)")
        return Text("达到", "met") if ratio >= self.target_ratio else Text("未达到", "missed")

    def as_json(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "clause": self.clause,
            "target_ratio": self.target_ratio,
            "reading": self.reading,
            "rate": self.rate.id if self.rate else None,
            "ratio": self.rate.ratio if self.rate else None,
            "verdict": self.verdict.as_json(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A server counts for a group on the local days `[start_on, end_on)`."""

    group: str
    server: str
    start_on: date
    end_on: date

    def as_json(self) -> dict[str, object]:
        """For `--json --members`."""
        return {
            "group": self.group,
            "server": self.server,
            "start_on": self.start_on.isoformat(),
            "end_on": self.end_on.isoformat(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageView:
    """The rates of one kind of groups in a period; `before` those of the period compared with."""

    by: str
    period: Period
    rates: tuple[Rate, ...]
    basis: Basis
    names: Mapping[str, str]
    compared: Period | None = None
    before: tuple[Rate, ...] = ()
    readings: tuple[Reading, ...] = ()
    changed_on: tuple[date, ...] = ()
    note: Text | None = None
    off_source: str = ""  # where the profile has its rule on switched-off time from
    members: tuple[Span, ...] = ()
    classified_servers: int = 0  # of classified systems: in no rate of use

    def found(self, rates: Sequence[Rate] | None = None) -> dict[str, dict[tuple[str, str], Rate]]:
        """Rates by group, then by metric and statistic."""
        groups: dict[str, dict[tuple[str, str], Rate]] = {}
        for rate in self.rates if rates is None else rates:
            groups.setdefault(rate.group, {})[rate.metric, rate.statistic] = rate
        return groups

    def name(self, group: str) -> str:
        """What a group is called."""
        return self.names.get(group, group)


def usage_view(
    store: Store, catalogs: Catalogs, inventory: Inventory, rollup: Rollup, policy: Policy | None, *,
    by: str, period: Period, compared: Period | None, metrics: Sequence[str], with_p95: bool, basis: Basis,
) -> UsageView:  # fmt: skip
    """All rates of one kind of groups in a period, of the city too where the policy has a target."""
    target = policy is not None and policy.usage.target_ratio is not None
    kinds = (by,) if by == "city" or not target else (by, "city")
    service = catalogs.service(catalogs.planning(policy.planning).service) if policy is not None else None
    seen: list[Stint] = []

    asked = (*kinds, "system") if METRIC in metrics and "system" not in kinds else kinds

    def rates_in(span: Period) -> list[Rate]:
        stints = stints_in(store, catalogs, inventory, span, rollup)
        seen.extend(stints)
        pools = pools_of(service, span.start_on, inventory.others) if service else ()
        found = usage_rates(
            inventory, rollup, span, kinds=asked, basis=basis, metrics=metrics, with_p95=with_p95, stints=without_classified(stints),
            grouping=Grouping.of(pools, inventory.volumes),
        )  # fmt: skip
        if target:
            found += _on_clouds(usage_rates(
                inventory, rollup, span, kinds=("city",), basis=basis, metrics=metrics, with_p95=with_p95,
                stints=[one for one in without_classified(stints) if one.server.pool or one.server.cloud],
            ))  # fmt: skip
        if METRIC in metrics:
            found += tuple(bandwidth_rates([r for r in found if r.kind == "system"], inventory.systems, span, kinds))
        if service is None:
            return list(found)
        allocated = [kind for kind in kinds if kind in ALLOCATED_KINDS]
        return [
            *found,
            *allocation_rates(
                stints, service, inventory.others, span, kinds=allocated, basis=basis, volumes=inventory.volumes
            ),
        ]

    now = rates_in(period)
    grouping = Grouping.of(pools_of(service, period.start_on, inventory.others) if service else (), inventory.volumes)
    members = tuple(
        sorted(
            _spans(without_classified(seen), by, grouping, period),
            key=lambda span: (span.group, span.server, span.start_on),
        )
    )
    changed = tuple(sorted({one.start_on for one in seen if period.start_on < one.start_on < period.end_on}))
    classified = {one.server.id for one in seen} - {one.server.id for one in without_classified(seen)}
    before = rates_in(compared) if compared else []
    return UsageView(
        by=by, period=period, basis=basis, names={**{one.server.id: one.server.name for one in seen}, **_names(inventory, service)}, compared=compared, changed_on=changed, members=members,
        off_source=_off_source(policy), note=capacity_note(pools_of(service, period.end_on, inventory.others)) if service else None,
        classified_servers=len(classified), rates=tuple(rate for rate in now if rate.kind == by), before=tuple(rate for rate in before if rate.kind == by),
        readings=_readings(policy, now) if policy is not None and target and set(RATED) <= set(metrics) else (),
    )  # fmt: skip


def _on_clouds(rates: Sequence[Rate]) -> tuple[Rate, ...]:
    """The rates of the city's servers that are on a cloud: a target for the cloud is not about machine rooms."""
    return tuple(replace(rate, group=CLOUDS) for rate in rates)


def without_classified(stints: Sequence[Stint]) -> list[Stint]:
    """The stints whose use may be told: of classified systems nothing but a number, in no group and in no total.

    Were they in the totals, a total less its named parts would be the use of a classified system. Their sizes do count as
    allocated: a pool can only give once.
    """
    return [stint for stint in stints if not stint.server.fields.get(CLASSIFIED_FIELD)]


def _off_source(policy: Policy | None) -> str:
    """The document and place of the rule on switched-off time, with how sure that is."""
    if policy is None:
        return ""
    source_id = policy.usage.source_of("powered_off")
    source = policy.sources.get(source_id)
    if source is None:
        clause = policy.clause(source_id)
        return f"{policy.document.number or policy.document.title} {clause.id} {clause.place}, {clause.confidence}"
    return f"{source.document}{f' {source.place}' if source.place else ''}, {source.confidence}"


def _spans(stints: Sequence[Stint], by: str, grouping: Grouping, period: Period) -> Iterator[Span]:
    """Which days of which server count for which group; days before a server was made or after it was deleted do not."""
    for stint in stints:
        lived = stint.lived
        if lived is not None and lived.end_on <= period.end_on:
            group = grouping.group(by, stint.server, stint.system)
            yield Span(group=group, server=stint.server.id, start_on=lived.start_on, end_on=lived.end_on)


def _readings(policy: Policy, rates: Sequence[Rate]) -> tuple[Reading, ...]:
    usage = policy.usage
    city = {
        rate.statistic: rate
        for rate in rates
        if rate.kind == "city" and rate.metric == "combined" and rate.group != CLOUDS
    }
    city |= {rate.statistic: rate for rate in rates if rate.group == CLOUDS and rate.metric == "combined"}
    asked = ("use", "allocation") if usage.target_reading == "both" else (usage.target_reading,)
    clause = policy.clause(usage.target_clause) if usage.target_clause else None
    return tuple(
        Reading(
            clause=clause.id if clause else "", text=clause.text if clause else "", target_ratio=float(usage.target_ratio or 0),
            reading=reading, rate=city.get("combined" if reading == "use" else "combined_allocation"),
            coverage_min_ratio=float(usage.coverage_min_ratio),
        )
        for reading in asked
    )  # fmt: skip


def _names(inventory: Inventory, service: Service | None) -> Mapping[str, str]:
    return {
        **{one.id: one.name for one in inventory.systems},
        **{one.id: one.name for one in inventory.servers},
        **({pool.id: pool.name for pool in service.pools} if service else {}),
        NONE: tr("（未归属）", "(of none)"),
        "city": tr("全市", "the city"),
        CLOUDS: tr("其中在云上", "of it on clouds"),
        "xinchuang": tr("信创", "domestic technology"),
        "other": tr("非信创", "other technology"),
    }
