"""The columns of an import on the terminal: what each was read as, why others were not, and which are asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from catalogs.words import Text, tr
from inventory.collectors.columns.vocabulary import IGNORE
from inventory.fields import FIELDS
from inventory.ledger.confirm_view import print_to_confirm
from inventory.ledger.preview import print_beside
from inventory.model import Gap

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as RichText

WHY: Mapping[str, Text] = {
    "serial": Text("序号", "row numbers"),
    "no-heading": Text("没有表头", "no heading"),
    "unit": Text("左边一栏的单位", "unit of the column on its left"),
    "sum": Text("各区的合计", "sum of the zones"),
    "label": Text("栏目的名称", "names the labels"),
    "operation": Text("只看是不是删除", "only whether it deletes"),
    "unknown": Text("不认识", "unknown"),
    "asked": Text("已提问", "asked below"),
    "duplicate": Text("与另一栏同义", "same meaning as another column"),
    "hidden": Text("隐藏", "hidden"),
    "credential": Text("账号密码，不读", "credentials, never read"),
    "ignored": Text("按回答不读", "ignored as answered"),
    "empty": Text("没有内容", "no content"),
}


def print_columns(console: Console, sheet: Mapping[str, Any]) -> None:
    """What each column of a sheet was read as, and why the others were not read; of a sheet to be confirmed how it would be."""
    asked = sheet.get("to_confirm")
    waits = asked is not None and bool(asked["rows"])
    if waits:
        print_to_confirm(console, sheet)
    used, ignored = sheet["columns_used"], sheet["columns_ignored"]
    rows = ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in sheet["heading_rows"])
    name = sheet["sheet"] or tr("表", "table")
    dept = sheet["department"] or tr("逐行注明", "named in the rows")
    is_form = any(column["column"][-1:].isdigit() for column in used)
    where = tr("是登记表", "a form") if is_form else tr(f"表头在第 {rows} 行", f"headings in row {rows}")
    if not rows:  # paragraphs that tell of systems: each is a question
        console.print(
            tr(f"「{name}」是文字材料，没有表头，一栏也没有读", f"{name}: prose without headings; no column was read")
        )
        return
    if not waits:
        console.print(tr(f"「{name}」{where}，单位：{dept}，读 {len(used)} 栏，未读 {len(ignored)} 栏",
                         f"{name}: {where}, department: {dept}, {len(used)} columns read, {len(ignored)} not"))  # fmt: skip
        console.print(_column_table(used, console.width))
    if asked is not None and not waits:
        console.print("  " + tr("读法已确认", "this reading is confirmed"), style="dim")
    if ignored:
        listed = [f"{c['column']} {_short(c['heading'])}（{_why(c)}）" for c in ignored if c["why"] != "asked"]
        if asked := [c["column"] for c in ignored if c["why"] == "asked"]:
            places = tr("、", ", ").join(asked)
            listed.insert(0, tr(f"提问 {len(asked)} 栏（{places}）", f"{len(asked)} asked below ({places})"))
        console.print("  " + tr("未读：", "not read: ") + tr("；", "; ").join(listed), style="yellow")


def _column_table(used: Sequence[Mapping[str, Any]], width: int) -> Table:
    """What each column was read as, in as many columns as the terminal has room for."""
    from rich.table import Table

    count = max(1, min(4, width // 38))
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1))
    for _ in range(count):
        table.add_column(overflow="fold", ratio=1)
    times = Counter(column["field"] for column in used)
    cells = [_column_cell(column, is_one_of_many=times[column["field"]] > 1) for column in used]
    rows = -(-len(cells) // count)
    for at in range(rows):
        table.add_row(*(cells[at + rows * k] if at + rows * k < len(cells) else "" for k in range(count)))
    return table


def _column_cell(column: Mapping[str, Any], *, is_one_of_many: bool) -> str:
    """`T 备注`, or `G 承建单位/联系人 → 承建单位联系人` where the heading says it otherwise; parents only where they decide."""
    known = FIELDS[column["field"]]
    parts = str(column["heading"]).split(" / ")
    while len(parts) > 1 and parts[-1].strip().lower() == column["unit"]:
        parts.pop()  # a row of units below the headings
    own = "/".join(parts[-2:]) if known.group == "people" or is_one_of_many else parts[-1]
    own = own or tr("（没有表头）", "(no heading)")
    meaning = "" if _short(own) == str(known.label) else f" → {known.label}"
    return f"{column['column']} {_short(own)}{meaning}{_unit(column)}"


def _unit(column: Mapping[str, Any]) -> str:
    return tr(f"（{column['unit']}）", f" ({column['unit']})") if column["unit"] else ""


SHOWN_COLUMNS = 5  # of those asked about, in full; the others by name


def asks_about_a_column(gap: Gap) -> bool:
    """Whether a question is about a whole column that was not read."""
    return "|heading|" in (gap.answer_key or "") and IGNORE in gap.choices and gap.choices[0] != "secret"


def print_columns_asked(console: Console, gaps: Sequence[Gap], *, all_gaps: bool) -> None:
    """The columns that hold something and were not understood: the first in full, the others by name."""
    by_key = {gap.answer_key: gap for gap in reversed(gaps) if asks_about_a_column(gap)}
    asked = [gap for gap in gaps if by_key.get(gap.answer_key) is gap]
    if not asked:
        return
    title = tr(f"没有读懂的栏 {len(asked)}（各问一次，以后各月都算数；答任一字段名，不要的答 {IGNORE}）", f"columns not understood: {len(asked)} (each is asked once; answer with any field, or {IGNORE})")  # fmt: skip
    console.print(title, style="bold yellow")
    shown = asked if all_gaps else asked[:SHOWN_COLUMNS]
    for gap in shown:
        said = str(gap.message).partition(tr("；可能是：", "; perhaps: "))[0].replace(" 格，", "格，")
        offered = tr("、", ", ").join(choice_of(gap, choice) for choice in gap.choices)
        lines = [text_of(said)]
        if len(gap.choices) > 1:
            lines.append(text_of(tr("可答：", "choices: ") + offered, "cyan"))
        lines.append(text_of(f"{tr('答复键', 'answer key')} {gap.answer_key}", "dim"))
        print_beside(console, text_of(f"  {place_of(gap)}", "bold"), lines)
    if rest := asked[len(shown) :]:
        names = tr("、", ", ").join(f"{gap.origin.column} {_short(gap.raw or '', 12)}".strip() for gap in rest)
        more = tr(f"还有 {len(rest)} 栏：{names}（--all-gaps 全部列出）", f"{len(rest)} more: {names} (--all-gaps shows them in full)")  # fmt: skip
        print_beside(console, text_of(""), [text_of(more, "dim")])


def _why(column: Mapping[str, Any]) -> str:
    return str(WHY.get(column["why"], column["why"]))


def _short(heading: str, width: int = 24) -> str:
    plain = " ".join(heading.split())
    return plain if len(plain) <= width else f"{plain[: width - 1]}…"


def text_of(plain: str, style: str = "") -> RichText:
    """A text of a stranger, never taken for markup."""
    from rich.text import Text as RichText

    return RichText(plain, style=style)


def place_of(gap: Gap) -> str:
    """Where a gap stands: `普查表!K12`."""
    cell = f"{gap.origin.column or ''}{gap.origin.row or ''}"
    sheet = gap.origin.sheet or ""
    return f"{sheet}!{cell}" if sheet and cell else sheet or cell


def choice_of(gap: Gap, choice: str) -> str:
    """A field's name with what it is called: `status（系统状态）`."""
    if gap.answer_key is None or "|heading|" not in gap.answer_key:
        return choice
    label = (
        tr("不需要这一栏", "not needed") if choice == IGNORE else str(FIELDS[choice].label) if choice in FIELDS else ""
    )
    return tr(f"{choice}（{label}）", f"{choice} ({label})") if label else choice
