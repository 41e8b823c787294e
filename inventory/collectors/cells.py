"""One cell → the value of its field, or what is wrong with it. Results are remembered: most cells of a ledger repeat."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from catalogs.words import Text
from inventory.collectors.addresses import MAX_EXPANDED, read_addresses
from inventory.collectors.capacities import DOUBTFUL_WORDS, Capacity, read_capacity
from inventory.collectors.credentials import mask, read_urls
from inventory.collectors.dates import read_date
from inventory.collectors.levels import read_level
from inventory.collectors.quantities import Quantity, factor, is_harmless, read_quantity, without_remark
from inventory.collectors.system_names import lists_systems, name_doubt, says_there_is_none
from inventory.collectors.text_forms import folded, looks_like_department, widths
from inventory.collectors.unit_bounds import against_its_unit
from inventory.collectors.vocabulary import Vocabulary, first_key, value_key
from inventory.fields import FIELDS
from inventory.model import GapKind, Value
from inventory.names import DEPARTMENT_FIELDS

Raw = str | int | float | bool | date | datetime | time | timedelta
_LONGEST_NOTHING = 20  # characters of a word for nothing
_FOLDED = frozenset({"text", "name", "code", "choice", "person", "phone"})  # line breaks mean nothing in them
MAX_TEXT = 8000  # characters kept of one cell; a spreadsheet cell holds 32,767

_LIST = re.compile(r"[┋,，、;；\n\r|]+|(?<=[\u4e00-\u9fff])/(?=[\u4e00-\u9fff])")
# 12345 is a hotline; what is shorter is a count
_NO_NAME = re.compile(
    r"^(\d{1,4}(\.\d+)?|\d+\.\d+|\d{4}[-/年.]\d{1,2}([-/月.](\d{1,2}日?)?)?|[XxＸｘ×]{2,}(?![A-Za-z0-9-])\S{0,8}|[(（【]?(示例|样例|举例|范例)[)）】：:].*)$"
)
_NUMBERED = re.compile(r"^(?:[*＊]+|\d{1,3}[、.．]|[(（]\d{1,3}[)）]|[①-⑳])\s*(?=[^\d\s])")
_ITEM_START = re.compile(r"(?:^|(?<=[\s,，、;；]))(?:\d{1,2}[、.)）](?!\d)|[（(]\d{1,2}[)）]|[①-⑳])\s*")
_CLASSIFIED = re.compile(
    r"^(是|涉密|涉密系统|涉密信息系统|属于涉密|秘密级?|机密级?|绝密级?|涉及|涉及国家秘密|国家秘密|内部涉密|y|yes|true|1|√)$"
)
# Rows are also marked in words, where there is no column for it: 备注「涉密系统，不上云」, 网络「涉密内网」.
_MAY_MARK = frozenset(
    {"remark", "status", "sys_class", "location", "network", "zone", "cloud", "on_cloud", "mlps_level", "disposal"}
)
_MARKS_CLASSIFIED = re.compile(
    r"^(该|本|此)?(系统)?(为|是|属于|属|部署[在于]|运行[在于]|接入|使用)?(涉密|机密级|秘密级|绝密级)(级)?(信息)?(系统|网|内网|专网|机房|单机|终端|计算机|设备|环境|区域?)?([,，。;；(（].*)?$"
)
# Most names: letters that end as systems do, and begin as no remark does. The rest is looked at closely.
_PLAIN_NAME = re.compile(
    r"(?!其中|其余|以上|以下|上述|下列|上面|另|此外|包括|包含|含|详见|参见|见|注|说明|备注|本|此|填|接上|续|共计|等\d|我|目前|现|经查|涉密)[\u4e00-\u9fffA-Za-z][\u4e00-\u9fffA-Za-z0-9]{1,30}(?:系统|平台|网站|门户)\d{0,8}"
)
_NEGATIONS = frozenset("无没未暂均")
# 公文交换系统（涉密）, 机密★ in the name itself
_NAMED_CLASSIFIED = re.compile(
    r"[(（\[【〔]\s*(涉密|机密|绝密|秘密|涉密(信息)?系统|涉密网|[机秘绝]密级?)\s*[)）\]】〕]|[机绝秘]密\s*★|^涉密[:：]"
)
_UNCLASSIFIED = re.compile(
    r"^(否|非涉密|不涉密|非密|未涉密|无涉密|非涉密系统|非涉密信息系统|不是|不涉及|非涉密级|公开|不涉及国家秘密|n|no|false|0|×|无|非|内部|非涉密内部)$"
)
_TICKED, _UNTICKED = "☑■√✓✔", "□☐○"
_IN_BRACKETS = re.compile(r"[(（]\s*([√✓✔☑■]?)\s*[)）]")
_BOX = re.compile(f"[{_UNTICKED}]")
_OPTION = rf"([^\s{_TICKED}{_UNTICKED},，、;；/]{{1,12}})"
_AFTER_BOX = re.compile(rf"[{_TICKED}]\s*{_OPTION}")
_BEFORE_BOX = re.compile(rf"{_OPTION}\s*[{_TICKED}]")
_HEAD = re.compile(r"[,，、;；:：(（\s]")
# 有（未启用）, 是，但未完成: what follows takes the yes back
_TAKES_BACK = re.compile(r"[未没不否尚待拟仅]|部分|计划|准备|申请中|建设中|改造中|进行中|暂停|停用")
_TAKES_BACK_A_PLAIN_YES = re.compile(r"但|部分|未完|未全|仅|拟|计划|准备")  # 是（2021年后未使用） stays a yes
_VAGUE_YES = frozenset({"对", "完成", "全部"})  # clear alone, not at the head of a sentence
_ENDS = frozenset({"ops_contract_end", "hw_end"})
_FROM_TO = re.compile(r"\d{4}[\d年月日./-]*\s*(?:至|到|~|—+|-{1,2}|–)\s*(\d{4}[\d年月日./-]*)")
_NOT_YET = re.compile(
    r"^(尚?未|暂未|没有?|还未|还没|待|正在)(完成|通过|进行|组织)?(验收|上线|投用|启用|建成|签订?|开始|更新|登录|立项|审批|批复|到期)$"
)
_MUST_BE_KNOWN = frozenset({"status", "power"})
_NO_CONTRACT_END = re.compile(r"^(长期|永久|无固定期限|长期有效|持续|终身|终身维护|永久有效|长期维护)$")


@dataclass(frozen=True, slots=True)
class Issue:
    """Why a cell has no value. `key` makes the answer reusable: the unit of the column, or the cell's own wording."""

    kind: GapKind
    message: Text
    question: Text | None = None
    choices: tuple[str, ...] = ()
    key: str | None = None
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as read: `value`, what to ask about it, and notes (approximate, why empty, the text it was read from)."""

    value: Value = None
    issue: Issue | None = None
    approximate: bool = False
    null_reason: str | None = None
    raw: str | None = None
    classified: bool = False
    times: int | None = None
    parts: tuple[tuple[str, float], ...] = ()  # other fields that the cell speaks of
    ditto: bool = False  # 同上: the reader of rows puts the value above in its place

    @property
    def remarkable(self) -> bool:
        """Whether there is more to it than its value."""
        return bool(self.issue or self.approximate or self.null_reason or self.raw or self.classified)


_SAME_AS = re.compile(r"^[同与]([\u4e00-\u9fff]{2,12}?)(相同|一致|同)?$")
_ELSEWHERE = re.compile(
    r"^[(（]?(详见|见|参见|参照|请见|同见)(备注|附件|附表|附图|说明|下表|上表|另表|方案|合同|台账).{0,12}$"
)
DITTOS = frozenset(
    {"同上", "同上。", "同 上", "如上", "同前", "同上行", "〃", "″", "〞", '"', '""', "''", "“", "”", "“”", "〃〃"}
)
_DITTO = Cell(
    issue=Issue(
        "ambiguous", Text("写的是「同上」，紧挨着的上一行没有可用的值", "says «as above», and the row right above has no value to take"),
        Text("这一格是什么？", "what stands here?"), raw="同上",
    ), ditto=True,
)  # fmt: skip
COUNTED_ABOVE = "\ue000"  # our own sign: an amount merged over several rows counts with the first of them
EMPTY = Cell()
CLASSIFIED = Cell(classified=True)


class ColumnReader(dict[Raw, Cell]):
    """Reads the cells of one column; a look-up reads, a second look-up of the same value remembers.

    Args:
        name: canonical field.
        words: the vocabulary.
        unit: the unit in the heading, if any.
        answers: what people answered for this department and column: issue key → answer.
        month_only: the column's number format shows no day.
        percent_format: the column's number format multiplies by 100.
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
    ) -> None:
        super().__init__()
        self.name = name
        self.type = FIELDS[name].type
        self.words = words
        self.unit = unit
        self.answers = answers or {}
        self.month_only = month_only
        self.percent_format = percent_format
        self[COUNTED_ABOVE] = Cell(null_reason="merged")
        self.remarkable: set[Raw] = {COUNTED_ABOVE}
        self.has_dittos = False

    def __missing__(self, raw: Raw) -> Cell:
        cell = self._read(raw)
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
                return _DITTO
            may_be_nothing = len(text) <= _LONGEST_NOTHING and first_key(text[0]) in self.words.nothing_firsts
            reason = self.words.nothing.get(value_key(text)) if may_be_nothing else None
            if reason is not None and not (self.type in {"yes_no", "secrecy"} and reason in {"none", "not-applicable"}):
                return self._nothing(text, reason)
            if self.type in _FOLDED:
                raw = text
            if self.name in _MAY_MARK and _MARKS_CLASSIFIED.match(value_key(text)):
                return CLASSIFIED
        return _READERS[self.type](self, raw)

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
            quantity = read_quantity(unicodedata.normalize("NFKC", text), self.type)
            if quantity is not None:
                return Cell(_scaled(quantity, answer, self.type), raw=text)
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


