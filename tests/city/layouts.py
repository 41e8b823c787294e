"""The shapes in which departments send their ledgers: headings as in domain sources, manners as of real clerks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its canonical field, the way the cell is written, and its headings from the outermost to the own."""

    field: str
    path: tuple[str, ...]
    style: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One family of workbook. `rows` is `system`, `server` or `zone`: what one row speaks of."""

    name: str
    columns: tuple[Column, ...]
    kind: str = "xlsx"  # xlsx, csv, tsv, html, xls
    encoding: str = "utf-8"
    banner: str | None = "{dept}政务信息系统情况调查表"
    levels: int = 1
    keys: bool = False
    rows: str = "system"
    sheets: str = "one"  # one, zones, with-notes
    serial: bool = True
    dates: str = "2010-10"
    nulls: tuple[str, ...] = ("", "/", "无")
    totals: bool = False
    sign_off: bool = False
    merge_dept: bool = False
    hidden_row: bool = False
    wide: bool = False
    rough: bool = False
    file: str = "{dept}信息系统台账.{kind}"


def _c(text: str) -> tuple[Column, ...]:
    """Columns, one a line: `field[:style] parent>child [=key]`; `⏎` is a line break inside a heading."""
    found = []
    for line in text.strip().splitlines():
        name, heading, *key = line.strip().split(" ")
        field, _, style = name.partition(":")
        path = tuple(part.replace("⏎", "\r\n") for part in heading.split(">"))
        found.append(Column(field, path, style, key[0][1:] if key else ""))
    return tuple(found)


# After the survey template of a real city of 2017-18 (domain.md §4.2): three heading levels, parents own equal children.
SURVEY = Layout(
    name="survey", levels=3, keys=True, sheets="with-notes", merge_dept=True, totals=True, sign_off=True, dates="2010-10",
    banner="示例市市直单位已建政务信息系统调查表（{dept}）", file="{dept}-已建系统调查表.xlsx",
    columns=_c("""
dept 系统使用信息>单位名称 =companyId
sys_name 系统使用信息>政务信息系统名称 =name
sys_code 系统使用信息>系统编码 =xtbm
zombie_declared 系统使用信息>是否为僵尸信息系统⏎（如是僵尸系统下表内容无需填写） =sfjs
office 系统使用信息>建设单位>归口科室名称 =gkks
contact 系统使用信息>建设单位>联系人 =lxr
phone 系统使用信息>建设单位>联系电话 =lxdh
secret 系统使用信息>涉密分类 =smfl
function 系统使用信息>业务功能 =ywgn
sys_class 系统使用信息>系统类别 =xtlb
scope 系统使用信息>使用范围 =syfw
audience 系统使用信息>使用对象 =sydx
user_scale 系统使用信息>用户规模 =yhgm
logins_month 系统使用信息>每月使用频度>登录次数 =sypd
last_login 系统使用信息>最近登录时间 =zjdl
online_date 系统使用信息>投入使用时间⏎（必填，格式示例：2010-10、2010/10) =trsy
network 系统使用信息>已接入网络类型 =wllx
location 系统使用信息>部署位置 =bswz
url 系统使用信息>系统访问地址⏎（网址、账号、密码） =url
mlps_level 系统使用信息>信息安全等保级别 =djbh
integration 系统使用信息>是否与其他系统对接 =sfdj
deps 系统使用信息>对接其它系统名称 =djxt
vendor 系统运维信息>承建单位>单位名称 =cjdw
vendor_contact 系统运维信息>承建单位>联系人 =cjlxr
vendor_phone 系统运维信息>承建单位>联系电话 =cjdh
ops_mode 系统运维信息>运维方式 =ywfs
ops_vendor 系统运维信息>运维单位>单位名称 =ywdw
ops_contract_end 系统运维信息>运维合同签署到期时间 =htdq
last_update 系统运维信息>最近更新时间 =zjgx
arch 系统运维信息>系统架构 =xtjg
os_app 系统运维信息>应用服务器操作系统 =yyos
os_db 系统运维信息>数据库服务器操作系统 =sjkos
db 系统运维信息>数据库版本⏎（中间件类型和数量） =sjk
middleware 系统运维信息>中间件版本 =zjj
cpu_arch 系统运维信息>CPU架构 =cpujg
xinchuang 系统运维信息>是否信创 =xc
virtualised 系统运维信息>是否虚拟化部署 =xnh
vm_count 系统运维信息>服务器>服务器数量 =fwqsl
vcpu 系统运维信息>服务器>CPU总核数 =cpu
mem 系统运维信息>服务器>内存总容量（GB） =nc
storage:TB 系统运维信息>存储容量（TB） =ccrl
ip 系统运维信息>系统涉及的服务器IP =ip
hw_year 系统运维信息>设备购置年份 =gznf
build_mode 系统资金信息>建设方式 =jsfs
fund_source 系统资金信息>资金来源 =zjly
build_cost 系统资金信息>建设金额（万元） =jsje
ops_cost 系统资金信息>运维金额（万元） =ywje
data_size 系统数据信息>数据文件大小（GB） =sjdx
backup 系统数据信息>数据备份>是否有备份 =sfbf
backup_mode 系统数据信息>数据备份>备份方式 =bffs
dr 系统数据信息>应用容灾 =yyrz
disposal 系统后续计划 =hxjh
remark 备注 =bz
"""),
)  # fmt: skip

SIMPLE = Layout(
    name="simple", kind="csv", encoding="utf-8-sig", banner=None, dates="2010-10", nulls=("", "-"), file="{dept}信息系统清单.csv",
    columns=_c("""
