"""五、月度变化: 上月底 + 扩容 − 缩容 = 本月底, per zone and technology. An auditor tests this identity first.

The two ends are counted in the two snapshots. What happened between is counted on its own evidence: a server opened
has a creation date in the month, a server released is gone from the newer snapshot, a resized one differs; one that was
opened and released in between counts as both. So the identity can fail, and the servers that break it are listed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from catalogs.words import Text
from inventory.model import Server
from report.chapters import Chapter
from report.chapters.view import RECORDS, TELEMETRY, View, name_zh
from report.facts import RESOURCE_NAMES, RESOURCES, Resource
from report.figures import Cell, Column, ColumnKind, Figure, Table
from report.month_use import capacity_of, share

_DIFFERENCE = "ROUND({after}-({before}+{added}-{removed}),6)"
_NO_BEFORE = Text("没有上月底的快照，无法比较", "there is no snapshot of the month before")
_BASIS = Text(
    "上月底 + 扩容 − 缩容 = 本月底；扩容 = 本月开通 + 升配，缩容 = 本月释放 + 降配；差值应为 0",
    "last month + opened and enlarged − released and shrunk = this month; the difference must be 0",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """The change of one amount between two month ends."""

    before: float
    added: float
    removed: float
    after: float

    @property
    def difference(self) -> float:
        """What the identity leaves unexplained."""
        return round(self.after - (self.before + self.added - self.removed), 6)


def change(view: View) -> Chapter:
    """The balance table, servers that break it, and changes of the rates."""
    if view.before is None:
        return Chapter(figures=tuple(_rate_changes(view)), tables=(_balances(view, {}), _unexplained(view, [])))
    groups = _groups(view)
    broken = [item for before, after, _ in groups.values() for item in _breaking(view, before, after)]
    figures = [*_rate_changes(view), _difference(view, groups)]
    return Chapter(figures=tuple(figures), tables=(_balances(view, groups), _unexplained(view, broken)))


_Group = tuple[str | Text, Text]
_OfGroup = tuple[dict[str, Server], dict[str, Server], dict[str, Server]]  # before, after, only in between
_Groups = dict[_Group, _OfGroup]


def _groups(view: View) -> _Groups:
    found: _Groups = {}
    assert view.before is not None
    for place, servers in enumerate((view.before.servers, view.now.servers, _in_between(view))):
        for server in servers:
            key = (view.zone_of(server), view.technology_of(server))
            found.setdefault(key, ({}, {}, {}))[place][server.id] = server
    return dict(sorted(found.items(), key=lambda item: (name_zh(item[0][0]), item[0][1].zh)))


def _in_between(view: View) -> list[Server]:
    """Servers that were opened and released within the month, and so are in neither snapshot of its ends."""
    ends = {server.id for seen in (view.before, view.now) if seen is not None for server in seen.servers}
    return [one for one in view.now.measured if one.id not in ends and _opened_in_month(view, one)]


def balance(
    view: View,
    before: dict[str, Server],
    after: dict[str, Server],
    between: dict[str, Server],
    resource: Resource | None,
) -> Balance:
    """The balance of one amount in one group; `resource` `None` counts servers."""

    def size(server: Server) -> float:
        return 1 if resource is None else (capacity_of(server, resource) or 0)

    opened = [server for key, server in after.items() if key not in before and _opened_in_month(view, server)]
    released = [server for key, server in before.items() if key not in after and _gone(view, server)]
    resized = [size(after[key]) - size(server) for key, server in before.items() if key in after]
    return Balance(
        before=sum(map(size, before.values())),
        added=sum(map(size, (*opened, *between.values()))) + sum(step for step in resized if step > 0),
        removed=sum(map(size, (*released, *between.values()))) - sum(step for step in resized if step < 0),
        after=sum(map(size, after.values())),
    )


def _opened_in_month(view: View, server: Server) -> bool:
    return server.created_on is not None and view.now.month.first_on <= server.created_on <= view.now.until


def _gone(view: View, server: Server) -> bool:
    """Gone for good: not just counted in another group now."""
    return all(other.id != server.id for other in view.now.servers)


def _breaking(view: View, before: dict[str, Server], after: dict[str, Server]) -> Iterable[tuple[Cell, ...]]:
    for key, server in sorted(after.items()):
        if key not in before and not _opened_in_month(view, server):
            why = Text("本月底新出现，但开通日期不在本月或不明", "new, but not opened in this month")
            yield (key, view.now.system_name(server), view.now.unit_of(server), server.vcpu, why)
    for key, server in sorted(before.items()):
        if key not in after and not _gone(view, server):
            why = Text("上月在本组，本月在另一区域", "counted in another zone now")
            yield (key, view.now.system_name(server), view.now.unit_of(server), server.vcpu, why)


_AMOUNTS: tuple[tuple[Resource | None, Text, ColumnKind], ...] = (
    (None, Text("云主机（台）", "servers"), "count"),
    ("cpu", Text("vCPU（核）", "vCPU"), "vcpu"),
    ("memory", Text("内存（GiB）", "memory (GiB)"), "gib"),
    ("storage", Text("存储（GiB）", "storage (GiB)"), "gib"),
)


def _balances(view: View, groups: _Groups) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for (zone, technology), servers in groups.items():
        for resource, label, _ in _AMOUNTS:
            found = balance(view, *servers, resource)
            holds = Text("平衡", "holds") if found.difference == 0 else Text("不平衡", "does not hold")
            rows.append(
                (
                    zone,
                    technology,
                    label,
                    found.before,
                    found.added,
                    found.removed,
                    found.after,
                    found.difference,
                    holds,
                )
            )
    numbers = (
        ("before", Text("上月底", "last month")), ("added", Text("本月扩容", "added")), ("removed", Text("本月缩容", "removed")),
        ("after", Text("本月底", "this month")), ("difference", Text("资源差值", "difference")),
    )  # fmt: skip
    return Table(
        id="change.balance",
        title=Text("资源规模月度平衡", "balance of amounts"),
        columns=(
            Column(key="zone", label=Text("区域", "zone")),
            Column(key="technology", label=Text("类别", "technology")),
            Column(key="amount", label=Text("资源", "resource")),
            *(
                Column(key=key, label=label, kind="count", formula=_DIFFERENCE if key == "difference" else None)
                for key, label in numbers
            ),
            Column(key="holds", label=Text("核对", "check"), kind="status"),
        ),
        rows=tuple(rows),
        basis=_BASIS,
        origins=(RECORDS,),
        empty=_NO_BEFORE,
    )


def _unexplained(view: View, rows: list[tuple[Cell, ...]]) -> Table:
    return Table(
        id="change.unexplained",
        title=Text("造成差值的云主机", "servers behind the difference"),
        columns=(
            Column(key="server_id", label=Text("云主机编号", "server id")),
            Column(key="system", label=Text("系统名称", "system")),
            Column(key="unit", label=Text("单位名称", "unit")),
            Column(key="vcpu", label=Text("vCPU（核）", "vCPU"), kind="vcpu"),
            Column(key="why", label=Text("原因", "why")),
        ),
        rows=tuple(rows),
        basis=_BASIS,
        origins=(RECORDS,),
        empty=_NO_BEFORE if view.before is None else Text("没有：恒等式成立", "none: the identity holds"),
    )


def _difference(view: View, groups: _Groups) -> Figure:
    broken = sum(
        balance(view, *servers, resource).difference != 0 for servers in groups.values() for resource, _, _ in _AMOUNTS
    )
    return Figure(
        id="change.unbalanced",
        label=Text("不平衡的行", "rows that do not balance"),
        unit="count",
        numerator=broken,
        covered=len(groups) * len(_AMOUNTS),
        expected=len(groups) * len(_AMOUNTS),
        basis=_BASIS,
        origins=(RECORDS,),
    )


_OWN_MONTH = Text(
    "本月平均使用率 − 上月平均使用率，百分点，均为规格加权；两个月都按当天的归属和规格计，含当月内释放的云主机",
    "this month's weighted mean − last month's, in percentage points; both months by the owner and size of each day, with the servers released in them",
)
_UNDATED = Text(
    "本月平均使用率 − 上月平均使用率，百分点，均为规格加权；本月含月内释放的云主机，上月按上月底在册的计",
    "this month's weighted mean − last month's, in percentage points; this month with the servers released in it, last month over those at its end",
)
_SAME_SERVERS = Text(
    "本月平均使用率 − 上月平均使用率，百分点，均为规格加权；没有上月底的快照，上月按现在在册、当时已开通的云主机计",
    "this month's weighted mean − last month's, in percentage points; without a snapshot of last month, over today's servers that existed then",
)


def _rate_changes(view: View) -> Iterable[Figure]:
    for resource in RESOURCES:
        name = RESOURCE_NAMES[resource]
        earlier = (
            [use for use in view.facts.previous_uses if use.metric == resource]
            if view.before is None
            else view.before.uses_of(resource)
        )
        both = [share(view.now.uses_of(resource)), share(earlier)]
        now, before = (None if one.note is not None else one.value for one in both)  # a rule's 0 is nothing to compare
        basis = _SAME_SERVERS if view.before is None else _OWN_MONTH if view.facts.before_is_dated else _UNDATED
        change = now - before if now is not None and before is not None else None
        yield Figure(
            id=f"change.use.{resource}",
            label=Text(f"{name.zh}平均使用率环比", f"{name.en} mean use against last month"),
            unit="points",
            numerator=change,
            basis=basis,
            origins=(TELEMETRY, RECORDS),
            why_unknown=None
            if change is not None
            else Text("两个月中有一个没有采样", "one of the two months has no samples"),
        )
