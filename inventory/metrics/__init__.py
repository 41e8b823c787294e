"""Readers of monitoring systems: each yields tables of raw samples (`inventory.telemetry.ingest.raw_schema`).

What a source calls its metrics, in which unit and how often, is data: sources.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
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
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogError(
            f"{path.name}：无法读取指标名称表：{error}", f"{path.name}: cannot read the table of metrics: {error}"
        ) from error
    order = found.get("preference", [])
    if not isinstance(order, list) or not all(isinstance(name, str) for name in order):
        raise CatalogError(
            f"{path.name}：preference 应为来源名称的列表", f"{path.name}: preference must be a list of names of sources"
        )
    return found


@cache
def _our_order() -> tuple[str, ...]:
    return tuple(read_sources()["preference"])


def preference_of(sources: Mapping[str, Any]) -> tuple[str, ...]:
    """Which source counts where two measured the same server on the same day, the best first; ours where a table does not say."""
    return tuple(sources.get("preference") or _our_order())
