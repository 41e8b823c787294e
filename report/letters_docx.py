"""The notice as a Word file that the office can edit."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from catalogs.words import Language

if TYPE_CHECKING:
    from report.letters import Letter


def to_docx(letter: Letter, lang: Language) -> bytes:
    """The whole file; the same letter gives the same bytes."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    from report.letters import paragraphs

    said = _all_printable(paragraphs(letter, lang))
    document = Document()
    _in_office_type(document)
    properties = document.core_properties
    properties.author, properties.title = "govcloud", said["title"]
    properties.created = properties.modified = _midnight(letter.issued_on)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing = Pt(34)
    head = title.add_run(said["title"])
    head.bold, head.font.size = True, Pt(22)
    number = document.add_paragraph(said["number"])
    number.alignment, number.paragraph_format.space_after = WD_ALIGN_PARAGRAPH.CENTER, Pt(_LINE_PT)
    document.add_paragraph(said["to"])
    for text in said["opening"]:
        _indented(document, text, lang)
    table = document.add_table(rows=1, cols=len(said["headings"]))
    table.style = "Table Grid"
    for row in (said["headings"], *said["rows"]):
        cells = table.rows[0].cells if row is said["headings"] else table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.line_spacing = 1.0
                for run in paragraph.runs:
                    run.font.size, run.bold = Pt(9), row is said["headings"]
    _sized(table)
    _chart(document, letter, said, lang)
    said_last = [_indented(document, text, lang) for text in (*said["signs"], *said["asked"], said["contact"])]
    # A page with nothing but the seal is not valid: the last sentences go with it.
    for paragraph in said_last[-3:]:
        paragraph.paragraph_format.keep_with_next = True
    for place, text in enumerate(said["signed"]):
        paragraph = document.add_paragraph(text)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Pt((2 + 2 * place) * _TYPE_PT)
        paragraph.paragraph_format.space_before = Pt(0 if place else 2 * _LINE_PT)
        paragraph.paragraph_format.keep_with_next = place + 1 < len(said["signed"])
    return _same_bytes(document)


# GB/T 9704—2012: A4, margins 37, 35, 28 and 26 mm, 22 lines of 28 characters of size three (16 points), two characters
# of indent; the date four characters from the right edge.
_TYPE_PT = 16
_LINE_PT = 29
# Of the page's 15.6 cm: what it is, what was found, values, source.
_WIDTHS_CM = (2.9, 4.5, 5.5, 2.7)


def _indented(document: Any, text: str, lang: Language) -> Any:
    from docx.shared import Pt

    paragraph = document.add_paragraph(text)
    if lang == "zh":
        paragraph.paragraph_format.first_line_indent = Pt(2 * _TYPE_PT)
    return paragraph


def _sized(table: Any) -> None:
    """Widths that leave room for values; the heading row stands on every page."""
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS_CM, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, _WIDTHS_CM, strict=True):
            cell.width = Cm(width)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - the library has no way of its own


def _in_office_type(document: Any) -> None:
    """Page and type of official letters; the library's template has an American page and a Latin type only."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    for section in document.sections:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(_TYPE_PT)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = Pt(_LINE_PT)


def _chart(document: Any, letter: Letter, said: dict[str, Any], lang: Language) -> None:
    """Use by day as a picture, with what its axes say below it; nothing where no day was measured."""
    from docx.shared import Cm, Pt

    from report.use_png import use_png
    from report.use_svg import scale_of

    if all(value is None for value in letter.daily):
        return
    gap = document.add_paragraph()
    gap.paragraph_format.space_before = Pt(10)
    gap.paragraph_format.line_spacing = 1.0  # a line of fixed height would cut the picture off
    gap.paragraph_format.keep_with_next = True
    gap.add_run().add_picture(BytesIO(use_png(letter.daily, line=letter.line)), width=Cm(15))
    top = scale_of([*(value for value in letter.daily if value is not None), letter.line or 0.0])
    axes = f"0–{top * 100:g} %，{letter.window.zh}" if lang == "zh" else f"0–{top * 100:g} %, {letter.window.en}"
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
            return "".join(letter for letter in value if letter in "\n\t" or letter.isprintable())
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
