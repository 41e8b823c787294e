"""Columns whose heading and contents together say what neither says alone: 投运 above dates, 用户 above figures, anything above B/S and C/S."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from inventory.collectors.cells.cell_types import plain_text
from inventory.collectors.columns.column_shares import DATE, MOSTLY, OPEN, STATUS, share_of
from inventory.collectors.columns.heading_keys import heading_key
from inventory.collectors.columns.layout import Column, Layout, UnreadColumn
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.workbooks.grid import Row
from inventory.fields import FIELDS

# What a short heading leaves to its contents: 投运 above dates is 投运时间, 技术支持 above companies 技术支持单位.
_LEFT_OUT: tuple[tuple[re.Pattern[str], tuple[str, ...], frozenset[str]], ...] = (
    (DATE, ("时间",), frozenset({"date"})),
    (re.compile(r"公司([(（].*[)）])?$"), ("单位", "公司"), frozenset({"name"})),
    (re.compile(r"(股|科|处|室|股室|科室)$"), ("科室",), frozenset({"text"})),
    (re.compile(r"^(\d{1,3}\.){3}\d{1,3}"), ("IP地址",), frozenset({"addresses"})),
    (re.compile(r"^(https?://|www\.)"), ("地址", "网址"), frozenset({"urls"})),
    (re.compile(r"^(第?[一二三四五1-5]级|等保.级|未定级)$"), ("级别",), frozenset({"level"})),
    (STATUS, ("状态",), frozenset({"choice"})),
    (re.compile(r"^\d+(\.\d+)?\s*[%％]$"), ("使用率", "率"), frozenset({"ratio"})),
    (re.compile(r"^\d+(\.\d+)?\s*(m|兆|mbps|mb/s)$", re.IGNORECASE), ("带宽",), frozenset({"bandwidth"})),
    (re.compile(r"^[约近]?\d+(\.\d+)?\s*万?[余多]?(人|户|个|名)?$"), ("数",), frozenset({"users"})),
)  # fmt: skip
# What cells say whatever stands above them, unless the heading speaks of something else.
_CLOSED: tuple[tuple[re.Pattern[str], str, re.Pattern[str]], ...] = (
    (re.compile(r"^(b/?s|c/?s)(架构|结构)?([+、,，和与;/及 ]*(b/?s|c/?s)(架构|结构)?)*$", re.IGNORECASE), "arch", re.compile(r"^(原|旧|拟|计划)|改造后|迁移后|目标")),
    (
        re.compile(r"^(windows|win ?(server|\d|xp)|centos|red ?hat|rhel|ubuntu|debian|suse|(银河|中标|中科)?(方德|麒麟)|kylin|统信|uos|欧拉|(open)?euler|linux|aix)", re.IGNORECASE), "os_app",
        re.compile(r"数据库|库|终端|客户端|桌面|电脑|pc|原|旧|拟|计划|改造后|迁移后|目标|兼容|适配|支持", re.IGNORECASE),
    ),
)  # fmt: skip


def with_completed(layout: Layout, below: Sequence[Row], words: Vocabulary) -> Layout:
    """The layout with the columns whose heading and contents together say what neither says alone."""
    taken = {column.field for column in layout.columns}
    found: dict[int, Column] = {}
    for column in layout.unread:
        if column.why not in OPEN or not layout.levels.get(column.index):
            continue
        field = _closed(column, layout, below)
        if field is None and len(layout.levels[column.index]) == 1 and not column.doubted:
            field = _completed(column, layout.levels[column.index][-1], below, words)
        if field and field not in taken:
            taken.add(field)
            found[column.index] = Column(index=column.index, field=field, heading=column.heading)
    if not found:
        return layout
    columns = tuple(sorted((*layout.columns, *found.values()), key=lambda column: column.index))
    return replace(layout, columns=columns, unread=tuple(c for c in layout.unread if c.index not in found))


def _all_like(at: int, below: Sequence[Row], pattern: re.Pattern[str]) -> bool:
    return share_of(at, below, lambda text: bool(pattern.match(text))) == 1.0


def _closed(column: UnreadColumn, layout: Layout, below: Sequence[Row]) -> str | None:
    """`网页还是客户端` above B/S, C/S: cells of a list that nothing else has; every one of them must be of it."""
    taken = {other.field for other in layout.columns}
    heading = " ".join(heading_key(level).full for level in layout.levels[column.index])
    for pattern, field, others in _CLOSED:
        if field not in taken and not others.search(heading) and _all_like(column.index, below, pattern):
            rivals = [
                other for other in layout.unread
                if other.why in OPEN and other.index != column.index and _all_like(other.index, below, pattern)
            ]  # fmt: skip
            return None if rivals else field
    return None


def _completed(column: UnreadColumn, heading: str, below: Sequence[Row], words: Vocabulary) -> str | None:
    plain = heading_key(heading).plain
    for pattern, endings, types in _LEFT_OUT:
        counts = types == {"users"}
        told = _as_texts(column.index, below) if counts else below
        at = 0 if counts else column.index
        if share_of(at, told, lambda text, p=pattern: bool(p.search(text)), dates=pattern is DATE) < MOSTLY:  # type: ignore[misc]
            continue
        for ending in endings:
            for stem in dict.fromkeys((plain, plain.removesuffix("情况"))):
                meant = words.meaning((stem + ending,))
                if meant is None or meant.field not in FIELDS:
                    continue
                if FIELDS[meant.field].type in types or (
                    counts and meant.field == "user_scale" and not _are_numbers_of_order(told)
                ):
                    return meant.field
    return None


def _as_texts(at: int, below: Sequence[Row]) -> list[Row]:
    """The cells of a column as rows of one text, figures among them."""
    return [[plain_text(row[at])] for row in below if at < len(row) and row[at] != ""]


def _are_numbers_of_order(rows: Sequence[Row]) -> bool:
    """1, 2, 3 or 1001, 1002: figures that number the rows and count nothing."""
    texts = [str(row[0]) for row in rows]
    figures = [int(text) for text in texts if text.isdecimal()]
    return len(figures) == len(texts) > 1 and all(after - before == 1 for before, after in pairwise(figures))
