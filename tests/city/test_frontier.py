"""The ninth city: the same each time, its truth adds up and has its reasons, and what the reasons speak of is in the data."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from tests.city.__main__ import generate
from tests.city.frontier.assign import NEW_VERSION, shows_address, successor_of
from tests.city.frontier.days import (
    FAIR_ENDS,
    RESCUES,
    SNOW,
    TURNED_ON,
    is_drill_day,
    is_patch_day,
    is_port_day,
    is_quarter_report_day,
    is_scan_day,
    on_days,
)
from tests.city.frontier.kinds import DEAD, EVERYDAY, GAMING, UNDECIDED, FrontierKind
from tests.city.frontier.prefecture import PAID, PRESENTED, TRACED
from tests.city.frontier.visits import NINE
from tests.city.frontier.web import FRONTIER_OPERATOR, NEVER
from tests.city.frontier.words import STORIES, VAGUE
from tests.city.habits import HABITS
from tests.city.make import make_city
from tests.city.model import END, UNMEASURED, City, CitySystem
from tests.city.neighbours_calendar import works
from tests.city.neighbours_usage import calendar
from tests.city.usage import Usage, make_usage

pytestmark = pytest.mark.slow  # a city is made

OPERATOR = ("10.240.8.", "203.0.113.20")
ROBOTS = ("203.0.113.", "198.51.100.")  # dial tests and search engines
SILENT = frozenset({"objectgone", "rebuilt", "saas", "games", "privatised", "ballast", "dialtest", "quarantined"})
# Of the living, those whose visitors are in the access log, and on which days.
SEEN: dict[str, Callable[[date], bool]] = {
    "icefair": lambda day: day <= FAIR_ENDS,
    "portduty": is_port_day,
    "fieldsync": lambda day: day.weekday() == 6,
    "quarterly": is_quarter_report_day,
    "rescue": lambda day: day in RESCUES,
    "clearing": lambda _: True,
    "freshstart": lambda day: day.month >= 2,
    "greenside": lambda day: day >= TURNED_ON,
    "cabin": lambda _: True,
    "broadcast": lambda _: True,
    "snowday": lambda day: day in SNOW,
    "thin": lambda _: True,
    "robotwork": works,
    "bigheap": lambda _: True,
    "docking": lambda _: True,
}


@pytest.fixture(scope="module")
def frontier() -> City:
    return make_city(200, 500, 90, 12, HABITS["ninth"])


@pytest.fixture(scope="module")
def usage(frontier: City) -> Usage:
    return make_usage(frontier)


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory, frontier: City) -> dict[str, list[str]]:
    """Lines of the access log by system, without the operator's own."""
    folder = tmp_path_factory.mktemp("frontier")
    generate(folder, systems=200, servers=500, days=90, seed=12, habits="ninth")
    hosts = {str(one.url).split("/")[2]: one.id for one in frontier.systems if one.url}
    found: dict[str, list[str]] = {}
    for path in sorted((folder / "logs").glob("*.gz")):
        for line in gzip.decompress(path.read_bytes()).decode("ascii").splitlines():
            found.setdefault(hosts[line.split(" ")[0]], []).append(line)
    return found


def test_the_ninth_city_is_the_same_each_time_and_its_truth_adds_up(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(tmp_path / name, systems=80, servers=160, days=45, seed=7, habits="ninth")
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)
    assert json.loads((tmp_path / "one" / "operator.json").read_text(encoding="utf-8")) == FRONTIER_OPERATOR
    truth = json.loads((tmp_path / "one" / "truth.json").read_text(encoding="utf-8"))
    assert len(truth["systems"]) + truth["classified_count"] == 80
    heads = {"zombie": "zombie", "unknown": "undecidable", "in_use": "in use"}
    for system in truth["systems"]:
        assert system["why"].startswith(heads[system["expected_verdict"]]), system["id"]
        assert "{" not in system["why"]
        assert system["zombie"] or system["expected_verdict"] != "zombie"
    assert all(("gaming" in one["why"]) == (one["behaviour"] in GAMING) for one in truth["systems"])
    stood = {server for one in truth["systems"] for server in one["servers"]}
    assert stood == {server["id"] for server in truth["servers"] if server["system"] is not None}


