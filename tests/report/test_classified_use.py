"""The use of a classified system is in no figure, no total and no evidence: only the size of its servers, as allocated."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.report import conftest
from tests.report.conftest import fill, report_on

pytestmark = pytest.mark.slow


def report(work: Path, percent: float, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The report on a city in which the server of the classified system used so much."""
    work.mkdir()
    monkeypatch.setitem(conftest.LEVELS, "bunker", percent)
    fill(work / "store", work)
    report_on(work / "store", work / "out", work)
    return work / "out"


def test_no_figure_depends_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outs = [report(tmp_path / f"{percent}", percent, monkeypatch) for percent in (2.0, 60.0)]
    idle, busy = (json.loads((out / "usage-2026-03.figures.json").read_text("utf-8")) for out in outs)
    assert idle["figures"] == busy["figures"]
    assert idle["tables"] == busy["tables"]
    figures: dict[str, Any] = {figure["id"]: figure for figure in idle["figures"]}
    assert figures["scope.servers_without_use"]["numerator"] == 1
    assert figures["scope.servers"]["numerator"] == 5  # it stands in a pool, and takes of it
    with zipfile.ZipFile(outs[0] / "usage-2026-03.evidence.zip") as bundle:
        telemetry = [bundle.read(name) for name in bundle.namelist() if name.endswith(".parquet")]
    assert telemetry
    assert not any(b"5f1e77" in content for content in telemetry)
