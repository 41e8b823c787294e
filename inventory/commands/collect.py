"""`collect ledger | openstack | metrics`: bring facts into the store. Here the group and `collect ledger`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogs.console import LazyGroup, Run, common, progress
from catalogs.errors import CollectError, GovcloudError, Partial, UsageError
from catalogs.words import Text, tr
from inventory.ledger.intake import ImportedFile, Importer
from inventory.ledger.overview import is_overview

if TYPE_CHECKING:
    from rich.console import Console

LEDGER_ENDINGS = frozenset(
    {".xlsx", ".xls", ".xlsm", ".xlsb", ".csv", ".tsv", ".txt", ".et", ".ods", ".html", ".htm", ".xml"}
)
EXPORT_ENDINGS = frozenset({".yaml", ".yml", ".json"})  # of Zabbix; other files of these endings are none of ours
# What a workspace itself holds: no department sends it, and nothing needs to be said of it.
OUR_ENDINGS = EXPORT_ENDINGS | {".md", ".sqlite", ".sqlite-wal", ".sqlite-shm", ".db", ".parquet", ".log", ".lock"}
SCHEMA = "govcloud/collect-ledger/1"

_OTHERS: Mapping[str, tuple[str, Text]] = {
    "openstack": (
        "inventory.commands.openstack:openstack",
        Text("采集一朵 OpenStack 云", "collect an OpenStack cloud"),
    ),
    "aws": (
        "inventory.commands.aws:aws",
        Text("采集一朵兼容 AWS 接口的云", "collect an EC2- and S3-compatible cloud"),
    ),
    "metrics": ("inventory.commands.metrics:metrics", Text("采集使用率样本", "collect usage samples")),
    "accesslog": (
        "inventory.commands.accesslog:accesslog",
        Text("从访问日志计访问量", "count visits in access logs"),
    ),
}


@click.group(
    cls=LazyGroup,
    table=dict(_OTHERS),
    help=tr(
        "采集：委办局台账、云、监控。采集只增加快照，从不改动以前的。",
        "Collect ledgers, clouds, monitoring; snapshots are only added.",
    ),
)
def collect() -> None:
    """Group of the collecting commands."""


@collect.command(
    help=tr(
        "读取委办局台账：认表头、认单位、逐行说明去向；看不懂的提问，不猜。",
        "Read department ledgers; every row is accounted for, doubts are asked.",
    ),
    epilog=tr(
        "例：govcloud collect ledger 台账/*.xlsx --dry-run；先看再入库。回答问题：govcloud decisions add answer <键> <答案> --reason … --role …",
        "Example: govcloud collect ledger ledgers/*.xlsx --dry-run. Answer a question: govcloud decisions add answer KEY ANSWER …",
    ),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help=tr("只看，不写入任何东西", "show everything, write nothing"))
@click.option(
    "--department",
    metavar="NAME",
    help=tr("文件属于哪个单位（文件里没写时）", "whose ledger it is, where the file does not say"),
)
@click.option(
    "--source",
    metavar="NAME",
    help=tr("来源名称（默认 ledger:单位）", "name of the source (default: ledger:department)"),
)
@click.option(
    "--include-hidden", is_flag=True, help=tr("隐藏的行、列、工作表也读", "read hidden rows, columns and sheets too")
)
@click.option(
    "--corrections",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help=tr("为每个有问题的文件写一份补正文件，发回单位", "write a correction file for each file with questions"),
)
@click.option(
    "--confirm-vanished",
    is_flag=True,
    help=tr("确认：原有的系统有一半以上确实不在了", "yes, more than half of the systems known so far are gone"),
)
@click.option(
    "--all-gaps",
    is_flag=True,
    help=tr("列出每一个问题，不只每种的前几个", "list every question, not only the first of each kind"),
)
@common
def ledger(
    run: Run, files: tuple[Path, ...], dry_run: bool, department: str | None, source: str | None, include_hidden: bool, corrections: Path | None, confirm_vanished: bool, all_gaps: bool  # noqa: FBT001 - click passes flags by name
) -> None:  # fmt: skip
    """Read files one by one; a broken one does not stop the others."""
    paths, passed_over = ledger_files(files)
    if source is not None and len(paths) > 1:
        raise UsageError("--source 只能用于一个文件", "--source needs a single file")
    importer = Importer(
        run=run,
        dry_run=dry_run,
        department=department,
        source=source,
        include_hidden=include_hidden,
        corrections=corrections,
        confirm_vanished=confirm_vanished,
    )
    done: list[ImportedFile] = []
    broken: list[tuple[Path, GovcloudError]] = []
    with progress(tr("读取台账", "reading ledgers"), total=len(paths)) as step:
        for path in paths:
            try:
                done.append(importer.take(path))
            except CollectError as error:
                broken.append((path, error))
            step(1)
    if broken and not done:
        if len(broken) == 1:
            raise broken[0][1]
        raise CollectError(*_broken(broken), hint=broken[0][1].hint)
    _show(run, done, broken, passed_over, dry_run=dry_run, all_gaps=all_gaps)


def _show(
    run: Run, done: list[ImportedFile], broken: list[tuple[Path, GovcloudError]], passed_over: list[Path], *, dry_run: bool, all_gaps: bool
) -> None:  # fmt: skip
    from inventory.ledger.view import print_import

    def human(console: Console) -> None:
        print_import(console, done, passed_over, dry_run=dry_run, all_gaps=all_gaps)

    data = {
        "passed_over": [path.name for path in passed_over],
        "dry_run": dry_run,
        "files": [file.as_json() for file in done],
        "broken": [{"file": path.name, "message": error.message.as_json()} for path, error in broken],
    }
    gaps = [gap for file in done for gap in file.collected.gaps]
    missing = Partial(*_broken(broken)).message if broken else None
    run.show(SCHEMA, data, human=human, complete=not broken, gaps=gaps, missing=missing)


def _broken(broken: list[tuple[Path, GovcloudError]]) -> tuple[str, str]:
    zh = "\n".join(f"  {error.message.zh}" for _, error in broken)
    en = "\n".join(f"  {error.message.en}" for _, error in broken)
    return (
        f"{len(broken)} 个文件没有读成，其余的已处理：\n{zh}",
        f"{len(broken)} files could not be read, the others were done:\n{en}",
    )


def ledger_files(given: tuple[Path, ...]) -> tuple[list[Path], list[Path]]:
    """The files to read, those named and all tables in the folders named, in the order of their names.

    Returns:
        Those, and the other files of the folders: a department may have answered in a document, which must be seen.

    Raises:
        UsageError: a folder has no tables.
        CollectError: something named is not there, or is the workbook of all questions.
    """
    found: list[Path] = []
    passed_over: list[Path] = []
    for path in given:
        if path.is_dir():
            inside = [p for p in sorted(path.rglob("*")) if p.is_file() and not p.name.startswith((".", "~$"))]
            tables = [p for p in inside if _may_be_a_table(p) and not is_overview(p)]
            if not tables:
                raise UsageError(f"{path}：文件夹里没有表格文件", f"{path}: no tables in this folder")
            found += tables
            passed_over += [p for p in inside if p not in tables and p.suffix.lower() not in OUR_ENDINGS]
        elif path.is_file() and is_overview(path):
            raise CollectError(
                f"{path.name}：是问题总表，不是台账", f"{path.name}: the overview of questions, no ledger",
                hint=Text(f"收回答复：govcloud decisions answer --file {path.name} 台账", f"to take its answers: govcloud decisions answer --file {path.name} LEDGERS"),
            )  # fmt: skip
        elif path.is_file():
            found.append(path)
        else:
            raise CollectError(
                f"{path}：没有这个文件",
                f"{path}: there is no such file",
                hint=Text("检查路径和文件名", "check the path"),
            )
    return list(dict.fromkeys(found)), list(dict.fromkeys(passed_over))


def _may_be_a_table(path: Path) -> bool:
    ending = path.suffix.lower()
    if ending not in EXPORT_ENDINGS:
        return ending in LEDGER_ENDINGS
    from inventory.collectors.exports import zabbix_export

    with path.open("rb") as file:
        return zabbix_export.recognises(file.read(1000))
