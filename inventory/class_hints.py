"""What a system's name or remark suggests about its class, where the ledger does not state one."""

from __future__ import annotations

from collections.abc import Mapping

# Words in names that suggest a class which is idle by design (domain: flood season, examinations, year-end, standby).
# They never make a verdict; where the class would change one, they turn it into a question.
NAME_HINTS: Mapping[str, tuple[str, ...]] = {
    "standby": ("灾备", "容灾", "备份", "备用", "双活"),
    "emergency": ("应急", "突发", "防汛", "抗旱", "山洪", "防火", "疫情", "流调"),
    "seasonal": (
        "考试", "报名", "招生", "中考", "高考", "录取", "普查", "年报", "年检", "汇算", "决算", "征兵", "供热", "供暖", "采暖",
        "汛", "秸秆", "大赛", "评审", "鉴定", "申报", "认定", "换届", "提案", "补贴", "采集", "人工影响天气",
    ),
    "test": ("测试", "演示", "培训环境"),
}  # fmt: skip


# What departments write into the remarks of a ledger that has no column for the class.
REMARK_HINTS: Mapping[str, tuple[str, ...]] = {
    "standby": ("灾备", "容灾", "备用", "双活"),
    "seasonal": ("季节", "集中使用", "汛期使用", "期间使用", "期间启用", "业务季"),
    "emergency": ("应急时", "应急启用", "战时"),
    "test": ("测试用", "测试环境", "演示用"),
}


def hinted_class(name: str, remark: str = "") -> str | None:
    """The class that a system's name or the ledger's remark suggests, if any."""
    hinted = ((name, NAME_HINTS), (remark, REMARK_HINTS))
    return next(
        (kind for text, hints in hinted for kind, words in hints.items() if any(word in text for word in words)), None
    )
