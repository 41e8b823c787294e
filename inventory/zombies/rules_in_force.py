"""The zombie rules in force: those of the catalogue that a city's profile uses, with the parameters it sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from catalogs.errors import CatalogError
from catalogs.models_policy import RuleUse, ZombieSection
from catalogs.models_rules import Parameter, ZombieRule


def rules_of(rules: Iterable[ZombieRule], section: ZombieSection | None) -> tuple[ZombieRule, ...]:
    """The rules that a policy profile uses, each with the accounts, addresses and systems of that city's operator too.

    Args:
        rules: of the catalogue.
        section: `policy.zombies`; `None`: no profile, all rules as they are.

    Raises:
        CatalogError: the profile names a rule or parameter that is not there.
    """
    chosen = rules_in_force(rules, section.rules if section else ())
    if section is None or not section.operator:
        return chosen
    return tuple(rule.model_copy(update={"operator": (*rule.operator, *section.operator)}) for rule in chosen)


def rules_in_force(rules: Iterable[ZombieRule], uses: Sequence[RuleUse] = ()) -> tuple[ZombieRule, ...]:
    """The rules that a policy profile uses, with the parameters it sets; all of them where it names none.

    Args:
        rules: of the catalogue.
        uses: `policy.zombies.rules`.

    Raises:
        CatalogError: the profile names a rule or parameter that is not there.
    """
    known = {rule.id: rule for rule in rules}
    if not uses:
        return tuple(known[name] for name in sorted(known))
    chosen = []
    for use in uses:
        rule = known.get(use.rule)
        changes: Mapping[str, object] = use.parameters
        own: Mapping[str, Mapping[str, object]] = {str(kind): values for kind, values in use.by_class.items()}
        named = set(changes).union(*own.values())
        missing = sorted(named - set(rule.parameters)) if rule else []
        if rule is None or missing:
            what = use.rule if rule is None else f"{use.rule}.{missing[0]}"
            raise CatalogError(
                f"政策文件引用的僵尸规则或参数不存在：{what}",
                f"the profile names a zombie rule or parameter that is not there: {what}",
            )
        parameters = {
            name: value.model_copy(update=_changed(name, value, changes, own)) if name in named else value
            for name, value in rule.parameters.items()
        }
        chosen.append(rule.model_copy(update={"parameters": parameters}))
    return tuple(sorted(chosen, key=lambda rule: rule.id))


def _changed(
    name: str, parameter: Parameter, changes: Mapping[str, object], own: Mapping[str, Mapping[str, object]]
) -> dict[str, object]:
    """What a profile makes of a parameter; its value for all takes the place of those of single classes, its own of a class stands."""
    by_class: dict[str, object] = {}
    if name not in changes:
        by_class.update({str(kind): value for kind, value in parameter.by_class.items()})
    by_class.update({kind: values[name] for kind, values in own.items() if name in values})
    return {"value": changes.get(name, parameter.value), "by_class": by_class}
