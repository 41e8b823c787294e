"""Sources that break off, through the whole pipeline: collection → manifest and roll-up → usage; the next run completes it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalogs.errors import CollectError
from inventory.model import Inventory, Server, System
from inventory.storage.store import Store, open_store
from inventory.telemetry.collect import Collection, collect, collect_live, rollup_is_current
from inventory.telemetry.form import DAY_SECONDS, Period, day_start, live
from inventory.telemetry.held import missing_days
from inventory.telemetry.query import Rollup
from inventory.usage.rates import Rate, usage_rates
from tests.inventory.telemetry.answering import Prometheus, Zabbix, serving
from tests.inventory.telemetry.samples import AS_OF, DAY, NOON, a_server, raw

START = date(2026, 1, 1)
SERVER = a_server("vm-1", addresses=("10.0.0.1",), system_id="sys-1")
SOURCES = """
[prometheus]
step_s = 3600
most_points = 11000
[[prometheus.metrics]]
metric = "cpu"
form = "ratio"
label = "instance"
query = 'busy'
"""


def rate_of(store: Store, period: Period, *servers: Server) -> Rate:
    system = System(
        id="sys-1", name="一", department="市一局", department_id="d1", secrecy="unclassified", xinchuang=True
    )
    inventory = Inventory(as_of=AS_OF, systems=(system,), servers=servers or (SERVER,))
    rates = usage_rates(inventory, Rollup.of(store, datetime(2026, 12, 31, tzinfo=UTC)), period, kinds=("system",))
    return next(rate for rate in rates if (rate.metric, rate.statistic) == ("cpu", "weighted_mean"))


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(SOURCES)
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "store"), create=True) as opened:
        yield opened


def test_a_source_that_breaks_off_is_asked_only_for_what_is_missing(store: Store, sources: Path) -> None:
    period = Period(START, START + timedelta(days=75))  # three pieces
    found = Prometheus(first_s=day_start(START))
    found.answers_left = 2

    def run(url: str) -> Collection:
        return collect_live(store, [SERVER], "prometheus", url, period, as_of=AS_OF, sources_file=sources, source="p:a")

    with serving(found) as url:
        cut = run(url)
        assert [message.en for _, message in cut.broken] == [
            f"Prometheus {url}/api/v1/query_range refused the query: HTTP 503; the query was: busy"
        ]
        assert rate_of(store, period).coverage == pytest.approx(60 / 75), "the days that are missing are no zeros"
        found.answers_left = 1_000_000
        found.asked.clear()
        whole = run(url)
        third = day_start(START + timedelta(days=60))
        assert [start for start, _ in found.asked] == [third], "the first two pieces are held"
        assert (whole.broken, whole.counts) == ((), {"read": 15 * 24, "stored": 15 * 24})
        found.asked.clear()
        assert (run(url).counts, found.asked) == ({}, [])
    rate = rate_of(store, period)
    assert (rate.coverage, rate.ratio) == (1.0, 0.25)
    assert rate.denominator == 75 * DAY_SECONDS * 4_000_000, "nothing is doubled"


def test_a_day_that_was_cut_off_within_is_completed_once(store: Store, sources: Path) -> None:
    """The first run ends with half of the day's samples; the second one's hold the first one's."""
    period = Period(DAY, DAY + timedelta(days=1))
    half = raw(*({"machine": "vm-1", "at_s": day_start(DAY) + 3600 * n, "interval_s": 3600} for n in range(12)))

    def breaks() -> Iterator[Any]:
        yield half
        from catalogs.errors import CollectError

        broken.append(("p:a", CollectError("断线", "cut off").message))

    broken: list[Any] = []
    collect(store, [SERVER], {"p:a": breaks()}, as_of=AS_OF, broken=broken)
    assert missing_days(store, "p:a", period) == [(period.start_on, period.end_on)]
    assert rate_of(store, period).coverage == 0.5
    with serving(Prometheus(first_s=day_start(DAY))) as url:
        collect_live(store, [SERVER], "prometheus", url, period, as_of=AS_OF, sources_file=sources, source="p:a")
    assert missing_days(store, "p:a", period) == []
    assert (rate_of(store, period).coverage, rate_of(store, period).ratio) == (1.0, 0.25)
    (file,) = live(store.telemetry_files("raw"))
    assert file.row_count == 24
    assert rollup_is_current(store)


