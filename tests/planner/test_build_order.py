"""Targets, deadlines, order between systems, pins and holds, and re-planning."""

from datetime import date
from typing import Any

import pytest

from catalogs.load import Catalogs
from planner.build.built import Built
from planner.build.replan import Earlier
from planner.check.check import check, value_of
from planner.plan import Move, Plan
from planner.problem.problem import PlannedSystem
from planner.solving.solve import Solved, solve
from tests.catalogs.files import catalogs_with, text_of
from tests.planner.small_city import a_server, a_system, build, codes, decided, depends, planning_with


def week_of(built: Built, week: int | None) -> str | None:
    """A week as people write it."""
    return None if week is None else built.problem.week(week)


def only(built: Built) -> PlannedSystem:
    """The only planned system."""
    (system,) = built.problem.systems
    return system


# --- targets ----------------------------------------------------------------------------------------------------------


def test_targets_count_what_is_there_and_what_is_left_out() -> None:
    systems = [a_system(f"s{number}") for number in range(10)]
    there = [
        a_server("t1", cloud="sample-cloud", pool="az-east-ext-x86"),
        a_server("t2", cloud="sample-cloud", pool="az-west-ext-x86"),
    ]
    unknown = a_system("u", zones=("云外",))  # counts in the denominator, cannot be planned
    excluded = [a_system("x", secrecy="unknown"), a_system("y", status="在建"), a_system("z")]
    built = build(
        [*systems, a_system("t1"), a_system("t2"), unknown, *excluded],
        [*(a_server(system.id) for system in [*systems, *excluded]), *there, a_server("u", zone=None)],
        decisions=[decided("zombie", "z", "confirmed")],
        classified=5,
    )  # fmt: skip
    # 10 planned + 2 there + 1 without a zone = 13; ⌈0.3 × 13⌉ − 2 = 2 by 2026-09-30, ⌈0.6 × 13⌉ − 2 = 6 by 2026-12-31
    first, second = built.problem.targets
    assert (first.at_least, second.at_least) == (2, 6)
    # cut-over on Saturday: the last before Wednesday 2026-09-30 is 09-26 (W39), before Thursday 12-31 it is 12-26 (W52)
    assert (week_of(built, first.by_week), week_of(built, second.by_week)) == ("2026-W39", "2026-W52")
    assert first.systems is None


def test_the_curve_follows_elapsed_time() -> None:
    built = build([a_system(f"s{number}") for number in range(100)])
    points = {point.week: point.at_least for point in built.problem.curve}
    # 30 by 2026-09-30, 183 days after 03-31: on Saturday 2026-07-25 (week 15) 116 days have passed: 19.02
    assert points[15] == 19
    # then 30 more by 12-31, 92 days later: on 2026-11-14 (week 31), 45 days on: 30 + 14.67
    assert points[31] == 44
    assert points[51] == 60
    assert list(points) == list(range(3, 52, 4))


def test_a_target_beyond_reach_is_kept_and_noted() -> None:
    built = build([a_system("a"), *(a_system(f"u{number}", zones=("云外",)) for number in range(9))], [a_server("a")])
    assert max(target.at_least for target in built.problem.targets) == 6
    assert "target-unreachable" in codes(built)


def test_a_past_target_binds_nothing_and_is_noted() -> None:
    built = build([a_system("a")], policy="jiangmen-2021")
    assert built.problem.targets == ()
    assert "target-past" in codes(built)


# --- deadlines --------------------------------------------------------------------------------------------------------


def hard_rooms(by_on: str = "2026-11-30") -> Catalogs:
    """The machine rooms as a hard deadline."""
    text = text_of("policies/sample-city.yaml")
    return catalogs_with(
        policies__sample_city=text.replace("by_on: 2026-11-30, kind: due", f"by_on: {by_on}, kind: deadline")
    )


def test_the_earliest_date_of_each_kind_binds() -> None:
    dates = {"contract_end_on": date(2026, 8, 31), "hardware_end_on": date(2026, 7, 4), "location": "自建机房"}
    built = build([a_system("a", **dates)], catalogs=hard_rooms())
    system = only(built)
    assert week_of(built, system.due_week) == "2026-W27"  # Saturday 2026-07-04 itself
    assert week_of(built, system.deadline_week) == "2026-W48"  # the rooms: 2026-11-30 is a Monday


def test_a_date_that_cannot_be_met_counts_from_the_first_possible_week() -> None:
    built = build([a_system("a", contract_end_on=date(2025, 1, 1))])
    system = only(built)
    assert system.due_week == system.release_week + system.preparation_weeks - 1
    assert "due-past" in codes(built)


def test_a_hard_deadline_that_cannot_be_met_is_softened_and_said() -> None:
    built = build([a_system("a", location="自建机房")], catalogs=hard_rooms("2026-04-01"))
    assert only(built).deadline_week is None
    assert only(built).due_week is not None
    assert "deadline-missed" in codes(built)


