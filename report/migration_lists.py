"""The lists of the report on migration: what was accepted, what is open, and each system that may be named."""

from __future__ import annotations

from catalogs.words import Text
from report.chapters.view import DECISIONS_FILE, NO_UNIT, RECORDS
from report.figures import UNMEASURED, Cell, Column, Share, Table
from report.migration_facts import Migration, SystemState
from report.migration_tables import DETAIL, SYSTEM, UNIT, ones

_STATES = {
    "accepted": Text("已验收", "accepted"),
    "already-there": Text("原已在目标云", "already there"),
    "to-move": Text("待迁移", "to be moved"),
}


def accepted(moved: Migration) -> Table:
    """Every accepted migration with date and evidence, and what the snapshot says of its servers."""
    chosen = sorted(
        (one for one in moved.systems if one.state == "accepted"),
        key=lambda one: (str(one.accepted_on or ""), one.system_id),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            number, one.department or NO_UNIT, one.name, one.accepted_on.isoformat() if one.accepted_on else Text("未写明", "not stated"),
            one.evidence or Text("缺", "missing"), one.decision_id, one.stands, _held(one),
        )
        for number, one in enumerate(chosen, start=1)
    ]  # fmt: skip
    return Table(
        id="migration.accepted",
        title=Text("已验收迁移清册", "accepted migrations"),
        columns=(
            Column(key="number", label=Text("序号", "no."), kind="count"),
            Column(key="unit", label=UNIT),
            Column(key="system", label=SYSTEM),
            Column(key="on", label=Text("验收日期", "accepted on")),
            Column(key="evidence", label=Text("证据文件", "evidence")),
            Column(key="decision", label=Text("决定编号", "decision")),
            Column(key="stands", label=Text("快照所见", "seen in the snapshot")),
            Column(key="held", label=Text("对照", "compared"), kind="status"),
        ),
        rows=tuple(rows),
        basis=Text(
            "验收是人的决定（govcloud decisions add acceptance）；“对照”看采集到的服务器是否在目标云",
            "acceptance is a person's decision; compared with where the servers were seen",
        ),
        origins=(DECISIONS_FILE, RECORDS),
        empty=Text("还没有验收的迁移", "no migration was accepted yet"),
    )


def _held(one: SystemState) -> Text:
    if one.confirmed is None:
        return Text("无法对照", "cannot be compared")
    return Text("一致", "agrees") if one.confirmed else Text("不一致", "differs")


def standing(moved: Migration) -> Table:
    """Systems that count and are not migrated, by unit."""
    chosen = sorted(
        (one for one in moved.systems if one.counted and not one.migrated),
        key=lambda one: (one.department is None, one.department or "", one.system_id),
    )
    return Table(
        id="migration.open",
        title=Text("尚未迁移的系统", "systems still to move"),
        columns=(
            Column(key="unit", label=UNIT),
            Column(key="system", label=SYSTEM),
            Column(key="location", label=Text("部署位置（台账）", "location (ledger)")),
            Column(key="stands", label=Text("快照所见", "seen in the snapshot")),
            Column(key="why", label=Text("说明", "remark")),
        ),
        rows=tuple((one.department or NO_UNIT, one.name, one.location, one.stands, one.why) for one in chosen),
        basis=Text("应迁而未验收、也不在目标云上的系统", "those that count, were not accepted and are not in the target cloud"),
        origins=(RECORDS, DECISIONS_FILE),
        empty=Text("没有：应迁的都已迁", "none: all that count are migrated"),
    )  # fmt: skip


def detail(moved: Migration) -> Table:
    """Every system that may be named: the numbers that all sums are made of."""
    rows: list[tuple[Cell, ...]] = []
    for one in moved.systems:
        day = one.accepted_on.isoformat() if one.accepted_on else None
        unseen = int(one.state == "accepted" and one.confirmed is not True)
        rows.append(
            (
                one.system_id,
                one.name,
                one.department or NO_UNIT,
                _STATES.get(one.state, one.why),
                *ones(one),
                Share(numerator=int(one.migrated), denominator=1) if one.counted else UNMEASURED,
                day,
                unseen,
                one.why,
            )
        )
    return Table(
        id=DETAIL,
        title=Text("系统明细", "systems"),
        columns=(
            Column(key="system_id", label=Text("系统编号", "system id")),
            Column(key="system", label=SYSTEM),
            Column(key="unit", label=UNIT),
            Column(key="state", label=Text("状态", "state"), kind="status"),
            Column(key="systems", label=Text("系统", "system"), kind="count"),
            Column(key="aside", label=Text("不计入", "not counted"), kind="count"),
            Column(key="accepted", label=Text("已验收", "accepted"), kind="count"),
            Column(key="already", label=Text("原已在云", "already there"), kind="count"),
            Column(key="open", label=Text("尚未迁移", "to move"), kind="count"),
            Column(key="share", label=Text("已迁", "migrated"), kind="ratio"),
            Column(key="on", label=Text("验收日期", "accepted on")),
            Column(key="unseen", label=Text("快照未见在云", "not seen there"), kind="count"),
            Column(key="why", label=Text("说明", "remark")),
        ),
        rows=tuple(rows),
        basis=Text("每个系统一行，1 为是、0 为否；不计入的没有分母", "one row for each system; 1 is yes, 0 is no; those not counted have no denominator"),
        origins=(RECORDS, DECISIONS_FILE),
    )  # fmt: skip
