"""Wave sheets: what is cut over in a week, in which order, when, and until when it can be taken back; to be signed.

Text from anywhere is written as text, never as a formula or a link. People stand by the ids of the contact table only.
The same plan gives the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from catalogs.words import Language, Text
from planner.view.view import PlanView, Row, Wave
from planner.view.words import approval, lateness, quality, scheduled, scheduled_of
from report.plan_charts import resource_name, say
from report.sheets import safe_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_COLUMNS = (
    (Text("序", "#"), 4), (Text("系统", "system"), 23), (Text("单位", "department"), 15), (Text("等保 / 规模", "MLPS / class"), 7), (Text("开始实施", "work begins"), 10),
    (Text("割接窗口", "window"), 16), (Text("资源池", "pool"), 20), (Text("目标规格与占用", "flavours and what they hold"), 24), (Text("先后关系", "order"), 22),
    (Text("回退点", "rollback"), 22), (Text("联系人编号", "contact ids"), 14), (Text("结果（完成 / 回退）", "result"), 9), (Text("签字、日期", "signed, date"), 12),
)  # fmt: skip
_LINE_POINTS = 13.5  # height of a line at 10 points
_FORBIDDEN_IN_FILES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)  # the earliest date of the file format: where no as_of is known


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looks:
    """Cell formats of one workbook."""

    title: Any
    note: Any
    heading: Any
    cell: Any
    late: Any
    blank: Any
    label: Any


def wave_book(view: PlanView, lang: Language, *, version: str, department: str | None = None) -> bytes:
    """The workbook: a cover with the list of waves, then one sheet a wave.

    Args:
        view: the plan with its names.
        lang: language of headings and texts.
        version: of this program.
        department: only the systems of this department (its id); waves without one of them are left out.
    """
    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    made_at = datetime.fromisoformat(view.known.as_of) if view.known.as_of else _EPOCH
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": _title(view, lang), "created": made_at.astimezone(UTC).replace(tzinfo=None)})
        looks = _looks(book)
        by_week: dict[int | None, list[Row]] = {}
        for row in view.rows:
            if department in (None, row.department):
                by_week.setdefault(row.week, []).append(row)
        waves = [(wave, by_week[wave.week]) for wave in view.waves if wave.week in by_week]
        _cover(book, view, looks, lang, version, department, waves)
        for wave, rows in waves:
            _wave(book, view, looks, lang, wave, rows)
    return stream.getvalue()


def department_files(view: PlanView) -> dict[str, str]:
    """Department id → name of its workbook, for every department that moves something; names are unique and plain."""
    names: dict[str, str] = {}
    for row in view.rows:
        if row.week is not None:
            names.setdefault(row.department, row.department_name)
    files: dict[str, str] = {}
    for department, name in sorted(names.items()):
        plain = _FORBIDDEN_IN_FILES.sub("_", name).strip(" .")[:60] or "_"
        taken = {one.casefold() for one in files.values()}
        place, file = 1, f"{plain}.xlsx"
        while file.casefold() in taken:
            place += 1
            file = f"{plain}-{place}.xlsx"
        files[department] = file
    return files


def _title(view: PlanView, lang: Language) -> str:
    return f"{say(Text('割接批次表', 'Wave sheets'), lang)} {view.known.plan_id or view.problem.name}"


def _looks(book: Workbook) -> _Looks:
    edge = {"border": 1, "border_color": "#B7C3CE", "valign": "top", "text_wrap": True, "font_size": 10}
    return _Looks(
        title=book.add_format({"bold": True, "font_size": 16, "font_color": "#163A5C"}),
        note=book.add_format({"font_color": "#5B6875", "font_size": 10}),
        heading=book.add_format({**edge, "bold": True, "bg_color": "#EAF0F6", "font_color": "#163A5C"}),
        cell=book.add_format(edge),
        late=book.add_format({**edge, "font_color": "#96650B"}),
        blank=book.add_format({**edge, "bg_color": "#FFFDF2"}),
        label=book.add_format({"bold": True, "valign": "top"}),
    )


def _page(sheet: Any) -> None:
    """A4 across, one page wide."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C&P / &N")