def test_every_kind_of_the_ninth_city_has_its_story_and_no_story_is_without_its_kind() -> None:
    assert set(get_args(FrontierKind)) == set(STORIES)
    assert len(STORIES) >= 30
    assert set(STORIES) >= DEAD | UNDECIDED | GAMING | set(SEEN)
    for kind, story in STORIES.items():
        head = "undecidable" if kind in UNDECIDED else "zombie" if kind in DEAD else "in use"
        assert story.why.startswith(head), kind
        assert story.notes or story.says == "never" or all(note for _, _, note in story.names), kind
        assert (kind in SEEN) <= story.logged, kind
        assert not story.logged or kind not in NEVER, kind


@pytest.mark.parametrize("seed", [3, 701, 702, 703])
def test_the_ninth_city_has_every_kind_in_fair_shares(seed: int) -> None:
    city = make_city(200, 500, 90, seed, HABITS["ninth"])
    open_ones = [system for system in city.systems if not system.classified]
    assert {one.behaviour for one in open_ones} >= {*STORIES, "declared", *UNMEASURED}
    verdicts = Counter(system.expected_verdict for system in open_ones)
    assert 32 <= verdicts["zombie"] <= 38
    assert 6 <= verdicts["unknown"] <= 10
    assert 3 <= sum(system.behaviour in GAMING for system in open_ones) <= 5
    hard = sum(one.behaviour in STORIES for one in open_ones if one.expected_verdict == "in_use")
    assert 0.18 < hard / verdicts["in_use"] < 0.35
    assert len({system.name for system in city.systems}) == len(city.systems)
    assert all(server.system == system.id for system in open_ones for server in system.servers)
    assert all(
        shows_address(city, one) for one in open_ones if one.behaviour in STORIES and STORIES[one.behaviour].logged
    )


def test_the_ninth_city_can_be_judged_by_whoever_has_all_the_evidence(frontier: City) -> None:
    """Each zombie shows that it is not used; each system in use shows use, or says why it is idle."""
    for system in (one for one in frontier.systems if one.expected_verdict == "zombie" and not one.classified):
        known = system.last_login_on if "last_login" not in system.withheld else None
        idle = known is not None and (END - known).days > 180
        assert idle or _says_so(system) or system.behaviour in {"declared", "clickfarm", "replayed"}, system.id
        assert _says_so(system) or not any(system.id in one.depends_on for one in frontier.systems), system.id
        if system.last_login_on is not None:
            assert all(server.created_on <= system.last_login_on for server in system.servers), system.id
        if system.behaviour in {"clickfarm", "replayed", "robotexport"}:
            assert not PRESENTED[system.behaviour] & system.withheld
            assert system.contract_words is None
            assert system.contract_end_on is not None
            assert system.last_update_on is not None
            assert min((END - system.contract_end_on).days, (END - system.last_update_on).days) > 365
        if system.behaviour == "roomdark":
            assert system.servers
            assert all(v.powered_off_on and (END - v.powered_off_on).days > 120 for v in system.servers)
        if system.behaviour == "rebuilt":
            new = successor_of(frontier, system)
            assert new is not None
            assert new.behaviour in EVERYDAY
            assert "信创" in new.name
    for system in (one for one in frontier.systems if one.expected_verdict == "in_use" and not one.classified):
        known = system.last_login_on if "last_login" not in system.withheld else None
        recent = known is not None and (END - known).days <= 100
        assert recent or _says_so(system) or system.behaviour in SEEN or system.behaviour in EVERYDAY, system.id
        assert recent or system.behaviour not in TRACED, system.id
        if system.behaviour in PAID:
            assert system.contract_end_on is not None
            assert system.contract_end_on > END
            assert "ops_contract_end" not in system.withheld
            assert system.contract_words is None
        if system.behaviour == "nameserver":
            assert sum(system.id in one.depends_on for one in frontier.systems) >= 2


