"""`plan make | check | show | explain | compare | scenarios | approve`: the commands of the planner; each module with its heavy parts is imported late."""

from __future__ import annotations

import click

from catalogs.console import LazyGroup
from catalogs.words import Text, tr

_TABLE: dict[str, tuple[str, Text]] = {
    "make": ("planner.commands.make:make", Text("求解一个迁移计划", "solve for a plan")),
    "check": ("planner.commands.check:check_", Text("独立核对一个方案", "check a plan, without the solver")),
    "show": ("planner.commands.show:show", Text("查看方案：总览、一个批次、一个单位、一个系统", "show a plan")),
    "explain": (
        "planner.commands.explain:explain",
        Text("解释：为何无解、为何排在此处、数从何来", "why no plan, why there, where numbers come from"),
    ),
    "compare": ("planner.commands.reasons:compare", Text("比较两个方案", "compare two plans")),
    "scenarios": (
        "planner.commands.scenarios:scenarios",
        Text("比较几种设想（可分给多台机器）", "compare scenarios, on several machines if wanted"),
    ),
    "approve": ("planner.commands.approve:approve", Text("批准（或否决）一个方案", "approve or refuse a plan")),
}


@click.group(
    cls=LazyGroup,
    table=_TABLE,
    help=tr(
        "迁移计划：求解、独立核对、查看、审批。每个方案都带有经证明的下界。",
        "Migration plans: solve, check, show, approve. Every plan carries a proven bound.",
    ),
)
def plan() -> None:
    """Group of the commands on plans."""
