"""The docket: all zombie cases at `as_of`, what their systems are called now, and steps taken in one go or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from catalogs.console import Run
from catalogs.errors import UsageError
from catalogs.words import Text
from inventory.merging.departments import addressed
from inventory.storage.decisions import Decision
from inventory.zombies.case_names import BEFORE_SHUT_DOWN, Subject, second_thoughts, subjects_of
from inventory.zombies.cases import ENDED, KIND, OBJECTION_DAYS, STEPS, Case, cases, check_step, local_day, step_of

if TYPE_CHECKING:
    from catalogs.load import Catalogs
    from inventory.model import Inventory, System
    from inventory.storage.store import Store
    from inventory.zombies.case_release import Release

MOST_SAID = 10  # mistakes listed in one message


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """What was read at once: `decisions` all of kind `zombie`, also later ones; `head` the end of the chain before."""

    cases: Mapping[str, Case]
    subjects: Mapping[str, Subject]
    inventory: Inventory
    objection_days: int
    decisions: Sequence[Decision]
    head: str

    @property
    def undisclosed(self) -> int:
        """Open cases whose systems may not be named any more."""
        return sum(one.step not in ENDED and one.system_id not in self.subjects for one in self.cases.values())

    def with_steps(self, made: Sequence[Decision], until: datetime) -> dict[str, Case]:
        """The cases as they stand once some more steps are taken."""
        return cases([*(one for one in self.decisions if one.decided_at <= until), *made], self.objection_days)


def read_docket(run: Run, *, compare: bool = False) -> Docket:
    """All cases with their systems. `compare`: also what changed of a system since its case was opened."""
    from catalogs.load import load_catalogs
    from inventory.commands.usage import policy_of
    from inventory.merging.merge import some_inventory_at
    from inventory.storage.store import open_store

    catalogs = load_catalogs(run.workspace)
    policy = policy_of(run, catalogs)
    days = OBJECTION_DAYS if policy is None else int(policy.zombies.objection_days)
    with open_store(run.store) as store:
        head = store.decisions_head()
        decisions = store.decisions(kind=KIND)
        known = cases((one for one in decisions if one.decided_at <= run.as_of), days)
        now = some_inventory_at(store, catalogs, run.as_of)
        named = subjects_of(known.values(), now, looking_back(store, catalogs), compare=compare)
    return Docket(
        cases=known, subjects=named, inventory=now, objection_days=days, decisions=tuple(decisions), head=head
    )


def named_too(docket: Docket, ids: Sequence[str]) -> Docket:
    """The docket that knows the names of some more systems: those whose cases are being opened."""
    systems = {system.id: system for system in docket.inventory.systems if system.id in set(ids) - set(docket.subjects)}
    more = {
        one.id: Subject(system_id=one.id, name=one.name, department=addressed(one), system=one)
        for one in systems.values()
    }
    return replace(docket, subjects={**docket.subjects, **more})


def looking_back(store: Store, catalogs: Catalogs) -> Callable[[datetime], Inventory]:
    """The inventory of an instant, read once."""
    from functools import cache

    from inventory.merging.merge import inventory_at

    return cache(lambda at: inventory_at(store, catalogs, at))


def releases_of(run: Run, docket: Docket, chosen: Sequence[Case]) -> dict[str, Release]:
    """What is still seen of the servers of those among some cases that are shut down."""
    shut = [one for one in chosen if one.step == "shut-down"]
    if not shut:
        return {}
    from catalogs.load import load_catalogs
    from inventory.storage.store import open_store
    from inventory.zombies.case_release import read_releases

    with open_store(run.store) as store:
        return read_releases(store, load_catalogs(run.workspace), shut, run.as_of, docket.inventory)


def judged_now(run: Run, chosen: Sequence[Case]) -> dict[str, Text]:
    """Which of some cases the rules suspect no more."""
    if not any(one.step in BEFORE_SHUT_DOWN for one in chosen):
        return {}
    from inventory.commands.zombies import read_verdicts

    return second_thoughts(chosen, {one.system_id: one.state for one in read_verdicts(run)[0]})


def find_system(systems: Mapping[str, System], wanted: str) -> System:
    """The system of that id, or the only one of that name.

    Raises:
        UsageError: there is none, or there are several.
    """
    found = [systems[wanted]] if wanted in systems else [system for system in systems.values() if system.name == wanted]
    if len(found) != 1:
        _none_or_several(wanted, [one.id for one in found])
    return found[0]


def find_case(docket: Docket, wanted: str) -> tuple[str, str]:
    """Id and name of the system of a case, also of one that was merged since, or that no source lists any more.

    Raises:
        UsageError: there is no such system, or there are several.
    """
    systems = {system.id: system for system in docket.inventory.systems}
    if wanted in docket.subjects:
        return wanted, docket.subjects[wanted].name
    merged = [one for one in docket.subjects.values() if one.system is not None and one.system.id == wanted]
    named = [one for one in docket.subjects.values() if one.name == wanted]
    if wanted in systems and not merged:
        return wanted, systems[wanted].name
    found = {one.system_id: one.name for one in merged or named}
    if not merged:
        found |= {system.id: system.name for system in systems.values() if system.name == wanted}
    if len(found) != 1:
        _none_or_several(wanted, sorted(found))
    return next(iter(found.items()))


def _none_or_several(wanted: str, ids: Sequence[str]) -> None:
    listed = "、".join(ids[:MOST_SAID])
    raise UsageError(
        f"没有编号或名称为“{wanted}”的系统" if not ids else f"有 {len(ids)} 个系统叫“{wanted}”，请用编号：{listed}",
        f"no system has the id or name {wanted!r}" if not ids else f"{len(ids)} systems are called {wanted!r}: use an id: {listed}",
        hint=Text("编号见 govcloud zombies list", "ids: govcloud zombies list"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step that somebody wants to take."""

    system_id: str
    name: str
    reason: str
    role: str
    until: date | None = None
    answer: str | None = None


