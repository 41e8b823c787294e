"""`zombies scan | list | show`: suspected zombie systems, each with its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from catalogs.console import LazyGroup, Run, common
from catalogs.errors import UsageError
from catalogs.words import Text, tr

if TYPE_CHECKING:
    from rich.console import Console

    from inventory.model import Inventory, System
    from inventory.suspicion.signs import Suspicion
    from inventory.telemetry.query import Rollup
    from inventory.zombies.verdict import Verdict
    from inventory.zombies.wording import Wording

SCHEMA = "govcloud/verdicts/1"


@click.group(
    cls=LazyGroup,
    table={
        "case": (
            "inventory.commands.cases:case",
            Text("僵尸案卷：从立案到资源释放", "zombie cases, from suspicion to released resources"),
        ),
        "resize": (
            "inventory.commands.resize:resize",
            Text("降配、扩容、回收建议", "advice: smaller, larger, reclaim"),
        ),
    },
    help=tr(
        "疑似僵尸系统：每个结论都有命中的规则、数值、时间窗和来源；没有数据不算僵尸，未经人确认都只是“疑似”。",
        "Suspected zombie systems, each with rules, values, window and sources; no data makes no zombie.",
    ),
)
def zombies() -> None:
    """Group of the commands on zombies."""


@zombies.command(
    help=tr("按规则判定全部系统，给出汇总。", "Judge all systems and sum up."),
    epilog=tr("例：govcloud zombies scan --as-of 2026-03-31", "Example: govcloud zombies scan --as-of 2026-03-31"),
)
@common
def scan(run: Run) -> None:
    """Judge everything."""
    verdicts, read = read_judged(run)
    systems = {system.id: system for system in read[0].systems}
    signs = read_signs(run, verdicts, read)
    states = Counter(verdict.state for verdict in verdicts)
    words = read_wordings(run)
    data = {
        "wordings": [one.as_json() for one in words],
        "states": dict(sorted(states.items())),
        "rules": dict(sorted(Counter(hit.rule for verdict in verdicts for hit in verdict.hits).items())),
        "disagree": [verdict.system_id for verdict in verdicts if verdict.disagrees],
        "suspicious": [sign.as_json() for signs_of_one in signs.values() for sign in signs_of_one],
        "verdicts": [verdict.as_json() for verdict in verdicts],
    }
    run.show(SCHEMA, data, human=lambda console: _print_scan(console, verdicts, systems, signs, words))


@zombies.command(
    name="list",
    help=tr("列出系统和结论。", "List systems and verdicts."),
    epilog=tr("例：govcloud zombies list --state zombie", "Example: govcloud zombies list --state zombie"),
)
@click.option("--state", type=click.Choice(["zombie", "in_use", "unknown"]), help=tr("只看一种结论", "only one state"))
@click.option("--department", metavar="NAME", help=tr("只看一个单位", "only one department"))
@click.option("--rule", metavar="ID", help=tr("只看命中某条规则的", "only those that a rule hit"))
@click.option("--changed", is_flag=True, help=tr("只看与上月不同的", "only those that differ from a month ago"))
@common
def list_(run: Run, state: str | None, department: str | None, rule: str | None, changed: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Show verdicts that fit."""
    verdicts, systems = read_verdicts(run)
    chosen = [
        verdict for verdict in verdicts
        if (state is None or verdict.state == state)
        and (department is None or department in (systems[verdict.system_id].department or ""))
        and (not changed or verdict.changed)
        and (rule is None or any(result.rule == rule and result.hit for result in verdict.results))
    ]  # fmt: skip
    run.show(
        SCHEMA, {"verdicts": [v.as_json() for v in chosen]}, human=lambda console: _print_list(console, chosen, systems)
    )


@zombies.command(
    help=tr("显示一个系统的全部证据。", "Show all the evidence on one system."),
    epilog=tr("例：govcloud zombies show sys-1f3c9a7e", "Example: govcloud zombies show sys-1f3c9a7e"),
)
@click.argument("system")
@common
def show(run: Run, system: str) -> None:
    """Show one verdict with every rule, hit or not."""
    from inventory.commands.zombie_view import print_one

    verdicts, systems = read_verdicts(run)
    chosen = [v for v in verdicts if v.system_id == system] or [
        v for v in verdicts if systems[v.system_id].name == system
    ]
    if len(chosen) != 1:
        similar = sorted(s.name for s in systems.values() if system in s.name)[:5]
        raise UsageError(
            f"没有编号或名称为“{system}”的系统{'：名称相近的有 ' + '、'.join(similar) if similar else ''}" if not chosen else f"有 {len(chosen)} 个系统叫“{system}”，请用编号：{'、'.join(v.system_id for v in chosen)}",
            f"no system has the id or name {system!r}" if not chosen else f"{len(chosen)} systems are called {system!r}; use an id: {', '.join(v.system_id for v in chosen)}",
            hint=Text("用 govcloud zombies list 查看编号", "see the ids: govcloud zombies list"),
        )  # fmt: skip
    run.show(
        "govcloud/verdict/1",
        chosen[0].as_json(),
        human=lambda console: print_one(
            console,
            chosen[0],
            systems,
            *_use_of(run, chosen[0]),
            words=read_wordings(run),
            case=_case_of(run, chosen[0].system_id),
        ),
    )


def _case_of(run: Run, system_id: str) -> str | None:
    from inventory.commands.cases import case_line

    return case_line(run, system_id)


