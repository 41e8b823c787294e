"""An import on the terminal: what was understood, what is asked, what was left out and why, and where to go from there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from catalogs.words import Text, tr
from inventory.corrections.questions import is_of_a_sheet
from inventory.ledger.columns import (
    asks_about_a_column,
    choice_of,
    place_of,
    print_columns,
    print_columns_asked,
    text_of,
)
from inventory.ledger.preview import print_beside, print_preview
from inventory.model import Gap

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from inventory.ledger.changes import Changes
    from inventory.ledger.intake import ImportedFile

SHOWN_PER_KIND = 5
MANY = 5  # questions of several files that are better answered together
_NAMED = 20  # files of a folder that are no tables

REASONS: Mapping[str, Text] = {
    "empty": Text("空行", "empty"),
    "total": Text("合计行（已用于核对）", "totals (used as checks)"),
    "footnote": Text("说明、落款", "notes, signatures"),
    "heading": Text("标题、表头", "titles, headings"),
    "machine-key": Text("字段代码行", "key row"),
    "hidden": Text("隐藏（未导入）", "hidden (not taken)"),
    "struck": Text("划了删除线（未导入）", "struck through (not taken)"),
    "classified": Text("涉密（只计数）", "classified (counted only)"),
    "duplicate": Text("重复行", "duplicates"),
    "none": Text("写明没有系统", "says that there is no system"),
    "template": Text("虚拟机模板", "templates"),
    "deleted": Text("标明删除的关联", "associations to be deleted"),
    "superseded": Text("旧表（名称写明作废）", "superseded, as its name says"),
    "not-a-ledger": Text("不是台账", "no ledger"),
}
KINDS: Mapping[str, Text] = {
    "credential": Text("账号密码（已屏蔽）", "credentials (masked)"),
    "ambiguous": Text("需要回答", "to be answered"),
    "unreadable": Text("读不懂", "unreadable"),
    "conflict": Text("前后不一致", "conflicts"),
    "missing": Text("缺少", "missing"),
    "check": Text("合计不符", "totals that do not add up"),
    "unmatched": Text("对不上", "unmatched"),
    "partial": Text("不完整", "partial"),
}


def print_import(
    console: Console, files: Sequence[ImportedFile], passed_over: Sequence[Path] = (), *, dry_run: bool, all_gaps: bool = False
) -> None:  # fmt: skip
    """Show every file, those of the folders that are no tables, then what to do next."""
    for file in files:
        _print_file(console, file, dry_run=dry_run, all_gaps=all_gaps)
    if len(files) > 1:
        _print_sum(console, files)
    if passed_over:
        names = tr("、", ", ").join(path.name for path in passed_over[:_NAMED])
        more = " ……" if len(passed_over) > _NAMED else ""
        console.print(
            tr(f"没有读的文件 {len(passed_over)}（不是表格）：", f"files not read: {len(passed_over)} (no tables): ") + names + more,
            style="yellow", markup=False, highlight=False,
        )  # fmt: skip
    _print_how_to_answer(console, [gap for file in files for gap in file.collected.gaps], files=len(files))
    if dry_run:
        console.print(tr("试运行：没有写入任何东西。", "Dry run: nothing was written."), style="bold")


def _print_file(console: Console, file: ImportedFile, *, dry_run: bool, all_gaps: bool) -> None:
    account = file.collected.accounting
    console.rule(text_of(file.path.name, "bold"), align="left", characters="─")
    details = [file.collected.source, str(account["format"])]
    if account["encoding"]:
        details.append(str(account["encoding"]))
    console.print(" · ".join(details), style="dim")
    _print_rows(console, account)
    for sheet in _list(account["sheets"]):
        print_columns(console, sheet)
    print_preview(console, file.collected.records)
    _print_gaps(console, file.collected.gaps, all_gaps=all_gaps)
    if file.correction is not None:
        lost = (
            tr("；没有保留：", "; not kept: ") + tr("、", ", ").join(map(str, file.correction.lost))
            if file.correction.lost
            else ""
        )
        console.print(
            tr(
                f"补正文件 {file.correction.name}：{file.correction.questions} 个问题{lost}",
                f"correction file {file.correction.name}: {file.correction.questions} questions{lost}",
            ),
            style="green",
        )
    _print_changes(console, file.changes, wrote=file.snapshot, dry_run=dry_run)
    _print_marks(console, file)


def _print_rows(console: Console, account: Mapping[str, Any]) -> None:
    parts = [tr(f"导入 {account['rows_recorded']}", f"{account['rows_recorded']} taken")]
    if account["rows_asked"]:
        parts.append(tr(f"待问 {account['rows_asked']}", f"{account['rows_asked']} asked"))
    parts.append(tr(f"略过 {account['rows_skipped']}", f"{account['rows_skipped']} left out"))
    console.print(
        tr(f"读了 {account['rows_read']} 行 = ", f"{account['rows_read']} rows read = ") + " + ".join(parts),
        style="bold",
    )
    if account.get("powered_off"):
        console.print(
            "  " + tr(f"其中已关机 {account['powered_off']} 台", f"{account['powered_off']} of them powered off")
        )
    reasons = [f"{REASONS[reason]} {count}" for reason, count in account["skipped"].items()]
    if reasons:
        console.print("  " + tr("略过：", "left out: ") + tr("、", ", ").join(reasons))
    for sheet in account["sheets_skipped"]:
        console.print("  " + tr(f"工作表「{sheet['sheet']}」没有读：{REASONS[sheet['reason']]}", f"sheet {sheet['sheet']!r} not read: {REASONS[sheet['reason']]}"),
                      style="yellow" if sheet["reason"] == "hidden" else "dim")  # fmt: skip


def _print_gaps(console: Console, gaps: Sequence[Gap], *, all_gaps: bool) -> None:
    for kind, label in KINDS.items():
        if kind == "ambiguous":
            print_columns_asked(console, gaps, all_gaps=all_gaps)
        groups = _grouped(
            gap for gap in gaps if gap.kind == kind and not asks_about_a_column(gap) and not is_of_a_sheet(gap)
        )
        if not groups:
            continue
        cells = sum(len(group) for group in groups)
        console.print(
            f"{label} {cells}", style="bold red" if kind in {"credential", "conflict", "check"} else "bold yellow"
        )
        for group in groups if all_gaps else groups[:SHOWN_PER_KIND]:
            _print_group(console, group)
        if not all_gaps and len(groups) > SHOWN_PER_KIND:
            more = sum(len(group) for group in groups[SHOWN_PER_KIND:])
            console.print(
                tr(f"  …… 还有 {more} 处（--all-gaps 全部列出）", f"  … {more} more (--all-gaps lists them)"),
                style="dim",
            )


def _grouped(gaps: Iterable[Gap]) -> list[list[Gap]]:
    """Questions that one answer settles stand together, the most frequent first."""
    groups: dict[object, list[Gap]] = {}
    for gap in gaps:
        groups.setdefault((gap.answer_key or gap.id) if gap.answer_key else (gap.field, gap.message.zh), []).append(gap)
    return sorted(groups.values(), key=lambda group: -len(group))


def _print_group(console: Console, group: list[Gap]) -> None:
    """The cell on the left; on the right what is wrong, the question, what may be answered and the key of the answer."""
    first = group[0]
    lines = [text_of(_said(first))]
    if len(group) > 1 and first.kind == "credential":  # every one of them has to be deleted
        lines.append(text_of(tr("、", ", ").join(place_of(gap) for gap in group), "red"))
    elif len(group) > 1:
        lines.append(text_of(tr(f"同样的还有 {len(group) - 1} 处", f"the same in {len(group) - 1} more places"), "dim"))
    if first.question and first.answer_key:
        offered = tr("、", ", ").join(choice_of(first, choice) for choice in first.choices)
        if offered:
            lines.append(text_of(tr("可答：", "choices: ") + offered, "cyan"))
        lines.append(text_of(f"{tr('答复键', 'answer key')} {first.answer_key}", "dim"))
    print_beside(console, text_of(f"  {place_of(first)}", "bold"), lines)


def _said(gap: Gap) -> str:
    """Message and question; only the question where it says the same with the cell's text in it."""
    message, question = str(gap.message), str(gap.question) if gap.question else ""
    if not question:
        return message
    fault = message.partition(tr("：", ": "))[2]
    return question if fault and question.endswith(fault) else f"{message}{tr('。', '. ')}{question}"


