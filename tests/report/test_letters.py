"""Notices: evidence and deadline in both forms, names nobody, text stays text, the same letter gives the same bytes."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH

from catalogs.errors import ReportError
from catalogs.load import load_catalogs
from catalogs.words import Text
from inventory.model import Secrecy
from inventory.zombies.examples import AS_OF, facts_from
from inventory.zombies.judge import judge_facts
from report.letters import Evidence, Letter, evidence_of, letter_of, to_html
from report.letters_docx import to_docx
from report.use_png import HEIGHT, WIDTH, use_png
from report.use_svg import calls_svg, scale_of, use_svg

RULES = load_catalogs(None).zombie_rules
GIVEN = {"last_login_on": "2024-01-05", "cpu": "0.01 0.01 0.01", "cpu_peak": "0.05", "network": "0.01", "users": "3"}


def evidence(
    name: str = "档案查询系统",
    *,
    opened: bool = False,
    ground: str | None = None,
    secrecy: Secrecy = "unclassified",
    **given: str,
) -> Evidence:
    facts = facts_from(GIVEN | given)
    system = replace(
        facts.system, name=name, department="市档案馆", fields={"contact": "contact-0a1b2c3d4e5f", "phone": "13800000000"},
        secrecy=secrecy,
    )  # fmt: skip
    (verdict,) = judge_facts([replace(facts, system=system)], RULES, AS_OF)
    return evidence_of(
        verdict, system, daily=[0.01] * 40 + [None] * 10 + [0.02] * 40, line=0.05, opened=opened, ground=ground
    )


def letter(name: str = "档案查询系统", *more: Evidence, issued_on: date = date(2026, 4, 2)) -> Letter:
    return letter_of(
        [evidence(name), *more], city="示例市", issued_on=issued_on, objection_days=15, clean_up_by=date(2026, 6, 30), number="函〔2026〕12号"
    )  # fmt: skip


def with_systems(made: Letter, **changed: object) -> Letter:
    return replace(made, systems=tuple(replace(one, **changed) for one in made.systems))  # type: ignore[arg-type]


def text_of(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_both_forms_say_grounds_limits_sources_and_deadline() -> None:
    made = letter()
    assert made.answer_by == date(2026, 4, 17)
    for text in (text_of(to_docx(made, "zh")), to_html(made, "zh")):
        for wanted in (
            "档案查询系统",
            "市档案馆",
            "函〔2026〕12号",
            "2026年4月17日前",
            "2024-01-05",
            "通行做法",
            "疑似",
            "contact-0a1b2c3d4e5f",
            "2026年6月30日前",
        ):
            assert wanted in text
        assert "13800000000" not in text


def test_both_forms_show_use_by_day_and_ask_about_strange_samples() -> None:
    made = with_systems(letter(), signs=(Text("59 天 CPU 几乎不变", "59 days of constant CPU"),))
    with ZipFile(BytesIO(to_docx(made, "zh"))) as packed:
        (picture,) = [packed.read(name) for name in packed.namelist() if name.endswith(".png")]
    assert picture.startswith(b"\x89PNG")
    for text in (text_of(to_docx(made, "zh")), to_html(made, "zh")):
        assert "59 天 CPU 几乎不变" in text
        assert "不等于作假" in text
    assert "作假" not in to_html(letter(), "zh")
    nothing = with_systems(letter(), daily=(None,) * 90)
    assert "<svg" not in to_html(nothing, "zh")
    with ZipFile(BytesIO(to_docx(nothing, "zh"))) as packed:
        assert not [name for name in packed.namelist() if name.endswith(".png")]


def test_the_picture_shades_gaps_and_draws_the_line() -> None:
    def columns(daily: list[float | None], line: float | None) -> np.ndarray:
        raw = use_png(daily, line=line)
        length = int.from_bytes(raw[33:37], "big")
        rows = np.frombuffer(zlib.decompress(raw[41 : 41 + length]), np.uint8).reshape(HEIGHT, 1 + WIDTH * 3)
        return rows[:, 1:].reshape(HEIGHT, WIDTH, 3)

    drawn = columns([0.5, None, 0.0], 0.05)
    assert tuple(drawn[10, WIDTH // 2]) == (227, 231, 235), "a day without samples is grey to the top"
    assert tuple(drawn[10, WIDTH - 5]) == (255, 255, 255), "a day of no use is not"
    assert tuple(drawn[HEIGHT // 2, 5]) == (198, 214, 230)
    assert any(tuple(point) == (176, 58, 46) for point in drawn[:, 3])
    assert not any(tuple(point) == (176, 58, 46) for point in columns([0.5, None, 0.0], None)[:, 3])


def test_the_page_is_an_official_letters_and_the_seal_never_stands_alone() -> None:
    document = Document(BytesIO(to_docx(letter(), "zh")))
    (section,) = document.sections
    assert [round(side.mm) for side in (section.page_width, section.page_height) if side] == [210, 297]
    office, number = document.paragraphs[:2]
    assert (office.text, number.text, number.alignment) == (
        "示例市政务数据主管部门",
        "函〔2026〕12号",
        WD_ALIGN_PARAGRAPH.RIGHT,
    )
    assert "thickThinSmallGap" in office._p.xml, "the double red rule"
    assert "PAGE" not in section.first_page_footer.paragraphs[0]._p.xml, "no number on the first page"
    assert "PAGE" in section.footer.paragraphs[0]._p.xml
    texts = [one.text for one in document.paragraphs]
    seal = next(place for place, text in enumerate(texts) if "（章）" in text)
    assert texts[seal + 1] == "2026年4月2日"
    assert texts[seal + 2].startswith("（联系人：")
    assert all(one.paragraph_format.keep_with_next for one in document.paragraphs[seal - 3 : seal + 2])
    to = texts.index("市档案馆：")
    assert [one.paragraph_format.first_line_indent is not None for one in document.paragraphs[to : to + 2]] == [
        False,
        True,
    ]


def test_one_letter_for_several_systems_with_evidence_of_each_and_a_form_for_the_reply() -> None:
    made = letter("档案查询系统", evidence("档案著录系统"))
    for text in (text_of(to_docx(made, "zh")), to_html(made, "zh")):
        for wanted in (
            "关于核实2个疑似",
            "附件1",
            "附件2",
            "核实意见回执",
            "□无异议",
            "档案查询系统",
            "档案著录系统",
            "填报单位（章）：",
        ):
            assert wanted in text
    assert to_html(made, "zh").count("<svg") == 2


def test_the_answer_is_due_on_a_working_day_and_the_letter_says_so() -> None:
    made = letter(issued_on=date(2026, 9, 20))
    assert made.answer_by == date(2026, 10, 8), "15 days end within the national holiday"
    assert "2026年10月8日前（15天内，末日为休息日的顺延）" in to_html(made, "zh")
    assert "顺延" not in to_html(letter(), "zh")


def test_a_case_that_was_opened_by_hand_gets_a_letter_without_the_reason() -> None:
    one = evidence(
        opened=True,
        ground="长期未见业务，请核实，电话 13800000000",
        last_login_on="2026-03-30",
        users="900",
        cpu="0.4 0.4 0.4",
    )
    assert [ground.found.zh for ground in one.grounds] == ["长期未见业务，请核实，电话 （已隐去）"]
    plain = evidence(opened=True, last_login_on="2026-03-30", users="900", cpu="0.4 0.4 0.4")
    assert [ground.found.zh for ground in plain.grounds] == ["经主管部门立案，请予核实"]


def test_no_notice_on_a_system_whose_secrecy_nobody_ruled_on() -> None:
    with pytest.raises(ReportError, match="密级没有确定"):
        evidence(secrecy="unknown")


def test_english_letter() -> None:
    text = text_of(to_docx(letter(), "en"))
    assert "answer in writing by 2026-04-17" in text
    assert "to be decided. Zombie systems" in text
    assert "practice" in text


def test_text_of_strangers_is_only_text() -> None:
    name = "<script>alert(1)</script>=1+1\x07"
    html = to_html(letter(name), "zh")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "alert(1)" in text_of(to_docx(letter(name), "zh"))


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert to_docx(letter(), "zh") == to_docx(letter(), "zh")
    assert to_html(letter(), "zh") == to_html(letter(), "zh")


def test_no_notice_where_nothing_is_suspected() -> None:
    with pytest.raises(ReportError, match="不出通知"):
        evidence(last_login_on="2026-03-30", users="900", cpu="0.4 0.4 0.4")


def test_gaps_are_shaded_and_never_zero() -> None:
    drawn = use_svg([0.1, 0.2, None, None, 0.3], date(2026, 1, 1), line=0.05, lang="zh")
    assert drawn.count("<rect") == 1
    assert drawn.count("<polyline") == 1
    assert drawn.count("<circle") == 1
    assert "stroke-dasharray" in drawn
    empty = use_svg([None] * 5, date(2026, 1, 1), line=None, lang="en")
    assert "polyline" not in empty
    assert use_svg([], date(2026, 1, 1), line=None, lang="en").startswith("<svg")


@pytest.mark.parametrize(
    ("highest", "top"), [(0.0, 0.1), (0.04, 0.1), (0.11, 0.2), (0.5, 0.5), (0.7, 1.0), (1.31, 1.4)]
)
def test_scale(highest: float, top: float) -> None:
    assert scale_of([highest]) == pytest.approx(top)


def test_calls_are_drawn_up_to_a_number_and_escaped() -> None:
    drawn = calls_svg("本系统", [f"调用方{n}" for n in range(9)], ["<b>"], lang="zh")
    assert drawn.count("<rect") == 1 + 6 + 1
    assert "另有 4 个" in drawn
    assert "&lt;b&gt;" in drawn
