"""Asks an OpenStack for everything the inventory needs, with few calls, and keeps the answers as they came.

Only I/O, no reshaping: `fetch` gives a `Recording`, which can be written to one JSON file and read back offline. Of
each item only the keys in `LISTINGS` are kept, so that nothing secret (user data, console and admin passwords) ever
gets into it; values of metadata that look like credentials are masked. A listing that a service refuses is a `Fault`:
the collection goes on and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.collectors.clouds.at_once import at_once
from inventory.collectors.clouds.masking import masked, masked_tags
from inventory.collectors.clouds.openstack_connection import Asker, RefusedError, connect
from inventory.collectors.clouds.recording import Recording, reason

PAGE_ITEMS = 1000  # what nova, cinder and neutron give at most by default
PARALLEL_CALLS = 8
# 2.47 is the first version that embeds the flavour in each server (Pike, 2017); it still names the image by id.
NOVA_VERSION = "2.47"
PLACEMENT_VERSION = "1.20"
_NOT_ACCEPTABLE = 406
_NOT_FOR_ALL = frozenset({400, 401, 403})  # how services refuse a list of all projects


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list of one service: where it is asked for, and which keys of its items are kept."""

    name: str
    service: str  # as openstacksdk calls it
    path: str
    title: Text
    keys: tuple[str, ...]
    query: str = ""
    all_projects: str = ""  # what to add to see all projects, where the service wants to be asked for it
    own_path: str = ""  # where to ask for what belongs to the user only, if the whole list is refused
    paged: bool = True
    version: str | None = None
    collection: str = ""  # the key of the list in the answer; the listing's name where empty


LISTINGS: tuple[Listing, ...] = (
    Listing(name="projects", service="identity", path="/projects", own_path="/auth/projects", paged=False, title=Text("项目", "projects"),
            keys=("id", "name", "description", "domain_id", "enabled", "parent_id", "tags")),
    Listing(name="servers", service="compute", path="/servers/detail", all_projects="all_tenants=True", version=NOVA_VERSION,
            title=Text("云主机", "servers"),
            keys=("id", "name", "description", "status", "tenant_id", "created", "updated", "metadata", "flavor", "image",
                  "addresses", "tags", "OS-EXT-STS:power_state", "OS-EXT-STS:vm_state", "OS-EXT-AZ:availability_zone",
                  "OS-EXT-SRV-ATTR:hypervisor_hostname", "OS-EXT-SRV-ATTR:host", "OS-SRV-USG:launched_at",
                  "OS-SRV-USG:terminated_at", "os-extended-volumes:volumes_attached")),
    Listing(name="flavors", service="compute", path="/flavors/detail", query="is_public=None", title=Text("规格", "flavours"),
            keys=("id", "name", "vcpus", "ram", "disk", "OS-FLV-EXT-DATA:ephemeral")),
    Listing(name="zones", service="compute", path="/os-availability-zone/detail", collection="availabilityZoneInfo",
            paged=False, title=Text("可用区", "availability zones"), keys=("zoneName", "zoneState", "hosts")),
    Listing(name="hypervisors", service="compute", path="/os-hypervisors/detail", version=NOVA_VERSION, paged=False,
            title=Text("计算节点", "hypervisors"),
            keys=("id", "hypervisor_hostname", "hypervisor_type", "state", "status", "service", "cpu_info", "vcpus", "memory_mb")),
    Listing(name="volumes", service="block_storage", path="/volumes/detail", all_projects="all_tenants=True",
            title=Text("云硬盘", "volumes"),
            keys=("id", "name", "status", "size", "volume_type", "availability_zone", "created_at", "metadata", "attachments",
                  "bootable", "encrypted", "os-vol-tenant-attr:tenant_id")),
    Listing(name="networks", service="network", path="/networks", title=Text("网络", "networks"),
            keys=("id", "name", "project_id", "router:external", "shared", "status", "subnets", "description")),
    Listing(name="subnets", service="network", path="/subnets", title=Text("子网", "subnets"),
            keys=("id", "name", "network_id", "ip_version", "cidr", "gateway_ip", "project_id")),
    Listing(name="ports", service="network", path="/ports", title=Text("端口", "ports"),
            query="fields=id&fields=device_id&fields=device_owner&fields=network_id&fields=fixed_ips&fields=status&fields=project_id",
            keys=("id", "device_id", "device_owner", "network_id", "fixed_ips", "status", "project_id")),
    Listing(name="floatingips", service="network", path="/floatingips", title=Text("浮动地址", "floating IPs"),
            keys=("id", "floating_ip_address", "fixed_ip_address", "port_id", "project_id", "status")),
    Listing(name="images", service="image", path="/images", title=Text("镜像", "images"),
            keys=("id", "name", "status", "size", "min_disk", "os_distro", "os_version", "os_type", "architecture", "hw_architecture", "visibility")),
    Listing(name="resource_providers", service="placement", path="/resource_providers", version=PLACEMENT_VERSION, paged=False,
            title=Text("资源池", "resource providers"), keys=("uuid", "name", "parent_provider_uuid")),
)  # fmt: skip


