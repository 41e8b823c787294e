"""The eighth city: the same each time, its truth adds up and has its reasons, and what the reasons speak of is in the data."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from tests.city.__main__ import generate
from tests.city.county import TRACED, dates_copied, portal_of
from tests.city.county_calendar import is_market_day, is_patch_day, on_days
from tests.city.county_kinds import DEAD, EVERYDAY, GAMING, GAMING_DEAD, UNDECIDED, CountyKind
from tests.city.county_links import partner_of
from tests.city.county_web import COUNTY_OPERATOR, NEVER
from tests.city.county_words import STORIES, VAGUE
from tests.city.habits import HABITS
from tests.city.make import make_city
from tests.city.model import END, RESTS, UNMEASURED, City, CitySystem
from tests.city.neighbours_calendar import works
from tests.city.neighbours_usage import calendar
from tests.city.usage import Usage, make_usage

pytestmark = pytest.mark.slow  # a city is made

OPERATOR = ("10.9.0.", "10.9.4.", "198.51.100.")  # and search engines
SILENT = frozenset(
    {"handover", "campaign", "absorbed", "maintenance", "reserved", "forgotten", "provincial", "staging", "peaker"}
)
SEEN = frozenset({"latecomer", "archived", "statute", "flood", "uplink", "miniapi", "rollcall", "marketday", "shifts", "fair", "preparing", "overbuilt", "padded"})  # fmt: skip
HEARD = frozenset({"iotgw", "miniapi"})  # around the clock, or nearly


@pytest.fixture(scope="module")
def county() -> City:
    return make_city(200, 500, 90, 12, HABITS["eighth"])


@pytest.fixture(scope="module")
def usage(county: City) -> Usage:
    return make_usage(county)


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory, county: City) -> dict[str, list[str]]:
    """Lines of the access log by system, without the operator's and the crawlers'."""
    folder = tmp_path_factory.mktemp("county")
    generate(folder, systems=200, servers=500, days=90, seed=12, habits="eighth")
    hosts = {str(one.url).split("/")[2]: one.id for one in county.systems if one.url and one.behaviour != "absorbed"}
    found: dict[str, list[str]] = {}
    for path in sorted((folder / "logs").glob("*.gz")):
        for line in gzip.decompress(path.read_bytes()).decode("ascii").splitlines():
            found.setdefault(hosts[line.split(" ")[0]], []).append(line)
    return {key: [one for one in lines if not one.split(" ")[1].startswith(OPERATOR)] for key, lines in found.items()}


def test_the_eighth_city_is_the_same_each_time_and_its_truth_adds_up(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(tmp_path / name, systems=80, servers=160, days=45, seed=7, habits="eighth")
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)
    assert json.loads((tmp_path / "one" / "operator.json").read_text(encoding="utf-8")) == COUNTY_OPERATOR
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


def test_every_kind_of_the_eighth_city_has_its_story_and_no_story_is_without_its_kind() -> None:
    assert set(get_args(CountyKind)) == set(STORIES)
    assert set(STORIES) >= DEAD | UNDECIDED | GAMING
    heads = {True: "zombie", False: "in use"}
    for kind, story in STORIES.items():
        head = "undecidable" if kind in UNDECIDED else heads[kind in DEAD]
        assert story.why.startswith(head), kind
        assert story.notes or story.says == "never", kind
        assert (kind in SEEN) <= story.logged, kind


@pytest.mark.parametrize("seed", [3, 601, 602, 603])
def test_the_eighth_city_has_every_kind_in_fair_shares(seed: int) -> None:
    city = make_city(200, 500, 90, seed, HABITS["eighth"])
    open_ones = [system for system in city.systems if not system.classified]
    assert {one.behaviour for one in open_ones} >= {*STORIES, "declared", *UNMEASURED}
    verdicts = Counter(system.expected_verdict for system in open_ones)
    assert 30 <= verdicts["zombie"] <= 38
    assert 5 <= verdicts["unknown"] <= 10
    assert 3 <= sum(system.behaviour in GAMING for system in open_ones) <= 6
    hard = sum(one.behaviour in STORIES or dates_copied(one) for one in open_ones if one.expected_verdict == "in_use")
    assert 0.2 < hard / verdicts["in_use"] < 0.35
    assert len({system.name for system in city.systems}) == len(city.systems)
    assert all(server.system == system.id for system in open_ones for server in system.servers)


def test_the_eighth_city_can_be_judged_by_whoever_has_all_the_evidence(county: City) -> None:
    """Each zombie shows that it is not used; each system in use shows use, or says why it is idle."""
    for system in (one for one in county.systems if one.expected_verdict == "zombie" and not one.classified):
        known = system.last_login_on if "last_login" not in system.withheld else None
        idle = known is not None and (END - known).days > 180
        given_away = {"poweredoff", "offclaimed", "declared", "crowdlogin"}
        assert idle or _says_so(system) or system.behaviour in given_away, system.id
        callers = [
            one for one in county.systems if system.id in one.depends_on and one is not partner_of(county, system)
        ]
        assert not callers or _says_so(system), system.id
        if system.behaviour in {"crowdlogin", "inspection"}:
            assert system.contract_end_on is not None
            assert system.last_update_on is not None
            assert min((END - system.contract_end_on).days, (END - system.last_update_on).days) > 365
        if system.behaviour in {"poweredoff", "offclaimed"}:
            assert system.servers
            assert all(v.powered_off_on and "room" not in v.place for v in system.servers)
            assert all((END - v.powered_off_on).days > 120 for v in system.servers if v.powered_off_on)
    for system in (one for one in county.systems if one.expected_verdict == "in_use" and not one.classified):
        known = system.last_login_on if "last_login" not in system.withheld else None
        recent = known is not None and (END - known).days <= 100
        shown = recent or _says_so(system) or system.behaviour in SEEN or system.behaviour in EVERYDAY
        assert shown, system.id
        if system.behaviour in TRACED:
            assert recent, system.id
        if system.behaviour in {"yearly", "training", "election", "drnode", "iotgw", "uplink"}:  # somebody pays for it
            assert system.contract_end_on is not None
            assert system.contract_end_on > END
    assert all(
        sum(one.id in s.depends_on for s in county.systems) >= 2 for one in county.systems if one.behaviour == "iotgw"
    )


def _says_so(system: CitySystem) -> bool:
    return system.note is not None and system.note not in VAGUE


def test_what_the_reasons_say_of_visitors_is_in_the_eighth_citys_log(
    county: City, visits: dict[str, list[str]]
) -> None:
    by_id = {system.id: system for system in county.systems}
    wanted = {kind for kind, story in STORIES.items() if story.logged}
    assert {by_id[key].behaviour for key in visits} >= wanted
    assert not any(by_id[key].behaviour in NEVER for key in visits)
    assert portal_of(county).id in visits
    for key, lines in visits.items():
        system = by_id[key]
        clients, paths = {one.split(" ")[1] for one in lines}, {one.split('"')[1].split(" ")[1] for one in lines}
        status = {one.split('"')[2].split(" ")[1] for one in lines}
        if system.behaviour in SEEN or dates_copied(system):
            assert lines, key
        if system.behaviour == "maintenance":
            assert lines
            assert status <= {"502", "503"}
        elif system.behaviour == "startpage":
            assert paths == {"/", "/login"}
            assert not any("POST" in one for one in lines)
        elif system.behaviour == "frontgone":
            assert paths == {"/", "/mp-qr.html"}
        elif system.behaviour in {"heartbeat", "provincial", "retired", "showroom", "staging", "dripfed"}:
            assert len(clients) == 1 == len(paths - {"/actuator/health"}) or system.behaviour == "showroom"
            assert not clients & {server.address for one in by_id.values() if one.zombie for server in one.servers}
        elif system.behaviour == "pairsync":
            partner = partner_of(county, system)
            assert partner is not None
            assert clients <= {server.address for server in partner.servers}
        elif system.behaviour == "crowdlogin":
            assert paths == {"/login", "/logout"}
            assert len(clients) == 1
            assert len(lines) == 60 * county.days
        elif system.behaviour == "inspection":
            assert {one.split("[")[1][:11] for one in lines} == {"11/Mar/2026", "12/Mar/2026"}
        elif system.zombie:
            assert not lines, key
        elif system.behaviour == "archived":
            assert 8 <= len({one.split("[")[1][:11] for one in lines}) <= 30
        elif system.behaviour == "marketday":
            assert all(int(one.split("[")[1][:2]) % 5 == 3 for one in lines)


def test_the_eighth_citys_dead_are_silent_and_its_living_heard_at_their_hours(county: City, usage: Usage) -> None:
    at = calendar(county.start, county.days)
    agents = (at.weekday == 3) & (at.clock == 12)
    rows = _rows(county)
    for kind in sorted(SILENT & rows.keys()):
        for i in rows[kind]:
            assert np.nanmean(usage.network[i, at.office & ~agents]) < 0.12, kind
    hours = {
        "batchpay": on_days(county, lambda day: day.day in {9, 10}) & np.isin(at.clock, (18, 19, 20)),
        "drnode": (at.weekday == 6) & (at.clock == 3),
        "marketday": on_days(county, is_market_day) & np.isin(at.clock, (8, 9, 10)),
        "shifts": on_days(county, lambda day: day not in RESTS) & (at.clock == 15),
        "rollcall": (at.clock == 20) & ~on_days(county, is_patch_day),
        "flood": at.clock == 8,
        "miniapi": np.isin(at.clock, (12, 13, 18, 19)),
        "iotgw": np.isin(at.clock, (13, 14)),
    }
    quiet = at.office & (at.clock == 11) & ~on_days(county, is_market_day)
    for kind, when in hours.items():
        for i in rows[kind]:
            assert np.nanmean(usage.network[i, when]) > (
                0.1 if kind in HEARD else 3 * np.nanmedian(usage.network[i, quiet])
            ), kind
    for i in rows["poweredoff"] + rows["offclaimed"]:
        assert not np.isfinite(usage.cpu[i]).any()


def test_the_eighth_citys_gaming_gives_itself_away(county: City, usage: Usage) -> None:
    at, rows = calendar(county.start, county.days), _rows(county)
    for i in rows["looped"]:
        for grid in (usage.cpu, usage.network, usage.memory):
            same = grid[i, 168:] == grid[i, :-168]
            assert (same | ~np.isfinite(grid[i, 168:]) | ~np.isfinite(grid[i, :-168])).all()
    workday = on_days(county, works)
    for i in rows["peaker"]:
        assert np.nanmean(usage.cpu[i, workday & (at.clock == 10)]) > 35
        assert np.nanmean(usage.cpu[i, workday & (at.clock == 15)]) < 8
    for i in rows["puller"]:
        assert np.nanmean(usage.network[i, at.office]) > 20
        assert np.nanmean(usage.cpu[i, at.office]) < 6
    for i in rows["padded"]:
        assert np.nanmean(usage.cpu[i, at.clock == 3]) > 20
        assert np.nanmean(usage.network[i, at.office]) > 0.15
    for i in rows["mined"]:
        assert np.nanmean(usage.cpu[i, at.day > county.days // 2]) > 50
    assert rows.keys() >= GAMING_DEAD


def test_the_eighth_citys_monitoring_loses_what_nobody_can_tell_and_little_else(county: City, usage: Usage) -> None:
    covered = {server.id: float(np.isfinite(usage.cpu[i]).mean()) for i, server in enumerate(county.servers)}
    whole = {one.id: max(covered[v.id] for v in one.servers) for one in county.systems if one.servers}
    unseen = UNMEASURED | {"blankthin", "poweredoff", "offclaimed", "declared"}
    for system in (one for one in county.systems if one.servers and not one.classified):
        if system.behaviour in UNMEASURED:
            assert whole[system.id] == 0, system.id
        elif system.behaviour == "blankthin":
            assert whole[system.id] < 0.8, system.id
        elif system.behaviour not in unseen:
            assert whole[system.id] > 0.8, system.id


def _rows(county: City) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for i, server in enumerate(county.servers):
        if server.system is not None:
            rows.setdefault(server.behaviour, []).append(i)
    return rows
