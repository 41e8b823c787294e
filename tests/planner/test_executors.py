"""Independent parts and scenarios over any executor: threads, processes, and Dask workers in processes of their own."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from catalogs.errors import PlanError, UsageError
from planner.check.check import check
from planner.problem.file import read_problem
from planner.problem.problem import PlanningProblem
from planner.solving.components import independent_parts
from planner.solving.executors import Answer, Limits, executor_of, solve_bytes, solve_in_parts, solve_scenarios
from planner.solving.solve import Infeasible, Solved, solve
from tests.inventory.command import call
from tests.planner.small import small_raw

ROOT = Path(__file__).resolve().parents[2]
CITY = ROOT / "tests" / "data" / "demo-city"
EXAMPLE = Path(__file__).parent / "data" / "example-problem.json"
LIMITS = Limits(time_limit_s=300)  # all are proven long before


def side_by_side(*seeds: int) -> PlanningProblem:
    """Small problems of every kind put beside each other: nothing in one touches the other."""
    raws = [renamed(small_raw(random.Random(seed).randint), f"k{seed}-") for seed in seeds]
    whole = raws[0] | {"weeks": 6, "unscheduled_week": 12, "curve": []}
    for key in (
        "pools",
        "teams",
        "departments",
        "systems",
        "clean_ups",
        "together",
        "before",
        "within",
        "apart",
        "same_site",
    ):
        whole[key] = [item for raw in raws for item in raw[key]]
    whole["targets"] = []
    whole.pop("previous", None)
    return read_problem(json.dumps(whole).encode())


def renamed(raw: dict[str, Any], mark: str) -> dict[str, Any]:
    """Ids with a mark of their own, two resources, steps within six weeks."""
    text = re.sub(r'"([psdtc]\d)"', lambda found: f'"{mark}{found[1]}"', json.dumps(raw))
    marked: dict[str, Any] = json.loads(text)
    one = len(marked["resources"]) == 1
    for pool in marked["pools"]:
        for step in pool["capacity"]:
            step["amount"] += [9] if one else []
    for system in marked["systems"]:
        for hold in (*system["options"], *system["replica_options"]):
            hold["demand"] += [1] if one else []
        for freed in system.get("frees", ()):
            freed["amount"] += [0] if one else []
        system.pop("pin", None)
    for offer in marked["clean_ups"]:
        offer["amount"] += [0] if one else []
    marked["resources"] = ["r0", "r1"]
    return marked


def test_parts_add_up_to_the_whole() -> None:
    """The same value, proven, or the same verdict of infeasibility, as the whole problem solved at once."""
    seen = set()
    with ThreadPoolExecutor(1) as pool:
        for seed in range(0, 30, 3):
            problem = side_by_side(seed, seed + 1, seed + 2)
            parts = independent_parts(problem)
            assert sorted(s.id for part in parts for s in part.systems) == sorted(problem.by_id)
            apart, whole = solve_in_parts(problem, "", pool, LIMITS), solve(problem, time_limit_s=300, workers=1)
            assert type(apart) is type(whole), seed
            seen.add((type(whole).__name__, len(parts) > 1))
            if isinstance(apart, Solved) and isinstance(whole, Solved):
                assert (apart.plan.value, apart.plan.bound) == (whole.plan.value, whole.plan.bound), seed
                assert check(problem, apart.plan) == []
    assert {("Solved", True), ("Infeasible", True)} <= seen


def test_a_shared_team_a_target_or_the_curve_make_one_whole() -> None:
    raw = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert len(independent_parts(read_problem(json.dumps(raw).encode()))) == 1
    raw |= {"targets": [], "curve": [], "within": [], "apart": [], "before": [], "same_site": [], "clean_ups": []}
    raw["teams"] = [{"id": "migration", "periods": [{"from_week": 0, "to_week": 7, "amount": 999}]}]
    raw["departments"] = [{"id": name, "max_parallel": 9, "blocked_weeks": []} for name in ("health", "finance")]
    for pool in raw["pools"]:
        pool["capacity"] = [{"from_week": 0, "amount": [999, 999]}]
    assert len(independent_parts(read_problem(json.dumps(raw).encode()))) == 3
    raw["departments"][0]["max_parallel"] = 1
    assert len(independent_parts(read_problem(json.dumps(raw).encode()))) == 2
    raw["teams"][0]["periods"][0]["amount"] = 10
    assert len(independent_parts(read_problem(json.dumps(raw).encode()))) == 1


def test_an_infeasible_part_makes_the_whole_infeasible() -> None:
    raw = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    raw["systems"][1]["deadline_week"] = 0
    with ThreadPoolExecutor(1) as pool:
        outcome = solve_in_parts(read_problem(json.dumps(raw).encode()), "", pool, LIMITS)
    assert isinstance(outcome, Infeasible)


def test_a_plan_that_comes_back_wrong_is_refused() -> None:
    class Liar(ThreadPoolExecutor):
        def submit(self, *_: Any, **__: Any) -> Any:
            right = solve_bytes(EXAMPLE.read_bytes(), LIMITS)
            assert right.plan is not None
            raw = json.loads(right.plan)
            raw["moves"][0]["week"] += 1
            return super().submit(lambda: Answer(status="optimal", plan=json.dumps(raw).encode(), bound=0, reason=None))

    with Liar(1) as pool, pytest.raises(PlanError):
        solve_scenarios({"one": EXAMPLE.read_bytes()}, pool, LIMITS)


@pytest.mark.parametrize("spec", ["", "fork:2", "processes:0", "processes:many", "dask"])
def test_an_executor_that_does_not_exist_is_said(spec: str) -> None:
    with pytest.raises(UsageError), executor_of(spec):
        raise AssertionError(spec)


def variants(folder: Path) -> list[str]:
    """Three problem files: as it is, with less capacity, without a way."""
    for name, change in (("now", 0), ("less", 1), ("none", 2)):
        raw = json.loads(EXAMPLE.read_text(encoding="utf-8"))
        if change == 1:
            raw["pools"][0]["capacity"][1]["amount"] = [20, 64]
        if change == 2:
            raw["systems"][1]["deadline_week"] = 0
        (folder / f"{name}.json").write_text(json.dumps(raw), encoding="utf-8")
    return [text for name in ("now", "less", "none") for text in ("--problem", f"{name}.json")]


def table_of(folder: Path, *arguments: str) -> dict[str, tuple[str, int | None, int | None]]:
    done = call("plan", "scenarios", *arguments, "--time-limit", "300", "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["data"]["scenarios"]
    return {row["scenario"]: (row["status"], row["value"], row["bound"]) for row in rows}


def test_several_problem_files_in_one_table(tmp_path: Path) -> None:
    found = table_of(tmp_path, *variants(tmp_path), "--out", "out")
    assert found["now"] == ("optimal", 259, 259)
    assert found["less"][0] == "optimal"
    assert (found["less"][1] or 0) > 259
    assert found["none"] == ("infeasible", None, None)
    assert sorted(path.name for path in (tmp_path / "out" / "now").iterdir()) == ["plan.json", "problem.json"]
    assert not (tmp_path / "out" / "none" / "plan.json").exists()
    said = call("plan", "scenarios", *variants(tmp_path), "--time-limit", "300", folder=tmp_path)
    assert "无解（已证明）" in said.stdout
    assert "259" in said.stdout


def test_two_scenarios_of_one_name_and_none_at_all_are_said(tmp_path: Path) -> None:
    variants(tmp_path)
    assert call("plan", "scenarios", "--problem", "now.json", "--problem", "now.json", folder=tmp_path).returncode == 2
    assert call("plan", "scenarios", folder=tmp_path).returncode == 2


@pytest.mark.slow
def test_processes_give_the_same_table(tmp_path: Path) -> None:
    arguments = variants(tmp_path)
    assert table_of(tmp_path, *arguments, "--executor", "processes:2") == table_of(tmp_path, *arguments)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Dask scheduler and two workers, each a process of its own, on loopback."""
    folder = tmp_path_factory.mktemp("dask")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    address_file = folder / "scheduler.json"
    common = {"cwd": folder, "env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    where = ["--scheduler-file", str(address_file)]
    dask = [
        sys.executable,
        "-m",
        "distributed.cli.dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
    ]
    worker = [
        sys.executable,
        "-m",
        "distributed.cli.dask_worker",
        "--nthreads",
        "1",
        "--no-dashboard",
        "--local-directory",
        str(folder),
    ]
    running = [subprocess.Popen([*dask, *where], **common)]  # type: ignore[call-overload]
    running += [subprocess.Popen([*worker, *where], **common) for _ in range(2)]  # type: ignore[call-overload]
    try:
        from distributed import Client

        with Client(scheduler_file=str(address_file), timeout=180) as client:
            client.wait_for_workers(2, timeout=180)
            address = str(client.scheduler.address)
        yield address
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(120)


@pytest.mark.servers
@pytest.mark.timeout(1800)
def test_dask_workers_give_the_same_table(tmp_path: Path, scheduler: str) -> None:
    arguments = variants(tmp_path)
    assert table_of(tmp_path, *arguments, "--executor", f"dask:{scheduler}") == table_of(tmp_path, *arguments)


@pytest.mark.servers
@pytest.mark.timeout(1800)
def test_both_dask_workers_solve(scheduler: str) -> None:
    """The work leaves this process, and is spread."""
    with executor_of(f"dask:{scheduler}") as executor:
        futures = [executor.submit(_slow_pid, number) for number in range(4)]
        places = {future.result() for future in futures}
    assert os.getpid() not in places
    assert len(places) == 2


def _slow_pid(_: int) -> int:
    import time

    time.sleep(0.5)
    return os.getpid()


@pytest.mark.servers
@pytest.mark.timeout(1800)
def test_parts_of_one_problem_are_solved_by_dask(tmp_path: Path, scheduler: str) -> None:
    problem = side_by_side(8, 9, 10)
    (tmp_path / "problem.json").write_text(json.dumps(problem.as_json()), encoding="utf-8")
    common = ("plan", "make", "--problem", "problem.json", "--time-limit", "300", "--json")
    here = call(*common, "--out", "a.json", folder=tmp_path)
    there = call(*common, "--out", "b.json", "--executor", f"dask:{scheduler}", folder=tmp_path)
    assert (here.returncode, there.returncode) == (0, 0), here.stderr + there.stderr
    one, two = (json.loads(done.stdout)["data"] for done in (here, there))
    assert (one["value"], one["bound"]) == (two["value"], two["bound"])


@pytest.mark.slow
def test_no_scheduler_is_said(tmp_path: Path) -> None:
    done = call(
        "plan",
        "scenarios",
        *variants(tmp_path),
        "--executor",
        "dask:tcp://127.0.0.1:1",
        "--lang",
        "en",
        folder=tmp_path,
    )
    assert done.returncode == 2
    assert "no Dask scheduler" in done.stderr


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_same_city_under_two_catalogues(tmp_path: Path) -> None:
    """One ledger, all people or a few: both proven, and fewer people cost."""
    store = tmp_path / "store"
    for name in ("now", "few-people"):
        (tmp_path / name / "catalogs" / "planning").mkdir(parents=True)
        (tmp_path / name / "govcloud.yaml").write_text("profile: sample-city\n", encoding="utf-8")
    text = (ROOT / "catalogs" / "planning" / "sample-city.yaml").read_text(encoding="utf-8")
    changed = text.replace("amount: 450, source: team-plan", "amount: 14, source: team-plan").replace(
        "amount: 540}", "amount: 14}"
    )
    assert changed != text
    (tmp_path / "few-people" / "catalogs" / "planning" / "sample-city.yaml").write_text(changed, encoding="utf-8")
    on = ("--as-of", "2026-03-31", "--store", str(store))
    ledger = CITY / "ledgers" / "市卫生健康委员会信息系统清单.csv"
    assert call("collect", "ledger", str(ledger), *on, folder=tmp_path).returncode == 0
    found = table_of(tmp_path, "--scenario", "now", "--scenario", "few-people", "--executor", "processes:2", *on)
    now, less = found["now"], found["few-people"]
    assert (now[0], less[0]) == ("optimal", "optimal")
    assert now[1] is not None
    assert less[1] is not None
    assert less[1] > now[1]
