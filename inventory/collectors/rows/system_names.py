"""Is this a system's name? What stands in the column of names may be a remark, a section, another column's value, or several systems."""

from __future__ import annotations

import re
from functools import lru_cache

from catalogs.words import Text
from inventory.collectors.cells.text_forms import folded, looks_like_department, widths

# How names of systems end; a row that holds nothing but a name needs such a name.
_END = re.compile(
    r"(系统|子系统|平台|网站|门户|官网|专网|网|app|小程序|公众号|微信号|服务号|数据库|信息库|资源库|名录库|库|软件|程序|应用|工具|大屏|一体机|中台|"
    r"一张图|一件事|一网通办|一网统管|云|码|通|端|引擎|模块|oa|erp|his|lis|pacs|gis|crm)"
    r"(\(.*\)|[一二三四五六七八九十\d.v]+期?(工程|版|项目)?|[vV]?\d[\d.]*|改造|升级)?$",
    re.IGNORECASE,
)
_SYSTEM = r"(?:系统|平台|网站|门户|app|小程序|公众号|数据库|软件|一张图|中台)"
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_ONE_OF = re.compile(rf"{_SYSTEM}$|{_SYSTEM}(?:v?\d[\d.]*|[一二三四五六七八九十]期)$", re.IGNORECASE)
_SPLIT = re.compile(r"[、,，;；\n/+&]|(?<=系统)[及和与](?=.)|(?<=平台)[及和与](?=.)")
_ITEM = re.compile(r"(?:^|(?<=[\s,，、;；。]))(?:\d{1,2}[、.．)）](?!\d)|[（(]\d{1,2}[)）]|[①-⑳])\s*")

