"""How cases are printed: a table that fits 80 columns with what is due next, and every step of one case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from catalogs.words import Text, tr
from inventory.commands.case_docket import Docket
from inventory.zombies.cases import STEPS, Case, local_day, step_of

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from inventory.storage.decisions import Decision
    from inventory.zombies.case_release import Release


def case_json(
    docket: Docket, one: Case, on: date, released: Mapping[str, Release], changed: Mapping[str, Text]
) -> dict[str, object]:
    """One case in the form of docs/reference/cases.schema.json."""
    subject, seen, said = docket.subjects.get(one.system_id), released.get(one.system_id), changed.get(one.system_id)
    named = {"system": one.system_id, "department": "", "became": []} if subject is None else subject.as_json()
    return {
        **one.as_json(on),
        **named,
        "seen_released": None if seen is None else seen.complete,
        "second_thought": None if said is None else said.as_json(),
    }


def print_table(
    console: Console,
    docket: Docket,
    found: Sequence[Case],
    on: date,
    *,
    title: str,
    released: Mapping[str, Release],
    changed: Mapping[str, Text],
) -> None:
    """The cases, those due first on top; below it how many stand where, and what may be noted as released."""
    from rich.table import Table

    table = Table(title=title)
    for heading, whole in (
        (tr("编号", "id"), True),
        (tr("系统和单位", "system and department"), False),
        (tr("现在", "stands at"), False),
        (tr("下一步期限", "next step due"), True),
    ):
        table.add_column(heading, no_wrap=whole, overflow="fold")
    for one in found:
        table.add_row(one.system_id, _named(docket, one), _stands(one, changed.get(one.system_id)), _due(one, on))
    console.print(table if found else tr("没有符合条件的案卷", "no case fits"))
    if found:
        console.print(stages_line(found, on))
    for one in found:
        seen = released.get(one.system_id)
        if seen is not None and seen.complete:
            name = docket.subjects[one.system_id].name
            console.print(
                tr(f"{name}：最近的快照里已没有它的服务器，可以记“已释放”", f"{name}: the latest snapshots have none of its servers: released may be recorded")
            )  # fmt: skip
    if docket.undisclosed:
        console.print(
            tr(f"另有 {docket.undisclosed} 件案卷的系统已定为涉密，只计数", f"{docket.undisclosed} more cases are on systems that are classified by now: only counted")
        )  # fmt: skip


def stages_line(found: Sequence[Case], on: date) -> str:
    """How many cases stand where, and how many are overdue, in one sentence."""
    counts = Counter(one.step for one in found)
    stages = tr("、", ", ").join(f"{text} {counts[step]}" for step, text in STEPS.items() if counts[step])
    late = sum(one.overdue(on) for one in found)
    return tr(f"共 {len(found)} 件：{stages}；超期 {late} 件", f"{len(found)} cases: {stages}; {late} overdue")


def _named(docket: Docket, one: Case) -> str:
    subject = docket.subjects.get(one.system_id)
    if subject is None:
        return one.system_id
    return "\n".join(filter(None, (subject.name, str(subject.department), *map(str, subject.became))))


def _stands(one: Case, said: Text | None) -> str:
    return str(STEPS[one.step]) + ("" if said is None else f"\n{tr('注意：', 'note: ')}{said}")


def _due(one: Case, on: date) -> str:
    if one.due_on is None:
        return ""
    if not one.overdue(on):
        return str(one.due_on)
    days = (on - one.due_on).days
    late = (
        tr(f"暂缓已到期 {days} 天", f"hold over {days} d")
        if one.step == "held"
        else tr(f"超期 {days} 天", f"{days} d late")
    )
    return f"{one.due_on}\n{late}"


def details(decision: Decision) -> str:
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
        moved = released.get("moved")
        if isinstance(moved, list | tuple) and moved:
            parts.append(tr(f"另有 {len(moved)} 台转给了别的系统", f"{len(moved)} more went to other systems"))
    return tr("；", "; ") + tr("；", "; ").join(parts) if parts else ""


def case_sentence(one: Case, on: date) -> str:
    """Where a case stands, in one sentence."""
    until = tr(f"；下一步期限 {one.due_on}", f"; next step due {one.due_on}") if one.due_on else ""
    late = tr("，已超期", ", overdue") if one.overdue(on) else ""
    return f"{STEPS[one.step]}{details(one.steps[-1])}{until}{late}"


def print_one(
    console: Console, docket: Docket, one: Case, on: date, *, released: Mapping[str, Release], changed: Mapping[str, Text]
) -> None:  # fmt: skip
    """Who did what, when and why; what may come next, and until when."""
    subject = docket.subjects.get(one.system_id)
    if subject is not None:
        console.print(f"{subject.name} ({one.system_id}) {subject.department}", markup=False)
        for text in subject.became:
            console.print(f"{tr('注意：', 'note: ')}{text}", markup=False)
    console.print(_steps(one))
    if one.system_id in changed:
        console.print(f"{tr('注意：', 'note: ')}{changed[one.system_id]}")
    _print_release(console, released.get(one.system_id))
    if one.due_on is not None:
        late = tr("，已超期", ", overdue") if one.overdue(on) else ""
        console.print(tr(f"下一步（期限 {one.due_on}{late}）：", f"next (due {one.due_on}{late}):"))
        for step in one.following:
            console.print(f"  {step:<10} {STEPS[step]}")


def _steps(one: Case) -> Table:
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    for width in (10, None, None, None):
        table.add_column(overflow="fold", min_width=width)
    for place, decision in enumerate(one.steps):
        days = one.days_late(place)
        late = tr(f"\n逾期 {days} 天", f"\n{days} days late") if days else ""
        table.add_row(
            str(local_day(decision)), f"{STEPS[step_of(decision)]}{late}", f"{decision.actor}\n{decision.role}", decision.reason + details(decision)
        )  # fmt: skip
    return table


def _print_release(console: Console, seen: Release | None) -> None:
    if seen is None:
        return
    if seen.complete:
        console.print(tr("最近的快照里已没有它的服务器，可以记“已释放”", "the latest snapshots have none of its servers: released may be recorded"))  # fmt: skip
        return
    gone, names = len(seen.gone), "、".join(sorted(server.name for server in seen.left))
    left = tr(f"，还在的：{names}", f"; still there: {names}") if seen.left else ""
    unseen = "、".join(seen.unseen_sources)
    ask = tr(f"；关停后还没有采集：{unseen}", f"; not collected since the shut-down: {unseen}") if unseen else ""
    console.print(
        tr(f"资源：原有 {len(seen.held)} 台，已看不见 {gone} 台{left}{ask}", f"resources: {len(seen.held)} servers were held, {gone} are seen no more{left}{ask}"),
        markup=False,
    )  # fmt: skip
