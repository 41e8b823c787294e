"""A stint: a server as it was for some days, with its system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from inventory.model import Server, System
from inventory.telemetry.form import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Stint:
    """A server as it was on the local days `[start_on, end_on)`, with the system it belonged to."""

    server: Server
    system: System | None
    start_on: date
    end_on: date

    @property
    def lived(self) -> Period | None:
        """Its days on which the server existed: none before it was made or after it was deleted; `None` for no day."""
        deleted = self.server.deleted_on
        first = max(self.start_on, self.server.created_on or self.start_on)
        end = min(self.end_on, deleted + timedelta(days=1) if deleted else self.end_on)
        return Period(first, end) if first < end else None
