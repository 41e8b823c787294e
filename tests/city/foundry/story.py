"""The form of a story: what a kind of system of the tenth city is, and what its unit writes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Span = tuple[int, int]  # days before the end of the period, or a number from low to high
# The unit's slug, the system's name, and the remark that fits this name only; empty where one of the story's will do.
Names = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`count` is for a city of 200 systems; `{shown}` in `why` is what the ledger shows of it.

    `login` and `update` are days before the end of the period (`None`: there is no such date), `contract` days after it
    (negative: it ended). `says` is how often the row remarks something; `{year}` in a remark is the year of the last login.
    `logged` systems have an address, stand behind the web front, and their unit's ledger has a column for the address.
    `machines` is how many it needs at least. `blank` fields are never filled in; `shown` ones always are, to the day.
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
    machines: int = 1
    state: str | None = None
    shown: frozenset[str] = frozenset()
    blank: frozenset[str] = frozenset()


LOGIN = frozenset({"last_login"})
PAID = frozenset({"ops_contract_end"})
ROW = frozenset({"last_login", "last_update", "ops_contract_end", "logins_month"})