def test_the_remarks_of_the_ninth_city_agree_with_its_dates(frontier: City) -> None:
    dated = 0
    for system in frontier.systems:
        assert system.note is None or "{" not in system.note
        if system.zombie and system.note is not None and system.last_login_on is not None and "年" in system.note:
            years = {system.note[at - 4 : at] for at, one in enumerate(system.note) if one == "年"} & {
                str(n) for n in range(2010, 2030)
            }
            assert years <= {str(system.last_login_on.year)}, system.note
            dated += bool(years)
    assert dated >= 3


def _says_so(system: CitySystem) -> bool:
    return system.note is not None and system.note not in VAGUE


def test_what_the_reasons_say_of_visitors_is_in_the_ninth_citys_log(
    frontier: City, visits: dict[str, list[str]]
) -> None:
    by_id = {system.id: system for system in frontier.systems}
    assert {by_id[key].behaviour for key in visits} >= {kind for kind, story in STORIES.items() if story.logged}
    assert not any(by_id[key].behaviour in NEVER for key in visits)
    assert all(one.id in visits for one in frontier.systems if one.name.endswith(NEW_VERSION))
    for key, every in visits.items():
        system = by_id[key]
        lines = [one for one in every if not one.split(" ")[1].startswith((*OPERATOR, *ROBOTS))]
        _check(system, every, lines, frontier)


