"""`plan approve`: who decided on which plan; the approval is bound to the digest of the plan file's bytes."""

from __future__ import annotations

import click

from catalogs.console import Run, common
from catalogs.words import tr
from inventory.storage.decisions import Decision
from inventory.storage.store import open_store


@click.command(
    help=tr(
        "批准一个方案（或加 --refuse 否决）。批准与方案文件的摘要绑定：方案一旦改变，批准即失效。",
        "Approve a plan, or refuse it. The approval is bound to the plan's digest.",
    ),
    epilog=tr(
        "例：govcloud plan approve latest --reason 第3次领导小组会议纪要 --role 领导小组",
        "Example: govcloud plan approve latest --reason 'minutes of the 3rd meeting'",
    ),
)
@click.argument("plan", metavar="PLAN|latest")
@click.option("--reason", required=True, help=tr("依据", "on what grounds"))
@click.option("--role", default="", help=tr("以什么身份", "in which role"))
@click.option("--refuse", is_flag=True, help=tr("否决", "refuse it"))
@common
def approve(run: Run, plan: str, reason: str, role: str, refuse: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Append the decision."""
    with open_store(run.store) as store:
        stored = store.plan(plan)
        kept = store.add_decision(
            Decision(
                kind="approval", subject=stored.id, subject_sha256=stored.plan_sha256,
                value="refused" if refuse else "approved", actor=run.actor, role=role, reason=reason,
                decided_at=run.as_of,
            )
        )  # fmt: skip
    done = tr("已否决", "refused") if refuse else tr("已批准", "approved")
    line = f"{done} {stored.id}（{tr('摘要', 'digest')} {stored.plan_sha256[:12]}），{tr('记录', 'decision')} {kept.id}"
    run.show("govcloud/decision/1", kept.as_json(), human=lambda console: console.print(line))