def _print_how_to_answer(console: Console, gaps: Sequence[Gap], *, files: int) -> None:
    asked = {gap.answer_key for gap in gaps if gap.answer_key}
    if asked:
        console.print(
            tr("回答：", "Answer with: ") + "govcloud decisions add answer '" + tr("答复键", "KEY") + "' "
            + tr("答复", "ANSWER") + " --reason … --role …" + tr("；或加 --corrections 补正 生成补正文件发回单位", "; or send correction files: --corrections DIR"),
            style="cyan", markup=False, highlight=False,
        )  # fmt: skip
    if files > 1 and len(asked) >= MANY:
        console.print(
            tr(f"{len(asked)} 个问题一起看、一起答：govcloud decisions questions 台账文件夹 --html 问题总表.html", f"all {len(asked)} questions together: govcloud decisions questions FOLDER --html questions.html"),
            style="cyan", markup=False, highlight=False, soft_wrap=True,
        )  # fmt: skip


def _print_changes(console: Console, changes: Changes, *, wrote: str | None, dry_run: bool) -> None:
    if not changes.first:
        if not (changes.new or changes.changed or changes.vanished):
            console.print(tr("与上次相比没有变化", "nothing changed since the last time"), style="green")
        for names, label in (
            (changes.new, tr("新增", "new")), (changes.changed, tr("有变化", "changed")), (changes.vanished, tr("不再出现", "vanished")),
        ):  # fmt: skip
            if names:
                console.print(
                    f"{label} {len(names)}{tr('：', ': ')}{tr('、', ', ').join(names[:8])}{' …' if len(names) > 8 else ''}"
                )
    if dry_run and 2 * len(changes.vanished) > len(changes.vanished) + changes.unchanged + len(changes.changed) > 1:
        console.print(
            tr(
                "原有的一半以上不再出现：确认以后才能入库（--confirm-vanished）",
                "more than half of what was known is gone: to take it, confirm that (--confirm-vanished)",
            ),
            style="yellow",
        )
    if wrote:
        console.print(tr(f"已入库：快照 {wrote}", f"stored: snapshot {wrote}"), style="green")
    elif not dry_run:
        console.print(
            tr("内容与库中最新快照相同，没有写入", "the same as the latest snapshot; nothing was written"),
            style="green",
        )