def plain_text(raw: Raw) -> str:
    """A cell as text: whole numbers without `.0`, long numbers in full, dates as ISO text."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e18 else repr(raw)
    if isinstance(raw, datetime):
        return raw.isoformat(sep=" ") if raw.time() != time() else raw.date().isoformat()
    if isinstance(raw, date | time):
        return raw.isoformat()
    return folded(str(raw))


def _normal(raw: Raw) -> str:
    return widths(plain_text(raw)).strip()


def _text(column: ColumnReader, raw: Raw) -> Cell:
    whole = raw if isinstance(raw, str) else plain_text(raw)
    text, secret = mask(whole[:MAX_TEXT])
    if secret:
        return Cell(text, issue=_credential(text))
    chosen = (_no_department(column, whole) if column.name in DEPARTMENT_FIELDS else None) or _chosen(column, whole)
    if chosen is not None:
        return chosen
    if len(whole) > MAX_TEXT:
        zh, en = (
            f"只保存了前 {MAX_TEXT} 个字，原有 {len(whole)} 个",
            f"only its first {MAX_TEXT} of {len(whole)} characters were kept",
        )
        return Cell(text, issue=Issue("partial", Text(zh, en)))
    return Cell(text)


_LETTER = re.compile(r"[^\W\d_]")
_SEVERAL = re.compile(r"[,，、;；\s/]+")


def _no_department(column: ColumnReader, whole: str) -> Cell | None:
    """A department's cell that holds a number, or several departments; `None` for a name."""
    if not _LETTER.search(whole):
        return column.unreadable(whole, "不是单位名称", "is not a department's name")
    several = _several_departments(whole)
    return (
        column.ask(whole, "写了几个单位，以哪个为准？", "several departments: which holds?", several)
        if several
        else None
    )


