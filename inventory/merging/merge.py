"""Records of all sources at one date → one `Inventory`. A function of snapshots, decisions, catalogues and `as_of`.

Nothing is lost: each record ends in exactly one system or server (its id is in their field `known_as`), in a volume, a
dependency, in `others`, or in a gap. The order in which records come does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from catalogs.console import LOCAL_ZONE
from catalogs.errors import StoreError
from catalogs.words import Text
from inventory.closed_systems import closed_by_now, closed_names, counted_twice
from inventory.department_names import is_of_name, with_names_answered
from inventory.merging import values as typed
from inventory.merging.classified import Veil, veiled_server, veiled_volume, without_classified
from inventory.merging.dependencies import merge_dependencies
from inventory.merging.fields import first_text
from inventory.merging.links import Directory, Links, department_of, link_servers
from inventory.merging.parts import Rulings, Seen, Words, in_order
from inventory.merging.servers import Machine, MergedServers, match_machines, server_of
from inventory.merging.sizes import with_servers
from inventory.merging.systems import merge_systems
from inventory.model import Gap, Inventory, Server, System, Volume

if TYPE_CHECKING:
    from catalogs.load import Catalogs
    from inventory.storage.store import Store

_OTHERS = frozenset({"network", "pool", "bucket"})


def inventory_at(store: Store, catalogs: Catalogs, as_of: datetime) -> Inventory:
    """Everything known at an instant: the latest complete snapshot of each source until then, merged.

    Args:
        store: snapshots and decisions.
        catalogs: names of departments, zones and pools.
        as_of: an aware instant; later snapshots and decisions are not looked at, but for one thing: a system that is
            classified by now is named in no look back either (inventory/closed_systems.py).
    """
    chosen, closed = store.latest(as_of), closed_by_now(store, as_of)
    ids = [snapshot.id for snapshot in chosen.values()]
    seen = [
        Seen(record=record, source=snapshot.source, collector=snapshot.collector, taken_at=snapshot.taken_at)
        for snapshot in chosen.values()
        for record in store.records([snapshot.id])
    ]
    known = {*store.identities().values(), *(row.record.id for row in seen)}
    rulings, without_effect = Rulings.of(
        [*store.decisions(until=as_of), *closed], as_of.astimezone(LOCAL_ZONE).date()
    ).without_unknown(known)
    merged, hidden = _merged(seen, rulings, Words.of(catalogs, as_of.astimezone(LOCAL_ZONE).date()), as_of)
    classified_rows = sum(1 for row in store.skipped(ids) if row.reason == "classified")
    newest = {snapshot.source: snapshot for snapshot in store.snapshots(until=as_of)}
    twice = counted_twice(store.marks(), chosen.values(), hidden)
    partial = [newest[source] for source in sorted(newest) if not newest[source].complete]
    incomplete = tuple(
        snapshot.why_partial or Text(f"{snapshot.source} 不完整", f"{snapshot.source} is partial")
        for snapshot in partial
    )
    veil = Veil(name for names in closed_names(store).values() for name in names) if hidden or closed else None
    return replace(
        merged if veil is None else replace(merged, systems=tuple(map(veil.system, merged.systems))),
        gaps=_veiled(
            veil, without_classified([*_still_open(store.gaps(ids), rulings), *without_effect, *merged.gaps], hidden)
        ),
        snapshots=tuple(sorted(ids)),
        incomplete=incomplete,
        classified_count=merged.classified_count + classified_rows - twice,
    )


def some_inventory_at(store: Store, catalogs: Catalogs, as_of: datetime) -> Inventory:
    """`inventory_at`, for commands that are of no use where nothing was collected.

    Raises:
        StoreError: nothing was collected until `as_of`.
    """
    found = inventory_at(store, catalogs, as_of)
    if not found.snapshots:
        day = as_of.astimezone(LOCAL_ZONE).date()
        raise StoreError(
            f"到 {day} 为止还没有采集过任何东西",
            f"nothing was collected until {day}",
            hint=Text(
                "先采集：govcloud collect ledger 台账/*；或把 --as-of 往后放",
                "collect first: govcloud collect ledger …; or move --as-of",
            ),
        )
    return found


def _still_open(gaps: Iterable[Gap], rulings: Rulings) -> Iterable[Gap]:
    """The gaps found while collecting, under today's ids, without the questions about identity and names that were decided since."""
    for gap in gaps:
        if is_of_name(gap.answer_key) and gap.answer_key in rulings.answers:
            continue
        subject = None if gap.subject is None else rulings.final(gap.subject)
        kind, _, ids = (gap.answer_key or "").partition(":")
        if kind == "same-system" and (
            gap.answer_key in rulings.answers or rulings.final(ids.partition(":")[2]) == subject
        ):
            continue
        yield gap if subject == gap.subject else replace(gap, subject=subject)


def merge(seen: Iterable[Seen], *, rulings: Rulings, words: Words, as_of: datetime) -> Inventory:
    """Merge records, whatever order they come in; pure."""
    return _merged(seen, rulings, words, as_of)[0]


