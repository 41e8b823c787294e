"""Dependencies between systems: names in ledgers' columns and records of other sources → ids, or a gap with suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from catalogs.words import Text
from inventory.department_names import NONE_OF_THEM
from inventory.merging import values as typed
from inventory.merging.links import Directory
from inventory.merging.parts import Rulings, Seen, alias_key, in_order
from inventory.merging.suggested_systems import Suggestions
from inventory.model import Dependency, Gap, Origin, System
from inventory.names import normalised


def merge_dependencies(
    seen: Iterable[Seen], systems: Mapping[str, System], directory: Directory, rulings: Rulings
) -> tuple[tuple[Dependency, ...], list[Gap]]:
    """All dependencies, each once for each basis; a provider that is no known system becomes a gap."""
    found: dict[tuple[str, str, str], Dependency] = {}
    gaps: list[Gap] = []
    suggest = Suggestions(directory)

    def add(consumer: set[str], provider: set[str], basis: str, origin: Origin, seen_on: date | None = None) -> None:
        (one,), (other,) = consumer, provider
        if one != other and not directory.hidden & {one, other}:
            made = Dependency(
                consumer=one, provider=other, basis="measured" if basis == "measured" else "declared", origin=origin, last_seen_on=seen_on
            )  # fmt: skip
            found.setdefault((one, other, made.basis), made)

    for row in in_order(seen):
        fields, origin = row.record.fields, row.record.origin
        ends = [directory.named(str(fields.get(name) or "")) for name in ("consumer", "provider")]
        if all(len(end) == 1 for end in ends):
            last = fields.get("last_seen_on")
            add(ends[0], ends[1], str(fields.get("basis")), origin, date.fromisoformat(str(last)) if last else None)
        elif not directory.hidden & set().union(*ends):
            gaps.append(_unknown_ends(row, ends))
    for system in systems.values():
        for name in typed.texts(system.fields.get("deps")):
            origin = system.origins["deps"]
            providers = directory.named(name, system.department)
            if len(providers) == 1:
                add({system.id}, providers, "declared", origin)
            elif (
                not providers & directory.hidden and normalised(name) not in rulings.spellings
            ):  # a spelling that was ruled to be something else is settled
                gaps.append(_unknown(system, name, origin, sorted(providers), suggest.for_name(name)))
    return tuple(found[key] for key in sorted(found)), gaps


def _unknown(system: System, name: str, origin: Origin, several: Sequence[str], suggestions: tuple[str, ...]) -> Gap:
    if several:
        listed = "、".join(several[:5])
        message = Text(f"“{system.name}”对接的“{name}”有 {len(several)} 个同名系统：{listed}",
                       f'"{system.name}" depends on "{name}", which {len(several)} systems are called: {listed}')  # fmt: skip
    else:
        like = "、".join(suggestions)
        message = Text(f"“{system.name}”对接的“{name}”不在清单中" + (f"；相近的有：{like}" if like else ""),
                       f'"{system.name}" depends on "{name}", which is no known system' + (f"; similar: {like}" if like else ""))  # fmt: skip
    return Gap(
        kind="ambiguous" if several else "unmatched", origin=origin, subject=system.id, field="deps", raw=name, message=message,
        question=Text(f"“{name}”指的是哪个系统？不在清单里的答 {NONE_OF_THEM}", f'which system is "{name}"? Answer {NONE_OF_THEM} if it is none of them'),
        choices=(*(tuple(several) or suggestions), NONE_OF_THEM), answer_key=alias_key(name),
    )  # fmt: skip


def _unknown_ends(row: Seen, ends: Sequence[set[str]]) -> Gap:
    fields = row.record.fields
    lost = "、".join(
        str(fields.get(name)) for name, end in zip(("consumer", "provider"), ends, strict=True) if len(end) != 1
    )
    return Gap(
        kind="unmatched", origin=row.record.origin, subject=row.record.id, field="provider", raw=lost,
        message=Text(f"{row.record.origin.place}：依赖关系中的“{lost}”不是唯一的已知系统", f'{row.record.origin.place}: "{lost}" in a dependency is not one known system'),
    )  # fmt: skip
