"""The dead of the ninth city: how each died, what still moves about it, and by which evidence (`why`) an auditor can tell."""

from __future__ import annotations

from tests.city.frontier.story import Story

STORIES_OF_THE_DEAD: dict[str, Story] = {
    "objectgone": Story(
        count=3, login=(500, 1500), update=(520, 1800), contract=(-1300, -200),
        why="zombie: what it was to watch or serve is gone (a mine closed, schools merged, a market shut); {shown}; its machines show agents only for the whole quarter",
        names=(
            ("mygs", "北山矿井人员定位系统", "北山矿井{year}年关闭退出，井下设备已拆"),
            ("jyj", "林区教学点管理系统", "林区教学点{year}年全部撤并，无在校生"),
            ("kab", "边民互市申报系统", "互市贸易区{year}年关停，一直没恢复"),
            ("lcj", "木材采伐限额系统", "全面停伐后没有采伐指标可分，{year}年起无业务"),
            ("jtj", "江桥收费管理系统", "收费站{year}年撤销，系统没再开"),
            ("zjj", "棚改安置登记系统", "棚改{year}年收尾，无在册户"),
        ),
    ),
    "deadpoll": Story(
        count=2, login=(400, 1200), update=(450, 1300), contract=(-900, -60), says="always",
        why="zombie: it asks, every minute of the day, instruments that were taken away, and gets no answer, as the row says; {shown}; small steady traffic, nobody works with it",
        names=(
            ("mygs", "瓦斯抽采监测系统", "监测点{year}年随井口封闭全部拆除，采集程序还在轮询，全部超时"),
            ("lcj", "林区微气象采集系统", "气象杆已拆走移交省局，服务还在连，连不上"),
            ("sthj", "小锅炉在线监测系统", "小锅炉{year}年淘汰完，前端设备已拆，后台空转"),
            ("grgs", "老换热站采集系统", "老换热站{year}年并网拆除，采集服务没停，没有数据进来"),
        ),
    ),
    "clientghost": Story(
        count=2, login=(300, 1000), update=(400, 1300), contract=(-800, 100), users=(15, 120), logged=True,
        why="zombie: the desktop client that starts with old office machines asks for its version each morning, and nobody logs in (access log: /client/version.xml only); {shown}",
        names=(
            ("wjw", "基层药品采购客户端系统", ""), ("rsj", "用工备案客户端系统", ""), ("zjj", "预算定额客户端系统", ""),
            ("nyj", "农资台账客户端系统", ""), ("dsj", "公文流转客户端系统", ""),
        ),
        notes=("客户端没卸载，开机会自己连，业务{year}年起不在这办了", "已停用，老电脑上的客户端还在"),
    ),
    "crashloop": Story(
        count=1, login=(250, 600), update=(300, 900), contract=(-800, -100), users=(10, 90), logged=True,
        why="zombie: its disk is full and the program starts and falls over day and night: CPU without rhythm, disk at its end, every check of the balancer answered 500 for the whole quarter, and nobody complains; {shown}",
        names=(("nyj", "耕地地力评价系统", ""), ("yjj", "应急预案编制系统", ""), ("wlj", "非遗名录系统", ""), ("jtj", "客运线路备案系统", "")),
        notes=("盘满了服务起不来，也没人报修", "{year}年起打不开，没人用就没修"),
    ),
    "rebuilt": Story(
        count=3, login=(200, 700), update=(260, 900), contract=(-600, 150), users=(10, 200), logged=True,
        why="zombie: rebuilt on domestic hardware, the new one stands in the same ledger and is in use, the old one was kept to fall back on and forgotten; {shown}; nobody in its access log",
        names=(
            ("rsj", "职业技能鉴定系统", ""), ("wjw", "传染病报告管理系统", ""), ("jyj", "教职工管理系统", ""), ("zjj", "房屋安全管理系统", ""),
            ("nyj", "农机监督管理系统", ""), ("yjj", "烟花爆竹许可系统", ""), ("dsj", "政务督办系统", ""),
        ),
        notes=("信创版{year}年上线，本套留作回退，没退", "原版（x86），业务已切到信创版"),
    ),
    "saas": Story(
        count=2, login=(300, 900), update=(320, 1100), contract=(-700, -30), users=(20, 150), logged=True,
        why="zombie: its unit works in a rented service (企业微信, 钉钉) instead; {shown}; nobody in its access log",
        names=(("jyj", "教育系统办公自动化", ""), ("mygs", "集团办公自动化系统", ""), ("wlj", "文旅内部办公系统", ""), ("rsj", "人社考勤审批系统", ""), ("jtj", "车辆审批系统", "")),
        notes=("{year}年起改用企业微信审批，老系统没关", "审批都走钉钉了"),
    ),
    "robotexport": Story(
        count=1, login=(1, 2), update=(420, 1000), contract=(-900, -370), logins=(28, 32), users=(5, 40), says="always", logged=True,
        why="zombie: only a robot of its own unit logs in each morning, holidays too, and fetches an empty report, as the row and the access log say; not updated, without contract; {shown}",
        names=(("rsj", "失业动态监测系统", ""), ("nyj", "农产品批发价系统", ""), ("wlj", "假日客流统计系统", ""), ("dsj", "窗口效能分析系统", "")),
        notes=("业务已停，只有取数机器人每天登录导空表，没关", "人都不用了，登录是RPA定时任务"),
    ),
    "dialtest": Story(
        count=2, login=(300, 1000), update=(310, 1100), contract=(-700, 60), users=(4, 20), logged=True, website=True,
        why="zombie: the site moved to the city's common platform, the old one is visited by dial tests and search engines only (access log), its last update is long ago; {shown}",
        names=(("kab", "口岸信息网", ""), ("wlj", "冰雪旅游网", ""), ("jyj", "教育信息网", ""), ("rsj", "人才信息网", ""), ("wjw", "卫生信息网", ""), ("lcj", "林业信息网", "")),
        notes=("内容{year}年迁到集约化平台，原站没关", "网站已归并，域名解析没撤，没人维护"),
    ),
    "spammail": Story(
        count=1, login=(350, 900), update=(400, 1000), contract=(-600, -60), users=(30, 200), says="always",
        why="zombie: its post boxes moved to the province's mail, only junk still arrives, day and night, as the row says; {shown}",
        names=(("dsj", "政务电子邮件系统", ""), ("wjw", "卫生电子邮箱系统", ""), ("jyj", "教育电子邮箱系统", "")),
        notes=("邮箱{year}年已全部切到省政务邮箱，这套只收垃圾邮件", "账号都注销了，MX记录没撤，还在收垃圾邮件"),
    ),
    "emptychain": Story(
        count=1, login=(300, 800), update=(320, 900), contract=(-600, -30), users=(3, 20), says="always",
        why="zombie: nodes of a finished blockchain pilot agree on empty blocks around the clock, as the row says; {shown}",
        names=(("kab", "跨境溯源链节点系统", ""), ("dsj", "电子证照存证链系统", ""), ("jrb", "供应链金融链节点", "")),
        notes=("试点{year}年结束，节点还在出空块，没有业务上链", "联盟链试点已结题，只剩共识空转"),
    ),
    "vaincube": Story(
        count=2, login=(240, 700), update=(300, 900), contract=(-600, 200), users=(3, 25), logins=(0, 1), says="always", logged=True,
        why="zombie: figures are reckoned every night for pages that nobody has opened in the quarter (access log: the operator only); its unit says that nobody looks; {shown}",
        names=(("dsj", "领导决策分析系统", ""), ("wjw", "卫生决策支持系统", ""), ("rsj", "就业大数据分析系统", ""), ("zjj", "住建数据驾驶舱", ""), ("kab", "外贸运行分析系统", "")),
        notes=("报表每晚还在算，没人看", "分析任务还在跑，页面{year}年后没人打开过"),
    ),
    "idlemodel": Story(
        count=1, login=(200, 290), update=(210, 300), contract=(-180, 30), users=(5, 60), says="always", logged=True,
        why="zombie: a language model on trial whose trial ended: it holds its memory, a gateway asks for its name, nobody asks it anything (access log: /v1/models only); {shown}",
        names=(("dsj", "政策问答大模型系统", ""), ("wjw", "导诊大模型试点系统", ""), ("rsj", "智能客服模型系统", "")),
        notes=("大模型试点{year}年结束，未续，模型没卸", "试用期过了，科室不用，显存内存还占着"),
    ),
    "roomdark": Story(
        count=2, login=(420, 1000), update=(450, 1300), contract=(-1000, -200),
        why="zombie: switched off for months, as the cloud or the room's list has it, without samples, and never handed back; {shown}",
        names=(("fgw", "以工代赈管理系统", ""), ("slj", "小水电监管系统", ""), ("sfj", "法治宣传系统", ""), ("gxj", "淘汰落后产能系统", ""), ("mzj", "福利企业年检系统", "")),
        notes=("机房撤了，机器断电放着", "断电了，没走报废"),
    ),
    "quarantined": Story(
        count=1, login=(300, 500), update=(310, 700), contract=(-500, -30), says="always",
        why="zombie: locked by ransomware, cut off the network and never restored; its machines send and receive nothing at all, the business is done elsewhere, as the row says; {shown}",
        names=(("sthj", "环境应急台账系统", ""), ("mzj", "老年大学报名系统", ""), ("slj", "取水许可台账系统", ""), ("nyj", "渔政管理系统", "")),
        notes=("{year}年中勒索病毒后断网隔离，没恢复，业务已转省平台", "中毒断网，数据没救回来，现在用省里的"),
    ),
    "expiredkey": Story(
        count=2, login=(220, 500), update=(300, 900), contract=(-600, -190), users=(10, 80), logged=True,
        why="zombie: its licence ran out; the few who try are sent to the page that says so (access log: /license/expired.html), and nobody renewed it; {shown}",
        names=(("zjj", "造价指标分析系统", ""), ("jtj", "桥隧健康评估系统", ""), ("lcj", "林相图绘制系统", ""), ("wlj", "数字展馆编辑系统", ""), ("mygs", "矿图协同设计系统", "")),
        notes=("授权到期没续，进不去了", "{year}年授权到期，改用别的软件"),
    ),
    "zeroreport": Story(
        count=1, login=(700, 1150), update=(720, 1190), contract=(-900, -300), users=(12, 40), says="always", logged=True,
        why="zombie: a duty that was called off; scripts on the towns' machines still report zero at the same minute of every day, holidays too (access log: num=0); {shown}",
        names=(("wjw", "疫情零报告系统", ""), ("yjj", "安全生产日报系统", ""), ("nyj", "非洲猪瘟日报系统", "")),
        notes=("日报制度{year}年取消，乡镇电脑上的自动填报没删，报的都是0", "不用报了，定时脚本还在报零"),
    ),
    "games": Story(
        count=2, login=(380, 800), update=(390, 850), contract=(-700, -100), users=(50, 900),
        why="zombie: an event that took place once and is over; {shown}; its machines show agents only",
        names=(
            ("wlj", "冬季运动会注册系统", "{year}年冬运会已闭幕，系统没再用"), ("wlj", "火炬传递报名系统", "{year}年活动办完，不再举办"),
            ("kab", "边贸洽谈会系统", "{year}年那届后停办"), ("jyj", "省运会志愿者系统", "省运会{year}年结束，志愿者数据已移交"),
            ("zjj", "建市纪念征集系统", "征集{year}年结束，作品已移交档案馆"),
        ),
    ),
    "privatised": Story(
        count=1, login=(350, 1100), update=(400, 1300), contract=(-1100, -300), users=(10, 200), says="always",
        why="zombie: the firm it served was sold or wound up and took its business with it, as the row says; {shown}; its machines show agents only",
        names=(
            ("mygs", "洗煤厂产销系统", "洗煤厂{year}年改制转让，受让方自建系统"), ("gxj", "糖厂原料结算系统", "糖厂{year}年破产清算"),
            ("lcj", "贮木场销售系统", "贮木场{year}年改制，业务带走了"),
        ),
    ),
    "ballast": Story(
        count=1, login=(300, 900), update=(400, 1200), contract=(-700, -100), logins=(20, 200), logged=True,
        why="zombie, gaming: since the first working day of the year a program holds memory, the same percentage hour for hour, while CPU and network show agents only and nobody is in the access log; {shown}",
        names=(("jyj", "教学资源评比系统", ""), ("nyj", "农经统计上报系统", ""), ("rsj", "劳动定额系统", ""), ("zjj", "园林养护系统", "")), says="never",
    ),
    "clickfarm": Story(
        count=1, login=(1, 2), update=(500, 1100), contract=(-900, -400), logins=(300, 600), users=(10, 60), says="never", logged=True,
        why="zombie, gaming: a headless browser at one address walks through the same nine pages in the same order, twenty times every day, and changes nothing; nobody else comes; {shown}",
        names=(("dsj", "政务公开评议系统", ""), ("wlj", "旅游投诉登记系统", ""), ("jtj", "驾培信用系统", ""), ("wjw", "健康教育系统", "")),
    ),
    "replayed": Story(
        count=1, login=(1, 2), update=(500, 1200), contract=(-900, -400), logins=(400, 900), users=(20, 80), says="never", logged=True,
        why="zombie, gaming: the requests of one day are played again every day, the same clients at the same minutes, Sundays and the Spring Festival too; nobody else comes; {shown}",
        names=(("rsj", "企业用工调查系统", ""), ("nyj", "合作社管理系统", ""), ("yjj", "安全培训报名系统", ""), ("zjj", "绿色建筑评价系统", "")),
    ),
    "diskfill": Story(
        count=1, login=(300, 900), update=(400, 1200), contract=(-700, -100), logins=(20, 200), logged=True, says="never",
        why="zombie, gaming: a job writes filling onto its disk every night, the same amount each time and without any traffic, and nobody is in the access log; {shown}",
        names=(("jtj", "水运档案影像系统", ""), ("wlj", "图片资料汇编系统", ""), ("jyj", "微课素材系统", ""), ("kab", "报关影像归集系统", "")),
    ),
}  # fmt: skip
