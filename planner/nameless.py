"""Systems that are not planned because they are, or may be, classified: said to exist, never named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

NAMELESS = ("classified", "secrecy-unknown")
"""Reasons (planner/built.py) for which a system that is left out is not named: on paper, on a page or in a terminal."""


def nameless(left_out: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Systems that are not planned; without name and id where they are or may be classified."""
    return tuple({**item, "system": None, "name": None} if item["reason"] in NAMELESS else item for item in left_out)


def masked(notes: Sequence[Mapping[str, Any]], left_out: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Notes without the names of systems that are not to be named; a longer name first, so none is left in part."""
    hidden = {str(item["name"]) for item in left_out if item["reason"] in NAMELESS and item["name"]}
    longest_first = sorted(hidden, key=lambda name: (-len(name), name))
    return tuple({**note, "text": _without(note["text"], longest_first)} for note in notes)


def _without(text: Mapping[str, str], hidden: Sequence[str]) -> dict[str, str]:
    said = dict(text)
    for name in hidden:
        said = {"zh": said["zh"].replace(name, "（不列名称）"), "en": said["en"].replace(name, "(not named)")}
    return said
