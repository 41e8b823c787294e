"""Real rows, rates and verdicts have the form of docs/reference."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema

from catalogs.load import load_catalogs
from inventory.model import Inventory, System
from inventory.telemetry.form import Period
from inventory.usage.rates import usage_rates
from inventory.zombies.judge import judge
from tests.inventory.telemetry.samples import AS_OF, DAY, NOON, a_server, raw, raw_files, read, rolled, stored

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference"


def check(name: str, rows: list[Any]) -> None:
    schema = json.loads((REFERENCE / f"{name}.schema.json").read_text("utf-8"))
    assert rows
    for row in rows:
        jsonschema.validate(json.loads(json.dumps(row, default=str)), schema)


def test_everything_has_its_published_form(tmp_path: Path) -> None:
    server = a_server(system_id="sys-1")
    done = stored(
        tmp_path,
        raw({"machine": "vm-1", "at_s": NOON}, {"machine": "vm-1", "at_s": NOON, "metric": "network"}),
        servers=[server],
    )
    rollup = rolled(tmp_path, done)
    system = System(id="sys-1", name="一", department="局", department_id="d", secrecy="unclassified")
    inventory = Inventory(as_of=AS_OF, systems=(system,), servers=(server,))
    check("sample", read(tmp_path, raw_files(done)))
    check("rollup", read(tmp_path, list(rollup.files)))
    check(
        "rate",
        [
            rate.as_json()
            for rate in usage_rates(inventory, rollup, Period(DAY, DAY + timedelta(days=1)), with_p95=True)
        ],
    )
    check(
        "verdict", [verdict.as_json() for verdict in judge(inventory, rollup, load_catalogs(None).zombie_rules, AS_OF)]
    )