sys_name 系统名称
dept 单位名称
sys_code 系统编码
secret:是否 是否涉密
mlps_level:other 等保等级
zone 网络区域
location 部署位置
status 系统状态
user_scale 用户数
logins_month 月登录次数
last_login 最近登录时间
last_update 最近更新时间
ops_contract_end 维保到期
online_date 上线时间
os_app 操作系统
db 数据库类型
middleware 中间件
cpu_arch CPU架构
xinchuang 是否信创
vm_count 服务器数量
vcpu CPU核数
mem 内存（GB）
storage 存储容量（GB）
ip IP地址
deps 对接系统名称
data_size 数据量（GB）
dr 应用容灾
zombie_declared 是否僵尸系统
contact 联系人
phone 联系电话
remark 备注
"""),
)  # fmt: skip

GBK = Layout(
    name="gbk", kind="csv", encoding="gb18030", dates="2010/10", totals=True, sign_off=True, nulls=("", "/", "—"), file="{dept}台账（导出）.csv",
    columns=SIMPLE.columns[:8] + _c("""
scope 使用范围
user_scale 用户规模
active_users 活跃用户数
last_login 最后访问时间
last_update 最近升级时间
ops_contract_end 合同签署的维保到期时间
online_date 投入使用时间
os_app 应用服务器操作系统
db 数据库版本
cpu_arch 芯片
xinchuang 是否信创
vm_count 云主机数量（台）
vcpu CPU/vCPU（核）
mem 内存/GB
sys_disk 系统盘/GB
data_disk 数据盘/GB
ip 云主机IP
deps 对接其他系统名称
dr 应用容灾
url 系统访问地址
zombie_declared 是否为僵尸信息系统
contact:both 联系人(姓名/手机)
remark 备注
"""),
)  # fmt: skip

GROUPED = Layout(
    name="grouped", levels=2, merge_dept=True, totals=True, sign_off=True, dates="2019年3月", nulls=("/", "暂无", ""), file="附件2：{dept}系统资源明细表.xlsx",
    columns=_c("""
