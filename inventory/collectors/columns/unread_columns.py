"""Columns that are not read are looked through all the same: for credentials, and for content below no heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from catalogs.words import Text
from inventory.collectors.cells.cell_types import Raw
from inventory.collectors.cells.secrecy_words import secrecy_of, states_secrecy
from inventory.collectors.columns.heading_keys import heading_question_key, paths_as_asked, value_key
from inventory.collectors.columns.layout import Layout, UnreadColumn
from inventory.collectors.columns.vocabulary import IGNORE, Vocabulary
from inventory.collectors.secrets.credentials import mask
from inventory.collectors.sheets.sheet_account import SheetAccount
from inventory.collectors.workbooks.grid import Row
from inventory.model import Gap

_SECRECY = re.compile(r"涉密|密级|定密|分级保护|分保(?!险)|保密(?!协议|责任|制度|员|承诺|培训)")


_SPEAKING = (None, "pending", "unknown")  # reasons of words for nothing that leave it open: 待定


class UnreadColumns:
    """The columns of one layout that no field is read from."""

    def __init__(self, layout: Layout, account: SheetAccount, words: Vocabulary) -> None:
        self._account = account
        self._layout = layout
        self._nothing = words.nothing
        used = {column.index for column in layout.columns}
        self._used = used
        self._listed = {column.index for column in layout.unread}
        # A column of credentials is told of once, as a whole; hidden ones are looked through like the others.
        self._told = {column.index for column in layout.unread if column.why == "credential"}
        self._secret: dict[str, bool] = {}
        self.of_secrecy = [
            c.index for c in layout.unread if _SECRECY.search(c.heading) and c.why not in {"hidden", "ignored"}
        ]
        self.found_nameless: list[UnreadColumn] = []

    def secrecy(self, number: int, row: Row) -> str | None:
        """Whether a column that speaks of secrecy, and whose heading is not understood, says that a row is classified.

        Returns:
            `classified`; `unclear` for a row that may be and was asked about; `None` for any other.
        """
        told = [(index, row[index]) for index in self.of_secrecy if index < len(row) and row[index] != ""]
        verdicts = {
            index: secrecy_of(str(cell)) for index, cell in told if self._nothing.get(value_key(str(cell))) in _SPEAKING
        }
        if "classified" in verdicts.values():
            return "classified"
        unclear = next((index for index, verdict in verdicts.items() if verdict == "unclear"), None)
        if unclear is None:
            return None
        self._hold_back(number, unclear)
        return "unclear"

    def _hold_back(self, number: int, index: int) -> None:
        """Ask about a row that may be classified: its place, and nothing that stands in it."""
        column = next(
            (c for c in self._layout.unread if c.index == index), UnreadColumn(index=index, heading="", why="")
        )
        levels = paths_as_asked(self._layout.levels).get(index)
        key = None if levels is None else f"{self._account.place.source}|heading|{heading_question_key(levels)}"
        heading = f"「{column.heading}」" if column.heading else ""
        self._account.ask(
            Gap(
                kind="ambiguous", origin=replace(self._account.place, row=number, column=column.letters),
                message=Text(f"{heading}一栏没有读懂，这一格可能说的是涉密，这一行没有导入", f"the column {column.heading!r} was not understood and this cell may say that the row is classified; the row was not taken"),
                question=Text(f"{heading}一栏说的是不是涉密情况？（secret 或 ignore）", f"does {column.heading!r} tell what is classified?"),
                choices=("secret", IGNORE) if key else (), answer_key=key,
            )
        )  # fmt: skip
        self._account.rows_asked += 1

    def look(self, block: Sequence[tuple[int, Row]], by_column: Sequence[tuple[Raw, ...]]) -> dict[int, int]:
        """Look through the rows of a block, numbered from 1; `by_column` holds the same cells by column.

        Returns:
            The rows of the block, from 0, that speak of state secrets, each with its column.
        """
        held: dict[int, int] = {}
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
            stating = (
                set() if self._is_ignored(index) else {c for c in set(raw) if isinstance(c, str) and states_secrecy(c)}
            )
            if stating:
                held.update({at: index for at, cell in enumerate(raw) if cell in stating})
        return held

    def hold_back(self, number: int, index: int) -> None:
        """Ask about a row found by `look`."""
        self._hold_back(number, index)

    def _is_ignored(self, index: int) -> bool:
        return any(column.index == index and column.why == "ignored" for column in self._layout.unread)

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
