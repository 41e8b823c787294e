"""How a clerk writes what is true into a cell, and how a careful reader must read that cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from tests.city.habits import FIRST_HABITS, Habits
from tests.city.model import CityServer, CitySystem, Department

Raw = str | int | float | date | None
Expected = str | int | float | bool | None | list[str]
LEVELS = {1: "一级", 2: "二级", 3: "三级", None: "未定级"}
LEVELS_OTHER = {1: "1级", 2: "等保二级", 3: "第三级", None: "未定级"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What is written, and the canonical value it stands for (`None`: known to be empty)."""

    raw: Raw
    expected: Expected


@dataclass(slots=True, kw_only=True)
class Clerk:
    """The habits of one department's clerk."""

    rng: np.random.Generator
    department: Department
    dates: str = "2010-10"
    nulls: tuple[str, ...] = ("", "/", "无")
    wide: bool = False  # full-width digits
    rough: bool = False  # 约, thousands separators, text numbers
    names: dict[str, str] = field(default_factory=dict)
    habits: Habits = FIRST_HABITS

    def null(self) -> Cell:
        """An empty cell as this clerk leaves it."""
        return Cell(self.nulls[int(self.rng.integers(len(self.nulls)))] or None, None)

    def month(self, day: date | None) -> Cell:
        """A date known to the month."""
        if day is None:
            return self.null()
        style = self.dates
        if style == "excel":
            return Cell(day, day.isoformat())
        if style == "2019.3":  # a month of one digit is clear only without a leading one
            style = "2019年3月" if day.month in {1, 10} else style
        forms = {
            "2010-10": f"{day:%Y-%m}",
            "2010/10": f"{day:%Y/%m}",
            "2019年3月": f"{day.year}年{day.month}月",
            "201903": f"{day:%Y%m}",
            "2019.3": f"{day.year}.{day.month}",
        }
        return Cell(forms[style], f"{day:%Y-%m}")

    def day(self, day: date | None) -> Cell:
        """A date known to the day."""
        if day is None:
            return self.null()
        if self.dates == "excel":
            return Cell(day, day.isoformat())
        forms = {
            "2010/10": f"{day:%Y/%m/%d}",
            "2019年3月": f"{day.year}年{day.month}月{day.day}日",
            "201903": f"{day:%Y%m%d}",
            "2019.3": f"{day.year}.{day.month:02d}.{day.day:02d}",
        }
        return Cell(forms.get(self.dates, f"{day:%Y-%m-%d}"), day.isoformat())

    def number(self, value: float, unit: str = "") -> Cell:
        """A number, with the clerk's manners; `unit` is written behind it."""
        text = (
            f"{value:,}" if self.rough and value >= 1000 else f"{value:g}" if isinstance(value, float) else str(value)
        )
        if self.rough and self.rng.random() < 0.05:
            text = "约" + text
        if self.wide:
            text = text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
        plain = not unit and text == str(value)
        return Cell(value if plain else text + unit, value)


def render(name: str, style: str, system: CitySystem, clerk: Clerk, servers: list[CityServer]) -> Cell:
    """The cell of one canonical field of one system; `servers` are those this row speaks of."""
    renderer = globals()["_" + name]
    cell: Cell = renderer(system, clerk, servers, style)
    return cell


def _text(value: str | None, clerk: Clerk) -> Cell:
    return clerk.null() if value is None else Cell(value, value)


