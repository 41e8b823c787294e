"""Collecting samples into the store: readers → raw files → compaction → roll-up → manifest, all or nothing."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.metrics import preference_of, read_sources
from inventory.metrics.csv_files import read_csv
from inventory.metrics.parquet_files import read_parquet
from inventory.metrics.series import Asked
from inventory.model import Gap, Origin, Server
from inventory.storage.store import Store, TelemetryFile
from inventory.telemetry.arrow import without_pandas
from inventory.telemetry.compact import bring_up_to_date, taken_again
from inventory.telemetry.form import Period, day_start, disk_error, live
from inventory.telemetry.held import completed, days_of, missing_days, pieces
from inventory.telemetry.identity import known_names, passed_names
from inventory.telemetry.ingest import ingest
from inventory.telemetry.looks import looks_of
from inventory.telemetry.remote import remote_of
from inventory.telemetry.sizes import earlier_sizes
from inventory.telemetry.units import unit_changes

if TYPE_CHECKING:
    import pyarrow as pa

Told = Callable[[int], None]
ENDINGS = (".csv", ".csv.gz", ".tsv", ".txt", ".parquet")
MOST_COLUMNS = 20  # named in one message
_DATED = re.compile(r"[-_.]?\d{4}[-_.]?(\d{2}|W\d{2})([-_.]?\d{2})?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What one collection of samples brought. `counts` add up: read = stored + double + each reason of not being used.

    `files` are those that were not in the manifest before: none where the same was collected again.
    """

    sources: Mapping[str, Mapping[str, int]]
    files: tuple[TelemetryFile, ...]
    gaps: tuple[Gap, ...]
    broken: tuple[tuple[str, Text], ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """The counts of all sources together."""
        total: Counter[str] = Counter()
        for counts in self.sources.values():
            total.update(counts)
        return dict(sorted(total.items()))

    def as_json(self) -> dict[str, object]:
        """The data of `collect metrics --json`."""
        kinds = Counter(file.kind for file in self.files)
        return {
            "counts": self.counts,
            "sources": {name: dict(counts) for name, counts in self.sources.items()},
            "new_files": dict(sorted(kinds.items())),
            "broken": [{"file": name, "message": message.as_json()} for name, message in self.broken],
        }


def sample_files(given: Iterable[Path]) -> list[Path]:
    """The files to read: those named, and all sample files in the folders named, by name.

    Raises:
        CollectError: something named is not there, or a folder has none.
    """
    found: list[Path] = []
    for path in given:
        inside = (
            sorted(p for p in path.rglob("*") if p.is_file() and p.name.lower().endswith(ENDINGS))
            if path.is_dir()
            else [path]
        )
        if not inside or not inside[0].exists():
            raise CollectError(f"{path}：没有采样文件", f"{path}: no sample files", hint=Text("检查路径；认识 .csv、.csv.gz、.tsv、.txt、.parquet", "check the path; known endings: .csv .csv.gz .tsv .txt .parquet"))  # fmt: skip
        found += inside
    return list(dict.fromkeys(found))


def source_of(path: Path) -> str:
    """The source of a file: its name without endings and date, so that the files of one system belong together."""
    name = re.sub(r"\.(csv|tsv|txt|parquet)(\.gz)?$", "", path.name, flags=re.IGNORECASE)
    return f"{'parquet' if path.suffix.lower() == '.parquet' else 'csv'}:{_DATED.sub('', name) or name}"


def collect_files(
    store: Store,
    servers: Sequence[Server],
    paths: Sequence[Path],
    *,
    as_of: datetime,
    source: str | None = None,
    sources_file: Path | None = None,
    told: Told = lambda _done: None,
) -> Collection:
    """Read sample files into the store; a broken file does not stop the others."""
    names = read_sources(sources_file) if sources_file else read_sources()
    groups: dict[str, list[Path]] = {}
    for path in paths:
        groups.setdefault(source or source_of(path), []).append(path)
    broken: list[tuple[str, Text]] = []
    unread: dict[str, Counter[str]] = {name: Counter() for name in groups}
    parts = {name: _read_all(group, names, broken, unread[name], told) for name, group in sorted(groups.items())}
    done = collect(store, servers, parts, as_of=as_of, broken=broken, preference=preference_of(names))
    return replace(
        done, gaps=(*(_unread(name, columns) for name, columns in sorted(unread.items()) if columns), *done.gaps)
    )


def _read_all(
    paths: Sequence[Path], names: Mapping[str, Any], broken: list[tuple[str, Text]], unread: Counter[str], told: Told
) -> Iterator[pa.Table]:
    for path in paths:
        try:
            if path.suffix.lower() == ".parquet":
                yield from read_parquet(path)
            else:
                yield from read_csv(path, sources=names, unread=unread.update)
        except CollectError as error:
            broken.append((path.name, _said(error)))
        told(1)


def _unread(source: str, columns: Counter[str]) -> Gap:
    """The columns of a source's files that nothing was read from: a heading that is written differently is easily one."""
    names = "、".join(f"{name}（{count} 个文件）" for name, count in columns.most_common(MOST_COLUMNS))
    english = ", ".join(f"{name} ({count} files)" for name, count in columns.most_common(MOST_COLUMNS))
    return Gap(
        kind="unreadable", origin=Origin(source=source), field=", ".join(sorted(columns)),
        message=Text(
            f"{source}：没有读这些列：{names}；是指标的话，在 sources.toml 里写上列名和单位",
            f"{source}: these columns are not read: {english}; where one is a metric, give its name and unit in sources.toml",
        ),
    )  # fmt: skip


def _said(error: CollectError) -> Text:
    """What was wrong, and what to do about it."""
    if error.hint is None:
        return error.message
    return Text(f"{error.message.zh}；{error.hint.zh}", f"{error.message.en}; {error.hint.en}")


LIVE: Mapping[str, str] = {
    "prometheus": "inventory.metrics.prometheus:read_prometheus",
    "zabbix": "inventory.metrics.zabbix:read_zabbix",
    "gnocchi": "inventory.metrics.gnocchi:read_gnocchi",
    "cloudwatch": "inventory.metrics.cloudwatch:read_cloudwatch",
}


def collect_live(
    store: Store,
    servers: Sequence[Server],
    kind: str,
    where: str,
    period: Period,
    *,
    as_of: datetime,
    source: str | None = None,
    sources_file: Path | None = None,
    again: bool = False,
) -> Collection:
    """Read a monitoring system into the store; only days that are not held yet are asked for.

    Args:
        store: to write to.
        servers: sorted by id.
        kind: one of `LIVE`.
        where: a URL, or a cloud of clouds.yaml.
        period: local days.
        as_of: later samples do not exist.
        source: its name; by default kind and host.
        sources_file: names and units of your own.
        again: ask for days that are held, too.

    Raises:
        CollectError: nothing could be read at all.
    """
    module, _, function = LIVE[kind].partition(":")
    read = getattr(importlib.import_module(module), function)
    names = read_sources(sources_file) if sources_file else read_sources()
    name = source or f"{kind}:{urlsplit(where).netloc.rpartition('@')[2] or where}"
    known = known_names(servers, passed_names(looks_of(store, as_of), servers))
    broken: list[tuple[str, Text]] = []
    whole: list[date] = []
    remarks: list[Text] = []

    def tables() -> Iterator[pa.Table]:
        try:
            for start_on, end_on in pieces(missing_days(store, name, period, again=again)):
                end = min(day_start(end_on), int(as_of.timestamp()) + 1)
                if day_start(start_on) < end:
                    yield from read(
                        where, Asked(start_s=day_start(start_on), end_s=end, known=known, remark=remarks.append), names
                    )
                    whole.extend(days_of((start_on, end_on), as_of))
        except CollectError as error:
            broken.append((name, _said(error)))

    done = collect(
        store, servers, {name: tables()}, as_of=as_of, broken=broken, whole=whole, preference=preference_of(names)
    )
    left = [Gap(kind="unreadable", origin=Origin(source=name), message=text) for text in dict.fromkeys(remarks)]
    return replace(done, broken=tuple(broken), gaps=(*left, *done.gaps))


def collect(
    store: Store,
    servers: Sequence[Server],
    parts: Mapping[str, Iterable[pa.Table]],
    *,
    as_of: datetime,
    broken: Sequence[tuple[str, Text]] = (),
    whole: Sequence[date] = (),
    preference: Sequence[str] = (),
) -> Collection:
    """Store the samples of some sources, bring the roll-up up to date, and list all new files at once.

    Args:
        store: to write to.
        servers: sorted by id.
        parts: by source, tables of raw samples.
        as_of: the instant of the collection.
        broken: what could not be read; may be filled while the readers run.
        whole: days that the one source of `parts` has delivered to their end; filled likewise.
        preference: which source counts where two measured the same server on the same day; ours by default.

    Raises:
        CollectError: nothing could be read at all, or the disk is full.
    """
    without_pandas()
    folder, order = store.telemetry_folder, tuple(preference)
    looks = looks_of(store, as_of)
    done = ingest(
        parts, folder=folder, servers=servers, as_of=as_of, earlier=earlier_sizes(store, servers, as_of, looks),
        passed=passed_names(looks, servers), preference=order,
    )  # fmt: skip
    days = {day.isoformat() for day in whole}
    if broken:  # filled while the readers ran
        done = replace(done, files=tuple(file if file.day in days else _cut_off(file) for file in done.files))
    if broken and not done.counts.get("read"):
        raise CollectError("\n".join(text.zh for _, text in broken), "\n".join(text.en for _, text in broken))
    listed = {file.path for kind in ("raw", "rollup", "apart") for file in store.telemetry_files(kind)}
    held = store.telemetry_files("raw")
    done = replace(done, files=tuple(taken_again(folder, done.files, held, as_of=as_of, preference=order)))
    raw = _each_once([*held, *(file for file in done.files if file.kind == "raw")])
    rollups = store.telemetry_files("rollup")
    rolled = bring_up_to_date(folder, raw, rollups, as_of=as_of, preference=order)
    asked = unit_changes(folder, [*rollups, *rolled], rolled)
    files = (*done.files, *rolled)
    got = sorted({file.day for file in done.files if file.kind == "raw" and file.day in days})
    try:
        told = [completed(folder, source, got, as_of) for source in parts if got]
    except OSError as error:
        raise disk_error(error, folder) from error
    if remote := remote_of(folder):
        remote.put(folder, (*files, *told))  # before the manifest names them
    store.add_telemetry_files((*files, *told))
    new = tuple(file for file in files if file.path not in listed)
    return Collection(sources=done.sources, files=new, gaps=(*asked, *done.gaps), broken=tuple(broken))


def _cut_off(file: TelemetryFile) -> TelemetryFile:
    return replace(file, about={**file.about, "partial": True})


def _each_once(files: Iterable[TelemetryFile]) -> list[TelemetryFile]:
    """Of two rows with one path the first one counts, as in the manifest, which is never changed."""
    found: dict[str, TelemetryFile] = {}
    for file in files:
        found.setdefault(file.path, file)
    return list(found.values())


def rollup_is_current(store: Store) -> bool:
    """Whether every live raw file has its roll-up; false after an interrupted collection."""
    from inventory.telemetry.rollup import stale_days

    return not stale_days(live(store.telemetry_files("raw")), store.telemetry_files("rollup"))