def fetch(cloud: str, *, recorded_at: str, told: Callable[[str], None] = lambda _listing: None) -> Recording:
    """Everything a cloud of clouds.yaml shows to its user.

    Args:
        cloud: its name in clouds.yaml.
        recorded_at: the `as_of` of the collection, ISO 8601 UTC; kept in the recording.
        told: called with each listing's name before it is asked for.

    Raises:
        CollectError: unknown cloud name, wrong password, the identity service does not answer, or nothing at all could be read.
    """
    connection = connect(cloud)
    try:
        asker = Asker(connection)
        answers = _all_listings(asker, told)
        told("quotas")
        answers["inventories"] = _per_provider(asker, answers["resource_providers"])
        answers["quotas"] = _per_project(asker, answers["projects"])
        own_project = connection.current_project_id
    finally:
        connection.close()
    asker.faults.sort(key=lambda fault: _ORDER.get(fault.listing.partition(":")[0], len(_ORDER)))
    if len(asker.faults) >= len(LISTINGS):
        why = reason(asker.faults[0].why, asker.faults[0].status)
        raise CollectError(f"云 {cloud}：登录成功，但没有任何服务给出结果（{why.zh}）",
                           f"cloud {cloud}: signed in, but no service gave an answer ({why.zh})",
                           hint=Text("检查服务目录（openstack catalog list）和账号的角色", "check openstack catalog list and the roles of the user"))  # fmt: skip
    return Recording(
        cloud=cloud, recorded_at=recorded_at, own_project=own_project, answers=answers, faults=tuple(asker.faults)
    )


_ORDER = {listing.name: place for place, listing in enumerate(LISTINGS)}


def _all_listings(asker: Asker, told: Callable[[str], None]) -> dict[str, list[dict[str, Any]]]:
    """Ask the services at the same time, each for one listing after the other."""

    def ask(service: str) -> dict[str, list[dict[str, Any]]]:
        found = {}
        for listing in LISTINGS:
            if listing.service == service:
                found[listing.name] = _listed(asker, listing)
                told(listing.name)
        return found

    services = list(dict.fromkeys(listing.service for listing in LISTINGS))
    parts = at_once(ask, services, len(services))
    return {name: items for part in parts for name, items in part.items()}


def _listed(asker: Asker, listing: Listing) -> list[dict[str, Any]]:
    """All pages of a listing; what could be read before a fault is kept, and the fault too."""
    items: dict[str, dict[str, Any]] = {}
    try:
        for item in _pages(asker, listing):
            kept = _kept(item, listing.keys)
            items.setdefault(str(kept.get("id") or kept.get("uuid") or len(items)), kept)
    except RefusedError as error:
        asker.fault(listing.name, listing.service, error)
    return list(items.values())


def _pages(asker: Asker, listing: Listing) -> Iterator[Mapping[str, Any]]:
    """Page after page, by the marker of the last item: links of a cloud behind a proxy often name the wrong host."""
    key = listing.collection or listing.name
    path, scope, version, marker = listing.path, listing.all_projects, listing.version, None
    while True:
        try:
            answer = asker.get(listing.service, _path(listing, path, scope, marker), version)
        except RefusedError as error:
            if error.status == _NOT_ACCEPTABLE and version:
                version = None  # older than the version: the answer lacks what it added
                continue
            narrower = scope or (listing.own_path and path != listing.own_path)
            if narrower and marker is None and error.status in _NOT_FOR_ALL:
                asker.fault(f"{listing.name}:all", listing.service, error)
                path, scope = listing.own_path or path, ""  # only what is the user's own
                continue
            raise
        page: Sequence[Mapping[str, Any]] = answer[key]
        yield from page
        if not (listing.paged and page and _has_next(answer, key)):
            return
        marker = page[-1]["id"]


