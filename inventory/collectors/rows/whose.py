"""Records of which nothing says whose they are: asked once for a sheet, never left without a word."""

from __future__ import annotations

from catalogs.words import Text
from inventory.collectors.sheets.sheet_account import SheetAccount
from inventory.model import Gap
from inventory.names import DEPARTMENT_FIELDS


def whose_key(sheet: str) -> str:
    """The key under which the answer for a sheet is kept."""
    return f"dept|sheet:{sheet}"


def ask_whose(account: SheetAccount, stated: str | None = None, suggested: tuple[str, ...] = ()) -> None:
    """One question about all records of a sheet that have no department; other questions about it stay.

    Args:
        account: of the sheet.
        stated: the department that stands above its rows, where a column not read may say otherwise.
        suggested: departments that the file's name may mean; any other may be answered as well.
    """
    asked = {gap.origin.row for gap in account.gaps if gap.field in DEPARTMENT_FIELDS}
    bare = [
        record
        for record in account.records
        if not any(record.fields.get(name) for name in DEPARTMENT_FIELDS) and record.origin.row not in asked
    ]
    if not bare:
        return
    unread = [column for layout in account.layouts for column in layout.unread if column.why in {"asked", "unknown"}]
    likely = [column for column in unread if any(name in DEPARTMENT_FIELDS for name, _ in column.suggestions)]
    listed = "、".join(f"「{column.heading}」" for column in (likely or unread)[:4])
    if stated is not None:
        message = Text(
            f"有 {len(bare)} 条记录没有单位：表上写的是「{stated}」，但没有读的{listed or '栏'}可能是各行的单位，没有答复之前没有取值",
            f"{len(bare)} records have no department: the sheet says {stated!r}, yet a column that is not read may be the department of each row; until it is answered none is taken",
        )
        question = Text(
            f"各行都是「{stated}」的吗？是的就答它；不是的，指明哪一栏是单位",
            f"are all rows of {stated!r}? Answer with it if they are; else say which column is the department",
        )
    else:
        message, question = _unsaid(len(bare), listed, suggested)
    account.ask(
        Gap(
            kind="missing", origin=account.place, field="dept", message=message, question=question,
            choices=suggested if stated is None else (stated,),
            answer_key=f"{account.place.source}|{whose_key(account.place.sheet or '')}",
        )
    )  # fmt: skip


def is_of_owner(key: str) -> bool:
    """Whether an answer key is of the question whose a sheet is: its choices are suggestions, any department may be answered."""
    return "|dept|sheet:" in key


def _unsaid(count: int, listed: str, suggested: tuple[str, ...]) -> tuple[Text, Text]:
    """Nothing says whose they are."""
    like = "、".join(suggested)
    perhaps = Text(f"；文件名像是：{like}", f"; by the file's name perhaps: {like}") if suggested else Text("", "")
    zh = f"，或指明没有读的哪一栏（{listed}）是单位" if listed else ""
    return (
        Text(f"有 {count} 条记录没有单位：表里、标题里和文件名里都没有认出单位{perhaps.zh}", f"{count} records have no department: none was recognised in rows, title or file name{perhaps.en}"),
        Text(f"这张表是哪个单位的？（--department 单位，或回答这一问{zh}）", "whose ledger is this? (--department NAME, or answer this question)"),
    )  # fmt: skip
