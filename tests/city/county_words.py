"""What the eighth city's offices have besides their own business, and how its clerks remark on it, or do not."""

from __future__ import annotations

from tests.city.county_alive import STORIES_OF_THE_LIVING, STORIES_OF_THE_OPEN
from tests.city.county_dead import STORIES_OF_THE_DEAD
from tests.city.county_story import Story

STORIES: dict[str, Story] = STORIES_OF_THE_DEAD | STORIES_OF_THE_LIVING | STORIES_OF_THE_OPEN
GENERICS = (
    "公务用车系统", "内控系统", "工会经费系统", "电子档案系统", "项目库系统", "考勤系统", "公务接待系统", "固定资产系统", "宣传网站@", "党员学习系统",
    "信访接待系统", "值班登记系统", "收发文系统", "合同管理系统", "执法台账系统", "投诉受理系统", "人员信息系统", "统计报表系统", "公示网站@", "培训报名系统",
    "食堂系统", "门禁系统", "会议预约系统", "督办系统", "财务报销系统", "采购系统", "绩效系统", "巡查系统", "信息报送系统", "政策查询网@",
)  # fmt: skip
# Remarks on what is in daily use that speak of stopping, of others or of nobody – of something else than this system.
ASIDES = (
    "老系统停用后换的这套", "省里说要统建，还没通知", "原厂家撤了，换了一家运维", "手机端停了，电脑端照常", "下半年整合，先用着", "夜间不用", "乡镇不用，机关用",
    "上次检查说要停，未批", "用的人不多，但离不了",
)  # fmt: skip
# Remarks on the dead that decide nothing.
VAGUE = ("正常", "保留", "使用中", "稳定运行", "暂留", "待整合", "机器完好", "领导要求先留着")
# What stands in the cell of the last login where a clerk does not look it up; nothing that a date can be read from.
LOGIN_WORDS = ("每天", "天天用", "近期", "频繁", "一直在用", "2026-02-30", "随时")
