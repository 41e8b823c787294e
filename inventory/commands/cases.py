"""`zombies case open | step | list | show`: from suspicion to released resources, every step a recorded decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from catalogs.console import LazyGroup, Run, common
from catalogs.errors import UsageError
from catalogs.words import Text, tr
from inventory.zombies.cases import ENDED, STEPS, Case

if TYPE_CHECKING:
    from inventory.commands.case_docket import Docket, Step
    from inventory.model import System
    from inventory.storage.decisions import Decision
    from inventory.zombies.verdict import Verdict

SCHEMA = "govcloud/cases/2"
Function = TypeVar("Function", bound=Callable[..., Any])


@click.group(
    cls=LazyGroup,
    table={
        "letter": ("report.commands_letter:letter", Text("写核实通知（docx、HTML）", "write the notice (docx, HTML)"))
    },
    help=tr(
        "僵尸案卷：立案、通知、答复或异议、确认、备份、关停、释放、结案；每一步都是人的决定。",
        "Zombie cases: every step is a person's decision.",
    ),
)
def case() -> None:
    """Group of the commands on cases."""


_dry_run = click.option("--dry-run", is_flag=True, help=tr("只预览，不写入", "only a preview, nothing is written"))
_department = click.option(
    "--department",
    metavar="NAME",
    help=tr("只看一个单位（名称的一部分）", "only one department, by a part of its name"),
)
_role = click.option("--role", required=True, help=tr("以什么身份", "in which role"))


@case.command(
    name="open",
    help=tr(
        "对疑似系统立案，可以一次多个：写明系统，或用 --suspected 取全部疑似而未立过案的。",
        "Open cases on suspected systems, many at once: name them, or take all suspected ones without a case by --suspected.",
    ),
    epilog=tr(
        "例：govcloud zombies case open --suspected --role 科员 --dry-run",
        "Example: govcloud zombies case open --suspected --role clerk --dry-run",
    ),
)
@click.argument("systems", metavar="[SYSTEM]...", nargs=-1)
@click.option(
    "--suspected", is_flag=True, help=tr("全部疑似而未立过案的", "all that are suspected and had no case yet")
)
@_department
@click.option("--reason", help=tr("原因（默认写入判定依据）", "why (default: the verdict's evidence)"))
@_role
@_dry_run
@common
def open_(
    run: Run, systems: tuple[str, ...], suspected: bool, department: str | None, reason: str | None, role: str, dry_run: bool  # noqa: FBT001 - click passes flags by name
) -> None:  # fmt: skip
    """Only where the rules suspect it, or somebody says why."""
    from inventory.commands.case_docket import Step, find_system, read_docket
    from inventory.commands.zombies import read_verdicts

    if bool(systems) == (suspected or department is not None):
        raise UsageError(
            "写明要立案的系统，或用 --suspected（可加 --department）", "name systems, or use --suspected (with or without --department)"
        )  # fmt: skip
    verdicts, known = read_verdicts(run)
    docket = read_docket(run)
    judged = {verdict.system_id: verdict for verdict in verdicts}
    chosen = (
        [find_system(known, one) for one in dict.fromkeys(systems)]
        if systems
        else _without_case(docket, known, judged, department)
    )
    _take(run, docket, [
        Step(system_id=one.id, name="opened", reason=reason or _why(one, judged[one.id]), role=role) for one in chosen
    ], dry_run=dry_run)  # fmt: skip


def _without_case(
    docket: Docket, systems: Mapping[str, System], judged: Mapping[str, Verdict], department: str | None
) -> list[System]:
    """All suspected systems that never had a case: one that was withdrawn is not taken up again by the dozen."""
    from inventory.merging.departments import addressed

    return [
        one for one in systems.values()
        if judged[one.id].state == "zombie" and one.id not in docket.cases and (department is None or department in str(addressed(one)))
    ]  # fmt: skip


def _why(system: System, verdict: Verdict) -> str:
    if verdict.state != "zombie":
        raise UsageError(
            f"{system.name} 的结论是“{verdict.sentence.zh}”，不是疑似僵尸；仍要立案请写 --reason", f"{system.name} is no suspected zombie ({verdict.sentence.en}); to open a case anyway give --reason"
        )  # fmt: skip
    return str(verdict.sentence)


@case.command(
    help=tr(
        "走下一步（STEP：notified 已通知、replied 无异议、objected 异议、held 暂缓、confirmed 确认、backed-up 备份、shut-down 关停、released 释放、closed 结案、withdrawn 撤销），可以一次多个案卷：写明系统，或用 --at 取全部停在某一步的。一件走不了，就一件也不写。",
        "Take the next step (STEP: notified, replied, objected, held, confirmed, backed-up, shut-down, released, closed, withdrawn), in many cases at once: name the systems, or take all that stand at a step by --at. All or none.",
    ),
    epilog=tr(
        "例：govcloud zombies case step --at opened notified --role 科长 --reason 函〔2026〕12号 --dry-run",
        "Example: govcloud zombies case step --at opened notified --role head --reason 'letter 12' --dry-run",
    ),
)
@click.argument("systems", metavar="[SYSTEM]...", nargs=-1)
@click.argument("name", metavar="STEP", type=click.Choice([step for step in STEPS if step != "opened"]))
@click.option("--at", type=click.Choice([one for one in STEPS if one not in ENDED]), help=tr("全部停在这一步的案卷", "all cases that stand at this step"))  # fmt: skip
@click.option("--possible", is_flag=True, help=tr("走不了的略过并说明（退出码 9），不是一件也不写", "leave out what cannot take it and say so (exit code 9)"))  # fmt: skip
@_department
@click.option("--reason", required=True, help=tr("原因或文号", "why, or the letter's number"))
@_role
@click.option(
    "--until", metavar="DAY", help=tr("暂缓的到期日；其他步骤：下一步的期限（不写按通行天数）", "last day of a hold; else until when the next step is due")
)  # fmt: skip
@click.option("--answer", help=tr("对异议的答复", "how the objection is answered"))
@_dry_run
@common
def step(
    run: Run, systems: tuple[str, ...], name: str, at: str | None, possible: bool,  # noqa: FBT001 - click passes flags by name
    department: str | None, reason: str, role: str, until: str | None,
    answer: str | None, dry_run: bool,  # noqa: FBT001 - click passes flags by name
) -> None:  # fmt: skip
    """One step further, if it may follow."""
    from inventory.commands.case_docket import Step, find_case, read_docket

    try:
        last = date.fromisoformat(until) if until else None
    except ValueError:
        raise UsageError("日期应写成 2026-06-30", "days are written 2026-06-30") from None
    if bool(systems) == (at is not None):
        raise UsageError(
            "写明系统，或用 --at 指明停在哪一步的案卷", "name systems, or say by --at at which step the cases stand"
        )
    docket = read_docket(run)
    ids = (
        [find_case(docket, one)[0] for one in systems]
        if systems
        else [one.system_id for one in chosen_cases(docket, at=at, department=department)]
    )
    _take(run, docket, [
        Step(system_id=one, name=name, reason=reason, role=role, until=last, answer=answer) for one in dict.fromkeys(ids)
    ], dry_run=dry_run, possible=possible)  # fmt: skip


def chosen_cases(docket: Docket, *, at: str | None = None, department: str | None = None) -> list[Case]:
    """The cases whose systems may be named, those due first on top."""
    found = [
        one for one in docket.cases.values()
        if (subject := docket.subjects.get(one.system_id)) is not None
        and (at is None or one.step == at) and (department is None or department in str(subject.department))
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.due_on or date.max, one.system_id))


def _take(run: Run, docket: Docket, wanted: Sequence[Step], *, dry_run: bool, possible: bool = False) -> None:
    from inventory.commands.case_docket import checked_steps, write_steps

    made, refused = checked_steps(run, docket, wanted, possible=possible)
    if made and not dry_run:
        write_steps(run, docket, made)
    _show_taken(run, docket, made, refused, preview=dry_run)


def _show_taken(run: Run, docket: Docket, made: Sequence[Decision], refused: Sequence[Text], *, preview: bool) -> None:
    from dataclasses import replace

    from inventory.commands.case_docket import named_too
    from inventory.commands.case_view import case_json, print_one, print_table

    after = replace(named_too(docket, [one.subject for one in made]), cases=docket.with_steps(made, run.as_of))
    found = [after.cases[one.subject] for one in made]
    data = {
        "cases": [case_json(after, one, run.as_of_on, {}, {}) for one in found], "undisclosed": docket.undisclosed, "preview": preview
    }  # fmt: skip
    done = tr("预览，没有写入", "preview, nothing was written") if preview else tr("已写入", "written")
    title = tr(f"{done}：{len(found)} 件", f"{done}: {len(found)}")

    def human(console: Any) -> None:
        if len(found) == 1 and not preview:
            print_one(console, after, found[0], run.as_of_on, released={}, changed={})
        else:
            print_table(console, after, found, run.as_of_on, title=title, released={}, changed={})

    missing = Text("\n  ".join(text.zh for text in refused), "\n  ".join(text.en for text in refused))
    run.show(SCHEMA, data, human=human, complete=not refused, missing=missing)


@case.command(
    name="list",
    help=tr("列出案卷，最先到期的在前；末行是各步骤的件数。", "List cases, those due first on top; below it how many stand where."),
    epilog=tr(
        "例：govcloud zombies case list --due-by 2026-04-30", "Example: govcloud zombies case list --due-by 2026-04-30"
    ),
)  # fmt: skip
@click.option("--overdue", is_flag=True, help=tr("只看超期的", "only overdue ones"))
@click.option("--due-by", metavar="DAY", help=tr("只看这一天以前到期的", "only those due until this day"))
@click.option("--at", type=click.Choice(list(STEPS)), help=tr("只看停在这一步的", "only those that stand at this step"))
@_department
@click.option("--all", "everything", is_flag=True, help=tr("包括已结案和撤销的", "ended ones, too"))
@common
def list_(
    run: Run,
    overdue: bool,  # noqa: FBT001 - click passes flags by name
    due_by: str | None,
    at: str | None,
    department: str | None,
    everything: bool,  # noqa: FBT001 - click passes flags by name
) -> None:
    """Open cases, those due first on top."""
    from inventory.commands.case_docket import judged_now, read_docket, releases_of
    from inventory.commands.case_view import case_json, print_table

    try:
        last = date.fromisoformat(due_by) if due_by else date.max
    except ValueError:
        raise UsageError("日期应写成 2026-06-30", "days are written 2026-06-30") from None
    docket = read_docket(run)
    found = [
        one for one in chosen_cases(docket, at=at, department=department)
        if (everything or at is not None or one.step not in ENDED) and (not overdue or one.overdue(run.as_of_on))
        and (due_by is None or (one.due_on or date.max) <= last)
    ]  # fmt: skip
    released, changed = releases_of(run, docket, found), judged_now(run, found)
    data = {
        "cases": [case_json(docket, one, run.as_of_on, released, changed) for one in found], "undisclosed": docket.undisclosed, "preview": False
    }  # fmt: skip
    title = tr(f"案卷 {len(found)} 件", f"{len(found)} cases")
    run.show(SCHEMA, data, human=lambda console: print_table(console, docket, found, run.as_of_on, title=title, released=released, changed=changed))  # fmt: skip


@case.command(
    help=tr("显示一个案卷的每一步。", "Show every step of one case."),
    epilog=tr("例：govcloud zombies case show sys-1f3c9a7e", "Example: govcloud zombies case show sys-1f3c9a7e"),
)
@click.argument("system")
@common
def show(run: Run, system: str) -> None:
    """Who did what, when and why."""
    from inventory.commands.case_docket import find_case, judged_now, read_docket, releases_of
    from inventory.commands.case_view import case_json, print_one

    docket = read_docket(run, compare=True)
    system_id, name = find_case(docket, system)
    known = docket.cases.get(system_id)
    if known is None:
        raise UsageError(
            f"{name} 没有案卷",
            f"there is no case on {name}",
            hint=Text("立案：govcloud zombies case open", "open one: govcloud zombies case open"),
        )
    released, changed = releases_of(run, docket, [known]), judged_now(run, [known])
    data = {
        "cases": [case_json(docket, known, run.as_of_on, released, changed)], "undisclosed": docket.undisclosed, "preview": False
    }  # fmt: skip
    run.show(SCHEMA, data, human=lambda console: print_one(console, docket, known, run.as_of_on, released=released, changed=changed))  # fmt: skip


def case_line(run: Run, system_id: str) -> str | None:
    """Where the case of a system stands, in one sentence; `None` where there is none."""
    from inventory.commands.case_docket import read_docket
    from inventory.commands.case_view import case_sentence

    known = read_docket(run).cases.get(system_id)
    return None if known is None else case_sentence(known, run.as_of_on)
