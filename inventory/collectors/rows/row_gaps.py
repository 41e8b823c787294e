"""What is asked about a whole row that was not taken, or not in full."""

from __future__ import annotations

from dataclasses import replace

from catalogs.words import Text
from inventory.collectors.cells.spec_cells import SpecDoubt
from inventory.fields import FIELDS
from inventory.model import Gap, Origin, Record
from inventory.names import normalised


def shared_gap(origin: Origin, field: str, count: int) -> Gap:
    """A cell that one row gives for several systems, numbered in the cell of the name."""
    label = FIELDS[field].label
    return Gap(
        kind="ambiguous", origin=origin, field=field,
        message=Text(f"{label.zh}：一格写给 {count} 个系统，分不开，没有取值", f"{label.en}: one cell for {count} systems cannot be divided; nothing was taken"),
        question=Text("各是多少？请一行写一个系统", "how much has each? One system a row, please"),
    )  # fmt: skip


def above_headings_gap(origin: Origin) -> Gap:
    """A row above the headings that looks like data."""
    return Gap(
        kind="missing", origin=origin,
        message=Text("表头上面的这一行像是数据，没有读", "this row above the headings looks like data; it was not read"),
        question=Text("它属于哪张表？请补上它的表头，或移到表头下面", "which table is it of? Give it headings, or move it below them"),
    )  # fmt: skip


def below_other_headings_gap(origin: Origin) -> Gap:
    """A row below headings that name nothing, or were not understood."""
    name = FIELDS["sys_name"].label
    return Gap(
        kind="missing", origin=origin, field="sys_name",
        message=Text(f"上面的表头里没有{name.zh}，或没有读懂，这一行没有导入", f"the headings above it have no {name.en}, or were not understood; this row was not taken"),
        question=Text("这一行属于哪个系统？请把它的各栏并入该系统的一行", "which system is it of? Put its columns into that system's row"),
    )  # fmt: skip


def half_struck_gap(origin: Origin) -> Gap:
    """A row whose name is struck through while other cells of it are not."""
    return Gap(
        kind="ambiguous", origin=origin,
        message=Text("这一行的名称画了删除线，其他格没有画，不知道还算不算，没有导入", "the name of this row is struck through and other cells are not; whether it still counts is not known; it was not taken"),
        question=Text("还在用的，去掉删除线；不算的，删去这一行", "if it still counts, remove the line through its name; else delete the row"),
    )  # fmt: skip


def advice_gap(origin: Origin) -> Gap:
    """A row that reads like an explanation or an example."""
    return Gap(
        kind="unreadable", origin=origin,
        message=Text("这一行像是填写说明或示例，不像一个系统，没有导入", "this row looks like advice or an example, not like a system; it was not taken"),
        question=Text("如果是系统，请补正涂色的单元格", "if it is a system, correct its cells"),
    )  # fmt: skip


def alone_gap(origin: Origin, column: str | None, name: str) -> Gap:
    """A row with nothing but a name that does not read like one."""
    return Gap(
        kind="missing", origin=replace(origin, column=column), field="sys_name", raw=name[:200],
        message=Text(f"这一行只有「{name[:60]}」一格，不像系统名称，没有导入", f"this row holds nothing but {name[:60]!r}, which does not read like a system; it was not taken"),
        question=Text("如果是系统，请填上它的其他各栏；不是的，删去这一行", "if it is a system, fill in its other columns; else delete the row"),
    )  # fmt: skip


def device_gap(origin: Origin, column: str | None, name: str) -> Gap:
    """A device of which nothing says that it is a server."""
    return Gap(
        kind="missing", origin=replace(origin, column=column), field="server_name", raw=name[:200],
        message=Text(f"表里没有 CPU、内存、IP 等栏，看不出「{name[:60]}」是不是服务器，没有导入", f"no column gives CPU, memory or address, so nothing says that {name[:60]!r} is a server; it was not taken"),
        question=Text("是服务器的，请补上 CPU、内存或 IP", "if it is a server, add its CPU, memory or address"),
    )  # fmt: skip


def shifted_gap(origin: Origin, cell: str) -> Gap:
    """A row whose name stands in the column of row numbers."""
    return Gap(
        kind="conflict", origin=origin, raw=cell[:200],
        message=Text(f"序号栏里是「{cell[:40]}」，这一行像是错了位，没有导入", f"{cell[:40]!r} stands in the column of row numbers; the row looks shifted and was not taken"),
        question=Text("请把这一行的各格移到它的栏里", "move the cells of this row into their columns"),
    )  # fmt: skip


def same_gap(record: Record, first: Record) -> Gap:
    """A second row of one system with other figures."""
    where = f"「{first.origin.sheet}」" if first.origin.sheet != record.origin.sheet else ""
    text = Text(
        f"与{where}第 {first.origin.row} 行是同一系统，资源数不同又没有分区、子系统或服务器可以区分，这一行没有导入",
        f"the same system as row {first.origin.row}{f' of {first.origin.sheet}' if where else ''} with other figures, and nothing tells them apart; this row was not taken",
    )
    return Gap(
        kind="conflict", origin=record.origin, message=text, subject=record.id,
        question=Text("请在台账中删去一行，或写明两行各属哪个区域、子系统或服务器", "delete one of the rows, or say which zone, subsystem or server each is of"),
    )  # fmt: skip


