"""The notice as a Word file that the office can edit: the letter, the evidence of each system, the form for the reply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from catalogs.words import Language
from report.letter_page import HEADING, LINE_PT, RED, TITLE, TITLE_PT, TYPE_PT, rule_below, set_type, set_up, sized

if TYPE_CHECKING:
    from report.letters import Evidence, Letter

# Of the page's 15.6 cm.
_LISTED_CM = (1.4, 6.0, 8.2)  # number, system, what was found
_GROUNDS_CM = (2.9, 4.5, 5.5, 2.7)  # ground, what was found, values, source
_MOST_KEPT = 8  # rows of a table that no page parts
_REPLY_CM = (1.4, 4.4, 5.4, 4.4)  # number, system, answer, why


def to_docx(letter: Letter, lang: Language) -> bytes:
    """The whole file; the same letter gives the same bytes."""
    from docx import Document

    from report.letter_words import paragraphs

    said = _all_printable(paragraphs(letter, lang))
    document = Document()
    set_up(document)
    properties = document.core_properties
    properties.author, properties.title = "govcloud", said["title"]
    properties.created = properties.modified = _midnight(letter.issued_on)
    _head(document, said)
    document.add_paragraph(said["to"])
    _indented(document, said["opening"][0], lang)
    _table(document, (said["listed"], *said["systems"]), _LISTED_CM, points=10.5)
    for text in (*said["opening"][1:], *said["asked"]):
        _indented(document, text, lang)
    _foot(document, said, lang)
    _evidence(document, letter.systems, said, lang)
    _reply(document, said)
    return _same_bytes(document)


def _head(document: Any, said: dict[str, Any]) -> None:
    """The office in red, the rule, the number at the right, the title two lines below."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    office = document.add_paragraph()
    office.alignment, office.paragraph_format.line_spacing = WD_ALIGN_PARAGRAPH.CENTER, 1.0
    office.paragraph_format.space_after = Pt(4)
    name = office.add_run(said["office"])
    name.font.size, name.font.color.rgb = Pt(32 if len(said["office"]) <= 13 else 24), RGBColor.from_string(RED)
    set_type(name._r, TITLE)  # noqa: SLF001 - the library has no way of its own
    rule_below(office)
    document.add_paragraph(said["number"]).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing, title.paragraph_format.space_before = Pt(34), Pt(2 * LINE_PT)
    title.paragraph_format.space_after = Pt(LINE_PT)
    head = title.add_run(said["title"])
    head.font.size = Pt(TITLE_PT)
    set_type(head._r, TITLE)  # noqa: SLF001


