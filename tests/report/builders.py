"""Small facts for single tests, and a whole made-up city that looks like a real one."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Any

from catalogs.words import Text
from inventory.model import Server, System
from inventory.telemetry.query import Measured
from inventory.usage.dated import Stint
from inventory.usage.pools import Pool
from report.counted import counted
from report.facts import RESOURCES, Band, Clause, Facts, Finding, Moment, Month, Parameter, Piece, Resource, Source

MARCH = Month(2026, 3)
AS_OF = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)


def a_server(server_id: str = "openstack:1", **changes: Any) -> Server:
    values: dict[str, Any] = {
        "id": server_id, "name": server_id, "source": "openstack:lab", "system_id": "sys-1", "vcpu": 4, "memory_gib": 16.0,
        "disk_gib": 100.0, "power": "on", "pool": "x86-gov", "zone": "政务外网区", "cloud": "lab", "created_on": date(2025, 1, 1),
    }  # fmt: skip
    return Server(**{**values, **changes})


def a_system(system_id: str = "sys-1", **changes: Any) -> System:
    values: dict[str, Any] = {
        "id": system_id,
        "name": f"系统{system_id}",
        "department": "市卫生健康委",
        "department_id": "health",
        "secrecy": "unclassified",
    }
    return System(**{**values, **changes})


def a_pool(pool_id: str = "x86-gov", **changes: Any) -> Pool:
    values: dict[str, Any] = {
        "id": pool_id, "name": Text("政务外网区 x86 资源池", "x86 pool"), "zone": "政务外网区", "site": "一号机房", "xinchuang": False,
        "vcpu": 100, "memory_gib": 400, "storage_gib": 10_000, "source": "sample-cloud",
    }  # fmt: skip
    return Pool(**{**values, **changes})


def a_use(
    server_id: str, resource: Resource = "cpu", mean: float | None = 0.2, *, capacity: float = 4, peak: float | None = None,
    covered_hours: float = 744, expected_hours: float = 744, off_hours: float = 0, kind: str = "server", part: int = 0,
) -> Measured:  # fmt: skip
    """One server's month, as the roll-up query gives it; `mean` `None` means no samples."""
    covered = 0 if mean is None else round(covered_hours * 3600)
    micro = round(capacity * 1_000_000)
    given = (covered + round(off_hours * 3600)) * micro
    highest = None if mean is None else round((min(1.0, mean * 2) if peak is None else peak) * 1_000_000)
    return Measured(
        kind=kind, group=server_id, metric=resource, part=part, servers=1, measured_servers=int(covered > 0), samples=covered // 3600,
        expected_seconds=round(expected_hours * 3600), covered_seconds=covered + round(off_hours * 3600), off_seconds=round(off_hours * 3600),
        value_s=round((mean or 0) * covered * micro), capacity_s=given, capacity_s_measured=covered * micro,
        simple_ppm=round((mean or 0) * 1_000_000), simple_servers=int(covered > 0), peak_ppm=highest, hour_peak_ppm=highest,
        daily_peak_s=0 if highest is None else round(highest * 0.9) * covered * micro, max_micro=None, hour_max_micro=None, days=31,
        off_counted_seconds=round(off_hours * 3600),
    )  # fmt: skip


def all_uses(
    server: Server, cpu: float | None = 0.2, memory: float | None = 0.5, storage: float | None = 0.4, **more: Any
) -> list[Measured]:
    return [
        a_use(server.id, "cpu", cpu, capacity=server.vcpu or 0, **more),
        a_use(server.id, "memory", memory, capacity=server.memory_gib or 0, **more),
        a_use(server.id, "storage", storage, capacity=server.disk_gib or 0, **more),
    ]


def a_moment(**changes: Any) -> Moment:
    values: dict[str, Any] = {
        "at": AS_OF,
        "systems": (a_system(),),
        "servers": (a_server(),),
        "uses": tuple(all_uses(a_server())),
    }
    values |= changes
    return Moment(pieces=values.pop("pieces", None) or tuple(_pieces(values)), **values)


def _pieces(moment: dict[str, Any]) -> list[Piece]:
    """Every server that counts in its month, whose it is now all the time."""
    at: datetime = moment["at"]
    month = MARCH.previous if at <= MARCH.start_at else MARCH
    systems = {system.id: system for system in moment["systems"]}
    uses = {(use.group, use.metric): use for use in moment["uses"]}
    period, found = month.period(), counted(moment["servers"], month, month.last_on)
    return [
        Piece(
            stint=Stint(server=one, system=systems.get(one.system_id or ""), start_on=period.start_on, end_on=period.end_on),
            uses=tuple(uses[one.id, resource] for resource in RESOURCES), stands=one in found.standing,
        )
        for one in found.measured
    ]  # fmt: skip


