"""Sums over groups of servers: whole columns, exact to the last digit however large the group is.

A sum of many 63-bit numbers may need more than 63 bits, so the halves of 32 bits are summed apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inventory.telemetry.form import BINS, PPM
from inventory.telemetry.sums import BUSIEST, HALF_BITS, HIGHEST, NONE, bins_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from inventory.model import Server
    from inventory.storage.store import TelemetryFile
    from inventory.telemetry.query import Member

    Column = NDArray[np.int64]

_LOW_BITS = 32
_HIGH = 1 << 29  # halves below it, and below it × 2³², make a sum below 2⁶²
_SAFE = (1 << 63) // 10  # a remainder below it can be multiplied by ten
_DIGITS = 6
assert PPM == 10**_DIGITS  # parts_per_million goes digit by digit


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups as codes in the order of their names; `pairs` are codes of servers and of their groups, sorted by group."""

    servers: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    pairs: tuple[Column, Column]

    @staticmethod
    def of(servers: Sequence[Server], members: Sequence[Member]) -> Groups:
        """Give codes to servers and groups."""
        import numpy as np

        known = {server.id: code for code, server in enumerate(servers)}
        names = sorted({(kind, group) for _, kind, group in members})
        codes = {name: code for code, name in enumerate(names)}
        pairs = [(known[server], codes[kind, group]) for server, kind, group in members if server in known]
        server, code = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True)) if pairs else (np.zeros(0, np.int64),) * 2  # fmt: skip
        return Groups._sorted(tuple(known), names, server, code)

    @staticmethod
    def of_kinds(servers: Sequence[Server], groups: Mapping[str, Sequence[str]]) -> Groups:
        """The same where every server is in one group of each kind: by kind its group for each server, in their order."""
        import numpy as np

        names = [(kind, group) for kind in sorted(groups) for group in sorted(set(groups[kind]))]
        codes: dict[str, dict[str, int]] = {kind: {} for kind in groups}
        for place, (kind, group) in enumerate(names):
            codes[kind][group] = place
        columns = [np.array([codes[kind][group] for group in column], np.int64) for kind, column in groups.items()]
        code = np.concatenate(columns) if columns else np.zeros(0, np.int64)
        return Groups._sorted(
            tuple(server.id for server in servers), names, np.tile(np.arange(len(servers)), len(columns)), code
        )

    @staticmethod
    def _sorted(servers: tuple[str, ...], names: Sequence[tuple[str, str]], server: Column, code: Column) -> Groups:
        import numpy as np

        order = np.argsort(code, kind="stable")
        return Groups(servers, tuple(names), (server[order], code[order]))

    def starts(self) -> tuple[Column, Column]:
        """Where each group with a server begins in `pairs`, and its code."""
        import numpy as np

        code = self.pairs[1]
        starts = np.flatnonzero(np.concatenate([[True], code[1:] != code[:-1]])) if len(code) else code
        return starts, code[starts]

    def bins(self, folder: Path, files: Sequence[TelemetryFile]) -> dict[tuple[str, int], tuple[int, ...]]:
        """The merged histogram of each metric and group: 101 counts of samples, nothing where all are 0."""
        merged = bins_of(folder, files, self.servers, self._layers(), len(self.names))
        return {
            (metric, code): tuple(one.tolist())
            for metric, counts in merged.items()
            for code, one in enumerate(counts.reshape(-1, BINS))
            if one.any()
        }

    def _layers(self) -> list[Column]:
        """Arrays of the group of each server; as many as a server has groups at most."""
        import numpy as np

        server, code = self.pairs
        order = np.argsort(server, kind="stable")
        server, code = server[order], code[order]
        starts = np.flatnonzero(np.concatenate([[True], server[1:] != server[:-1]])) if len(server) else server
        nth = np.arange(len(server)) - np.repeat(starts, np.diff(np.append(starts, len(server))))
        layers = []
        for n in range(int(nth.max()) + 1 if len(nth) else 0):
            layer = np.full(len(self.servers), NONE, np.int64)
            layer[server[nth == n]] = code[nth == n]
            layers.append(layer)
        return layers


