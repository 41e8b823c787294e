"""Gets the engine and the provider: downloads them the official way, else builds them from their Go modules.

The official way needs the internet and is given up after seconds where there is none. Nothing half-made stays: a
program is moved into place when it has told its version.
"""

from __future__ import annotations

import fcntl
import logging
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalogs.words import Text
from iac import engine
from iac.engine_build import Report, build, run_quietly

logger = logging.getLogger(__name__)
REACH_SECONDS = 10
OFFICIAL = "https://get.pulumi.com"


def install(report: Report) -> engine.Engine:
    """Find the engine or make it, and say on the way what happens.

    Raises:
        ProvisionError: neither way works; the message says why.
    """
    found = engine.status().engine
    if found is not None:
        return found
    target = engine.cache_folder()
    target.mkdir(parents=True, exist_ok=True)
    with _alone(target, report):
        found = engine.status().engine
        if found is not None:
            return found
        if not _download(target, report):
            build(target, report)
    return engine.require()


@contextmanager
def _alone(target: Path, report: Report) -> Iterator[None]:
    """Only one installation at a time; a second one waits for the first."""
    with (target / "install.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(Text("另一个安装正在进行，等它完成……", "another installation is running; waiting for it…"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- the official way -------------------------------------------------------------------------------------------


def _download(target: Path, report: Report) -> bool:
    """Let Pulumi's own installer do it; false where the internet cannot be reached or it fails."""
    report(
        Text(f"试官方渠道 {OFFICIAL}（最多 {REACH_SECONDS} 秒）", f"trying {OFFICIAL} (for {REACH_SECONDS} s at most)")
    )
    if not _reachable():
        report(Text("没有互联网，改为从 Go 模块构建。", "no internet: building from Go modules instead."))
        return False
    code = (
        "import sys; from semver import VersionInfo; from pulumi.automation import PulumiCommand;"
        "PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))"
    )
    home = target / "plugin-home"
    plugin = [
        str(target / "bin" / engine.PULUMI),
        "plugin",
        "install",
        "resource",
        "openstack",
        engine.PROVIDER_VERSION,
    ]
    try:
        run_quietly([sys.executable, "-c", code, str(target), engine.PULUMI_VERSION], {})
        run_quietly(plugin, {"PULUMI_HOME": str(home), "PULUMI_SKIP_UPDATE_CHECK": "true"})
        plugged = home / "plugins" / f"resource-openstack-v{engine.PROVIDER_VERSION}" / engine.PROVIDER
        shutil.move(plugged, target / "bin" / engine.PROVIDER)
    except (OSError, subprocess.SubprocessError) as error:
        logger.info("the official installer failed: %s", error)
        report(
            Text("官方渠道没有成功，改为从 Go 模块构建。", "the official way failed: building from Go modules instead.")
        )
        return False
    return engine.status().engine is not None


def _reachable() -> bool:
    """Is the official site there? In a process of its own, because a name look-up cannot be told to hurry."""
    code = f"import urllib.request; urllib.request.urlopen('{OFFICIAL}/install.sh', timeout=5).read(64)"
    try:
        subprocess.run([sys.executable, "-c", code], check=True, timeout=REACH_SECONDS, capture_output=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return False
    return True
