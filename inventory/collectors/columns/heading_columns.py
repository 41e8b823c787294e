"""What each heading means and which columns are read: of several with one meaning the preferred one, or a question.

A heading in no catalogue is asked, never guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from inventory.collectors.columns.heading_keys import heading_key, paths_as_asked
from inventory.collectors.columns.layout import DATUM, MANY, SAME, Column, UnreadColumn
from inventory.collectors.columns.matrix_columns import settle_matrices
from inventory.collectors.columns.vocabulary import IGNORE, SUGGESTION_SCORE, Meaning, Vocabulary
from inventory.collectors.columns.zone_columns import TOTAL, is_zone, zones_of
from inventory.fields import FIELDS


def meaning_of(path: tuple[str, ...], words: Vocabulary) -> Meaning | None:
    """What a heading means by its answer, else by the vocabulary; a path with a number or date in it means nothing."""
    if words.answer(path) is None and any(text.startswith(DATUM) for text in path):
        return None
    found = words.meaning(path)
    if found is None and len(path) > 1 and path[-1].strip() in _MACHINES and is_zone(path[-2]):
        return Meaning("vm_count", path[-1].strip())
    return found


_MACHINES = frozenset({"台", "台数"})  # below a zone: how many machines there are


# 管理口令, root账号; not 密码应用, 账号数量, 是否统一账号
_CREDENTIALS = re.compile(
    r"^(?!是否|有无|统一).*(口令|密码(?!应用|评|产品|算法|设备|改造|安全|测|机|服务|资源|合规|技术|支撑|使用|保护)|(账号|账户)(?!数|体系|管理|类型|规模|总|个))|^ssh$|passw|^pwd"
)


def speaks_of_credentials(heading: str) -> bool:
    """Whether a heading that is in no catalogue names accounts or passwords."""
    return bool(_CREDENTIALS.search(heading_key(heading).plain))


def assign(
    levels: Mapping[int, tuple[str, ...]],
    words: Vocabulary,
    hidden_columns: frozenset[int],
) -> tuple[tuple[Column, ...], tuple[UnreadColumn, ...]]:
    """Decide for every column; of two columns with one meaning the preferred heading is read, the other reported."""
    found: dict[int, Meaning] = {}
    unread: list[UnreadColumn] = []
    asked = paths_as_asked(levels)
    for index, path in sorted(levels.items()):
        heading = " / ".join(path)
        meaning, answer = meaning_of(asked[index], words), words.answer(asked[index])
        if meaning.field == "credential" if meaning else speaks_of_credentials(path[-1]):  # hidden or not
            unread.append(UnreadColumn(index=index, heading=heading, why="credential"))
        elif index in hidden_columns and (meaning is None or meaning.field != "row_key"):
            unread.append(UnreadColumn(index=index, heading=heading, why="hidden"))
        elif answer == IGNORE:
            unread.append(UnreadColumn(index=index, heading=heading, why="ignored"))
        elif meaning is None or (
            answer is None
            and (_foreign_parent(path, meaning, words) or of_one_machine(path, meaning) or _of_pieces(path, meaning))
        ):
            suggestions = _suggestions(path, words)
            why = "asked" if suggestions else "unknown"
            unread.append(
                UnreadColumn(index=index, heading=heading.replace(DATUM, ""), why=why, suggestions=suggestions)
            )
        elif meaning.field == "serial":
            unread.append(UnreadColumn(index=index, heading=heading, why="serial"))
        else:
            found[index] = meaning
    columns_of_zones = settle_matrices(levels, unread, found, words)
    found = _with_machines_named(_with_neighbours(found, levels, words), levels)
    zones = columns_of_zones or zones_of(found, levels)
    for index in [index for index, zone in zones.items() if zone == TOTAL]:
        unread.append(UnreadColumn(index=index, heading=" / ".join(levels[index]), why="sum"))
        del found[index], zones[index]
    for index in _yielding(found, asked, zones, words):
        unread.append(UnreadColumn(index=index, heading=" / ".join(levels[index]), why="duplicate"))
        del found[index]
    for index in sorted({*_rivals(found, levels, zones), *_twins(found, levels)}):
        name = found.pop(index).field.partition(".")[0]
        unread.append(
            UnreadColumn(index=index, heading=" / ".join(levels[index]), why="asked", suggestions=((name, 100),))
        )
    chosen, doubled = _one_each(found, levels, words, zones)
    unread += [_doubled(index, found[index].field, chosen, levels, words) for index in doubled]
    return chosen, tuple(sorted(unread, key=lambda column: column.index))


def _suggestions(path: tuple[str, ...], words: Vocabulary) -> tuple[tuple[str, int], ...]:
    """What an unknown heading may be: what it resembles, else what its parent means (年运维费 above 2023, 2024)."""
    if path[0].startswith(DATUM):
        return ()
    found = tuple(words.suggestions(path))
    above = words.meaning(path[:-1]) if len(path) > 1 and not found else None
    return found if above is None or above.field == "serial" else ((above.field.partition(".")[0], SUGGESTION_SCORE),)


def _doubled(
    index: int, meant: str, chosen: Sequence[Column], levels: Mapping[int, tuple[str, ...]], words: Vocabulary
) -> UnreadColumn:
    """A second column of one meaning: another wording is asked about where it says something else, the very same heading always."""
    heading = " / ".join(levels[index])
    if not any(column.heading == heading for column in chosen):
        name = meant.partition(".")[0]
        says_nothing_new = name == "remark" or FIELDS[name].group == "people"
        return UnreadColumn(
            index=index, heading=heading, why="duplicate", suggestions=() if says_nothing_new else ((name, SAME),)
        )  # fmt: skip
    alone = words.meaning((levels[index][-1],))
    known = ((alone.field.partition(".")[0], 100),) if alone else tuple(words.suggestions(levels[index]))
    return UnreadColumn(index=index, heading=heading, why="asked", suggestions=known)


_ONE_MACHINE = re.compile(r"单台|单机(?!房|构)|每台|单节点|每节点|每个节点|单个节点|单服务器|每服务器|单虚机|每虚机")


def of_one_machine(path: tuple[str, ...], meaning: Meaning) -> bool:
    """Cores and sizes of each machine (单机配置 / 内存): with several machines they are not the system's, so they are asked."""
    return (
        meaning.field in FIELDS
        and FIELDS[meaning.field].type in ("cores", "size")
        and any(map(_ONE_MACHINE.search, path))
    )


