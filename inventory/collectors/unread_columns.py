"""Columns that are not read are looked through all the same: for credentials, and for content below no heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from catalogs.words import Text
from inventory.collectors.cell_types import Raw
from inventory.collectors.credentials import mask
from inventory.collectors.grid import Row
from inventory.collectors.heading_columns import Layout, UnreadColumn
from inventory.collectors.sheet_account import SheetAccount
from inventory.model import Gap

_SECRECY = re.compile(r"涉密|密级|定密|保密(?!协议|责任|制度|员|承诺|培训)")
_SECRET = re.compile(r"(?<![非不未无脱])(秘密|机密|绝密|涉密)(?!人员)|[★☆]|^(是|有)([,，(（].*)?$")


class UnreadColumns:
    """The columns of one layout that no field is read from."""

    def __init__(self, layout: Layout, account: SheetAccount) -> None:
        self._account = account
        used = {column.index for column in layout.columns}
        self._used = used
        self._listed = {column.index for column in layout.unread}
        # A column of credentials is told of once, as a whole; hidden ones are looked through like the others.
        self._told = {column.index for column in layout.unread if column.why == "credential"}
        self._secret: dict[str, bool] = {}
        self.of_secrecy = [c.index for c in layout.unread if _SECRECY.search(c.heading) and c.why != "hidden"]
        self.found_nameless: list[UnreadColumn] = []

    def marks_classified(self, row: Row) -> bool:
        """Whether a column that speaks of secrecy, and whose heading is not understood, marks a row as classified."""
        cells = [row[index] for index in self.of_secrecy if index < len(row)]
        return any(isinstance(cell, str) and _SECRET.search(cell) is not None for cell in cells)

    def look(self, block: Sequence[tuple[int, Row]], by_column: Sequence[tuple[Raw, ...]]) -> None:
        """Look through the rows of a block, numbered from 1; `by_column` holds the same cells by column."""
        for index, raw in enumerate(by_column):
            if index in self._used or index in self._told or raw.count("") == len(raw):
                continue
            if index not in self._listed:
                self._listed.add(index)
                self.found_nameless.append(UnreadColumn(index=index, heading="", why="no-heading"))
            texts = {cell for cell in set(raw) if isinstance(cell, str) and self._is_secret(cell)}
            if texts:
                for (number, _), cell in zip(block, raw, strict=False):
                    if cell in texts:
                        self._warn(number, index)

    def _is_secret(self, text: str) -> bool:
        known = self._secret.get(text)
        if known is None:
            known = mask(text)[1]
            if len(self._secret) < 100_000:
                self._secret[text] = known
        return known

    def _warn(self, number: int, index: int) -> None:
        letters = UnreadColumn(index=index, heading="", why="").letters
        text = Text("这一栏没有读，但单元格里有账号或密码；请从台账中删除", "this column is not read, yet an account or password stands in the cell; please remove it")  # fmt: skip
        self._account.ask(
            Gap(
                kind="credential", origin=replace(self._account.place, row=number, column=letters), field="credential",
                message=text, raw="***",
            )
        )  # fmt: skip
