"""`collect metrics` and `usage show` on bad input: one clear message, an exit code, nothing half-written."""

from pathlib import Path

import pytest

from tests.inventory.command import call


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("collect", "metrics"), 2, "二选一"),
        (("collect", "metrics", "x.csv", "--from", "zabbix"), 2, "二选一"),
        (("collect", "metrics", "--from", "prometheus"), 2, "--url"),
        (("collect", "metrics", "no-such-file.csv"), 4, "no-such-file.csv"),
        (
            ("collect", "metrics", "--from", "prometheus", "--url", "http://127.0.0.1:9", "--since", "gestern"),
            2,
            "2026-03-01",
        ),
        (
            (
                "collect",
                "metrics",
                "--from",
                "prometheus",
                "--url",
                "http://127.0.0.1:9",
                "--since",
                "2026-03-01",
                "--until",
                "2026-03-02",
            ),
            4,
            "没有应答",
        ),
        (("usage", "show"), 5, ""),
        (("zombies", "scan"), 5, ""),
    ],
)
def test_what_is_said(tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = call(*arguments, "--as-of", "2026-03-31", folder=tmp_path)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_samples_of_strangers_are_kept_apart_and_said(tmp_path: Path) -> None:
    (tmp_path / "u.csv").write_text("server,at,interval_seconds,cpu_percent\nvm-1,2026-03-10T00:00:00+08:00,300,5\n")
    done = call("collect", "metrics", "u.csv", "--as-of", "2026-03-31", folder=tmp_path)
    assert done.returncode == 9
    assert "先采集" in done.stderr
    assert list((tmp_path / "store").rglob("apart/**/*.parquet"))


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(b"a,b\n1,2\n")
    (tmp_path / "u.csv").write_text("server,at,interval_seconds,cpu_percent\nvm-1,2026-03-10T00:00:00+08:00,300,5\n")
    done = call("collect", "metrics", "bad.csv", "u.csv", "--as-of", "2026-03-31", folder=tmp_path)
    assert done.returncode == 9
    assert "bad.csv" in done.stderr