def _cover(
    book: Workbook, view: PlanView, looks: _Looks, lang: Language, version: str, department: str | None,
    waves: Sequence[tuple[Wave, list[Row]]],
) -> None:  # fmt: skip
    sheet = book.add_worksheet(say(Text("封面", "Cover"), lang))
    _page(sheet)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 5, 16)
    sheet.write_string(0, 0, _title(view, lang), looks.title)
    who = next((row.department_name for row in view.rows if row.department == department), None)
    lines = [
        *([Text(who, who)] if who else []),
        scheduled(view) if department is None else scheduled_of(view, department), lateness(view, department),
        _whole(quality(view)) if department else quality(view), approval(view), *view.known.cautions,
        Text("联系人只写编号，姓名和电话在库的联系人表里；回退点中的最迟时刻由单位在割接方案中确定。",
             "Contacts stand by their ids; names and numbers are in the store. The latest moment to go back is set by the department."),
        Text(f"问题文件 SHA-256 {view.plan.problem_sha256}　govcloud {version}", f"problem SHA-256 {view.plan.problem_sha256}  govcloud {version}"),
    ]  # fmt: skip
    for place, text in enumerate(lines, start=1):
        sheet.write_string(place, 0, safe_text(say(text, lang)), looks.note)
    top = len(lines) + 2
    headings = (Text("批次", "wave"), Text("割接周", "week"), Text("割接日", "day"), Text("系统", "systems"), Text("单位", "departments"), Text("表", "sheet"))  # fmt: skip
    for column, heading in enumerate(headings):
        sheet.write_string(top, column, say(heading, lang), looks.heading)
    for place, (wave, rows) in enumerate(waves, start=top + 1):
        sheet.write_number(place, 0, wave.number, looks.cell)
        sheet.write_string(place, 1, str(view.week(wave.week)), looks.cell)
        sheet.write_string(place, 2, view.cut_over_on(wave.week), looks.cell)
        sheet.write_number(place, 3, len(rows), looks.cell)
        sheet.write_number(place, 4, len({row.department for row in rows}), looks.cell)
        name = _sheet_name(view, wave)
        sheet.write_url(place, 5, f"internal:'{name}'!A1", looks.cell, name)


def _whole(text: Text) -> Text:
    """Says that a sentence in a department's workbook is about the plan of all."""
    return Text(f"全部单位合在一起的方案：{text.zh}", f"the plan of all departments: {text.en}")


def _sheet_name(view: PlanView, wave: Wave) -> str:
    return f"{wave.number:02d} {view.week(wave.week)}"


def _wave(book: Workbook, view: PlanView, looks: _Looks, lang: Language, wave: Wave, rows: Sequence[Row]) -> None:
    sheet = book.add_worksheet(_sheet_name(view, wave))
    _page(sheet)
    sheet.repeat_rows(2)
    sheet.freeze_panes(3, 2)
    on = view.cut_over_on(wave.week)
    zh = f"第 {wave.number} 批　{view.week(wave.week)}　割接日 {on}　{len(rows)} 个系统"
    en = f"Wave {wave.number}  {view.week(wave.week)}  cut-over on {on}  {len(rows)} systems"
    sheet.write_string(0, 0, zh if lang == "zh" else en, looks.title)
    sheet.set_row(0, 26)
    sheet.set_row(2, 30)
    note = Text(
        "按“序”进行：序号相同的可以并行；“须在其后”的系统完成并核对后再开始。",
        "In the order of “#”: equal numbers may run side by side; begin after those that a system follows.",
    )
    sheet.write_string(1, 0, say(note, lang), looks.note)
    for column, (heading, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, say(heading, lang), looks.heading)
    for place, row in enumerate(rows, start=3):
        cells = _cells(view, row, lang)
        sheet.set_row(place, _LINE_POINTS * max(map(_lines, cells, (width for _, width in _COLUMNS[1:]))) + 3)
        sheet.write_number(place, 0, row.order, looks.cell)
        for column, text in enumerate(cells, start=1):
            look = looks.late if row.late_weeks and column == 1 else looks.cell
            sheet.write_string(place, column, safe_text(text), look)
        for column in range(len(cells) + 1, len(_COLUMNS)):
            sheet.write_blank(place, column, None, looks.blank)
    sheet.autofilter(2, 0, len(rows) + 2, len(_COLUMNS) - 1)
    _signatures(sheet, len(rows) + 4, looks, lang)


