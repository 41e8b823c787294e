"""One cell → the value of its field, or what is wrong with it. Results are remembered: most cells of a ledger repeat."""

from __future__ import annotations

import re
from collections.abc import Mapping

from catalogs.digest import sha256_of
from catalogs.words import Text
from inventory.collectors.cells.address_cells import addresses_cell, urls_cell
from inventory.collectors.cells.cell_types import (
    CLASSIFIED,
    COUNTED_ABOVE,
    DITTO,
    DITTOS,
    EMPTY,
    Cell,
    Issue,
    Raw,
    plain_text,
)
from inventory.collectors.cells.date_cells import date_cell
from inventory.collectors.cells.number_cells import level_cell, quantity_cell, ratio_cell, scaled
from inventory.collectors.cells.quantities import factor, read_quantity
from inventory.collectors.cells.secrecy_cells import secrecy_cell
from inventory.collectors.cells.secrecy_words import states_secrecy
from inventory.collectors.cells.text_cells import credential_issue, list_cell, name_cell, text_cell, ticked
from inventory.collectors.cells.text_forms import folded, widths
from inventory.collectors.columns.heading_keys import first_key, value_key
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.secrets.credentials import mask, mask_credentials
from inventory.collectors.secrets.secret_forms import MASK
from inventory.fields import FIELDS

_LONGEST_NOTHING = 20  # characters of a word for nothing

# Words for nothing that say something here: 无 is a no; 待定 below 是否涉密 is a doubt, and such a row is held back.
_SPEAKING = {
    "yes_no": frozenset({"none", "not-applicable"}),
    "secrecy": frozenset({"none", "not-applicable", "pending", "unknown"}),
}

_FOLDED = frozenset({"text", "name", "code", "choice", "person", "phone"})  # line breaks mean nothing in them

# Rows are also marked in words, where there is no column for it: 备注「涉密系统，不上云」, 网络「涉密内网」.
_MAY_MARK = frozenset(
    {"remark", "status", "sys_class", "location", "network", "zone", "cloud", "on_cloud", "mlps_level", "disposal"}
)

_MARKS_CLASSIFIED = re.compile(
    r"^(该|本|此)?(系统)?(为|是|属于|属|部署[在于]|运行[在于]|接入|使用)?(涉密|机密级|秘密级|绝密级)(级)?(信息)?(系统|网|内网|专网|机房|单机|终端|计算机|设备|环境|区域?)?([,，。;；(（].*)?$"
)

_HEAD = re.compile(r"[,，、;；:：(（\s]")

# 有（未启用）, 是，但未完成: what follows takes the yes back
_TAKES_BACK = re.compile(r"[未没不否尚待拟仅]|部分|计划|准备|申请中|建设中|改造中|进行中|暂停|停用")

_TAKES_BACK_A_PLAIN_YES = re.compile(r"但|部分|未完|未全|仅|拟|计划|准备")  # 是（2021年后未使用） stays a yes

_VAGUE_YES = frozenset({"对", "完成", "全部"})  # clear alone, not at the head of a sentence

_MUST_BE_KNOWN = frozenset({"status", "power"})

_NOT_WHOLLY_IN_USE = re.compile(r"停|下线|未|部分|拟|暂|关闭|闲置|计划|试")  # 在用（部分停用）

_ELSEWHERE = re.compile(
    r"^[(（]?(详见|见|参见|参照|请见|同见)(备注|附件|附表|附图|说明|下表|上表|另表|方案|合同|台账).{0,12}$"
)


