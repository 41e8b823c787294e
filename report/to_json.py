"""A report as JSON: all figures and tables, the form that machines read and that evidence holds."""

from __future__ import annotations

import json
from typing import Any

from report.figures import Report


def to_json(report: Report) -> bytes:
    """The bytes of figures.json, one line for each figure and each row; the same report gives the same bytes."""
    whole = report.as_json()
    figures: Any = whole.pop("figures")
    tables: Any = whole.pop("tables")
    lines = [f"{_text(key)}:{_text(value)}" for key, value in sorted(whole.items())]
    lines.append('"figures":[\n' + ",\n".join(map(_text, figures)) + "]")
    lines.append('"tables":[\n' + ",\n".join(map(_table, tables)) + "]")
    return ("{" + ",\n".join(lines) + "}\n").encode()


def _table(table: dict[str, Any]) -> str:
    rows = ",\n".join(map(_text, table["rows"]))
    rest = [f"{_text(key)}:{_text(value)}" for key, value in sorted(table.items()) if key != "rows"]
    return "{" + ",".join(rest) + ',"rows":[\n' + rows + "]}"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
