"""`collect accesslog`: visits from the access logs of web servers, people apart from machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogs.console import Run, common, progress
from catalogs.errors import CollectError, UsageError
from catalogs.words import Text, tr

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.console import Console

    from catalogs.load import Catalogs
    from inventory.access_log.count import Counted
    from inventory.model import Inventory
    from inventory.telemetry.collect import Collection
    from inventory.zombies.operators import Operators

SCHEMA = "govcloud/collect-accesslog/1"
SOURCE = "accesslog"


@click.command(
    help=tr(
        "读 nginx、Apache 的访问日志（common、combined，可带虚拟主机，可 gz），按小时计访问量；爬虫、监控探测、定时访问、自己访问自己分开计；不保存访问者地址。",
        "Read access logs of nginx and Apache (common, combined, with or without virtual host, gzip): visits by hour; robots, probes, timers and self-calls apart; no client address is kept.",
    ),
    epilog=tr(
        "例：govcloud collect accesslog 日志/*.gz；日志里没有站点名时加 --site www.example.gov.cn 或 --server 服务器编号",
        "Example: govcloud collect accesslog logs/*.gz; where the log names no site: --site www.example.org or --server ID",
    ),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--site", metavar="HOST", help=tr("日志行里没有站点名时属于哪个站点", "the site of lines that name none"))
@click.option(
    "--server",
    metavar="ID",
    help=tr("全部属于哪台服务器（编号或名称）", "the server that all lines are of (id or name)"),
)
@click.option(
    "--agents", "agents_file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help=tr("自己的访问者名单（agents.toml）", "a table of agents of your own"),
)  # fmt: skip
@common
def accesslog(
    run: Run, files: tuple[Path, ...], site: str | None, server: str | None, agents_file: Path | None
) -> None:
    """Count, then store visits as samples."""
    from catalogs.load import load_catalogs
    from inventory.access_log.calls import calls_of, collected_calls, remembered
    from inventory.access_log.count import Sites, count_logs
    from inventory.access_log.lines import AGENTS_FILE, read_agents
    from inventory.commands.metrics import _version as own_version
    from inventory.merging.merge import inventory_at
    from inventory.storage.store import open_store
    from inventory.telemetry.collect import collect

    paths = _log_files(files)
    agents = read_agents(agents_file or AGENTS_FILE)
    with open_store(run.store) as store, progress(tr("读取日志", "reading logs"), total=len(paths)) as told:
        catalogs = load_catalogs(run.workspace)
        inventory = inventory_at(store, catalogs, run.as_of)
        sites, own, operators = Sites.of(inventory), _server(inventory, server), _operators(run, catalogs)
        host = None if site is None else site.lower()
        if host is not None and own is None and host not in sites.by_host:
            raise UsageError(
                f"没有系统的地址或域名是 {site}", f"no system has the address or domain {site}",
                hint=Text("在台账“系统访问地址”里补上，或用 --server 指明服务器", "add it to the ledger, or name the server with --server"),
            )  # fmt: skip
        counted = count_logs(
            paths, sites, agents, as_of=run.as_of, operators=operators, server=own, host=host, told=told
        )
        if counted.broken and not counted.lines:
            raise CollectError(
                "\n".join(text.zh for _, text in counted.broken), "\n".join(text.en for _, text in counted.broken)
            )
        servers = sorted(inventory.servers, key=lambda one: one.id)
        done = collect(store, servers, {SOURCE: tables_of(counted)}, as_of=run.as_of)
        calls = collected_calls(calls_of(counted), remembered(store, run.as_of), run.as_of)
        if calls is not None and counted.calls:
            store.add_snapshot(calls, taken_at=run.as_of)
        store.add_run(
            command=run.command, version=own_version(), as_of=run.as_of, actor=run.actor, catalogs_sha256=catalogs.digest,
            result=f"{counted.lines.total()} lines",
        )  # fmt: skip
    run.show(
        SCHEMA, _as_json(counted, done, inventory), human=lambda console: _print(console, counted, inventory),
        complete=not counted.broken and not counted.unknown, missing=_missing(counted),
    )  # fmt: skip


def _operators(run: Run, catalogs: Catalogs) -> Operators:
    """Who the operator is, by the rules that the workspace's profile uses."""
    from inventory.commands.usage import policy_of
    from inventory.zombies.operators import Operators
    from inventory.zombies.rules_in_force import rules_of

    policy = policy_of(run, catalogs)
    return Operators.of(rules_of(catalogs.zombie_rules, policy.zombies if policy else None))


def tables_of(counted: Counted) -> Iterator[pa.Table]:
    """Visits, and requests of machines, as samples of one hour each; covered hours without a line are zeros."""
    from inventory.access_log.count import HOUR, MACHINE
    from inventory.metrics.series import raw_table

    for target, site in sorted(counted.sites.items()):
        hours = sorted(site.covered)
        stamps = [hour * HOUR for hour in hours]
        nothing: Mapping[str, int] = {}
        kinds = [site.hours.get(hour, nothing) for hour in hours]
        visits = [float(one.get("visit", 0)) for one in kinds]
        machines = [float(sum(one.get(kind, 0) for kind in MACHINE)) for one in kinds]
        for metric, values in (("visits", visits), ("machine_visits", machines)):
            yield raw_table(target, {"metric": metric, "form": "amount"}, stamps, values, interval_s=HOUR)


