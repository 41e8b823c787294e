"""Judging raw samples, a table at a time: whose each one is, how much it says, on which local day, or why it cannot be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.model import Server
from inventory.telemetry import DAY_SECONDS, LOCAL_ZONE, METRICS, MICRO, instant_of, zone_offset
from inventory.telemetry_identity import ALWAYS, Claim, claims

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

SKEW_SECONDS = 600  # clocks may be ahead by this much
FIRST_STAMP = 946_684_800  # 2000-01-01: earlier stamps are mistakes
MOST = 9e11  # units: larger amounts do not fit into 63 bits as millionths
NOBODY = -2

# Why a sample was kept apart. The list is closed: collections count by it. The first that applies is given.
REASONS: Mapping[str, Text] = {
    "other_source": Text("同一服务器同一天另有更可靠的来源", "another source measured this server that day"),
    "counter_reset": Text("计数器在此之后被清零", "the counter was reset after this reading"),
    "counter_end": Text("计数器之后没有相邻读数", "the counter has no next reading to compare with"),
    "unknown_metric": Text("不认识的指标", "a metric that is not known"),
    "stamp": Text("时间早于 2000 年或无法读取", "a stamp before 2000, or none"),
    "future": Text("时间晚于采集时间（时钟偏差）", "a stamp after the collection (clock skew)"),
    "interval": Text("采样间隔未知或超过一天", "the interval is not known, or above a day"),
    "unmatched": Text("没有服务器叫这个名字或在当时使用这个地址", "no server has this name or had this address then"),
    "ambiguous": Text("当时有两台服务器使用这个名字或地址", "two servers had this name or address then"),
    "not_a_number": Text("不是数值", "not a number"),
    "negative": Text("负值", "a negative value"),
    "capacity_unknown": Text("需要服务器的容量，但不知道", "the server's capacity is needed and not known"),
    "capacity_zero": Text("当时容量为 0（未分配或关机）", "capacity was 0 then (not allocated or switched off)"),
    "implausible": Text("远高于容量，不可信", "far above capacity, not credible"),
}
_NAMES = tuple(REASONS)
_NUMBER = {name: place for place, name in enumerate(_NAMES)}
USABLE = -1

Arrays = dict[str, "NDArray[np.int64]"]


@dataclass(frozen=True, slots=True)
class Judged:
    """The usable samples of a table as arrays of whole numbers, and the others with their reasons."""

    usable: Arrays
    apart: pa.Table | None


class Judge:
    """Knows the servers and the instant of the collection; `judge` is pure."""

    def __init__(self, servers: Sequence[Server], *, as_of: datetime, zone: str = LOCAL_ZONE) -> None:
        import numpy as np

        self._claims: dict[str, list[Claim]] = {}
        for claim in claims(servers, zone):
            self._claims.setdefault(claim.key, []).append(claim)
        self._latest = int(as_of.timestamp()) + SKEW_SECONDS
        self._zone, self._offset = zone, zone_offset(as_of, zone)
        self._metrics = {name: place for place, name in enumerate(METRICS)}
        allocated = [
            [None if metric.capacity is None else getattr(server, metric.capacity) for server in servers] for metric in METRICS.values()
        ]  # fmt: skip
        self._allocated = np.array(allocated, dtype=np.float64).reshape(len(METRICS), len(servers))
        self._bounded = np.array([metric.capacity is not None for metric in METRICS.values()])
        self._plausible = np.array([metric.plausible_ratio for metric in METRICS.values()])

    def judge(self, table: pa.Table) -> Judged:
        """Judge a table of `raw_schema`."""
        import numpy as np

        at = _whole(table, "at_s", -1)
        interval = _whole(table, "interval_s", 0)
        metric = self._metric(table)
        server = self._server(table, at)
        value, ratio, capacity = (_number(table, name) for name in ("value", "ratio", "capacity"))
        known = (server >= 0) & (metric >= 0)
        own = np.full(len(at), np.nan)
        own[known] = self._allocated[metric[known], server[known]] if known.any() else own[known]
        capacity = np.where(np.isnan(capacity), own, capacity)
        bounded = self._bounded[np.maximum(metric, 0)]
        used = np.where(np.isnan(value), ratio * capacity, value)
        said = np.where(np.isnan(value), ratio, value)
        with np.errstate(invalid="ignore"):
            faults = {
                "unknown_metric": metric < 0,
                "stamp": at < FIRST_STAMP,
                "future": at > self._latest,
                "interval": (interval <= 0) | (interval > DAY_SECONDS),
                "unmatched": server == NOBODY,
                "ambiguous": server == -1,
                "not_a_number": ~np.isfinite(said),
                "negative": said < 0,
                "capacity_unknown": (bounded | np.isnan(value)) & ~np.isfinite(capacity),
                "capacity_zero": bounded & (capacity <= 0),
                "implausible": (bounded & (used > capacity * self._plausible[np.maximum(metric, 0)])) | (used > MOST),
            }
        reason = self._reasons(table, faults)
        usable = reason == USABLE
        self._same_offset(at[usable])
        kept = {
            "metric": metric, "day": (at + self._offset) // DAY_SECONDS, "server": server, "at_s": at,
            "value_micro": _micro(used, usable), "capacity_micro": np.where(bounded, _micro(capacity, usable & bounded), -1),
            "interval_s": interval,
        }  # fmt: skip
        apart = None if usable.all() else _apart(table, reason)
        return Judged({name: array[usable] for name, array in kept.items()}, apart)

    def _metric(self, table: pa.Table) -> NDArray[np.int64]:
        codes, words = _coded(table, "metric")
        return _lookup([self._metrics.get(word, -1) for word in words], codes, -1)

    def _server(self, table: pa.Table, at: NDArray[np.int64]) -> NDArray[np.int64]:
        import numpy as np

        codes, words = _coded(table, "machine")
        found = [self._claims.get(word, []) for word in words]
        single = [rows[0] if len(rows) == 1 else Claim("", *ALWAYS, NOBODY) for rows in found]
        server = _lookup([claim.code for claim in single], codes, NOBODY)
        inside = (at >= _lookup([c.from_s for c in single], codes, 0)) & (
            at < _lookup([c.to_s for c in single], codes, 0)
        )
        server = np.where(inside, server, NOBODY)
        for place, rows in enumerate(found):
            if len(rows) > 1:
                mine = codes == place
                for claim in rows:
                    server[mine & (at >= claim.from_s) & (at < claim.to_s)] = claim.code
        return server

    def _reasons(self, table: pa.Table, faults: Mapping[str, NDArray[np.bool_]]) -> NDArray[np.int64]:
        import numpy as np

        reason = np.full(len(table), USABLE, dtype=np.int64)
        for name in reversed(_NAMES):
            if name in faults:
                reason[faults[name]] = _NUMBER[name]
        if table.column("note").null_count < len(table):
            codes, words = _coded(table, "note")
            noted = _lookup([_NUMBER[word] for word in words], codes, USABLE)
            reason = np.where(noted == USABLE, reason, noted)
        return reason

    def _same_offset(self, at: NDArray[np.int64]) -> None:
        if len(at) and any(
            zone_offset(instant_of(int(second)), self._zone) != self._offset for second in (at.min(), at.max())
        ):
            raise CollectError(
                f"时区 {self._zone} 在采样期间换过夏令时，不支持", f"the zone {self._zone} changes its clocks within the samples: not supported",
                hint=Text("改用固定偏移的时区，如 Asia/Shanghai", "use a zone without summer time, such as Asia/Shanghai"),
            )  # fmt: skip


def _whole(table: pa.Table, name: str, missing: int) -> NDArray[np.int64]:
    import pyarrow.compute as pc

    return pc.fill_null(table.column(name), missing).to_numpy().astype("int64")  # type: ignore[no-any-return]


def _number(table: pa.Table, name: str) -> NDArray[np.float64]:
    return table.column(name).to_numpy().astype("float64")  # type: ignore[no-any-return]


def _micro(amount: NDArray[np.float64], usable: NDArray[np.bool_]) -> NDArray[np.int64]:
    import numpy as np

    whole: NDArray[np.int64] = np.rint(np.where(usable, amount, 0) * MICRO).astype(np.int64)
    return whole


def _coded(table: pa.Table, name: str) -> tuple[NDArray[np.int64], list[str]]:
    """A column of words as places in the list of its distinct words; -1 where there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = table.column(name).unify_dictionaries().combine_chunks()
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    codes: NDArray[np.int64] = pc.fill_null(column.indices, -1).to_numpy(zero_copy_only=False).astype("int64")
    return codes, column.dictionary.to_pylist()


def _lookup(values: Sequence[int], codes: NDArray[np.int64], missing: int) -> NDArray[np.int64]:
    import numpy as np

    return np.array([*values, missing], dtype=np.int64)[codes]  # -1 picks the last one


def _apart(table: pa.Table, reason: NDArray[np.int64]) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    rows = np.flatnonzero(reason != USABLE)
    words = pa.array(_NAMES).take(pa.array(reason[rows]))
    found: Any = table.take(pa.array(rows)).drop_columns(["note"])
    for place, name in enumerate(("machine", "metric")):
        found = found.set_column(place, name, found.column(name).cast(pa.string()))
    return found.append_column("reason", words)
