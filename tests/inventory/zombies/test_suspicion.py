"""Signs of made-up load are seen; ordinary, idle and growing machines show none."""

import math
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from catalogs.load import load_catalogs
from inventory.model import Inventory
from inventory.suspicion.signs import suspicions, weighed
from inventory.telemetry.form import day_start
from inventory.zombies.examples import AS_OF as EXAMPLES_AS_OF
from inventory.zombies.examples import facts_from
from inventory.zombies.judge import judge_facts
from tests.inventory.telemetry.samples import AS_OF, a_server, raw, rolled, stored
from tests.report.builders import a_system

RULES = load_catalogs(None).zombie_rules
START, DAYS = date(2026, 1, 1), 60
END = START + timedelta(days=DAYS)


def ordinary(day: int, hour: int) -> float:
    rest = 0.7 if day % 7 > 4 else 1.0  # weekends
    return rest * (0.15 + 0.1 * math.sin(hour / 24 * 6.28) + (day * 7 + hour * 13) % 10 / 200)


@pytest.mark.parametrize(
    ("load", "signs"),
    [
        (ordinary, set()),
        (lambda _day, _hour: 0.02, set()),
        (lambda day, hour: ordinary(day, hour) * (1 + day / 30), set()),
        (lambda day, hour: 0.38 + (day + hour) % 3 / 500 if day >= 20 else 0.02, {"constant-load"}),
        (lambda day, hour: 0.3 + 0.08 * math.sin(hour / 24 * 6.28) + (day + hour) % 3 / 500, {"clockwork-load"}),
        (lambda day, hour: (0.3 if day % 7 < 5 else 0.2) + 0.08 * math.sin(hour / 24 * 6.28) + day % 17 / 900, set()),
        (lambda day, hour: ordinary(day % 7, hour) * (1 + hour * day % 7 / 40), {"repeated-samples"}),
        (lambda day, hour: ordinary(day, hour) * (5 if day >= DAYS - 7 else 0.3), {"burst-before-report"}),
    ],
    ids=["ordinary", "idle", "growing", "pumped", "wave", "working-week", "played-back", "burst"],
)
def test_signs_of_one_server(tmp_path: Path, load: Callable[[int, int], float], signs: set[str]) -> None:
    assert {one.kind for one in found(tmp_path, {"vm-1": load})} == signs


def test_copied_samples_of_another_system(tmp_path: Path) -> None:
    signs = found(tmp_path, {"vm-1": ordinary, "vm-2": ordinary, "vm-3": random_days(3)})
    assert {(one.kind, one.server_id) for one in signs} == {("copied-samples", "vm-1"), ("copied-samples", "vm-2")}
    assert "vm-2" in signs[0].sentence.zh


def random_days(seed: int) -> Callable[[int, int], float]:
    """A machine whose days differ by tens of percent, as those of real ones do."""
    draw = random.Random(seed)
    days = [draw.uniform(0.1, 0.3) for _ in range(DAYS)]
    return lambda day, hour: days[day % DAYS] * (1 + 0.3 * math.sin(hour / 24 * 6.28))


def jitter(load: Callable[[int, int], float], *, delay: int = 0, factor: float = 0.7) -> Callable[[int, int], float]:
    """The load of another machine, days later, scaled, with noise of a few percent."""
    return lambda day, hour: factor * load(day - delay, hour) * (1 + ((day * 31 + hour * 17) % 21 - 10) / 400)


@pytest.mark.parametrize(("delay", "flagged"), [(0, {"vm-1", "vm-2"}), (1, {"vm-2"}), (5, {"vm-2"})])
def test_a_copy_with_noise_is_seen_also_days_later(tmp_path: Path, delay: int, flagged: set[str]) -> None:
    signs = found(
        tmp_path, {"vm-1": random_days(1), "vm-2": jitter(random_days(1), delay=delay), "vm-3": random_days(2)}
    )
    assert {(one.kind, one.server_id) for one in signs} == {("near-copy", name) for name in flagged}
    assert any("vm-1" in one.sentence.zh and (f"{delay} 天前" if delay else "当天") in one.sentence.zh for one in signs)


