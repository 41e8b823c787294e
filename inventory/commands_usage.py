"""`usage show`: usage rates with numerator, denominator and coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from catalogs.console import Run, common
from catalogs.errors import StoreError, UsageError
from catalogs.words import Text, tr
from inventory.telemetry import Period

if TYPE_CHECKING:
    from rich.console import Console

    from catalogs.load import Catalogs
    from inventory.model import Inventory
    from inventory.telemetry_query import Rollup
    from inventory.usage import Basis, Rate

SCHEMA = "govcloud/usage/1"
BY: Mapping[str, Text] = {
    "city": Text("全市", "the city"),
    "department": Text("单位", "department"),
    "system": Text("系统", "system"),
    "server": Text("服务器", "server"),
    "pool": Text("资源池", "pool"),
    "zone": Text("网络区域", "zone"),
    "xinchuang": Text("信创/非信创", "domestic technology or not"),
    "cloud": Text("云", "cloud"),
}


@click.group(
    help=tr(
        "使用率与分配率:分子、分母、覆盖率一起给出。",
        "Usage and allocation rates, with numerator, denominator, coverage.",
    )
)
def usage() -> None:
    """Group of the commands on usage."""


@usage.command(
    help=tr(
        "显示一段时间的使用率(CPU、内存、存储):加权平均、简单平均、均峰值、峰值;没有测到的写 n/a,不写 0。",
        "Show the usage rates of a period: weighted and simple mean, mean of daily peaks, peak; n/a where nothing was measured.",
    ),
    epilog=tr(
        "例:govcloud usage show --by department --month 2026-03",
        "Example: govcloud usage show --by department --month 2026-03",
    ),
)
@click.option(
    "--by", type=click.Choice(list(BY)), default="department", show_default=True, help=tr("按什么分组", "grouped by")
)
@click.option(
    "--month",
    metavar="YYYY-MM",
    help=tr("哪个月(默认 --as-of 之前最近的整月)", "which month (default: the last full one before --as-of)"),
)
@click.option("--from", "start", metavar="DAY", help=tr("从哪天起", "from this day"))
@click.option("--to", "end", metavar="DAY", help=tr("到哪天止(不含)", "until this day, which is not part of it"))
@click.option("--p95", is_flag=True, help=tr("另算 95 百分位", "95th percentiles too"))
@common
def show(run: Run, by: str, month: str | None, start: str | None, end: str | None, p95: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Compute and print."""
    from inventory.usage import usage_rates

    period = period_of(run, month, start, end)
    inventory, rollup, basis, _ = read_usage(run)
    rates = usage_rates(inventory, rollup, period, kinds=(by,), basis=basis, with_p95=p95)
    data = {"period": period.as_json(), "by": by, "rates": [rate.as_json() for rate in rates]}
    run.show(SCHEMA, data, human=lambda console: _print(console, rates, period, by, _names(inventory)))


def read_usage(run: Run, *, samples_needed: bool = True) -> tuple[Inventory, Rollup, Basis, Catalogs]:
    """Inventory, roll-up, the profile's basis and the catalogues that a command on usage needs.

    Raises:
        StoreError: no samples were collected until `as_of`, and the command is of no use without them.
    """
    from catalogs.load import load_catalogs
    from inventory.merge import some_inventory_at
    from inventory.store import open_store
    from inventory.telemetry_query import Rollup
    from inventory.usage import Basis, basis_of

    catalogs = load_catalogs(run.workspace)
    with open_store(run.store) as store:
        inventory = some_inventory_at(store, catalogs, run.as_of)
        rollup = Rollup.of(store, run.as_of)
    if samples_needed and not rollup.files:
        raise StoreError(
            f"到 {run.as_of_on} 为止没有使用率样本", f"no usage samples until {run.as_of_on}",
            hint=Text("先采集:govcloud collect metrics 采样/;或把 --as-of 往后放", "collect first: govcloud collect metrics FILES; or move --as-of"),
        )  # fmt: skip
    policy = policy_of(run, catalogs)
    return inventory, rollup, Basis() if policy is None else basis_of(policy.usage), catalogs  # type: ignore[attr-defined]


