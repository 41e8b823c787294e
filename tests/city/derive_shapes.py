"""Derive compact, normalised usage shapes from real traces: `python -m tests.city.derive_shapes FOLDER`.

Reads the Bitbrains hourly files and the NAB CloudWatch series of a folder of traces and writes `shapes.json`: for each
machine chosen a week profile (168 hours, mean 1), a trend over 13 weeks (mean 1), the quantiles of what remains
(noise and bursts), its persistence from hour to hour, and the mean level. No measured series leaves the folder: the
profiles are medians over many weeks. The city is generated from `shapes.json` alone.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]
HERE = Path(__file__).parent
HOURS, WEEKS = 168, 13
QUANTILES = (0, 0.01, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99, 0.998, 1)
START = datetime(2013, 7, 1)  # noqa: DTZ001 - local hours of the trace, a Monday
KEPT = 64


def bitbrains(folder: Path) -> dict[str, dict[str, Series]]:
    """Hourly CPU, memory and network of each machine, as arrays over 13 weeks of local hours; NaN where nothing was measured."""
    series: dict[str, dict[str, Series]] = defaultdict(
        lambda: {name: np.full(HOURS * WEEKS, np.nan) for name in ("cpu", "memory", "network")}
    )
    for path in sorted((folder / "bitbrains_rnd").glob("hourly_*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                local = datetime.strptime(row["hour_utc"], "%Y-%m-%dT%H:%MZ") + timedelta(hours=2)  # noqa: DTZ007 - Amsterdam in summer
                hour = int((local - START).total_seconds() // 3600)
                if 0 <= hour < HOURS * WEEKS and float(row["cpu_cap_mhz_avg"]) > 0 and float(row["mem_prov_kb"]) > 0:
                    own = series[row["vm"]]
                    own["cpu"][hour] = min(100.0, float(row["cpu_pct_avg"]))
                    own["memory"][hour] = min(100.0, 100 * float(row["mem_used_kb_avg"]) / float(row["mem_prov_kb"]))
                    own["network"][hour] = float(row["net_rx_kbs_avg"]) + float(row["net_tx_kbs_avg"])
    return dict(series)


def nab(folder: Path) -> dict[str, Series]:
    """The CPU and request series of the NAB set, averaged to hours; two weeks each."""
    found: dict[str, Series] = {}
    for path in sorted((folder / "nab_cloudwatch").glob("*.csv")):
        if not path.name.startswith(("ec2_cpu", "rds_cpu", "elb_request")):
            continue
        sums: dict[int, list[float]] = defaultdict(list)
        with path.open(encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                stamp = datetime.fromisoformat(row["timestamp"])
                sums[stamp.weekday() * 24 + stamp.hour].append(float(row["value"]))
        found[path.stem] = np.array([np.mean(sums[h]) if h in sums else np.nan for h in range(HOURS)])
    return found


def profile(values: Series) -> dict[str, object] | None:
    """The shape of one series of 13 weeks, or None where too little was measured or it never moved."""
    grid = values.reshape(WEEKS, HOURS)
    level = float(np.nanmean(values))
    if np.isfinite(values).mean() < 0.8 or level < 0.01:
        return None
    trend = np.array([np.nanmedian(week) if np.isfinite(week).sum() > 40 else np.nan for week in grid])
    trend = np.where(np.isfinite(trend), trend, np.nanmedian(trend))
    trend = np.maximum(trend, level * 0.02)
    scaled = grid / trend[:, None]
    week = np.nanmedian(scaled, axis=0)
    week = np.where(np.isfinite(week), week, 1.0)
    week = np.maximum(week, 0.02)
    rest = (scaled / week[None, :]).ravel()
    logs = np.log(np.maximum(rest[np.isfinite(rest)], 0.02))
    persistence = float(np.corrcoef(logs[:-1], logs[1:])[0, 1]) if logs.std() > 1e-6 else 0.0
    known = values[np.isfinite(values)]
    return {
        "level": round(level, 3),
        "peak": round(float(known.max()), 1),
        "week": [int(v) for v in np.round(1000 * week / week.mean())],
        "trend": [int(v) for v in np.round(1000 * trend / trend.mean())],
        "rest": [round(float(v), 3) for v in np.quantile(logs, QUANTILES)],
        "persistence": round(min(0.98, max(0.0, persistence)), 3),
    }


def features(week: list[int]) -> tuple[float, float]:
    """How much busier working hours are than nights, and working days than the weekend."""
    grid = np.array(week, float).reshape(7, 24)
    day, night = grid[:5, 9:17].mean(), np.concatenate([grid[:5, 0:5], grid[:5, 22:]], axis=1).mean()
    return float(day / night), float(grid[:5].mean() / grid[5:].mean())


def choose(found: dict[str, dict[str, object]]) -> list[str]:
    """Machines spread evenly over the levels seen and over the rhythm of the day, so that no kind of use is lost."""
    by_level = sorted(found, key=lambda name: (found[name]["cpu"]["level"], name))  # type: ignore[index]
    by_day = sorted(found, key=lambda name: (features(found[name]["cpu"]["week"])[0], name))  # type: ignore[index]
    half = min(KEPT // 2, len(found))
    places = [round(place) for place in np.linspace(0, len(found) - 1, half)]
    kept = {by_level[place] for place in places} | {by_day[place] for place in places}
    return [name for name in by_level if name in kept]


def outages(values: Series) -> list[int]:
    """Lengths in hours of the gaps inside a series."""
    missing = np.concatenate([[0], (~np.isfinite(values)).astype(int), [0]])
    starts, ends = np.where(np.diff(missing) == 1)[0], np.where(np.diff(missing) == -1)[0]
    return [int(e - s) for s, e in zip(starts, ends, strict=True) if s > 0 and e < len(values)]


def main(folder: Path) -> None:
    """Write shapes.json beside this file."""
    series = bitbrains(folder)
    found: dict[str, dict[str, object]] = {}
    for name, own in series.items():
        shapes = {metric: profile(values) for metric, values in own.items()}
        if shapes["cpu"] and shapes["memory"]:
            found[name] = {metric: shape for metric, shape in shapes.items() if shape}
    machines = []
    for name in choose(found):
        day, working = features(found[name]["cpu"]["week"])  # type: ignore[index]
        machines.append(
            {"id": f"bitbrains-{name}", "day_ratio": round(day, 2), "workday_ratio": round(working, 2), **found[name]}
        )
    requests = {}
    for name, hours in nab(folder).items():
        filled = np.where(np.isfinite(hours), hours, np.nanmean(hours))
        requests[name] = [int(v) for v in np.round(1000 * filled / filled.mean())]
    gaps = sorted(length for own in series.values() for length in outages(own["cpu"]))
    result = {
        "schema": "city-shapes/1",
        "quantiles": QUANTILES,
        "machines": machines,
        "requests": requests,
        "gap_hours": [int(v) for v in np.quantile(gaps, np.linspace(0, 1, 21))],
    }
    text = json.dumps(result, ensure_ascii=False, separators=(",", ":"))
    (HERE / "shapes.json").write_text(text.replace('{"id"', '\n{"id"') + "\n", encoding="utf-8")
    print(f"{len(machines)} of {len(found)} machines, {len(requests)} request shapes, {len(text) // 1024} KiB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
