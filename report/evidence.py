"""The evidence bundle: everything that a report was calculated from, and the hashes that bind it together.

Every file has its SHA-256, every folder the SHA-256 of the list of what is in it; the top one is the root hash, printed
in the report. A bundle is a folder or one zip file; the zip is written in one way only, so that each of its bytes is
checked too.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from catalogs.digest import sha256_of, sha256_of_bytes
from catalogs.errors import ReportError
from catalogs.words import Text

SCHEMA = "govcloud/evidence/1"
MANIFEST = "manifest.json"
FIGURES = "figures.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MOST_BYTES = 4 * 1024**3


# --- hashes -----------------------------------------------------------------------------------------------------


def file_hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below a folder but the manifest, by its path."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise ReportError(f"证据包中不应有链接：{path.name}", f"a bundle has no links: {path.name}")
        if path.is_file() and path != folder / MANIFEST:
            found[path.relative_to(folder).as_posix()] = sha256_of_bytes(path.read_bytes())
    return found


def root_of(hashes: Mapping[str, str]) -> str:
    """The root of the hash tree: a folder's hash is that of the sorted list of its names, kinds and hashes."""
    folders: dict[str, dict[str, str]] = {}
    files: dict[str, str] = {}
    for path, digest in hashes.items():
        head, _, rest = path.partition("/")
        if rest:
            folders.setdefault(head, {})[rest] = digest
        else:
            files[head] = digest
    entries = [["file", name, digest] for name, digest in files.items()]
    entries += [["folder", name, root_of(inside)] for name, inside in folders.items()]
    return sha256_of(sorted(entries))


def manifest_bytes(folder: Path) -> bytes:
    """The manifest of a folder: every file with size and hash, and the root."""
    hashes = file_hashes(folder)
    files = [
        {"path": path, "size": (folder / path).stat().st_size, "sha256": digest}
        for path, digest in sorted(hashes.items())
    ]
    manifest = {"schema": SCHEMA, "root_sha256": root_of(hashes), "files": files}
    return (json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def seal(folder: Path) -> str:
    """Write the manifest of a finished folder; returns the root hash."""
    content = manifest_bytes(folder)
    (folder / MANIFEST).write_bytes(content)
    return str(json.loads(content)["root_sha256"])


def hash_faults(folder: Path) -> tuple[str, list[Text]]:
    """The root hash that follows from the files themselves, and everything that does not agree with the manifest."""
    hashes = file_hashes(folder)
    root = root_of(hashes)
    try:
        content = (folder / MANIFEST).read_bytes()
        manifest = json.loads(content)
        listed = {str(row["path"]): str(row["sha256"]) for row in manifest["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return root, [Text(f"{MANIFEST}：没有，或读不出", f"{MANIFEST}: missing or not readable")]
    faults = [
        Text(f"{path}：清单中有，包里没有", f"{path}: listed, but missing")
        for path in sorted(listed.keys() - hashes.keys())
    ]
    faults += [
        Text(f"{path}：清单中没有的文件", f"{path}: a file that is not listed")
        for path in sorted(hashes.keys() - listed.keys())
    ]
    faults += [
        Text(f"{path}：内容与清单的 SHA-256 不符", f"{path}: its content does not have the listed SHA-256")
        for path in sorted(listed.keys() & hashes.keys())
        if listed[path] != hashes[path]
    ]
    if not faults and content != manifest_bytes(folder):
        faults.append(Text(f"{MANIFEST}：清单本身被改动", f"{MANIFEST}: the manifest itself was changed"))
    return root, faults


# --- one file ---------------------------------------------------------------------------------------------------


def write_zip(folder: Path, target: Path) -> None:
    """Pack a sealed folder: names sorted, no times, nothing compressed (the large files are already). Written whole or not at all."""
    temporary = target.with_name(target.name + ".unfinished")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
                entry.create_system = 3
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes())
        os.replace(temporary, target)  # noqa: PTH105 - atomic on one file system
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def opened(bundle: Path) -> Iterator[Path]:
    """A bundle as a folder; a zip file is unpacked for the time of use.

    Raises:
        ReportError: there is no bundle there, or the zip file is damaged.
    """
    if bundle.is_dir():
        yield bundle
        return
    if not bundle.is_file():
        raise ReportError(f"{bundle}：没有这个证据包", f"{bundle}: there is no such bundle")
    with TemporaryDirectory(prefix="govcloud-evidence-") as name:
        _unpack(bundle, Path(name))
        yield Path(name)


def _unpack(bundle: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(bundle) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > _MOST_BYTES:
                raise ReportError(f"{bundle.name}：解包后过大", f"{bundle.name}: too large when unpacked")
            for entry in entries:
                place = PurePosixPath(entry.filename)
                if place.is_absolute() or ".." in place.parts or entry.filename.endswith("/"):
                    raise ReportError(
                        f"{bundle.name}：包内路径不对：{entry.filename}",
                        f"{bundle.name}: a path leads outside: {entry.filename}",
                    )
                target = folder / place
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(entry))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise ReportError(
            f"{bundle.name}：证据包损坏或不是 zip 文件", f"{bundle.name}: the bundle is damaged or no zip file",
            hint=Text("请重新取得原文件", "get the original file again"),
        ) from error  # fmt: skip


def packed_as_written(bundle: Path, folder: Path) -> bool:
    """Whether a zip file has exactly the bytes that packing its content gives; a folder always has."""
    if bundle.is_dir():
        return True
    with TemporaryDirectory(prefix="govcloud-evidence-") as name:
        again = Path(name) / "again.zip"
        write_zip(folder, again)
        return again.read_bytes() == bundle.read_bytes()
