"""Fictional persons, firms and products of the city."""

from __future__ import annotations

import numpy as np

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英霞平刚桂华建国志文玉兰红波宁浩凯健俊帆雪琳欣悦晨宇航嘉怡思远海燕春梅晓东立新成龙子涵一诺"
VENDORS = (
    "云麓智信科技有限公司", "川阳软件股份有限公司", "望溪数据技术有限公司", "示例浪涌信息产业集团", "示例东方软控集团",
    "青岩网络工程有限公司", "石渚信息技术有限公司", "云麓系统集成有限公司", "示例极光云创有限公司", "柳浦数字科技有限公司",
    "示例中软信科有限公司", "川北电子工程公司", "示例万户网讯有限公司", "示例市信息产业发展有限公司",
)  # fmt: skip
OFFICES = ("信息中心", "办公室", "信息科", "科技信息化科", "规划财务科", "综合科", "行政审批科", "网络安全与信息化科")
OLD_OS = ("Windows Server 2008 R2", "CentOS 6.9", "Red Hat Enterprise Linux 6.8", "Windows Server 2003")
USUAL_OS = (
    "CentOS 7.6",
    "CentOS 7.9",
    "Windows Server 2012 R2",
    "Windows Server 2016",
    "Red Hat Enterprise Linux 7.6",
    "Ubuntu 20.04",
)
DOMESTIC_OS = ("银河麒麟高级服务器操作系统V10", "统信UOS服务器版V20", "中科方德服务器操作系统", "openEuler 22.03")
USUAL_DB = (
    "Oracle 11g",
    "Oracle 12c",
    "MySQL 5.7",
    "SQL Server 2008 R2",
    "SQL Server 2014",
    "PostgreSQL 12",
    "MySQL 8.0",
)
DOMESTIC_DB = ("达梦DM8", "人大金仓KingbaseES V8", "GaussDB", "南大通用GBase 8s", "openGauss 3.0")
USUAL_MIDDLEWARE = ("Tomcat 8.5", "WebLogic 10.3.6", "WebLogic 12c", "IIS 7.5", "Nginx 1.20", "JBoss 6")
DOMESTIC_MIDDLEWARE = ("东方通TongWeb 7.0", "金蝶天燕AAS V10", "宝兰德BES 9.5", "中创InforSuite AS")


def pick(rng: np.random.Generator, choices: tuple[str, ...] | str) -> str:
    """One of them."""
    return choices[int(rng.integers(len(choices)))]


def person(rng: np.random.Generator) -> str:
    """A name of two or three characters."""
    return pick(rng, SURNAMES) + "".join(pick(rng, GIVEN) for _ in range(1 + int(rng.random() < 0.7)))


def mobile(rng: np.random.Generator) -> str:
    """A number of the right form; 199 0000 stands in front, as in films 555."""
    return f"1990000{int(rng.integers(10_000)):04d}"
