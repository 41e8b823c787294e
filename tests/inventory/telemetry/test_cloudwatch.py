"""CloudWatch, as moto's server speaks it: CPU in percent, traffic as the sum of two metrics per period."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import boto3
import pytest

from catalogs.errors import CollectError
from inventory.storage.store import open_store
from inventory.telemetry.collect import collect_live
from inventory.telemetry.form import Period, day_start, instant_of
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


def test_nobody_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with open_store(str(tmp_path), create=True) as store, pytest.raises(CollectError, match="没有应答"):
        collect_live(
            store, [SERVER], "cloudwatch", "http://127.0.0.1:9", Period(START, START + timedelta(days=1)), as_of=AS_OF
        )
