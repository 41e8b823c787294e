"""What the tenth city's offices have besides their own business, and how its clerks remark on it, or do not."""

from __future__ import annotations

from tests.city.foundry.alive import STORIES_OF_THE_LIVING, STORIES_OF_THE_OPEN
from tests.city.foundry.dead import STORIES_OF_THE_DEAD
from tests.city.foundry.story import Story

STORIES: dict[str, Story] = STORIES_OF_THE_DEAD | STORIES_OF_THE_LIVING | STORIES_OF_THE_OPEN
GENERICS = (
    "公文管理系统", "会务系统", "内控系统", "资产系统", "预算管理系统", "廉政档案系统", "微信服务号@", "档案管理系统", "执法公示系统", "公车系统",
    "值班系统", "考核系统", "办件系统", "信息公示网@", "学习系统", "合同系统", "项目库系统", "监控系统", "党务系统", "物资系统",
    "老干部系统", "统计分析系统", "薪酬系统", "工单系统", "来访登记系统", "权责清单系统", "信用上报系统", "财务核算系统", "出差审批系统", "政务公开系统",
)  # fmt: skip
# Remarks on what is in daily use; some sound like an end – of something else than this system.
ASIDES = (
    "原名前面带“市劳动局”，没改", "机房搬过一次，IP换了", "厂家倒闭，自己维护", "服务器超期服役，还能用", "科室并了，账号没变", "上级系统不含本市特有业务，仍用本套",
    "打印件要盖章，所以还在用", "2024年机改后由办公室代管", "老城区网速慢，常超时", "用户少了，业务没少", "短信通道已停，改站内提醒", "从旧云搬过来的",
)  # fmt: skip
# Remarks on the dead that decide nothing.
VAGUE = ("保留", "正常", "同去年", "待统一安排", "按原样上报", "运行良好", "视情况")
# What stands in the cell of the last login where a clerk does not look it up.
LOGIN_WORDS = ("天天在用", "3月底", "节后每天", "实时", "见后台日志", "上午还有人登")
# How many use it, in words.
CROWDS = ("十来个科室", "各街道", "全局", "两千来人", "厂里职工")