def read_wordings(run: Run) -> tuple[Wording, ...]:
    """What the workspace's city document says of zombies, word for word."""
    from catalogs.load import load_catalogs
    from inventory.commands.usage import policy_of
    from inventory.zombies.wording import wordings

    return wordings(policy_of(run, load_catalogs(run.workspace)))


def read_signs(
    run: Run, verdicts: Sequence[Verdict], read: tuple[Inventory, Rollup] | None = None
) -> Mapping[str, tuple[Suspicion, ...]]:
    """Signs of made-up load, by system; each with what contradicts it. `read`: inventory and roll-up, where they are read already."""
    from inventory.commands.usage import read_usage
    from inventory.suspicion.signs import by_system, suspicions, weighed
    from inventory.zombies.system_facts import window_end

    inventory, rollup = read or read_usage(run, samples_needed=False)[:2]
    return by_system(weighed(suspicions(inventory, rollup, window_end(run.as_of)), verdicts))


def read_verdicts(run: Run) -> tuple[tuple[Verdict, ...], Mapping[str, System]]:
    """The verdicts at `as_of`, with those of the months before, and the systems by id."""
    verdicts, (inventory, _) = read_judged(run)
    return verdicts, {system.id: system for system in inventory.systems}


def read_judged(run: Run) -> tuple[tuple[Verdict, ...], tuple[Inventory, Rollup]]:
    """The verdicts at `as_of` with the inventory and the roll-up that they were judged on."""
    from inventory.commands.usage import policy_of, read_usage
    from inventory.storage.store import open_store
    from inventory.zombies.history import facts_with_history
    from inventory.zombies.judge import judge_facts
    from inventory.zombies.rules_in_force import rules_of

    inventory, rollup, _, catalogs = read_usage(run, samples_needed=False)
    policy = policy_of(run, catalogs)
    rules = rules_of(catalogs.zombie_rules, policy.zombies if policy else None)
    with open_store(run.store) as store:
        facts = facts_with_history(store, catalogs, inventory, rules, run.as_of, rolled_up=rollup)
    return judge_facts(facts, rules, run.as_of), (inventory, rollup)


def _print_scan(
    console: Console,
    verdicts: Sequence[Verdict],
    systems: Mapping[str, System],
    signs: Mapping[str, tuple[Suspicion, ...]],
    words: Sequence[Wording],
) -> None:
    from inventory.commands.zombie_view import print_wordings
    from inventory.zombies.verdict import STATES

    print_wordings(console, [one for one in words if one.rule is None])
    states = Counter(verdict.state for verdict in verdicts)
    for state, label in STATES.items():
        console.print(f"{label}{tr('：', ': ')}{states.get(state, 0)}")  # type: ignore[call-overload]
    differing = [v for v in verdicts if v.disagrees]
    if differing:
        console.print(
            tr(f"申报与检测不一致：{len(differing)} 个，审计会问", f"declared and detected differ: {len(differing)}")
        )
    alone = [name for name, rows in signs.items() if any(row.contradicted is None for row in rows)]
    if alone:
        names = "、".join(systems[system_id].name for system_id in alone[:5])
        console.print(
            tr(
                f"采样可疑（不等于作假）：{len(alone)} 个系统：{names}",
                f"suspicious samples (which is not guilt): {len(alone)} systems: {names}",
            )
        )
    if len(signs) > len(alone):
        rest = len(signs) - len(alone)
        console.print(
            tr(
                f"另有 {rest} 个系统有同样的迹象，但有人登录或访问；见 zombies show",
                f"{rest} more systems show the same signs, but people use them: see zombies show",
            )
        )
    _print_list(console, [v for v in verdicts if v.state == "zombie"], systems)


def _print_list(console: Console, verdicts: Sequence[Verdict], systems: Mapping[str, System]) -> None:
    from rich.table import Table

    from inventory.commands.zombie_view import state_before
    from inventory.zombies.findings import percent
    from inventory.zombies.verdict import STATES

    table = Table(
        title=tr(f"{len(verdicts)} 个系统（未经确认均为疑似）", f"{len(verdicts)} systems (suspected until confirmed)")
    )
    for heading, whole in (
        (tr("编号", "id"), True),
        (tr("系统和单位", "system and department"), False),
        (tr("结论", "verdict"), False),
        (tr("上月", "a month ago"), False),
        (tr("依据", "evidence"), False),
        (tr("覆盖率", "coverage"), True),
    ):
        table.add_column(
            heading, overflow="fold", no_wrap=whole, min_width=12 if heading == tr("依据", "evidence") else None
        )
    order = list(STATES)
    for verdict in sorted(verdicts, key=lambda verdict: order.index(verdict.state)):
        system = systems[verdict.system_id]
        table.add_row(
            system.id,
            "\n".join(filter(None, (system.name, system.department))),
            str(STATES[verdict.state]),
            state_before(verdict),
            str(verdict.sentence),
            percent(verdict.coverage),
        )
    console.print(table)


def _use_of(run: Run, verdict: Verdict) -> tuple[list[float | None], tuple[Suspicion, ...]]:
    """The mean CPU of a system on each day of the window, and signs of made-up load."""
    from inventory.commands.usage import read_usage
    from inventory.telemetry.query import daily_ratios

    inventory, rollup, _, _ = read_usage(run, samples_needed=False)
    servers = [server.id for server in inventory.servers_of(verdict.system_id)]
    signs = read_signs(run, [verdict]).get(verdict.system_id, ())
    return daily_ratios(rollup, servers, "cpu", verdict.window), signs
