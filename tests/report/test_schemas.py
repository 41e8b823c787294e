import json
import zipfile
from pathlib import Path
from typing import Any

import jsonschema

from report.usage import usage_report
from tests.report.builders import a_city, some_facts
from tests.report.conftest import Made

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


def check(name: str, value: Any) -> None:
    schema = json.loads((REFERENCE / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(value)


def test_figures_have_the_form_that_is_documented(made: Made) -> None:
    check("figures", json.loads(made.figures.read_bytes()))
    check("figures", json.loads(json.dumps(usage_report(a_city()).as_json())))
    check("figures", json.loads(json.dumps(usage_report(some_facts(clause=None, pools=())).as_json())))


def test_a_bundle_has_the_form_that_is_documented(made: Made) -> None:
    with zipfile.ZipFile(made.bundle) as archive:
        for name in ("manifest.json", "parameters.json", "telemetry/files.json"):
            check("evidence", json.loads(archive.read(name)))
        stints = [json.loads(line) for line in archive.read("stints.jsonl").decode().splitlines()]
        for row in stints:
            check("evidence", row)
        assert {row["server_id"] for row in stints} == {"openstack:gone", "openstack:his-app"}  # deleted, enlarged
        assert {name.partition("/")[0] for name in archive.namelist()} == {
            "catalogs", "decisions.jsonl", "figures.json", "manifest.json", "parameters.json", "snapshots", "stints-before.jsonl", "stints.jsonl", "telemetry", "zombies.jsonl",
        }  # fmt: skip


def test_records_of_a_bundle_have_the_form_of_any_record(made: Made) -> None:
    with zipfile.ZipFile(made.bundle) as archive:
        names = [name for name in archive.namelist() if name.startswith("snapshots/")]
        for name in names:
            for line in archive.read(name).decode().splitlines():
                check("record", json.loads(line))
    assert len(names) == 4