def test_a_rhythm_that_many_systems_share_is_no_copy(tmp_path: Path) -> None:
    loads = {f"vm-{n}": jitter(random_days(1), factor=0.5 + n / 10) for n in range(1, 6)}
    assert found(tmp_path, loads) == ()


def test_near_copies_within_one_system_are_replicas(tmp_path: Path) -> None:
    assert found(tmp_path, {"vm-1": random_days(1), "vm-2": jitter(random_days(1))}, one_system=True) == ()


def test_replicas_within_one_system_are_no_copies(tmp_path: Path) -> None:
    assert found(tmp_path, {"vm-1": ordinary, "vm-2": ordinary}, one_system=True) == ()


@pytest.mark.parametrize(("people", "signs"), [(0.0, ["machine-visits-only"]), (2.0, [])])
def test_a_site_that_only_machines_visit(tmp_path: Path, people: float, signs: list[str]) -> None:
    server = a_server("vm-1", system_id="sys-1")
    rows = [
        {"machine": "vm-1", "metric": metric, "at_s": day_start(START + timedelta(days=day)) + 3600 * hour, "value": value, "interval_s": 3600}
        for day in range(20) for hour in range(24) for metric, value in (("visits", people), ("machine_visits", 12.0))
    ]  # fmt: skip
    rollup = rolled(tmp_path, stored(tmp_path, raw(*rows), servers=[server]))
    kinds = [one.kind for one in suspicions(Inventory(as_of=AS_OF, systems=(), servers=(server,)), rollup, END)]
    assert kinds == signs


def test_a_login_contradicts_a_sign(tmp_path: Path) -> None:
    signs = found(tmp_path, {"vm-1": lambda _day, hour: 0.38 + hour % 3 / 500}, one_system=True)
    for login, spoken in (("2026-03-20", True), ("2024-03-20", False)):
        facts = facts_from({"last_login_on": login})
        verdicts = judge_facts([replace(facts, system=replace(facts.system, id="sys-1"))], RULES, EXAMPLES_AS_OF)
        assert [one.contradicted is not None for one in weighed(signs, verdicts)] == [spoken]


def found(folder: Path, loads: dict[str, Callable[[int, int], float]], *, one_system: bool = False) -> tuple:  # type: ignore[type-arg]
    servers = [a_server(name, system_id="sys-1" if one_system else f"sys-of-{name}") for name in sorted(loads)]
    rows = [
        {"machine": name, "at_s": day_start(START + timedelta(days=day)) + 3600 * hour, "ratio": load(day, hour), "interval_s": 3600}
        for name, load in loads.items() for day in range(DAYS) for hour in range(24)
    ]  # fmt: skip
    rollup = rolled(folder, stored(folder, raw(*rows), servers=servers))
    return suspicions(Inventory(as_of=AS_OF, systems=(), servers=tuple(servers)), rollup, END)


def scripted(day: int, hour: int) -> float:
    """Office hours of chance load, with breaks, in the last six weeks."""
    works = day >= 48 and day % 7 in (0, 1, 3, 4, 5) and hour in (9, 10, 11, 14, 15, 16, 17)  # 2026-01-01 is a Thursday
    return 0.02 + (0.15 + (day * 31 + hour * 17) % 30 / 100 if works else 0)


def bursts(day: int, hour: int) -> float:
    return 0.75 if day >= 48 and (hour * 5 + day) % 6 == 0 else 0.02


