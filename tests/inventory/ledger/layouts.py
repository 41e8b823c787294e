"""The same truth laid out at random: order, headings, levels, merges, units, dates, noise, formats, encodings.

Independent of the reader: the ways of writing here are a clerk's, not the inverse of the parser. `score` says of each
cell whether it was read rightly, asked about, or silently wrong.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from inventory.collectors.columns.vocabulary import SUGGESTION_SCORE
from inventory.model import Collected
from tests.inventory.ledger import books

Rng = random.Random
DEPARTMENTS = (
    "市教育局",
    "市卫生健康委员会",
    "市水利局",
    "市财政局",
    "市民政局",
    "市交通运输局",
    "市应急管理局",
    "市自然资源和规划局",
)
ORGS = ("甲软件有限公司", "乙科技股份有限公司", "丙信息技术公司", "中国电信示例分公司")
STEMS = (
    "预算",
    "学籍",
    "低保",
    "河长制",
    "公交调度",
    "应急指挥",
    "档案",
    "信访",
    "执法",
    "电子病历",
    "不动产",
    "公积金",
    "门户",
    "办公",
    "督查",
    "人事",
    "防汛",
    "采购",
)
ENDS = ("管理系统", "平台", "信息系统", "服务平台(一期)", "系统（试运行）", "网站", "数据库")

# field → the headings a department may use, our choice of practice; the reader's catalogue has many more
HEADINGS: dict[str, tuple[str, ...]] = {
    "sys_name": ("系统名称", "信息系统名称", "应用系统名称", "业务系统名称", "平台名称", "系统全称"),
    "dept": ("单位名称", "部门名称", "委办局", "所属单位", "申请单位"),
    "office": ("处室", "科室", "归口科室名称", "内设机构"),
    "sys_code": ("系统编码", "系统编号"),
    "secret": ("是否涉密", "涉密分类", "密级"),
    "mlps_level": ("等保级别", "等保等级", "安全级别", "信息安全等保级别", "定级情况"),
    "online_date": ("上线时间", "投入使用时间", "启用时间", "建成时间"),
    "ops_contract_end": ("维保到期时间", "运维合同到期时间", "质保期至"),
    "last_login": ("最近登录时间", "最后访问时间"),
    "status": ("系统状态", "运行状态", "当前建设阶段"),
    "vcpu": ("vCPU", "CPU核数", "CPU总核数", "CPU"),
    "mem": ("内存", "内存总容量", "内存大小"),
    "storage": ("存储容量", "存储空间", "存储", "硬盘"),
    "data_size": ("数据量", "数据文件大小"),
    "vm_count": ("虚拟机", "云主机数量", "服务器数量"),
    "user_scale": ("用户规模", "注册用户数", "用户数"),
    "build_cost": ("建设金额", "总投资", "合同额"),
    "ops_cost": ("年运维费", "运维金额"),
    "xinchuang": ("是否信创",),
    "zombie_declared": ("是否僵尸系统", "是否为僵尸信息系统"),
    "backup": ("是否有备份",),
    "network": ("已接入网络类型", "接入网络类型"),
    "ip": ("IP地址", "系统涉及的服务器IP", "服务器IP"),
    "deps": ("对接其他系统名称", "依赖系统", "关联系统"),
    "os_app": ("操作系统", "应用服务器操作系统"),
    "db": ("数据库版本", "数据库类型", "数据库"),
    "location": ("部署位置", "系统部署位置"),
    "cpu_util": ("CPU使用率", "CPU利用率"),
    "url": ("系统访问地址", "访问地址", "网址"),
    "function": ("业务功能", "功能简介", "系统功能描述"),
    "remark": ("备注",),
    "vendor": ("承建单位", "承建单位名称", "开发商"),
    "vendor_phone": ("承建单位联系电话",),
    "contact": ("联系人", "负责人"),
    "phone": ("联系电话", "手机"),
}  # fmt: skip
UNKNOWN = ("柜位", "值班表编号", "色标", "拟评星级", "考核得分A")
GROUPS: dict[str, tuple[tuple[str, str], ...]] = {
    "建设单位": (("office", "归口科室名称"), ("contact", "联系人"), ("phone", "联系电话")),
    "承建单位": (("vendor", "单位名称"), ("vendor_contact", "联系人"), ("vendor_phone", "联系电话")),
}
SECTIONS = ("系统基本信息", "系统使用信息", "资源情况", "安全情况", "系统资金信息", "其他情况")
PEOPLE = frozenset({"contact", "phone", "vendor_contact", "vendor_phone"})


@dataclass(slots=True)
class Column:
    """A column of a layout: its field (None: a column nobody knows), headings from the outermost down, how it writes."""

    field: str | None
    path: tuple[str, ...]
    write: Callable[[Any, Rng], object]


@dataclass(slots=True)
class Laid:
    """A file, and where each system's row is: `truth` maps row → field → value."""

    name: str
    content: bytes
    sheet: str
    truth: dict[int, dict[str, Any]] = field(default_factory=dict)
    classified_rows: set[int] = field(default_factory=set)


