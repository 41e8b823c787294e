"""What the ninth city's offices have besides their own business, and how its clerks remark on it, or do not."""

from __future__ import annotations

from tests.city.frontier.alive import STORIES_OF_THE_LIVING, STORIES_OF_THE_OPEN
from tests.city.frontier.dead import STORIES_OF_THE_DEAD
from tests.city.frontier.story import Story

STORIES: dict[str, Story] = STORIES_OF_THE_DEAD | STORIES_OF_THE_LIVING | STORIES_OF_THE_OPEN
GENERICS = (
    "会议管理系统", "公文系统", "网上信访系统", "资产管理系统", "预算执行系统", "廉政风险系统", "微信服务号@", "档案室系统", "执法监督系统", "车辆管理系统",
    "值班管理系统", "目标考核系统", "办件查询系统", "内部论坛系统", "培训管理系统", "信息公开系统@", "合同台账系统", "项目管理系统", "视频监控系统", "党务系统",
    "物资管理系统", "老干部服务系统", "政策兑现系统@", "综合统计系统", "工资系统", "用印系统", "工单系统", "印刷申请系统", "接待管理系统", "来访登记系统",
)  # fmt: skip
# Remarks on what is in daily use that sound like an end – of something else than this system.
ASIDES = (
    "名字里带旧，实际是主用", "局机关搬家后网速慢", "上级系统没覆盖的业务还在这办", "甲供软件已停产，程序照常", "冬季供电不稳，偶有停机", "分中心撤了，总中心在用",
    "旧服务器已退，换到云上了", "科室合并，账号在清理", "明年计划信创改造", "短信停发，改站内通知",
)  # fmt: skip
# Remarks on the dead that decide nothing.
VAGUE = ("按要求保留", "运行平稳", "设备正常", "列入整合计划", "继续使用", "待领导定", "同上年")
# What stands in the cell of the last login where a clerk does not look it up; a day without its year, or no day at all.
LOGIN_WORDS = ("3月24日", "3月30日", "上周", "今早", "每日多人", "随时登录", "略")
# What stands for the end of a contract where one renews itself.
CONTRACT_WORDS = ("自动续签", "长期", "随硬件维保", "集团统一签", "一年一签")