_REMARK = re.compile(
    r"^(以上|以下|上述|下列|上面|其中|其余|另有|另外|此外|详见|参见|见附|见备注|见下|包括|包含|含(?!能|氟|油)|注[:：]|说明[:：]|备注[:：]|"
    r"未完|待补|本表|此表|填表|填报|接上|续上|续表|共计|等\d+个)"
)
_BELOW = re.compile(r"^[—–\-─└├│┗┣·•▪◆>]+\s*\S")
_STATEMENT = re.compile(
    r"[。；？！?!]|(暂|均|尚|已经|正在|目前)(未|无|没)|(^|[,，;；、 ])(未|没有?)(装|安装|部署|承载|运行)|均已|没有(建|使用|部署)|^我(局|委|办|院|校|市|县|区|单位).{0,6}(无|没有|暂|未|共)"
)
_NONE = re.compile(
    r"^(本单位|本局|我局|我委|我办|我单位|单位|目前|现|截至目前|经查)?(暂无|尚无|没有|并无|无|未建|未建设|暂未建设|未建有|不涉及)"
    r"(自建|自有|独立|单独|专门|在用|相关|其他|其它|任何|业务|信息|信息化|政务|应用|非涉密|的)*(系统|平台|应用|项目|内容|网站)?(建设|情况)?$"
)
# Devices stand in lists of servers, too; they are none.
NO_SERVER = re.compile(
    r"(交换机|防火墙|路由器|网闸|光纤收发器|光端机|空调|机柜|打印机|显示器|投影仪|摄像头|摄像机|电话机|不间断电源|ups(电源|主机)?|发电机|蓄电池|电池组|配电柜|传感器|台式机|笔记本电脑|扫描仪|复印机|碎纸机|录像机|磁盘阵列|存储阵列|^存储)\d*$",
    re.IGNORECASE,
)
_OTHER_KIND: tuple[tuple[re.Pattern[str], Text], ...] = (
    (re.compile(r"^\d+(\.\d+)?\s*(核|c|g|gb|t|tb|m|mb|台|套|个|人|人次|万|万元|元|%|项|年|次|条|路|vcpu)$", re.I), Text("是数量", "is an amount")),
    (re.compile(r"^\d+(核|c)\s*[/,，、]?\s*\d+(g|gb)\b", re.I), Text("是规格", "is a specification")),
    (re.compile(r"^(\d{1,3}\.){3}\d{1,3}([-~/:].*)?$"), Text("是 IP 地址", "is an IP address")),
    (re.compile(r"^(https?://|www\.)\S+$", re.I), Text("是网址", "is an address")),
    (re.compile(r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$"), Text("是电话号码", "is a telephone number")),
    (re.compile(r"^\S+@\S+\.\S+$"), Text("是邮箱", "is a mail address")),
    (re.compile(r"^(第?[一二三四五1-5]级|等保.级|未定级)$"), Text("是等保级别", "is an MLPS level")),
    (re.compile(r"(运维|运维服务|维护服务|维护费|服务费|运维费|监理|租赁费|租赁服务|测评服务|等保测评|密码测评|服务采购|运维采购|咨询服务|续费|采购|购置|监理|监理服务|测评|租赁|可研|可研编制|初步设计|造价咨询|集成服务|线路租用|升级改造服务|软件开发服务)(服务)?(项目|工程)?$"), Text("像是项目或服务", "reads like a project or a service")),
    (NO_SERVER, Text("是设备", "is a device")),
    (re.compile(r"^(其他|其它|其余|空|空白)(的)?(系统|平台|应用)?$"), Text("没有说是哪一个", "does not say which")),
    (re.compile(r"^(应用|数据库|web|文件|备份|前置|中间件|主|从)?(服务器|主机|前置机|虚拟机|云主机)\d*$", re.I), Text("是服务器", "is a server")),
    (re.compile(r"^[\W_]+$"), Text("没有文字", "has no letters")),
    (re.compile(r"^(系统名称|子系统|平台名称|名称|系统|平台|备注|说明)[:：]?$|^(子系统|模块|系统名称|平台名称|备注|说明|注)[:：]"), Text("像是标签", "looks like a label")),
)  # fmt: skip
LONGEST_NAME = 80  # characters; the longest project title met in plans has 52


@lru_cache(maxsize=50_000)
def name_doubt(text: str) -> Text | None:
    """Why a text in the column of names may be no system's name; `None` where nothing speaks against it."""
    plain = folded(widths(text))
    bare = _BRACKETS.sub("", plain).strip()
    if not bare or (plain[0] in "([" and plain[-1] in ")]" and not _after_first_bracket(plain)):
        return Text("整个写在括号里，像是对上一行的说明", "stands in brackets, like a remark on the row above")
    if _BELOW.match(plain):
        return Text(
            "像是上一行的下级，分不清包不包括在上一行里",
            "looks like a part of the row above; whether that includes it is not said",
        )
    if _REMARK.match(plain) or _STATEMENT.search(bare):
        return Text("像是一句说明", "reads like a remark")
    for pattern, why in _OTHER_KIND:
        if pattern.search(bare):
            return why
    if len(plain) > LONGEST_NAME:
        return Text("太长，像是一段说明", "is too long for a name")
    return None


def _after_first_bracket(plain: str) -> bool:
    """Whether something follows the bracket that opens the text: (试点)教务系统(二期)."""
    depth = 0
    for at, letter in enumerate(plain):
        depth += (letter in "([") - (letter in ")]")
        if depth == 0:
            return at + 1 < len(plain)
    return False


def says_there_is_none(text: str) -> bool:
    """Whether a name says that there is no system: 暂无自建系统."""
    return bool(_NONE.match(folded(text).strip("。.（）() ")))


def reads_like_a_system(text: str) -> bool:
    """Whether a name alone is evidence of a system: it ends as systems' names do."""
    return bool(_END.search(widths(text).strip()))


# 核心业务系统, 自建系统, 政务外网区的应用系统: a kind of systems that heads a list of them, and the name of none
_KIND = re.compile(
    r"^(核心|重要|一般|普通|关键|主要|其他|其它|各类|相关|自建|自行|统建|统一|在用|停用|已|未|拟|新|待|在建|拟建|新建|待建|闲置|下线|关停|非|涉密|内部|外部|对外|对内|面向|公众|"
    r"业务|应用|信息|信息化|云|私有云|公有云|政务云|虚拟化|虚拟机|物理机|服务器|超融合|机房|数据中心|政务|办公|管理|支撑|基础|服务|互联网|政务外网|外网|内网|专网|区|上云|本地|云上|部署|在|的|类|级|[一二三四]级|等保|国家|省|市|县|本级|上级|下发|垂直|"
    r"建设|使用|运行|运维|部门|单位|本|我|局|委|办)*(信息系统|系统|平台|网站|应用|软件)(清单|情况|列表|部分)?$"
)


def names_a_kind(text: str) -> bool:
    """Whether a text is no system's name but that of a kind of systems: 核心业务系统."""
    return bool(_KIND.match(_BRACKETS.sub("", folded(widths(text))).strip()))


def reads_like_a_section(text: str) -> bool:
    """Whether a name that stands alone in its row is a department that heads the rows below."""
    return looks_like_department(text) and not reads_like_a_system(text)


@lru_cache(maxsize=50_000)
def several_names(text: str) -> tuple[str, ...]:
    """The systems that one cell numbers, `1、A` ⏎ `2、B`; empty where it names one, or several that are not numbered."""
    if "┋" in text:  # the sign that survey tools put between several answers
        return tuple(item.strip() for item in text.split("┋") if item.strip())
    starts = list(_ITEM.finditer(text))
    if len(starts) < 2 or text[: starts[0].start()].strip():
        return ()
    ends = [*(start.start() for start in starts[1:]), len(text)]
    items = tuple(text[start.end() : end].strip(" \t\r\n,，、;；。") for start, end in zip(starts, ends, strict=True))
    return items if all(items) else ()


@lru_cache(maxsize=50_000)
def lists_systems(text: str) -> bool:
    """Whether a text without numbers lists several systems: 教务系统、学籍系统."""
    pieces = [piece.strip() for piece in _SPLIT.split(_BRACKETS.sub("", widths(text)))]
    return sum(1 for piece in pieces if len(piece) > 3 and _ONE_OF.search(piece)) > 1
