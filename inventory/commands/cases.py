"""`zombies case open | step | list | show`: from suspicion to released resources, every step a recorded decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import click

from catalogs.console import LazyGroup, Run, common
from catalogs.errors import UsageError
from catalogs.words import Text, tr
from inventory.merging.departments import addressed
from inventory.storage.decisions import Decision
from inventory.zombies.cases import ENDED, KIND, STEPS, Case, cases, check_step, local_day, step_of

if TYPE_CHECKING:
    from rich.console import Console

    from inventory.model import Inventory, System
    from inventory.zombies.case_release import Release

SCHEMA = "govcloud/cases/1"
OBJECTION_DAYS = 15  # practice; a profile says its own


@click.group(
    cls=LazyGroup,
    table={
        "letter": ("report.commands_letter:letter", Text("写核实通知（docx、HTML）", "write the notice (docx, HTML)"))
    },
    help=tr(
        "僵尸案卷：立案、通知、答复或异议、确认、备份、关停、释放、结案；每一步都是人的决定。",
        "Zombie cases: every step is a person's decision.",
    ),
)
def case() -> None:
    """Group of the commands on cases."""


@case.command(
    name="open",
    help=tr("对一个疑似系统立案。", "Open a case on a suspected system."),
    epilog=tr(
        "例：govcloud zombies case open sys-1f3c9a7e --role 科员 --reason 三月扫描命中",
        "Example: govcloud zombies case open sys-1f3c9a7e --role clerk --reason 'March scan'",
    ),
)
@click.argument("system")
@click.option("--reason", help=tr("原因（默认写入判定依据）", "why (default: the verdict's evidence)"))
@click.option("--role", required=True, help=tr("以什么身份", "in which role"))
@common
def open_(run: Run, system: str, reason: str | None, role: str) -> None:
    """Only where the rules suspect it, or somebody says why."""
    from inventory.commands.zombies import read_verdicts

    verdicts, systems = read_verdicts(run)
    found = find_system(systems, system)
    verdict = next(v for v in verdicts if v.system_id == found.id)
    if verdict.state != "zombie" and reason is None:
        raise UsageError(
            f"{found.name} 的结论是“{verdict.sentence.zh}”，不是疑似僵尸；仍要立案请写 --reason", f"{found.name} is no suspected zombie ({verdict.sentence.en}); to open a case anyway give --reason"
        )  # fmt: skip
    _take(run, found, "opened", reason=reason or str(verdict.sentence), role=role, until=None, answer=None)


@case.command(
    help=tr("走下一步。", "Take the next step."),
    epilog=tr(
        "例：govcloud zombies case step sys-1f3c9a7e notified --role 科长 --reason 函〔2026〕12号",
        "Example: govcloud zombies case step sys-1f3c9a7e notified --role head --reason 'letter 12'",
    ),
)
@click.argument("system")
@click.argument("name", type=click.Choice([step for step in STEPS if step != "opened"]))
@click.option("--reason", required=True, help=tr("原因或文号", "why, or the letter's number"))
@click.option("--role", required=True, help=tr("以什么身份", "in which role"))
@click.option("--until", metavar="DAY", help=tr("暂缓的到期日", "last day of a hold"))
@click.option("--answer", help=tr("对异议的答复", "how the objection is answered"))
@common
def step(run: Run, system: str, name: str, reason: str, role: str, until: str | None, answer: str | None) -> None:
    """One step further, if it may follow."""
    try:
        last = date.fromisoformat(until) if until else None
    except ValueError:
        raise UsageError("日期应写成 2026-06-30", "days are written 2026-06-30") from None
    _take(
        run,
        find_system({s.id: s for s in _inventory(run).systems}, system),
        name,
        reason=reason,
        role=role,
        until=last,
        answer=answer,
    )


@case.command(
    name="list",
    help=tr("列出案卷。", "List cases."),
    epilog=tr("例：govcloud zombies case list --overdue", "Example: govcloud zombies case list --overdue"),
)
@click.option("--overdue", is_flag=True, help=tr("只看超期的", "only overdue ones"))
@click.option("--all", "everything", is_flag=True, help=tr("包括已结案和撤销的", "ended ones, too"))
@common
def list_(run: Run, overdue: bool, everything: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Open cases, those due first on top."""
    found = [
        one for one in _cases(run).values()
        if (everything or one.step not in ENDED) and (not overdue or one.overdue(run.as_of_on))
    ]  # fmt: skip
    found.sort(key=lambda one: (one.due_on or date.max, one.system_id))
    names = {system.id: system for system in _inventory(run).systems}
    gone = {one.system_id for one in found if one.step == "shut-down" and _release(run, one).complete}
    run.show(
        SCHEMA,
        [{**one.as_json(run.as_of_on), "seen_released": one.system_id in gone} for one in found],
        human=lambda console: _print(console, found, names, run.as_of_on, gone),
    )


