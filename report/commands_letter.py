"""`zombies case letter`: the notices to departments, as Word and HTML, with the evidence and a form for the reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogs.console import Run, common
from catalogs.errors import ReportError, UsageError
from catalogs.words import Text, language, tr

if TYPE_CHECKING:
    from rich.console import Console

    from report.letters import Evidence, Letter

SCHEMA = "govcloud/letters/1"
COUNTER = "{n}"


@click.command(
    help=tr(
        "写核实通知（docx 和 HTML）：一个单位一函，附每个系统的依据、数值、界限及其来源，和回执；联系人只写编号。写明系统，或用 --at opened 取全部已立案的。",
        "Write the notices (docx and HTML): one for each department, with grounds, values, limits and sources of each system and a form for the reply; contacts by reference only. Name the systems, or take all cases by --at opened.",
    ),
    epilog=tr(
        "例：govcloud zombies case letter --at opened --number '函〔2026〕{n}号' --first 12 --out 通知",
        "Example: govcloud zombies case letter --at opened --number 'letter {n}' --first 12 --out notices",
    ),
)
@click.argument("systems", metavar="[SYSTEM]...", nargs=-1)
@click.option("--at", type=click.Choice(["opened", "notified", "objected", "held"]), help=tr("全部停在这一步的案卷", "all cases that stand at this step"))  # fmt: skip
@click.option("--department", metavar="NAME", help=tr("只看一个单位（名称的一部分）", "only one department, by a part of its name"))  # fmt: skip
@click.option("--number", metavar="TEXT", help=tr("文号；多函时用 {n} 代表序号", "the letter's number; {n} counts several letters"))  # fmt: skip
@click.option("--first", type=click.IntRange(min=1), default=1, show_default=True, help=tr("{n} 从几开始", "where {n} begins"))  # fmt: skip
@click.option("--office", metavar="NAME", help=tr("发文机关（默认“××市政务数据主管部门”）", "who writes (default: the city's office)"))  # fmt: skip
@click.option("--ground", metavar="TEXT", help=tr("没有规则命中的案卷，函里写的理由（立案原因不外传）", "what the letter says where no rule fired; why a case was opened is not told"))  # fmt: skip
@click.option("--date", "issued", metavar="DAY", help=tr("发文日期（默认 --as-of）", "its date (default: --as-of)"))
@click.option("--until", metavar="DAY", help=tr("答复期限（默认按政策文件的异议期）", "answer by (default: the profile's period)"))  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("letters"), show_default=True, help=tr("写到哪个文件夹", "folder to write to")
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help=tr("只预览，不写文件", "only a preview, no file is written"))
@common
def letter(
    run: Run, systems: tuple[str, ...], at: str | None, department: str | None, number: str | None, first: int, office: str | None, ground: str | None, issued: str | None,
    until: str | None, out: Path, dry_run: bool,  # noqa: FBT001 - click passes flags by name
) -> None:  # fmt: skip
    """Both forms of each notice."""
    from report.letters import letter_of, write_letter

    if bool(systems) == (at is not None):
        raise UsageError(
            "写明系统，或用 --at 指明停在哪一步的案卷", "name systems, or say by --at at which step the cases stand"
        )
    issued_on = _day(issued) or run.as_of_on
    answer_by = _day(until)
    if answer_by is not None and answer_by <= issued_on:
        raise UsageError(f"答复期限 {answer_by} 不在发文日期 {issued_on} 之后", f"answer by {answer_by}: not after the letter's date, {issued_on}")  # fmt: skip
    wanted = _wanted(run, systems, at, department, ground)
    groups = _by_department(wanted.systems)
    if number is not None and COUNTER not in number and len(groups) > 1:
        raise UsageError(f"有 {len(groups)} 个单位，文号里要用 {COUNTER} 代表序号", f"there are {len(groups)} departments: the number needs {COUNTER}")  # fmt: skip
    made = [
        letter_of(
            group, city=wanted.city, issued_on=issued_on, objection_days=wanted.objection_days, clean_up_by=wanted.clean_up_by,
            number=None if number is None else number.replace(COUNTER, str(first + place)), office=office, answer_by=answer_by,
        )
        for place, group in enumerate(groups)
    ]  # fmt: skip
    names = _names(made, by_department=at is not None)
    files = [[] if dry_run else write_letter(one, out, language(), name) for one, name in zip(made, names, strict=True)]
    data = {
        "letters": [_json(one, paths) for one, paths in zip(made, files, strict=True)],
        "skipped": [{"system_id": system_id, "why": why.as_json()} for system_id, why in wanted.skipped],
        "preview": dry_run,
    }
    run.show(
        SCHEMA, data, human=lambda console: _print(console, made, files, preview=dry_run), complete=not wanted.skipped,
        missing=Text("；".join(why.zh for _, why in wanted.skipped), "; ".join(why.en for _, why in wanted.skipped)),
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError("日期应写成 2026-04-01", "days are written 2026-04-01") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What the letters are made of; `skipped` are cases of a whole stage on which no letter may be written, with the reason."""

    systems: Sequence[Evidence]
    skipped: Sequence[tuple[str, Text]]
    city: str
    objection_days: int
    clean_up_by: date | None


