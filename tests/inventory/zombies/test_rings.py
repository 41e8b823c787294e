"""The call of the dead keeps nothing alive, in a ring neither; the call of the living does, however long the way."""

from __future__ import annotations

from dataclasses import replace

from catalogs.load import load_catalogs
from inventory.zombies.examples import AS_OF, facts_from
from inventory.zombies.judge import judge_facts
from inventory.zombies.system_facts import SystemFacts

RULES = load_catalogs(None).zombie_rules
LEFT = {
    "last_login_on": "2024-11-29", "last_update_on": "2023-08-22", "cpu": "0.03 0.03 0.03", "network": "1.5", "network_rest": "1.5",
    "network_hours": "24", "network_workday": "1.5", "network_weekend": "1.5", "measured_visits": "0", "measured_machine_visits": "700",
    "logged": "1",
}  # fmt: skip
IN_USE = {"last_login_on": "2026-03-30", "users": "300", "logins_month": "900"}


def named(system_id: str, *callers: str, **given: str) -> SystemFacts:
    facts = facts_from(given or LEFT)
    return replace(facts, system=replace(facts.system, id=system_id), callers_measured=callers)


def states(*facts: SystemFacts) -> dict[str, str]:
    return {verdict.system_id: verdict.state for verdict in judge_facts(facts, RULES, AS_OF)}


def test_two_dead_ones_do_not_keep_each_other_alive() -> None:
    assert states(named("a", "b"), named("b", "a")) == {"a": "zombie", "b": "zombie"}


def test_a_ring_that_the_living_call_into_lives_all_round() -> None:
    ring = (named("a", "c", "user"), named("b", "a"), named("c", "b"))
    assert states(*ring, named("user", **IN_USE)) == {"a": "in_use", "b": "in_use", "c": "in_use", "user": "in_use"}


def test_a_call_goes_on_through_what_is_itself_called() -> None:
    """What is used only through another system calls a third: all of them are needed."""
    found = states(named("end", "middle"), named("middle", "user"), named("user", **IN_USE))
    assert found == {"end": "in_use", "middle": "in_use", "user": "in_use"}


def test_the_call_of_what_is_not_known_to_be_used_leaves_it_open() -> None:
    """Neither used nor dead: so is what it calls, and what that calls in turn, unless somebody in use calls it as well."""
    unknown = named("maybe", users="40")
    asked = {
        verdict.system_id: verdict
        for verdict in judge_facts([named("a", "maybe"), named("b", "a"), unknown], RULES, AS_OF)
    }
    assert {name: verdict.state for name, verdict in asked.items()} == {
        "a": "unknown",
        "b": "unknown",
        "maybe": "unknown",
    }
    assert "本身都未判定" in asked["b"].sentence.zh
    assert states(named("a", "maybe", "user"), unknown, named("user", **IN_USE))["a"] == "in_use"


def test_a_link_that_complete_logs_show_nobody_to_follow_keeps_nothing_alive() -> None:
    linked = {name: value for name, value in LEFT.items() if name != "last_update_on"} | {
        "last_update_on": "2025-06-01"
    }
    facts = facts_from(linked)
    portal = named("user", **IN_USE)
    followed = replace(facts, system=replace(facts.system, id="a"), callers_linking=("user",))
    assert states(followed, portal)["a"] != "in_use"
    unlogged = facts_from(
        {name: value for name, value in linked.items() if not name.startswith(("measured", "logged"))}
    )
    assert (
        states(replace(unlogged, system=replace(unlogged.system, id="a"), callers_linking=("user",)), portal)["a"]
        == "in_use"
    )


def test_data_that_only_a_dead_caller_sends_are_no_flow_of_devices() -> None:
    sensor = LEFT | {"name": "乡村旅游采集系统"}
    assert states(named("a", "b"), named("b", "a", **sensor)) == {"a": "zombie", "b": "zombie"}


def test_they_are_where_nobody_calls_or_somebody_keeps_it() -> None:
    sensor = LEFT | {"name": "乡村旅游采集系统"}
    assert states(named("b", **sensor))["b"] != "zombie", "its name says that nobody attends it, and its data flow"
    kept = sensor | {"last_update_on": "2025-12-01"}
    assert states(named("a", "b"), named("b", "a", **kept))["b"] != "zombie"
    unlogged = {name: value for name, value in sensor.items() if name != "logged"}
    assert states(named("a", "b"), named("b", "a", **unlogged))["b"] != "zombie", "logs that do not cover show nothing"


def test_two_ledgers_that_disagree_are_asked() -> None:
    """Its own unit says that it stopped, another's ledger that it calls it, and traffic comes on working days."""
    given = LEFT | {"remark": "业务已停", "network_workday": "20", "network_weekend": "4"}
    facts = facts_from({name: value for name, value in given.items() if not name.startswith(("measured", "logged"))})
    linked = replace(facts, system=replace(facts.system, id="a"), callers_linking=("user",))
    (verdict, _) = judge_facts([linked, named("user", **IN_USE)], RULES, AS_OF)
    assert verdict.state == "unknown"
    assert "两边说法不一" in verdict.sentence.zh
    assert "disagree" in verdict.sentence.en


def test_a_call_that_a_ledger_names_is_none_where_the_neglected_servers_are_silent() -> None:
    """Its unit says that it is over, and once wrote that another system calls it; nothing but backups moves."""
    over = {
        "last_login_on": "2022-10-28", "last_update_on": "2021-12-28", "contract_end_on": "2022-05-27", "remark": "活动结束，没再用过",
        "cpu": "0.02 0.02 0.02", "cpu_daily_peak": "0.09", "network": "0.9", "network_rest": "0.04", "network_hours": "2",
    }  # fmt: skip

    def state(**given: str) -> str:
        facts = facts_from({**over, **given})
        called = replace(facts, system=replace(facts.system, id="a"), callers_declared=("user",))
        return states(called, named("user", **IN_USE))["a"]

    assert state() == "zombie"
    assert state(network_rest="0.9", network_hours="20") == "in_use", "data do flow"
    assert state(coverage="0.5") == "in_use", "too little was measured to tell"
    assert state(last_update_on="2026-01-28", contract_end_on="2026-12-31", remark="") == "in_use", "somebody keeps it"