CLAUSE = Clause(
    id="JM-2", document="江政数〔2021〕59号", status="final", place="（三十一）", text="政务云资源综合利用率全年达到 60 % 以上",
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
        "previous_uses": (),
        "pools": (a_pool(),),
        "bands": {
            "cpu": Band(low=0.3, high=0.5),
            "memory": Band(low=0.4, high=0.7),
            "storage": Band(low=0.4, high=0.85),
        },
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
_KINDS = (
    "门户网站",
    "业务管理系统",
    "数据共享平台",
    "移动办公",
    "档案管理系统",
    "视频会议系统",
    "监测预警平台",
    "行政审批系统",
)


def a_city(system_count: int = 60, servers_each: int = 8) -> Facts:
    """A city of some size; all numbers follow from the place in the list, so that it is the same every time."""
    systems, servers, earlier = [], [], []
    uses: list[Measured] = []
    uses_before: list[Measured] = []
    pools = (
        a_pool(
            "x86-gov",
            vcpu=2400,
            memory_gib=9600,
            storage_gib=120_000,
            locked_vcpu=96,
            locked_memory_gib=384,
            locked_storage_gib=4000,
        ),
        a_pool(
            "arm-gov",
            name=Text("政务外网区 信创资源池", "ARM pool"),
            xinchuang=True,
            vcpu=1800,
            memory_gib=8192,
            storage_gib=60_000,
        ),
        a_pool(
            "x86-net",
            name=Text("互联网区 x86 资源池", "internet pool"),
            zone="互联网区",
            vcpu=1600,
            memory_gib=6144,
            storage_gib=48_000,
        ),
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
            server = a_server(
                server_id,
                system_id=system_id,
                pool=pool.id,
                zone=pool.zone,
                vcpu=vcpu,
                memory_gib=float(vcpu * 4),
                disk_gib=float(100 + 50 * (place % 5)),
                created_on=opened,
            )
            if number % 29 == 11 and place > 5:
                server = a_server(
                    server_id,
                    system_id=system_id,
                    pool=pool.id,
                    zone=pool.zone,
                    power="off",
                    powered_off_on=date(2026, 2, 1),
                )
            servers.append(server)
            if opened < MARCH.first_on:
                earlier.append(server)
            level = base * (0.6 + 0.1 * (place % 8))
            silent = number % 17 == 5 and place == 1
            off = server.power == "off"
            rates = (None, None, None) if silent or off else (level, 0.25 + level * 0.7, 0.3 + base * 0.5)
            hours = 240.0 if number % 31 == 9 else 744.0
            uses += all_uses(server, *rates, covered_hours=hours, off_hours=744.0 if off else 0.0)
            uses_before += all_uses(
                server,
                *(None if rate is None else rate * 1.01 for rate in rates),
                expected_hours=672,
                covered_hours=672,
            )
    gone = a_server("openstack:old-1", system_id="sys-0003", vcpu=8, memory_gib=32.0, disk_gib=200.0)
    own = a_server("ledger:own-1", pool=None, cloud=None, system_id="sys-0001")
    findings = tuple(
        Finding(system_id=s.id, verdict="zombie" if n % 13 == 7 else "unknown" if n % 17 == 5 else "in_use", rules=(Text("长期无人登录", "no log-in"),) if n % 13 == 7 else (),
                reason=Text(f"最近登录 2025-0{n % 8 + 1}-12,距 2026-03-31 超过 6 个月", "no login for 6 months"))
        for n, s in enumerate(systems)
    )  # fmt: skip
    return some_facts(
        now=a_moment(systems=tuple(systems), servers=(*servers, own), uses=tuple(uses), days=tuple(_daily(uses)), p95_percent={"cpu": 61, "memory": 78, "storage": 66}, classified_count=3, secrecy_unknown_count=2),
        before=a_moment(at=MARCH.start_at, systems=tuple(systems), servers=(*earlier, gone), uses=(*uses_before, *all_uses(gone))),
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


def _daily(uses: list[Measured]) -> list[Measured]:
    """The month's use spread over its days with a week in it; one day without samples."""
    found = []
    for part in range(31):
        shape = (0.6 if (part + 6) % 7 >= 5 else 1.1) * (1 + 0.08 * math.sin(part))
        for resource in RESOURCES:
            rows = [use for use in uses if use.metric == resource and use.covered_seconds > use.off_seconds]
            given, used = sum(row.capacity_s_measured for row in rows) // 31, sum(row.value_s for row in rows) // 31
            if part == 17 and resource == "cpu":
                continue
            ratio = used / given * (shape if resource == "cpu" else 1 + (shape - 1) * 0.2)
            found.append(
                a_use(
                    "city",
                    resource,
                    ratio,
                    capacity=given / 86_400 / 1_000_000,
                    covered_hours=24,
                    kind="city",
                    part=part,
                )
            )
    return found
