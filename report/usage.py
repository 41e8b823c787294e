"""云资源使用率报告: every number of it, from the facts alone. The same facts give the same report."""

from __future__ import annotations

from catalogs.words import Text
from inventory.usage.pools import capacity_note
from inventory.usage.rates import ONLY_OFF
from report.chapters.bands import bands
from report.chapters.basis import basis
from report.chapters.capacity import capacity
from report.chapters.change import change
from report.chapters.clauses import clauses
from report.chapters.scope import scope
from report.chapters.use import use
from report.chapters.view import view
from report.chapters.zombies import zombies
from report.facts import LOCAL_ZONE, Facts
from report.figures import Report, by_id


def usage_report(facts: Facts) -> Report:
    """All figures and tables of the usage-rate report."""
    seen = view(facts)
    chapters = [chapter(seen) for chapter in (scope, capacity, use, bands, change, zombies)]
    known = by_id(tuple(figure for chapter in chapters for figure in chapter.figures))
    chapters += [clauses(seen, known), basis(seen)]
    figures = tuple(figure for chapter in chapters for figure in chapter.figures)
    return Report(
        kind="usage",
        title=Text(f"{facts.city.zh}政务云资源使用率报告", f"{facts.city.en}: cloud usage-rate report"),
        subtitle=facts.month.label,
        head=head_of(facts),
        figures=by_id(figures),
        tables={table.id: table for chapter in chapters for table in chapter.tables},
        warnings=(*facts.warnings, *_warnings(facts)),
        missing=missing_of(facts),
        parameters={
            "file_name": f"usage-{facts.month}",
            "period": str(facts.month),
            "profile": facts.profile,
            "as_of": _utc(facts),
        },
    )


def parameters_of(facts: Facts, kind: str) -> dict[str, object]:
    """What was asked for."""
    return {
        "file_name": f"{kind}-{facts.month}",
        "period": str(facts.month),
        "profile": facts.profile,
        "as_of": _utc(facts),
    }


def _utc(facts: Facts) -> str:
    return facts.as_of.isoformat().replace("+00:00", "Z")


def head_of(facts: Facts) -> dict[str, Text]:
    """Period, date and profile, as every report prints them."""
    month = facts.month
    seen = facts.as_of.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")
    days = f"{month.first_on.isoformat()} — {month.last_on.isoformat()}"
    return {
        "period": Text(f"{days}（自然月，北京时间）", f"{days} (calendar month, Asia/Shanghai)"),
        "as_of": Text(f"{seen}（北京时间）", f"{seen} (Asia/Shanghai)"),
        "profile": facts.profile_name,
    }


def _warnings(facts: Facts) -> list[Text]:
    found = [note] if (note := capacity_note(facts.pools)) is not None else []
    if facts.as_of_on < facts.month.last_on:
        found.append(
            Text(
                f"本月尚未结束：数据截至 {facts.as_of_on.isoformat()}",
                f"the month is not over: data until {facts.as_of_on.isoformat()}",
            )
        )
    if facts.before is None:
        found.append(
            Text(
                "没有上月底的快照：资源平衡无法核对，环比按现有云主机计算",
                "no snapshot of the month before: no balance, and changes are over today's servers",
            )
        )
    return found


def missing_of(facts: Facts) -> tuple[Text, ...]:
    """What makes a report a partial one."""
    found = []
    if not any(use.covered_seconds > use.off_counted_seconds for use in facts.now.uses):
        or_off = any(use.off_counted_seconds for use in facts.now.uses)
        zh, en = (f" 或“{ONLY_OFF.zh}”", f" or “{ONLY_OFF.en}”") if or_off else ("", "")
        found.append(
            Text(f"本月没有任何采样：使用率均为 n/a{zh}", f"there are no samples of this month: all use is n/a{en}")
        )
    for source in facts.sources:
        if not source.complete:
            why = source.why_partial or Text("不完整", "partial")
            found.append(Text(f"来源 {source.source} 不完整：{why.zh}", f"source {source.source} is partial: {why.en}"))
    return tuple(found)
