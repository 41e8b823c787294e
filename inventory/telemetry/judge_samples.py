"""Judging raw samples, a table at a time: whose each one is, how much it says, on which local day, or why it cannot be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.model import Server
from inventory.telemetry.columns import coded, lookup, micro, number, one_form, only_word, rounded, whole, without_null
from inventory.telemetry.form import DAY_SECONDS, LOCAL_ZONE, METRICS, instant_of, zone_offset
from inventory.telemetry.identity import NOBODY, Claim, Names, Passed, claims
from inventory.telemetry.sizes import EarlierSize, Resized

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

SKEW_SECONDS = 600  # clocks may be ahead by this much
FIRST_STAMP = 946_684_800  # 2000-01-01: earlier stamps are mistakes
# Units of any metric: 3 PB, 3 Tbit/s, three million visits an hour. As millionths times the seconds of a month of 31 days they
# fit into 63 bits; a larger one could only stop the roll-up of all others.
MOST = 3e6

# Why a sample was kept apart. The list is closed: collections count by it. The first that applies is given.
REASONS: Mapping[str, Text] = {
    "other_source": Text("同一服务器同一天另有更可靠的来源", "another source measured this server that day"),
    "counter_reset": Text("计数器在此之后被清零", "the counter was reset after this reading"),
    "counter_end": Text("计数器没有相邻读数可比", "the counter has no neighbouring reading to compare with"),
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
    "implausible": Text("远高于容量，或任何机器都到不了，不可信", "far above capacity or any machine's, not credible"),
}
_REASON_NAMES = tuple(REASONS)
_NUMBER = {name: place for place, name in enumerate(_REASON_NAMES)}
USABLE = -1

Arrays = dict[str, "NDArray[np.int64]"]


@dataclass(frozen=True, slots=True)
class Judged:
    """The usable samples of a table as arrays of whole numbers, and the others with their reasons."""

    usable: Arrays
    apart: pa.Table | None


class Judge:
    """Knows the servers and the instant of the collection; `judge` is pure."""

    def __init__(
        self,
        servers: Sequence[Server],
        *,
        as_of: datetime,
        zone: str = LOCAL_ZONE,
        earlier: Sequence[EarlierSize] = (),
        passed: Sequence[Passed] = (),
    ) -> None:
        import numpy as np

        self._claims: dict[str, list[Claim]] = {}
        for claim in claims(servers, zone, passed):
            self._claims.setdefault(claim.key, []).append(claim)
        self._latest = int(as_of.timestamp()) + SKEW_SECONDS
        self._zone, self._offset = zone, zone_offset(as_of, zone)
        self._metrics = {name: place for place, name in enumerate(METRICS)}
        allocated = [
            [None if metric.capacity is None else getattr(server, metric.capacity) for server in servers] for metric in METRICS.values()
        ]  # fmt: skip
        self._allocated = np.array(allocated, dtype=np.float64).reshape(len(METRICS), len(servers))
        self._allocated_micro = micro(self._allocated, np.isfinite(self._allocated))
        self._bounded = np.array([metric.capacity is not None for metric in METRICS.values()])
        self._plausible = np.array([metric.plausible_ratio for metric in METRICS.values()])
        self._names: tuple[pa.Array, Names] | None = None
        self._resized = Resized.of(servers, earlier, zone)

    def judge(self, table: pa.Table) -> Judged:
        """Judge a table of `raw_schema`."""
        clean = self._clean(table)
        return self._each(table) if clean is None else Judged(clean, None)

    def _clean(self, table: pa.Table) -> Arrays | None:
        """The samples of a table of one metric that has no fault, looked at by its extremes only; else `None`.

        The same numbers as `_each` gives, in a third of the time.
        """
        import numpy as np

        rows = len(table)
        words = only_word(table.column("metric"))
        metric = -1 if words is None else self._metrics.get(words, -1)
        said = one_form(table)
        if metric < 0 or said is None or table.column("note").null_count < rows:
            return None
        at, interval = (without_null(table.column(name)) for name in ("at_s", "interval_s"))
        if at is None or interval is None or not self._in_time(at, interval):
            return None
        server = self._all_known(table, at)
        if server is not None and self._resized.touches(server, at):
            return None  # some samples are of days on which a server had another size
        used = None if server is None else self._amounts(table, metric, server, said[0], is_ratio=said[1])
        if server is None or used is None:
            return None
        first, last = ((int(second) + self._offset) // DAY_SECONDS for second in (at.min(), at.max()))
        day = (at + self._offset) // DAY_SECONDS if first != last else np.broadcast_to(np.int64(first), rows)
        self._same_offset(at)
        if interval.min() == interval.max():
            interval = np.broadcast_to(interval[0], rows)
        return {"metric": np.broadcast_to(np.int64(metric), rows), "day": day, "server": server, "at_s": at, "interval_s": interval, **used}  # fmt: skip

    def _in_time(self, at: NDArray[np.int64], interval: NDArray[np.int64]) -> bool:
        return bool(
            at.min() >= FIRST_STAMP
            and at.max() <= self._latest
            and interval.min() > 0
            and interval.max() <= DAY_SECONDS
        )

    def _all_known(self, table: pa.Table, at: NDArray[np.int64]) -> NDArray[np.int64] | None:
        """The server of each sample where all have one by name alone; else `None`."""
        codes, names = self._named(table)
        server = names.code[codes]
        if server.min() < 0:
            return None
        if names.from_s.max() > at.min() or names.to_s.min() <= at.max():  # some names hold for a time only
            inside = (at >= names.from_s[codes]) & (at < names.to_s[codes])
            if not inside.all():
                return None
        return server

    def _amounts(
        self, table: pa.Table, metric: int, server: NDArray[np.int64], said: NDArray[np.float64], *, is_ratio: bool
    ) -> Arrays | None:
        """Amounts and capacities in millionths, where no sample has a fault; else `None`."""
        import numpy as np

        bounded = bool(self._bounded[metric])
        highest = said.max()
        if not (said.min() >= 0 and highest <= MOST) or (is_ratio and not bounded):
            return None
        if not bounded:
            return {"value_micro": rounded(said), "capacity_micro": np.broadcast_to(np.int64(-1), len(said))}
        column = table.column("capacity")
        own = column.null_count == len(said)
        if not own and column.null_count:
            return None
        capacity = self._allocated[metric][server] if own else column.to_numpy()
        most = self._plausible[metric]
        if not (capacity.min() > 0 and capacity.max() <= MOST):
            return None
        used = said * capacity if is_ratio else said
        surely = highest < most * (1 - 1e-9) if is_ratio else highest < capacity.min() * most
        if (not surely and (used > capacity * most).any()) or (is_ratio and used.max() > MOST):
            return None
        allocated = self._allocated_micro[metric][server] if own else rounded(capacity)
        return {"value_micro": rounded(used), "capacity_micro": allocated}

    def _each(self, table: pa.Table) -> Judged:
        """Judge a table sample by sample."""
        import numpy as np

        at = whole(table, "at_s", -1)
        interval = whole(table, "interval_s", 0)
        metric = self._metric(table)
        server = self._server(table, at)
        value, ratio, capacity = (number(table, name) for name in ("value", "ratio", "capacity"))
        known = (server >= 0) & (metric >= 0)
        own = np.full(len(at), np.nan)
        own[known] = self._allocated[metric[known], server[known]] if known.any() else own[known]
        self._resized.put_into(own, metric, server, at)
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
                "implausible": (
                    bounded & ((used > capacity * self._plausible[np.maximum(metric, 0)]) | (capacity > MOST))
                )
                | (used > MOST),
            }
        reason = self._reasons(table, faults)
        usable = reason == USABLE
        self._same_offset(at[usable])
        kept = {
            "metric": metric, "day": (at + self._offset) // DAY_SECONDS, "server": server, "at_s": at,
            "value_micro": micro(used, usable), "capacity_micro": np.where(bounded, micro(capacity, usable & bounded), -1),
            "interval_s": interval,
        }  # fmt: skip
        apart = None if usable.all() else _apart(table, reason)
        return Judged({name: array[usable] for name, array in kept.items()}, apart)

    def _metric(self, table: pa.Table) -> NDArray[np.int64]:
        codes, words = coded(table, "metric")
        return lookup([self._metrics.get(word, -1) for word in words.to_pylist()], codes, -1)

    def _named(self, table: pa.Table) -> tuple[NDArray[np.int64], Names]:
        """The names of a table as codes, and whose they are; most tables of a source have the same names."""
        codes, words = coded(table, "machine")
        if self._names is None or not words.equals(self._names[0]):
            self._names = words, Names.of([self._claims.get(word, []) for word in words.to_pylist()])
        return codes, self._names[1]

    def _server(self, table: pa.Table, at: NDArray[np.int64]) -> NDArray[np.int64]:
        import numpy as np

        codes, names = self._named(table)
        inside = (at >= names.from_s[codes]) & (at < names.to_s[codes])
        server = np.where(inside, names.code[codes], NOBODY)
        if len(names.starts):
            several = np.flatnonzero(names.several[codes])
            server[several] = names.holder(codes[several], at[several])
        return server

    def _reasons(self, table: pa.Table, faults: Mapping[str, NDArray[np.bool_]]) -> NDArray[np.int64]:
        import numpy as np

        reason = np.full(len(table), USABLE, dtype=np.int64)
        for name in reversed(_REASON_NAMES):
            if name in faults:
                reason[faults[name]] = _NUMBER[name]
        if table.column("note").null_count < len(table):
            codes, words = coded(table, "note")
            noted = lookup([_NUMBER[word] for word in words.to_pylist()], codes, USABLE)
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


def _apart(table: pa.Table, reason: NDArray[np.int64]) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    rows = np.flatnonzero(reason != USABLE)
    words = pa.array(_REASON_NAMES).take(pa.array(reason[rows]))
    found: Any = table.take(pa.array(rows)).drop_columns(["note"])
    for place, name in enumerate(("machine", "metric")):
        found = found.set_column(place, name, found.column(name).cast(pa.string()))
    return found.append_column("reason", words)