def _has_next(answer: Mapping[str, Any], key: str) -> bool:
    return bool(answer.get("next")) or any(link.get("rel") == "next" for link in answer.get(f"{key}_links") or ())


def _path(listing: Listing, path: str, scope: str, marker: str | None) -> str:
    paging = [f"limit={PAGE_ITEMS}"] if listing.paged else []
    parts = [part for part in (listing.query, scope, *paging, f"marker={marker}" if marker else "") if part]
    return f"{path}?{'&'.join(parts)}" if parts else path


def _per_provider(asker: Asker, providers: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Inventory and usage of each resource provider: two calls a host, never one a server."""

    def ask(provider: Mapping[str, Any]) -> dict[str, Any]:
        base = f"/resource_providers/{provider['uuid']}"
        inventories = asker.get("placement", f"{base}/inventories", PLACEMENT_VERSION)["inventories"]
        usages = asker.get("placement", f"{base}/usages", PLACEMENT_VERSION)["usages"]
        return {"uuid": provider["uuid"], "inventories": inventories, "usages": usages}

    return _each(asker, "inventories", "placement", ask, providers)


QUOTAS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("compute", "/os-quota-sets/{id}", "quota_set", ("instances", "cores", "ram")),
    ("block_storage", "/os-quota-sets/{id}", "quota_set", ("volumes", "gigabytes")),
    ("network", "/quotas/{id}", "quota", ("port", "network", "floatingip")),
)


def _per_project(asker: Asker, projects: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The quotas of each project, one call a service."""
    rows: dict[str, dict[str, Any]] = {}
    wanted = [project for project in projects if project.get("enabled", True)]
    for service, path, key, names in QUOTAS:

        def ask(
            project: Mapping[str, Any],
            service: str = service,
            path: str = path,
            key: str = key,
            names: tuple[str, ...] = names,
        ) -> dict[str, Any]:
            quota = asker.get(service, path.format(id=project["id"]))[key]
            return {"id": project["id"], **{name: quota[name] for name in names if name in quota}}

        for row in _each(asker, f"quotas:{service}", service, ask, wanted):
            rows.setdefault(row["id"], {}).update(row)
    return list(rows.values())


def _each(
    asker: Asker,
    listing: str,
    service: str,
    ask: Callable[[Mapping[str, Any]], dict[str, Any]],
    items: Iterable[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Ask several questions at once, answers in the order of the items; one fault stands for all that failed."""

    def safely(item: Mapping[str, Any]) -> dict[str, Any] | RefusedError:
        try:
            return ask(item)
        except RefusedError as error:
            return error

    answers = at_once(safely, items, PARALLEL_CALLS)
    refused = [answer for answer in answers if isinstance(answer, RefusedError)]
    if refused:
        count = f"{len(refused)}/{len(answers)}"
        asker.fault(listing, service, RefusedError(f"{refused[0]} ({count})", refused[0].status))
    return [answer for answer in answers if isinstance(answer, dict)]


def _kept(item: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    """The item with the keys that are wanted, metadata and texts masked."""
    kept = {key: item[key] for key in keys if key in item}
    if isinstance(kept.get("metadata"), Mapping):
        kept["metadata"] = masked_tags(kept["metadata"])
    if isinstance(kept.get("description"), str):
        kept["description"] = masked(kept["description"])
    if isinstance(kept.get("image"), Mapping):
        kept["image"] = {"id": kept["image"]["id"]}
    if isinstance(kept.get("hosts"), Mapping):
        kept["hosts"] = {host: sorted(services) for host, services in kept["hosts"].items()}
    if isinstance(kept.get("cpu_info"), str | Mapping):
        kept["cpu_info"] = {"arch": _arch_of(kept["cpu_info"])}
    return kept


def _arch_of(cpu_info: str | Mapping[str, Any]) -> str | None:
    """Nova gives CPU facts as JSON, before version 2.28 as JSON in a text."""
    import json

    if isinstance(cpu_info, str):
        try:
            cpu_info = json.loads(cpu_info or "{}")
        except ValueError:
            return None
    found = cpu_info.get("arch") if isinstance(cpu_info, Mapping) else None
    return str(found) if found else None
