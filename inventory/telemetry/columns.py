"""Columns of Arrow tables as numpy arrays: whole numbers, words as codes, and what a whole column has in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from inventory.telemetry.form import MICRO

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


def whole(table: pa.Table, name: str, missing: int) -> NDArray[np.int64]:
    """A column of whole numbers, with a number for what is missing."""
    import pyarrow.compute as pc

    return pc.fill_null(table.column(name), missing).to_numpy().astype("int64")  # type: ignore[no-any-return]


def number(table: pa.Table, name: str) -> NDArray[np.float64]:
    """A column of numbers; NaN where one is missing."""
    return table.column(name).to_numpy().astype("float64")  # type: ignore[no-any-return]


def micro(amount: NDArray[np.float64], usable: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Amounts in millionths; 0 where they cannot be used."""
    import numpy as np

    whole: NDArray[np.int64] = np.rint(np.where(usable, amount, 0) * MICRO).astype(np.int64)
    return whole


def coded(table: pa.Table, name: str) -> tuple[NDArray[np.int64], pa.Array]:
    """A column of words as places in the list of its distinct words; -1 where there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = table.column(name).unify_dictionaries().combine_chunks()
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    indices = pc.fill_null(column.indices, -1) if column.null_count else column.indices
    codes: NDArray[np.int64] = indices.to_numpy(zero_copy_only=False).astype("int64")
    return codes, column.dictionary


def only_word(column: pa.ChunkedArray) -> str | None:
    """The one word of a column; `None` where there are several or gaps."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.null_count or not len(column):
        return None
    if pa.types.is_dictionary(column.type):
        words = {word for chunk in column.chunks for word in _few_words(chunk.dictionary)}
    else:
        words = set(_few_words(pc.unique(column)))
    return words.pop() if len(words) == 1 else None


def _few_words(words: pa.Array) -> list[str]:
    return words.slice(0, 2).to_pylist()  # type: ignore[no-any-return]


def one_form(table: pa.Table) -> tuple[NDArray[np.float64], bool] | None:
    """All values, or all ratios (and that they are); `None` where they are mixed or missing."""
    value, ratio = table.column("value"), table.column("ratio")
    if value.null_count == len(table) and not ratio.null_count:
        return ratio.to_numpy(), True
    if ratio.null_count == len(table) and not value.null_count:
        return value.to_numpy(), False
    return None


def without_null(column: pa.ChunkedArray) -> NDArray[np.int64] | None:
    """A column of whole numbers; `None` where one is missing."""
    return None if column.null_count else column.to_numpy()


def rounded(amount: NDArray[np.float64]) -> NDArray[np.int64]:
    """Amounts in millionths, to the nearest."""
    import numpy as np

    scaled = amount * MICRO
    return np.rint(scaled, out=scaled).astype(np.int64)


def lookup(values: Sequence[int], codes: NDArray[np.int64], missing: int) -> NDArray[np.int64]:
    """The value of each code; `missing` for -1."""
    import numpy as np

    return np.array([*values, missing], dtype=np.int64)[codes]  # -1 picks the last one