def _several_departments(whole: str) -> tuple[str, ...]:
    """The departments that one cell names side by side; empty where it names one."""
    if not _SEVERAL.search(whole):
        return ()
    pieces = tuple(folded(piece) for piece in _SEVERAL.split(whole) if piece.strip())
    return pieces if sum(map(looks_like_department, pieces)) > 1 else ()


def _chosen(column: ColumnReader, whole: str) -> Cell | None:
    """A text of which one option is ticked, or that points to another column; `None` for any other text."""
    if _BOX.search(whole) and any(tick in whole for tick in _TICKED):
        ticked = _ticked(whole)
        if ticked == whole:
            return column.ask(whole[:200], "打了勾的是哪一项？", "which option is ticked?", ())
        return Cell(ticked, raw=whole[:200])
    if whole.count("☑") > 1:
        options = tuple(re.findall(r"☑([^☑、]+)", whole))
        return column.ask(whole.replace("☑", ""), "打了几个勾，是哪一个？", "several are ticked: which is it?", options)
    if (m := _SAME_AS.match(folded(whole))) and column.words.meaning((m[1],)) is not None:  # 同承建单位
        return column.ask(whole, "指的是另一栏的内容，请写出来", "points to another column; please write it out", ())
    return None


def _name(column: ColumnReader, raw: Raw) -> Cell:
    """A name; what does not read like a system's name is asked, and taken where the answer repeats it."""
    text = raw if isinstance(raw, str) else plain_text(raw)
    if column.name != "sys_name":
        return _text(column, raw)
    if _PLAIN_NAME.fullmatch(text) and _NEGATIONS.isdisjoint(text):
        return _text(column, raw)
    if _NAMED_CLASSIFIED.search(text):
        return CLASSIFIED
    if says_there_is_none(text):
        return Cell(null_reason="none", raw=text)
    bare = _NUMBERED.sub("", text)  # the number changes with the order of rows, the system does not
    why = _why_no_name(column, text, bare)
    if why is not None:
        return column.unreadable(text, why.zh, why.en)
    return replace(_text(column, bare), raw=text) if bare != text else _text(column, raw)


