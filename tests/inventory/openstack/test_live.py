"""The collector against a real OpenStack: what it finds is what was made there, and what it may not see it says."""

from __future__ import annotations

import http.server
import json
import signal
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalogs.errors import CollectError
from inventory.collectors.clouds import openstack_connection, openstack_fetch
from inventory.collectors.clouds.openstack import parse
from inventory.collectors.clouds.openstack_fetch import fetch
from inventory.collectors.clouds.recording import Recording, read_recording
from inventory.merging.values import texts
from inventory.model import Collected, Record
from tests.conftest import Lab
from tests.inventory.command import call

pytestmark = pytest.mark.lab
AT = "2026-04-01T00:00:00Z"
SECRET = "hunter2-and-more"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module", autouse=True)
def clouds_yaml(lab: Lab) -> Iterator[None]:
    """The clouds that the collector may name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OS_CLIENT_CONFIG_FILE", str(lab.clouds_yaml))
        yield


class Made:
    """A project of this test alone, with two servers, one of them off and booted from a volume."""

    def __init__(self, admin: Any) -> None:
        self.admin = admin
        self.name = f"collect-{uuid.uuid4().hex[:8]}"
        self.project = admin.identity.create_project(name=self.name, domain_id="default")
        for role in ("admin", "member"):
            admin.identity.assign_project_role_to_user(
                self.project, admin.current_user_id, admin.identity.find_role(role)
            )
        self.cloud = admin.connect_as_project(self.name)
        compute, network = self.cloud.compute, self.cloud.network
        self.network = network.create_network(name=f"{self.name}-net")
        network.create_subnet(network_id=self.network.id, ip_version=4, cidr="10.77.0.0/24")
        network.create_subnet(network_id=self.network.id, ip_version=6, cidr="fd77::/64")
        self.flavor = min((f for f in compute.flavors() if f.disk), key=lambda f: (f.ram, f.disk, f.name))
        image = next(iter(self.cloud.image.images(status="active")))
        common: dict[str, Any] = {"flavor_id": self.flavor.id, "networks": [{"uuid": self.network.id}]}
        self.data = self._volume("data", 3)
        self.root = self._volume("root", 2, image=image.id)
        self.on = compute.create_server(
            name="应用-01",
            image_id=image.id,
            metadata={"system_name": "排课系统", "db_password": SECRET, "url": f"http://u:{SECRET}@x/"},
            **common,
        )
        self.off = compute.create_server(
            name="归档-01",
            block_device_mapping=[
                {"boot_index": 0, "uuid": self.root.id, "source_type": "volume", "destination_type": "volume"}
            ],
            **common,
        )
        self.on, self.off = (compute.wait_for_server(server, wait=600) for server in (self.on, self.off))
        compute.create_volume_attachment(self.on, volume_id=self.data.id)
        self.cloud.block_storage.wait_for_status(self.data, "in-use", wait=600)
        compute.stop_server(self.off)
        compute.wait_for_server(self.off, status="SHUTOFF", wait=600)

    def _volume(self, name: str, size: int, image: str | None = None) -> Any:
        storage = self.cloud.block_storage
        made = storage.create_volume(name=f"{self.name}-{name}", size=size, image_id=image)
        return storage.wait_for_status(made, "available", failures=["error"], wait=600)

    def remove(self) -> None:
        """Leave nothing behind."""
        for server in (self.on, self.off):
            self.cloud.compute.delete_server(server, ignore_missing=True)
            self.cloud.compute.wait_for_delete(server, wait=600)
        for volume in (self.data, self.root):
            self.cloud.block_storage.wait_for_status(
                self.cloud.block_storage.get_volume(volume.id), "available", wait=600
            )
            self.cloud.block_storage.delete_volume(volume)
        self.cloud.network.delete_network(self.network)
        for group in self.cloud.network.security_groups(project_id=self.project.id):
            self.cloud.network.delete_security_group(group)
        self.admin.identity.delete_project(self.project)


@pytest.fixture(scope="module")
def made(lab: Lab) -> Iterator[Made]:
    found = Made(lab.connect())
    yield found
    found.remove()


@pytest.fixture(scope="module")
def recording(made: Made) -> Recording:
    return fetch("lab", recorded_at=AT)


@pytest.fixture(scope="module")
def collected(recording: Recording) -> Collected:
    return parse(recording)


def by_id(collected: Collected, kind: str, native: str) -> Record:
    (found,) = [record for record in collected.records if record.kind == kind and record.id == f"openstack:{native}"]
    return found


def test_a_server_is_found_as_it_was_made(made: Made, collected: Collected) -> None:
    fields = by_id(collected, "server", made.on.id).fields
    assert (fields["server_name"], fields["project"], fields["power"], fields["status"]) == (
        "应用-01",
        made.name,
        "on",
        "ACTIVE",
    )
    assert (fields["vcpu"], fields["mem"], fields["flavor"]) == (
        made.flavor.vcpus,
        made.flavor.ram / 1024,
        made.flavor.name,
    )
    assert fields["disk"] == made.flavor.disk + 3
    v4, v6 = texts(fields["ip"])
    assert v4.startswith("10.77.0.")
    assert v6.startswith("fd77::")
    assert fields["metadata.system_name"] == "排课系统"
    assert fields["cpu_arch"] == "x86_64"


def test_a_server_on_a_volume_has_no_local_disk_and_is_off(made: Made, collected: Collected) -> None:
    fields = by_id(collected, "server", made.off.id).fields
    assert (fields["disk"], fields["power"], fields["status"]) == (2, "off", "SHUTOFF")
    assert fields["powered_off_date"] is not None


def test_volumes_and_networks_are_found(made: Made, collected: Collected) -> None:
    volume = by_id(collected, "volume", made.data.id).fields
    assert (volume["size_gib"], volume["server_ids"], volume["project"]) == (3, (f"openstack:{made.on.id}",), made.name)
    network = by_id(collected, "network", made.network.id).fields
    assert (network["cidrs"], network["external"]) == (("10.77.0.0/24", "fd77::/64"), False)


def test_pools_are_what_placement_says(lab: Lab, collected: Collected) -> None:
    offered = used = 0
    placement = lab.connect().placement
    for provider in placement.get("/resource_providers").json()["resource_providers"]:
        inventory = placement.get(f"/resource_providers/{provider['uuid']}/inventories").json()["inventories"]["VCPU"]
        offered += int((inventory["total"] - inventory["reserved"]) * inventory["allocation_ratio"])
        used += 1
    pools = [record.fields for record in collected.records if record.fields.get("pool_kind") == "placement"]
    assert sum(int(str(pool["vcpu_capacity"])) for pool in pools) == offered
    assert sum(int(str(pool["host_count"])) for pool in pools) == used


def test_quotas_of_every_project_are_read(made: Made, collected: Collected) -> None:
    (quota,) = [
        r.fields for r in collected.records if r.fields.get("pool_kind") == "quota" and r.fields["project"] == made.name
    ]
    compute, volume = (
        made.admin.compute.get_quota_set(made.project),
        made.admin.block_storage.get_quota_set(made.project),
    )
    assert (quota["vcpu_capacity"], quota["server_limit"], quota["disk_gib_capacity"]) == (
        compute.cores,
        compute.instances,
        volume.gigabytes,
    )


def test_the_administrator_sees_everything(collected: Collected) -> None:
    assert (collected.complete, collected.gaps, collected.why_partial) == (True, (), None)


def test_no_secret_is_recorded_and_the_recording_reads_back(
    recording: Recording, collected: Collected, tmp_path: Path
) -> None:
    file = tmp_path / "lab.json"
    recording.write(file)
    text = file.read_text(encoding="utf-8")
    assert SECRET not in text
    assert "auth_url" not in text
    again = parse(read_recording(file))
    assert again.records == collected.records
    assert again.accounting["from_recording"] is True


def test_pages_give_the_same_and_servers_cost_no_calls(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    get = openstack_connection.Asker.get

    def counted(self: Any, service: str, path: str, version: str | None = None) -> Any:
        calls.append(path)
        return get(self, service, path, version)

    monkeypatch.setattr(openstack_connection.Asker, "get", counted)
    whole = fetch("lab", recorded_at=AT)
    assert not any(
        server["id"] in path for server in whole.answers["servers"] for path in calls if "marker" not in path
    )
    monkeypatch.setattr(openstack_fetch, "PAGE_ITEMS", 1)
    calls.clear()
    paged = fetch("lab", recorded_at=AT)
    assert sum("/servers/detail" in path for path in calls) >= len(paged.answers["servers"])
    for name in ("servers", "volumes", "networks", "ports", "images", "flavors"):
        mine = [{item["id"] for item in one.answers[name]} for one in (whole, paged)]
        assert {made.on.id, made.off.id} & mine[0] == {made.on.id, made.off.id} & mine[1]
        assert len(paged.answers[name]) == len(mine[1])


def test_a_reader_sees_a_part_and_the_collection_says_so() -> None:
    collected = parse(fetch("lab-reader", recorded_at=AT))
    assert not collected.complete
    assert collected.why_partial is not None
    assert {gap.field for gap in collected.gaps} == {
        "projects:all",
        "servers:all",
        "zones",
        "hypervisors",
        "resource_providers",
    }
    assert all(gap.kind == "partial" and "没有权限" in gap.message.zh for gap in collected.gaps)


# --- clouds that fail -------------------------------------------------------------------------------------------


class Down(http.server.BaseHTTPRequestHandler):
    """A service whose every answer is 503."""

    def do_GET(self) -> None:
        self.send_response(503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def down() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Down) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def silent() -> Iterator[str]:
    """A port that takes connections and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def cloud_like_lab(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, auth: dict[str, str] | None = None, **more: str
) -> None:
    """A clouds.yaml with one cloud `broken`: the lab's own, with some settings changed."""
    import yaml

    entry = yaml.safe_load(lab.clouds_yaml.read_text(encoding="utf-8"))["clouds"]["lab"]
    entry["auth"] |= auth or {}
    file = tmp_path / "clouds.yaml"
    file.write_text(json.dumps({"clouds": {"broken": entry | more}}), encoding="utf-8")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(file))
    monkeypatch.setattr(openstack_connection, "RETRIES", 0)


