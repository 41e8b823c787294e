"""The inventory filtered, found in, and as JSON. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from catalogs.errors import UsageError
from catalogs.words import Text
from inventory.merging import values as typed
from inventory.model import Inventory, Origin, Server, System, Value
from inventory.names import Lineage, normalised

_UNTYPED = frozenset({"fields", "origins"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What is wanted; `None` wants everything."""

    department: str | None = None
    zone: str | None = None
    status: str | None = None
    text: str | None = None
    unlinked: bool = False


def filtered(inventory: Inventory, wanted: Filter, lineage: Lineage) -> Inventory:
    """The systems and servers that are wanted, and the gaps that concern them; all gaps where nothing is left out.

    A department may be given by any name it ever bore. A word is looked for in names, codes and addresses.
    """
    systems = tuple(
        system for system in inventory.systems if not wanted.unlinked and _fits_system(system, wanted, lineage)
    )
    servers = tuple(server for server in inventory.servers if _fits_server(server, wanted, lineage))
    if wanted == Filter():
        return inventory
    kept = {system.id for system in systems} | {server.id for server in servers}
    return replace(
        inventory, systems=systems, servers=servers, gaps=tuple(gap for gap in inventory.gaps if gap.subject in kept)
    )


def _fits_system(system: System, wanted: Filter, lineage: Lineage) -> bool:
    words = (
        system.id,
        system.name,
        *_words(system.fields, "sys_code", "alias", "sub_system", "ip", "domain", "known_as"),
    )
    return (
        _fits_department(system.department, wanted.department, lineage)
        and (wanted.zone is None or any(normalised(wanted.zone) in normalised(zone) for zone in system.zones))
        and (wanted.status is None or _contains([system.status or "未知"], wanted.status))
        and (wanted.text is None or _contains(words, wanted.text))
    )


def _fits_server(server: Server, wanted: Filter, lineage: Lineage) -> bool:
    words = (
        server.id,
        server.name,
        server.project or "",
        *server.addresses,
        *_words(server.fields, "host_name", "known_as"),
    )
    return (
        (not wanted.unlinked or server.system_id is None)
        and _fits_department(server.department, wanted.department, lineage)
        and (wanted.zone is None or _contains([server.zone or "", server.pool or ""], wanted.zone))
        and (wanted.status is None or wanted.status in {server.power or "unknown", str(server.fields.get("status"))})
        and (wanted.text is None or _contains(words, wanted.text))
    )


def _fits_department(name: str | None, wanted: str | None, lineage: Lineage) -> bool:
    return wanted is None or lineage.related(name, wanted)


def _words(fields: Mapping[str, Value], *names: str) -> tuple[str, ...]:
    return tuple(word for name in names for word in typed.texts(fields.get(name)))


def _contains(texts: Iterable[str], word: str) -> bool:
    """Whether a text has the word, spelling differences apart; addresses keep their dots."""
    plain, loose = word.strip().casefold(), normalised(word)
    return any(
        plain in text.casefold() or (loose != "" and not loose.isdigit() and loose in normalised(text))
        for text in texts
    )


def found_one(inventory: Inventory, subject: str) -> System | Server:
    """A system or server by its id, an id it was known by, or the one name that nothing else bears.

    Raises:
        UsageError: there is none, or several.
    """
    everything: tuple[System | Server, ...] = (*inventory.systems, *inventory.servers)
    exact = [one for one in everything if subject == one.id or subject in typed.texts(one.fields.get("known_as"))]
    named = exact or [one for one in everything if normalised(one.name) == normalised(subject)]
    if len(named) == 1:
        return named[0]
    hint = Text("用 govcloud inventory list --text 词 查找", "find it with: govcloud inventory list --text WORD")
    if not named:
        raise UsageError(f"清单中没有“{subject}”", f"there is no {subject!r} in the inventory", hint=hint)
    ids = "、".join(one.id for one in named[:5])
    raise UsageError(
        f"有 {len(named)} 个叫“{subject}”：{ids}；请写编号",
        f"{len(named)} are called {subject!r}: {ids}; give the id",
        hint=hint,
    )


def system_as_json(system: System, *, whole: Inventory | None = None) -> dict[str, object]:
    """A system's typed values; with `whole` also every field with its place, its servers and its dependencies."""
    plain = _plain(system)
    if whole is None:
        return plain
    servers = whole.servers_of(system.id)
    return {
        **plain,
        "fields": _with_places(system.fields, system.origins),
        "servers": [server_as_json(server) for server in servers],
        "volumes": [volume.id for volume in whole.volumes if volume.system_id == system.id],
        "depends_on": sorted({one.provider for one in whole.dependencies if one.consumer == system.id}),
        "needed_by": sorted({one.consumer for one in whole.dependencies if one.provider == system.id}),
    }


def server_as_json(server: Server, *, whole: Inventory | None = None) -> dict[str, object]:
    """A server's typed values; with `whole` also every field with its place, and its volumes."""
    plain = _plain(server)
    plain["link_basis"] = server.fields.get("link_basis")
    if whole is None:
        return plain
    volumes = [
        {"id": volume.id, "name": volume.name, "size_gib": volume.size_gib, "volume_type": volume.volume_type}
        for volume in whole.volumes
        if volume.server_id == server.id
    ]
    return {**plain, "fields": _with_places(server.fields, server.origins), "volumes": volumes}


def _plain(one: System | Server) -> dict[str, object]:
    values = {field.name: getattr(one, field.name) for field in dataclasses.fields(one) if field.name not in _UNTYPED}
    return {name: _json_value(value) for name, value in values.items()}


def _json_value(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
        case _:
            return value


def _with_places(fields: Mapping[str, Value], origins: Mapping[str, Origin]) -> dict[str, object]:
    return {
        name: {"value": _json_value(value), "origin": origins[name].as_json() if name in origins else None}
        for name, value in sorted(fields.items())
    }


def summary_of(inventory: Inventory) -> dict[str, int]:
    """The counts that every listing ends with."""
    return {
        "systems": len(inventory.systems),
        "servers": len(inventory.servers),
        "unlinked_servers": sum(1 for server in inventory.servers if server.system_id is None),
        "volumes": len(inventory.volumes),
        "dependencies": len(inventory.dependencies),
        "gaps": len(inventory.gaps),
        "classified": inventory.classified_count,
    }


def inventory_as_json(inventory: Inventory) -> dict[str, object]:
    """Everything: systems and servers with all fields and places, volumes, dependencies, pools and gaps."""
    return {
        "schema": "govcloud/inventory/1",
        "as_of": inventory.as_of.isoformat().replace("+00:00", "Z"),
        "snapshots": list(inventory.snapshots),
        "incomplete": [text.as_json() for text in inventory.incomplete],
        "classified_count": inventory.classified_count,
        "systems": [{**system_as_json(system), "fields": _with_places(system.fields, system.origins)} for system in inventory.systems],
        "servers": [{**server_as_json(server), "fields": _with_places(server.fields, server.origins)} for server in inventory.servers],
        "volumes": [
            {"id": volume.id, "name": volume.name, "size_gib": volume.size_gib, "server_id": volume.server_id, "system_id": volume.system_id,
             "volume_type": volume.volume_type, "origin": None if volume.origin is None else volume.origin.as_json()}
            for volume in inventory.volumes
        ],
        "dependencies": [
            {"consumer": one.consumer, "provider": one.provider, "basis": one.basis, "origin": one.origin.as_json()} for one in inventory.dependencies
        ],
        "others": [record.as_json() for record in inventory.others],
        "gaps": [gap.as_json() for gap in inventory.gaps],
    }  # fmt: skip
