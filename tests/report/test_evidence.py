import json
import random
import shutil
import zipfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogs.errors import ReportError
from catalogs.load import load_catalogs
from inventory.merging.merge import inventory_at
from inventory.storage.decisions import Decision
from inventory.storage.store import open_store
from inventory.telemetry.form import Period
from inventory.telemetry.query import Rollup
from inventory.usage.dated import stints_in
from inventory.usage.rates import basis_of, usage_rates
from inventory.zombies.judge import judge
from inventory.zombies.rules_in_force import rules_in_force
from report import commands_verify
from report.evidence import FIGURES, MANIFEST, root_of, seal, write_zip
from report.masked import masked
from report.verify import verify
from tests.report.conftest import END_OF_MARCH, HIDDEN, Made, report_on


def unpacked(made: Made, folder: Path) -> Path:
    with zipfile.ZipFile(made.bundle) as archive:
        archive.extractall(folder)
    return folder


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


# --- what is true is found true ---------------------------------------------------------------------------------


def test_a_fresh_report_verifies_with_everything_beside_it(made: Made) -> None:
    result = verify(made.bundle, (made.html, made.xlsx, made.figures))
    assert result.passed, [fault for step in result.steps for fault in step.faults]
    assert len(result.steps) == 6
    assert result.figures > 50
    assert result.root_sha256 in made.html.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_bundle_as_a_folder_verifies_too(made: Made, tmp_path: Path) -> None:
    assert verify(unpacked(made, tmp_path / "bundle"), (made.html,)).passed


@pytest.mark.slow
def test_the_same_store_gives_the_same_bytes(made: Made, tmp_path: Path) -> None:
    report_on(made.store, tmp_path / "again", tmp_path)
    for path in (made.bundle, made.html, made.xlsx, made.figures):
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.slow
def test_the_command_finds_bundle_and_reports_by_itself(made: Made) -> None:
    for place in (made.folder, made.html, made.xlsx, made.bundle):
        result = CliRunner().invoke(commands_verify.verify, [str(place), "--as-of", "2026-03-31"])
        assert result.exit_code == 0, result.output


# --- what was changed is found ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_one_changed_byte_in_any_file_is_found(made: Made, tmp_path: Path) -> None:
    bundle = unpacked(made, tmp_path / "bundle")
    chance = random.Random(1)
    checked = 0
    for path in files_of(bundle):
        content = path.read_bytes()
        if not content:
            continue
        place = chance.randrange(len(content))
        path.write_bytes(content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :])
        faults = [fault for step in _hash_steps(bundle) for fault in step]
        # a changed hash in the manifest accuses the file that it stands for
        assert faults if path.name == MANIFEST else any(path.name in fault for fault in faults), path
        path.write_bytes(content)
        checked += 1
    assert checked > 30
    assert verify(bundle).passed


