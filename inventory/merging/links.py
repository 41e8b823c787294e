"""Which system a server belongs to: by decision, by the server's own metadata, by a ledger's words, by address, by project.

The first basis that names exactly one system holds; another basis that names another one is a conflict. A server that
nothing names stays without a system and is asked about, once for its whole project.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from catalogs.words import Text
from inventory.department_names import NONE_OF_THEM
from inventory.merging import values as typed
from inventory.merging.parts import Rulings, Words, alias_key, mapping_key
from inventory.merging.servers import Machine
from inventory.merging.suggested_systems import Suggestions
from inventory.model import Gap, Origin, System
from inventory.names import normalised

# The keys under which clouds are found to tag their servers with the system; compared normalised.
_ID_KEYS = ("govcloud:system", "system_id", "systemid")
_CODE_KEYS = ("system_code", "sys_code", "system-code", "系统编码", "系统编号")
_NAME_KEYS = (
    "govcloud:system-name", "system_name", "sys_name", "system-name", "system", "app_name", "application", "app", "业务系统", "系统名称", "系统",
    "应用系统",
)  # fmt: skip
_DEPARTMENT_KEYS = ("department", "dept", "单位", "单位名称", "部门")
BASES: Mapping[str, Text] = {
    "decision": Text("决定", "decision"),
    "metadata": Text("云主机标签", "metadata"),
    "row": Text("台账所写系统名称", "system named in the ledger"),
    "address": Text("台账所列地址", "address listed in the ledger"),
    "project": Text("项目名称", "project's name"),
    "name": Text("服务器名称", "server's name"),
}


@dataclass(slots=True)
class Links:
    """The system of each server and on what basis; what did not agree; whose servers are out of sight."""

    system_of: dict[str, str] = field(default_factory=dict)
    basis_of: dict[str, str] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    unlinked: list[Machine] = field(default_factory=list)


_MOST_OF_DEPARTMENT = 6  # systems that are offered where a server is only known to be of some department


class Directory:
    """Finds a system by id, code, name or other name; a name that several systems bear is narrowed by department.

    Classified systems are found too, so that what belongs to them can be kept out of sight; they are never suggested.
    """

    def __init__(
        self, systems: Mapping[str, System], rulings: Rulings, words: Words, hidden: Mapping[str, System] | None = None
    ) -> None:
        self._systems = {**systems, **(hidden or {})}
        self.hidden = frozenset(hidden or {})
        self._rulings = rulings
        self._words = words
        self._by_word: dict[str, set[str]] = defaultdict(set)
        self._of_department: dict[str, set[tuple[str, str]]] | None = None
        self.by_address: dict[str, set[str]] = defaultdict(set)
        for system in self._systems.values():
            names = (
                system.name,
                *typed.texts(system.fields.get("sys_name")),
                *typed.texts(system.fields.get("sys_code")),
            )
            for word in (*names, *typed.texts(system.fields.get("alias"))):
                self._by_word[normalised(word)].add(system.id)
            for address in typed.texts(system.fields.get("ip")):
                self.by_address[address].add(system.id)

    def by_id(self, some_id: str) -> set[str]:
        """The system of an id, after all decisions."""
        final = self._rulings.final(some_id)
        return {final} if final in self._systems else set()

    def named(self, word: str, department: str | None = None) -> set[str]:
        """The systems that a word may mean; those of the department alone, if there are such."""
        found = self.by_id(word)
        if not found:
            meant = self._rulings.spellings.get(normalised(word), word)
            found = self.by_id(meant) or set(self._by_word.get(normalised(meant), ()))
        if len(found) < 2 or not department:
            return found
        related = {one for one in found if self._words.lineage.related(self._systems[one].department, department)}
        return related or found

    def of_department(self, name: str | None) -> list[str]:
        """The ids of the systems of a department that may be shown, by name; none where it has more than a few."""
        if self._of_department is None:
            self._of_department = defaultdict(set)
            for system in self._systems.values():
                for key in self._words.lineage.owners_of(system.department) if system.id not in self.hidden else ():
                    self._of_department[key].add((system.name, system.id))
        own = self._of_department
        found = sorted({one for key in self._words.lineage.owners_of(name) for one in own.get(key, ())})
        return [one for _, one in found] if len(found) <= _MOST_OF_DEPARTMENT else []

    def spellings(self) -> list[str]:
        """All names of systems, for suggestions."""
        return sorted({system.name for system in self._systems.values() if system.id not in self.hidden})


def link_servers(machines: Iterable[Machine], directory: Directory, rulings: Rulings) -> Links:
    """Find each machine's system."""
    links = Links()
    rows = list(machines)
    holders = Counter(address for machine in rows for address in machine.texts("ip"))
    for machine in rows:
        evidence = _evidence(machine, directory, rulings, holders)
        chosen = next(((basis, found) for basis, found in evidence if len(found) == 1), None)
        if chosen is None:
            doubt = next((found for _, found in evidence if found), None)
            if doubt is not None:
                links.gaps.append(_ambiguous(machine, sorted(doubt)))
            else:
                links.unlinked.append(machine)
            continue
        basis, found = chosen
        (system_id,) = found
        links.system_of[machine.id], links.basis_of[machine.id] = system_id, basis
        others = [(name, other) for name, other in evidence if len(other) == 1 and other != found]
        if others and basis != "decision":
            links.gaps.append(_conflict(machine, basis, system_id, others))
    links.gaps += _unlinked_gaps(links.unlinked, directory, rulings)
    links.gaps += [
        _without_effect(subject, value)
        for subject, value in sorted(rulings.mappings.items())
        if not directory.named(value)
    ]
    return links