def systems(rng: Rng, count: int) -> list[dict[str, Any]]:
    """True facts of some systems."""
    found = []
    for at in range(count):
        dept = rng.choice(DEPARTMENTS)
        found.append({
            "sys_name": f"{dept if rng.random() < 0.3 else ''}{rng.choice(STEMS)}{rng.choice(ENDS)}{at + 1}号",
            "dept": dept, "office": rng.choice(("信息科", "办公室", "规划财务处", None)), "sys_code": f"{rng.randint(0, 99999):05d}",
            "secret": "涉密" if rng.random() < 0.04 else "非涉密", "mlps_level": rng.choice((None, 1, 2, 3)),
            "online_date": _day(rng, rng.choice((4, 7, 10))), "ops_contract_end": _day(rng, rng.choice((7, 10))), "last_login": _day(rng, 10),
            "status": rng.choice(("在用", "停用", "试运行", "在建")), "vcpu": rng.choice((2, 4, 8, 16, 64, 1784)), "mem": rng.choice((4, 8, 16, 128, 4680)),
            "storage": rng.choice((100, 500, 1024, 2048, 117179, None)), "data_size": rng.choice((1, 50, 3072, None)), "vm_count": rng.choice((1, 2, 5, 13)),
            "user_scale": rng.choice((3, 500, 12000, 117179, None)), "build_cost": rng.choice((86, 120.5, 1250, None)), "ops_cost": rng.choice((3, 12.25, None)),
            "xinchuang": rng.choice((True, False)), "zombie_declared": rng.random() < 0.1, "backup": rng.choice((True, False)),
            "network": rng.choice((("互联网",), ("政务外网",), ("互联网", "政务外网"))), "ip": _ips(rng), "deps": rng.choice((None, ("人口库",), ("人口库", "信用平台", "一网通办"))),
            "os_app": rng.choice(("CentOS 7.6", "银河麒麟V10")), "db": rng.choice(("MySQL 5.7", "达梦8", "Oracle 11g")), "location": rng.choice(("自建机房", "政务云", "运营商IDC机房")),
            "cpu_util": rng.choice((0.05, 0.125, 0.66, None)), "url": rng.choice((None, ("http://10.1.2.3:8080/app",), ("https://xt.example.gov.cn",))),
            "function": rng.choice(("用于业务办理，支撑全市", "统计、分析与展示", None)), "remark": rng.choice((None, "每年6月使用", "拟整合")),
            "vendor": rng.choice((*ORGS, None)), "contact": rng.choice(("张三", "李四")), "phone": f"138{rng.randint(10**7, 10**8 - 1)}",
            "vendor_contact": rng.choice(("王五", None)), "vendor_phone": rng.choice((f"0750-{rng.randint(10**6, 10**7 - 1)}", None)),
        })  # fmt: skip
    return found


def _day(rng: Rng, length: int) -> str:
    return f"{rng.randint(2005, 2027)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"[:length]


def _ips(rng: Rng) -> tuple[str, ...] | None:
    base, first, count = (
        f"10.{rng.randint(0, 255)}.{rng.randint(0, 255)}.",
        rng.randint(1, 200),
        rng.choice((0, 1, 2, 4)),
    )
    return tuple(f"{base}{first + k}" for k in range(count)) or None


