"""The tenth city: the same each time, its truth adds up and has its reasons, and what the reasons speak of is in the data."""

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
from tests.city.foundry.assign import TEST, production_of, shows_address
from tests.city.foundry.days import (
    BUSY_SINCE,
    CLOSED_ON,
    EXERCISED_ON,
    LAST_DAYS,
    is_due_day,
    is_entry_day,
    is_patch_day,
    is_street_friday,
    is_term_day,
    is_vendor_day,
    on_days,
)
from tests.city.foundry.kinds import DEAD, EVERYDAY, GAMING, UNDECIDED, FoundryKind
from tests.city.foundry.links import says_so
from tests.city.foundry.web import ANSWER, FOUNDRY_OPERATOR, NEVER, sign_on_of
from tests.city.foundry.words import STORIES
from tests.city.habits import HABITS
from tests.city.make import make_city
from tests.city.model import END, UNMEASURED, City, CitySystem
from tests.city.neighbours_calendar import works
from tests.city.neighbours_usage import calendar
from tests.city.usage import Usage, make_usage

pytestmark = pytest.mark.slow  # a city is made

OPERATOR, CRAWLERS = "10.249.16.", "198.51.100."
# What shows agents only, at all hours; the log's few hundred refusals do not count.
SILENT = frozenset(
    {"pandemic", "redrawn", "neverlive", "testleft", "dataonly", "duplicate", "taskforce", "drive", "dbdown", "handedover", "paperclosed"}
    | {"claimed", "betweenunits", "objection", "patchedlull"}
)  # fmt: skip
# Of the living, those whose visitors are in the access log, and on which days.
SEEN: dict[str, Callable[[date], bool]] = {
    "filelookup": works,
    "soleclerk": lambda _: True,
    "onegate": lambda _: True,
    "enrolweek": is_entry_day,
    "staledrow": lambda _: True,
    "fridayfile": is_street_friday,
    "pilotstreet": lambda _: True,
    "renovation": lambda day: day <= CLOSED_ON,
    "stillold": lambda _: True,
    "termtime": is_term_day,
    "spillplan": lambda day: day == EXERCISED_ON,
    "transcode": works,
    "mirrorpair": lambda _: True,
    "nightcount": lambda _: True,
    "quarterend": is_due_day,
}
BY_PROGRAM = frozenset({"vendoronly", "ssotouch", "flashmob", "nightcases"})  # whose last login is nobody's work


@pytest.fixture(scope="module")
def foundry() -> City:
    return make_city(200, 500, 90, 12, HABITS["tenth"])


@pytest.fixture(scope="module")
def usage(foundry: City) -> Usage:
    return make_usage(foundry)


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory, foundry: City) -> dict[str, list[str]]:
    """Lines of the access log by system."""
    folder = tmp_path_factory.mktemp("foundry")
    generate(folder, systems=200, servers=500, days=90, seed=12, habits="tenth")
    hosts = {str(one.url).split("/")[2]: one.id for one in foundry.systems if one.url}
    found: dict[str, list[str]] = {}
    for path in sorted((folder / "logs").glob("*.gz")):
        for line in gzip.decompress(path.read_bytes()).decode("ascii").splitlines():
            found.setdefault(hosts[line.split(" ")[0]], []).append(line)
    return found


def test_the_tenth_city_is_the_same_each_time_and_its_truth_adds_up(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(tmp_path / name, systems=80, servers=160, days=45, seed=7, habits="tenth")
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)
    assert json.loads((tmp_path / "one" / "operator.json").read_text(encoding="utf-8")) == FOUNDRY_OPERATOR
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


def test_every_kind_of_the_tenth_city_has_its_story_and_no_story_is_without_its_kind() -> None:
    assert set(get_args(FoundryKind)) == set(STORIES)
    assert len(STORIES) >= 30
    assert set(STORIES) >= DEAD | UNDECIDED | GAMING | set(SEEN)
    for kind, story in STORIES.items():
        head = "undecidable" if kind in UNDECIDED else "zombie" if kind in DEAD else "in use"
        assert story.why.startswith(head), kind
        assert story.notes or story.says == "never" or all(note for _, _, note in story.names), kind
        assert (kind in SEEN) <= story.logged, kind
        assert not story.logged or kind not in NEVER, kind