def test_an_export_that_grows_from_day_to_day_replaces_the_one_before(store: Store) -> None:
    """Each delivery holds all of the ones before: the merged file is the newest delivery itself."""
    rows = [{"machine": "vm-1", "at_s": NOON + 300 * n} for n in range(4)]
    for count in (1, 2, 2, 3, 4, 4):
        collect(store, [SERVER], {"csv:a": [raw(*rows[:count])]}, as_of=AS_OF)
        (file,) = live(store.telemetry_files("raw"))
        assert file.row_count == count
        assert rollup_is_current(store)
    assert rate_of(store, Period(DAY, DAY + timedelta(days=1))).denominator == 1200 * 4_000_000


def test_an_older_state_that_is_collected_again_counts_again(store: Store) -> None:
    """File A, its correction B, A again, and so on: what a person collected last counts, and nothing of it is lost."""
    states = {
        name: [{"machine": "vm-1", "at_s": NOON + 300 * n, "value": value} for n in range(4)]
        for name, value in (("A", 1.0), ("B", 3.0))
    }
    period = Period(DAY, DAY + timedelta(days=1))
    for name in "ABABBAAB":
        collect(store, [SERVER], {"csv:a": [raw(*states[name])]}, as_of=AS_OF)
        (file,) = live(store.telemetry_files("raw"))
        rate = rate_of(store, period)
        assert (file.row_count, rate.ratio) == (4, {"A": 0.25, "B": 0.75}[name])
        assert rollup_is_current(store)
    paths = [file.path for file in store.telemetry_files("raw")]
    assert len(paths) == len(set(paths))
    assert all((store.telemetry_folder / path).is_file() for path in paths), "every state is kept"


def test_files_that_change_nothing_are_not_taken_again(store: Store) -> None:
    """A folder that is collected every night: half of a day, the other half, then both again and again."""
    halves = [[{"machine": "vm-1", "at_s": NOON + 300 * n} for n in place] for place in (range(4), range(4, 9))]
    for half in halves:
        collect(store, [SERVER], {"csv:a": [raw(*half)]}, as_of=AS_OF)
    before = store.telemetry_files("raw")
    for half in (*halves, *halves):
        assert collect(store, [SERVER], {"csv:a": [raw(*half)]}, as_of=AS_OF).files == ()
    assert store.telemetry_files("raw") == before
    (file,) = live(before)
    assert file.row_count == 9


def test_a_day_fetched_before_it_was_over_is_fetched_again_even_where_other_samples_came_between(
    store: Store, sources: Path
) -> None:
    period = Period(DAY, DAY + timedelta(days=1))
    found = Prometheus(first_s=0)
    noon = datetime.fromtimestamp(NOON, UTC)
    with serving(found) as url:
        live_run: dict[str, Any] = {"sources_file": sources, "source": "prometheus:a"}
        collect_live(store, [SERVER], "prometheus", url, period, as_of=noon, **live_run)
        assert rate_of(store, period).covered_seconds == 13 * 3600
        collect(store, [SERVER], {"csv:b": [raw({"machine": "vm-1", "at_s": NOON + 7})]}, as_of=AS_OF)
        assert missing_days(store, "prometheus:a", period) == [(period.start_on, period.end_on)]
        collect_live(store, [SERVER], "prometheus", url, period, as_of=AS_OF, **live_run)
    assert (rate_of(store, period).coverage, rate_of(store, period).ratio) == (1.0, 0.25)


def test_a_server_in_two_sources_counts_once_and_neither_is_fetched_again(store: Store, sources: Path) -> None:
    period = Period(DAY, DAY + timedelta(days=1))
    better = [{"machine": "vm-1", "at_s": day_start(DAY) + 300 * n, "value": 3.0} for n in range(288)]
    collect(store, [SERVER], {"gnocchi:a": [raw(*better)]}, as_of=AS_OF)
    with serving(Prometheus(first_s=0)) as url:
        collect_live(
            store, [SERVER], "prometheus", url, period, as_of=AS_OF, sources_file=sources, source="prometheus:a"
        )
    (file,) = live(store.telemetry_files("raw"))
    assert (file.row_count, file.about["counts"]) == (288, {"double": 0, "other_source": 24})
    assert (rate_of(store, period).ratio, rate_of(store, period).denominator) == (0.75, DAY_SECONDS * 4_000_000)
    assert missing_days(store, "prometheus:a", period) == [], "beaten, but delivered"


def test_a_million_series_are_refused_before_they_are_read(tmp_path: Path) -> None:
    from tests.inventory.command import call

    found = Prometheus(first_s=0, series=1_000_000)
    with serving(found) as url:
        done = call(
            "collect", "metrics", "--from", "prometheus", "--url", url, "--as-of", "2026-03-31", folder=tmp_path
        )
    assert done.returncode == 4
    assert "1000000 条序列" in done.stderr
    assert "sources.toml" in done.stderr, "what to do"
    assert found.asked == []
    assert not list((tmp_path / "store").rglob("*.parquet"))


