"""The roll-ups that a report rests on, copied beside its other evidence; rows of servers that it may not show are left out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from catalogs.digest import sha256_of_bytes
from catalogs.errors import ReportError
from inventory.storage.store import TelemetryFile
from inventory.telemetry.form import Period, as_day, check_files
from inventory.telemetry.query import Rollup
from report.facts import RESOURCES

if TYPE_CHECKING:
    from inventory.storage.store import Store

FOLDER = "telemetry"
MANIFEST = "telemetry/files.json"


def copy_rollups(store: Store, as_of: datetime, periods: Iterable[Period], *, keep: set[str], folder: Path) -> None:
    """Copy the roll-ups of CPU, memory and storage that touch the periods, with the rows of some servers only."""
    spans = list(periods)
    source = Rollup.of(store, as_of)
    files = [
        file for file in source.files
        if file.about["metric"] in RESOURCES and any(s.start_on <= as_day(file.day or "") < s.end_on for s in spans)
    ]  # fmt: skip
    check_files(source.folder, files)
    rows = [
        _copied(source.folder / file.path, file, keep, folder / FOLDER)
        for file in sorted(files, key=lambda file: file.path)
    ]
    manifest = folder / MANIFEST
    manifest.parent.mkdir(parents=True, exist_ok=True)
    manifest.write_text(
        json.dumps(rows, ensure_ascii=False, sort_keys=True, indent=1) + "\n", encoding="utf-8", newline="\n"
    )


def _copied(path: Path, file: TelemetryFile, keep: set[str], folder: Path) -> dict[str, object]:
    """One file's row of the manifest; `store_sha256` is that of the file in the store."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    servers = set(pc.unique(table.column("server").cast("string")).to_pylist())
    name = f"{file.about['metric']}-{file.day}.parquet"
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if servers <= keep:
        shutil.copyfile(path, target)
        rows = len(table)
    else:
        chosen = table.filter(pc.is_in(table.column("server").cast("string"), value_set=_texts(sorted(servers & keep))))
        pq.write_table(chosen, target, compression="zstd", store_schema=False)
        rows = len(chosen)
    content = target.read_bytes()
    return {
        "path": name, "metric": file.about["metric"], "day": file.day, "row_count": rows, "bytes": len(content),
        "sha256": sha256_of_bytes(content), "store_sha256": file.sha256, "store_row_count": file.row_count, "schema_version": file.schema_version,
        "source": file.source,
    }  # fmt: skip


def _texts(values: list[str]) -> object:
    import pyarrow as pa

    return pa.array(values, pa.string())


def bundled_rollup(folder: Path, as_of: datetime) -> Rollup:
    """The roll-ups of a bundle, as the queries of the inventory take them.

    Raises:
        ReportError: the list of files is missing or has another form.
    """
    try:
        rows = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = tuple(
            TelemetryFile(
                path=row["path"], kind="rollup", source=row["source"], day=row["day"], row_count=row["row_count"], sha256=row["sha256"],
                schema_version=row["schema_version"], added_at=as_of, about={"metric": row["metric"], "bytes": row["bytes"]},
            )
            for row in rows
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(
            f"证据包不完整或格式不对：{MANIFEST}", f"the evidence is incomplete or of another form: {MANIFEST}"
        ) from error
    return Rollup(folder=folder / FOLDER, files=files)