@pytest.mark.parametrize("seed", [3, 801, 802, 803])
def test_the_tenth_city_has_every_kind_in_fair_shares(seed: int) -> None:
    city = make_city(200, 500, 90, seed, HABITS["tenth"])
    open_ones = [system for system in city.systems if not system.classified]
    assert {one.behaviour for one in open_ones} >= {*STORIES, "declared", *UNMEASURED}
    verdicts = Counter(system.expected_verdict for system in open_ones)
    assert 32 <= verdicts["zombie"] <= 38
    assert 6 <= verdicts["unknown"] <= 12
    assert 3 <= sum(system.behaviour in GAMING for system in open_ones) <= 5
    hard = sum(one.behaviour in STORIES for one in open_ones if one.expected_verdict == "in_use")
    assert 0.18 < hard / verdicts["in_use"] < 0.35
    silent = [one for one in open_ones if one.note is None]
    assert len(silent) > 0.5 * len(open_ones)
    assert len({system.name for system in city.systems}) == len(city.systems)
    assert all(server.system == system.id for system in open_ones for server in system.servers)
    for system in (one for one in open_ones if one.behaviour in STORIES):
        story = STORIES[system.behaviour]
        assert shows_address(city, system) or not story.logged, system.id
        assert len(system.servers) >= story.machines, system.id


def test_the_tenth_city_can_be_judged_by_whoever_has_all_the_evidence(foundry: City) -> None:
    """Each zombie shows that it is not used; each system in use shows use, or says why it is idle."""
    names = {system.name for system in foundry.systems if system.department == "dsj" and system.core}
    for system in (one for one in foundry.systems if one.expected_verdict == "zombie" and not one.classified):
        known = system.last_login_on if "last_login" not in system.withheld else None
        idle = known is not None and (END - known).days > 180
        assert idle or says_so(system) or system.behaviour == "declared" or system.behaviour in BY_PROGRAM, system.id
        assert says_so(system) or not any(system.id in one.depends_on for one in foundry.systems), system.id
        _check_dead(foundry, system)
        if system.behaviour == "duplicate" and says_so(system):  # what does the same stands in another ledger
            assert any(name in str(system.note) for name in names), system.note
    for system in (one for one in foundry.systems if one.expected_verdict == "in_use" and not one.classified):
        known = system.last_login_on if "last_login" not in system.withheld else None
        recent = known is not None and (END - known).days <= 100
        assert recent or says_so(system) or system.behaviour in SEEN or system.behaviour in EVERYDAY, system.id
        story = STORIES.get(system.behaviour)
        if story is not None:
            assert not story.shown & system.withheld
            if "ops_contract_end" in story.shown:
                assert system.contract_end_on is not None
                assert system.contract_end_on > END
    for vault in (one for one in foundry.systems if one.behaviour == "vault"):
        assert sum(vault.id in one.depends_on for one in foundry.systems) >= 2


def _check_dead(city: City, system: CitySystem) -> None:
    kind, login, update = system.behaviour, system.last_login_on, system.last_update_on
    if login is not None:
        assert all(server.created_on <= login for server in system.servers), system.id
        assert update is None or update <= login, system.id
    if kind in {"ssotouch", "flashmob", "nightcases"}:
        assert not STORIES[kind].shown & system.withheld
        assert system.contract_words is None
        assert system.contract_end_on is not None
        assert update is not None
        assert min((END - system.contract_end_on).days, (END - update).days) > 365
    if kind == "unplugged":
        assert system.servers
        assert all(v.powered_off_on and (END - v.powered_off_on).days > 120 for v in system.servers)
    if kind == "dbdown":
        off = [v for v in system.servers if v.powered_off_on]
        assert off
        assert all(v.role == "db" and v.powered_off_on and (END - v.powered_off_on).days > 120 for v in off)
        assert len(off) < len(system.servers)
    if kind == "testleft":
        tested = production_of(city, system)
        assert system.name.endswith(TEST)
        assert tested is not None
        assert tested.behaviour in EVERYDAY
    if kind == "neverlive":
        assert login is None
        assert update is None
        assert (END - system.online_on).days > 548
    if kind == "vendoronly":  # its business went on until 2023
        assert system.online_on.year < 2023


