"""A site of which nobody gets further than the login form: its visits are no use, and one step further makes them visits."""

from __future__ import annotations

from pathlib import Path

import pytest

from inventory.access_log.count import Counted, count_logs
from inventory.access_log.lines import read_agents
from tests.inventory.zombies.test_access_log import AS_OF, SITES, line

FORM = "GET /login.jsp;jsessionid=1?from=start HTTP/1.1"


def start_page(day: int, client: str) -> str:
    at = f"{day:02d}/Mar/2026:08:1{day % 10}:00 +0800"
    return line(at, client=client, request="GET / HTTP/1.1", status=302) + line(at, client=client, request=FORM)


def days(first: int, after: int) -> str:
    return "".join(start_page(day, f"10.1.1.{day % 5}") for day in range(first, after))


def counted(folder: Path, *texts: str) -> Counted:
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"www.example.org-access.log.{number}")
        paths[-1].write_text(text, encoding="utf-8")
    return count_logs(paths, SITES, read_agents(), as_of=AS_OF)


def test_the_form_alone_is_no_visit(tmp_path: Path) -> None:
    found = counted(tmp_path, days(2, 9), days(9, 16))
    assert (found.lines["visit"], found.lines["front"]) == (0, 28)
    assert sum(kinds["front"] for kinds in found.sites["vm-1"].hours.values()) == 28
    assert sum(kinds["visit"] for kinds in found.sites["vm-1"].hours.values()) == 0
    assert found.lines.total() == 28, "nothing is lost"


@pytest.mark.parametrize(
    "further",
    [
        line(client="10.1.1.9", request="POST /login HTTP/1.1", status=302),
        line(client="10.1.1.9", request="GET /todo HTTP/1.1"),
        line(client="10.1.1.9", request=FORM).replace(" - - ", " - zhang "),
    ],
)
def test_one_who_gets_further_in_any_of_the_logs_makes_all_of_them_visits(tmp_path: Path, further: str) -> None:
    found = counted(tmp_path, days(2, 9), days(9, 16) + further)
    assert (found.lines["visit"], found.lines["front"]) == (29, 0)


def test_a_week_is_too_little_to_tell(tmp_path: Path) -> None:
    found = counted(tmp_path, days(2, 9))
    assert (found.lines["visit"], found.lines["front"]) == (14, 0)


def test_a_home_page_is_read(tmp_path: Path) -> None:
    home = "".join(line(f"{day:02d}/Mar/2026:08:10:00 +0800", request="GET / HTTP/1.1") for day in range(2, 16))
    found = counted(tmp_path, home)
    assert found.lines["front"] == 0


def sent_on(day: int, page: str = "/notice.html") -> str:
    at = f"{day:02d}/Mar/2026:09:1{day % 10}:00 +0800"
    home = line(at, client=f"203.0.113.{day}", request="GET / HTTP/1.1", status=302)
    return home + line(at, client=f"203.0.113.{day}", request=f"GET {page} HTTP/1.1")


def test_a_home_page_that_sends_all_to_one_notice_is_no_visit(tmp_path: Path) -> None:
    """A code to scan, or the address of the new site: nobody does anything here, over two files."""
    first, second = "".join(map(sent_on, range(2, 9))), "".join(map(sent_on, range(9, 16)))
    found = counted(tmp_path, first, second)
    assert (found.lines["visit"], found.lines["front"]) == (0, 28)


@pytest.mark.parametrize(
    "further",
    [
        sent_on(16, "/apply.html"),  # another page
        line("16/Mar/2026:09:10:00 +0800", request="GET / HTTP/1.1"),  # the home page was there to be read
        line("16/Mar/2026:09:10:00 +0800", request=FORM),  # people log in
    ],
)
def test_a_site_with_more_than_one_notice_is_visited(tmp_path: Path, further: str) -> None:
    found = counted(tmp_path, "".join(map(sent_on, range(2, 16))), further)
    assert found.lines["front"] == 0
