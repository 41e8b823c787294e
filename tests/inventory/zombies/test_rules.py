"""Every worked example of every zombie rule, and that each rule is complete: examples of all outcomes, sources, function."""

import re

import pytest

from catalogs.load import load_catalogs
from catalogs.models_rules import RuleExample, ZombieRule
from inventory.zombie_examples import outcome
from inventory.zombie_rules import COMPOSITE, RULES

ALL = load_catalogs(None).zombie_rules


@pytest.mark.parametrize(
    ("rule", "example"), [pytest.param(r, e, id=f"{r.id}-{n}") for r in ALL for n, e in enumerate(r.examples)]
)
def test_example(rule: ZombieRule, example: RuleExample) -> None:
    assert outcome(rule, example, ALL) == example.expect, example.name


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_rule_is_complete(rule: ZombieRule) -> None:
    assert rule.criterion == COMPOSITE or rule.function in RULES
    assert re.fullmatch(r"R[0-4]|Z[1-6][ab]?", rule.criterion)
    assert {"zombie", "in_use"} <= {example.expect for example in rule.examples}
    for name, parameter in rule.parameters.items():
        assert parameter.source in rule.sources, name


def test_criteria_of_the_national_definition_are_all_there() -> None:
    assert {"Z1", "Z2", "Z3", "Z4", "Z5a", "Z5b", "Z6", "R0", "R1", "R2", "R3", "R4"} == {
        rule.criterion for rule in ALL
    }


def test_every_function_is_used() -> None:
    assert set(RULES) == {rule.function for rule in ALL if rule.criterion != COMPOSITE}
