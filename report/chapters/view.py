"""The facts as the chapters see them: which servers count, whose they are, what each used. Computed once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from catalogs.words import Text
from inventory.model import Server, System
from inventory.telemetry_query import Measured
from inventory.usage_pools import Pool
from report.counted import counted
from report.facts import Facts, Moment, Month, Resource

# Files of the evidence bundle that figures name as their origin.
RECORDS = "snapshots/"
TELEMETRY = "telemetry/"
CATALOGS = "catalogs/"
DECISIONS_FILE = "decisions.jsonl"
PARAMETERS_FILE = "parameters.json"
FINDINGS_FILE = "zombies.jsonl"

NO_UNIT = Text("（未归属单位）", "(no unit)")
NO_SYSTEM = Text("（未归属系统）", "(no system)")
NO_ZONE = Text("（区域未知）", "(zone unknown)")
NO_POOL = Text("（未归入资源池）", "(in no pool)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One moment: servers that stand at its end, those whose use counts, those left out; and the use of each."""

    month: Month
    until: date
    servers: tuple[Server, ...]
    measured: tuple[Server, ...]
    excluded: tuple[tuple[Server, Text], ...]
    systems: Mapping[str, System]
    uses: Mapping[tuple[str, Resource], Measured]
    moment: Moment

    def uses_of(self, resource: Resource, servers: Iterable[Server] | None = None) -> list[Measured]:
        """The use of some servers (all that count where none are named)."""
        chosen = self.measured if servers is None else servers
        return [self.uses[server.id, resource] for server in chosen]

    def stands(self, server: Server) -> bool:
        """Whether a server still stands at the end of the month."""
        return server.deleted_on is None or server.deleted_on > self.until

    def system_of(self, server: Server) -> System | None:
        """The system that a server belongs to, where it is known and may be named."""
        return self.systems.get(server.system_id or "")

    def unit_of(self, server: Server) -> str | Text:
        """Whose a server is."""
        system = self.system_of(server)
        return (system.department if system else None) or server.department or NO_UNIT

    def system_name(self, server: Server) -> str | Text:
        """The name of the system that a server belongs to."""
        system = self.system_of(server)
        return system.name if system else NO_SYSTEM

    def grouped(self, key: Callable[[Server], str | Text]) -> list[tuple[str | Text, list[Server]]]:
        """The measured servers by some property, groups sorted by name with the unknown ones last."""
        groups: dict[str | Text, list[Server]] = {}
        for server in self.measured:
            groups.setdefault(key(server), []).append(server)
        return sorted(groups.items(), key=lambda item: (isinstance(item[0], Text), name_zh(item[0])))

    def by_system(self) -> list[tuple[System, list[Server]]]:
        """Every known system that has measured servers, by id."""
        found: dict[str, list[Server]] = {}
        for server in self.measured:
            system = self.system_of(server)
            if system is not None:
                found.setdefault(system.id, []).append(server)
        return [(self.systems[system_id], servers) for system_id, servers in sorted(found.items())]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything that the chapters share."""

    facts: Facts
    now: Seen
    before: Seen | None
    pools: Mapping[str, Pool]

    def pool_of(self, server: Server) -> Pool | None:
        """The pool that a server stands in, where its capacity is known."""
        return self.pools.get(server.pool or "")

    def zone_of(self, server: Server) -> str | Text:
        """The network zone of a server: its own, or its pool's."""
        pool = self.pool_of(server)
        return server.zone or (pool.zone if pool else None) or NO_ZONE

    def technology_of(self, server: Server) -> Text:
        """信创, 非信创 or not known: by the pool that a server stands in, else as its system's ledger says."""
        pool, system = self.pool_of(server), self.now.systems.get(server.system_id or "")
        known = pool.xinchuang if pool else None
        return technology(known if known is not None else system.xinchuang if system else None)


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
    earlier = facts.month.previous
    before = None if facts.before is None else _seen(facts.before, earlier, earlier.last_on)
    now = _seen(facts.now, facts.month, facts.until)
    return View(facts=facts, now=now, before=before, pools={pool.id: pool for pool in facts.pools})


def _seen(moment: Moment, month: Month, until: date) -> Seen:
    found = counted(moment.servers, month, until)
    return Seen(
        month=month,
        until=until,
        servers=found.standing,
        measured=found.measured,
        excluded=found.excluded,
        systems={system.id: system for system in moment.systems},
        uses={(use.group, use.metric): use for use in moment.uses},  # type: ignore[misc]
        moment=moment,
    )
