"""Names of sheets that must not be told: those of classified systems and of people. `第3张表` stands for them everywhere.

The place in the workbook is kept, so that a clerk finds the sheet; the first sheet of a correction file does not count.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from catalogs.words import Text
from inventory.collectors.cells.text_cells import names_classified
from inventory.collectors.rows.row_titles import speaks_of_classified
from inventory.collectors.rows.system_names import reads_like_a_system
from inventory.collectors.secrets.credentials import mask
from inventory.collectors.sheets.sheet_account import Area, SheetAccount
from inventory.collectors.workbooks.grid import Grid, column_number
from inventory.model import Collected, Contact, Gap, Origin, Record
from inventory.names import normalised

_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严金魏陶姜谢邹喻柏窦章苏潘葛范彭鲁韦马苗凤花方俞任袁柳史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮齐康伍余元卜顾孟黄穆萧尹姚邵汪祁毛禹狄米贝明臧计伏成戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房丁邓单洪包左石崔吉龚程邢裴陆荣翁荀甄曲封储靳段焦巴侯全班仰仲伊宫宁仇栾甘厉祖武符刘景詹龙叶幸司黎薄白蒲索赖卓蔺蒙池乔谭姬申冉桑桂牛燕尚温庄晏瞿阎连艾容向易廖耿匡国文寇欧沃蔚夏辛阚简饶曾关蒯查游盖桓"
)
_NO_PERSON = re.compile(
    r"[表册单局委办院校所站室部处科股区县市镇乡村版库网]$|系统|平台|街道|中心|台账|清单|汇总|现状|说明|附件|数据|计划|资源|设备|文件|关系|项目|方案|安全|高新|国有|成果|"
    r"目录|高中|初中|小学|中学|大学|平时|应用|云上|云平|车辆|时间|全部|全市|全县|全区|项下|[\da-zA-Z]"
)
_SHORTEST = 3  # letters of a classified system's name that count where they stand inside a sheet's name


def stand_in(index: int) -> str:
    """What a sheet is called instead; `index` counts the sheets of the department from 0."""
    return f"第{index + 1}张表"


def may_be_a_person(name: str) -> bool:
    """Whether a sheet's name reads like a person's: two or three letters, the first a surname, none of an office or a table."""
    bare = name.strip()
    return 2 <= len(bare) <= 3 and bare[0] in _SURNAMES and not _NO_PERSON.search(bare)


def untold(grids: Sequence[Grid], readings: Iterable[SheetAccount], people: Iterable[Contact]) -> dict[str, str]:
    """The sheets' names that must not be told, each with what it is called instead."""
    readings = list(readings)
    classified = {normalised(name) for reading in readings for name in reading.withheld_names} - {""}
    persons = {normalised(contact.name) for contact in people if contact.name} - {""}
    empty = {
        reading.place.sheet for reading in readings
        if not reading.records and (reading.skipped_rows["classified"] or reading.withheld_names)
    }  # fmt: skip
    found: dict[str, str] = {}
    for index, grid in enumerate(grids):
        plain = normalised(grid.name) if grid.name else ""
        is_person = may_be_a_person(grid.name) or any(len(name) > 1 and name in plain for name in persons)
        is_classified = names_classified(grid.name) or (grid.name in empty and reads_like_a_system(grid.name))
        if speaks_of_classified(grid.name):  # 涉密系统 names a kind, not a system
            continue
        if grid.name and (mask(grid.name)[1] or is_person or is_classified or _names_one(plain, classified)):
            found[grid.name] = stand_in(index)
    return found


def _names_one(plain: str, classified: Collection[str]) -> bool:
    return any(
        plain == name or (len(name) >= _SHORTEST and name in plain) or (len(plain) >= _SHORTEST and plain in name)
        for name in classified
    )


def without_namesakes_of_classified(readings: Sequence[SheetAccount]) -> None:
    """Hold back the rows of a system that another table of the file marks as classified; asked by their place only."""
    classified = {normalised(name) for reading in readings for name in reading.classified_names} - {""}
    if not classified:
        return
    for reading in readings:
        held = [r for r in reading.records if normalised(str(r.fields.get("sys_name") or "")) in classified]
        if not held:
            continue
        areas = [area for record in held if (area := _area_of(record, reading)) is not None]
        places = {_place(record.origin) for record in held}
        reading.records = [record for record in reading.records if record not in held]
        reading.gaps = [
            gap for gap in reading.gaps
            if gap.kind == "credential" or not (_is_in(gap.origin, areas) if areas else _place(gap.origin) in places)
        ]  # fmt: skip
        reading.withheld_names |= {str(record.fields["sys_name"]) for record in held}
        reading.gaps = [_bare(gap, reading) for gap in reading.gaps]
        asked = [_name_place(record) for record in held] if areas else sorted(places, key=str)
        for row, column in dict.fromkeys(asked):
            reading.rows_recorded -= 1
            reading.rows_asked += 1
            reading.gaps.append(_held(replace(reading.place, row=row, column=column)))
            if row is not None and reading.span is not None:  # nor may a correction file show what it says
                reading.classified.append((row, reading.span[0], row, reading.span[1]))
        reading.classified += areas