@case.command(
    help=tr("显示一个案卷的每一步。", "Show every step of one case."),
    epilog=tr("例：govcloud zombies case show sys-1f3c9a7e", "Example: govcloud zombies case show sys-1f3c9a7e"),
)
@click.argument("system")
@common
def show(run: Run, system: str) -> None:
    """Who did what, when and why."""
    systems = {one.id: one for one in _inventory(run).systems}
    found = find_system(systems, system)
    known = _cases(run).get(found.id)
    if known is None:
        raise UsageError(
            f"{found.name} 没有案卷",
            f"there is no case on {found.name}",
            hint=Text("立案：govcloud zombies case open", "open one: govcloud zombies case open"),
        )
    run.show(SCHEMA, known.as_json(run.as_of_on), human=lambda console: _print_one(console, known, found, run.as_of_on))


def _take(
    run: Run, system: System, name: str, *, reason: str, role: str, until: date | None, answer: str | None
) -> None:
    from inventory.storage.store import open_store

    known = _cases(run).get(system.id)
    _not_before_the_last_step(run, system)
    release = _release(run, known) if name == "released" and known is not None and known.step == "shut-down" else None
    value = check_step(known, system.id, name, on=run.as_of_on, until=until, answer=answer, release=release)
    made = Decision(
        kind=KIND, subject=system.id, value=value, actor=run.actor, role=role, reason=reason, decided_at=run.as_of
    )
    with open_store(run.store, create=True) as store:
        store.add_decision(made)
    now = _cases(run)[system.id]
    run.show(SCHEMA, now.as_json(run.as_of_on), human=lambda console: _print_one(console, now, system, run.as_of_on))


def _not_before_the_last_step(run: Run, system: System) -> None:
    """Steps are taken in the order of time: one dated before the last would rewrite what people already decided."""
    from inventory.storage.store import open_store

    with open_store(run.store) as store:
        later = [one for one in store.decisions(kind=KIND) if one.subject == system.id and one.decided_at > run.as_of]
    if later:
        last = max(later, key=lambda one: one.decided_at)
        step, day = STEPS.get(step_of(last), Text(step_of(last), step_of(last))), local_day(last)
        raise UsageError(
            f"{system.name} 在 {day} 已经走到“{step.zh}”，不能在它之前（{run.as_of_on}）补记一步",
            f"{system.name} already stands at {step.en} since {day}: no step can be dated before that ({run.as_of_on})",
            hint=Text("去掉 --as-of，或写不早于最近一步的日期", "leave out --as-of, or give a day that is not before the last step"),
        )  # fmt: skip


def _release(run: Run, known: Case) -> Release:
    from catalogs.load import load_catalogs
    from inventory.storage.store import open_store
    from inventory.zombies.case_release import read_release

    with open_store(run.store) as store:
        return read_release(store, load_catalogs(run.workspace), known, run.as_of)


def _cases(run: Run) -> dict[str, Case]:
    from catalogs.load import load_catalogs
    from inventory.commands.usage import policy_of
    from inventory.storage.store import open_store

    policy = policy_of(run, load_catalogs(run.workspace))
    days = OBJECTION_DAYS if policy is None else policy.zombies.objection_days
    with open_store(run.store) as store:
        return cases(store.decisions(until=run.as_of, kind=KIND), int(days))


def _inventory(run: Run) -> Inventory:
    from inventory.commands.inventory import read_inventory

    return read_inventory(run)[0]


