"""`collect metrics`: usage samples from files into the store, rolled up by day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogs.console import Run, common, progress
from catalogs.words import Text, tr

if TYPE_CHECKING:
    from rich.console import Console

    from inventory.telemetry_collect import Collection

SCHEMA = "govcloud/collect-metrics/1"


@click.command(
    help=tr(
        "采集使用率样本:CSV 文件(可压缩)。样本按服务器编号、名称或当时的地址归属;用不上的单独存放并说明原因。",
        "Collect usage samples from CSV files. A sample belongs to a server by id, name or the address it had then.",
    ),
    epilog=tr(
        "例:govcloud collect metrics 采样/ --as-of 2026-03-31;列名见 docs/howto/zombies.md",
        "Example: govcloud collect metrics samples/ --as-of 2026-03-31",
    ),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--source",
    metavar="NAME",
    help=tr("来源名称(默认 csv:文件名去掉日期)", "name of the source (default: csv:file name without its date)"),
)
@click.option(
    "--sources", "sources_file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help=tr("自己的指标名称表(sources.toml)", "a table of metric names of your own"),
)  # fmt: skip
@common
def metrics(run: Run, files: tuple[Path, ...], source: str | None, sources_file: Path | None) -> None:
    """Read, store, roll up."""
    from catalogs.load import load_catalogs
    from inventory.merge import inventory_at
    from inventory.store import open_store
    from inventory.telemetry_collect import collect_files, sample_files

    paths = sample_files(files)
    catalogs = load_catalogs(run.workspace)
    with (
        open_store(run.store, create=True) as store,
        progress(tr("读取采样", "reading samples"), total=len(paths)) as told,
    ):
        servers = sorted(inventory_at(store, catalogs, run.as_of).servers, key=lambda server: server.id)
        done = collect_files(
            store, servers, paths, as_of=run.as_of, source=source, sources_file=sources_file, told=told
        )
        store.add_run(
            command=run.command, version=_version(), as_of=run.as_of, actor=run.actor, catalogs_sha256=catalogs.digest,
            result=f"{done.counts.get('stored', 0)} samples",
        )  # fmt: skip
    run.show(
        SCHEMA,
        done.as_json(),
        human=lambda console: _print(console, done),
        complete=_complete(done),
        gaps=done.gaps,
        missing=_missing(done),
    )


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("govcloud")
    except PackageNotFoundError:
        return "unknown"


def _complete(done: Collection) -> bool:
    return not done.broken and bool(done.counts.get("stored"))


def _missing(done: Collection) -> Text:
    if done.broken:
        zh, en = (
            "\n".join(f"  {text.zh}" for _, text in done.broken),
            "\n".join(f"  {text.en}" for _, text in done.broken),
        )
        return Text(
            f"{len(done.broken)} 个文件没有读成,其余的已入库:\n{zh}",
            f"{len(done.broken)} files could not be read, the others were stored:\n{en}",
        )
    return Text(
        "没有一个样本能用:先采集云或台账,让服务器有名称和地址(govcloud collect openstack | ledger)",
        "no sample could be used: collect a cloud or ledgers first, so that servers have names and addresses",
    )


def _print(console: Console, done: Collection) -> None:
    from rich.table import Table

    from inventory.telemetry_judge import REASONS

    labels = {
        "read": Text("读取", "read"), "stored": Text("入库", "stored"),
        "double": Text("重复(取先到的)", "double (the first one is kept)"), **REASONS,
    }  # fmt: skip
    table = Table(title=tr("采样去向", "what became of the samples"))
    table.add_column(tr("来源", "source"))
    table.add_column(tr("去向", "what"))
    table.add_column(tr("样本数", "samples"), justify="right")
    for source, counts in done.sources.items():
        order = [name for name in labels if counts.get(name)]
        for place, name in enumerate(order):
            table.add_row(source if place == 0 else "", str(labels[name]), f"{counts[name]:,}")
    console.print(table)
    for gap in done.gaps[:10]:
        console.print(f"· {gap.message}")
    if len(done.gaps) > 10:
        console.print(tr(f"……另有 {len(done.gaps) - 10} 处,见 --json", f"… and {len(done.gaps) - 10} more, see --json"))
