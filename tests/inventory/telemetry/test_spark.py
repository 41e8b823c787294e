"""The same roll-up on a real Spark: a standalone cluster of two workers on loopback, and local; equal to the bit."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from inventory.storage.store import TelemetryFile
from inventory.telemetry.compact import bring_up_to_date
from tests.inventory.telemetry.samples import AS_OF, NOON, a_server, raw, raw_files, read, stored
from tests.inventory.telemetry.servers import free_port, running

pytestmark = [pytest.mark.servers, pytest.mark.slow]


def _home() -> Path:
    import pyspark

    return Path(pyspark.__file__).parent


def _environment(folder: Path) -> Mapping[str, str]:
    return {
        **os.environ, "SPARK_HOME": str(_home()), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_WORKER_DIR": str(folder / "work"),
        "PYSPARK_PYTHON": sys.executable, "SPARK_DAEMON_MEMORY": "256m",
    }  # fmt: skip


def _until(log: Path, pattern: str, times: int = 1, seconds: float = 300) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = re.findall(pattern, log.read_text(errors="replace")) if log.exists() else []
        if len(found) >= times:
            return str(found[0])
        time.sleep(0.2)
    raise AssertionError(f"not seen in {log}: {pattern}\n{log.read_text()[-2000:]}")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """A master and two workers, each a process of its own; the master's URL."""
    port, environment = free_port(), _environment(tmp_path)
    submit = str(_home() / "bin" / "spark-class")
    with ExitStack() as stack:
        log = tmp_path / "master.log"
        stack.enter_context(
            running([submit, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"], log, env=environment)
        )  # fmt: skip
        url = _until(log, r"Starting Spark master at (spark://\S+)")
        for number in (1, 2):
            stack.enter_context(
                running([submit, "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--webui-port", "0", "--cores", "1", "--memory", "1g", url], tmp_path / f"worker{number}.log", env=environment)
            )  # fmt: skip
        _until(log, r"Registering worker", times=2)
        yield url


def samples(folder: Path) -> list[TelemetryFile]:
    """Two days and two metrics: bursts above the capacity, a metric without one, gaps, and an interval that changes."""
    rows: list[dict[str, object]] = []
    for server in range(12):
        for n in range(60):
            at = NOON + 300 * n + 86_400 * (n % 2)
            rows.append({"machine": f"vm-{server:02}", "at_s": at, "value": (server * 7 + n * 13) % 31 / 6.5})
            rows.append(
                {"machine": f"vm-{server:02}", "at_s": at, "metric": "network", "value": n / 3, "interval_s": 3600}
            )
    return raw_files(stored(folder, raw(*rows), servers=[a_server(f"vm-{n:02}") for n in range(12)]))


def test_a_cluster_of_two_workers_gives_the_same_files(
    cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "telemetry"
    files = samples(folder)
    here = bring_up_to_date(folder, files, [], as_of=AS_OF)
    for name, value in _environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GOVCLOUD_SPARK", cluster)
    there = bring_up_to_date(folder, files, [], as_of=AS_OF)
    assert len(here) == 4
    assert read(folder, there) == read(folder, here)
    assert [file.sha256 for file in there] == [file.sha256 for file in here]
    workers = [(tmp_path / f"worker{n}.log").read_text() for n in (1, 2)]
    assert all("Asked to launch executor" in log for log in workers), "both workers took part"


def test_a_master_that_is_not_there_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "telemetry"
    files = samples(folder)
    program = (
        "import sys; from pathlib import Path; from tests.inventory.telemetry.test_spark import samples\n"
        "from inventory.telemetry.spark import roll_up_on_spark\n"
        "from catalogs.errors import StoreError\n"
        "folder = Path(sys.argv[1])\n"
        "try: roll_up_on_spark(folder, [[file] for file in samples(folder)], 'spark:/wrong')\n"
        "except StoreError as error: print(error.message.en)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        capture_output=True,
        text=True,
        env={**_environment(tmp_path)},
        check=False,
    )
    assert "does not answer" in done.stdout, done.stderr[-2000:]
    assert files
