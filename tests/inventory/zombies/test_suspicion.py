"""Signs of made-up load are seen; ordinary, idle and growing machines show none."""

import math
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from inventory.model import Inventory
from inventory.suspicion import suspicions
from inventory.telemetry import day_start
from tests.inventory.telemetry.samples import AS_OF, a_server, raw, rolled, stored

START, DAYS = date(2026, 1, 1), 60
END = START + timedelta(days=DAYS)


def ordinary(day: int, hour: int) -> float:
    return 0.15 + 0.1 * math.sin(hour / 24 * 6.28) + (day * 7 + hour * 13) % 10 / 200


@pytest.mark.parametrize(
    ("load", "signs"),
    [
        (ordinary, set()),
        (lambda _day, _hour: 0.02, set()),
        (lambda day, hour: ordinary(day, hour) * (1 + day / 30), set()),
        (lambda day, hour: 0.38 + (day + hour) % 3 / 500 if day >= 20 else 0.02, {"constant-load"}),
        (lambda day, hour: ordinary(day, hour) * (5 if day >= DAYS - 7 else 0.3), {"burst-before-report"}),
    ],
    ids=["ordinary", "idle", "growing", "pumped", "burst"],
)
def test_signs_of_one_server(tmp_path: Path, load: Callable[[int, int], float], signs: set[str]) -> None:
    assert {one.kind for one in found(tmp_path, {"vm-1": load})} == signs


def test_copied_samples_of_another_system(tmp_path: Path) -> None:
    signs = found(tmp_path, {"vm-1": ordinary, "vm-2": ordinary, "vm-3": lambda day, hour: ordinary(day + 3, hour)})
    assert {(one.kind, one.server_id) for one in signs} == {("copied-samples", "vm-1"), ("copied-samples", "vm-2")}
    assert "vm-2" in signs[0].sentence.zh


def test_replicas_within_one_system_are_no_copies(tmp_path: Path) -> None:
    assert found(tmp_path, {"vm-1": ordinary, "vm-2": ordinary}, one_system=True) == ()


def found(folder: Path, loads: dict[str, Callable[[int, int], float]], *, one_system: bool = False) -> tuple:  # type: ignore[type-arg]
    servers = [a_server(name, system_id="sys-1" if one_system else f"sys-of-{name}") for name in sorted(loads)]
    rows = [
        {"machine": name, "at_s": day_start(START + timedelta(days=day)) + 3600 * hour, "ratio": load(day, hour), "interval_s": 3600}
        for name, load in loads.items() for day in range(DAYS) for hour in range(24)
    ]  # fmt: skip
    rollup = rolled(folder, stored(folder, raw(*rows), servers=servers))
    return suspicions(Inventory(as_of=AS_OF, systems=(), servers=tuple(servers)), rollup, END)
