"""A stored plan whose systems were classified since: such a system keeps its week and amounts, and loses name and id.

The plan itself cannot be changed: its weeks, pools and sums are those that were solved and checked. A note on the page
says how many of its systems are to be planned no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from catalogs.words import Text, tr
from planner.build.known import Known, SystemKnown
from planner.view.view import PlanView, Row


def nameless() -> str:
    """What stands in the place of a name."""
    return tr("（涉密，不列名称）", "(classified, not named)")


def without_names(view: PlanView, closed: Mapping[str, Sequence[str]]) -> PlanView:
    """The view of a plan without the names and ids of systems that are classified by now.

    Args:
        view: of a plan of the store.
        closed: by the id of each closed system the names that it has had.
    """
    planned = [row.system for row in view.rows if row.system.partition("/")[0] in closed]
    aliases = {system: f"classified-{number}" for number, system in enumerate(sorted(planned), start=1)}
    names = sorted({name for found in closed.values() for name in found}, key=lambda one: (-len(one), one))
    known = _known(view.known, aliases, [*names, *closed], len({one.partition("/")[0] for one in planned}))
    return replace(
        view,
        known=known,
        rows=tuple(_row(row, aliases) for row in view.rows),
        reasons={aliases.get(system, system): reason for system, reason in view.reasons.items()},
    )


def _known(known: Known, aliases: Mapping[str, str], words: Sequence[str], count: int) -> Known:
    veiled = SystemKnown(name=nameless())
    systems = {**known.systems, **dict.fromkeys((*aliases, *aliases.values()), veiled)}
    left_out = tuple(
        {**item, "system": None, "name": None} if _is_one(item, words) else item for item in known.left_out
    )
    cautions = known.cautions
    if count:
        caution = Text(
            f"本方案排入的系统中，有 {count} 个后来认定或标为涉密：不列名称，也不再属于迁移范围，请重新排计划（govcloud plan make）",
            f"{count} systems of this plan were classified since: they are not named and not to be moved; make a new plan (govcloud plan make)",
        )
        cautions = (*cautions, caution)
    notes = tuple(_note(note, words) for note in known.notes)
    return replace(known, systems=systems, left_out=left_out, notes=notes, cautions=cautions)


def _is_one(item: Mapping[str, Any], words: Sequence[str]) -> bool:
    return item["system"] in words or item["name"] in words


def _note(note: Mapping[str, Any], words: Sequence[str]) -> Mapping[str, Any]:
    """A note without names: a longer one first, so that none is left in part."""
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
    return replace(shown, name=nameless(), contacts=(), servers=(), mlps_level=None) if row.system in aliases else shown
