"""What stays of classified systems: a count. Their servers keep sizes and places, and lose every word of their own.

Rows marked as classified never become records; this is about systems that the secrecy office rules on after they were
collected, or that another source marks.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace

from catalogs.words import Text
from inventory.model import Gap, Server, System, Value, Volume
from inventory.names import normalised

_KEPT_FIELDS = frozenset(
    {"vcpu", "mem", "disk", "power", "pool", "cpu_arch", "cloud", "created_date", "deleted_date", "powered_off_date"}
)
CLASSIFIED_FIELD = "of_classified_system"  # true on such a server, for those who count or leave it out


def veiled_server(server: Server) -> Server:
    """A server of a classified system: a machine of some size in some pool, of nobody in particular."""
    fields = {name: value for name, value in server.fields.items() if name in _KEPT_FIELDS}
    return replace(
        server, name=server.id, system_id=None, department=None, project=None, addresses=(), fields={**fields, "known_as": (server.id,), CLASSIFIED_FIELD: True},
        origins={name: origin for name, origin in server.origins.items() if name in _KEPT_FIELDS},
    )  # fmt: skip


def veiled_volume(volume: Volume) -> Volume:
    """A volume of a classified system."""
    return replace(volume, name=volume.id, system_id=None)


def without_classified(gaps: Iterable[Gap], hidden: Container[str]) -> list[Gap]:
    """The gaps that speak of no classified system and of none of its servers."""

    def speaks_of(gap: Gap) -> Iterator[str | None]:
        yield gap.subject
        yield from gap.choices
        yield from (gap.answer_key or "").split(":")  # is it the same as that one?

    return [gap for gap in gaps if not any(one in hidden for one in speaks_of(gap))]


NAMELESS = "（涉密，不列名称）"
_OWN = frozenset({"sys_name", "known_as"})  # a system's own name may hold another's as a part of it
_SHORTEST_IN_TEXT = 4  # characters; a shorter name inside a sentence may be a common word


class Veil:
    """Takes the names of classified systems out of what other systems' ledgers say: whom they call, what replaces them."""

    def __init__(self, names: Iterable[str]) -> None:
        known = {name.strip() for name in names} - {""}
        self._words = {normalised(name) for name in known}
        self._texts: Sequence[str] = sorted(
            (n for n in known if len(n) >= _SHORTEST_IN_TEXT), key=lambda n: (-len(n), n)
        )

    def system(self, system: System) -> System:
        """The system, none of whose fields but its own name names a classified one."""
        fields = {name: value if name in _OWN else self._value(value) for name, value in system.fields.items()}
        return system if fields == dict(system.fields) else replace(system, fields=fields)

    def gap(self, gap: Gap) -> Gap:
        """The gap, likewise."""
        return replace(
            gap, message=self._said(gap.message), raw=None if gap.raw is None else self._text(gap.raw),
            question=None if gap.question is None else self._said(gap.question), choices=tuple(map(self._text, gap.choices)),
        )  # fmt: skip

    def _said(self, text: Text) -> Text:
        return Text(self._text(text.zh), self._text(text.en))

    def _value(self, value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(self._text(one) for one in value)
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        if normalised(text) in self._words:
            return NAMELESS
        for name in self._texts:
            text = text.replace(name, NAMELESS)
        return text
