"""The published JSON Schemas are valid, and what the frame really prints matches them."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from inventory.storage.decisions import KINDS
from tests.frame.test_command_line import call

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
SCHEMAS = sorted(REFERENCE.glob("*.schema.json"))


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((REFERENCE / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.name)
def test_every_schema_is_valid_and_carries_its_version(file: Path) -> None:
    found = json.loads(file.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["$id"].startswith("govcloud/")
    assert found["$id"].rsplit("/", 1)[1].isdigit()


def test_a_listing_matches_envelope_and_decision(tmp_path: Path) -> None:
    given = [
        "decisions",
        "add",
        "disposition",
        "sys-1",
        "retire",
        "--reason",
        "并入",
        "--role",
        "科长",
        "--as-of",
        "2026-03-31",
    ]
    assert call(*given, folder=tmp_path).returncode == 0
    printed = json.loads(call("decisions", "list", "--json", "--as-of", "2026-04-01", folder=tmp_path).stdout)
    jsonschema.validate(printed, schema("envelope"))
    for row in printed["data"]:
        jsonschema.validate(row, schema("decision"))
    assert len(printed["data"]) == 1


def test_an_error_matches_its_schema(tmp_path: Path) -> None:
    done = call("decisions", "list", "--json", folder=tmp_path)
    said = json.loads(done.stdout)
    jsonschema.validate(said, schema("error"))
    assert done.returncode != 0
    assert said["error"]["message"]["zh"]


def test_the_schema_knows_every_kind_of_decision() -> None:
    assert schema("decision")["properties"]["kind"]["enum"] == list(KINDS)
