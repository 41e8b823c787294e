"""The real engine on the real OpenStack: built, compared, unchanged, repaired, removed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalogs.errors import ProvisionError
from iac.binding import Binding, bind
from iac.model import SystemSpec
from iac.outcome import Wave
from iac.run import Runner
from tests.iac.builders import a_server, a_spec
from tests.lab import Lab

pytestmark = [
    pytest.mark.lab,
    pytest.mark.engine,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_openstack"),
]
PROJECT = "govcloud-e2e"
PASSWORD = "e2e-Pass-7f3a9c"
QUOTA = {"cores": 200, "ram": 400_000, "instances": 100}


@pytest.fixture
def cloud(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A project of its own with its own user and a larger quota; nothing of it remains."""
    admin = lab.connect()
    project = admin.identity.create_project(name=PROJECT, domain_id="default")
    user = admin.identity.create_user(name=PROJECT, password=PASSWORD, domain_id="default")
    admin.identity.assign_project_role_to_user(project, user, admin.identity.find_role("member"))
    admin.compute.update_quota_set(project, **QUOTA)
    file = tmp_path / "clouds.yaml"
    auth_url = admin.config.get_auth_args()["auth_url"]
    file.write_text(
        f"clouds:\n  target:\n    region_name: RegionOne\n    auth: {{auth_url: '{auth_url}', username: {PROJECT}, "
        f"password: {PASSWORD}, project_name: {PROJECT}, user_domain_name: Default, project_domain_name: Default}}\n"
    )
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(file))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    yield Lab(clouds_yaml=file, python=lab.python).connect("target")
    for server in admin.compute.servers(all_projects=True, project_id=project.id):
        admin.compute.delete_server(server)
    admin.identity.delete_user(user)
    admin.identity.delete_project(project)


def a_wave(binding: Binding) -> Wave:
    his = a_spec("his", servers=(a_server("his-01", 1, volumes=(10, 20)), a_server("his-02", 2)))
    return Wave(id="plan-2026-W14", cloud="target", specs=(his,), binding=binding)


def listing(cloud: Any, spec: SystemSpec) -> dict[str, object]:
    """What the cloud itself says about one system, in the words of the specification."""
    flavors = {flavor.id: flavor.name for flavor in cloud.compute.flavors()}
    images = {image.id: image.name for image in cloud.image.images()}
    network = cloud.network.find_network(spec.network.name)
    router = cloud.network.find_router(spec.network.router)
    outside = cloud.network.get_network(router.external_gateway_info["network_id"])
    group = cloud.network.find_security_group(spec.security_group.name)
    routed = {ip["ip_address"] for port in cloud.network.ports(device_id=router.id) for ip in port.fixed_ips}
    return {
        "external": outside.name,
        "routed": routed & {subnet.gateway for subnet in spec.network.subnets},
        "subnets": {
            (s.name, s.ip_version, s.cidr, s.gateway_ip) for s in map(cloud.network.get_subnet, network.subnet_ids)
        },
        "rules": {
            (r.direction, r.ether_type, r.protocol, r.port_range_min, r.port_range_max, r.remote_ip_prefix,
             r.remote_group_id == group.id)
            for r in cloud.network.security_group_rules(security_group_id=group.id)
        },
        "servers": {
            (s.name, s.status, flavors.get(s.flavor.id, s.flavor.name), images[s.image.id],
             frozenset(a["addr"] for a in s.addresses[spec.network.name]), s.metadata["govcloud:source"],
             frozenset(v.name for v in map(cloud.block_storage.get_volume, [a.id for a in s.attached_volumes])))
            for s in cloud.compute.servers()
        },
        "volumes": {(v.name, v.size, v.volume_type, v.status) for v in cloud.block_storage.volumes()},
        "groups": {
            s.name: {g.name for p in cloud.network.ports(device_id=s.id) for g in map(cloud.network.get_security_group, p.security_group_ids)}
            for s in cloud.compute.servers()
        },
    }  # fmt: skip


