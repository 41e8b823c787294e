"""CloudWatch, as moto's server speaks it: CPU in percent, traffic as the sum of two metrics per period."""

import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from catalogs.errors import CollectError
from inventory.storage.store import open_store
from inventory.telemetry.collect import collect_live
from inventory.telemetry.form import Period, day_start, instant_of
from inventory.telemetry.held import missing_days
from inventory.telemetry.query import Member, Rollup, measure
from tests.inventory.telemetry.samples import a_server

START = date(2026, 2, 1)
AS_OF = datetime(2026, 3, 5, tzinfo=UTC)
SERVER = a_server("aws:region-1:i-0abc")


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    for name, value in (
        ("AWS_ACCESS_KEY_ID", "x"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/moto-api/reset", method="POST")).close()
    yield f"http://{host}:{port}"
    server.stop()


def test_a_day_is_read(url: str, tmp_path: Path) -> None:
    cloudwatch = boto3.client("cloudwatch", endpoint_url=url)
    begin = day_start(START)
    for n in range(0, 288, 20):
        data = [
            {
                "MetricName": name,
                "Dimensions": [{"Name": "InstanceId", "Value": "i-0abc"}],
                "Timestamp": instant_of(begin + 300 * k),
                "Value": value,
            }
            for k in range(n, min(n + 20, 288))
            for name, value in (
                ("CPUUtilization", 40.0),
                ("NetworkIn", 300e6),
                *([("NetworkOut", 75e6)] if k % 2 == 0 else []),
            )
        ]
        cloudwatch.put_metric_data(Namespace="AWS/EC2", MetricData=data)
    period = Period(START, START + timedelta(days=1))
    with open_store(str(tmp_path), create=True) as store:
        done = collect_live(store, [SERVER], "cloudwatch", url, period, as_of=AS_OF)
        assert done.broken == ()
        rows = {
            row.metric: row
            for row in measure(Rollup.of(store, AS_OF), [SERVER], [Member(SERVER.id, "server", "x")], [period])
        }
    assert rows["cpu"].value_s / rows["cpu"].capacity_s == pytest.approx(0.4)
    assert rows["cpu"].covered_seconds == 86_400
    assert rows["network"].samples == 144, "half of a sum is no sample"
    assert rows["network"].max_micro == 10_000_000, "375 MB in 300 s are 10 Mbit/s"


def filled(url: str, day: date, machine: str = "i-0abc") -> None:
    """Every hour of a day at 40 %."""
    cloudwatch = boto3.client("cloudwatch", endpoint_url=url)
    dimensions = [{"Name": "InstanceId", "Value": machine}]
    stamps = [instant_of(day_start(day) + 3600 * n) for n in range(24)]
    data = [{"MetricName": "CPUUtilization", "Dimensions": dimensions, "Timestamp": at, "Value": 40.0} for at in stamps]
    for place in range(0, len(data), 12):
        cloudwatch.put_metric_data(Namespace="AWS/EC2", MetricData=data[place : place + 12])


def answering(monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> None:
    """moto as it answers, each result changed by what AWS does and moto does not; `change` gets query and result."""
    from moto.cloudwatch.models import CloudWatchBackend

    answer = CloudWatchBackend.get_metric_data

    def changed(self: Any, queries: list[dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = answer(self, queries=queries, **more)
        for query, result in zip(queries, results, strict=True):
            change(query, result)
        return results

    monkeypatch.setattr(CloudWatchBackend, "get_metric_data", changed)


@pytest.mark.parametrize("state", ["InternalError", "PartialData", "Forbidden"])
def test_an_answer_that_says_it_is_not_whole(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    filled(url, START)
    answering(monkeypatch, lambda _query, result: result.update(status_code=state))
    period = Period(START, START + timedelta(days=1))
    with open_store(str(tmp_path), create=True) as store:
        done = collect_live(store, [SERVER], "cloudwatch", url, period, as_of=AS_OF, source="c")
        assert ["应答不完整" in text.zh and state in text.zh for _, text in done.broken] == [True]
        assert done.counts["stored"] == 24
        assert missing_days(store, "c", period) == [(period.start_on, period.end_on)]


def test_a_machine_that_has_been_silent_for_two_weeks_is_asked_for(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS lists only what had a sample in the last two weeks."""
    from moto.cloudwatch.models import CloudWatchBackend

    filled(url, START)
    monkeypatch.setattr(CloudWatchBackend, "list_metrics", lambda *_, **__: (None, []))
    with open_store(str(tmp_path), create=True) as store:
        period = Period(START, START + timedelta(days=1))
        assert collect_live(store, [SERVER], "cloudwatch", url, period, as_of=AS_OF).counts["stored"] == 24


def test_what_is_kept_by_the_hour_only_is_read_by_the_hour(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond 63 days AWS has no periods below an hour."""

    def forgets(query: dict[str, Any], result: dict[str, Any]) -> None:
        if query["MetricStat"]["Period"] < 3600:
            result.update(values=[], timestamps=[])

    filled(url, START)
    answering(monkeypatch, forgets)
    period = Period(START, START + timedelta(days=1))
    with open_store(str(tmp_path), create=True) as store:
        assert collect_live(store, [SERVER], "cloudwatch", url, period, as_of=AS_OF).counts["stored"] == 24
        (row,) = measure(
            Rollup.of(store, AS_OF), [SERVER], [Member(SERVER.id, "server", "x")], [period], metrics=["cpu"]
        )
    assert row.covered_seconds == 86_400
    assert row.value_s / row.capacity_s == pytest.approx(0.4)


def test_an_answer_that_is_throttled_is_asked_again(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.core.exceptions import ServiceException

    filled(url, START)
    left = [2]

    def throttles(_query: dict[str, Any], _result: dict[str, Any]) -> None:
        if left[0]:
            left[0] -= 1
            raise ServiceException("Throttling", "Rate exceeded")

    answering(monkeypatch, throttles)
    period = Period(START, START + timedelta(days=1))
    with open_store(str(tmp_path), create=True) as store:
        done = collect_live(store, [SERVER], "cloudwatch", url, period, as_of=AS_OF)
    assert (done.broken, done.counts["stored"], left) == ((), 24, [0])


def test_nobody_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with open_store(str(tmp_path), create=True) as store, pytest.raises(CollectError, match="没有应答"):
        collect_live(
            store, [SERVER], "cloudwatch", "http://127.0.0.1:9", Period(START, START + timedelta(days=1)), as_of=AS_OF
        )
