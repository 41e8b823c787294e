"""The dead of the tenth city: how each died, what still moves about it, and by which evidence (`why`) an auditor can tell."""

from __future__ import annotations

from tests.city.foundry.story import LOGIN, ROW, Story

STORIES_OF_THE_DEAD: dict[str, Story] = {
    "pandemic": Story(
        count=2, login=(1125, 1190), update=(1190, 1400), contract=(-1100, -500), users=(40, 900),
        why="zombie: built for the epidemic, its purpose is over, as its name says; {shown}; its machines show agents only",
        names=(
            ("wjw", "核酸采样登记系统", ""), ("wjw", "密接人员管理系统", ""), ("wjw", "集中隔离点管理系统", ""), ("jtj", "入市车辆防疫查验系统", ""),
            ("dsj", "场所码管理系统", ""), ("scjg", "进口冷链消杀登记系统", ""), ("jyj", "返校健康打卡系统", ""),
        ),
        notes=("疫情期间用的，政策调整后停了", "防控转段后没再用", "没有数据进来了", "早不用了"),
    ),
    "hotlinegone": Story(
        count=1, login=(500, 1300), update=(520, 1500), contract=(-1000, -300), says="always", users=(4, 20),
        why="zombie: its hotline went into 12345, only the exchange still greets its lines, by day and night alike, as the row says; {shown}",
        names=(
            ("rsj", "12333话务平台", "{year}年并入12345，话务台撤了，中继心跳还在跑"), ("cgj", "城管热线呼叫系统", "{year}年热线归并到12345，座席已撤，线路没拆"),
            ("zsgs", "供水服务热线系统", "{year}年起统一走12345，本机只剩线路保活"),
        ),
    ),
    "redrawn": Story(
        count=1, login=(600, 1500), update=(650, 1700), contract=(-1300, -300), users=(20, 150),
        why="zombie: the district it served, as its name says, was abolished and its work is done in the other district's system; {shown}; its machines show agents only",
        names=(
            ("jbq", "原河口区综合治理系统", "河口区{year}年撤并，网格都在江北区系统里"), ("tdq", "原炉前区社区服务系统", "原炉前区的，{year}年撤区后改用铁东区平台"),
            ("jbq", "原河口区办公系统", "撤区前的办公系统，{year}年人员并过来后不用了"),
        ),
    ),
    "provincepull": Story(
        count=2, login=(230, 800), update=(300, 1100), contract=(-700, 90), users=(15, 200), logged=True,
        why="zombie: a province-built system took its business; the province's collector still asks each hour and is told that nothing is new (access log: 304 only), nobody else comes; {shown}",
        names=(
            ("rsj", "失业登记管理系统", ""), ("wjw", "出生医学证明系统", ""), ("zjj", "建筑工人实名系统", ""), ("jyj", "民办教育年检系统", ""), ("jtj", "维修企业备案系统", ""),
            ("yjj", "工贸企业监管系统", ""), ("zsz", "征收补偿统计系统", ""),
        ),
        notes=("{year}年切到省统建，接口没撤", "省系统上线后市里不办了", "业务归省里系统", "现在都登省厅的", "历史数据省里收走了，本地没人进"),
    ),
    "neverlive": Story(
        count=2, login=None, update=None, contract=(-800, -150), users=(0, 3), says="always", state="未启用",
        why="zombie: delivered more than a year and a half ago and never put to use, nor will it be, as the row says: no login at all; {shown}; its machines show agents only",
        names=(
            ("gxj", "产业链图谱系统", "建成后没启用，企业数据要不来"), ("slj", "智慧排涝系统", "建成没用起来，一线还是按老办法走"), ("cgj", "渣土智能识别系统", "承建单位撤场，一直没上线，不准备用了"),
            ("mzj", "社区居家养老系统", "建好时省里统一平台先上了，这套没启用过"), ("kxj", "科技成果交易系统", "初验后没启用，没有业务"),
            ("ghj", "职工普惠平台后台", "上级统建先上线，本套没用过"),
        ),
    ),
    "oldapp": Story(
        count=1, login=(260, 700), update=(300, 900), contract=(-600, -20), users=(500, 5000), logged=True, website=True,
        why="zombie: its app went into the city's common one; the old app on forgotten phones asks once at start and is told that it is gone (access log: 410 only), nobody else comes; {shown}",
        names=(
            ("jtj", "江城出行APP后台", ""), ("wlj", "文旅江城APP后台", ""), ("dsj", "老版市民通APP后台", ""), ("wjw", "健康江城APP后台", ""), ("rsj", "人社掌上办APP后台", ""),
        ),
        notes=("APP已下架，功能并到掌上江城", "{year}年起改用小程序，APP不再维护"),
    ),
    "vendoronly": Story(
        count=1, login=(7, 8), update=(420, 900), contract=(30, 250), logins=(4, 5), users=(8, 60), says="always", logged=True, shown=ROW,
        why="zombie: no business since years, as the row says; only the maintenance firm looks in on Wednesdays from its own address and under its own account (access log: /login, /admin/status); {shown}",
        names=(("zjj", "房地产估价备案系统", ""), ("yjj", "企业安全信用系统", ""), ("wlj", "旅游商品备案系统", ""), ("hgj", "船员培训登记系统", "")),
        notes=("最后一笔业务是2023年的，现在只有运维公司巡检登录", "2023年后没有业务，登录的是维保单位"),
    ),
    "testleft": Story(
        count=2, login=(260, 900), update=(270, 950), contract=None, users=(2, 9),
        why="zombie: the test environment of a system that went into use long ago and stands in the same ledger; {shown}; its machines show agents only",
        names=(
            ("rsj", "灵活就业登记系统", ""), ("jyj", "入学预约系统", ""), ("zjj", "竣工联合验收系统", ""), ("wjw", "分级诊疗系统", ""), ("dsj", "政务数据目录系统", ""),
            ("jtj", "网约车监管系统", ""), ("yjj", "危化企业双预控系统", ""),
        ),
        notes=("验收后没再用", "联调用，上线后忘了退", "压测环境，项目{year}年验收", "开发人员撤场了"),
    ),
    "dataonly": Story(
        count=1, login=(400, 1200), update=(500, 1500), contract=(-1100, -200), users=(2, 20), logged=True,
        why="zombie: its data were moved to the new system long ago, the old base was kept to look things up, and nobody has looked anything up: nobody in the access log for the whole quarter; {shown}",
        names=(("zjj", "老产权档案数据库", ""), ("rsj", "社保历史数据系统", ""), ("wjw", "新农合历史数据系统", ""), ("jyj", "中考历史成绩库", ""), ("zsz", "旧征收台账库", "")),
        notes=("数据都迁走了，说是备查，没人查过", "老数据，{year}年后没人调过"),
    ),
    "duplicate": Story(
        count=2, login=(250, 900), update=(300, 1000), contract=(-700, 60), users=(10, 120),
        why="zombie: built twice: the city's common system, which stands in the ledger of the data bureau, does the same; {shown}; its machines show agents only",
        names=(
            ("czj", "财政内部办公系统", "与市统一协同办公平台重复，{year}年起都用市里的"), ("scjg", "市场监管视频会议系统", "和市统一视频会议系统功能一样，现在用市里的"),
            ("gaj", "警务短信平台", "{year}年起走市统一短信平台，这套没人发了"), ("zrzy", "自然资源地图服务系统", "与市统一地理信息平台重复建设，已改调市平台"),
            ("mzj", "民政电子签章系统", "市统一电子印章系统能办，{year}年起没用这套"), ("sthj", "环保移动办公系统", "与市统一协同办公平台重复，没人用"),
        ),
    ),
    "taskforce": Story(
        count=2, login=(500, 1500), update=(520, 1700), contract=(-1300, -250), users=(5, 60),
        why="zombie: the headquarters or project office it was built for has been dissolved, its work is over; {shown}; its machines show agents only",
        names=(
            ("zsz", "钢城棚改指挥部管理系统", "指挥部{year}年撤销"), ("fgw", "世行贷款项目办管理系统", "项目办{year}年关账撤销"), ("gzw", "厂办大集体改革办系统", "改革{year}年收官，办公室撤了"),
            ("slj", "江堤加固指挥部系统", "工程{year}年完工，指挥部解散"), ("zjj", "地铁一期拆迁协调系统", "一期{year}年通车后没用了"), ("gxj", "去产能工作专班系统", "专班{year}年撤了"),
        ),
    ),
    "drive": Story(
        count=1, login=(450, 1200), update=(460, 1300), contract=(-1000, -200), users=(30, 400),
        why="zombie: the campaign it served is over; {shown}; its machines show agents only",
        names=(
            ("cgj", "创卫迎检点位系统", "{year}年创卫通过后停用"), ("zzb", "主题教育学习打卡系统", "{year}年主题教育结束"), ("szb", "营商环境百日攻坚系统", "百日攻坚{year}年已结束"),
            ("zfw", "扫黑线索管理系统", "专项斗争结束，数据{year}年移交"),
        ),
    ),
    "hallscreen": Story(
        count=1, login=(300, 800), update=(310, 900), contract=(-600, -30), users=(2, 8), says="always", logged=True,
        why="zombie: the exhibition hall was cleared, the computer of its wall still fetches the page every quarter of an hour, day and night, as the row and the access log say (one address, /screen/data, the same answer), nobody else comes; {shown}",
        names=(("zjj", "城市规划展厅系统", ""), ("dsj", "数字江城体验厅系统", ""), ("gxq", "高新区招商展厅系统", ""), ("wlj", "工业遗产展厅系统", "")),
        notes=("展厅{year}年撤了，大屏主机没关，自己刷", "{year}年撤展，没人看，播放机还连着"),
    ),
    "waystation": Story(
        count=1, login=(350, 900), update=(360, 950), contract=(-700, -100), users=(1, 4),
        why="zombie: a half-way house of the move to the cloud, as its name says, and the move is done; a job still compares folders at two in the morning, nothing else moves; {shown}",
        names=(("dsj", "上云迁移中转系统", ""), ("ybj", "医保数据迁移过渡系统", ""), ("gjj", "公积金迁移过渡系统", ""), ("czj", "财政迁移中转系统", "")),
        notes=("迁移{year}年做完，中转机没退，同步任务没停", "上云时过渡用的，{year}年迁完就没人管了"),
    ),
    "certlapsed": Story(
        count=1, login=(300, 800), update=(320, 1000), contract=(-700, -60), users=(3, 15), says="always",
        why="zombie: its certificate ran out, it tries again and again to reach the province and is refused, the unit reports elsewhere, as the row says; {shown}; the same small load by day and night",
        names=(("sthj", "排污数据上报前置系统", ""), ("tjj", "统计直报前置系统", ""), ("ybj", "异地就医前置系统（旧）", ""), ("scjg", "企业信息推送前置系统", "")),
        notes=("证书{year}年过期没换，天天重试，数据已改走省平台直报", "接口证书过期，连不上，业务在省平台填"),
    ),
    "shutfornow": Story(
        count=1, login=(250, 700), update=(260, 900), contract=(-600, -60), users=(30, 400), logged=True, website=True,
        why="zombie: shut after a security notice to be mended and never opened again: whoever comes is turned away (access log: 403 for the whole quarter); {shown}",
        names=(("jyj", "校园安全教育网", ""), ("wlj", "非遗江城网", ""), ("zjj", "工程造价信息网", ""), ("gxq", "高新区企业之家", ""), ("rsj", "创业指导网", ""), ("tdq", "铁东区政务论坛", "")),
        notes=("{year}年漏洞通报后先关了外网，没再开", "等保整改没过，关停"),
    ),
    "dbdown": Story(
        count=1, login=(260, 700), update=(300, 900), contract=(-700, -60), users=(10, 90), logged=True, machines=2,
        why="zombie: its database machine is switched off for months (cloud or room's list), the rest runs on and answers 502 to every check of the quarter, and nobody complains; {shown}",
        names=(("jyj", "教育装备管理系统", ""), ("rsj", "就业见习系统", ""), ("zjj", "房屋租赁备案系统", ""), ("jtj", "公路绿化系统", ""), ("wjw", "卫生应急物资系统", "")),
        notes=("数据库机关了，前面的没关", "打不开了，也没人找"),
    ),
    "handedover": Story(
        count=1, login=(1100, 2300), update=(1150, 2500), contract=(-1700, -800), users=(10, 90),
        why="zombie: the works handed its houses, water or heat over to the city's companies, which have systems of their own; {shown}; its machines show agents only",
        names=(
            ("ggs", "职工住宅物业系统", "三供一业{year}年移交，物业归街道了"), ("ggs", "厂区生活用水收费系统", "{year}年移交供水集团，收费在他们那"), ("ggs", "子弟学校管理系统", "子弟校{year}年移交市教育局"),
            ("ggs", "职工医院管理系统", "职工医院{year}年并入市人民医院"),
        ),
    ),
    "ssotouch": Story(
        count=2, login=(1, 2), update=(430, 1100), contract=(-900, -380), logins=(28, 32), users=(10, 90), logged=True, shown=ROW,
        why="zombie: the date of its last login is the nightly matching of accounts by the unified sign-on, holidays too (access log: /scim/v2/Users from that platform's machine only); nobody else comes in the whole quarter, not updated, without contract; {shown}",
        names=(("jyj", "教师培训学分系统", ""), ("zjj", "燃气企业台账系统", ""), ("yjj", "应急专家库系统", ""), ("jtj", "交通信用管理系统", ""), ("wjw", "继续医学教育系统", ""), ("hgj", "航标巡检系统", "")),
        notes=("登录时间是统一认证同步刷的，实际没人进", "账号同步会刷登录时间"),
    ),
    "unplugged": Story(
        count=3, login=(330, 900), update=(340, 1200), contract=(-900, -150), state="关机观察", shown=LOGIN,
        why="zombie: switched off to see whether anybody would miss it, nobody did, and it was forgotten: off for months, as the cloud or the room's list has it, without samples; {shown}",
        names=(
            ("fgw", "项目稽察系统", ""), ("sfj", "普法考试系统", ""), ("kxj", "专利资助系统", ""), ("cl", "残疾人就业系统", ""), ("nyj", "农村能源系统", ""), ("xfj", "领导接访系统", ""),
            ("gzw", "改制企业信息系统", ""), ("slj", "农村饮水系统", ""),
        ),
        notes=("清理时先关机，没人来找", "已关机，没走注销手续", "机器停着，等领导签字", "停了好久了"),
    ),
    "paperclosed": Story(
        count=2, login=(260, 900), update=(280, 1100), contract=(-800, -60), state="已下线",
        why="zombie: closed on paper (its state, where its ledger has one), its machines were never handed back; {shown}; its machines show agents only",
        names=(
            ("mzj", "低保核对系统（旧）", ""), ("sthj", "机动车尾气系统", ""), ("czj", "非税收入系统（旧）", ""), ("gaj", "养犬登记系统（旧）", ""), ("scjg", "广告监测系统（旧）", ""), ("zrzy", "土地储备系统（旧）", ""),
        ),
        notes=("{year}年走完下线流程，云资源没退", "已报停用，机器还没交回", "系统下线了，虚机一直挂着", "台账里早销了，资源申请退没退不清楚"),
    ),
    "flashmob": Story(
        count=1, login=(1, 3), update=(500, 1100), contract=(-900, -400), logins=(60, 160), users=(30, 60), says="never", logged=True, shown=ROW,
        why="zombie, gaming: nobody in the access log until 24 March, then all the staff log in on the last days before the report, see the first page and log out, and do no work; not updated, without contract; {shown}",
        names=(("wjw", "卫生知识库系统", ""), ("jyj", "教育资源交换系统", ""), ("zjj", "建筑材料信息系统", ""), ("rsj", "专家人才库系统", ""), ("gxq", "园区设备共享系统", "")),
    ),
    "shadowed": Story(
        count=1, login=(300, 900), update=(400, 1100), contract=(-700, -100), logins=(0, 1), users=(20, 90), says="never", logged=True, shown=ROW,
        why="zombie, gaming: the front copies another system's readings to it: each request is the other's, the same client, the same page, the same minute (access log), and none writes anything; {shown}",
        names=(("dsj", "政策文件库系统", ""), ("jtj", "交通运行分析系统", ""), ("yjj", "安全知识库系统", ""), ("zjj", "建设科技系统", ""), ("wlj", "文化资源库系统", "")),
    ),
    "pairtraffic": Story(
        count=1, login=(300, 900), update=(400, 1200), contract=(-700, -100), logins=(0, 1), users=(10, 60), says="never", logged=True, machines=2, shown=ROW,
        why="zombie, gaming: since the morning of 5 January its own machines send each other the same traffic at all hours, holidays too, and nobody is in the access log; {shown}",
        names=(("jyj", "网络阅卷备份系统", ""), ("wlj", "广电节目备案系统", ""), ("zsz", "评估机构管理系统", ""), ("rsj", "技工院校管理系统", ""), ("hgj", "港口统计系统", "")),
    ),
    "nightcases": Story(
        count=1, login=(1, 2), update=(500, 1100), contract=(-900, -400), logins=(28, 32), users=(5, 40), says="never", logged=True, shown=ROW,
        why="zombie, gaming: at two in the morning one address files thirty cases, one a minute, all for the same applicant ceshi (access log), and nobody ever opens one; nobody else comes; not updated, without contract; {shown}",
        names=(("zjj", "装修备案系统", ""), ("tdq", "铁东区惠企申报系统", ""), ("jbq", "江北区诉求办理系统", ""), ("hgj", "岸线使用申请系统", ""), ("rsj", "企业用工备案系统", "")),
    ),
}  # fmt: skip
