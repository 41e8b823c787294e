"""A report as JSON: all figures and tables, the form that machines read and that evidence holds."""

from __future__ import annotations

import json

from report.figures import Report


def to_json(report: Report) -> bytes:
    """The bytes of figures.json; the same report gives the same bytes."""
    return (json.dumps(report.as_json(), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()