def policy_of(run: Run, catalogs: Catalogs) -> object | None:
    """The policy profile that the workspace names, if any."""
    from catalogs.console import WORKSPACE_FILE
    from catalogs.settings import read_settings

    file = run.workspace / WORKSPACE_FILE
    profile = read_settings(file).get("profile") if file.is_file() else None
    return catalogs.policy(profile) if profile else None


def period_of(run: Run, month: str | None, start: str | None, end: str | None) -> Period:
    """The period that the options ask for.

    Raises:
        UsageError: they do not go together, or are no days.
    """
    from inventory.system_facts import window_end

    try:
        if month and (start or end):
            raise UsageError("--month 不能与 --from/--to 同用", "--month does not go with --from and --to")
        if month:
            first = date.fromisoformat(f"{month}-01")
            return Period(first, _next_month(first))
        last = window_end(run.as_of)
        if start or end:
            stop = date.fromisoformat(end) if end else last
            begin = date.fromisoformat(start) if start else stop - timedelta(days=30)
            if begin >= stop:
                raise UsageError("--from 必须早于 --to", "--from must lie before --to")
            return Period(begin, stop)
    except ValueError:
        raise UsageError(
            "日期应写成 2026-03-01,月份写成 2026-03", "days are written 2026-03-01, months 2026-03"
        ) from None
    stop = last.replace(day=1)
    return Period((stop - timedelta(days=1)).replace(day=1), stop)


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _names(inventory: Inventory) -> Mapping[str, str]:
    return {
        **{s.id: s.name for s in inventory.systems},
        **{s.id: s.name for s in inventory.servers},
        "-": tr("(未归属)", "(of none)"),
        "city": tr("全市", "the city"),
    }


def _print(console: Console, rates: Sequence[Rate], period: Period, by: str, names: Mapping[str, str]) -> None:
    from rich.table import Table

    from inventory.usage import BASIS

    by_group: dict[str, dict[tuple[str, str], Rate]] = {}
    for rate in rates:
        by_group.setdefault(rate.group, {})[rate.metric, rate.statistic] = rate
    last = period.end_on - timedelta(days=1)
    table = Table(
        title=tr(
            f"使用率 {period.start_on} 至 {last}({period.days} 天)",
            f"usage {period.start_on} to {last} ({period.days} days)",
        )
    )
    shown = [
        ("cpu", "weighted_mean", Text("CPU", "CPU")), ("cpu", "simple_mean", Text("CPU 简单", "CPU simple")),
        ("cpu", "mean_daily_peak", Text("CPU 均峰值", "CPU daily peaks")), ("cpu", "p95", Text("CPU P95", "CPU p95")),
        ("memory", "weighted_mean", Text("内存", "memory")), ("storage", "weighted_mean", Text("存储", "storage")),
        ("combined", "combined", Text("综合", "combined")),
    ]  # fmt: skip
    present = [column for column in shown if any(column[:2] in group for group in by_group.values())]
    table.add_column(str(BY[by]), overflow="fold")
    for *_, label in present:
        table.add_column(str(label), justify="right")
    table.add_column(tr("覆盖率", "coverage"), justify="right")
    table.add_column(tr("服务器(测到/全部)", "servers (measured/all)"), justify="right")
    for group, found in by_group.items():
        cpu = found["cpu", "weighted_mean"]
        cells = [_percent(_ratio(found, metric, statistic)) for metric, statistic, _ in present]
        table.add_row(names.get(group, group), *cells, _percent(cpu.coverage), f"{cpu.measured_servers}/{cpu.servers}")
    console.print(table)
    for _, statistic, label in present:
        console.print(f"{label}:{BASIS[statistic]}")


def _ratio(found: Mapping[tuple[str, str], Rate], metric: str, statistic: str) -> float | None:
    rate = found.get((metric, statistic))
    return rate.ratio if rate else None


def _percent(ratio: float | None) -> str:
    from inventory.zombie_rules import percent

    return percent(ratio)
