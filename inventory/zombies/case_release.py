"""Were the resources of a zombie case really released? Only a later snapshot of where they stood can say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from catalogs.errors import UsageError
from catalogs.words import Text
from inventory.model import Inventory, Server, Snapshot
from inventory.zombies.cases import Case, step_of

if TYPE_CHECKING:
    from catalogs.load import Catalogs
    from inventory.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What a case held, what of it is still seen, and the later snapshots that looked.

    `held` stood when the case was opened or when it was shut down; `left` stands under the system now, whether it was
    held then or was made since; `moved` was held and stands under another system now: not released, but passed on.
    """

    held: tuple[Server, ...]
    left: tuple[Server, ...]
    moved: tuple[Server, ...] = ()
    seen_in: tuple[str, ...]
    unseen_sources: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Nothing of it is seen any more, and every source was collected again after the shut-down."""
        return not self.left and not self.unseen_sources

    @property
    def gone(self) -> tuple[Server, ...]:
        """What was held and is seen nowhere."""
        standing = {server.id for server in (*self.left, *self.moved)}
        return tuple(server for server in self.held if server.id not in standing)

    def as_json(self) -> dict[str, object]:
        """What a decision keeps as evidence: what is gone, not what was passed on."""
        return {
            "servers": [server.id for server in self.gone],
            "vcpu": sum(server.vcpu or 0 for server in self.gone),
            "memory_gib": sum(server.memory_gib or 0 for server in self.gone),
            "storage_gib": sum(server.disk_gib or 0 for server in self.gone),
            "seen_in": list(self.seen_in),
            **({"moved": [server.id for server in self.moved]} if self.moved else {}),
        }


def release_of(
    case: Case,
    held: Sequence[Server],
    now: Iterable[Server],
    snapshots: Mapping[str, Snapshot],
    elsewhere: Iterable[Server] = (),
) -> Release:
    """Compare what was held with the latest snapshots.

    Args:
        case: shut down, or later.
        held: the system's servers when the case was opened, and when it was shut down.
        now: its servers in the latest snapshots.
        snapshots: the latest of each source.
        elsewhere: servers of other systems, or of none, in the latest snapshots.
    """
    shut = shut_down_at(case)
    sources = sorted({server.source for server in held})
    later = {source: snapshots[source] for source in sources if source in snapshots and _after(snapshots[source], shut)}
    ids = {server.id for server in held}
    return Release(
        held=tuple({server.id: server for server in held}.values()),
        left=tuple(server for server in now if server.deleted_on is None),
        moved=tuple(server for server in elsewhere if server.deleted_on is None and server.id in ids),
        seen_in=tuple(snapshot.id for snapshot in later.values()),
        unseen_sources=tuple(source for source in sources if source not in later),
    )


def shut_down_at(case: Case) -> datetime | None:
    """When it was shut down the last time."""
    return next((one.decided_at for one in reversed(case.steps) if step_of(one) == "shut-down"), None)


def _after(snapshot: Snapshot, instant: datetime | None) -> bool:
    return instant is not None and snapshot.taken_at > instant


def read_releases(
    store: Store, catalogs: Catalogs, cases: Iterable[Case], as_of: datetime, now: Inventory
) -> dict[str, Release]:
    """The same for some cases, from the store; inventories of one instant are read once. `now` is that of `as_of`."""
    from inventory.merging.merge import inventory_at

    wanted = list(cases)
    instants = {at for case in wanted for at in (case.opened_at, shut_down_at(case)) if at is not None}
    then = {at: inventory_at(store, catalogs, at) for at in sorted(instants)}
    snapshots = store.latest(as_of)
    found = {}
    for case in wanted:
        looks = [then[at] for at in (shut_down_at(case), case.opened_at) if at is not None]
        held = [one for look in looks for one in look.servers_of(case.system_id) if one.deleted_on is None]
        elsewhere = [one for one in now.servers if one.system_id != case.system_id]
        found[case.system_id] = release_of(case, held, now.servers_of(case.system_id), snapshots, elsewhere)
    return found


def check_release(system_id: str, release: Release) -> None:
    """Make sure that a release may be recorded.

    Raises:
        UsageError: servers are still seen, or nobody has looked since the shut-down.
    """
    if release.left:
        left = sorted(release.left, key=lambda server: server.name)
        shown = "、".join(f"{server.name}（{server.source}）" for server in left[:5])
        raise UsageError(
            f"{system_id}：最近的快照里还有它的 {len(left)} 台服务器（共 {len(release.held)} 台）：{shown}，资源没有释放完",
            f"{system_id}: the latest snapshots still have {len(left)} of its servers ({len(release.held)} were held): {shown}; not all is released",
            hint=Text(
                "释放后重新采集括号里的来源，再记录这一步", "collect the sources in brackets again after the release, then take this step"
            ),
        )  # fmt: skip
    if release.unseen_sources:
        names = "、".join(release.unseen_sources)
        raise UsageError(
            f"{system_id}：关停之后还没有采集过 {names}，看不到资源是否已释放",
            f"{system_id}: {names} was not collected since the shut-down: nobody has seen the release",
            hint=Text("重新采集后再记录这一步", "collect again, then take this step"),
        )
