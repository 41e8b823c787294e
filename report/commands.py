"""`report usage, zombies, migration`: reports with their evidence. The check that calculates them again is commands_verify.py."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from catalogs.console import WORKSPACE_FILE, Run, common
from catalogs.errors import ReportError, UsageError
from catalogs.words import Language, Text, language, tr
from report.commands_plan import plan

if TYPE_CHECKING:
    from rich.console import Console

    from report.facts import Month
    from report.figures import Report

REPORT_SCHEMA = "govcloud/report-files/1"
BUNDLE_ENDING = ".evidence.zip"
REPORT_ENDINGS = (".html", ".xlsx", ".figures.json")

_period = click.option(
    "--period",
    metavar="YYYY-MM",
    help=tr("哪个月（默认 --as-of 之前最近的整月）", "which month (default: the last full one before --as-of)"),
)
_profile_option = click.option(
    "--profile",
    metavar="ID",
    help=tr("政策画像（默认取 govcloud.yaml 的 profile）", "policy profile (default: that of govcloud.yaml)"),
)
_out = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports"),
    show_default=True,
    help=tr("写到哪个文件夹", "folder to write to"),
)


@click.group(
    help=tr("报告：每个数都能由证据包重新算出。", "Reports: every number can be calculated again from the evidence.")
)
def report() -> None:
    """Group of the reports."""


report.add_command(plan)


@report.command(
    help=tr(
        "云资源使用率报告：自包含的 HTML、公式可核对的 xlsx、figures.json，和可重新计算的证据包。",
        "The cloud usage-rate report: one HTML file, a workbook with live formulas, figures.json, and the evidence bundle.",
    ),
    epilog=tr(
        "例：govcloud report usage --period 2026-03 --out reports",
        "Example: govcloud report usage --period 2026-03 --out reports",
    ),
)
@_period
@_profile_option
@_out
@common
def usage(run: Run, period: str | None, profile: str | None, out: Path) -> None:
    """Gather, calculate, write, and say what was written."""
    _written(run, "usage", period, profile, out)


@report.command(
    help=tr(
        "“僵尸”信息系统清理报告：清理情况表、申报与检测对照、每条结论的依据，附证据包。",
        "The clean-up report on zombie systems: the clean-up table, declared against detected, why, and the evidence bundle.",
    ),
    epilog=tr(
        "例：govcloud report zombies --period 2026-03 --out reports",
        "Example: govcloud report zombies --period 2026-03 --out reports",
    ),
)
@_period
@_profile_option
@_out
@common
def zombies(run: Run, period: str | None, profile: str | None, out: Path) -> None:
    """Gather, calculate, write, and say what was written."""
    _written(run, "zombies", period, profile, out)


@report.command(
    help=tr(
        "迁移进度报告：按验收决定（日期、证据文件）计算迁移比例，与政策目标、序时进度对照，分单位列出，附证据包。",
        "Progress of the migration: the share by accepted migrations (date, evidence) against the targets, by unit, with the evidence bundle.",
    ),
    epilog=tr(
        "例：govcloud report migration --period 2026-09 --out reports",
        "Example: govcloud report migration --period 2026-09 --out reports",
    ),
)
@_period
@_profile_option
@_out
@common
def migration(run: Run, period: str | None, profile: str | None, out: Path) -> None:
    """Gather, calculate, write, and say what was written."""
    _written(run, "migration", period, profile, out)


def _written(run: Run, kind: str, period: str | None, profile: str | None, out: Path) -> None:
    made, files, root = _make(run, kind, _month(run, period), profile or _profile(run), out)
    data = {
        "root_sha256": root,
        "files": [path.name for path in files],
        "figures": [figure.as_json() for figure in made.figures.values()],
    }
    run.show(
        REPORT_SCHEMA,
        data,
        human=lambda console: _print_report(console, made, files, root),
        complete=not made.missing,
        missing=Text("；".join(text.zh for text in made.missing), "; ".join(text.en for text in made.missing)),
    )


def _month(run: Run, period: str | None) -> Month:
    from report.facts import Month

    if period is not None:
        month = Month.parse(period)
        if month.start_at > run.as_of:
            raise UsageError(f"--period {period} 在 --as-of 之后", f"--period {period} lies after --as-of")
        return month
    tomorrow: date = run.as_of_on + timedelta(days=1)  # the last second of a month completes it
    return Month(tomorrow.year, tomorrow.month).previous


def _profile(run: Run) -> str:
    from catalogs.settings import read_settings

    file = run.workspace / WORKSPACE_FILE
    found = read_settings(file).get("profile") if file.is_file() else None
    if not found:
        raise UsageError(
            "没有指明政策画像", "no policy profile was named",
            hint=Text("加 --profile sample-city，或写入 govcloud.yaml 的 profile", "add --profile sample-city, or set profile in govcloud.yaml"),
        )  # fmt: skip
    return found


def _make(run: Run, kind: str, month: Month, profile: str, out: Path) -> tuple[Report, list[Path], str]:
    """Write the four files of a report, all or none.

    Raises:
        ReportError: they cannot be written.
    """
    from catalogs.load import load_catalogs
    from inventory.storage.store import open_store
    from report.gather import gather

    version = _version()
    catalogs = load_catalogs(run.workspace)
    name = f"{kind}-{month}"
    try:
        out.mkdir(parents=True, exist_ok=True)
        with open_store(run.store) as store, TemporaryDirectory(prefix=".unfinished-", dir=out) as scratch:
            folder = Path(scratch) / "evidence"
            folder.mkdir()
            gather(
                store, catalogs, kind=kind, month=month, as_of=run.as_of, profile=profile, version=version, folder=folder
            )  # fmt: skip
            made, root = _render(Path(scratch), name, as_of=run.as_of, version=version)
            files = [out / (name + ending) for ending in (*REPORT_ENDINGS, BUNDLE_ENDING)]
            for path in files:
                os.replace(Path(scratch) / path.name, path)  # noqa: PTH105 - atomic on one file system
            store.add_run(
                command=run.command, version=version, as_of=run.as_of, actor=run.actor, catalogs_sha256=catalogs.digest, result=root
            )  # fmt: skip
    except OSError as error:
        raise ReportError(
            f"{out}：报告写不出：{error.strerror or error}", f"{out}: cannot write the report: {error.strerror or error}",
            hint=Text("腾出空间或换一个 --out 后重新运行；没有留下半个文件", "free some space or choose another --out; no half file was left"),
        ) from error  # fmt: skip
    return made, files, root


def _render(scratch: Path, name: str, *, as_of: datetime, version: str) -> tuple[Report, str]:
    """The four files from the evidence gathered below `scratch`, and the root hash of the evidence."""
    from report.evidence import FIGURES, seal, write_zip
    from report.input_files import read_inputs
    from report.make import report_of
    from report.to_html import to_html
    from report.to_json import to_json
    from report.to_xlsx import to_xlsx

    folder, lang = scratch / "evidence", language()
    made = report_of(read_inputs(folder), folder)
    figures = to_json(made)
    (folder / FIGURES).write_bytes(figures)
    root = seal(folder)
    write_zip(folder, scratch / (name + BUNDLE_ENDING))
    page = to_html(made, lang, root_sha256=root, version=version)
    (scratch / f"{name}.html").write_text(page, encoding="utf-8", newline="\n")
    (scratch / f"{name}.xlsx").write_bytes(to_xlsx(made, lang, root_sha256=root, version=version, created_at=as_of))
    (scratch / f"{name}.figures.json").write_bytes(figures)
    return made, root


def _version() -> str:
    from importlib.metadata import version

    return version("govcloud")


_SHOWN = {
    "usage": (
        "scope.systems", "scope.servers", "use.cpu.mean", "use.memory.mean", "use.storage.mean", "use.comprehensive",
        "allocation.comprehensive", "coverage.cpu", "zombies.suspected",
    ),
    "zombies": (
        "zombies.systems", "zombies.declared", "zombies.suspected", "zombies.unknown", "zombies.disagreeing", "zombies.cases", "zombies.overdue",
        "zombies.confirmed", "zombies.cleaned", "zombies.released_vcpu", "zombies.secrecy_unknown", "zombies.secrecy_unknown_declared",
    ),
    "migration": (
        "migration.share", "migration.steady", "migration.accepted", "migration.already", "migration.to_move", "migration.uncounted",
        "migration.new", "migration.unseen",
    ),
}  # fmt: skip


def _print_report(console: Console, made: Report, files: list[Path], root: str) -> None:
    from rich.table import Table

    from report import shown

    lang: Language = language()
    table = Table(title=f"{made.title} {made.subtitle}", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for figure_id in _SHOWN[made.kind]:
        figure = made.figures[figure_id]
        table.add_row(str(figure.label), shown.figure(figure, language()))
    clauses = made.tables.get("clauses.usage")
    for row in clauses.rows if clauses else ():
        table.add_row(f"{row[0]} {row[3]}（{row[5]}）", f"{shown.cell(row[6], 'ratio', lang)} {row[8]}")
    goals = made.tables.get("migration.targets")
    for row in goals.rows if goals else ():
        table.add_row(f"{row[0]} {row[3]} {row[4]}", f"{shown.cell(row[5], 'ratio', lang)} {row[9]}")
    console.print(table)
    for warning in (*made.warnings, *made.missing):
        console.print(f"{tr('注意：', 'note: ')}{warning}", style="yellow")
    for path in files:
        console.print(f"{tr('已写', 'written')} {path}")
    console.print(f"{tr('证据根哈希', 'evidence root')} {root}")
    console.print(tr(f"核验：govcloud verify {files[0].parent}", f"verify: govcloud verify {files[0].parent}"))
