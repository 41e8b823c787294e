"""Every field of a ledger: contents that contradict its heading are asked about, never stored without a word."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from catalogs.load import load_catalogs
from inventory.collectors.columns.foreign_contents import KINDS
from inventory.fields import FIELDS
from inventory.model import Collected
from tests.inventory.ledger.books import read, xlsx

NAMES = ("甲一管理系统", "乙二服务平台", "丙三网站", "丁四信息系统")
DAYS = [date(2019, 5, 1), date(2020, 6, 12), date(2021, 7, 3), date(2018, 3, 9)]
IPS = ["10.1.2.3", "10.1.2.4", "10.1.3.7", "192.168.4.9"]
PEOPLE = ["王建国", "李晓红", "赵卫东", "孙丽华"]
FIRMS = ["甲软件有限公司", "乙科技股份有限公司", "丙信息技术有限公司", "丁网络有限公司"]
OPERATING = ["CentOS 7", "麒麟V10", "Windows Server 2016", "统信UOS"]
DATABASES = ["MySQL 5.7", "Oracle 11g", "达梦8", "PostgreSQL 12"]
SENTENCES = ["为全市教师提供培训报名服务", "用于招生录取和成绩查询", "实现学籍异动的在线办理", "发布政务公开有关的信息"]
PHONES = ["13812345678", "13912345679", "18612345670", "13512345671"]
STREETS = ["人民路12号", "解放大道305号", "建设街7号", "和平路88号"]

# By the type of the field: what certainly stands below another heading.
WRONG: dict[str, tuple[list[Any], ...]] = {
    **dict.fromkeys(("date", "count", "cores", "size", "money", "ratio", "bandwidth", "level", "yes_no", "addresses"), (PEOPLE, SENTENCES, OPERATING)),
    "name": (OPERATING, PHONES, IPS, DAYS),
    "person": (FIRMS, SENTENCES, OPERATING, DAYS),
    "phone": (PEOPLE, FIRMS, DATABASES, DAYS),
    "text": (PEOPLE, PHONES),
    "choice": (PEOPLE, IPS, OPERATING),
    "list": (PEOPLE, PHONES, OPERATING),
    "code": (PEOPLE, FIRMS, OPERATING),
    "urls": (PEOPLE, FIRMS, OPERATING),
}  # fmt: skip
MORE: dict[str, tuple[list[Any], ...]] = {
    "dept": (STREETS,), "office": (DAYS, STREETS), "vendor": (STREETS,), "os_app": (DATABASES, FIRMS), "db": (OPERATING, FIRMS), "function": (DAYS, IPS),
    "location": (DAYS, OPERATING), "network": (DAYS, FIRMS),
}  # fmt: skip


def _headings() -> dict[str, str]:
    found: dict[str, str] = {}
    for file in load_catalogs(None).columns:
        for column in file.fields:
            known = FIELDS.get(column.field)
            if known is not None and not column.group and column.headings and known.group != "reading":
                found.setdefault(column.field, column.headings[0])
    return found


HEADINGS = {
    name: heading for name, heading in _headings().items() if name not in {"remark", "secret"} and "." not in name
}  # fmt: skip


def _read(name: str, heading: str, values: list[Any]) -> Collected:
    rows = [["系统名称", heading, "处置说明"]] + [[n, v, ""] for n, v in zip(NAMES, values, strict=True)]
    if name == "sys_name":
        rows = [[heading, "等保级别", "上线时间", "系统状态"]] + [[v, "二级", "2019-05", "在用"] for v in values]
    return read("台账.xlsx", xlsx([{"name": "表", "rows": rows}]))


def _stored(found: Collected, name: str) -> int:
    if FIELDS[name].type in ("person", "phone"):
        return sum(1 for contact in found.contacts if contact.name or contact.phone)
    return sum(1 for record in found.records if record.fields.get(name) not in (None, ()))


@pytest.mark.parametrize("name", HEADINGS)
def test_contents_of_another_kind_are_asked_about_and_not_stored(name: str) -> None:
    for values in (*WRONG[FIELDS[name].type], *MORE.get(name, ())):
        if name == "server_name" and values is IPS:  # servers may be called by their addresses
            continue
        found = _read(name, HEADINGS[name], values)
        assert _stored(found, name) == 0, values
        assert [gap for gap in found.gaps if gap.question or gap.kind == "unreadable"], values


def test_every_field_of_a_ledger_is_tried() -> None:
    assert len(HEADINGS) >= 90
    assert {FIELDS[name].type for name in HEADINGS} == set(WRONG)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_may_stand_below_its_own_field(kind: str) -> None:
    own = KINDS[kind].field
    assert own is None or KINDS[kind].may_stand_below(own) or FIELDS[own].type in ("date", "level", "addresses")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("vendor", FIRMS), ("contact", PEOPLE), ("phone", PHONES), ("os_app", OPERATING), ("db", DATABASES), ("function", SENTENCES), ("ip", IPS), ("online_date", DAYS),
        ("location", STREETS), ("office", ["信息科", "人事科", "基教科", "办公室"]), ("remark", PEOPLE),
    ],
)  # fmt: skip
def test_what_agrees_with_the_heading_is_stored(name: str, values: list[Any]) -> None:
    found = _read(name, HEADINGS.get(name, "备注"), values)
    assert _stored(found, name) >= 3


def test_one_odd_cell_makes_no_contradiction() -> None:
    found = _read("vendor", "承建单位", ["甲软件有限公司", "市信息中心", "2019-05", "丁网络有限公司"])
    assert _stored(found, "vendor") == 4
