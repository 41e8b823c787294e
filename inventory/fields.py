"""The canonical fields of a record: their type, unit, group and names. The names are those of the city's ledgers.

What a ledger calls them is declared in catalogs/columns/*.yaml; this table says what each field means once it is read.
Sizes are GiB whatever the heading says (G, GB and GiB are treated alike, 1 TB = 1024 GB); rates are ratios (0-1);
dates are ISO text that keeps its precision (`2010`, `2010-10`, `2010-10-05`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from catalogs.words import Text

FieldType = Literal[
    "text",  # as written, trimmed; full-width spaces and line breaks folded
    "name",  # kept for display exactly as written
    "code",  # text, never a number: leading zeros count
    "choice",  # one of the words of catalogs/columns, else as written
    "yes_no",  # true or false
    "date",  # ISO text of the known precision
    "count",  # whole number
    "number",  # decimal number
    "cores",  # whole number of vCPU
    "size",  # GiB
    "money",  # 万元
    "ratio",  # 0-1
    "bandwidth",  # Mbit/s
    "level",  # 1-5
    "secrecy",  # 非涉密; classified rows never become records
    "list",  # several words
    "addresses",  # IP addresses, ranges expanded
    "urls",  # web addresses without credentials
    "person",  # the id of a contact
    "phone",  # goes to the contact table only
    "credential",  # never read
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One canonical field. `sums` says that the rows of one system add up; `unit` is that of the stored value."""

    name: str
    type: FieldType
    group: str
    label: Text
    unit: str | None = None
    sums: bool = False


def _f(
    name: str, type_: FieldType, group: str, zh: str, en: str, unit: str | None = None, *, sums: bool = False
) -> Field:
    return Field(name=name, type=type_, group=group, label=Text(zh, en), unit=unit, sums=sums)


