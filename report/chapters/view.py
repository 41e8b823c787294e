"""The facts as the chapters see them: which servers count, whose they are, what each used. Computed once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from catalogs.words import Text
from inventory.model import Server, System
from report.facts import RESOURCES, Facts, Moment, Month, Pool, Resource
from report.month_use import Use, days_by_server, month_use

# Files of the evidence bundle that figures name as their origin.
SERVERS_FILE = "data/servers.jsonl"
SYSTEMS_FILE = "data/systems.jsonl"
DAYS_FILE = "data/usage_daily.csv.gz"
BEFORE_SERVERS_FILE = "data/before/servers.jsonl"
BEFORE_DAYS_FILE = "data/before/usage_daily.csv.gz"
PARAMETERS_FILE = "data/parameters.json"
FINDINGS_FILE = "data/zombies.jsonl"

NO_UNIT = Text("(未归属单位)", "(no unit)")
NO_SYSTEM = Text("(未归属系统)", "(no system)")
NO_ZONE = Text("(区域未知)", "(zone unknown)")
NO_POOL = Text("(未归入资源池)", "(in no pool)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One moment: servers that count, those that do not with the reason, and the use of each."""

    month: Month
    until: date
    servers: tuple[Server, ...]
    excluded: tuple[tuple[Server, Text], ...]
    systems: Mapping[str, System]
    uses: Mapping[tuple[str, Resource], Use]
    classified_count: int
    secrecy_unknown_count: int

    def uses_of(self, resource: Resource, servers: Iterable[Server] | None = None) -> list[Use]:
        """The use of some servers (all that count where none are named)."""
        chosen = self.servers if servers is None else servers
        return [self.uses[server.id, resource] for server in chosen]

    def unit_of(self, server: Server) -> str | Text:
        """Whose a server is."""
        system = self.systems.get(server.system_id or "")
        return (system.department if system else None) or server.department or NO_UNIT

    def system_name(self, server: Server) -> str | Text:
        """The name of the system that a server belongs to."""
        system = self.systems.get(server.system_id or "")
        return system.name if system else NO_SYSTEM

    def grouped(self, key: Callable[[Server], str | Text]) -> list[tuple[str | Text, list[Server]]]:
        """The servers by some property, groups sorted by name with the unknown ones last."""
        groups: dict[str | Text, list[Server]] = {}
        for server in self.servers:
            groups.setdefault(key(server), []).append(server)
        return sorted(groups.items(), key=lambda item: (isinstance(item[0], Text), name_zh(item[0])))


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything that the chapters share."""

    facts: Facts
    now: Seen
    before: Seen | None
    pools: Mapping[str, Pool]

    def pool_of(self, server: Server) -> Pool | None:
        """The pool that a server stands in, where the catalogue has it."""
        return self.pools.get(server.pool or "")

    def zone_of(self, server: Server) -> str | Text:
        """The network zone of a server: its own, or its pool's."""
        pool = self.pool_of(server)
        return server.zone or (pool.zone if pool else None) or NO_ZONE

    def technology_of(self, server: Server) -> Text:
        """信创, 非信创 or not known, by the pool that a server stands in."""
        pool = self.pool_of(server)
        return technology(pool.xinchuang if pool else None)


def name_zh(name: str | Text) -> str:
    """A name for sorting, the same in every language of the process."""
    return name.zh if isinstance(name, Text) else name


def technology(xinchuang: bool | None) -> Text:  # noqa: FBT001 - a value, not a switch
    """The name of a technology group."""
    if xinchuang is None:
        return Text("未标注", "unmarked")
    return Text("信创", "domestic") if xinchuang else Text("非信创", "other")


def view(facts: Facts) -> View:
    """Look at the facts once."""
    until = min(facts.month.last_on, facts.as_of_on)
    now = _seen(facts, facts.now, facts.month, until)
    earlier = facts.month.previous
    before = None if facts.before is None else _seen(facts, facts.before, earlier, earlier.last_on)
    return View(facts=facts, now=now, before=before, pools={pool.id: pool for pool in facts.pools})


def _seen(facts: Facts, moment: Moment, month: Month, until: date) -> Seen:
    counted: list[Server] = []
    excluded: list[tuple[Server, Text]] = []
    for server in sorted(moment.servers, key=lambda server: server.id):
        reason = _why_excluded(server, month, until)
        if reason is None:
            counted.append(server)
        else:
            excluded.append((server, reason))
    days = days_by_server(row for row in moment.days if month.first_on <= row.day <= until)
    uses = {
        (server.id, resource): month_use(
            server,
            resource,
            days.get((server.id, resource), ()),
            month,
            until=until,
            coverage_min_ratio=facts.coverage_min_ratio,
            count_off_as_zero=facts.count_off_as_zero,
        )
        for server in counted
        for resource in RESOURCES
    }
    return Seen(
        month=month,
        until=until,
        servers=tuple(counted),
        excluded=tuple(excluded),
        systems={system.id: system for system in moment.systems},
        uses=uses,
        classified_count=moment.classified_count,
        secrecy_unknown_count=moment.secrecy_unknown_count,
    )


def _why_excluded(server: Server, month: Month, until: date) -> Text | None:
    if server.pool is None and server.cloud is None:
        return Text("不在云上（自建机房），不属于云资源", "not on the cloud (own machine room)")
    if server.deleted_on is not None and server.deleted_on <= month.first_on:
        return Text("本月之前已释放", "released before this month")
    if server.deleted_on is not None and server.deleted_on <= until:
        return Text("本月内已释放（计入缩容）", "released within this month (counted as recovered)")
    if server.created_on is not None and server.created_on > until:
        return Text("本月之后开通", "opened after this month")
    return None
