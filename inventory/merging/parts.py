"""What the parts of the merge share: a record with its snapshot, the decisions in force, the words of the catalogues."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from catalogs.digest import canonical_json
from catalogs.words import Text
from inventory.fields import FIELDS
from inventory.model import Gap, Origin, Record, Value
from inventory.names import Lineage, normalised
from inventory.storage.decisions import Decision, class_on, in_force

if TYPE_CHECKING:
    from catalogs.load import Catalogs

# How near a source stands to the machine itself: an interface knows its size, an export repeats it, a ledger tells it.
_MAPPING, _ALIAS = "mapping:", "alias:"  # answer keys
RANKS: Mapping[str, int] = {
    "openstack": 0, "aws": 0, "rvtools": 1, "azure_migrate": 1, "migration_hub": 1, "bk_cmdb": 2, "zabbix": 2, "ledger": 3,
}  # fmt: skip
LEDGER_RANK = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A record and the snapshot it stands in."""

    record: Record
    source: str
    collector: str
    taken_at: datetime = _EPOCH

    @property
    def rank(self) -> int:
        """0 for an interface of a cloud, 3 for a ledger."""
        return RANKS.get(self.collector, 2)

    @property
    def order(self) -> tuple[object, ...]:
        """Nearest source first, then newest, then by place: one order whatever order the records came in."""
        place = self.record.origin
        return (
            self.rank, -self.taken_at.timestamp(), self.source, place.file or "", place.sheet or "", place.row or 0,
            place.path or "", self.record.id,
        )  # fmt: skip


def in_order(seen: Iterable[Seen]) -> list[Seen]:
    """Nearest and newest first; rows that stand at the same place are told apart by their content."""
    rows = sorted(seen, key=lambda one: one.order)
    if len({one.order for one in rows}) == len(rows):
        return rows
    return sorted(rows, key=lambda one: (*one.order, canonical_json(one.record.as_json())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulings:
    """The decisions in force, by what they say to the merge.

    `same` maps an id to the one it is the same as; `mappings` a server or project to a system; `answers` a question's
    key to its answer; `spellings` a normalised spelling to the name that is meant; `secrecy` a system to the ruling;
    `classes` a system to the class that a person gave it.
    """

    same: Mapping[str, str] = field(default_factory=dict)
    mappings: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    spellings: Mapping[str, str] = field(default_factory=dict)
    secrecy: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(decisions: Iterable[Decision], on: date | None = None) -> Rulings:
        """What some decisions, in the order of appending, come to on a day; without one nothing expires."""
        rows = list(decisions)
        answers = {subject: _word(row, "answer") for subject, row in in_force(rows, "answer").items()}
        same = {
            subject: _word(row, "same_as", "into")
            for kind in ("identity", "merge")
            for subject, row in in_force(rows, kind).items()
        }
        for key, answer in answers.items():
            parts = key.split(":")
            if parts[0] == "same-system" and len(parts) == 3 and answer == "same":
                same.setdefault(parts[1], parts[2])
        mappings = {key.removeprefix(_MAPPING): answer for key, answer in answers.items() if key.startswith(_MAPPING)}
        spellings = {key.removeprefix(_ALIAS): answer for key, answer in answers.items() if key.startswith(_ALIAS)}
        return Rulings(
            same={subject: target for subject, target in same.items() if target and target != subject},
            mappings=mappings | {subject: _word(row, "system") for subject, row in in_force(rows, "mapping").items()},
            answers=answers,
            spellings=spellings
            | {normalised(subject): _word(row, "name") for subject, row in in_force(rows, "alias").items()},
            secrecy={subject: _word(row, "secrecy") for subject, row in in_force(rows, "secrecy").items()},
            classes={
                subject: name
                for subject, row in in_force(rows, "class").items()
                if (name := class_on(row, on)) is not None
            },
        )

    def without_unknown(self, known: Container[str]) -> tuple[Rulings, list[Gap]]:
        """The rulings whose targets exist; a merge into an id that nothing ever had is a gap, not a new system."""
        unknown = {subject: target for subject, target in self.same.items() if target not in known}
        gaps = [
            Gap(
                kind="unmatched", origin=Origin(source="decision", path=f"merge/{subject}"), subject=subject, raw=target,
                message=Text(f"决定说 {subject} 就是 {target}，但没有 {target}；这个决定没有生效",
                             f"a decision says that {subject} is {target}, but there is no {target}; it has no effect"),
            )
            for subject, target in sorted(unknown.items())
        ]  # fmt: skip
        return replace(
            self, same={subject: target for subject, target in self.same.items() if subject not in unknown}
        ), gaps

    def final(self, some_id: str) -> str:
        """The id that stands for an id after all decisions; a circle of decisions ends at its smallest id."""
        met = [some_id]
        while met[-1] in self.same:
            following = self.same[met[-1]]
            if following in met:
                return min(met[met.index(following) :])
            met.append(following)
        return met[-1]


def mapping_key(subject: str) -> str:
    """The answer key of the question which system a server or a project belongs to."""
    return f"{_MAPPING}{subject}"


def alias_key(name: str) -> str:
    """The answer key of the question which system a name means that no system bears."""
    return f"{_ALIAS}{normalised(name)}"


def _word(decision: Decision, *keys: str) -> str:
    """The decision's value, given as a text or as the one entry of an object."""
    value = decision.value
    if isinstance(value, Mapping):
        value = next((value[key] for key in keys if key in value), None)
    return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolPlace:
    """Where a pool of the catalogue stands."""

    id: str
    site: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the catalogues call things: departments, zones, pools; keys are normalised spellings."""

    lineage: Lineage = field(default_factory=Lineage)
    zones: Mapping[str, str] = field(default_factory=dict)
    pools: Mapping[str, PoolPlace] = field(default_factory=dict)

    @staticmethod
    def of(catalogs: Catalogs, on: date | None = None) -> Words:
        """The words of all target clouds and all files of departments. A word with two meanings keeps none.

        `on` is the day for which the names of departments hold; see `Lineage.of`.
        """
        zones: dict[str, set[str]] = {}
        pools: dict[str, set[PoolPlace]] = {}
        for service in catalogs.by_kind["services"].values():
            names = {zone.id: zone.name for zone in service.zones}  # type: ignore[attr-defined]
            for zone in service.zones:  # type: ignore[attr-defined]
                for word in (zone.id, zone.name, *zone.aliases):
                    zones.setdefault(normalised(word), set()).add(zone.name)
            for pool in service.pools:  # type: ignore[attr-defined]
                place = PoolPlace(id=pool.id, site=pool.site, zone=names.get(pool.zone, pool.zone))
                for word in (pool.id, pool.name, *pool.aliases):
                    pools.setdefault(normalised(word), set()).add(place)
        return Words(
            lineage=Lineage.of(catalogs.departments, on),
            zones={word: next(iter(found)) for word, found in zones.items() if len(found) == 1},
            pools={word: next(iter(found)) for word, found in pools.items() if len(found) == 1},
        )

    def zone(self, word: str) -> str:
        """A zone's name in the catalogue; the word itself where the catalogue does not know it."""
        return self.zones.get(normalised(word), word.strip())


def label_of(name: str) -> Text:
    """What a field is called."""
    known = FIELDS.get(name)
    return known.label if known else Text(name, name)


def shown(value: Value) -> str:
    """A value in a message."""
    if isinstance(value, tuple):
        return "、".join(value)
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)
