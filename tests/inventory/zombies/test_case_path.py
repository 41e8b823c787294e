"""The whole path of a case by commands: suspicion, letter, objection, hold, confirmation, freed capacity, release, clean-up table."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from catalogs.console import Run, parse_as_of
from planner.build.city import city_problem
from tests.inventory.command import Done, call

pytestmark = pytest.mark.slow
CITY = Path(__file__).resolve().parents[2] / "data" / "demo-city"


class Office:
    """A workspace, and somebody who runs commands on given days."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "govcloud.yaml").write_text(
            "city: 示例市\nprofile: sample-city\nservice: sample-cloud\n", encoding="utf-8"
        )

    def does(self, day: str, *arguments: str) -> Any:
        done = self.tries(day, *arguments)
        assert done.returncode in {0, 9}, done.stderr
        return json.loads(done.stdout)["data"]

    def tries(self, day: str, *arguments: str) -> Done:
        return call(*arguments, "--as-of", day, "--json", folder=self.folder)

    def reads(self, day: str, *arguments: str) -> str:
        """What a person reads, without the breaks of the terminal."""
        with patch.dict(os.environ, {"COLUMNS": "160"}):  # wide enough that no answer is broken by its neighbour
            done = call(*arguments, "--as-of", day, folder=self.folder)
        assert done.returncode in {0, 9}, done.stderr
        return "".join(done.stdout.split())

    def steps(self, day: str, system: str, name: str, *more: str) -> Any:
        return self.does(
            day, "zombies", "case", "step", system, name, "--role", "科长", "--reason", "函〔2026〕12号", *more
        )["cases"][0]


def recorded_again(folder: Path, without: set[str]) -> Path:
    """The recording of the target cloud as it would be on 2 May, without some servers."""
    recording = json.loads((CITY / "clouds" / "sample-cloud.json").read_text(encoding="utf-8"))
    recording["recorded_at"] = "2026-05-02T06:00:00Z"
    servers = recording["answers"]["servers"]
    recording["answers"]["servers"] = [one for one in servers if one["name"] not in without]
    assert len(recording["answers"]["servers"]) == len(servers) - len(without)
    path = folder / "later.json"
    path.write_text(json.dumps(recording, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.does("2026-03-31", "collect", "ledger", str(CITY / "ledgers"))
    made.does("2026-03-31", "collect", "openstack", "--recorded", str(CITY / "clouds" / "sample-cloud.json"))
    return made


def held_in_the_target(office: Office) -> tuple[str, set[str]]:
    """A system with servers in the target cloud, so that its end frees capacity there, and their names."""
    truth = json.loads((CITY / "truth.json").read_text(encoding="utf-8"))
    ids = {row["name"]: row["id"] for row in office.does("2026-03-31", "inventory", "list")}
    names = {one["id"]: one["name"] for one in truth["systems"]}
    placed: dict[str, set[str]] = {}
    for server in truth["servers"]:
        if server["system"] in names:
            placed.setdefault(server["system"], set()).add(server["name"] if server["place"] == "sample-cloud" else "")
    whole = sorted(system for system, servers in placed.items() if "" not in servers)
    return ids[names[whole[0]]], placed[whole[0]]


def test_the_whole_path(office: Office, tmp_path: Path) -> None:
    suspected = office.does("2026-03-31", "zombies", "list", "--state", "zombie")["verdicts"]
    letter = office.does(
        "2026-04-01", "zombies", "case", "letter", suspected[0]["system_id"], "--out", str(tmp_path / "letters")
    )["letters"][0]
    assert letter["answer_by"] == "2026-04-16"
    assert all(Path(path).stat().st_size > 1000 for path in letter["files"])

    system, servers = held_in_the_target(office)
    assert office.tries("2026-04-01", "zombies", "case", "letter", system).returncode == 8
    office.does("2026-04-01", "zombies", "case", "open", system, "--role", "科员", "--reason", "业务已并入省平台")
    office.steps("2026-04-02", system, "notified")
    office.steps("2026-04-05", system, "objected")
    office.steps("2026-04-06", system, "held", "--until", "2026-04-20")
    assert office.does("2026-04-20", "zombies", "case", "list", "--overdue")["cases"] == []
    assert [one["system_id"] for one in office.does("2026-04-25", "zombies", "case", "list", "--overdue")["cases"]] == [
        system
    ]
    assert (
        office.tries(
            "2026-04-26", "zombies", "case", "step", system, "confirmed", "--role", "局长", "--reason", "会议纪要"
        ).returncode
        == 2
    )
    assert freed(office, "2026-04-26", system) == []
    office.steps("2026-04-26", system, "confirmed", "--answer", "省平台已承接全部业务")
    backdated = office.tries(
        "2026-04-10", "zombies", "case", "step", system, "withdrawn", "--role", "科员", "--reason", "倒签"
    )
    assert backdated.returncode == 2
    assert "2026-04-26" in backdated.stderr
    assert office.does("2026-04-27", "zombies", "case", "show", system)["cases"][0]["step"] == "confirmed"
    said = office.reads("2026-04-27", "zombies", "case", "show", system)
    assert "到2026-04-20为止" in said
    assert "对异议的答复：省平台已承接全部业务" in said
    assert system in office.reads("2026-04-27", "zombies", "case", "list")
    assert "案卷：确认为僵尸系统" in office.reads("2026-04-27", "zombies", "show", system)
    assert freed(office, "2026-04-27", system) != []
    office.steps("2026-04-28", system, "backed-up")
    office.steps("2026-04-29", system, "shut-down")
    assert (
        office.tries(
            "2026-04-30", "zombies", "case", "step", system, "released", "--role", "科员", "--reason", "工单"
        ).returncode
        == 2
    )

    office.does("2026-05-03", "collect", "openstack", "--recorded", str(recorded_again(tmp_path, servers)))
    (listed,) = office.does("2026-05-03", "zombies", "case", "list")["cases"]
    assert listed["seen_released"] is True
    released = office.steps("2026-05-03", system, "released")["steps"][-1]["value"]["released"]
    assert len(released["servers"]) == len(servers)
    assert released["vcpu"] > 0
    assert released["seen_in"]
    assert f"释放{len(servers)}台" in office.reads("2026-05-03", "zombies", "case", "show", system)
    assert office.steps("2026-05-04", system, "closed")["due_on"] is None
    assert office.does("2026-05-04", "zombies", "case", "list")["cases"] == []
    assert [one["step"] for one in office.does("2026-05-04", "zombies", "case", "list", "--all")["cases"]] == ["closed"]

    office.does("2026-05-04", "report", "zombies", "--period", "2026-04", "--out", str(tmp_path / "reports"))
    (page,) = (tmp_path / "reports").glob("*.html")
    assert "已清理" in page.read_text(encoding="utf-8")


def freed(office: Office, day: str, system: str) -> list[str]:
    """What the planner is offered by shutting the system down."""
    on = Run(
        as_of=parse_as_of(day), store=str(office.folder / "store"), workspace=office.folder, as_json=True, actor="测试", strict=False, command="plan make"
    )  # fmt: skip
    problem = json.loads(city_problem(on)[0])
    return [offer["id"] for offer in problem["clean_ups"] if system in offer["id"]]
