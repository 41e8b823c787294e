"""Load a cloud of a generated city into the lab, under its true names and addresses.

    python -m tests.lab.load_city CITY --cloud cloud-a [--systems 60] [--check]

CITY is what `python -m tests.city` wrote; the cloud is one of CITY/clouds. Projects, networks, flavours, images and the
servers of the first systems (with their volumes) are made through the APIs; all other servers are copied in the
database from one server per network and size (lab/clone.py): thousands in seconds, with their own ids, names,
addresses, sizes, metadata, but without volumes. Start from an empty lab: `tests/lab/up.sh --reset --no-smoke`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab import LAB, Lab, the_lab
from tests.lab.target import UNLIMITED, ensure_zones

Raw = dict[str, Any]
THREADS = 8
ROUND_S, IDLE_ROUNDS = 3.0, 100
"""Seconds between two lists, and how many may pass in which nothing becomes ready."""


@dataclass(frozen=True, slots=True)
class City:
    """The answers of one recorded cloud, by kind."""

    answers: Mapping[str, list[Raw]]

    def by_id(self, kind: str) -> dict[str, Raw]:
        """One kind of answer by id."""
        return {one["id"]: one for one in self.answers[kind]}

    @property
    def servers(self) -> list[Raw]:
        """In the order of their names."""
        return sorted(self.answers["servers"], key=lambda server: (server["name"], server["id"]))


def read_city(folder: Path, cloud: str) -> City:
    """One cloud of a city."""
    return City(json.loads((folder / "clouds" / f"{cloud}.json").read_text(encoding="utf-8"))["answers"])


def chosen(city: City, systems: int) -> tuple[list[Raw], list[Raw]]:
    """Servers to make through the API, and servers to copy.

    Made are those of the first systems by code, one of every network and zone (with and without IPv6), and one of
    every flavour: what the copies are taken from.
    """
    codes = sorted(
        {server["metadata"]["system_code"] for server in city.servers if "system_code" in server["metadata"]}
    )
    first = set(codes[:systems])
    made: list[Raw] = []
    copied: list[Raw] = []
    seen: set[object] = set()
    for server in city.servers:
        keys = {_place(server), server["flavor"]["original_name"]}
        if server["metadata"].get("system_code") in first or not keys <= seen:
            made.append(server)
            seen |= keys
        else:
            copied.append(server)
    return made, copied


def _place(server: Raw) -> tuple[str, str, bool]:
    (network, addresses), *_ = server["addresses"].items()
    return network, server["OS-EXT-AZ:availability_zone"], any(one["version"] == 6 for one in addresses)


class Loader:
    """Makes things through the APIs; what is there already stays."""

    def __init__(self, admin: Any, city: City) -> None:
        self.admin = admin
        self.city = city
        self.projects: dict[str, Any] = {}
        self.images: dict[str, str] = {}
        self.networks: dict[tuple[str, str], str] = {}
        self.subnets: dict[tuple[str, str, int], str] = {}

    def prepare(self) -> None:
        """Everything that a server stands on."""
        self._make_projects()
        self._make_flavors_and_images()
        self._make_networks()
        ensure_zones(self.admin, {zone["zoneName"] for zone in self.city.answers["zones"]})
        kinds = {volume["volume_type"] for volume in self.city.answers["volumes"]}
        for name in sorted(kinds - {kind.name for kind in self.admin.block_storage.types()}):
            kind = self.admin.block_storage.create_type(name=name)
            self.admin.block_storage.update_type_extra_specs(kind, volume_backend_name="lab")

    def _make_projects(self) -> None:
        identity = self.admin.identity
        role, user = identity.find_role("admin"), identity.find_user("admin")
        network = ("networks", "subnets", "ports", "security_groups", "security_group_rules")
        for raw in self.city.answers["projects"]:
            project = identity.find_project(raw["name"]) or identity.create_project(
                name=raw["name"], description=raw["description"], domain_id="default"
            )
            identity.assign_project_role_to_user(project, user, role)
            self.admin.compute.update_quota_set(project, cores=UNLIMITED, ram=UNLIMITED, instances=UNLIMITED)
            self.admin.block_storage.update_quota_set(project, volumes=UNLIMITED, gigabytes=UNLIMITED)
            self.admin.network.update_quota(project.id, **dict.fromkeys(network, UNLIMITED))
            self.projects[raw["id"]] = project

    def _make_flavors_and_images(self) -> None:
        have = {flavor.name for flavor in self.admin.compute.flavors()}
        for raw in self.city.answers["flavors"]:
            if raw["name"] not in have:
                self.admin.compute.create_flavor(name=raw["name"], vcpus=raw["vcpus"], ram=raw["ram"], disk=raw["disk"])
        for raw in self.city.answers["images"]:
            image = self.admin.image.find_image(raw["name"]) or self.admin.image.create_image(
                name=raw["name"], data=b"no content", disk_format="raw", container_format="bare", visibility="public",
                os_distro=raw["os_distro"], os_version=raw["os_version"], architecture=raw["architecture"],
                wait=False, allow_duplicates=True,
            )  # fmt: skip
            self.images[raw["id"]] = image.id

    def _make_networks(self) -> None:
        network = self.admin.network
        subnets = self.city.by_id("subnets")
        for raw in self.city.answers["networks"]:
            project = self.projects[raw["project_id"]].id
            made = next(iter(network.networks(name=raw["name"], project_id=project)), None)
            made = made or network.create_network(name=raw["name"], project_id=project)
            self.networks[raw["project_id"], raw["name"]] = made.id
            have = {subnet.ip_version: subnet.id for subnet in network.subnets(network_id=made.id)}
            for part in (subnets[one] for one in raw["subnets"]):
                version = part["ip_version"]
                self.subnets[raw["project_id"], raw["name"], version] = have.get(version) or network.create_subnet(
                    network_id=made.id, name=part["name"], ip_version=version, cidr=part["cidr"],
                    gateway_ip=part["gateway_ip"], project_id=project,
                ).id  # fmt: skip

    def make_servers(self, servers: list[Raw]) -> dict[str, str]:
        """Make servers with their ports and volumes; their new ids by the true ones.

        Each stage is asked of all before anything is waited for, and waited for with one list a round: a question per
        server and second costs the lab more than making it.
        """
        flavors = {flavor.name: flavor.id for flavor in self.admin.compute.flavors()}
        clouds = {key: self.admin.connect_as_project(project) for key, project in self.projects.items()}
        with ThreadPoolExecutor(THREADS) as pool:
            made = list(pool.map(lambda raw: self._make_server(clouds[raw["tenant_id"]], raw, flavors), servers))
            new_ids = dict(zip((raw["id"] for raw in servers), made, strict=True))
            self._wait_for("server", made, lambda: self.admin.compute.servers(all_projects=True), {"ACTIVE"})
            wanted = [volume for volume in self.city.answers["volumes"] if self._server_of(volume) in new_ids]
            tenant = {raw["id"]: raw["tenant_id"] for raw in servers}
            places = [(clouds[tenant[self._server_of(volume)]], volume) for volume in wanted]
            volumes = list(pool.map(lambda place: self._make_volume(*place), places))
            self._wait_for(
                "volume", volumes, lambda: self.admin.block_storage.volumes(all_projects=True), {"available"}
            )
            attach = zip(places, volumes, strict=True)
            list(pool.map(lambda one: self._attach(one[0][0], new_ids[self._server_of(one[0][1])], one[1]), attach))
        return new_ids

    def stop(self, servers: list[Raw], new_ids: Mapping[str, str]) -> None:
        """Switch off those that are off; after copying, for a copy is as its pattern is."""
        off = [raw for raw in servers if raw["status"] == "SHUTOFF"]
        for raw in off:
            project = self.admin.connect_as_project(self.projects[raw["tenant_id"]])
            project.compute.stop_server(new_ids[raw["id"]])
        self._wait_for(
            "server",
            [new_ids[raw["id"]] for raw in off],
            lambda: self.admin.compute.servers(all_projects=True),
            {"SHUTOFF"},
        )

    @staticmethod
    def _server_of(volume: Raw) -> str:
        return str(volume["attachments"][0]["server_id"])

    def _make_server(self, cloud: Any, raw: Raw, flavors: Mapping[str, str]) -> str:
        (name, addresses), *_ = raw["addresses"].items()
        fixed = [
            {"subnet_id": self.subnets[raw["tenant_id"], name, one["version"]], "ip_address": one["addr"]}
            for one in addresses
        ]
        project = self.projects[raw["tenant_id"]].id
        port = cloud.network.create_port(
            network_id=self.networks[raw["tenant_id"], name], fixed_ips=fixed, project_id=project
        )
        server = cloud.compute.create_server(
            name=raw["name"], flavor_id=flavors[raw["flavor"]["original_name"]], image_id=self.images[raw["image"]["id"]],
            networks=[{"port": port.id}], metadata=raw["metadata"], availability_zone=raw["OS-EXT-AZ:availability_zone"],
        )  # fmt: skip
        return str(server.id)

    @staticmethod
    def _make_volume(cloud: Any, part: Raw) -> str:
        volume = cloud.block_storage.create_volume(
            name=part["name"], size=part["size"], volume_type=part["volume_type"]
        )
        return str(volume.id)

    @staticmethod
    def _attach(cloud: Any, server: str, volume: str) -> None:
        cloud.compute.create_volume_attachment(server, volume_id=volume)

    @staticmethod
    def _wait_for(kind: str, ids: Iterable[str], listed: Callable[[], Iterable[Any]], good: set[str]) -> None:
        """Until all of them have a good status.

        Raises:
            RuntimeError: one has failed, or nothing more happens.
        """
        waiting, idle_rounds = set(ids), 0
        while waiting:
            before = len(waiting)
            for one in listed():
                if one.id in waiting and one.status in good:
                    waiting.discard(one.id)
                elif one.id in waiting and one.status.lower().startswith("error"):
                    raise RuntimeError(f"{kind} {one.id}: {one.status}")
            idle_rounds = idle_rounds + 1 if len(waiting) == before else 0
            if idle_rounds > IDLE_ROUNDS:
                raise RuntimeError(f"{kind}: {len(waiting)} still not {sorted(good)}, for example {min(waiting)}")
            if waiting:
                time.sleep(ROUND_S)

    def rows(self, copied: list[Raw], made: list[Raw], new_ids: Mapping[str, str]) -> list[Raw]:
        """What lab/clone.py is to copy, from which server, and how the copy differs."""
        like = {_place(raw): new_ids[raw["id"]] for raw in made}
        flavor_of = {raw["flavor"]["original_name"]: new_ids[raw["id"]] for raw in made}
        return [
            {
                "like": like[_place(raw)],
                "flavor_of": flavor_of[raw["flavor"]["original_name"]],
                "id": raw["id"],
                "name": raw["name"],
                "address": _address(raw, 4),
                "address6": _address(raw, 6),
                "metadata": raw["metadata"],
                "image": self.images[raw["image"]["id"]],
                "created_at": raw["created"].replace("T", " ").rstrip("Z"),
                "off": raw["status"] == "SHUTOFF",
            }
            for raw in copied
        ]


def _address(raw: Raw, version: int) -> str | None:
    (addresses,) = raw["addresses"].values()
    return next((one["addr"] for one in addresses if one["version"] == version), None)


def load(city: City, systems: int) -> tuple[int, int]:
    """Load it; how many servers were made, and how many copied."""
    lab = the_lab()
    loader = Loader(lab.connect(), city)
    loader.prepare()
    made, copied = chosen(city, systems)
    print(f"{len(made)} servers are made, {len(copied)} copied", flush=True)
    new_ids = loader.make_servers(made)
    if copied:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(loader.rows(copied, made, new_ids), file)
            file.flush()
            clone = [str(lab.python), str(LAB / "lab" / "clone.py"), "--rows", file.name]
            subprocess.run(clone, check=True)
    loader.stop(made, new_ids)
    return len(made), len(copied)


def differences(lab: Lab, city: City) -> list[str]:
    """Where the cloud's own listing is not what the city has, in words; without order of the addresses of a network."""
    admin = lab.connect()
    projects = {project.id: project.name for project in admin.identity.projects()}
    names = {raw["id"]: raw["name"] for raw in city.answers["projects"]}
    wanted = {
        raw["name"]: {
            "project": names[raw["tenant_id"]],
            "status": raw["status"],
            "flavor": raw["flavor"]["original_name"],
            "zone": raw["OS-EXT-AZ:availability_zone"],
            "addresses": {net: {one["addr"] for one in addresses} for net, addresses in raw["addresses"].items()},
            "metadata": raw["metadata"],
        }
        for raw in city.servers
    }
    found: list[str] = []
    seen: set[str] = set()
    for server in admin.compute.servers(all_projects=True):
        if projects[server.project_id] not in names.values():
            continue
        listed = {
            "project": projects[server.project_id],
            "status": server.status,
            "flavor": server.flavor.original_name or server.flavor.name,
            "zone": server.availability_zone,
            "addresses": {net: {one["addr"] for one in addresses} for net, addresses in server.addresses.items()},
            "metadata": dict(server.metadata),
        }
        if server.name not in wanted or server.name in seen:
            found.append(f"{server.name}: listed, but not of the city (or twice)")
            continue
        seen.add(server.name)
        found += [
            f"{server.name}: {key} {listed[key]!r} instead of {value!r}"
            for key, value in wanted[server.name].items()
            if listed[key] != value
        ]
    return sorted(found + [f"{name}: not listed" for name in wanted.keys() - seen])


def main() -> None:
    """Read the arguments and load."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("city", type=Path)
    parser.add_argument("--cloud", required=True)
    parser.add_argument("--systems", type=int, default=60, help="how many systems are made through the API")
    parser.add_argument("--check", action="store_true", help="load nothing; compare what the lab lists with the city")
    arguments = parser.parse_args()
    city = read_city(arguments.city, arguments.cloud)
    if not arguments.check:
        load(city, arguments.systems)
    found = differences(the_lab(), city)
    print(*found[:20], f"{len(city.servers)} servers compared, {len(found)} differences", sep="\n")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
