"""Readers of monitoring systems: each yields tables of raw samples (`inventory.telemetry.ingest.raw_schema`).

What a source calls its metrics, in which unit and how often, is data: sources.toml.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from catalogs.errors import CatalogError

SOURCES_FILE = Path(__file__).with_name("sources.toml")


def read_sources(path: Path = SOURCES_FILE) -> dict[str, Any]:
    """Names and units of every source.

    Raises:
        CatalogError: the file is missing or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogError(
            f"{path.name}：无法读取指标名称表：{error}", f"{path.name}: cannot read the table of metrics: {error}"
        ) from error
