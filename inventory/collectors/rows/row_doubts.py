"""Rows with a name that are hardly a system or a server: advice, examples, furniture, sections, rows that are shifted."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from inventory.collectors.cells.cell_types import Cell, Issue, Raw
from inventory.collectors.columns.layout import Layout
from inventory.collectors.rows.row_gaps import advice_gap, alone_gap, device_gap, shifted_gap
from inventory.collectors.rows.system_names import names_a_kind, reads_like_a_section, reads_like_a_system
from inventory.fields import FIELDS
from inventory.model import Gap, Origin
from inventory.names import DEPARTMENT_FIELDS

_CHECKED = frozenset(
    {
        "date",
        "count",
        "number",
        "cores",
        "size",
        "money",
        "ratio",
        "bandwidth",
        "level",
        "secrecy",
        "yes_no",
        "addresses",
    }
)
_ADVICE = 2  # so many cells that are nothing of what their column holds, and none that is
_INSTRUCTION = re.compile(r"填|请|格式|示例|例如|如[:：]|选择|必填|可选|[单多]选|注明|应[当为]|须|按照|精确|下拉|说明")
_SECTION_NUMBER = re.compile(r"^\s*[(（]?[一二三四五六七八九十]{1,3}[)）、.．]?\s*$")
# A list of «设备» with none of these columns may be one of furniture: only names of computers are servers there.
_OF_COMPUTERS = frozenset({"vcpu", "mem", "ip", "sys_name", "os_app", "host_name", "spec", "storage", "disk", "sys_disk", "data_disk"})  # fmt: skip
_COMPUTER = re.compile(r"服务器|主机|虚拟机|小型机|刀片|一体机|节点|server|存储", re.IGNORECASE)


class RowDoubts:
    """What speaks against the rows below one set of headings."""

    def __init__(self, layout: Layout, letters: Mapping[str, str], server_key: str | None) -> None:
        self.columns = layout.columns
        self.letters = letters
        self.server_key = server_key
        names = [column.field for column in layout.columns]
        self._may_be_furniture = _OF_COMPUTERS.isdisjoint(names)
        self._serials = [column.index for column in layout.unread if column.why == "serial"]
        self._telling = [at for at, name in enumerate(names) if name != "sys_name" and name not in DEPARTMENT_FIELDS]

    def objection(
        self, origin: Origin, name: str, cells: Sequence[Cell], remarkable: Collection[int], row: Sequence[Raw], *, is_system: bool
    ) -> Gap | None:  # fmt: skip
        """Why a row with a name is hardly a system or a server; `None` where nothing speaks against it."""
        if self._is_advice(cells, remarkable):
            return advice_gap(origin)
        if not is_system:
            is_doubtful = self._may_be_furniture and not _COMPUTER.search(name)
            return device_gap(origin, self.letters.get(self.server_key or ""), name) if is_doubtful else None
        if shifted := self._shifted(row, name):
            return shifted_gap(origin, shifted)
        return alone_gap(origin, self.letters.get("sys_name"), name) if self._lacks_evidence(name, cells, row) else None

    def _shifted(self, row: Sequence[Raw], name: str) -> str | None:
        """What stands in the column of row numbers, where it reads like a system and the name does not."""
        for at in self._serials:
            cell = row[at] if at < len(row) else ""
            if isinstance(cell, str) and reads_like_a_system(cell) and not reads_like_a_system(name):
                return cell
        return None

    def _lacks_evidence(self, name: str, cells: Sequence[Cell], row: Sequence[Raw]) -> bool:
        """A row with nothing but a name is a system where the name reads like one, or a row number stands beside it."""
        for at in self._telling:
            cell = cells[at]
            if cell.value is not None or cell.issue or cell.null_reason:
                return False
        if any(
            at < len(row) and isinstance(row[at], str) and _SECTION_NUMBER.match(str(row[at])) for at in self._serials
        ):
            return True  # 二 | 拟建系统
        is_alone = sum(1 for raw in row if raw != "") == 1
        return not reads_like_a_system(name) or names_a_kind(name) if is_alone else reads_like_a_section(name)

    def _is_advice(self, cells: Sequence[Cell], remarkable: Collection[int]) -> bool:
        """Whether a row explains what to fill in: several numbers, dates and choices that are none, and not one that is."""
        bad = [
            issue
            for at in remarkable
            if not cells[at].ditto and (issue := cells[at].issue) is not None and _is_prose(issue)
        ]
        if len(bad) < _ADVICE or not any(_INSTRUCTION.search(issue.raw or "") for issue in bad):
            return False
        return not any(
            (cell.value is not None or cell.null_reason) and FIELDS[column.field].type in _CHECKED
            for cell, column in zip(cells, self.columns, strict=True)
        )


def _is_prose(issue: Issue) -> bool:
    """A cell with no digit in it that its column cannot read."""
    return issue.kind in {"unreadable", "ambiguous"} and not any(letter.isdigit() for letter in issue.raw or "1")