@pytest.mark.slow
@pytest.mark.parametrize(
    ("load", "login", "grows", "seen"),
    [
        (scripted, date(2024, 5, 1), 1.0, True),
        (bursts, date(2024, 5, 1), 1.0, True),
        (lambda day, hour: 0.02 + max(day - 34, 0) * 0.006 + hour % 5 / 300, date(2024, 5, 1), 1.0, True),
        (scripted, date(2024, 5, 1), 2.0, False),  # traffic came with it
        (scripted, date(2026, 3, 20), 1.0, False),  # somebody logs in
        (scripted, None, 1.0, False),  # who knows
        (lambda _day, _hour: 0.02, date(2024, 5, 1), 1.0, False),
        (lambda day, hour: 0.9 if day % 7 == 6 and hour == 12 else 0.02, date(2024, 5, 1), 1.0, False),  # a weekly scan
    ],
    ids=["office", "bursts", "ramp", "with-traffic", "entered", "unknown", "idle", "scan"],
)
def test_load_that_came_without_traffic(
    tmp_path: Path, load: Callable[[int, int], float], login: date | None, grows: float, *, seen: bool
) -> None:
    server, days = a_server("vm-1", system_id="sys-1"), 90
    rows = [
        {"machine": "vm-1", "at_s": day_start(START + timedelta(days=day)) + 3600 * hour, "interval_s": 3600, **value}
        for day in range(days) for hour in range(24)
        for value in ({"ratio": load(day, hour)}, {"metric": "network", "value": 0.3 * (grows if day >= 48 else 1.0)})
    ]  # fmt: skip
    rollup = rolled(tmp_path, stored(tmp_path, raw(*rows), servers=[server]))
    system = replace(a_system("sys-1"), last_login_on=login)
    signs = suspicions(
        Inventory(as_of=AS_OF, systems=(system,), servers=(server,)), rollup, START + timedelta(days=days)
    )
    facts = replace(facts_from({"last_login_on": str(login)} if login else {}), system=system)
    kept = weighed(signs, judge_facts([facts], RULES, EXAMPLES_AS_OF))
    assert bool({one.kind for one in kept} - {"load-began-late"}) is seen  # that is asked with traffic as well


def test_samples_of_another_system_a_week_later_are_a_copy(tmp_path: Path) -> None:
    signs = found(tmp_path, {"vm-1": irregular(1), "vm-2": late(irregular(1), 7), "vm-3": irregular(3)})
    assert [(one.kind, one.server_id, one.days) for one in signs] == [("copied-samples", "vm-2", DAYS - 7)]
    assert "vm-1 7 天前完全相同" in signs[0].sentence.zh


def irregular(seed: int) -> Callable[[int, int], float]:
    """Days that differ little in sum (a near copy would not be looked for), and in every hour."""
    return lambda day, hour: 0.05 + ((day * 37 + hour * 101 + seed * 13) * (seed + 7) % 97) / 400


def late(load: Callable[[int, int], float], days: int) -> Callable[[int, int], float]:
    return lambda day, hour: load(day - days, hour) if day >= days else 0.01 + (day + hour) % 7 / 90


def test_a_load_that_a_weekly_scan_tops_is_clockwork_all_the_same(tmp_path: Path) -> None:
    def even(day: int, hour: int) -> float:
        return 0.35 + (hour * 7 + day) % 9 / 100 + (0.4 if day % 7 == 3 and hour in (22, 23) else 0)

    assert {one.kind for one in found(tmp_path, {"vm-1": even})} == {"clockwork-load"}


HOLIDAYS = {date(2026, 1, 1), date(2026, 1, 2), *(date(2026, 2, day) for day in range(15, 24))}
WORKED = {date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28)}


def burner(day: date, hour: int) -> float:
    """Knows weekdays, but neither public holidays nor weekends that are worked."""
    return 0.03 + (0.4 if day.weekday() < 5 and hour in (9, 10, 11, 14, 15, 16) else 0)


def office(day: date, hour: int) -> float:
    works = (day.weekday() < 5 and day not in HOLIDAYS) or day in WORKED
    return 0.03 + (0.4 if works and hour in (9, 10, 11, 14, 15, 16) else 0)


