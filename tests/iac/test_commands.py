"""The `iac` and `engine` commands, as a user calls them: bad input gives one clear message and its exit code."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from iac import engine as engines
from tests.iac.workspace import Workspace, make_workspace


@pytest.fixture
def city(tmp_path: Path) -> Workspace:
    """A workspace with an unapproved plan; nothing of the user's own settings shines through."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("OS_", "GOVCLOUD_", "PULUMI_"))
    }
    environment |= {"HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    environment["OS_CLIENT_CONFIG_FILE"] = str(tmp_path / "clouds.yaml")
    folder = tmp_path / "workspace"
    folder.mkdir()
    return make_workspace(folder, environment)


@pytest.fixture
def equipped(city: Workspace, tmp_path: Path) -> Workspace:
    """With programs that look like an engine to whoever only asks their version."""
    for name, version in ((engines.PULUMI, engines.PULUMI_VERSION), (engines.PROVIDER, engines.PROVIDER_VERSION)):
        path = tmp_path / "engine" / "bin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho v{version}\n")
        path.chmod(0o755)
    city.environment["GOVCLOUD_ENGINE"] = str(tmp_path / "engine")
    return city


def clouds(city: Workspace, auth_url: str, name: str = "sample-cloud") -> None:
    auth = {"auth_url": auth_url, "username": "u", "password": "Pass-9c1e", "project_name": "p",
            "user_domain_name": "Default", "project_domain_name": "Default"}  # fmt: skip
    raw = {"clouds": {name: {"auth": auth, "region_name": "RegionOne", "identity_api_version": 3}}}
    Path(city.environment["OS_CLIENT_CONFIG_FILE"]).write_text(json.dumps(raw))


def refused(city: Workspace, *arguments: str, code: int, said: str, **more: str) -> None:
    """The command fails with this code, says this, gives a hint, and shows no traceback."""
    done, out, err = city.call(*arguments, "--lang", "en", **more)
    assert done == code, out + err
    assert said in err
    assert "Traceback" not in err
    assert "Pass-9c1e" not in out + err


def test_without_an_engine_preview_says_how_to_get_one(city: Workspace, tmp_path: Path) -> None:
    nowhere = {"PATH": "/usr/bin:/bin", "XDG_CACHE_HOME": str(tmp_path / "cache")}
    refused(city, "iac", "preview", code=7, said="govcloud engine install", **nowhere)
    refused(city, "engine", "status", code=1, said="govcloud engine install", **nowhere)


def test_an_unapproved_or_changed_plan_is_not_built(equipped: Workspace) -> None:
    refused(equipped, "iac", "up", code=1, said="is not approved")
    equipped.approve("f" * 64)
    refused(equipped, "iac", "up", code=1, said="changed after its approval")


def test_weeks_and_plans_that_there_are_not(equipped: Workspace) -> None:
    refused(equipped, "iac", "preview", "W14", code=2, said="not a week")
    refused(equipped, "iac", "preview", "2026-W40", code=7, said="2026-W14 (1)")
    refused(equipped, "iac", "preview", "--plan", "nothing", code=5, said="nothing")
    refused(equipped, "iac", "refresh", "2026-W14", code=2, said="no single wave")
    refused(equipped, "iac", "destroy", "2026-W14", "--yes", code=2, said="no single wave")


def test_catalogues_that_changed_since_the_plan_are_said(equipped: Workspace) -> None:
    _code, _out, err = equipped.call("iac", "up", "--lang", "en")
    assert "the catalogues changed since the plan was made" in err


def test_an_empty_store_has_no_plan(equipped: Workspace, tmp_path: Path) -> None:
    refused(equipped, "iac", "preview", "--store", str(tmp_path / "none"), code=5, said="none")


def test_clouds_yaml_without_the_cloud_or_missing(equipped: Workspace) -> None:
    equipped.approve()
    refused(equipped, "iac", "up", code=7, said="does not have the cloud sample-cloud")
    clouds(equipped, "http://127.0.0.1:9/v3", name="another")
    refused(equipped, "iac", "up", code=7, said="does not have the cloud sample-cloud")
    refused(
        equipped, "iac", "preview", "--cloud", "unheard-of", code=7, said="nothing was recorded of the cloud unheard-of"
    )


def test_a_cloud_that_does_not_answer(equipped: Workspace) -> None:
    equipped.approve()
    with socket.socket() as silent:  # bound, not listening: the connection is refused
        silent.bind(("127.0.0.1", 0))
        clouds(equipped, f"http://127.0.0.1:{silent.getsockname()[1]}/v3")
        refused(equipped, "iac", "up", code=7, said="does not answer")
    assert not list((equipped.folder / "infrastructure").rglob("addresses.json"))


def test_options_of_destroy_that_do_not_go_together(equipped: Workspace) -> None:
    refused(equipped, "iac", "destroy", "x", "--keep-data", "--release-data", code=2, said="choose one of")
    refused(equipped, "iac", "destroy", "x", "--release-data", code=2, said="needs --reason")


def test_a_full_disk_is_said(equipped: Workspace) -> None:
    (equipped.folder / "infrastructure" / "home").mkdir(parents=True)
    (equipped.folder / "infrastructure" / "home" / "no-cloud.yaml").symlink_to("/dev/full")
    refused(equipped, "iac", "preview", code=7, said="the disk is full")


def test_a_damaged_state_or_snapshot_is_said(equipped: Workspace) -> None:
    states = equipped.folder / "infrastructure" / "state" / ".pulumi" / "stacks" / "govcloud"
    states.mkdir(parents=True)
    (states / "x-2026-W14.json").write_text('{"version": 3, "check')
    refused(equipped, "iac", "status", code=7, said="damaged")
    (states / "x-2026-W14.json").unlink()
    snapshots = equipped.folder / "infrastructure" / "snapshots"
    snapshots.mkdir()
    (snapshots / "sample-cloud.json").write_text('{"schema": "govcloud/binding/1", "cloud": "sample-cloud"}')
    refused(equipped, "iac", "preview", code=7, said="not a snapshot of a target cloud")


def test_status_of_nothing_needs_neither_engine_nor_cloud(city: Workspace) -> None:
    code, out, _ = city.call("iac", "status", "--json", PATH="/nowhere")
    assert code == 0
    assert json.loads(out)["data"] == {}


def test_engine_status_as_json(equipped: Workspace) -> None:
    data = json.loads(equipped.call("engine", "status", "--json")[1])["data"]
    assert data["usable"] is True
    assert data["engine"]["version"] == engines.PULUMI_VERSION