def lay_out(seed: int) -> Laid:
    """One random layout of random systems."""
    rng = Rng(seed)
    rows = systems(rng, rng.randint(3, 25))
    columns = _columns(rng)
    form = rng.choice(("xlsx", "xlsx", "xlsx", "csv", "tsv", "xls"))
    depth = max(len(column.path) for column in columns)
    head, merges = _headings(rng, columns, depth, merged=form in {"xlsx", "xls"})
    above = _above(rng, len(columns))
    body: list[list[object]] = []
    laid = Laid(
        name=f"{rng.choice(('台账', '信息系统清单', '2026年普查表'))}.{form}",
        content=b"",
        sheet="" if form in {"csv", "tsv"} else "Sheet1",
    )
    start = len(above) + depth
    if rng.random() < 0.25:
        body.append([f"key{at}Name" for at, _ in enumerate(columns)])
    for facts in rows:
        if rng.random() < 0.05:
            body.append([])
        body.append([_cell(column, facts, rng) for column in columns])
        number = start + len(body)
        known = {column.field: facts[column.field] for column in columns if column.field}
        if facts["secret"] == "涉密" and "secret" in known:
            laid.classified_rows.add(number)
        else:
            laid.truth[number] = known
    body += _below(rng, columns, rows)
    indent = rng.choice((0, 0, 0, 1, 2)) if form != "xls" else 0
    whole = [[""] * indent + row for row in (*above, *head, *body)]
    areas = [
        _area(top + len(above), left + indent, bottom + len(above), right + indent)
        for top, left, bottom, right in merges
    ]
    laid.content = _file(rng, form, laid.sheet, whole, areas)
    return laid


def _columns(rng: Rng) -> list[Column]:
    plain = [name for name in HEADINGS if name not in {"sys_name", "dept", *PEOPLE, "vendor", "office"}]
    chosen = ["sys_name", "dept", *rng.sample(plain, rng.randint(4, 22))]
    columns = [_column(name, rng) for name in chosen]
    for parent, children in GROUPS.items():
        if rng.random() < 0.5:
            at = rng.randint(1, len(columns))
            columns[at:at] = [
                Column(name, (parent, heading), _WRITE.get(name, _write_text)) for name, heading in children
            ]
    if rng.random() < 0.4:
        columns.append(Column(None, (rng.choice(UNKNOWN),), lambda _v, r: r.choice(("A", "B", "", 7))))
    if rng.random() < 0.5:
        rng.shuffle(columns)
        columns.sort(key=lambda column: column.path[0] if len(column.path) > 1 else "")  # groups stay together
    if rng.random() < 0.6:
        columns.insert(0, Column(None, ("序号",), lambda _v, r: r.randint(1, 99)))
    return _in_sections(columns, rng) if rng.random() < 0.4 else columns


def _in_sections(columns: list[Column], rng: Rng) -> list[Column]:
    """Neutral parents over runs of columns; some columns stay without."""
    at = 0
    while at < len(columns):
        run = rng.randint(1, 6)
        if rng.random() < 0.7:
            section = rng.choice(SECTIONS)
            for column in columns[at : at + run]:
                if column.path != ("序号",):
                    column.path = (section, *column.path)
        at += run
    return columns


def _column(name: str, rng: Rng) -> Column:
    heading, write = rng.choice(HEADINGS[name]), _WRITE.get(name, _write_text)
    if name in _UNITS:
        heading, write = _with_unit(name, heading, rng)
    if rng.random() < 0.15:
        heading += rng.choice(("（必填）", "\r\n（必填，请按实际填写）", "*", "(选填)"))
    if rng.random() < 0.1:
        heading = "".join(letter + (" " if len(heading) < 6 else "") for letter in heading).strip()
    return Column(name, (heading,), write)


_UNITS: dict[str, dict[str, float]] = {
    "mem": {"GB": 1, "G": 1}, "storage": {"TB": 1024, "GB": 1, "T": 1024}, "data_size": {"GB": 1, "TB": 1024},
    "build_cost": {"万元": 1, "元": 0.0001}, "ops_cost": {"万元": 1, "元": 0.0001}, "cpu_util": {"%": 0.01}, "vcpu": {"核": 1}, "vm_count": {"台": 1}, "user_scale": {"人": 1},
}  # fmt: skip


def _with_unit(name: str, heading: str, rng: Rng) -> tuple[str, Callable[[Any, Rng], object]]:
    """The unit in the heading, in brackets or after a slash, or in every cell, or (counts) nowhere."""
    unit, scale = rng.choice(list(_UNITS[name].items()))
    place = rng.choice(("heading", "heading", "cell", "none" if name in {"vcpu", "vm_count", "user_scale"} else "cell"))
    if place == "heading":
        heading += rng.choice((f"（{unit}）", f"({unit})", f"/{unit}", f"（单位：{unit}）"))

    def write(value: Any, r: Rng) -> object:
        if value is None:
            return r.choice(("", "/", "暂无"))
        exact = round(value / scale, 10)
        shown = int(exact) if float(exact).is_integer() else exact
        if place == "cell":
            return r.choice(
                (f"{shown}{unit}", f"{shown} {unit}", _wide(f"{shown}{unit}") if r.random() < 0.2 else f"{shown}{unit}")
            )
        return r.choice((shown, str(shown), f"{shown:,}" if isinstance(shown, int) else shown))

    return heading, write


