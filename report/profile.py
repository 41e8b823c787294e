"""What a policy profile and a target cloud say about usage reports: bands, weights, the clause, pools, and 统计口径."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import Record
from report.facts import Band, Clause, Parameter, Pool, Resource

if TYPE_CHECKING:
    from catalogs.models_policy import Policy
    from catalogs.models_rules import ZombieRule
    from catalogs.models_service import Service, ServicePool


def bands_of(policy: Policy) -> dict[Resource, Band]:
    """The limits of 高, 正常, 低 for each resource that the profile names."""
    usage = policy.usage
    found: dict[Resource, Band] = {
        "cpu": Band(low=float(usage.cpu_bands.low_ratio), high=float(usage.cpu_bands.high_ratio)),
        "memory": Band(low=float(usage.memory_bands.low_ratio), high=float(usage.memory_bands.high_ratio)),
    }
    if usage.storage_bands is not None:
        found["storage"] = Band(low=float(usage.storage_bands.low_ratio), high=float(usage.storage_bands.high_ratio))
    return found


def weights_of(policy: Policy) -> dict[Resource, float]:
    """The weights of 综合利用率."""
    weights = policy.usage.weights
    return {"cpu": float(weights.cpu), "memory": float(weights.memory), "storage": float(weights.storage)}


def clause_of(policy: Policy) -> Clause | None:
    """The clause about use with its target, where the profile has one."""
    usage = policy.usage
    if usage.target_ratio is None or usage.target_clause is None:
        return None
    clause = policy.clause(usage.target_clause)
    document = policy.document
    both = ("allocation", "use")
    return Clause(
        id=clause.id,
        document=f"《{document.title}》{f'（{document.number}）' if document.number else ''}",
        status=document.status,
        place=clause.place,
        text=clause.text,
        target_ratio=float(usage.target_ratio),
        readings=both if usage.target_reading == "both" else (usage.target_reading,),
        deadline=clause.deadline or (clause.deadline_on.isoformat() if clause.deadline_on else "/"),
        confidence=clause.confidence,
    )


def name_of(policy: Policy) -> Text:
    """The document that the report follows, with its number and whether it is a draft."""
    document = policy.document
    number = f"（{document.number}）" if document.number else "（无文号）"
    draft = ("，征求意见稿", ", draft for comment") if document.status == "draft" else ("", "")
    return Text(
        f"《{document.title}》{number}{draft[0]}", f"{document.title} {document.number or '(no number)'}{draft[1]}"
    )


def warnings_of(policy: Policy) -> Iterator[Text]:
    """What a reader must know about the profile."""
    if policy.document.fictional:
        yield Text("示例：城市、文件与数据均为虚构", "an example: city, document and data are made up")
    if policy.document.status == "draft":
        yield Text(
            "所依据的文件为征求意见稿，不是正式印发的规定", "the document is a draft for comment, not a rule in force"
        )


# --- pools ------------------------------------------------------------------------------------------------------


def pools_of(service: Service, on: date, others: Iterable[Record]) -> tuple[Pool, ...]:
    """The pools of the target cloud as they stood on a day, then those of other clouds as they told it themselves."""
    zones = {zone.id: zone.name for zone in service.zones}
    sites = {site.id: site.name for site in service.sites}
    own = [_own(pool, on, zones[pool.zone], sites[pool.site]) for pool in service.pools]
    known = {word for pool in service.pools for word in (pool.id, pool.name, *pool.aliases)}
    collected = [
        _collected(record) for record in sorted(others, key=lambda record: record.id) if _is_pool(record, known)
    ]
    return (*own, *_joined(collected))


def _own(pool: ServicePool, on: date, zone: str, site: str) -> Pool:
    """Physical capacity with the batches that are there, times overcommit; capacity rounds down."""
    parts = [pool.physical, *(batch.adds for batch in pool.expansions if batch.available_on <= on)]
    cores = sum(part.cpu_cores for part in parts)
    orders = [
        order for order in pool.reserved if order.from_on <= on and (order.until_on is None or on < order.until_on)
    ]
    return Pool(
        id=pool.id, name=Text(pool.name, pool.name), zone=zone, site=site, xinchuang=pool.xinchuang, cpu_arch=pool.cpu_arch,
        vcpu=int(cores * pool.overcommit.vcpu_ratio), vcpu_physical=cores, overcommit=float(pool.overcommit.vcpu_ratio),
        memory_gib=float(sum(part.memory_gib for part in parts) * pool.overcommit.memory_ratio),
        storage_gib=float(sum(part.storage_gib for part in parts) * pool.overcommit.storage_ratio),
        locked_vcpu=sum(order.amount.vcpu for order in orders),
        locked_memory_gib=sum(order.amount.memory_gib for order in orders),
        locked_storage_gib=sum(order.amount.storage_gib for order in orders),
        source=pool.source,
    )  # fmt: skip


def _is_pool(record: Record, known: set[str]) -> bool:
    fields = record.fields
    return (
        record.kind == "pool"
        and fields.get("pool_kind") == "placement"
        and bool(fields.get("pool"))
        and fields["pool"] not in known
    )


def _collected(record: Record) -> Pool:
    fields = record.fields
    name = str(fields["pool"])

    def number(key: str) -> float | None:
        value = fields.get(key)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    vcpu, physical = number("vcpu_capacity"), number("vcpu_physical")
    return Pool(
        id=name, name=Text(name, name), zone=None, site=None, xinchuang=None, cpu_arch=str(fields.get("cpu_arch") or "") or None,
        vcpu=None if vcpu is None else int(vcpu), vcpu_physical=None if physical is None else int(physical),
        overcommit=vcpu / physical if vcpu and physical else None,
        memory_gib=number("memory_gib_capacity"), storage_gib=number("disk_gib_capacity"), source=record.origin.source,
    )  # fmt: skip


def _joined(pools: Iterable[Pool]) -> tuple[Pool, ...]:
    """A pool of one name stands once, even where its hosts were listed by architecture; unknown parts stay unknown."""
    found: dict[str, Pool] = {}
    for pool in pools:
        other = found.get(pool.id)
        found[pool.id] = pool if other is None else _sum(other, pool)
    return tuple(found.values())


def _sum(one: Pool, other: Pool) -> Pool:
    def plus(a: float | None, b: float | None) -> float | None:
        return None if a is None or b is None else a + b

    vcpu = plus(one.vcpu, other.vcpu)
    return Pool(
        id=one.id, name=one.name, zone=None, site=None, xinchuang=None, vcpu=None if vcpu is None else int(vcpu),
        memory_gib=plus(one.memory_gib, other.memory_gib), storage_gib=plus(one.storage_gib, other.storage_gib), source=one.source,
    )  # fmt: skip


# --- 统计口径 ----------------------------------------------------------------------------------------------------


def parameters_of(policy: Policy, rules: Iterable[ZombieRule]) -> Iterator[Parameter]:
    """Every threshold that the report uses, with its source and how sure that is; `rules` are those in force."""
    usage = policy.usage
    weights = usage.weights

    def one(field: str, zh: str, en: str, value: str) -> Parameter:
        return Parameter(
            name=Text(zh, en),
            value=value,
            source=source_of(policy, usage.source_of(field)),
            confidence=confidence_of(policy, usage.source_of(field)),
        )

    yield one(
        "weights",
        "综合利用率权重",
        "weights of the combined rate",
        f"CPU {weights.cpu}，内存 {weights.memory}，存储 {weights.storage}",
    )
    if usage.target_ratio is not None:
        yield one("target_ratio", "综合利用率目标", "target of the combined rate", f"≥ {_percent(usage.target_ratio)}")
    readings = {"use": "按使用率", "allocation": "按分配率", "both": "使用率、分配率两种读法都列出"}
    yield one("target_reading", "目标的读法", "reading of the target", readings[usage.target_reading])
    yield one(
        "averaging",
        "综合利用率所用的平均",
        "averaging",
        {"capacity-weighted": "按规格和时间加权", "simple": "云主机简单平均"}[usage.averaging],
    )
    yield one(
        "powered_off",
        "关机时间",
        "switched-off time",
        {"zero": "按 0 使用计入", "exclude": "不计入"}[usage.powered_off],
    )
    yield one(
        "coverage_min_ratio",
        "覆盖率下限（低于它不作判断）",
        "least coverage for a verdict",
        _percent(usage.coverage_min_ratio),
    )
    yield one("time_zone", "日和月的时区", "time zone of days and months", usage.time_zone)
    for field, zh, en in (
        ("cpu_bands", "CPU使用率区间", "CPU bands"),
        ("memory_bands", "内存使用率区间", "memory bands"),
        ("storage_bands", "存储使用率区间", "storage bands"),
    ):
        bands = getattr(usage, field)
        if bands is not None:
            yield one(field, zh, en, f"较低 < {_percent(bands.low_ratio)}，较高 > {_percent(bands.high_ratio)}")
    for rule in rules:
        yield from _rule_parameters(policy, rule)


def _rule_parameters(policy: Policy, rule: ZombieRule) -> Iterator[Parameter]:
    own = {use.rule: use for use in policy.zombies.rules}
    for name, parameter in sorted(rule.parameters.items()):
        use = own.get(rule.id)
        value, source = parameter.value, rule.sources.get(parameter.source)
        text = source.document if source else parameter.source
        sure: str = source.confidence if source else "U"
        if use is not None and name in use.parameters:
            value, text, sure = (
                use.parameters[name],
                source_of(policy, use.source_of(name)),
                confidence_of(policy, use.source_of(name)),
            )
        label = Text(
            f"僵尸规则“{rule.name}”：{parameter.about}", f"rule {rule.name_en or rule.id}: {parameter.about_en or name}"
        )
        yield Parameter(
            name=label,
            value=_percent(value) if parameter.unit.startswith("比例") else f"{value.normalize():f} {parameter.unit}",
            source=text,
            confidence=sure,
        )


def _percent(ratio: Decimal) -> str:
    return f"{(ratio * 100).normalize():f}%"


def source_of(policy: Policy, source_id: str) -> str:
    """The document and place that a value comes from."""
    if source_id in policy.sources:
        source = policy.sources[source_id]
        return f"{source.document}{f' {source.place}' if source.place else ''}"
    clause = policy.clause(source_id)
    return f"{policy.document.number or policy.document.title} {clause.id} {clause.place}"


def confidence_of(policy: Policy, source_id: str) -> str:
    """How sure that source is: V, P or U."""
    return policy.sources[source_id].confidence if source_id in policy.sources else policy.clause(source_id).confidence
