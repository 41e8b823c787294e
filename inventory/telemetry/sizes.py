"""What size a server had before it was resized, by the snapshots: for samples that tell a share of it and no size.

Samples of a month are often read at its end, or read again later. A server that had eight cores until the 15th and has
two since was used by so many percent of eight on the days before. As for stints (inventory/usage/dated.py), a size holds
from the local day of the snapshot that shows it first; a size that came and went between two looks is not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from inventory.telemetry.form import METRICS, day_start
from inventory.telemetry.looks import Looks, Told, looks_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from inventory.model import Server
    from inventory.storage.store import Store

# field of Server ← field of its records
_FIELDS: Mapping[str, str] = {"vcpu": "vcpu", "memory_gib": "mem", "disk_gib": "disk"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierSize:
    """A server had this size on the local days before `before_on`; fields that did not change are not there."""

    server_id: str
    before_on: date
    amounts: Mapping[str, float] = field(default_factory=dict)


def earlier_sizes(
    store: Store, servers: Sequence[Server], as_of: datetime, looks: Sequence[Looks] | None = None
) -> tuple[EarlierSize, ...]:
    """Every change of size of some servers until an instant, the latest first.

    A field counts only where today's value is that of the source that shows the change: where a person's answer or a nearer
    source says otherwise, nothing is known of earlier days. `looks` are those of `looks_of`, where somebody has them already.
    """
    known = {server.id: server for server in servers}
    found = [one for source in (looks_of(store, as_of) if looks is None else looks) for one in _changes(source, known)]
    return tuple(sorted(found, key=lambda one: (one.before_on, one.server_id), reverse=True))


def _size(told: Told) -> dict[str, float]:
    """The fields of `Server` that a record tells."""
    return {
        name: float(value)
        for name, kept in _FIELDS.items()
        if isinstance(value := told.get(kept), int | float) and not isinstance(value, bool)
    }


def _changes(looks: Looks, known: Mapping[str, Server]) -> Iterator[EarlierSize]:
    now = {one: _size(told) for one, told in looks.told(looks.last).items() if one in known}
    for one, day, before, after in looks.changes(known.__contains__, _size):
        amounts = {
            name: amount
            for name, amount in before.items()
            if amount != after.get(name) and getattr(known[one], name) == now.get(one, {}).get(name)
        }
        if amounts:
            yield EarlierSize(server_id=one, before_on=day, amounts=amounts)


class Resized:
    """The changes of size as the judge of samples takes them: places of servers, seconds, amounts by metric."""

    def __init__(self, changes: Sequence[tuple[int, int, NDArray[np.float64]]], servers: int) -> None:
        import numpy as np

        self._changes = changes  # the latest first, so that the earliest that is still to come is put in last
        self._until = max((before_s for _, before_s, _ in changes), default=0)
        self._some = np.zeros(servers, bool)
        self._some[[place for place, *_ in changes]] = True

    @staticmethod
    def of(servers: Sequence[Server], earlier: Sequence[EarlierSize], zone: str) -> Resized:
        """By the places of the servers; metrics whose capacity did not change have no amount (NaN)."""
        import numpy as np

        places = {server.id: place for place, server in enumerate(servers)}
        return Resized(
            [
                (
                    places[one.server_id],
                    day_start(one.before_on, zone),
                    np.array([one.amounts.get(metric.capacity or "", np.nan) for metric in METRICS.values()]),
                )
                for one in earlier
                if one.server_id in places
            ],
            len(servers),
        )

    def touches(self, server: NDArray[np.int64], at: NDArray[np.int64]) -> bool:
        """Whether some samples of known servers may be of a time before a change."""
        return bool(self._changes) and bool(at.min() < self._until) and bool(self._some[server].any())

    def put_into(
        self, own: NDArray[np.float64], metric: NDArray[np.int64], server: NDArray[np.int64], at: NDArray[np.int64]
    ) -> None:
        """Replace the capacities of today by those of then."""
        import numpy as np

        for place, before_s, amounts in self._changes:
            mine = np.flatnonzero((server == place) & (at < before_s) & (metric >= 0))
            then = amounts[metric[mine]]
            own[mine] = np.where(np.isnan(then), own[mine], then)
