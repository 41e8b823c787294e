"""What an unread column may be by what stands below it: systems' names are taken where the heading speaks of systems; the rest is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from inventory.collectors.cells.text_forms import looks_like_department
from inventory.collectors.columns.column_shares import DATE, MOSTLY, NONE, OPEN, STATUS, share_of
from inventory.collectors.columns.completed_columns import with_completed
from inventory.collectors.columns.heading_keys import heading_key
from inventory.collectors.columns.layout import NAMES, Column, Layout, UnreadColumn
from inventory.collectors.columns.system_headings import is_of_systems, speaks_of_others, speaks_of_systems
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.rows.system_names import name_doubt, names_a_kind, reads_like_a_system
from inventory.collectors.sheets.sheet_names import may_be_a_person
from inventory.collectors.workbooks.grid import Row

_LIKE = 0.6  # share of them that must be like it
_SUGGESTED = 60  # the score of what only the contents suggest
_LOOKS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"(公司|集团|研究院|研究所|中国(电信|移动|联通|铁塔)|工作室|事务所)([(（].*[)）])?$"), ("vendor", "ops_vendor")),
    (DATE, ("online_date", "ops_contract_end", "accept_date")),
    (re.compile(r"^(电子)?(互联网|政务(外|内)网|业务专网|专网|内网|外网|局域网)([、,，/和及+].*)?$"), ("network", "zone")),
    (re.compile(r"机房|政务云|公有云|云平台|IDC|数据中心|托管"), ("location", "site", "cloud")),
    (re.compile(r"^(第?[一二三四五1-5]级|等保.级|未定级)$"), ("mlps_level",)),
    (STATUS, ("status",)),
    (re.compile(r"^\d+(\.\d+)?\s*(核|c|C|vcpu)$"), ("vcpu",)),
    (re.compile(r"^\d+(\.\d+)?\s*(g|gb|t|tb|G|GB|T|TB)$"), ("storage", "mem", "data_size")),
    (re.compile(r"^\d+(\.\d+)?\s*(元|万元?|亿元?)$"), ("build_cost", "ops_cost")),
    (re.compile(r"^(\d{1,3}\.){3}\d{1,3}"), ("ip",)),
    (re.compile(r"^(https?://|www\.)"), ("url",)),
    (re.compile(r"(?i)mysql|oracle|sql ?server|达梦|金仓|gbase|postgre|mongodb"), ("db",)),
    (re.compile(r"(?i)windows|centos|麒麟|统信|uos|linux|ubuntu|欧拉"), ("os_app",)),
    (re.compile(r"^(b/s|c/s|bs|cs)$", re.IGNORECASE), ("arch",)),
)  # fmt: skip


def with_likely_columns(layout: Layout, below: Sequence[Row], words: Vocabulary) -> Layout:
    """The layout with the names of systems read where no heading gave them, and questions about columns nothing was asked of."""
    below = [row for row in below if not _repeats_headings(layout, row)]
    layout = _without_odd_names(layout, below, words)
    layout = layout if layout.names_at is not None else with_names(layout, below)  # what was to be asked is not taken
    layout = _without_built(_without_assets(with_completed(layout, below, words)))
    unread = tuple(_with_suggestions(_code_or_number(column, below), layout, below) for column in layout.unread)
    return replace(layout, unread=unread)


def _repeats_headings(layout: Layout, row: Row) -> bool:
    """Whether a row says the headings once more, as at the head of a further section."""
    own = {path[-1] for path in layout.levels.values()}
    return sum(1 for cell in row if isinstance(cell, str) and cell.strip() in own) > 1


_CODE = re.compile(r"^(?=.*[A-Za-z])(?=.*\d)[A-Za-z\d]+([-_./][A-Za-z\d]+)*$")


def _code_or_number(column: UnreadColumn, below: Sequence[Row]) -> UnreadColumn:
    """`编号` above JJ-001, JJ-002 holds codes, which may be the systems' own; above 1, 2, 3 it only counts the rows."""
    if column.why != "serial" or share_of(column.index, below, lambda text: bool(_CODE.match(text))) < _LIKE:
        return column
    return replace(column, why="asked", suggestions=(("sys_code", _SUGGESTED), ("server_id", _SUGGESTED)))