def sums_of_groups(
    groups: Groups,
    sums: Mapping[str, Column],
    expected_s: Column,
    off_s: Column,
    allocated: Column,
    *,
    off_is_unused: bool,
) -> dict[str, list[Any]]:
    """The columns of `Measured` for one metric and period, one row for each group with a server; `code` is the group's.

    Args:
        groups: which servers belong together.
        sums: by server, as `Folded.of` gives them.
        expected_s: seconds in which each server existed.
        off_s: those in which it is known to have been switched off.
        allocated: its amount in millionths, `NONE` where it is not known.
        off_is_unused: switched-off time without samples counts as measured, with use 0; else it is not expected.
    """
    import numpy as np

    starts, codes = groups.starts()
    if not len(codes):
        return {"code": []}
    rows = groups.pairs[0]
    unmeasured = np.maximum(np.minimum(off_s, expected_s - sums["covered_seconds"]), 0)
    counted_off = unmeasured if off_is_unused else np.zeros_like(unmeasured)
    counted_off_known = np.where(allocated == NONE, 0, counted_off)
    counted_capacity = np.where(allocated == NONE, 0, counted_off * allocated)

    def total(column: Column) -> list[int]:
        return _exact(column[rows], starts)

    def highest(name: str) -> list[int | None]:
        return [None if one == NONE else one for one in np.maximum.reduceat(sums[name][rows], starts).tolist()]

    capacity_s = total(sums["capacity_s"])
    high, low = total(sums["daily_peak_high"]), total(sums["daily_peak_low"])
    return {
        "code": codes.tolist(),
        "servers": total((expected_s > 0).astype(np.int64)),
        "measured_servers": total((sums["samples"] > 0).astype(np.int64)),
        "samples": total(sums["samples"]),
        "expected_seconds": total(expected_s - unmeasured + counted_off),
        "covered_seconds": total(sums["covered_seconds"] + counted_off_known),
        "off_counted_seconds": total(counted_off_known),
        "off_seconds": total(unmeasured),
        "value_s": total(sums["value_s"]),
        "capacity_s": [one + more for one, more in zip(capacity_s, total(counted_capacity), strict=True)],
        "capacity_s_measured": capacity_s,
        "simple_ppm": total(parts_per_million(sums["value_s"], sums["capacity_s"])),
        "simple_servers": total((sums["capacity_s"] > 0).astype(np.int64)),
        "daily_peak_s": [(one << HALF_BITS) + other for one, other in zip(high, low, strict=True)],
        "days": np.maximum.reduceat(sums["days"][rows], starts).tolist(),
        **{name: total(sums[name]) for name in BUSIEST if name in sums},
        **{name: highest(name) for name in HIGHEST},
    }


def _exact(column: Column, starts: Column) -> list[int]:
    """The sum of each group as Python's whole numbers."""
    import numpy as np

    low = np.add.reduceat(column & ((1 << _LOW_BITS) - 1), starts)
    high = np.add.reduceat(column >> _LOW_BITS, starts)
    if high.max() < _HIGH and low.max() < _HIGH << _LOW_BITS:  # together they fit into 63 bits
        return ((high << _LOW_BITS) + low).tolist()  # type: ignore[no-any-return]
    return [(one << _LOW_BITS) + other for one, other in zip(high.tolist(), low.tolist(), strict=True)]


def parts_per_million(value: Column, capacity: Column) -> Column:
    """Value × 10⁶ ÷ capacity, rounded down, as by hand: digit by digit, so that nothing overflows; 0 without capacity."""
    import numpy as np

    some = capacity > 0
    divisor = np.where(some, capacity, 1)
    found, rest = np.divmod(np.where(some, value, 0), divisor)
    for _ in range(_DIGITS):
        digit, rest = np.divmod(rest * 10, divisor)
        found = found * 10 + digit
    for place in np.flatnonzero(some & (capacity >= _SAFE)).tolist():
        found[place] = int(value[place]) * PPM // int(capacity[place])
    return found