def _evidence(
    machine: Machine, directory: Directory, rulings: Rulings, holders: Counter[str]
) -> list[tuple[str, set[str]]]:
    """What each basis says, strongest first."""
    department = department_of(machine)
    metadata = _by_metadata(machine, directory, department)
    named: set[str] = set()
    for word in sorted(machine.texts("sys_code") or machine.texts("sys_name")):
        named |= directory.named(word, department)
    listed = {
        found
        for address in machine.texts("ip")
        if holders[address] == 1
        for found in directory.by_address.get(address, ())
    }
    projects = {found for project in machine.texts("project") for found in directory.named(project)}
    names = {found for name in machine.texts("server_name") for found in directory.named(name)}
    decided = {
        found
        for key in mapping_keys(machine)
        if key in rulings.mappings
        for found in directory.named(rulings.mappings[key])
    }
    return [
        ("decision", decided),
        ("metadata", metadata),
        ("row", named),
        ("address", listed),
        ("project", projects),
        ("name", names),
    ]


def department_of(machine: Machine) -> str | None:
    """What the machine's rows or its metadata call its department."""
    tagged = (f"metadata.{key}" for key in _DEPARTMENT_KEYS)
    return next((name for field_name in ("dept", *tagged) for name in sorted(machine.texts(field_name))), None)


def _by_metadata(machine: Machine, directory: Directory, department: str | None) -> set[str]:
    """The systems that the first telling key names: an id before a code before a name."""
    for key in _ID_KEYS:
        found = {one for value in machine.texts(f"metadata.{key}") for one in directory.by_id(value)}
        if found:
            return found
    several: set[str] = set()
    for key in (*_CODE_KEYS, *_NAME_KEYS):
        found = {one for value in machine.texts(f"metadata.{key}") for one in directory.named(value, department)}
        if len(found) == 1:
            return found
        several = several or found
    return several


def mapping_keys(machine: Machine) -> list[str]:
    """Under which subjects a decision `mapping` may speak of a machine: its ids, then its project."""
    own = sorted({machine.id, *(row.record.id for row in machine.rows)})
    return [*own, *project_keys(machine)]


def project_keys(machine: Machine) -> list[str]:
    """`project:lab/portal`: cloud and project, by name first, then by id."""
    projects = [*sorted(machine.texts("project")), *sorted(machine.texts("project_id"))]
    return [f"project:{cloud}/{project}" for cloud in sorted(machine.texts("cloud")) for project in projects]


def _without_effect(subject: str, value: str) -> Gap:
    return Gap(
        kind="unmatched", origin=Origin(source="decision", path=f"mapping/{subject}"), subject=subject, field="system_id", raw=value,
        message=Text(f"决定说 {subject} 属于“{value}”，清单中没有这个系统；这个决定没有生效",
                     f'a decision says that {subject} belongs to "{value}", which is no known system; it has no effect'),
    )  # fmt: skip