def begins(day: date, hour: int) -> float:
    return 0.03 + (0.4 if day >= date(2026, 3, 19) and day.weekday() < 5 and 9 <= hour < 17 else 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("load", "traffic", "given", "seen"),
    [
        (burner, 1.0, {"last_login_on": "2024-05-01"}, ["workday-load-without-traffic"]),
        (burner, None, {"last_login_on": "2024-05-01"}, ["holiday-blind-load"]),
        (office, None, {"last_login_on": "2024-05-01"}, []),  # rests when people do, and nothing says without whom
        (burner, 3.0, {"last_login_on": "2024-05-01"}, []),  # traffic comes with it
        (burner, 1.0, {"last_login_on": "2026-03-20"}, []),  # somebody logs in
        (burner, 1.0, {}, []),  # who knows
        (burner, 1.0, {"remark": "业务已停办", "cpu": "0.1 0.1 0.1"}, ["workday-load-without-traffic"]),  # suspected anyway
        (begins, 1.0, {"last_login_on": "2024-05-01"}, ["load-began-late"]),
        (begins, 3.0, {"last_login_on": "2024-05-01"}, ["load-began-late"]),  # also with traffic: nobody logs in
        (begins, 3.0, {"last_login_on": "2026-03-20"}, []),  # a season begins
    ],
    ids=["burner", "unnetworked", "office", "traffic", "entered", "unknown", "suspected", "began", "began-with-traffic", "season"],
)  # fmt: skip
def test_load_that_keeps_a_calendar_of_its_own(
    tmp_path: Path, load: Callable[[date, int], float], traffic: float | None, given: dict[str, str], seen: list[str]
) -> None:
    server, days = a_server("vm-1", system_id="sys-1"), [START + timedelta(days=n) for n in range(90)]
    rows = [
        {"machine": "vm-1", "at_s": day_start(day) + 3600 * hour, "interval_s": 3600, **value}
        for day in days for hour in range(24)
        for value in ({"ratio": load(day, hour)}, {"metric": "network", "value": 0.3 * (traffic or 0) if load(day, hour) > 0.1 else 0.3})
        if traffic is not None or "ratio" in value
    ]  # fmt: skip
    rollup = rolled(tmp_path, stored(tmp_path, raw(*rows), servers=[server]))
    facts = facts_from(given)
    system = replace(a_system("sys-1"), last_login_on=facts.system.last_login_on, fields=facts.system.fields)
    signs = suspicions(
        Inventory(as_of=AS_OF, systems=(system,), servers=(server,)), rollup, START + timedelta(days=len(days))
    )
    verdicts = judge_facts([replace(facts, system=system)], RULES, EXAMPLES_AS_OF)
    kept = weighed(signs, verdicts)
    assert [one.kind for one in kept] == seen
    if seen == ["holiday-blind-load"]:
        assert "法定节假日" in kept[0].sentence.zh


@pytest.mark.parametrize(("logins", "login", "seen"), [(31, "2026-03-31", True), (30, "2026-03-31", False), (31, "2026-03-20", False)])  # fmt: skip
def test_one_login_on_each_day_is_asked_about_where_the_system_is_suspected(
    tmp_path: Path, logins: int, login: str, *, seen: bool
) -> None:
    given = {"last_login_on": login, "logins_month": str(logins), "last_update_on": "2022-04-10", "contract_end_on": "2024-01-01"}  # fmt: skip
    facts = facts_from(given)
    system = replace(facts.system, id="sys-1")
    rollup = rolled(tmp_path, stored(tmp_path, raw(), servers=[]))
    signs = suspicions(Inventory(as_of=AS_OF, systems=(system,), servers=()), rollup, date(2026, 4, 1))
    kept = weighed(signs, judge_facts([replace(facts, system=system)], RULES, EXAMPLES_AS_OF))
    assert [one.kind for one in kept] == (["daily-logins"] if seen else [])
