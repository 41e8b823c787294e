"""Samples as monitoring hands them over: CSV by week and source, with late, doubled and missing rows."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.city.harbour_monitor import half_hours, harbour_stamps
from tests.city.model import City, stream
from tests.city.usage import Usage

HEADER = b"server,at,cpu_percent,memory_percent,disk_used_percent,network_mbit_s\n"
HEADER_ROOMS = HEADER[:-1] + b",net_received_bytes_total\n"


def write_samples(folder: Path, city: City, usage: Usage, level: int) -> list[dict[str, Any]]:
    """Write every source's files; returns what was written and which faults were put in.

    A source is a monitoring system: one for each cloud, one for all machine rooms. Some machines of the second cloud
    are also watched by the rooms' monitoring, under their address.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = stream(city.seed, "samples")
    stamps = _stamps(city)
    servers = city.servers
    places = np.array([server.place if server.place[:4] != "room" else "rooms" for server in servers])
    twice = np.array([server.place == "cloud-b" and rng.random() < 0.04 for server in servers])
    if not twice.any():
        twice[int(np.flatnonzero(places == "cloud-b")[0])] = True
    jobs = []
    for source in ("cloud-a", "cloud-b", "sample-cloud", "rooms"):
        members = np.flatnonzero((places == source) | (twice if source == "rooms" else False))
        names = [servers[i].address if source == "rooms" else servers[i].name for i in members]
        plan = _Plan(rng, len(members), city.days)
        taken = harbour_stamps(city, source) if city.habits.coastal else stamps
        jobs += [(taken, source, members, names, plan, week) for week in range(0, city.days, 7)]
    with ThreadPoolExecutor(2) as pool:
        written = list(pool.map(lambda job: _week(folder, city, usage, level, *job), jobs))
    return [
        *sorted(written, key=lambda one: str(one["file"])),
        {"doubled_servers": [servers[i].id for i in np.flatnonzero(twice)]},
    ]


def _stamps(city: City) -> NDArray[Any]:
    days = [(city.start + timedelta(days=n)).isoformat() for n in range(city.days)]
    return np.array([f"{day}T{hour:02d}:00:00+08:00" for day in days for hour in range(24)], object)


class _Plan:
    """Which hours of a source come late (in the next week's file) and which are written twice; drawn in one order."""

    def __init__(self, rng: np.random.Generator, members: int, days: int) -> None:
        hours = days * 24
        count = max(1, members * hours // 4000)
        self.late = {
            (int(m), int(h))
            for m, h in zip(rng.integers(0, max(1, members), count), rng.integers(0, hours, count), strict=True)
        }
        self.twice = {
            (int(m), int(h))
            for m, h in zip(rng.integers(0, max(1, members), count), rng.integers(0, hours, count), strict=True)
        }
        self.changed = {
            (int(m), int(h))
            for m, h in zip(rng.integers(0, max(1, members), 3), rng.integers(0, hours, 3), strict=True)
        }


def _week(
    folder: Path,
    city: City,
    usage: Usage,
    level: int,
    stamps: NDArray[Any],
    source: str,
    members: NDArray[np.int64],
    names: list[str],
    plan: _Plan,
    week: int,
) -> dict[str, Any]:
    """One file: the rows of a week, machine by machine, then what came late, then what was sent twice."""
    begin, end, last = week * 24, min(week + 7, city.days) * 24, city.days * 24
    keep = np.isfinite(usage.cpu[members, begin:end])
    extra, counts = [], {"late": 0, "doubled": 0, "changed": 0}
    for kind, wanted in (
        ("late", plan.late),
        ("doubled", plan.twice),
        ("changed", plan.changed - plan.twice - plan.late),
    ):
        for member, hour in sorted(wanted):
            here, measured = (
                begin <= hour < end,
                bool(np.isfinite(usage.cpu[members[member], hour])) if len(members) else False,
            )
            if kind == "late" and here and end < last:
                keep[member, hour - begin] = False
            elif measured and (
                (kind == "late" and begin - 168 <= hour < begin)
                or (kind != "late" and here and keep[member, hour - begin])
            ):
                extra.append(
                    _line(
                        usage,
                        members[member],
                        names[member],
                        stamps,
                        hour,
                        rooms=source == "rooms",
                        add=1.5 if kind == "changed" else 0.0,
                    )
                )
                counts[kind] += 1
    rows = _rows(usage, members, names, stamps[begin:end], keep, begin, rooms=source == "rooms")
    between = half_hours(rows) if city.habits.coastal and source == "rooms" else b""
    data = (HEADER if source != "rooms" else HEADER_ROOMS) + rows + between + b"".join(extra)
    path = folder / f"{source}-{(city.start + timedelta(days=week)).isoformat()}.csv.gz"
    path.write_bytes(_gzip(data, level))
    return {"file": path.name, "source": source, "rows": data.count(b"\n") - 1, **counts}


def _rows(
    usage: Usage,
    members: NDArray[np.int64],
    names: list[str],
    stamps: NDArray[Any],
    keep: NDArray[np.bool_],
    begin: int,
    *,
    rooms: bool,
) -> bytes:
    """The rows of a week as CSV, in the order of machine and hour."""
    import pyarrow as pa
    import pyarrow.csv as pacsv

    who, when = np.nonzero(keep)
    at = (members[who], when + begin)
    table = {
        "server": pa.array(names, pa.string()).take(pa.array(who)),
        "at": pa.array(list(stamps), pa.string()).take(pa.array(when)),
        "cpu_percent": pa.array(np.round(usage.cpu[at].astype(np.float64), 1)),
        "memory_percent": pa.array(usage.memory[at].astype(np.int64)),
        "disk_used_percent": pa.array(np.round(usage.disk[at].astype(np.float64), 1)),
        "network_mbit_s": pa.array(np.round(usage.network[at].astype(np.float64), 2)),
    }
    if rooms:
        table["net_received_bytes_total"] = pa.array(usage.received[at].astype(np.int64))
    sink = pa.BufferOutputStream()
    pacsv.write_csv(pa.table(table), sink, pacsv.WriteOptions(include_header=False, quoting_style="none"))
    written: bytes = sink.getvalue().to_pybytes()
    return written


def _line(usage: Usage, machine: int, name: str, stamps: NDArray[Any], hour: int, *, rooms: bool, add: float) -> bytes:
    """One row again, as the sender repeats it; `add` where the second one says something else."""
    at = (machine, hour)
    cpu, disk, network = (
        round(float(grid[at]), digits) for grid, digits in ((usage.cpu, 1), (usage.disk, 1), (usage.network, 2))
    )
    cells = [name, stamps[hour], f"{round(cpu + add, 1):g}", f"{int(usage.memory[at])}", f"{disk:g}", f"{network:g}"]
    return (",".join(cells + ([str(int(usage.received[at]))] if rooms else [])) + "\n").encode()


def _gzip(data: bytes, level: int) -> bytes:
    """Gzip without name and time, so that the same rows give the same bytes."""
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()
