"""The lab itself: its own proof, end to end through every service."""

from __future__ import annotations

import subprocess

import pytest

from tests.lab import LAB, Lab

pytestmark = [pytest.mark.lab, pytest.mark.slow]


def test_the_lab_passes_its_own_proof(lab: Lab) -> None:
    done = subprocess.run([str(lab.python), str(LAB / "lab" / "smoke.py")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "23 passed, 0 failed" in done.stdout