def _merged(seen: Iterable[Seen], rulings: Rulings, words: Words, as_of: datetime) -> tuple[Inventory, frozenset[str]]:
    """The inventory, and the ids of classified systems and their servers, of which nothing may be said."""
    words = replace(words, lineage=with_names_answered(words.lineage, rulings.answers))
    by_kind: dict[str, list[Seen]] = defaultdict(list)
    for row in seen:
        by_kind[row.record.kind].append(row)
    systems = merge_systems(by_kind["system"], rulings, words)
    machines = match_machines(by_kind["server"], rulings)
    directory = Directory(systems.systems, rulings, words, systems.hidden)
    links = link_servers(machines.machines.values(), directory, rulings)
    hidden = frozenset(
        {*systems.hidden, *(machine for machine, system_id in links.system_of.items() if system_id in systems.hidden)}
    )
    servers, server_gaps = _servers(machines, links, systems.systems, rulings, words)
    joined, size_gaps = with_servers(systems.systems, servers, rulings)
    known_as = {known: server.id for server in servers for known in typed.texts(server.fields["known_as"])}
    volumes, volume_gaps = _volumes(
        by_kind["volume"], known_as, {server.id: server for server in servers}, directory, hidden
    )
    dependencies, dependency_gaps = merge_dependencies(by_kind["dependency"], joined, directory, rulings)
    gaps = [*systems.gaps, *machines.gaps, *links.gaps, *server_gaps, *size_gaps, *volume_gaps, *dependency_gaps]
    others = tuple(row.record for row in in_order(row for kind in sorted(_OTHERS) for row in by_kind[kind]))
    inventory = Inventory(
        as_of=as_of,
        systems=tuple(joined[key] for key in sorted(joined)),
        servers=tuple(sorted(servers, key=lambda server: server.id)),
        volumes=volumes,
        dependencies=dependencies,
        others=tuple(sorted(others, key=lambda record: record.id)),
        gaps=_each_once(without_classified(gaps, hidden)),
        classified_count=len(systems.hidden),
    )
    return inventory, hidden


def _veiled(veil: Veil | None, gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    return _each_once(gaps if veil is None else map(veil.gap, gaps))


def _each_once(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    return tuple(gap for _, gap in sorted({(gap.id, gap.subject or ""): gap for gap in gaps}.items()))


def _servers(
    machines: MergedServers, links: Links, systems: Mapping[str, System], rulings: Rulings, words: Words
) -> tuple[list[Server], list[Gap]]:
    servers, gaps = [], []
    for machine in machines.machines.values():
        system_id = links.system_of.get(machine.id)
        department = _department(systems.get(system_id or ""), machine, words)
        server, own = server_of(machine, system_id, department, rulings, words)
        if system_id is not None and system_id not in systems:
            server = veiled_server(server)
        elif system_id is not None:
            server = replace(server, fields={**server.fields, "link_basis": links.basis_of[machine.id]})
        servers.append(server)
        gaps += own
    return servers, gaps


def _department(system: System | None, machine: Machine, words: Words) -> str | None:
    """That of its system; else as its row or its metadata says; else the one its project is named after."""
    if system is not None:
        return system.department
    named = department_of(machine)
    if named is not None:
        return words.lineage.name_today(named)
    projects = (
        project for project in sorted(machine.texts("project")) if words.lineage.department_id(project) is not None
    )
    return words.lineage.name_today(next(projects, None))


def _volumes(
    seen: Iterable[Seen],
    known_as: Mapping[str, str],
    servers: Mapping[str, Server],
    directory: Directory,
    hidden: frozenset[str],
) -> tuple[tuple[Volume, ...], list[Gap]]:
    """Volumes with their server, and the system of the server or of their own metadata; one without a size is a gap."""
    found: dict[str, Volume] = {}
    gaps: list[Gap] = []
    for row in in_order(seen):
        fields, origin = row.record.fields, row.record.origin
        size_gib = typed.whole(fields.get("size_gib"))
        if size_gib is None:
            message = Text(f"{origin.place}：云硬盘没有大小", f"{origin.place}: the volume has no size")
            gaps.append(Gap(kind="missing", origin=origin, subject=row.record.id, field="size_gib", message=message))
            continue
        server_id = next((known_as[one] for one in typed.texts(fields.get("server_ids")) if one in known_as), None)
        tagged = sorted(directory.by_id(str(fields.get("metadata.govcloud:system"))))
        volume = Volume(
            id=row.record.id, name=first_text(fields, "volume_name") or row.record.id, size_gib=size_gib, server_id=server_id,
            system_id=servers[server_id].system_id if server_id else (tagged[0] if tagged else None),
            volume_type=first_text(fields, "volume_type"), origin=origin,
        )  # fmt: skip
        shown = hidden.isdisjoint([server_id, *tagged])
        found.setdefault(volume.id, volume if shown else veiled_volume(volume))
    return tuple(found[key] for key in sorted(found)), gaps
