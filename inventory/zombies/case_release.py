"""Were the resources of a zombie case really released? Only a later snapshot of where they stood can say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from catalogs.errors import UsageError
from catalogs.words import Text
from inventory.model import Server, Snapshot
from inventory.zombies.cases import Case, step_of

if TYPE_CHECKING:
    from catalogs.load import Catalogs
    from inventory.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What a case held when it was opened, what of it is still seen, and the later snapshots that looked."""

    held: tuple[Server, ...]
    left: tuple[Server, ...]
    seen_in: tuple[str, ...]
    unseen_sources: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Everything it held is gone, and every source was collected again after the shut-down."""
        return not self.left and not self.unseen_sources

    def as_json(self) -> dict[str, object]:
        """What a decision keeps as evidence."""
        return {
            "servers": [server.id for server in self.held],
            "vcpu": sum(server.vcpu or 0 for server in self.held),
            "memory_gib": sum(server.memory_gib or 0 for server in self.held),
            "storage_gib": sum(server.disk_gib or 0 for server in self.held),
            "seen_in": list(self.seen_in),
        }


def release_of(case: Case, held: Sequence[Server], now: Iterable[Server], snapshots: Mapping[str, Snapshot]) -> Release:
    """Compare what was held with the latest snapshots.

    Args:
        case: shut down, or later.
        held: the system's servers when the case was opened.
        now: its servers in the latest snapshots.
        snapshots: the latest of each source.
    """
    shut = next((one.decided_at for one in reversed(case.steps) if step_of(one) == "shut-down"), None)
    sources = sorted({server.source for server in held})
    later = {source: snapshots[source] for source in sources if source in snapshots and _after(snapshots[source], shut)}
    ids = {server.id for server in held}
    return Release(
        held=tuple(held),
        left=tuple(server for server in now if server.deleted_on is None and (server.id in ids or not ids)),
        seen_in=tuple(snapshot.id for snapshot in later.values()),
        unseen_sources=tuple(source for source in sources if source not in later),
    )


def _after(snapshot: Snapshot, instant: datetime | None) -> bool:
    return instant is not None and snapshot.taken_at > instant


def read_release(store: Store, catalogs: Catalogs, case: Case, as_of: datetime) -> Release:
    """The same, from the store."""
    from inventory.merging.merge import inventory_at

    then = inventory_at(store, catalogs, case.opened_at)
    now = inventory_at(store, catalogs, as_of)
    return release_of(case, then.servers_of(case.system_id), now.servers_of(case.system_id), store.latest(as_of))


def check_release(release: Release) -> None:
    """Make sure that a release may be recorded.

    Raises:
        UsageError: servers are still seen, or nobody has looked since the shut-down.
    """
    if release.left:
        shown = "、".join(sorted(server.name for server in release.left)[:5])
        raise UsageError(
            f"最近的快照里还有它的 {len(release.left)} 台服务器（{shown}），资源没有释放",
            f"the latest snapshot still has {len(release.left)} of its servers ({shown}): nothing is released",
            hint=Text(
                "释放后重新采集云，再记录这一步", "collect the cloud again after the release, then take this step"
            ),
        )
    if release.unseen_sources:
        names = "、".join(release.unseen_sources)
        raise UsageError(
            f"关停之后还没有采集过 {names}，看不到资源是否已释放", f"{names} was not collected since the shut-down: nobody has seen the release",
            hint=Text("重新采集后再记录这一步", "collect again, then take this step"),
        )  # fmt: skip
