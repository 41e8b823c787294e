"""What `plan explain` says of a system or of a problem without plan, and `plan compare`: what changed and why."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogs.console import Run, common, err
from catalogs.errors import UsageError
from catalogs.words import Text, tr
from planner.commands.no_plan import IDS_ONLY
from planner.commands.show import nothing_like, open_plan
from planner.explain.words import PROVEN, UNPROVEN
from planner.files import read_file, write_file
from planner.limits import refuse_endless
from planner.problem.file import read_problem

MOST_LISTED = 20  # of each section; a director reads no more

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.table import Table

    from planner.explain.explain import Explanation
    from planner.plan import Move
    from planner.view.compare import Change
    from planner.view.view import PlanView


def show_no_plan(run: Run, problem_file: Path, time_limit_s: float, out_file: Path | None = None) -> None:
    """Why a problem file has no plan, and what would make one possible; the least violating plan goes to `out_file`."""
    from planner.explain.explain import explain_no_plan

    content = read_file(problem_file, tr("问题文件", "problem file"))
    problem = read_problem(content, problem_file.name)
    refuse_endless(problem)
    if not run.as_json:
        err().print(str(IDS_ONLY), markup=False)
    found = explain_no_plan(
        problem,
        time_limit_s=time_limit_s,
        problem_sha256=hashlib.sha256(content).hexdigest(),
        on_first=None if run.as_json else print_first,
        on_placed=None if run.as_json else print_placed,
        on_bought=None if run.as_json else print_bought,
    )
    if out_file is not None and found.least_violating is not None:
        write_file(out_file, found.least_violating.to_bytes())

    def human(console: Console) -> None:
        print_explanation(console, found)
        if out_file is not None and found.least_violating is not None:
            console.print(tr(f"违规最少的方案写入 {out_file}", f"the least violating plan is written to {out_file}"))

    run.show("govcloud/no-plan-explained/1", found.as_json(), human=human)


def print_first(facts: Sequence[Text], sums: Sequence[Text]) -> None:
    """What is known before anything is solved, on stderr, so that nobody waits for the first answer."""
    console = err()
    for title, texts in ((tr("已知", "known"), facts), (tr("总量", "sums"), sums)):
        if texts:
            console.print(title)
            for text in texts[:MOST_LISTED]:
                console.print(f"  · {text}", markup=False)
    console.print(tr("正在求最省的办法……", "looking for the cheapest way out …"))


def print_placed(late_weeks: int, missing_systems: int, shortages: Sequence[Text]) -> None:
    """What is known once everybody who has to move was placed, on stderr, before bounds and purchases are asked for."""
    console = err()
    broken = _broken(late_weeks, missing_systems)
    zh = f"至今最好的安排：{broken.zh}（未证明最小）；求下界和需增加多少……"
    en = f"the best arrangement so far: {broken.en} (not proven least); asking for bounds and purchases …"
    for text in shortages[:MOST_LISTED]:
        console.print(f"  · {text}", markup=False)
    console.print(tr(zh, en))


def print_bought(texts: Sequence[Text]) -> None:
    """A first purchase that is enough, on stderr, before a smaller one is asked for."""
    console = err()
    console.print(
        tr(
            "照下列数量增加就一定有方案（已逐条核对；这是最先求出的，一般偏多，随后压缩，也可能发现不增加也行）",
            "with this added there is a plan (every rule checked; the first one found, mostly more than it takes, maybe nothing is needed)",
        )
    )
    for text in texts[:MOST_LISTED]:
        console.print(f"  · {text}", markup=False)
    if len(texts) > MOST_LISTED:
        console.print(tr(f"  …… 共 {len(texts)} 条", f"  … {len(texts)} in all"))


def _purchase_title(found: Explanation) -> str:
    if not found.bought:
        return tr("办法二：增加资源和力量", "another: add capacity and effort")
    less = Text("", "") if found.purchase_proven_least else Text("；也许更少也够", "; less may do, too")
    zh = f"办法二：增加资源和力量（期限和目标都不动；下列全部增加后即有可行方案，已逐条核对{less.zh}）"
    en = f"another: add capacity and effort (dates and targets stay; with all of it there is a plan, every rule checked{less.en})"
    return tr(zh, en)


def print_explanation(console: Console, found: Explanation, told: Sequence[Text] = ()) -> None:
    """The answer in the order a director reads it: why, what is scarce, what would help; not again what was `told`."""
    sections = (
        (tr("事实", "facts"), [text for text in found.facts if text not in told]),
        (tr("缺口", "shortages"), [text for text in found.shortages if text not in told]),
        (tr("办法一：放宽期限和目标", "one way out: move dates, lower targets"), found.relaxations),
        (_purchase_title(found), found.purchases),
    )
    for title, texts in sections:
        if texts:
            console.print(title)
            for text in texts[:MOST_LISTED]:
                console.print(f"  · {text}", markup=False)
            if len(texts) > MOST_LISTED:
                rest = len(texts) - MOST_LISTED
                console.print(tr(f"  …… 另有 {rest} 条，--json 全部列出", f"  … {rest} more, all of them with --json"))
    if found.broken_in_all == 0:
        console.print(
            tr("截止周和目标都能满足：存在可行方案", "deadlines and targets can all be kept: there is a plan")
        )
    elif found.least_violating is not None:
        broken, mark = _broken(found.late_weeks or 0, found.missing_systems or 0), _mark(proven=found.proven_least)
        zh = f"违规最少的方案：{broken.zh}（{mark.zh}）；它不是有效方案"
        en = f"the least violating plan: {broken.en} ({mark.en}); it is not valid"
        console.print(tr(zh, en))


def _broken(late_weeks: int, missing_systems: int) -> Text:
    """By how much deadlines and targets are missed; a system that is left out is late until the horizon ends."""
    zh = [f"截止周合计晚 {late_weeks} 周（排不下的算到规划期末）"] if late_weeks else []
    en = [f"deadlines missed by {late_weeks} weeks in all (to the horizon's end if left out)"] if late_weeks else []
    zh += [f"目标合计少 {missing_systems} 个系统"] if missing_systems else []
    en += [f"targets missed by {missing_systems} systems in all"] if missing_systems else []
    return Text("，".join(zh) or "期限和目标都满足", ", ".join(en) or "deadlines and targets are kept")


def _mark(*, proven: bool) -> Text:
    return PROVEN if proven else UNPROVEN


def show_placement(
    run: Run, plan: str, problem_file: Path | None, plan_file: Path | None, system: str, time_limit_s: float
) -> None:
    """Why one system stands where it does in a plan."""
    from planner.explain.system import explain_system
    from planner.view.closed import veiled
    from planner.view.known import open_view
    from planner.view.view import chosen

    view = open_view(run, plan, problem_file, plan_file)
    asked = [row.system for row in chosen(view, system=system)]
    if not asked:
        raise nothing_like(view, None, None, system)
    if len(asked) > 1:
        listed = "、".join(asked)
        raise UsageError(
            f"“{system}”有 {len(asked)} 个：{listed}；写其中一个编号",
            f"{len(asked)} are called {system}: {listed}; give one id",
        )
    (system,) = asked
    if system in view.known.closed.values():
        raise UsageError(
            f"{system} 后来认定或标为涉密，不作说明", f"{system} was classified since: nothing is said of it"
        )
    placement = explain_system(view.problem, view.plan, system, time_limit_s=time_limit_s)
    here = (
        tr("未排期", "unscheduled")
        if placement.move is None
        else f"{view.week(placement.move.week)}　{view.pool_name(placement.move.pool)}"
    )

    def human(console: Console) -> None:
        console.print(f"{view.name_of(system)}：{here}", markup=False)
        for text in (*placement.why, *(earlier.text for earlier in placement.earlier)):
            console.print(f"  · {view.with_names(text)}", markup=False)

    run.show("govcloud/placement/1", veiled(view.known, placement.as_json()), human=human)


@click.command(
    help=tr("比较两个方案：哪些系统变了、为什么。", "Compare two plans: what moved and why."),
    epilog=tr(
        "例：govcloud plan compare 20260403T091500Z-1f3c latest", "Example: govcloud plan compare 20260403T09 latest"
    ),
)
@click.argument("old", metavar="PLAN")
@click.argument("new", metavar="PLAN", default="latest")
@common
def compare(run: Run, old: str, new: str) -> None:
    """Two plans of the store."""
    from planner.view.closed import veiled
    from planner.view.compare import compare as changes_of
    from planner.view.compare import facts, summary
    from planner.view.known import open_view

    _, old_problem, old_plan = open_plan(run, old, None, None)
    view = open_view(run, new, None, None)
    changes = changes_of(old_problem, old_plan, view.problem, view.plan)
    totals = summary(old_problem, old_plan, view.problem, view.plan)

    def human(console: Console) -> None:
        for text in facts(changes, totals):
            console.print(f"· {text}")
        if changes:
            console.print(_changes_table(view, changes))

    data = {**totals, "changes": [change.as_json() for change in changes]}
    run.show("govcloud/plan-comparison/1", veiled(view.known, data), human=human)


def _changes_table(view: PlanView, changes: Sequence[Change]) -> Table:
    """What moved, the latest deferments first, with the reasons; names in place of ids."""
    from planner.view.compare import KINDS
    from planner.view.show_print import plain_table

    table = plain_table(tr("变动", "changes"))
    for heading, whole in (
        (tr("系统", "system"), False), (tr("怎样变", "how"), True), (tr("原来", "before"), False),
        (tr("现在", "now"), False), (tr("原因", "why"), False),
    ):  # fmt: skip
        table.add_column(heading, no_wrap=whole, overflow="fold")
    order = list(KINDS)
    for change in sorted(changes, key=lambda one: (order.index(one.kind), one.system)):
        reasons = "；".join(str(view.with_names(text)) for text in change.reasons)
        table.add_row(
            view.name_of(change.system), str(change.how), where(view, change.before), where(view, change.after), reasons
        )
    return table


def where(view: PlanView, move: Move | None) -> str:
    """Week and pool of a move, `未排期` without one."""
    return tr("未排期", "unscheduled") if move is None else f"{view.week(move.week)} {move.pool}"
