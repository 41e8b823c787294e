"""What a policy profile and a target cloud say about usage reports: bands, weights, the clause, and 统计口径."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.storage.decisions import SYSTEM_CLASSES
from inventory.zombies.wording import wordings
from report.facts import Band, Clause, Parameter, Resource

if TYPE_CHECKING:
    from catalogs.models_policy import Policy
    from catalogs.models_rules import ZombieRule


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
    for words in wordings(policy):
        what = Text("文件对“僵尸”系统的原话", "the document's words on zombie systems")
        if words.rule is not None:
            what = Text(f"规则 {words.rule} 在文件中的原话", f"the document's words on rule {words.rule}")
        yield Parameter(name=what, value=f"“{words.words}”", source=words.source.zh, confidence=words.confidence)
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
        yield Parameter(name=label, value=_amount(value, parameter.unit), source=text, confidence=sure)
        yield from _class_parameters(policy, rule, name, label)


def _class_parameters(policy: Policy, rule: ZombieRule, name: str, label: Text) -> Iterator[Parameter]:
    """What a number is for single classes of systems, each with its own source."""
    parameter = rule.parameters[name]
    use = next((use for use in policy.zombies.rules if use.rule == rule.id), None)
    for kind in sorted(parameter.by_class):
        sure: str
        ours = use is not None and name in use.by_class.get(kind, {})
        source = rule.sources.get(rule.source_of_value(name, kind))
        text, sure = (source.document, source.confidence) if source else (rule.source_of_value(name, kind), "U")
        if ours and use is not None:
            text, sure = source_of(policy, use.source_of(name)), confidence_of(policy, use.source_of(name))
        words = SYSTEM_CLASSES[kind]
        yield Parameter(
            name=Text(f"{label.zh}（{words.zh}类）", f"{label.en} ({words.en})"), value=_amount(rule.value(name, kind), parameter.unit),
            source=text, confidence=sure,
        )  # fmt: skip


def _amount(value: Decimal, unit: str) -> str:
    return _percent(value) if unit.startswith("比例") else f"{value.normalize():f} {unit}"


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
