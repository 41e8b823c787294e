"""Usage by department where one was dissolved, split or renamed in the middle of a month: each day counts for whoever it was then."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from catalogs.load import load_catalogs
from inventory.commands.usage import usage
from inventory.merging.merge import inventory_at
from inventory.storage.decisions import Decision
from inventory.storage.store import open_store
from inventory.telemetry.form import Period
from inventory.telemetry.query import Rollup
from inventory.usage.dated import stints_in
from report.dated import Nameable, dated, stint_rows
from tests.inventory.usage.store import MARCH_31, fill

pytestmark = pytest.mark.slow
BUILT_IN = Path(__file__).resolve().parents[3] / "catalogs" / "departments" / "sample-city.yaml"
TAX = "{id: swjg, name: 市税务局, aliases: [税务局], tags: [税务]}"
GONE = "{id: swjg, name: 市税务局, aliases: [税务局], tags: [税务], until_on: 2026-03-19}"
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("reform")
    fill(work / "store", work)
    (work / "govcloud.yaml").write_text("schema: govcloud/settings/1\nstore: store\n", encoding="utf-8")
    return work


def reformed(filled: Path, folder: Path, kind: str, to: str, *, tax: str) -> Path:
    """From 20 March on the tax office is no more, or has another name; `tax` is what the catalogue says of it."""
    work = folder / "city"
    shutil.copytree(filled, work)
    text = BUILT_IN.read_text(encoding="utf-8")
    assert TAX in text
    change = f"  - {{on: 2026-03-20, kind: {kind}, from_names: [市税务局], to: [{to}], source: reform-2024}}\n"
    file = work / "catalogs" / "departments" / "sample-city.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text.replace(TAX, tax) + change, encoding="utf-8")
    return work


def members(work: Path, server: str, month: str = "2026-03") -> list[tuple[str, str, str]]:
    given = ["show", "--workspace", str(work), "--as-of", "2026-03-31", "--month", month, "--json", "--members", "--by", "department"]  # fmt: skip
    done = CliRunner().invoke(usage, given)
    assert done.exit_code == 0, done.output
    spans: list[dict[str, Any]] = json.loads(done.output)["data"]["members"]
    found = sorted(
        (span["start_on"][5:], span["end_on"][5:], span["group"]) for span in spans if span["server"] == server
    )
    joined: list[tuple[str, str, str]] = []
    for start, end, group in found:
        if joined and joined[-1][2] == group:
            joined[-1] = (joined[-1][0], end, group)
        else:
            joined.append((start, end, group))
    return joined


def test_from_the_day_of_the_reform_on_its_use_is_the_successors(filled: Path, tmp_path: Path) -> None:
    """No snapshot was taken on that day: the catalogue says it."""
    work = reformed(filled, tmp_path, "dissolve", "czj", tax=GONE)
    assert members(work, "openstack:stays") == [("03-01", "03-20", "市税务局"), ("03-20", "04-01", "市财政局")]
    assert members(work, "openstack:moved") == [("03-01", "03-11", "市税务局"), ("03-11", "04-01", "市审计局")]


def test_months_before_are_the_old_ones(filled: Path, tmp_path: Path) -> None:
    work = reformed(filled, tmp_path, "dissolve", "czj", tax=GONE)
    assert [group for *_, group in members(work, "openstack:stays", "2026-02")] == ["市税务局"]


def test_a_mere_renaming_splits_nothing(filled: Path, tmp_path: Path) -> None:
    work = reformed(filled, tmp_path, "rename", "swjg", tax="{id: swjg, name: 某市税务局}")
    assert members(work, "openstack:stays") == [("03-01", "04-01", "某市税务局")]


def test_an_answer_after_a_split_holds_from_the_split_on(filled: Path, tmp_path: Path) -> None:
    work = reformed(filled, tmp_path, "split", "czj, sjj", tax=GONE)
    assert members(work, "openstack:stays") == [("03-01", "04-01", "市税务局")], "not known, so not changed"
    with open_store(str(work / "store")) as store:
        at = datetime(2026, 3, 29, tzinfo=UTC)
        store.add_decision(Decision(kind="answer", subject="department:sys-1", value="czj", reason="划转通知", role="科长", actor="张工", decided_at=at))  # fmt: skip
    assert members(work, "openstack:stays") == [("03-01", "03-20", "市税务局"), ("03-20", "04-01", "市财政局")]


def test_the_evidence_keeps_whose_a_server_was(filled: Path, tmp_path: Path) -> None:
    """Written as rows and read again, the days are the same."""
    work = reformed(filled, tmp_path, "dissolve", "czj", tax=GONE)
    catalogs = load_catalogs(work)
    with open_store(str(work / "store")) as store:
        now = inventory_at(store, catalogs, MARCH_31)
        stints = stints_in(store, catalogs, now, MARCH, Rollup.of(store, MARCH_31))
    rows = stint_rows(stints, now, MARCH, Nameable.of(now, frozenset()))
    _, again = dated(json.loads(json.dumps(rows)), now, MARCH)

    def told(found: Any) -> list[tuple[str, date, str | None]]:
        return sorted((one.server.id, one.start_on, one.system.department if one.system else None) for one in found)

    assert told(again) == told(stints)
    assert ("openstack:stays", date(2026, 3, 20), "市财政局") in told(again)
