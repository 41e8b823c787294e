"""The sample city: the same seed gives the same bytes, the truth agrees with the files, nothing classified leaks."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inventory.collectors.cells.dates import read_date
from inventory.collectors.clouds.openstack import parse
from inventory.collectors.clouds.recording import read_recording
from tests.city.__main__ import generate
from tests.city.habits import HABITS
from tests.city.ledgers import make_ledgers
from tests.city.make import make_city
from tests.city.model import END, City
from tests.city.neighbours import season_of
from tests.city.neighbours_usage import calendar
from tests.city.usage import make_usage

CUT = Path(__file__).parent / "data" / "demo-city"


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((CUT / "truth.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def whole() -> City:
    return make_city(600, 6000, 90, 1)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(gzip.decompress(path.read_bytes()).decode("utf-8"))))


def test_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(tmp_path / name, systems=24, servers=70, days=14, seed=5)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    generate(tmp_path / "other", systems=24, servers=70, days=14, seed=6)
    assert digests(tmp_path / "other")["truth.json"] != digests(tmp_path / "one")["truth.json"]


def test_the_checked_in_cut_is_what_the_generator_makes(tmp_path: Path) -> None:
    generate(tmp_path / "cut", systems=60, servers=180, days=90, seed=1, level=9)
    fresh, kept = digests(tmp_path / "cut"), digests(CUT)
    assert fresh.keys() == kept.keys()
    plain = [name for name in kept if name.endswith((".json", ".csv", ".txt", ".xls"))]
    assert {name: fresh[name] for name in plain} == {name: kept[name] for name in plain}
    for name in kept:  # compressed files: other versions of zlib may pack the same rows otherwise
        if name.endswith(".gz"):
            assert gzip.decompress((tmp_path / "cut" / name).read_bytes()) == gzip.decompress((CUT / name).read_bytes())


def test_the_cut_is_small_and_has_every_kind(truth: dict[str, Any]) -> None:
    assert sum(path.stat().st_size for path in CUT.rglob("*") if path.is_file()) < 3_300_000
    assert len(truth["systems"]) + truth["classified_count"] == 60
    assert len(truth["departments"]) >= 12
    kinds = Counter(system["behaviour"] for system in truth["systems"])
    assert {
        "abandoned",
        "cron",
        "off",
        "declared",
        "expired",
        "replaced",
        "pumped",
        "called",
        "unmeasured",
    } <= kinds.keys()
    assert truth["classified_count"] >= 2


def test_the_whole_city_has_the_wanted_size(whole: City) -> None:
    servers = whole.servers
    assert (len(whole.departments), len(whole.systems), len(servers)) == (60, 600, 6000)
    for values in ([s.id for s in servers], [s.name for s in servers], [s.address for s in servers]):
        assert len(set(values)) == 6000
    sizes = sorted((len(system.servers) for system in whole.systems), reverse=True)
    assert sum(sizes[:60]) > 0.35 * 6000  # heavy-tailed: a tenth of the systems has over a third of the servers


def test_classified_systems_are_only_counted(whole: City, truth: dict[str, Any]) -> None:
    secret = [system for system in make_city(60, 180, 90, 1).systems if system.classified]
    assert len(secret) == truth["classified_count"]
    text = (CUT / "truth.json").read_text(encoding="utf-8")
    assert not [system.name for system in secret if system.name in text]
    assert not [system for system in whole.systems if system.classified and system.servers]


def test_what_others_call_is_no_zombie(whole: City) -> None:
    zombies = {system.id for system in whole.systems if system.zombie}
    called = {provider for system in whole.systems for provider in system.depends_on}
    assert not zombies & called
    assert {system.id for system in whole.systems if system.behaviour == "called"} <= called


def test_low_use_alone_does_not_tell_a_zombie() -> None:
    city = make_city(120, 900, 30, 2)
    usage = make_usage(city)
    with np.errstate(all="ignore"):
        mean = np.array([np.nan if np.isnan(row).all() else np.nanmean(row) for row in usage.cpu])
        peak = np.array([np.nan if np.isnan(row).all() else np.nanmax(row) for row in usage.cpu])
    zombies = {system.id for system in city.systems if system.zombie}
    dead = np.array([server.system in zombies for server in city.servers])
    assert ((mean < 5) & ~dead).sum() > 2 * ((mean < 5) & dead).sum()  # most of what is idle is in use
    assert ((peak > 20) & dead).sum() > 0  # and some dead machines have peaks
    unmeasured = [server.behaviour.startswith("unmeasured") for server in city.servers]
    assert np.isnan(usage.cpu[unmeasured]).all()  # no data is not zero


def test_clouds_are_read_as_recordings(truth: dict[str, Any]) -> None:
    found = set()
    for path in sorted((CUT / "clouds").glob("*.json")):
        collected = parse(read_recording(path))
        assert collected.complete
        found |= {record.id.removeprefix("openstack:") for record in collected.records if record.kind == "server"}
    assert found == {server["id"] for server in truth["servers"] if not server["place"].startswith("room")}


def test_sample_files_add_up(truth: dict[str, Any]) -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for one in truth["samples"][:-1]:
        rows = rows_of(CUT / "samples" / one["file"])[1:]
        assert len(rows) == one["rows"]
        if one["source"] == "cloud-a":
            seen.update((row[0], row[1]) for row in rows)
    extra = sum(one["doubled"] + one["changed"] for one in truth["samples"][:-1] if one["source"] == "cloud-a")
    assert sum(count - 1 for count in seen.values()) == extra > 0
    assert sum(one["late"] for one in truth["samples"][:-1]) > 0
    outage = truth["outages"][0]
    assert outage["servers"] > 0


def test_each_row_of_a_ledger_is_in_the_truth(truth: dict[str, Any]) -> None:
    for department in truth["departments"]:
        assert (CUT / "ledgers" / department["ledger"]).is_file()
    kinds = Counter(defect["kind"] for defect in truth["defects"])
    assert kinds["credential"] > 0
    assert kinds["unreadable"] > 0
    passwords = [defect["raw"] for defect in truth["defects"] if defect["kind"] == "credential"]
    assert passwords == [None] * len(passwords)
    assert all(system["ledger"]["rows"] for system in truth["systems"])


def test_the_fourth_city_is_the_same_each_time_and_its_logs_name_who_comes(tmp_path: Path) -> None:
    """Probes go everywhere, people only to what lives; nothing of a classified system is logged."""
    for name in ("one", "two"):
        generate(tmp_path / name, systems=80, servers=160, days=30, seed=7, habits="fourth")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    operator = json.loads((tmp_path / "one" / "operator.json").read_text(encoding="utf-8"))
    city = make_city(80, 160, 30, 7, HABITS["fourth"])
    by_host = {str(s.url).partition("://")[2].partition("/")[0]: s for s in city.systems if s.url}
    logs = sorted((tmp_path / "one" / "logs").glob("*.gz"))
    lines = [
        line.split(" ") for path in logs for line in gzip.decompress(path.read_bytes()).decode("ascii").splitlines()
    ]
    people = {line[0] for line in lines if line[1].startswith("172.20.")}
    assert people
    assert not [host for host in people if by_host[host].zombie]
    assert not [host for host in {line[0] for line in lines} if by_host[host].classified]
    assert {line[0] for line in lines if line[1].startswith("10.250.")} == {line[0] for line in lines}
    assert operator["addresses"] == ["10.250.0.0/22"]


@pytest.fixture(scope="module")
def neighbour() -> City:
    return make_city(400, 900, 90, 12, HABITS["fifth"])


def test_the_fifth_city_is_the_same_each_time_and_only_its_operator_comes_to_the_dead(tmp_path: Path) -> None:
    """Uptime checks, inspections, search engines go everywhere; people and programs only to what lives."""
    for name in ("one", "two"):
        generate(tmp_path / name, systems=60, servers=120, days=45, seed=7, habits="fifth")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    truth = json.loads((tmp_path / "one" / "truth.json").read_text(encoding="utf-8"))
    zombies = {system["id"] for system in truth["systems"] if system["zombie"]}
    kinds = {system["behaviour"] for system in truth["systems"]}
    assert {"ended", "superseded", "unborn", "merged", "abandoned", "off", "monthly", "archive", "nightly"} <= kinds
    assert all((system["why"] is not None) == system["zombie"] for system in truth["systems"])
    city = make_city(60, 120, 45, 7, HABITS["fifth"])
    by_host = {str(s.url).partition("://")[2].partition("/")[0]: s.id for s in city.systems if s.url}
    logs = sorted((tmp_path / "one" / "logs").glob("*.gz"))
    lines = [line for path in logs for line in gzip.decompress(path.read_bytes()).decode("ascii").splitlines()]
    dead = [line for line in lines if by_host[line.split(" ")[0]] in zombies]
    assert dead
    strangers = [line for line in dead if not line.split(" ")[1].startswith(("10.200.8.", "198.51.100.", "203.0.113."))]
    assert not strangers
    assert [line for line in lines if line.split(" ")[1].startswith("10.30.")]


def test_the_fifth_city_can_be_judged_by_a_careful_auditor(neighbour: City) -> None:
    """A measured zombie has a trace of disuse in its row, or is off, or says so itself; few systems are not measured at all."""
    open_ones = [system for system in neighbour.systems if not system.classified]
    unknown = [system for system in open_ones if system.expected_verdict == "unknown"]
    assert len(unknown) < 0.03 * len(open_ones)
    zombies = [system for system in open_ones if system.expected_verdict == "zombie"]
    assert len(zombies) > 20
    for system in zombies:
        dated = system.last_login_on is not None and "last_login" not in system.withheld
        assert dated or system.note or system.behaviour in {"off", "declared"}, system.id
        assert system.last_login_on is None or (END - system.last_login_on).days > 100
        assert system.system_class not in {"seasonal", "standby", "emergency", "test"}
    portals = {s.id for s in open_ones if s.behaviour == "gateway" or "统一身份认证" in s.name}
    dead = {system.id for system in zombies}
    assert {s.id for s in open_ones if dead & set(s.depends_on)} <= portals


def test_the_fifth_citys_dead_machines_show_only_their_agents(neighbour: City) -> None:
    """Outside the operator's hours a dead machine is silent; what lives with low use is heard by its calls or its people."""
    usage, at = make_usage(neighbour), calendar(neighbour.start, neighbour.days)
    office = at.office & ~at.patches & ~at.scans
    heard: dict[str, list[float]] = {}
    for i, server in enumerate(neighbour.servers):
        if server.system is not None and np.isfinite(usage.network[i, office]).sum() > 100:
            heard.setdefault(server.behaviour, []).append(float(np.nanmean(usage.network[i, office])))
    silent = {"ended", "superseded", "unborn", "merged", "abandoned", "cron"}
    assert max(max(heard[kind]) for kind in silent) < 0.06
    assert min(min(heard[kind]) for kind in ("api", "called", "gateway", "kiosk", "standby")) > 0.1
    assert {"few", "archive", "monthly"} <= heard.keys()
    share = np.isfinite(usage.cpu).mean(axis=1)
    by_place = {
        place: share[[s.place[:4] == place[:4] and s.place != "cloud-b" for s in neighbour.servers]]
        for place in ("room", "cloud-a")
    }
    assert np.median(by_place["room"]) < np.median(by_place["cloud-a"])