def _check(system: CitySystem, every: list[str], lines: list[str], city: City) -> None:
    clients, paths = {one.split(" ")[1] for one in lines}, {one.split('"')[1].split(" ")[1] for one in lines}
    days = {_day(one) for one in lines}
    kind = system.behaviour
    if kind in SEEN:
        assert lines, system.id
        assert all(SEEN[kind](day) for day in days), system.id
    if kind in EVERYDAY and kind != "batch":
        assert len(days) > 40, system.id
    if kind == "crashloop":
        assert {one.split('"')[2].split(" ")[1] for one in every} == {"500"}
        assert not lines
    elif kind == "clientghost":
        assert paths == {"/client/version.xml"}
    elif kind == "expiredkey":
        assert paths == {"/login", "/license/expired.html"}
    elif kind == "robotexport":
        assert len(lines) == 3 * city.days
        assert all("rows=0" in path for path in paths if path.startswith("/report"))
        assert len(clients) == 1
    elif kind == "idlemodel":
        assert paths == {"/v1/models"}
        living = {v.address for one in city.systems if one.behaviour in EVERYDAY for v in one.servers}
        assert clients <= living
    elif kind == "zeroreport":
        assert all(path.endswith("&num=0") for path in paths)
        assert len(days) == city.days
    elif kind == "clickfarm":
        order = [one.split('"')[1].split(" ")[1] for one in lines]
        assert order == list(NINE) * (len(order) // 9)
        assert all("HeadlessChrome" in one for one in lines)
    elif kind == "replayed":
        of_day = Counter(one.replace(one.split("[")[1][:11], "") for one in lines)
        assert set(of_day.values()) <= {n * city.days for n in range(1, 9)}
    elif kind == "loneviewer":
        assert len(clients) == 1
        assert 5 <= len(days) <= 45
    elif system.zombie:
        assert not lines, system.id
    elif kind == "clearing":
        assert len([path for path in paths if path.startswith("/settle/file")]) == city.days
    elif kind == "robotwork":
        assert any("/claim/review" in path for path in paths)
        assert len(set(Counter(_day(one) for one in lines).values())) > 10


def _day(line: str) -> date:
    months = ("Jan", "Feb", "Mar")
    number, month, year = line.split("[")[1][:11].split("/")
    return date(int(year), 1 + months.index(month), int(number))


def test_the_ninth_citys_dead_are_silent_and_its_living_heard_at_their_hours(frontier: City, usage: Usage) -> None:
    at, rows = calendar(frontier.start, frontier.days), _rows(frontier)
    odd = on_days(frontier, lambda day: is_drill_day(day) or is_patch_day(day) or is_scan_day(day))
    for kind in sorted(SILENT & rows.keys()):
        for i in rows[kind]:
            assert np.nanmean(usage.network[i, at.office & ~odd]) < 0.1, kind
            assert np.nanmean(usage.cpu[i, at.office & ~odd]) < 5, kind
    hours = {
        "portduty": on_days(frontier, is_port_day) & np.isin(at.clock, (9, 10)),
        "fieldsync": (at.weekday == 6) & np.isin(at.clock, (19, 20)),
        "quarterly": on_days(frontier, is_quarter_report_day) & at.office,
        "rescue": on_days(frontier, lambda day: day in RESCUES) & np.isin(at.clock, (14, 20)),
        "clearing": at.clock == 2,
        "greenside": on_days(frontier, lambda day: day >= TURNED_ON) & at.office,
        "cabin": np.isin(at.clock, (7, 19)),
        "broadcast": np.isin(at.clock, (12, 18)),
        "snowday": on_days(frontier, lambda day: day in SNOW) & np.isin(at.clock, (9, 10)),
        "icefair": on_days(frontier, lambda day: day <= FAIR_ENDS) & np.isin(at.clock, (10, 15)),
        "docking": at.clock == 20,
    }
    quiet = np.isin(at.clock, (0, 5)) & (at.weekday < 5)
    for kind, when in hours.items():
        for i in rows[kind]:
            assert np.nanmean(usage.network[i, when]) > 1.8 * np.nanmedian(usage.network[i, quiet]), kind
    for i in rows["roomdark"]:
        assert not np.isfinite(usage.cpu[i]).any()
    for i in rows["quarantined"]:
        assert np.nanmax(usage.network[i]) == 0
    for kind in ("spammail", "emptychain", "deadpoll", "strangeflow"):  # moves by day and night alike
        for i in rows[kind]:
            day, night = (np.nanmedian(usage.network[i, when]) for when in (at.office, quiet))
            assert 0.7 < day / night < 1.4, kind


def test_the_ninth_citys_gaming_gives_itself_away(frontier: City, usage: Usage) -> None:
    at, rows = calendar(frontier.start, frontier.days), _rows(frontier)
    for i in rows["ballast"]:
        held = usage.memory[i, at.day >= 4]
        assert len(set(held[np.isfinite(held)].tolist())) == 1
        assert held[np.isfinite(held)][0] - np.nanmax(usage.memory[i, at.day < 3]) > 10
    for i in rows["diskfill"]:
        assert np.nanmax(usage.disk[i]) - np.nanmin(usage.disk[i]) > 25
        assert np.nanmean(usage.network[i, at.clock == 2]) < 0.1
        assert np.nanmedian(usage.cpu[i, at.clock == 2]) > 1.5 * np.nanmedian(usage.cpu[i, at.clock == 14])
    for kind in ("clickfarm", "replayed"):  # Sundays as well
        for i in rows[kind]:
            sunday = (at.weekday == 6) & np.isin(at.clock, (9, 10, 15))
            assert np.nanmedian(usage.network[i, sunday]) > 1.5 * np.nanmedian(usage.network[i, at.clock == 0])
    for i in rows["crashloop"]:
        assert np.nanmin(usage.disk[i]) > 99
        assert np.nanmean(usage.cpu[i]) > 20
    for i in rows["docking"]:
        assert np.nanmax(usage.disk[i]) - np.nanmin(usage.disk[i]) > 15
        assert np.nanmean(usage.network[i, np.isin(at.clock, (8, 20))]) > 5


def test_the_ninth_citys_monitoring_loses_what_nobody_can_tell_and_little_else(frontier: City, usage: Usage) -> None:
    covered = {server.id: float(np.isfinite(usage.cpu[i]).mean()) for i, server in enumerate(frontier.servers)}
    whole = {one.id: max(covered[v.id] for v in one.servers) for one in frontier.systems if one.servers}
    for system in (one for one in frontier.systems if one.servers and not one.classified):
        if system.behaviour in UNMEASURED:
            assert whole[system.id] == 0, system.id
        elif system.behaviour == "latemonitor":
            assert whole[system.id] < 0.3, system.id
        elif system.behaviour not in {"roomdark", "declared", "freshstart"}:
            assert whole[system.id] > 0.8, system.id


def _rows(city: City) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for i, server in enumerate(city.servers):
        if server.system is not None:
            rows.setdefault(server.behaviour, []).append(i)
    return rows