def _wide(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def _write_text(value: Any, r: Rng) -> object:
    return r.choice(("", "", "/", "无", "—")) if value is None else value


def _write_date(value: Any, r: Rng) -> object:
    parts = str(value).split("-")
    if len(parts) == 1:
        return r.choice((value, f"{value}年", int(value)))
    if len(parts) == 2:
        year, month = parts
        forms = [value, f"{year}/{int(month)}", f"{year}年{int(month)}月", f"{year}{month}"]
        return r.choice([*forms, f"{year}.{month}"])
    year, month, day = parts
    return r.choice(
        (
            value,
            f"{year}/{int(month)}/{int(day)}",
            f"{year}年{int(month)}月{int(day)}日",
            f"{year}{month}{day}",
            f"{year}.{int(month)}.{int(day)}",
        )
    )


def _write_level(value: Any, r: Rng) -> object:
    if value is None:
        return r.choice(("未定级", "/", ""))
    word = "一二三"[value - 1]
    return r.choice((f"{word}级", f"第{word}级", f"等保{word}级", f"{value}级", f"S{value}A{value}G{value}", value))


def _write_yes_no(value: Any, r: Rng) -> object:
    return r.choice(("是", "是", "√", "有")) if value else r.choice(("否", "否", "×", "无"))


def _write_list(value: Any, r: Rng) -> object:
    if value is None:
        return r.choice(("", "/", "无"))
    if r.random() < 0.2 and len(value) > 1:
        return "\n".join(f"{at}、{item}" for at, item in enumerate(value, 1))
    return r.choice(("、", ",", "，", ";", "\n", "；")).join(value)


def _write_ips(value: Any, r: Rng) -> object:
    if value and len(value) > 2 and r.random() < 0.4:
        return f"{value[0]}-{value[-1].rpartition('.')[2]}"
    return _write_list(value, r) if value is None else r.choice(("、", ",", "，", ";", "\n", " ")).join(value)


_WRITE: dict[str, Callable[[Any, Rng], object]] = {
    "online_date": _write_date, "ops_contract_end": _write_date, "last_login": _write_date, "mlps_level": _write_level,
    "xinchuang": _write_yes_no, "backup": _write_yes_no, "zombie_declared": lambda v, r: r.choice(("是",)) if v else r.choice(("否", "不是", "否")),
    "network": _write_list, "deps": _write_list, "ip": _write_ips, "url": lambda v, r: r.choice(("", "/", "无")) if v is None else v[0],
    "secret": lambda v, r: r.choice(("涉密", "是", "机密")) if v == "涉密" else r.choice(("非涉密", "否", "不涉密")),
    "sys_name": lambda v, _r: v, "dept": lambda v, _r: v, "sys_code": lambda v, _r: v,
}  # fmt: skip


def _cell(column: Column, facts: dict[str, Any], rng: Rng) -> object:
    value = facts[column.field] if column.field else None
    return column.write(value, rng)


def _headings(
    rng: Rng, columns: list[Column], depth: int, *, merged: bool
) -> tuple[list[list[object]], list[tuple[int, int, int, int]]]:
    """Heading rows with parents merged over their columns, single headings merged downwards, or left blank."""
    head: list[list[object]] = [[""] * len(columns) for _ in range(depth)]
    merges = []
    for at, column in enumerate(columns):
        first = 0 if len(column.path) < depth else None
        for level, text in enumerate(column.path):
            last = level == len(column.path) - 1
            same_as_left = (
                not last
                and at > 0
                and columns[at - 1].path[: level + 1] == column.path[: level + 1]
                and len(columns[at - 1].path) > level + 1
            )
            head[level][at] = "" if same_as_left else text
        if first is not None and merged:
            merges.append((len(column.path) - 1, at, depth - 1, at))
    if merged:
        merges += _parent_merges(columns, depth)
    elif depth > 1 and rng.random() < 0.5:
        for at, column in enumerate(columns):  # a single heading stands in the lowest row
            if len(column.path) == 1:
                head[0][at], head[depth - 1][at] = "", column.path[0]
    return head, merges


def _parent_merges(columns: list[Column], depth: int) -> list[tuple[int, int, int, int]]:
    merges = []
    for level in range(depth - 1):
        at = 0
        while at < len(columns):
            path = columns[at].path
            end = at
            while (
                end + 1 < len(columns)
                and len(path) > level + 1
                and len(columns[end + 1].path) > level + 1
                and columns[end + 1].path[: level + 1] == path[: level + 1]
            ):
                end += 1
            if end > at:
                merges.append((level, at, level, end))
            at = end + 1
    return merges


def _above(rng: Rng, width: int) -> list[list[object]]:
    rows: list[list[object]] = []
    if rng.random() < 0.7:
        rows.append([rng.choice(("政务信息系统普查表", "全市信息系统台账（2026年）", "附件2"))])
    if rng.random() < 0.3:
        rows.append(["填报日期：2026年3月1日", "", "", "单位：万元"] if width > 4 else ["填报日期：2026年3月1日"])
    if rng.random() < 0.2:
        rows.append([])
    return rows


def _below(rng: Rng, columns: list[Column], rows: list[dict[str, Any]]) -> list[list[object]]:
    below: list[list[object]] = []
    del rows
    if rng.random() < 0.3:
        below.append([rng.choice(("合计", "总计", "合 计")), *[""] * (len(columns) - 1)])
    if rng.random() < 0.3:
        below.append([])
        below.append(["注：本表一式两份。"])
    if rng.random() < 0.3:
        below.append(["填报人：张三      审核人：李四"])
    return below


def _area(top: int, left: int, bottom: int, right: int) -> str:
    from inventory.collectors.workbooks.grid import letters

    return f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"


def _file(rng: Rng, form: str, sheet: str, rows: list[list[object]], areas: list[str]) -> bytes:
    if form == "xlsx":
        extra = (
            [{"name": "填表说明", "rows": [["一、请如实填写。"], ["二、月底前报送。"]]}] if rng.random() < 0.3 else []
        )
        return books.xlsx([{"name": sheet, "rows": rows, "merges": areas}, *extra])
    if form == "xls":
        return books.xls([{"name": sheet, "rows": rows, "merges": areas}])
    encoding = rng.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16"))
    return books.text(rows, encoding, "\t" if form == "tsv" else ",")


@dataclass(slots=True)
class Score:
    """How the cells of some layouts were read."""

    right: int = 0
    asked: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All cells compared."""
        return self.right + self.asked + len(self.wrong)


def score(laid: Laid, found: Collected, into: Score, *, label: str = "") -> None:
    """Compare each cell of each row with the truth; people are compared in their own table, not here."""
    by_row = {record.origin.row: record for record in found.records if record.kind == "system"}
    asked = {(gap.origin.row, gap.field) for gap in found.gaps}
    rows_asked = {
        gap.origin.row for gap in found.gaps if gap.field in {"sys_name", None} and gap.kind in {"missing", "conflict"}
    }
    unread = _unread(found)
    for row, facts in laid.truth.items():
        record = by_row.get(row)
        for name, expected in facts.items():
            if name in PEOPLE:
                continue
            actual = record.fields.get(name) if record is not None else None
            if record is not None and _same(name, expected, actual):
                into.right += 1
            elif row in rows_asked or (row, name) in asked or name in unread:
                into.asked += 1
            else:
                into.wrong.append(f"{label} row {row} {name}: {expected!r} read as {actual!r}")
    for row in laid.classified_rows:
        if row in by_row:
            into.wrong.append(f"{label} row {row}: a classified system was read")
    for row in sorted({row for row in by_row if row is not None} - set(laid.truth)):
        into.wrong.append(f"{label} row {row}: a record where there is no system")


def _unread(found: Collected) -> set[str]:
    """Fields whose column was asked about as a whole."""
    offered: set[str] = set()
    for sheet in found.accounting["sheets"]:  # type: ignore[attr-defined]
        for column in sheet["columns_ignored"]:
            if column["why"] == "asked":
                offered.update(name for name, score in column["suggestions"] if score >= SUGGESTION_SCORE)
    return offered


def _same(name: str, expected: Any, actual: Any) -> bool:
    if name == "secret":
        return bool(actual == expected)
    if isinstance(expected, tuple):
        return tuple(actual or ()) == expected
    if expected is None or isinstance(expected, bool):
        return actual is expected
    if isinstance(expected, int | float):
        return isinstance(actual, int | float) and abs(actual - expected) <= 1e-6 * max(1.0, abs(expected))
    return bool(actual == expected)
