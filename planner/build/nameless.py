"""Systems that are not planned because they are, or may be, classified: said to exist, never named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

NAMELESS = ("classified", "secrecy-unknown")
"""Reasons (planner/build/built.py) for which a system that is left out is not named: on paper, on a page or in a terminal."""


def nameless(left_out: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Systems that are not planned; without name and id where they are or may be classified."""
    return tuple({**item, "system": None, "name": None} if item["reason"] in NAMELESS else item for item in left_out)


def nameless_built(built: Mapping[str, Any]) -> dict[str, Any]:
    """What is written beside problem.json: as `nameless` and `masked` leave it."""
    left_out = built["left_out"]
    return {**built, "left_out": list(nameless(left_out)), "notes": list(masked(built["notes"], left_out))}


def masked(notes: Sequence[Mapping[str, Any]], left_out: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Notes without the names and ids of systems that are not to be named; a longer one first, so none is left in part.

    A note about such a system itself says nothing that its entry among those left out does not: it is not told.
    """
    barred = [item for item in left_out if item["reason"] in NAMELESS]
    ids = {str(item["system"]) for item in barred if item.get("system")}
    hidden = ids | {str(item["name"]) for item in barred if item["name"]}
    longest_first = sorted(hidden, key=lambda name: (-len(name), name))
    told = [note for note in notes if note.get("subject") not in ids]
    return tuple({**note, "text": _without(note["text"], longest_first)} for note in told)


def _without(text: Mapping[str, str], hidden: Sequence[str]) -> dict[str, str]:
    said = dict(text)
    for name in hidden:
        said = {"zh": said["zh"].replace(name, "（不列名称）"), "en": said["en"].replace(name, "(not named)")}
    return said
