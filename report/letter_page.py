"""Page, type, red rules and page numbers of an official letter in Word: GB/T 9704—2012, 5 (page), 7 (elements), 10.1 (letters).

A4, margins 37, 35, 28 and 26 mm, 22 lines of 28 characters of size three (16 points), two characters of indent. A letter
has the office's name in red, a double red rule below it and at the foot of the first page, the number at the right, the
title in 小标宋 of size two, and no page number on its first page.
"""

from __future__ import annotations

from typing import Any

TYPE_PT = 16  # size three
LINE_PT = 29  # 22 lines in 225 mm
TITLE_PT = 22  # size two
RED = "C00000"
BODY, TITLE, HEADING = "仿宋", "方正小标宋简体", "黑体"


def set_up(document: Any) -> None:
    """Page and type; the library's template has an American page and a Latin type only."""
    from docx.shared import Mm, Pt

    for section in document.sections:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance, section.different_first_page_header_footer = Mm(20), True
        _rule_at_the_foot(section.first_page_footer.paragraphs[0])
        _numbered(section.footer.paragraphs[0], right=True)
        _numbered(section.even_page_footer.paragraphs[0], right=False)
    document.settings.odd_and_even_pages_header_footer = True
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(TYPE_PT)
    set_type(style.element, BODY)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = Pt(LINE_PT)


def set_type(element: Any, name: str) -> None:
    """The type of Chinese characters, of a style or a run."""
    from docx.oxml.ns import qn

    element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _rule_at_the_foot(paragraph: Any) -> None:
    _border(paragraph, "top", "thinThickSmallGap")


def rule_below(paragraph: Any) -> None:
    """The double red rule below the office's name: the upper line thick."""
    _border(paragraph, "bottom", "thickThinSmallGap")


def _border(paragraph: Any, side: str, kind: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders, line = OxmlElement("w:pBdr"), OxmlElement(f"w:{side}")
    for name, value in (("val", kind), ("sz", "24"), ("space", "4"), ("color", RED)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - the library has no way of its own
    following = [*properties.iterchildren(*map(qn, ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")))]
    following[0].addprevious(borders) if following else properties.append(borders)


def _numbered(paragraph: Any, *, right: bool) -> None:
    """“— 2 —” of size four, one character from the outer edge."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    indent = paragraph.paragraph_format
    indent.right_indent, indent.left_indent = (Pt(14), Pt(0)) if right else (Pt(0), Pt(14))
    for kind, text in (("", "— "), ("begin", ""), ("code", " PAGE "), ("end", ""), ("", " —")):
        run = paragraph.add_run(text if not kind else "")
        run.font.size, run.font.name = Pt(14), "宋体"
        set_type(run._r, "宋体")  # noqa: SLF001 - the library has no way of its own
        if kind == "code":
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = text
            run._r.append(code)  # noqa: SLF001
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)  # noqa: SLF001


def sized(table: Any, widths_cm: tuple[float, ...]) -> None:
    """Widths that leave room for values; the heading row stands on every page, no row is broken by a page."""
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    table.autofit = False
    for column, width in zip(table.columns, widths_cm, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - the library has no way of its own
        for cell, width in zip(row.cells, widths_cm, strict=True):
            cell.width = Cm(width)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001
