"""The project's own OpenStack: where it lives, whether it runs, how to log in. README.md says how to start it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LAB = Path(__file__).parent


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


def the_lab() -> Lab:
    """The lab of this environment (LAB_HOME, LAB_VENV), running or not."""
    home = lab_home()
    venv = Path(os.environ.get("LAB_VENV") or home / "venv")
    return Lab(clouds_yaml=home / "clouds.yaml", python=venv / "bin" / "python")


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
