"""What names and remarks suggest about a system's class: a question, never a verdict."""

from __future__ import annotations

import pytest

from inventory.class_hints import hinted_class


@pytest.mark.parametrize(
    ("name", "remark", "kind"),
    [
        ("教师招聘报名系统", "", "seasonal"),
        ("农村家庭奖扶系统", "季节性系统，每年集中使用一次", "seasonal"),
        ("民营企业情况系统", "仅在业务季启用（季节性）", "seasonal"),
        ("人口库节点", "灾备节点", "standby"),
        ("指挥调度平台", "应急时启用", "emergency"),
        ("档案管理系统", "已由省统建系统替代，待下线", None),
        ("档案管理系统", "应急管理局要求保留", None),
    ],
)
def test_hints(name: str, remark: str, kind: str | None) -> None:
    assert hinted_class(name, remark) == kind