def _foot(document: Any, said: dict[str, Any], lang: Language) -> None:
    """What is attached, who signs and when, whom to call; the seal never stands on a page of its own."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    body = document.paragraphs[-2:]
    attached = []
    for place, text in enumerate(said["annexes"], start=1):
        lead = said["attached"] if place == 1 else "　" * len(said["attached"]) if lang == "zh" else ""
        attached.append(_indented(document, f"{lead}{place}. {text}", lang))
    attached[0].paragraph_format.space_before = Pt(LINE_PT / 2)
    signed = [document.add_paragraph(text) for text in said["signed"]]
    for place, paragraph in enumerate(signed):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Pt((2 + 2 * place) * TYPE_PT)
        paragraph.paragraph_format.space_before = Pt(0 if place else 1.5 * LINE_PT)
    note = _indented(document, said["note"], lang)
    for paragraph in (*body, *attached, *signed):
        paragraph.paragraph_format.keep_with_next = True
    note.paragraph_format.space_before = Pt(LINE_PT / 4)


def _annex(document: Any, said: dict[str, Any], place: int) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    first = document.add_paragraph()
    first.paragraph_format.page_break_before = True
    set_type(first.add_run(f"{said['annex']}{place}")._r, HEADING)  # noqa: SLF001 - the library has no way of its own
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before = title.paragraph_format.space_after = Pt(LINE_PT / 2)
    head = title.add_run(said["annexes"][place - 1])
    head.font.size = Pt(TITLE_PT)
    set_type(head._r, TITLE)  # noqa: SLF001


def _evidence(document: Any, systems: Sequence[Evidence], said: dict[str, Any], lang: Language) -> None:
    from docx.shared import Pt

    _annex(document, said, 1)
    for place, (system, one) in enumerate(zip(systems, said["evidence"], strict=True), start=1):
        heading = document.add_paragraph()
        heading.paragraph_format.space_before = Pt(LINE_PT / 2 if place > 1 else 0)
        set_type(heading.add_run(f"{place}. {one['heading']}")._r, HEADING)  # noqa: SLF001
        facts = document.add_paragraph()
        facts.add_run(one["facts"]).font.size = Pt(10.5)
        facts.paragraph_format.line_spacing = 1.2
        for paragraph in (heading, facts):
            paragraph.paragraph_format.keep_with_next = True
        _table(document, (said["headings"], *one["rows"]), _GROUNDS_CM, points=9, whole=len(one["rows"]) <= _MOST_KEPT)
        _chart(document, system, said, lang)
        if one["signs"]:
            _indented(document, one["signs"], lang)


def _reply(document: Any, said: dict[str, Any]) -> None:
    from docx.shared import Pt

    _annex(document, said, 2)
    _table(document, (said["reply"]["headings"], *said["reply"]["rows"]), _REPLY_CM, points=10.5)
    for place, text in enumerate(said["reply"]["foot"]):
        paragraph = document.add_paragraph(text)
        paragraph.paragraph_format.space_before = Pt(0 if place else LINE_PT / 2)


def _table(
    document: Any, rows: Sequence[Sequence[str]], widths_cm: tuple[float, ...], *, points: float, whole: bool = False
) -> None:
    """A table; `whole`: no page parts it, nor from what follows."""
    from docx.shared import Pt

    table = document.add_table(rows=0, cols=len(widths_cm))
    table.style = "Table Grid"
    for place, row in enumerate(rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.line_spacing = 1.15
                paragraph.paragraph_format.keep_with_next = whole
                paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
                for run in paragraph.runs:
                    run.font.size = Pt(points)
                    if place == 0:
                        set_type(run._r, HEADING)  # noqa: SLF001 - the library has no way of its own
    sized(table, widths_cm)
    after = document.add_paragraph()  # a table touches what follows
    after.paragraph_format.line_spacing, after.paragraph_format.keep_with_next = Pt(6), whole


def _indented(document: Any, text: str, lang: Language) -> Any:
    from docx.shared import Pt

    paragraph = document.add_paragraph(text)
    if lang == "zh":
        paragraph.paragraph_format.first_line_indent = Pt(2 * TYPE_PT)
    return paragraph


def _chart(document: Any, one: Evidence, said: dict[str, Any], lang: Language) -> None:
    """Use by day as a picture, with what its axes say below it; nothing where no day was measured."""
    from docx.shared import Cm, Pt

    from report.use_png import use_png
    from report.use_svg import scale_of

    if all(value is None for value in one.daily):
        return
    gap = document.add_paragraph()
    gap.paragraph_format.space_before = Pt(6)
    gap.paragraph_format.line_spacing = 1.0  # a line of fixed height would cut the picture off
    gap.paragraph_format.keep_with_next = True
    gap.add_run().add_picture(BytesIO(use_png(one.daily, line=one.line)), width=Cm(15))
    top = scale_of([*(value for value in one.daily if value is not None), one.line or 0.0])
    axes = f"纵轴 0–{top * 100:g} %" if lang == "zh" else f"axis 0–{top * 100:g} %"
    below = document.add_paragraph()
    below.paragraph_format.line_spacing, below.paragraph_format.space_after = 1.0, Pt(8)
    below.add_run(f"{said['chart']}{'；' if lang == 'zh' else '; '}{axes}").font.size = Pt(9)


def _midnight(day: date) -> Any:
    from datetime import datetime

    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the format has no zone


def _all_printable(value: Any) -> Any:
    """The same without control characters, which the format does not allow."""
    match value:
        case str():
            return "".join(letter for letter in value if letter in "\n\t　" or letter.isprintable())
        case list():
            return [_all_printable(item) for item in value]
        case _:
            return {key: _all_printable(item) for key, item in value.items()}


def _same_bytes(document: Any) -> bytes:
    """The file, packed again with one stamp for all entries: the library writes today's."""
    import zipfile

    written, packed = BytesIO(), BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as read, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in sorted(read.namelist()):
            made.writestr(
                zipfile.ZipInfo(entry, date_time=(1980, 1, 1, 0, 0, 0)), read.read(entry), zipfile.ZIP_DEFLATED
            )
    return packed.getvalue()
