"""Access logs: nginx's and Apache's forms, hostile lines, people apart from machines, nothing lost, no address kept."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogs.errors import CatalogError
from inventory.access_log.count import Counted, Sites, count_logs
from inventory.access_log.lines import MOST_LINE_BYTES, parse_line, read_agents
from inventory.commands.accesslog import tables_of
from inventory.model import Inventory, System, Value
from inventory.telemetry.form import METRICS
from tests.inventory.telemetry.samples import a_server

AGENTS = read_agents()
AS_OF = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SITES = Sites(
    by_host={"www.example.org": "vm-1", "10.0.0.8": "vm-2"}, own={"vm-1": frozenset({"10.0.0.7", "127.0.0.1"})}
)


def line(
    at: str = "10/Mar/2026:13:55:36 +0800", *, client: str = "203.0.113.9", request: str = "GET /index HTTP/1.1", status: int = 200, agent: str | None = FIREFOX, vhost: str = "",
) -> str:  # fmt: skip
    start = f"{vhost} " if vhost else ""
    end = "" if agent is None else f' "-" "{agent}"'
    return f'{start}{client} - - [{at}] "{request}" {status} 2326{end}\n'


def counted(folder: Path, *texts: str, name: str = "www.example.org-access.log", **more: str) -> Counted:
    path = folder / name
    path.write_text("".join(texts), encoding="utf-8")
    return count_logs([path], SITES, AGENTS, as_of=AS_OF, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (line(), "visit"),
        (line(agent=None), "visit"),
        (line(vhost="www.example.org:443"), "visit"),
        (line(request="GET /main.css?v=2 HTTP/2.0"), "static"),
        (line(status=404), "refused"),
        (line(request="POST /login HTTP/1.1", status=302), "visit"),
        (line(status=301), "moved"),
        (line(request="GET /logo.png HTTP/1.1", status=308), "moved"),
        (line(request="\\x16\\x03\\x01\\x02\\x00", status=400), "refused"),
        (line(agent="Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)"), "robot"),
        (line(agent="-"), "robot"),
        (line(agent="curl/8.5.0"), "robot"),
        (line(agent="Zabbix"), "probe"),
        (line(agent="kube-probe/1.30"), "probe"),
        (line(request="HEAD / HTTP/1.1"), "probe"),
        (line(request="GET /healthz HTTP/1.1"), "probe"),
        (line(request="GET /scim/v2/Users HTTP/1.1", agent="Java/17"), "probe"),
        (line(agent='say \\"hello\\" Firefox'), "visit"),
        (line(client="2001:db8::1"), "visit"),
    ],
)
def test_what_a_line_is(text: str, kind: str) -> None:
    request = parse_line(text.encode(), AGENTS)
    assert request is not None
    assert request.kind == kind


def test_time_and_host_are_read() -> None:
    request = parse_line(line("10/Oct/2000:13:55:36 -0700", vhost="WWW.Example.org.:8443").encode(), AGENTS)
    assert request is not None
    assert request.at_s == int(datetime(2000, 10, 10, 20, 55, 36, tzinfo=UTC).timestamp())
    assert request.vhost == "www.example.org"


@pytest.mark.parametrize(
    "text",
    ["", "\n", "not a log line", line("32/Mar/2026:13:55:36 +0800"), line("10/Mär/2026:13:55:36 +0800"), '10.0.0.1 - - [10/Mar/2026:13:55:36 +0800] "GET', "\x00\x01\x02"],
)  # fmt: skip
def test_what_cannot_be_read_is_none(text: str) -> None:
    assert parse_line(text.encode("utf-8", "surrogateescape"), AGENTS) is None


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_not_but_never_fail(raw: bytes) -> None:
    for content in (raw, line().encode()[:40] + raw):
        found = parse_line(content, AGENTS)
        assert found is None or found == parse_line(content, AGENTS)


def test_every_line_is_accounted_for(tmp_path: Path) -> None:
    found = counted(
        tmp_path, line(), line(client="10.0.0.7"), "rubbish\n", line("01/Apr/2026:13:55:36 +0800"), line(status=500),
        line(vhost="unknown.example"), "x" * (2 * MOST_LINE_BYTES) + "\n", line(),
    )  # fmt: skip
    assert found.lines == Counter(visit=2, own=1, unreadable=2, future=1, refused=1, unknown_site=1)
    assert found.unknown == Counter({"unknown.example": 1})
    day = found.sites["vm-1"].by_day()[date(2026, 3, 10)]
    assert (day["visit"], day["own"], day["refused"]) == (2, 1, 1)


def test_a_timer_is_told_from_a_person_and_from_a_proxy(tmp_path: Path) -> None:
    day = [f"10/Mar/2026:{hour:02d}:{minute:02d}:00 +0800" for hour in range(24) for minute in (0, 30)]
    timer = [line(at, client="198.51.100.1") for at in day]
    person = [line(f"10/Mar/2026:{hour:02d}:10:00 +0800") for hour in range(8, 19)]
    proxy = [line(at, client="192.0.2.1", request=f"GET /page/{n} HTTP/1.1") for n, at in enumerate(day)]
    found = counted(tmp_path, *timer, *person, *proxy)
    assert found.lines == Counter(machine=48, visit=11 + 48)


@pytest.mark.parametrize(
    ("minutes", "kinds"),
    [
        (10, {"machine": 144}),  # six pages in turn, every ten minutes: a screen
        (None, {"visit": 150}),  # as often on the whole, by people behind one address
    ],
)
def test_a_screen_that_shows_its_pages_in_turn_is_a_clock(
    tmp_path: Path, minutes: int | None, kinds: dict[str, int]
) -> None:
    """Six pages around the clock; people who share an address come now and then."""
    times = [divmod(at, 60) for at in range(0, 24 * 60, minutes)] if minutes else [
        (hour, place * 5) for hour in range(24) for place in range(2 + hour * 7 % 10)
    ]  # fmt: skip
    texts = [
        line(f"10/Mar/2026:{hour:02}:{minute:02}:00 +0800", request=f"GET /screen{place % 6} HTTP/1.1")
        for place, (hour, minute) in enumerate(times)
    ]
    assert dict(+counted(tmp_path, *texts).lines) == kinds


def test_gzip_and_rotated_files_count_once(tmp_path: Path) -> None:
    plain = tmp_path / "www.example.org-access.log.1"
    plain.write_text(line() + line("10/Mar/2026:16:00:00 +0800"))
    (tmp_path / "www.example.org-access.log.1.gz").write_bytes(gzip.compress(plain.read_bytes()))
    found = count_logs(sorted(tmp_path.iterdir()), SITES, AGENTS, as_of=AS_OF)
    assert found.lines == Counter(visit=2)
    assert found.doubled == ["www.example.org-access.log.1.gz"]
    assert len(found.sites["vm-1"].covered) == 4


def test_a_cut_gz_is_not_used_at_all(tmp_path: Path) -> None:
    whole = gzip.compress("".join(line(request=f"GET /{n} HTTP/1.1") for n in range(500)).encode())
    (tmp_path / "www.example.org.gz").write_bytes(whole[: len(whole) // 2])
    found = count_logs([tmp_path / "www.example.org.gz"], SITES, AGENTS, as_of=AS_OF)
    assert not found.lines
    assert [name for name, _ in found.broken] == ["www.example.org.gz"]


def test_samples_hold_no_address_and_hours_without_a_line_are_zero(tmp_path: Path) -> None:
    found = counted(tmp_path, line(), line(agent="curl/8"), line("10/Mar/2026:16:00:00 +0800"))
    tables = list(tables_of(found))
    assert {table.column("metric")[0].as_py() for table in tables} == {"visits", "machine_visits"} <= set(METRICS)
    assert tables[0].column("value").to_pylist() == [1.0, 0.0, 0.0, 1.0]
    assert tables[1].column("value").to_pylist() == [1.0, 0.0, 0.0, 0.0]
    assert "203.0.113.9" not in "".join(str(table.to_pydict()) for table in tables)


def test_sites_come_from_ledgers_and_servers() -> None:
    def system(number: int, **fields: Value) -> System:
        return System(
            id=f"sys-{number}",
            name=f"系统{number}",
            department=None,
            department_id=None,
            secrecy="unclassified",
            fields=fields,
        )

    inventory = Inventory(
        as_of=AS_OF, systems=(system(1, url=("https://a.example.org/login",)), system(2, domain=("b.example.org", "shared.example")), system(3, domain="shared.example")),
        servers=(a_server("vm-1", system_id="sys-1", addresses=("10.0.0.1",)), a_server("vm-2", system_id="sys-2"), a_server("vm-3", system_id="sys-3")),
    )  # fmt: skip
    sites = Sites.of(inventory)
    assert sites.by_host["a.example.org"] == sites.by_host["10.0.0.1"] == "vm-1"
    assert sites.by_host["b.example.org"] == "vm-2"
    assert "shared.example" not in sites.by_host
    assert "10.0.0.1" in sites.own["vm-1"]


def test_a_broken_table_of_agents_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[robots]\nagents = 3\n")
    with pytest.raises(CatalogError, match=r"mine\.toml"):
        read_agents(tmp_path / "mine.toml")


def daily(
    days: int, *, minute: Callable[[int], int] = lambda _day: 31, rests: bool = False, paths: tuple[str, ...] = ("/login", "/home"), hour: int = 8
) -> list[str]:  # fmt: skip
    """The visits of one client in March 2026, one file's worth of text for each day."""
    return [
        "".join(line(f"{day:02d}/Mar/2026:{hour:02d}:{minute(day):02d}:0{n} +0800", request=f"GET {path} HTTP/1.1") for n, path in enumerate(paths))
        for day in range(1, days + 1) if not rests or date(2026, 3, day).weekday() < 5
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "script"),
    [
        (daily(28), True),
        (daily(13), False),  # not yet two weeks
        (daily(28, rests=True), False),  # who rests at weekends may be a person
        (daily(28, minute=lambda day: day * 7 % 40), False),  # comes when it comes
        (daily(28, paths=("/login", "/a", "/b", "/c", "/d")), False),  # does something
        (daily(28, minute=lambda day: day * 7 % 40, hour=2), True),  # a nightly job
        (daily(28, minute=lambda day: day * 7 % 40, hour=2, rests=True), False),
        ([*daily(28, minute=lambda day: day * 7 % 40, hour=2), *daily(1, hour=9)], False),  # night duty, once by day
    ],
    ids=["script", "short", "weekends-off", "any-minute", "works", "nightly", "nightly-rests", "night-duty"],
)
@pytest.mark.parametrize("rotated", [True, False])
def test_a_login_every_day_at_the_same_minute_is_a_script(
    tmp_path: Path, texts: list[str], *, script: bool, rotated: bool
) -> None:
    files = texts if rotated else ["".join(texts)]
    paths = [tmp_path / f"www.example.org-access.log.{n}" for n in range(len(files))]
    for path, text in zip(paths, files, strict=True):
        path.write_text(text, encoding="utf-8")
    found = count_logs(paths, SITES, AGENTS, as_of=AS_OF)
    lines = sum(text.count("\n") for text in texts)
    assert +found.lines == {"script" if script else "visit": lines}
    table = {str(one.column("metric")[0]): one for one in tables_of(found)}
    visits, machines = (sum(table[name].column("value").to_pylist()) for name in ("visits", "machine_visits"))
    assert (visits > 0, machines > 0) == (not script, script)
