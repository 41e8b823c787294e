"""A report on March that is made in April: what was decided since does not change March, but is nobody's to name."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inventory.closed_systems import Mark, closed_since
from inventory.model import Origin, Skipped
from inventory.storage.decisions import Decision, in_force
from inventory.storage.store import Store, open_store
from report.kept_decisions import Instants, kept_decisions
from report.verify import verify
from tests.inventory.command import call
from tests.report.conftest import SYSTEMS, Made, collected, report_on

MARCH_1, MARCH_31 = (datetime(2026, *day, 15, 0, tzinfo=UTC) for day in ((2, 28), (3, 31)))
APRIL_5, APRIL_10 = (datetime(2026, 4, day, 15, 0, tzinfo=UTC) for day in (5, 10))
INSTANTS = Instants(now=MARCH_31, before=MARCH_1, as_of=APRIL_10)


def decision(kind: str, subject: str, value: object, at: datetime, supersedes: str | None = None) -> Decision:
    return Decision(
        kind=kind, subject=subject, value=value, actor="张三", role="科长", reason="电话里说的", decided_at=at, supersedes=supersedes
    )  # fmt: skip


def kept(*decisions: Decision, migration: bool = False) -> tuple[Decision, ...]:
    return kept_decisions(decisions, frozenset({"sys-1", "sys-2"}), INSTANTS, migration=migration)


def test_what_was_decided_after_the_month_does_not_replace_what_held_in_it() -> None:
    rows = (
        decision("mapping", "vm", "sys-1", MARCH_1),
        decision("mapping", "vm", "sys-2", MARCH_31),
        decision("mapping", "vm", "sys-3", APRIL_5),
        decision("zombie", "sys-1", {"step": "held", "until": "2026-05-01"}, MARCH_31),
        decision("zombie", "sys-1", {"step": "confirmed"}, APRIL_5),
        decision(
            "acceptance", "sys-1", {"accepted_on": "2026-03-30", "evidence": "验收单.pdf", "note": "张三"}, APRIL_5
        ),
    )
    assert [(row.kind, row.value) for row in kept(*rows)] == [
        ("mapping", "sys-1"),
        ("mapping", "sys-2"),
        ("zombie", {"step": "held", "until": "2026-05-01"}),
    ]
    assert kept(*rows, migration=True)[-1].value == {
        "accepted_on": "2026-03-30",
        "evidence": "验收单.pdf",
        "decision": rows[-1].id,
    }
    assert {(row.actor, row.reason) for row in kept(*rows)} == {("", "")}


def test_a_decision_that_another_one_superseded_within_the_month_is_not_in_force_again() -> None:
    wrong = decision("mapping", "vm", "sys-1", MARCH_1)
    right = decision("mapping", "vm-2", "sys-1", MARCH_31 - timedelta(days=9), supersedes=wrong.id)
    again = decision("mapping", "vm-2", "sys-2", MARCH_31)
    found = kept(wrong, right, again)
    assert in_force([row for row in found if row.decided_at <= MARCH_1], "mapping").keys() == {"vm"}
    assert {key: row.value for key, row in in_force(found, "mapping").items()} == {"vm-2": "sys-2"}


def test_a_ruling_closes_every_id_that_the_system_has_had() -> None:
    rows = (
        decision("merge", "sys-9", "sys-1", APRIL_5),
        decision("secrecy", "sys-1", "涉密", APRIL_5),
        decision("secrecy", "sys-2", "涉密", APRIL_5),
        decision("secrecy", "sys-2", "非涉密", APRIL_10),
    )
    assert {row.subject for row in closed_since(rows, MARCH_31)} == {"sys-1", "sys-9"}
    assert closed_since(rows, APRIL_10) == ()


def close_system(store: Store, how: str) -> None:
    """The system sys-1 is classified from 5 April on: by the office, or by its own ledger, which no longer lists it."""
    if how == "ruled":
        store.add_decision(decision("secrecy", "sys-1", "涉密", APRIL_5))
        return
    mark = Mark(system_id="sys-1", source="ledger:市卫生健康委", since=APRIL_5)
    row = Skipped(origin=Origin(source=mark.source, file="台账.xlsx", row=5), reason="classified", detail=None)
    newer = collected(mark.source, SYSTEMS[1:], skipped=(row,))
    store.add_snapshot(newer, taken_at=APRIL_5, identities={mark.key: (mark.system_id, mark.basis)})


@pytest.mark.slow
@pytest.mark.parametrize("as_of", ["2026-03-31", "2026-04-10"])
@pytest.mark.parametrize("how", ["ruled", "marked"])
@pytest.mark.parametrize("kind", ["usage", "zombies", "migration"])
def test_a_system_that_was_classified_since_is_named_nowhere(
    made: Made, tmp_path: Path, kind: str, how: str, as_of: str
) -> None:
    shutil.copytree(made.store, tmp_path / "store")
    with open_store(str(tmp_path / "store")) as store:
        close_system(store, how)
    report_on(tmp_path / "store", tmp_path / "out", tmp_path, "--as-of", as_of, kind=kind)
    bundle = tmp_path / "out" / f"{kind}-2026-03.evidence.zip"
    with zipfile.ZipFile(bundle) as archive:
        texts = {name: archive.read(name) for name in archive.namelist() if not name.startswith("catalogs/")}
    for path in (tmp_path / "out").iterdir():
        texts |= parts_of(path) if path.suffix == ".xlsx" else {path.name: path.read_bytes()} if path != bundle else {}
    assert not [name for name, text in texts.items() if "挂号系统".encode() in text or b"sys-1" in text]
    assert verify(bundle, (tmp_path / "out" / f"{kind}-2026-03.html",)).passed
    if kind == "usage":
        figures = {row["id"]: row for row in json.loads(texts["figures.json"])["figures"]}
        before = {row["id"]: row for row in json.loads(made.figures.read_bytes())["figures"]}
        for name, more in (("scope.classified", 1), ("scope.servers", 0), ("scope.allocated.cpu", 0)):
            assert figures[name]["numerator"] == before[name]["numerator"] + more, name


def parts_of(path: Path) -> dict[str, bytes]:
    """The parts of a workbook or a letter."""
    with zipfile.ZipFile(path) as archive:
        return {f"{path.name}!{name}": archive.read(name) for name in archive.namelist()}


COMMANDS = (
    "usage show --by system --json --members --compare previous", "usage show --by server --json --members --metric network",
    "usage show --by system --xlsx use.xlsx", "zombies scan --json", "zombies list --json", "zombies resize --json", "zombies show sys-2 --json",
    "zombies case list --json", "zombies case letter sys-2 --out letters", "inventory list --json", "inventory gaps --json", "inventory conflicts --json",
    "inventory export inventory.csv", "inventory export inventory.json",
)  # fmt: skip
ASKED = ("zombies show", "zombies case letter", "zombies case show", "inventory show")


@pytest.mark.slow
@pytest.mark.parametrize("how", ["ruled", "marked"])
def test_no_command_that_looks_back_names_it_either(made: Made, tmp_path: Path, how: str) -> None:
    shutil.copytree(made.store, tmp_path / "store")
    told = "profile: sample-city\ncity: 示例市\n"
    (tmp_path / "govcloud.yaml").write_text(told, encoding="utf-8")
    with open_store(str(tmp_path / "store")) as store:
        for subject in ("sys-1", "sys-2"):
            store.add_decision(decision("zombie", subject, {"step": "opened"}, MARCH_31))
    seen = said_by(tmp_path)
    assert "挂号系统" in seen["inventory list --json"]
    with open_store(str(tmp_path / "store")) as store:
        close_system(store, how)
    for command, text in said_by(tmp_path).items():
        assert "挂号系统" not in text, command
        assert "sys-1" not in text, command
    for command in ASKED:
        for wanted in ("sys-1", SYSTEMS[0].fields["sys_name"]):
            done = call(*command.split(), str(wanted), "--as-of", "2026-03-31", folder=tmp_path)
            assert done.returncode == 2, command
            assert not done.stdout


def said_by(folder: Path) -> dict[str, str]:
    """What the commands print and write when they look at the end of March."""
    found = {}
    for command in COMMANDS:
        done = call(*command.split(), "--as-of", "2026-03-31", folder=folder)
        assert done.returncode in {0, 9}, (command, done.stderr)
        found[command] = done.stdout + done.stderr
    for path in folder.rglob("*"):
        if path.is_file() and "store" not in path.parts and path.suffix in {".xlsx", ".docx", ".html", ".csv", ".json"}:
            written = parts_of(path) if path.suffix in {".xlsx", ".docx"} else {path.name: path.read_bytes()}
            found |= {name: text.decode("utf-8", "replace") for name, text in written.items()}
            path.unlink()
    return found
