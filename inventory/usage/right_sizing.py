"""Right-sizing advice for each server: 降配， 扩容， 回收， with the catalogue's flavour, the headroom left, and what it saves.

How much of a server is needed comes from the planner's own figures (`right_sizing` of the planning file), so that advice
here and demand in a plan agree; what counts as too full comes from zombie rule R4. Nothing is advised where too little
was measured. Prices are those of the target cloud's catalogue, for what is there as for what is advised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from catalogs.words import Text
from inventory.model import Inventory, Server, System
from inventory.telemetry.form import trailing_months
from inventory.telemetry.query import Rollup
from inventory.usage.rates import Rate, usage_rates
from inventory.zombies.findings import percent

if TYPE_CHECKING:
    from catalogs.models_planning import RightSizing
    from catalogs.models_rules import ZombieRule
    from catalogs.models_service import Flavor
    from inventory.zombies.verdict import Verdict

Kind = Literal["reclaim", "downsize", "expand"]
KINDS: Mapping[Kind, Text] = {
    "reclaim": Text("回收", "reclaim"),
    "downsize": Text("降配", "smaller"),
    "expand": Text("扩容", "larger"),
}
MONTHS = 3
Use = Mapping[tuple[str, str, str], Rate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What to do with one server. Savings are negative where it grows; `None` where the catalogue has no price.

    `headroom` is the share of vCPU and memory that stays free at the statistic of use, with the advised flavour.
    """

    kind: Kind
    system_id: str | None
    server_id: str
    vcpu: int
    memory_gib: float
    flavor: str | None
    headroom: Mapping[str, float | None]
    saves_vcpu: int
    saves_memory_gib: float
    saves_storage_gib: float
    saves_fen_month: int | None
    why: Text

    def as_json(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "kind": self.kind,
            "system_id": self.system_id,
            "server_id": self.server_id,
            "vcpu": self.vcpu,
            "memory_gib": self.memory_gib,
            "flavor": self.flavor,
            "headroom": dict(self.headroom),
            "saves": {
                "vcpu": self.saves_vcpu,
                "memory_gib": self.saves_memory_gib,
                "storage_gib": self.saves_storage_gib,
                "fen_month": self.saves_fen_month,
            },
            "why": self.why.as_json(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The figures that advice follows: the planning file's sizing, and rule R4's limits, some classes with their own."""

    sizing: RightSizing
    mean_ratio: float
    disk_ratio: float
    mean_by_class: Mapping[str, float] = field(default_factory=dict)

    def mean_of(self, system_class: str | None) -> float:
        """What is too full for a class, as a ratio."""
        return self.mean_by_class.get(system_class or "", self.mean_ratio)

    @staticmethod
    def of(sizing: RightSizing, rules: Iterable[ZombieRule]) -> Limits:
        """With rule R4 in force; without it nothing is too full."""
        rule = next((rule for rule in rules if rule.function == "expand"), None)
        if rule is None:
            return Limits(sizing=sizing, mean_ratio=float("inf"), disk_ratio=float("inf"))
        return Limits(
            sizing=sizing, mean_ratio=float(rule.value("mean_ratio")), disk_ratio=float(rule.value("disk_ratio")),
            mean_by_class={kind: float(rule.value("mean_ratio", kind)) for kind in rule.parameters["mean_ratio"].by_class},
        )  # fmt: skip


def advise(
    inventory: Inventory, rollup: Rollup, verdicts: Sequence[Verdict], limits: Limits, flavors: Sequence[Flavor], end_on: date
) -> tuple[Advice, ...]:  # fmt: skip
    """Advice on every server that calls for any, sorted by kind, system and server.

    Args:
        inventory: at the end of the window.
        rollup: the daily roll-ups.
        verdicts: of all systems; servers of suspected zombies are to be reclaimed once that is confirmed.
        limits: what is needed, and what is too full.
        flavors: of the target cloud.
        end_on: the day after the window.
    """
    months = trailing_months(end_on, MONTHS)
    whole = type(months[0])(months[0].start_on, months[-1].end_on)
    used = _by_server(usage_rates(inventory, rollup, whole, kinds=("server",), with_p95=True))
    last = _by_server(usage_rates(inventory, rollup, months[-1], kinds=("server",)))
    states = {verdict.system_id: verdict for verdict in verdicts}
    systems = {system.id: system for system in inventory.systems}
    found = []
    for server in inventory.servers:
        if server.deleted_on is not None or server.vcpu is None or server.memory_gib is None:
            continue
        verdict = states.get(server.system_id or "")
        system = systems.get(server.system_id or "")
        advice = _reclaim(server, verdict, limits, flavors, end_on) or _resize(
            server, system, verdict, used, last, limits, flavors
        )
        if advice is not None:
            found.append(advice)
    order = list(KINDS)
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.system_id or "", one.server_id)))


def _by_server(rates: Iterable[Rate]) -> Use:
    return {(rate.group, rate.metric, rate.statistic): rate for rate in rates}


def _reclaim(
    server: Server, verdict: Verdict | None, limits: Limits, flavors: Sequence[Flavor], end_on: date
) -> Advice | None:
    off = server.powered_off_on if server.power == "off" else None
    days = None if off is None else (end_on - off).days
    if verdict is not None and verdict.state == "zombie":
        why = Text(
            f"所属系统疑似僵尸：{verdict.sentence.zh}", f"its system is a suspected zombie: {verdict.sentence.en}"
        )
    elif days is not None and days > limits.sizing.powered_off_days:
        most = limits.sizing.powered_off_days
        why = Text(
            f"自 {off} 起关机 {days} 天，超过 {most} 天", f"switched off since {off}, {days} days: more than {most}"
        )
    else:
        return None
    assert server.vcpu is not None
    assert server.memory_gib is not None
    price = _price(server, flavors)
    return Advice(
        kind="reclaim", system_id=server.system_id, server_id=server.id, vcpu=server.vcpu, memory_gib=server.memory_gib, flavor=None, headroom={},
        saves_vcpu=server.vcpu, saves_memory_gib=server.memory_gib, saves_storage_gib=server.disk_gib or 0.0, saves_fen_month=price, why=why,
    )  # fmt: skip


def _resize(
    server: Server, system: System | None, verdict: Verdict | None, used: Use, last: Use, limits: Limits, flavors: Sequence[Flavor],
) -> Advice | None:  # fmt: skip
    sizing = limits.sizing
    if verdict is None or verdict.state != "in_use" or not sizing.enabled:
        return None
    shares = {metric: _share(used, server.id, metric, sizing) for metric in ("cpu", "memory")}
    if shares["cpu"] is None or shares["memory"] is None:
        return None
    needed = {
        "cpu": Fraction(server.vcpu or 0) * shares["cpu"] / Fraction(sizing.cpu_target_ratio),
        "memory": Fraction(server.memory_gib or 0) * shares["memory"] / Fraction(sizing.memory_target_ratio),
    }
    arch = system.cpu_arch if system is not None else None
    system_class = system.system_class if system is not None else None
    most = limits.mean_of(system_class)
    full = [metric for metric in ("cpu", "memory") if _above(last, server.id, metric, most)]
    if full:
        return _expand(server, needed, shares, full, most, _suited(flavors, arch))
    if system_class in sizing.classes_excluded:
        return None
    return _downsize(server, needed, shares, sizing, _suited(flavors, arch))


def _share(used: Use, server_id: str, metric: str, sizing: RightSizing) -> Fraction | None:
    """The statistic as a share of what is provisioned; `None` unless days and coverage suffice."""
    rate = used.get((server_id, metric, sizing.statistic))
    if rate is None or rate.numerator is None or not rate.denominator or rate.days < sizing.min_days:
        return None
    if rate.coverage is None or rate.coverage < float(sizing.coverage_min_ratio):
        return None
    return Fraction(rate.numerator, rate.denominator)


def _above(last: Use, server_id: str, metric: str, limit: float) -> bool:
    rate = last.get((server_id, metric, "weighted_mean"))
    return rate is not None and rate.ratio is not None and rate.ratio > limit


def _suited(flavors: Sequence[Flavor], arch: str | None) -> list[Flavor]:
    """Flavours without GPU for an architecture, the cheapest first."""
    fit = [one for one in flavors if not one.gpu and (not one.cpu_archs or arch is None or arch in one.cpu_archs)]
    return sorted(fit, key=lambda one: (one.price_fen_month, one.vcpu, one.id))


def _price(server: Server, flavors: Sequence[Flavor]) -> int | None:
    """The catalogue's price of the cheapest flavour that holds what the server has; `None` where none does."""
    vcpu, memory = server.vcpu or 0, server.memory_gib or 0
    return next(
        (one.price_fen_month for one in _suited(flavors, None) if one.vcpu >= vcpu and float(one.memory_gib) >= memory), None
    )  # fmt: skip


def _downsize(
    server: Server, needed: Mapping[str, Fraction], shares: Mapping[str, Fraction | None], sizing: RightSizing, flavors: Sequence[Flavor]
) -> Advice | None:  # fmt: skip
    vcpu, memory = server.vcpu or 0, server.memory_gib or 0
    floor = Fraction(sizing.min_share_ratio)
    least_cpu, least_memory = max(needed["cpu"], vcpu * floor), max(needed["memory"], Fraction(memory) * floor)
    fit = [
        one for one in flavors
        if one.vcpu >= least_cpu and Fraction(one.memory_gib) >= least_memory and one.vcpu <= vcpu and float(one.memory_gib) <= memory
        and (one.vcpu, float(one.memory_gib)) != (vcpu, memory)
    ]  # fmt: skip
    if not fit:
        return None
    return _to(server, fit[0], "downsize", shares, flavors, Text(
        f"{sizing.statistic} 使用率 CPU {percent(float(shares['cpu'] or 0))}、内存 {percent(float(shares['memory'] or 0))}，核定后应分别不高于 {percent(float(sizing.cpu_target_ratio))}、{percent(float(sizing.memory_target_ratio))}",
        f"{sizing.statistic} of CPU {percent(float(shares['cpu'] or 0))}, of memory {percent(float(shares['memory'] or 0))}; after sizing at most {percent(float(sizing.cpu_target_ratio))} and {percent(float(sizing.memory_target_ratio))}",
    ))  # fmt: skip


def _expand(
    server: Server, needed: Mapping[str, Fraction], shares: Mapping[str, Fraction | None], full: Sequence[str], most: float, flavors: Sequence[Flavor]
) -> Advice | None:  # fmt: skip
    vcpu, memory = (
        max(needed["cpu"], Fraction(server.vcpu or 0)),
        max(needed["memory"], Fraction(server.memory_gib or 0)),
    )
    fit = [one for one in flavors if one.vcpu >= vcpu and Fraction(one.memory_gib) >= memory]
    names = {"cpu": Text("CPU", "CPU"), "memory": Text("内存", "memory")}
    zh, en = "、".join(names[metric].zh for metric in full), ", ".join(names[metric].en for metric in full)
    why = Text(f"上月平均{zh}高于 {percent(most)}", f"last month's mean {en} above {percent(most)}")
    larger = [one for one in fit if (one.vcpu, float(one.memory_gib)) != (server.vcpu, server.memory_gib)]
    return _to(server, larger[0], "expand", shares, flavors, why) if larger else None


def _to(
    server: Server, flavor: Flavor, kind: Kind, shares: Mapping[str, Fraction | None], flavors: Sequence[Flavor], why: Text
) -> Advice:  # fmt: skip
    vcpu, memory = server.vcpu or 0, server.memory_gib or 0.0
    used = {"vcpu": float(shares["cpu"] or 0) * vcpu, "memory": float(shares["memory"] or 0) * memory}
    price = _price(server, flavors)
    return Advice(
        kind=kind, system_id=server.system_id, server_id=server.id, vcpu=vcpu, memory_gib=memory, flavor=flavor.id,
        headroom={"vcpu": 1 - used["vcpu"] / flavor.vcpu, "memory": 1 - used["memory"] / float(flavor.memory_gib)},
        saves_vcpu=vcpu - flavor.vcpu, saves_memory_gib=memory - float(flavor.memory_gib), saves_storage_gib=0.0,
        saves_fen_month=None if price is None else price - flavor.price_fen_month, why=why,
    )  # fmt: skip
