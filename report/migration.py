"""迁移进度报告: how many of the systems that count are migrated, by evidence, against the profile's targets by date."""

from __future__ import annotations

from datetime import date, timedelta

from catalogs.words import Text
from report.chapters.basis import basis
from report.chapters.view import CATALOGS, DECISIONS_FILE, PARAMETERS_FILE, RECORDS, view
from report.facts import Facts
from report.figures import Figure, Report, by_id
from report.migration_facts import Goal, Migration
from report.migration_lists import accepted, detail, standing
from report.migration_tables import DETAIL, months, rooms, targets, uncounted, units
from report.usage import head_of, parameters_of

SHARE_BASIS = Text(
    "已迁系统数 ÷ 应迁系统数；已迁 = 已验收（有日期和证据文件的决定）+ 画像写明计入的“已在目标云上”；应迁不含下列不计入的系统",
    "migrated ÷ systems that count; migrated = accepted (a decision with date and evidence file) and, where the profile counts them, those already in the target cloud",
)
_ORIGINS = (RECORDS, DECISIONS_FILE, CATALOGS)
_KEPT = ("basis.sources", "basis.gaps", "basis.parameters")


def migration_report(facts: Facts) -> Report:
    """All figures and tables of the report on migration."""
    assert facts.migration is not None
    moved, sources = facts.migration, basis(view(facts))
    figures = (
        *_counts(moved, facts),
        *(_goal(moved, goal, facts.until) for goal in moved.goals),
        *(one for one in sources.figures if one.id == "coverage.gaps"),
    )
    tables = (
        targets(moved, facts.until), units(moved), months(moved, facts.until), accepted(moved), standing(moved), rooms(moved, facts.until),
        uncounted(moved), *(table for table in sources.tables if table.id in _KEPT), detail(moved),
    )  # fmt: skip
    return Report(
        kind="migration",
        title=Text(f"{facts.city.zh}政务信息系统迁移进度报告", f"{facts.city.en}: progress of the migration"),
        subtitle=facts.month.label,
        head=head_of(facts),
        figures=by_id(figures),
        tables={table.id: table for table in tables},
        warnings=(*facts.warnings, *_warnings(moved, facts)),
        missing=tuple(_partial(facts)),
        parameters=parameters_of(facts, "migration"),
    )


def _counts(moved: Migration, facts: Facts) -> list[Figure]:
    before = facts.month.first_on - timedelta(days=1)
    listed, done, then = moved.systems, moved.done(facts.until), moved.done(before)
    steady = moved.steady(facts.until)
    new = sum(one.migrated and one.accepted_on is not None and before < one.accepted_on for one in listed)

    def count(figure_id: str, zh: str, en: str, number: int, why: Text, key: str | None = None) -> Figure:
        where = None if key is None else (DETAIL, key)
        return Figure(
            id=figure_id, label=Text(zh, en), unit="count", numerator=number, basis=why, origins=_ORIGINS, detail=where
        )

    return [
        Figure(
            id="migration.share", label=Text("迁移比例", "share migrated"), unit="ratio", basis=SHARE_BASIS, origins=_ORIGINS,
            numerator=done if moved.denominator else None, denominator=moved.denominator or None,
            why_unknown=None if moved.denominator else Text("没有应迁的系统", "no system counts"),
        ),
        Figure(
            id="migration.steady", label=Text("序时应达", "time-proportional share"), unit="ratio", origins=(CATALOGS, DECISIONS_FILE),
            numerator=steady if moved.denominator else None, denominator=moved.denominator or None,
            basis=Text("自画像的起点均匀推进到各目标，向下取整", "a steady pace from the profile's first day to each target, rounded down"),
            why_unknown=None if steady is not None else Text("画像没有要求序时进度", "the profile asks for none"),
        ),
        count("migration.systems", "信息系统（可列名）", "systems that may be named", len(listed), Text("不含涉密和密级未定的系统", "without classified ones and those of unknown secrecy")),
        count("migration.accepted", "已验收", "accepted", sum(one.migrated and one.state == "accepted" for one in listed), Text("有验收决定且验收日期已到", "by a decision whose date has come"), "accepted"),
        count("migration.already", "原已在目标云上", "already there", sum(one.migrated and one.state == "already-there" for one in listed),
              Text("全部服务器在目标云的资源池中，没有迁移记录", "all its servers stand in pools of the target cloud, without a migration"), "already"),
        count("migration.to_move", "尚未迁移", "still to move", moved.denominator - done, Text("应迁 − 已迁", "those that count, less those migrated")),
        count("migration.uncounted", "不计入应迁的系统", "systems that do not count", _aside(moved), Text("按画像“不计入分母的系统”", "by the profile's exclusions")),
        count("migration.new", "本月新验收", "accepted this month", new, Text("验收日期在本月", "dated in this month")),
        count("migration.before", "上月末已迁", "migrated a month before", then, Text("验收日期在上月末或以前，加原已在目标云上的", "dated until the end of last month, with those already there")),
        count("migration.unseen", "已验收而快照未能证实", "accepted, but not borne out by the snapshot",
              sum(one.state == "accepted" and one.confirmed is not True for one in listed),
              Text("验收是人的决定，与采集到的服务器位置对照；不全在目标云、没有服务器或快照早于验收的，未能证实", "acceptance is a person's decision; the servers' places as collected are held against it"), "unseen"),
    ]  # fmt: skip


def _aside(moved: Migration) -> int:
    return sum(not one.counted for one in moved.systems) + sum(n for _, n, counts in moved.unlisted if not counts)


def _goal(moved: Migration, goal: Goal, on: date) -> Figure:
    """The share under one clause; a date that has passed is judged by what was migrated on that date."""
    upto = min(on, goal.by_on)
    known = moved.denominator > 0
    return Figure(
        id=f"clause.{goal.clause or goal.id}.share",
        label=Text(f"{goal.clause or goal.id} 迁移比例（{goal.by_on} 前）", f"{goal.clause or goal.id}: share until {goal.by_on}"),
        unit="ratio",
        numerator=moved.done(upto) if known else None,
        denominator=moved.denominator if known else None,
        basis=SHARE_BASIS,
        origins=(*_ORIGINS, PARAMETERS_FILE),
        clause=goal.clause,
        target=float(goal.share_ratio),
        why_unknown=None if known else Text("没有应迁的系统", "no system counts"),
    )  # fmt: skip


def _warnings(moved: Migration, facts: Facts) -> list[Text]:
    undated = sum(one.state == "accepted" and None in (one.accepted_on, one.evidence) for one in moved.systems)
    found = []
    if undated:
        found.append(
            Text(
                f"{undated} 个验收缺日期或证据文件：计入，但请补齐",
                f"{undated} acceptances have no date or no evidence file: they count, but complete them",
            )
        )
    if facts.as_of_on < facts.month.last_on:
        day = facts.as_of_on.isoformat()
        found.append(Text(f"本月尚未结束：数据截至 {day}", f"the month is not over: data until {day}"))
    return found


def _partial(facts: Facts) -> list[Text]:
    return [
        Text(f"来源 {one.source} 不完整：{(one.why_partial or Text('', '')).zh}", f"source {one.source} is partial: {(one.why_partial or Text('', '')).en}")
        for one in facts.sources if not one.complete
    ]  # fmt: skip