class ColumnReader(dict[Raw, Cell]):
    """Reads the cells of one column; a look-up reads, a second look-up of the same value remembers.

    Args:
        name: canonical field.
        words: the vocabulary.
        unit: the unit in the heading, if any.
        answers: what people answered for this department and column: issue key → answer.
        month_only: the column's number format shows no day.
        percent_format: the column's number format multiplies by 100.
        asks_whether: the heading asks whether there is something (有无, 是否), so that 无 is an answer, not nothing.
    """

    def __init__(
        self,
        name: str,
        words: Vocabulary,
        *,
        unit: str | None = None,
        answers: Mapping[str, str] | None = None,
        month_only: bool = False,
        percent_format: bool = False,
        asks_whether: bool = False,
    ) -> None:
        super().__init__()
        self.name = name
        self.type = FIELDS[name].type
        self.words = words
        self.unit = unit
        self.answers = answers or {}
        self.month_only = month_only
        self.percent_format = percent_format
        answers_of_type = _SPEAKING.get(self.type, frozenset())
        self._speaking = frozenset({"none"}) if asks_whether and self.type == "text" else answers_of_type
        self[COUNTED_ABOVE] = Cell(null_reason="merged")
        self.remarkable: set[Raw] = {COUNTED_ABOVE}
        self.has_dittos = False
        self.may_hide = False  # whether a cell so far says, or may say, that its row is classified

    def __missing__(self, raw: Raw) -> Cell:
        cell = self._read(raw)
        if cell.classified or cell.withheld:
            self.may_hide = True
        if len(self) < 200_000:  # a column where nothing repeats need not be remembered whole
            self[raw] = cell
            if cell.remarkable:
                self.remarkable.add(raw)
        elif cell.remarkable:
            self.remarkable.add(raw)
        return cell

    def _read(self, raw: Raw) -> Cell:
        if isinstance(raw, str):
            text = folded(raw)
            if not text:
                return EMPTY
            if self.type == "text" and _ELSEWHERE.match(text):
                return Cell(null_reason="elsewhere", raw=text)
            if text in DITTOS:
                self.has_dittos = True
                return DITTO
            may_be_nothing = len(text) <= _LONGEST_NOTHING and first_key(text[0]) in self.words.nothing_firsts
            reason = self.words.nothing.get(value_key(text)) if may_be_nothing else None
            if reason is not None and reason not in self._speaking:
                return self._nothing(text, reason)
            if self.type in _FOLDED:
                raw = text
            if (secrecy := self._secrecy_in(text)) is not None:
                return secrecy
        return _READERS[self.type](self, raw)

    def _secrecy_in(self, text: str) -> Cell | None:
        """A cell about something else that speaks of state secrets; neither it nor its row is shown before it is answered."""
        if "密" not in text and "分" not in text:
            return None
        if self.name in _MAY_MARK and _MARKS_CLASSIFIED.match(value_key(text)):
            return CLASSIFIED
        if self.type == "secrecy" or not states_secrecy(text):
            return None
        key = f"secrecy:{sha256_of(text)[:10]}"
        answer = self.answers.get(key)
        if answer == "非涉密":
            return _READERS[self.type](self, text)
        if answer == "涉密":
            return CLASSIFIED
        message = Text("提到国家秘密，这一行没有导入", "speaks of state secrets; the row was not taken")
        question = Text("这是不是涉密系统？由保密部门认定", "is this a classified system? The secrecy office decides")
        return Cell(issue=Issue("ambiguous", message, question, ("非涉密", "涉密"), key), withheld=True)

    def _nothing(self, text: str, reason: str) -> Cell:
        if text == "#NO-RESULT!":
            message = Text(
                "是公式，文件里没有保存结果；请用 Excel 或 WPS 打开并保存一次",
                "a formula whose result was not saved; open and save the file once",
            )
            return Cell(issue=Issue("unreadable", message, raw=text))
        if reason == "error":
            return Cell(issue=Issue("unreadable", Text(f"单元格是公式错误 {text}", f"formula error {text}"), raw=text))
        return Cell(null_reason=reason)

    def ask(self, text: str, zh: str, en: str, choices: tuple[str, ...], key: str | None = None) -> Cell:
        """An ambiguous cell: taken from an earlier answer, else asked."""
        shown = mask(text)[0][:200]
        wording = key or shown
        answer = self.answers.get(wording)
        if answer is not None:
            return self._answered(text, answer)
        heading = FIELDS[self.name].label
        question = Text(f"{heading.zh}「{shown}」：{zh}", f"{heading.en} {shown!r}: {en}")
        issue = Issue("ambiguous", Text(zh, en), question, choices, wording, shown)
        return Cell(issue=issue)

    def _answered(self, text: str, answer: str) -> Cell:
        if self.type in {"size", "bandwidth", "money", "ratio"} and factor(answer, self.type) is not None:
            quantity = read_quantity(widths(text), self.type)
            if quantity is not None:
                return Cell(scaled(quantity, answer, self.type), raw=text)
        if answer == text:
            return Cell(answer)
        reader = ColumnReader(self.name, self.words, unit=self.unit)
        return Cell(reader[answer].value, raw=mask(text)[0])

    def unreadable(self, raw: Raw, zh: str, en: str) -> Cell:
        """A cell that holds something else than its heading says."""
        shown = mask(plain_text(raw))[0][:200]
        answer = self.answers.get(shown)
        if answer is not None:
            return self._answered(shown, answer)
        question = Text(f"「{shown}」应改为什么？", f"what should {shown!r} be?")
        return Cell(issue=Issue("unreadable", Text(f"「{shown}」{zh}", f"{shown!r} {en}"), question, (), shown, shown))


