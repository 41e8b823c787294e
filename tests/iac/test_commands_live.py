"""The `iac` commands against the real OpenStack: the whole way, and what happens when it goes wrong half-way."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.iac.builders_plan import a_service
from tests.iac.test_end_to_end import nothing_left
from tests.iac.workspace import ROOT, Workspace, make_workspace
from tests.lab import Lab
from tests.lab.target import prepare

pytestmark = [pytest.mark.lab, pytest.mark.engine, pytest.mark.slow]


@pytest.fixture
def target(lab: Lab) -> Iterator[Any]:
    """The lab as the sample cloud, with nothing of an earlier test in it."""
    prepare(lab.connect(), a_service())
    cloud = lab.connect("sample-cloud")
    purge(cloud)
    yield cloud
    purge(cloud)
    prepare(lab.connect(), a_service())


def purge(cloud: Any) -> None:
    """Remove everything of the project."""
    mine, network = cloud.current_project_id, cloud.network
    for server in cloud.compute.servers():
        cloud.compute.delete_server(server)
        cloud.compute.wait_for_delete(server, interval=0.5, wait=600)
    for volume in cloud.block_storage.volumes():
        cloud.block_storage.delete_volume(volume)
    for router in network.routers(project_id=mine):
        for port in network.ports(device_id=router.id):
            network.remove_interface_from_router(router, port_id=port.id)
        network.delete_router(router)
    for port in network.ports(project_id=mine):
        network.delete_port(port)
    for one in network.networks(project_id=mine):
        network.delete_network(one)
    for group in network.security_groups(project_id=mine):
        if group.name != "default":
            network.delete_security_group(group)


@pytest.fixture
def city(target: Any, lab: Lab, engine: Any, tmp_path: Path) -> Workspace:
    """An approved plan for that cloud."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OS_", "PULUMI_"))}
    environment |= {"OS_CLIENT_CONFIG_FILE": str(lab.clouds_yaml), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    folder = tmp_path / "workspace"
    folder.mkdir()
    workspace = make_workspace(folder, environment, volume=False)
    workspace.approve()
    return workspace


def changes(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    assert done.returncode == 0, done.stderr
    counted: dict[str, int] = json.loads(done.stdout)["data"]["changes"]
    return counted


def test_preview_up_refresh_destroy_through_the_command_line(city: Workspace, target: Any) -> None:
    previewed = json.loads(city.run("iac", "preview", "--live", "--json").stdout)["data"]
    assert previewed["binding"]["source"] == "live"
    built = city.run("iac", "up", "--json")
    assert changes(built) == previewed["outcome"]["changes"]
    names = {server["name"] for spec in previewed["specs"] for server in spec["servers"]}
    assert {server.name for server in target.compute.servers()} == names
    assert changes(city.run("iac", "up", "--json")).keys() == {"same"}
    offline = json.loads(city.run("iac", "preview", "--json").stdout)["data"]
    assert offline["binding"]["source"] == "snapshot"  # kept by `up`
    assert offline["outcome"]["changes"].keys() == {"same"}
    assert json.loads(city.run("iac", "status", "--json").stdout)["data"]
    assert "没有拆除任何东西" in city.run("iac", "destroy", "2026-W14").stdout
    assert {server.name for server in target.compute.servers()} == names
    assert changes(city.run("iac", "destroy", "2026-W14", "--yes", "--json")).keys() == {"delete"}
    assert nothing_left(target)


def test_a_wrong_password(city: Workspace, lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "clouds.yaml"
    file.write_text(lab.clouds_yaml.read_text().replace("password: lab", "password: Wrong-41ab"))
    done = city.run("iac", "up", "--lang", "en", OS_CLIENT_CONFIG_FILE=str(file))
    assert done.returncode == 7
    assert "wrong user or password" in done.stderr
    assert "Traceback" not in done.stderr
    everything = [path for path in city.folder.rglob("*") if path.is_file()]
    assert not [path for path in everything if b"Wrong-41ab" in path.read_bytes()]


def test_a_quota_that_is_too_small_is_said_before_anything_is_made(city: Workspace, lab: Lab, target: Any) -> None:
    admin = lab.connect()
    project = admin.identity.find_project("govcloud")
    admin.compute.update_quota_set(project, cores=3, instances=1)
    admin.network.update_quota(project.id, routers=0)
    done = city.run("iac", "up", "--lang", "en")
    assert done.returncode == 7
    assert "cores needs 4 has 3, instances needs 2 has 1, routers needs 1 has 0" in done.stderr
    assert nothing_left(target)


# A job started in the background is born deaf to SIGINT: the test may run in one, a user's command does not.
LISTENING = "import signal, govcloud; signal.signal(signal.SIGINT, signal.default_int_handler); govcloud.main()"


def _interrupt(city: Workspace, *, when: str, how: signal.Signals) -> tuple[int, str]:
    """Start `up`, send a signal once `when` is seen on stderr; exit code and stderr."""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", LISTENING, "iac", "up", "--lang", "en"],
        env=city.environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        said: list[str] = []
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            if when in line:
                process.send_signal(how)
                break
        said += process.stderr.readlines()
        process.wait(600)
    return process.returncode, "".join(said)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_in_order_and_up_goes_on_where_it_stopped(
    city: Workspace, target: Any, how: signal.Signals
) -> None:
    code, said = _interrupt(city, when="[4/", how=how)
    assert code == 130, said
    assert "Traceback" not in said
    state = json.loads(city.run("iac", "status", "--json").stdout)["data"]
    ((_, half),) = state.items()
    assert 0 < len(half) < 22
    there = {network.name for network in target.network.networks(project_id=target.current_project_id)}
    assert there == {one["name"] for one in half if one["type"].endswith(":Network")}  # the state knows what is there
    done = changes(city.run("iac", "up", "--json"))
    assert done["same"] >= len(half) - 1  # what stood was not made again; the system itself had no outputs yet
    assert len(list(target.compute.servers())) == 2
    assert len(list(target.network.routers(project_id=target.current_project_id))) == 1
    changes(city.run("iac", "destroy", "2026-W14", "--yes", "--json"))
    assert nothing_left(target)


def test_a_killed_run_leaves_nothing_that_is_made_twice(city: Workspace, target: Any) -> None:
    infrastructure = city.folder / "infrastructure"
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "govcloud", "iac", "up"],
        env=city.environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        next(line for line in process.stderr if "[4/" in line)
        for pid in [*_children(process.pid), process.pid]:
            os.kill(pid, signal.SIGKILL)
    assert list((infrastructure / "state" / ".pulumi" / "locks").rglob("*.json"))
    time.sleep(5)  # what the provider had asked for arrives
    done = city.run("iac", "up", "--lang", "en")
    assert "its lock was removed" in done.stderr
    for _ in range(8):
        if done.returncode == 0:
            break
        assert "the state does not know" in done.stderr, done.stderr  # made and not noted: named, not made twice
        _delete_named(target, done.stderr)
        done = city.run("iac", "up", "--lang", "en")
    assert done.returncode == 0, done.stderr
    mine = target.current_project_id
    assert len(list(target.compute.servers())) == 2
    assert (
        len(list(target.network.networks(project_id=mine))) == len(list(target.network.routers(project_id=mine))) == 1
    )
    changes(city.run("iac", "destroy", "2026-W14", "--yes", "--json"))
    assert nothing_left(target)


def _delete_named(target: Any, said: str) -> None:
    """Do what the message asks for."""
    for identifier in re.findall(r"Rule id is ([0-9a-f-]{36})", said):
        target.network.delete_security_group_rule(identifier)
    for subnet in re.findall(r"already has a port on subnet ([0-9a-f-]{36})", said):
        for router in target.network.routers(project_id=target.current_project_id):
            target.network.remove_interface_from_router(router, subnet_id=subnet)
    for kind, identifier in re.findall(r"(Port|Subnet|Network|Router|SecGroup|Instance) \S+ ([0-9a-f-]{36})", said):
        match kind:
            case "Port":
                target.network.delete_port(identifier)
            case "Subnet":
                target.network.delete_subnet(identifier)
            case "Network":
                target.network.delete_network(identifier)
            case "Router":
                for port in list(target.network.ports(device_id=identifier)):
                    target.network.remove_interface_from_router(identifier, port_id=port.id)
                target.network.delete_router(identifier)
            case "SecGroup":
                target.network.delete_security_group(identifier)
            case "Instance":
                target.compute.delete_server(identifier)
                target.compute.wait_for_delete(target.compute.get_server(identifier), wait=600)


def _children(pid: int) -> list[int]:
    """The engine, which runs below a thread of the command."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def test_a_disk_that_fills_up_and_then_has_room_again(city: Workspace, target: Any, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(small)], check=True)
    try:
        done = city.run("iac", "up", "--lang", "en", "--folder", str(small))
        assert done.returncode == 7, done.stdout + done.stderr
        assert "the disk is full" in done.stderr
        assert "Traceback" not in done.stderr
        subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
        again = city.run("iac", "up", "--lang", "en", "--folder", str(small))
        said = ("that the state does not know", "backups")  # the second where the state itself was cut off
        assert again.returncode == 0 or any(word in again.stderr for word in said)
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)
