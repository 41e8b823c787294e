"""`inventory list | show | gaps | conflicts | export`: what is known at a date, where it comes from, and what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from catalogs.console import LOCAL_ZONE, Run, common
from catalogs.errors import UsageError
from catalogs.words import Text, tr
from inventory.commands.contacts import contacts
from inventory.listing.filters import Filter, filtered, server_as_json, summary_of, system_as_json

if TYPE_CHECKING:
    from inventory.model import Gap, Inventory
    from inventory.names import Lineage

Function = TypeVar("Function", bound=Callable[..., Any])


def read_inventory(run: Run) -> tuple[Inventory, Lineage]:
    """The inventory that a command speaks of, and the lineage of departments for its filters.

    Raises:
        StoreError: there is no store, or nothing was collected until `as_of`.
    """
    from catalogs.load import load_catalogs
    from inventory.merging.merge import some_inventory_at
    from inventory.names import Lineage
    from inventory.storage.store import open_store

    catalogs = load_catalogs(run.workspace)
    with open_store(run.store) as store:
        found = some_inventory_at(store, catalogs, run.as_of)
    return found, Lineage.of(catalogs.departments, run.as_of.astimezone(LOCAL_ZONE).date())


def _incomplete(inventory: Inventory) -> Text | None:
    if not inventory.incomplete:
        return None
    return Text(
        "；".join(text.zh for text in inventory.incomplete), "; ".join(text.en for text in inventory.incomplete)
    )


def _filters(function: Function) -> Function:
    for option in reversed(
        [
            click.option(
                "--department",
                metavar="NAME",
                help=tr("只看一个单位（新旧名称都认）", "only one department, by any of its names"),
            ),
            click.option("--zone", metavar="NAME", help=tr("只看一个网络区域", "only one network zone")),
            click.option(
                "--status", metavar="WORD", help=tr("只看一种状态（在用、停用、on、off…）", "only one status")
            ),
            click.option(
                "--text", metavar="WORD", help=tr("名称、编码、地址里有这个词", "a word in name, code or address")
            ),
        ]
    ):
        function = option(function)
    return function


@click.group(help=tr("清单：系统、服务器、缺口；可导出。", "The inventory: systems, servers, gaps; export."))
def inventory() -> None:
    """Group of the commands on the inventory."""


inventory.add_command(contacts)


@inventory.command(
    name="list",
    help=tr("列出系统；--servers 列出服务器。", "List systems; --servers lists servers."),
    epilog=tr(
        "例：govcloud inventory list --department 市教育局 --zone 互联网区",
        "Example: govcloud inventory list --servers --unlinked",
    ),
)
@click.option("--servers", is_flag=True, help=tr("列服务器而不是系统", "servers instead of systems"))
@click.option("--unlinked", is_flag=True, help=tr("只列不知属于哪个系统的服务器", "only servers of no known system"))
@_filters
@common
def list_(
    run: Run,
    *,
    servers: bool,
    unlinked: bool,
    department: str | None,
    zone: str | None,
    status: str | None,
    text: str | None,
) -> None:
    """Show what is known, filtered."""
    from inventory.listing.print import print_servers, print_systems

    found, lineage = read_inventory(run)
    chosen = filtered(
        found, Filter(department=department, zone=zone, status=status, text=text, unlinked=unlinked), lineage
    )
    if servers or unlinked:
        data: object = [server_as_json(server) for server in chosen.servers]
        run.show(
            "govcloud/servers/1",
            data,
            human=lambda c: print_servers(c, chosen, found.systems),
            complete=not found.incomplete,
            missing=_incomplete(found),
        )
        return
    data = [system_as_json(system) for system in chosen.systems]
    run.show(
        "govcloud/systems/1",
        data,
        human=lambda c: print_systems(c, chosen, summary_of(found)),
        complete=not found.incomplete,
        missing=_incomplete(found),
    )


@inventory.command(
    help=tr(
        "看一个系统或服务器的全部字段，每个值都写明出处。", "All fields of one system or server, each with its place."
    ),
    epilog=tr("例：govcloud inventory show sys-1f3c9a7e01", "Example: govcloud inventory show sys-1f3c9a7e01"),
)
@click.argument("subject")
@common
def show(run: Run, subject: str) -> None:
    """Show one thing with the origins of its values and the gaps that concern it."""
    from inventory.listing.filters import found_one
    from inventory.listing.print import print_server, print_system
    from inventory.model import System

    whole, _ = read_inventory(run)
    one = found_one(whole, subject)
    gaps = tuple(gap for gap in whole.gaps if gap.subject == one.id)
    if isinstance(one, System):
        run.show(
            "govcloud/system/1",
            system_as_json(one, whole=whole),
            human=lambda c: print_system(c, one, whole, gaps),
            gaps=gaps,
        )
    else:
        run.show(
            "govcloud/server/1", server_as_json(one, whole=whole), human=lambda c: print_server(c, one, gaps), gaps=gaps
        )


@inventory.command(
    help=tr("列出不知道的、不一致的、要人回答的。", "What is not known, does not agree, or wants an answer."),
    epilog=tr("例：govcloud inventory gaps --kind conflict", "Example: govcloud inventory gaps --kind conflict"),
)
@click.option(
    "--kind", metavar="KIND", help=tr("只看一类（conflict、unmatched、ambiguous、missing…）", "only one kind")
)
@click.option("--subject", metavar="ID", help=tr("只看一个系统或服务器", "only one system or server"))
@click.option("--source", metavar="NAME", help=tr("只看一个来源", "only one source"))
@common
def gaps(run: Run, kind: str | None, subject: str | None, source: str | None) -> None:
    """List gaps, grouped by kind."""
    from inventory.listing.print import print_gaps

    _known_kind(kind)
    whole, _ = read_inventory(run)
    chosen = [
        gap
        for gap in whole.gaps
        if kind in {None, gap.kind} and subject in {None, gap.subject} and source in {None, gap.origin.source}
    ]
    data = {"count": dict(sorted(Counter(gap.kind for gap in chosen).items())), "total": len(chosen)}
    run.show(
        "govcloud/gaps/1",
        data,
        human=lambda console: print_gaps(console, chosen),
        gaps=chosen,
        complete=not whole.incomplete,
        missing=_incomplete(whole),
    )


def _known_kind(kind: str | None) -> None:
    from typing import get_args

    from inventory.model import GapKind

    if kind is not None and kind not in get_args(GapKind):
        known = "、".join(get_args(GapKind))
        raise UsageError(f"没有“{kind}”这类缺口；可用：{known}", f"no kind of gap {kind!r}; known: {known}")


@inventory.command(
    name="conflicts",
    help=tr("只看来源之间不一致的值。", "Only values on which sources do not agree."),
    epilog=tr("例：govcloud inventory conflicts --department 市教育局", "Example: govcloud inventory conflicts"),
)
@click.option("--department", metavar="NAME", help=tr("只看一个单位", "only one department"))
@common
def conflicts(run: Run, department: str | None) -> None:
    """List conflicts with both places and how to settle them."""
    from inventory.listing.print import print_conflicts

    whole, lineage = read_inventory(run)
    chosen = filtered(whole, Filter(department=department), lineage)
    subjects = {system.id for system in chosen.systems} | {server.id for server in chosen.servers}
    found: list[Gap] = [
        gap for gap in whole.gaps if gap.kind == "conflict" and (department is None or gap.subject in subjects)
    ]
    run.show(
        "govcloud/gaps/1",
        {"count": {"conflict": len(found)}, "total": len(found)},
        human=lambda c: print_conflicts(c, found),
        gaps=found,
    )


@inventory.command(
    help=tr(
        "导出清单：xlsx、csv（系统与服务器各一个文件）或 json，按文件名后缀。",
        "Export: xlsx, csv (systems; servers beside) or json, by the file's ending.",
    ),
    epilog=tr("例：govcloud inventory export 清单.xlsx", "Example: govcloud inventory export inventory.xlsx"),
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_filters
@common
def export(
    run: Run, file: Path, department: str | None, zone: str | None, status: str | None, text: str | None
) -> None:
    """Write the inventory to a file; nothing half-written is left."""
    from inventory.listing.export import export_inventory

    whole, lineage = read_inventory(run)
    chosen = filtered(whole, Filter(department=department, zone=zone, status=status, text=text), lineage)
    written = export_inventory(chosen, file)
    data = {"files": [path.name for path in written], **summary_of(chosen)}
    listed = "、".join(str(path) for path in written)
    run.show(
        "govcloud/export/1",
        data,
        human=lambda console: console.print(tr(f"已写 {listed}", f"wrote {listed}")),
        complete=not whole.incomplete,
        missing=_incomplete(whole),
    )
