"""An auditor's hand recount of one system from raw samples, run as docs/howto/audit.md prints it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.inventory.usage.store import fill

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.slow


def test_the_recount_of_the_page_agrees_to_the_last_digit(tmp_path: Path) -> None:
    fill(tmp_path / "store", tmp_path)
    (tmp_path / "govcloud.yaml").write_text("schema: govcloud/settings/1\nstore: store\n", encoding="utf-8")
    section = (
        (ROOT / "docs" / "howto" / "audit.md")
        .read_text("utf-8")
        .split("## 从原始样本手工重算一个系统")[1]
        .split("\n## ")[0]
    )
    script = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    commands = [line.removeprefix("$ ") for line in section.splitlines() if line.startswith("$ ")]
    assert script
    assert len(commands) == 2
    assert "govcloud" not in script[1].replace("govcloud.db", "")  # nothing of the program under audit
    (tmp_path / "recount.py").write_text(script[1], encoding="utf-8")
    for name, line in (
        ("govcloud", f'{sys.executable} {ROOT / "govcloud.py"} "$@"'),
        ("python", f'{sys.executable} "$@"'),
    ):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\nexec {line}\n", encoding="utf-8")
        program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "GOVCLOUD_AS_OF": "2026-03-31"}
    shell = ["bash", "-c", "set -e\n" + "\n".join(commands)]
    found = subprocess.run(shell, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr[-2000:]
    by_hand, told, verdict = found.stdout.splitlines()
    # `stays`, `moved` until the 10th and `deleted` until the 10th: 15 server-days' worth of 4 vCPU over 50 days
    assert by_hand.split("：")[1].split() == [
        str(15 * 4_000_000 * 86_400),
        str(50 * 4_000_000 * 86_400),
        str(50 * 86_400),
    ]
    assert by_hand.split("：")[1] == told.split("：")[1]
    assert verdict == "一致"