def _log_files(given: tuple[Path, ...]) -> list[Path]:
    found: list[Path] = []
    for path in given:
        inside = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        if not inside or not inside[0].exists():
            raise CollectError(
                f"{path}：没有日志文件", f"{path}: no log files", hint=Text("检查路径", "check the path")
            )
        found += inside
    return list(dict.fromkeys(found))


def _server(inventory: Inventory, wanted: str | None) -> str | None:
    if wanted is None:
        return None
    found = [one.id for one in inventory.servers if wanted in (one.id, one.name)]
    if len(found) != 1:
        raise UsageError(
            f"没有编号或名称为“{wanted}”的服务器" if not found else f"有 {len(found)} 台服务器叫“{wanted}”，请用编号",
            f"no server has the id or name {wanted!r}" if not found else f"{len(found)} servers are called {wanted!r}: use an id",
        )  # fmt: skip
    return found[0]


def _as_json(counted: Counted, done: Collection, inventory: Inventory) -> dict[str, object]:
    from inventory.access_log.calls import calls_of

    systems = {one.id: one.system_id for one in inventory.servers}
    return {
        "lines": dict(sorted((kind, count) for kind, count in counted.lines.items() if count)),
        "sites": [
            {
                "server_id": target,
                "system_id": systems.get(target),
                "days": [
                    {"day": day.isoformat(), **{kind: count for kind, count in sorted(kinds.items()) if count}}
                    for day, kinds in site.by_day().items()
                ],
            }
            for target, site in sorted(counted.sites.items())
        ],
        "calls": [
            {"consumer": consumer, "provider": provider, "last_seen_on": day.isoformat(), "requests": count}
            for (consumer, provider), (day, count) in calls_of(counted).items()
        ],
        "unknown_sites": dict(sorted(counted.unknown.items())),
        "doubled": counted.doubled,
        "broken": [{"file": name, "message": message.as_json()} for name, message in counted.broken],
        "stored": done.counts,
    }


def _missing(counted: Counted) -> Text:
    zh = [text.zh for _, text in counted.broken]
    en = [text.en for _, text in counted.broken]
    if counted.unknown:
        names = ", ".join(f"{name} ({count})" for name, count in counted.unknown.most_common(5))
        zh.append(
            f"{len(counted.unknown)} 个站点不知道属于哪个系统：{names}；在台账“系统访问地址”里补上，或用 --site、--server 指明"
        )
        en.append(
            f"{len(counted.unknown)} sites of no known system: {names}; add them to the ledger, or use --site, --server"
        )
    return Text("\n".join(zh), "\n".join(en))


def _print(console: Console, counted: Counted, inventory: Inventory) -> None:
    from rich.table import Table

    from inventory.access_log.calls import calls_of
    from inventory.access_log.count import MACHINE
    from inventory.access_log.lines import KINDS

    servers = {one.id: one for one in inventory.servers}
    names = {one.id: one.name for one in inventory.systems}
    labels: dict[str, Text] = {
        **{str(kind): label for kind, label in KINDS.items()},
        "unknown_site": Text("不知道属于哪个系统", "of no known system"),
    }
    parts = [f"{labels[kind]} {counted.lines[kind]:,}" for kind in labels if counted.lines.get(kind)]
    console.print(tr(f"共 {counted.lines.total():,} 行：", f"{counted.lines.total():,} lines: ") + "；".join(parts))
    for (consumer, provider), (day, count) in calls_of(counted).items():
        who, whom = names.get(consumer, consumer), names.get(provider, provider)
        console.print(
            tr(f"程序调用：{who} → {whom} {count:,} 次，最近 {day}", f"calls: {who} → {whom} {count:,}, last on {day}"),
            markup=False,
        )
    for name in counted.doubled:
        console.print(tr(f"{name}：与另一个文件内容相同，只计一次", f"{name}: the same as another file, counted once"))
    table = Table()
    for heading in (tr("系统", "system"), tr("服务器", "server"), tr("天数", "days"), tr("访问", "visits"), tr("机器", "machines"), tr("最忙一天", "busiest day")):  # fmt: skip
        table.add_column(heading, overflow="fold")
    for target, site in sorted(counted.sites.items()):
        days = site.by_day()
        visits = sum(kinds["visit"] for kinds in days.values())
        machines = sum(kinds[kind] for kinds in days.values() for kind in MACHINE)
        busiest = max(days, key=lambda day: (days[day]["visit"], day))
        server = servers[target]
        table.add_row(
            names.get(server.system_id or "", "—"), server.name, str(len(days)), f"{visits:,}", f"{machines:,}", f"{busiest} {days[busiest]['visit']:,}"
        )  # fmt: skip
    console.print(table)
