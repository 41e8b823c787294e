"""`zombies case letter`: the notice to a department, as Word and HTML, with the evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from catalogs.console import Run, common
from catalogs.errors import UsageError
from catalogs.words import language, tr

SCHEMA = "govcloud/letter/1"


@click.command(
    help=tr(
        "写核实通知（docx 和 HTML）：依据、数值、界限及其来源、答复期限；联系人只写编号。",
        "Write the notice (docx and HTML): grounds, values, limits with sources, deadline; contacts by reference only.",
    ),
    epilog=tr(
        "例：govcloud zombies case letter sys-1f3c9a7e --number 函〔2026〕12号 --out 通知",
        "Example: govcloud zombies case letter sys-1f3c9a7e --number 'letter 12' --out notices",
    ),
)
@click.argument("system")
@click.option("--number", metavar="TEXT", help=tr("文号", "the letter's number"))
@click.option("--date", "issued", metavar="DAY", help=tr("发文日期（默认 --as-of）", "its date (default: --as-of)"))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("letters"), show_default=True, help=tr("写到哪个文件夹", "folder to write to")
)  # fmt: skip
@common
def letter(run: Run, system: str, number: str | None, issued: str | None, out: Path) -> None:
    """Both forms of one notice."""
    from catalogs.load import load_catalogs
    from catalogs.settings import read_settings
    from inventory.commands.case_docket import find_system
    from inventory.commands.usage import policy_of, read_usage
    from inventory.commands.zombies import read_signs, read_verdicts
    from inventory.telemetry.query import daily_ratios
    from inventory.zombies.cases import OBJECTION_DAYS
    from inventory.zombies.verdict import idle_line
    from inventory.zombies.wording import wordings
    from report.letters import letter_of, write_letter

    try:
        issued_on = date.fromisoformat(issued) if issued else run.as_of_on
    except ValueError:
        raise UsageError("日期应写成 2026-04-01", "days are written 2026-04-01") from None
    verdicts, systems = read_verdicts(run)
    found = find_system(systems, system)
    verdict = next(one for one in verdicts if one.system_id == found.id)
    inventory, rollup, _, _ = read_usage(run, samples_needed=False)
    servers = [one.id for one in inventory.servers_of(found.id)]
    policy = policy_of(run, load_catalogs(run.workspace))
    file = run.workspace / "govcloud.yaml"
    city = str((read_settings(file) if file.is_file() else {}).get("city") or "")
    made = letter_of(
        verdict, found, city=city, issued_on=issued_on, number=number, daily=daily_ratios(rollup, servers, "cpu", verdict.window), line=idle_line(verdict),
        objection_days=OBJECTION_DAYS if policy is None else policy.zombies.objection_days, clean_up_by=None if policy is None else policy.zombies.clean_up_by_on,
        words=wordings(policy), signs=[sign.sentence for sign in read_signs(run, [verdict]).get(found.id, ()) if sign.contradicted is None],
    )  # fmt: skip
    docx, html = write_letter(made, out, language())
    data = {
        "system_id": found.id,
        "answer_by": made.answer_by.isoformat(),
        "grounds": len(made.grounds),
        "files": [str(docx), str(html)],
    }
    run.show(SCHEMA, data, human=lambda console: console.print(tr(f"已写 {docx}、{html}；答复期限 {made.answer_by}", f"wrote {docx} and {html}; answer by {made.answer_by}")))  # fmt: skip