def _hash_steps(bundle: Path) -> list[list[str]]:
    """The hashes alone: calculating everything again for each of some hundred files would take minutes."""
    from report.evidence import hash_faults

    return [[fault.zh for fault in hash_faults(bundle)[1]]]


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_changed_byte_of_the_zip_file_is_found(made: Made, tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(made.bundle.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    changed = tmp_path / "changed.evidence.zip"
    changed.write_bytes(content)
    assert refused(changed)


def refused(bundle: Path) -> bool:
    """Whether a bundle is found wrong, or cannot be opened at all."""
    try:
        return not verify(bundle).passed
    except ReportError as error:
        return bundle.name in error.message.zh


@pytest.mark.slow
@pytest.mark.parametrize("where", ["head", "end of entries", "directory", "tail"])
def test_bytes_that_hold_no_content_are_checked_too(made: Made, tmp_path: Path, where: str) -> None:
    content = bytearray(made.bundle.read_bytes())
    with zipfile.ZipFile(made.bundle) as archive:
        directory = archive.start_dir
    place = {"head": 10, "end of entries": directory - 1, "directory": directory + 12, "tail": len(content) - 1}[where]
    content[place] ^= 1
    changed = tmp_path / "changed.evidence.zip"
    changed.write_bytes(content)
    assert refused(changed)


@pytest.mark.slow
def test_an_added_and_a_missing_file_are_found(made: Made, tmp_path: Path) -> None:
    bundle = unpacked(made, tmp_path / "bundle")
    (bundle / "note.txt").write_text("x", encoding="utf-8")
    assert not verify(bundle).passed
    (bundle / "note.txt").unlink()
    (bundle / "zombies.jsonl").unlink()
    assert not verify(bundle).passed


def test_a_changed_record_is_found_though_all_hashes_were_made_anew(made: Made, tmp_path: Path) -> None:
    bundle = unpacked(made, tmp_path / "bundle")
    path = next(
        path for path in files_of(bundle / "snapshots" / "now") if "his-app" in path.read_text(encoding="utf-8")
    )
    path.write_text(path.read_text(encoding="utf-8").replace('"vcpu":8', '"vcpu":80'), encoding="utf-8")
    seal(bundle)
    result = verify(bundle)
    assert result.steps[0].passed
    recomputed = result.steps[2]
    assert any("allocation.cpu" in fault.zh for fault in recomputed.faults)


@pytest.mark.slow
def test_a_forged_bundle_that_agrees_with_itself_does_not_agree_with_the_report(made: Made, tmp_path: Path) -> None:
    from report.input_files import read_inputs
    from report.make import report_of
    from report.to_json import to_json

    bundle = unpacked(made, tmp_path / "bundle")
    policy = bundle / "catalogs" / "built-in" / "policies" / "sample-city.yaml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("target_ratio: 0.60", "target_ratio: 0.10"), encoding="utf-8"
    )
    (bundle / FIGURES).write_bytes(to_json(report_of(read_inputs(bundle), bundle)))
    seal(bundle)
    assert verify(bundle).passed
    assert not verify(bundle, (made.html,)).passed
    assert not verify(bundle, (made.xlsx,)).passed


@pytest.mark.slow
def test_changed_reports_are_found_and_the_figure_is_named(made: Made, tmp_path: Path) -> None:
    text = made.html.read_text(encoding="utf-8")
    shown = next(line for line in text.splitlines() if 'data-figure="use.cpu.mean"' in line)
    page = tmp_path / made.html.name
    page.write_text(text.replace(shown, shown.replace("%</data>", "9%</data>"), 1), encoding="utf-8")
    result = verify(made.bundle, (page,))
    assert any("use.cpu.mean" in fault.zh for fault in result.steps[-1].faults)

    import openpyxl

    book = openpyxl.load_workbook(made.xlsx)
    book["指标"]["C4"] = 999
    book.save(tmp_path / made.xlsx.name)
    result = verify(made.bundle, (tmp_path / made.xlsx.name,))
    assert any("指标!C4" in fault.zh for fault in result.steps[-1].faults)


@pytest.mark.slow
def test_the_command_refuses_with_its_own_exit_code(made: Made, tmp_path: Path) -> None:
    from catalogs.errors import CheckFailed

    shutil.copytree(made.folder, tmp_path / "out")
    page = tmp_path / "out" / made.html.name
    page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")
    result = CliRunner().invoke(commands_verify.verify, [str(tmp_path / "out"), "--as-of", "2026-03-31"])
    assert isinstance(result.exception, CheckFailed)
    assert made.html.name in result.output


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"])
def test_what_is_no_bundle_is_one_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.evidence.zip"
    path.write_bytes(content)
    with pytest.raises(ReportError):
        verify(path)
    with pytest.raises(ReportError):
        verify(tmp_path / "nothing.zip")


def test_a_zip_that_leads_outside_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.evidence.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../outside.txt", "x")
    with pytest.raises(ReportError):
        verify(path)
    assert not (tmp_path.parent / "outside.txt").exists()


def test_the_root_hash_depends_on_names_and_contents(tmp_path: Path) -> None:
    hashes = {"a/b": "1", "a/c": "2", "d": "3"}
    assert root_of(hashes) == root_of(dict(reversed(hashes.items())))
    assert root_of(hashes) != root_of({"a/b": "2", "a/c": "1", "d": "3"})
    assert root_of(hashes) != root_of({"a": "1", "b": "2", "d": "3"})


def test_a_failed_write_leaves_no_half_zip(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / MANIFEST).write_text("{}", encoding="utf-8")
    with pytest.raises(OSError, match="No such file"):
        write_zip(folder, tmp_path / "missing" / "x.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle"]


# --- it is the inventory's own truth ----------------------------------------------------------------------------


def test_rates_are_those_of_usage_show(made: Made) -> None:
    catalogs = load_catalogs(None)
    march = Period(date(2026, 3, 1), date(2026, 4, 1))
    with open_store(str(made.store)) as store:
        inventory = inventory_at(store, catalogs, END_OF_MARCH)
        rollup = Rollup.of(store, END_OF_MARCH)
        stints = stints_in(store, catalogs, inventory, march, rollup)
    basis = basis_of(catalogs.policy("sample-city").usage)
    rates = usage_rates(
        inventory, rollup, march, kinds=("city", "system"), basis=basis, with_p95=True, stints=stints
    )  # fmt: skip
    assert "openstack:gone" in {
        stint.server.id for stint in stints
    }  # deleted within the month; its use counts until then
    figures = {figure["id"]: figure for figure in json.loads(made.figures.read_bytes())["figures"]}
    names = {
        "weighted_mean": "mean",
        "simple_mean": "simple",
        "mean_daily_peak": "daily_peak",
        "peak": "peak",
        "p95": "p95",
    }
    compared = 0
    for rate in rates:
        if rate.kind == "city" and rate.statistic in names:
            assert figures[f"use.{rate.metric}.{names[rate.statistic]}"]["value"] == pytest.approx(
                rate.ratio, abs=1e-6
            ), rate.id
            compared += 1
        if rate.kind == "city" and rate.statistic == "combined":
            assert figures["use.comprehensive"]["value"] == pytest.approx(rate.ratio, abs=1e-6)
            compared += 1
    assert compared == 16
    systems = next(table for table in json.loads(made.figures.read_bytes())["tables"] if table["id"] == "use.systems")
    at = [column["key"] for column in systems["columns"]].index("cpu")
    own = {row[0]: row[at]["numerator"] / row[at]["denominator"] for row in systems["rows"]}
    theirs = {
        rate.group: rate.ratio
        for rate in rates
        if rate.kind == "system" and rate.metric == "cpu" and rate.statistic == "weighted_mean"
    }
    assert own == pytest.approx({key: theirs[key] for key in own})


def test_verdicts_are_those_of_zombies_list(made: Made) -> None:
    catalogs = load_catalogs(None)
    with open_store(str(made.store)) as store:
        inventory = inventory_at(store, catalogs, END_OF_MARCH)
        rollup = Rollup.of(store, END_OF_MARCH)
    rules = rules_in_force(catalogs.zombie_rules, catalogs.policy("sample-city").zombies.rules)
    verdicts = {
        v.system_id: v.state for v in judge(inventory, rollup, rules, END_OF_MARCH) if v.system_id in {"sys-1", "sys-2"}
    }
    report = json.loads(made.figures.read_bytes())
    listed = next(table for table in report["tables"] if table["id"] == "zombies.list")
    assert {row[0] for row in listed["rows"]} == {
        system_id for system_id, state in verdicts.items() if state == "zombie"
    }
    assert len(verdicts) == 2


def test_the_month_before_is_compared(made: Made) -> None:
    tables = {table["id"]: table for table in json.loads(made.figures.read_bytes())["tables"]}
    servers = tables["change.balance"]["rows"][0]
    assert servers[3:8] == [3, 1, 1, 5, 2]  # two came without an opening in March
    assert [row[0] for row in tables["change.unexplained"]["rows"]] == ["openstack:5f1e77", "openstack:9c0a12"]


# --- and nothing else -------------------------------------------------------------------------------------------


def test_nothing_personal_secret_or_classified_comes_out(made: Made, tmp_path: Path) -> None:
    bundle = unpacked(made, tmp_path / "bundle")
    book = tmp_path / "book"
    with zipfile.ZipFile(made.xlsx) as archive:
        archive.extractall(book)
    texts = {path: path.read_bytes() for path in [*files_of(bundle), *files_of(book), made.html, made.figures]}
    for path, content in texts.items():
        for word in HIDDEN:
            assert word.encode() not in content, (path, word)
    assert b"sys-4" not in b"".join(texts.values())  # ruled classified
    assert b"sys-3" not in b"".join(texts.values())  # secrecy not known


def test_roll_ups_hold_no_server_that_may_not_be_shown(made: Made, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    bundle = unpacked(made, tmp_path / "bundle")
    files = sorted((bundle / "telemetry").glob("*.parquet"))
    assert len(files) == 3 * (31 + 28)
    servers = {str(one) for path in files for one in pq.read_table(path).column("server").to_pylist()}
    assert servers == {
        "openstack:his-app",
        "openstack:portal",
        "openstack:gone",
        "openstack:fresh",
        "openstack:9c0a12",
    }


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("电话13912345678。", "电话（已隐去）。"), ("+86 139-1234-5678", "（已隐去）"), ("a@b.cn", "（已隐去）"), ("11010119900101123X", "（已隐去）"),
        ("7b1c13912345678aa", "7b1c13912345678aa"), ("等保 3 级 2026-03-31", "等保 3 级 2026-03-31"),
    ],
)  # fmt: skip
def test_what_is_masked(text: str, kept: str) -> None:
    assert masked(text) == kept
    assert masked({"a": [text]}) == {"a": [kept]}