def test_dates_after_the_horizon_bind_nothing() -> None:
    system = only(build([a_system("a", contract_end_on=date(2028, 1, 1))]))
    assert (system.due_week, system.deadline_week) == (None, None)


# --- order ------------------------------------------------------------------------------------------------------------


def test_providers_first_and_near() -> None:
    built = build([a_system("a"), a_system("b")], dependencies=[depends("a", "b"), depends("a", "a")])
    (pair,) = built.problem.before
    assert (pair.first, pair.then, pair.lag_weeks) == ("b", "a", 0)
    (site,) = built.problem.same_site
    assert (site.systems, site.penalty) == (("a", "b"), 10)


def test_a_circle_moves_within_weeks_instead() -> None:
    names = ["a", "b", "c", "d"]
    circle = [depends("a", "b"), depends("b", "c"), depends("c", "a"), depends("d", "a")]
    built = build([a_system(name) for name in names], dependencies=circle)
    (within,) = built.problem.within
    assert (within.systems, within.weeks) == (("a", "b", "c"), 4)
    assert [(b.first, b.then) for b in built.problem.before] == [("a", "d")]


def test_a_circle_has_the_weeks_that_its_department_needs() -> None:
    systems = [a_system(name, mlps_level=3) for name in "abcde"]  # class M: 2 weeks each, 10 in all
    ring = [depends(one, other) for one, other in zip("abcde", "bcdea", strict=True)]
    catalogs = planning_with(("  most: 8\n", "  most: 8\n  overrides: {jyj: 1}\n"))
    (within,) = build(systems, dependencies=ring, catalogs=catalogs).problem.within
    assert within.weeks == 10


def test_a_large_circle_binds_nothing_and_is_noted() -> None:
    systems = [a_system(f"s{number}") for number in range(6)]
    ring = [depends(f"s{number}", f"s{(number + 1) % 6}") for number in range(6)]
    built = build(systems, dependencies=ring)
    assert (built.problem.within, built.problem.before) == ((), ())
    assert "tangled" in codes(built)


def test_a_provider_that_is_not_planned_is_noted_one_that_is_there_binds_nothing() -> None:
    there = a_server("b", cloud="sample-cloud", pool="az-east-ext-x86")
    systems = [a_system("a"), a_system("b"), a_system("c", status="已下线")]
    built = build(systems, [a_server("a"), there, a_server("c")], dependencies=[depends("a", "b"), depends("a", "c")])
    assert built.problem.before == ()
    (note,) = [note for note in built.notes if note.code == "provider-not-planned"]
    assert "c" in note.text.zh


# --- people -----------------------------------------------------------------------------------------------------------


def test_pins_and_holds() -> None:
    pin = decided("pin", "a", {"week": "2026-W20", "pool": "west-extranet-x86"})
    hold = decided("hold", "b", {"until": "2026-07-01"})
    built = build([a_system("a"), a_system("b")], decisions=[pin, hold])
    fixed = built.problem.by_id["a"].pin
    assert fixed is not None
    assert (week_of(built, fixed.week), fixed.pool, fixed.holds_replica) == ("2026-W20", "west-extranet-x86", False)
    assert week_of(built, built.problem.by_id["b"].release_week) == "2026-W28"  # the first whole week after
    assert "hold" in codes(built)


@pytest.mark.parametrize("value", [{}, {"wek": "2026-W20"}, {"week": "2026-W60"}, "soon", 7])
def test_an_unreadable_pin_is_said_not_guessed(value: Any) -> None:
    built = build([a_system("a")], decisions=[decided("pin", "a", value)])
    assert only(built).pin is None
    assert "pin-unreadable" in codes(built)


def test_a_pin_to_a_pool_it_cannot_take_keeps_its_week() -> None:
    built = build([a_system("a")], decisions=[decided("pin", "a", {"week": "2026-W20", "pool": "east-internet-x86"})])
    pin = only(built).pin
    assert pin is not None
    assert (pin.pool, week_of(built, pin.week)) == (None, "2026-W20")
    assert "pin-pool" in codes(built)


# --- re-planning ------------------------------------------------------------------------------------------------------


def solved(built: Built) -> Plan:
    """A plan of a small problem."""
    outcome = solve(built.problem, time_limit_s=5, workers=1)
    assert isinstance(outcome, Solved)
    return outcome.plan


def plan_of(built: Built, *moves: Move) -> Plan:
    """A plan with these moves, of no proven quality."""
    value = value_of(built.problem, {move.system: move for move in moves}).total
    return Plan(problem_sha256="", moves=moves, clean_ups=(), value=value, bound=0)


