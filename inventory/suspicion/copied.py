"""Samples that are another system's or were played back, each as a sign in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.suspicion.copies import exact_copies, near_copies, own_repeats
from inventory.suspicion.signs import Suspicion

if TYPE_CHECKING:
    import duckdb


def near_copied(connection: duckdb.DuckDBPyConnection, systems: Mapping[str, str], known: set[str]) -> list[Suspicion]:
    """Servers whose days follow another system's to a few percent."""
    first, last = connection.execute("SELECT min(day), max(day) FROM daily").fetchall()[0]
    return [
        Suspicion(
            kind="near-copy", system_id=systems[copy.server], server_id=copy.server, days=copy.days, first_on=first, last_on=last,
            sentence=Text(
                f"{copy.days} 天的日均 CPU 与另一系统的服务器 {copy.model} {f'{copy.delay} 天前' if copy.delay else '当天'}只差一个不变的倍数（逐日相差约 {copy.spread:.1%}），像复制后加了扰动",
                f"on {copy.days} days its mean CPU is a fixed multiple of that of {copy.model}, a server of another system, {f'{copy.delay} days before' if copy.delay else 'the same day'} (to {copy.spread:.1%} a day): like a copy with noise",
            ),
        )
        for copy in near_copies(connection, systems) if copy.server not in known
    ]  # fmt: skip


def copied(connection: duckdb.DuckDBPyConnection, systems: Mapping[str, str]) -> list[Suspicion]:
    """Servers that show another system's samples to the last digit, on the same day or days later."""
    return [
        Suspicion(
            kind="copied-samples", system_id=systems[copy.server], server_id=copy.server, days=copy.days, first_on=copy.first_on, last_on=copy.last_on,
            sentence=Text(
                f"{copy.days} 天的样本与另一系统的服务器 {copy.model} {f'{copy.delay} 天前' if copy.delay else ''}完全相同",
                f"the samples of {copy.days} days are the same as those of {copy.model}, a server of another system{f', {copy.delay} days before' if copy.delay else ''}",
            ),
        )
        for copy in exact_copies(connection, systems)
    ]  # fmt: skip


def repeated(connection: duckdb.DuckDBPyConnection, systems: Mapping[str, str], known: set[str]) -> list[Suspicion]:
    """Servers that show their own samples again, days later."""
    return [
        Suspicion(
            kind="repeated-samples", system_id=systems[copy.server], server_id=copy.server, days=copy.days, first_on=copy.first_on, last_on=copy.last_on,
            sentence=Text(
                f"{copy.days} 天的样本与自己 {copy.delay} 天前的逐位相同，像回放的样本",
                f"the samples of {copy.days} days are to the last digit its own of {copy.delay} days before, as if they were played back",
            ),
        )
        for copy in own_repeats(connection, systems) if copy.server not in known
    ]  # fmt: skip