ADDED, FIRST_ONLY = "相加", "只取第一行"  # what the rows of one merged name are to each other


def continued_key() -> str:
    """The key, without its source, of the answer whether rows that share one name add up."""
    return "sys_name|rows-of-one"


def continued_gap(record: Record, first: Record, field: str | None = None, origin: Origin | None = None) -> Gap:
    """A further row of a system whose name stands once for several rows; or, with `field`, an amount of its first row."""
    if field is None:
        message = Text(
            f"名称与第 {first.origin.row} 行合写，这一行另有资源数，没有写明是哪一部分，没有导入",
            f"shares its name with row {first.origin.row} and has amounts of its own; which part it is, nothing says; it was not taken",
        )
    else:
        label, value = FIELDS[field].label, first.fields.get(field)
        message = Text(
            f"{label.zh}：这一行写的是 {value}，同一名称下还有一行，没有答复之前没有取值",
            f"{label.en}: {value} in this row, and another row shares its name; until it is answered nothing is taken",
        )
    return Gap(
        kind="ambiguous" if field else "conflict", origin=origin or record.origin, subject=first.id, field=field,
        raw=str(first.fields.get(field)) if field else None, message=message,
        question=Text("同一名称的几行，资源数是相加，还是只取第一行（另一行是申请数、上月数之类）？", "are the rows of one name added, or does only the first one count (the other being what was asked for, or last month's)?"),
        choices=(ADDED, FIRST_ONLY), answer_key=f"{record.origin.source}|{continued_key()}",
    )  # fmt: skip


ONE_SYSTEM = "同一系统"  # the answer that makes rows of one name parts of one system


def namesake_key(record: Record) -> str:
    """The key, without its source, of the answer whether rows of this name are one system."""
    return f"namesake|{normalised(str(record.fields['sys_name']))}"


def namesake_gap(record: Record, first: Record, differing: tuple[str, ...]) -> Gap:
    """A second row of a name that says something else of the system than the first."""
    zh = "、".join(FIELDS[name].label.zh for name in differing[:4])
    en = ", ".join(FIELDS[name].label.en for name in differing[:4])
    what = ("同一编码", "the code") if differing[0] == "sys_name" else ("同名", "the name")
    return Gap(
        kind="conflict", origin=record.origin, subject=first.id,
        message=Text(f"与第 {first.origin.row} 行{what[0]}，{zh}不同，像是两个系统，这一行没有导入", f"has {what[1]} of row {first.origin.row} and other {en}: perhaps another system; this row was not taken"),
        question=Text(f"是同一系统就答“{ONE_SYSTEM}”；是两个系统，请写上各自的系统编码，或把名称写得不同", f"answer {ONE_SYSTEM!r} if it is one system; else give each its code, or names that differ"),
        choices=(ONE_SYSTEM,), answer_key=f"{record.origin.source}|{namesake_key(record)}",
    )  # fmt: skip


def part_gap(record: Record, field: str, origin: Origin, answer_key: str) -> Gap:
    """An amount of a system below which rows without a name follow."""
    label, value = FIELDS[field].label, record.fields.get(field)
    return Gap(
        kind="ambiguous", origin=origin, subject=record.id, field=field, raw=str(value), answer_key=answer_key, choices=("同上", "没有"),
        message=Text(f"{label.zh}：写的是 {value}，下面还有没写名称的行；是不是这个系统的一部分，没有答复之前没有取值", f"{label.en}: {value} here, and rows without a name follow; until it is answered whether they are parts of this system, nothing is taken"),
        question=Text("名称空着的行是“同上”，还是没有？", "do rows without a name mean «as above», or none?"),
    )  # fmt: skip


def spec_gap(doubt: SpecDoubt, origin: Origin, subject: str, written: str) -> Gap:
    """A specification that was not used in full; `origin` names its cell."""
    return Gap(
        kind="unreadable", origin=origin, message=doubt.message, question=doubt.question, subject=subject, field="spec", raw=written[:200]
    )  # fmt: skip


def nameless_gap(
    origin: Origin, field: str, *, why: Text | None, above: str | None, choices: tuple[str, ...], answer_key: str | None
) -> Gap:
    """A row without a name.

    Args:
        origin: its place, with the column of names where there is one.
        field: what the name would be, `sys_name` or the key of servers.
        why: what is wrong with the cell of the name.
        above: the system above, which the row may be a part of.
        choices: what may be answered.
        answer_key: under which the answer is kept.
    """
    what = FIELDS[field].label
    if why is not None:
        text = Text(f"{why.zh}；这一行没有导入", f"{why.en}; this row was not taken")
    elif origin.column is None:
        text = Text(f"找不到{what.zh}一栏，这一行没有导入", f"no column gives the {what.en}; this row was not taken")
    else:
        text = Text(f"这一行没有{what.zh}，没有导入", f"this row has no {what.en} and was not taken")
    if answer_key is not None and above is not None:
        text = Text(
            f"{text.zh}；如果是上一个系统的一部分，上面读到的资源就不全",
            f"{text.en}; if it is a part of the system above, that has more than was read",
        )
    return Gap(
        kind="missing", origin=origin, message=text, field=field, question=Text(f"{what.zh}是什么？", f"what is the {what.en}?"),
        subject=above if answer_key is not None else None, choices=choices, answer_key=answer_key,
    )  # fmt: skip