def _why_no_name(column: ColumnReader, text: str, bare: str) -> Text | None:
    if len(_ITEM_START.findall(text)) > 1 or lists_systems(text):
        zh = "里像是有几个系统，请一行写一个；确是一个的，把名称照抄为答复"
        return Text(zh, "seems to hold several systems; one row each, or answer with the name if it is one")
    if _NO_NAME.match(text):
        return Text("是数、日期或示例，不是系统名称", "is a number, a date or an example, not a system's name")
    is_yes_no = value_key(bare) in column.words.yes | column.words.no
    doubt = Text("是“是/否”", "is a yes or no") if is_yes_no else name_doubt(bare)
    return None if doubt is None else Text(f"{doubt.zh}，不像系统名称", f"{doubt.en}, not like a system's name")


def _credential(shown: str) -> Issue:
    return Issue("credential", Text("单元格里有账号或密码，已屏蔽；请从台账中删除", "an account or password stood here; it was masked, please remove it"), raw=shown[:200])  # fmt: skip


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
    head = words.get(value_key(_HEAD.split(_ticked(text), maxsplit=1)[0]))
    if head:
        return Cell(head, raw=mask(text)[0])
    if column.name in _MUST_BE_KNOWN:  # rules and plans turn on it
        return column.ask(text, "属于哪一种？", "which of these is it?", tuple(dict.fromkeys(words.values())))
    return _text(column, raw)


def _ticked(text: str) -> str:
    """The option that is ticked on a form: `☑是 □否`, `是√ 否□`; the text itself where nothing or several are.

    Whether the boxes stand before or after their options is seen at the ends: `一级□二级☑三级□` ticks the second.
    """
    found = set(_ticks(text))
    return found.pop() if len(found) == 1 else text


def _ticks(text: str) -> list[str]:
    """All options that are ticked; none where it cannot be seen which box belongs to which option."""
    plain = _IN_BRACKETS.sub(lambda m: "☑" if m[1] else "□", text).strip()
    if not _BOX.search(plain):
        return []
    first, last = plain[0] in _TICKED + _UNTICKED, plain[-1] in _TICKED + _UNTICKED
    return [] if first == last else list(dict.fromkeys((_AFTER_BOX if first else _BEFORE_BOX).findall(plain)))


