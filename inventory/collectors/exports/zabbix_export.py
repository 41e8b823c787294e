"""Zabbix host exports (YAML, JSON or XML): names and addresses of monitored hosts. Macros and secrets are never read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from catalogs.digest import sha256_of_bytes
from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.collectors.departments import stem_without_dates
from inventory.model import Collected, Gap, Origin, Record, Skipped

COLLECTOR = "zabbix"
_PLACEHOLDERS = frozenset({"127.0.0.1", "0.0.0.0"})  # noqa: S104 - what Zabbix writes where there is no address
_INVENTORY = {
    "os": "os_app",
    "os_full": "os_app",
    "hardware": "server_model",
    "site_notes": "site",
    "location": "location",
    "type": "server_type",
}


def recognises(content: bytes) -> bool:
    """Whether a file is such an export, whatever its form."""
    return b"zabbix_export" in content[:400]


def parse(name: str, content: bytes) -> Collected:
    """Read one export.

    Raises:
        CollectError: it is damaged.
    """
    source = f"{COLLECTOR}:{stem_without_dates(name)}"
    records: list[Record] = []
    gaps: list[Gap] = []
    skipped: list[Skipped] = []
    for number, host in enumerate(_hosts(name, content), 1):
        origin = Origin(source=source, file=name, path=f"hosts/{number}")
        own = str(host.get("host") or "").strip()
        if not own:
            gaps.append(
                Gap(
                    kind="missing",
                    origin=origin,
                    field="server_name",
                    message=Text("这台主机没有名称", "this host has no name"),
                )
            )
            continue
        records.append(_record(host, own, origin))
    count = len(records) + len(gaps)
    accounting: dict[str, object] = {
        "file": name, "file_sha256": sha256_of_bytes(content), "format": COLLECTOR, "encoding": "utf-8", "department": None, "rows_read": count,
        "rows_recorded": len(records), "rows_asked": len(gaps), "rows_skipped": 0, "skipped": {}, "classified": 0, "sheets": [], "sheets_skipped": [],
    }  # fmt: skip
    return Collected(
        source=source,
        collector=COLLECTOR,
        records=tuple(records),
        gaps=tuple(gaps),
        skipped=tuple(skipped),
        accounting=accounting,
    )


def _record(host: Mapping[str, Any], own: str, origin: Origin) -> Record:
    interfaces = [item for item in host.get("interfaces") or [] if isinstance(item, Mapping)]
    addresses = dict.fromkeys(
        str(item["ip"]) for item in interfaces if item.get("ip") and item["ip"] not in _PLACEHOLDERS
    )
    inventory = host.get("inventory") or {}
    fields = {
        field: str(inventory[key])
        for key, field in _INVENTORY.items()
        if isinstance(inventory, Mapping) and inventory.get(key)
    }
    groups = tuple(str(group.get("name")) for group in host.get("groups") or [] if isinstance(group, Mapping))
    return Record(
        kind="server", id=f"{COLLECTOR}:{own}", origin=origin,
        fields={"server_name": str(host.get("name") or own), "host_name": own, "ip": tuple(addresses) or None, "cluster": "、".join(groups) or None, **fields},
    )  # fmt: skip


def _hosts(name: str, content: bytes) -> Iterator[Mapping[str, Any]]:
    try:
        text = content.decode("utf-8-sig")
        if text.lstrip().startswith("<"):
            yield from _xml_hosts(text)
            return
        export = json.loads(text) if text.lstrip().startswith("{") else _yaml(content)
        hosts = export["zabbix_export"].get("hosts") or []
    except (ValueError, KeyError, TypeError, AttributeError, ET.ParseError) as error:
        raise CollectError(f"{name}：不是完整的 Zabbix 导出文件", f"{name}: not a complete Zabbix export",
                           hint=Text("在 Zabbix 的“主机”页重新导出", "export the hosts again")) from error  # fmt: skip
    yield from (host for host in hosts if isinstance(host, Mapping))


def _yaml(content: bytes) -> Any:
    from catalogs.yaml_tree import read_tree

    tree = read_tree(content)
    if tree.faults:
        raise ValueError(str(tree.faults[0][1]))
    return tree.value


def _xml_hosts(text: str) -> Iterator[Mapping[str, Any]]:
    for host in ET.fromstring(text).iter("host"):  # noqa: S314 - expat expands no external entities
        if host.find("interfaces") is None and host.find("host") is None:
            continue
        yield {
            "host": host.findtext("host"), "name": host.findtext("name"),
            "interfaces": [{"ip": item.findtext("ip")} for item in host.iterfind("interfaces/interface")],
            "groups": [{"name": item.findtext("name")} for item in host.iterfind("groups/group")],
            "inventory": {item.tag: item.text for item in host.find("inventory") or ()},
        }  # fmt: skip
