"""Reading and writing problem and plan files: the planner's only touch of the disk."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from catalogs.errors import StoreError, UsageError
from catalogs.words import Text


def read_file(path: Path, what: str) -> bytes:
    """A file's bytes.

    Raises:
        UsageError: it is not there or cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        why = _why(error)
        raise UsageError(f"{what} {path}：无法读取（{why.zh}）", f"{what} {path}: cannot be read ({why.en})") from error


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        UsageError: the folder is missing or not writable; nothing is left behind.
        StoreError: the disk is full; nothing is left behind.
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
        why = _why(error)
        kind = StoreError if error.errno == errno.ENOSPC else UsageError
        raise kind(f"{path}：无法写入（{why.zh}）", f"{path}: cannot be written ({why.en})") from error


def _why(error: OSError) -> Text:
    """The commonest reasons in Chinese, too; any other as the system says it."""
    said = error.strerror or str(error)
    return Text(_REASONS.get(error.errno or 0, said), said)


_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EISDIR: "这是一个文件夹",
    errno.ENOTDIR: "上级不是文件夹",
    errno.EEXIST: "同名文件已存在",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "只读的文件系统",
}
