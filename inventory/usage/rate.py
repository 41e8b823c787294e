"""A usage rate: its numerator and denominator, what it was measured on, and the choices of a profile that it depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from catalogs.words import Text
from inventory.telemetry.form import Period

Statistic = Literal[
    "weighted_mean", "simple_mean", "peak", "hour_peak", "mean_daily_peak", "p95", "mean_amount", "peak_amount", "combined",
    "allocation", "allocation_end", "allocation_with_orders", "allocation_platform", "combined_allocation",
]  # fmt: skip
RATED = ("cpu", "memory", "storage")
ONLY_OFF = Text("关机计 0（未测得）", "off: 0, not measured")
"""What stands beside (in tables: in the place of) a rate whose denominator has no measured second."""

BASIS: Mapping[str, Text] = {
    "weighted_mean": Text(
        "按容量和时间加权：Σ使用量·秒 ÷ Σ容量·秒", "weighted by capacity and time: Σ used·s ÷ Σ capacity·s"
    ),
    "simple_mean": Text("各服务器平均使用率的简单平均", "simple mean of the servers' own rates"),
    "peak": Text("任一服务器的最高样本", "the highest sample of any server"),
    "hour_peak": Text("任一服务器的最高小时均值", "the highest hourly mean of any server"),
    "mean_daily_peak": Text("每日最高样本按容量加权平均", "mean of the daily peaks, weighted by capacity"),
    "p95": Text(
        "95 百分位（1% 分箱，误差 ±1 个百分点；100% 为 100% 及以上）",
        "95th percentile, from 1 % bins, ± 1 point; 100 % stands for 100 % and above",
    ),
    "combined": Text(
        "综合利用率，各资源使用率按权重相加", "combined rate: the weighted sum of the rates of CPU, memory and storage"
    ),
    "mean_amount": Text("每台服务器的平均流量", "mean traffic of a server"),
    "peak_amount": Text("任一服务器的最高流量样本", "the highest traffic sample of any server"),
    "allocation": Text(
        "分配率（期间平均）：Σ规格·秒 ÷ Σ可分配·秒，按实际存在的时间和当时的规格",
        "allocation over the period: Σ allocated·s ÷ Σ allocatable·s, each server for its time and size then",
    ),
    "allocation_end": Text(
        "分配率（期末）：已分配 ÷ 可分配；目标云按目录（合同）容量 × 超分比，其他云按平台自报",
        "allocation at the end: allocated ÷ allocatable; the target cloud by its catalogue × overcommit, others as they say",
    ),
    "allocation_with_orders": Text(
        "分配率（加锁单）：（已分配 + 已批未交付订单）÷ 可分配",
        "with orders: (allocated + approved, undelivered orders) ÷ allocatable",
    ),
    "allocation_platform": Text(
        "平台自报分配率：云平台自己报的已分配 ÷ 可分配（已装机容量）",
        "as the platform says: allocated ÷ allocatable of what is installed",
    ),
    "combined_allocation": Text(
        "综合分配率：期末分配率按同样的权重相加", "combined allocation: allocation at the end by the same weights"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A rate that can be derived again.

    `numerator` ÷ `denominator`, both whole numbers of `unit`; `numerator` is `None` where nothing was measured.
    `covered_seconds` of `expected_seconds` server-seconds were measured or count as the basis says; of them
    `off_counted_seconds` are switched-off time that counts as use 0. `note` stands where nothing else is in the rate:
    such a rate is a rule's, and is never shown like a measured one.
    """

    kind: str
    group: str
    metric: str
    statistic: Statistic
    period: Period
    numerator: int | None
    denominator: int
    unit: str
    covered_seconds: int
    expected_seconds: int
    off_seconds: int
    servers: int
    measured_servers: int
    days: int
    why_unknown: Text | None = None
    off_counted_seconds: int = 0
    note: Text | None = None

    @property
    def id(self) -> str:
        """Stable: `usage/cpu/weighted_mean/system/sys-1f3c`."""
        return f"usage/{self.metric}/{self.statistic}/{self.kind}/{self.group}"

    @property
    def basis(self) -> Text:
        """How it was computed."""
        return BASIS[self.statistic]

    @property
    def ratio(self) -> float | None:
        """The rate as 0–1, or `None` where it is not known."""
        return None if self.numerator is None or not self.denominator else self.numerator / self.denominator

    @property
    def coverage(self) -> float | None:
        """Share of the expected time that was measured, or `None` where nothing was expected."""
        return min(self.covered_seconds / self.expected_seconds, 1.0) if self.expected_seconds else None

    @property
    def measured_coverage(self) -> float | None:
        """Share of the expected time in which there was a sample: without switched-off time that counts as use 0."""
        measured = self.covered_seconds - self.off_counted_seconds
        return min(measured / self.expected_seconds, 1.0) if self.expected_seconds else None

    def as_json(self) -> dict[str, object]:
        """The form of docs/reference/rate.schema.json."""
        return {
            "id": self.id,
            "kind": self.kind,
            "group": self.group,
            "metric": self.metric,
            "statistic": self.statistic,
            "period": self.period.as_json(),
            "numerator": self.numerator,
            "denominator": self.denominator,
            "unit": self.unit,
            "ratio": self.ratio,
            "basis": self.basis.as_json(),
            "covered_seconds": self.covered_seconds,
            "expected_seconds": self.expected_seconds,
            "off_seconds": self.off_seconds,
            "off_counted_seconds": self.off_counted_seconds,
            "coverage": self.coverage,
            "servers": self.servers,
            "measured_servers": self.measured_servers,
            "days": self.days,
            "why_unknown": None if self.why_unknown is None else self.why_unknown.as_json(),
            "note": None if self.note is None else self.note.as_json(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The choices that a policy profile makes (统计口径): see `catalogs.models_policy.UsageSection`."""

    powered_off: Literal["zero", "exclude"] = "exclude"
    averaging: Literal["capacity-weighted", "simple"] = "capacity-weighted"
    weights: tuple[tuple[str, Decimal], ...] = (
        ("cpu", Decimal("0.4")),
        ("memory", Decimal("0.4")),
        ("storage", Decimal("0.2")),
    )


def basis_of(usage: object) -> Basis:
    """The basis of a policy profile's usage section."""
    weights = usage.weights  # type: ignore[attr-defined]
    return Basis(
        powered_off=usage.powered_off,  # type: ignore[attr-defined]
        averaging=usage.averaging,  # type: ignore[attr-defined]
        weights=(("cpu", weights.cpu), ("memory", weights.memory), ("storage", weights.storage)),
    )
