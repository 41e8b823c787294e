"""A city's worth of questions, made without reading a ledger: for the size of the page and the workbook."""

from __future__ import annotations

from catalogs.words import Text
from inventory.ledger.questions import Asked, FileQuestions, Head, Question, ReadAs, SheetReading

FIELDS = ("sys_name", "vcpu", "mem", "storage", "online_date", "vendor", "location", "mlps_level")


def many(*, departments: int = 60, sheets: int = 4, columns: int = 12) -> Asked:
    """`departments` files of `sheets` sheets, each with a question about its reading and one for each of `columns` columns."""
    return Asked(files=tuple(_file(f"第{number:02d}局", sheets, columns) for number in range(departments)))


def _file(department: str, sheets: int, columns: int) -> FileQuestions:
    file, sha = f"{department}.xlsx", f"{len(department):064x}"
    questions: list[Question] = []
    readings: list[SheetReading] = []
    for at in range(sheets):
        sheet = f"表{at}"
        questions.append(_question(department, file, sha, sheet, "", "reading", f"layout:{at:010x}"))
        questions += [
            _question(department, file, sha, sheet, f"{chr(65 + n)}1", "column", f"heading|heading:{sheet}栏{n}")
            for n in range(columns)
        ]
        read = tuple(
            ReadAs(column=chr(65 + n), heading=f"表头{n}", field=name, samples=("一", "二"))
            for n, name in enumerate(FIELDS)
        )
        head = Head(
            columns=tuple(map(chr, range(65, 73))),
            rows=tuple((row, ("内容",) * 8) for row in range(1, 8)),
            headings=frozenset({1}),
        )
        readings.append(
            SheetReading(sheet=sheet, columns=read, rows=30, waits=True, why=(Text("横表", "sideways"),), head=head)
        )
    return FileQuestions(
        file=file, source=f"ledger:{department}", department=department, sha256=sha, rows_read=130, rows_recorded=0, rows_asked=120,
        questions=tuple(questions), sheets=tuple(readings),
    )  # fmt: skip


def _question(department: str, file: str, sha: str, sheet: str, cell: str, kind: str, key: str) -> Question:
    return Question(
        key=f"ledger:{department}|{key}" if kind == "column" else f"ledger:{department}|{sheet}|{key}", kind=kind, source=f"ledger:{department}",
        department=department, file=file, file_sha256=sha, sheet=sheet, cell=cell, message=Text("这一栏没有读取", "this column was not read"),
        question=Text("是哪一栏？", "what is it?"), choices=("对", "不对") if kind == "reading" else ("vendor", "ignore"), any_field=kind == "column",
        rows=30 if kind == "reading" else 0, cells=0 if kind == "reading" else 30, places=1,
    )  # fmt: skip
