"""A rule as it applies to a class of systems, with the limits in force and where each comes from."""

from __future__ import annotations

from collections.abc import Mapping

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.zombies.verdict import Applied


def applied_of(rule: ZombieRule, system_class: str | None) -> Applied:
    """The rule as it applies to a class of systems."""
    return Applied(
        rule=rule.id, criterion=rule.criterion, name=Text(rule.name, rule.name_en or rule.name), function=rule.function,
        applies=system_class is None or system_class not in rule.exempt_classes, limits=_limits(rule, system_class),
    )  # fmt: skip


def _limits(rule: ZombieRule, system_class: str | None) -> tuple[Mapping[str, str], ...]:
    """The limits of a rule for a class, each with its source."""
    return tuple(
        {
            "name": name,
            "value": str(rule.value(name, system_class)),
            "unit": parameter.unit,
            **_source(rule, rule.source_of_value(name, system_class)),
        }
        for name, parameter in sorted(rule.parameters.items())
    )


def _source(rule: ZombieRule, source_id: str) -> dict[str, str]:
    source = rule.sources.get(source_id)
    if source is None:
        return {"source": source_id, "confidence": "U"}
    return {"source": f"{source.document}{f' {source.place}' if source.place else ''}", "confidence": source.confidence}
