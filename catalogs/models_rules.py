"""Zombie rules with their parameters and worked examples."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from catalogs.models import About, Amount, CatalogFile, Id, Mistake, Model, Name, Sourced
from catalogs.models_remarks import NO_REMARKS, RemarkFiles
from catalogs.words import Text

SystemClass = Literal["business", "website", "test", "standby", "seasonal", "emergency"]


class ClassValue(Sourced):
    """What a number is for one class of systems, and why."""

    value: Annotated[Amount, About("这一类的数值", "the value for this class")]
    about: Annotated[Name, About("为什么这一类不同", "why it differs for this class")]


class Parameter(Sourced):
    """A number of a rule, with the source it comes from."""

    value: Annotated[Amount, About("数值", "value")]
    unit: Annotated[Name, About("单位（比例写 0–1）", "unit; shares are 0–1")]
    about: Annotated[Name, About("含义", "what it means")]
    about_en: Annotated[Name | None, About("英文含义", "what it means, in English")] = None
    by_class: Annotated[
        dict[SystemClass, ClassValue | Amount],
        About(
            "个别系统类别的取值，写数，或写数值、理由和来源",
            "other values for single classes of systems: a number, or value, reason and source",
        ),
    ] = Field(default_factory=dict)

    def for_class(self, system_class: str | None) -> ClassValue | Decimal | None:
        """What the file says of a class; `None` where the value is that of all."""
        return self.by_class.get(system_class)  # type: ignore[call-overload, no-any-return]  # any word may be asked for


class ClassWords(Sourced):
    """Words in a system's name or remark that suggest its class, and why: a suggestion makes a question, no verdict."""

    system_class: Annotated[
        Literal["standby", "emergency", "seasonal", "test"], About("提示的类别", "class that the words suggest")
    ]
    words: Annotated[tuple[Name, ...], About("词", "words")]
    place: Annotated[
        Literal["name", "remark", "both", "status"],
        About("看名称、备注、两者，还是状态栏", "looked for in the name, the remark, both, or the status"),
    ] = "both"
    about: Annotated[Name, About("为什么这些词提示这一类", "why these words suggest the class")]


class OperatorMark(Sourced):
    """By what one service of the operator is known; its logins, visits and calls are no use of a system."""

    service: Annotated[
        Literal["monitoring", "scanning", "backup", "patching", "access", "portal"],
        About(
            "监控、扫描、备份、打补丁、代管账号（堡垒机、巡检），或统一门户（只链接，不调用）",
            "monitoring, scanning, backup, patching, accounts that keep watch, or a portal that links to others",
        ),
    ]
    accounts: Annotated[
        tuple[Name, ...], About("登录账号（访问日志里的用户名）", "accounts, as access logs name them")
    ] = ()
    addresses: Annotated[tuple[Name, ...], About("来源地址或网段", "addresses or networks they come from")] = ()
    systems: Annotated[
        tuple[Name, ...],
        About("运维方系统名称里的词：它们的调用不算使用", "words in names of systems whose calls are no use"),
    ] = ()
    remarks: Annotated[
        tuple[Name, ...],
        About("台账备注里的词：写明登录的是运维方", "words in remarks which say that it is the operator who logs in"),
    ] = ()
    about: Annotated[Name, About("为什么不算使用", "why it is no use")]


class Statement(Sourced):
    """What a department writes of its system in free words: that nobody uses it any more, or why it works unseen."""

    kind: Annotated[
        Literal["unused", "used", "unseen", "unattended", "everyday", "copy", "years", "held", "newer"],
        About(
            "unused：写明不再使用或从未使用；used：写明还有用，与 unused 同时出现时以它为准；unseen：写明有用但不必登录（大屏、接口、跑批）；unattended：名称写明是无人值守一类（物联、抄表、采集、视频接入、网关、时钟），看数据是否在流动，不看登录；everyday：天天要用的日常办公功能，淡季、演练解释不了没人登录；copy：名称写明是旧的、被迁走的或复制的一份；years：数年一次的工作；held：别的机关要求封存、保留，不能自行处置；newer：名称写明是新版",
            "unused: no longer, or never, used; used: still of use, which outweighs unused; unseen: used without logins (walls, interfaces, night batches); unattended: by its name of a kind that nobody attends (sensors, meters, video, gateways, clocks), where data must flow and logins say nothing; everyday: office work of every day, whose silence no season and no drill explains; copy: by its name the old one, or a clone; years: work of every few years; held: sealed or kept by order of others, so that its unit may not dispose of it; newer: by its name the new version",
        ),
    ]
    field: Annotated[
        Literal["remark", "status", "disposal", "sys_name"],
        About("台账的哪一栏", "the field of the ledger it stands in"),
    ] = "remark"
    words: Annotated[
        tuple[Name, ...],
        About("词；… 代表同一分句里的几个字", "words; … stands for some characters of the same clause"),
    ]
    unless: Annotated[
        tuple[Name, ...], About("同一分句里有这些词则不算", "words of the same clause with which it says nothing")
    ] = ()
    about: Annotated[Name, About("为什么这样读", "why it is read so")]