dept 基本信息>单位名称
office 基本信息>处室
sys_name 基本信息>应用系统名称
sys_code 基本信息>系统编号
secret 基本信息>密级
mlps_level 基本信息>等保级别
status 基本信息>运行状态
online_date 基本信息>启用时间
last_login 使用情况>最近登录时间
logins_month 使用情况>登录次数（次/月）
user_scale 使用情况>注册用户数
zombie_declared 使用情况>是否僵尸系统
zone:short 资源情况>区域
location 资源情况>系统部署位置
vm_count 资源情况>虚拟机（台）
vcpu 资源情况>vCPU/核
mem 资源情况>内存/GB
sys_disk 资源情况>系统盘/GB
data_disk 资源情况>数据盘/GB
ip:ranges 资源情况>IP地址
cpu_arch 资源情况>CPU架构
xinchuang 资源情况>是否信创
os_app 软件环境>操作系统
db 软件环境>数据库类型
middleware 软件环境>中间件
deps:numbered 软件环境>对接其它系统名称
ops_vendor 运维>运维单位名称
ops_contract_end 运维>运维合同到期时间
last_update 运维>最近更新时间
dr 运维>应用容灾
hw_year 运维>设备购置年份
contact 联系人
phone 联系电话
remark 备注
"""),
)  # fmt: skip

SPEC = Layout(
    name="spec", dates="2019.3", nulls=("无", "", "不涉及"), file="{dept}上云需求摸底表.xlsx", banner="{dept}业务系统上云需求摸底表",
    columns=_c("""
sys_name 业务系统名称
sys_code 信息系统编码
dept 使用单位
secret:是否 是否涉密
mlps_level:other 定级情况
zone 网络区域
site 所属机房
spec 规格
vm_count:text 数量
storage:text 存储空间
ip:lines IP地址
os_app 操作系统
db 数据库
xinchuang 是否信创
cpu_arch:chip 芯片
user_scale 用户规模
logins_month 月登录次数
last_login 最近登录时间
last_update 最近更新时间
ops_contract_end 质保期至
online_date 建成时间
deps 依赖系统
data_size:text 数据量
dr 应用容灾
zombie_declared 是否僵尸系统
contact 负责人
phone:number 联系方式
remark 备注
"""),
)  # fmt: skip

ZONES = Layout(
    name="zones", levels=2, sheets="zones", merge_dept=True, dates="excel", file="{dept}系统情况（分区）.xlsx", nulls=("", "/"),
    columns=tuple(c for c in GROUPED.columns if c.field not in {"zone", "office", "hw_year"}),
)  # fmt: skip

UNICODE = Layout(
    name="unicode-text", kind="tsv", encoding="utf-16", banner=None, dates="2010/10", file="{dept}系统清单.txt", serial=False,
    columns=SIMPLE.columns,
)  # fmt: skip

SERVERS = Layout(
    name="per-server", rows="server", levels=1, merge_dept=True, totals=True, dates="201903", file="{dept}服务器及系统台账.xlsx",
    columns=_c("""
dept 单位名称
sys_name 信息系统名称
sys_code 系统编码
secret 涉密分类
mlps_level 安全级别
status 系统状态
zombie_declared 是否僵尸系统
last_login 最近登录时间
last_update 最近更新时间
ops_contract_end 维保到期时间
online_date 上线时间
xinchuang 是否信创
user_scale 用户数
deps 对接系统名称
dr 应用容灾
zone:row 网络区域
location 部署位置
ip 服务器IP
vcpu CPU核数
mem 内存（GB）
storage 磁盘（GB）
os_app 操作系统
cpu_arch CPU架构
remark 备注
"""),
)  # fmt: skip

TWO_ZONES = Layout(
    name="row-per-zone", rows="zone", dates="2010-10", totals=True, file="{dept}资源使用清单.xlsx", banner="附件1 {dept}云资源使用清单", sign_off=True,
    columns=_c("""
