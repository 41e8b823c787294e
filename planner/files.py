"""Reading and writing problem and plan files: the planner's only touch of the disk."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from catalogs.errors import PlanError, UsageError


def read_file(path: Path, what: str) -> bytes:
    """A file's bytes.

    Raises:
        UsageError: it is not there or cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{what} {path}：无法读取（{reason}）", f"{what} {path}: cannot be read ({reason})") from error


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        PlanError: the folder is missing or not writable, or the disk is full; nothing is left behind.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise PlanError(f"{path}：无法写入（{reason}）", f"{path}: cannot be written ({reason})") from error