def test_the_audit_page_shows_how_to_add_up_a_server_by_hand(made: Made, tmp_path: Path) -> None:
    import duckdb

    page = (Path(__file__).resolve().parents[2] / "docs" / "howto" / "audit.md").read_text(encoding="utf-8")
    start = page.index("SELECT sum(value_s)")
    query = page[start : page.index("```", start)].strip()
    bundle = unpacked(made, tmp_path / "bundle")
    found = duckdb.sql(
        query.replace("openstack:…", "openstack:fresh").replace("telemetry/", f"{bundle}/telemetry/")
    ).fetchone()
    report = json.loads(made.figures.read_bytes())
    table = next(table for table in report["tables"] if table["id"] == "detail.servers")
    at = [column["key"] for column in table["columns"]].index("cpu")
    told = next(row[at] for row in table["rows"] if row[0] == "openstack:fresh")
    assert found == pytest.approx((told["numerator"], told["denominator"]))


@pytest.mark.slow
def test_a_system_ruled_classified_this_month_is_not_named_by_last_months_snapshot(made: Made, tmp_path: Path) -> None:
    shutil.copytree(made.store, tmp_path / "store")
    with open_store(str(tmp_path / "store")) as store:
        ruling = Decision(kind="secrecy", subject="sys-1", value="classified", actor="保密办", role="保密办", reason="认定", decided_at=END_OF_MARCH)  # fmt: skip
        store.add_decision(ruling)
    report_on(tmp_path / "store", tmp_path / "out", tmp_path)
    files = {path.suffix: path for path in (tmp_path / "out").iterdir()}
    with zipfile.ZipFile(files[".zip"]) as archive:
        texts = [files[".html"].read_bytes(), *(archive.read(name) for name in archive.namelist())]
    for word in ("挂号系统", '"his-app"', "10.20.30.1"):
        assert not [text for text in texts if word.encode() in text], word
    assert verify(files[".zip"], (files[".html"], files[".xlsx"])).passed
