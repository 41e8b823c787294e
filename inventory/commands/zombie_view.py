"""How the evidence on one system is printed: verdict, last month, use by day, and every rule, those that fired on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from catalogs.words import Text, tr

if TYPE_CHECKING:
    from rich.console import Console

    from inventory.model import System
    from inventory.suspicion.signs import Suspicion
    from inventory.zombies.verdict import RuleResult, Verdict
    from inventory.zombies.wording import Wording

MOST_CALLERS = 8


def print_one(
    console: Console,
    verdict: Verdict,
    systems: Mapping[str, System],
    daily: Sequence[float | None],
    signs: Sequence[Suspicion],
    *,
    words: Sequence[Wording],
    case: str | None,
) -> None:
    """All the evidence on one system.

    Args:
        console: to print on; fits 80 columns.
        verdict: of the system.
        systems: all that may be named, by id.
        daily: mean CPU of each day of the window, `None` where nothing was measured.
        signs: what looks unlike real use.
        words: of the city's document.
        case: where its case stands, if there is one.
    """
    from inventory.zombies.findings import percent
    from inventory.zombies.verdict import STATES

    system = systems[verdict.system_id]
    console.print(f"{system.name} ({system.id}) {system.department or ''}")
    console.print(f"{tr('结论：', 'verdict: ')}{STATES[verdict.state]}{tr('；', '; ')}{verdict.sentence}")
    console.print(
        f"{tr('时间窗：', 'window: ')}{verdict.window.start_on} – {verdict.window.end_on - timedelta(days=1)}{tr('；', '; ')}{tr('覆盖率', 'coverage')} {percent(verdict.coverage)}"
    )
    if case is not None:
        console.print(f"{tr('案卷：', 'case: ')}{case}", markup=False)
    hit = {result.rule for result in verdict.hits}
    print_wordings(console, [one for one in words if one.rule is None or one.rule in hit])
    _print_history(console, verdict)
    if verdict.callers:
        console.print(f"{tr('调用它的系统：', 'called by: ')}{_callers(verdict, systems)}", markup=False)
    _print_chart(console, verdict, daily)
    for sign in signs:
        against = "" if sign.contradicted is None else tr("；但是", "; yet ") + str(sign.contradicted)
        console.print(
            f"{tr('可疑（不等于作假）：', 'suspicious (which is not guilt): ')}{sign.server_id}{tr('：', ': ')}{sign.sentence}{against}"
        )
    _print_rules(console, verdict)
    console.print(tr("命中只表示疑似；确认须由人作出决定。", "A hit only means suspected; a person must confirm."))


def print_wordings(console: Console, words: Sequence[Wording]) -> None:
    """What the city's document itself says."""
    for one in words:
        console.print(
            f"{tr('文件原话：', 'in the words of the document: ')}{one.sentence}", markup=False, highlight=False
        )


def state_before(verdict: Verdict) -> str:
    """What the rules said a month ago, in words."""
    from inventory.zombies.verdict import STATES

    last = verdict.last_month
    return "—" if last is None else str(next(label for state, label in STATES.items() if state == last.state))


def _callers(verdict: Verdict, systems: Mapping[str, System]) -> str:
    names = [systems[one].name for one in verdict.callers if one in systems]
    hidden = len(verdict.callers) - len(names)
    rest = len(names) - MOST_CALLERS
    shown = "、".join(names[:MOST_CALLERS])
    more = tr(f"等 {len(names)} 个", f" and {rest} more") if rest > 0 else ""
    closed = tr(f"（另有 {hidden} 个不公开）", f" ({hidden} undisclosed)") if hidden else ""
    return shown + more + closed


def _print_history(console: Console, verdict: Verdict) -> None:
    from inventory.zombies.history import earlier_end

    last = verdict.last_month
    if last is None:
        console.print(tr("上月：当时没有数据", "a month ago: nothing was known"))
        return
    changes, names = verdict.changes, {result.rule: str(result.name) for result in verdict.results}
    parts = [
        f"{text} {'、'.join(names.get(rule, rule) for rule in rules)}"
        for text, rules in (
            (tr("新命中", "now fire"), changes["new"]),
            (tr("不再命中", "fire no more"), changes["gone"]),
        )
        if rules
    ]
    what = tr("；", "; ").join(parts) or tr("没有变化", "no change")
    console.print(
        f"{tr('上月', 'a month ago')} ({earlier_end(last)}){tr('：', ': ')}{state_before(verdict)}{tr('；', '; ')}{what}"
    )


def _print_chart(console: Console, verdict: Verdict, daily: Sequence[float | None]) -> None:
    from inventory.usage.chart import use_chart
    from inventory.zombies.findings import percent
    from inventory.zombies.verdict import idle_line

    line = idle_line(verdict)
    limit = (
        ""
        if line is None
        else tr(f"，╌ 为闲置规则的界限 {percent(line)}", f", ╌ the idle rule's limit {percent(line)}")
    )
    console.print(tr(f"每日平均 CPU（░ 为没有采样{limit}）：", f"mean CPU by day (░ not measured{limit}):"))
    for row in use_chart(daily, verdict.window.start_on, line=line, width=min(console.width, 100)):
        console.print(row, markup=False, highlight=False, no_wrap=True)


# What a rule may have said, in the order in which it is printed.
_MARKS: tuple[tuple[str, Text], ...] = (
    ("hit", Text("命中", "hit")), ("unknown", Text("未知", "unknown")), ("no", Text("否", "no")), ("n/a", Text("不适用", "n/a"))
)  # fmt: skip


def _print_rules(console: Console, verdict: Verdict) -> None:
    """Every rule: its answer, why, the values that it looked at with their limits, and where the limits come from."""
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, label in _MARKS:
        for result in verdict.results:
            if _answer(result) == name:
                table.add_row(str(label), _rule(result, whole=name in ("hit", "unknown")))
    console.print(table)


def _answer(result: RuleResult) -> str:
    if not result.applies:
        return "n/a"
    return "unknown" if result.hit is None else "hit" if result.hit else "no"


def _rule(result: RuleResult, *, whole: bool) -> str:
    """One rule in a few lines; `whole`: each value on a line of its own."""
    colon = tr("：", ": ")
    values = [_value(one) for one in result.seen]
    sources = tr("、", ", ").join(sorted({f"{limit['source']}〔{limit['confidence']}〕" for limit in result.limits}))
    lines = [f"{result.criterion} {result.name}{colon}{result.sentence}"]
    lines += [f"  {one}" for one in values] if whole else [f"  {tr('；', '; ').join(values)}"] if values else []
    return "\n".join([*lines, *([f"  {tr('限值来源', 'limits from')}{colon}{sources}"] if whole and sources else [])])


def _value(one: object) -> str:
    from inventory.zombies.findings import Seen, amount

    assert isinstance(one, Seen)
    told = "" if one.limit is None else amount(one.limit).replace("<=", "≤").replace(">=", "≥")
    limit = tr(f"（界限 {told}）", f" (limit {told})") if told else ""
    return f"{one.name} {'?' if one.value is None else amount(one.value)}{_unit(one.unit)}{limit}"


def _unit(unit: str) -> str:
    """Letters stand apart from their number, Chinese units and % do as they come."""
    return f" {unit}" if unit[:1].isascii() and unit[:1].isalpha() else unit
