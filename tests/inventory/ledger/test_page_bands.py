"""Headers and footers of printed pages: accounts in them are told with their sheet, a secrecy mark refuses the file."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
import xlwt

from catalogs.errors import CollectError
from tests.inventory.ledger.books import read, xlsx

ROWS: list[list[Any]] = [["系统名称", "单位名称", "CPU（核）"], ["甲系统", "市财政局", 4], ["乙系统", "市财政局", 8]]
FORM: list[list[Any]] = [
    ["系统名称", "甲系统"],
    ["单位名称", "市财政局"],
    ["CPU（核）", 4],
    ["内存（GB）", 8],
    ["等保级别", "二级"],
]
SECRET = "账号 admin 密码 Gl#9988"


def with_band(rows: list[list[Any]], text: str, *, band: str = "oddFooter") -> bytes:
    book = openpyxl.load_workbook(
        io.BytesIO(xlsx([{"name": "说明", "rows": [["请月底前报"]]}, {"name": "系统", "rows": rows}]))
    )
    getattr(book["系统"], band).center.text = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def warnings(name: str, content: bytes) -> list[tuple[str | None, str]]:
    found = read(name, content)
    assert "Gl#9988" not in str([gap.as_json() for gap in found.gaps])
    return [(gap.origin.sheet, gap.message.zh) for gap in found.gaps if gap.kind == "credential"]


@pytest.mark.parametrize("rows", [ROWS, FORM])
@pytest.mark.parametrize("band", ["oddHeader", "oddFooter", "firstHeader", "evenFooter"])
def test_an_account_in_a_header_or_footer_is_told_with_its_sheet(rows: list[list[Any]], band: str) -> None:
    ((sheet, message),) = warnings("市财政局.xlsx", with_band(rows, SECRET, band=band))
    assert sheet == "系统"
    assert "页眉或页脚" in message


def test_an_ordinary_header_is_no_matter() -> None:
    assert warnings("市财政局.xlsx", with_band(ROWS, '&"宋体,常规"&12市财政局系统台账 第 &P 页 共 &N 页')) == []


def test_the_same_in_the_format_of_excel_97() -> None:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("系统")
    vars(page)["_Worksheet__footer_str"] = f"&C{SECRET}"  # its property takes no text under Python 3
    for row_at, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            page.write(row_at, column, cell)
    out = io.BytesIO()
    book.save(out)
    assert [sheet for sheet, _ in warnings("市财政局.xls", out.getvalue())] == ["系统"]


def test_the_same_in_excel_2003_xml() -> None:
    cells = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row) + "</Row>"
        for row in ROWS
    )
    page = f'<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><PageSetup><Header x:Margin="0.3" x:Data="&amp;C{SECRET}"/></PageSetup></WorksheetOptions>'
    xml = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
        f'xmlns:x="urn:schemas-microsoft-com:office:excel"><Worksheet ss:Name="系统"><Table>{cells}</Table>{page}</Worksheet></Workbook>'
    )
    assert len(warnings("市财政局.xml", xml.encode())) == 1


def test_the_same_in_opendocument() -> None:
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
    )
    cells = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        + "</table:table-row>"
        for row in ROWS
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<m/>")
        packed.writestr(
            "content.xml",
            f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="系统">{cells}</table:table></office:spreadsheet></office:body></office:document-content>',
        )
        packed.writestr(
            "styles.xml",
            f"<office:document-styles {spaces}><office:master-styles><style:master-page><style:header><text:p>{SECRET}</text:p></style:header></style:master-page></office:master-styles></office:document-styles>",
        )
    assert len(warnings("市财政局.ods", out.getvalue())) == 1


def test_a_secrecy_mark_in_a_header_refuses_the_file() -> None:
    with pytest.raises(CollectError) as refused:
        read("市财政局.xlsx", with_band(ROWS, "&R机密★10年", band="oddHeader"))
    assert "密级标志" in str(refused.value)
