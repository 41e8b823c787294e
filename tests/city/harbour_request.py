"""One request at the seventh city's web front."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visit:
    """One request and how it was answered; an empty agent is a browser."""

    hour: int
    minute: int
    client: str
    path: str
    user: str = "-"
    agent: str = ""
    method: str = "GET"
    status: int = 200
