"""Whole sites without people: polled for a version, turned away at one notice, one day played again and again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from inventory.access_log.count import Counted, count_logs
from inventory.access_log.lines import read_agents
from tests.inventory.zombies.test_access_log import AS_OF, SITES, line

CLIENT = "UpdateClient/1.2"


def counted(folder: Path, *texts: str) -> Counted:
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"www.example.org-access.log.{number}")
        paths[-1].write_text(text, encoding="utf-8")
    return count_logs(paths, SITES, read_agents(), as_of=AS_OF)


def polled(first: int, after: int, path: str = "/client/version.xml") -> str:
    return "".join(
        line(f"{day:02d}/Mar/2026:08:{day + desk}:00 +0800", client=f"10.1.1.{desk}", request=f"GET {path} HTTP/1.1", agent=CLIENT)
        for day in range(first, after) for desk in range(9, 12)
    )  # fmt: skip


@pytest.mark.parametrize("path", ["/client/version.xml", "/api/keepalive", "/v1/models"])
def test_clients_that_nobody_uninstalled_are_no_visitors(tmp_path: Path, path: str) -> None:
    found = counted(tmp_path, polled(2, 9, path), polled(9, 16, path))
    assert (found.lines["visit"], found.lines["front"], found.lines.total()) == (0, 42, 42)


@pytest.mark.parametrize(
    "further",
    [
        line(client="10.1.1.9"),  # a page
        line(client="10.1.1.9", request="POST /client/version HTTP/1.1"),
        line(client="10.1.1.9", request="GET /client/version.xml?device=7 HTTP/1.1"),  # a device that says who it is
    ],
)
def test_one_request_for_more_makes_all_of_them_visits(tmp_path: Path, further: str) -> None:
    found = counted(tmp_path, polled(2, 9), polled(9, 16) + further)
    assert (found.lines["visit"], found.lines["front"]) == (43, 0)


def test_what_has_another_name_is_read(tmp_path: Path) -> None:
    """Devices fetch the programme of the day, programs a public file."""
    assert counted(tmp_path, polled(2, 16, "/epg/today")).lines["front"] == 0


def turned_away(first: int, after: int, page: str = "/license/expired.html") -> str:
    steps = (("GET /login HTTP/1.1", 200), ("POST /login HTTP/1.1", 302), (f"GET {page} HTTP/1.1", 200))
    return "".join(
        line(f"{day:02d}/Mar/2026:09:1{number}:00 +0800", client=f"10.1.1.{day}", request=request, status=status)
        for day in range(first, after) for number, (request, status) in enumerate(steps)
    )  # fmt: skip


def test_a_licence_that_ran_out_lets_nobody_in(tmp_path: Path) -> None:
    found = counted(tmp_path, turned_away(2, 9), turned_away(9, 16))
    assert (found.lines["visit"], found.lines["front"]) == (0, 42)


@pytest.mark.parametrize(
    "logs",
    [
        turned_away(2, 16, "/index.html"),  # where they work
        turned_away(2, 16) + turned_away(16, 17, "/todo.html"),  # one got in
        turned_away(2, 16) + line(client="10.1.1.9", request="POST /login HTTP/1.1", status=302),  # one was not turned away
        turned_away(2, 6),  # a few days
    ],
)  # fmt: skip
def test_who_may_have_got_in_is_a_visitor(tmp_path: Path, logs: str) -> None:
    assert counted(tmp_path, logs).lines["front"] == 0


def a_day(day: int, *, shift: int = 0, clients: int = 4, requests: int = 24, agent: str | None = None) -> str:
    known: dict[str, Any] = {} if agent is None else {"agent": agent}
    return "".join(
        line(
            f"{day:02d}/Mar/2026:{8 + n % 9:02d}:{(7 * n + shift) % 60:02d}:{day:02d} +0800", client=f"10.1.1.{n % clients}",
            request=f"GET /page{n % 7} HTTP/1.1", **known,
        )
        for n in range(requests)
    )  # fmt: skip


def test_one_day_that_is_played_again_is_nobodys(tmp_path: Path) -> None:
    """Over two files, the second of which begins in the middle of a day; an inspector who comes besides is one visit."""
    lines = "".join(a_day(day) for day in range(1, 21)).splitlines(keepends=True)
    found = counted(tmp_path, "".join(lines[:250]), "".join(lines[250:]) + line("20/Mar/2026:10:59:00 +0800"))
    assert (found.lines["visit"], found.lines["script"]) == (1, 480)


@pytest.mark.parametrize(
    "text",
    [
        "".join(a_day(day, shift=day) for day in range(1, 21)),  # people come at a minute of their own
        "".join(a_day(day, clients=1) for day in range(1, 21)),  # one who keeps watch
        "".join(a_day(day, agent="VillageRadio/3.0") for day in range(1, 21)),  # devices that report by the clock
        "".join(a_day(day) for day in range(1, 11)),  # too few days to tell
    ],
)
def test_what_only_resembles_a_replay_is_visited(tmp_path: Path, text: str) -> None:
    assert counted(tmp_path, text).lines["script"] == 0
