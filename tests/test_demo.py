"""The driver of `make demo`: what it shows, what it keeps, what it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalogs.words import Text
from tools import demo, demo_driver
from tools.demo_driver import Driver, Step


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Driver:
    monkeypatch.setattr(demo_driver, "ROOT", tmp_path)
    return Driver(tmp_path / "log", {})


def shell(command: str, **more: int) -> Step:
    return Step(name="step", title=Text("一步", "a step"), program="/bin/sh", arguments=("-c", command), **more)  # type: ignore[arg-type]


def test_long_output_is_cut_in_the_middle_and_kept_whole(driver: Driver, capsys: pytest.CaptureFixture[str]) -> None:
    assert driver.run(shell("seq 1 50", lines=6, last=2))
    shown = capsys.readouterr().out
    assert "    4\n" in shown
    assert "    50\n" in shown
    assert "    30\n" not in shown
    assert "还有 44 行" in shown
    assert "\n30\n" in (driver.log / "01-step.txt").read_text(encoding="utf-8")


def test_a_failed_step_says_where_its_output_lies(driver: Driver, capsys: pytest.CaptureFixture[str]) -> None:
    assert not driver.run(shell("echo broken >&2; exit 4"))
    shown = capsys.readouterr().out
    assert "broken" in shown
    assert "退出码 4" in shown
    assert "log/01-step.txt" in shown


def test_a_partial_result_is_a_result(driver: Driver, capsys: pytest.CaptureFixture[str]) -> None:
    step = Step(
        name="s", title=Text("一步", "a step"), program="/bin/sh", arguments=("-c", "exit 9"), allowed=frozenset({9})
    )
    assert driver.run(step)
    assert "部分结果" in capsys.readouterr().out


def test_commands_are_shown_as_a_person_would_type_them() -> None:
    root = demo_driver.ROOT
    files = tuple(str(root / "tests/data/demo-city/ledgers" / name) for name in ("a.xlsx", "b.csv"))
    step = Step(name="s", title=Text("", ""), arguments=("collect", "ledger", *files))
    assert demo_driver._as_typed(step) == "govcloud collect ledger tests/data/demo-city/ledgers/*"


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "DEMO", tmp_path / "demo")
    assert demo.fresh() == tmp_path / "demo" / "workspace"
    (tmp_path / "demo" / "old.txt").write_text("from the last demo", encoding="utf-8")
    demo.fresh()
    assert not (tmp_path / "demo" / "old.txt").exists()
    (tmp_path / "demo" / demo.MARK).unlink()
    (tmp_path / "demo" / "mine.txt").write_text("do not touch", encoding="utf-8")
    with pytest.raises(SystemExit):
        demo.fresh()
    assert (tmp_path / "demo" / "mine.txt").exists()


def test_every_step_of_the_demo_uses_the_bundled_city(tmp_path: Path) -> None:
    steps = demo.steps(tmp_path)
    files = [Path(text) for step in steps for text in step.arguments if "demo-city" in text]
    assert len(files) > 15
    assert all(path.exists() for path in files)
    names = {step.arguments[0] for step in [*steps, *demo.preview(), *demo.live()]}
    assert {"init", "collect", "inventory", "usage", "zombies", "plan", "report", "verify", "engine", "iac"} <= names


def test_the_system_whose_evidence_is_shown_is_a_zombie() -> None:
    truth = json.loads((demo.CITY / "truth.json").read_text(encoding="utf-8"))
    assert [system["zombie"] for system in truth["systems"] if system["name"] == demo.SUSPECT] == [True]


def test_the_first_wave_is_the_earliest_cut_over_week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "DEMO", tmp_path)
    plan = {"first_week": "2026-W52", "moves": [{"system": "a", "week": 4}, {"system": "b", "week": 2}]}
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    assert demo._first_wave() == "2027-W01"
