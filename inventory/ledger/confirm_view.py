"""A sheet that is not plain on the terminal: why it is asked about, and how it would be read, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from catalogs.words import Text, tr
from inventory.fields import FIELDS
from inventory.ledger.preview import print_beside

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_HEADING = 26  # characters of a heading
_VALUES = 0.45  # of the width: what the values of a column get


def print_to_confirm(console: Console, sheet: Mapping[str, Any]) -> None:
    """How a sheet would be read, for one look: the doubtful columns are marked, the names come first."""
    from rich.text import Text as RichText

    asked = sheet["to_confirm"]
    name = sheet["sheet"] or tr("表", "table")
    title = (
        tr(f"「{name}」答复了读得不对，{asked['rows']} 行没有导入；请按下面的问题逐栏答复", f"{name}: answered as read wrongly, {asked['rows']} rows not taken; please answer its columns below")
        if asked["answer"]
        else tr(f"「{name}」先要确认读法：{asked['rows']} 行还没有导入", f"{name}: to be confirmed first, {asked['rows']} rows not taken yet")
    )  # fmt: skip
    console.print(RichText(title, style="bold magenta"))
    why = [RichText(f"{tr('·', '- ')}{Text.from_json(one['reason'])}") for one in asked["why"]]
    print_beside(console, RichText(tr("  为什么问", "  why"), style="dim"), why)
    console.print(
        RichText(tr("  会这样读（？是拿不准的栏）", "  it would be read so (? marks what is doubtful)"), style="dim")
    )
    console.print(_columns(asked, console.width))
    stored = tr("，", ", ").join(
        f"{FIELDS[key].label}\u00a0{value}{_unit(key)}" for key, value in asked["first_record"].items()
    )
    print_beside(console, RichText(tr("  第一条会存成", "  first record"), style="dim"), [RichText(stored)])
    lines = [
        RichText(tr("这样读对吗？可答：对、不对", "is this reading right? choices: 对 (yes), 不对 (no)"), style="cyan")
    ]
    if asked["questions_later"]:
        count = asked["questions_later"]
        lines.append(
            RichText(
                tr(f"确认以后还有 {count} 格要问", f"when it is confirmed, {count} cells are asked about"), style="dim"
            )
        )
    lines.append(RichText(f"{tr('答复键', 'answer key')} {asked['answer_key']}", style="dim"))
    print_beside(console, RichText(""), lines)


def _unit(name: str) -> str:
    unit = FIELDS[name].unit or ""
    return "" if unit == str(FIELDS[name].label) else unit


def _columns(asked: Mapping[str, Any], width: int) -> Table:
    """Place and heading, the field, and the first values as they would be stored."""
    from rich.table import Table
    from rich.text import Text as RichText

    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1))
    doubtful = {place for one in asked["why"] for place in one["columns"]}
    table.add_column(width=2)
    table.add_column(overflow="fold", no_wrap=False)
    table.add_column(overflow="fold", style="bold")
    table.add_column(overflow="fold", max_width=max(20, int(width * _VALUES)))
    for column in asked["columns"]:
        mark = tr("？", "?") if column["column"] in doubtful else ""
        heading = " ".join(str(column["heading"]).split()) or tr("（没有表头）", "(no heading)")
        heading = heading if len(heading) <= _HEADING else f"{heading[: _HEADING - 1]}…"
        known = FIELDS[column["field"]]
        values = tr("、", ", ").join(column["samples"])
        if not values:
            private = known.type in ("person", "phone")
            values = (
                tr("（人名、电话不显示）", "(people are not shown)") if private else tr("（没有值）", "(no values)")
            )
        table.add_row(
            RichText(mark, style="bold yellow"), RichText(f"{column['column']} {heading}"), RichText(f"→ {known.label}"),
            RichText(values, style="" if column["samples"] else "dim"),
        )  # fmt: skip
    return table
