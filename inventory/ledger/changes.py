"""What a newer ledger says differently, and when it is not taken for that: systems that would vanish without anybody having said so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.model import Collected, Record, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a newer file of a source says differently: ids of records, as they are named in the ledger."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    unchanged: int = 0
    first: bool = False

    def as_json(self) -> dict[str, object]:
        """Counts and names."""
        return {
            "first": self.first, "unchanged": self.unchanged, "new": list(self.new), "changed": list(self.changed), "vanished": list(self.vanished),
        }  # fmt: skip


def refuse_to_empty(path: Path, before: list[Record], found: Collected) -> None:
    """A file without a single system is no newer version of a ledger of systems: it would make them all vanish.

    Raises:
        CollectError: the latest snapshot of the source has systems, and this file has none.
    """
    gone = len({record.id for record in before if record.kind == "system"})
    if not gone or any(record.kind == "system" for record in found.records):
        return
    raise CollectError(
        f"{path.name}：没有读出一个系统，入库会使 {found.source} 现有的 {gone} 个系统全部消失，没有写入",
        f"{path.name}: no system was read; taking it would make all {gone} systems of {found.source} vanish, nothing was written",
        hint=Text(
            "先加 --dry-run 看问题并回答；如果是另一种表，用 --source 给它另一个来源名称",
            "look at the questions with --dry-run and answer them; if it is another kind of list, name its source with --source",
        ),
    )


FEWEST_TO_LOSE = 2  # systems; of fewer «more than half» says nothing


def most_vanish(before: Iterable[Record], after: Iterable[Record]) -> tuple[str, ...]:
    """The names of the systems that a newer ledger no longer has, where they are more than half of those before; else none."""
    known = {record.id: name_of(record) for record in before if record.kind == "system"}
    left = {record.id for record in after if record.kind == "system"}
    gone = tuple(sorted(name for key, name in known.items() if key not in left))
    return gone if len(gone) >= FEWEST_TO_LOSE and 2 * len(gone) > len(known) else ()


def refuse_to_lose_most(path: Path, before: list[Record], found: Collected) -> None:
    """A ledger of a part of a department, or of another one of its name, is no newer version: a person has to say so.

    Raises:
        CollectError: more than half of the systems in the latest snapshot of the source are not in this file.
    """
    gone = most_vanish(before, found.records)
    if not gone:
        return
    listed_zh, listed_en = "、".join(gone[:5]), ", ".join(gone[:5])
    more = len(gone) - 5
    raise CollectError(
        f"{path.name}：{found.source} 现有的系统有一半以上（{len(gone)} 个：{listed_zh}{f' 等，另有 {more} 个' if more > 0 else ''}）不在这份台账里，没有写入。是这些系统都不在了，还是这份台账不全？",
        f"{path.name}: more than half of the systems of {found.source} ({len(gone)}: {listed_en}{f' and {more} more' if more > 0 else ''}) are not in this ledger; nothing was written. Are they gone, or is the ledger a part only?",
        hint=Text(
            "确实都不在了，加 --confirm-vanished 再收一次；只是另一部分系统，用 --source 给它另一个来源名称；先加 --dry-run 可以看清楚",
            "if they are gone, take it again with --confirm-vanished; if it lists other systems, name its source with --source; --dry-run shows it first",
        ),
    )


def refuse_to_lose_waiting(path: Path, changes: Changes, found: Collected) -> None:
    """Systems of a sheet that waits for an answer have not vanished: nobody looked at them yet.

    Raises:
        CollectError: a sheet waits, and systems known before are not in what was read.
    """
    sheets: Any = found.accounting.get("sheets", [])
    waiting = [sheet for sheet in sheets if (asked := sheet.get("to_confirm")) and asked["rows"]]
    if not waiting or not changes.vanished:
        return
    names_zh = "、".join(f"「{sheet['sheet']}」" if sheet["sheet"] else "这张表" for sheet in waiting)
    names_en = ", ".join(repr(sheet["sheet"]) for sheet in waiting)
    rows, gone = sum(sheet["to_confirm"]["rows"] for sheet in waiting), len(changes.vanished)
    raise CollectError(
        f"{path.name}：{names_zh}的读法还没有确认，{rows} 行没有导入；现在入库会使 {found.source} 现有的 {gone} 个系统不再出现，没有写入",
        f"{path.name}: how {names_en} is read is not confirmed, {rows} rows were not taken; taking it now would make {gone} systems of {found.source} vanish, nothing was written",
        hint=Text(
            f"先加 --dry-run 看读法，对的就答复：govcloud decisions add answer '{waiting[0]['to_confirm']['answer_key']}' 对 --reason … --role …；确实都不在了，加 --confirm-vanished",
            f"look at the reading with --dry-run; if it is right: govcloud decisions add answer '{waiting[0]['to_confirm']['answer_key']}' 对 --reason … --role …; if they are really gone, add --confirm-vanished",
        ),
    )


def changes_between(before: list[Record] | None, after: tuple[Record, ...]) -> Changes:
    """New, changed and vanished records, by the names a person knows them by."""
    if before is None:
        return Changes(new=tuple(sorted({name_of(record) for record in after})), first=True)
    old, new = _by_id(before), _by_id(after)
    changed = [key for key in new if key in old and new[key].facts != old[key].facts]
    return Changes(
        new=tuple(sorted(new[key].name for key in new if key not in old)),
        changed=tuple(sorted(_renamed(old[key].name, new[key].name) for key in changed)),
        vanished=tuple(sorted(old[key].name for key in old if key not in new)),
        unchanged=sum(1 for key in new if key in old) - len(changed),
    )


@dataclass(slots=True)
class _Known:
    """All rows of one record: the name of the first, and what they say."""

    name: str
    facts: list[dict[str, Value]] = field(default_factory=list)


def _by_id(records: list[Record] | tuple[Record, ...]) -> dict[tuple[str, str], _Known]:
    grouped: dict[tuple[str, str], _Known] = {}
    for record in records:
        known = grouped.setdefault((record.kind, record.id), _Known(name_of(record)))
        known.facts.append(dict(record.fields))
    return grouped


def _renamed(old: str, new: str) -> str:
    return new if old == new else f"{old} → {new}"


def name_of(record: Record) -> str:
    """What a person calls a record."""
    for name in ("server_name", "sys_name") if record.kind == "server" else ("sys_name",):
        if record.fields.get(name):
            return str(record.fields[name])
    return record.id
