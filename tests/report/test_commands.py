import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalogs.errors import GovcloudError, Partial, ReportError, StoreError, UsageError
from inventory.storage.store import open_store
from report.commands import report
from tests.report.conftest import AS_OF, END_OF_MARCH, MARCH, Made, collected

pytestmark = pytest.mark.slow  # whole stores


def usage(store: Path, out: Path, *more: str, profile: str | None = "sample-city", as_of: str = AS_OF) -> Result:
    arguments = [
        "usage",
        "--out",
        str(out),
        "--store",
        str(store),
        "--workspace",
        str(out.parent),
        "--as-of",
        as_of,
        *more,
    ]
    return CliRunner().invoke(report, [*arguments, *(["--profile", profile] if profile else [])])


def refusal(result: Result, kind: type[GovcloudError]) -> GovcloudError:
    """The one clear error: no traceback, in both languages."""
    assert isinstance(result.exception, kind), result.exception
    assert result.exception.message.zh
    assert result.exception.message.en
    return result.exception


@pytest.mark.slow
def test_the_default_period_is_the_last_full_month(made: Made, tmp_path: Path) -> None:
    assert usage(made.store, tmp_path / "a").exit_code == 0
    assert (tmp_path / "a" / "usage-2026-03.html").exists()
    result = usage(made.store, tmp_path / "b", as_of="2026-03-30")
    assert (tmp_path / "b" / "usage-2026-02.html").exists(), result.output


@pytest.mark.slow
def test_the_answer_for_machines_is_the_envelope_with_all_figures(made: Made, tmp_path: Path) -> None:
    result = usage(made.store, tmp_path / "out", "--json")
    answer = json.loads(result.output)
    assert set(answer) == {"schema", "as_of", "complete", "data", "gaps"}
    assert answer["complete"] is True
    assert {figure["id"] for figure in answer["data"]["figures"]} >= {"use.cpu.mean", "clause.SC-4.use"}


@pytest.mark.parametrize("period", ["2026-13", "march", "2026-04"])
def test_a_period_that_is_none_or_lies_ahead(made: Made, tmp_path: Path, period: str) -> None:
    refusal(usage(made.store, tmp_path / "out", "--period", period), UsageError)
    assert not (tmp_path / "out").exists()


def test_no_profile_and_an_unknown_one(made: Made, tmp_path: Path) -> None:
    refusal(usage(made.store, tmp_path / "out", profile=None), UsageError)
    error = refusal(usage(made.store, tmp_path / "out", profile="atlantis"), GovcloudError)
    assert "sample-city" in error.message.zh  # the known ones are named


def test_no_store_and_an_empty_store(tmp_path: Path) -> None:
    refusal(usage(tmp_path / "none", tmp_path / "out"), StoreError)
    open_store(str(tmp_path / "empty"), create=True).close()
    error = refusal(usage(tmp_path / "empty", tmp_path / "out"), ReportError)
    assert error.hint is not None
    assert list((tmp_path / "out").iterdir()) == []


def test_a_store_without_samples_gives_a_partial_report_that_says_so(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "store"), create=True) as store:
        store.add_snapshot(collected("openstack:lab", MARCH), taken_at=END_OF_MARCH)
    result = usage(tmp_path / "store", tmp_path / "out")
    error = refusal(result, Partial)
    assert "没有任何采样" in error.message.zh
    assert "n/a" in (tmp_path / "out" / "usage-2026-03.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_full_disk_is_one_error_and_leaves_the_old_report_alone(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert usage(made.store, tmp_path / "out").exit_code == 0
    old = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("report.evidence.write_zip", full)
    error = refusal(usage(made.store, tmp_path / "out"), ReportError)
    assert "No space left" in error.message.zh
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == old


def test_a_folder_that_cannot_be_written(made: Made, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    refusal(usage(made.store, tmp_path / "file" / "out"), ReportError)


def test_each_report_adds_a_row_to_the_runs(made: Made) -> None:
    import sqlite3

    with sqlite3.connect(made.store / "govcloud.db") as connection:
        rows = connection.execute("SELECT command, result FROM run WHERE command LIKE '%usage%'").fetchall()
    assert rows
    assert all(len(result) == 64 for _, result in rows)