def _print_marks(console: Console, file: ImportedFile) -> None:
    """How many systems are classified from now on; the names of those that only may be are among those that went."""
    sure = len(file.marks) - file.may_be_classified
    if sure:
        console.print(
            tr(
                f"{sure} 个原来登记的系统在这份台账里标为涉密：只计数，今后的任何输出不再列出名称（以前月份的报告也一样）",
                f"{sure} registered systems are classified by this ledger: only counted, named in no output from now on, of earlier months neither",
            ),
            style="yellow",
        )
    if file.may_be_classified:
        console.print(
            tr(
                f"新增的涉密行认不出是哪个系统；同时不再出现的 {file.may_be_classified} 个系统都可能是它：认定前不列名称。不是的，由保密部门认定：govcloud decisions add secrecy 系统编号 非涉密 --reason … --role …",
                f"a new classified row names no known system; each of the {file.may_be_classified} systems that went may be it and is not named before a ruling. Where it is not: govcloud decisions add secrecy ID 非涉密 --reason … --role …",
            ),
            style="yellow",
        )


def _print_sum(console: Console, files: Sequence[ImportedFile]) -> None:
    total = {
        key: sum(int(str(file.collected.accounting[key])) for file in files)
        for key in ("rows_read", "rows_recorded", "rows_asked", "rows_skipped")
    }
    console.rule(tr("合计", "in all"), align="left", characters="═")
    console.print(tr(
        f"{len(files)} 个文件，读了 {total['rows_read']} 行 = 导入 {total['rows_recorded']} + 待问 {total['rows_asked']} + 略过 {total['rows_skipped']}",
        f"{len(files)} files, {total['rows_read']} rows read = {total['rows_recorded']} taken + {total['rows_asked']} asked + {total['rows_skipped']} left out",
    ), style="bold")  # fmt: skip
    waiting = [count for file in files if (count := int(str(file.collected.accounting.get("sheets_to_confirm", 0))))]
    if waiting:
        console.print(
            tr(f"{len(waiting)} 个文件里有 {sum(waiting)} 张表先要确认读法（见上面各个文件）", f"{sum(waiting)} sheets of {len(waiting)} files are to be confirmed first (see each file above)"),
            style="bold magenta",
        )  # fmt: skip


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
