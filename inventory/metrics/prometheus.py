"""Samples from Prometheus: range queries in pieces that its limit of points admits, aggregated on the server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.metrics.series import ATTEMPTS, Asked, answered_in_part, client, no_answer, raw_table, shown

if TYPE_CHECKING:
    import httpx2
    import pyarrow as pa

TOKEN = "GOVCLOUD_PROMETHEUS_TOKEN"  # noqa: S105 - the name of a variable
MOST_SERIES = 200_000  # of one query; beyond, one Prometheus was asked for far more than machines
POINTS_AT_ONCE = 2_000_000  # in one answer
COUNTED_AT = 4  # instants of the time asked for: at one of them a source may have been silent


def read_prometheus(url: str, asked: Asked, sources: Mapping[str, Any]) -> Iterator[pa.Table]:
    """The series of every query of sources.toml.

    Raises:
        CollectError: no answer, a refused query, more series than there can be machines, or an answer that says itself
            that it is not whole (of what stands behind a Thanos, some did not answer); what it gave is yielded before.
    """
    settings = sources["prometheus"]
    step = int(settings["step_s"])
    with client(TOKEN) as plain:
        http = _Asking(plain)
        for metric in settings["metrics"]:
            count = max(_count(http, url, metric, at_s) for at_s in _instants(asked, step))
            if count > MOST_SERIES:
                raise CollectError(
                    f"{shown(url)}：{metric['metric']} 的查询有 {count} 条序列，超过 {MOST_SERIES}", f"{shown(url)}: the query of {metric['metric']} has {count} series, above {MOST_SERIES}",
                    hint=Text("在 sources.toml 的 query 里先按机器汇总", "aggregate by machine in the query of sources.toml"),
                )  # fmt: skip
            points = min(int(settings["most_points"]), max(POINTS_AT_ONCE // max(count, 1), 1))
            for start, end in asked.spans(points * step):
                yield from _piece(http, url, metric, start, end, step)
        if http.warnings:
            raise answered_in_part("Prometheus", url, "；".join(http.warnings))


class _Asking:
    """A client, and what was said beside its answers."""

    def __init__(self, plain: httpx2.Client) -> None:
        self.plain = plain
        self.warnings: list[str] = []

    def noted(self, warnings: Iterable[object]) -> None:
        """Keep what is new, each once and briefly."""
        said = [str(one)[:200] for one in warnings]
        self.warnings += [one for one in dict.fromkeys(said) if one not in self.warnings]


def _instants(asked: Asked, step: int) -> Iterator[int]:
    """Some instants on the step, the last one first."""
    last = (asked.end_s - 1) // step
    first = min(-(-asked.start_s // step), last)
    yield from dict.fromkeys((last - (last - first) * n // (COUNTED_AT - 1)) * step for n in range(COUNTED_AT))


def _count(http: _Asking, url: str, metric: Mapping[str, Any], at_s: int) -> int:
    """How many series a query has at an instant."""
    found = _get(http, f"{url.rstrip('/')}/api/v1/query", {"query": f"count({metric['query']})", "time": at_s})
    return int(float(found[0]["value"][1])) if found else 1


def _piece(http: _Asking, url: str, metric: Mapping[str, Any], start: int, end: int, step: int) -> Iterator[pa.Table]:
    label = metric["label"]
    allocated: dict[str, dict[int, float]] = {}
    if "capacity" in metric:
        for series in _range(http, url, metric["capacity"], start, end, step):
            allocated[series["metric"].get(label, "")] = {int(at): float(value) for at, value in series["values"]}
    for series in _range(http, url, metric["query"], start, end, step):
        name = series["metric"].get(label, "")
        stamps = [int(at) for at, _ in series["values"]]
        values = [float(value) for _, value in series["values"]]
        capacity = allocated.get(name)
        yield raw_table(
            _machine(name), metric, stamps, values, interval_s=step, capacities=[capacity.get(at) for at in stamps] if capacity else None
        )  # fmt: skip


def _machine(instance: str) -> str:
    """`10.0.0.7:9100` → `10.0.0.7`, `[fd00::7]:9100` → `fd00::7`."""
    host, separator, port = instance.rpartition(":")
    return host.strip("[]") if separator and port.isdigit() and (":" not in host or host.startswith("[")) else instance


def _range(http: _Asking, url: str, query: str, start: int, end: int, step: int) -> list[dict[str, Any]]:
    first = -(-start // step) * step  # stamps on the step, so that a later run meets the same ones
    return _get(
        http, f"{url.rstrip('/')}/api/v1/query_range", {"query": query, "start": first, "end": end - 1, "step": step}
    )


def _get(http: _Asking, address: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    import httpx2
    import stamina

    try:
        for attempt in stamina.retry_context(on=(httpx2.TransportError,), attempts=ATTEMPTS):
            with attempt:
                answer = http.plain.post(address, data={key: str(value) for key, value in parameters.items()})
        body = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    except (httpx2.HTTPError, ValueError) as error:
        raise no_answer("Prometheus", address, error) from error
    if answer.status_code != 200 or body.get("status") != "success":
        said = body.get("error") or f"HTTP {answer.status_code}"
        raise CollectError(f"Prometheus {shown(address)} 拒绝了查询：{said}", f"Prometheus {shown(address)} refused the query: {said}",
                           hint=Text(f"查询是：{parameters['query']}", f"the query was: {parameters['query']}"))  # fmt: skip
    http.noted(body.get("warnings") or ())
    found: list[dict[str, Any]] = body["data"]["result"]
    if any("histograms" in series or "histogram" in series for series in found):
        raise CollectError(
            f"Prometheus {shown(address)}：查询得到的是直方图，不是数值", f"Prometheus {shown(address)}: the query gives histograms, not numbers",
            hint=Text(f"在 sources.toml 的 query 里用 histogram_avg 等函数取一个数：{parameters['query']}", f"take one number of them in the query of sources.toml, with histogram_avg for one: {parameters['query']}"),
        )  # fmt: skip
    return found
