"""Passwords and names wherever they stand: without a label, in what is hidden, on forms; and what only resembles them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from inventory.collectors.secrets.credentials import mask, read_urls
from inventory.collectors.secrets.secret_forms import TRIGGERS, may_hold
from inventory.collectors.workbooks.workbook import workbook_of
from inventory.corrections.corrections import correction_of
from tests.inventory.ledger.books import read, xlsx


def made_texts(content: bytes) -> set[str]:
    """All texts of all sheets of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        str(cell.value)
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    }


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("登陆名sfj 密:Tj#5566", "Tj#5566"),
        ("Oracle（sys/Or4cle#rf）", "Or4cle#rf"),
        ("用户名 gzc，初始 Gz000111", "Gz000111"),
        ("管理员admin/Sf@2023!", "Sf@2023!"),
        ("重置后 P@ssw0rd1 由科室保管", "P@ssw0rd1"),
        ("appkey=9f8e7d6c5b4a", "9f8e7d6c5b4a"),
        ("http://sms.x.com/api?appkey=9f8e7d6c5b4a32100", "9f8e7d6c5b4a32100"),
        ("https://x.gov.cn/a?access_token=abc", "=abc"),
        ("AK:LTAI5tFake SK:x9Kd82jdkq", "x9Kd82jdkq"), ("pw Tj5566", "Tj5566"), ("vpn：gx01 Gx2020xx", "Gx2020xx"), ("堡垒机：ops，Ops@2024", "Ops@2024"), ("向日葵 865 332 110 ab12cd", "865 332 110"), ("ToDesk:123456789 Ab12cd", "Ab12cd"), ("Wifi gzj88888888", "gzj88888888"), ("WIFI:gzj/88886666", "88886666"),
        ("http://user:Zp9＠10.1.1.1/a", "Zp9"), ("http://admin:P@ss/1@10.1.1.1/a", "ss/1"), ("ｐａｓｓｗｏｒｄ：Ａｂｃ１２３", "bc123"), ("密码同上", "同上"), ("密码与用户名相同", "相同"),
        ("口 令：Abc123", "Abc123"), ("密　　码 Abc123", "Abc123"), ("口令见下：gzw888", "gzw888"), ("密码是单位拼音加123", "拼音"), ("密码“Zh88”", "Zh88"), ("pwd-Abc123", "Abc123"),
        ("zhangsan/Abc12345", "Abc12345"), ("admin\nadmin888", "admin888"), ("admin，admin888", "admin888"), ("scott/tiger", "tiger"), ("账号密码：admin abc123", "abc123"),
        ("用户名、密码分别为admin、abc123", "abc123"), ("账号密码都是admin88", "admin88"), ("u:admin p:abc123", "abc123"), ("账：admin 密：123456", "123456"), ("PIN:8888", "8888"),
        ("http://10.1.1.1,zhang,li8888", "li8888"), ("http://10.1.1.1（zhang/li8888）", "li8888"), ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJz.abc", "eyJz"), ("SNMP团体字 public88", "public88"),
        ("授权码：abcd1234", "abcd1234"), ("secretId: AKIDz8 secretKey: Gu5t9xGARN", "Gu5t9xGARN"),
        ("后台弱口令fl123456未整改", "fl123456"), ("初始密码abc123没有改过", "abc123"), ("口令123456未修改", "123456"),
    ],
)  # fmt: skip
def test_a_password_without_a_clear_label_is_found_too(text: str, secret: str) -> None:
    masked, found = mask(text)
    assert found
    assert secret not in masked


@pytest.mark.parametrize(
    "text",
    ["db#01", "5#机房B2", "C#2019", "a1b@163.com", "user@10.1.1.5", "10.1.1.1:8080/#/login2", "https://a.gov.cn/#/home2", "4C8G*2", "国密:SM4算法", "默认80端口",
     "JDK1.8#build201", "Redis@6.2集群", "是否涉密：否A1b2c3", "CentOS7.6/MySQL5.7", "centos7/x86_64", "win2012/sql2008", "nginx1.18/tomcat9", "H3C/R4900G3", "无线wifi 6",
     "http://a.cn:8080/x@2x.png", "test/生产两套环境", "支持短信验证码登录", "密码机2台", "PIN码设置", "AK47系统", "root用户2个", "密码：无", "密码应用改造中", "admin 权限3人",
     "用户名密码+CA登录", "ssh 22端口", "community版", "E5-2620/E5-2640", "api key管理",
     "密钥AES256加密", "密码SM4算法改造", "整改弱口令100000个", "密码RSA2048证书", "密钥SM2/SM3算法", "弱口令2024年已整改"],
)  # fmt: skip
def test_what_only_resembles_a_password_stays(text: str) -> None:
    assert mask(text) == (text, False)