_PIECES = re.compile(r"[(（]\s*(颗|路|块|条|根|片|张|枚|U)\s*[)）]\s*$", re.IGNORECASE)


def _of_pieces(path: tuple[str, ...], meaning: Meaning) -> bool:
    """`CPU（颗）`, `内存（条）`: how many pieces there are, not how many cores or how much memory."""
    return (
        meaning.field in FIELDS and FIELDS[meaning.field].type in ("cores", "size") and bool(_PIECES.search(path[-1]))
    )  # fmt: skip


_SOMEBODY = re.compile(r"单位|部门|公司|厂|商|方$|机构|企业|集团")


def _foreign_parent(path: tuple[str, ...], meaning: Meaning, words: Vocabulary) -> bool:
    """A contact below a parent that is somebody, but nobody known; a bare 数量 below a parent that is something unknown.

    Whose or of what it is must be asked.
    """
    if len(path) > 1 and heading_key(path[-1]).plain in _BARE:
        parents = [heading_key(text).plain for text in path[:-1]]
        strange = [parent for parent in parents if parent and not _WRAPPER.search(parent)]
        if strange and not any(words.group_of(text) or words.meaning((text,)) for text in path[:-1]):
            return True
    if not meaning.generic or len(path) < 2:
        return False
    return any(_SOMEBODY.search(heading_key(p).plain) and not words.group_of(p) for p in path[-2:-1])


# Headings that say nothing without the parent they stand below, and parents that only gather columns.
_BARE = frozenset(
    {"数量", "台数", "个数", "名称", "容量", "大小", "状态", "编号", "版本", "类型", "时间", "日期", "金额", "地址"}
)
_WRAPPER = re.compile(
    r"(信息|情况|资源|概况|部分|内容|明细|汇总|统计|配置|需求|现状|属性|要素|指标)$|^(系统|信息系统|政务信息系统|服务器|主机|云主机|虚拟机|应用系统|业务系统|应用|业务|基础|基本)"
)


def is_known_parent(text: str, words: Vocabulary) -> bool:
    """Whether a parent is somebody or something that the lists know, or only gathers columns."""
    plain = heading_key(text).plain
    return not plain or bool(words.group_of(text) or words.meaning((text,)) or _WRAPPER.search(plain))


_HEADS = {
    "dept": "owner",
    "dept_build": "owner",
    "dept_lead": "owner",
    "dept_use": "owner",
    "vendor": "vendor",
    "ops_vendor": "ops",
}


def _with_neighbours(
    found: Mapping[int, Meaning], levels: Mapping[int, tuple[str, ...]], words: Vocabulary
) -> dict[int, Meaning]:
    """Flat headings: a second 联系人 belongs to the organisation that stands to its left."""
    decided: dict[int, Meaning] = {}
    names = [meaning.field for meaning in found.values()]
    group = "owner"
    for index in sorted(found):
        meaning = found[index]
        group = _HEADS.get(meaning.field, group)
        if meaning.generic and names.count(meaning.field) > 1 and group != "owner":
            key = heading_key(levels[index][-1]).plain
            own = words.below.get((group, key))
            meaning = Meaning(own, meaning.unit) if own else meaning
        decided[index] = meaning
    return decided


