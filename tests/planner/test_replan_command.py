"""Re-planning as people do it: accepted migrations, slips, a new plan from the store that keeps what was done."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from catalogs.weeks import Week
from planner.build.nameless import NAMELESS
from tests.inventory.command import call

CITY = Path(__file__).resolve().parents[1] / "data" / "demo-city"
FIRST, LATER = "2026-03-31", "2026-06-09"
CURRENT = Week.parse("2026-W25")  # the week after 2026-06-09


def run(folder: Path, on: str, *arguments: str) -> Any:
    """One command with its machine-readable answer."""
    done = call(*arguments, "--json", "--as-of", on, folder=folder)
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads(done.stdout)["data"]


class Job:
    """The plan of March, what happened until June, and the plan of June."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "govcloud.yaml").write_text("profile: sample-city\n", encoding="utf-8")
        run(folder, FIRST, "collect", "ledger", str(CITY / "ledgers"), str(CITY / "rooms"))
        for cloud in sorted((CITY / "clouds").glob("*.json")):
            run(folder, FIRST, "collect", "openstack", "--recorded", str(cloud))
        self.first_id = run(
            folder, FIRST, "plan", "make", "--time-limit", "8", "--repeatable", "--out", str(folder / "one.json")
        )["plan"]
        run(folder, FIRST, "plan", "approve", self.first_id, "--reason", "第3次会议纪要", "--role", "领导小组")
        self.before = self.read("one.json")
        problem = json.loads((folder / "problem.json").read_text(encoding="utf-8"))
        self.horizon = (problem["first_week"], problem["weeks"])
        self.systems = {system["id"]: system for system in problem["systems"]}
        first = Week.parse(problem["first_week"])
        self.now = CURRENT - first
        begun = [m for m in self.before.values() if self._begins(m) < self.now and "/" not in m["system"]]
        done = sorted((m for m in begun if m["week"] < self.now - 2), key=lambda m: m["system"])
        self.accepted = [m["system"] for m in done[:3]]
        self.slipped = {m["system"]: str(CURRENT + 10 + n) for n, m in enumerate(done[3:5])}
        for system in self.accepted:
            value = json.dumps({"accepted_on": "2026-06-01", "evidence": "验收单.pdf"}, ensure_ascii=False)
            self.decide("acceptance", system, value)
        for system, week in self.slipped.items():
            self.decide("pin", system, json.dumps({"week": week}))
        self.second_id = run(
            folder, LATER, "plan", "make", "--time-limit", "8", "--repeatable", "--out", str(folder / "two.json")
        )["plan"]
        self.after = self.read("two.json")
        self.problem = json.loads((folder / "problem.json").read_text(encoding="utf-8"))
        self.built = json.loads((folder / "built.json").read_text(encoding="utf-8"))

    def read(self, name: str) -> dict[str, dict[str, Any]]:
        plan = json.loads((self.folder / name).read_text(encoding="utf-8"))
        return {move["system"]: move for move in plan["moves"]}

    def decide(self, kind: str, subject: str, value: str) -> None:
        run(self.folder, LATER, "decisions", "add", kind, subject, value, "--reason", "会议纪要", "--role", "规划员")

    def _begins(self, move: dict[str, Any]) -> int:
        return int(move["week"]) - int(self.systems[move["system"]]["preparation_weeks"]) + 1

    def kept(self) -> list[str]:
        """Begun or within the frozen weeks, and nobody decided otherwise."""
        return [
            name
            for name, move in self.before.items()
            if name not in self.slipped and (self._begins(move) < self.now or move["week"] < self.now + 2)
        ]


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    return Job(tmp_path_factory.mktemp("replan"))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_is_done_or_begun_stays_where_it_was(job: Job) -> None:
    assert len(job.accepted) == 3
    assert len(job.slipped) == 2
    kept = job.kept()
    assert len(kept) > 3
    assert {name: job.after.get(name) for name in kept} == {name: job.before[name] for name in kept}
    assert (job.problem["first_week"], job.problem["weeks"]) == job.horizon


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_accepted_systems_hold_their_place_and_are_not_moved_again(job: Job) -> None:
    """They stay in the problem, pinned, so that their capacity is not given away before the cloud is collected anew."""
    pins = {system["id"]: system.get("pin") for system in job.problem["systems"]}
    for system in job.accepted:
        move = job.before[system]
        assert pins[system] == {key: move[key] for key in ("week", "pool", "replica_pool")}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_slipped_systems_take_their_new_week(job: Job) -> None:
    weeks = {name: str(Week.parse(job.horizon[0]) + job.after[name]["week"]) for name in job.slipped}
    assert weeks == job.slipped


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_rest_moves_little_and_each_move_is_priced(job: Job) -> None:
    assert job.problem["previous"]["moved_penalty"] == 200
    changed = {name for name in job.before if job.before[name] != job.after.get(name)}
    assert set(job.slipped) <= changed
    assert len(changed) <= len(job.slipped) + len(job.before) // 5
    rest = [system for system in job.problem["systems"] if system.get("pin") is None]
    assert all(system["release_week"] >= job.now for system in rest)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_new_plan_is_checked_and_compared(job: Job) -> None:
    files = ("--problem", str(job.folder / "problem.json"), "--plan", str(job.folder / "two.json"))
    assert run(job.folder, LATER, "plan", "check", *files)["valid"]
    compared = run(job.folder, LATER, "plan", "compare", job.first_id, job.second_id)
    assert {change["system"] for change in compared["changes"]} >= set(job.slipped)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_is_classified_after_the_plan_is_named_by_no_command(job: Job, tmp_path: Path) -> None:
    folder = tmp_path / "later"
    shutil.copytree(job.folder, folder)
    system = next(name for name in sorted(set(job.slipped) & set(job.after)) if "/" not in name)
    name = next(m["name"] for m in run(folder, LATER, "plan", "show", "--json")["moves"] if m["system"] == system)
    ruling = ("decisions", "add", "secrecy", system, "涉密", "--reason", "认定", "--role", "保密办")
    run(folder, LATER, *ruling)
    for arguments in (("show",), ("compare", job.first_id, job.second_id), ("explain",)):
        said = json.dumps(run(folder, LATER, "plan", *arguments), ensure_ascii=False)
        assert system not in said, arguments
        assert name not in said, arguments
    shown = call("plan", "show", "--as-of", LATER, folder=folder)
    assert "有1个后来认定或标为涉密" in "".join(shown.stdout.split())
    for asked in (system, name, "classified-1"):
        done = call("plan", "explain", "--system", asked, "--as-of", LATER, folder=folder)
        assert done.returncode == 2, done.stdout


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_built_json_names_nobody_whose_secrecy_is_unknown(job: Job) -> None:
    unknown = [item for item in job.built["left_out"] if item["reason"] in NAMELESS]
    assert unknown
    assert all(item["name"] is None and item["system"] is None for item in unknown)
