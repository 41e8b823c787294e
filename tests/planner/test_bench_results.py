"""The planner's bench: what is kept of a run, what is left to do after a break, the table of the worst seeds."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.planner import main
from bench.planner_results import Case, Results, markdown
from bench.process_tree import run_and_watch

HOG = "import subprocess, sys; x = bytearray(60_000_000); subprocess.run([sys.executable, '-c', 'import time; y = bytearray(60_000_000); time.sleep(3)'])"


def case(**more: Any) -> Case:
    return Case(
        **{"systems": 600, "weeks": 52, "variant": "tight", "seed": 0, "method": "planner", "limit_s": 60.0, **more}
    )


def answer(value: int | None, bound: int | None, **more: Any) -> dict[str, Any]:
    found = {"value": value, "bound": bound, "violations": 0, "first_s": 3.0, "wall_s": 60.0, "cpu_s": 100.0}
    return {**found, "memory_gib": 0.5, "load": 0.1, "clock": "wall", **more}


def test_the_table_has_the_worst_seed_of_each_city_and_names_runs_without_a_plan() -> None:
    rows = [
        {**case(seed=0).as_json(), **answer(200, 198)},
        {**case(seed=1).as_json(), **answer(100, 90, first_s=7.5, memory_gib=0.9)},
        {**case(seed=2).as_json(), **answer(None, 50, first_s=None)},
        {**case(method="due-date").as_json(), **answer(300, None, violations=2, first_s=None)},
    ]
    planner, due_date = markdown(rows).splitlines()[2:]
    assert planner.startswith("| 600×52 tight, 60 s | planner | 3, 1× no plan | 100 | 90 | 10.00 % | 7.5 | 60.0 |")
    assert "| 0.9 |" in planner
    assert due_date.startswith("| 600×52 tight, 60 s | due-date | 1, 1× 300 breaks 2 rules | - | - | - |")


def test_what_is_in_the_file_is_not_run_again_but_failures_and_cut_lines_are(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    results = Results(file)
    results.add(case(seed=0), answer(200, 198))
    results.add(case(seed=1), {"error": "ended: too long", "clock": "wall", "memory_gib": 1.0, "load": 0.0})
    with file.open("a", encoding="utf-8") as out:
        out.write('{"systems": 600, "we')
    again = Results(file)
    assert again.has(case(seed=0), "wall")
    assert not again.has(case(seed=0), "cpu")
    assert not again.has(case(seed=0, limit_s=120.0), "wall")
    assert not again.has(case(seed=1), "wall")
    assert len(again.latest()) == 2


def test_memory_is_that_of_the_whole_process_tree_and_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    done = run_and_watch([sys.executable, "-c", HOG], tmp_path, 300.0)
    assert done.returncode == 0
    assert done.peak_bytes > 110_000_000
    ended = run_and_watch([sys.executable, "-c", "import time; time.sleep(300)"], tmp_path, 0.5)
    assert ended.ended
    assert ended.returncode


@pytest.mark.slow
def test_one_small_run_from_the_command_line_goes_into_the_file(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "runs.jsonl"
    arguments = ["--results", str(file), "--cities", "20x12", "--seeds", "1", "--variants", "loose", "--seconds", "20"]
    main([*arguments, "--baselines"])
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [row["method"] for row in rows] == ["planner", "one-model", "due-date"]
    assert all("error" not in row for row in rows)
    assert "| 20×12 loose, 20 s | planner | 1" in capsys.readouterr().out
    main([*arguments, "--baselines", "--table"])
    main(arguments)
    assert len(file.read_text(encoding="utf-8").splitlines()) == 3
