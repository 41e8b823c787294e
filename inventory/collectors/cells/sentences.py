"""Whole sentences in one cell, with fields inside: 2017年4月上线，2台云主机共16核。焦阳管，电话8320。 Kept as they are, and asked about once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from catalogs.words import Text
from inventory.collectors.columns.column_shares import FEWEST
from inventory.collectors.columns.heading_keys import heading_question_key, paths_as_asked
from inventory.collectors.columns.layout import Column, Layout
from inventory.collectors.columns.vocabulary import IGNORE
from inventory.collectors.sheets.sheet_account import SheetAccount
from inventory.collectors.workbooks.grid import Row
from inventory.fields import FIELDS
from inventory.model import Gap

_SHORTEST = 15  # characters of a sentence that has several things in it
_KINDS_IN_A_CELL = 2  # things that a sentence says and no column has
_KINDS = 3  # different ones in the whole column
_CHIEF, _FEWEST_CHIEF = (
    3,
    2,
)  # the first of `SIGNS`, of which this many must be said: else it is a remark that adds something
_SHARE = 0.5  # of the texts of the column
# What a sentence says, and the fields of which one would hold it.
SIGNS: tuple[tuple[re.Pattern[str], Text, frozenset[str]], ...] = (
    (re.compile(r"(19|20)\d\d年?[^，。；]{0,6}(上线|启用|投用|投入|建成|建设|开通|运行)|(上线|启用|投用|建成)(于|时间)?[^，。；]{0,4}(19|20)\d\d"), Text("上线时间", "the date it went live"), frozenset({"online_date", "start_date", "accept_date"})),
    (re.compile(r"(电话|手机|联系方式|[(（])[:：]?\s*\d{4,}|1[3-9]\d{9}|联系人|负责人?[，,。；(（]|负责，"), Text("联系人和电话", "the contact"), frozenset({"contact", "phone"})),
    (re.compile(r"\d+\s*核|\d+\s*(G|GB|T|TB)\s*(的)?(内存|硬盘|存储|磁盘)|(内存|硬盘|存储|磁盘)\s*\d+|\d+台(云主机|虚拟机|服务器|主机)", re.IGNORECASE), Text("资源配置", "cores and sizes"), frozenset({"vcpu", "mem", "storage", "spec", "vm_count"})),
    (re.compile(r"(等保|等级保护)[^，。；]{0,4}[一二三四1-4]级"), Text("等保级别", "the MLPS level"), frozenset({"mlps_level"})),
    (re.compile(r"\d+(\.\d+)?\s*万元?"), Text("费用", "the cost"), frozenset({"build_cost", "ops_cost"})),
    (re.compile(r"政务外网|政务内网|互联网|专网|局域网"), Text("网络", "the network"), frozenset({"network", "zone"})),
    (re.compile(r"由[^，。；]{2,14}(开发|承建|建设|研发)|(承建|开发)(单位|商)?[:：是为]|[^，。；]{2,10}(公司|科技|软件)(承建|开发)"), Text("承建单位", "the vendor"), frozenset({"vendor", "ops_vendor"})),
)  # fmt: skip


def ask_about_sentences(account: SheetAccount, layout: Layout, rows: Iterable[Row]) -> None:
    """One question for a column of sentences that say what other columns would; nothing of the cells is told.

    Args:
        account: of the sheet, which gets the question.
        layout: the columns that were read.
        rows: the first rows of the sheet, headings and all.
    """
    if not account.records:
        return
    read = {column.field for column in layout.columns}
    below = list(rows)[layout.bottom + 1 :]
    for column in layout.columns:
        is_text = column.field in FIELDS and FIELDS[column.field].type == "text" and column.field != "sys_name"
        if not is_text or column.stands_in or column.index in layout.answered or column.index not in layout.levels:
            continue
        said = _said(column, read, below)
        if said:
            account.ask(_gap(account, layout, column, said))


def _said(column: Column, read: set[str], below: Iterable[Row]) -> list[Text]:
    """What most sentences of a column say that no column holds; empty where they say too little."""
    cells = [row[column.index] for row in below if column.index < len(row)]
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    met: dict[Text, None] = {}
    full = 0
    for text in texts:
        own = [what for sign, what, fields in SIGNS if read.isdisjoint(fields) and sign.search(text)]
        if len(text) >= _SHORTEST and len(own) >= _KINDS_IN_A_CELL:
            full += 1
            met.update(dict.fromkeys(own))
    chief = sum(what in met for _, what, _ in SIGNS[:_CHIEF])
    is_full = full >= max(FEWEST, _SHARE * len(texts)) and len(met) >= _KINDS and chief >= _FEWEST_CHIEF
    return list(met) if is_full else []


def _gap(account: SheetAccount, layout: Layout, column: Column, said: list[Text]) -> Gap:
    key = heading_question_key(paths_as_asked(layout.levels)[column.index])
    zh, en = "、".join(what.zh for what in said), ", ".join(what.en for what in said)
    label = FIELDS[column.field].label
    place = account.place
    return Gap(
        kind="ambiguous", origin=replace(place, row=layout.bottom + 1, column=column.letters), raw=column.heading or None,
        message=Text(f"「{column.heading}」一栏是整句话，里面像是写了{zh}；整句留作{label.zh}，没有拆成各栏", f"{column.heading!r} holds whole sentences that seem to say {en}; they were kept as {label.en} and not taken apart"),
        question=Text(f"请把{zh}分栏填写；只留作{label.zh}的，答{label.zh}", f"please fill in {en} in columns of their own; answer {column.field} to keep the sentences only"),
        choices=(column.field, IGNORE), answer_key=f"{place.source}|heading|{key}",
    )  # fmt: skip
