"""What the merge of all sources asks, beside what single ledgers ask: one system or two, whose server, which figure holds.

These questions belong to no file. Each carries a digest of what it says in the place of a file's digest, so an answer holds
for the question as it was shown: where its candidates have changed since, it is asked anew.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from catalogs.digest import sha256_of
from catalogs.words import Text
from inventory.fields import FIELDS
from inventory.ledger.questions import MERGED, FileQuestions, Question
from inventory.model import Gap, Inventory

if TYPE_CHECKING:
    from inventory.ledger.asked import Hide

NAME = Text("各来源合并", "all sources merged")
# Answer keys of the merge, by what they begin with → kind of question.
_KINDS: Mapping[str, str] = {
    "same-system:": "same", "same-server:": "same", "mapping:": "link", "alias:": "link", "department:": "department",
    "department-name:": "department", "conflict:": "conflict",
}  # fmt: skip
_ANY_SYSTEM = ("mapping:", "alias:")  # any known system may be answered
_SYSTEM_ID = re.compile(r"sys-[0-9a-f]+")
_PRIVATE = frozenset({"person", "phone", "credential"})  # types of fields that are shown nowhere


def merged_questions(
    inventory: Inventory, answers: Mapping[str, str], hide: Hide, known: Iterable[str], labels: Mapping[str, Text]
) -> list[FileQuestions]:
    """The questions of a merged inventory by department.

    Args:
        inventory: of today; its classified systems have no names in it.
        answers: in force, by key.
        hide: takes out of a text what must not be told.
        known: answer keys that a file asks already.
        labels: what systems and servers are called, `labels_in`.
    """
    systems = tuple(sorted((one.id for one in inventory.systems), key=lambda one: labels[one].zh))
    owners = {one.id: one.department for one in inventory.systems} | {
        one.id: one.department for one in inventory.servers
    }
    asked = set(known)
    by_department: dict[str, list[Question]] = defaultdict(list)
    for gap in inventory.gaps:
        kind = _kind_of(gap)
        if kind is None or gap.answer_key is None or gap.answer_key in asked:
            continue
        asked.add(gap.answer_key)
        department = hide(owners.get(gap.subject or "") or str(Text("（没有写明单位）", "(no department)")))
        by_department[department].append(
            _question(gap, gap.answer_key, kind, department, labels, systems, answers, hide)
        )
    order = list(_KINDS.values())
    return [
        FileQuestions(
            file=str(NAME), source=MERGED, department=department, sha256="", rows_read=0, rows_recorded=0, rows_asked=0,
            questions=tuple(sorted(own, key=lambda one: (order.index(one.kind), one.key))),
        )
        for department, own in sorted(by_department.items())
    ]  # fmt: skip


def is_of_merge(key: str) -> bool:
    """Whether an answer key is of a question of the merge: its answer holds at once, no ledger has to be taken again."""
    return key.startswith(tuple(_KINDS))


def _kind_of(gap: Gap) -> str | None:
    """The kind of a question of the merge; `None` for one of a ledger, or about people."""
    if gap.field is not None and gap.field in FIELDS and FIELDS[gap.field].type in _PRIVATE:
        return None
    return next((kind for prefix, kind in _KINDS.items() if (gap.answer_key or "").startswith(prefix)), None)


def _question(
    gap: Gap, key: str, kind: str, department: str, labels: Mapping[str, Text], systems: tuple[str, ...], answers: Mapping[str, str], hide: Hide
) -> Question:  # fmt: skip
    asked = gap.question or Text("应是什么？", "what should it be?")
    ids = sorted(
        {gap.subject or "", *gap.choices, *_SYSTEM_ID.findall(gap.message.zh)} & labels.keys(),
        key=lambda one: (-len(one), one),
    )
    message = Text(
        _named(hide(gap.message.zh), {one: labels[one].zh for one in ids}),
        _named(hide(gap.message.en), {one: labels[one].en for one in ids}),
    )
    return Question(
        key=key, kind=kind, source=MERGED, department=department, file=str(NAME),
        file_sha256=sha256_of([key, gap.message.zh, *gap.choices]), sheet="", cell="", message=message,
        question=Text(hide(asked.zh), hide(asked.en)), choices=gap.choices, any_field=False, rows=0, cells=0, places=1,
        answered=answers.get(key), told_key=key if hide(key) == key else None, labels=labels,
        systems=systems if key.startswith(_ANY_SYSTEM) else (),
    )  # fmt: skip


def _named(text: str, names: Mapping[str, str]) -> str:
    """A message with the names of the systems and servers whose ids it has."""
    for one, name in names.items():
        text = text.replace(one, name)
    return text


def labels_in(inventory: Inventory, hide: Hide) -> dict[str, Text]:
    """What systems and servers are called where people choose among them: no two alike."""
    found: dict[str, Text] = {}
    for system in inventory.systems:
        name, owner = hide(system.name), hide(system.department or "")
        found[system.id] = Text(f"{name}（{owner}）" if owner else name, f"{name} ({owner})" if owner else name)
    for server in inventory.servers:
        name, place = hide(server.name), server.project or server.source
        found[server.id] = Text(f"{name}（{place}）", f"{name} ({place})")
    borne: dict[Text, list[str]] = defaultdict(list)
    for one, label in found.items():
        borne[label].append(one)
    for label, ids in borne.items():
        if len(ids) > 1:
            found |= {one: Text(f"{label.zh} {one}", f"{label.en} {one}") for one in ids}
    return found