def _without_assets(layout: Layout) -> Layout:
    """`资产编号` numbers machines where rows are machines; in a list of systems it numbers systems, or nobody knows what."""
    fields = {column.field for column in layout.columns}
    if "sys_name" not in fields or not fields.isdisjoint({"server_name", "host_name", "server_model"}):
        return layout
    return _asked(layout, "server_id", lambda heading: "资产" in heading, ("sys_code", "server_id"))


_BUILT = frozenset({"建设时间", "建设日期", "建设年份", "建设年月"})


def _without_built(layout: Layout) -> Layout:
    """`建设时间` alone may be when building began or when the system came into use; beside 上线时间 it is when it began."""
    fields = {column.field for column in layout.columns}
    if not fields.isdisjoint({"online_date", "accept_date", "approve_date"}):
        return layout
    return _asked(layout, "start_date", _BUILT.__contains__, ("online_date", "start_date"))


def _asked(layout: Layout, field: str, is_meant: Callable[[str], bool], choices: Sequence[str]) -> Layout:
    """The layout with the columns of a field whose headings may mean another asked, unless they were answered."""
    doubtful = [
        column for column in layout.columns
        if column.field == field and column.index not in layout.answered and is_meant(heading_key(column.heading).plain)
    ]  # fmt: skip
    suggestions = tuple((choice, _SUGGESTED) for choice in choices)
    asked = (
        UnreadColumn(index=column.index, heading=column.heading, why="asked", suggestions=suggestions)
        for column in doubtful
    )
    unread = tuple(sorted((*layout.unread, *asked), key=lambda column: column.index))
    return replace(layout, columns=tuple(column for column in layout.columns if column not in doubtful), unread=unread)


def _with_suggestions(column: UnreadColumn, layout: Layout, below: Sequence[Row]) -> UnreadColumn:
    """An unread column with what its contents, or the unit in its heading, suggest beside what the wording does."""
    is_open = column.why == "unknown" or (
        column.why == "asked" and column.suggestions[:1] != () and column.suggestions[0][1] < _SURE
    )
    if not is_open or not column.heading:
        return column
    read = {other.field for other in layout.columns}
    found = [name for name in (*looks_like(column.index, below), *_of_unit(column, layout)) if name not in read]
    known = {name for name, _ in column.suggestions}
    more = tuple((name, _SUGGESTED) for name in dict.fromkeys(found) if name not in known)
    suggestions = (*column.suggestions, *more)[:_MOST]
    return replace(column, why="asked", suggestions=suggestions) if suggestions else column


_SURE = 90  # a score of the wording that needs no more
_MOST = 4  # choices that are offered
_OF_UNITS: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (frozenset({"万元", "元", "亿元"}), ("build_cost", "ops_cost")), (frozenset({"核", "c"}), ("vcpu",)), (frozenset({"台"}), ("vm_count", "phys_count")),
    (frozenset({"人"}), ("user_scale",)), (frozenset({"%"}), ("cpu_util", "mem_util", "disk_util")),
    (frozenset({"g", "gb", "t", "tb", "gib", "tib"}), ("storage", "mem", "data_size")),
)  # fmt: skip


def _of_unit(column: UnreadColumn, layout: Layout) -> tuple[str, ...]:
    """`原值（万元）`: the unit says what kind of figure it is."""
    units = {heading_key(text).unit for text in layout.levels.get(column.index, ())}
    return next((fields for known, fields in _OF_UNITS if not known.isdisjoint(units)), ())


def with_names(layout: Layout, below: Sequence[Row]) -> Layout:
    """`我司维护的系统` above names of systems holds them; where two columns may, both are asked.

    A heading whose own noun is that of systems (线上平台, 归属系统) needs only texts that may be names. Where no heading
    speaks of systems (项目, 名称及简介, 内容), the one column holds them that reads like nothing else: nearly all its
    texts end as systems' names do, and none stands there twice.
    """
    if any(column.field == "sys_name" for column in layout.columns):
        return layout
    open_ = [column for column in layout.unread if column.why in OPEN and column.heading and not column.doubted]
    spoken = [column for column in open_ if speaks_of_systems(_in_full(layout, column.index))]
    found = [
        column for column in spoken
        if share_of(column.index, below, reads_like_a_system) >= _LIKE and share_of(column.index, below, _may_be_a_name) >= MOSTLY
        and not looks_like(column.index, below)  # 市政务云 below 所在平台 is a place
    ] or [
        column for column in spoken
        if is_of_systems(_in_full(layout, column.index)) and _tells_rows_apart(column.index, below)
    ] or [
        column for column in open_
        if not speaks_of_others(_own(layout, column.index)) and _all_names(column.index, below)
    ]  # fmt: skip
    if len(found) != 1 or any(names_other_things(column) for column in open_ if column is not found[0]):
        return layout
    named = Column(index=found[0].index, field="sys_name", heading=found[0].heading)
    columns = tuple(sorted((*layout.columns, named), key=lambda column: column.index))
    return replace(layout, columns=columns, unread=tuple(column for column in layout.unread if column is not found[0]))


