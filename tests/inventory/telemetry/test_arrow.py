"""pyarrow does without pandas, and others find it as ever."""

import subprocess
import sys

import pytest

LOOKS = """
import sys
from inventory.telemetry.arrow import without_pandas
without_pandas()
import pyarrow as pa
table = pa.table({"a": pa.array([1, None]), "b": pa.array(["x", "y"], pa.string())})
assert table.to_pylist() == [{"a": 1, "b": "x"}, {"a": None, "b": "y"}]
print(sorted(name for name in sys.modules if name.partition(".")[0] == "pandas"))
import importlib.util
print(importlib.util.find_spec("pandas") is not None)
"""


def test_a_list_of_values_does_not_import_pandas() -> None:
    pytest.importorskip("pandas")
    done = subprocess.run([sys.executable, "-c", LOOKS], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "True"]
