"""Reads the state files that the engine writes: what each wave has built. Needs neither engine nor cloud."""

from __future__ import annotations

import json
import re
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
        """Repair what a cut-off run left half-written; true if something was. Nothing is touched while a lock exists.

        The engine writes its files by renaming, but the `.attrs` beside them (content type and digest, which nothing
        reads again) in place: a kill can leave them empty, and the engine then refuses the sound file beside them. They
        are removed. A state that is itself cut off is replaced by the newest whole copy: the `.bak` of one step earlier,
        else what the engine keeps in `backups` and `history`. What was made since is unknown to the state, and `up` names it.
        """
        root = self._folder / "state" / ".pulumi"
        if any((root / "locks").rglob(f"{wave_id}/*.json")):
            return False
        mended = False
        for attributes in [*self._states.glob("*.attrs"), root / "meta.yaml.attrs"]:
            if attributes.is_file() and not _parsed(attributes):
                attributes.unlink()
                mended = True
        meta = root / "meta.yaml"
        if meta.is_file() and not meta.read_text(encoding="utf-8").strip():
            meta.unlink()  # the engine writes it anew
            mended = True
        path = self._states / f"{wave_id}.json"
        if path.is_file() and not _whole(path):
            copy = next((one for one in self._copies(wave_id) if _whole(one)), None)
            if copy is not None:
                shutil.copyfile(copy, path)
                mended = True
        return mended

    def _copies(self, wave_id: str) -> list[Path]:
        """The engine's copies of a state, newest first: the numbers in their names are nanoseconds."""
        root = self._folder / "state" / ".pulumi"
        older = [
            *(root / "backups" / PROJECT / wave_id).glob(f"{wave_id}.*.json"),
            *(root / "history" / PROJECT / wave_id).glob(f"{wave_id}-*.checkpoint.json"),
        ]
        older.sort(key=lambda path: (int((re.findall(r"\d{16,}", path.name) or ["0"])[-1]), path.name), reverse=True)
        return [self._states / f"{wave_id}.json.bak", *older]

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
    content = _parsed(path)
    return isinstance(content, dict) and bool(content.get("checkpoint"))


def _parsed(path: Path) -> Any:
    """What a JSON file holds; None where it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def name_of(urn: str) -> str:
    """The resource's own name, the last part of its URN."""
    return urn.rpartition("::")[2]
