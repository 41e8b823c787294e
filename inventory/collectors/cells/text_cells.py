"""Cells of words: texts, names, lists, boxes that are ticked. Secrets in them are masked before anything else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.collectors.cells.cell_types import CLASSIFIED, Cell, Issue, Raw, plain_text
from inventory.collectors.cells.text_forms import folded, looks_like_department, widths
from inventory.collectors.columns.heading_keys import value_key
from inventory.collectors.rows.system_names import NO_SERVER, lists_systems, name_doubt, says_there_is_none
from inventory.collectors.secrets.credentials import mask
from inventory.names import DEPARTMENT_FIELDS

if TYPE_CHECKING:
    from inventory.collectors.cells.cells import ColumnReader


MAX_TEXT = 8000  # characters kept of one cell; a spreadsheet cell holds 32,767

_LIST = re.compile(r"[┋,，、;；\n\r|]+|(?<=[\u4e00-\u9fff])/(?=[\u4e00-\u9fff])")

# 12345 is a hotline; what is shorter is a count
_NO_NAME = re.compile(
    r"^(\d{1,4}(\.\d+)?|\d+\.\d+|\d{4}[-/年.]\d{1,2}([-/月.](\d{1,2}日?)?)?|[XxＸｘ×]{2,}(?![A-Za-z0-9-])\S{0,8}|[(（【]?(示例|样例|举例|范例)[)）】：:].*)$"
)

_NUMBERED = re.compile(r"^(?:[*＊]+|\d{1,3}[、.．]|[(（]\d{1,3}[)）]|[①-⑳])\s*(?=[^\d\s])")

_ITEM_START = re.compile(r"(?:^|(?<=[\s,，、;；]))(?:\d{1,2}[、.)）](?!\d)|[（(]\d{1,2}[)）]|[①-⑳])\s*")

# Most names: letters that end as systems do, and begin as no remark does. The rest is looked at closely.
_PLAIN_NAME = re.compile(
    r"(?!其[他它余]的?(?:系统|平台|应用)$|其中|其余|以上|以下|上述|下列|上面|另|此外|包括|包含|含|详见|参见|见|注|说明|备注|本|此|填|接上|续|共计|等\d|我|目前|现|经查|涉密)[\u4e00-\u9fffA-Za-z][\u4e00-\u9fffA-Za-z0-9]{1,30}(?:系统|平台|网站|门户)\d{0,8}"
)

_NEGATIONS = frozenset("无没未暂均")

# 公文交换系统（涉密）, 机密★ in the name itself
_NAMED_CLASSIFIED = re.compile(
    r"[(（\[【〔]\s*(涉密|机密|绝密|秘密|涉密(信息)?系统|涉密网|[机秘绝]密级?|密|内部涉密|涉密项目)\s*[)）\]】〕]|[机绝秘]密\s*★|^涉密[:：]"
)

TICKED, _UNTICKED = "☑■√✓✔", "□☐○"

_IN_BRACKETS = re.compile(r"[(（]\s*([√✓✔☑■]?)\s*[)）]")

BOX = re.compile(f"[{_UNTICKED}]")

_OPTION = rf"([^\s{TICKED}{_UNTICKED},，、;；/]{{1,12}})"

_AFTER_BOX = re.compile(rf"[{TICKED}]\s*{_OPTION}")

_BEFORE_BOX = re.compile(rf"{_OPTION}\s*[{TICKED}]")

_SAME_AS = re.compile(r"^[同与]([\u4e00-\u9fff]{2,12}?)(相同|一致|同)?$")


def names_classified(name: str) -> bool:
    """Whether a name itself says that what it names is classified: 公文交换系统（涉密）."""
    return bool(_NAMED_CLASSIFIED.search(name))


def text_cell(column: ColumnReader, raw: Raw) -> Cell:
    """A text without secrets; a department must be one, and of several options one must be ticked."""
    whole = raw if isinstance(raw, str) else plain_text(raw)
    text, secret = mask(whole[:MAX_TEXT])
    if secret:
        return Cell(text, issue=credential_issue(text))
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
    if BOX.search(whole) and any(tick in whole for tick in TICKED):
        chosen = ticked(whole)
        if chosen == whole:
            return column.ask(whole[:200], "打了勾的是哪一项？", "which option is ticked?", ())
        return Cell(chosen, raw=whole[:200])
    if whole.count("☑") > 1:
        options = tuple(re.findall(r"☑([^☑、]+)", whole))
        return column.ask(whole.replace("☑", ""), "打了几个勾，是哪一个？", "several are ticked: which is it?", options)
    if (m := _SAME_AS.match(folded(whole))) and column.words.meaning((m[1],)) is not None:  # 同承建单位
        return column.ask(whole, "指的是另一栏的内容，请写出来", "points to another column; please write it out", ())
    return None


def name_cell(column: ColumnReader, raw: Raw) -> Cell:
    """A name; what does not read like a system's name is asked, and taken where the answer repeats it."""
    text = raw if isinstance(raw, str) else plain_text(raw)
    if column.name != "sys_name":
        is_device = column.name == "server_name" and NO_SERVER.search(text.strip())
        return (
            column.unreadable(text, "是设备，不是服务器", "is a device, not a server")
            if is_device
            else text_cell(column, raw)
        )
    if _PLAIN_NAME.fullmatch(text) and _NEGATIONS.isdisjoint(text):
        return text_cell(column, raw)
    if _NAMED_CLASSIFIED.search(text):
        return CLASSIFIED
    if says_there_is_none(text):
        return Cell(null_reason="none", raw=text)
    bare = _NUMBERED.sub("", text)  # the number changes with the order of rows, the system does not
    why = _why_no_name(column, text, bare)
    if why is not None:
        return column.unreadable(text, why.zh, why.en)
    return text_cell(column, bare)._replace(raw=text) if bare != text else text_cell(column, raw)


