"""Which department a file or sheet speaks for, where its rows do not say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from inventory.collectors.cells.cell_types import Raw
from inventory.collectors.cells.text_forms import folded, looks_like_department
from inventory.names import Lineage, normalised

# Not 承建单位, 运维单位, 开发单位, 服务单位: those are of somebody else.
_LABELLED = re.compile(
    r"(填报|填表|报送|上报|申报|编制|登记)?(?<![建维护发成施应评理保务工计持])(?:单位|部门)(?:名称)?\s*(?:[(（][^()（）]{1,6}[)）])?\s*[：:]\s*([^\s：:,，;；()（）]{2,30})"
)
# 各乡镇（街道）…, 全县各学校…, 县直有关部门…: a title of many names none of them
_COLLECTIVE = re.compile(r"^(全?[省市县區区旗镇鎮]?直?(各|所有|有关|有關|相关|相關)|部分|下属|下屬)")
_KINDS = re.compile(r"^(乡镇|鄉鎮|镇街|街道|部门|单位|学校|医院|机关|直属|下属|县直|市直|区直|[及和与、（）()])+$")
_PARTS = re.compile(r"[\s_\-—–()（）【】\[\]、,，.·+]+")
_DATES = re.compile(
    r"(?:19|20)\d{2}[年.-]?\d{0,2}[月.-]?\d{0,2}日?|\d{6,8}|第?[一二三四1-4]季度|v\d+(\.\d+)*|最终版?|终稿|修改版?|汇总版|补正",
    re.IGNORECASE,
)
_ATTACHMENT = re.compile(r"^(?:附件|附表|表|附)\s*[\d一二三四五六七八九十]*\s*[-—.、：:]?\s*")
_ENDS = r"(局|管委会|(?<!管)委(?:会|员会)?(?:办公室|网信办|编办|政法委|[组宣统][织传战]部|党校)?|办公室|办(?!公)|厅|院|馆|中心|(?<!委员)(?<!委)会|政府(?:办公室|办(?!公))?|镇(?!痛)(?:人民政府|[\u4e00-\u9fff]{0,2}卫生院)?|(?<!城)乡(?!村)(?:人民政府|[\u4e00-\u9fff]{0,2}卫生院)?|街道(?:办事处)?|卫生院|海关|集团(?:公司)?|公司|[大支总]队|医院|法院|检察院|学校|协会)"
_BEHIND = "信息|应用|业务|服务器|云|资产|系统|资源|台账|清单|汇总|情况|普查|摸底|调查|软件|平台|登记|卡片|名单|统计|一览|设备|主机|机房"
# What stands behind the department in the names of files only: in a sentence such words may speak of anything.
_BEHIND_IN_FILES = "家底|盘点|报送|上报|填报|报表|梳理|排查|自查|核查|底数|台帐|明细|机器|运维|资料|材料|总表|附表|信创|上云|迁移|电子政务|表$"
_AFTER = re.compile(f"{_ENDS}(?=.*?(?:{_BEHIND}))")
_AFTER_IN_FILES = re.compile(f"{_ENDS}(?=.*?(?:{_BEHIND}|{_BEHIND_IN_FILES}))")
_MONTHS = re.compile(r"(?<!\d)\d{1,2}月(?:份|\d{1,2}[日号])?|初稿|定稿|终版|最新版?")
_OF_SENTENCES = re.compile(r"^(关于|有关|转发|请|各|给|致|报)")  # 关于报送市教育局…: no department begins so


def labelled_department(rows: Sequence[Sequence[Raw]]) -> str | None:
    """`填报单位：市卫健委` in a cell, or label and name in neighbouring cells."""
    for row in rows:
        filled = [folded(cell) for cell in row if isinstance(cell, str) and cell.strip()]
        if len(filled) > 6:
            continue  # a row of data or of headings
        for at, text in enumerate(filled):
            m = _LABELLED.search(text)
            if m and (m[1] or looks_like_department(m[2])):  # 单位：万元 is no department
                return m[2]
            bare = re.sub(r"[：:\s]|[(（].*?[)）]", "", text)
            if (
                bare in {"填报单位", "填表单位", "报送单位", "上报单位", "登记单位"}
                and at + 1 < len(filled)
                and looks_like_department(filled[at + 1])
            ):
                return filled[at + 1]
    return None


def department_in_title(text: str) -> str | None:
    """`市卫健委政务信息系统台账` names its department at the beginning."""
    return _at_beginning(text, _AFTER)


def _at_beginning(text: str, after: re.Pattern[str]) -> str | None:
    plain = _ATTACHMENT.sub("", folded(text))
    if _COLLECTIVE.match(plain):
        return None
    for match in after.finditer(plain):
        name = plain[: match.end()]
        if looks_like_department(name) and len(name) >= 3 and _is_whole(name):
            return name
    return None


def _is_whole(name: str) -> bool:
    """Whether a name is neither cut off inside its brackets (县应急局（防汛办) nor that of a kind of departments (乡镇街道)."""
    if _KINDS.match(name):
        return False
    return name.count("(") + name.count("（") == name.count(")") + name.count("）")


def department_in_name(name: str, lineage: Lineage | None = None) -> str | None:
    """The department in the name of a file or sheet, without dates and versions; `None` where it names two that are known.

    Args:
        name: of the file or sheet.
        lineage: of the departments; a name that it knows is recognised whatever stands behind it (住建局最新).
    """
    known = lineage or Lineage()
    found = [one for part in parts_of_name(name) if (one := _in_part(part, known)) is not None]
    meant = {known.department_id(one) for one in found} - {None}
    return found[0] if found and len(meant) < 2 else None


def parts_of_name(name: str) -> list[str]:
    """What stands between the signs of a file's name, without dates, versions and leading numbers."""
    is_file = name.lower().endswith((".xlsx", ".xls", ".csv", ".tsv", ".txt", ".et", ".html", ".htm", ".xlsm"))
    stem = PurePath(name).stem if is_file else name
    parts = _PARTS.split(_MONTHS.sub(" ", _DATES.sub(" ", stem)))
    return [bare for part in parts if (bare := re.sub(r"^\d+", "", part))]


def _in_part(part: str, lineage: Lineage) -> str | None:
    if len(part) >= 3 and looks_like_department(part) and _is_whole(part):
        return part
    known = _known_at_beginning(part, lineage)
    return (
        known
        or _at_beginning(part, _AFTER)
        or (None if _OF_SENTENCES.match(part) else _at_beginning(part, _AFTER_IN_FILES))
    )


def _known_at_beginning(part: str, lineage: Lineage) -> str | None:
    """The longest known name with which a part begins, unless it is only the beginning of another (教育局幼儿园…)."""
    plain = _ATTACHMENT.sub("", part)
    ends = [end for end in range(len(plain), 2, -1) if normalised(plain[:end]) in lineage.owners]
    if not ends:
        return None
    longer = (plain[:end] for end in range(ends[0] + 1, len(plain) + 1))
    return None if any(map(looks_like_department, longer)) else plain[: ends[0]]


def stem_without_dates(name: str) -> str:
    """A file's name as a source: next month's file is the same source."""
    stem = _ATTACHMENT.sub("", _DATES.sub("", PurePath(name).stem))
    return _PARTS.sub("-", stem).strip("-") or PurePath(name).stem
