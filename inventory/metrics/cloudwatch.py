"""Samples from CloudWatch (or what speaks its language): `GetMetricData` in pieces, one query per machine."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from inventory.metrics.series import Asked, answered_in_part, no_answer, raw_table
from inventory.telemetry.form import instant_of

if TYPE_CHECKING:
    import pyarrow as pa

QUERIES_AT_ONCE = 100
WHOLE = "Complete"  # others: PartialData, InternalError, Forbidden
POINTS_AT_ONCE = 90_000  # of the 100 800 that one answer may have
# Samples of five minutes are kept for 63 days, of an hour for 455 (Amazon CloudWatch User Guide, "Metrics retention").
COARSE_S, MOST_SPAN_S = (
    3600,
    3 * 86_400,
)  # where an answer has nothing of a machine, it is asked for hours; no longer spans, lest one be of both
_INSTANCE = re.compile(
    r"i-[0-9a-f]+"
)  # metrics of the last two weeks only are listed: servers that we know are asked for, too


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
            machines = sorted({*_machines(cloudwatch, metric), *_known(asked, metric)})
            for place in range(0, len(machines), QUERIES_AT_ONCE):
                group = machines[place : place + QUERIES_AT_ONCE]
                points = max(POINTS_AT_ONCE // (len(group) * (2 if "plus" in metric else 1)), 1)
                for start, end in asked.spans(min(points * period, MOST_SPAN_S)):
                    faults: set[str] = set()
                    found = list(_piece(cloudwatch, metric, group, start, end, period, faults))
                    yield from found
                    seen = {str(one.column("machine")[0]) for one in found if len(one)}
                    silent = [machine for machine in group if machine not in seen]
                    if silent and period < COARSE_S:
                        yield from _piece(cloudwatch, metric, silent, start, end, COARSE_S, faults)
                    if faults:
                        raise answered_in_part("CloudWatch", url or "(AWS)", ", ".join(sorted(faults)))
    except (BotoCoreError, ClientError) as error:
        raise no_answer("CloudWatch", url or "(AWS)", error) from error


def _machines(cloudwatch: Any, metric: Mapping[str, Any]) -> list[str]:
    pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace=metric["namespace"], MetricName=metric["name"])
    dimensions = [d for page in pages for found in page["Metrics"] for d in found["Dimensions"]]
    return sorted({d["Value"] for d in dimensions if d["Name"] == metric["dimension"]})


def _known(asked: Asked, metric: Mapping[str, Any]) -> Iterator[str]:
    """The servers of the inventory that may have this metric, by their native ids."""
    if metric["dimension"] == "InstanceId":
        yield from (name for name in asked.known if _INSTANCE.fullmatch(name))


def _piece(
    cloudwatch: Any, metric: Mapping[str, Any], machines: list[str], start: int, end: int, period: int, faults: set[str]
) -> Iterator[pa.Table]:
    """The series of some machines; what CloudWatch says of results that are not whole goes to `faults`."""
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
    states: dict[str, str] = {}
    for page in pages:
        for result in page["MetricDataResults"]:
            states[result["Id"]] = result.get("StatusCode", WHOLE)  # that of the last page counts
            machine = machines[int(result["Id"][1:].split("x")[0])]
            for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                points[machine][int(at.timestamp())] += value
                seen[machine, int(at.timestamp())] += 1
    faults |= set(states.values()) - {WHOLE}
    divisor = period if metric.get("per_period") else 1
    for machine, found in sorted(points.items()):
        stamps = sorted(at for at in found if seen[machine, at] == len(names))  # half of a sum is no sample
        yield raw_table(machine, metric, stamps, [found[at] / divisor for at in stamps], interval_s=period)
