"""The problem of the city in the store, and the plan kept there."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

from catalogs.console import Run
from catalogs.errors import PlanError, UsageError
from catalogs.words import Text
from inventory.storage.decisions import in_force
from inventory.storage.store import Store, open_store


def city_problem(run: Run) -> tuple[bytes, dict[str, Any]]:
    """The bytes of problem.json for everything known at `as_of`, and what is kept beside the plan.

    Raises:
        UsageError: the workspace names no policy profile.
        StoreError: nothing was collected until `as_of`.
        PlanError: no system of the inventory is to move.
    """
    from inventory.commands.usage import policy_of, read_usage
    from inventory.telemetry.form import Period, months_before
    from inventory.usage.rates import usage_rates
    from inventory.zombies.history import facts_with_history
    from inventory.zombies.judge import judge_facts
    from inventory.zombies.rules_in_force import rules_of
    from inventory.zombies.system_facts import window_end
    from planner.build.build import build_problem

    inventory, rollup, basis, catalogs = read_usage(run, samples_needed=False)
    policy = policy_of(run, catalogs)
    if policy is None:
        raise UsageError(
            "工作区没有写明政策文件", "the workspace names no policy profile",
            hint=Text("在 govcloud.yaml 写 profile: 编号（目录 policies）", "write `profile: ID` into govcloud.yaml"),
        )  # fmt: skip
    rules = rules_of(catalogs.zombie_rules, policy.zombies)
    with open_store(run.store) as store:
        facts = facts_with_history(store, catalogs, inventory, rules, run.as_of, rolled_up=rollup)
    verdicts = judge_facts(facts, rules, run.as_of)
    last = window_end(run.as_of)
    period = Period(months_before(last, 3), last)
    rates = usage_rates(inventory, rollup, period, kinds=("server",), basis=basis, with_p95=True)
    with open_store(run.store) as store:
        decisions = store.decisions(until=run.as_of)
        earlier = _approved(store, run, decisions)
    built = build_problem(
        inventory, verdicts, catalogs, decisions, run.as_of_on,
        policy_id=policy.id, service_id=_service(run), rates=rates, earlier=earlier,
    )  # fmt: skip
    if not built.problem.systems:
        raise PlanError(
            f"没有可排的系统：清单里的 {len(inventory.systems)} 个系统都不在计划之内",
            f"nothing to plan: none of the {len(inventory.systems)} systems of the inventory is to move",
            hint=Text(
                "看各系统的密级、处置和状态：govcloud inventory list",
                "see secrecy, disposition, status: govcloud inventory list",
            ),
        )
    content = json.dumps(built.problem.as_json(), ensure_ascii=False, indent=1).encode()
    return content, {
        "as_of": run.as_of.isoformat(),
        "service": built.service,
        "policy": built.policy,
        "built": built.as_json(),
    }


def _service(run: Run) -> str | None:
    from catalogs.console import WORKSPACE_FILE
    from catalogs.settings import read_settings

    file = run.workspace / WORKSPACE_FILE
    return read_settings(file).get("service") if file.is_file() else None


def _approved(store: Store, run: Run, decisions: Any) -> Any:
    """The latest approved plan with its problem: what has begun stays, moves away from the rest are priced."""
    from planner.build.replan import Earlier
    from planner.plan import read_plan
    from planner.problem.file import read_problem

    approvals = in_force(decisions, "approval")
    for stored in reversed(store.plans(until=run.as_of)):
        decision = approvals.get(stored.id)
        if decision is not None and decision.value == "approved" and decision.subject_sha256 == stored.plan_sha256:
            return Earlier(problem=read_problem(stored.problem), plan=read_plan(stored.plan))
    return None


def keep_plan(run: Run, problem: bytes, plan: bytes, about: dict[str, Any]) -> str:
    """Store a checked plan with what it came from; its id."""
    with open_store(run.store) as store:
        stored = store.add_plan(problem=problem, plan=plan, about=about, made_at=run.as_of)
        store.add_run(
            command=run.command, version=version("govcloud"), as_of=run.as_of, actor=run.actor,
            catalogs_sha256=about["built"]["catalog_digest"], result=stored.id,
        )  # fmt: skip
    return stored.id
