"""What stays of classified systems: a count. Their servers keep sizes and places, and lose every word of their own.

Rows marked as classified never become records; this is about systems that the secrecy office rules on after they were
collected, or that another source marks.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

from inventory.model import Gap, Server, Volume

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