def _wanted(run: Run, names: Sequence[str], at: str | None, department: str | None, ground: str | None) -> _Wanted:
    from catalogs.load import load_catalogs
    from catalogs.settings import read_settings
    from inventory.commands.case_docket import find_system, read_docket
    from inventory.commands.cases import chosen_cases
    from inventory.commands.usage import policy_of, read_usage
    from inventory.commands.zombies import read_judged, read_signs
    from inventory.telemetry.query import daily_ratios
    from inventory.zombies.cases import ENDED
    from inventory.zombies.verdict import idle_line
    from inventory.zombies.wording import wordings
    from report.letters import evidence_of

    docket = read_docket(run)
    known = {system.id: system for system in docket.inventory.systems}
    if at is None:
        ids = [find_system(known, name).id for name in dict.fromkeys(names)]
    else:
        ids = [one.system_id for one in chosen_cases(docket, at=at, department=department) if one.system_id in known]
    verdicts, read = read_judged(run)
    judged = {verdict.system_id: verdict for verdict in verdicts}
    signs = read_signs(run, verdicts, read)
    inventory, rollup, _, _ = read_usage(run, samples_needed=False)
    policy = policy_of(run, load_catalogs(run.workspace))
    found, skipped = [], []
    for system_id in ids:
        case, verdict = docket.cases.get(system_id), judged[system_id]
        opened = case is not None and case.step not in ENDED
        servers = [one.id for one in inventory.servers_of(system_id)]
        try:
            found.append(
                evidence_of(
                    verdict, known[system_id], daily=daily_ratios(rollup, servers, "cpu", verdict.window), line=idle_line(verdict), opened=opened, ground=ground,
                    words=wordings(policy), signs=[sign.sentence for sign in signs.get(system_id, ()) if sign.contradicted is None],
                )
            )  # fmt: skip
        except ReportError as error:
            if at is None:
                raise
            skipped.append((system_id, error.message))
    file = run.workspace / "govcloud.yaml"
    return _Wanted(
        systems=found, skipped=skipped, city=str((read_settings(file) if file.is_file() else {}).get("city") or ""), objection_days=docket.objection_days,
        clean_up_by=None if policy is None else policy.zombies.clean_up_by_on,
    )  # fmt: skip


def _by_department(systems: Sequence[Evidence]) -> list[list[Evidence]]:
    found: dict[Text, list[Evidence]] = {}
    for one in sorted(systems, key=lambda one: (one.department.zh, one.system_id)):
        found.setdefault(one.department, []).append(one)
    return list(found.values())


def _names(letters: Sequence[Letter], *, by_department: bool) -> list[str]:
    """What the files are called: the department, or the id of a single system that was asked for; each name once."""
    found: list[str] = []
    for one in letters:
        told = "".join(sign for sign in one.department.zh if sign.isalnum())[:40] or "unit"
        name = told if by_department or len(one.systems) > 1 else one.systems[0].system_id
        found.append(name if name not in found else f"{name}-{len(found) + 1}")
    return found


def _json(one: Letter, files: Sequence[Path]) -> dict[str, object]:
    return {
        "department": one.department.zh,
        "number": one.number,
        "system_ids": [system.system_id for system in one.systems],
        "grounds": sum(len(system.grounds) for system in one.systems),
        "issued_on": one.issued_on.isoformat(),
        "answer_by": one.answer_by.isoformat(),
        "files": [str(path) for path in files],
    }


def _print(console: Console, letters: Sequence[Letter], files: Sequence[Sequence[Path]], *, preview: bool) -> None:
    from rich.table import Table

    table = Table(
        title=tr(f"通知 {len(letters)} 份{'（预览，没有写文件）' if preview else ''}", f"{len(letters)} notices{' (preview, no file written)' if preview else ''}")
    )  # fmt: skip
    for heading in (tr("单位", "department"), tr("系统", "systems"), tr("文号", "number"), tr("答复期限", "answer by")):
        table.add_column(heading, overflow="fold")
    for one in letters:
        table.add_row(
            str(one.department), "\n".join(system.system for system in one.systems), one.number or "—", str(one.answer_by)
        )  # fmt: skip
    console.print(table)
    for pair in files:
        for path in pair:
            console.print(f"{tr('已写', 'wrote')} {path}", markup=False)
    if letters and not preview:
        console.print(
            tr(f"发出后记一步：govcloud zombies case step 系统 notified --reason 文号 --until {letters[0].answer_by} --role …", f"once sent: govcloud zombies case step SYSTEM notified --reason NUMBER --until {letters[0].answer_by} --role …"),
            markup=False,
        )  # fmt: skip
