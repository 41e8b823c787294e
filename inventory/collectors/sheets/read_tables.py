"""A table of a sheet as it was read, and a reason to doubt that it was read rightly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from catalogs.words import Text
from inventory.collectors.columns.headings import HEAD_ROWS
from inventory.collectors.columns.layout import Column, Layout, UnreadColumn
from inventory.collectors.forms.forms import Form
from inventory.collectors.sheets.sheet_account import SheetAccount
from inventory.collectors.sheets.table_reader import SheetTask
from inventory.collectors.workbooks.grid import Row
from inventory.fields import FIELDS

_LISTED = 6  # columns that a reason names


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTable:
    """One table of a sheet as it was read; a form is one table, what is listed below it another."""

    account: SheetAccount
    task: SheetTask
    form: Form | None = None

    @property
    def head(self) -> list[Row]:
        """Its first rows."""
        return list(islice(self.task.grid.rows(), HEAD_ROWS))

    @property
    def layouts(self) -> Sequence[Layout]:
        """The headings that were in force."""
        return self.account.layouts


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why a sheet is not plain: the sign, the reason in words, and the columns (letters) that show it."""

    sign: str
    reason: Text
    columns: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """For `--json`."""
        return {"sign": self.sign, "reason": self.reason.as_json(), "columns": list(self.columns)}


def doubt_about(sign: str, columns: Sequence[Column] | Sequence[UnreadColumn], reason: Text, *, says_as_what: bool = False) -> Doubt:  # fmt: skip
    """A doubt with the columns that show it in the place of `{}`; `says_as_what`: with the field each was read as."""
    labels: dict[tuple[str, str], list[Text]] = {}
    for column in columns:
        own = labels.setdefault((column.letters, " ".join(column.heading.split())), [])
        if says_as_what and isinstance(column, Column):
            own.append(FIELDS[column.field].label)
    zh = [f"{at}「{h}」" + (f"读作{'、'.join(x.zh for x in own)}" if own else "") for (at, h), own in labels.items()]
    en = [f"{at} {h!r}" + (f" as {', '.join(x.en for x in own)}" if own else "") for (at, h), own in labels.items()]
    more = len(zh) - _LISTED
    return Doubt(
        sign=sign, columns=tuple(dict.fromkeys(column.letters for column in columns)),
        reason=Text(
            reason.zh.replace("{}", "、".join(zh[:_LISTED]) + (f"等 {len(zh)} 栏" if more > 0 else "")),
            reason.en.replace("{}", ", ".join(en[:_LISTED]) + (f" and {more} more" if more > 0 else "")),
        ),
    )  # fmt: skip
