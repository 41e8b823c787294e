"""`usage show`: usage and allocation rates with numerator, denominator and coverage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogs.console import Run, common
from catalogs.errors import StoreError
from catalogs.words import Text, tr

if TYPE_CHECKING:
    from catalogs.load import Catalogs
    from catalogs.models_policy import Policy
    from inventory.model import Inventory
    from inventory.telemetry.query import Rollup
    from inventory.usage.rates import Basis
    from inventory.usage.view import UsageView

SCHEMA = "govcloud/usage/1"
KINDS = ("city", "department", "system", "server", "pool", "zone", "xinchuang", "cloud", "tier")
RESOURCES = ("cpu", "memory", "storage", "network")


@click.group(
    help=tr(
        "使用率与分配率：分子、分母、覆盖率一起给出。",
        "Usage and allocation rates, with numerator, denominator, coverage.",
    )
)
def usage() -> None:
    """Group of the commands on usage."""


@usage.command(
    help=tr(
        "显示一段时间的使用率（CPU、内存、存储、网络流量）和分配率：加权平均、简单平均、均峰值、峰值；没有测到的写 n/a，不写 0。",
        "Show usage (CPU, memory, storage, network) and allocation of a period: weighted and simple mean, daily peaks, peak; n/a where nothing was measured.",
    ),
    epilog=tr(
        "例：govcloud usage show --by pool --quarter 2026Q1 --compare previous --xlsx 使用率.xlsx",
        "Example: govcloud usage show --by pool --quarter 2026Q1 --compare previous --xlsx usage.xlsx",
    ),
)
@click.option(
    "--by",
    type=click.Choice(KINDS),
    default="department",
    show_default=True,
    help=tr("按什么分组（tier 为存储类型）", "grouped by (tier: storage tier)"),
)
@click.option(
    "--month",
    metavar="YYYY-MM",
    help=tr("哪个月（默认 --as-of 之前最近的整月）", "which month (default: the last full one before --as-of)"),
)
@click.option("--quarter", metavar="YYYYQn", help=tr("哪个季度", "which quarter"))
@click.option("--year", metavar="YYYY", help=tr("哪一年", "which year"))
@click.option("--from", "start", metavar="DAY", help=tr("从哪天起", "from this day"))
@click.option("--to", "end", metavar="DAY", help=tr("到哪天止（不含）", "until this day, which is not part of it"))
@click.option(
    "--metric", type=click.Choice(RESOURCES), help=tr("只看一项，列出全部统计量", "only one, with all its statistics")
)
@click.option(
    "--compare",
    type=click.Choice(["previous", "year-ago"]),
    help=tr("与上期（环比）或上年同期（同比）比较", "compare with the period before, or with a year ago"),
)
@click.option(
    "--members",
    is_flag=True,
    help=tr("在 --json 中列出每组的服务器和起止日", "with --json: the servers of each group with their days"),
)
@click.option("--p95", is_flag=True, help=tr("另算 95 百分位", "95th percentiles too"))
@click.option(
    "--xlsx",
    type=click.Path(path_type=Path, dir_okay=False),
    help=tr("另存工作簿（比率都是公式）", "also write a workbook (all rates are formulas)"),
)
@common
def show(
    run: Run,
    by: str,
    metric: str | None,
    compare: str | None,
    p95: bool,  # noqa: FBT001 - click passes flags by name
    xlsx: Path | None,
    members: bool,  # noqa: FBT001 - click passes flags by name
    **when: str | None,
) -> None:
    """Compute, print, and write the workbook."""
    from inventory.usage.print import print_usage
    from inventory.usage.rates import RATED
    from inventory.usage.xlsx import write_usage

    metrics = (metric,) if metric else RATED
    view = _view(run, by, metrics, compare, with_p95=p95 or metric is not None, when=when)
    if xlsx is not None:
        write_usage(view, xlsx, as_of=run.as_of)
    data = {
        "period": view.period.as_json(), "by": by, "rates": [rate.as_json() for rate in view.rates],
        "compared": None if view.compared is None else view.compared.as_json(), "before": [rate.as_json() for rate in view.before],
        "readings": [reading.as_json() for reading in view.readings], "changed_on": [day.isoformat() for day in view.changed_on],
        "classified_servers": view.classified_servers,
    }  # fmt: skip
    if members:
        data["members"] = [span.as_json() for span in view.members]
    run.show(SCHEMA, data, human=lambda console: print_usage(console, view, metrics))


def _view(
    run: Run, by: str, metrics: tuple[str, ...], compare: str | None, *, with_p95: bool, when: dict[str, str | None]
) -> UsageView:
    from inventory.storage.store import open_store
    from inventory.usage.periods import compared_with, period_of
    from inventory.usage.view import usage_view

    period = period_of(run.as_of, **when)
    compared = compared_with(period, compare) if compare else None  # type: ignore[arg-type]
    inventory, rollup, basis, catalogs = read_usage(run)
    with open_store(run.store) as store:
        return usage_view(
            store, catalogs, inventory, rollup, policy_of(run, catalogs), by=by, period=period, compared=compared,
            metrics=metrics, with_p95=with_p95, basis=basis,
        )  # fmt: skip


def read_usage(run: Run, *, samples_needed: bool = True) -> tuple[Inventory, Rollup, Basis, Catalogs]:
    """Inventory, roll-up, the profile's basis and the catalogues that a command on usage needs.

    Raises:
        StoreError: no samples were collected until `as_of`, and the command is of no use without them.
    """
    from catalogs.load import load_catalogs
    from inventory.merging.merge import some_inventory_at
    from inventory.storage.store import open_store
    from inventory.telemetry.query import Rollup
    from inventory.usage.rates import Basis, basis_of

    catalogs = load_catalogs(run.workspace)
    with open_store(run.store) as store:
        inventory = some_inventory_at(store, catalogs, run.as_of)
        rollup = Rollup.of(store, run.as_of)
    if samples_needed and not rollup.files:
        raise StoreError(
            f"到 {run.as_of_on} 为止没有使用率样本", f"no usage samples until {run.as_of_on}",
            hint=Text("先采集：govcloud collect metrics 采样/；或把 --as-of 往后放", "collect first: govcloud collect metrics FILES; or move --as-of"),
        )  # fmt: skip
    policy = policy_of(run, catalogs)
    return inventory, rollup, Basis() if policy is None else basis_of(policy.usage), catalogs


def policy_of(run: Run, catalogs: Catalogs) -> Policy | None:
    """The policy profile that the workspace names, if any."""
    from catalogs.console import WORKSPACE_FILE
    from catalogs.settings import read_settings

    file = run.workspace / WORKSPACE_FILE
    profile = read_settings(file).get("profile") if file.is_file() else None
    return catalogs.policy(profile) if profile else None
