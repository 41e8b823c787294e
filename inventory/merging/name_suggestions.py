"""Names that resemble known ones: suggested with their score, decided by a person, the decision kept. Never applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from catalogs.words import Text
from inventory.department_names import NONE_OF_THEM, department_name_key, resembling
from inventory.ledger.identity import same_system_key
from inventory.model import Collected, Gap, Record
from inventory.names import Lineage, normalised

SYSTEM_SCORE = 75  # of 100, rapidfuzz ratio of normalised names; below it two names of a department are two systems


def with_suggestions(
    collected: Collected, known: Mapping[str, str], lineage: Lineage, answered: Mapping[str, str]
) -> Collected:
    """Add a question for each new system, and each unknown department, whose name resembles a known one.

    Args:
        collected: with final ids.
        known: what the store had registered before (`Store.identities()`).
        lineage: of the departments.
        answered: answer keys that need no asking any more.
    """
    gaps = [*_systems(collected, known, lineage), *_departments(collected, lineage)]
    fresh = [gap for gap in gaps if gap.answer_key not in answered]
    return replace(collected, gaps=(*collected.gaps, *fresh)) if fresh else collected


def _systems(collected: Collected, known: Mapping[str, str], lineage: Lineage) -> Iterator[Gap]:
    """New systems against those of the same department that this ledger no longer lists: a new name, or a new system?"""
    from rapidfuzz import fuzz, process

    present = {record.id for record in collected.records}
    registered = set(known.values())
    vanished: dict[str, dict[str, str]] = {}
    for key, system_id in known.items():
        if key.startswith("name:") and system_id not in present:
            department, _, name = key.removeprefix("name:").partition("/")
            vanished.setdefault(department, {})[name] = system_id
    seen: set[str] = set()
    for record in collected.records:
        if record.kind != "system" or record.id in registered or record.id in seen or not record.fields.get("sys_name"):
            continue
        seen.add(record.id)
        owner = record.fields.get("dept")
        if not isinstance(owner, str) or not owner:
            continue  # without a department nothing says that two names are one system's
        names = {name: own for key in lineage.keys(owner) for name, own in vanished.get(key, {}).items()}
        best = process.extractOne(
            normalised(str(record.fields["sys_name"])), names.keys(), scorer=fuzz.ratio, score_cutoff=SYSTEM_SCORE
        )
        if best is not None:
            yield _same_system(record, best[0], names[best[0]], int(best[1]))


def _same_system(record: Record, other: str, other_id: str, score: int) -> Gap:
    name = record.fields["sys_name"]
    return Gap(
        kind="ambiguous", origin=record.origin_of("sys_name"), subject=record.id, field="sys_name", raw=str(name),
        message=Text(f"「{name}」是新名称，与以前登记、这次没有的「{other}」相似（{score}）", f"{name!r} is new; it resembles {other!r} ({score}), which was registered and is gone"),
        question=Text("是同一个系统改了名吗？", "is it the same system, renamed?"), choices=("same", "different"),
        answer_key=same_system_key(record.id, other_id),
    )  # fmt: skip


def _departments(collected: Collected, lineage: Lineage) -> Iterator[Gap]:
    """Departments that no lineage knows, against those it knows."""
    if not lineage.names:
        return
    seen: set[str] = set()
    for row in collected.records:
        name = row.fields.get("dept")
        if not isinstance(name, str) or name in seen:
            continue
        seen.add(name)
        if normalised(name) not in lineage.owners and (like := resembling(name, lineage)):
            yield _department(row, name, [(lineage.names[one], score) for one, score in like])


def _department(row: Record, name: str, like: Sequence[tuple[str, int]]) -> Gap:
    zh = "、".join(f"「{today}」（{score}）" for today, score in like)
    en = ", ".join(f"{today!r} ({score})" for today, score in like)
    return Gap(
        kind="unmatched", origin=row.origin_of("dept"), field="dept", raw=name,
        message=Text(f"单位「{name}」不在单位沿革中，与{zh}相似", f"the department {name!r} is not in the lineage; it resembles {en}"),
        question=Text(f"「{name}」是其中哪一个？都不是的答 {NONE_OF_THEM}", f"which of them is {name!r}? Answer {NONE_OF_THEM} if none is"),
        choices=(*dict.fromkeys(today for today, _ in like), NONE_OF_THEM), answer_key=department_name_key(name),
    )  # fmt: skip