def _with_machines_named(found: Mapping[int, Meaning], levels: Mapping[int, tuple[str, ...]]) -> dict[int, Meaning]:
    """`名称 | 型号 | … | 所属系统`: where another column names the systems, a bare 名称 names the machines."""
    names = [index for index, meaning in found.items() if meaning.field == "sys_name"]
    bare = [index for index in names if heading_key(levels[index][-1]).plain == "名称"]
    if not bare or len(bare) == len(names) or any(meaning.field == "server_name" for meaning in found.values()):
        return dict(found)
    return {index: replace(m, field="server_name") if index in bare else m for index, m in found.items()}


# Below these parents stands what is wanted, not what there is.
_WANTED = re.compile(r"申请|需求|计划|拟|规划|新增|扩容|目标|预计|迁移后|建议|待")


def _rivals(found: Mapping[int, Meaning], levels: Mapping[int, tuple[str, ...]], zones: Mapping[int, str]) -> list[int]:
    """Columns of one meaning and one wording below different parents: what is wanted yields to what there is, else all are asked."""
    by_meaning: dict[tuple[str, str], list[int]] = {}
    for index, meaning in found.items():
        if meaning.field not in MANY and index not in zones:
            by_meaning.setdefault((meaning.field, heading_key(levels[index][-1]).plain), []).append(index)
    asked: list[int] = []
    for indexes in by_meaning.values():
        if len({levels[index][:-1] for index in indexes}) < 2:
            continue
        existing = [index for index in indexes if not any(_WANTED.search(parent) for parent in levels[index][:-1])]
        asked += [index for index in indexes if index not in existing] if len(existing) == 1 else indexes
    return sorted(asked)


def _yielding(
    found: Mapping[int, Meaning], levels: Mapping[int, tuple[str, ...]], zones: Mapping[int, str], words: Vocabulary
) -> list[int]:
    """Columns of a meaning that a person gave to another column: that one holds."""
    answered = {index for index in found if words.answer(levels[index]) in FIELDS}
    given = {found[index].field for index in answered} - MANY
    return [index for index in found if index not in answered and index not in zones and found[index].field in given]


_FIGURES = frozenset({"cores", "size", "count", "number", "money", "ratio", "bandwidth", "date", "level"})


def _twins(found: Mapping[int, Meaning], levels: Mapping[int, tuple[str, ...]]) -> list[int]:
    """Columns of figures with the very same heading: nothing says which of them is what there is."""
    met = Counter((meaning.field, levels[index]) for index, meaning in found.items())
    return [
        index
        for index, meaning in found.items()
        if met[meaning.field, levels[index]] > 1 and "." not in meaning.field and FIELDS[meaning.field].type in _FIGURES
    ]


def _one_each(
    found: Mapping[int, Meaning], levels: Mapping[int, tuple[str, ...]], words: Vocabulary, zones: Mapping[int, str]
) -> tuple[tuple[Column, ...], list[int]]:
    taken: dict[str, int] = {}
    by_zone: set[tuple[str, str]] = set()
    doubled: list[int] = []
    for index in sorted(found, key=lambda i: (_rank(levels[i], words), i)):
        name = found[index].field
        if index in zones:
            if (name, zones[index]) in by_zone:
                doubled.append(index)
            by_zone.add((name, zones[index]))
        elif name in taken and name not in MANY and not _is_phone(name):  # 手机 beside 办公电话
            doubled.append(index)
        else:
            taken[name] = index
    columns = [
        replace(_column(index, meaning, levels[index]), zone=zones.get(index))
        for index, meaning in sorted(found.items())
        if index not in doubled
    ]
    for name, target in words.stands_in.items():
        if name in taken and target not in taken:
            taken[target] = taken[name]
            columns.append(
                replace(_column(taken[name], found[taken[name]], levels[taken[name]]), field=target, stands_in=True)
            )
    return tuple(columns), sorted(doubled)


def _is_phone(name: str) -> bool:
    return name in FIELDS and FIELDS[name].type == "phone"


def _column(index: int, meaning: Meaning, path: tuple[str, ...]) -> Column:
    name, _, part = meaning.field.partition(".")
    return Column(index=index, field=name, part=part or None, heading=" / ".join(path), unit=meaning.unit)


def _rank(path: tuple[str, ...], words: Vocabulary) -> int:
    key = heading_key(path[-1])
    return min(words.preference.get(key.plain, 98), words.preference.get(key.full, 98))
