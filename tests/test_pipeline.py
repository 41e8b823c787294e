"""The whole main job on the sample city through the command line, scored against the truth."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from catalogs.console import parse_as_of
from catalogs.load import load_catalogs
from inventory.merging.merge import inventory_at
from inventory.model import Inventory
from inventory.storage.store import open_store
from tests.city.__main__ import generate
from tests.city.make import make_city
from tests.city.score import score_cells, score_links, score_verdicts, systems_by_truth

pytestmark = pytest.mark.slow
CUT = Path(__file__).parent / "data" / "demo-city"
SEED = int(os.environ.get("GOVCLOUD_CITY_SEED", "1"))  # another one: a city that nobody has seen, for `make soak`
AS_OF = "2026-03-31"
GOVCLOUD = Path(sys.executable).parent / "govcloud"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A workspace in which the main job ran; `said` is what each command printed."""

    folder: Path
    said: dict[str, str]

    def run(self, *arguments: str, allowed: tuple[int, ...] = (0,)) -> str:
        environment = {
            **os.environ,
            "GOVCLOUD_AS_OF": AS_OF,
            "GOVCLOUD_WORKSPACE": str(self.folder / "workspace"),
            "GOVCLOUD_STORE": str(self.folder / "store"),
            "GOVCLOUD_ACTOR": "test",
        }
        done = subprocess.run(
            [GOVCLOUD, *arguments], check=False, env=environment, capture_output=True, text=True, encoding="utf-8"
        )
        assert done.returncode in allowed, f"{arguments[:3]} ended with {done.returncode}: {done.stderr[-2000:]}"
        self.said[" ".join(arguments[:2])] = done.stdout + done.stderr
        return done.stdout

    def data(self, *arguments: str) -> Any:
        answer = json.loads(self.run(*arguments, "--json"))
        return answer["data"]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled city, or one of another seed."""
    if SEED == 1:
        return CUT
    made = tmp_path_factory.mktemp("city")
    generate(made, systems=60, servers=180, days=90, seed=SEED)
    return made


@pytest.fixture(scope="module")
def job(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Job:
    """Files → inventory → verdicts → plan → report."""
    made = Job(folder=tmp_path_factory.mktemp("pipeline"), said={})
    made.run("init", str(made.folder / "workspace"), "--city", "示例市")
    ledgers = [str(path) for part in ("ledgers", "rooms") for path in sorted((city / part).iterdir())]
    made.said["ledger-json"] = made.run("collect", "ledger", *ledgers, "--json")
    for path in sorted((city / "clouds").glob("*.json")):
        made.run("collect", "openstack", "--recorded", str(path))
    made.run("collect", "metrics", str(city / "samples"))
    made.run("plan", "make", "--time-limit", "10", "--out", str(made.folder / "plan.json"))
    made.run("report", "usage", "--out", str(made.folder / "report"))
    made.run("report", "plan", "--out", str(made.folder / "report"))
    return made


@pytest.fixture(scope="module")
def truth(city: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((city / "truth.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def inventory(job: Job) -> Inventory:
    with open_store(str(job.folder / "store")) as store:
        return inventory_at(store, load_catalogs(job.folder / "workspace"), parse_as_of(AS_OF))


def test_every_row_of_every_ledger_is_accounted_for(job: Job) -> None:
    for one in json.loads(job.said["ledger-json"])["data"]["files"]:
        account = one["accounting"]
        assert account["rows_read"] == account["rows_recorded"] + account["rows_asked"] + account["rows_skipped"], one[
            "file"
        ]


def test_cells_are_read_rightly_or_asked_about(truth: dict[str, Any], inventory: Inventory) -> None:
    cells = score_cells(truth, inventory)
    assert cells.total > 1500
    assert cells.wrong_ratio <= 0.0005, cells.wrong[:10]
    assert cells.right_ratio >= 0.98


def test_all_systems_and_servers_are_found_once(truth: dict[str, Any], inventory: Inventory) -> None:
    assert len(systems_by_truth(truth, inventory)) == len(truth["systems"]) == len(inventory.systems)
    assert {server.name for server in inventory.servers} == {server["name"] for server in truth["servers"]}
    assert len(inventory.servers) == len(truth["servers"])
    assert inventory.classified_count == truth["classified_count"]


def test_servers_are_linked_to_their_systems_never_to_others(truth: dict[str, Any], inventory: Inventory) -> None:
    links = score_links(truth, inventory)
    assert links.wrong == ()
    assert links.right >= 0.95 * len(truth["servers"])


def test_dependencies_are_those_declared(truth: dict[str, Any], inventory: Inventory) -> None:
    found = systems_by_truth(truth, inventory)
    real = {(found[a].id, found[b].id) for a, b in truth["dependencies"]}
    seen = {(one.consumer, one.provider) for one in inventory.dependencies}
    assert not seen - real
    assert len(seen) >= 0.75 * len(real)  # clerks leave some out


def test_zombies_are_found_and_nobody_is_blamed_without_data(
    job: Job, truth: dict[str, Any], inventory: Inventory
) -> None:
    verdicts = {one["system_id"]: one["state"] for one in job.data("zombies", "scan")["verdicts"]}
    judged = score_verdicts(truth, inventory, verdicts)
    assert judged.blamed_without_data == ()
    assert judged.precision >= 0.98, judged.false
    assert judged.recall >= 0.95, judged.missed


def test_usage_equals_a_recount_by_hand(city: Path, job: Job, truth: dict[str, Any], inventory: Inventory) -> None:
    sums: dict[str, dict[str, float]] = defaultdict(dict)
    for path in sorted((city / "samples").glob("cloud-a-*.csv.gz")):
        for row in csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode("utf-8"))):
            if row["at"].startswith("2026-03"):
                sums[row["server"]].setdefault(row["at"], float(row["cpu_percent"]) / 100)
    name_of = {server.id: server.name for server in inventory.servers}
    rates = {
        name_of[rate["group"]]: rate
        for rate in job.data("usage", "show", "--by", "server")["rates"]
        if rate["metric"] == "cpu" and rate["statistic"] == "weighted_mean" and rate["group"] in name_of
    }
    off = {server["name"] for server in truth["servers"] if server["powered_off_on"]}
    compared = 0
    for name, samples in sums.items():
        if name in off:
            continue
        by_hand = sum(samples.values()) / len(samples)
        assert rates[name]["ratio"] == pytest.approx(by_hand, abs=1e-5), name
        compared += 1
    assert compared > 60


def test_nothing_measured_prints_no_number(job: Job, truth: dict[str, Any], inventory: Inventory) -> None:
    found = systems_by_truth(truth, inventory)
    silent = {found[one["id"]].id for one in truth["systems"] if one["behaviour"].startswith("unmeasured")}
    rates = [
        r for r in job.data("usage", "show", "--by", "system")["rates"] if r["group"] in silent and r["metric"] == "cpu"
    ]
    assert rates
    assert all(rate["ratio"] is None and rate["why_unknown"] for rate in rates)


def test_the_plan_is_valid_and_holds_no_zombie_by_decree(job: Job, truth: dict[str, Any]) -> None:
    plan = json.loads((job.folder / "plan.json").read_text(encoding="utf-8"))
    assert plan["moves"]
    assert plan["bound"] <= plan["value"]
    said = job.run("plan", "show")
    assert str(len(plan["moves"])) in said


def test_the_report_is_recomputed_and_one_changed_byte_is_caught(job: Job) -> None:
    job.run("verify", str(job.folder / "report"))
    (bundle,) = (job.folder / "report").glob("*.evidence.zip")
    whole = bundle.read_bytes()
    bundle.write_bytes(whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1 :])
    job.run("verify", str(job.folder / "report"), allowed=(1, 8))
    bundle.write_bytes(whole)


def test_no_secret_leaves_the_ledgers(job: Job) -> None:
    """Passwords are nowhere; classified names and telephone numbers in no output and no report."""
    city = make_city(60, 180, 90, SEED)
    passwords = [system.account[1] for system in city.systems if system.account]
    assert passwords
    everything = [part for path in sorted(job.folder.rglob("*")) if path.is_file() for part in _parts(path)]
    for name, content in everything:
        assert not [secret for secret in passwords if secret.encode() in content], name
    classified = [system.name for system in city.systems if system.classified]
    private = [number for system in city.systems for number in (system.phone, system.vendor_phone)]
    shown = [*job.said.values(), *(path.read_text("utf-8") for path in (job.folder / "report").rglob("*.html"))]
    for text in shown:
        assert not [word for word in (*classified, *private) if word in text]
    for name, content in everything:
        assert not [word for word in classified if word.encode() in content], name
    for name, content in everything:
        if name.endswith((".html", ".json", ".xml", ".csv")):
            assert not [number for number in private if number.encode() in content], name


def test_the_page_of_the_plan_names_no_system_of_unknown_secrecy(job: Job) -> None:
    with open_store(str(job.folder / "store")) as store:
        left_out = store.plan("latest").about["built"]["left_out"]
    hidden = [item["name"] for item in left_out if item["reason"] == "secrecy-unknown"]
    assert hidden
    written = [path for path in (job.folder / "report").rglob("plan-*") if path.is_file()]
    assert {path.suffix for path in written} == {".html", ".xlsx", ".json"}
    for name, content in [part for path in written for part in _parts(path)]:
        assert not [word for word in hidden if word.encode() in content], name


def _parts(path: Path) -> list[tuple[str, bytes]]:
    """A file's bytes; of a workbook or bundle those of its members."""
    if not zipfile.is_zipfile(path):
        return [(path.name, path.read_bytes())]
    with zipfile.ZipFile(path) as bundle:
        return [(f"{path.name}/{name}", bundle.read(name)) for name in bundle.namelist()]


