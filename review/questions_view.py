"""The questions and the check of answers on the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from catalogs.words import Text, tr
from inventory.ledger.answers import REFUSED, TO_DECIDE, Checked, counts_of
from inventory.ledger.questions import KINDS, MERGED, Asked, FileQuestions, Question, label_of, read_as
from inventory.ledger.waiting import waiting_sheets
from review.questions_xlsx import also, worded

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text as RichText

SHOWN = 20  # refused answers in full
_SAMPLES = 3
VERDICTS: Mapping[str, Text] = {
    "new": Text("写入", "to be decided"),
    "changed": Text("改答", "changed"),
    "same": Text("早已这样决定", "decided so already"),
    "conflict": Text("与后来的决定冲突", "conflicts with a later decision"),
    "stale": Text("文件变过", "file changed"),
    "elsewhere": Text("不是这里的问题", "not asked here"),
    "gone": Text("已不再问", "asked no longer"),
    "invalid": Text("不是可选的答复", "no choice"),
    "doubled": Text("答了两种", "answered twice"),
}


def print_questions(console: Console, asked: Asked, *, in_full: bool, made: Sequence[Path], given: str) -> None:
    """A line for each file, the kinds in all, then what to do; each question as well where that is wanted."""
    waiting = [file for file in asked.files if file.questions]
    if in_full:
        for file in waiting:
            _print_file(console, file)
    elif waiting:
        _print_table(console, waiting)
    _print_sums(console, asked, waiting)
    for path in made:
        console.print(tr(f"已写 {path}", f"written: {path}"), style="green")
    if waiting:
        source = "" if asked.from_store else f" {given}"
        if not made:
            console.print(_plain(tr(f"一起答：govcloud decisions questions{source} --html 问题总表.html（或 --out 问题总表.xlsx）", f"answer them together: govcloud decisions questions{source} --html questions.html (or --out questions.xlsx)"), "cyan"), soft_wrap=True)  # fmt: skip
        else:
            console.print(_plain(tr(f"答完：govcloud decisions answer --file 答复.json{source}（先预览，加 --yes 写入）", f"then: govcloud decisions answer --file answers.json{source} (a preview; --yes decides)"), "cyan"), soft_wrap=True)  # fmt: skip


def _print_table(console: Console, files: Sequence[FileQuestions]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(tr("单位", "department"), overflow="fold", max_width=max(14, console.width // 5))
    table.add_column(tr("文件", "file"), overflow="fold", max_width=max(16, console.width // 4))
    table.add_column(tr("问题", "asked"), justify="right", no_wrap=True)
    table.add_column(tr("等着的行", "rows"), justify="right", no_wrap=True)
    table.add_column(tr("格", "cells"), justify="right", no_wrap=True)
    table.add_column(tr("问什么", "what is asked"), overflow="fold", ratio=1)
    for file in files:
        rows, cells = _rows(file.questions), sum(one.cells for one in file.questions)
        table.add_row(
            _plain(file.department), _plain(file.file), str(len(file.questions)), _plain(str(rows) if rows else "", "bold yellow" if rows else ""),
            str(cells) if cells else "", _plain(_kinds(file.questions)),
        )  # fmt: skip
    console.print(table)


def _kinds(questions: Sequence[Question]) -> str:
    counts = Counter(one.kind for one in questions)
    return tr("、", ", ").join(f"{_short_kind(kind)} {counts[kind]}" for kind in KINDS if counts[kind])


_SHORT: Mapping[str, Text] = {
    "reading": Text("整张表", "sheet"), "names": Text("名称栏", "names"), "department": Text("哪个单位", "whose"), "secrecy": Text("涉密否", "secrecy"),
    "column": Text("栏目", "column"), "unit": Text("计量单位", "unit"), "same": Text("同一个否", "same"), "link": Text("属于哪个系统", "whose server"), "conflict": Text("以哪个为准", "which holds"), "cell": Text("单元格", "cell"),
}  # fmt: skip


def _short_kind(kind: str) -> str:
    return str(_SHORT[kind])


def _rows(questions: Sequence[Question]) -> int:
    return sum(one.rows for one in questions)


def _print_sums(console: Console, asked: Asked, waiting: Sequence[FileQuestions]) -> None:
    questions = [one for file in waiting for one in file.questions]
    if not questions:
        console.print(tr("没有等着答复的问题", "nothing waits for an answer"), style="green")
    else:
        rows, cells = _rows(questions), sum(one.cells for one in questions)
        ledgers = len({name for one in questions if one.source != MERGED for name in (one.file, *one.others)})
        console.print(_plain(tr(f"{ledgers} 份台账，{len(questions)} 个问题：{rows} 行还没有导入，{cells} 格没有取值", f"{ledgers} ledgers, {len(questions)} questions: {rows} rows not taken, {cells} cells without a value"), "bold"))  # fmt: skip
        console.print(_plain("  " + _kinds(questions), "dim"))
    to_correct = sum(file.to_correct for file in asked.files)
    if to_correct:
        console.print(_plain(tr(f"另有 {to_correct} 处只能改原表（collect ledger --dry-run 列出，--corrections 发回单位）", f"{to_correct} more places can only be mended in the ledgers (collect ledger --dry-run lists them)"), "dim"))  # fmt: skip
    if asked.others:
        console.print(_plain(tr("不是表格、没有读：", "no tables, not read: ") + tr("、", ", ").join(asked.others[:20]), "yellow"))  # fmt: skip


def _print_file(console: Console, file: FileQuestions) -> None:
    console.rule(_plain(f"{file.department} · {file.file}", "bold"), align="left", characters="─")
    sheets = {sheet.sheet: sheet for sheet in waiting_sheets(file)}
    told: set[str] = set()
    for question in file.questions:
        sheet = sheets.get(question.sheet)
        place = f"{question.sheet}!{question.cell}".strip("!") if question.sheet or question.cell else question.file
        waits = tr(f"（{question.rows} 行等着）", f" ({question.rows} rows wait)") if question.rows else tr(f"（{question.cells} 格）", f" ({question.cells} cells)") if question.cells else ""  # fmt: skip
        console.print(_plain(f"{place}  {_short_kind(question.kind)}{waits}", "bold magenta" if question.kind == "reading" else "bold"))  # fmt: skip
        console.print(_plain(f"  {worded(question)}{also(question)}"))
        if question.kind == "reading" and sheet is not None and sheet.sheet not in told:
            told.add(sheet.sheet)
            for column in sheet.columns:
                if column.field is None:
                    continue
                mark = tr("？", "? ") if column.doubtful else "  "
                samples = tr("、", ", ").join(column.samples[:_SAMPLES])
                console.print(_plain(f"    {mark}{column.column} {column.heading} → {read_as(column.field)}{tr('：', ': ') + samples if samples else ''}", "yellow" if column.doubtful else ""))  # fmt: skip
        offered = tr("、", ", ").join(f"{value}" if str(label_of(value, question)) == value else f"{value}（{label_of(value, question)}）" for value in question.choices)  # fmt: skip
        if offered:
            console.print(_plain("  " + tr("可答：", "choices: ") + offered + (tr("，或任一字段", ", or any field") if question.any_field else tr("，或任一系统", ", or any system") if question.systems else tr("，或直接填写", ", or any text") if question.is_free else ""), "cyan"))  # fmt: skip
        if question.told_key:
            console.print(_plain(f"  {tr('答复键', 'answer key')} {question.told_key}", "dim"), soft_wrap=True)
        if question.answered:
            console.print(_plain("  " + tr(f"现在的答复：{question.answered}", f"answered now: {question.answered}"), "dim"))  # fmt: skip


# --- answers ----------------------------------------------------------------------------------------------------


def print_checked(
    console: Console, checked: Sequence[Checked], after: Asked | None, before: Asked, *, wrote: int | None, command: str, again: Sequence[Question]
) -> None:  # fmt: skip
    """What is or would be decided, what is refused and why, and which files can be taken then."""
    counts = counts_of(checked)
    total = tr("、", ", ").join(f"{VERDICTS[name]} {counts[name]}" for name in VERDICTS if counts[name])
    console.print(
        _plain(tr(f"{len(checked)} 个答复：{total or '没有'}", f"{len(checked)} answers: {total or 'none'}"), "bold")
    )
    good = [one for one in checked if one.verdict in TO_DECIDE]
    _print_good(console, good, wrote is not None)
    refused = [one for one in checked if one.verdict in REFUSED]
    for one in refused[:SHOWN]:
        place = f"{one.question.file} {one.question.sheet}!{one.question.cell}".rstrip("!") if one.question else one.answer.file  # fmt: skip
        console.print(_plain(tr(f"不收 {one.answer.where}（{place}）：{one.why}", f"refused {one.answer.where} ({place}): {one.why}"), "red"))  # fmt: skip
    if len(refused) > SHOWN:
        console.print(_plain(tr(f"…… 还有 {len(refused) - SHOWN} 个不收（--json 全部列出）", f"… {len(refused) - SHOWN} more refused (--json lists all)"), "red"))  # fmt: skip
    for question in again[:SHOWN]:
        console.print(_plain(tr(f"答了仍要问：{question.file} {question.sheet}!{question.cell} {question.question}", f"asked all the same: {question.file} {question.sheet}!{question.cell} {question.question}"), "yellow"))  # fmt: skip
    if after is not None:
        _print_effect(console, before, after)
    if wrote is not None:
        console.print(_plain(tr(f"已写入 {wrote} 个决定", f"{wrote} decisions written"), "bold green"))
        if command:
            console.print(_plain(tr(f"现在可以收：{command}", f"now take them: {command}"), "cyan"), soft_wrap=True)
    elif good:
        console.print(_plain(tr("预览：没有写入。写入加 --yes --role … --reason …", "A preview: nothing was written. To decide: --yes --role … --reason …"), "bold"))  # fmt: skip


def _print_good(console: Console, good: Sequence[Checked], wrote: bool) -> None:  # noqa: FBT001 - one caller
    by_file: dict[str, list[Checked]] = {}
    for one in good:
        by_file.setdefault(one.question.file if one.question else "", []).append(one)
    for file, own in by_file.items():
        said = tr("、", ", ").join(_said(one) for one in own[:6])
        more = tr(f" 等 {len(own)} 个", f" … {len(own)}") if len(own) > 6 else ""
        console.print(_plain(f"  {file}{tr('：', ': ')}{said}{more}", "" if wrote else "green"))


def _said(one: Checked) -> str:
    assert one.question is not None
    assert one.value is not None
    where = one.question.cell or one.question.sheet
    return f"{where} {_short_kind(one.question.kind)} → {label_of(one.value, one.question)}".strip()


def _print_effect(console: Console, before: Asked, after: Asked) -> None:
    """Rows taken before and with these answers, of the files that they change."""
    from rich.table import Table

    then = {(file.file, file.source.removesuffix(":servers")): file for file in after.files}
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(tr("照这些答复读", "read with these answers"), overflow="fold")
    for name in (tr("导入的行", "rows taken"), tr("还等着的行", "rows waiting"), tr("还有几问", "questions left")):
        table.add_column(name, justify="right")
    for file in before.files:
        now = then.get((file.file, file.source.removesuffix(":servers")))
        if now is not None:
            table.add_row(_plain(file.file), f"{file.rows_recorded} → {now.rows_recorded}", str(now.rows_asked), str(len(now.questions)))  # fmt: skip
    console.print(table)
    for file in after.files:
        if file.vanished:
            console.print(_plain(tr(f"{file.file}：照这些答复收，库里有 {file.vanished} 个系统不再出现；确实如此的，收的时候加 --confirm-vanished", f"{file.file}: taken with these answers, {file.vanished} systems of the store vanish; if that is right, take it with --confirm-vanished"), "yellow"))  # fmt: skip
    for name, text in after.broken:
        console.print(_plain(f"{name}{tr('：', ': ')}{text}", "red"))


def _plain(text: str, style: str = "") -> RichText:
    """A text of a stranger, never taken for markup."""
    from rich.text import Text as RichText

    return RichText(text, style=style)