def checked_steps(
    run: Run, docket: Docket, wanted: Sequence[Step], *, possible: bool = False
) -> tuple[list[Decision], list[Text]]:
    """The decisions that take some steps, and why others may not be taken.

    Args:
        run: who decides, and when.
        docket: as it was read.
        wanted: the steps.
        possible: leave out what may not be taken, instead of taking none.

    Raises:
        UsageError: one or more may not be taken; all of them are named, and none is taken.
    """
    known = [docket.cases[one.system_id] for one in wanted if one.system_id in docket.cases]
    seen = releases_of(run, docket, [one for one in known if any(step.name == "released" for step in wanted)])
    made: list[Decision] = []
    refused: list[UsageError] = []
    for one in wanted:
        case = docket.cases.get(one.system_id)
        try:
            _not_before_the_last_step(run, docket, one.system_id)
            value = check_step(
                case, one.system_id, one.name, on=run.as_of_on, until=one.until, answer=one.answer,
                release=seen.get(one.system_id), objection_days=docket.objection_days,
            )  # fmt: skip
        except UsageError as error:
            refused.append(error)
            continue
        made.append(
            Decision(
                kind=KIND, subject=one.system_id, value=value, actor=run.actor, role=one.role, reason=one.reason, decided_at=run.as_of
            )
        )  # fmt: skip
    if refused and not possible:
        _refuse(refused, len(wanted))
    return made, [error.message for error in refused]


def _refuse(refused: Sequence[UsageError], total: int) -> None:
    if total == 1:
        raise refused[0]
    texts = [error.message for error in refused[:MOST_SAID]]
    rest = len(refused) - len(texts)
    if rest:
        texts.append(Text(f"另有 {rest} 件", f"and {rest} more"))
    raise UsageError(
        "\n  ".join([f"{total} 件中有 {len(refused)} 件走不了这一步，一件也没有写入：", *(text.zh for text in texts)]),
        "\n  ".join(
            [f"{len(refused)} of {total} cannot take this step, none was written:", *(text.en for text in texts)]
        ),
    )


def write_steps(run: Run, docket: Docket, made: Sequence[Decision]) -> None:
    """Append them, all or none.

    Raises:
        StoreError: somebody else decided something since the docket was read.
    """
    from inventory.storage.store import open_store

    with open_store(run.store, create=True) as store:
        store.add_decisions(made, after=docket.head)


def _not_before_the_last_step(run: Run, docket: Docket, system_id: str) -> None:
    """Steps are taken in the order of time: one dated before the last would rewrite what people already decided."""
    later = [one for one in docket.decisions if one.subject == system_id and one.decided_at > run.as_of]
    if later:
        last = max(later, key=lambda one: one.decided_at)
        step, day = STEPS.get(step_of(last), Text(step_of(last), step_of(last))), local_day(last)
        raise UsageError(
            f"{system_id} 在 {day} 已经走到“{step.zh}”，不能在它之前（{run.as_of_on}）补记一步",
            f"{system_id} already stands at {step.en} since {day}: no step can be dated before that ({run.as_of_on})",
            hint=Text("去掉 --as-of，或写不早于最近一步的日期", "leave out --as-of, or give a day that is not before the last step"),
        )  # fmt: skip
