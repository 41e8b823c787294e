"""Finding the engine: where it is looked for, and what is good enough."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from catalogs.errors import ProvisionError
from iac import engine, engine_build


def fake(folder: Path, name: str, answer: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{answer}\n")
    path.chmod(0o755)
    return path


def both(folder: Path, pulumi: str = "3.259.0", provider: str = "5.5.3") -> None:
    fake(folder, "pulumi", f"echo v{pulumi}")
    fake(folder, "pulumi-resource-openstack", f"echo {provider}")


def places(tmp_path: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": str(tmp_path / "path"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PULUMI_HOME": str(tmp_path / "h"),
        **more,
    }


def test_the_named_folder_comes_before_path_and_path_before_the_cache(tmp_path: Path) -> None:
    environment = places(tmp_path)
    assert engine.status(environment) == engine.Status(pulumi=None, provider=None)
    both(engine.cache_folder(environment) / "bin")
    assert engine.require(environment).pulumi.path.is_relative_to(tmp_path / "cache")
    both(tmp_path / "path")
    assert engine.require(environment).pulumi.path.parent == tmp_path / "path"
    both(tmp_path / "own" / "bin")
    assert (
        engine.require({**environment, "GOVCLOUD_ENGINE": str(tmp_path / "own")}).provider.path.parent
        == tmp_path / "own" / "bin"
    )


def test_an_official_plugin_in_the_home_of_pulumi_is_found(tmp_path: Path) -> None:
    fake(tmp_path / "path", "pulumi", "echo v3.300.1")
    fake(tmp_path / "h" / "plugins" / "resource-openstack-v5.5.3", "pulumi-resource-openstack", "echo 5.5.3")
    found = engine.require(places(tmp_path))
    assert found.pulumi.version == "3.300.1"
    assert str(tmp_path / "h") in found.search_path


@pytest.mark.parametrize(
    ("pulumi", "provider", "said"),
    [("3.258.9", "5.5.3", "3.258.9"), ("4.0.0", "5.5.3", "4.0.0"), ("3.259.0", "4.1.0", "4.1.0")],
)
def test_wrong_versions_are_refused_with_what_is_needed(tmp_path: Path, pulumi: str, provider: str, said: str) -> None:
    both(tmp_path / "path", pulumi, provider)
    with pytest.raises(ProvisionError, match=said) as caught:
        engine.require(places(tmp_path))
    assert caught.value.hint == engine.PULUMI_HINT


def test_an_unusable_one_does_not_hide_a_good_one(tmp_path: Path) -> None:
    both(tmp_path / "path", pulumi="3.1.0")
    environment = places(tmp_path)
    both(engine.cache_folder(environment) / "bin")
    assert engine.require(environment).pulumi.path.is_relative_to(tmp_path / "cache")


@pytest.mark.parametrize("answer", ["exit 3", "echo hello", "kill -9 $$"])
def test_a_broken_program_is_said_to_be_broken(tmp_path: Path, answer: str) -> None:
    binary = engine.examine("pulumi", fake(tmp_path, "pulumi", answer))
    assert binary.problem is not None


def test_a_missing_engine_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ProvisionError, match="GOVCLOUD_ENGINE") as caught:
        engine.require(places(tmp_path))
    assert caught.value.hint == engine.PULUMI_HINT


def test_the_go_modules_pin_the_engine_of_the_python_sdk() -> None:
    from importlib.metadata import version

    text = (engine_build.modules_folder() / "engine" / "go.mod").read_text()
    assert f"github.com/pulumi/pulumi/pkg/v3 v{engine.PULUMI_VERSION} " in text
    assert version("pulumi") == engine.PULUMI_VERSION
    assert version("pulumi-openstack") == engine.PROVIDER_VERSION


def test_go_of_path_is_used_where_it_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = fake(tmp_path / "path", "go", "echo go1.26.6")
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}{os.pathsep}/bin")
    found, environment = engine_build._go(tmp_path, lambda _text: None)
    assert found == str(go)
    assert environment["GOTOOLCHAIN"] == "local"
    assert engine_build._go_version(str(fake(tmp_path, "old", "echo go1.22.1"))) < engine_build.GO_MINIMUM


def test_a_failed_build_shows_its_last_words_and_leaves_nothing(tmp_path: Path) -> None:
    script = fake(tmp_path, "go", "echo 'go: downloading a v1' >&2; echo 'proxy.invalid: no such host' >&2; exit 1")
    with pytest.raises(ProvisionError, match="no such host"):
        engine_build._go_build([str(script)], tmp_path, dict(os.environ), "pulumi", lambda _text: None)
    with pytest.raises(ProvisionError, match=r"3\.1\.0"):
        engine_build._move_into_place(fake(tmp_path, "pulumi", "echo v3.1.0"), tmp_path / "bin" / "pulumi")
    assert not (tmp_path / "bin").exists()


def test_too_little_disk_is_said_before_anything_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_build, "BUILD_DISK_GIB", 10**9)
    with pytest.raises(ProvisionError, match="GiB"):
        engine_build._enough_disk(tmp_path)
