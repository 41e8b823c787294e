"""A stored plan that moves a system which was classified since: its name stands nowhere, the sums stay."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

from planner.view.view import plan_view
from report.plan_closed import nameless, without_names
from report.plan_html import plan_page
from report.plan_sheets import wave_book
from tests.report.plan_builders import example_plan, example_problem, example_view, known

NAME = "市一医院挂号系统"
NOTES = (
    {
        "code": "server-off",
        "subject": "his",
        "text": {"zh": f"“{NAME}”有一台关机；web 在其后", "en": f"{NAME} has one off"},
    },
)


def test_no_page_sheet_or_file_names_it() -> None:
    view = plan_view(example_problem(), example_plan(), replace(known(his=NAME, left=f"{NAME}（旧）"), notes=NOTES))
    veiled = without_names(view, {"his": [NAME, f"{NAME}（旧）"]})
    page, book = plan_page(veiled, "zh", version="1"), wave_book(veiled, "zh", version="1")
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        sheets = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
    told = json.dumps(veiled.as_json(), ensure_ascii=False)
    for text in (page, sheets, told):
        assert NAME not in text
        assert '"his"' not in text
        assert nameless() in text
    assert NAME in plan_page(view, "zh", version="1")
    assert "有 1 个后来认定或标为涉密" in page
    assert [wave.systems for wave in veiled.waves] == [wave.systems for wave in view.waves]


def test_a_plan_without_such_a_system_stays_as_it_is() -> None:
    view = example_view()
    assert plan_page(without_names(view, {"sys-7": ["别的系统"]}), "zh", version="1") == plan_page(
        view, "zh", version="1"
    )