@pytest.mark.parametrize(
    ("text", "name"),
    [("二楼机房（钥匙找呼延灼华，133-4455-6677）", "呼延灼华"), ("外包，工程师令狐远山", "令狐远山"), ("张三丰 13800000000", "张三丰")],
)  # fmt: skip
def test_a_name_beside_a_number_or_an_office_is_masked(text: str, name: str) -> None:
    assert name not in mask(text)[0]
    assert mask("请联系厂家，值班室 0771-5568120")[0] == "请联系厂家，值班室 ***"


def test_no_trigger_is_missed_by_the_glance_at_its_letters() -> None:
    assert [trigger for trigger in TRIGGERS if not may_hold(trigger)] == []


@pytest.mark.parametrize(
    "text", ["http://user:Zp9＠10.1.1.1/a", "http://admin:P@ss/1@10.1.1.1/a", "http://10.1.1.1,zhang,li8888"]
)
def test_of_an_address_with_an_account_only_the_address_stays(text: str) -> None:
    found, beside = read_urls(text)
    assert beside
    assert "".join(found).rstrip("/a") == "http://10.1.1.1"


def test_secrets_in_what_is_hidden_are_told_and_do_not_go_back() -> None:
    content = xlsx(
        [
            {"name": "表", "rows": [["系统名称", "后台入口钥匙密码", "CPU（核）"], ["旅游平台", "LvYou2024", 4], ["旧网站", "OldWeb09", 2]],
             "hidden_columns": ["B"], "hidden_rows": [3]},
            {"name": "备查", "rows": [["系统名称", "管理员", "密码"], ["旅游平台", "admin", "RootRoot1"]], "hidden": True},
            {"name": "说明", "rows": [["远程桌面 administrator Qw#12345x"]]},
        ]
    )  # fmt: skip
    found = read("县文旅局.xlsx", content)
    told = {(gap.origin.sheet, gap.origin.column) for gap in found.gaps if gap.kind == "credential"}
    assert told == {("表", "B"), ("备查", "C"), ("说明", "A")}
    back = made_texts(correction_of(content, workbook_of("县文旅局.xlsx", content), found).content)
    assert not {"LvYou2024", "OldWeb09", "RootRoot1"} & back
    assert not any("Qw#12345x" in text for text in back)


def test_a_label_of_a_form_that_names_a_password_masks_its_value_only() -> None:
    rows = [["系统名称", "旅游平台"], ["建设单位", "县文旅局"], ["管理口令", "LvYou2024"], ["CPU（核）", 4], ["内存（GB）", 8], ["部署位置", "县机房"]]  # fmt: skip
    content = xlsx([{"name": "表", "rows": rows}])
    found = read("县文旅局.xlsx", content)
    back = made_texts(correction_of(content, workbook_of("县文旅局.xlsx", content), found).content)
    assert "LvYou2024" not in back
    assert {"旅游平台", "部署位置", "县机房", "内存（GB）"} <= back


def test_secrets_beside_cells_of_every_kind_do_not_go_back() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(xlsx([{"name": "表", "rows": [["系统名称", "CPU（核）", "备注"], ["旅游平台", "若干", "无"]]}]))
    )
    page: Any = book["表"]
    page.oddHeader.center.text = "后台 admin/Hd888888"
    page.oddFooter.left.text = "密码：Ft888888"
    book.properties.description = "口令 Pr888888"
    book.properties.keywords = "admin/Kw888888"
    book.defined_names["mima"] = DefinedName("mima", attr_text='"密码：Dn888888"')
    box = DataValidation(type="list", formula1='"密码Dv888888,无"', showErrorMessage=True, prompt="pwd:Dp888888")
    box.add("C2")
    page.add_data_validation(box)
    page["A2"].hyperlink = "http://10.1.1.1/login?pwd=Hl888888"
    page["A2"].hyperlink.tooltip = "密码 Tt888888"
    page["C2"].comment = Comment("zhangsan/Cm888888", "某某")
    book.create_sheet("密码Sn888888").append(["x"])
    out = io.BytesIO()
    book.save(out)
    found = read("县文旅局.xlsx", out.getvalue())
    made = correction_of(out.getvalue(), workbook_of("县文旅局.xlsx", out.getvalue()), found).content
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        whole = "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    assert re.findall(r"[A-Z][a-z]888888", whole) == []
    told = json.dumps([[gap.as_json() for gap in found.gaps], [s.as_json() for s in found.skipped], dict(found.accounting)], ensure_ascii=False)  # fmt: skip
    assert re.findall(r"[A-Z][a-z]888888", told) == []
    where = "".join(gap.message.zh for gap in found.gaps if gap.kind == "credential")
    assert all(one in where for one in ("批注", "超链接", "文档属性", "工作表名称"))