class RuleExample(Model):
    """A worked example: tests and `catalogs check` run it."""

    name: Annotated[Name, About("例子", "what it shows")]
    given: Annotated[dict[str, str], About("系统的情况（字段: 值）", "facts of the system, field by field")]
    expect: Annotated[Literal["zombie", "in_use", "unknown"], About("应得的结论", "the verdict it must give")]


class ZombieRule(CatalogFile):
    """One rule that finds suspected zombie systems (zombies/*.yaml)."""

    name_en: Annotated[Name | None, About("英文名称", "name in English")] = None
    criterion: Annotated[Name, About("对应的清理标准（Z1–Z6）或规则（R0–R5）", "criterion Z1–Z6 or rule R0–R5")]
    about: Annotated[Name, About("规则的文字说明", "the rule in words")]
    about_en: Annotated[Name | None, About("英文说明", "the rule in words, in English")] = None
    function: Annotated[Id, About("程序中的规则函数", "function that evaluates it")]
    parameters: Annotated[dict[str, Parameter], About("参数", "parameters")] = Field(default_factory=dict)
    exempt_classes: Annotated[
        tuple[Name, ...], About("不适用的系统类别（备用、季节、应急）", "classes of systems it does not judge")
    ] = ()
    class_words: Annotated[
        tuple[ClassWords, ...],
        About("提示系统类别的词（只提问，不作结论）", "words that suggest a class: they only ask"),
    ] = ()
    operator: Annotated[
        tuple[OperatorMark, ...],
        About(
            "运维方的账号、地址和系统：登录、访问和调用不算使用",
            "the operator's accounts, addresses and systems: no use",
        ),
    ] = ()
    statements: Annotated[
        tuple[Statement, ...],
        About(
            "台账里单位自己的说法；只和使用证据一起用",
            "what departments write in their ledgers; counts only together with evidence of use",
        ),
    ] = ()
    examples: Annotated[tuple[RuleExample, ...], About("算例", "worked examples")] = ()
    _remarks: RemarkFiles = PrivateAttr(default=NO_REMARKS)

    @property
    def remarks(self) -> RemarkFiles:
        """The words by which it reads what no list of its statements has (remarks/*.yaml)."""
        return self._remarks

    def reading(self, remarks: RemarkFiles) -> ZombieRule:
        """The rule with the words of remarks."""
        rule = self.model_copy()
        rule._remarks = remarks  # noqa: SLF001 - of its own class
        return rule

    def value(self, parameter: str, system_class: str | None = None) -> Decimal:
        """A parameter's value for a class of systems.

        Raises:
            KeyError: the rule has no such parameter.
        """
        found = self.parameters[parameter]
        if system_class is None or not found.by_class:  # most are asked for so, 20 times for each system
            return found.value
        own = found.for_class(system_class)
        return found.value if own is None else own.value if isinstance(own, ClassValue) else own

    def source_of_value(self, parameter: str, system_class: str | None = None) -> str:
        """The id of the source of that value.

        Raises:
            KeyError: the rule has no such parameter.
        """
        found = self.parameters[parameter]
        own = found.for_class(system_class)
        return own.source if isinstance(own, ClassValue) else found.source

    def mistakes(self) -> Iterator[Mistake]:
        """Addresses that are none."""
        yield from super().mistakes()
        yield from wrong_addresses(self.operator, ("operator",))


def wrong_addresses(marks: tuple[OperatorMark, ...], path: tuple[str | int, ...]) -> Iterator[Mistake]:
    """A mistake for each address of the operator that is neither an address nor a network."""
    for place, mark in enumerate(marks):
        for number, text in enumerate(mark.addresses):
            try:
                ip_network(text, strict=False)
            except ValueError:
                said = Text(
                    f"“{text}”不是地址或网段（如 10.250.0.0/22）", f"{text!r} is neither an address nor a network"
                )
                yield Mistake((*path, place, "addresses", number), said)
