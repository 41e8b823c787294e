"""What the charts of a plan's page draw: numbers by week and names; colours and axes are the page's own (plan.js)."""

from __future__ import annotations

from typing import Any

from catalogs.words import Language, Text
from planner.view.view import PlanView

UNITS: dict[str, Text] = {
    "vcpu": Text("vCPU（核）", "vCPU"),
    "memory_gib": Text("内存（GiB）", "memory, GiB"),
    "storage_gib": Text("存储（GiB）", "storage, GiB"),
    "ssd_gib": Text("SSD（GiB）", "SSD, GiB"),
    "hdd_gib": Text("HDD（GiB）", "HDD, GiB"),
    "gpu": Text("GPU（张）", "GPUs"),
    "public_ip": Text("公网 IP（个）", "public addresses"),
}


def say(text: Text, lang: Language) -> str:
    """The text in the language of the page."""
    return text.zh if lang == "zh" else text.en


def resource_name(resource: str, lang: Language) -> str:
    """A resource with its unit; its id where we do not know it."""
    return say(UNITS[resource], lang) if resource in UNITS else resource


def chart_data(view: PlanView, lang: Language) -> dict[str, Any]:
    """Every chart's numbers, one a week: waves, progress, pools, teams."""
    weeks = range(view.problem.weeks)
    moved = [0] * view.problem.weeks
    for wave in view.waves:
        moved[wave.week] = wave.systems
    return {
        "weeks": [view.week(week) for week in weeks],
        "moved": moved,
        "wanted": [[point.week, point.at_least] for point in view.curve],
        "targets": [
            [target.by_week, target.at_least]
            for target in view.targets
            if target.counted * 2 > len(view.problem.systems) and 0 <= target.by_week < view.problem.weeks
        ],
        "pools": _pools(view, lang),
        "teams": [
            {
                "name": say(view.known.teams.get(team.team, Text(team.team, team.team)), lang),
                "used": [used for _, used in team.periods],
                "periods": [[p.from_week, p.to_week, p.amount] for p, _ in team.periods],
            }
            for team in view.teams
        ],
    }


def _pools(view: PlanView, lang: Language) -> list[dict[str, Any]]:
    """Pool by pool the curves of its resources; a resource that a pool neither has nor needs is left out."""
    pools: dict[str, dict[str, Any]] = {}
    for load in view.pools:
        found = pools.setdefault(load.pool, {"id": load.pool, "name": view.pool_name(load.pool), "curves": []})
        if any(load.capacity) or any(load.held):
            found["curves"].append(
                {
                    "resource": resource_name(load.resource, lang),
                    "capacity": list(load.capacity),
                    "held": list(load.held),
                }
            )
    return list(pools.values())
