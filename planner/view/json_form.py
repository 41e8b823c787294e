"""The machine-readable form of a plan as it is shown: docs/reference/plan-view.schema.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.explain.unscheduled_words import scarce_json, unscheduled_json

if TYPE_CHECKING:
    from planner.view.view import PlanView, Row


def view_json(view: PlanView) -> dict[str, Any]:
    """Everything of a view as plain values; weeks stand as `2026-W14`, with `_number` counted from 0."""
    return {
        **overview_json(view),
        "targets": [
            {
                "by_week": view.week(t.by_week), "counted": t.counted, "at_least": t.at_least, "planned": t.planned,
                "met": t.planned >= t.at_least, "text": t.text.as_json() if t.text else None,
            }
            for t in view.targets
        ],
        "curve": [{"week": view.week(p.week), "at_least": p.at_least, "planned": p.planned} for p in view.curve],
        "pools": [load.as_json() for load in view.pools],
        "teams": [load.as_json() for load in view.teams],
        "scarce": [scarce_json(view.known, one) for one in view.scarce],
        "left_out": [dict(item) for item in view.known.left_out],
        "moves": [row_json(view, row) for row in view.rows],
    }  # fmt: skip


def overview_json(view: PlanView) -> dict[str, Any]:
    """The plan as a whole: identity, value with its parts and bound, counts, waves, clean-ups."""
    plan, known = view.plan, view.known
    parts = {part.id: part for part in view.parts}
    return {
        "plan": known.plan_id,
        "as_of": known.as_of,
        "approval": known.approval,
        "first_week": str(view.problem.first_week),
        "weeks": view.problem.weeks,
        "resources": list(view.problem.resources),
        "systems": len(view.problem.systems),
        "moved": len(plan.moves),
        "left_out_count": sum(int(item["count"]) for item in known.left_out),
        "status": "optimal" if view.optimal else "feasible",
        "value": plan.value,
        "bound": plan.bound,
        "gap": round(plan.gap_ratio, 6),
        "lateness": parts["lateness"].amount,
        "progress": parts["early"].amount + parts["curve"].amount,
        "placement": parts["placement"].amount,
        "parts": [{"id": p.id, "amount": p.amount, "weight": p.weight, "value": p.value} for p in view.parts],
        "waves": {str(view.week(wave.week)): wave.systems for wave in view.waves},
        "clean_ups": [{"id": c.id, "week": view.week(c.week)} for c in plan.clean_ups],
    }


def row_json(view: PlanView, row: Row) -> dict[str, Any]:
    """One system."""
    return {
        "system": row.system,
        "name": row.name,
        "department": row.department,
        "department_name": row.department_name,
        "wave": row.wave,
        "week": view.week(row.week),
        "week_number": row.week,
        "begins": view.week(row.begins),
        "pool": row.pool,
        "replica_pool": row.replica_pool,
        "late_weeks": row.late_weeks if row.week is not None else None,
        "due_week": view.week(row.due_week),
        "deadline_week": view.week(row.deadline_week),
        "size_class": row.size_class,
        "mlps_level": row.mlps_level,
        "trial_run_weeks": row.trial_run_weeks,
        "retention_weeks": row.retention_weeks,
        "cutover_hours": row.cutover_hours,
        "demand": dict(zip(view.problem.resources, row.demand, strict=False)),
        "replica_demand": dict(zip(view.problem.resources, row.replica_demand, strict=False)),
        "servers": [{"flavor": flavor, "count": count} for flavor, count in row.servers],
        "contacts": list(row.contacts),
        "order": row.order,
        "after": list(row.after),
        "before": list(row.before),
        "together": list(row.together),
        "within": [{"weeks": weeks, "systems": list(others)} for weeks, others in row.within],
        "pinned": row.pinned,
        "unscheduled": None
        if row.system not in view.reasons
        else unscheduled_json(view.problem, view.known, view.reasons[row.system]),
    }