def test_a_million_series_are_found_where_the_source_is_silent_at_the_end(store: Store, sources: Path) -> None:
    found = Prometheus(first_s=0, series=1_000_000)
    found.silent_from_s = day_start(DAY + timedelta(days=5))
    period = Period(DAY, DAY + timedelta(days=10))
    with serving(found) as url, pytest.raises(CollectError, match="1000000 条序列"):
        collect_live(store, [SERVER], "prometheus", url, period, as_of=AS_OF, sources_file=sources)
    assert found.asked == []


def test_an_answer_that_says_it_is_not_whole_is_kept_and_asked_for_again(store: Store, sources: Path) -> None:
    """Thanos answers with success and a warning where one of the stores behind it does not answer."""
    period, found = Period(DAY, DAY + timedelta(days=1)), Prometheus(first_s=day_start(DAY) + 43_200)
    found.warnings = ["receive series from store b: deadline exceeded"]
    with serving(found) as url:
        given: dict[str, Any] = {"as_of": AS_OF, "sources_file": sources, "source": "p:a"}
        cut = collect_live(store, [SERVER], "prometheus", url, period, **given)
        assert ["deadline exceeded" in text.zh for _, text in cut.broken] == [True]
        assert rate_of(store, period).coverage == 0.5
        assert missing_days(store, "p:a", period) == [(period.start_on, period.end_on)]
        found.warnings, found.first_s = [], 0
        assert collect_live(store, [SERVER], "prometheus", url, period, **given).broken == ()
    assert missing_days(store, "p:a", period) == []
    assert rate_of(store, period).coverage == 1.0


def test_histograms_are_no_numbers(store: Store, sources: Path) -> None:
    found = Prometheus(first_s=0)
    found.values = "histograms"
    with serving(found) as url, pytest.raises(CollectError, match="直方图"):
        collect_live(
            store, [SERVER], "prometheus", url, Period(DAY, DAY + timedelta(days=1)), as_of=AS_OF, sources_file=sources
        )


@pytest.mark.parametrize("kind", ["prometheus", "zabbix"])
def test_an_account_in_the_address_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    from tests.inventory.command import call

    monkeypatch.setenv("GOVCLOUD_ZABBIX_TOKEN", "a-token")
    given = ["collect", "metrics", "--from", kind, "--url", "http://reader:s3cret@127.0.0.1:9", "--as-of", "2026-03-31"]
    done = call(*given, folder=tmp_path)
    assert (done.returncode, "127.0.0.1:9" in done.stderr) == (4, True)
    assert "s3cret" not in done.stderr + done.stdout


def test_zabbix_that_answers_half_is_partial_and_the_next_run_completes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inventory.model import Collected
    from tests.inventory.command import call
    from tests.inventory.usage.store import a_record, a_system

    monkeypatch.setenv("GOVCLOUD_ZABBIX_TOKEN", "a-token")
    with open_store(str(tmp_path / "store"), create=True) as opened:
        system, server = a_system("sys-1", "一", "市税务局", ("10.0.0.1",)), a_record("web01", "10.0.0.1")
        opened.add_snapshot(Collected(source="ledger:x", collector="ledger", records=(system,)), taken_at=AS_OF)
        opened.add_snapshot(Collected(source="openstack:lab", collector="openstack", records=(server,)), taken_at=AS_OF)
    found = Zabbix({"web01": 40.0})
    found.answers_left = 6  # 30 days are five questions
    given = ["--since", "2026-02-01", "--until", "2026-04-01", "--as-of", "2026-04-02"]
    with serving(found) as url:
        command = ["collect", "metrics", "--from", "zabbix", "--url", url, *given]
        cut = call(*command, folder=tmp_path)
        assert (cut.returncode, "1 处没有读成" in cut.stderr, "Traceback" in cut.stderr) == (9, True, False)
        assert "a-token" not in cut.stderr + cut.stdout
        found.answers_left = 1_000_000
        found.asked.clear()
        again = call(*command, "--json", folder=tmp_path)
        assert (again.returncode, again.stderr) == (0, "")
        assert min(found.asked)[0] == day_start(date(2026, 3, 3)), "the first 30 days are held"
    said = json.loads(
        call(
            "usage", "show", "--month", "2026-03", "--by", "system", "--json", "--as-of", "2026-04-02", folder=tmp_path
        ).stdout
    )
    (rate,) = [row for row in said["data"]["rates"] if (row["metric"], row["statistic"]) == ("cpu", "weighted_mean")]
    assert (rate["ratio"], rate["coverage"]) == (0.4, 1.0)
