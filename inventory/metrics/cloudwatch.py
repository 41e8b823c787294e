"""Samples from CloudWatch (or what speaks its language): `GetMetricData` in pieces, one query per machine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from inventory.metrics.series import Asked, no_answer, raw_table
from inventory.telemetry.form import instant_of

if TYPE_CHECKING:
    import pyarrow as pa

QUERIES_AT_ONCE = 100
POINTS_AT_ONCE = 90_000  # of the 100 800 that one answer may have


def read_cloudwatch(url: str, asked: Asked, sources: Mapping[str, Any]) -> Iterator[pa.Table]:
    """The metrics of sources.toml for every machine that has them; account and region are boto3's own settings.

    Raises:
        CollectError: no answer, or the keys are refused.
    """
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    settings = sources["cloudwatch"]
    period = int(settings["period_s"])
    try:
        cloudwatch = boto3.client(
            "cloudwatch", endpoint_url=url or None, config=Config(retries={"max_attempts": 3, "mode": "standard"})
        )
        for metric in settings["metrics"]:
            machines = _machines(cloudwatch, metric)
            for place in range(0, len(machines), QUERIES_AT_ONCE):
                group = machines[place : place + QUERIES_AT_ONCE]
                points = max(POINTS_AT_ONCE // (len(group) * (2 if "plus" in metric else 1)), 1)
                for start, end in asked.spans(points * period):
                    yield from _piece(cloudwatch, metric, group, start, end, period)
    except (BotoCoreError, ClientError) as error:
        raise no_answer("CloudWatch", url or "(AWS)", error) from error


def _machines(cloudwatch: Any, metric: Mapping[str, Any]) -> list[str]:
    pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace=metric["namespace"], MetricName=metric["name"])
    dimensions = [d for page in pages for found in page["Metrics"] for d in found["Dimensions"]]
    return sorted({d["Value"] for d in dimensions if d["Name"] == metric["dimension"]})


def _piece(
    cloudwatch: Any, metric: Mapping[str, Any], machines: list[str], start: int, end: int, period: int
) -> Iterator[pa.Table]:
    names = [metric["name"], *([metric["plus"]] if "plus" in metric else [])]
    queries = [
        {"Id": f"q{n}x{k}", "MetricStat": {"Period": period, "Stat": metric["statistic"], "Metric": {
            "Namespace": metric["namespace"], "MetricName": name, "Dimensions": [{"Name": metric["dimension"], "Value": machine}]}}}
        for n, machine in enumerate(machines) for k, name in enumerate(names)
    ]  # fmt: skip
    points: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    seen: dict[tuple[str, int], int] = defaultdict(int)
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=queries, StartTime=instant_of(start), EndTime=instant_of(end), ScanBy="TimestampAscending"
    )
    for page in pages:
        for result in page["MetricDataResults"]:
            machine = machines[int(result["Id"][1:].split("x")[0])]
            for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                points[machine][int(at.timestamp())] += value
                seen[machine, int(at.timestamp())] += 1
    divisor = period if metric.get("per_period") else 1
    for machine, found in sorted(points.items()):
        stamps = sorted(at for at in found if seen[machine, at] == len(names))  # half of a sum is no sample
        yield raw_table(machine, metric, stamps, [found[at] / divisor for at in stamps], interval_s=period)
