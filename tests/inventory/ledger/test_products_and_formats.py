"""Products in one cell, `内存2*32G`, and units that stand in the number format of a cell, `0.0"TB"`."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.collectors.cells.unit_formats import unit_in
from tests.inventory.ledger.books import read, text, xlsx

SIZES = ("vcpu", "mem", "storage", "vm_count")


def spec(written: str, *, count: int | None = None) -> tuple[Any, ...]:
    rows = [["系统名称", "服务器数量", "服务器配置"], ["门户网站", str(count or ""), written]]
    (record,) = read("县局.csv", text(rows)).records
    return tuple(record.fields.get(name) for name in SIZES)


@pytest.mark.parametrize(
    ("written", "sizes"),
    [
        ("3台×16核", (48, None, None, None)), ("3×16核", (48, None, None, None)), ("内存2*32G", (None, 64, None, None)), ("16核 2*32G", (16, 64, None, None)),
        ("16核/2*32G/2*500G", (16, 64, 1000, None)), ("16核 内存2*32G 硬盘2*600G", (16, 64, 1200, None)), ("16核64G 4*600G", (16, 64, 2400, None)),
        ("硬盘2*500G+1*1T", (None, None, 2024, None)), ("内存16G*3台", (None, 48, None, None)), ("8核*16G", (8, 16, None, None)),
    ],
)  # fmt: skip
def test_a_number_before_an_amount_multiplies_it(written: str, sizes: tuple[Any, ...]) -> None:
    assert spec(written) == sizes


@pytest.mark.parametrize(
    "written", ["2*32G", "16G*3台", "2*8C16G", "2×(8核16G)", "CPU：2×8核 内存：32G", "2台 16核/2*32G"]
)
def test_what_may_be_two_things_is_asked(written: str) -> None:
    found = read("县水利局.csv", text([["系统名称", "服务器配置"], ["门户网站", written]]))
    assert [gap.field for gap in found.gaps] == ["spec"]
    assert not any(found.records[0].fields.get(name) for name in ("vcpu", "mem", "storage"))


@pytest.mark.parametrize("written", ["16核/2*32G/2*500G", "2×8核", "内存2*32G"])
def test_a_multiplier_beside_a_count_of_machines_is_asked(written: str) -> None:
    assert spec(written, count=2) == (None, None, None, 2)


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ('0"核"', "核"), ('#,##0.0"TB"', "TB"), ('0.0" GB"', "GB"), ('General"台"', "台"), ('G/通用格式"台"', "台"), ('0"台";[Red]-0"台"', "台"), ("0核", "核"),
        ('0_ "万元"', "万元"), ("0\\T", "T"), ('yyyy"年"m"月"', None), ('"¥"#,##0.00', None), ("0.00%", None), ('0.0,"K"', None), ("General", None), ('0"（估）"', None), ('0"G"@', None),
    ],
)  # fmt: skip
def test_units_of_number_formats(code: str, unit: str | None) -> None:
    assert unit_in(code) == unit


def test_a_figure_is_read_with_the_unit_that_its_format_shows() -> None:
    rows: list[list[Any]] = [
        ["系统名称", "算力", "存储", "内存", "等保级别", "运维费"],
        *([f"第{n}业务平台", 8, 2, 16, 3, 12.5] for n in range(1, 100)),
    ]
    formats: dict[str, str] = {}
    for row in range(2, 101):
        formats |= {
            f"B{row}": '0"核"',
            f"C{row}": '0.0"TB"' if row != 95 else '0"GB"',
            f"D{row}": '0"G"',
            f"E{row}": '0"级"',
            f"F{row}": '0.00"万元"',
        }
    found = read("县局.xlsx", xlsx([{"name": "表", "rows": rows, "formats": formats}]))
    fields = [
        {name: record.fields.get(name) for name in ("storage", "mem", "mlps_level", "ops_cost")}
        for record in found.records
    ]
    plain = {"storage": 2048, "mem": 16, "mlps_level": 3, "ops_cost": 12.5}
    assert fields == [plain | ({"storage": 2} if at == 93 else {}) for at in range(99)]
    assert "vcpu" in next(gap for gap in found.gaps if gap.raw == "算力").choices


def test_the_unit_of_the_format_is_stronger_than_that_of_the_heading_as_what_is_written_in_a_cell_is() -> None:
    rows: list[list[Any]] = [["系统名称", "存储（GB）"], ["门户网站", 2]]
    (record,) = read("县局.xlsx", xlsx([{"name": "表", "rows": rows, "formats": {"B2": '0.0"TB"'}}])).records
    assert record.fields["storage"] == 2048
    assert record.fields["raw"] == ("storage=2TB",)


@pytest.mark.parametrize(
    ("heading", "written", "field", "size"),
    [
        ("CPU（核）", "每台16核，3台", "vcpu", 48), ("CPU（核）", "3台，每台16", "vcpu", 48), ("内存（GB）", "每台32G，共3台", "mem", 96), ("存储（TB）", "2台，每台4T", "storage", 8192),
        ("CPU（核）", "各16核", "vcpu", None), ("CPU（核）", "每台16核64G，3台", "vcpu", None), ("CPU（核）", "每台16核，共48核", "vcpu", None),
    ],
)  # fmt: skip
def test_of_each_machine_and_how_many_in_a_column_of_one_amount(
    heading: str, written: str, field: str, size: object
) -> None:
    (record,) = read("县水利局.csv", text([["系统名称", heading, "备注"], ["门户网站", written, "x"]])).records
    assert record.fields.get(field) == size


@pytest.mark.parametrize("written", ["每台16核，共48核", "3台，每台16核64G，共48核192G", "硬盘每台500G，共1500G"])
def test_the_whole_said_once_more_is_no_further_machine(written: str) -> None:
    assert spec(written)[:3] == (None, None, None)
