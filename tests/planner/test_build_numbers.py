"""The numbers of a problem, each worked out by hand: demand rounds up, capacity rounds down, and each has its steps."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from catalogs.models_service import Link
from planner.build.built import steps_of
from planner.build.effort import link_gib_week, spread
from planner.problem.problem import PlannedSystem
from tests.catalogs.files import catalogs_with, text_of
from tests.planner.small_city import a_server, a_system, build, codes, decided, planning_with, used


def option(system: PlannedSystem, pool: str) -> tuple[int, ...]:
    """Demand in a pool."""
    found = system.option(pool)
    assert found is not None
    return found.demand


def only(built: object) -> PlannedSystem:
    """The only planned system."""
    (system,) = built.problem.systems  # type: ignore[attr-defined]
    return system  # type: ignore[no-any-return]


# --- demand -----------------------------------------------------------------------------------------------------------


def test_as_provisioned_where_nothing_is_measured() -> None:
    built = build([a_system("a")], [a_server("a", vcpu=3, memory_gib=5.0, disk_gib=90.5)])
    # the cheapest flavour with 3 vCPU and 5 GiB is gov.4c8g; 91 GiB of disk; growth 10 % over 52 weeks
    assert option(only(built), "east-extranet-x86") == (5, 9, 101)
    assert {server.basis for server in built.servers} == {"provisioned"}


def test_right_sized_where_use_is_known_well_enough() -> None:
    server = a_server("a", vcpu=16, memory_gib=64.0, disk_gib=1000.0)
    built = build([a_system("a")], [server], rates=used(server, 150, 400, 300))
    # CPU 16 × 0.15/0.6 = 4; memory 64 × 0.4/0.8 = 32 → gov.8c32g; storage 1000 × 0.3 × 1.3 = 390
    assert {(s.flavor, s.storage_gib, s.basis) for s in built.servers} == {("gov.8c32g", 390, "measured")}
    assert option(only(built), "west-extranet-x86") == (9, 36, 429)


def test_never_below_the_least_share_and_above_what_is_provisioned_where_use_is_high() -> None:
    idle, busy = a_server("a", 1, vcpu=16, memory_gib=32.0), a_server("a", 2, vcpu=4, memory_gib=8.0)
    built = build([a_system("a")], [idle, busy], rates=[*used(idle, 10, 10), *used(busy, 900, 800)])
    flavors = {s.server: s.flavor for s in built.servers if s.pool == "east-extranet-x86"}
    # 16 × 0.25 = 4 and 32 × 0.25 = 8; 4 × 0.9/0.6 = 6 → 8 vCPU
    assert flavors == {idle.id: "gov.4c8g", busy.id: "gov.8c16g"}


def test_a_busy_server_beyond_every_flavour_stays_as_it_is() -> None:
    server = a_server("a", vcpu=64, memory_gib=256.0)
    built = build([a_system("a")], [server], rates=used(server, 980, 500))  # 64 × 0.98/0.6 = 105 vCPU
    assert {s.flavor for s in built.servers} == {"gov.64c256g"}
    assert "size-limited" in codes(built)


@pytest.mark.parametrize("known", [{"coverage": 0.79}, {"coverage": None}, {"days": 29}])
def test_poorly_known_use_changes_nothing(known: dict[str, Any]) -> None:
    server = a_server("a", vcpu=16, memory_gib=64.0)
    built = build([a_system("a")], [server], rates=used(server, 50, 50, **known))
    assert {s.flavor for s in built.servers} == {"gov.16c64g"}


def test_one_measured_resource_is_not_enough() -> None:
    server = a_server("a", vcpu=16, memory_gib=64.0)
    rates = [replace(rate, numerator=None) if rate.metric == "memory" else rate for rate in used(server, 50, 50)]
    assert {s.basis for s in build([a_system("a")], [server], rates=rates).servers} == {"provisioned"}


@pytest.mark.parametrize("system_class", ["standby", "seasonal", "emergency"])
def test_systems_that_idle_by_design_are_not_sized_down(system_class: str) -> None:
    server = a_server("a", vcpu=16, memory_gib=64.0)
    built = build([a_system("a", system_class=system_class)], [server], rates=used(server, 10, 10))
    assert {s.flavor for s in built.servers} == {"gov.16c64g"}


def test_declared_totals_where_no_server_was_collected() -> None:
    built = build([a_system("a", vcpu=10, memory_gib=40.0, storage_gib=300.0)], [])
    # two servers of 5 vCPU, 20 GiB, 150 GiB: gov.8c32g each
    assert option(only(built), "east-extranet-x86") == (18, 71, 330)
    assert {s.basis for s in built.servers} == {"declared"}
    steps = steps_of(json.loads(json.dumps(built.as_json())), "systems[a].options[east-extranet-x86].demand[vcpu]")
    assert any("台账.xlsx, 台账!C3" in origin for _, step in steps for origin in step["origins"])


def test_an_assumed_size_is_a_note() -> None:
    built = build([a_system("a")], [a_server("a", memory_gib=None)])
    assert "size-assumed" in codes(built)
    assert {s.memory_gib for s in built.servers} == {16}  # 4 vCPU × 4 GiB


def test_the_architecture_factor_comes_before_the_flavour() -> None:
    built = build([a_system("a", xinchuang=True)], [a_server("a", vcpu=4, memory_gib=8.0)])
    system = only(built)
    assert {o.pool for o in system.options} == {"east-extranet-arm", "west-extranet-arm"}
    # 4 × 1.2 = 4.8 vCPU, 8 × 1.1 = 8.8 GiB → gov.8c16g, growth 10 %
    assert option(system, "east-extranet-arm") == (9, 18, 110)
    assert system.options[0].cost > 40  # the architecture's own cost is part of it


def test_without_need_no_change_of_architecture() -> None:
    pools = {o.pool for o in only(build([a_system("a")])).options}
    assert pools == {"east-extranet-x86", "west-extranet-x86"}
    arm = only(build([a_system("a", cpu_arch="aarch64")]))
    assert {o.pool for o in arm.options} == {"east-extranet-arm", "west-extranet-arm"}


def test_an_unknown_architecture_is_taken_from_the_servers_or_noted() -> None:
    built = build([a_system("a", cpu_arch=None)], [a_server("a", cpu_arch="aarch64")])
    assert {o.pool for o in only(built).options} == {"east-extranet-arm", "west-extranet-arm"}
    assert "arch-assumed" not in codes(built)
    assert "arch-assumed" in codes(build([a_system("a", cpu_arch=None)], [a_server("a", cpu_arch=None)]))


# --- copies -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dr", "demand"),
    [
        ("同城双活", (5, 9, 110)),
        ("异地容灾", (3, 5, 110)),
        ("异地备份", (0, 0, 110)),
        ("数据级容灾", (0, 0, 110)),
        ("灾备第六级", (5, 9, 110)),
        ("第5级", (3, 5, 110)),
        ("灾备等级第三级", (0, 0, 110)),
        ("第一级", None),
        ("本地备份", None),
        ("无", None),
        (None, None),
    ],
)
def test_the_copy_has_its_share(dr: str | None, demand: tuple[int, ...] | None) -> None:
    system = only(build([a_system("a", dr=dr)]))
    assert {copy.demand for copy in system.replica_options} == ({demand} if demand else set())
    if demand:
        assert {"east-extranet-x86", "west-extranet-x86"} <= {copy.pool for copy in system.replica_options}


def test_a_copy_without_a_second_site_is_a_note() -> None:
    built = build([a_system("a", zones=("互联网区",), dr="同城双活")], [a_server("a", zone="互联网区")])
    assert only(built).replica_options == ()
    assert "no-replica-pool" in codes(built)


# --- zones ------------------------------------------------------------------------------------------------------------


def test_two_zones_two_parts_that_move_together() -> None:
    servers = [a_server("a", 1, zone="互联网区"), a_server("a", 2), a_server("a", 3)]
    built = build([a_system("a", zones=("互联网区", "政务外网区")), a_system("b")], [*servers, a_server("b")])
    assert built.parts == {"a": "a", "a/internet": "a", "b": "b"}
    assert built.problem.together == (("a", "a/internet"),)
    main, part = built.problem.by_id["a"], built.problem.by_id["a/internet"]
    assert {o.pool for o in part.options} == {"east-internet-x86"}
    assert option(main, "east-extranet-x86")[0] == 9  # two servers of 4 vCPU, 10 % growth
    assert (main.weight > 0, part.weight) == (True, 0)
    # the parts count as one system for targets
    assert all(target.systems == ("a", "b") for target in built.problem.targets)


def test_a_dedicated_network_may_come_into_the_extranet_at_a_cost() -> None:
    plain = only(build([a_system("a")]))
    moved = only(build([a_system("a", zones=("专网区",))], [a_server("a", zone=None)]))
    assert [o.pool for o in moved.options] == [o.pool for o in plain.options]
    assert moved.options[0].cost - plain.options[0].cost == 20


def test_the_level_of_the_pool_is_not_below_the_systems() -> None:
    text = text_of("services/sample-cloud.yaml").replace("mlps_level: 3", "mlps_level: 2", 1)
    catalogs = catalogs_with(services__sample_cloud=text)
    at_three = build([a_system("a", mlps_level=3)], catalogs=catalogs)
    assert {o.pool for o in only(at_three).options} == {"west-extranet-x86"}
    unknown = build([a_system("a", mlps_level=None)], catalogs=catalogs)
    assert {o.pool for o in only(unknown).options} == {"west-extranet-x86"}
    assert "mlps-assumed" in codes(unknown)


# --- capacity ---------------------------------------------------------------------------------------------------------


def test_capacity_with_overcommit_headroom_orders_and_batches() -> None:
    pool = next(p for p in build([a_system("a")]).problem.pools if p.id == "east-extranet-x86")
    whole = (int(2600 * 4 * Fraction(85, 100)), int(41600 * Fraction(85, 100)), int(900000 * Fraction(85, 100)))
    ordered = (480, 1920, 24000)
    assert pool.amount_at(0) == tuple(a - b for a, b in zip(whole, ordered, strict=True))
    # the order is free from 2026-09-01, a Tuesday: from W37 (week 22) on
    assert pool.amount_at(21) == pool.amount_at(0)
    assert pool.amount_at(22) == whole
    # the batch of Monday 2026-10-19 can be used in its own week, W43 (week 28)
    grown = (int(3600 * 4 * Fraction(85, 100)), int(57600 * Fraction(85, 100)), int(1200000 * Fraction(85, 100)))
    assert (pool.amount_at(27), pool.amount_at(28)) == (whole, grown)


def test_what_others_hold_is_taken_off() -> None:
    others = a_server(None, 1, vcpu=7, memory_gib=9.5, disk_gib=11.2, cloud="sample-cloud", pool="az-west-ext-x86")
    without = {p.id: p.amount_at(0) for p in build([a_system("a")]).problem.pools}
    held = {p.id: p.amount_at(0) for p in build([a_system("a")], [a_server("a"), others]).problem.pools}
    taken = tuple(a - b for a, b in zip(without["west-extranet-x86"], held["west-extranet-x86"], strict=True))
    assert taken == (7, 10, 12)
    assert held["east-extranet-x86"] == without["east-extranet-x86"]


def test_an_overbooked_pool_offers_nothing_and_says_so() -> None:
    others = a_server(None, 1, vcpu=99999, cloud="sample-cloud", pool="az-west-ext-x86")
    built = build([a_system("a")], [a_server("a"), others])
    pool = next(p for p in built.problem.pools if p.id == "west-extranet-x86")
    assert pool.amount_at(0)[0] == 0
    assert "overbooked" in codes(built)


def test_a_declared_allocation_counts_where_nothing_was_collected() -> None:
    text = text_of("services/sample-cloud.yaml")
    block = "    allocated: {source: contract, as_of_on: 2026-03-01, amount: {vcpu: 100, memory_gib: 200, storage_gib: 300}}\n"
    place = text.index("    availability_zone: az-west-ext-x86")
    catalogs = catalogs_with(services__sample_cloud=text[:place] + block + text[place:])
    declared = {p.id: p.amount_at(0) for p in build([a_system("a")], catalogs=catalogs).problem.pools}
    plain = {p.id: p.amount_at(0) for p in build([a_system("a")]).problem.pools}
    assert tuple(a - b for a, b in zip(plain["west-extranet-x86"], declared["west-extranet-x86"], strict=True)) == (100, 200, 300)  # fmt: skip


def test_confirmed_zombies_in_the_target_offer_a_clean_up() -> None:
    zombie = a_server("z", cloud="sample-cloud", pool="az-east-ext-arm", vcpu=8, memory_gib=16.9, disk_gib=200.0)
    built = build(
        [a_system("a"), a_system("z")], [a_server("a"), zombie], decisions=[decided("zombie", "z", "confirmed")]
    )
    (offer,) = built.problem.clean_ups
    assert (offer.pool, offer.amount) == ("east-extranet-arm", (8, 16, 200))  # what is freed rounds down
    assert offer.effort == {"migration": (2,)}  # 1 + 0.2, rounded up


# --- effort -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("servers", "facts", "weeks"),
    [(4, {}, 1), (5, {}, 2), (4, {"mlps_level": 3}, 2), (16, {}, 3), (4, {"data_gib": 1000.5}, 2), (51, {}, 4)],
)
def test_size_classes(servers: int, facts: dict[str, object], weeks: int) -> None:
    machines = [a_server("a", number) for number in range(servers)]
    assert only(build([a_system("a", **facts)], machines)).preparation_weeks == weeks


def test_effort_by_hand() -> None:
    machines = [a_server("a", number) for number in range(16)]
    system = only(build([a_system("a", data_gib=1000.0, location="自建机房")], machines))
    effort = system.options[0].effort
    # class L: (40 + 0.8 × 16) × (1 + 1 × 0.1) = 58.08 → 59 over three weeks
    assert effort["migration"] == (19, 20, 20)
    assert effort["money"] == (0, 0, 400)
    # 1000 GiB × 1.3 over the line from the machine rooms
    assert effort["link-rooms-east"] == (433, 433, 434)
    assert "adaptation-lab" not in effort
    arm = only(build([a_system("a", xinchuang=True)], machines)).options[0].effort
    assert sum(arm["migration"]) == 117  # 58.08 × 2, rounded up
    assert arm["adaptation-lab"] == (1, 1, 1)


def test_spreading_loses_nothing_and_favours_the_end() -> None:
    assert spread(7, 3) == (2, 2, 3)
    assert spread(0, 2) == (0, 0)
    assert all(sum(spread(total, weeks)) == total for total in range(30) for weeks in range(1, 6))


def test_a_lines_gigabytes_a_week() -> None:
    link = Link(
        id="x", name="x", source="s", to_site="a", capacity_mbit_s=1000, usable_ratio=Decimal("0.5"), copy_hours_week=10
    )  # fmt: skip
    # 1000 Mbit/s × 0.5 × 36,000 s = 1.8e13 bit = 2.25e12 bytes = 2095.4 GiB
    assert link_gib_week(link) == 2095


# --- weeks ------------------------------------------------------------------------------------------------------------


def test_departments_have_their_freezes() -> None:
    built = build(
        [a_system("e"), a_system("w", department_id="slj", department="市水利局"), a_system("x", department_id=None)]
    )
    weeks = {d.id: {built.problem.week(week) for week in d.blocked_weeks} for d in built.problem.departments}
    assert {"2026-W40"} <= weeks["unknown"]  # 国庆 2026-10-01 (Thursday) to 10-07: its Saturday is in W40
    assert {"2026-W23", "2026-W24"} & weeks["jyj"]  # 高考
    assert {"2026-W29", "2026-W32"} <= weeks["slj"]  # 七下八上
    assert not {"2026-W23", "2026-W24"} & weeks["slj"]
    steps = steps_of(json.loads(json.dumps(built.as_json())), "departments[slj].blocked_weeks")
    assert any("防汛" in step["what"]["zh"] for _, step in steps)


def test_spring_festival_moves_with_the_moon() -> None:
    for as_of_on, week in ((date(2026, 1, 6), "2026-W08"), (date(2026, 3, 31), "2027-W06")):
        built = build([a_system("a")], as_of_on=as_of_on)
        (department,) = built.problem.departments
        assert week in {built.problem.week(number) for number in department.blocked_weeks}


def test_moved_days_off_belong_to_their_holiday() -> None:
    built = build([a_system("a")])
    weeks = {built.problem.week(week) for week in built.problem.departments[0].blocked_weeks}
    assert {"2026-W40", "2026-W41"} <= weeks  # Thursday 10-01 to Wednesday 10-07: the last two days are moved ones


def test_teams_by_week_and_quarter() -> None:
    built = build([a_system("a")])
    teams = {team.id: team for team in built.problem.teams}
    weekly = teams["migration"].periods
    assert len(weekly) == 52
    assert [weekly[12].amount, weekly[13].amount] == [450, 540]  # from Monday 2026-07-06, W28
    quarters = teams["money"].periods
    # W15 to W26 are 12 of the 13 weeks whose Thursday lies in the second quarter
    assert (quarters[0].from_week, quarters[0].to_week, quarters[0].amount) == (0, 11, 42000 * 12 // 13)
    assert [p.amount for p in quarters[1:3]] == [42000, 42000]
    assert quarters[-1].to_week == 51


def test_parallel_limits_of_departments() -> None:
    systems = [a_system(f"s{number}") for number in range(17)]
    (department,) = build(systems).problem.departments
    assert department.max_parallel == 2 + 17 // 8
    catalogs = planning_with(("  most: 8\n", "  most: 8\n  overrides: {jyj: 1}\n"))
    assert build(systems, catalogs=catalogs).problem.departments[0].max_parallel == 1


# --- everything can be traced -----------------------------------------------------------------------------------------


def test_every_number_leads_to_its_steps() -> None:
    server = a_server("a", vcpu=16, memory_gib=64.0, disk_gib=1000.0)
    facts = {"dr": "同城双活", "contract_end_on": date(2026, 8, 31), "location": "自建机房"}
    built = build([a_system("a", **facts), a_system("b")], [server, a_server("b")], rates=used(server, 150, 400, 300))
    raw = json.loads(json.dumps(built.as_json()))
    paths = [f"pools[{pool.id}].capacity[0].amount[vcpu]" for pool in built.problem.pools]
    paths += [f"teams[{team.id}].periods[3].amount" for team in built.problem.teams]
    paths += [f"departments[jyj].{name}" for name in ("max_parallel", "blocked_weeks")]
    paths += [f"systems[a].{name}" for name in ("due_week", "deadline_week", "weight")]
    for pool in ("east-extranet-x86", "west-extranet-x86"):
        paths += [f"systems[a].options[{pool}].{name}" for name in ("demand[vcpu]", "cost", "effort.migration[0]")]
        paths.append(f"systems[a].replica_options[{pool}].demand[vcpu]")
    paths += ["targets[0].at_least", "curve[3].at_least"]
    for path in paths:
        steps = steps_of(raw, path)
        assert steps, path
        assert all(step["what"]["zh"] and step["what"]["en"] for _, step in steps)
    assert any(step["origins"] for _, step in steps_of(raw, "systems[a].due_week"))
    assert steps_of(raw, "systems[nobody].weight") == []


def test_the_same_input_gives_the_same_bytes() -> None:
    systems = [a_system(f"s{number}", dr="同城双活") for number in range(5)]
    first, again = build(systems), build(list(reversed(systems)))
    assert json.dumps(first.as_json()) == json.dumps(again.as_json())
    assert first.problem == again.problem
