"""Small facts for single tests, and a whole made-up city that looks like a real one."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Any

from catalogs.words import Text
from inventory.model import Server, System
from report.facts import Band, Clause, Day, Facts, Finding, Moment, Month, Parameter, Pool, Resource, Source

MARCH = Month(2026, 3)
AS_OF = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)


def a_server(server_id: str = "openstack:1", **changes: Any) -> Server:
    values: dict[str, Any] = {
        "id": server_id, "name": server_id, "source": "openstack:lab", "system_id": "sys-1", "vcpu": 4, "memory_gib": 16.0,
        "disk_gib": 100.0, "power": "on", "pool": "x86-gov", "zone": "政务外网区", "cloud": "lab", "created_on": date(2025, 1, 1),
    }  # fmt: skip
    return Server(**{**values, **changes})


def a_system(system_id: str = "sys-1", **changes: Any) -> System:
    values: dict[str, Any] = {"id": system_id, "name": f"系统{system_id}", "department": "市卫生健康委", "department_id": "health", "secrecy": "unclassified"}
    return System(**{**values, **changes})


def a_pool(pool_id: str = "x86-gov", **changes: Any) -> Pool:
    values: dict[str, Any] = {
        "id": pool_id, "name": Text("政务外网区 x86 资源池", "x86 pool"), "zone": "政务外网区", "site": "一号机房", "xinchuang": False,
        "vcpu": 100, "memory_gib": 400, "storage_gib": 10_000, "source": "sample-cloud",
    }  # fmt: skip
    return Pool(**{**values, **changes})


def some_days(server_id: str, mean: float, peak: float, *, month: Month = MARCH, resource: Resource = "cpu", hours: float = 24, count: int | None = None) -> list[Day]:
    return [
        Day(server_id=server_id, resource=resource, day=day, mean_ratio=mean, max_ratio=peak, covered_hours=hours, expected_hours=24)
        for day in month.days[:count]
    ]


def all_days(server_id: str, cpu: float = 0.2, memory: float = 0.5, storage: float = 0.4, *, month: Month = MARCH) -> list[Day]:
    return [
        *some_days(server_id, cpu, min(1.0, cpu * 2), month=month),
        *some_days(server_id, memory, min(1.0, memory * 1.2), month=month, resource="memory"),
        *some_days(server_id, storage, storage, month=month, resource="storage"),
    ]


def a_moment(**changes: Any) -> Moment:
    values: dict[str, Any] = {"at": AS_OF, "systems": (a_system(),), "servers": (a_server(),), "days": tuple(all_days("openstack:1"))}
    return Moment(**{**values, **changes})


CLAUSE = Clause(
    id="JM-2", document="江政数〔2021〕59号", status="final", place="(三十一)", text="政务云资源综合利用率全年达到 60 % 以上",
    target_ratio=0.6, readings=("allocation", "use"), deadline="2021", confidence="V",
)  # fmt: skip


def some_facts(**changes: Any) -> Facts:
    values: dict[str, Any] = {
        "city": Text("示例市", "Sample City"),
        "profile": "sample-city",
        "profile_name": Text("示例市 2026", "Sample City 2026"),
        "month": MARCH,
        "as_of": AS_OF,
        "now": a_moment(),
        "before": None,
        "pools": (a_pool(),),
        "bands": {"cpu": Band(low=0.3, high=0.5), "memory": Band(low=0.4, high=0.7), "storage": Band(low=0.4, high=0.85)},
        "weights": {"cpu": 0.4, "memory": 0.4, "storage": 0.2},
        "coverage_min_ratio": 0.8,
        "count_off_as_zero": True,
        "clause": CLAUSE,
    }
    return Facts(**{**values, **changes})


_UNITS = (
    "市政府办公室", "市发展改革委", "市教育局", "市科技局", "市工业和信息化局", "市公安局", "市民政局", "市司法局", "市财政局",
    "市人力资源社会保障局", "市自然资源局", "市生态环境局", "市住房城乡建设局", "市交通运输局", "市水务局", "市农业农村局", "市商务局",
    "市文化广电旅游局", "市卫生健康委", "市应急管理局", "市审计局", "市市场监管局", "市医疗保障局", "市政务服务数据管理局",
)  # fmt: skip
_KINDS = ("门户网站", "业务管理系统", "数据共享平台", "移动办公", "档案管理系统", "视频会议系统", "监测预警平台", "行政审批系统")


def a_city(system_count: int = 60, servers_each: int = 8) -> Facts:
    """A city of some size; all numbers follow from the place in the list, so that it is the same every time."""
    systems, servers, earlier = [], [], []
    days: list[Day] = []
    days_before: list[Day] = []
    pools = (
        a_pool("x86-gov", vcpu=2400, memory_gib=9600, storage_gib=120_000, locked_vcpu=96, locked_memory_gib=384, locked_storage_gib=4000),
        a_pool("arm-gov", name=Text("政务外网区 信创资源池", "ARM pool"), xinchuang=True, vcpu=1800, memory_gib=8192, storage_gib=60_000),
        a_pool("x86-net", name=Text("互联网区 x86 资源池", "internet pool"), zone="互联网区", vcpu=1600, memory_gib=6144, storage_gib=48_000),
    )
    for number in range(system_count):
        unit = _UNITS[number % len(_UNITS)]
        system_id = f"sys-{number:04d}"
        systems.append(
            a_system(system_id, name=f"{unit.removeprefix('市')}{_KINDS[number % len(_KINDS)]}", department=unit, department_id=f"unit-{number % len(_UNITS)}",
                     zombie_declared=True if number % 19 == 7 else False if number % 3 else None)
        )  # fmt: skip
        base = 0.02 + 0.75 * ((number * 37) % 100 / 100) ** 3
        for place in range(servers_each if number % 5 else servers_each * 2):
            server_id = f"openstack:{number:04d}-{place:02d}"
            pool = pools[(number + place // 4) % 3]
            opened = date(2026, 3, 9) if number % 23 == 3 and place == 0 else date(2025, 2, 1)
            vcpu = (2, 4, 8, 16)[(number + place) % 4]
            server = a_server(server_id, system_id=system_id, pool=pool.id, zone=pool.zone, vcpu=vcpu, memory_gib=float(vcpu * 4), disk_gib=float(100 + 50 * (place % 5)), created_on=opened)
            if number % 29 == 11 and place > 5:
                server = a_server(server_id, system_id=system_id, pool=pool.id, zone=pool.zone, power="off", powered_off_on=date(2026, 2, 1))
            servers.append(server)
            if opened < MARCH.first_on:
                earlier.append(server)
            if number % 17 == 5 and place == 1 or server.power == "off":
                continue
            for month, kept in ((MARCH, days), (MARCH.previous, days_before)):
                kept += _shaped(server_id, base * (0.6 + 0.1 * (place % 8)), month, opened, partial=number % 31 == 9)
    gone = a_server("openstack:old-1", system_id="sys-0003", vcpu=8, memory_gib=32.0, disk_gib=200.0)
    own = a_server("ledger:own-1", pool=None, cloud=None, system_id="sys-0001")
    findings = tuple(
        Finding(system_id=s.id, verdict="zombie" if n % 13 == 7 else "unknown" if n % 17 == 5 else "in_use", rules=("no-login",) if n % 13 == 7 else (),
                reason=Text(f"最近登录 2025-0{n % 8 + 1}-12,距 2026-03-31 超过 6 个月", "no login for 6 months"))
        for n, s in enumerate(systems)
    )  # fmt: skip
    return some_facts(
        now=a_moment(systems=tuple(systems), servers=(*servers, own), days=tuple(days), classified_count=3, secrecy_unknown_count=2),
        before=a_moment(at=MARCH.start_at, systems=tuple(systems), servers=(*earlier, gone), days=tuple(days_before)),
        pools=pools,
        findings=findings,
        confirmed=frozenset({"sys-0007"}),
        cleaned=frozenset({"sys-0020"}),
        parameters=(
            Parameter(name=Text("综合利用率权重", "weights"), value="CPU 0.4、内存 0.4、存储 0.2", source="通行做法,文件未定义公式", confidence="U"),
            Parameter(name=Text("CPU 使用率区间", "CPU bands"), value="< 30 %、> 50 %", source="山西省政务云月度运行报告 2026-01", confidence="V"),
            Parameter(name=Text("覆盖率下限", "coverage"), value="80 %", source="通行做法", confidence="U"),
        ),
        sources=(
            Source(snapshot_id="20260331T100000Z-1f3c9a7e", source="ledger:市卫健委", collector="ledger", taken_at=AS_OF, complete=True, why_partial=None, content_sha256="ab" * 32, record_count=60),
            Source(snapshot_id="20260331T110000Z-2a3b4c5d", source="openstack:lab", collector="openstack", taken_at=AS_OF, complete=False, why_partial=Text("卷接口没有应答", "the volume service did not answer"), content_sha256="cd" * 32, record_count=620),
        ),
        gap_counts={"missing": 14, "ambiguous": 5, "unmatched": 2},
    )  # fmt: skip


def _shaped(server_id: str, base: float, month: Month, opened: date, *, partial: bool) -> list[Day]:
    found = []
    for day in month.days:
        if day < opened or (partial and day.day % 3):
            continue
        week = 0.55 if day.weekday() >= 5 else 1.0
        cpu = round(min(0.95, base * week * (1 + 0.1 * math.sin(day.day))), 6)
        for resource, mean, peak in (
            ("cpu", cpu, min(1.0, cpu * 2.2 + 0.02)),
            ("memory", min(0.95, 0.25 + cpu * 0.7), min(1.0, 0.3 + cpu * 0.8)),
            ("storage", min(0.9, 0.3 + base * 0.5 + day.day * 0.001), min(0.92, 0.31 + base * 0.5 + day.day * 0.001)),
        ):
            found.append(Day(server_id=server_id, resource=resource, day=day, mean_ratio=round(mean, 6), max_ratio=round(peak, 6), covered_hours=24, expected_hours=24))  # type: ignore[arg-type]
    return found
