"""A small plan with its problem, its inventory and its target cloud."""

from __future__ import annotations

from datetime import UTC, datetime

from catalogs.models_service import Service
from catalogs.weeks import Week
from iac.system_builder import Sources
from inventory.model import Inventory, Server, System, Volume
from planner.plan import Move, Plan
from planner.problem.problem import (
    CapacityStep,
    Department,
    Option,
    PlannedSystem,
    PlanningProblem,
    Pool,
    ReplicaOption,
    Weights,
)

PLAN = "20260301T000000Z-1f3c9a7e"
X86, WEST = "east-extranet-x86", "west-extranet-x86"


def a_service() -> Service:
    from tests.lab.target import service_of

    return service_of("sample-cloud")


def a_planned(system: str, demand: tuple[int, int, int], replica: tuple[int, int, int] | None = None) -> PlannedSystem:
    return PlannedSystem(
        id=system,
        department="health",
        weight=1,
        preparation_weeks=1,
        release_week=0,
        due_week=None,
        deadline_week=None,
        blocked_weeks=(),
        options=(Option(pool=X86, demand=demand, cost=1, effort={}),),
        replica_options=(ReplicaOption(pool=WEST, demand=replica, cost=1),) if replica else (),
    )


def a_problem(*systems: PlannedSystem) -> PlanningProblem:
    step = CapacityStep(from_week=0, amount=(1000, 8000, 90000))
    return PlanningProblem(
        name="small",
        first_week=Week(2026, 14),
        weeks=8,
        unscheduled_week=20,
        resources=("vcpu", "memory_gib", "storage_gib"),
        pools=(Pool(id=X86, site="east", capacity=(step,)), Pool(id=WEST, site="west", capacity=(step,))),
        teams=(),
        departments=(Department(id="health", max_parallel=9, blocked_weeks=()),),
        systems=systems,
        weights=Weights(lateness=1, progress=1, placement=1, curve=0),
    )


def a_plan(*moves: Move) -> Plan:
    return Plan(problem_sha256="0" * 64, moves=moves, clean_ups=(), value=0, bound=0)


def a_move(system: str, week: int = 0, replica_pool: str | None = None) -> Move:
    return Move(system=system, week=week, pool=X86, replica_pool=replica_pool)


def a_system(system_id: str = "sys-his", name: str = "医院信息系统", **more: object) -> System:
    return System(id=system_id, name=name, department="市卫健委", department_id="wjw", secrecy="unclassified", **more)  # type: ignore[arg-type]


def a_source(name: str, system: str = "sys-his", **more: object) -> Server:
    values: dict[str, object] = {
        "vcpu": 4,
        "memory_gib": 8.0,
        "disk_gib": 160.0,
        "fields": {"os_app": "CentOS 7.9"},
    } | more
    return Server(id=f"ledger:{system}:{name}", name=name, source="ledger:市卫健委", system_id=system, **values)  # type: ignore[arg-type]


def an_inventory(
    systems: tuple[System, ...], servers: tuple[Server, ...], volumes: tuple[Volume, ...] = ()
) -> Inventory:
    return Inventory(as_of=datetime(2026, 3, 1, tzinfo=UTC), systems=systems, servers=servers, volumes=volumes)


def some_sources() -> Sources:
    """Three systems in two weeks; the second one keeps a data-level replica."""
    return Sources(
        plan_id=PLAN,
        plan=a_plan(a_move("sys-his"), a_move("sys-pay", 1, WEST), a_move("sys-web")),
        problem=a_problem(
            a_planned("sys-his", (8, 16, 320)),
            a_planned("sys-pay", (4, 8, 260), (0, 0, 260)),
            a_planned("sys-web", (2, 4, 40)),
        ),
        inventory=an_inventory(
            (a_system(), a_system("sys-pay", "医保结算"), a_system("sys-web", "门户网站")),
            (
                a_source("HIS-APP"),
                a_source("HIS-DB", fields={"os_app": "银河麒麟 V10"}),
                a_source("结算库", "sys-pay", disk_gib=260.0),
                a_source("web1", "sys-web", vcpu=2, memory_gib=4.0, disk_gib=40.0),
            ),
        ),
        service=a_service(),
    )
