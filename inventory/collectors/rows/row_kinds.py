"""Rows of a sheet that are no records: banners, key rows, repeated headings, totals, footnotes, sign-off lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from inventory.collectors.cells.cell_types import Raw
from inventory.names import simplified

_TOTAL = re.compile(
    r"^(总数|累计|合计数|平均值?|subtotal|total|sum|.{0,14}?(合计|小计|总计|共计))[：:]?(\(.*\)|共?\d+[个台套项家](系统)?)?$"
)
_FOOTNOTE = re.compile(
    r"^(注\d*|备注|说明|填表说明|填报说明|填写说明|填表须知|填报要求|附注|特别说明|温馨提示|note)[：:.、\s]|^(注|备注说明)$|^(提示|提醒|注意|要求|填报范围)[：:]|^请(勿|各|于|如实|按|将|严格|认真)|^(共|合计|总计|共计)\d+[个台套项家]|^\*|^※"
)
_SIGNER = r"(填报人|填表人?|审核人?|制表人?|填报单位|填表单位|填报日期|填表日期|填表时间|填报时间|负责人|单位负责人|单位盖章|盖章|经办人?|分管领导|主管领导|联系人|报送单位|统计人|复核人?|单位\(盖章\)|填报部门)"
# 填表人：张三; 填表人 alone in its cell, the name in the next; 联系人 张三 13800000000
_SIGN_OFF = re.compile(
    rf"^{_SIGNER}(\(?签[字章名]\)?|\(?盖章\)?|\(.*\))?([：:]|$)|^{_SIGNER}[\u4e00-\u9fff]{{2,4}}(电话)?[：:]?(1[3-9]\d{{9}}|0\d{{2,3}}-?\d{{7,8}})"
)
# 申请单位意见 | 同意: the boxes at the foot of a form
_OPINION = re.compile(
    r"^(单位|部门|科室|处室|股室|领导|主管|申请|审批|审核|初审|复核|分管|业务|大数据|网信|数据局|保密|财政|本|我|上级).{0,8}意见(\(.*\))?[：:]?$"
)
_EXAMPLE = re.compile(r"^(示例|样例|举例|例|填写示例|填报示例|示范|example)\d*[：:]?$")
_WHAT_TO_FILL_IN = re.compile(r"^(填写|填报|填表)(说明|要求|须知|规范)$|^注意事项$")  # heads a row or column of advice
_PAGES = re.compile(r"^(第\d+页[,，]?(共\d+页)?|共\d+页(第\d+页)?)$")
_CARRIED = re.compile(r"^(过次页|承前页|承上页|转下页|接上页|转次页)[：:]?$")
_KINDS = (
    ("sign-off", _SIGN_OFF),
    ("sign-off", _OPINION),
    ("advice", _WHAT_TO_FILL_IN),
    ("footnote", _FOOTNOTE),
    ("footnote", _PAGES),
    ("example", _EXAMPLE),
)
_IDENTIFIER = re.compile(r"^[A-Za-z_][A-Za-z0-9_.]*$")
_NUMBERING = re.compile(r"^[(（]?(\d{1,3}|[A-Z]{1,2}|[一二三四五六七八九十]{1,3})[)）]?$")
_CLASSIFIED_FILE = re.compile(r"(绝密|机密|秘密)\s*[★☆*]|^(绝密|机密|秘密)$")
CLASSIFIED_ROW = "（涉密系统，请勿在此填报）"  # what a correction file leaves of a classified system's row
_SPACES = re.compile(r"\s+")
_LONGEST_TOTAL = 22  # characters of 县交通运输局一号机房合计（12台）


# The first letters of all those words, in both scripts: most texts can be told from them at one glance.
_LEADS = frozenset(
    "合小总總共本累全平Sst注备備说說填附特温溫nN※审審制製负負单單盖蓋经經分联聯报報统統复複示样樣举舉例e第过過承转轉接提要请請"
)


_TAILS = frozenset("计計：:)）见見")  # 一号机房小计, 市财政局合计（3个）


def may_lead(text: str) -> bool:
    """Whether a text can be one that `lead_kind` knows."""
    return text[0] in _LEADS or text[-1] in _TAILS or text == CLASSIFIED_ROW or text[0].isspace() or text[0] == "T"


@lru_cache(maxsize=50_000)
def lead_kind(text: str) -> str | None:
    """What the first text of a row says the row is: `total`, `footnote`, `sign-off`, `example`, `advice`, or nothing special."""
    if text == CLASSIFIED_ROW:
        return "classified"
    plain = _SPACES.sub("", simplified(text)).lower().replace("（", "(").replace("）", ")")
    if len(plain) <= _LONGEST_TOTAL and (_TOTAL.match(plain) or _CARRIED.match(plain)):
        return "total"
    return next((kind for kind, pattern in _KINDS if pattern.match(plain)), None)


def is_machine_key_row(row: Sequence[Raw]) -> bool:
    """Identifiers such as `companyId` below the headings: all ASCII, all different, several."""
    texts = [str(cell).strip() for cell in row if cell != ""]
    if len(texts) < 3 or any(not isinstance(cell, str) for cell in row if cell != ""):
        return False
    keys = sum(1 for text in texts if _IDENTIFIER.match(text))
    return keys >= 0.8 * len(texts) and len(set(texts)) >= 0.9 * len(texts) and any(text[0].islower() for text in texts)


def is_numbering_row(row: Sequence[Raw]) -> bool:
    """A row that only numbers the columns: 1 2 3 …, or 甲 A B."""
    cells = [cell for cell in row if cell != ""]
    if len(cells) < 4:
        return False
    numbers = [
        int(cell)
        for cell in cells
        if isinstance(cell, int | float) and not isinstance(cell, bool) and float(cell).is_integer()
    ]
    numbers += [
        int(cell) for cell in cells if isinstance(cell, str) and cell.strip().isdecimal() and len(cell.strip()) <= 3
    ]
    if len(numbers) >= len(cells) - 1:
        return all(b - a == 1 for a, b in pairwise(numbers))
    texts = [str(cell).strip() for cell in cells]
    return len(set(texts)) == len(texts) and all(_NUMBERING.match(text) and not text.isdigit() for text in texts)


def marks_classified_file(text: str) -> bool:
    """A secrecy marking of the whole document (`机密★10年`): it must not be on this machine."""
    return len(text) <= 20 and bool(_CLASSIFIED_FILE.search(_SPACES.sub("", text)))