def test_the_remarks_of_the_tenth_city_agree_with_its_dates(foundry: City) -> None:
    dated = 0
    for system in foundry.systems:
        assert system.note is None or "{" not in system.note
        if system.zombie and system.note is not None and system.last_login_on is not None:
            years = {system.note[at - 4 : at] for at, one in enumerate(system.note) if one == "年"}
            years &= {str(n) for n in range(2010, 2030)}
            if system.behaviour != "vendoronly":  # its last login is the firm's
                assert years <= {str(system.last_login_on.year)}, system.note
            dated += bool(years)
    assert dated >= 3


def test_what_the_reasons_say_of_visitors_is_in_the_tenth_citys_log(
    foundry: City, visits: dict[str, list[str]]
) -> None:
    by_id = {system.id: system for system in foundry.systems}
    assert {by_id[key].behaviour for key in visits} >= {kind for kind, story in STORIES.items() if story.logged}
    assert not any(by_id[key].behaviour in NEVER for key in visits)
    for key, every in visits.items():
        system = by_id[key]
        lines = [one for one in every if not one.split(" ")[1].startswith((OPERATOR, CRAWLERS))]
        if system.behaviour in ANSWER:
            assert {_status(one) for one in every} == {str(ANSWER[system.behaviour])}
        elif system.behaviour == "shadowed":
            _check_copied(lines, key, visits)
        else:
            _check(system, lines, foundry)


def _check(system: CitySystem, lines: list[str], city: City) -> None:
    clients, paths = {one.split(" ")[1] for one in lines}, {one.split('"')[1].split(" ")[1] for one in lines}
    days = {_day(one) for one in lines}
    kind = system.behaviour
    if kind in SEEN:
        assert lines, system.id
        assert all(SEEN[kind](day) for day in days if kind != "filelookup" or day != system.last_login_on), system.id
        assert any(" POST " in one or '"POST ' in one for one in lines) or kind == "filelookup", system.id
    if kind in EVERYDAY and kind != "batch":
        assert len(days) > 40, system.id
    if kind in {"staledrow", "stillold", "soleclerk", "pilotstreet"}:
        assert len(days) > 50, system.id
    if kind == "provincepull":
        assert {_status(one) for one in lines} == {"304"}
        assert len(clients) == 1
    elif kind == "oldapp":
        assert {_status(one) for one in lines} == {"410"}
    elif kind == "hallscreen":
        assert paths == {"/screen/data"}
        assert len(lines) == 96 * city.days
    elif kind == "vendoronly":
        assert all(is_vendor_day(day) for day in days)
        assert paths == {"/login", "/admin/status", "/logout"}
        assert max(days) == system.last_login_on
    elif kind == "ssotouch":
        assert clients == {sign_on_of(city)}
        assert len(days) == city.days
        assert all(path.startswith("/scim/") for path in paths)
    elif kind == "flashmob":
        assert min(days) >= LAST_DAYS
        assert paths == {"/login", "/home", "/logout"}
        assert len(clients) > 20
    elif kind == "nightcases":
        assert all(path.endswith("&applicant=ceshi") for path in paths)
        assert len(clients) == 1
        assert len(lines) == 30 * city.days
    elif system.zombie:
        assert not lines, system.id
    elif kind == "onegate":
        assert len(clients) == 1
        assert len(paths) > 1000
    elif kind == "soleclerk":
        assert len(clients) == 1
    elif kind == "quarterend":
        assert any(path.startswith("/return/check") for path in paths)
    elif kind == "nightcount":
        assert any(path == "/reading/check" for path in paths)


def _check_copied(lines: list[str], key: str, visits: dict[str, list[str]]) -> None:
    """Each of its requests is another system's, and there are as many as that one was only read."""
    mine = Counter(one.split(" ", 1)[1] for one in lines)
    assert sum(mine.values()) > 300
    assert all('"GET ' in one for one in lines)
    others = (Counter(one.split(" ", 1)[1] for one in every) for other, every in visits.items() if other != key)
    assert any(not mine - theirs for theirs in others)


def _status(line: str) -> str:
    return line.split('"')[2].split(" ")[1]


def _day(line: str) -> date:
    months = ("Jan", "Feb", "Mar")
    number, month, year = line.split("[")[1][:11].split("/")
    return date(int(year), 1 + months.index(month), int(number))


