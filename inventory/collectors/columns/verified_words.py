"""Words of headings above two values of one thing, as it was reported and as it was verified, and of cells that say: unchanged."""

from __future__ import annotations

import re
import unicodedata

_CHECKED = r"(核实|核对|复核|核查|审核|校核|核定)"
_CHANGED = r"(修改|变更|更正|修正|调整|订正|更新|补正|确认)"
_VERIFIED = re.compile(
    rf"{_CHECKED}(以|之)?后|{_CHANGED}(以|之)?后|(核实|复核|核查|校核|更正|修正|订正)的?(内容|值|数|数值|结果|数据)?$"
)
_BY_ITSELF = re.compile(r"(核实|核对|复核|核查|校核|核定|更正|修正|订正)")
_ORIGINAL = re.compile(
    rf"{_CHECKED}(以|之)?前|{_CHANGED}(以|之)?前|^原(填|报|值|数|内容|始)|\(原\)|原(填报?|上报|报送)|初报|初次(填报|上报)|^(自行)?填报的?(内容|值|数|数据)$|^上报的?(内容|值|数|数据)$|^原$"
)
# What the verified cell says where the reported value holds.
_UNCHANGED = re.compile(
    r"^(同左|同右|同原|同前|同原填报?(内容)?|同填报|同上报|与?原填?报?(内容)?(一致|相同)|(原填报?|填报|上报)?无误|无变化|无变动|没有?变化|没变|未变化?|未变动|未修改|无需修改|不变|一致|相同|属实|正确|√|✓|✔|—+|-+|〃|″)$"
)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_original(text: str) -> bool:
    """Whether a heading says that what stands below it is as it was first reported: 原填报内容, 修改前."""
    return bool(_ORIGINAL.search(_plain(text)))


def is_verified(text: str) -> bool:
    """Whether a heading says that what stands below it was verified or put right: 核实后内容, 修改后."""
    return bool(_VERIFIED.search(_plain(text).rstrip(")"))) and not is_original(text)


def is_verified_by_itself(text: str) -> bool:
    """Whether it says so even beside a heading that says nothing: 变更后 may be what is wished for, 核实后 may not."""
    return is_verified(text) and bool(_BY_ITSELF.search(_plain(text)))


def says_unchanged(text: str) -> bool:
    """Whether a verified cell says that the reported value holds."""
    return bool(_UNCHANGED.match(_plain(text).rstrip("。")))