def _ambiguous(machine: Machine, candidates: Sequence[str]) -> Gap:
    origin = machine.rows[0].record.origin
    listed = "、".join(candidates[:5])
    name = machine.name
    return Gap(
        kind="ambiguous", origin=origin, subject=machine.id, field="system_id", raw=name,
        message=Text(f"服务器 {name} 可能属于 {len(candidates)} 个系统：{listed}", f"server {name} may belong to {len(candidates)} systems: {listed}"),
        question=Text("属于哪个系统？", "which system does it belong to?"), choices=tuple(candidates[:20]), answer_key=mapping_key(machine.id),
    )  # fmt: skip


def _conflict(machine: Machine, basis: str, system_id: str, others: Sequence[tuple[str, set[str]]]) -> Gap:
    origin = machine.rows[0].record.origin
    name = machine.name
    zh = "、".join(f"{BASES[other].zh}指向 {min(found)}" for other, found in others)
    en = ", ".join(f"{BASES[other].en} says {min(found)}" for other, found in others)
    choices = tuple(dict.fromkeys((system_id, *(min(found) for _, found in others))))
    return Gap(
        kind="conflict", origin=origin, subject=machine.id, field="system_id", raw=name,
        message=Text(
            f"服务器 {name} 的归属不一致：{BASES[basis].zh}指向 {system_id}，{zh}；暂取前者",
            f"server {name}: {BASES[basis].en} says {system_id}, {en}; the first is used for now",
        ),
        question=Text("属于哪个系统？", "which system does it belong to?"), choices=choices, answer_key=mapping_key(machine.id),
    )  # fmt: skip


def _unlinked_gaps(machines: Sequence[Machine], directory: Directory, rulings: Rulings) -> list[Gap]:
    """One question for each system named that is not known, one for each project, one for each machine that has none."""
    groups: dict[tuple[str, str], list[Machine]] = defaultdict(list)
    for machine in machines:
        named = _named_system(machine)
        keys = project_keys(machine)
        groups[("system", named) if named else ("project", keys[0]) if keys else ("server", machine.id)].append(machine)
    suggest = Suggestions(directory)
    gaps = []
    for (kind, subject), group in sorted(groups.items(), key=lambda item: item[0]):
        if kind == "system" and rulings.spellings.get(normalised(subject)) == NONE_OF_THEM:
            continue  # a person said that it is none of those known
        departments = {department_of(machine) or _project_of(machine) for machine in group}
        of_department = directory.of_department(departments.pop()) if len(departments) == 1 else []
        offered = (*suggest.for_name(subject), NONE_OF_THEM) if kind == "system" else of_department
        gaps.append(_unmatched(kind, subject, group, offered))
    return gaps


def _project_of(machine: Machine) -> str | None:
    """The name of its project, which may be that of a department."""
    return next(iter(sorted(machine.texts("project"))), None)


def _named_system(machine: Machine) -> str | None:
    """What the machine's own metadata or its row calls its system, though nothing of that name is known."""
    fields = (*(f"metadata.{key}" for key in (*_NAME_KEYS, *_CODE_KEYS, *_ID_KEYS)), "sys_name", "sys_code")
    return next((word for name in fields for word in sorted(machine.texts(name))), None)


def _unmatched(kind: str, subject: str, group: Sequence[Machine], offered: Sequence[str]) -> Gap:
    origin = group[0].rows[0].record.origin
    names = sorted(machine.name for machine in group)
    listed = "、".join(names[:3]) + (" …" if len(names) > 3 else "")
    count = len(names)
    message = {
        "system": Text(f"{count} 台服务器标明属于“{subject}”，清单中没有这个系统（{listed}）",
                       f'{count} servers are said to belong to "{subject}", which is no known system ({listed})'),
        "project": Text(f"项目 {subject.removeprefix('project:')} 有 {count} 台服务器不知属于哪个系统（{listed}）",
                        f"{count} servers of project {subject.removeprefix('project:')} belong to no known system ({listed})"),
        "server": Text(f"{origin.place}：服务器 {listed} 不知属于哪个系统", f"{origin.place}: server {listed} belongs to no known system"),
    }[kind]  # fmt: skip
    return Gap(
        kind="unmatched", origin=origin, subject=group[0].id if kind == "system" else subject, field="system_id", raw=subject if kind == "system" else listed,
        message=message, choices=tuple(offered), answer_key=alias_key(subject) if kind == "system" else mapping_key(subject),
        question=Text(f"“{subject}”指的是哪个系统？不在清单里的答 {NONE_OF_THEM}", f'which system is "{subject}"? Answer {NONE_OF_THEM} if it is none of them')
        if kind == "system" else Text("属于哪个系统？", "which system do they belong to?"),
    )  # fmt: skip