def _area_of(record: Record, reading: SheetAccount) -> Area | None:
    """The cells of a system on a form, labels and all."""
    return reading.areas.get(_name_place(record))


def _name_place(record: Record) -> tuple[int | None, str | None]:
    name = record.origin_of("sys_name")
    return name.row, name.column


def _is_in(origin: Origin, areas: Sequence[Area]) -> bool:
    row, column = origin.row, column_number(origin.column) + 1 if origin.column else None
    return any(
        (row is None or top <= row <= bottom) and (column is None or left <= column <= right) and (row, column) != (None, None)
        for top, left, bottom, right in areas
    )  # fmt: skip


def without_withheld_names(readings: Sequence[SheetAccount]) -> None:
    """Questions about columns do not show what stands there where that names a system that is or may be classified."""
    names = {name for reading in readings for name in reading.withheld_names if len(name) > 1}
    for reading in readings:
        if names and reading.bare_questions:
            reading.gaps = [
                _bare(gap, reading) if any(name in gap.message.zh for name in names) else gap for gap in reading.gaps
            ]


def _bare(gap: Gap, reading: SheetAccount) -> Gap:
    """A question about a column without what stands in it; any other as it is."""
    bare = reading.bare_questions.get(gap.answer_key or "")
    return gap if bare is None else replace(gap, message=bare)


def _place(origin: Origin) -> tuple[int | None, str | None]:
    """The row of a record or a question; on a sheet on its side the column."""
    return (origin.row, None) if origin.row is not None else (None, origin.column)


def _held(place: Origin) -> Gap:
    return Gap(
        kind="ambiguous", origin=place, field="secret",
        message=Text("同名的系统在本文件的另一处标为涉密，这一行没有导入", "another place of this file marks a system of this name as classified; this row was not taken"),
        question=Text("是不是同一个系统？由保密部门认定；不是的，请把名称写得不同", "is it the same system? The secrecy office decides; if not, give them names that differ"),
    )  # fmt: skip


def with_names_untold(found: Collected, names: Mapping[str, str]) -> Collected:
    """The same with these sheets called otherwise, in every place, message and key."""
    if not names:
        return found
    account = dict(found.accounting)
    for part in ("sheets", "sheets_skipped"):
        told: list[dict[str, Any]] = account[part]  # type: ignore[assignment]
        account[part] = [{**one, "sheet": names.get(one["sheet"], one["sheet"])} for one in told]
    return replace(
        found,
        records=tuple(_record(record, names) for record in found.records),
        gaps=tuple(_gap(gap, names) for gap in found.gaps),
        skipped=tuple(
            replace(s, origin=_origin(s.origin, names), detail=_text(s.detail, names)) for s in found.skipped
        ),
        contacts=tuple(replace(contact, origin=_origin(contact.origin, names)) for contact in found.contacts),
        accounting=account,
    )


def _origin(origin: Origin, names: Mapping[str, str]) -> Origin:
    instead = names.get(origin.sheet) if origin.sheet is not None else None
    return origin if instead is None else replace(origin, sheet=instead)


def _record(record: Record, names: Mapping[str, str]) -> Record:
    own = {name: _origin(origin, names) for name, origin in record.field_origins.items()}
    return replace(record, origin=_origin(record.origin, names), field_origins=own)


def _gap(gap: Gap, names: Mapping[str, str]) -> Gap:
    message = Text(str(_text(gap.message.zh, names)), str(_text(gap.message.en, names)))
    return replace(gap, origin=_origin(gap.origin, names), message=message, answer_key=_text(gap.answer_key, names))


def _text(text: str | None, names: Mapping[str, str]) -> str | None:
    """A text without these names where they stand as a sheet's: 「张三」, 'sheet:张三', '张三 row 4'."""
    if text is None:
        return None
    for name, instead in names.items():
        for before, after in (("「", "」"), ("sheet:", ""), ("of ", ""), ("", " row ")):
            text = text.replace(f"{before}{name}{after}", f"{before}{instead}{after}")
    return text
