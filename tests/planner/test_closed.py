"""A system that was classified after the plan was stored is counted: neither its name nor its id is told again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema

from planner.build.nameless import nameless_built
from planner.view.closed import veiled, without_closed
from planner.view.view import plan_view
from tests.planner.test_view import SCHEMA
from tests.report.plan_builders import example_plan, example_problem, known

NAME = "市一医院挂号系统"
NOTE = {"code": "server-off", "subject": "web", "text": {"zh": f"{NAME}有一台关机", "en": f"{NAME} has one off"}}


def test_neither_name_nor_id_is_left_in_what_is_shown() -> None:
    beside = replace(known(his=NAME), notes=(NOTE,))
    view = plan_view(example_problem(), example_plan(), beside)
    assert '"his"' in json.dumps(view.as_json())
    shown = without_closed(view, {"his": [NAME]})
    data = veiled(shown.known, shown.as_json())
    told = json.dumps(data, ensure_ascii=False) + json.dumps([note["text"] for note in shown.known.notes])
    assert NAME not in told
    assert '"his"' not in told
    assert data["systems"] == 3
    assert sum(data["waves"].values()) == 3
    assert any("有 1 个后来认定或标为涉密" in text.zh for text in shown.known.cautions)
    jsonschema.validate(data, SCHEMA)


def test_a_plan_without_such_a_system_is_shown_as_it_is() -> None:
    view = plan_view(example_problem(), example_plan(), known(his=NAME))
    shown = without_closed(view, {"sys-7": ["别的系统"]})
    assert shown.rows == view.rows
    assert veiled(shown.known, shown.as_json()) == json.loads(json.dumps(view.as_json()))


def test_an_id_is_replaced_whole_in_every_string_and_also_that_of_an_earlier_plan() -> None:
    shown = without_closed(plan_view(example_problem(), example_plan(), known()), {"his": [], "old-1": []})
    answer = {"changes": [{"system": "old-1", "why": "须在 his（现为 W20）之后，history 不动"}], "old-1": 3}
    assert veiled(shown.known, answer) == {
        "changes": [{"system": "classified-2", "why": "须在 classified-1（现为 W20）之后，history 不动"}],
        "classified-2": 3,
    }


def test_what_is_written_beside_a_problem_names_nobody_whose_secrecy_is_unknown() -> None:
    text = {"zh": "s-1 依赖甲系统", "en": "s-1 needs 甲系统 (s-9)"}
    kept = [
        {"system": "s-9", "name": "甲系统", "reason": "secrecy-unknown", "count": 1},
        {"system": "s-8", "name": "乙系统", "reason": "retired", "count": 1},
    ]
    notes = [{"code": "provider-not-planned", "subject": "s-1", "text": text}, {**NOTE, "subject": "s-9"}]
    built = {"schema": "govcloud/built/1", "left_out": kept, "notes": notes}
    written = nameless_built(built)
    assert [item["name"] for item in written["left_out"]] == [None, "乙系统"]
    assert [item["system"] for item in written["left_out"]] == [None, "s-8"]
    assert [note["subject"] for note in written["notes"]] == ["s-1"]
    said = json.dumps(written, ensure_ascii=False)
    assert "甲系统" not in said
    assert "s-9" not in said
    assert [item["name"] for item in kept] == ["甲系统", "乙系统"]  # what the store keeps stays whole


def test_the_schema_of_what_is_written_allows_it() -> None:
    schema = json.loads((Path(__file__).parents[2] / "docs/reference/built.schema.json").read_text(encoding="utf-8"))
    text = {"zh": "甲", "en": "a"}
    left = {"system": "s", "name": "甲", "department": None, "reason": "secrecy-unknown", "detail": text,
            "disposition": None, "count": 1}  # fmt: skip
    whole = {"schema": "govcloud/built/1", "service": "c", "policy": "p", "catalog_digest": "0" * 64, "parts": {},
             "servers": [], "left_out": [left], "notes": [], "basis": {}}  # fmt: skip
    jsonschema.validate(whole, schema)
    jsonschema.validate(nameless_built(whole), schema)