def test_a_service_that_is_down_makes_the_collection_partial(
    lab: Lab, down: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud_like_lab(lab, tmp_path, monkeypatch, compute_endpoint_override=f"{down}/v2.1")
    collected = parse(fetch("broken", recorded_at=AT))
    assert not collected.complete
    assert collected.why_partial is not None
    assert "云主机（服务不可用，HTTP 503）" in collected.why_partial.zh
    assert not [record for record in collected.records if record.kind == "server"]
    assert [record for record in collected.records if record.kind == "network"]


def test_without_the_volume_service_disks_are_unknown_not_small(
    lab: Lab, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud_like_lab(
        lab,
        tmp_path,
        monkeypatch,
        volume_endpoint_override="http://127.0.0.1:1/v3",
        block_storage_endpoint_override="http://127.0.0.1:1/v3",
    )
    collected = parse(fetch("broken", recorded_at=AT))
    assert by_id(collected, "server", made.on.id).fields["disk"] is None
    assert {gap.field for gap in collected.gaps} == {"volumes", "quotas:block_storage"}


def test_a_silent_service_is_waited_for_once(
    lab: Lab, silent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud_like_lab(lab, tmp_path, monkeypatch, compute_endpoint_override=f"{silent}/v2.1")
    monkeypatch.setattr(openstack_connection, "ANSWER_SECONDS", 2.0)
    recording = fetch("broken", recorded_at=AT)
    assert {fault.why.partition(" (")[0] for fault in recording.faults} == {"timeout"}
    assert {fault.service for fault in recording.faults} == {"compute"}


def test_a_wrong_password_is_one_clear_error(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud_like_lab(lab, tmp_path, monkeypatch, auth={"password": SECRET})
    with pytest.raises(CollectError, match="拒绝了账号或密码") as caught:
        fetch("broken", recorded_at=AT)
    assert caught.value.hint is not None
    assert SECRET not in str(caught.value)


def test_a_wrong_region_is_one_clear_error(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud_like_lab(lab, tmp_path, monkeypatch, region_name="Nowhere")
    with pytest.raises(CollectError, match="服务目录里没有这个服务"):
        fetch("broken", recorded_at=AT)


def test_ctrl_c_while_a_service_is_silent_ends_at_once(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [
        sys.executable,
        str(ROOT / "govcloud.py"),
        "collect",
        "openstack",
        "--cloud",
        "broken",
        "--record",
        "r.json",
    ]
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/v2.1"
        cloud_like_lab(lab, tmp_path, monkeypatch, compute_endpoint_override=url)
        running = subprocess.Popen(given, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        listening.settimeout(300)
        listening.accept()  # signed in, and asking the silent service now
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=300)
    assert (running.returncode, "已中断" in said) == (130, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clouds.yaml"]


def test_the_command_collects_the_cloud_and_its_recording_gives_the_same(made: Made, tmp_path: Path) -> None:
    live = call("collect", "openstack", "--cloud", "lab", "--record", "lab.json", "--json", folder=tmp_path)
    assert live.returncode == 0, live.stderr
    again = call("collect", "openstack", "--recorded", "lab.json", "--json", "--store", "other", folder=tmp_path)
    counts = [json.loads(done.stdout)["data"]["accounting"]["records"] for done in (live, again)]
    assert counts[0] == counts[1]
    shown = call("inventory", "show", f"openstack:{made.on.id}", "--json", folder=tmp_path)
    assert json.loads(shown.stdout)["data"]["disk_gib"] == made.flavor.disk + 3
    assert SECRET not in live.stdout + live.stderr + shown.stdout
