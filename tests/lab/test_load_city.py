"""A city in the lab: every server under its true name, address, size and owner."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab import Lab
from tests.lab.load_city import City, chosen, differences, load, read_city

CITY = Path(__file__).parents[1] / "data" / "demo-city"
CLOUD = "cloud-b"


def test_what_is_made_covers_every_network_and_size_that_is_copied() -> None:
    city = read_city(CITY, CLOUD)
    made, copied = chosen(city, 1)
    assert len(made) + len(copied) == len(city.servers)
    assert {s["id"] for s in made}.isdisjoint(s["id"] for s in copied)
    for kind in (lambda s: s["flavor"]["original_name"], lambda s: (*s["addresses"], s["OS-EXT-AZ:availability_zone"])):
        assert {kind(s) for s in copied} <= {kind(s) for s in made}
    assert len(chosen(city, 1000)[1]) < len(copied)


@pytest.fixture
def city(lab: Lab) -> Iterator[City]:
    """The city's second cloud, whose projects are removed again (and before, should a stopped run have left them)."""
    city = read_city(CITY, CLOUD)
    remove_city(lab, city)
    yield city
    remove_city(lab, city)


def remove_city(lab: Lab, city: City) -> None:
    admin = lab.connect()
    for raw in city.answers["projects"]:
        project = admin.identity.find_project(raw["name"])
        if project is not None:
            remove(admin.connect_as_project(project))
            admin.identity.delete_project(project)


def remove(cloud: Any) -> None:
    mine = cloud.current_project_id
    volumes = [volume.id for volume in cloud.block_storage.volumes()]
    servers = list(cloud.compute.servers())
    for server in servers:
        cloud.compute.delete_server(server)
    for server in servers:
        cloud.compute.wait_for_delete(server, interval=0.5, wait=600)
    for volume in volumes:
        cloud.block_storage.delete_volume(volume, ignore_missing=True)
    for port in cloud.network.ports(project_id=mine):
        cloud.network.delete_port(port, ignore_missing=True)
    for network in cloud.network.networks(project_id=mine):
        cloud.network.delete_network(network)


@pytest.mark.lab
@pytest.mark.slow
def test_the_cloud_lists_what_the_city_has_also_when_it_is_loaded_again(lab: Lab, city: City) -> None:
    load(city, systems=1)
    remove_city(lab, city)
    made, copied = load(city, systems=1)
    assert copied > 0
    assert differences(lab, city) == []
    assert made + copied == len(city.servers)
    admin = lab.connect()
    names = {raw["name"] for raw in city.answers["projects"]}
    projects = {project.id: project.name for project in admin.identity.projects()}
    volumes = {v.name for v in admin.block_storage.volumes(all_projects=True) if projects[v.project_id] in names}
    own = {raw["name"] for raw in chosen(city, 1)[0]}
    assert volumes == {v["name"] for v in city.answers["volumes"] if v["name"].rpartition("-data")[0] in own}
