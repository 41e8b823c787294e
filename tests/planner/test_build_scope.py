"""Who is planned, who is not, and why: every system of the inventory is in exactly one of the two."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.problem.file import read_problem
from tests.planner.small_city import AVerdict, a_server, a_system, build, codes, decided, reasons


def test_a_plain_system_is_planned() -> None:
    built = build([a_system("a")])
    assert [system.id for system in built.problem.systems] == ["a"]
    assert built.left_out == ()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"secrecy": "unknown"}, "secrecy-unknown"),
        ({"status": "在建"}, "under-construction"),
        ({"status": "已下线"}, "retired"),
        ({"zones": ("气象专线",)}, "zone-unknown"),
        ({"mlps_level": 4}, "no-pool"),
        ({"xinchuang": True, "cpu_arch": "sw_64"}, "no-pool"),
    ],
)
def test_left_out_with_the_reason(facts: dict[str, object], reason: str) -> None:
    built = build([a_system("a"), a_system("b", **facts)], [a_server("a"), a_server("b", zone=None)])
    assert reasons(built) == {"b": reason}
    assert built.left_out[0].detail.zh
    assert built.left_out[0].detail.en


def test_no_servers_and_no_declared_size() -> None:
    assert reasons(build([a_system("a")], [])) == {"a": "resources-unknown"}


def test_all_servers_off_for_long() -> None:
    from datetime import date

    off = a_server("a", power="off", powered_off_on=date(2025, 10, 1))
    built = build([a_system("a")], [off])
    assert reasons(built) == {"a": "switched-off"}
    lately = a_server("a", power="off", powered_off_on=date(2026, 3, 20))
    assert reasons(build([a_system("a")], [lately])) == {}


def test_larger_than_any_pool() -> None:
    built = build([a_system("a")], [a_server("a", number, vcpu=64, memory_gib=256.0) for number in range(200)])
    assert reasons(built) == {"a": "too-large"}
    assert "最多只有" in built.left_out[0].detail.zh


def test_larger_than_any_flavour() -> None:
    built = build([a_system("a")], [a_server("a", vcpu=128, memory_gib=256.0)])
    assert reasons(built) == {"a": "too-large"}
    assert "没有规格" in built.left_out[0].detail.zh


def test_classified_systems_are_only_counted() -> None:
    built = build([a_system("a")], classified=3)
    (item,) = built.left_out
    assert (item.reason, item.count, item.system, item.name, item.department) == ("classified", 3, None, None, None)


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("zombie", "confirmed", "zombie-confirmed"),
        ("zombie", {"step": "confirmed"}, "zombie-confirmed"),
        ("disposition", "retire", "disposition"),
        ("disposition", {"disposition": "merge-into", "into": "b"}, "disposition"),
        ("disposition", "to-province", "disposition"),
        ("acceptance", {"accepted_on": "2026-03-01"}, "migrated"),
    ],
)
def test_what_people_decided_holds(kind: str, value: object, reason: str) -> None:
    built = build([a_system("a"), a_system("b")], decisions=[decided(kind, "a", value)])
    assert reasons(built) == {"a": reason}
    assert "李某" in built.left_out[0].detail.zh


def test_a_deferral_ends_with_its_date() -> None:
    over = decided("disposition", "a", {"disposition": "defer", "until": "2026-03-30"})
    assert reasons(build([a_system("a")], decisions=[over])) == {}
    holds = decided("disposition", "a", {"disposition": "defer", "until": "2026-06-30"})
    assert reasons(build([a_system("a")], decisions=[holds])) == {"a": "disposition"}


def test_a_zombie_notice_does_not_leave_a_system_out() -> None:
    built = build([a_system("a")], decisions=[decided("zombie", "a", {"step": "notice"})])
    assert reasons(built) == {}


def test_a_suspected_zombie_waits_for_the_clean_up_date() -> None:
    built = build([a_system("a"), a_system("b")], verdicts=[AVerdict("a", "zombie"), AVerdict("b", "unknown")])
    week = built.problem.by_id["a"].release_week
    assert built.problem.week(week) == "2026-W27"  # 2026-06-30 is a Tuesday; the cut-over of W26 is the last before it
    assert built.problem.by_id["b"].release_week < week
    assert "suspected-zombie" in codes(built)


def test_what_stands_in_the_target_cloud_is_there_already() -> None:
    there = a_server("a", cloud="sample-cloud", pool="az-east-ext-x86")
    built = build([a_system("a"), a_system("b")], [there, a_server("b")])
    assert reasons(built) == {"a": "already-there"}


def test_the_same_zone_name_in_another_cloud_is_not_the_target() -> None:
    elsewhere = a_server("a", cloud="cloud-a", pool="az-east-ext-x86")
    assert reasons(build([a_system("a")], [elsewhere])) == {}


def test_a_decision_to_move_brings_back_what_stands_there() -> None:
    there = a_server("a", cloud="sample-cloud", pool="az-east-ext-x86")
    built = build([a_system("a")], [there], decisions=[decided("disposition", "a", "rebuild")])
    (system,) = built.problem.systems
    (freed,) = system.frees
    assert (freed.pool, freed.amount) == ("east-extranet-x86", (4, 8, 100))
    assert freed.weeks_after == 2 + 4  # trial run of class S, retention


KNOWN = st.fixed_dictionaries(
    {
        "secrecy": st.sampled_from(["unclassified", "unknown"]),
        "status": st.sampled_from(["在用", "在建", "停用", None]),
        "mlps_level": st.sampled_from([None, 1, 2, 3, 4]),
        "zones": st.sampled_from(
            [(), ("互联网区",), ("政务外网区",), ("专网区",), ("互联网区", "政务外网区"), ("云外",)]
        ),
        "cpu_arch": st.sampled_from([None, "x86_64", "aarch64", "sw_64"]),
        "xinchuang": st.sampled_from([None, True, False]),
        "vcpu": st.sampled_from([None, 3, 40]),
        "memory_gib": st.sampled_from([None, 7.5]),
        "data_gib": st.sampled_from([None, 0.0, 900.5]),
        "department_id": st.sampled_from([None, "jyj", "no-such"]),
        "dr": st.sampled_from([None, "同城双活", "异地容灾", "异地备份", "无"]),
        "location": st.sampled_from([None, "自建机房", "政务云"]),
        "system_class": st.sampled_from([None, "standby", "business"]),
    }
)
MACHINE = st.fixed_dictionaries(
    {
        "vcpu": st.sampled_from([None, 1, 4, 64, 200]),
        "memory_gib": st.sampled_from([None, 0.5, 16.0, 700.0]),
        "disk_gib": st.sampled_from([None, 0.0, 40.0]),
        "zone": st.sampled_from([None, "互联网区", "政务外网区", "专网区", "x"]),
        "cloud": st.sampled_from([None, "cloud-a", "sample-cloud"]),
        "pool": st.sampled_from([None, "az-east-ext-arm", "y"]),
        "power": st.sampled_from(["on", "off", None]),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(KNOWN, st.lists(MACHINE, max_size=3)), max_size=6), st.integers(0, 3))
def test_nothing_is_lost_and_the_problem_is_always_well_formed(
    city: list[tuple[dict[str, object], list[dict[str, object]]]], classified: int
) -> None:
    systems = [a_system(f"s{number}", **facts) for number, (facts, _) in enumerate(city)]
    servers = [a_server(f"s{number}", place, **facts) for number, (_, machines) in enumerate(city) for place, facts in enumerate(machines)]  # fmt: skip
    built = build(systems, servers, classified=classified)
    planned = set(built.parts.values())
    left = [item.system for item in built.left_out if item.system is not None]
    assert len(left) == len(set(left))
    assert planned | set(left) == {system.id for system in systems}
    assert planned & set(left) == set()
    assert sum(item.count for item in built.left_out if item.reason == "classified") == classified
    raw = json.dumps(built.problem.as_json()).encode()
    assert read_problem(raw) == built.problem
    json.dumps(built.as_json())


def test_the_schema_of_built_json_fits_real_output() -> None:
    from pathlib import Path
    from typing import get_args

    import jsonschema

    from planner.build.built import REASONS, Reason

    path = Path(__file__).resolve().parents[2] / "docs" / "reference" / "built.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    zombie = a_server("z", cloud="sample-cloud", pool="az-east-ext-arm")
    built = build(
        [a_system("a", dr="同城双活"), a_system("b", secrecy="unknown"), a_system("z")],
        [a_server("a"), a_server("b"), zombie],
        decisions=[decided("zombie", "z", "confirmed")],
        classified=2,
    )
    jsonschema.validate(json.loads(json.dumps(built.as_json())), schema)
    listed = schema["properties"]["left_out"]["items"]["properties"]["reason"]["enum"]
    assert set(listed) == set(get_args(Reason)) == set(REASONS)
