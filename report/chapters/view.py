"""The facts as the chapters see them: which servers count, whose they are, what each used. Computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from catalogs.words import Text
from inventory.model import Server, System
from inventory.telemetry.query import Measured
from inventory.usage.pools import Pool
from report.counted import counted
from report.facts import RESOURCES, Facts, Moment, Month, Piece, Resource

# Files of the evidence bundle that figures name as their origin.
RECORDS = "snapshots/"
TELEMETRY = "telemetry/"
CATALOGS = "catalogs/"
DECISIONS_FILE = "decisions.jsonl"
PARAMETERS_FILE = "parameters.json"
FINDINGS_FILE = "zombies.jsonl"
STINTS_FILE = "stints.jsonl"

NO_UNIT = Text("（未归属单位）", "(no unit)")
NO_SYSTEM = Text("（未归属系统）", "(no system)")
NO_ZONE = Text("（区域未知）", "(zone unknown)")
NO_POOL = Text("（未归入资源池）", "(in no pool)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One moment: servers that stand at its end, those whose use counts, those left out; and the use of each.

    Totals go over `measured`, each server once; tables by owner go over `pieces`, each day under its owner of then.
    """

    month: Month
    until: date
    servers: tuple[Server, ...]
    measured: tuple[Server, ...]
    excluded: tuple[tuple[Server, Text], ...]
    systems: Mapping[str, System]
    pieces: tuple[Piece, ...]
    uses: Mapping[tuple[str, Resource], Measured]
    moment: Moment

    def uses_of(self, resource: Resource, pieces: Sequence[Piece] | None = None) -> list[Measured]:
        """The use of each server that counts, or of some pieces."""
        if pieces is None:
            return [self.uses[server.id, resource] for server in self.measured]
        place = RESOURCES.index(resource)
        return [piece.uses[place] for piece in pieces]

    def system_of(self, server: Server) -> System | None:
        """The system that a server belongs to, where it is known and may be named."""
        return self.systems.get(server.system_id or "")

    def unit_of(self, server: Server) -> str | Text:
        """Whose a server is at the end of the month."""
        system = self.system_of(server)
        return (system.department if system else None) or server.department or NO_UNIT

    def system_name(self, server: Server) -> str | Text:
        """The name of the system that a server belongs to."""
        system = self.system_of(server)
        return system.name if system else NO_SYSTEM

    def grouped(self, key: Callable[[Piece], str | Text]) -> list[tuple[str | Text, list[Piece]]]:
        """The pieces by some property, groups sorted by name with the unknown ones last."""
        groups: dict[str | Text, list[Piece]] = {}
        for piece in self.pieces:
            groups.setdefault(key(piece), []).append(piece)
        return sorted(groups.items(), key=lambda item: (isinstance(item[0], Text), name_zh(item[0])))

    def by_system(self) -> list[tuple[System, list[Piece]]]:
        """Every known system that had servers in the month, by id."""
        found: dict[str, list[Piece]] = {}
        for piece in self.pieces:
            if piece.system is not None:
                found.setdefault(piece.system.id, []).append(piece)
        return [(self.systems[system_id], pieces) for system_id, pieces in sorted(found.items())]

    def unit_of_system(self, system: System, pieces: Sequence[Piece]) -> str | Text:
        """Whose a system is at the end of the month; where no ledger says, whose its servers were last."""
        return system.department or pieces[-1].department or NO_UNIT


def unit_then(piece: Piece) -> str | Text:
    """Whose a server was."""
    return piece.department or NO_UNIT


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

    def technology_of(self, server: Server, system: System | None = None) -> Text:
        """信创, 非信创 or not known: by the pool that a server stands in, else as its system's ledger says."""
        pool, system = self.pool_of(server), system or self.now.systems.get(server.system_id or "")
        known = pool.xinchuang if pool else None
        return technology(known if known is not None else system.xinchuang if system else None)

    def zone_then(self, piece: Piece) -> str | Text:
        """The network zone that a server was in."""
        return self.zone_of(piece.server)

    def technology_then(self, piece: Piece) -> Text:
        """信创, 非信创 or not known, as it was then."""
        return self.technology_of(piece.server, piece.system)


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
    lasting = {piece.server.id for piece in moment.pieces}
    return Seen(
        month=month,
        until=until,
        servers=found.standing,
        measured=tuple(server for server in moment.servers if server.id in lasting),
        excluded=tuple(pair for pair in found.excluded if pair[0].id not in lasting),
        pieces=moment.pieces,
        systems={system.id: system for system in moment.systems},
        uses={(use.group, use.metric): use for use in moment.uses},  # type: ignore[misc]
        moment=moment,
    )