def _sys_name(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return Cell(s.name, s.name)


def _sys_code(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return Cell(s.code, s.code)


def _dept(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    name = c.department.former[0] if style == "former" and c.department.former else c.department.name
    return Cell(name, name)


def _office(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return Cell(s.office, s.office)


def _contact(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    if style == "both":
        return Cell(f"{s.contact}/{s.phone}", f"{s.contact}/{s.phone}")
    return Cell(s.contact, s.contact)


def _phone(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return Cell(int(s.phone) if style == "number" else s.phone, s.phone)


def _vendor(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return Cell(s.vendor, s.vendor)


def _vendor_contact(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return Cell(s.vendor_contact, s.vendor_contact)


def _vendor_phone(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return Cell(s.vendor_phone, s.vendor_phone)


def _ops_vendor(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return Cell(s.ops_vendor, s.ops_vendor)


def _ops_mode(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    value = "外包服务" if s.ops_cost_wan > 5 else "自主运维"
    return Cell(value, value)


def _ops_contract_end(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return c.day(s.contract_end_on)


def _online_date(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return c.month(s.online_on)


def _last_login(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return c.day(s.last_login_on)


def _last_update(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return c.day(s.last_update_on)


def _fund_source(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    value = "专项资金" if s.core else "财政资金"
    return Cell(value, value)


def _build_cost(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return c.number(s.build_cost_wan)


def _ops_cost(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return c.number(s.ops_cost_wan)


def _build_mode(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    value = "自建（自有产权）" if s.build_cost_wan > 20 else "购买服务（无产权）"
    return Cell(value, value)


def _status(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    value = "停用" if s.behaviour == "off" and style == "honest" else "试运行" if s.behaviour == "new" else "在用"
    return Cell(value, value)


def _function(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    value = f"支撑{s.name.replace('系统', '').replace('平台', '')}相关业务的受理、办理、查询和统计"
    return Cell(value, value)


def _sys_class(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    value = "应用支撑层系统" if s.department == "dsj" and s.core else "应用层系统"
    return Cell(value, value)


def _scope(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    value = "单位内部" if s.users < 100 else "覆盖到市" if s.users < 1000 else "覆盖到县"
    return Cell(value, value)


def _audience(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    value = "企业,公众" if "互联网区" in s.zones else "工作人员"
    return Cell(value, value)


def _user_scale(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return c.number(s.users)


def _logins_month(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return c.number(s.monthly_logins)


def _active_users(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return c.number(min(s.users, s.monthly_logins))


def _zombie_declared(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return Cell("是", True) if s.behaviour == "declared" else Cell("否", False)


def _zombie_reasons(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    if not c.habits.candid and s.behaviour != "declared":
        return Cell(None, None)
    holds = {
        "长期脱节": s.behaviour in {"abandoned", "declared"},
        "可被替代": s.behaviour in {"replaced", "declared"},
        "停止更新": s.behaviour == "expired",
    }
    return Cell("√" if holds[style] else None, holds[style] or None)


def _disposal(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    value = "可以暂缓" if s.zombie else "继续建设"
    return Cell(value, value)


def _secret(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    if style == "是否":
        return Cell("是" if s.classified else "否", s.classified)
    value = "涉密" if s.classified else "非涉密"
    return Cell(value, value)


def _mlps_level(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return Cell((LEVELS_OTHER if style == "other" else LEVELS)[s.mlps_level], s.mlps_level)


def _arch(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    value = "C/S" if "C" in s.id[-1:] or s.users < 8 else "B/S"
    return Cell(value, value)


def _os_app(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return Cell(s.os, s.os)


def _os_db(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return _text(s.os if s.db else None, c)


def _db(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return _text(s.db, c)


def _middleware(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return _text(s.middleware, c)


def _cpu_arch(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    if style == "chip":
        chip = {True: "鲲鹏920", False: "海光7285" if s.xinchuang else "Intel Xeon"}[s.cpu_arch == "aarch64"]
        return Cell(chip, chip)
    return Cell("ARM" if s.cpu_arch == "aarch64" else "X86", "ARM" if s.cpu_arch == "aarch64" else "X86")


def _xinchuang(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return Cell("是" if s.xinchuang else "否", s.xinchuang)


def _virtualised(s: CitySystem, c: Clerk, servers: list[CityServer], style: str) -> Cell:
    cloud = "云" in s.location
    return Cell("是" if cloud else "否", cloud)


def _deps(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    known = [c.names[i] for i in s.depends_on if c.rng.random() < 0.85]
    if not known:
        return c.null()
    if style == "numbered":
        return Cell("\n".join(f"{n}、{name}" for n, name in enumerate(known, 1)), known)
    return Cell("、".join(known), known)


def _integration(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    value = "是，对接其他系统" if s.depends_on else "否，无对接"
    return Cell(value, value)


def _location(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return Cell(s.location, s.location)


_cloud = _site = _location


def _zone(s: CitySystem, c: Clerk, servers: list[CityServer], style: str) -> Cell:
    zones = sorted({v.zone for v in servers}) if style == "row" and servers else list(s.zones)
    words = (
        [{"互联网区": "互联网", "政务外网区": "政务外网", "专网区": "专网"}[z] for z in zones]
        if style == "short"
        else zones
    )
    return Cell(",".join(words), words)


_network = _zone


def _ip(s: CitySystem, c: Clerk, servers: list[CityServer], style: str) -> Cell:
    addresses = [v.address for v in servers if v.listed]
    if not addresses or s.behaviour == "unmeasured-zombie":
        return c.null()
    return Cell(
        _ranges(addresses) if style == "ranges" else {"lines": "\n", "row": "、"}.get(style, "、").join(addresses),
        addresses,
    )


def _ranges(addresses: list[str]) -> str:
    """Neighbours as `10.1.1.2-5`."""
    parts: list[tuple[str, int, int]] = []
    for address in addresses:
        head, _, last = address.rpartition(".")
        if parts and parts[-1][0] == head and parts[-1][2] + 1 == int(last):
            parts[-1] = (head, parts[-1][1], int(last))
        else:
            parts.append((head, int(last), int(last)))
    return "、".join(f"{head}.{low}" if low == high else f"{head}.{low}-{high}" for head, low, high in parts)


def _url(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    if s.url is None:
        return c.null()
    if s.account is None:
        return Cell(s.url, [s.url])
    user, password = s.account
    forms = (
        f"{s.url}\n账号：{user}\n密码：{password}",
        f"网址：{s.url} 帐号:{user} 密码:{password}",
        f"{s.url} （{user}/{password}）",
    )
    return Cell(forms[int(c.rng.integers(3))], [s.url])


def _vm_count(s: CitySystem, c: Clerk, servers: list[CityServer], style: str) -> Cell:
    return c.number(len(servers), "台" if style == "text" else "")


def _vcpu(s: CitySystem, c: Clerk, servers: list[CityServer], style: str) -> Cell:
    return c.number(sum(v.vcpu for v in servers), "核" if style == "text" else "")


def _mem(s: CitySystem, c: Clerk, servers: list[CityServer], style: str) -> Cell:
    return c.number(sum(v.memory_gib for v in servers), {"text": "GB", "G": "G"}.get(style, ""))


def _spec(s: CitySystem, c: Clerk, servers: list[CityServer], style: str) -> Cell:
    shapes: dict[tuple[int, int], int] = {}
    for server in servers:
        shapes[(server.vcpu, server.memory_gib)] = shapes.get((server.vcpu, server.memory_gib), 0) + 1
    text = "；".join(f"{v}C{m}G" + (f"*{n}台" if n > 1 else "") for (v, m), n in sorted(shapes.items()))
    return Cell(text, text)


def _storage(s: CitySystem, c: Clerk, servers: list[CityServer], style: str) -> Cell:
    gib = sum(v.disk_gib for v in servers)
    if style == "TB":
        tb = max(0.1, round(gib / 1024, 1))
        return Cell(tb, round(tb * 1024, 1))
    if style == "text":
        return (
            Cell(f"{gib}GB", gib)
            if gib < 2048
            else Cell(f"{round(gib / 1024, 1):g}TB", round(round(gib / 1024, 1) * 1024, 1))
        )
    return c.number(gib)


def _sys_disk(s: CitySystem, c: Clerk, servers: list[CityServer], style: str) -> Cell:
    return c.number(sum(v.root_gib for v in servers))


def _data_disk(s: CitySystem, c: Clerk, servers: list[CityServer], style: str) -> Cell:
    gib = sum(sum(v.data_gib) for v in servers)
    return c.number(gib) if gib else Cell("/", None)


def _data_size(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    if style == "text":
        return Cell(f"{s.data_gib}GB", s.data_gib)
    return c.number(s.data_gib)


def _backup(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return Cell("有" if s.dr else "无", bool(s.dr))


def _backup_mode(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return _text({"异地容灾": "异地", None: None}.get(s.dr, "本地"), c)


def _dr(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return _text(s.dr if s.dr != "本地备份" else None, c)


def _hw_year(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    return c.null() if s.hardware_on is None else Cell(s.hardware_on.year, str(s.hardware_on.year))


def _ipv6(s: CitySystem, c: Clerk, servers: list[CityServer], style: str) -> Cell:
    dual = any(v.address6 for v in servers)
    return Cell("是" if dual else "否", dual)


def _remark(s: CitySystem, c: Clerk, _: list[CityServer], style: str) -> Cell:
    season = ("季节性使用", "季节性系统，每年集中使用一次", "仅在业务季启用（季节性）")[len(s.name) % 3]
    notes = {
        "replaced": "已由省统建系统替代，待下线",
        "seasonal-off": season,
        "seasonal-on": season,
        "standby": "灾备节点",
        "test": "测试用",
        "emergency": "应急时启用",
    }
    if s.note is not None:
        return _text(s.note, c)
    if s.behaviour in c.habits.remarks:
        said = c.habits.remarks[s.behaviour]
        return _text(said[len(s.name) % len(said)], c)
    return _text(notes.get(s.behaviour), c)
