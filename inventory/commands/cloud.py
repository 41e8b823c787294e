"""What the commands that collect a cloud share: keep a recording as a snapshot, show what it brought."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from catalogs.console import Run
from catalogs.errors import CollectError
from catalogs.words import Text, tr
from inventory.storage.store import open_store

if TYPE_CHECKING:
    from rich.console import Console

    from inventory.collectors.clouds.recording import Recording
    from inventory.model import Collected, Snapshot

SCHEMA = "govcloud/snapshot/1"


def keep_and_show(run: Run, recording: Recording, parse: Callable[[Recording], Collected]) -> None:
    """Write the snapshot and say what it brought and what is missing.

    Raises:
        CollectError: the recording is broken, or was made after `--as-of`.
        Partial: something could not be read; what could is kept.
    """
    collected, snapshot = _keep(run, recording, parse)
    run.show(
        SCHEMA, snapshot.as_json(), human=lambda console: print_collection(console, collected, snapshot), complete=collected.complete,
        gaps=collected.gaps, missing=collected.why_partial,
    )  # fmt: skip


def _keep(run: Run, recording: Recording, parse: Callable[[Recording], Collected]) -> tuple[Collected, Snapshot]:
    """Write the snapshot, at the instant when the cloud was asked."""
    taken_at = _recorded_at(recording)
    if taken_at > run.as_of:
        raise CollectError(
            f"录制于 {recording.recorded_at}，晚于 --as-of {iso(run.as_of)}：那一天还没有这些事实",
            f"recorded at {recording.recorded_at}, after --as-of {iso(run.as_of)}: these facts were not known then",
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


def iso(instant: datetime) -> str:
    """An instant as ISO 8601 UTC text."""
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
                f"（离线录制，录于 {iso(snapshot.taken_at)}，不是实时采集）",
                f"(from a recording of {iso(snapshot.taken_at)}, not live)",
            )
        )
    for gap in collected.gaps:
        console.print(f"! {gap.message}")
    console.print(tr(f"快照 {snapshot.id}", f"snapshot {snapshot.id}"))