def find_system(systems: Mapping[str, System], wanted: str) -> System:
    """The system of that id, or the only one of that name.

    Raises:
        UsageError: there is none, or there are several.
    """
    found = [systems[wanted]] if wanted in systems else [system for system in systems.values() if system.name == wanted]
    if len(found) != 1:
        raise UsageError(
            f"没有编号或名称为“{wanted}”的系统" if not found else f"有 {len(found)} 个系统叫“{wanted}”，请用编号", f"no system has the id or name {wanted!r}" if not found else f"{len(found)} systems are called {wanted!r}: use an id",
            hint=Text("编号见 govcloud zombies list", "ids: govcloud zombies list"),
        )  # fmt: skip
    return found[0]


def _print(console: Console, found: list[Case], names: Mapping[str, System], on: date, gone: set[str]) -> None:
    from rich.table import Table

    table = Table(title=tr(f"案卷 {len(found)} 件", f"{len(found)} cases"))
    table.add_column(tr("编号", "id"), no_wrap=True)
    for heading in (
        tr("系统", "system"),
        tr("单位", "department"),
        tr("现在", "stands at"),
        tr("下一步期限", "next step due"),
        tr("超期", "overdue"),
    ):
        table.add_column(heading, overflow="fold")
    for one in found:
        system = names.get(one.system_id)
        name, department = (system.name, str(addressed(system))) if system else (one.system_id, "")
        table.add_row(
            one.system_id,
            name,
            department,
            str(STEPS[one.step]),
            str(one.due_on or ""),
            _overdue(one) if one.overdue(on) else "",
        )
    console.print(table)
    for system_id in sorted(gone):
        system = names.get(system_id)
        name = system.name if system else system_id
        console.print(
            tr(f"{name}：最近的快照里已没有它的服务器，可以记“已释放”", f"{name}: the latest snapshot has none of its servers: released may be recorded")
        )  # fmt: skip


def _overdue(one: Case) -> str:
    return tr("暂缓到期", "hold ended") if one.step == "held" else tr("超期", "overdue")


def _details(decision: Decision) -> str:
    """What a step holds beside its reason: the last day of a hold, the answer to an objection, what was released."""
    value = decision.value if isinstance(decision.value, Mapping) else {}
    parts = []
    if value.get("until"):
        parts.append(tr(f"到 {value['until']} 为止", f"until {value['until']}"))
    if value.get("answer"):
        parts.append(tr(f"对异议的答复：{value['answer']}", f"answer to the objection: {value['answer']}"))
    released = value.get("released")
    if isinstance(released, Mapping):
        servers, vcpu, memory, disks = (
            released.get(name, 0) for name in ("servers", "vcpu", "memory_gib", "storage_gib")
        )
        count = len(servers) if isinstance(servers, list | tuple) else 0
        parts.append(
            tr(f"释放 {count} 台、{vcpu} vCPU、{memory:g} GiB 内存、{disks:g} GiB 存储", f"released {count} servers, {vcpu} vCPU, {memory:g} GiB memory, {disks:g} GiB storage")
        )  # fmt: skip
    return tr("；", "; ") + tr("；", "; ").join(parts) if parts else ""


def case_line(run: Run, system_id: str) -> str | None:
    """Where the case of a system stands, in one sentence; `None` where there is none."""
    known = _cases(run).get(system_id)
    if known is None:
        return None
    step = STEPS[known.step]
    until = tr(f"；下一步期限 {known.due_on}", f"; next step due {known.due_on}") if known.due_on else ""
    late = tr("，已超期", ", overdue") if known.overdue(run.as_of_on) else ""
    return f"{step}{_details(known.steps[-1])}{until}{late}"


def _print_one(console: Console, one: Case, system: System, on: date) -> None:
    console.print(f"{system.name} ({system.id}) {addressed(system)}")
    for decision in one.steps:
        console.print(
            f"{local_day(decision)}  {STEPS[step_of(decision)]}  {decision.actor} ({decision.role})  {decision.reason}{_details(decision)}",
            markup=False,
        )
    if one.due_on is not None:
        late = tr("，已超期", ", overdue") if one.overdue(on) else ""
        console.print(
            tr(
                f"下一步：{'、'.join(one.following)}；期限 {one.due_on}{late}",
                f"next: {', '.join(one.following)}; due {one.due_on}{late}",
            )
        )
