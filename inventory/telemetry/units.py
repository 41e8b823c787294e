"""Has a metric changed its unit? Then most machines of a source jump by the same large factor from one day to the next.

Percent and ratio differ by 100, GiB and MiB by 1024, bytes and kilobytes by 1000: no change of real work moves most
machines so far overnight. It is asked, not corrected: only the people there know. A change between bits and bytes (8)
is too small to be told from work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.model import Gap, Origin
from inventory.storage.store import TelemetryFile
from inventory.telemetry.form import METRICS, as_day, connect, live

if TYPE_CHECKING:
    import duckdb

LEAST_SERVERS = 3  # one machine may really start or stop working
JUMP, JUMP_UNBOUNDED = 10.0, 50.0  # of the median machine; traffic without an upper bound rests at weekends
MOST_MACHINES = 0.8  # so many of them move by at least the square root of the jump
EVENTS = "per_hour"  # counts of events have no other unit
LOOKS_AT_SERVERS = 2_000  # of larger sources; chosen by a hash of the id, so that no cloud or department is left out
LOOKS_BACK_DAYS = 2  # the day of the change holds both units, so the day before it is compared with the day after too


def unit_changes(folder: Path, rollups: Iterable[TelemetryFile], new: Iterable[TelemetryFile]) -> list[Gap]:
    """One question for each metric whose level jumped on the days that were rolled up now.

    Args:
        folder: the telemetry folder.
        rollups: all that are listed, the new ones too.
        new: those made by this collection.
    """
    held = {(str(row.about["metric"]), as_day(row.day)): folder / row.path for row in live(rollups) if row.day}
    days: dict[str, set[date]] = {}
    for row in new:
        if row.kind == "rollup" and row.day and METRICS[str(row.about["metric"])].unit != EVENTS:
            days.setdefault(str(row.about["metric"]), set()).add(as_day(row.day))
    found: list[Gap] = []
    with connect(folder) as connection:
        for metric, mine in sorted(days.items()):
            wanted = mine | {
                day + timedelta(days=n) for day in mine for n in range(-LOOKS_BACK_DAYS, LOOKS_BACK_DAYS + 1)
            }
            paths = [str(path) for day in sorted(wanted) if (path := held.get((metric, day))) and path.is_file()]
            if len(paths) > 1:
                found += _jumps(connection, metric, paths)
    return found


def _jumps(connection: duckdb.DuckDBPyConnection, metric: str, paths: Sequence[str]) -> list[Gap]:
    jump = JUMP if METRICS[metric].capacity else JUMP_UNBOUNDED
    rows = connection.execute(
        """
        WITH daily AS (SELECT server, day, value_s / covered_seconds AS mean FROM read_parquet($paths) WHERE value_s > 0 AND covered_seconds > 0),
        looked_at AS (SELECT DISTINCT server FROM daily ORDER BY md5(server), server LIMIT $looks_at),
        level AS (SELECT daily.* FROM daily SEMI JOIN looked_at USING (server)),
        step AS (
            SELECT earlier.day AS before, later.day AS after, ln(later.mean / earlier.mean) AS way
            FROM level AS later JOIN level AS earlier ON later.server = earlier.server AND later.day - earlier.day BETWEEN 1 AND $back
        ),
        middle AS (SELECT before, after, count(*) AS servers, median(way) AS way FROM step GROUP BY before, after)
        SELECT before, after, servers, exp(abs(middle.way)), middle.way > 0 FROM middle JOIN step USING (before, after)
        WHERE servers >= $least AND abs(middle.way) >= ln($jump) GROUP BY before, after, servers, middle.way
        HAVING avg(CASE WHEN step.way * sign(middle.way) >= ln($jump) / 2 THEN 1.0 ELSE 0.0 END) >= $most ORDER BY after, before DESC
        """,
        {"paths": list(paths), "looks_at": LOOKS_AT_SERVERS, "back": LOOKS_BACK_DAYS, "least": LEAST_SERVERS, "jump": jump, "most": MOST_MACHINES},
    ).fetchall()  # fmt: skip
    gaps: list[Gap] = []
    until: date | None = None
    for before, day, servers, factor, up in rows:
        if until is None or before >= until:  # one question for a change that shows in two comparisons
            gaps.append(_question(metric, before, day, servers, factor, up=up))
            until = day
    return gaps


def _question(metric: str, before: date, day: date, servers: int, factor: float, *, up: bool) -> Gap:
    label = METRICS[metric].label
    return Gap(
        kind="ambiguous",
        origin=Origin(source="telemetry", path=f"{metric}/{day}"),
        field=metric,
        raw=f"{before}..{day}",
        message=Text(
            f"{label.zh}：{before} 到 {day}，{servers} 台服务器一起{'升' if up else '降'}到约 {factor:.0f} {'倍' if up else '分之一'}，像是单位变了；样本原样保留，涉及这些日子的使用率先不要用",
            f"{label.en}: from {before} to {day}, {servers} servers together went {'up' if up else 'down'} by a factor of about {factor:.0f}, as if the unit had changed; samples are kept as they are, do not use the rates of these days yet",
        ),
        question=Text(
            f"{label.zh}的单位在 {day} 前后变过吗？变过就在 sources.toml 里分来源写明单位，用 --again 或原文件重新采集",
            f"did the unit of {label.en} change about {day}? If so, give the unit of each source in sources.toml and collect those days again",
        ),
    )
