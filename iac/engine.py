"""Finds the Pulumi engine and its OpenStack provider: what is there, of which version, and is it good enough.

Searched in this order, each of the two by itself: the folder GOVCLOUD_ENGINE, PATH, the cache of earlier
installations, and for the provider Pulumi's own plugin folder. `engine_install.py` makes what is missing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from catalogs.errors import ProvisionError
from catalogs.words import Text

PULUMI_VERSION = "3.259.0"  # the release of the Python SDK in pyproject.toml; the engine must not be older
PROVIDER_VERSION = "5.5.3"  # "version" in pulumi_openstack/pulumi-plugin.json
PULUMI = "pulumi"
PROVIDER = "pulumi-resource-openstack"
PULUMI_HINT = Text(
    "安装：govcloud engine install（约 10 分钟；有互联网时很快）。",
    "Install it: govcloud engine install (about 10 minutes).",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """A program that was found; `problem` says why it cannot be used."""

    name: str
    path: Path
    version: str
    problem: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Engine and provider, both usable."""

    pulumi: Binary
    provider: Binary

    @property
    def search_path(self) -> str:
        """PATH for the engine: it finds its provider there."""
        return os.pathsep.join(
            [str(self.provider.path.parent), str(self.pulumi.path.parent), os.environ.get("PATH", "")]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the search found; `None` where there is nothing at all."""

    pulumi: Binary | None
    provider: Binary | None

    @property
    def engine(self) -> Engine | None:
        """Both, where both can be used."""
        if self.pulumi is None or self.provider is None or self.pulumi.problem or self.provider.problem:
            return None
        return Engine(pulumi=self.pulumi, provider=self.provider)


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where this user's installed engine of these two versions lives."""
    root = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(root) / "govcloud" / "engine" / f"{PULUMI_VERSION}-{PROVIDER_VERSION}"


def status(environment: Mapping[str, str] = os.environ) -> Status:
    """Look for both programs; the first usable one counts, else the first one that was found."""
    return Status(pulumi=_best(PULUMI, environment), provider=_best(PROVIDER, environment))


def require(environment: Mapping[str, str] = os.environ) -> Engine:
    """Engine and provider.

    Raises:
        ProvisionError: one of them is missing or too old.
    """
    found = status(environment)
    if found.engine is not None:
        return found.engine
    for name, binary in ((PULUMI, found.pulumi), (PROVIDER, found.provider)):
        if binary is None:
            raise ProvisionError(
                f"没有找到 {name}：已查 GOVCLOUD_ENGINE、PATH 和 {cache_folder(environment)}",
                f"{name} was not found: looked in GOVCLOUD_ENGINE, PATH and {cache_folder(environment)}",
                hint=PULUMI_HINT,
            )
        if binary.problem is not None:
            zh, en = binary.problem
            raise ProvisionError(f"{binary.path}：{zh}", f"{binary.path}: {en}", hint=PULUMI_HINT)
    raise AssertionError("a missing engine has a missing or unusable part")


def _best(name: str, environment: Mapping[str, str]) -> Binary | None:
    first: Binary | None = None
    for path in _candidates(name, environment):
        binary = examine(name, path)
        if binary.problem is None:
            return binary
        first = first or binary
    return first


def _candidates(name: str, environment: Mapping[str, str]) -> Iterator[Path]:
    folders: list[Path] = []
    if chosen := environment.get("GOVCLOUD_ENGINE"):
        folders += [Path(chosen) / "bin", Path(chosen)]
    folders += [Path(folder) for folder in environment.get("PATH", "").split(os.pathsep) if folder]
    folders.append(cache_folder(environment) / "bin")
    if name == PROVIDER:
        home = Path(environment.get("PULUMI_HOME") or Path.home() / ".pulumi")
        folders.append(home / "plugins" / f"resource-openstack-v{PROVIDER_VERSION}")
    for folder in folders:
        found = shutil.which(name, path=str(folder))
        if found:
            yield Path(found).absolute()


def examine(name: str, path: Path) -> Binary:
    """Ask a program for its version and judge it."""
    arguments = ["version"] if name == PULUMI else ["-version"]
    try:
        answer = subprocess.run(  # noqa: S603 - the path was found by name in folders of this user
            [str(path), *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        )
    except (OSError, subprocess.SubprocessError) as error:
        return Binary(name=name, path=path, version="?", problem=Text(f"不能运行：{error}", f"does not run: {error}"))
    match = re.search(r"v?(\d+)\.(\d+)\.(\d+)", answer.stdout)
    if match is None:
        text = Text(f"版本号无法识别：{answer.stdout!r}", f"not a version: {answer.stdout!r}")
        return Binary(name=name, path=path, version="?", problem=text)
    version = ".".join(match.groups())
    return Binary(name=name, path=path, version=version, problem=_judge(name, version))


def _judge(name: str, version: str) -> Text | None:
    """The engine: the same major release, not older. The provider: the same major release."""
    wanted = PULUMI_VERSION if name == PULUMI else PROVIDER_VERSION
    have, want = ([int(part) for part in text.split(".")] for text in (version, wanted))
    if have[0] == want[0] and (name == PROVIDER or have >= want):
        return None
    return Text(
        f"版本 {version} 不适用，需要 {want[0]}.x，且不低于 {wanted}",
        f"version {version} cannot be used; {want[0]}.x is needed, not older than {wanted}",
    )
