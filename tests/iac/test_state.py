"""State files: what was built, by whom it is locked, and what a cut-off run leaves."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from catalogs.errors import ProvisionError
from iac.outcome import Outcome, Step, Wave
from iac.state import State
from iac.waves import check_placed, check_safe, known_wave
from tests.iac.builders import a_binding, a_spec

WAVE = "plan-2026-W14"


def written(folder: Path, wave: str, resources: list[dict[str, Any]], name: str | None = None) -> Path:
    path = folder / "state" / ".pulumi" / "stacks" / "govcloud" / (name or f"{wave}.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"version": 3, "checkpoint": {"stack": wave, "latest": {"resources": resources}}}))
    return path


def system(name: str) -> dict[str, Any]:
    return {
        "urn": f"urn:pulumi:{WAVE}::govcloud::govcloud:openstack:System::{name}",
        "type": "govcloud:openstack:System",
    }


def lock(folder: Path, pid: int, host: str, wave: str = WAVE) -> Path:
    path = folder / "state" / ".pulumi" / "locks" / "organization" / "govcloud" / wave / f"{pid}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"pid": pid, "hostname": host, "username": "root"}))
    return path


def test_only_waves_that_built_something_are_listed(tmp_path: Path) -> None:
    written(tmp_path, WAVE, [system("his")])
    written(tmp_path, "plan-2026-W15", [])
    assert State(tmp_path).waves() == (WAVE,)
    assert State(tmp_path / "none").waves() == ()


def test_a_half_written_state_is_replaced_by_the_copy_before_it(tmp_path: Path) -> None:
    path = written(tmp_path, WAVE, [system("his"), system("pay")])
    written(tmp_path, WAVE, [system("his")], f"{WAVE}.json.bak")
    state = State(tmp_path)
    assert not state.mend(WAVE)  # nothing is wrong with it
    assert len(state.resources(WAVE)) == 2
    path.write_text("")
    assert state.mend(WAVE)
    assert [one["urn"] for one in state.resources(WAVE)] == [system("his")["urn"]]


def test_where_the_copy_is_cut_off_too_the_newest_whole_older_one_is_taken(tmp_path: Path) -> None:
    path = written(tmp_path, WAVE, [system("his"), system("pay")])
    path.write_text("")
    path.with_name(f"{WAVE}.json.bak").write_text('{"version": 3')
    root = tmp_path / "state" / ".pulumi"
    kept = [
        (root / "backups" / "govcloud" / WAVE / f"{WAVE}.1796076365618133186.json", [system("old")]),
        (root / "history" / "govcloud" / WAVE / f"{WAVE}-1796076379785739758.checkpoint.json", [system("his")]),
    ]
    for file, resources in kept:
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps({"version": 3, "checkpoint": {"latest": {"resources": resources}}}))
    (kept[0][0].with_name(f"{WAVE}.1796076389195899626.json")).write_text("")  # the newest of all is cut off as well
    state = State(tmp_path)
    assert state.mend(WAVE)
    assert [one["urn"] for one in state.resources(WAVE)] == [system("his")["urn"]]


@pytest.mark.parametrize(
    "name",
    [f"stacks/govcloud/{WAVE}.json.attrs", f"stacks/govcloud/{WAVE}.json.bak.attrs", "meta.yaml.attrs", "meta.yaml"],
)
def test_an_empty_file_beside_a_sound_state_is_removed(tmp_path: Path, name: str) -> None:
    written(tmp_path, WAVE, [system("his")])
    beside = tmp_path / "state" / ".pulumi" / name
    beside.write_text("")
    state = State(tmp_path)
    assert state.mend(WAVE)
    assert not beside.exists()
    assert len(state.resources(WAVE)) == 1
    assert not state.mend(WAVE)


def test_nothing_is_mended_while_a_run_holds_the_lock(tmp_path: Path) -> None:
    path = written(tmp_path, WAVE, [system("his")])
    written(tmp_path, WAVE, [], f"{WAVE}.json.bak")
    path.write_text("")
    lock(tmp_path, os.getpid(), socket.gethostname())
    assert not State(tmp_path).mend(WAVE)
    assert path.read_text() == ""


def test_without_a_good_copy_the_damage_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, WAVE, [system("his")])
    path.write_text('{"version": 3')
    path.with_name(f"{WAVE}.json.bak").write_text("")
    assert not State(tmp_path).mend(WAVE)
    with pytest.raises(ProvisionError, match="已损坏"):
        State(tmp_path).resources(WAVE)


def test_only_locks_of_dead_runs_on_this_machine_are_removed(tmp_path: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    dead = lock(tmp_path, gone.pid, socket.gethostname())
    alive = lock(tmp_path, os.getpid(), socket.gethostname())
    elsewhere = lock(tmp_path, gone.pid, "another-machine", wave="plan-2026-W15")
    assert State(tmp_path).clear_dead_locks(WAVE) == 1
    assert State(tmp_path).clear_dead_locks("plan-2026-W15") == 0
    assert (dead.exists(), alive.exists(), elsewhere.exists()) == (False, True, True)


def test_a_system_of_another_wave_is_not_built_twice(tmp_path: Path) -> None:
    written(tmp_path, "old-2026-W10", [system("his")])
    wave = Wave(id=WAVE, cloud="lab", specs=(a_spec("his"), a_spec("pay")), binding=a_binding())
    placed = State(tmp_path).placed(other_than=WAVE)
    assert placed == {"his": "old-2026-W10"}
    with pytest.raises(ProvisionError, match="his 在 old-2026-W10"):
        check_placed(wave, placed)
    check_placed(wave, State(tmp_path).placed(other_than="old-2026-W10"))


@pytest.mark.parametrize("op", ["delete", "replace", "delete-replaced", "create-replacement"])
def test_what_runs_is_not_deleted_or_replaced_unasked(op: str) -> None:
    def preview(op: str) -> Outcome:
        return Outcome(wave=WAVE, action="preview", changes={op: 1}, steps=(Step(op=op, type="t", name="his-01"),))

    with pytest.raises(ProvisionError, match="his-01"):
        check_safe(preview(op))
    check_safe(preview("create"))
    check_safe(preview("update"))


def test_a_wave_is_known_by_its_week_where_only_one_has_it() -> None:
    waves = ("a-2026-W14", "b-2026-W14", "b-2026-W15")
    assert known_wave("2026-W15", waves) == "b-2026-W15"
    assert known_wave("a-2026-W14", waves) == "a-2026-W14"
    for wanted in ("2026-W14", "2026-W16", "W15x"):
        with pytest.raises(Exception, match="没有唯一的批次"):
            known_wave(wanted, waves)
