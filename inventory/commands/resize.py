"""`zombies resize`: 降配， 扩容， 回收 for each server, with the catalogue's flavour and what it saves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from catalogs.console import Run, common
from catalogs.errors import UsageError
from catalogs.words import tr

if TYPE_CHECKING:
    from rich.console import Console

    from inventory.usage.right_sizing import Advice

SCHEMA = "govcloud/resize/1"


@click.command(
    help=tr(
        "给出每台服务器的降配、扩容、回收建议：目录里的规格、留下的余量、节省的 vCPU、GiB 和每月多少分。",
        "Advice for each server: smaller, larger or reclaim, with the catalogue's flavour, the headroom and what it saves.",
    ),
    epilog=tr("例：govcloud zombies resize --kind downsize", "Example: govcloud zombies resize --kind downsize"),
)
@click.option("--kind", type=click.Choice(["reclaim", "downsize", "expand"]), help=tr("只看一种", "only one kind"))
@click.option("--system", metavar="ID", help=tr("只看一个系统", "only one system"))
@common
def resize(run: Run, kind: str | None, system: str | None) -> None:
    """Compute and print."""
    found, names = _advice(run)
    chosen = [
        one for one in found if (kind is None or one.kind == kind) and (system is None or one.system_id == system)
    ]
    data = {"advice": [one.as_json() for one in chosen], "totals": totals(chosen)}
    run.show(SCHEMA, data, human=lambda console: _print(console, chosen, names))


def _advice(run: Run) -> tuple[tuple[Advice, ...], Mapping[str, str]]:
    from inventory.commands.usage import policy_of, read_usage
    from inventory.commands.zombies import read_verdicts
    from inventory.usage.right_sizing import Limits, advise
    from inventory.zombies.rules_in_force import rules_of
    from inventory.zombies.system_facts import window_end

    inventory, rollup, _, catalogs = read_usage(run)
    policy = policy_of(run, catalogs)
    if policy is None:
        raise UsageError(
            "降配建议需要政策文件（govcloud.yaml 里的 profile），其中写明目标云和核定口径",
            "advice on sizes needs a profile (in govcloud.yaml), which names the target cloud",
        )
    planning = catalogs.planning(policy.planning)
    rules = rules_of(catalogs.zombie_rules, policy.zombies)
    verdicts, systems = read_verdicts(run)
    limits = Limits.of(planning.right_sizing, rules)
    flavors = catalogs.service(planning.service).flavors
    names = {**{one.id: one.name for one in inventory.servers}, **{one.id: one.name for one in systems.values()}}
    return advise(inventory, rollup, verdicts, limits, flavors, window_end(run.as_of)), names


def totals(advice: Sequence[Advice]) -> dict[str, dict[str, float]]:
    """What each kind saves together; `without_price` counts the servers that the catalogue has no price for."""
    found: dict[str, dict[str, float]] = {}
    for one in advice:
        row = found.setdefault(
            one.kind, {"servers": 0, "vcpu": 0, "memory_gib": 0, "storage_gib": 0, "fen_month": 0, "without_price": 0}
        )
        row["servers"] += 1
        row["vcpu"] += one.saves_vcpu
        row["memory_gib"] += one.saves_memory_gib
        row["storage_gib"] += one.saves_storage_gib
        row["fen_month"] += one.saves_fen_month or 0
        row["without_price"] += one.saves_fen_month is None
    return dict(sorted(found.items()))


def _print(console: Console, advice: Sequence[Advice], names: Mapping[str, str]) -> None:
    from rich.table import Table

    from inventory.usage.right_sizing import KINDS
    from inventory.zombies.findings import percent

    table = Table()
    for heading in (
        tr("建议", "advice"), tr("系统和服务器", "system and server"), tr("现有 → 规格", "now → flavour"), tr("每月节省", "saves a month"),
        tr("余量 CPU/内存，原因", "headroom CPU/memory, why"),
    ):  # fmt: skip
        table.add_column(heading, overflow="fold")
    for one in advice:
        room = "/".join(percent(value) for value in one.headroom.values())
        price = "n/a" if one.saves_fen_month is None else f"{one.saves_fen_month:,}"
        storage = f"\n{tr('存储', 'storage')} {one.saves_storage_gib:g} GiB" if one.saves_storage_gib else ""
        now = f"{one.vcpu} vCPU {one.memory_gib:g} GiB"
        table.add_row(
            str(KINDS[one.kind]), "\n".join(filter(None, (names.get(one.system_id or "", ""), names[one.server_id]))),
            f"{now}\n→ {one.flavor}" if one.flavor else now,
            f"{one.saves_vcpu} vCPU\n{one.saves_memory_gib:g} GiB{storage}\n{price} {tr('分', 'fen')}",
            f"{room}\n{one.why}" if room else str(one.why),
        )  # fmt: skip
    console.print(table)
    for kind, row in totals(advice).items():
        console.print(total_line(kind, row))
    console.print(
        tr(
            "疑似僵尸须先确认才能回收；价格取自目标云目录，按能容纳现有配置的最便宜规格计。",
            "Reclaim only what is confirmed; prices are the catalogue's, for the cheapest flavour that holds what is there.",
        )
    )


def total_line(kind: str, row: Mapping[str, float]) -> str:
    """What all advice of one kind saves, or adds, in vCPU, GiB and fen a month."""
    from inventory.usage.right_sizing import KINDS

    label = next(str(text) for name, text in KINDS.items() if name == kind)
    adds = kind == "expand"
    vcpu, memory, storage, fen = (
        (-row[name] if adds else row[name]) or 0 for name in ("vcpu", "memory_gib", "storage_gib", "fen_month")
    )  # 0, not -0
    verb = tr("增加" if adds else "节省", "adds" if adds else "saves")
    lacking = (
        tr(f"，其中 {row['without_price']} 台目录无价", f", {row['without_price']} without a price")
        if row["without_price"]
        else ""
    )
    return tr(
        f"{label} {row['servers']} 台：{verb} {vcpu:g} vCPU、内存 {memory:g} GiB、存储 {storage:g} GiB、每月 {fen:,} 分{lacking}",
        f"{label} {row['servers']}: {verb} {vcpu:g} vCPU, {memory:g} GiB memory, {storage:g} GiB storage, {fen:,} fen a month{lacking}",
    )
