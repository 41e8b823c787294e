"""What readers of monitoring systems share: series as raw tables, spans of time to ask for, HTTP with bounded retries."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalogs.errors import CollectError
from catalogs.words import Text

if TYPE_CHECKING:
    import httpx2
    import pyarrow as pa

TIMEOUT_SECONDS = 60.0
ATTEMPTS = 3
_ACCOUNT = re.compile(r"(//)[^/@]*@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to read: seconds `[start_s, end_s)`, and the names, ids and addresses that servers are known by.

    `remark` takes what a reader has to say of a source that it could read: what was left out, and why.
    """

    start_s: int
    end_s: int
    known: frozenset[str] = frozenset()
    remark: Callable[[Text], None] = lambda _text: None

    def spans(self, seconds: int) -> Iterator[tuple[int, int]]:
        """The time in pieces of at most so many seconds."""
        for start in range(self.start_s, self.end_s, seconds):
            yield start, min(start + seconds, self.end_s)


def raw_table(
    machine: str,
    metric: Mapping[str, Any],
    stamps: Sequence[int],
    values: Sequence[float | None],
    *,
    interval_s: int,
    capacities: Sequence[float | None] | None = None,
    notes: Sequence[str | None] | None = None,
) -> pa.Table:
    """One series as a raw table; `metric` is an entry of sources.toml, which says form and factor."""
    import numpy as np
    import pyarrow as pa

    from inventory.telemetry.ingest import raw_schema

    count = len(stamps)
    number = pa.array(
        np.array([np.nan if v is None else v for v in values], dtype=float) * _factor(metric), from_pandas=False
    )
    capacity: Any = pa.nulls(count, pa.float64())
    if capacities is not None:
        capacity = pa.array(
            [None if c is None else c * float(metric.get("capacity_factor", 1.0)) for c in capacities], pa.float64()
        )
    nothing, share = pa.nulls(count, pa.float64()), metric["form"] in {"percent", "ratio"}
    return pa.table(
        {
            "machine": pa.array([machine] * count, pa.string()),
            "metric": pa.array([metric["metric"]] * count, pa.string()),
            "at_s": pa.array(list(stamps), pa.int64()),
            "value": nothing if share else number,
            "ratio": number if share else nothing,
            "capacity": capacity,
            "interval_s": pa.array([interval_s] * count, pa.int32()),
            "note": pa.array(list(notes), pa.string()) if notes is not None else pa.nulls(count, pa.string()),
        },
        schema=raw_schema(),
    )


def _factor(metric: Mapping[str, Any]) -> float:
    return float(metric.get("factor", 1.0)) * (0.01 if metric["form"] == "percent" else 1.0)


def client(token_variable: str) -> httpx2.Client:
    """An HTTP client; a bearer token comes from the environment, never from the command line."""
    import httpx2

    token = os.environ.get(token_variable)
    return httpx2.Client(timeout=TIMEOUT_SECONDS, headers={"Authorization": f"Bearer {token}"} if token else {})


def no_answer(what: str, url: str, error: object) -> CollectError:
    """The message where a monitoring system does not answer or refuses; without an account that stands in the address."""
    where, said = shown(url), str(error).replace(url, shown(url))
    return CollectError(
        f"{what} {where}：没有应答：{said}", f"{what} {where}: no answer: {said}",
        hint=Text("检查地址、网络和令牌；已取到的样本会保留，重新运行只补缺的部分", "check address, network and token; what was read is kept, a new run fetches only what is missing"),
    )  # fmt: skip


def answered_in_part(what: str, url: str, said: str) -> CollectError:
    """The message where a monitoring system says itself that something is missing from its answers; what it gave is kept."""
    return CollectError(
        f"{what} {shown(url)}：应答不完整：{said}", f"{what} {shown(url)}: it answered in part: {said}",
        hint=Text("已取到的样本会保留，这些日子下次还会再取", "what was read is kept; a new run asks for these days again"),
    )  # fmt: skip


def shown(url: str) -> str:
    """An address without the account that may stand in it."""
    return _ACCOUNT.sub(r"\1", url)


def usual_interval(stamps: Sequence[int], fallback: int) -> int:
    """The most frequent distance between stamps."""
    import numpy as np

    gaps = np.diff(np.unique(np.array(stamps, dtype=np.int64)))
    if not len(gaps):
        return fallback
    distances, counts = np.unique(gaps, return_counts=True)
    return int(distances[counts.argmax()])