def test_the_fifth_citys_dates_are_read_as_they_were_meant(neighbour: City) -> None:
    """Days, months and years, as each unit writes them; a blank is a blank."""
    fields, seen = {"last_login", "last_update", "ops_contract_end"}, Counter[int]()
    for ledger in make_ledgers(neighbour, "family"):
        wrong = {(one["sheet"], one["row"], one["field"]) for one in ledger.defects}
        for sheet in ledger.sheets:
            for number, row in enumerate(sheet.rows):
                for column, cell in zip(sheet.columns, row.cells, strict=True):
                    if column.field in fields and (sheet.name, sheet.first_row + number, column.field) not in wrong:
                        if cell.expected is None:
                            seen[0] += 1
                            assert cell.raw is None or cell.raw in ledger.layout.nulls
                        else:
                            seen[len(str(cell.expected))] += 1
                            assert read_date(cell.raw).iso == cell.expected
    assert min(seen[length] for length in (0, 4, 7, 10)) > 10


def test_the_fifth_citys_seasons_follow_the_calendar(neighbour: City) -> None:
    assert {"seasonal-on", "seasonal-off"} <= {system.behaviour for system in neighbour.systems}
    for system in neighbour.systems:
        months = season_of(system)
        assert (months is not None) == system.behaviour.startswith("seasonal")
        if system.behaviour == "seasonal-off" and system.last_login_on is not None and months is not None:
            assert not months & {1, 2, 3}
            assert system.last_login_on.month in months or system.last_login_on == system.online_on