def expected(spec: SystemSpec) -> dict[str, object]:
    """The same words, from the specification."""
    return {
        "external": spec.network.external_network,
        "routed": {subnet.gateway for subnet in spec.network.subnets},
        "subnets": {(s.name, s.ip_version, s.cidr, s.gateway) for s in spec.network.subnets},
        "rules": {
            (r.direction, f"IPv{r.ip_version}", r.protocol, r.port_min, r.port_max, r.remote_cidr, r.remote_cidr is None)
            for r in spec.security_group.rules
        },
        "servers": {
            (s.name, "ACTIVE", s.flavor, s.image, frozenset({s.ipv4, s.ipv6}), s.source_id,
             frozenset(v.name for v in s.volumes))
            for s in spec.servers
        },
        "volumes": {(v.name, v.size_gib, v.volume_type, "in-use") for s in spec.servers for v in s.volumes},
        "groups": {s.name: {spec.security_group.name} for s in spec.servers},
    }  # fmt: skip


def nothing_left(cloud: Any) -> bool:
    mine = cloud.current_project_id
    network = cloud.network
    leftovers = [
        *cloud.compute.servers(),
        *cloud.block_storage.volumes(),
        *network.networks(project_id=mine),
        *network.routers(project_id=mine),
        *network.ports(project_id=mine),
        *(group for group in network.security_groups(project_id=mine) if group.name != "default"),
    ]
    print([item.name for item in leftovers])
    return not leftovers


def test_a_wave_is_built_compared_repaired_and_removed(cloud: Any, engine: Any, tmp_path: Path) -> None:
    runner = Runner(engine, tmp_path / "infrastructure")
    wave = a_wave(bind(cloud, "target", "2026-03-01T00:00:00Z"))
    (spec,) = wave.specs

    previewed = runner.preview(wave)
    assert nothing_left(cloud)  # a preview makes nothing
    built = runner.up(wave)
    assert built.changes == previewed.changes
    assert listing(cloud, spec) == expected(spec)

    again = runner.up(wave)
    assert again.unchanged
    assert set(again.changes) == {"same"}

    lost = cloud.compute.find_server("his-01")
    cloud.compute.delete_server(lost)
    cloud.compute.wait_for_delete(lost, interval=0.5, wait=600)
    found = runner.refresh(wave.id)
    assert {(step.op, step.name) for step in found.steps if "Instance" in step.type} == {("delete", "his-01")}
    repaired = runner.up(wave)
    assert ("create", "his-01") in {(step.op, step.name) for step in repaired.steps}
    assert "create" not in {step.op for step in repaired.steps if "Volume:" in step.type}  # the data stay
    assert listing(cloud, spec) == expected(spec)
    assert cloud.compute.find_server("his-01").id != lost.id

    with pytest.raises(ProvisionError, match="受保护的数据卷"):
        runner.destroy(wave.id, keep_data=False)
    assert listing(cloud, spec) == expected(spec)
    runner.release_data(wave.id)
    runner.destroy(wave.id, keep_data=False)
    assert nothing_left(cloud)

    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "clouds.yaml"]
    assert written
    assert not [path for path in written if PASSWORD.encode() in path.read_bytes()]  # no password in state or logs


def test_data_volumes_survive_a_destroy_that_keeps_them(cloud: Any, engine: Any, tmp_path: Path) -> None:
    runner = Runner(engine, tmp_path / "infrastructure")
    wave = a_wave(bind(cloud, "target", "2026-03-01T00:00:00Z"))
    runner.up(wave)
    before = {volume.name: volume.id for volume in cloud.block_storage.volumes()}
    runner.destroy(wave.id, keep_data=True)
    assert not list(cloud.compute.servers())
    assert {volume.name: volume.id for volume in cloud.block_storage.volumes()} == before
    runner.up(wave)
    assert {volume.name: volume.id for volume in cloud.block_storage.volumes()} == before
    assert listing(cloud, wave.specs[0]) == expected(wave.specs[0])
    runner.release_data(wave.id)
    runner.destroy(wave.id, keep_data=False)
    assert nothing_left(cloud)
