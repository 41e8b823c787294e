"""The inputs of a report as files: written once, read again by everyone who checks. The same inputs give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catalogs.digest import canonical_json
from catalogs.errors import ReportError
from catalogs.words import Text
from inventory.model import Record, Snapshot
from inventory.storage.decisions import Decision
from report.dated import EARLIER_FILE as EARLIER_STINTS
from report.dated import FILE as STINTS
from report.facts import Month
from report.inputs import Inputs, MomentInput, SnapshotInput

SCHEMA = "govcloud/usage-inputs/3"
_WITHOUT_EARLIER_STINTS = "govcloud/usage-inputs/2"  # the month before counts as the snapshot at its end says
_WITHOUT_STINTS = (
    "govcloud/usage-inputs/1"  # reports that count by owner could not be dated with it; others need no more
)
PARAMETERS = "parameters.json"
DECISIONS = "decisions.jsonl"
FINDINGS = "zombies.jsonl"
MOMENTS = ("now", "before")


def write_inputs(inputs: Inputs, folder: Path) -> None:
    """Write the inputs; the same inputs give the same bytes."""
    _write(folder / PARAMETERS, json.dumps(_parameters(inputs), ensure_ascii=False, sort_keys=True, indent=1) + "\n")
    _write_lines(folder / DECISIONS, [{**row.as_json_without_id(), "id": row.id} for row in inputs.decisions])
    _write_lines(folder / FINDINGS, inputs.zombie_rows)
    _write_lines(folder / STINTS, inputs.stint_rows)
    _write_lines(folder / EARLIER_STINTS, inputs.earlier_stint_rows or ())
    for name in MOMENTS:
        moment: MomentInput | None = getattr(inputs, name)
        for one in moment.snapshots if moment else ():
            _write_lines(
                folder / "snapshots" / name / f"{one.snapshot.id}.jsonl", [record.as_json() for record in one.records]
            )
    for file in inputs.catalog_files:
        target = folder / "catalogs" / file.layer / file.label
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)


def _parameters(inputs: Inputs) -> dict[str, object]:
    moments: dict[str, object] = {}
    for name in MOMENTS:
        moment: MomentInput | None = getattr(inputs, name)
        moments[name] = None if moment is None else _moment_json(moment)
    return {
        "schema": SCHEMA, "report": inputs.kind, "period": str(inputs.month), "as_of": _stamp(inputs.as_of), "profile": inputs.profile,
        "govcloud": inputs.version, "moments": moments,
    }  # fmt: skip


def _moment_json(moment: MomentInput) -> dict[str, object]:
    return {
        "at": _stamp(moment.at),
        "gap_counts": dict(moment.gap_counts),
        "classified_count": moment.classified_count,
        "secrecy_unknown_count": moment.secrecy_unknown_count,
        "secrecy_unknown_declared": moment.secrecy_unknown_declared,
        "snapshots": [
            {
                "id": one.snapshot.id, "source": one.snapshot.source, "collector": one.snapshot.collector,
                "taken_at": _stamp(one.snapshot.taken_at), "complete": one.snapshot.complete,
                "why_partial": None if one.snapshot.why_partial is None else one.snapshot.why_partial.as_json(),
                "content_sha256": one.snapshot.content_sha256, "record_count": one.record_count, "kept_records": len(one.records),
            }
            for one in moment.snapshots
        ],
    }  # fmt: skip


def read_inputs(folder: Path) -> Inputs:
    """Read inputs back.

    Raises:
        ReportError: a file is missing or has another form.
    """
    from catalogs.load import RawFile

    try:
        raw = json.loads((folder / PARAMETERS).read_text(encoding="utf-8"))
        old = raw["schema"] == _WITHOUT_STINTS and raw["report"] != "usage"
        dated_before = raw["schema"] == SCHEMA
        if raw["schema"] not in {SCHEMA, _WITHOUT_EARLIER_STINTS} and not old:
            raise _other_version(raw)
        files = [
            RawFile(
                kind=path.parent.name,
                label=f"{path.parent.name}/{path.name}",
                layer=path.parent.parent.name,
                content=path.read_bytes(),
            )
            for path in sorted((folder / "catalogs").glob("*/*/*.yaml"), key=lambda path: path.parts)
        ]
        now = _read_moment(folder, "now", raw["moments"]["now"])
        assert now is not None
        return Inputs(
            kind=raw["report"], month=Month.parse(raw["period"]), as_of=datetime.fromisoformat(raw["as_of"]), profile=raw["profile"], version=raw["govcloud"],
            now=now, before=_read_moment(folder, "before", raw["moments"]["before"]),
            decisions=tuple(_decision(row) for row in _read_lines(folder / DECISIONS)), catalog_files=tuple(files),
            zombie_rows=tuple(_read_lines(folder / FINDINGS)), stint_rows=() if old else tuple(_read_lines(folder / STINTS)),
            earlier_stint_rows=tuple(_read_lines(folder / EARLIER_STINTS)) if dated_before else None,
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AssertionError) as error:
        place = getattr(error, "filename", None) or PARAMETERS
        raise ReportError(
            f"证据包不完整或格式不对：{Path(place).name}",
            f"the evidence is incomplete or of another form: {Path(place).name}",
        ) from error


def _other_version(raw: Mapping[str, Any]) -> ReportError:
    return ReportError(
        f"{PARAMETERS}：证据包的版本是 {raw['schema']}，本程序核验 {SCHEMA}",
        f"{PARAMETERS}: the bundle is of version {raw['schema']}; this program checks {SCHEMA}",
        hint=Text(
            f"用编制它的 govcloud {raw['govcloud']} 核验，或由存储重新编制报告",
            f"check it with govcloud {raw['govcloud']}, which made it, or make the report again from the store",
        ),
    )


def _read_moment(folder: Path, name: str, raw: Mapping[str, Any] | None) -> MomentInput | None:
    if raw is None:
        return None
    snapshots = []
    for one in raw["snapshots"]:
        rows = _read_lines(folder / "snapshots" / name / f"{one['id']}.jsonl")
        snapshot = Snapshot(
            id=one["id"], source=one["source"], collector=one["collector"], taken_at=datetime.fromisoformat(one["taken_at"]),
            complete=one["complete"], why_partial=None if one["why_partial"] is None else Text.from_json(one["why_partial"]),
            content_sha256=one["content_sha256"], accounting={},
        )  # fmt: skip
        records = tuple(Record.from_json(row) for row in rows)
        snapshots.append(SnapshotInput(snapshot=snapshot, records=records, record_count=one["record_count"]))
    return MomentInput(
        at=datetime.fromisoformat(raw["at"]), snapshots=tuple(snapshots), gap_counts=raw["gap_counts"], classified_count=raw["classified_count"],
        secrecy_unknown_count=raw["secrecy_unknown_count"], secrecy_unknown_declared=raw.get("secrecy_unknown_declared", 0),
    )  # fmt: skip


def _decision(row: Mapping[str, Any]) -> Decision:
    values = {key: value for key, value in row.items() if key != "id"}
    return Decision(**{**values, "decided_at": datetime.fromisoformat(row["decided_at"])})


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_lines(path: Path, rows: Iterable[object]) -> None:
    _write(path, "".join(canonical_json(row) + "\n" for row in rows))


def _read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