def _yes_no(column: ColumnReader, raw: Raw) -> Cell:
    """Yes or no, alone or at the head of an explanation: `否，无对接`."""
    text = _ticked(plain_text(raw))
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


def _date(column: ColumnReader, raw: Raw) -> Cell:
    source: Raw = widths(raw) if isinstance(raw, str) else raw
    if column.name in _ENDS and isinstance(source, str) and (m := _FROM_TO.fullmatch(source.strip())):
        end = read_date(m[1], month_only=column.month_only)
        if end.iso is not None:
            return Cell(end.iso, raw=plain_text(raw))
    read = read_date(source, month_only=column.month_only)
    shown = plain_text(raw)
    if read.iso is not None:
        odd = isinstance(raw, str) and (read.approximate or read.noted)
        return Cell(read.iso, approximate=read.approximate, raw=shown if odd else None)
    if read.choices:
        return column.ask(
            shown, f"是 {' 还是 '.join(read.choices)}？", f"which of {', '.join(read.choices)}?", read.choices
        )
    if isinstance(raw, str) and (m := _NOT_YET.match(_normal(raw))):
        return Cell(null_reason="not-yet", raw=m[0])
    if isinstance(raw, str) and _NO_CONTRACT_END.match(_normal(raw)):
        return Cell(null_reason="open-ended", raw=shown)
    return column.unreadable(raw, "不是日期，应如 2019-03 或 2019年3月", "is not a date; expected 2019-03 or 2019年3月")


def _quantity(column: ColumnReader, raw: Raw) -> Cell:  # noqa: PLR0911 - one return for each thing that can be wrong
    dimension = column.type
    text = _normal(raw)
    if isinstance(raw, bool | date | datetime | time | timedelta):
        return column.unreadable(raw, "不是数", "is not a number")
    bare, remark = (text, None) if not isinstance(raw, str) else without_remark(text)
    if remark is not None and DOUBTFUL_WORDS.search(remark) and not is_harmless(remark):
        remark, bare = None, text
    quantity = Quantity(float(raw)) if isinstance(raw, int | float) else read_quantity(bare, dimension)
    parts = _disk_parts(column, text) if quantity is None else None
    if parts is not None:
        return parts
    if quantity is None:
        return column.unreadable(
            raw, f"读不成{FIELDS[column.name].label.zh}的数", f"is not a number for {FIELDS[column.name].label.en}"
        )
    if quantity.number < 0:
        return column.unreadable(raw, "是负数", "is negative")
    unit = quantity.unit or column.unit
    if remark is not None:
        return replace(_quantity(column, bare), raw=text)
    if quantity.unit is None and unit is not None and (doubt := against_its_unit(column.name, quantity.number, unit)):
        return column.ask(text, doubt.zh, doubt.en, _UNIT_QUESTIONS[dimension][2])
    if unit is not None and factor(unit, dimension) is None:
        return column.unreadable(raw, f"的单位 {unit} 不适用", f"has the unit {unit}, which does not fit")
    if unit is None:
        return _unitless(column, quantity, raw)
    if (
        quantity.unit
        and column.unit
        and _scaled(quantity, unit, dimension) != _scaled(quantity, column.unit, dimension)
    ):
        noted = plain_text(raw)  # the cell's own unit wins over the heading's; the text is kept so that it can be seen
        return _typed(column, quantity, unit, noted)
    marked = quantity.approximate or quantity.times is not None
    return _typed(column, quantity, unit, plain_text(raw) if marked else None)


def _disk_parts(column: ColumnReader, text: str) -> Cell | None:
    """`系统盘100G+数据盘500G` in a column of storage: the whole, and its parts for columns that the sheet has not."""
    if column.name not in {"storage", "disk"}:
        return None
    found = read_capacity(text)
    if not isinstance(found, Capacity) or found.vcpu is not None or found.memory_gib is not None or found.counted:
        return None
    sizes = {"sys_disk": found.sys_disk_gib, "data_disk": found.data_disk_gib, "disk": found.disk_gib}
    known = {name: _whole(size) for name, size in sizes.items() if size is not None}
    if not known:
        return None
    parts = tuple((name, size) for name, size in known.items() if name != "disk")
    return Cell(_whole(sum(known.values())), raw=plain_text(text), parts=parts)


