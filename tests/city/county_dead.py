"""The dead of the eighth city, how each died, and what still moves about it; `county_kinds.py` has the list."""

from __future__ import annotations

from tests.city.county_story import Story

STORIES_OF_THE_DEAD: dict[str, Story] = {
    "handover": Story(
        count=2, login=(560, 760), update=(800, 1500), contract=(-900, -300),
        why="zombie: handed over in the merger of 2024, counted once and never used by the successor; {shown}; its machines show agents only",
        names=(("swl", "粮食仓储统计系统"), ("gkx", "科技成果登记系统"), ("nyj", "动物疫病填报系统"), ("scjg", "价格举报办理系统"), ("dsj", "行政许可网上申报系统")),
        notes=("机构合并转过来的，清点后没登录过", "原单位系统，职能划走后没人管", "随转隶移交，业务走新单位系统"),
    ),
    "provincial": Story(
        count=2, login=(400, 1100), update=(500, 1300), contract=(-700, 250), says="always",
        why="zombie: all its users work in the province's system; every night the province's data flow back here and nobody reads them, as its unit says; {shown}",
        names=(("rsj", "社保经办系统（市级）"), ("mzj", "社会救助系统（市级）"), ("nyj", "农机购置补贴系统"), ("zjj", "建筑工人实名制系统"), ("ybj", "新农合结算系统")),
        notes=("业务全部在省统建系统办，本地库只收回流数据，没人用", "省厅收口，本地只留回流库，未开发应用", "经办都到省平台了，回流数据没人看"),
        logged=True,
    ),
    "heartbeat": Story(
        count=2, login=(300, 1200), update=(420, 1400), contract=(-800, 200), says="always",
        why="zombie: only the service bus asks day and night whether it is still there; no interface is called; {shown}",
        names=(("fgw", "重点项目储备系统"), ("jtj", "客运班线审批系统"), ("cgj", "户外广告备案系统"), ("sfj", "行政复议登记系统"), ("dsj", "并联审批系统")),
        notes=("业务停办，总线注册没注销", "服务总线心跳还在，接口无调用，业务已停"), logged=True,
    ),
    "frontgone": Story(
        count=2, login=(260, 800), update=(300, 900), contract=(-500, 100), users=(20, 400),
        why="zombie: the mini-program with a new back end replaced it; visitors are sent to a page with its code and do nothing else here; {shown}",
        names=(("wjw", "健康服务网"), ("wlj", "市民体育网"), ("rsj", "招工信息网"), ("cgj", "市民城管网"), ("jyj", "家校服务网")),
        notes=("已换成小程序（新后台），网站只剩扫码页", "市民端改小程序，网页不再受理"), logged=True, website=True,
    ),
    "staging": Story(
        count=2, login=(240, 520), update=(380, 900), contract=(-800, -380), users=(1, 6), says="always", klass="test",
        why="zombie: second phase ended without result; the contractor's own builds run every night, nobody of the unit works here; {shown}",
        names=(("jkq", "智慧园区二期测试环境"), ("dsj", "一网统管二期联调环境"), ("wjw", "医共体二期预发环境"), ("zjj", "智慧工地二期测试环境")),
        notes=("二期项目已终止，厂家测试环境未收回", "项目终止了，厂家自己在上面编译，本单位没人用"), logged=True,
    ),
    "campaign": Story(
        count=3, login=(850, 1900), update=(900, 1950), contract=(-1500, -500), users=(50, 3000),
        why="zombie: its campaign is over for years and the data were handed over; {shown}; the database keeps its memory, nothing happens",
        names=(
            ("wjw", "核酸采样登记系统"), ("nyj", "脱贫攻坚普查系统"), ("sthj", "污染源普查系统"), ("tjj", "第七次人口普查系统"), ("jkq", "复工复产申报系统"),
            ("zjj", "自建房专项排查系统"), ("hkz", "返乡人员登记系统"), ("wjw", "疫苗接种排班系统"),
        ),
        notes=("专项工作2022年底结束，数据已移交省里", "任务完成，数据已入省库", "活动结束，没再用过"),
    ),
    "inspection": Story(
        count=1, login=(20, 22), update=(500, 1100), contract=(-900, -400), logins=(0, 3), users=(2, 9), says="always",
        why="zombie: opened on the two days of an inspection only, its business is done elsewhere, as its unit says; without contract, not updated; {shown}",
        names=(("zfw", "平安建设迎检台账系统"), ("cgjd", "文明创建展示系统"), ("zzb", "党建考核展示系统"), ("nyj", "乡村振兴迎检系统")),
        notes=("迎检展示用，平时不用，业务在综治平台办", "上级检查时打开看一下，无实际业务"), logged=True,
    ),
    "pairsync": Story(
        count=2, login=(450, 1000), update=(460, 1200), contract=(-700, 150),
        why="zombie: it and another dead system copy from each other around the clock, nobody else comes to either; {shown}",
        names=(("jtj", "农村客运信息系统"), ("cgj", "公共自行车系统"), ("wlj", "乡村旅游采集系统"), ("gkx", "中小企业名录系统"), ("swl", "农贸市场信息系统")),
        notes=("两边都不用了，对接没停", "已不用，数据还在互传"), logged=True,
    ),
    "startpage": Story(
        count=2, login=(260, 900), update=(400, 1300), contract=(-800, -60), users=(30, 300), logins=(0, 1),
        why="zombie: browsers of old office machines still have it as start page; nobody goes beyond the login form; {shown}",
        names=(("szb", "内网信息门户"), ("jyj", "教育办公系统（旧）"), ("jkq", "管委会内部门户"), ("nyj", "农业内部办公网"), ("wjw", "卫生系统内网门户")),
        notes=("办公已改用省平台，旧门户登录已停", "电脑主页还设着，系统不用了"), logged=True,
    ),
    "retired": Story(
        count=1, login=(320, 700), update=(500, 1500), contract=(-900, -200), users=(1, 4), says="always",
        why="zombie: one session of a retired clerk, never closed on a machine never switched off, is all that calls; {shown}",
        names=(("zrzy", "地籍档案录入系统"), ("sfj", "普法考试系统"), ("czj", "会计信息系统（旧）"), ("fgw", "粮价采集系统")),
        notes=("只剩退休人员账号没注销，业务已停", "经办人退休后没人接"), logged=True,
    ),
    "probe": Story(
        count=1, login=(400, 900), update=(420, 1200), contract=(-700, -100), says="always",
        why="zombie: a security probe on its machine gets a copy of the whole network's traffic; the system itself is not used; {shown}",
        names=(("rmt", "网络问政采集系统"), ("zfw", "舆情线索系统"), ("dsj", "运行监测系统（一期）")),
        notes=("业务已停，机器上装了态势探针，流量是镜像", "系统不用了，服务器借给安全厂家放探针"),
    ),
    "showroom": Story(
        count=1, login=(350, 800), update=(500, 900), contract=(-600, -150), says="always", users=(2, 10),
        why="zombie: a wall shows made-up figures in turn, day and night; no data are connected, nobody works with it; {shown}",
        names=(("jkq", "园区运营大屏系统"), ("cgj", "城市管理驾驶舱"), ("dsj", "城市大脑展示系统")),
        notes=("大屏循环播放演示数据，未接业务", "展厅演示，数据是2023年的，没更新"), logged=True,
    ),
    "absorbed": Story(
        count=2, login=(280, 700), update=(400, 1100), contract=(-500, 100), users=(40, 900), says="always",
        why="zombie: absorbed by the city's portal, whose address its row now gives; its own machines show agents only; {shown}",
        names=(("jkq", "企业一站式申报系统"), ("rsj", "就业补贴申领系统"), ("zjj", "施工图线上报审系统"), ("scjg", "开办企业专区系统")),
        notes=("功能已并入市一体化平台，从平台进", "已整合到一体化平台，原服务器未退"),
    ),
    "poweredoff": Story(
        count=1, login=(400, 900), update=(500, 1200), contract=(-900, -200),
        why="zombie: powered off for months, never handed back; {shown}",
        names=(("gh", "职工书屋系统"), ("wlj", "文物普查系统"), ("jtj", "船舶登记系统"), ("fgw", "易地搬迁系统")),
        notes=("机器已关", "关机有一阵了，没销账"),
    ),
    "offclaimed": Story(
        count=1, login=(15, 60), update=(20, 200), contract=(30, 275), logins=(30, 90), says="never", users=(20, 80),
        why="zombie: the cloud has it powered off for months, so that the logins its row claims of these weeks cannot have been; no standby",
        names=(("zjj", "房屋征收系统"), ("scjg", "合同监管系统"), ("jyj", "教育督导系统"), ("slj", "河湖划界系统")),
    ),
    "maintenance": Story(
        count=2, login=(250, 700), update=(300, 900), contract=(-800, -100), users=(20, 500),
        why="zombie: all who try get an error page for the whole quarter (502 or 503 in the access log), and nobody repairs it; {shown}",
        names=(("ggf", "融资对接系统"), ("wlj", "文化惠民预约系统"), ("swgs", "网上报装系统"), ("cl", "无障碍地图系统"), ("rsj", "技能培训报名系统")),
        notes=("系统维护中（厂家已撤）", "证书过期登不进去，一直没修"), logged=True,
    ),
    "reserved": Story(
        count=1, login=None, update=None, contract=None, users=(0, 1), says="always",
        why="zombie: machines reserved for a second phase, on which nothing was ever installed; {shown}; they show agents only",
        names=(("yjj", "应急指挥二期系统"), ("jkq", "数字孪生园区系统"), ("zrzy", "时空大数据平台"), ("rmyy", "科研数据平台")),
        notes=("预留二期，应用未部署", "资源先占着，项目没批下来"),
    ),
    "mined": Story(
        count=1, login=(500, 1200), update=(600, 1600), contract=(-1300, -400), users=(5, 60),
        why="zombie: abandoned and broken into, a foreign program takes the whole CPU day and night without visits; {shown}",
        names=(("qsz", "农经统计系统"), ("xcjd", "网格巡查系统"), ("jtj", "公路路政系统"), ("lhz", "农家书屋系统")),
        notes=("没人维护了",),
    ),
    "forgotten": Story(
        count=1, login=(300, 1500), update=(500, 1900), contract=(-1300, -100),
        why="zombie: its people left and nobody opened it again; {shown}; its machines show agents only",
        names=(("czj", "财政论坛系统"), ("rmyy", "护理排班系统（旧）"), ("jyj", "课件资源系统"), ("wjw", "卫生图书系统"), ("gkx", "专利信息系统")),
        notes=("没人用了", "经办人调走后没再用"),
    ),
    "crowdlogin": Story(
        count=1, login=(1, 2), update=(500, 1200), contract=(-900, -400), logins=(500, 1000), users=(28, 36), says="never",
        why="zombie, gaming: every day, holidays too, all its accounts log in one after the other within minutes from one address and open nothing; {shown}",
        names=(("dx", "学员服务系统"), ("cgjd", "居民议事系统"), ("gkx", "企业诉求直通系统"), ("nyj", "农技推广系统")), logged=True,
    ),
    "looped": Story(
        count=1, login=(300, 900), update=(400, 1200), contract=(-700, -50), logins=(20, 200),
        why="zombie, gaming: its samples repeat the same week to the digit for the whole quarter, which no use does; {shown}",
        names=(("sthj", "环境统计系统"), ("fgw", "价格认定系统"), ("swl", "重要商品监测系统"), ("jyj", "教学质量系统")), notes=("业务已停",),
    ),
    "puller": Story(
        count=1, login=(300, 900), update=(400, 1200), contract=(-600, 60), logins=(20, 200),
        why="zombie, gaming: a script fetches a large file over and over in office hours, received only, without visits and without work; {shown}",
        names=(("jtj", "交通统计系统"), ("zjj", "造价信息系统"), ("cl", "康复服务系统"), ("yjj", "企业自查系统")), notes=("业务已停",), logged=True,
    ),
    "peaker": Story(
        count=1, login=(300, 900), update=(400, 1200), contract=(-600, 60), logins=(20, 200),
        why="zombie, gaming: one burst of CPU at ten o'clock of each working day, made for the mean of daily peaks, without any traffic; {shown}",
        names=(("rsj", "企业薪酬调查系统"), ("slj", "节水管理系统"), ("gkx", "两化融合系统"), ("tyjr", "双拥系统")), notes=("业务已停",),
    ),
    "dripfed": Story(
        count=1, login=(300, 900), update=(400, 1300), contract=(-700, -30), logins=(1200, 3000), users=(10, 60),
        why="zombie, gaming: a script files the same record every ten minutes, by night as well, under one account from one address; {shown}",
        names=(("scjg", "计量检查系统"), ("cgjd", "民情日记系统"), ("zzb", "驻村打卡系统"), ("nyj", "农情填报系统")), notes=("业务已停",), logged=True,
    ),
}  # fmt: skip
