"""pyarrow without pandas: it imports pandas, if that is installed, when it is first given a list of Python's values.

That takes half a second to a second of every command, and nothing here ever hands anything to pandas (DuckDB and Ibis
bring it along). pyarrow looks once; told then that there is none, it does not ask again. Others may import pandas as ever.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache


class _NoPandas:
    """Says of pandas, and of nothing else, that it is not installed."""

    @staticmethod
    def find_spec(name: str, _path: Sequence[str] | None = None, _target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


@cache
def without_pandas() -> None:
    """Make pyarrow look for pandas now, and find none; nothing where somebody has imported it already."""
    import pyarrow as pa

    if "pandas" in sys.modules:
        return
    sys.meta_path.insert(0, _NoPandas)
    try:
        pa.array([""])
    finally:
        sys.meta_path.remove(_NoPandas)
