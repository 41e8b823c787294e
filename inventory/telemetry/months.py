"""Sums of whole months for every server in their files, kept for the run: rates and verdicts look at the same months.

Files are named by their digest and never change, so what was added up once holds. What is kept is bounded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inventory.telemetry.sums import HIGHEST, NONE, Folded, distinct_servers, read_days

if TYPE_CHECKING:
    import pyarrow as pa

    from inventory.storage.store import TelemetryFile
    from inventory.telemetry.sums import Sums

MOST_BYTES = 256 * 1024**2
LEAST_FILES = 8  # of single days the reading is soon done


@dataclass(frozen=True, slots=True)
class MonthSums:
    """Sums of one metric over some days, for every server of their files."""

    servers: Any
    sums: Sums

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(int(column.nbytes) for column in self.sums.values())

    def chosen(self, wanted: pa.Array) -> Sums:
        """The sums of some servers, in their order; nothing where there is none of a server."""
        import numpy as np
        import pyarrow.compute as pc

        if wanted.equals(self.servers):
            return self.sums
        place = pc.fill_null(pc.index_in(wanted, value_set=self.servers), NONE).to_numpy(zero_copy_only=False)
        return {
            name: np.append(column, NONE if name in HIGHEST else 0)[place]  # the last one is that of the unknown
            for name, column in self.sums.items()
        }


_KEPT: OrderedDict[tuple[Path, tuple[str, ...]], MonthSums] = OrderedDict()


def worth_keeping(files: Sequence[TelemetryFile]) -> bool:
    """Whether so many days are likely to be asked for again."""
    return len(files) >= LEAST_FILES


def month_sums(folder: Path, files: Sequence[TelemetryFile]) -> MonthSums:
    """Add up files of one metric, or take what was added up before."""
    key = (folder, tuple(sorted(file.sha256 for file in files)))
    known = _KEPT.pop(key, None)
    if known is None:
        known = _added_up(folder, files)
    _KEPT[key] = known
    while len(_KEPT) > 1 and sum(one.size for one in _KEPT.values()) > MOST_BYTES:
        _KEPT.popitem(last=False)
    return known


def _added_up(folder: Path, files: Sequence[TelemetryFile]) -> MonthSums:
    servers = distinct_servers([folder / file.path for file in files])
    fold = Folded(servers.to_pylist())
    for day in read_days(folder, files):
        fold.add(day)
    sums = fold.of(str(files[0].about["metric"]))
    for column in sums.values():
        column.flags.writeable = False
    return MonthSums(servers, sums)