def _lines(text: str, width: int) -> int:
    """Lines that a text takes in a column; wide characters count twice. Not every program fits rows by itself."""
    from rich.cells import cell_len

    return sum(max(1, -(-cell_len(line) // width)) for line in text.split("\n"))


def _signatures(sheet: Any, top: int, looks: _Looks, lang: Language) -> None:
    signs = (
        Text("系统单位确认（签字／日期）：", "For the departments (signed, date):"),
        Text("迁移实施方确认（签字／日期）：", "For the migration team (signed, date):"),
        Text("政务云管理单位放行（签字／日期）：", "Released by the cloud's management (signed, date):"),
    )
    for place, text in enumerate(signs):
        sheet.set_row(top + place, 30)
        sheet.write_string(top + place, 1, say(text, lang), looks.label)


def _cells(view: PlanView, row: Row, lang: Language) -> list[str]:
    """The cells of a system after its number in the order; what is not known stays empty."""
    late = Text(f"（晚 {row.late_weeks} 周）", f" ({row.late_weeks} weeks late)") if row.late_weeks else Text("", "")
    return [
        f"{row.name}{say(late, lang)}\n{row.system}",
        row.department_name,
        " / ".join(part for part in (str(row.mlps_level or ""), row.size_class or "") if part),
        str(view.week(row.begins)),
        _window(view, row, lang),
        _pools(view, row, lang),
        _sizes(view, row, lang),
        _relations(view, row, lang),
        _rollback(view, row, lang),
        "\n".join(row.contacts),
    ]


def _pools(view: PlanView, row: Row, lang: Language) -> str:
    main = view.pool_name(row.pool) or ""
    replica = view.pool_name(row.replica_pool)
    return main if replica is None else f"{main}\n{say(Text('灾备：', 'replica: '), lang)}{replica}"


def _sizes(view: PlanView, row: Row, lang: Language) -> str:
    """Flavours of the main place, then what main and replica hold of the pools."""
    names = [resource_name(resource, lang) for resource in view.problem.resources]
    lines = ["；".join(f"{flavor} × {count}" for flavor, count in row.servers)]
    for label, amounts in ((Text("占用：", "holds: "), row.demand), (Text("灾备：", "replica: "), row.replica_demand)):
        held = "；".join(f"{name} {amount:,}" for name, amount in zip(names, amounts, strict=False) if amount)
        lines.append(f"{say(label, lang)}{held}" if held else "")
    return "\n".join(line for line in lines if line)


def _relations(view: PlanView, row: Row, lang: Language) -> str:
    groups = [
        (Text("须在其后：", "after "), row.after), (Text("须在其前：", "before "), row.before), (Text("同周：", "same week as "), row.together),
        *((Text(f"{weeks} 周之内：", f"within {weeks} weeks of "), others) for weeks, others in row.within),
    ]  # fmt: skip
    return "\n".join(say(label, lang) + "、".join(map(view.name_of, names)) for label, names in groups if names)


def _window(view: PlanView, row: Row, lang: Language) -> str:
    """The day and how long; the hour is the department's to fill in."""
    assert row.week is not None
    on = view.cut_over_on(row.week)
    if row.cutover_hours is None:
        return say(Text(f"{view.week(row.week)}，时刻：", f"{view.week(row.week)}, from:"), lang)
    return say(Text(f"{on} 起 {row.cutover_hours} 小时，开始时刻：", f"{on}, {row.cutover_hours} hours, from:"), lang)


def _rollback(view: PlanView, row: Row, lang: Language) -> str:
    """Until when the old environment stands, and a line for the latest moment to go back."""
    assert row.week is not None
    latest = say(Text("最迟回退时刻：", "latest moment to go back:"), lang)
    if row.trial_run_weeks is None or row.retention_weeks is None:
        return latest
    weeks = row.trial_run_weeks + row.retention_weeks
    until = date.fromisoformat(view.cut_over_on(row.week)) + timedelta(weeks=weeks)
    zh = f"旧环境保留到 {until}（试运行 {row.trial_run_weeks} 周 + 保留 {row.retention_weeks} 周）；{latest}"
    en = f"old environment until {until} ({row.trial_run_weeks} weeks of trial run + {row.retention_weeks} kept); {latest}"
    return zh if lang == "zh" else en
