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
from inventory.suspicion import suspicions, weighed
from inventory.telemetry import day_start
from inventory.zombie_examples import AS_OF as EXAMPLES_AS_OF
from inventory.zombie_examples import facts_from
from inventory.zombies import judge_facts
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
        (lambda day, hour: (0.3 if day % 7 < 5 else 0.2) + 0.08 * math.sin(hour / 24 * 6.28), set()),
        (lambda day, hour: ordinary(day, hour) * (5 if day >= DAYS - 7 else 0.3), {"burst-before-report"}),
    ],
    ids=["ordinary", "idle", "growing", "pumped", "wave", "working-week", "burst"],
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
    assert bool(kept) is seen
