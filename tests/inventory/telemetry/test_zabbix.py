"""A real Zabbix (server schema on PostgreSQL, the PHP API): history and trends, names and addresses, rights."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from catalogs.errors import CollectError
from inventory.storage.store import open_store
from inventory.telemetry.collect import collect_live
from inventory.telemetry.form import Period, day_start
from inventory.telemetry.query import Member, Rollup, measure
from tests.inventory.telemetry.samples import a_server
from tests.inventory.telemetry.servers import Zabbix, zabbix

pytestmark = pytest.mark.servers
START = date(2026, 2, 1)
AS_OF = datetime(2026, 3, 5, tzinfo=UTC)
SERVERS = [a_server("vm-1", name="web01"), a_server("vm-2", addresses=("10.9.0.2",))]


@pytest.fixture(scope="module")
def filled() -> Iterator[Zabbix]:
    """Two hosts: `web01` has a week of history; the other is only known by its address and only has hourly trends."""
    from zabbix_utils import ZabbixAPI

    with zabbix() as server:
        api = ZabbixAPI(url=server.url, user="Admin", password="zabbix")
        items = {}
        for host, address in (("web01", "10.9.0.1"), ("unheard-of", "10.9.0.2")):
            interface = {"type": 1, "main": 1, "useip": 1, "ip": address, "dns": "", "port": "10050"}
            made = api.host.create(host=host, groups=[{"groupid": "2"}], interfaces=[interface])["hostids"][0]
            for key, value_type in (("system.cpu.util", 0), ("vm.memory.size[pused]", 0)):
                item = api.item.create(hostid=made, name=key, key_=key, type=2, value_type=value_type, units="%")
                items[host, key] = item["itemids"][0]
        begin = day_start(START)
        server.psql(
            f"INSERT INTO history (itemid, clock, value, ns) SELECT {items['web01', 'system.cpu.util']}, {begin} + 60 * n, 12.5, 0 FROM generate_series(0, 7 * 1440 - 1) n;"
            f"INSERT INTO history (itemid, clock, value, ns) SELECT {items['web01', 'vm.memory.size[pused]']}, {begin} + 60 * n, 50, 0 FROM generate_series(0, 7 * 1440 - 1) n;"
            f"INSERT INTO trends (itemid, clock, num, value_min, value_avg, value_max) SELECT {items['unheard-of', 'system.cpu.util']}, {begin} + 3600 * n, 60, 1, 20, 99 FROM generate_series(0, 167) n;"
        )
        yield server


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVCLOUD_ZABBIX_USER", "Admin")
    monkeypatch.setenv("GOVCLOUD_ZABBIX_PASSWORD", "zabbix")


def test_a_week_is_read(filled: Zabbix, tmp_path: Path) -> None:
    period = Period(START, START + timedelta(days=7))
    with open_store(str(tmp_path), create=True) as store:
        done = collect_live(store, SERVERS, "zabbix", filled.url, period, as_of=AS_OF)
        assert done.broken == ()
        assert done.counts["read"] == 2 * 7 * 1440 + 168 == done.counts["stored"]
        rows = {
            (row.group, row.metric): row
            for row in measure(
                Rollup.of(store, AS_OF), SERVERS, [Member(s.id, "server", s.id) for s in SERVERS], [period]
            )
        }
    history, trends = rows["vm-1", "cpu"], rows["vm-2", "cpu"]
    assert history.value_s / history.capacity_s == pytest.approx(0.125)
    assert trends.value_s / trends.capacity_s == pytest.approx(0.2)
    assert history.covered_seconds == trends.covered_seconds == 7 * 86_400
    assert rows["vm-1", "memory"].value_s / rows["vm-1", "memory"].capacity_s == pytest.approx(0.5)


def test_a_wrong_password_is_said_without_showing_it(
    filled: Zabbix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVCLOUD_ZABBIX_PASSWORD", "not-the-password")
    with open_store(str(tmp_path), create=True) as store, pytest.raises(CollectError, match="没有应答") as raised:
        collect_live(store, SERVERS, "zabbix", filled.url, Period(START, START + timedelta(days=1)), as_of=AS_OF)
    assert "not-the-password" not in str(raised.value) + raised.value.message.en


def test_an_account_that_sees_nothing_is_told(filled: Zabbix, tmp_path: Path) -> None:
    names = tmp_path / "sources.toml"
    names.write_text('[[zabbix.metrics]]\nmetric = "cpu"\nform = "percent"\nkey = "no.such.key"\n')
    with open_store(str(tmp_path), create=True) as store, pytest.raises(CollectError, match=r"no\.such\.key"):
        collect_live(
            store,
            SERVERS,
            "zabbix",
            filled.url,
            Period(START, START + timedelta(days=1)),
            as_of=AS_OF,
            sources_file=names,
        )


def test_items_of_templates_are_no_items_of_hosts(filled: Zabbix, tmp_path: Path) -> None:
    """Debian's Zabbix brings many templates; of their keys this one is on no host."""
    key = filled.psql(
        "SELECT min(key_) FROM items JOIN hosts USING (hostid) WHERE hosts.status = 3 AND items.status = 0 AND value_type = 0 AND key_ ~ '^[a-z.]+$' "
        "AND key_ NOT IN (SELECT key_ FROM items JOIN hosts USING (hostid) WHERE hosts.status IN (0, 1))"
    )
    assert key
    names = tmp_path / "sources.toml"
    names.write_text(f'[[zabbix.metrics]]\nmetric = "memory"\nform = "percent"\nkey = "{key}"\n')
    with open_store(str(tmp_path), create=True) as store, pytest.raises(CollectError, match="没有这些监控项"):
        collect_live(store, SERVERS, "zabbix", filled.url, Period(START, START + timedelta(days=1)), as_of=AS_OF, sources_file=names)  # fmt: skip


def test_an_item_in_another_unit_is_said_and_not_read(filled: Zabbix, tmp_path: Path) -> None:
    """Debian's own host has one more of these items."""
    names = tmp_path / "sources.toml"
    names.write_text(
        '[[zabbix.metrics]]\nmetric = "network"\nform = "amount"\nunits = "bps"\nkey = "system.cpu.util"\n'
        '[[zabbix.metrics]]\nmetric = "cpu"\nform = "percent"\nunits = "%"\nkey = "system.cpu.util"\n'
    )
    with open_store(str(tmp_path), create=True) as store:
        done = collect_live(store, SERVERS, "zabbix", filled.url, Period(START, START + timedelta(days=1)), as_of=AS_OF, sources_file=names)  # fmt: skip
    assert done.counts["read"] == done.counts["stored"] == 1440 + 24
    assert [gap.message.zh for gap in done.gaps] == ["Zabbix：3 个 system.cpu.util 的单位是“%”，不是“bps”，没有读；在 sources.toml 里改单位和系数"]  # fmt: skip


def test_no_account_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GOVCLOUD_ZABBIX_PASSWORD")
    with open_store(str(tmp_path), create=True) as store, pytest.raises(CollectError, match="GOVCLOUD_ZABBIX_TOKEN"):
        collect_live(
            store, SERVERS, "zabbix", "http://127.0.0.1:9", Period(START, START + timedelta(days=1)), as_of=AS_OF
        )
