"""Cells of IP addresses and of web addresses; what stands beside a web address may be an account and is never kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.collectors.cells.addresses import MAX_EXPANDED, read_addresses
from inventory.collectors.cells.cell_types import Cell, Issue, Raw, plain_text
from inventory.collectors.cells.text_forms import widths
from inventory.collectors.secrets.credentials import mask, read_urls

if TYPE_CHECKING:
    from inventory.collectors.cells.cells import ColumnReader

_WITH_MASK = re.compile(r"^(\d{1,3}\.){3}\d{1,3}/\d{1,3}$")


def addresses_cell(column: ColumnReader, raw: Raw) -> Cell:
    """IP addresses, ranges expanded up to a limit."""
    if not isinstance(raw, str):
        return column.unreadable(raw, "被表格软件当成了数，不是 IP 地址", "was turned into a number; not an IP address")
    read = read_addresses(widths(raw))
    if read.too_many is not None:
        return column.unreadable(
            read.too_many, f"超过 {MAX_EXPANDED} 个地址", f"has more than {MAX_EXPANDED} addresses"
        )
    if not read.unreadable:
        return Cell(read.found or None)
    bad = mask("、".join(read.unreadable))[0][:200]
    if all(_WITH_MASK.match(piece) for piece in read.unreadable):  # 10.1.1.23/24
        why = Text(f"「{bad}」是两个地址，还是一个地址带掩码", f"{bad!r} may be two addresses, or one with its mask")
    else:
        why = Text(f"「{bad}」不是 IP 地址", f"{bad!r} is not an IP address")
    issue = Issue("unreadable", why, raw=bad)
    return Cell(read.found or None, issue=issue)


def urls_cell(_column: ColumnReader, raw: Raw) -> Cell:
    """Web addresses without user names and tokens."""
    found, beside = read_urls(widths(raw if isinstance(raw, str) else plain_text(raw)))
    if not beside:
        return Cell(found or None)
    zh = "网址以外的内容（可能是账号密码）没有保存；请从台账中删除账号密码"
    return Cell(
        found or None,
        issue=Issue("credential", Text(zh, "what is not an address (an account, a password) was not kept"), raw="***"),
    )
