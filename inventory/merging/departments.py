"""Which department of today a system belongs to: its ledger's, or the one that followed it; where that is not known, a question.

A department that was renamed or merged has one successor, which its systems belong to from that day on. Of a split one, and of
one that was dissolved without a word about who follows, nobody knows for each system: that is asked, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalogs.words import Text
from inventory.merging.fields import first_text
from inventory.merging.parts import Rulings
from inventory.model import Gap, Origin, System, Value
from inventory.names import DEPARTMENT_FIELDS, Lineage, normalised

FORMERLY, OPEN = "department_formerly", "department_open"  # kept beside the ledger's fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongs:
    """A department's name and id today; `formerly` is what the ledger calls it, where that is another department of old.

    `gap` is the question where it is not known which department followed: `name` is that of old then.
    """

    name: str | None
    id: str | None
    formerly: str | None = None
    gap: Gap | None = None

    @property
    def fields(self) -> dict[str, Value]:
        """What is kept in the system's fields: nothing for most."""
        kept: dict[str, Value] = {} if self.formerly is None else {FORMERLY: self.formerly}
        return kept if self.gap is None else {OPEN: True}


def belongs_to(
    system_id: str, values: Mapping[str, Value], origins: Mapping[str, Origin], rulings: Rulings, lineage: Lineage
) -> Belongs:
    """The department of a system.

    Args:
        system_id: whose it is.
        values: of its ledger rows.
        origins: where they stand.
        rulings: answers to `department:<system id>`, or for all systems of a department to `department:~<its name>`.
        lineage: on the day that is looked at.
    """
    said = first_text(values, *DEPARTMENT_FIELDS)
    if said is None or not lineage.is_open(said):
        return Belongs(
            name=lineage.name_today(said), id=lineage.department_id(said), formerly=lineage.former_name(said)
        )
    own, of_all = f"department:{system_id}", f"department:~{normalised(said)}"
    answer = rulings.answers.get(own) or rulings.answers.get(of_all)
    if answer and not lineage.is_open(answer):
        department_id = answer if answer in lineage.names else lineage.department_id(answer)
        name = answer if department_id is None else lineage.names[department_id]
        return Belongs(name=name, id=department_id, formerly=said)
    name_field = next(name for name in DEPARTMENT_FIELDS if first_text(values, name))
    return Belongs(
        name=lineage.name_today(said), id=lineage.department_id(said),
        gap=_asked(system_id, said, name_field, origins.get(name_field, Origin(source="ledger")), lineage, own, of_all),
    )  # fmt: skip


def _asked(system_id: str, said: str, name_field: str, origin: Origin, lineage: Lineage, own: str, of_all: str) -> Gap:
    several = lineage.candidates(said)
    zh = (
        f"“{said}”已拆分或撤销，这个系统归 {'、'.join(several)} 中哪一个，目录没有写明"
        if several
        else f"“{said}”已撤销，由谁承接，目录没有写明"
    )
    en = (
        f"{said!r} was split or dissolved; which of {', '.join(several)} this system belongs to is not said"
        if several
        else f"{said!r} was dissolved, and no successor is named"
    )
    return Gap(
        kind="ambiguous", origin=origin, subject=system_id, field=name_field, raw=said,
        message=Text(f"{zh}（对这个单位的全部系统一次回答：{of_all}）", f"{en} (one answer for all systems of it: {of_all})"),
        question=Text("这个系统现在归哪个单位？", "which department does the system belong to now?"), choices=several, answer_key=own,
    )  # fmt: skip


def addressed(system: System) -> Text:
    """A system's department as a letter or a case names it: with the name of old, or that nobody is known to have followed it."""
    name, formerly = system.department or "", system.fields.get(FORMERLY)
    if system.fields.get(OPEN):
        return Text(f"{name}（已撤销或拆分，承接单位待定）", f"{name} (dissolved or split, successor not known)")
    if isinstance(formerly, str):
        return Text(f"{name}（原{formerly}）", f"{name} (formerly {formerly})")
    return Text(name, name)
