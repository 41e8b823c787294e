"""What tests of several packages share: the real OpenStack of tests/lab, the real engine, and where they live."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

LAB = Path(__file__).parent / "lab"


@dataclass(frozen=True, slots=True)
class Lab:
    """A running lab: its clouds.yaml and the names of the clouds in it (`lab` is the administrator)."""

    clouds_yaml: Path
    python: Path

    def connect(self, cloud: str = "lab") -> Any:
        """An openstacksdk connection."""
        import openstack

        config = openstack.config.OpenStackConfig(config_files=[str(self.clouds_yaml)])
        return openstack.connection.Connection(config=config.get_one(cloud=cloud))


def lab_home() -> Path:
    """Where the lab lives: LAB_HOME, as tests/lab/env.sh says."""
    return Path(os.environ.get("LAB_HOME") or f"{os.environ.get('TMPDIR') or '/tmp'}/openstack-lab")


def lab_is_up() -> bool:
    """Does every service that the lab started still run?"""
    pids = list((lab_home() / "run").glob("*.pid"))
    names = {path.stem for path in pids}
    return {"keystone", "nova", "neutron", "cinder", "glance"} <= names and all(_alive(path) for path in pids)


def _alive(pid_file: Path) -> bool:
    try:
        os.kill(int(pid_file.read_text()), 0)
    except (OSError, ValueError):
        return False
    return True


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """The real OpenStack control plane. Started if it does not run, and then stopped at the end of the run."""
    started = not lab_is_up()
    if started:
        subprocess.run([str(LAB / "up.sh"), "--no-smoke"], check=True, timeout=900)
    yield Lab(clouds_yaml=lab_home() / "clouds.yaml", python=lab_home() / "venv" / "bin" / "python")
    if started:
        subprocess.run([str(LAB / "down.sh")], check=True, timeout=120)


@pytest.fixture(scope="session")
def engine() -> Any:
    """The real Pulumi engine with its provider; installed (built) if it is not there."""
    from iac.engine_install import install

    return install(lambda text: print(text.en, flush=True))
