"""The seventh city: the same each time, its truth adds up and has its reasons, and what the reasons speak of is in the data."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.city.__main__ import generate
from tests.city.habits import HABITS
from tests.city.harbour import is_thin
from tests.city.harbour_assign import QUOTAS
from tests.city.harbour_calendar import ATTACKED, season_of
from tests.city.harbour_kinds import DEAD, GAMING, LOGGED, UNDECIDED
from tests.city.harbour_story import EVERYDAY
from tests.city.harbour_usage import on_days
from tests.city.harbour_web import HARBOUR_OPERATOR
from tests.city.harbour_words import VAGUE
from tests.city.make import make_city
from tests.city.model import END, RESTS, UNMEASURED, City, CitySystem
from tests.city.neighbours_usage import calendar
from tests.city.usage import Usage, make_usage

pytestmark = pytest.mark.slow  # a city is made

OPERATOR = ("10.3.0.", "10.3.8.", "10.66.6.", "10.66.7.", "198.51.100.", "203.0.113.")  # and crawlers, and a monitor
SILENT = frozenset({"sunset", "orphaned", "shelf", "pilot", "coach", "widow", "skipped", "fatbackup", "pushed"})


@pytest.fixture(scope="module")
def harbour() -> City:
    return make_city(400, 900, 90, 12, HABITS["seventh"])


@pytest.fixture(scope="module")
def usage(harbour: City) -> Usage:
    return make_usage(harbour)


def test_the_seventh_city_is_the_same_each_time_and_its_truth_adds_up(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(tmp_path / name, systems=60, servers=120, days=45, seed=7, habits="seventh")
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)
    assert json.loads((tmp_path / "one" / "operator.json").read_text(encoding="utf-8")) == HARBOUR_OPERATOR
    truth = json.loads((tmp_path / "one" / "truth.json").read_text(encoding="utf-8"))
    assert len(truth["systems"]) + truth["classified_count"] == 60
    heads = {"zombie": "zombie", "unknown": "undecidable", "in_use": "in use"}
    for system in truth["systems"]:
        assert system["why"].startswith(heads[system["expected_verdict"]]), system["id"]
        assert system["zombie"] or system["expected_verdict"] != "zombie"
    assert all(("gaming" in one["why"]) == (one["behaviour"] in GAMING) for one in truth["systems"])
    stood = {server for one in truth["systems"] for server in one["servers"]}
    assert stood == {server["id"] for server in truth["servers"] if server["system"] is not None}


def test_nobody_but_machines_and_scripts_comes_to_the_seventh_citys_dead(tmp_path: Path) -> None:
    generate(tmp_path, systems=60, servers=120, days=45, seed=7, habits="seventh")
    city = make_city(60, 120, 45, 7, HABITS["seventh"])
    by_host = {str(system.url).split("/")[2]: system for system in city.systems if system.url}
    visits: dict[str, list[str]] = {}
    for path in sorted((tmp_path / "logs").glob("*.gz")):
        for line in gzip.decompress(path.read_bytes()).decode("ascii").splitlines():
            visits.setdefault(by_host[line.split(" ")[0]].id, []).append(line)
    logged = {system.id: system for system in city.systems if system.id in visits}
    assert {one.behaviour for one in logged.values()} >= {one.behaviour for one in city.systems} & LOGGED
    for system in logged.values():
        others = [line for line in visits[system.id] if not line.split(" ")[1].startswith(OPERATOR)]
        if system.behaviour == "forwarding":
            assert all('" 301 ' in line for line in others)
        elif system.behaviour == "pushed":
            assert all("DataX" in line for line in others)
        elif system.behaviour == "loginbot":
            assert len(others) == 3 * city.days
            assert len({line.split(" ")[1] for line in others}) == 1
        elif system.behaviour == "selfping":
            assert {line.split(" ")[1] for line in others} == {system.servers[0].address}
        elif system.zombie or system.behaviour == "disputed":
            assert not others, system.id
    assert any(one.behaviour == "office" for one in logged.values())


def test_the_seventh_city_has_every_kind_in_fair_shares(harbour: City) -> None:
    open_ones = [system for system in harbour.systems if not system.classified]
    kinds = Counter(system.behaviour for system in open_ones)
    assert {*kinds} >= {*QUOTAS} - {"guest", "lodger"}
    assert DEAD >= GAMING
    assert not DEAD & UNDECIDED
    verdicts = Counter(system.expected_verdict for system in open_ones)
    assert 0.14 < verdicts["zombie"] / len(open_ones) < 0.21
    assert 0.04 < verdicts["unknown"] / len(open_ones) < 0.08
    assert 0.025 < sum(system.behaviour in GAMING for system in open_ones) / len(open_ones) < 0.06
    assert all((server.system == system.id) for system in open_ones for server in system.servers)


def test_the_seventh_city_can_be_judged_by_whoever_has_all_the_evidence(harbour: City) -> None:
    """Each zombie shows that it is not used; each system in use shows use, or says why it is idle."""
    callers = Counter(provider for system in harbour.systems if not system.zombie for provider in system.depends_on)
    for system in (s for s in harbour.systems if s.expected_verdict == "zombie" and not s.classified):
        known = system.last_login_on if "last_login" not in system.withheld else None
        idle = known is not None and (END - known).days > 180
        assert idle or _says_so(system) or system.behaviour in {"off", "declared", "loginbot"}, system.id
        assert not callers[system.id] or _says_so(system), system.id
        if system.behaviour == "loginbot":  # an account that logs in, and else nobody who cares
            assert system.contract_end_on is not None
            assert system.last_update_on is not None
            assert min((END - system.contract_end_on).days, (END - system.last_update_on).days) > 365
        if is_thin(harbour, system):
            assert _says_so(system) or system.behaviour == "declared", system.id
    heard = {"clientonly", "terminal", "meter", "video", "warm", "called", "sso", "guest", "nightduty"}
    for system in (s for s in harbour.systems if s.expected_verdict == "in_use" and not s.classified):
        recent = system.last_login_on is not None and (END - system.last_login_on).days <= 100
        named = season_of(system) is not None or system.system_class == "emergency"
        assert recent or named or system.note or system.behaviour in heard, system.id
        if system.behaviour in {"cold", "cycle", "licence", "meter"}:  # somebody pays for keeping it up
            assert system.contract_end_on is not None
            assert system.contract_end_on > END


def _says_so(system: CitySystem) -> bool:
    return system.note is not None and system.note not in VAGUE


def test_the_seventh_citys_dead_machines_are_silent_in_office_hours(harbour: City, usage: Usage) -> None:
    at = calendar(harbour.start, harbour.days)
    agents = (
        ((at.weekday == 0) & (at.clock == 10)) | on_days(harbour, lambda day: day in ATTACKED) | (at.clock % 6 == 2)
    )
    heard: dict[str, list[float]] = {}
    for i, server in enumerate(harbour.servers):
        now = at.office & ~agents
        if server.system is not None and np.isfinite(usage.network[i, now]).sum() > 50:
            heard.setdefault(server.behaviour, []).append(float(np.nanmean(usage.network[i, now])))
    assert max(max(heard[kind]) for kind in SILENT & heard.keys()) < 0.12
    assert min(min(heard[kind]) for kind in ("clientonly", "terminal", "video", "warm", "called", "sso")) > 0.15
    assert min(heard["licence"]) > 0.05


def test_the_seventh_citys_gaming_gives_itself_away(harbour: City, usage: Usage) -> None:
    at = calendar(harbour.start, harbour.days)
    rests = on_days(harbour, lambda day: day in RESTS and day.weekday() < 5) & (at.clock == 15)
    rows: dict[str, list[int]] = {}
    for i, server in enumerate(harbour.servers):
        rows.setdefault(server.behaviour, []).append(i)
    before = (at.day < harbour.days - 9) & (at.clock == 15)
    for i in rows["burner"]:  # the script does not know the Spring Festival
        assert np.nanmean(usage.cpu[i, rests & (at.day >= harbour.days // 6)]) > 15
    for i in rows["lastweek"]:
        assert np.nanmean(usage.cpu[i, before]) < 20 < np.nanmax(usage.cpu[i, at.day >= harbour.days - 9])
    for i in rows["evenload"]:
        assert np.nanstd(usage.cpu[i]) < 0.1 * np.nanmean(usage.cpu[i])
    shifted = np.roll(usage.cpu, 168, axis=1)
    for i in rows["mirrored"]:
        same = (np.abs(shifted - usage.cpu[i]) < 0.05) | ~np.isfinite(shifted) | ~np.isfinite(usage.cpu[i])
        full = np.isfinite(shifted).mean(axis=1) > 0.5
        assert (same.all(axis=1) & full).any()


def test_the_seventh_citys_monitoring_loses_systems_in_part_and_some_of_them_whole(harbour: City, usage: Usage) -> None:
    covered = {server.id: float(np.isfinite(usage.cpu[i]).mean()) for i, server in enumerate(harbour.servers)}
    whole = {
        one.id: max(covered[server.id] for server in one.servers) for one in harbour.systems if one.servers
    }  # fmt: skip
    thin = [one for one in harbour.systems if one.servers and is_thin(harbour, one) and not one.classified]
    assert {"in_use", "zombie", "unknown"} <= {one.expected_verdict for one in thin}
    assert all(whole[one.id] < 0.8 for one in thin)
    assert all(whole[one.id] == 0 for one in harbour.systems if one.behaviour in UNMEASURED and one.servers)
    daily = [one for one in harbour.systems if one.behaviour in EVERYDAY and one.servers and one not in thin]
    assert sum(whole[one.id] > 0.8 for one in daily) > 0.9 * len(daily)
