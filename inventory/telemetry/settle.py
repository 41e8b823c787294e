"""Settling a part of the samples: sorted, each stamp once, one source per server and day, each sample's seconds known.

Samples with the place of an earlier one are dropped and counted; each kept sample covers its interval, or the time
until the next sample where that is shorter, so that nothing counts twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from inventory.telemetry.buckets import Columns, Part
from inventory.telemetry.form import DAY_SECONDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PLACE_BITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What is kept of a part, in the order of the files, and what a better source beat."""

    kept: Columns
    beaten: Columns


def settle(part: Part, ranks: Sequence[int]) -> Settled:
    """Sort a part and decide what counts.

    Args:
        part: unsorted samples; of two with one place the first counts.
        ranks: by source; of two sources that measured one server that day the one of the lower rank counts, then the
            one with more samples, then the one that comes first.
    """
    import numpy as np

    columns = part.columns
    # The place and the order of arrival in one number: it is sorted several times quicker than four columns.
    key = (columns["place"].astype(np.uint64) << np.uint64(_PLACE_BITS)) | np.arange(len(part), dtype=np.uint64)
    key.sort()
    order = key.astype(np.uint32)  # the low half
    place = (key >> np.uint64(_PLACE_BITS)).astype(np.uint32)
    del key
    source = _in_order(columns["source"], order)
    beaten = np.flatnonzero(_is_beaten(place, source, ranks))
    lost = _picked(part, order[beaten], place[beaten], source[beaten])
    if len(beaten):
        mask = np.ones(len(order), dtype=bool)
        mask[beaten] = False
        order, place, source = order[mask], place[mask], source[mask]
    first = place[1:] != place[:-1]
    if not first.all():
        mask = np.concatenate([[True], first])
        order, place, source = (array[mask] for array in (order, place, source))
    kept = _picked(part, order, place, source)
    kept["seconds"] = _seconds(kept["server"], kept["at_s"], kept["interval_s"])
    return Settled(kept=kept, beaten=lost)


def _picked(part: Part, order: NDArray[Any], place: NDArray[Any], source: NDArray[Any]) -> Columns:
    import numpy as np

    server = place // np.uint32(DAY_SECONDS)
    second = place - server * np.uint32(DAY_SECONDS)
    picked = {name: _in_order(part.columns[name], order) for name in ("value_micro", "capacity_micro", "interval_s")}
    return {
        "server": server.astype(np.int64) + part.first_server, "at_s": second.astype(np.int64) + part.first_second,
        "source": source, **picked,
    }  # fmt: skip


def _in_order(column: NDArray[Any], order: NDArray[Any]) -> NDArray[Any]:
    """A column in another order; nothing is moved where all of it is one number, as most intervals and sources are."""
    import numpy as np

    if len(column) and column.min() == column.max():
        return np.full(len(order), column[0])
    moved: NDArray[Any] = column[order]
    return moved


def _is_beaten(place: NDArray[Any], source: NDArray[Any], ranks: Sequence[int]) -> NDArray[np.bool_]:
    import numpy as np

    if not len(source) or source.min() == source.max():
        return np.zeros(len(source), dtype=bool)
    server = (place // np.uint32(DAY_SECONDS)).astype(np.int64)
    pairs, counts = np.unique(server * len(ranks) + source, return_counts=True)
    whose, which = pairs // len(ranks), pairs % len(ranks)
    best = np.lexsort((which, -counts, np.array(ranks)[which], whose))
    first = np.concatenate([[True], whose[best][1:] != whose[best][:-1]])
    winner = np.full(int(whose.max()) + 1, -1, dtype=np.int64)
    winner[whose[best][first]] = which[best][first]
    beaten: NDArray[np.bool_] = winner[server] != source
    return beaten


def _seconds(server: NDArray[np.int64], at_s: NDArray[np.int64], interval: NDArray[Any]) -> NDArray[np.int32]:
    """How long each sample covers: its interval, or less where the next one of its server comes sooner."""
    import numpy as np

    seconds = interval.astype(np.int32)
    if len(at_s) > 1:
        until_next = at_s[1:] - at_s[:-1]
        sooner = np.flatnonzero((until_next < seconds[:-1]) & (server[1:] == server[:-1]))
        seconds[sooner] = until_next[sooner]
    return seconds
