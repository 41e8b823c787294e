"""`collect openstack`: one cloud of clouds.yaml, or a recording of it, into the store."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogs.console import Run, common, progress
from catalogs.errors import CollectError, UsageError
from catalogs.words import Text, tr
from inventory.store import open_store

if TYPE_CHECKING:
    from rich.console import Console

    from inventory.collectors.recording import Recording
    from inventory.model import Collected, Snapshot

SCHEMA = "govcloud/snapshot/1"


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
    recording = _recording(run, cloud, recorded)
    if record is not None:
        recording.write(record)
    collected, snapshot = _keep(run, recording)
    run.show(
        SCHEMA, snapshot.as_json(), human=lambda console: print_collection(console, collected, snapshot),
        complete=collected.complete, gaps=collected.gaps, missing=collected.why_partial,
    )  # fmt: skip


def _recording(run: Run, cloud: str | None, recorded: Path | None) -> Recording:
    """The cloud's answers, live or from a file."""
    from inventory.collectors.openstack_fetch import LISTINGS, fetch
    from inventory.collectors.recording import read_recording

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
        return fetch(cloud, recorded_at=_iso(run.as_of), told=lambda _listing: done(1))


def _keep(run: Run, recording: Recording) -> tuple[Collected, Snapshot]:
    """Write the snapshot, at the instant when the cloud was asked."""
    from inventory.collectors.openstack import parse

    taken_at = _recorded_at(recording)
    if taken_at > run.as_of:
        raise CollectError(
            f"录制于 {recording.recorded_at}，晚于 --as-of {_iso(run.as_of)}：那一天还没有这些事实",
            f"recorded at {recording.recorded_at}, after --as-of {_iso(run.as_of)}: these facts were not known then",
            hint=Text("把 --as-of 设为录制之后的日期", "give an --as-of after the recording"),
        )
    collected = parse(recording)
    with open_store(run.store, create=True) as store:
        snapshot = store.add_snapshot(collected, taken_at=taken_at)
        store.add_run(
            command=run.command,
            version=version(),
            as_of=run.as_of,
            actor=run.actor,
            catalogs_sha256=None,
            result=snapshot.id,
        )
    return collected, snapshot


def version() -> str:
    """The version of the installed package."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("govcloud")
    except PackageNotFoundError:
        return "source"


def _iso(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")


def _recorded_at(recording: Recording) -> datetime:
    try:
        instant = datetime.fromisoformat(recording.recorded_at)
        if instant.tzinfo is None:
            raise ValueError(recording.recorded_at)
    except ValueError as error:
        raise CollectError(
            f"录制文件的时间“{recording.recorded_at}”不是带时区的时刻",
            f"recorded_at {recording.recorded_at!r} of the recording is no instant with a zone",
        ) from error
    return instant


_KINDS = {
    "server": Text("云主机", "servers"), "volume": Text("云硬盘", "volumes"), "network": Text("网络", "networks"), "pool": Text("资源池与配额", "pools and quotas"),
    "bucket": Text("存储桶", "buckets"),
}  # fmt: skip


def print_collection(console: Console, collected: Collected, snapshot: Snapshot) -> None:
    """What a collection brought, for people."""
    from collections import Counter

    count: Counter[str] = Counter(record.kind for record in collected.records)
    listed = tr("，", ", ").join(f"{_KINDS[kind]} {count[kind]}" for kind in _KINDS if count[kind])
    console.print(f"{collected.source}  {listed or tr('没有任何资源', 'nothing')}")
    if collected.accounting.get("from_recording"):
        console.print(
            tr(
                f"（离线录制，录于 {_iso(snapshot.taken_at)}，不是实时采集）",
                f"(from a recording of {_iso(snapshot.taken_at)}, not live)",
            )
        )
    for gap in collected.gaps:
        console.print(f"! {gap.message}")
    console.print(tr(f"快照 {snapshot.id}", f"snapshot {snapshot.id}"))
