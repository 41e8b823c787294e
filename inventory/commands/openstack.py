"""`collect openstack`: one cloud of clouds.yaml, or a recording of it, into the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogs.console import Run, common, progress
from catalogs.errors import UsageError
from catalogs.words import tr
from inventory.commands.cloud import iso, keep_and_show

if TYPE_CHECKING:
    from inventory.collectors.clouds.recording import Recording


@click.command(
    help=tr(
        "采集一朵 OpenStack 云：项目、云主机、云硬盘、网络、资源池容量和配额。账号口令只在 clouds.yaml 里。",
        "Collect an OpenStack: projects, servers, volumes, networks, capacities, quotas. Accounts stay in clouds.yaml.",
    ),
    epilog=tr(
        "例：govcloud collect openstack --cloud lab --record lab.json；离线重放：govcloud collect openstack --recorded lab.json",
        "Example: govcloud collect openstack --cloud lab --record lab.json; offline: collect openstack --recorded lab.json",
    ),
)
@click.option("--cloud", metavar="NAME", help=tr("clouds.yaml 里的名字", "its name in clouds.yaml"))
@click.option(
    "--recorded",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=tr("从录制文件读，不连云", "read a recording, no cloud"),
)
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=tr("同时把原始应答录成文件（不含口令）", "also record the raw answers (no secrets)"),
)
@common
def openstack(run: Run, cloud: str | None, recorded: Path | None, record: Path | None) -> None:
    """Read the cloud or the recording, keep what it says, say what is missing."""
    from inventory.collectors.clouds.openstack import parse

    recording = _recording(run, cloud, recorded)
    if record is not None:
        recording.write(record)
    keep_and_show(run, recording, parse)


def _recording(run: Run, cloud: str | None, recorded: Path | None) -> Recording:
    """The cloud's answers, live or from a file."""
    from inventory.collectors.clouds.openstack_fetch import LISTINGS, fetch
    from inventory.collectors.clouds.recording import read_recording

    if recorded is not None:
        found = read_recording(recorded)
        if cloud is not None and cloud != found.cloud:
            raise UsageError(
                f"{recorded.name} 录的是云 {found.cloud}，不是 {cloud}",
                f"{recorded.name} was recorded from cloud {found.cloud}, not {cloud}",
            )
        return found
    if cloud is None:
        raise UsageError("要写明 --cloud 名称，或 --recorded 文件", "give --cloud NAME or --recorded FILE")
    with progress(tr(f"采集云 {cloud}", f"collecting cloud {cloud}"), total=len(LISTINGS) + 1) as done:
        return fetch(cloud, recorded_at=iso(run.as_of), told=lambda _listing: done(1))
