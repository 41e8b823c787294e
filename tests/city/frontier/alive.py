"""The living of the ninth city that hardly show it, and by which evidence (`why`) an auditor can tell them from the dead."""

from __future__ import annotations

from tests.city.frontier.story import Story

STORIES_OF_THE_LIVING: dict[str, Story] = {
    "openwater": Story(
        count=2, login=(153, 172), update=(100, 300), contract=(60, 400), users=(15, 90), klass="seasonal", says="always",
        why="in use: needed while the border river is open, from May to October, last at the end of the last season, under contract, as the row says",
        names=(
            ("kab", "界江船舶查验系统", ""), ("jtj", "界江渡运调度系统", ""), ("slj", "界江水文巡测系统", ""), ("nyj", "界江渔船管控系统", ""),
        ),
        notes=("界江明水期5—10月用，封冻期停", "每年开江到封江使用，冬天没有业务"),
    ),
    "icefair": Story(
        count=2, login=(36, 38), update=(60, 200), contract=(60, 400), users=(30, 300), klass="seasonal", logged=True, logins=(0, 3),
        why="in use: every winter to the end of February, this one too (access log, last login), and under contract for the next",
        names=(("wlj", "冰雪节票务系统", ""), ("wlj", "雪场安全监管系统", ""), ("wlj", "冬捕节报名系统", ""), ("jtj", "冬季旅游包车系统", "")),
        notes=("每年12月下旬到2月底用", "冰雪季系统，2月底收摊，下季再开"),
    ),
    "portduty": Story(
        count=2, login=(1, 2), update=(30, 500), contract=(30, 500), logins=(40, 200), users=(8, 30), logged=True,
        why="in use: the crossing opens on Tuesdays and Fridays in the forenoon, and then it is worked with (access log), the last time on the last day of the period",
        names=(("kab", "旅检通道管理系统", ""), ("kab", "边民通行证系统", ""), ("kab", "货场预约系统", ""), ("jtj", "国际道路运输系统", "")),
        notes=("口岸周二、周五上午开关时用", "开关日才有业务，一周两个半天"),
    ),
    "fieldsync": Story(
        count=2, login=(200, 600), update=(30, 300), contract=(60, 500), users=(30, 120), logged=True,
        why="in use: rangers' handhelds deliver a week's patrols when they are back on Sunday evening (access log: POST /sync/patrol by many devices); nobody needs its pages",
        names=(("lcj", "护林员巡护系统", ""), ("lcj", "野外红外相机回传系统", ""), ("lcj", "野生动物监测系统", ""), ("nyj", "草原巡查系统", "")),
        notes=("护林员手持机周日回站同步，网页不用登", "山上没信号，下山后手持机自动传"),
    ),
    "logkeeper": Story(
        count=2, login=(100, 220), update=(60, 330), contract=(60, 500), users=(2, 5), says="always",
        why="in use: it receives the other systems' logs day and night and keeps them as the law asks, looked into after incidents only, under contract, as the row says",
        names=(("dsj", "政务云日志审计系统", ""), ("gaj", "日志留存系统", ""), ("wjw", "卫健日志汇聚系统", ""), ("jyj", "教育网日志留存系统", "")),
        notes=("网络日志留存不少于六个月，出事才查，平时没人登", "等保要求的日志汇聚，设备自动送，无需登录"), state="后台运行",
    ),
    "nameserver": Story(
        count=2, login=None, update=(30, 300), contract=(60, 500), users=(1, 3), says="always",
        why="in use: names or times are asked of it all day, without page or login, as the row says; living systems name it among what they need",
        names=(("dsj", "政务外网域名解析系统", ""), ("dsj", "统一时间同步系统", ""), ("wjw", "卫健专网域名系统", ""), ("jyj", "教育网解析系统", "")),
        notes=("基础服务，没有界面，全网设备都在用", "后台服务，无登录，流量很小但不能停"), state="后台运行",
    ),
    "quarterly": Story(
        count=2, login=(82, 86), update=(60, 400), contract=(30, 400), logins=(0, 4), users=(15, 90), logged=True,
        why="in use: filled in during the first working days of a quarter, this one too (access log, last login in January), the next begins with April",
        names=(("rsj", "企业岗位季报系统", ""), ("zjj", "建筑业季报系统", ""), ("nyj", "农户收支季报系统", ""), ("jtj", "公路养护季报系统", ""), ("yjj", "隐患治理季报系统", "")),
        notes=("每季度首月上旬填报", "一季报一次，其余时间没人进"),
    ),
    "rescue": Story(
        count=1, login=(11, 12), update=(60, 400), contract=(60, 400), users=(6, 30), klass="emergency", says="always", logged=True,
        why="in use: used when somebody is lost on the ice or in the hills, three times in the quarter (access log: records made within hours), as the row says",
        names=(("yjj", "冰面救援调度系统", ""), ("yjj", "山林搜救指挥系统", ""), ("wjw", "雪场急救联动系统", "")),
        notes=("有险情才用，平时没有登录", "救援时启用，这季度出动3次"),
    ),
    "clearing": Story(
        count=2, login=(20, 34), update=(30, 330), contract=(60, 500), users=(1, 4), logins=(1, 4), logged=True,
        why="in use: it settles every night, and the bank fetches the file of the day at six (access log: another file each day); people look in about once a month, under contract",
        names=(("jtj", "公交卡清算系统", ""), ("zjj", "供热费代收对账系统", ""), ("rsj", "社保卡代发对账系统", ""), ("mygs", "工资代发结算系统", "")),
        notes=("夜间自动清算，银行早上取文件", "每天日终跑批，平时不登录"),
    ),
    "freshstart": Story(
        count=1, login=(1, 4), update=(2, 20), contract=(300, 700), logins=(20, 90), users=(8, 40), logged=True,
        why="in use: put to use in February, its machines are weeks old, and people have come to it since (access log)",
        names=(("dsj", "一业一证申办系统", ""), ("wlj", "研学旅行备案系统", ""), ("wjw", "托育机构登记系统", "")),
        notes=("2月刚上线",),
    ),
    "greenside": Story(
        count=1, login=(1, 4), update=(20, 24), contract=(60, 500), logins=(100, 500), users=(40, 300), logged=True,
        why="in use: the other half of a pair that takes turns at each release; idle until 10 March, all work is done on it since (access log, samples)",
        names=(("jtj", "掌上公交后台（乙环境）", ""), ("wjw", "预约挂号后台（乙环境）", ""), ("rsj", "求职招聘后台（乙环境）", "")),
        notes=("甲乙环境轮换发布，3月10日切到本环境",),
    ),
    "biennial": Story(
        count=1, login=(500, 555), update=(41, 57), contract=(120, 600), users=(20, 90), klass="seasonal", says="always",
        why="in use: needed every two years, next in July 2026; renewed in February and under contract, as the row says",
        names=(("lcj", "森林资源清查系统", ""), ("lcj", "湿地调查系统", ""), ("nyj", "草场承载力调查系统", "")),
        notes=("两年一次外业清查，2026年7月开始用，今年2月已升级", "逢双年7月外业用，2月刚做完升级"),
    ),
    "cabin": Story(
        count=2, login=(1, 2), update=(200, 900), contract=(-90, 400), logins=(50, 64), users=(2, 5), logged=True,
        why="in use: two people on watch write one line at each change, at seven and at nineteen hours every day (access log, last login)",
        names=(("lcj", "瞭望塔值守日志系统", ""), ("yjj", "冰凌观测日志系统", ""), ("mygs", "排水泵房日志系统", ""), ("jtj", "渡口值守日志系统", "")),
        notes=("两个人轮班记，一天两条",),
    ),
    "broadcast": Story(
        count=2, login=(200, 500), update=(30, 330), contract=(60, 500), users=(3, 9), logged=True,
        why="in use: loudspeakers of the villages fetch what to play three times a day (access log: many devices); nobody needs to log in, under contract",
        names=(("wlj", "村村响广播系统", ""), ("yjj", "应急广播系统", ""), ("nyj", "农村大喇叭系统", "")),
        notes=("终端定时取节目单，后台不用登",),
    ),
    "snowday": Story(
        count=2, login=(13, 14), update=(60, 500), contract=(30, 400), logins=(10, 60), users=(10, 60), logged=True,
        why="in use: worked with on days of snow, eight of them in the quarter (access log), the last on 19 March",
        names=(("zjj", "清雪调度系统", ""), ("jtj", "公路除雪保通系统", ""), ("jyj", "雪天停课通知系统", ""), ("zjj", "屋面积雪排查系统", "")),
        notes=("下雪才用", "降雪响应时启用"),
    ),
    "thin": Story(
        count=3, login=(1, 4), update=(20, 600), contract=(-60, 500), logins=(100, 700), users=(15, 90), logged=True,
        why="in use: people work with it every day (access log, last login); its database is the city's common one, so that its own machines do next to nothing",
        names=(
            ("rsj", "事业编制查询系统", ""), ("wjw", "疾控物资申领系统", ""), ("jyj", "校服备案系统", ""), ("zjj", "施工图备查系统", ""), ("nyj", "兽药经营备案系统", ""),
            ("dsj", "印章管理系统", ""),
        ),
        notes=("数据库用的市里公共库，本机只有页面",),
    ),
    "robotwork": Story(
        count=2, login=(1, 3), update=(10, 150), contract=(60, 400), logins=(20, 60), users=(3, 9), logged=True,
        why="in use: a robot hands in the day's cases, another number each day, and clerks decide on them (access log: /claim/submit with numbers, /claim/review)",
        names=(("rsj", "工伤待遇初审系统", ""), ("wjw", "医疗费用初审系统", ""), ("nyj", "农机补贴录入系统", ""), ("dsj", "材料预审系统", "")),
        notes=("机器人录入，人工复核", "RPA代录，每天一两百笔"),
    ),
    "bigheap": Story(
        count=1, login=(1, 3), update=(20, 300), contract=(30, 400), logins=(100, 700), users=(20, 150), says="never", logged=True,
        why="in use: people work with it every day (access log, last login); its memory stands still because the program takes it at start",
        names=(("zjj", "三维管线系统", ""), ("jtj", "路网仿真系统", ""), ("lcj", "森林防火推演系统", "")),
    ),
    "docking": Story(
        count=1, login=(100, 170), update=(30, 300), contract=(60, 500), users=(4, 20), logged=True,
        why="in use: recorders are put into their docks after each shift and unload (access log: POST /upload by many docks), the disk grows with it; looked into when there is a dispute, under contract",
        names=(("jtj", "执法记录仪存储系统", ""), ("zjj", "城管执法影像系统", ""), ("lcj", "林政执法影像系统", "")),
        notes=("记录仪插上采集站自动上传，有纠纷才调看",),
    ),
}  # fmt: skip
STORIES_OF_THE_OPEN: dict[str, Story] = {
    "sealed": Story(
        count=1, login=(250, 500), update=(260, 700), contract=None, says="always",
        why="undecidable: idle, but sealed as evidence by order of others; whether it may be judged at all has to be asked",
        names=(("gxj", "技改补贴申报系统", ""), ("mzj", "救助资金发放系统", ""), ("slj", "水利项目招标系统", "")),
        notes=("案件需要，办案单位要求封存，暂不得处置",), state="封存",
    ),
    "acceptance": Story(
        count=1, login=None, update=None, contract=None, users=(0, 2), says="always",
        why="undecidable: delivered half a year ago, not accepted because of a quarrel with its contractor; whether it will be used has to be asked",
        names=(("sthj", "排污权交易系统", ""), ("slj", "智慧灌区系统", ""), ("fgw", "项目全周期系统", "")),
        notes=("与承建方有纠纷，未验收，协商中",), state="未验收",
    ),
    "strangeflow": Story(
        count=2, login=None, update=(200, 330), contract=(60, 400), says="never",
        why="undecidable: paid for and not logged, steady traffic of which nobody knows whose it is, the row tells neither login nor use",
        names=(("fgw", "价格信息系统", ""), ("tjj", "抽样框管理系统", ""), ("gxj", "工业互联网系统", ""), ("sfj", "律师管理系统", "")),
    ),
    "loneviewer": Story(
        count=1, login=(380, 700), update=(200, 340), contract=(20, 200), logins=(0, 1), users=(2, 9), says="never", logged=True,
        why="undecidable: its row dates the last login long ago, its access log shows one address that opens two pages on some days; who that is has to be asked",
        names=(("wjw", "医学会管理系统", ""), ("jyj", "教科研课题系统", ""), ("nyj", "农技专家系统", "")),
    ),
    "latemonitor": Story(
        count=1, login=None, update=None, contract=None, says="never",
        why="undecidable: measured for three weeks only, and the row is blank",
        names=(("mzj", "殡葬改革系统", ""), ("sfj", "公证档案系统", ""), ("gxj", "散装水泥系统", "")),
    ),
}  # fmt: skip
