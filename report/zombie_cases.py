"""The cases in the report: how many stand where, which are due or overdue, what was released, what changed since last month.

One page for the meeting of the leaders: every number is one of the table of cases below it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from catalogs.words import Text
from inventory.zombies.cases import ENDED, STEPS, Case, local_day, step_of
from report.chapters.view import DECISIONS_FILE, FINDINGS_FILE, RECORDS, View
from report.chapters.zombies import VERDICTS
from report.figures import Cell, Column, Figure, Table

_FROM = (DECISIONS_FILE, RECORDS)


def case_figures(seen: View) -> tuple[Figure, ...]:
    """Open and overdue cases, and what closed ones gave back."""
    known = _named(seen)
    still_open = [one for one in known.values() if one.step not in ENDED]
    freed = [_released(one) for one in known.values()]
    seen_gone = Text("案卷“已释放”一步里记下的：关停之后的快照里看不见的服务器", "as noted when released was recorded: servers that no snapshot after the shut-down shows")  # fmt: skip
    counts = Text("立案而没有结案、没有撤销的", "opened, and neither closed nor withdrawn")
    return (
        Figure(id="zombies.cases", label=Text("在办案卷", "open cases"), unit="count", numerator=len(still_open), basis=counts, origins=_FROM),
        Figure(
            id="zombies.overdue", label=Text("超期案卷", "overdue cases"), unit="count", numerator=sum(one.overdue(seen.facts.until) for one in still_open),
            basis=Text(f"截至 {seen.facts.until} 过了下一步期限或暂缓到期日", f"by {seen.facts.until} the next step is late, or a hold is over"), origins=_FROM,
        ),
        Figure(id="zombies.released_vcpu", label=Text("已释放 vCPU", "vCPU released"), unit="vcpu", numerator=sum(row["vcpu"] for row in freed), basis=seen_gone, origins=_FROM),
        Figure(id="zombies.released_memory", label=Text("已释放内存", "memory released"), unit="gib", numerator=sum(row["memory_gib"] for row in freed), basis=seen_gone, origins=_FROM),
        Figure(id="zombies.released_storage", label=Text("已释放存储", "storage released"), unit="gib", numerator=sum(row["storage_gib"] for row in freed), basis=seen_gone, origins=_FROM),
    )  # fmt: skip


def _named(seen: View) -> dict[str, Case]:
    """The cases whose systems may be named, by id of the system."""
    return {system_id: case for system_id, case in seen.facts.cases.items() if system_id in seen.now.systems}


def _released(case: Case) -> dict[str, int | float]:
    """What the case as it was opened the last time gave back."""
    noted: object = None
    for step in case.steps:
        value = step.value if isinstance(step.value, Mapping) else {}
        if step_of(step) == "opened":
            noted = None
        noted = value.get("released", noted)
    found = noted if isinstance(noted, Mapping) else {}
    return {name: found.get(name) or 0 for name in ("vcpu", "memory_gib", "storage_gib")}


def stages_table(seen: View) -> Table:
    """How many cases stand at each step, and how many of them are overdue."""
    known = _named(seen).values()
    counts = Counter(one.step for one in known)
    late = Counter(one.step for one in known if one.overdue(seen.facts.until))
    rows: list[tuple[Cell, ...]] = [(label, counts[step], late[step]) for step, label in STEPS.items() if counts[step]]
    return Table(
        id="zombies.stages",
        title=Text("案卷进度", "Cases by step"),
        columns=(
            Column(key="step", label=Text("现在", "stands at")),
            Column(key="cases", label=Text("件数", "cases"), kind="count"),
            Column(key="overdue", label=Text("其中超期", "overdue"), kind="count"),
        ),
        rows=tuple(rows),
        total=(Text("合计", "total"), sum(counts.values()), sum(late.values())) if rows else None,
        basis=Text("每个案卷按最近的一步计一次；每一步都是人的决定", "each case once, by its last step; every step is a person's decision"),
        origins=_FROM,
        empty=Text("没有案卷", "no cases"),
    )  # fmt: skip


def cases_table(seen: View) -> Table:
    """Every case, those due first on top, ended ones last."""
    verdicts = {finding.system_id: finding.verdict for finding in seen.facts.findings}
    known = sorted(_named(seen).values(), key=lambda one: (one.due_on or date.max, one.system_id))
    rows: list[tuple[Cell, ...]] = []
    for one in known:
        system = seen.now.systems[one.system_id]
        late = (
            (seen.facts.until - one.due_on).days if one.due_on is not None and one.overdue(seen.facts.until) else None
        )
        verdict = VERDICTS.get(verdicts.get(one.system_id, ""))
        opened_on = local_day(next(step for step in one.steps if step.decided_at == one.opened_at))
        rows.append(
            (
                one.system_id,
                system.department or Text("（未归属单位）", "(no unit)"),
                system.name,
                opened_on.isoformat(),
                STEPS[one.step],
                None if one.due_on is None else one.due_on.isoformat(),
                late if late is not None else "",
                verdict,
            )
        )
    return Table(
        id="zombies.cases",
        title=Text("案卷清单", "Cases"),
        columns=(
            Column(key="system_id", label=Text("系统编号", "system id")),
            Column(key="unit", label=Text("单位名称", "unit")),
            Column(key="system", label=Text("信息系统名称", "system")),
            Column(key="opened", label=Text("立案日期", "opened")),
            Column(key="step", label=Text("现在", "stands at")),
            Column(key="due", label=Text("下一步期限", "next step due")),
            Column(key="late", label=Text("超期天数", "days late"), kind="count"),
            Column(key="verdict", label=Text("本期检测", "detected now"), kind="status"),
        ),
        rows=tuple(rows),
        basis=Text("最先到期的在前；立案以后检测为“在用”的，应当复核", "those due first on top; where the rules see use by now, look again"),
        origins=(*_FROM, FINDINGS_FILE),
        empty=Text("没有案卷", "no cases"),
    )  # fmt: skip


def changed_table(seen: View) -> Table:
    """Systems that the rules judge otherwise than a month ago."""
    from report.zombies import rows_by_unit

    rows: list[tuple[Cell, ...]] = [
        (finding.system_id, unit, name, VERDICTS[finding.before], VERDICTS[finding.verdict], finding.reason)
        for finding, unit, name in rows_by_unit(seen)
        if finding.before in VERDICTS and finding.before != finding.verdict
    ]
    return Table(
        id="zombies.changed",
        title=Text("与上月结论不同的系统", "Judged otherwise than a month ago"),
        columns=(
            Column(key="system_id", label=Text("系统编号", "system id")),
            Column(key="unit", label=Text("单位名称", "unit")),
            Column(key="system", label=Text("信息系统名称", "system")),
            Column(key="before", label=Text("上月", "a month ago"), kind="status"),
            Column(key="now", label=Text("本月", "now"), kind="status"),
            Column(key="reason", label=Text("本月依据", "why now")),
        ),
        rows=tuple(rows),
        basis=Text("上月的结论按上月当时所知重新算出；上月没有数据的不在内", "a month ago is judged again from what was known then; systems of which nothing was known are left out"),
        origins=(FINDINGS_FILE, RECORDS),
        empty=Text("没有系统的结论与上月不同", "none is judged otherwise"),
    )  # fmt: skip
