"""Reads the state files that the engine writes: what each wave has built. Needs neither engine nor cloud."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path
from typing import Any

from catalogs.errors import ProvisionError
from catalogs.words import Text

PROJECT = "govcloud"
SYSTEM_TYPE = "govcloud:openstack:System"


class State:
    """The states below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._states = folder / "state" / ".pulumi" / "stacks" / PROJECT

    def protected(self, wave_id: str) -> tuple[str, ...]:
        """Names of the protected resources in the state of a wave."""
        return tuple(sorted(name_of(one["urn"]) for one in self.resources(wave_id) if one.get("protect")))

    def waves(self) -> tuple[str, ...]:
        """The waves that have built something."""
        return tuple(name for name in sorted(path.stem for path in self._states.glob("*.json")) if self.resources(name))

    def resources(self, wave_id: str) -> list[dict[str, Any]]:
        """The resources in the state of a wave, as the engine wrote them; no engine is needed to read them."""
        path = self._states / f"{wave_id}.json"
        if not path.is_file():
            return []
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            return list((raw["checkpoint"]["latest"] or {}).get("resources", []))
        except (ValueError, KeyError, TypeError) as error:
            raise ProvisionError(
                f"状态文件 {path} 已损坏：{error}",
                f"the state file {path} is damaged: {error}",
                hint=Text(
                    f"用 {path.name}.bak 或 backups 文件夹里的副本替换。",
                    f"Put {path.name}.bak, or a copy from the folder backups, in its place.",
                ),
            ) from error

    def mend(self, wave_id: str) -> bool:
        """Put the engine's copy in the place of a state file that a cut-off run left half-written; true if it did.

        The copy is one step older: what was made in that step is unknown to the state, and `up` names it.
        """
        path = self._states / f"{wave_id}.json"
        copy = path.with_name(f"{path.name}.bak")
        if not path.is_file() or _whole(path) or not _whole(copy):
            return False
        shutil.copyfile(copy, path)
        return True

    def clear_dead_locks(self, wave_id: str) -> int:
        """Remove the locks of runs on this machine that no longer exist; returns how many there were.

        A lock of another machine, or of a run that is at work, stays: the engine then says so.
        """
        cleared = 0
        for path in sorted((self._folder / "state" / ".pulumi" / "locks").rglob(f"{wave_id}/*.json")):
            try:
                lock = json.loads(path.read_text(encoding="utf-8"))
                dead = lock["hostname"] == socket.gethostname() and not Path(f"/proc/{int(lock['pid'])}").exists()
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if dead:
                path.unlink()
                cleared += 1
        return cleared

    def placed(self, *, other_than: str) -> dict[str, str]:
        """Physical names of the systems that other waves have built, with those waves."""
        return {
            name_of(resource["urn"]): wave_id
            for wave_id in self.waves()
            if wave_id != other_than
            for resource in self.resources(wave_id)
            if resource["type"] == SYSTEM_TYPE
        }


def _whole(path: Path) -> bool:
    try:
        return bool(json.loads(path.read_text(encoding="utf-8"))["checkpoint"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def name_of(urn: str) -> str:
    """The resource's own name, the last part of its URN."""
    return urn.rpartition("::")[2]
