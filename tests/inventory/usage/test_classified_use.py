"""Of classified systems a number: no rate, no total and no difference of totals depends on what their servers use."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from inventory.commands.usage import KINDS, usage
from inventory.storage.decisions import Decision
from inventory.storage.store import open_store
from tests.inventory.usage.history import History, Look, State, fill
from tests.inventory.usage.test_recount import FEBRUARY, steady

LAST = date(2024, 2, 29)


def city(work: Path, secret_percent: float, off_on: date | None = None) -> Path:
    """Two systems of two departments, of which `sys-2` is ruled classified on the 20th; its server `b` used so much."""
    work.mkdir()
    units = {"sys-1": "市税务局", "sys-2": "市民政局"}
    secret = State(system="sys-2", pool="az-east-ext-arm", off_on=off_on)
    looks = [Look(on=on, machines={"a": State(), "b": secret}, departments=units) for on in (FEBRUARY, LAST)]
    samples = [*steady("a", FEBRUARY, 29), *steady("b", FEBRUARY, 12, secret_percent)]
    fill(History(looks=looks, samples=samples), work / "store", work)
    with open_store(str(work / "store")) as store:
        ruling = Decision(
            kind="secrecy", subject="sys-2", value="classified", actor="张工", role="保密办", reason="认定", decided_at=datetime(2024, 2, 20, tzinfo=UTC)
        )  # fmt: skip
        store.add_decision(ruling)
    (work / "govcloud.yaml").write_text(
        "schema: govcloud/settings/1\nprofile: sample-city\nservice: sample-cloud\nstore: store\n", encoding="utf-8"
    )
    return work


def show(work: Path, *more: str) -> str:
    given = ["show", "--workspace", str(work), "--as-of", "2024-02-29", "--month", "2024-02", *more]
    done = CliRunner(env={"COLUMNS": "140"}).invoke(usage, given)  # names in one line, whatever ran before
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.slow
def test_nothing_that_is_said_depends_on_its_use(tmp_path: Path) -> None:
    works = [
        city(tmp_path / "idle", 1.0),
        city(tmp_path / "busy", 95.0),
        city(tmp_path / "off", 1.0, date(2024, 2, 13)),
    ]
    for kind in KINDS:
        said = [json.loads(show(work, "--by", kind, "--json", "--members", "--p95"))["data"] for work in works]
        assert said[0] == said[1] == said[2]
        used: list[dict[str, Any]] = [rate for rate in said[0]["rates"] if rate["statistic"] == "weighted_mean"]
        assert {rate["servers"] for rate in used} == {1}
        assert "openstack:b" not in json.dumps(said[0])
        assert said[0]["classified_servers"] == 1


def test_it_is_said_how_many_are_left_out(tmp_path: Path) -> None:
    text = show(city(tmp_path / "city", 50.0), "--by", "pool")
    assert "涉密系统的 1 台服务器不计入任何使用率" in text
    arm = next(line for line in text.splitlines() if "城东·政务外网·信创 ARM" in line)
    assert "n/a" in arm or "CPU" in arm  # its pool is there by what is allocated of it, and has no use
