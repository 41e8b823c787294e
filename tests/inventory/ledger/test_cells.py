"""Single cells, as clerks write them: the value, or the question; never a guess."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inventory.collectors.cells.capacities import Capacity, Unclear, read_capacity
from inventory.collectors.cells.cells import ColumnReader
from inventory.collectors.secrets.credentials import mask, read_urls
from inventory.collectors.secrets.secret_forms import MASK
from tests.inventory.ledger.books import read, text, words


def cell(field: str, raw: Any, unit: str | None = None) -> Any:
    return ColumnReader(field, words(), unit=unit)[raw]


@pytest.mark.parametrize(("field", "unit", "raw", "value"), [
    ("mem", "gb", "１６", 16), ("mem", "gb", "16G*3台", 48), ("mem", "mb", "4096", 4), ("mem", None, "500M", 500 / 1024), ("storage", "tb", "0.5", 512),
    ("storage", None, "4680GB", 4680), ("storage", "gb", "1，414，891", 1414891), ("user_scale", None, "12，414，891", 12414891), ("vcpu", None, "1784C", 1784), ("vcpu", None, "8*2", 16), ("user_scale", None, "1.2万", 12000),
    ("build_cost", "元", "360,000", 36), ("build_cost", None, "1.5亿元", 15000), ("bandwidth", None, "千兆", 1000), ("cpu_util", "%", "12.5", 0.125), ("cpu_util", None, "45%", 0.45),
    ("online_date", None, "2010-10", "2010-10"), ("online_date", None, "2019年3月5日", "2019-03-05"), ("online_date", None, "二〇一九年三月", "2019-03"), ("online_date", None, "201903", "2019-03"),
    ("online_date", None, 43525.0, "2019-03-01"), ("online_date", None, 2019.11, "2019-11"), ("online_date", None, "民国108年", "2019"),
    ("mlps_level", None, "S3A2G3", 3), ("mlps_level", None, "Ⅲ级", 3), ("mlps_level", None, "二级（已备案）", 2), ("mlps_level", None, "■三级 □二级", 3),
    ("backup", None, "☑有 □无", True), ("backup", None, "无", False), ("xinchuang", None, "否，无对接", False), ("secret", None, "□是 ☑否", "非涉密"),
    ("deps", None, "1、甲\n2、乙", ("甲", "乙")), ("deps", None, "无", None), ("ip", None, "10.1.1.1、10.1.1.2-4", ("10.1.1.1", "10.1.1.2", "10.1.1.3", "10.1.1.4")),
    ("vcpu", None, "8+8", 16), ("storage", "gb", "500+200", 700), ("user_scale", None, "1.2万余户", 12000), ("ops_cost", None, "12.5万/年", 12.5), ("mem", None, "64Gi", 64), ("storage", None, "500GB SSD; 1TB 高效云盘", 1524),
    ("storage", None, "960G SSD*2+4T*4", 18304), ("online_date", None, "21年3月", "2021-03"), ("ops_contract_end", None, "2023.1.1-2025.12.31", "2025-12-31"), ("ops_contract_end", None, "质保至2023.6", "2023-06"),
    ("accept_date", None, "待验收", None), ("network", None, "☑互联网 ☑政务外网 □专网", ("互联网", "政务外网")), ("location", None, "□本单位机房 ☑市政务云 □其他", "市政务云"),
    ("vcpu", None, "2路8核", 16), ("vcpu", None, "2*8核", 16), ("vcpu", None, "双路八核", 16), ("storage", None, "系统盘100G+数据盘500G", 600), ("storage", None, "500G+1T", 1524), ("mem", None, "16G（虚拟机）", 16),
    ("mlps_level", None, "三级（未测评）", 3), ("mlps_level", None, "三级 2023年复测", 3), ("ip", None, "10.1.1.1（备10.1.1.2）", ("10.1.1.1", "10.1.1.2")), ("ip", None, "10.1.1.1 至 10.1.1.3", ("10.1.1.1", "10.1.1.2", "10.1.1.3")),
    ("ip", None, "10.1.1.1/10.1.1.2", ("10.1.1.1", "10.1.1.2")), ("sys_name", None, "（试点）教务系统", "（试点）教务系统"), ("sys_name", None, "大气、水环境监测系统", "大气、水环境监测系统"),
    ("sys_name", None, "综合平台（含教务系统、学籍系统）", "综合平台（含教务系统、学籍系统）"), ("sys_name", None, "无人机管理平台", "无人机管理平台"), ("sys_name", None, "含氟气体监测平台", "含氟气体监测平台"),
    ("sys_name", None, "暂无自建系统", None), ("sys_name", None, "无纸化办公系统", "无纸化办公系统"), ("sys_name", None, "12345政务服务便民热线", "12345政务服务便民热线"),
    ("ip", None, "2001:DB8::0:1", ("2001:db8::1",)), ("sys_code", None, 12.0, "12"),
])  # fmt: skip
def test_it_is_read(field: str, unit: str | None, raw: object, value: object) -> None:
    found = cell(field, raw, unit)
    assert found.issue is None
    assert found.value == value
    assert type(found.value) is type(value) or isinstance(value, int | float)


@pytest.mark.parametrize(("field", "unit", "raw", "kind"), [
    ("storage", None, 2.0, "ambiguous"), ("mem", None, 500.0, "ambiguous"), ("online_date", None, "2019.1", "ambiguous"), ("online_date", None, 2019.1, "ambiguous"),
    ("online_date", None, "19.3", "unreadable"), ("online_date", None, "2019-13", "unreadable"), ("online_date", None, "5/3/2019", "ambiguous"), ("vcpu", None, "4.5", "unreadable"),
    ("mem", "gb", "-4", "unreadable"), ("mem", "gb", "很大", "unreadable"), ("ip", None, "10.1.1.300", "unreadable"), ("ip", None, "10.0.0.0/8", "unreadable"), ("ip", None, 10.1, "unreadable"),
    ("sys_code", None, 1.38e15, "unreadable"), ("mlps_level", None, "三级/二级", "ambiguous"), ("secret", None, "待认定吧", "ambiguous"), ("cpu_util", "%", 0.45, "ambiguous"),
    ("vcpu", None, "8 16", "unreadable"), ("mem", "gb", "64 128", "unreadable"), ("storage", None, "500G 1T", "unreadable"), ("mem", None, "16G（可扩至32G）", "unreadable"),
    ("mem", "mb", 16.0, "ambiguous"), ("build_cost", "万元", "1250000", "ambiguous"), ("cpu_util", "%", "0.45", "ambiguous"), ("cpu_util", "%", 350.0, "unreadable"),
    ("mlps_level", None, "未过三级", "ambiguous"), ("mlps_level", None, "二级（拟升三级）", "ambiguous"), ("mlps_level", None, "二级，部分子系统未定级", "ambiguous"),
    ("backup", None, "有（未启用）", "ambiguous"), ("backup", None, "是，但未完成", "ambiguous"), ("status", None, "每年6-8月用", "ambiguous"),
    ("ip", None, "10.1.1.23/24", "unreadable"), ("ip", None, "10.1.1.1/2", "unreadable"),
    ("dept", None, "发改局、财政局", "ambiguous"), ("ops_vendor", None, "同承建单位", "ambiguous"), ("location", None, "☑本地 ☑政务云 □其他", "ambiguous"), ("sys_name", None, "—低保子系统", "unreadable"),
    ("sys_name", None, "机房运维服务", "unreadable"), ("secret", None, "工作秘密", "ambiguous"), ("mem", "gb", 65536.0, "ambiguous"), ("storage", "tb", 1024.0, "ambiguous"), ("online_date", None, "2019年3月验收", "unreadable"),
    ("sys_name", None, "（含短信子系统）", "unreadable"), ("sys_name", None, "以上系统均已备案", "unreadable"), ("sys_name", None, "教务系统、学籍系统", "unreadable"), ("sys_name", None, "8核16G", "unreadable"),
    ("sys_name", None, "三级", "unreadable"), ("sys_name", None, "是", "unreadable"), ("sys_name", None, "其中：短信平台", "unreadable"), ("sys_name", None, "10.1.1.1", "unreadable"),
    ("mem", "gb", "#REF!", "unreadable"), ("sys_name", None, "1、甲系统\n2、乙系统", "unreadable"),
])  # fmt: skip
def test_it_is_asked(field: str, unit: str | None, raw: object, kind: str) -> None:
    found = cell(field, raw, unit)
    assert found.issue is not None
    assert found.issue.kind == kind
    if field != "ip":
        assert found.value is None


@pytest.mark.parametrize(
    ("raw", "reason"),
    [("/", "not-applicable"), ("暂无", "none"), ("待复核", "pending"), ("不详", "unknown"), ("—", "blank")],
)
def test_nothing_has_its_reason(raw: str, reason: str) -> None:
    found = cell("vendor", raw)
    assert (found.value, found.null_reason) == (None, reason)


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("secret", "涉密"),
        ("secret", "☑是 □否"),
        ("secret", "机密级"),
        ("secret", "是"),
        ("secret", "★"),
        ("sys_name", "公文交换系统（涉密）"),
        ("sys_name", "【机密】专报系统"),
        ("zone", "涉密单机"),
        ("remark", "部署在涉密内网"),
        ("remark", "涉密系统，不上云"),
        ("network", "涉密内网"),
    ],
)
def test_a_classified_row_is_recognised(field: str, raw: str) -> None:
    assert cell(field, raw).classified


@pytest.mark.parametrize("raw", ["非涉密", "不涉密", "与涉密系统物理隔离", "涉密人员管理", "本系统不涉密"])
def test_what_only_speaks_of_secrets_is_no_mark(raw: str) -> None:
    assert not cell("remark", raw).classified


@pytest.mark.parametrize(
    "plain",
    ["账号由各单位自行管理", "使用人脸识别，不需密码", "用户名为实名", "统一账号和密码登录平台", "支持密码找回"],
)
def test_talk_of_accounts_is_no_account(plain: str) -> None:
    assert "登录平台" not in plain or "平台" in mask(plain)[0]
    assert mask(plain)[0][:4] == plain[:4]


@pytest.mark.parametrize("secret", [
    "账号：admin 密码：Qwe123!", "账号admin密码Qwe123!", "账号和密码：admin，Qwe123!", "用户名/密码: admin / Qwe123!", "admin/Qwe123!", "口令为Qwe123!", "http://root:Qwe123!@10.1.1.1/", "https://x.cn/?token=Qwe123!", "賬號：a 密碼：Qwe123!",
])  # fmt: skip
def test_secrets_are_masked_wherever_they_stand(secret: str) -> None:
    masked, found = mask(secret)
    assert found
    assert "Qwe123!" not in masked
    assert MASK in masked
    urls, _ = read_urls(secret)
    assert "Qwe123!" not in " ".join(urls)


def test_no_secret_survives_in_any_column() -> None:
    head = ["系统名称", "业务功能", "备注", "系统访问地址", "部署位置", "对接其他系统名称", "等保级别", "存储"]
    row = ["甲系统", *["账号 admin 密码 Qwe123!"] * 7]
    found = read("市民政局.csv", text([head, row]))
    told = json.dumps(
        [[r.as_json() for r in found.records], [g.as_json() for g in found.gaps], dict(found.accounting)],
        ensure_ascii=False,
    )
    assert "Qwe123!" not in told


def test_telephone_and_identity_numbers_do_not_stay_in_texts() -> None:
    masked, secret = mask("联系人：张三，13812345678，440701199001011234")
    assert not secret
    assert not {"张三", "13812345678", "440701199001011234"} & set(
        masked.replace("，", ",").replace("：", ",").split(",")
    )


@pytest.mark.parametrize(("written", "read"), [
    ("4C8G*2台；16C32G", Capacity(vcpu=24, memory_gib=48, machines=3, counted=True)),
    ("8核/32G/500G", Capacity(vcpu=8, memory_gib=32, disk_gib=500)),
    ("4U8G", Capacity(vcpu=4, memory_gib=8)),
    ("2台4C8G", Capacity(vcpu=8, memory_gib=16, machines=2, counted=True)),
    ("CPU：16核 内存：64G 硬盘：2T", Capacity(vcpu=16, memory_gib=64, disk_gib=2048)),
    ("8核16G内存100G硬盘", Capacity(vcpu=8, memory_gib=16, disk_gib=100)),
    ("4核8G系统盘100G数据盘500G", Capacity(vcpu=4, memory_gib=8, sys_disk_gib=100, data_disk_gib=500)),
    ("双路8核，64G内存，2T*4块", Capacity(vcpu=16, memory_gib=64, disk_gib=8192)),
    ("X86,CPU总核数：16,内存总容量：64G,其他（小型机）：无", Capacity(vcpu=16, memory_gib=64, counted=True)),
    ("共16核64G（4台）", Capacity(vcpu=16, memory_gib=64, machines=4, counted=True)),
    ("应用：4C8G 2台；数据库：8C16G 1台", Capacity(vcpu=16, memory_gib=32, machines=3, counted=True)),
    ("飞腾2000+/64核/128GB/4TB", Capacity(vcpu=64, memory_gib=128, disk_gib=4096)),
    ("ecs.c6.xlarge（4vCPU 8GiB）", Capacity(vcpu=4, memory_gib=8)),
    ("4核8G 带宽10M", Capacity(vcpu=4, memory_gib=8)), ("虚拟机2台：①8核16G 500G ②4核8G 200G", Capacity(vcpu=12, memory_gib=24, disk_gib=700, machines=2, counted=True)),
    ("Dell R740", None), ("4U", None), ("x86", None),
])  # fmt: skip
def test_a_specification_is_read_from_its_first_character_to_its_last(written: str, read: Capacity | None) -> None:
    assert read_capacity(written) == read


@pytest.mark.parametrize("written", [
    "4核8G，另有若干8核", "4核8G（可扩至16G）", "8/32/500", "8-32", "32G", "4C 8G 100G*2", "2*8C16G", "8核*2/64GB", "16核64G 4台共",
    "R740，2*Xeon 4210，64G", "4核8G不含数据盘", "4C/8G/100G系统盘+500G数据盘 ×2", "与门户系统共用", "4C8G 2台 8C16G 3台 1台",
])  # fmt: skip
def test_a_specification_of_which_a_part_is_not_understood_gives_nothing(written: str) -> None:
    assert isinstance(read_capacity(written), Unclear)


@pytest.mark.parametrize(("heading", "field"), [
    ("投入使用年月", "online_date"), ("主管股室", "office"), ("分配核数", "vcpu"), ("核心數", "vcpu"), ("儲存", "storage"), ("科（股）室", "office"), ("预算单位", "dept"), ("信息员", "contact"),
    ("承建（开发）单位", "vendor"), ("运维服务到期日期", "ops_contract_end"), ("合同总价（万元）", "build_cost"), ("每年运维经费（万元）", "ops_cost"), ("云主机IP地址", "ip"), ("等保定级等级", "mlps_level"),
    ("已用空间（GB）", "storage_used"), ("系统盘空间（GB）", "sys_disk"), ("月均访问人次", "visits_month"), ("服务器放置地点", "location"), ("系统登录网址", "url"), ("虚拟机总数", "vm_count"),
])  # fmt: skip
def test_headings_of_county_offices_are_known(heading: str, field: str) -> None:
    meaning = words().meaning((heading,))
    assert meaning is not None
    assert meaning.field == field


@pytest.mark.parametrize(("heading", "unit"), [("批复投资（万元，保留两位小数）", "万元"), ("存储（GB，取整）", "gb"), ("存储（GB，TB）", None)])  # fmt: skip
def test_a_unit_before_advice_on_how_to_write_it(heading: str, unit: str | None) -> None:
    meaning = words().meaning((heading,))
    assert meaning is not None
    assert meaning.unit == unit


def test_a_yes_below_a_heading_that_asks_whether_it_is_in_use() -> None:
    found = read(
        "县局.csv", text([["系统编号", "系统名称", "是否在用"], ["MZ-01", "甲平台", "是"], ["MZ-02", "乙平台", "否"]])
    )
    assert [(r.fields["sys_code"], r.fields["status"]) for r in found.records] == [("MZ-01", "在用"), ("MZ-02", "停用")]
    assert not [gap for gap in found.gaps if gap.field == "status"]


def test_a_column_without_a_heading_is_asked_about() -> None:
    found = read("县某局.csv", text([["系统名称", "用户数", ""], ["门户", "3", "备用"]]))
    sheets: Any = found.accounting["sheets"]
    (sheet,) = sheets
    assert [(column["column"], column["why"]) for column in sheet["columns_ignored"]] == [("C", "asked")]


def test_options_in_columns_of_a_csv_are_read_by_their_ticks() -> None:
    found = read(
        "县某局.csv",
        text(
            [
                ["系统名称", "是否涉密", "", "用户数"],
                ["", "是", "否", ""],
                ["门户", "", "√", "3"],
                ["密件", "√", "", "4"],
            ]
        ),
    )
    assert [(r.fields["sys_name"], r.fields["secret"]) for r in found.records] == [("门户", "非涉密")]
    assert found.accounting["classified"] == 1


def test_a_blank_department_below_a_filled_one_is_as_above_once_that_is_answered() -> None:
    rows = text(
        [["单位名称", "系统名称", "用户数"], ["县教育局", "学籍", "3"], ["", "中考", "4"], ["县卫健局", "医疗", "5"]]
    )
    asked = read("汇总.csv", rows)
    (gap,) = asked.gaps
    assert gap.choices == ("同上", "没有")
    answered = read("汇总.csv", rows, answers={str(gap.answer_key): "同上"})
    assert [record.fields["dept"] for record in answered.records] == ["县教育局", "县教育局", "县卫健局"]
    assert answered.gaps == ()
