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

from inventory.collectors.openstack import parse
from inventory.collectors.recording import read_recording
from tests.city.__main__ import generate
from tests.city.habits import HABITS
from tests.city.make import make_city
from tests.city.model import City
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
