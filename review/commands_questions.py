"""`decisions questions | answer`: everything that waits for an answer at once, and many answers at once."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogs.console import LOCAL_ZONE, Run, common
from catalogs.errors import CheckFailed, Partial, UsageError
from catalogs.words import language, tr
from inventory.commands.collect import ledger_files
from inventory.ledger.answers import REFUSED, TO_DECIDE, Checked, check_answers, counts_of, to_decide
from inventory.ledger.merge_questions import is_of_merge
from inventory.ledger.questions import KINDS, Asked, Question
from inventory.ledger.waiting import HowToRead, answers_decided, asked_in_files, asked_in_store
from review.answers_file import answers_in_file

if TYPE_CHECKING:
    from rich.console import Console

QUESTIONS = "govcloud/questions/2"
CHECKED = "govcloud/answers-checked/1"
_LISTED = 8  # files that the command to take them names one by one


@click.command(
    help=tr(
        "等着答复的问题总表：按单位、文件列出，等着多少行；写成工作簿或网页，一起答。给出台账就重新读（不写入），不给就看存储里最近收的。",
        "All questions that wait for an answer, by department and file; as a workbook or page to answer them together. "
        "With ledgers they are read again (nothing is written), without them the store's latest are looked at.",
    ),
    epilog=tr(
        "例：govcloud decisions questions 台账/ --html 问题总表.html；只看一种：--kind reading；逐问列出：--list",
        "Example: govcloud decisions questions ledgers/ --html questions.html; one kind only: --kind reading; each by itself: --list",
    ),
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="XLSX",
    help=tr("写成工作簿，有下拉框", "write a workbook with drop-downs"),
)
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="HTML",
    help=tr("写成网页，旁边是原表的前几行；不联网", "write a page with the first rows of each sheet; needs no network"),
)
@click.option(
    "--only",
    metavar="TEXT",
    help=tr("只看单位或文件名里有这几个字的", "only departments or files with this in their names"),
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(list(KINDS)),
    help=tr("只看一种问题，可重复", "only one kind of question; may be repeated"),
)
@click.option(
    "--list",
    "in_full",
    is_flag=True,
    help=tr("逐问列出，不只每份文件一行", "list each question, not only a line for each file"),
)
@click.option(
    "--department",
    metavar="NAME",
    help=tr("文件属于哪个单位（同 collect ledger）", "whose ledger it is (as in collect ledger)"),
)
@click.option(
    "--source", metavar="NAME", help=tr("来源名称（同 collect ledger）", "name of the source (as in collect ledger)")
)
@click.option(
    "--include-hidden", is_flag=True, help=tr("隐藏的行、列、工作表也读", "read hidden rows, columns and sheets too")
)
@common
def questions(
    run: Run, files: tuple[Path, ...], out: Path | None, page: Path | None, only: str | None, kinds: tuple[str, ...], in_full: bool,  # noqa: FBT001 - click passes flags by name
    department: str | None, source: str | None, include_hidden: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    """Ask what waits and show it; write the workbook and the page."""
    how = HowToRead(department=department, source=source, include_hidden=include_hidden)
    whole = _asked(run, files, how, heads=page is not None or run.as_json)
    asked = whole.only(department=only, kinds=kinds)
    made = _write(run, asked, out, page)

    def human(console: Console) -> None:
        from review.questions_view import print_questions

        print_questions(console, asked, in_full=in_full, made=made, given=_quoted(files))

    missing = Partial(*_broken(asked)).message if asked.broken else None
    run.show(QUESTIONS, asked.as_json(), human=human, complete=not asked.broken, missing=missing)


@click.command(
    help=tr(
        "收回一批答复：先预览会决定什么、不收什么、为什么；加 --yes 才写入，要么全部，要么一个不写。",
        "Take many answers: first what would be decided, what is refused and why; --yes decides, all or nothing.",
    ),
    epilog=tr(
        "例：govcloud decisions answer --file 答复.json 台账/；看过以后：… --yes --role 经办 --reason 对过原表",
        "Example: govcloud decisions answer --file answers.json ledgers/; then once more with --yes --role clerk --reason compared",
    ),
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--file",
    "given",
    multiple=True,
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="ANSWERS",
    help=tr(
        "答复文件：网页存的 .json、填好的 .xlsx 或 .csv；可重复",
        "file of answers: .json of the page, the workbook, or .csv; may be repeated",
    ),
)
@click.option("--yes", is_flag=True, help=tr("写入决定", "decide"))
@click.option("--role", help=tr("以什么身份（写入时要）", "in which role (needed to decide)"))
@click.option("--reason", help=tr("原因（写入时要）", "why (needed to decide)"))
@click.option(
    "--skip-refused", is_flag=True, help=tr("有不收的也写入其余的", "decide the others although some are refused")
)
@click.option(
    "--allow-changed",
    is_flag=True,
    help=tr("文件变过、仍问同样问题的也收", "also where the file has changed and still asks the same"),
)
@click.option(
    "--department",
    metavar="NAME",
    help=tr("文件属于哪个单位（同 collect ledger）", "whose ledger it is (as in collect ledger)"),
)
@click.option(
    "--source", metavar="NAME", help=tr("来源名称（同 collect ledger）", "name of the source (as in collect ledger)")
)
@click.option(
    "--include-hidden", is_flag=True, help=tr("隐藏的行、列、工作表也读", "read hidden rows, columns and sheets too")
)
@common
def answer(
    run: Run, files: tuple[Path, ...], given: tuple[Path, ...], yes: bool, role: str | None, reason: str | None, skip_refused: bool, allow_changed: bool,  # noqa: FBT001 - click passes flags by name
    department: str | None, source: str | None, include_hidden: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    """Check all answers, then write them as decisions in one transaction."""
    if yes and not (role and reason):
        raise UsageError("写入决定要写明 --role 和 --reason", "to decide, --role and --reason are needed")
    answers = [one for path in given for one in answers_in_file(path)]
    how = HowToRead(department=department, source=source, include_hidden=include_hidden)
    head = _head(run)
    asked = _asked(run, files, how, heads=False)
    checked = check_answers(answers, asked, answers_decided(run), allow_changed=allow_changed)
    refused = [one for one in checked if one.verdict in REFUSED]
    wrote = _decide(run, checked, role or "", reason or "", head) if yes and (skip_refused or not refused) else None
    paths = _paths_of(files, checked)
    after, before = _effect(run, asked, checked, paths, how)
    again = _again(checked, after)
    command = _command(files, paths, checked)

    def human(console: Console) -> None:
        from review.questions_view import print_checked

        print_checked(console, checked, after, before, wrote=wrote, command=command, again=again)

    data = {
        "wrote": wrote, "counts": dict(sorted(counts_of(checked).items())), "answers": [one.as_json() for one in checked],
        "asked_again": [one.id for one in again], "command": command or None,
        "files": [{"file": one.file, "rows_recorded": one.rows_recorded, "rows_asked": one.rows_asked, "questions": len(one.questions), "vanished": one.vanished} for one in after.files] if after else [],
    }  # fmt: skip
    run.show(CHECKED, data, human=human)
    if refused and not (yes and skip_refused):
        raise CheckFailed(
            f"{len(refused)} 个答复不收，一个也没有写入" if yes else f"{len(refused)} 个答复不收",
            f"{len(refused)} answers refused, nothing was written" if yes else f"{len(refused)} answers are refused",
        )


def _asked(run: Run, files: Sequence[Path], how: HowToRead, *, heads: bool) -> Asked:
    if not files:
        return asked_in_store(run)
    paths, others = ledger_files(tuple(files))
    if how.source is not None and len(paths) > 1:
        raise UsageError("--source 只能用于一个文件", "--source needs a single file")
    return asked_in_files(run, paths, others, how, heads=heads)


def _write(run: Run, asked: Asked, out: Path | None, page: Path | None) -> list[Path]:
    made_on = f"{run.as_of.astimezone(LOCAL_ZONE):%Y-%m-%d}"
    made = []
    if out is not None:
        from review.questions_xlsx import write_questions_workbook

        if out.suffix.lower() != ".xlsx":
            raise UsageError("--out 的文件名以 .xlsx 结尾", "--out ends with .xlsx")
        write_questions_workbook(asked, out, made_on)
        made.append(out)
    if page is not None:
        from inventory.commands.cloud import version
        from review.questions_page import questions_page

        page.write_text(questions_page(asked, language(), version=version(), made_on=made_on), encoding="utf-8")
        made.append(page)
    return made


def _head(run: Run) -> str | None:
    from inventory.ledger.intake import optional_store

    with optional_store(run.store) as store:
        return store.decisions_head() if store is not None else None


def _decide(run: Run, checked: Sequence[Checked], role: str, reason: str, head: str | None) -> int:
    from inventory.storage.store import open_store

    made = to_decide(checked, actor=run.actor, role=role, reason=reason, at=run.as_of)
    if made:
        with open_store(run.store, create=True) as store:
            store.add_decisions(made, after=head)
    return len(made)


def _paths_of(files: Sequence[Path], checked: Sequence[Checked]) -> list[Path]:
    """The files that the good answers are about, of those that were named."""
    if not files:
        return []
    wanted = {one.question.file for one in checked if one.question is not None and one.verdict in TO_DECIDE}
    return [path for path in ledger_files(tuple(files))[0] if path.name in wanted]


def _effect(run: Run, asked: Asked, checked: Sequence[Checked], paths: Sequence[Path], how: HowToRead) -> tuple[Asked | None, Asked]:  # fmt: skip
    """What these files ask with the answers, and what they asked before."""
    names = {path.name for path in paths}
    before = Asked(files=tuple(file for file in asked.files if file.file in names))
    if not paths:
        return None, before
    more = {
        one.question.key: str(one.value) for one in checked if one.question is not None and one.verdict in TO_DECIDE
    }
    with_answers = HowToRead(
        department=how.department, source=how.source, include_hidden=how.include_hidden, more_answers=more
    )
    return asked_in_files(run, paths, (), with_answers, heads=False, merged=False), before


def _again(checked: Sequence[Checked], after: Asked | None) -> list[Question]:
    """Questions that are asked although they are answered: the answer could not be used. A sheet that is read wrongly waits on."""
    answered = {one.question.id for one in checked if one.question is not None and one.verdict in TO_DECIDE and one.value != "不对"}  # fmt: skip
    return [one for one in after.questions if one.id in answered] if after is not None else []


def _command(files: Sequence[Path], paths: Sequence[Path], checked: Sequence[Checked]) -> str:
    """The command that takes what has changed: these files, or the whole folder, of which unchanged ones stay as they are."""
    if not any(one.verdict in TO_DECIDE or one.verdict == "same" for one in checked if not _is_merged(one)):
        return ""  # answers about the merge hold at once
    if not files:
        return tr(
            "govcloud collect ledger 台账文件夹（没有变的不会再写）",
            "govcloud collect ledger FOLDER (what has not changed is not written again)",
        )
    named = [str(path) for path in paths] if 0 < len(paths) <= _LISTED else [str(path) for path in files]
    return f"govcloud collect ledger {' '.join(map(_word, named))}"


def _is_merged(one: Checked) -> bool:
    """Whether an answer is about the merge of all sources, not about a ledger."""
    key = one.question.key if one.question is not None else one.before.subject if one.before is not None else ""
    return is_of_merge(key)


def _quoted(files: Sequence[Path]) -> str:
    return " ".join(_word(str(path)) for path in files)


def _word(text: str) -> str:
    """A word of a command line, in quotation marks only where a shell needs them; Chinese needs none."""
    return text if re.fullmatch(r"[\w./+-]+", text) else shlex.quote(text)


def _broken(asked: Asked) -> tuple[str, str]:
    zh = "\n".join(f"  {text.zh}" for _, text in asked.broken)
    en = "\n".join(f"  {text.en}" for _, text in asked.broken)
    return f"{len(asked.broken)} 个文件没有读成：\n{zh}", f"{len(asked.broken)} files could not be read:\n{en}"
