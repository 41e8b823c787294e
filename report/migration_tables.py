"""The tables of the report on migration that count: targets, units, months, rooms, and what does not count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from catalogs.words import Text
from planner.build.built import REASONS
from report.chapters.view import CATALOGS, DECISIONS_FILE, NO_UNIT, PARAMETERS_FILE, RECORDS
from report.facts import Month
from report.figures import UNMEASURED, Cell, Column, Share, Table
from report.migration_facts import Goal, Migration, Room, SystemState

DETAIL = "detail.migration"
UNIT, SYSTEM = Text("单位名称", "unit"), Text("信息系统名称", "system")
MET, MISSED = Text("达到", "met"), Text("未达到", "missed")
AHEAD, BEHIND = (
    Text("未到期，符合序时进度", "not due; on pace"),
    Text("未到期，落后序时进度", "not due; behind the pace"),
)
OPEN, UNKNOWN = Text("未到期", "not due"), Text("无法判断", "not known")


def verdict(moved: Migration, goal: Goal, on: date) -> Text:
    """Whether a target was reached by its date; before that date, whether a steady pace is kept."""
    if not moved.denominator:
        return UNKNOWN
    if moved.done(min(on, goal.by_on)) >= moved.wanted(goal):
        return MET
    if on >= goal.by_on:
        return MISSED
    steady = moved.steady(on)
    if steady is None:
        return OPEN
    return AHEAD if moved.done(on) >= steady else BEHIND


def targets(moved: Migration, on: date) -> Table:
    """Each target with what was reached by its date (or until now)."""
    rows: list[tuple[Cell, ...]] = []
    for goal in moved.goals:
        done, wanted = moved.done(min(on, goal.by_on)), moved.wanted(goal)
        rows.append(
            (
                goal.clause or goal.id, goal.place, goal.text, goal.by_on.isoformat(), f"≥ {float(goal.share_ratio):.0%}",
                _share(done, moved.denominator), wanted, max(0, wanted - done), (goal.by_on - on).days if goal.by_on > on else None,
                verdict(moved, goal, on),
            )
        )  # fmt: skip
    return Table(
        id="migration.targets",
        title=Text("迁移目标核对", "the targets"),
        columns=(
            Column(key="clause", label=Text("条款", "clause")),
            Column(key="place", label=Text("出处", "place")),
            Column(key="text", label=Text("条款要求", "what it asks")),
            Column(key="by", label=Text("期限", "by")),
            Column(key="target", label=Text("目标", "target")),
            Column(key="share", label=Text("已迁比例", "share"), kind="ratio"),
            Column(key="wanted", label=Text("应达（个）", "wanted"), kind="count"),
            Column(key="short", label=Text("还差（个）", "short of"), kind="count"),
            Column(key="days", label=Text("剩余天数", "days left"), kind="days"),
            Column(key="verdict", label=Text("结论", "verdict"), kind="status"),
        ),
        rows=tuple(rows),
        basis=Text(
            "应达 = 目标比例 × 应迁系统数，向上取整；期限已过的按期限当日的已迁数判断",
            "wanted = share × systems that count, rounded up; a date that has passed is judged by that day",
        ),
        origins=(RECORDS, DECISIONS_FILE, CATALOGS),
        empty=Text("政策画像中没有迁移比例目标", "the profile has no target for the share migrated"),
    )


def units(moved: Migration) -> Table:
    """The share of each unit; sums go down to the systems."""
    groups: dict[str | Text, list[SystemState]] = {}
    for one in moved.systems:
        groups.setdefault(one.department or NO_UNIT, []).append(one)
    ordered = sorted(groups.items(), key=lambda item: (isinstance(item[0], Text), str(item[0])))
    return Table(
        id="migration.units",
        title=Text("各单位迁移进度", "progress by unit"),
        columns=(
            Column(key="unit", label=UNIT),
            Column(key="systems", label=Text("系统（个）", "systems"), kind="count", sums="systems"),
            Column(key="aside", label=Text("不计入", "not counted"), kind="count", sums="aside"),
            Column(key="accepted", label=Text("已验收", "accepted"), kind="count", sums="accepted"),
            Column(key="already", label=Text("原已在云", "already there"), kind="count", sums="already"),
            Column(key="open", label=Text("尚未迁移", "to move"), kind="count", sums="open"),
            Column(key="share", label=Text("迁移比例", "share"), kind="ratio", sums="share"),
        ),
        rows=tuple((unit, *_sums(members)) for unit, members in ordered),
        total=(Text("合计", "total"), *_sums(moved.systems)),
        basis=Text(
            "迁移比例 = 已迁 ÷ 应迁；没有应迁系统的单位为 n/a；合计不含只计数的涉密和密级未定系统",
            "share = migrated ÷ those that count; n/a where none counts; classified ones and those of unknown secrecy are not in the total",
        ),
        origins=(RECORDS, DECISIONS_FILE),
        detail=DETAIL,
        by=(("unit", "unit"),),
        empty=Text("没有可列名的系统", "no system may be named"),
    )


def _sums(members: Iterable[SystemState]) -> tuple[Cell, ...]:
    rows = list(members)
    counted = [one for one in rows if one.counted]
    sums = (sum(column) for column in zip(*map(ones, rows), strict=True)) if rows else iter((0,) * 5)
    return (*sums, _share(sum(one.migrated for one in counted), len(counted)))


def ones(one: SystemState) -> tuple[int, ...]:
    """Ones and zeros that workbooks add up: systems, aside, accepted, already, open."""
    accepted, already = (one.migrated and one.state == state for state in ("accepted", "already-there"))
    return 1, int(not one.counted), int(accepted), int(already), int(one.counted and not one.migrated)


def months(moved: Migration, on: date) -> Table:
    """Month by month: what was accepted, what is migrated in all, what a steady pace asks; the future has no numbers yet."""
    rows: list[tuple[Cell, ...]] = []
    for month in _span(moved, on):
        end, before = min(month.last_on, max(on, month.first_on)), month.first_on - timedelta(days=1)
        past = month.first_on <= on
        steady, goal = moved.steady(month.last_on), _due(moved, month)
        rows.append(
            (
                str(month),
                moved.done(end) - moved.done(before) if past else None,
                _share(moved.done(end), moved.denominator) if past else UNMEASURED,
                UNMEASURED if steady is None else _share(steady, moved.denominator),
                None if goal is None else f"{goal.clause or goal.id} ≥ {float(goal.share_ratio):.0%}",
            )
        )
    return Table(
        id="migration.months",
        title=Text("逐月进度", "month by month"),
        columns=(
            Column(key="month", label=Text("月份", "month")),
            Column(key="accepted", label=Text("当月验收", "accepted"), kind="count"),
            Column(key="share", label=Text("累计迁移比例", "share migrated"), kind="ratio"),
            Column(key="steady", label=Text("月末序时应达", "pace at month's end"), kind="ratio"),
            Column(key="due", label=Text("到期目标", "target due")),
        ),
        rows=tuple(rows),
        basis=Text(
            "按验收日期；分母一律用本期的应迁系统数；原已在目标云上的没有日期，各月都计入",
            "by date of acceptance; the denominator is today's throughout; systems already there have no date and count in each month",
        ),
        origins=(DECISIONS_FILE, RECORDS, CATALOGS),
    )


def _span(moved: Migration, on: date) -> list[Month]:
    dated = [one.accepted_on for one in moved.systems if one.accepted_on is not None and one.migrated]
    days = [on, *dated, *(goal.by_on for goal in moved.goals), *([moved.begins_on] if moved.begins_on else [])]
    month, last = Month(min(days).year, min(days).month), max(days)
    found: list[Month] = []
    while month.first_on <= last and len(found) < 120:  # ten years are more than any document plans
        found.append(month)
        after = month.last_on + timedelta(days=1)
        month = Month(after.year, after.month)
    return found


def _due(moved: Migration, month: Month) -> Goal | None:
    return next((goal for goal in moved.goals if month.first_on <= goal.by_on <= month.last_on), None)


def rooms(moved: Migration, on: date) -> Table:
    """Machine rooms that are to be empty: how many systems the ledgers still place there."""
    rows = [_room(room, moved, on) for room in moved.rooms]
    return Table(
        id="migration.rooms",
        title=Text("机房清空", "machine rooms to be emptied"),
        columns=(
            Column(key="location", label=Text("部署位置", "location")),
            Column(key="by", label=Text("期限", "by")),
            Column(key="systems", label=Text("台账在此的系统", "systems there by ledger"), kind="count"),
            Column(key="left", label=Text("其中未迁", "not migrated"), kind="count"),
            Column(key="verdict", label=Text("结论", "verdict"), kind="status"),
        ),
        rows=tuple(rows),
        basis=Text(
            "台账“部署位置”为该机房、且未验收也不在目标云的系统；停用和待关停的也要清走，一并计入",
            "systems that the ledgers place there and that are not migrated; those out of service have to go too",
        ),
        origins=(RECORDS, DECISIONS_FILE, CATALOGS),
        empty=Text("政策画像没有机房清空要求", "the profile asks for no room to be emptied"),
    )


def _room(room: Room, moved: Migration, on: date) -> tuple[Cell, ...]:
    there = [one for one in moved.systems if one.location == room.location]
    left = sum(one.state not in ("accepted", "already-there") for one in there)
    late = MISSED if on >= room.by_on else OPEN
    return (room.location, room.by_on.isoformat(), len(there), left, late if left else MET)


def uncounted(moved: Migration) -> Table:
    """Why systems are not in the denominator, and those that may not be named though they count."""
    rows: list[tuple[Cell, ...]] = [
        (REASONS[reason], count, Text("不计入", "not counted")) for reason, count in moved.uncounted.items()
    ]
    rows += [
        (
            REASONS[reason],
            count,
            Text("计入（只计数）", "counted, not named") if counts else Text("不计入", "not counted"),
        )
        for reason, count, counts in moved.unlisted
    ]
    return Table(
        id="migration.uncounted",
        title=Text("不计入应迁的系统", "systems that do not count"),
        columns=(
            Column(key="reason", label=Text("原因", "why")),
            Column(key="count", label=Text("系统（个）", "systems"), kind="count"),
            Column(key="counts", label=Text("是否计入分母", "in the denominator"), kind="status"),
        ),
        rows=tuple(rows),
        basis=Text("由政策画像“不计入分母的系统”决定；文件没有写明分母的，这是可改的默认值", "by the profile's exclusions; a default that may be changed where the document names no denominator"),
        origins=(RECORDS, DECISIONS_FILE, CATALOGS, PARAMETERS_FILE),
        empty=Text("没有", "none"),
    )  # fmt: skip


def _share(part: int, whole: int) -> Share:
    return Share(numerator=part, denominator=whole) if whole else UNMEASURED
