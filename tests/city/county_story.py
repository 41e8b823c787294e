"""The form of a story: what a kind of system of the eighth city is, and what its unit writes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Span = tuple[int, int]  # days before the end of the period, or a number from low to high
Names = tuple[tuple[str, str], ...]  # the unit's slug, and the system's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`count` is for a city of 200 systems; `{shown}` in `why` is what the ledger shows of it.

    `login` and `update` are days before the end of the period (`None`: there is no such date), `contract` days after it
    (negative: it ended). `says` is how often the row remarks one of `notes`; `logged` systems have an address and stand
    behind the web front.
    """

    count: int
    why: str
    names: Names
    login: Span | None
    update: Span | None
    contract: Span | None
    logins: Span = (0, 1)
    users: Span = (3, 60)
    notes: tuple[str, ...] = ()
    says: Literal["always", "half", "never"] = "half"
    logged: bool = False
    website: bool = False
    klass: str = "business"
    state: str | None = None
