"""The sixth city: the same each time, decidable from what it hands over, and its dead are silent but for what comes to all."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.city.__main__ import generate
from tests.city.centre_calendar import season_of
from tests.city.centre_web import CENTRE_OPERATOR
from tests.city.habits import HABITS
from tests.city.make import make_city
from tests.city.model import END, City
from tests.city.neighbours_usage import calendar
from tests.city.usage import Usage, make_usage

pytestmark = pytest.mark.slow  # a city is made

KINDS = {
    "leftover", "visited", "remote", "autopaid", "cloned", "reformed", "abandoned", "off",
    "sso", "shared", "platform", "dayuse", "ingest", "relic", "half", "census", "called", "test",
}  # fmt: skip
OPERATOR = ("10.9.0.", "10.9.40.", "198.51.100.", "203.0.113.")  # and crawlers, and scanners


@pytest.fixture(scope="module")
def centre() -> City:
    return make_city(400, 900, 90, 12, HABITS["sixth"])


@pytest.fixture(scope="module")
def usage(centre: City) -> Usage:
    return make_usage(centre)


def test_the_sixth_city_is_the_same_each_time_and_nobody_but_machines_comes_to_the_dead(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(tmp_path / name, systems=60, servers=120, days=45, seed=7, habits="sixth")
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)
    assert json.loads((tmp_path / "one" / "operator.json").read_text(encoding="utf-8")) == CENTRE_OPERATOR
    truth = json.loads((tmp_path / "one" / "truth.json").read_text(encoding="utf-8"))
    assert all((system["why"] is not None) == system["zombie"] for system in truth["systems"])
    city = make_city(60, 120, 45, 7, HABITS["sixth"])
    dead_hosts = {str(s.url).split("/")[2] for s in city.systems if s.url and s.zombie and "/apps/" not in s.url}
    dead_apps = {s.id for s in city.systems if s.url and s.zombie and "/apps/" in s.url}
    logs = sorted((tmp_path / "one" / "logs").glob("*.gz"))
    lines = [line for path in logs for line in gzip.decompress(path.read_bytes()).decode("ascii").splitlines()]
    dead = [
        line for line in lines if line.split(" ")[0] in dead_hosts or any(f"/apps/{one}/" in line for one in dead_apps)
    ]
    assert dead
    assert not [line for line in dead if not line.split(" ")[1].startswith(OPERATOR)]
    assert [line for line in lines if line.split(" ")[1].startswith("10.88.")]


def test_the_sixth_city_can_be_judged_by_whoever_has_all_the_evidence(centre: City) -> None:
    """Each zombie shows that nobody uses it; each system in use shows use, or says why it is idle; the rest is few."""
    open_ones = [system for system in centre.systems if not system.classified]
    assert {system.behaviour for system in open_ones} >= KINDS
    assert len([s for s in open_ones if s.expected_verdict == "unknown"]) < 0.04 * len(open_ones)
    callers = Counter(provider for system in open_ones if not system.zombie for provider in system.depends_on)
    for system in (s for s in open_ones if s.expected_verdict == "zombie"):
        known = system.last_login_on if "last_login" not in system.withheld else None
        idle = known is not None and (END - known).days > 180
        assert idle or system.note or system.behaviour in {"off", "declared"}, system.id
        assert system.system_class not in {"seasonal", "standby", "emergency", "test"}
        assert not callers[system.id] or system.behaviour == "leftover"
    heard = {"sso", "shared", "platform", "ingest", "called", "relic", "half", "standby", "test", "dayuse", "few"}
    daily = {"office", "public", "steady", "batch", "light", "new"}
    for system in (s for s in open_ones if s.expected_verdict == "in_use"):
        recent = system.last_login_on is not None and (END - system.last_login_on).days <= 100
        named = season_of(system) is not None or system.system_class in {"emergency", "standby"}
        assert recent or named or system.note or system.behaviour in heard | daily, system.id
        if system.behaviour in {"relic", "ingest", "census"}:  # somebody pays for keeping it up
            assert system.contract_end_on is not None
            assert system.contract_end_on > END
        if system.behaviour == "relic":
            assert callers[system.id] >= 2


def test_the_sixth_citys_dead_machines_are_silent_in_office_hours(centre: City, usage: Usage) -> None:
    at = calendar(centre.start, centre.days)
    heard: dict[str, list[float]] = {}
    for i, server in enumerate(centre.servers):
        seen = np.isfinite(usage.network[i, at.office]).sum() > 100
        if server.system is not None and not server.place.startswith("room") and seen:
            heard.setdefault(server.behaviour, []).append(float(np.nanmean(usage.network[i, at.office])))
    silent = {"leftover", "visited", "remote", "autopaid", "cloned", "reformed", "abandoned", "cron"}
    assert max(max(heard[kind]) for kind in silent & heard.keys()) < 0.2
    assert min(min(heard[kind]) for kind in ("sso", "platform", "ingest", "called", "standby")) > 0.2
    assert min(min(heard[kind]) for kind in ("relic", "half")) > 0.1


def test_the_sixth_citys_monitoring_misses_some_machines_but_never_a_whole_system(centre: City, usage: Usage) -> None:
    of = {server.id: bool(np.isfinite(usage.cpu[i]).any()) for i, server in enumerate(centre.servers)}
    living = [s for s in centre.systems if s.expected_verdict == "in_use" and s.servers]
    assert all(any(of[server.id] for server in system.servers) for system in living)
    assert any(not all(of[server.id] for server in system.servers) for system in living)
