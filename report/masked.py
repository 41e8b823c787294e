"""Telephone numbers, identity card numbers and mail addresses in what goes into the evidence: replaced."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# Between letters or digits it is part of an id, not a number of a person.
_PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])|(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])"
    r"|[A-Za-z0-9.+_-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+"
)


def masked(value: Any) -> Any:
    """A JSON value in which telephone numbers, identity card numbers and mail addresses are replaced."""
    match value:
        case str():
            return _PERSONAL.sub("（已隐去）", value)
        case tuple() | list():
            return type(value)(masked(item) for item in value)
        case Mapping():
            return {key: masked(item) for key, item in value.items()}
        case _:
            return value
