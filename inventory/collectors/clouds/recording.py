"""The raw answers of one cloud, as a value and as a JSON file that can be read back offline.

A recording holds no address of the cloud, no account and no secret; what is read from it is labelled as recorded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.model import Record

Kind = Literal["openstack", "aws"]
_NAMES: Mapping[Kind, str] = {"openstack": "OpenStack", "aws": "AWS"}


# Why a service did not tell, by the word that a fault keeps or by HTTP status.
REASONS: Mapping[str | int, Text] = {
    "unreachable": Text("连接不上", "cannot be connected to"),
    "timeout": Text("在时限内没有应答", "no answer within the time limit"),
    "certificate": Text("证书不可信", "its certificate is not trusted"),
    "no-endpoint": Text("服务目录里没有这个服务", "the service catalogue does not have it"),
    "no-version": Text("服务没有给出接口版本", "the service does not tell its versions"),
    401: Text("未获授权", "not authorised"),
    403: Text("账号没有权限", "the user may not see it"),
    404: Text("服务没有这个接口", "the service does not have it"),
    500: Text("服务内部出错", "the service failed"),
    503: Text("服务不可用", "the service is not available"),
}


def reason(why: str, status: int | None) -> Text:
    """Why a service did not tell, in words; what is not known is shown as it came."""
    word, _, count = why.partition(" (")
    known = REASONS.get(word) or REASONS.get(status or 0)
    if known is None:
        return Text(why, why)
    detail = f"HTTP {status}" if status else ""
    parts = [part for part in (detail, count.rstrip(")")) if part]
    return Text("，".join([known.zh, *parts]), ", ".join([known.en, *parts]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A listing that could not be read, wholly or to its end; `status` is the HTTP status, None where nothing came."""

    listing: str
    service: str
    status: int | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The answers of one cloud: listing → items as they came (only keys that are used), and what was refused.

    `kind` is the collector that asked. `recorded_at` is ISO 8601 UTC; `live` says whether the answers came from the cloud just now or from a file.
    """

    cloud: str
    recorded_at: str
    own_project: str | None
    answers: Mapping[str, Sequence[Mapping[str, Any]]]
    faults: tuple[Fault, ...] = ()
    live: bool = True
    kind: Kind = "openstack"

    def write(self, path: Path) -> None:
        """Write the file whole or not at all.

        Raises:
            CollectError: the folder is missing or must not be written to.
        """
        body = {
            "schema": schema_of(self.kind),
            "cloud": self.cloud,
            "recorded_at": self.recorded_at,
            "own_project": self.own_project,
            "answers": {name: list(items) for name, items in sorted(self.answers.items())},
            "faults": [asdict(fault) for fault in self.faults],
        }
        unfinished = path.with_name(path.name + ".part")
        try:
            unfinished.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            unfinished.replace(path)
        except (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError) as error:
            raise CollectError(
                f"{path}：不能写入录制文件：{error.strerror}",
                f"{path}: the recording cannot be written: {error.strerror}",
            ) from error
        finally:
            unfinished.unlink(missing_ok=True)


def schema_of(kind: Kind) -> str:
    """The name and version of a recording's form."""
    return f"govcloud/{kind}-recording/1"


def read_recording(path: Path, kind: Kind = "openstack") -> Recording:
    """A recording written earlier by one collector.

    Raises:
        CollectError: there is no such file, or it is not a recording.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["schema"] != schema_of(kind):
            raise KeyError(f"schema {raw['schema']!r}")
        answers = {name: [dict(item) for item in items] for name, items in raw["answers"].items()}
        faults = tuple(Fault(**fault) for fault in raw["faults"])
        return Recording(cloud=str(raw["cloud"]), recorded_at=str(raw["recorded_at"]), own_project=raw["own_project"],
                         answers=answers, faults=faults, live=False, kind=kind)  # fmt: skip
    except OSError as error:
        raise CollectError(
            f"{path}：不能读取：{error.strerror}", f"{path}: cannot be read: {error.strerror}"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CollectError(
            f"{path.name}：不是 {_NAMES[kind]} 录制文件（应为 {schema_of(kind)} 的 JSON）：{error}",
            f"{path.name}: not a recording of {_NAMES[kind]} (JSON of {schema_of(kind)} is expected): {error}",
            hint=Text(
                f"用 govcloud collect {kind} … --record 文件 录制",
                f"record one: govcloud collect {kind} … --record FILE",
            ),
        ) from error


def checked(records: Iterable[Record]) -> tuple[Record, ...]:
    """The records, if every field is a single value or a list of words.

    Raises:
        TypeError: an answer has something else where a value belongs.
    """
    kept = tuple(records)
    for record in kept:
        for name, value in record.fields.items():
            single = value is None or isinstance(value, str | int | float | bool)
            if not single and not (isinstance(value, tuple) and all(isinstance(item, str) for item in value)):
                raise TypeError(f"{record.origin.path}: {name} is {type(value).__name__}")
    return kept
