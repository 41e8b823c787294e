"""Use of the whole cloud: mean, simple mean, mean of daily peaks, peak and P95 of each resource, and the combined rate."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from catalogs.words import Text
from inventory.usage.rates import ONLY_OFF
from report.chapters.view import RECORDS, TELEMETRY, View
from report.facts import RESOURCE_NAMES, RESOURCES, Resource
from report.figures import Figure
from report.month_use import Statistic, coverage, share

_STATISTICS: tuple[tuple[Statistic, Text, Text | None], ...] = (  # the basis of the mean depends on the profile
    ("mean", Text("平均使用率", "mean use"), None),
    (
        "simple",
        Text("平均使用率（简单平均）", "mean use (simple)"),
        Text("各云主机平均使用率的算术平均", "arithmetic mean over servers"),
    ),
    (
        "daily_peak",
        Text("均峰值", "mean of daily peaks"),
        Text("每日最高采样按规格加权平均", "mean of the daily maxima, weighted by capacity"),
    ),
    (
        "peak",
        Text("峰值", "peak"),
        Text("任一云主机月内最高的一个采样", "the highest single sample of any server in the month"),
    ),
)
_WHY = Text("本期没有采样", "no samples in this period")


def how_weighted(view: View) -> Text:
    """Σ used·h ÷ Σ given·h, over which hours: switched-off ones are in it only where the profile counts them as 0."""
    zh = "Σ使用量·时 ÷ Σ规格·时（按规格和时间加权；CPU 为核·时，内存、存储为 GiB·时），只计有采样的时间"
    en = "Σ used·h ÷ Σ given·h (weighted by capacity and time; CPU in vCPU·h, memory and storage in GiB·h) over measured time"
    if not view.facts.count_off_as_zero:
        return Text(f"{zh}；未测得的不按 0 计", f"{en}; what was not measured is not 0")
    return Text(
        f"{zh}和按画像计 0 的关机时间；其他未测得的不计，也不按 0 计",
        f"{en} and the switched-off time that the profile counts as 0; nothing else that was not measured counts, nor is it 0",
    )


def use_figures(view: View, resource: Resource) -> Iterable[Figure]:
    """All statistics of one resource."""
    uses = view.now.uses_of(resource)
    name, (covered, expected) = RESOURCE_NAMES[resource], coverage(uses)
    for statistic, label, basis in _STATISTICS:
        found = share(uses, statistic)
        yield Figure(
            id=f"use.{resource}.{statistic}",
            label=Text(f"{name.zh}{label.zh}", f"{name.en}: {label.en}"),
            unit="ratio",
            numerator=found.numerator,
            denominator=found.denominator,
            covered=covered,
            expected=expected,
            basis=basis or how_weighted(view),
            origins=(TELEMETRY, RECORDS),
            why_unknown=None if found.value is not None else _WHY,
            note=found.note,
        )
    p95 = view.now.moment.p95_percent.get(resource)
    yield Figure(
        id=f"use.{resource}.p95",
        label=Text(f"{name.zh} P95", f"{name.en}: P95"),
        unit="ratio",
        numerator=p95,
        denominator=None if p95 is None else 100,
        covered=covered,
        expected=expected,
        basis=Text(
            "全部采样的 95 百分位（1% 分箱，误差 ±1 个百分点）", "95th percentile of all samples (1 % bins, ± 1 point)"
        ),
        origins=(TELEMETRY, RECORDS),
        why_unknown=None if p95 is not None else _WHY,
    )


def comprehensive_use(view: View, figures: Iterable[Figure]) -> Figure:
    """综合利用率 = a·U_cpu + b·U_mem + c·U_sto with weights and averaging of the profile; n/a where a part is not known."""
    known = {figure.id: figure for figure in figures}
    which = "mean" if view.facts.averaging == "capacity-weighted" else "simple"
    terms = tuple((view.facts.weights[resource], f"use.{resource}.{which}") for resource in RESOURCES)
    return weighted_sum(
        "use.comprehensive", Text("综合使用率", "comprehensive use"), terms, known,
        basis=Text("按政策画像的权重相加", "the rates of CPU, memory and storage by the profile's weights"),
    )  # fmt: skip


def weighted_sum(
    figure_id: str, label: Text, terms: tuple[tuple[float, str], ...], known: dict[str, Figure], *, basis: Text
) -> Figure:
    """Σ weight × rate; not known where one of the rates with a weight is not known. Its coverage is the least of them."""
    parts = [(weight, known[of]) for weight, of in terms if weight]
    missing = [part.label for _, part in parts if part.value is None]
    least = min(parts, key=lambda pair: _coverage_ratio(pair[1]))[1] if parts else None
    formula = " + ".join(f"{weight:g}×{known[of].label.zh}" for weight, of in terms)
    return Figure(
        id=figure_id,
        label=label,
        unit="ratio",
        numerator=None if missing or not parts else math.fsum(weight * (part.value or 0) for weight, part in parts),
        denominator=1,
        covered=least.covered if least else None,
        expected=least.expected if least else None,
        basis=Text(f"{basis.zh}：{formula}", basis.en),
        origins=tuple(sorted({origin for _, part in parts for origin in part.origins})),
        terms=terms,
        why_unknown=Text("缺少：" + "、".join(t.zh for t in missing), "missing: " + ", ".join(t.en for t in missing))
        if missing
        else None,
        note=None if missing else _note_of([part for _, part in parts]),
    )


def _note_of(parts: Sequence[Figure]) -> Text | None:
    """Which parts of a weighted sum are not measured: all of them, or some by name."""
    noted = [part for part in parts if part.note is not None]
    if not noted or len(noted) == len(parts):
        return noted[0].note if noted else None
    zh, en = "、".join(part.label.zh for part in noted), ", ".join(part.label.en for part in noted)
    return Text(f"{zh}：{ONLY_OFF.zh}", f"{en}: {ONLY_OFF.en}")


def _coverage_ratio(figure: Figure) -> float:
    return (figure.covered or 0) / figure.expected if figure.expected else 0.0