def names_other_things(column: UnreadColumn) -> bool:
    """`数据名称` beside 所在平台: the rows are of what it names, and the systems are only where that is."""
    return bool(_OTHER_NAMES.search(heading_key(column.heading).plain)) and not speaks_of_systems(column.heading)


_OTHER_NAMES = re.compile(r"\S{2}(?<!项目)(?<!工程)(名称|名字)$")
_WORDY = re.compile(r"[\u4e00-\u9fff].*[\u4e00-\u9fff].*[\u4e00-\u9fff]")


def _tells_rows_apart(at: int, below: Sequence[Row]) -> bool:
    """Whether a column's texts may be names, are words, look like nothing else, and hardly one comes back after others."""
    texts = [str(row[at]).strip() for row in below if at < len(row) and row[at] != ""]
    runs = [text for last, text in pairwise(["", *texts]) if text != last]
    return (
        share_of(at, below, _may_be_a_name) >= MOSTLY
        and share_of(at, below, lambda text: bool(_WORDY.search(text))) >= MOSTLY
        and not looks_like(at, below)
        and len(set(runs)) >= MOSTLY * len(runs)
    )


def may_hold_names(at: int, below: Sequence[Row]) -> bool:
    """Whether the texts of a column may be names of systems: words, no people, no departments, one for each row."""
    return (
        _tells_rows_apart(at, below)
        and share_of(at, below, may_be_a_person) < _LIKE
        and share_of(at, below, looks_like_department) < _LIKE
    )


def share_like_systems(at: int, below: Sequence[Row]) -> float:
    """The share of the texts of a column that end as names of systems do; 0 where there are fewer than two."""
    return share_of(at, below, lambda text: reads_like_a_system(text) and not names_a_kind(text))


def _all_names(at: int, below: Sequence[Row]) -> bool:
    cells = [row[at] for row in below if at < len(row)]
    texts = [text for cell in cells if isinstance(cell, str) and (text := cell.strip()) and text not in NONE]
    return (
        len(texts) >= _ENOUGH
        and len(set(texts)) == len(texts)
        and share_of(at, below, reads_like_a_system) >= _MOST_OF_THEM
        and share_of(at, below, _may_be_a_name) >= MOSTLY
    )


_ENOUGH, _MOST_OF_THEM = 3, 0.7


def _without_odd_names(layout: Layout, below: Sequence[Row], words: Vocabulary) -> Layout:
    """A heading that only sounds like systems' names, above texts that are none, is asked."""
    column = layout.column("sys_name")
    if column is None or not layout.levels.get(column.index) or column.index in layout.answered:
        return layout
    meant = words.meaning(layout.levels[column.index])
    if _own(layout, column.index) in words.alone or meant is None or meant.field != "sys_name":
        return layout  # a list has it
    if share_of(column.index, below, _may_be_a_name, fewest=1) >= _LIKE:
        return layout
    asked = UnreadColumn(index=column.index, heading=column.heading, why="asked", suggestions=(("sys_name", 90),))
    columns = tuple(other for other in layout.columns if other.field not in NAMES or other is not column)
    return replace(
        layout, columns=columns, unread=tuple(sorted((*layout.unread, asked), key=lambda other: other.index))
    )


def _own(layout: Layout, index: int) -> str:
    return heading_key(layout.levels[index][-1]).plain


def _in_full(layout: Layout, index: int) -> str:
    return heading_key(layout.levels[index][-1]).full


def _may_be_a_name(text: str) -> bool:
    return name_doubt(text) is None


def looks_like(index: int, below: Sequence[Row]) -> tuple[str, ...]:
    """The fields that a column's contents look like; empty where they look like none in particular."""
    for pattern, fields in _LOOKS:
        if share_of(index, below, lambda text, p=pattern: bool(p.search(text))) >= _LIKE:  # type: ignore[misc]
            return fields
    return ()
