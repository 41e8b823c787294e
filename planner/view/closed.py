"""A stored plan whose systems were classified since: such a system is counted, and has neither name nor id any more.

The plan itself cannot be changed: its weeks, pools and sums are those that were solved and checked. Each such system
keeps its row under an alias (`classified-1`); a caution says how many are to be planned no more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from catalogs.words import Text, tr
from planner.build.known import Known, SystemKnown
from planner.view.view import PlanView, Row

Closed = Mapping[str, Sequence[str]]
"""By the id of each system that is classified by now, the names that it has had (inventory/closed_systems.py)."""


def without_closed(view: PlanView, closed: Closed) -> PlanView:
    """The view of a stored plan without the names and ids of systems that are classified by now."""
    planned = [row.system for row in view.rows if row.system.partition("/")[0] in closed]
    others = [one for one in closed if one not in planned]  # of earlier plans, with which this one may be compared
    aliases = {one: f"classified-{number}" for number, one in enumerate([*sorted(planned), *sorted(others)], start=1)}
    names = sorted({name for found in closed.values() for name in found}, key=lambda one: (-len(one), one))
    known = _known(view.known, aliases, [*names, *closed], len({one.partition("/")[0] for one in planned}))
    return replace(
        view,
        known=known,
        rows=tuple(_row(row, aliases) for row in view.rows),
        reasons={aliases.get(system, system): reason for system, reason in view.reasons.items()},
    )


def veiled(known: Known, data: Any) -> Any:
    """An answer for machines with aliases in place of the ids that are not to be told, wherever they stand."""
    if not known.closed:
        return data
    ids = "|".join(re.escape(one) for one in sorted(known.closed, key=lambda one: (-len(one), one)))
    return _replaced(re.compile(f"(?<![0-9A-Za-z_-])({ids})(?![0-9A-Za-z_-])"), known.closed, data)


def _replaced(pattern: re.Pattern[str], aliases: Mapping[str, str], data: Any) -> Any:
    match data:
        case str():
            return pattern.sub(lambda found: aliases[found[1]], data)
        case dict():
            return {_replaced(pattern, aliases, key): _replaced(pattern, aliases, value) for key, value in data.items()}
        case list() | tuple():
            return [_replaced(pattern, aliases, item) for item in data]
    return data


def _nameless() -> str:
    return tr("（涉密，不列名称）", "(classified, not named)")


def _known(known: Known, aliases: Mapping[str, str], words: Sequence[str], count: int) -> Known:
    beside = SystemKnown(name=_nameless())
    left_out = tuple(
        {**item, "system": None, "name": None} if item["system"] in words or item["name"] in words else item
        for item in known.left_out
    )
    cautions = known.cautions
    if count:
        caution = Text(
            f"本方案排入的系统中，有 {count} 个后来认定或标为涉密：不列名称，也不再属于迁移范围，请重新排计划（govcloud plan make）",
            f"{count} systems of this plan were classified since: they are not named and not to be moved; make a new plan (govcloud plan make)",
        )
        cautions = (*cautions, caution)
    return replace(
        known,
        systems={**known.systems, **dict.fromkeys((*aliases, *aliases.values()), beside)},
        left_out=left_out,
        notes=tuple(_note(note, words) for note in known.notes),
        cautions=cautions,
        closed=aliases,
    )


def _note(note: Mapping[str, Any], words: Sequence[str]) -> Mapping[str, Any]:
    """A note without names; the words are in an order in which none is left in part."""
    text = dict(note["text"])
    for word in words:
        text = {"zh": text["zh"].replace(word, "（涉密，不列名称）"), "en": text["en"].replace(word, "(classified)")}
    return {**note, "text": text}


def _row(row: Row, aliases: Mapping[str, str]) -> Row:
    def many(systems: Sequence[str]) -> tuple[str, ...]:
        return tuple(aliases.get(one, one) for one in systems)

    shown = replace(
        row,
        system=aliases.get(row.system, row.system),
        after=many(row.after),
        before=many(row.before),
        together=many(row.together),
        within=tuple((weeks, many(others)) for weeks, others in row.within),
    )
    return (
        replace(shown, name=_nameless(), contacts=(), servers=(), mlps_level=None) if row.system in aliases else shown
    )