def test_what_has_begun_stays_and_the_rest_may_move() -> None:
    systems = [a_system(name, department_id="gzw") for name in "abc"]
    first = build(systems)
    plan = plan_of(
        first,
        Move(system="a", week=3, pool="east-extranet-x86", replica_pool=None),
        Move(system="b", week=9, pool="west-extranet-x86", replica_pool=None),
        Move(system="c", week=30, pool="west-extranet-x86", replica_pool=None),
    )
    again = build(
        systems, as_of_on=date(2026, 5, 26), earlier=Earlier(problem=first.problem, plan=plan)
    )  # W22: week 8 is next
    assert again.problem.first_week == first.problem.first_week
    weeks = {system.id: system.pin.week if system.pin else None for system in again.problem.systems}
    assert weeks == {"a": 3, "b": 9, "c": None}  # done, frozen (within two weeks), open
    assert again.problem.by_id["c"].release_week == 8
    assert again.problem.previous is not None
    assert {move.system for move in again.problem.previous.moves} == {"a", "b", "c"}
    assert check(again.problem, solved(again)) == []


def test_servers_that_have_moved_do_not_count_twice() -> None:
    systems = [a_system("a"), a_system("b")]
    first = build(systems)
    plan = plan_of(first, Move(system="a", week=2, pool="east-extranet-x86", replica_pool=None))
    moved = a_server("a", cloud="sample-cloud", pool="az-east-ext-x86")
    again = build(
        systems, [moved, a_server("b")], as_of_on=date(2026, 5, 26), earlier=Earlier(problem=first.problem, plan=plan)
    )
    assert {system.id for system in again.problem.systems} == {"a", "b"}
    pools = {pool.id: pool.amount_at(20) for pool in again.problem.pools}
    assert pools == {pool.id: pool.amount_at(20) for pool in first.problem.pools}


def test_a_hold_opens_a_frozen_move_again() -> None:
    first = build([a_system("a")])
    plan = plan_of(first, Move(system="a", week=9, pool="east-extranet-x86", replica_pool=None))
    hold = decided("hold", "a", {"until": "2026-09-01"})
    again = build(
        [a_system("a")], decisions=[hold], as_of_on=date(2026, 5, 26), earlier=Earlier(problem=first.problem, plan=plan)
    )
    assert only(again).pin is None
    assert week_of(again, only(again).release_week) == "2026-W37"


def test_a_smaller_limit_does_not_undo_what_was_done() -> None:
    systems = [a_system(f"s{number}") for number in range(4)]
    roomy = planning_with(("  default: 2\n", "  default: 4\n"))
    first = build(systems, catalogs=roomy)
    moves = [Move(system=f"s{number}", week=3, pool="east-extranet-x86", replica_pool=None) for number in range(4)]
    tight = planning_with(("amount: 450,", "amount: 3,"), ("  default: 2\n", "  default: 1\n"))
    earlier = Earlier(problem=first.problem, plan=plan_of(first, *moves))
    again = build([*systems, a_system("t")], catalogs=tight, as_of_on=date(2026, 5, 26), earlier=earlier)
    assert "past-raised" in codes(again)
    found = solved(again)
    assert check(again.problem, found) == []
    assert {move.system: move.week for move in found.moves if move.system != "t"} == {
        f"s{number}": 3 for number in range(4)
    }


def test_a_new_freeze_does_not_forbid_the_past() -> None:
    first = build([a_system("a")])
    plan = plan_of(first, Move(system="a", week=3, pool="east-extranet-x86", replica_pool=None))
    text = text_of("calendars/china-government.yaml").replace(
        "- {from_on: 2026-02-26", "- {from_on: 2026-04-20, until_on: 2026-05-10}\n      - {from_on: 2026-02-26", 1
    )
    catalogs = catalogs_with(calendars__china_government=text)
    assert 3 in build([a_system("a")], catalogs=catalogs).problem.departments[0].blocked_weeks
    again = build(
        [a_system("a")],
        catalogs=catalogs,
        as_of_on=date(2026, 5, 26),
        earlier=Earlier(problem=first.problem, plan=plan),
    )
    assert solved(again).moves[0].week == 3


def test_a_frozen_move_that_a_newer_freeze_forbids_is_planned_anew() -> None:
    first = build([a_system("a")])
    plan = plan_of(first, Move(system="a", week=9, pool="east-extranet-x86", replica_pool=None))  # W24: 高考
    again = build([a_system("a")], as_of_on=date(2026, 5, 26), earlier=Earlier(problem=first.problem, plan=plan))
    assert only(again).pin is None
    assert "frozen-week-blocked" in codes(again)
    assert check(again.problem, solved(again)) == []


@pytest.mark.slow
def test_the_sample_city_can_be_planned() -> None:
    """600 systems as they truly are: a checked plan that meets every hard rule."""
    from tests.planner.true_city import build_true_city

    built = build_true_city(systems=600, servers=6000, seed=7)
    outcome = solve(built.problem, time_limit_s=60, workers=2)
    assert isinstance(outcome, Solved), outcome
    assert check(built.problem, outcome.plan) == []
