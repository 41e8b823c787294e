"""What the snapshots of a source said of its servers, one look after the other, read only where two looks differ.

As for stints (inventory/usage/dated.py): what a snapshot shows first holds from its local day, and what came and went
between two looks is not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from inventory.usage.dated import MOST_LOOKS

if TYPE_CHECKING:
    from inventory.model import Snapshot, Value
    from inventory.storage.store import Store

FIELDS = ("vcpu", "mem", "disk", "server_name", "ip")
Told = Mapping[str, "Value"]
Kept = TypeVar("Kept")


class Looks:
    """The snapshots of one source, those of new content, read when they are asked for."""

    def __init__(self, store: Store, snapshots: list[Snapshot]) -> None:
        """Take them, the oldest first."""
        self._store, self._snapshots = store, snapshots
        self._read: dict[int, dict[str, Told]] = {}

    def told(self, place: int) -> dict[str, Told]:
        """Of all servers in one snapshot."""
        if place not in self._read:
            snapshot = self._snapshots[place]
            self._read[place] = dict(self._store.values_of(snapshot.id, "server", FIELDS))
        return self._read[place]

    @property
    def last(self) -> int:
        """The place of the newest one."""
        return len(self._snapshots) - 1

    def day(self, place: int) -> date:
        """The local day of one."""
        from catalogs.console import LOCAL_ZONE

        return self._snapshots[place].taken_at.astimezone(LOCAL_ZONE).date()

    def changes(
        self, known: Callable[[str], bool], of: Callable[[Told], Kept]
    ) -> Iterator[tuple[str, date, Kept, Kept]]:
        """The servers of which something changed: with the day from which on it was so, what was before, and what after."""
        seen: dict[int, dict[str, Kept]] = {}

        def look(place: int) -> dict[str, Kept]:
            if place not in seen:
                seen[place] = {server: of(told) for server, told in self.told(place).items() if known(server)}
            return seen[place]

        spans = list(pairwise(sorted({round(n * self.last / (MOST_LOOKS - 1)) for n in range(MOST_LOOKS)})))
        while spans:
            low, high = spans.pop()
            before, after = look(low), look(high)
            differing = [one for one in before.keys() & after.keys() if before[one] != after[one]]
            if differing and high - low > 1:
                spans += [(low, (low + high) // 2), ((low + high) // 2, high)]
                continue
            yield from ((one, self.day(high), before[one], after[one]) for one in differing)


def looks_of(store: Store, as_of: datetime) -> tuple[Looks, ...]:
    """The sources that were looked at more than once until an instant."""
    sources: dict[str, list[Snapshot]] = {}
    for made in store.snapshots(until=as_of):
        taken = sources.setdefault(made.source, [])
        if made.complete and (not taken or taken[-1].content_sha256 != made.content_sha256):
            taken.append(made)
    return tuple(Looks(store, taken) for taken in sources.values() if len(taken) > 1)