def test_every_wave_of_the_plan_can_be_specified_within_its_demand(job: Job) -> None:
    from iac.addresses import AddressBook
    from iac.binding import unbound
    from iac.model import totals
    from iac.spec import specs_of, weeks_of
    from iac.waves import choose, snapshot_of

    with open_store(str(job.folder / "store")) as store:
        sources = choose(store, load_catalogs(job.folder / "workspace"), "latest", None).sources
    book = AddressBook()
    specs = [spec for week in weeks_of(sources.plan, sources.problem) for spec in specs_of(sources, week, book)]
    assert sum(spec.role == "main" for spec in specs) == len(sources.plan.moves)
    assert not unbound(specs, snapshot_of(job.folder / "none", "sample-cloud"))
    names = [server.name for spec in specs for server in spec.servers]
    assert len(set(names)) == len(names)
    demands = {
        (sources.parts.get(move.system, move.system), move.pool): sources.problem.by_id[move.system].option(move.pool)
        for move in sources.plan.moves
    }
    for spec in specs:
        if spec.role == "main":
            option = demands[spec.system_id, spec.pool]
            assert option is not None
            sums = totals([spec])
            assert sums["vcpu"] <= option.demand[0], spec.name
            assert sums["memory_gib"] <= option.demand[1], spec.name
            assert sums["system_disk_gib"] + sums["data_gib"] <= option.demand[2], spec.name