def _why_no_name(column: ColumnReader, text: str, bare: str) -> Text | None:
    if len(_ITEM_START.findall(text)) > 1 or lists_systems(text):
        zh = "里像是有几个系统，请一行写一个；确是一个的，把名称照抄为答复"
        return Text(zh, "seems to hold several systems; one row each, or answer with the name if it is one")
    if _NO_NAME.match(text):
        return Text("是数、日期或示例，不是系统名称", "is a number, a date or an example, not a system's name")
    is_yes_no = value_key(bare) in column.words.yes | column.words.no
    doubt = Text("是“是/否”", "is a yes or no") if is_yes_no else name_doubt(bare)
    return None if doubt is None else Text(f"{doubt.zh}，不像系统名称", f"{doubt.en}, not like a system's name")


def credential_issue(shown: str) -> Issue:
    """An account or password that was masked."""
    return Issue("credential", Text("单元格里有账号或密码，已屏蔽；请从台账中删除", "an account or password stood here; it was masked, please remove it"), raw=shown[:200])  # fmt: skip


def ticked(text: str) -> str:
    """The option that is ticked on a form: `☑是 □否`, `是√ 否□`; the text itself where nothing or several are.

    Whether the boxes stand before or after their options is seen at the ends: `一级□二级☑三级□` ticks the second.
    """
    found = set(ticks(text))
    return found.pop() if len(found) == 1 else text


def ticks(text: str) -> list[str]:
    """All options that are ticked; none where it cannot be seen which box belongs to which option."""
    plain = _IN_BRACKETS.sub(lambda m: "☑" if m[1] else "□", text).strip()
    if not BOX.search(plain):
        return []
    first, last = plain[0] in TICKED + _UNTICKED, plain[-1] in TICKED + _UNTICKED
    return [] if first == last else list(dict.fromkeys((_AFTER_BOX if first else _BEFORE_BOX).findall(plain)))


def split_list(text: str) -> tuple[str, ...]:
    """Several words in one cell: by comma, 、, semicolon or line, numbered or not; repetitions are dropped."""
    items = (item.strip() for item in _LIST.split(text))
    return tuple(dict.fromkeys(item for item in items if item))


def list_cell(column: ColumnReader, raw: Raw) -> Cell:
    """Several words: by comma or line, numbered, or all options that are ticked."""
    text = raw if isinstance(raw, str) else plain_text(raw)
    if BOX.search(text) and any(tick in text for tick in TICKED):
        options = ticks(text)
        return (
            Cell(tuple(options), raw=text)
            if options
            else column.ask(text[:200], "打了勾的是哪几项？", "which options are ticked?", ())
        )
    masked, secret = mask(widths(text).replace("☑", "")[:MAX_TEXT])
    items = tuple(folded(item) for item in split_list(_ITEM_START.sub("\n", masked)))
    nothing = column.words.nothing
    kept = tuple(item for item in items if value_key(item) not in nothing)
    return Cell(kept or None, issue=credential_issue(masked) if secret else None)
