"""The pictures of docs/howto/ledgers.md: the sample workbook as LibreOffice draws it, and what `collect ledger` says of it.

`python -m tools.ledger_pictures` needs soffice and pdftoppm (tools/test_packages.sh).
"""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
NAME = "县文化广电旅游局普查表.xlsx"
COLUMNS = 96  # of the terminal in the picture

ROWS: list[list[Any]] = [
    ["附件2：县文化广电旅游局政务信息系统普查表"],
    ["填报单位（盖章）：县文化广电旅游局", *[""] * 7, "金额单位：万元"],
    ["序号", "系统名称", "建设单位", "", "承建单位", "", "等保级别", "CPU核数", "内存", "存储", "建设金额", "上线时间", "系统访问地址（账号、密码）", "是否涉密", "运行状态如何", "备注"],
    ["", "", "联系人", "联系电话", "单位名称", "联系电话"],
    [1, "智慧旅游平台", "赵甲", "13900000001", "戊科技公司", "0750-1234567", "三级", 16, "64G", 2, "320", "2019.1", "http://10.9.1.5:8080/ 账号admin 密码Abc@2026", "否", "在用", "国庆前扩容"],
    [2, "图书馆集群系统", "孙丙", "13900000003", "同上", "同上", "二级", "约8核", "32G", "4TB", "86.5", "2016年8月", "http://lib.example.gov.cn", "否", "在用", "/"],
    [3, "文物普查数据库", "孙丙", "13900000003", "己科技公司", "/", "未定级", 4, 500, "500GB", "12", "2014-05", "无", "否", "停用（2024年起）", ""],
    ["合计", *[""] * 6, 30, "", "", "418.5"],
    ["注：以上数据截至2026年2月底。"],
    ["填报人：赵甲      审核人：李丁"],
]  # fmt: skip
MERGES = ("A1:P1", "C3:D3", "E3:F3", *(f"{letter}3:{letter}4" for letter in "ABGHIJKLMNOP"))


def workbook() -> bytes:
    """The sample as a clerk sends it."""
    import openpyxl
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.worksheet.properties import PageSetupProperties

    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "普查表"
    thin = Side(style="thin")
    for row_at, row in enumerate(ROWS, 1):
        for column_at in range(1, 17):
            cell = page.cell(row_at, column_at)
            cell.value = row[column_at - 1] if column_at <= len(row) and row[column_at - 1] != "" else None
            boxed = 3 <= row_at <= len(ROWS) - 2
            cell.alignment = Alignment(wrap_text=boxed, vertical="center", horizontal="center" if row_at <= 4 else None)
            cell.border = Border(thin, thin, thin, thin) if boxed else Border()
    for row_at in (2, len(ROWS) - 1, len(ROWS)):
        page.cell(row_at, 1).alignment = Alignment(horizontal="left")
    for row_at in (5, 7):
        page.row_dimensions[row_at].height = 30
    for area in MERGES:
        page.merge_cells(area)
    page["A1"].font = Font(bold=True, size=16)
    for letter, width in zip(
        "ABCDEFGHIJKLMNOP", (6, 16, 8, 14, 13, 14, 9, 9, 8, 8, 10, 11, 24, 9, 13, 12), strict=True
    ):
        page.column_dimensions[letter].width = width
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 1
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def draw_sheet(folder: Path) -> None:
    """The workbook through LibreOffice: xlsx → pdf → png."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    office = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(folder / NAME)]
    subprocess.run(office, check=True, capture_output=True, timeout=300)
    pdf = folder / f"{Path(NAME).stem}.pdf"
    crop = ["-x", "80", "-y", "108", "-W", "1120", "-H", "160"]
    target = IMAGES / "ledger-sheet"
    subprocess.run(["pdftoppm", "-png", "-gray", "-r", "116", "-singlefile", *crop, str(pdf), str(target)], check=True)


def draw_terminal(folder: Path) -> None:
    """What the command prints, recorded by rich."""
    from unittest.mock import patch

    import rich.console

    import govcloud

    screen = rich.console.Console(
        record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor", highlight=False, emoji=False, markup=False
    )  # fmt: skip
    with contextlib.chdir(folder), patch("catalogs.console.out", lambda: screen), contextlib.suppress(SystemExit):
        govcloud.main(["collect", "ledger", NAME, "--dry-run"])
    svg = screen.export_svg(title=f"govcloud collect ledger {NAME} --dry-run", unique_id="ledger")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # no fonts from the network
    svg = re.sub(r"font-variant-east-asian: full-width;\s*", "", svg)  # it would widen Latin letters, too
    svg = re.sub(r' textLength="[^"]*"', "", svg)  # it counts a Chinese character as one cell
    (IMAGES / "ledger-import.svg").write_text(svg.replace("Fira Code", "Noto Sans Mono CJK SC"), "utf-8")


def main() -> int:
    """Draw both pictures anew."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / NAME).write_bytes(workbook())
        draw_sheet(folder)
        draw_terminal(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
