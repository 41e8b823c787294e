"""Every worked example of every zombie rule, and that each rule is complete: examples of all outcomes, sources, function."""

import operator
import re
from dataclasses import replace
from pathlib import Path

import pytest

from catalogs.load import load_catalogs
from catalogs.models_rules import ClassValue, RuleExample, ZombieRule
from catalogs.reference_rules import rule_pages
from inventory.zombies.examples import AS_OF, facts_from, failing, outcome
from inventory.zombies.judge import judge_facts
from inventory.zombies.rules import RULES
from inventory.zombies.second_look import OF_THE_WHOLE
from tests.inventory.command import call

ALL = load_catalogs(None).zombie_rules


@pytest.mark.parametrize(
    ("rule", "example"), [pytest.param(r, e, id=f"{r.id}-{n}") for r in ALL for n, e in enumerate(r.examples)]
)
def test_example(rule: ZombieRule, example: RuleExample) -> None:
    assert outcome(rule, example, ALL) == example.expect, example.name


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_rule_is_complete(rule: ZombieRule) -> None:
    assert rule.criterion in OF_THE_WHOLE or rule.function in RULES
    assert re.fullmatch(r"R[0-5]|Z[1-6][ab]?", rule.criterion)
    assert {"zombie", "in_use"} <= {example.expect for example in rule.examples}
    for name, parameter in rule.parameters.items():
        assert parameter.source in rule.sources, name


def test_criteria_of_the_national_definition_are_all_there() -> None:
    assert {"Z1", "Z2", "Z3", "Z4", "Z5a", "Z5b", "Z6", "R0", "R1", "R2", "R3", "R4", "R5"} == {
        rule.criterion for rule in ALL
    }


def test_every_function_is_used() -> None:
    assert set(RULES) == {rule.function for rule in ALL if rule.criterion not in OF_THE_WHOLE}


def test_catalogs_check_runs_the_worked_examples(tmp_path: Path) -> None:
    folder = tmp_path / "catalogs" / "zombies"
    folder.mkdir(parents=True)
    (tmp_path / "govcloud.yaml").write_text("profile: sample-city\n", encoding="utf-8")
    text = (Path(__file__).resolve().parents[3] / "catalogs" / "zombies" / "z5a-few-users.yaml").read_text(
        encoding="utf-8"
    )
    (folder / "z5a-few-users.yaml").write_text(text, encoding="utf-8")
    assert call("catalogs", "check", folder=tmp_path).returncode == 0
    (folder / "z5a-few-users.yaml").write_text(text.replace("value: 10", "value: 2"), encoding="utf-8")
    done = call("catalogs", "check", folder=tmp_path)
    assert done.returncode == 3
    assert "z5a-few-users.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_example_that_means_nothing_is_named() -> None:
    rule = next(rule for rule in ALL if rule.id == "z5a-few-users")
    strange = rule.model_copy(update={"examples": (RuleExample(name="怪", given={"moon": "full"}, expect="unknown"),)})
    assert [(one.name, "moon" in got) for _, one, got in failing([strange])] == [("怪", True)]


def test_a_page_says_parameters_sources_and_examples() -> None:
    pages = rule_pages(ALL)
    assert set(pages) == {"README.md", *(f"{rule.id}.md" for rule in ALL)}
    for rule in ALL:
        page = pages[f"{rule.id}.md"]
        for name in rule.parameters:
            assert f"`{name}`" in page
        for example in rule.examples:
            assert example.name in page
        assert all(source.document in page for source in rule.sources.values())


def test_files_from_before_a_parameter_was_known_still_judge() -> None:
    """A city's own rule files, and those in the evidence of older reports, lack what was added since."""
    later = {
        "months_of_a_yearly_cycle", "disk_io_mib_s", "windows_to_enter", "windows_to_leave", "z5_counts", "mass_update_ratio",
        "months_of_a_renewal_gap", "months_of_recent_use", "cpu_daily_peak_ratio", "months_forgotten", "months_patched_only", "log_coverage_min_ratio",
    }  # fmt: skip
    older = [
        rule.model_copy(update={"class_words": (), "parameters": {
            n: p for n, p in rule.parameters.items() if n not in later and (rule.criterion == "Z3" or n != "network_mbit_s")
        }})
        for rule in ALL
    ]  # fmt: skip
    for rule in older:
        for example in rule.examples:
            assert outcome(rule, example, older) in {"zombie", "in_use", "unknown"}
    maintained = facts_from({"last_login_on": "2025-06-15", "last_update_on": "2025-09-01"})
    assert judge_facts([maintained], older, AS_OF)[0].state == "zombie"


