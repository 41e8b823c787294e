"""Records of which nothing says whose they are: asked once for a sheet, never left without a word."""

from __future__ import annotations

from catalogs.words import Text
from inventory.collectors.sheet_account import SheetAccount
from inventory.model import Gap
from inventory.names import DEPARTMENT_FIELDS


def whose_key(sheet: str) -> str:
    """The key under which the answer for a sheet is kept."""
    return f"dept|sheet:{sheet}"


def ask_whose(account: SheetAccount) -> None:
    """One question about all records of a sheet that have no department; other questions about it stay."""
    asked = {gap.origin.row for gap in account.gaps if gap.field in DEPARTMENT_FIELDS}
    bare = [
        record
        for record in account.records
        if not any(record.fields.get(name) for name in DEPARTMENT_FIELDS) and record.origin.row not in asked
    ]
    if not bare:
        return
    unread = [column for layout in account.layouts for column in layout.unread if column.why in {"asked", "unknown"}]
    listed = "、".join(f"「{column.heading}」" for column in unread[:4])
    zh = f"，或指明没有读的哪一栏（{listed}）是单位" if listed else ""
    account.ask(
        Gap(
            kind="missing", origin=account.place, field="dept",
            message=Text(f"有 {len(bare)} 条记录没有单位：表里、标题里和文件名里都没有写", f"{len(bare)} records have no department: neither rows nor title nor file name say it"),
            question=Text(f"这张表是哪个单位的？（--department 单位，或回答这一问{zh}）", "whose ledger is this? (--department NAME, or answer this question)"),
            answer_key=f"{account.place.source}|{whose_key(account.place.sheet or '')}",
        )
    )  # fmt: skip
