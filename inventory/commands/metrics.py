"""`collect metrics`: usage samples from files into the store, rolled up by day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogs.console import Run, common, progress
from catalogs.errors import UsageError
from catalogs.words import Text, tr
from inventory.telemetry.form import Period

if TYPE_CHECKING:
    from rich.console import Console

    from inventory.telemetry.collect import Collection

SCHEMA = "govcloud/collect-metrics/1"
OWN_SOURCES = "sources.toml"  # beside govcloud.yaml


@click.command(
    help=tr(
        "采集使用率样本：文件（CSV、Parquet，可压缩），或直接读 Prometheus、Zabbix、Gnocchi、CloudWatch。样本按服务器编号、名称或当时的地址归属；"
        "用不上的单独存放并说明原因；重复运行只补缺的日子。",
        "Collect usage samples from files (CSV, Parquet) or from Prometheus, Zabbix, Gnocchi, CloudWatch. A sample belongs to a server by id, "
        "name or the address it had then; a new run fetches only missing days.",
    ),
    epilog=tr(
        "例：govcloud collect metrics 采样/ --as-of 2026-03-31;govcloud collect metrics --from prometheus --url http://127.0.0.1:9090 --since 2026-01-01",
        "Example: govcloud collect metrics samples/ ; govcloud collect metrics --from zabbix --url http://zabbix/ --since 2026-01-01",
    ),
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--from",
    "kind",
    type=click.Choice(["prometheus", "zabbix", "gnocchi", "cloudwatch"]),
    help=tr("直接读一个监控系统", "read a monitoring system"),
)
@click.option(
    "--url",
    metavar="URL|CLOUD",
    help=tr("监控系统的地址；gnocchi 写 clouds.yaml 里的名字", "its address; for gnocchi a name of clouds.yaml"),
)
@click.option(
    "--since",
    metavar="DAY",
    help=tr("从哪天起（默认 --as-of 之前 90 天）", "from this day (default: 90 days before --as-of)"),
)
@click.option(
    "--until",
    metavar="DAY",
    help=tr("到哪天止（不含，默认 --as-of）", "until this day, not part of it (default: --as-of)"),
)
@click.option("--again", is_flag=True, help=tr("已有的日子也重新取", "fetch days that are held, too"))
@click.option(
    "--source",
    metavar="NAME",
    help=tr("来源名称（默认 csv:文件名去掉日期）", "name of the source (default: csv:file name without its date)"),
)
@click.option(
    "--sources", "sources_file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help=tr(
        "自己的指标名称表（默认工作区的 sources.toml，没有就用自带的）",
        "a table of metric names of your own (default: sources.toml of the workspace, else ours)",
    ),
)  # fmt: skip
@common
def metrics(
    run: Run, files: tuple[Path, ...], kind: str | None, url: str | None, since: str | None, until: str | None, again: bool,  # noqa: FBT001 - click passes flags by name
    source: str | None, sources_file: Path | None,
) -> None:  # fmt: skip
    """Read, store, roll up."""
    from catalogs.load import load_catalogs
    from inventory.merging.merge import inventory_at
    from inventory.storage.store import open_store
    from inventory.telemetry.collect import collect_files, collect_live, sample_files

    if bool(files) == bool(kind):
        raise UsageError(
            "给出采样文件，或用 --from 指明监控系统（二选一）",
            "give sample files, or --from for a monitoring system: one of the two",
        )
    paths = sample_files(files)
    catalogs = load_catalogs(run.workspace)
    with (
        open_store(run.store, create=True) as store,
        progress(tr("读取采样", "reading samples"), total=len(paths) or None) as told,
    ):
        own = sources_file or _own_sources(run.workspace)
        servers = sorted(inventory_at(store, catalogs, run.as_of).servers, key=lambda server: server.id)
        if kind is None:
            done = collect_files(store, servers, paths, as_of=run.as_of, source=source, sources_file=own, told=told)
        else:
            period, where = _period(run, since, until), _where(kind, url)
            done = collect_live(
                store,
                servers,
                kind,
                where,
                period,
                as_of=run.as_of,
                source=source,
                sources_file=own,
                again=again,
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


def _own_sources(workspace: Path) -> Path | None:
    """The workspace's own table of metric names, where it has one."""
    path = workspace / OWN_SOURCES
    return path if path.is_file() else None


def _where(kind: str, url: str | None) -> str:
    if url is None and kind != "cloudwatch":
        raise UsageError("--from 需要 --url", "--from needs --url")
    return url or ""


def _period(run: Run, since: str | None, until: str | None) -> Period:
    last = run.as_of_on + timedelta(days=1)
    try:
        end = date.fromisoformat(until) if until else last
        start = date.fromisoformat(since) if since else end - timedelta(days=90)
    except ValueError:
        raise UsageError("日期应写成 2026-03-01", "days are written 2026-03-01") from None
    if start >= end:
        raise UsageError("--since 必须早于 --until", "--since must lie before --until")
    return Period(start, end)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("govcloud")
    except PackageNotFoundError:
        return "unknown"


def _complete(done: Collection) -> bool:
    nothing_new = not done.counts.get("read")  # all days are held already
    return not done.broken and (nothing_new or bool(done.counts.get("stored")))


def _missing(done: Collection) -> Text:
    if done.broken:
        zh, en = (
            "\n".join(f"  {text.zh}" for _, text in done.broken),
            "\n".join(f"  {text.en}" for _, text in done.broken),
        )
        return Text(
            f"{len(done.broken)} 处没有读成，其余的已入库：\n{zh}",
            f"{len(done.broken)} could not be read, the others were stored:\n{en}",
        )
    return Text(
        "没有一个样本能用：先采集云或台账，让服务器有名称和地址（govcloud collect openstack | ledger）",
        "no sample could be used: collect a cloud or ledgers first, so that servers have names and addresses",
    )


def _print(console: Console, done: Collection) -> None:
    from rich.table import Table

    from inventory.telemetry.judge_samples import REASONS

    labels = {
        "read": Text("读取", "read"), "stored": Text("入库", "stored"),
        "double": Text("重复（取先到的）", "double (the first one is kept)"), **REASONS,
    }  # fmt: skip
    if not done.counts.get("read"):
        console.print(
            tr(
                "没有新样本：这些日子都已采集过（--again 可重取）",
                "no new samples: these days are held already (--again fetches them)",
            )
        )
        return
    table = Table(title=tr("采样去向", "what became of the samples"))
    table.add_column(tr("来源", "source"))
    table.add_column(tr("去向", "what"))
    table.add_column(tr("样本数", "samples"), justify="right")
    for source, counts in done.sources.items():
        order = [name for name in labels if counts.get(name)]
        for place, name in enumerate(order):
            table.add_row(source if place == 0 else "", str(labels[name]), f"{counts[name]:,}")
    console.print(table)
    if not done.files:
        console.print(
            tr("与已经采集的相同：没有写新文件", "the same as was collected before: no new files were written")
        )
    for gap in done.gaps[:10]:
        console.print(f"· {gap.message}")
    if len(done.gaps) > 10:
        console.print(
            tr(f"……另有 {len(done.gaps) - 10} 处，见 --json", f"… and {len(done.gaps) - 10} more, see --json")
        )
