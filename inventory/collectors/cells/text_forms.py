"""Forms of text that readers share: trimmed for storage, simplified for comparison, and what looks like a department."""

from __future__ import annotations

import re
import unicodedata

from inventory.names import normalised

_DEPARTMENT_END = (
    "局", "委", "办", "厅", "法院", "检察院", "办公室", "委员会", "政府", "中心", "联合会", "总工会", "管委会", "总队", "支队",
    "集团", "组织部", "宣传部", "统战部", "党校", "学校", "大学", "医院", "研究所", "工商联", "侨联", "妇联", "残联", "文联", "团市委", "社", "公司", "馆", "站", "所", "队", "镇", "乡", "街道", "办事处", "卫生院", "海关", "海事处", "支行", "分行", "电视台", "基金会", "工委", "园区", "协会", "学院", "中学", "小学", "幼儿园",
)  # fmt: skip
_NOT_A_DEPARTMENT = ("台账", "清单", "汇总", "中心机房", "备案")


_LIST_NUMBER = re.compile("[①-⑳⑴-⒇⒈-⒛㈠-㈩❶-❿⓪⓿]")


def widths(text: str) -> str:
    """Full-width forms as plain ones (NFKC). A circled number opens an item and never becomes a digit of what follows it."""
    return text if text.isascii() else unicodedata.normalize("NFKC", _LIST_NUMBER.sub(" ; ", text))


def folded(text: str) -> str:
    """Text as it is stored: full-width spaces and line breaks become one space, ends are trimmed."""
    return " ".join((text.replace("_x000D_", " ") if "_x000D_" in text else text).split())


def looks_like_department(text: str) -> bool:
    """Whether a sheet's or file's name reads like that of a department."""
    if ":" in text or "：" in text:  # 承建单位：某某公司 is a label with a value
        return False
    plain = normalised(text)
    return 2 <= len(plain) <= 24 and plain.endswith(_DEPARTMENT_END) and not plain.endswith(_NOT_A_DEPARTMENT)