def _code(column: ColumnReader, raw: Raw) -> Cell:
    if isinstance(raw, float) and (not raw.is_integer() or abs(raw) >= 1e15):
        return column.unreadable(raw, "被表格软件当成了数，位数已丢失", "was turned into a number; digits are lost")
    return Cell(raw if isinstance(raw, str) else plain_text(raw))


def _choice(column: ColumnReader, raw: Raw) -> Cell:
    text = plain_text(raw)
    words = column.words.choices.get(column.name, {})
    found = words.get(value_key(text))
    if found:
        return Cell(found, raw=None if value_key(text) == value_key(found) else mask(text)[0])
    first = _HEAD.split(ticked(text), maxsplit=1)[0]
    head = words.get(value_key(first))
    if head and not (head == "在用" and _NOT_WHOLLY_IN_USE.search(text[len(first) :])):
        return Cell(head, raw=mask(text)[0])
    if column.name in _MUST_BE_KNOWN:  # rules and plans turn on it
        return column.ask(text, "属于哪一种？", "which of these is it?", tuple(dict.fromkeys(words.values())))
    return text_cell(column, raw)


def _yes_no(column: ColumnReader, raw: Raw) -> Cell:
    """Yes or no, alone or at the head of an explanation: `否，无对接`."""
    text = ticked(plain_text(raw))
    words = column.words
    whole, head = value_key(text), value_key(_HEAD.split(text, maxsplit=1)[0])
    if whole in words.yes or whole in words.no:
        return Cell(value=whole in words.yes)
    if whole in words.nothing:
        return Cell(null_reason=words.nothing[whole])
    if head in words.no or (head in words.yes and head not in _VAGUE_YES and not _taken_back(head, whole[len(head) :])):
        return Cell(value=head in words.yes, raw=mask(text)[0])
    return column.ask(text, "是还是否？", "yes or no?", ("是", "否"))


def _taken_back(head: str, rest: str) -> bool:
    return bool((_TAKES_BACK_A_PLAIN_YES if head in {"是", "是的"} else _TAKES_BACK).search(rest))


_PIECES = re.compile(r"[，,；;、()（）\s]+")


def _person(_column: ColumnReader, raw: Raw) -> Cell:
    """A name or a number as written, for the contact table: without what somebody wrote beside it to log in with."""
    text = plain_text(raw)
    shown, secret = mask_credentials(text)
    if not secret:
        return Cell(text)
    kept = " ".join(piece for piece in _PIECES.split(shown) if MASK not in piece).strip()
    return Cell(kept or None, issue=credential_issue(mask(shown)[0]))


_READERS = {
    "text": text_cell, "name": name_cell, "code": _code, "choice": _choice, "yes_no": _yes_no, "date": date_cell, "count": quantity_cell,
    "number": quantity_cell, "cores": quantity_cell, "size": quantity_cell, "money": quantity_cell, "ratio": ratio_cell, "bandwidth": quantity_cell,
    "level": level_cell, "secrecy": secrecy_cell, "list": list_cell, "addresses": addresses_cell, "urls": urls_cell, "person": _person,
    "phone": _person, "credential": _person,
}  # fmt: skip