def test_the_tenth_citys_dead_are_silent_and_its_living_heard_at_their_hours(foundry: City, usage: Usage) -> None:
    at, rows = calendar(foundry.start, foundry.days), _rows(foundry)
    odd = on_days(foundry, is_patch_day)
    for kind in sorted(SILENT & rows.keys()):
        for i in rows[kind]:
            if np.isfinite(usage.network[i]).any():
                assert np.nanmean(usage.network[i, at.office & ~odd]) < 0.1, kind
    hours = {
        "fridayfile": on_days(foundry, is_street_friday) & np.isin(at.clock, (14, 15)),
        "enrolweek": on_days(foundry, is_entry_day) & np.isin(at.clock, (10, 20)),
        "renovation": on_days(foundry, lambda day: day <= CLOSED_ON) & at.office,
        "termtime": on_days(foundry, is_term_day) & at.office,
        "spillplan": on_days(foundry, lambda day: day == EXERCISED_ON) & (at.clock == 10),
        "vault": np.isin(at.clock, (1, 3)),
        "patchdepot": at.clock == 12,
        "quarterend": on_days(foundry, is_due_day) & at.office,
        "staledrow": at.office,
        "stillold": at.office,
        "soleclerk": at.office,
        "bastion": at.office,
        "nighttraffic": at.clock == 3,
    }
    quiet = np.isin(at.clock, (6, 21)) & (at.weekday < 5)
    for kind, when in hours.items():
        for i in rows[kind]:
            if np.isfinite(usage.network[i, when]).any():
                assert np.nanmean(usage.network[i, when]) > 1.8 * np.nanmedian(usage.network[i, quiet]), kind
    for i in rows["unplugged"]:
        assert not np.isfinite(usage.cpu[i]).any()
    for kind in ("hotlinegone", "certlapsed", "hallscreen", "liftalarm"):  # moves by day and night alike
        for i in rows[kind]:
            day, night = (np.nanmedian(usage.network[i, when]) for when in (at.office, quiet))
            assert 0.7 < day / night < 1.4, kind


def test_the_tenth_citys_gaming_gives_itself_away(foundry: City, usage: Usage) -> None:
    at, rows = calendar(foundry.start, foundry.days), _rows(foundry)
    begun = (BUSY_SINCE - foundry.start).days * 24 + 9
    after, calm = np.arange(len(at.clock)) >= begun, (at.clock < 23) & (at.clock > 5) & (at.weekday != 2)
    pair = rows["pairtraffic"]
    for i in pair:
        assert np.nanmax(usage.network[i, ~after & calm]) < 1
        assert np.nanmin(usage.network[i, after & calm]) > 20
        both = np.isfinite(usage.network[i]) & np.isfinite(usage.network[pair[0]])
        assert np.corrcoef(usage.network[i, both], usage.network[pair[0], both])[0, 1] > 0.95
    for i in rows["flashmob"]:
        due = on_days(foundry, is_due_day) & np.isin(at.clock, (9, 10, 14, 15))
        assert np.nanmean(usage.network[i, at.office & ~on_days(foundry, is_due_day)]) < 0.1
        assert np.nanmean(usage.network[i, due]) > 0.3
    for i in rows["transcode"]:
        assert np.nanmean(usage.network[i, at.office]) > 2


def test_the_tenth_citys_monitoring_loses_what_nobody_can_tell_and_little_else(foundry: City, usage: Usage) -> None:
    covered = {server.id: float(np.isfinite(usage.cpu[i]).mean()) for i, server in enumerate(foundry.servers)}
    for system in (one for one in foundry.systems if one.servers and not one.classified):
        best, worst = (pick(covered[v.id] for v in system.servers) for pick in (max, min))
        if system.behaviour in UNMEASURED:
            assert best == 0, system.id
        elif system.behaviour == "partview":
            assert best > 0.8, system.id
            assert worst == 0, system.id
        elif system.behaviour not in {"unplugged", "declared"}:
            assert best > 0.8, system.id


def _rows(city: City) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for i, server in enumerate(city.servers):
        if server.system is not None:
            rows.setdefault(server.behaviour, []).append(i)
    return rows
