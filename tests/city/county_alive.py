"""The living of the eighth city that hardly show it, and those that nobody can tell; `county_kinds.py` has the list."""

from __future__ import annotations

from tests.city.county_story import Story

STORIES_OF_THE_LIVING: dict[str, Story] = {
    "flood": Story(
        count=2, login=(165, 190), update=(20, 300), contract=(60, 500), users=(20, 80), klass="seasonal", logged=True,
        why="in use: watched in the flood season from April to October; in the dry months its stations report at eight every morning",
        names=(("slj", "山洪灾害监测系统"), ("slj", "中小河流预警系统"), ("yjj", "地灾雨量监测系统")),
        notes=("汛期4—10月值守用，枯水期每天8时报一次", "非汛期只收8时水情"),
    ),
    "yearly": Story(
        count=3, login=(255, 300), update=(30, 330), contract=(60, 400), users=(30, 400), klass="seasonal", says="always",
        why="in use: needed for some weeks of each year, last in its last season, under contract, as the row says",
        names=(("jyj", "高考考务管理系统"), ("jyj", "中考体育测试系统"), ("nyj", "夏粮收购补贴系统"), ("jyj", "新生入学摇号系统"), ("yjj", "夏季防汛物资系统")),
        notes=("每年5—7月使用", "一年用一次，六月前后", "每年六月前后用，平时封存"),
    ),
    "training": Story(
        count=1, login=(160, 200), update=(60, 500), contract=(60, 400), klass="test", says="always",
        why="in use: two courses a year, in April and October, the last one was held, as the row says",
        names=(("dx", "初任培训环境"), ("rsj", "考评员培训系统"), ("wjw", "住院医师考核环境")),
        notes=("每年4月、10月两期培训使用",),
    ),
    "election": Story(
        count=1, login=(1500, 1700), update=(30, 120), contract=(100, 600), says="always", klass="seasonal",
        why="in use: needed every five years, next in the second half of 2026; made ready, updated and under contract, as the row says",
        names=(("mzj", "村居换届选举系统"), ("szb", "代表选举登记系统")),
        notes=("五年一次，2026年下半年换届要用，已做环境检查",),
    ),
    "latecomer": Story(
        count=2, login=(1, 5), update=(10, 200), contract=(60, 400), logins=(20, 300), users=(30, 300), klass="seasonal",
        why="in use: the year's declarations begin in the middle of March; people work with it every day since",
        names=(("jkq", "亩均评价申报系统"), ("rsj", "专技年度考核系统"), ("nyj", "春耕农资备案系统"), ("zrzy", "卫片执法填报系统")),
        notes=("3月中旬开始申报",), logged=True,
    ),
    "archived": Story(
        count=3, login=(2, 14), update=(900, 2500), contract=None, logins=(3, 9), users=(2, 7), logged=True,
        why="in use: looked up a few times a month when somebody comes with a question; the last of it in these weeks",
        names=(("daj", "知青档案查询系统"), ("mzj", "历史婚姻登记查询系统"), ("tyjr", "退役档案查阅系统"), ("zrzy", "老林权证查询系统"), ("daj", "招工表查询系统")),
        notes=("群众来查才用，一个月三五次", "查档用，旧系统不更新了"),
    ),
    "statute": Story(
        count=2, login=(3, 25), update=(1800, 3200), contract=None, logins=(1, 4), users=(2, 9), says="always", logged=True,
        why="in use: history that must be kept by law and is looked into for audits and petitions, the last time in these weeks",
        names=(("czj", "旧会计核算账套系统"), ("rsj", "社保历史数据查询系统"), ("ybj", "新农合历史结算查询系统"), ("zjj", "老产权底账系统")),
        notes=("按会计档案规定保存30年，只读，审计调阅", "法定留存，停止录入，信访、诉讼时调阅"),
    ),
    "iotgw": Story(
        count=2, login=None, update=(20, 200), contract=(60, 600), users=(1, 4), says="always",
        why="in use: devices report to it around the clock, without page or login; two living systems name it as their source",
        names=(("swgs", "水表物联网接入系统"), ("cgj", "井盖传感接入系统"), ("jkq", "企业用电监测网关"), ("lhz", "景区客流采集系统")),
        notes=("物联设备接入，无界面无登录", "后台网关，设备自动上报"), state="后台运行",
    ),
    "batchpay": Story(
        count=2, login=(22, 24), update=(30, 400), contract=(-60, 400), logins=(1, 4), users=(1, 4),
        why="in use: pensions and subsidies are reckoned in the evenings before the tenth of each month, by one clerk",
        names=(("czj", "惠农补贴核算系统"), ("rsj", "居保待遇核定系统"), ("mzj", "低保金核发系统"), ("tyjr", "优抚金核发系统")),
        notes=("每月10日前后跑批", "一个月用两天"),
    ),
    "drnode": Story(
        count=2, login=(150, 220), update=(60, 400), contract=(60, 600), users=(1, 4), klass="standby", says="always",
        why="in use: a copy elsewhere that is replicated to on Sundays, with a drill last autumn, under contract, as the row says",
        names=(("zrzy", "不动产异地备份节点"), ("czj", "支付系统备用节点"), ("wjw", "健康档案灾备节点"), ("rmyy", "病历异地副本系统")),
        notes=("灾备，每周日同步，去年秋天演练过", "备用节点，主系统故障时切换，周日同步"),
    ),
    "preparing": Story(
        count=2, login=(1, 4), update=(1, 20), contract=(200, 700), logins=(10, 60), users=(3, 12), says="always", logged=True,
        why="in use: being built, the contractor works on it every week; it opens in June 2026, as the row says",
        names=(("jkq", "智慧园区运营系统"), ("dsj", "高效办成一件事系统"), ("jyj", "教育数字化系统"), ("swgs", "智慧水务系统")),
        notes=("建设期，计划2026年6月上线", "在建，未验收，厂家驻场部署"), state="在建",
    ),
    "miniapi": Story(
        count=3, login=(300, 900), update=(30, 300), contract=(60, 500), users=(200, 4000), logged=True, website=True,
        why="in use: its pages are closed, but its interface is the back end of a mini-program, all day through one gateway",
        names=(("swgs", "网上营业厅网站"), ("wlj", "旅游资讯网站"), ("gh", "职工之家网站"), ("rmt", "便民服务网站"), ("jkq", "企业服务网站")),
        notes=("网页已停，接口供小程序调用", "网站关了，数据接口小程序在用"),
    ),
    "rollcall": Story(
        count=2, login=None, update=(20, 300), contract=(60, 500), users=(12, 30), klass="emergency", says="half", logged=True,
        why="in use: the duty room calls every town at eight in the evening, ten minutes a day, and commands with it when something happens",
        names=(("yjj", "应急指挥调度系统"), ("szb", "乡镇值班点名系统"), ("yjj", "森林防灭火调度系统")),
        notes=("每晚8点点名，有事才用", "值守系统，账号长期在线"),
    ),
    "marketday": Story(
        count=2, login=(1, 6), update=(60, 700), contract=(-90, 300), logins=(30, 90), users=(3, 9), logged=True,
        why="in use: three clerks work with it on market days only, which are those whose date ends in three or eight",
        names=(("hkz", "集镇摊位管理系统"), ("lhz", "赶集代办系统"), ("qsz", "牲畜交易登记系统"), ("nmx", "茶青交易系统")),
        notes=("逢三逢八赶集日用", "赶场才用"),
    ),
    "shifts": Story(
        count=2, login=(1, 2), update=(20, 400), contract=(30, 500), logins=(200, 900), users=(30, 200), logged=True,
        why="in use: gates and buses of the zone at the three changes of shift, on weekends, too",
        names=(("jkq", "危化品车辆出入系统"), ("jkq", "园区班车系统"), ("swgs", "水厂交接班系统"), ("sthj", "排口值守系统")),
        notes=("三班倒，交接班时用",),
    ),
    "fair": Story(
        count=1, login=(68, 73), update=(75, 200), contract=(30, 330), users=(40, 400), says="half", klass="seasonal", logged=True,
        why="in use: for one week of January, this year as well, and under contract for the next",
        names=(("swl", "茶博会展务系统"), ("gkx", "招商大会系统"), ("jkq", "项目签约大会系统")),
        notes=("每年一月大会用一周",),
    ),
    "uplink": Story(
        count=2, login=(250, 900), update=(20, 300), contract=(60, 500), users=(1, 5), says="always", logged=True,
        why="in use: firms deliver by night, at ten in the evening it goes to the province, who reads it; nobody logs in here, as the row says",
        names=(("sthj", "企业排污上传系统"), ("fgw", "能耗数据上传系统"), ("scjg", "计量数据上传系统"), ("yjj", "危化数据汇聚系统")),
        notes=("数据每天汇总报省平台，省里在用，本地不登录",),
    ),
    "overbuilt": Story(
        count=2, login=(1, 5), update=(10, 300), contract=(30, 500), logins=(100, 900), users=(20, 200), says="never", logged=True,
        why="in use: people work with it every day; the first of its machines does all the work, the others were bought for a growth that did not come",
        names=(("wjw", "远程心电系统"), ("jyj", "智慧课堂系统"), ("zjj", "智慧工地系统"), ("cgj", "智慧停车系统")),
    ),
    "padded": Story(
        count=1, login=(1, 4), update=(30, 400), contract=(20, 400), logins=(100, 600), users=(15, 90), says="never", logged=True,
        why="in use, gaming: people do work with it every day, and besides a program burns CPU at all hours, so that its machines are not made smaller",
        names=(("nyj", "农资监管系统"), ("zjj", "招投标备案系统"), ("jtj", "货运源头系统"), ("sfj", "公证预约系统")),
    ),
}  # fmt: skip
STORIES_OF_THE_OPEN: dict[str, Story] = {
    "fileshare": Story(
        count=1, login=(300, 800), update=(400, 1200), contract=(-600, -30), says="always",
        why="undecidable: the system is not used, its machine is, as a file share of its office; what the row stands for has to be asked",
        names=(("fgw", "项目资料系统"), ("czj", "评审资料系统"), ("nmx", "办公资料系统")), notes=("业务停用，服务器科室当共享盘用着",),
    ),
    "appclosed": Story(
        count=1, login=(60, 64), update=(70, 300), contract=(-30, 120), logged=True, says="always", users=(200, 3000),
        why="undecidable: its app was taken down at the end of January as the rules on apps ask; two months are no long idleness, and the orderly closing may be under way",
        names=(("cgjd", "掌上社区后台系统"), ("wlj", "文旅App后台系统"), ("jkq", "园区App后台系统")), notes=("App一月底按规定下架",),
    ),
    "contested": Story(
        count=1, login=(22, 23), update=(300, 800), contract=(-200, -20), logged=True, says="always", logins=(0, 6),
        why="undecidable: its unit says that it gave it away, nobody has taken it over, and somebody visits on some days; both units have to be asked",
        names=(("scjg", "无证经营查处系统"), ("zjj", "城建监察系统"), ("jtj", "超限处罚系统")), notes=("已移交综合执法队，对方未签收",),
    ),
    "blankthin": Story(
        count=1, login=None, update=None, contract=None, says="never",
        why="undecidable: its agents died, less than 80 % of its samples are there, and the row is blank",
        names=(("gh", "困难帮扶系统"), ("xcjd", "楼宇经济系统"), ("wjw", "计生档案系统")),
    ),
    "sporadic": Story(
        count=1, login=(22, 23), update=(200, 340), contract=(20, 200), logins=(0, 2), users=(2, 8), logged=True, says="half",
        why="undecidable: three visits in the quarter, under contract and updated within the year; some would keep it, some would not",
        names=(("zzb", "人才项目库系统"), ("gkx", "专家库系统"), ("fgw", "重大课题系统")), notes=("偶尔看看", "拟保留"),
    ),
}  # fmt: skip
