"""The tutorial as a new user would follow it, and the page on plans: every command, in order, in one shell."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow
PARTIAL = 9  # the sample city has gaps and one partial source on purpose


PAGES = ("tutorial.md", "howto/plan.md")  # the second goes on in the workspace of the first


def commands() -> list[str]:
    text = "\n".join((ROOT / "docs" / page).read_text(encoding="utf-8") for page in PAGES)
    blocks = re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def test_every_command_of_the_tutorial_works(tmp_path: Path) -> None:
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    program = tmp_path / "bin" / "govcloud"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {ROOT / "govcloud.py"} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    lines = ["set -u", 'checked() { code=$?; case $code in 0|9) ;; *) echo "exit $code: $1" >&2; exit 1;; esac; }']
    for command in commands():
        lines += [command, f"checked '{command.split('|')[0][:60]}'"]
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"}
    found = subprocess.run(
        ["bash", "-c", "\n".join(lines)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr[-3000:]
    made = {path.suffix for path in (tmp_path / "yunchuan" / "report").rglob("*") if path.is_file()}
    assert {".html", ".xlsx"} <= made
    assert len(commands()) >= 14
