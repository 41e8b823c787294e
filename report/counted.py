"""Which servers a usage report counts, and why others are left out: every server has one place or one reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from catalogs.words import Text
from inventory.model import Server
from inventory.usage.dated import Stint
from report.facts import Month
from report.minimised import USE_NOT_TOLD

NOT_ON_A_CLOUD = Text("不在云上（自建机房），不属于云资源", "not on a cloud (own machine room)")
BEFORE = Text("本月之前已释放", "released before this month")
AFTER = Text("统计截止日之后开通", "opened after the last day counted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Servers in the report: `standing` at the end, `released` within the month (their use counts until then)."""

    standing: tuple[Server, ...]
    released: tuple[Server, ...]
    excluded: tuple[tuple[Server, Text], ...]

    @property
    def measured(self) -> tuple[Server, ...]:
        """All whose use counts, by id."""
        return tuple(sorted((*self.standing, *self.released), key=lambda server: server.id))


def counted(servers: Iterable[Server], month: Month, until: date) -> Counted:
    """Sort servers into those that count and those that do not."""
    standing: list[Server] = []
    released: list[Server] = []
    excluded: list[tuple[Server, Text]] = []
    for server in sorted(servers, key=lambda server: server.id):
        reason = _why_excluded(server, month, until)
        if reason is not None:
            excluded.append((server, reason))
        elif server.deleted_on is not None and server.deleted_on <= until:
            released.append(server)
        else:
            standing.append(server)
    return Counted(standing=tuple(standing), released=tuple(released), excluded=tuple(excluded))


def counts(stint: Stint) -> bool:
    """Whether the days of a stint count: those of a server that was on a cloud then, and existed."""
    return _on_a_cloud(stint.server) and stint.lived is not None


def use_told(server: Server) -> bool:
    """Whether the use of a server is in rates: of a classified system's only its size counts, as allocated.

    Were it in totals, a total less its named parts would be the use of that system.
    """
    return not server.fields.get(USE_NOT_TOLD)


def _on_a_cloud(server: Server) -> bool:
    return server.pool is not None or server.cloud is not None


def _why_excluded(server: Server, month: Month, until: date) -> Text | None:
    if not _on_a_cloud(server):
        return NOT_ON_A_CLOUD
    if server.deleted_on is not None and server.deleted_on < month.first_on:
        return BEFORE
    if server.created_on is not None and server.created_on > until:
        return AFTER
    return None