def _whole(number: float) -> float:
    return int(number) if float(number).is_integer() else number


def _typed(column: ColumnReader, quantity: Quantity, unit: str, noted: str | None) -> Cell:
    value = _scaled(quantity, unit, column.type)
    if column.type in {"cores", "count"}:
        if not float(value).is_integer():
            return column.unreadable(noted or quantity.number, "不是整数", "is not a whole number")
        value = int(value)
    return Cell(value, approximate=quantity.approximate, raw=noted, times=quantity.times)


def _scaled(quantity: Quantity, unit: str, dimension: str) -> float:
    scale = factor(unit, dimension)
    value = round(float(quantity.number) * (1.0 if scale is None else scale), 9)
    return int(value) if value.is_integer() and dimension in {"size", "bandwidth"} else value


_PLAIN_UNIT = {"cores": "核", "count": "个", "number": "个"}


def _unitless(column: ColumnReader, quantity: Quantity, raw: Raw) -> Cell:
    """A number with no unit in cell or heading: clear for counts, clear within declared bounds, else a question."""
    noted = plain_text(raw) if quantity.approximate or quantity.times else None
    if column.type in _PLAIN_UNIT:
        return _typed(column, quantity, _PLAIN_UNIT[column.type], noted)
    if quantity.number == 0:
        return Cell(0)
    bounds = column.words.bare.get(column.name)
    if bounds and bounds[1] <= quantity.number / (quantity.times or 1) <= bounds[2]:
        return _typed(column, quantity, bounds[0], noted)
    text = plain_text(raw)
    zh, en, choices = _UNIT_QUESTIONS[column.type]
    return column.ask(text, zh, en, choices, key="unit")


_UNIT_QUESTIONS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "size": ("没有单位，是 GB、TB 还是 MB？", "no unit: GB, TB or MB?", ("GB", "TB", "MB")),
    "money": ("没有单位，是万元还是元？", "no unit: 万元 or 元？", ("万元", "元")),
    "bandwidth": ("没有单位，是 Mbps 还是 Gbps？", "no unit: Mbps or Gbps?", ("Mbps", "Gbps")),
    "ratio": ("没有 %，是比例还是百分数？", "no %: a share or percent?", ("%", "ratio")),
}


def _ratio(column: ColumnReader, raw: Raw) -> Cell:
    """`45%` and a percent-formatted 0.45 are clear; 0.45 below a heading with % is 0.45 % unless formatted."""
    if isinstance(raw, str) and _PLAIN_NUMBER.fullmatch(text := _normal(raw)):
        number = float(text)
        if column.unit is not None and 0 < number <= 1:
            return _share_or_percent(column, raw, number)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        if column.percent_format:
            return Cell(float(raw)) if 0 <= raw <= _MOST_USED else column.unreadable(raw, "不是使用率", "is no usage")
        if column.unit is None and 1 < raw <= 100 * _MOST_USED:
            return Cell(round(raw / 100, 9))
        if column.unit is not None and 0 < raw <= 1:
            return _share_or_percent(column, raw, float(raw))
    cell = _quantity(column, raw)
    if isinstance(cell.value, int | float) and cell.value > _MOST_USED:
        return column.unreadable(raw, "超过 100%，不是使用率", "is over 100 %, which is no usage")
    return cell


_PLAIN_NUMBER = re.compile(r"\d+(\.\d+)?")
_MOST_USED = 1.0


def _share_or_percent(column: ColumnReader, raw: Raw, number: float) -> Cell:
    return column.ask(
        plain_text(raw), f"是 {number:g}% 还是 {number:.0%}？", f"is it {number:g}% or {number:.0%}?", ("%", "ratio"), key="unit"
    )  # fmt: skip


