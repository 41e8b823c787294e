"""`inventory contacts`: the only command that shows names and telephone numbers; who looked, when and why is noted first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from catalogs.console import LOCAL_ZONE, Run, common, instant_of_access
from catalogs.errors import UsageError
from catalogs.words import Text, tr

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

    from inventory.model import Contact
    from inventory.names import Lineage
    from inventory.storage.store import Store, StoredRun

COMMAND = "inventory contacts"
ROLES: Mapping[str, Text] = {
    "owner": Text("联系人", "contact"),
    "vendor": Text("承建单位联系人", "vendor's contact"),
    "operator": Text("运维单位联系人", "operator's contact"),
}


@click.command(
    help=tr(
        "查看联系人的姓名和电话；必须写明事由，每次查看都留下记录。",
        "Names and telephone numbers of contacts; needs a reason, and every look is recorded.",
    ),
    epilog=tr(
        "例：govcloud inventory contacts --department 市教育局 --reason 核对排课系统的配置",
        "Example: govcloud inventory contacts --department 市教育局 --reason 'check the sizes of a system'",
    ),
)
@click.option(
    "--department", metavar="NAME", help=tr("只看一个单位（新旧名称都认）", "only one department, by any of its names")
)
@click.option("--reason", metavar="TEXT", help=tr("为什么要看；写入记录", "why; recorded"))
@click.option(
    "--log", "log", is_flag=True, help=tr("只列出谁、何时、为什么看过，不显示联系人", "only who looked, when and why")
)
@common
def contacts(run: Run, *, department: str | None, reason: str | None, log: bool) -> None:
    """Show people, or who looked at them."""
    from inventory.storage.store import open_store

    with open_store(run.store) as store:
        if log:
            _show_log(run, store.results(COMMAND))
            return
        why = _reason(run, reason)
        found = _chosen(run, store, department)
        access = _note(run, store, department, why, len(found))
    data = {"access": access, "contacts": [_as_json(one) for one in found]}
    run.show("govcloud/contacts/1", data, human=lambda console: _print(console, found))


def _reason(run: Run, reason: str | None) -> str:
    """The reason that is given.

    Raises:
        UsageError: there is none, or nobody says who looks.
    """
    if run.actor == "unknown":
        raise UsageError("查看联系人要写明是谁", "looking at contacts needs a name",
                         hint=Text("加上 --actor 姓名，或设 GOVCLOUD_ACTOR", "add --actor NAME, or set GOVCLOUD_ACTOR"))  # fmt: skip
    if not (reason or "").strip():
        raise UsageError("查看联系人要写明事由", "looking at contacts needs a reason",
                         hint=Text("加上 --reason 事由；事由、姓名和时间会记录下来", "add --reason TEXT; reason, actor and time are recorded"))  # fmt: skip
    return (reason or "").strip()


def _chosen(run: Run, store: Store, department: str | None) -> list[Contact]:
    """The people of the latest snapshots, each once."""
    snapshots = [snapshot.id for snapshot in store.latest(run.as_of).values()]
    people = {one.id: one for one in store.contacts(snapshots)}
    return _of_department(people.values(), department, _lineage(run)) if department else list(people.values())


def _of_department(people: Iterable[Contact], department: str, lineage: Lineage) -> list[Contact]:
    return [one for one in people if lineage.related(one.department, department)]


def _lineage(run: Run) -> Lineage:
    from catalogs.load import load_catalogs
    from inventory.names import Lineage

    return Lineage.of(load_catalogs(run.workspace).departments, run.as_of.astimezone(LOCAL_ZONE).date())


def _note(run: Run, store: Store, department: str | None, reason: str, rows: int) -> dict[str, object]:
    """Append who looks, when, why and at how many rows, before anything is shown."""
    from catalogs.digest import canonical_json
    from inventory.collectors.secrets.credentials import mask
    from inventory.commands.cloud import version

    at = instant_of_access()
    seen = {"department": department, "reason": mask(reason)[0], "rows": rows, "as_of": _instant(run.as_of)}
    store.add_run(
        command=run.command, version=version(), as_of=at, actor=run.actor, catalogs_sha256=None,
        result=canonical_json(seen),
    )  # fmt: skip
    return {"actor": run.actor, "at": _instant(at), **seen}


def _instant(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def _as_json(one: Contact) -> dict[str, object]:
    return {
        "id": one.id, "department": one.department, "role": one.role, "name": one.name, "phone": one.phone,
        "origin": one.origin.as_json(),
    }  # fmt: skip


def _print(console: Console, people: Sequence[Contact]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (Text("编号", "id"), Text("单位", "department"), Text("角色", "role"), Text("姓名", "name"), Text("电话", "phone"), Text("出处", "place")):  # fmt: skip
        table.add_column(str(heading), overflow="fold")
    for one in people:
        table.add_row(one.id, one.department or "—", str(ROLES.get(one.role, one.role)), one.name or "—", one.phone or "—", one.origin.place)  # fmt: skip
    console.print(table)
    console.print(tr(f"共 {len(people)} 人；这次查看已记录", f"{len(people)} people; this look was recorded"))


def _show_log(run: Run, looks: Sequence[StoredRun]) -> None:
    rows = [{"actor": look.actor, "at": _instant(look.as_of), **json.loads(look.result)} for look in looks]
    run.show("govcloud/contact-accesses/1", rows, human=lambda console: _print_log(console, rows))


def _print_log(console: Console, rows: Sequence[Mapping[str, object]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (Text("时间（UTC）", "time (UTC)"), Text("谁", "who"), Text("单位", "department"), Text("行数", "rows"), Text("事由", "reason")):  # fmt: skip
        table.add_column(str(heading), overflow="fold")
    for row in rows:
        table.add_row(str(row["at"]), str(row["actor"]), str(row["department"] or tr("全部", "all")), str(row["rows"]), str(row["reason"]))  # fmt: skip
    console.print(table)
    console.print(tr(f"共查看 {len(rows)} 次", f"{len(rows)} looks"))
