"""What all groups of tables share: the engine, one transaction for what is written, readings that change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from inventory.storage.rows import explained

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


class Tables:
    """Tables on an open engine; faults of the database are told in plain words."""

    def __init__(self, engine: Engine, telemetry_folder: Path) -> None:
        self._engine = engine
        self.telemetry_folder = telemetry_folder

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with explained(self._engine), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explained(self._engine), self._engine.connect().execution_options(reading=True) as connection:
            yield connection
