"""A real Prometheus with 60 days of backfilled node-exporter metrics: read in pieces, once, and again only what is missing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from catalogs.errors import CollectError
from inventory.metrics import read_sources
from inventory.metrics.prometheus import read_prometheus
from inventory.metrics.series import Asked
from inventory.storage.store import open_store
from inventory.telemetry.collect import collect_live
from inventory.telemetry.form import Period, day_start
from inventory.telemetry.held import missing_days
from inventory.telemetry.query import Member, Rollup, measure
from tests.inventory.telemetry.samples import a_server
from tests.inventory.telemetry.servers import prometheus

pytestmark = pytest.mark.servers
START, DAYS, STEP = date(2026, 1, 1), 60, 300
GIB = 1 << 30
AS_OF = datetime(2026, 3, 5, tzinfo=UTC)
SERVERS = [a_server("vm-1", addresses=("10.0.0.1",), vcpu=None), a_server("vm-2", addresses=("fd00::2",))]


def lines() -> Iterator[str]:
    """Two machines with two cores; the first is 25 % busy, restarts on 20 January (its counters begin again) and is silent on the 30th."""
    stamps = [day_start(START) + STEP * n for n in range(DAYS * 86_400 // STEP)]
    restart, silent = day_start(date(2026, 1, 20)) + 43_200, day_start(date(2026, 1, 30))
    yield "# TYPE node_cpu_seconds counter"
    for instance, busy in (("10.0.0.1:9100", 0.25), ("[fd00::2]:9100", 0.5)):
        for core in (0, 1):
            for at in stamps:
                if instance.startswith("10") and silent <= at < silent + 86_400:
                    continue
                begin = restart if instance.startswith("10") and at >= restart else stamps[0]
                yield f'node_cpu_seconds_total{{instance="{instance}",cpu="{core}",mode="idle"}} {(at - begin) * (1 - busy)} {at}'
    for name, value in (("node_memory_MemTotal_bytes", 8 * GIB), ("node_memory_MemAvailable_bytes", 6 * GIB)):
        yield f"# TYPE {name} gauge"
        for at in stamps[:: 12 * 24]:
            yield f'{name}{{instance="10.0.0.1:9100"}} {value} {at}'


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with prometheus(list(lines())) as address:
        yield address


def test_two_months_are_read_through_the_limit_of_points(url: str, tmp_path: Path) -> None:
    period = Period(START, START + timedelta(days=DAYS))
    with open_store(str(tmp_path), create=True) as store:
        done = collect_live(store, SERVERS, "prometheus", url, period, as_of=AS_OF)
        assert done.broken == ()
        rollup = Rollup.of(store, AS_OF)
        rows = {
            (row.group, row.metric): row
            for row in measure(rollup, SERVERS, [Member(s.id, "server", s.id) for s in SERVERS], [period])
        }
        first, second = rows["vm-1", "cpu"], rows["vm-2", "cpu"]
        assert second.value_s / second.capacity_s == pytest.approx(0.5, abs=1e-4)
        assert second.covered_seconds / (DAYS * 86_400) > 0.999
        assert first.value_s / first.capacity_s == pytest.approx(0.25, abs=1e-3), (
            "a counter that begins again is no burst"
        )
        assert first.capacity_s // first.covered_seconds == 2_000_000, (
            "capacity from the machine itself: the inventory did not know it"
        )
        assert 0.98 < first.covered_seconds / ((DAYS - 1) * 86_400) < 1.01, "the silent day is a gap, not zero"
        memory = rows["vm-1", "memory"]
        assert memory.value_s / memory.capacity_s == pytest.approx(0.25)

        assert missing_days(store, "prometheus:" + url.removeprefix("http://"), period) == []
        again = collect_live(store, SERVERS, "prometheus", url, period, as_of=AS_OF)
        assert (again.counts.get("read"), again.files) == (None, ())
        more = collect_live(
            store, SERVERS, "prometheus", url, Period(START - timedelta(days=1), START + timedelta(days=2)), as_of=AS_OF
        )
        assert not more.counts.get("stored"), "the day before has no samples, the others are held"


def test_a_refused_query_says_which(url: str) -> None:
    sources = read_sources()
    sources["prometheus"]["metrics"][0]["query"] = "rate(moonlight["
    with pytest.raises(CollectError, match="拒绝了查询"):
        list(read_prometheus(url, Asked(start_s=0, end_s=1), sources))


def test_far_more_series_than_machines_are_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventory.metrics.prometheus.MOST_SERIES", 1)
    end = day_start(START) + 86_400
    with pytest.raises(CollectError, match="2 条序列"):
        list(read_prometheus(url, Asked(start_s=end - 600, end_s=end), read_sources()))


def test_a_server_that_stops_answering_leaves_what_was_read(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inventory.metrics import prometheus as reader

    real, calls = reader._piece, []

    def breaks(*given: object) -> object:
        calls.append(given)
        if len(calls) > 2:
            raise CollectError("断线", "cut off")
        return real(*given)  # type: ignore[arg-type]

    period = Period(START, START + timedelta(days=3))
    monkeypatch.setattr(reader, "_piece", breaks)
    monkeypatch.setattr(reader, "POINTS_AT_ONCE", 2 * 288)
    with open_store(str(tmp_path), create=True) as store:
        done = collect_live(store, SERVERS, "prometheus", url, period, as_of=AS_OF)
        assert done.broken[0][1].zh == "断线"
        assert done.counts["stored"] > 0
        monkeypatch.undo()
        assert missing_days(store, "prometheus:" + url.removeprefix("http://"), period) == [
            (period.start_on, period.end_on)
        ]
        whole = collect_live(store, SERVERS, "prometheus", url, period, as_of=AS_OF)
        assert whole.broken == ()
        assert missing_days(store, "prometheus:" + url.removeprefix("http://"), period) == []


def test_nobody_there(tmp_path: Path) -> None:
    with open_store(str(tmp_path), create=True) as store, pytest.raises(CollectError, match="没有应答"):
        collect_live(
            store, SERVERS, "prometheus", "http://127.0.0.1:9", Period(START, START + timedelta(days=1)), as_of=AS_OF
        )