dept 单位名称
sys_name 系统名称
sys_code 系统编码
secret 是否涉密
mlps_level 等保级别
zone:row 区域
cloud 所属云平台
vm_count 资源数量
vcpu vCPU/核
mem 内存/GB
sys_disk 系统盘/GB
data_disk 数据盘/GB
ip 云主机IP
os_app 操作系统
cpu_arch CPU架构
xinchuang 是否信创
last_login 最近登录时间
last_update 最近更新时间
ops_contract_end 合同到期时间
user_scale 用户规模
deps 对接其他系统名称
dr 应用容灾
zombie_declared 是否僵尸系统
contact 联系人
phone 联系电话
remark 备注
"""),
)  # fmt: skip

MIXED = Layout(
    name="mixed-script", wide=True, dates="2019年3月", nulls=("無", "", "／"), file="{dept}信息系統臺賬.xlsx", banner="{dept}政務信息系統臺賬（２０２６年３月）",
    columns=_c("""
sys_name 信息系統名稱
dept 單位名稱
sys_code 系統編碼
secret 是否涉密
mlps_level 信息安全登保级别
zone 網絡區域
location 部署位置
vm_count 虛擬機（臺）
vcpu ＣＰＵ核數
mem 內存（ＧＢ）
storage 存儲容量（ＧＢ）
ip 服務器ＩＰ
os_app 操作系統
db 數據庫類型
xinchuang 是否信創
user_scale 用戶規模
last_login 最近登錄時間
last_update 最近更新時間
ops_contract_end 運維合同到期時間
online_date 上線時間
deps 對接其它系統名稱
dr 應用容災
zombie_declared 是否僵屍系統
remark 備註
"""),
)  # fmt: skip

NOTES = Layout(
    name="notes", levels=2, hidden_row=True, rough=True, totals=True, sign_off=True, dates="2010/10", file="{dept}信息化系统普查表（终稿v3）.xlsx", nulls=("", "待定", "暂无", "N/A"),
    columns=_c("""
sys_name 系统概况>系统全称⏎（与立项批复一致）
sys_code 系统概况>系统编码
dept:former 系统概况>建设单位
secret:是否 系统概况>是否涉密⏎（必填，是/否)
mlps_level:other 系统概况>等保等级
function 系统概况>功能简介
status 系统概况>当前建设阶段
online_date 系统概况>投入使用时间⏎（格式示例：2010/10)
user_scale 使用情况>用户规模（人）
logins_month 使用情况>登录次数（次/月）
last_login 使用情况>最近登录时间
zombie_declared 使用情况>是否为僵尸信息系统
vm_count:text 资源情况>服务器数量
vcpu:text 资源情况>CPU核数
mem:text 资源情况>内存
storage:text 资源情况>存储空间
ip:ranges 资源情况>服务器IP
network:short 资源情况>信息系统接入网络类型
location 资源情况>部署位置
os_app 资源情况>操作系统
xinchuang 资源情况>是否信创
build_cost 资金>合同额（万元）
ops_cost 资金>年运维费（万元）
ops_contract_end 资金>维保到期
last_update 资金>最近升级时间
deps:numbered 数据>对接其它系统名称
data_size 数据>数据量（GB）
backup 数据>是否有备份
dr 数据>应用容灾
contact 联系人
phone 联系电话
remark 备注
"""),
)  # fmt: skip

HTML = Layout(
    name="html-as-xls", kind="html", encoding="utf-8", file="{dept}系统台账.xls", dates="2010-10", totals=True, columns=SIMPLE.columns,
)  # fmt: skip

# One honest layout first (every third unit keeps it), then the family.
LAYOUTS = (
    SURVEY,
    SIMPLE,
    GROUPED,
    GBK,
    SURVEY,
    SPEC,
    SERVERS,
    ZONES,
    NOTES,
    TWO_ZONES,
    UNICODE,
    SURVEY,
    MIXED,
    HTML,
    GROUPED,
)