OWN = [(rule, name, kind) for rule in ALL for name, parameter in rule.parameters.items() for kind in parameter.by_class]


@pytest.mark.parametrize(
    ("rule", "name", "kind"), [pytest.param(*one, id=f"{one[0].id}-{one[1]}-{one[2]}") for one in OWN]
)
def test_every_value_of_a_class_bites_and_says_why(rule: ZombieRule, name: str, kind: str) -> None:
    """An example of that class comes out otherwise where the class has the value of all others."""
    parameter = rule.parameters[name]
    value = parameter.for_class(kind)
    assert isinstance(value, ClassValue)
    assert value.about
    assert value.source in rule.sources
    without = parameter.model_copy(update={"by_class": {k: v for k, v in parameter.by_class.items() if k != kind}})
    plain = rule.model_copy(update={"parameters": {**rule.parameters, name: without}})
    others = [one for one in ALL if one.id != rule.id]
    changed = [
        example.name for example in rule.examples if example.given.get("system_class") == kind
        and outcome(rule, example, ALL) != outcome(plain, example, [plain, *others])
    ]  # fmt: skip
    assert changed


def test_every_class_has_parameters_or_exemptions_of_its_own() -> None:
    own = {kind for _, _, kind in OWN} | {kind for rule in ALL for kind in rule.exempt_classes}
    assert {"website", "test", "standby", "seasonal", "emergency"} <= own


def test_a_limit_names_the_source_of_its_class() -> None:
    facts = facts_from({"last_update_on": "2025-07-20", "contract_end_on": "2025-12-31", "system_class": "website"})
    (result,) = [r for r in judge_facts([facts], ALL, AS_OF)[0].results if r.rule == "z4-unmaintained"]
    (limit,) = [limit for limit in result.limits if limit["name"] == "months_since_update"]
    assert (limit["value"], limit["confidence"]) == ("6", "V")
    assert "国办秘函〔2019〕19号" in limit["source"]


def test_the_name_of_a_unit_suggests_no_class() -> None:
    """市应急管理局's systems are no emergency systems for that."""
    from inventory.zombies.system_facts import _own_name

    system = facts_from({"name": "市应急管理局内部控制管理系统"}).system
    assert "应急" not in _own_name(replace(system, department="市应急管理局"))
    assert "应急" in _own_name(system)


def held(value: object, limit: object) -> bool:
    """Whether a printed value keeps the limit printed beside it; each of several months does."""
    found = re.fullmatch(r"(<=|>=|<|>) ?(\d{4}-\d{2}-\d{2}|[\d.]+)( %)?", str(limit))
    if found is None or value is None:
        return True
    sign, bound, _ = found.groups()
    values = re.findall(r"\d{4}-\d{2}-\d{2}|[\d.]+", str(value))
    compare = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}[sign]
    dates = "-" in bound
    return all(compare(one, bound) if dates else compare(float(one), float(bound)) for one in values)


@pytest.mark.parametrize("rule", [r for r in ALL if r.id in ("z3-idle", "contract-expired", "no-activity", "z4-unmaintained")], ids=lambda r: r.id)  # fmt: skip
def test_what_is_printed_for_a_hit_keeps_the_limits_printed_beside_it(rule: ZombieRule) -> None:
    """A letter that says “100 %, limit < 20 %” of a hit would be laughed at."""
    hits = 0
    for example in rule.examples:
        finding = RULES[rule.function](facts_from(example.given), rule, AS_OF.date())
        if finding.hit:
            hits += 1
            assert [(one.name.zh, one.value, one.limit) for one in finding.seen if not held(one.value, one.limit)] == []
    assert hits > 0
