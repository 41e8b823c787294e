"""Canonical ledger values → typed values: whole numbers, GiB, dates, secrecy, zones, architectures. Pure, never guesses.

A date of a year or a month stands for its last day (`2025-10` → 2025-10-31): a contract is then not called expired, nor
a system unused, before that is certain. A value that cannot be typed gives `None`; the ledger's reader has made its gap.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Literal

from inventory.model import Secrecy, Value

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_LEVELS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "Ⅴ": 5}
_LEVEL = re.compile(r"(?:第)?([1-5一二三四五])级|^([1-5])$|[sS]([1-5])[aA]\d[gG]\d")
_ARCHITECTURES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("aarch64", ("aarch64", "arm", "鲲鹏", "kunpeng", "飞腾", "phytium")),
    ("loongarch64", ("loong", "龙芯")),
    ("sw_64", ("sw_64", "sw64", "申威")),
    ("x86_64", ("x86", "amd64", "intel", "xeon", "海光", "hygon", "兆芯", "zhaoxin")),
)
_CLASSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("website", ("website", "网站", "门户")),
    ("test", ("test", "测试", "开发环境", "演示环境", "培训环境", "验证环境", "仿真环境")),
    ("standby", ("standby", "灾备", "容灾", "备用", "后备", "热备", "冷备", "双活节点", "备份节点")),
    ("seasonal", ("seasonal", "季节", "周期性", "间歇", "阶段性", "年度性")),
    ("emergency", ("emergency", "应急", "平急两用", "平战结合")),
    ("business", ("business", "业务")),  # the last: 周期性业务系统 is seasonal
)
# With these 业务 still says nothing but business; with any other word (定期业务系统) the ledger means a kind that we do not know.
_PLAIN = re.compile(
    r"business|业务|信息|政务|应用|系统|平台|一般|普通|核心|重要|主要|关键|综合|日常|办公|专业|行业|内部|对外|部门|类|型|性|的|[\s()（）/、·\-—0-9a-z]"
)


def whole(value: Value) -> int | None:
    """A count; a number with a fraction is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value == int(value) else None


def number(value: Value) -> float | None:
    """A number."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def yes_no(value: Value) -> bool | None:
    """True, false or not known."""
    return value if isinstance(value, bool) else {"是": True, "有": True, "否": False, "无": False}.get(str(value))


def last_day(value: Value) -> date | None:
    """The last day that an ISO text of year, month or day precision can mean."""
    found = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2] or 12), found[3]
    try:
        return date(year, month, int(day) if day else calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        return None


def mlps_level(value: Value) -> int | None:
    """`三级`, `第三级`, `S3A3G3`, `3`; `未定级` and what is not a level are None."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 1 <= value <= 5 else None
    if not isinstance(value, str):
        return None
    found = _LEVEL.search("".join(str(_LEVELS.get(letter, letter)) for letter in value))
    return next((int(group) for group in found.groups() if group), None) if found else None


def secrecy(value: Value) -> Secrecy:
    """`非涉密` and `涉密` in the words met in ledgers; anything else is unknown."""
    if isinstance(value, bool):
        return "classified" if value else "unclassified"
    text = str(value or "").strip().lower()
    if text in {"非涉密", "不涉密", "否", "非密", "unclassified", "公开"}:
        return "unclassified"
    if text in {"涉密", "是", "秘密", "机密", "绝密", "秘密级", "机密级", "绝密级", "classified", "secret"}:
        return "classified"
    return "unknown"


def cpu_arch(value: Value) -> str | None:
    """An architecture in the catalogue's words: x86_64, aarch64, loongarch64, sw_64; None where several are named."""
    if not isinstance(value, str) or not value:
        return None
    text = unicodedata.normalize("NFKC", value).lower()
    found = [name for name, words in _ARCHITECTURES if any(word in text for word in words)]
    return found[0] if len(found) == 1 else None


def system_class(value: Value) -> str | None:
    """The catalogue's class that a ledger's word means, if it means one."""
    text = str(value or "").lower()
    found = next((name for name, words in _CLASSES if any(word in text for word in words)), None)
    return None if found == "business" and _PLAIN.sub("", text) else found


def power(value: Value) -> Literal["on", "off"] | None:
    """A power state in the words of clouds and exports."""
    text = str(value or "").strip().lower().replace(" ", "")
    if text in {"on", "poweredon", "running", "active", "开机", "运行", "运行中", "已开机"}:
        return "on"
    if text in {"off", "poweredoff", "stopped", "shutoff", "terminated", "关机", "已关机", "停止", "suspended", "挂起"}:
        return "off"
    return None


def texts(value: Value) -> tuple[str, ...]:
    """A list of words, each once, in the order written; one text is a list of one."""
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(item for item in value if item))
    return (str(value),) if value not in {None, ""} else ()


def united(values: Iterable[Value]) -> tuple[str, ...]:
    """Several lists as one, sorted."""
    return tuple(sorted({item for value in values for item in texts(value)}))


def comparable(value: Value) -> object:
    """A form in which equal meanings are equal: numbers by value, texts without spelling differences."""
    from inventory.names import normalised

    match value:
        case bool() | None:
            return value
        case int() | float():
            return float(value)
        case tuple():
            return tuple(sorted(normalised(item) for item in value))
        case _:
            return normalised(value)