_ALL: tuple[Field, ...] = (
    # who and what
    _f("sys_name", "name", "identity", "系统名称", "system name"),
    _f("sub_system", "name", "identity", "子系统名称", "subsystem"),
    _f("alias", "list", "identity", "简称或曾用名", "other names"),
    _f("sys_code", "code", "identity", "系统编码", "system code"),
    _f("dept", "name", "identity", "单位名称", "department"),
    _f("dept_lead", "name", "identity", "主管部门", "supervising department"),
    _f("dept_build", "name", "identity", "建设单位", "building department"),
    _f("dept_use", "name", "identity", "使用单位", "using department"),
    _f("dept_region", "text", "identity", "行政区划", "region"),
    _f("office", "text", "identity", "归口科室", "office"),
    _f("contact", "person", "people", "联系人", "contact"),
    _f("phone", "phone", "people", "联系电话", "phone"),
    _f("vendor", "name", "people", "承建单位", "vendor"),
    _f("vendor_contact", "person", "people", "承建单位联系人", "vendor's contact"),
    _f("vendor_phone", "phone", "people", "承建单位联系电话", "vendor's phone"),
    _f("ops_vendor", "name", "people", "运维单位", "operator"),
    _f("ops_contact", "person", "people", "运维单位联系人", "operator's contact"),
    _f("ops_phone", "phone", "people", "运维单位联系电话", "operator's phone"),
    # how it came about
    _f("ops_mode", "choice", "operation", "运维方式", "mode of operation"),
    _f("ops_contract_end", "date", "operation", "运维合同到期时间", "operation contract ends"),
    _f("basis", "text", "project", "建设依据", "legal basis"),
    _f("approver", "text", "project", "审批部门", "approver"),
    _f("approve_date", "date", "project", "审批时间", "approved on"),
    _f("fund_source", "text", "project", "经费来源", "source of funds"),
    _f("build_cost", "money", "project", "建设金额", "building cost", "万元", sums=True),
    _f("ops_cost", "money", "operation", "年运维费", "operation cost a year", "万元", sums=True),
    _f("build_type", "choice", "project", "建设类型", "building type"),
    _f("build_mode", "choice", "project", "建设方式", "building mode"),
    _f("start_date", "date", "project", "建设起始时间", "building began"),
    _f("online_date", "date", "project", "投入使用时间", "in use since"),
    _f("accept_date", "date", "project", "验收时间", "accepted on"),
    # use
    _f("status", "choice", "use", "系统状态", "status"),
    _f("function", "text", "use", "业务功能", "function"),
    _f("sys_class", "choice", "use", "系统类别", "system class"),
    _f("scope", "text", "use", "使用范围", "scope of use"),
    _f("audience", "text", "use", "使用对象", "audience"),
    _f("user_scale", "count", "use", "用户规模", "users", "人"),
    _f("frequency", "text", "use", "使用频度", "frequency of use"),
    _f("frequency_basis", "text", "use", "频度口径", "what the frequency counts"),
    _f("visits_month", "count", "use", "月均访问量", "visits a month", "次"),
    _f("visits_day", "count", "use", "日均访问量", "visits a day", "次"),
    _f("logins_month", "count", "use", "月登录次数", "logins a month", "次"),
    _f("cases_month", "count", "use", "办件量", "cases handled", "件"),
    _f("active_users", "count", "use", "活跃用户数", "active users", "人"),
    _f("last_login", "date", "use", "最近登录时间", "last login"),
    _f("last_update", "date", "use", "最近更新时间", "last update"),
    # clean-up
    _f("zombie_declared", "yes_no", "clean-up", "是否僵尸系统", "declared a zombie"),
    _f("zombie_reasons", "list", "clean-up", "僵尸原因", "zombie reasons"),
    _f("clean_deadline", "date", "clean-up", "计划完成清理时间", "clean-up planned for"),
    _f("defer", "yes_no", "clean-up", "是否申请暂缓整合", "asks for deferral"),
    _f("defer_reason", "text", "clean-up", "暂缓整合原因", "reason for deferral"),
    _f("disposal", "choice", "clean-up", "处置意见", "disposal"),
    _f("replaced_by", "text", "clean-up", "替代系统", "replaced by"),
    _f("upgrade_need", "yes_no", "clean-up", "是否有升级需求", "needs an upgrade"),
    _f("upgrade_detail", "text", "clean-up", "升级需求说明", "upgrade wanted"),
    # security
    _f("secret", "secrecy", "security", "是否涉密", "secrecy"),
    _f("declassified", "yes_no", "security", "是否脱密处理", "declassified"),
    _f("mlps_level", "level", "security", "等保级别", "MLPS level"),
    _f("mlps_record_no", "code", "security", "等保备案编号", "MLPS filing number"),
    _f("mlps_test_date", "date", "security", "等保测评时间", "MLPS tested on"),
    _f("crypto_eval", "text", "security", "密评情况", "cryptography assessment"),
    _f("crypto_eval_date", "date", "security", "密评时间", "cryptography assessed on"),
    # technology
    _f("arch", "choice", "technology", "系统架构", "architecture"),
    _f("os_app", "text", "technology", "应用服务器操作系统", "operating system"),
    _f("os_db", "text", "technology", "数据库服务器操作系统", "database server's operating system"),
    _f("db", "text", "technology", "数据库", "database"),
    _f("middleware", "text", "technology", "中间件", "middleware"),
    _f("cpu_arch", "text", "technology", "CPU架构", "CPU architecture"),
    _f("xinchuang", "yes_no", "technology", "是否信创", "domestic technology"),
    _f("xinchuang_progress", "text", "technology", "信创改造情况", "domestic technology, progress"),
    _f("virtualised", "yes_no", "technology", "是否虚拟化部署", "virtualised"),
    _f("virtualisation", "text", "technology", "虚拟化软件", "virtualisation product"),
    _f("integration", "text", "technology", "是否与其他系统对接", "integration"),
    _f("deps", "list", "technology", "对接系统名称", "systems it depends on"),
    _f("ipv6", "text", "technology", "IPv6支持", "IPv6"),
    # place and network
    _f("location", "text", "place", "部署位置", "location"),
    _f("on_cloud", "yes_no", "place", "是否上云", "already on a cloud"),
    _f("cloud", "text", "place", "所属云平台", "cloud platform"),
    _f("site", "text", "place", "机房", "site"),
    _f("network", "list", "place", "接入网络类型", "networks"),
    _f("zone", "list", "place", "网络区域", "network zones"),
    _f("ip", "addresses", "place", "IP地址", "addresses"),
    _f("url", "urls", "place", "系统访问地址", "web addresses"),
    _f("domain", "list", "place", "域名", "domain names"),
    _f("port", "text", "place", "端口", "ports"),
    _f("bandwidth", "bandwidth", "place", "带宽", "bandwidth", "Mbit/s"),
    # resources
    _f("vm_count", "count", "resources", "虚拟机数量", "virtual machines", "台", sums=True),
    _f("phys_count", "count", "resources", "物理机数量", "physical machines", "台", sums=True),
    _f("vcpu", "cores", "resources", "vCPU", "vCPU", "vCPU", sums=True),
    _f("mem", "size", "resources", "内存", "memory", "GiB", sums=True),
    _f("spec", "text", "resources", "规格", "specification"),
    _f("sys_disk", "size", "resources", "系统盘", "system disk", "GiB", sums=True),
    _f("data_disk", "size", "resources", "数据盘", "data disk", "GiB", sums=True),
    _f("storage", "size", "resources", "存储容量", "storage", "GiB", sums=True),
    _f("storage_used", "size", "resources", "存储实际用量", "storage used", "GiB", sums=True),
    _f("object_storage", "size", "resources", "对象存储", "object storage", "GiB", sums=True),
    _f("image", "text", "resources", "镜像", "image"),
    _f("gpu", "count", "resources", "GPU 卡数", "GPUs", sums=True),
    _f("pool", "text", "resources", "资源池", "resource pool"),
    _f("res_type", "text", "resources", "云资源类型", "resource type"),
    _f("cpu_util", "ratio", "resources", "CPU利用率", "CPU usage", "ratio"),
    _f("cpu_peak_util", "ratio", "resources", "CPU峰值利用率", "peak CPU usage", "ratio"),
    _f("mem_util", "ratio", "resources", "内存利用率", "memory usage", "ratio"),
    _f("disk_util", "ratio", "resources", "存储使用率", "storage usage", "ratio"),
    # data and recovery
    _f("data_size", "size", "data", "数据量", "data size", "GiB", sums=True),
    _f("growth", "text", "data", "数据增长情况", "data growth"),
    _f("backup", "yes_no", "data", "是否有备份", "backed up"),
    _f("backup_mode", "list", "data", "备份方式", "backup mode"),
    _f("backup_site", "text", "data", "备份点位置", "backup site"),
    _f("backup_size", "size", "data", "数据备份量", "backup size", "GiB"),
    _f("backup_frequency", "text", "data", "备份频率", "backup frequency"),
    _f("dr", "text", "data", "应用容灾", "disaster recovery"),
    _f("dr_active", "text", "data", "应用双活", "active-active"),
    _f("dr_site", "text", "data", "同城双活选址", "active-active site"),
    _f("rto", "text", "data", "RTO", "RTO"),
    _f("rpo", "text", "data", "RPO", "RPO"),
    _f("data_residency", "text", "data", "数据驻留要求", "where data must stay"),
    _f("docs", "text", "data", "技术资料", "documents"),
    # plan
    _f("hw_year", "date", "plan", "硬件购置年份", "hardware bought"),
    _f("hw_end", "date", "plan", "设备到期时间", "hardware ends"),
    _f("downtime", "text", "plan", "可停机时间", "tolerable downtime"),
    _f("key_period", "text", "plan", "重保期限", "key-protection period"),
    _f("migrate_date", "date", "plan", "计划迁移时间", "migration planned for"),
    _f("migrate_batch", "text", "plan", "迁移批次", "migration batch"),
    _f("migrate_mode", "text", "plan", "迁移方式", "migration mode"),
    _f("priority", "text", "plan", "优先级", "priority"),
    _f("order_no", "code", "plan", "申请单号", "order number"),
    _f("remark", "text", "plan", "备注", "remark"),
    # servers
    _f("server_name", "name", "server", "服务器名称", "server name"),
    _f("server_id", "code", "server", "实例编号", "instance id"),
    _f("host_name", "text", "server", "主机名", "host name"),
    _f("server_type", "text", "server", "服务器类型", "server type"),
    _f("server_model", "text", "server", "品牌型号", "make and model"),
    _f("power", "choice", "server", "电源状态", "power state"),
    _f("host", "text", "server", "宿主机", "host"),
    _f("cluster", "text", "server", "集群", "cluster"),
    _f("project", "text", "server", "租户", "project"),
    _f("flavor", "text", "server", "实例规格", "flavour"),
    _f("disk", "size", "server", "磁盘总量", "disk, all", "GiB", sums=True),
    _f("created_date", "date", "server", "创建时间", "created"),
    # about the reading itself
    _f("approximate", "list", "reading", "约数字段", "fields marked approximate"),
    _f("null_reason", "list", "reading", "空值原因", "why fields are empty"),
    _f("raw", "list", "reading", "原文", "cells as written"),
    _f("row_key", "code", "reading", "行标识", "row key of a correction file"),
    # read and never kept
    _f("serial", "text", "reading", "序号", "row number"),
    _f("credential", "credential", "reading", "账号密码", "credentials"),
)  # fmt: skip

FIELDS: Mapping[str, Field] = {field.name: field for field in _ALL}

# The seven reason columns of a clean-up table (平顶山市 2021-10-29), as codes of 国办发〔2017〕39号.
ZOMBIE_REASONS: Mapping[str, Text] = {
    "Z1": Text("使用与实际业务流程长期脱节", "detached from the business process"),
    "Z2": Text("功能可被其他系统替代", "replaceable by another system"),
    "Z3": Text("所占用资源长期处于空闲状态", "resources idle"),
    "Z4": Text("运行维护停止更新服务", "no longer maintained"),
    "Z5a": Text("使用范围小", "small scope"),
    "Z5b": Text("使用频度低", "rarely used"),
    "Z6": Text("其他原因", "other reasons"),
}
