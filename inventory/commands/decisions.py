"""`decisions add | list`: what people decided, append-only; `questions | answer` stand in review/."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from catalogs.console import LOCAL_ZONE, LazyGroup, Run, common, parse_as_of
from catalogs.errors import UsageError
from catalogs.words import Text, tr
from inventory.storage.decisions import KINDS, Decision, in_force
from inventory.storage.store import open_store

if TYPE_CHECKING:
    from rich.console import Console


# Named here, imported only when they are called: their pages and workbooks are made in a package above this one.
_OTHERS: Mapping[str, tuple[str, Text]] = {
    "questions": (
        "review.commands_questions:questions",
        Text("等着答复的问题总表：表格、工作簿、网页", "all questions that wait: table, workbook, page"),
    ),
    "answer": (
        "review.commands_questions:answer",
        Text("收回一批答复：先预览，再写成决定", "take many answers: a preview, then decisions"),
    ),
}


@click.group(
    cls=LazyGroup,
    table=dict(_OTHERS),
    help=tr(
        "人的决定：谁、何时、对什么、为什么；只增不改。", "What people decided: who, when, on what, why; append-only."
    ),
)
def decisions() -> None:
    """Group of the commands on decisions."""


@decisions.command(
    help=tr("记录一个决定。", "Record a decision."),
    epilog=tr(
        "例：govcloud decisions add disposition sys-1f3c9a7e retire --reason '业务已并入省平台' --role 科长",
        "Example: govcloud decisions add disposition sys-1f3c9a7e retire --reason 'moved to the province' --role head",
    ),
)
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.argument("subject")
@click.argument("value")
@click.option("--reason", required=True, help=tr("原因", "why"))
@click.option("--role", required=True, help=tr("以什么身份", "in which role"))
@click.option("--digest", help=tr("对象的摘要（对象会变时）", "digest of the subject, where it can change"))
@click.option("--supersedes", help=tr("取代哪一个决定", "id of the decision this one replaces"))
@common
def add(
    run: Run, kind: str, subject: str, value: str, reason: str, role: str, digest: str | None, supersedes: str | None
) -> None:
    """Append one decision."""
    made = Decision(
        kind=kind, subject=subject, value=_value(value), actor=run.actor, role=role, reason=reason,
        decided_at=run.as_of, subject_sha256=digest, supersedes=supersedes,
    )  # fmt: skip
    with open_store(run.store, create=True) as store:
        kept = store.add_decision(made)
    run.show("govcloud/decision/1", kept.as_json(), human=lambda c: c.print(f"{tr('已记录', 'recorded')} {kept.id}"))


@decisions.command(name="list", help=tr("列出决定。", "List decisions."))
@click.option("--kind", type=click.Choice(sorted(KINDS)), help=tr("只看一种", "only one kind"))
@click.option("--subject", help=tr("只看一个对象", "only one subject"))
@click.option("--since", help=tr("从哪一天起", "from which day on"))
@common
def list_(run: Run, kind: str | None, subject: str | None, since: str | None) -> None:
    """Show decisions, oldest first; those in force are marked."""
    with open_store(run.store) as store:
        rows = store.decisions(until=run.as_of, kind=kind)
    begin = parse_as_of(since) if since else None
    shown = [r for r in rows if (subject is None or r.subject == subject) and (begin is None or r.decided_at >= begin)]
    holding = {row.id for one in {row.kind for row in rows} for row in in_force(rows, one).values()}
    data = [{**row.as_json(), "in_force": row.id in holding} for row in shown]
    run.show("govcloud/decisions/1", data, human=lambda console: _table(console, shown, holding))


def _value(text: str) -> object:
    """A value given as JSON where it looks like JSON, else as text."""
    if text[:1] not in "{[":
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise UsageError(f"决定的值不是正确的 JSON:{error}", f"the value is not JSON: {error}") from error


def _table(console: Console, rows: list[Decision], holding: set[str]) -> None:
    from rich.table import Table

    table = Table(title=tr(f"决定 {len(rows)} 条", f"{len(rows)} decisions"))
    for heading in (
        tr("时间", "when"),
        tr("种类", "kind"),
        subject := tr("对象", "subject"),
        tr("值", "value"),
        tr("谁", "who"),
        tr("原因", "why"),
        tr("有效", "in force"),
    ):
        table.add_column(heading, overflow="fold", min_width=14 if heading == subject else None)  # an id stays whole
    for row in rows:
        value = row.value if isinstance(row.value, str) else json.dumps(row.value, ensure_ascii=False)
        mark = "✓" if row.id in holding else ""
        table.add_row(
            f"{row.decided_at.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}",
            str(KINDS[row.kind]).split("(")[0],
            row.subject,
            value,
            f"{row.actor}({row.role})",
            row.reason,
            mark,
        )
    console.print(table)