def _level(column: ColumnReader, raw: Raw) -> Cell:
    text = plain_text(raw)
    read = read_level(value_key(_ticked(text)))
    noted = mask(text)[0] if read.noted else None
    if read.ungraded:
        return Cell(null_reason="ungraded", raw=noted)
    if read.level is not None:
        return Cell(read.level, raw=noted)
    return column.ask(text, "是等保几级？", "which MLPS level?", ("一级", "二级", "三级", "四级", "未定级"))


def _secrecy(column: ColumnReader, raw: Raw) -> Cell:
    text = _ticked(plain_text(raw))
    key = value_key(text)
    if "★" in text or "☆" in text:
        return CLASSIFIED
    if _BOX.search(text):  # boxes, and none or several of them ticked
        return column.ask(
            text, "没有打勾，涉密还是非涉密？", "nothing is ticked: classified or not?", ("非涉密", "涉密")
        )
    if "工作秘密" in key:  # no state secret, and yet nothing for a public zone
        return column.ask(text, "工作秘密不是国家秘密，能不能上云由单位认定：按非涉密导入，还是只计数？", "a work secret: to be taken as not classified, or only counted?", ("非涉密", "涉密"))  # fmt: skip
    if _UNCLASSIFIED.match(key) or re.match(r"^(非涉密|不涉密|非密|否[,，(（])", key):
        return Cell("非涉密")
    if _CLASSIFIED.match(key) or re.search(r"(?<![非不未无脱])(涉密|机密|绝密|秘密)", key):
        return CLASSIFIED
    return column.ask(
        plain_text(raw),
        "涉密还是非涉密？由保密部门认定",
        "classified or not? The secrecy office decides",
        ("非涉密", "涉密"),
    )


def split_list(text: str) -> tuple[str, ...]:
    """Several words in one cell: by comma, 、, semicolon or line, numbered or not; repetitions are dropped."""
    items = (item.strip() for item in _LIST.split(text))
    return tuple(dict.fromkeys(item for item in items if item))


def _list(column: ColumnReader, raw: Raw) -> Cell:
    text = raw if isinstance(raw, str) else plain_text(raw)
    if _BOX.search(text) and any(tick in text for tick in _TICKED):
        options = _ticks(text)
        return (
            Cell(tuple(options), raw=text)
            if options
            else column.ask(text[:200], "打了勾的是哪几项？", "which options are ticked?", ())
        )
    masked, secret = mask(widths(text).replace("☑", "")[:MAX_TEXT])
    items = tuple(folded(item) for item in split_list(_ITEM_START.sub("\n", masked)))
    nothing = column.words.nothing
    kept = tuple(item for item in items if value_key(item) not in nothing)
    return Cell(kept or None, issue=_credential(masked) if secret else None)


_WITH_MASK = re.compile(r"^(\d{1,3}\.){3}\d{1,3}/\d{1,3}$")


def _addresses(column: ColumnReader, raw: Raw) -> Cell:
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


def _urls(_column: ColumnReader, raw: Raw) -> Cell:
    found, beside = read_urls(widths(raw if isinstance(raw, str) else plain_text(raw)))
    if not beside:
        return Cell(found or None)
    zh = "网址以外的内容（可能是账号密码）没有保存；请从台账中删除账号密码"
    return Cell(
        found or None,
        issue=Issue("credential", Text(zh, "what is not an address (an account, a password) was not kept"), raw="***"),
    )


def _person(_column: ColumnReader, raw: Raw) -> Cell:
    return Cell(plain_text(raw))


_READERS = {
    "text": _text, "name": _name, "code": _code, "choice": _choice, "yes_no": _yes_no, "date": _date, "count": _quantity,
    "number": _quantity, "cores": _quantity, "size": _quantity, "money": _quantity, "ratio": _ratio, "bandwidth": _quantity,
    "level": _level, "secrecy": _secrecy, "list": _list, "addresses": _addresses, "urls": _urls, "person": _person,
    "phone": _person, "credential": _person,
}  # fmt: skip
