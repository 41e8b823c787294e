"""What clerks and machines of a city are in the habit of: the first city's, and those of another one that shares none of them.

The second city is held out: rules, words and limits are never changed because of what it shows. It calls seasonal, standby
and emergency systems otherwise, remarks on them in other words or not at all, renews contracts of what nobody uses, drills
once a year, and runs agents on idle machines; its artificial loads are waves and last-week jobs, not a straight line.
The third goes further: tests/city/twists.py; the fourth goes other ways: tests/city/disguises.py. The fifth is a neighbour
whose ordinary life is another: tests/city/neighbours.py. The sixth is a large data centre: tests/city/centre.py.
The seventh is a port with islands: tests/city/harbour.py. The eighth is a county-level city inland: tests/city/county.py.
The ninth is a border prefecture in the north: tests/city/frontier/prefecture.py.
The tenth is an old industrial city on a river: tests/city/foundry/rustbelt.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.city.centre_words import EMERGENCIES as CENTRE_EMERGENCIES
from tests.city.centre_words import SEASONS as CENTRE_SEASONS
from tests.city.centre_words import STANDBYS as CENTRE_STANDBYS
from tests.city.county_words import GENERICS as COUNTY_GENERICS
from tests.city.foundry.words import GENERICS as FOUNDRY_GENERICS
from tests.city.frontier.words import GENERICS as FRONTIER_GENERICS
from tests.city.harbour_words import EMERGENCIES as HARBOUR_EMERGENCIES
from tests.city.harbour_words import SEASONS as HARBOUR_SEASONS
from tests.city.harbour_words import STANDBYS as HARBOUR_STANDBYS
from tests.city.neighbours_words import EMERGENCIES, SEASONS, STANDBYS

Span = tuple[int, int]  # days ago


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """The habits of one city; the defaults are those of the first.

    `names` gives other names to titles with a tag of departments.txt, `remarks` what the ledger may say of a behaviour
    (`None`: nothing), `logins` and `updates` how long ago, `renewed` the share of zombies whose contract was renewed all
    the same, `agents_percent` what agents cost every idle machine, `loads` how artificial load looks.
    """

    name: str
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    remarks: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    logins: Mapping[str, Span] = field(default_factory=dict)
    updates: Mapping[str, Span] = field(default_factory=dict)
    renewed: float = 0.0
    shares: Mapping[str, float] = field(default_factory=dict)
    agents_percent: float = 0.0
    loads: tuple[str, ...] = ("flat",)
    twisted: bool = False  # whether tests/city/twists.py applies, with the shares below
    candid: bool = True  # whether clerks tick why a system is useless while they say it is none
    patched: float = 0.0
    monitor_logins: float = 0.0
    late_monitoring: float = 0.0
    stale_links: float = 0.0
    backups: float = 0.0
    scans: bool = False
    disguised: bool = False  # whether tests/city/disguises.py applies, with the shares below
    patrols: float = 0.0
    old_ledgers: float = 0.0
    unit_updates: float = 0.0
    watched: float = 0.0
    web_logs: float = 0.0
    neighbouring: bool = (
        False  # whether tests/city/neighbours.py applies, with the share of dead systems a portal still names
    )
    once_linked: float = 0.0
    centred: bool = False  # whether tests/city/centre.py applies
    coastal: bool = False  # whether tests/city/harbour.py applies, which says of every system what it is
    inland: bool = False  # whether tests/city/county.py applies, which does so, too
    bordering: bool = False  # whether tests/city/frontier/prefecture.py applies, which does so, too
    industrial: bool = False  # whether tests/city/foundry/rustbelt.py applies, which does so, too
    units: str = "departments.txt"  # the file of its units
    generics: tuple[str, ...] = ()  # what every office has, where that is not what it is in the first city
    must: tuple[str, ...] = ()  # the behaviours that a small city has in any case


FIRST_HABITS = Habits(name="first")
SECOND_HABITS = Habits(
    name="second",
    names={
        "~": (
            "稻谷收购监管系统", "公务员招录平台", "学位论文抽检系统", "农民丰收节服务平台", "人大代表履职平台", "职称评定系统", "扫雪除冰调度系统", "春耕备耕服务系统",
            "开渔休渔管理系统", "奖学金管理系统", "年度述职平台", "秋季征订系统", "新生儿入园摇号系统", "两会服务平台", "老年体检预约系统", "城乡居保缴费系统",
            "政府质量奖评选平台", "甘蔗入榨管理系统", "高温津贴发放系统", "龙舟赛事服务平台", "全民阅读月平台", "荔枝销售服务平台",
        ),
        "=": ("二中心数据库节点", "从站", "热备集群", "B机房副本", "镜像站点"),
        "^": ("三防值守平台", "联动处置系统", "战勤保障系统", "重大舆情处置平台", "抢险物资调拨系统"),
    },
    remarks={
        "seasonal-off": ("每年9月至11月运行", "平时不用，办理期间开放", None, "一年开一次", None),
        "seasonal-on": ("每年1月至3月运行", None),
        "standby": ("主站故障时切换", None, "与主中心同步数据"),
        "emergency": ("有情况时使用", None, "每年演练一次"),
        "test": ("开发联调", None),
        "replaced": ("省里已有统一系统", None, "拟停用"),
    },
    logins={
        "abandoned": (200, 1800), "cron": (200, 1800), "off": (200, 1800), "pumped": (200, 1200), "declared": (200, 1800),
        "seasonal-off": (90, 360), "standby": (30, 400), "emergency": (10, 370), "called": (30, 380), "test": (1, 60), "replaced": (190, 900),
    },
    updates={"seasonal-off": (60, 420), "standby": (20, 400), "emergency": (20, 450), "called": (20, 420), "office": (5, 700)},
    renewed=0.2,
    shares={
        "office": 0.30, "public": 0.12, "steady": 0.15, "batch": 0.03, "light": 0.17, "new": 0.02, "called": 0.04, "test": 0.03,
        "abandoned": 0.035, "cron": 0.015, "off": 0.03, "declared": 0.01, "expired": 0.03, "replaced": 0.01, "pumped": 0.015,
        "unmeasured": 0.02, "unmeasured-zombie": 0.01,
    },
    agents_percent=2.0,
    loads=("wave", "late", "copied"),
)  # fmt: skip
THIRD_HABITS = Habits(
    name="third",
    names={
        "~": (
            "海域使用金核定系统", "伏季捕捞许可系统", "荣誉称号推荐平台", "财政供养人员统计系统", "村务公开年度台账", "民主评议平台", "政策性粮食库存清查系统", "党费核算系统",
            "机关事业单位考核系统", "台风损失核报系统", "困难群众慰问管理系统", "退役士兵安置系统", "学科竞赛平台", "专项债项目储备库", "人才津贴核发系统", "社科成果登记系统",
            "驻村干部轮换系统", "林下经济补助系统", "航标年度核查系统", "妇女两癌筛查系统",
        ),
        "=": ("二号机房系统", "冷站系统", "从库平台", "异城节点系统", "热站系统"),
        "^": ("海上搜救协同系统", "大面积停电处置系统", "群体事件会商系统", "油污清除调度系统", "疫点封控系统"),
    },
    remarks={
        "seasonal-off": (None, None, "每年11月开", None),
        "seasonal-on": (None,), "standby": (None, "配合主站"), "emergency": (None, "平时值守"), "test": (None, "供厂家使用"),
        "replaced": (None, "省厅系统已上线"), "few": (None, "处室内部使用"), "api": (None, "后台服务"), "nightly": (None, "夜间跑批"),
    },
    logins={
        "abandoned": (150, 2200), "cron": (190, 2200), "off": (150, 2200), "pumped": (190, 1800), "declared": (190, 2200),
        "seasonal-off": (80, 410), "standby": (20, 700), "emergency": (5, 500), "called": (60, 900), "test": (1, 120), "replaced": (190, 1300),
    },
    updates={
        "seasonal-off": (60, 500), "standby": (20, 600), "emergency": (20, 600), "called": (20, 600), "office": (5, 1100), "steady": (5, 1500),
        "few": (30, 1200), "api": (20, 700), "gateway": (20, 700), "nightly": (20, 700),
    },
    renewed=0.3,
    shares={
        "office": 0.25, "public": 0.11, "steady": 0.13, "batch": 0.04, "light": 0.12, "new": 0.02, "called": 0.03, "test": 0.02,
        "few": 0.05, "api": 0.04, "gateway": 0.03, "nightly": 0.03,
        "abandoned": 0.04, "cron": 0.015, "off": 0.025, "declared": 0.01, "expired": 0.02, "replaced": 0.01, "pumped": 0.02,
        "unmeasured": 0.02, "unmeasured-zombie": 0.01,
    },
    agents_percent=1.0,
    loads=("office", "wave", "copied", "late"),
    twisted=True,
    candid=False,
    patched=0.2,
    monitor_logins=0.15,
    late_monitoring=0.08,
    stale_links=0.05,
    backups=0.35,
    scans=True,
)  # fmt: skip
FOURTH_HABITS = Habits(
    name="fourth",
    names={
        "~": (
            "清明祭扫预约系统", "中秋市场检查系统", "城市防涝值班填报系统", "年度考评投票系统", "新兵体检登记系统", "事业单位招聘系统", "社区选举登记系统", "冬季用煤补贴系统",
            "助学贷款审核系统", "学业水平测试系统", "民生实事票决系统", "菜篮子保供填报系统", "烟叶收购监管系统", "采砂期管理系统", "蚕桑补贴系统", "春季造林验收系统",
        ),
        "=": ("影子库系统", "对端站点系统", "接管节点平台", "离线拷贝系统"),
        "^": ("塌方处置协同系统", "断水保供调度系统", "疫情流调系统", "高层火警联动系统"),
    },
    remarks={
        "seasonal-off": (None, "每年九月用", None), "seasonal-on": (None,), "standby": (None, None, "主机坏了才用"), "emergency": (None,), "test": (None, "厂家调试"),
        "replaced": (None, None, "业务已转省平台"), "kiosk": (None, "大厅显示屏"), "archive": (None, "只查旧档"), "api": (None,), "borrowed": (None,),
    },
    logins={
        "abandoned": (200, 2400), "cron": (200, 2000), "off": (170, 2000), "pumped": (200, 1500), "declared": (200, 2000), "borrowed": (200, 1600),
        "seasonal-off": (100, 400), "standby": (30, 800), "emergency": (20, 700), "called": (100, 1100), "test": (1, 80), "replaced": (200, 1200),
        "kiosk": (200, 1400), "archive": (3, 60), "api": (150, 1200), "gateway": (200, 700), "nightly": (200, 1200),
    },
    updates={
        "seasonal-off": (40, 450), "standby": (20, 700), "emergency": (20, 700), "called": (20, 700), "kiosk": (20, 800), "archive": (900, 2400),
        "api": (20, 700), "gateway": (20, 600), "nightly": (20, 700), "steady": (5, 1200), "few": (30, 900),
    },
    renewed=0.35,
    shares={
        "office": 0.27, "public": 0.11, "steady": 0.13, "batch": 0.03, "light": 0.12, "new": 0.02, "called": 0.03, "test": 0.02,
        "few": 0.03, "api": 0.03, "gateway": 0.02, "nightly": 0.02, "kiosk": 0.03, "archive": 0.03,
        "abandoned": 0.045, "cron": 0.015, "off": 0.02, "declared": 0.01, "expired": 0.02, "replaced": 0.01, "pumped": 0.025, "borrowed": 0.015,
        "unmeasured": 0.02, "unmeasured-zombie": 0.01,
    },
    agents_percent=1.5,
    loads=("noisy-copy", "ramp", "late-copy", "random-bursts"),
    candid=False,
    disguised=True,
    patrols=0.3,
    old_ledgers=0.06,
    unit_updates=0.12,
    watched=0.25,
    web_logs=0.5,
)  # fmt: skip
FIFTH_HABITS = Habits(
    name="fifth",
    names={"~": tuple(SEASONS), "=": STANDBYS, "^": EMERGENCIES},
    # Nothing of the first city's own words: what is remarked is drawn in tests/city/neighbours.py.
    remarks=dict.fromkeys(("seasonal-off", "seasonal-on", "standby", "test", "emergency"), (None,)),
    shares={
        "office": 0.25, "public": 0.11, "steady": 0.12, "batch": 0.03, "light": 0.12, "new": 0.02, "called": 0.03, "test": 0.02,
        "few": 0.035, "api": 0.03, "gateway": 0.015, "nightly": 0.02, "kiosk": 0.02, "archive": 0.025, "monthly": 0.03,
        "ended": 0.035, "superseded": 0.03, "unborn": 0.025, "merged": 0.02, "abandoned": 0.03, "cron": 0.01, "off": 0.02, "declared": 0.01,
        "unmeasured": 0.008, "unmeasured-zombie": 0.005,
    },
    candid=False,
    web_logs=0.6,
    neighbouring=True,
    once_linked=0.12,
    must=(
        "ended", "superseded", "unborn", "merged", "abandoned", "cron", "off", "declared",
        "called", "few", "archive", "api", "gateway", "nightly", "kiosk", "monthly", "test",
    ),
)  # fmt: skip
SIXTH_HABITS = Habits(
    name="sixth",
    names={"~": tuple(CENTRE_SEASONS), "=": CENTRE_STANDBYS, "^": CENTRE_EMERGENCIES},
    # Nothing of the first city's own words: what is remarked is drawn in tests/city/centre.py.
    remarks=dict.fromkeys(("seasonal-off", "seasonal-on", "standby", "test", "emergency"), (None,)),
    shares={
        "office": 0.22, "public": 0.10, "steady": 0.11, "batch": 0.03, "light": 0.10, "new": 0.02, "called": 0.025, "test": 0.025,
        "sso": 0.05, "shared": 0.035, "platform": 0.01, "dayuse": 0.02, "ingest": 0.025, "relic": 0.02, "half": 0.025, "census": 0.01, "few": 0.02,
        "leftover": 0.035, "visited": 0.025, "remote": 0.02, "autopaid": 0.02, "cloned": 0.015, "reformed": 0.02, "abandoned": 0.025,
        "cron": 0.01, "off": 0.015, "declared": 0.01, "unmeasured": 0.012, "unmeasured-zombie": 0.008,
    },
    candid=False,
    web_logs=0.6,
    centred=True,
    must=(
        "leftover", "visited", "remote", "autopaid", "cloned", "reformed", "abandoned", "off",
        "sso", "shared", "platform", "dayuse", "ingest", "relic", "half", "census", "called", "test",
        "unmeasured", "unmeasured-zombie",
    ),
)  # fmt: skip
SEVENTH_HABITS = Habits(
    name="seventh",
    names={"~": tuple(HARBOUR_SEASONS), "=": HARBOUR_STANDBYS, "^": HARBOUR_EMERGENCIES},
    # Nothing of the first city's own words: kinds and remarks are drawn in tests/city/harbour.py.
    remarks=dict.fromkeys(("seasonal-off", "seasonal-on", "test", "emergency"), (None,)),
    shares={"office": 1.0},
    candid=False,
    web_logs=0.5,
    coastal=True,
    must=("office",),
)
EIGHTH_HABITS = Habits(
    name="eighth",
    shares={"office": 1.0},
    candid=False,
    web_logs=0.55,
    inland=True,
    units="county_units.txt",
    generics=COUNTY_GENERICS,
    must=("office",),
)
NINTH_HABITS = Habits(
    name="ninth",
    shares={"office": 1.0},
    candid=False,
    web_logs=0.55,
    bordering=True,
    units="frontier/units.txt",
    generics=FRONTIER_GENERICS,
    must=("office",),
)
TENTH_HABITS = Habits(
    name="tenth",
    shares={"office": 1.0},
    candid=False,
    web_logs=0.55,
    industrial=True,
    units="foundry/units.txt",
    generics=FOUNDRY_GENERICS,
    must=("office",),
)
HABITS: Mapping[str, Habits] = {
    habits.name: habits
    for habits in (
        FIRST_HABITS,
        SECOND_HABITS,
        THIRD_HABITS,
        FOURTH_HABITS,
        FIFTH_HABITS,
        SIXTH_HABITS,
        SEVENTH_HABITS,
        EIGHTH_HABITS,
        NINTH_HABITS,
        TENTH_HABITS,
    )
}
