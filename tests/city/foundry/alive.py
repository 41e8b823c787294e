"""The living of the tenth city that hardly show it, and by which evidence (`why`) an auditor can tell them from the dead."""

from __future__ import annotations

from tests.city.foundry.story import LOGIN, PAID, ROW, Story

STORIES_OF_THE_LIVING: dict[str, Story] = {
    "lifecheck": Story(
        count=2, login=(272, 300), update=(20, 150), contract=(90, 500), users=(20, 200), says="always", shown=LOGIN | PAID,
        why="in use: each year from April to June, last at the end of the last season, updated since and under contract, as the row says",
        names=(("tgz", "退休人员资格认证系统", ""), ("tyj", "优抚对象年审系统", ""), ("cl", "残疾人补贴年审系统", ""), ("ghj", "劳模待遇年审系统", ""), ("nyj", "渔船年检系统", "")),
        notes=("每年4—6月集中认证，其他月份不开", "一年一审，4月开始，6月底完"),
    ),
    "filelookup": Story(
        count=2, login=(1, 7), update=(100, 340), contract=(30, 400), logins=(18, 45), users=(3, 9), logged=True, shown=LOGIN,
        why="in use: old workers ask for the years they worked, clerks look them up and print on about half the days (access log: /query, /file/view, /print/cert)",
        names=(("rsj", "国企下岗职工档案系统", ""), ("tgz", "纺织系统职工档案系统", ""), ("zjj", "老公房档案系统", ""), ("ggs", "集体企业工龄系统", ""), ("rsj", "插队知青档案系统", "")),
        notes=("来人查工龄才用", "老档案，只查不录"),
    ),
    "soleclerk": Story(
        count=2, login=(1, 3), update=(60, 700), contract=(-60, 400), logins=(18, 26), users=(1, 2), logged=True, shown=LOGIN,
        why="in use: one clerk works with it every working day and saves cases (access log, last login)",
        names=(("hgj", "水上水下施工许可系统", ""), ("yjj", "工伤死亡统计系统", ""), ("zjj", "人防工程台账系统", ""), ("wjw", "职业病鉴定系统", ""), ("jtj", "超限运输许可系统", "")),
        notes=("就一个人办",),
    ),
    "liftalarm": Story(
        count=2, login=(100, 300), update=(30, 300), contract=(60, 500), users=(2, 6), says="always", state="后台运行", shown=PAID,
        why="in use: lifts, pumps or gas alarms report to it day and night, nobody needs to log in, under contract, as the row says",
        names=(("scjg", "电梯应急处置系统", ""), ("cgj", "燃气泄漏报警系统", ""), ("zsgs", "二次供水泵房系统", ""), ("grgs", "换热站报警系统", ""), ("cgj", "井盖监测系统", "")),
        notes=("终端自己往里报，平时没人登", "设备常年在线，有报警才处理"),
    ),
    "onegate": Story(
        count=2, login=(200, 500), update=(20, 300), contract=(60, 500), users=(1000, 9000), logged=True, website=True, shown=PAID,
        why="in use: citizens use it inside the city's common app, all come through that app's gateway, which is one address (access log: many uid, every day); nobody needs its own pages, under contract",
        names=(("wlj", "文体场馆预约后台", ""), ("dsj", "江城码服务后台", ""), ("jtj", "停车缴费后台", ""), ("wjw", "预约接种后台", ""), ("jyj", "学区查询后台", ""), ("rsj", "零工市场后台", "")),
        notes=("前端在掌上江城，后台不用登", "群众从掌上江城进"),
    ),
    "vault": Story(
        count=1, login=(20, 60), update=(30, 300), contract=(60, 500), users=(1, 4), says="always", state="后台运行", shown=LOGIN | PAID,
        why="in use: the other systems put their backups there every night, as the row says, living systems name it, and someone looks in each month",
        names=(("dsj", "政务云备份系统", ""), ("wjw", "卫健数据备份系统", ""), ("gaj", "公安数据备份系统", "")),
        notes=("各系统夜里往这备份，没有业务登录",),
    ),
    "bastion": Story(
        count=1, login=(1, 2), update=(30, 300), contract=(60, 500), logins=(200, 600), users=(10, 40), says="always", shown=ROW,
        why="in use: the operators go through it to all machines, every day, as the row says (last login, traffic in working hours)",
        names=(("dsj", "运维审计堡垒机", ""), ("gaj", "公安运维审计系统", ""), ("ybj", "医保运维审计系统", "")),
        notes=("运维都从这跳，没有业务",),
    ),
    "patchdepot": Story(
        count=1, login=(15, 45), update=(15, 45), contract=(60, 500), users=(1, 4), says="always", state="后台运行", shown=LOGIN | PAID,
        why="in use: all machines fetch patches and virus signatures from it, as the row says; it was updated and looked into in the last weeks",
        names=(("dsj", "补丁分发系统", ""), ("gaj", "病毒库升级系统", ""), ("jyj", "教育网补丁系统", "")),
        notes=("补丁和病毒库从这下发，一个月看一次",),
    ),
    "enrolweek": Story(
        count=2, login=(19, 20), update=(20, 200), contract=(30, 400), logins=(20, 300), users=(200, 3000), logged=True, shown=LOGIN,
        why="in use: entries were taken from 9 to 13 March (access log, last login), before and after that nobody comes",
        names=(("rsj", "事业单位招聘报名系统", ""), ("jyj", "教师资格报名系统", ""), ("yjj", "安全工程师报名系统", ""), ("wjw", "护士资格报名系统", ""), ("jtj", "出租司机考试报名系统", "")),
        notes=("报名期开放", "一年报两次名"),
    ),
    "staledrow": Story(
        count=3, login=(366, 400), update=(380, 700), contract=(-330, 60), logins=(100, 500), users=(15, 90), says="never", logged=True, shown=LOGIN,
        why="in use: its row was copied from last year's ledger and dates the last login a year ago, people work with it every working day (access log)",
        names=(
            ("zjj", "质量安全巡查系统", ""), ("rsj", "工资集体协商系统", ""), ("jyj", "学校食堂监管系统", ""), ("wjw", "公共场所卫生系统", ""), ("yjj", "执法文书系统", ""), ("jtj", "公交补贴核算系统", ""),
            ("gxq", "高新区项目管家系统", ""),
        ),
    ),
    "fridayfile": Story(
        count=2, login=(5, 6), update=(60, 500), contract=(-30, 400), logins=(40, 120), users=(12, 40), logged=True, shown=LOGIN,
        why="in use: all streets hand in their week on Friday afternoons (access log: POST /weekly/upload by a dozen addresses, the last on 27 March)",
        names=(("tdq", "铁东区周调度系统", ""), ("jbq", "江北区工作周报系统", ""), ("yjj", "安全周调度系统", ""), ("zsz", "征收进度周报系统", ""), ("wjw", "爱卫周报系统", "")),
        notes=("周五下午报", "一周一报"),
    ),
    "pilotstreet": Story(
        count=1, login=(1, 5), update=(5, 40), contract=(300, 700), logins=(15, 60), users=(6, 15), logged=True, state="试运行", shown=LOGIN,
        why="in use: on trial in two streets since the winter, a few people every working day (access log)",
        names=(("tdq", "铁东区一表通系统", ""), ("jbq", "江北区时间银行系统", ""), ("dsj", "基层减负填报系统", "")),
        notes=("先在两个街道试",),
    ),
    "renovation": Story(
        count=1, login=(68, 69), update=(60, 300), contract=(60, 400), users=(10, 40), says="always", logged=True, shown=LOGIN | PAID,
        why="in use: worked with every day until 23 January (access log, last login); its hall is being rebuilt until May, as the row says, and it is under contract",
        names=(("rsj", "人才市场大厅系统", ""), ("zjj", "房产交易叫号系统", ""), ("wlj", "图书馆座位系统", ""), ("jtj", "车驾管业务叫号系统", "")),
        notes=("大厅装修暂停，5月恢复", "场馆改造，1月下旬起闭馆，5月开"),
    ),
    "stillold": Story(
        count=3, login=(1, 4), update=(60, 700), contract=(-120, 300), logins=(80, 400), users=(15, 90), says="always", logged=True, shown=LOGIN,
        why="in use: its row speaks of its end, which has not come: people work with it and save cases every working day (access log, last login)",
        names=(
            ("rsj", "劳动能力鉴定系统", ""), ("zjj", "施工许可审批系统", ""), ("jyj", "学生营养餐系统", ""), ("wjw", "医疗机构校验系统", ""), ("jtj", "道路客运系统", ""), ("yjj", "应急预案备案系统", ""),
            ("hgj", "港口经营许可系统", ""),
        ),
        notes=("新系统在建，建成后停用", "省统建系统年底上线，届时下线", "省平台已上线，在办件还在这套办结", "老系统，等信创改造完替换"),
    ),
    "termtime": Story(
        count=2, login=(1, 3), update=(30, 400), contract=(-30, 400), logins=(60, 400), users=(20, 120), logged=True, shown=LOGIN,
        why="in use: worked with in term time, not from 24 January to 1 March (access log, last login)",
        names=(("jyj", "课后服务管理系统", ""), ("jyj", "校车调度系统", ""), ("jyj", "学生体质监测系统", ""), ("wlj", "少儿研学系统", "")),
        notes=("放假停",),
    ),
    "spillplan": Story(
        count=1, login=(21, 22), update=(60, 300), contract=(60, 400), users=(6, 40), says="always", logged=True, shown=LOGIN | PAID,
        why="in use: for emergencies on the river, exercised on 11 March (access log, last login), under contract, as the row says",
        names=(("hgj", "江面溢油应急系统", ""), ("yjj", "化工园区应急系统", ""), ("hgj", "船舶碰撞处置系统", "")),
        notes=("出事才用，每季度演练一次",),
    ),
    "transcode": Story(
        count=1, login=(1, 5), update=(20, 300), contract=(30, 400), logins=(60, 200), users=(6, 25), logged=True, shown=LOGIN,
        why="in use: people hand in films by day (access log: POST /media/upload), its machine converts them all day with traffic in and out",
        names=(("jyj", "名师课堂转码系统", ""), ("wlj", "口述史视频系统", ""), ("dsj", "庭审录像转码系统", "")),
        notes=("转码吃CPU",),
    ),
    "mirrorpair": Story(
        count=1, login=(1, 4), update=(20, 300), contract=(30, 400), logins=(100, 500), users=(20, 100), says="never", logged=True, machines=2, shown=LOGIN,
        why="in use: people work with it every day (access log, last login); its machines copy the data to each other at all hours besides",
        names=(("wjw", "妇幼信息双机系统", ""), ("zjj", "维修资金双机系统", ""), ("jtj", "公交结算双机系统", "")),
    ),
    "nightcount": Story(
        count=1, login=(1, 3), update=(20, 300), contract=(30, 400), logins=(40, 120), users=(5, 20), says="never", logged=True, shown=LOGIN,
        why="in use: meter readings come in at two in the morning, another number each night, and clerks check them by day (access log: /import, /reading/check)",
        names=(("zjj", "供热计量结算系统", ""), ("gxq", "园区水电抄表系统", ""), ("hgj", "岸电计量系统", "")),
    ),
    "quarterend": Story(
        count=2, login=(1, 3), update=(30, 300), contract=(30, 400), logins=(30, 120), users=(20, 60), logged=True, shown=LOGIN | PAID,
        why="in use: the quarter's returns are due in its last days: people save them and others check them from 24 March (access log: POST /return/save, /return/check), under contract and updated",
        names=(("rsj", "企业薪酬季报系统", ""), ("zjj", "房地产企业季报系统", ""), ("hgj", "港口企业季报系统", ""), ("wlj", "旅行社季报系统", ""), ("gxq", "高新区企业季报系统", "")),
        notes=("季末报", "每季最后一周集中填"),
    ),
}  # fmt: skip
STORIES_OF_THE_OPEN: dict[str, Story] = {
    "betweenunits": Story(
        count=1, login=(100, 160), update=(200, 500), contract=(-30, 200), says="always", shown=ROW,
        why="undecidable: idle for some months while two units settle whose it is; whether the new one will use it has to be asked",
        names=(("gxj", "数字经济监测系统", ""), ("kxj", "外国专家管理系统", ""), ("nyj", "防返贫核查系统", ""), ("tjj", "投入产出调查系统", "")),
        notes=("机构改革划转中，归属还没定", "划给新局了，还没交接，谁用不清楚"),
    ),
    "nighttraffic": Story(
        count=1, login=None, update=(200, 330), contract=(60, 400), says="never", shown=PAID, blank=frozenset({"last_login", "logins_month"}),
        why="undecidable: paid for, an hour of traffic at three each night and nothing by day, the row tells neither login nor use: exchange or backup, its unit has to be asked",
        names=(("fgw", "重大项目库系统", ""), ("gzw", "产权交易监测系统", ""), ("mzj", "慈善信息系统", ""), ("scjg", "标准化信息系统", "")),
    ),
    "patchedlull": Story(
        count=1, login=(105, 170), update=(15, 40), contract=(120, 400), says="never", shown=ROW,
        why="undecidable: nobody for four months or so and nothing but agents, and yet a new version three weeks ago and a contract; what for has to be asked",
        names=(("slj", "节水载体系统", ""), ("sthj", "碳排放核算系统", ""), ("czj", "绩效评价系统", ""), ("gxj", "中小企业诊断系统", "")),
    ),
    "claimed": Story(
        count=1, login=(1, 10), update=(200, 400), contract=(30, 300), logins=(60, 200), users=(15, 60), says="never", shown=ROW,
        why="undecidable: the row claims logins of these days, its machines show agents only at all hours, and no log can tell; its unit has to be asked",
        names=(("sfj", "人民调解系统", ""), ("xfj", "信访评估系统", ""), ("gzw", "国资监督系统", ""), ("tyj", "军休服务系统", "")),
    ),
    "partview": Story(
        count=1, login=None, update=None, contract=None, says="never", machines=2, blank=ROW,
        why="undecidable: one of its machines is measured and idle, the others are not measured at all, and the row is blank",
        names=(("sfj", "司法鉴定系统", ""), ("gjj", "住房补贴系统", ""), ("czj", "会计人员系统", ""), ("mzj", "社会组织系统", "")),
    ),
    "objection": Story(
        count=1, login=(120, 172), update=(200, 600), contract=(-60, 200), says="always", shown=ROW,
        why="undecidable: idle for some months; to be closed, but those who worked with it object, as the row says; who is right has to be asked",
        names=(("nyj", "农产品价格系统", ""), ("cgj", "户外广告系统", ""), ("sthj", "噪声监测系统", ""), ("scjg", "价格监督系统", "")),
        notes=("信息中心拟下线，业务科不同意，待研究", "拟停用，科室提了异议，还没定"),
    ),
}  # fmt: skip
