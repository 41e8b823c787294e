"""A page for each zombie rule, from its YAML: what it says, parameters with source and confidence, worked examples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from catalogs.models_rules import ClassValue, ZombieRule
from catalogs.words import Text

CONFIDENCE: Mapping[str, Text] = {
    "V": Text("已与原文核对", "checked against the text"),
    "P": Text("文件属实，条款未核对", "the document is real, the clause was not checked"),
    "U": Text("通行做法，可改", "practice; may be changed"),
}
EXPECTED: Mapping[str, Text] = {
    "zombie": Text("命中", "hit"),
    "in_use": Text("不命中", "no hit"),
    "unknown": Text("未知", "not known"),
}
FOLDER = "zombie-rules"


def rule_pages(rules: Iterable[ZombieRule]) -> Mapping[str, str]:
    """File name → Markdown, with an index."""
    rows = sorted(rules, key=lambda rule: (rule.criterion, rule.id))
    return {"README.md": _index(rows), **{f"{rule.id}.md": rule_page(rule) for rule in rows}}


def rule_page(rule: ZombieRule) -> str:
    """One rule as Markdown."""
    parts = [
        f"# {rule.criterion} {rule.name}\n",
        f"由 tools/make_reference.py 从 catalogs/zombies/{rule.id}.yaml 生成；改规则请改那个文件。\n",
        f"编号 `{rule.id}`，规则函数 `{rule.function}`。{rule.about.strip()}\n",
        f"{rule.name_en or rule.id}: {(rule.about_en or '').strip()}\n",
        *_parameters(rule),
        *_classes(rule),
        *_operator(rule),
        *_statements(rule),
        *_examples(rule),
        *_sources(rule),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _index(rules: list[ZombieRule]) -> str:
    lines = [
        "# 僵尸规则\n", "由 tools/make_reference.py 从 catalogs/zombies/*.yaml 生成，每条规则一页；`govcloud catalogs check` 会逐个核对算例。\n",
        "| 标准 | 规则 | 参数 | 算例 |", "| --- | --- | --- | --- |",
    ]  # fmt: skip
    lines += [
        f"| {rule.criterion} | [{rule.name}]({rule.id}.md) | {len(rule.parameters)} | {len(rule.examples)} |"
        for rule in rules
    ]
    return "\n".join(lines) + "\n"


def _parameters(rule: ZombieRule) -> list[str]:
    if not rule.parameters:
        return ["## 参数\n", "没有参数。\n"]
    lines = ["## 参数\n", "| 参数 | 数值 | 单位 | 含义 | 来源 | 可信度 |", "| --- | --- | --- | --- | --- | --- |"]
    for name, parameter in rule.parameters.items():
        source = rule.sources[parameter.source]
        confidence = f"{source.confidence} {CONFIDENCE[source.confidence].zh}"
        lines.append(
            f"| `{name}` | {parameter.value} | {parameter.unit} | {_cell(parameter.about)} | {_cell(source.document)} | {confidence} |"
        )
    own = [(kind, name, rule.parameters[name]) for name in rule.parameters for kind in rule.parameters[name].by_class]
    if own:
        lines += ["", "个别类别的取值：", "", "| 类别 | 参数 | 数值 | 单位 | 理由 | 来源 | 可信度 |", "| --- | --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for kind, name, parameter in sorted(own, key=lambda row: row[:2]):
        value, source = parameter.by_class[kind], rule.sources[rule.source_of_value(name, kind)]
        about = value.about if isinstance(value, ClassValue) else ""
        lines.append(
            f"| {kind} | `{name}` | {rule.value(name, kind)} | {parameter.unit} | {_cell(about)} | {_cell(source.document)} | {source.confidence} {CONFIDENCE[source.confidence].zh} |"
        )
    return [*lines, ""]


def _operator(rule: ZombieRule) -> list[str]:
    if not rule.operator:
        return []
    lines = [
        "## 运维方\n", "这些账号、地址和系统的登录、访问、调用不算使用；本市的加在政策文件的 `zombies.operator`。\n",
        "| 服务 | 账号 | 地址 | 系统名称里的词 | 备注里的词 | 理由 | 可信度 |", "| --- | --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for mark in rule.operator:
        words = (mark.accounts, mark.addresses, mark.systems, mark.remarks)
        confidence = rule.sources[mark.source].confidence
        listed = " | ".join("、".join(part) or "-" for part in words)
        lines.append(f"| {mark.service} | {listed} | {_cell(mark.about)} | {confidence} {CONFIDENCE[confidence].zh} |")
    return [*lines, ""]


def _statements(rule: ZombieRule) -> list[str]:
    if not rule.statements:
        return []
    fields = {"remark": "备注", "status": "状态", "disposal": "处置意见", "sys_name": "系统名称"}
    kinds = {
        "unused": "不再使用或从未使用",
        "used": "还有用",
        "unseen": "有用但不必登录",
        "unattended": "无人值守一类",
        "everyday": "日常办公",
        "copy": "旧的或复制的一份",
        "years": "数年一次",
        "held": "按要求封存、保留",
        "newer": "新版",
    }
    lines = [
        "## 单位自己的说法\n", "`…` 代表同一分句里的几个字。\n",
        "| 说的是 | 哪一栏 | 词 | 有这些词则不算 | 理由 | 可信度 |", "| --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for one in rule.statements:
        confidence = rule.sources[one.source].confidence
        lines.append(
            f"| {kinds[one.kind]} | {fields[one.field]} | {'、'.join(one.words)} | {'、'.join(one.unless) or '-'} | {_cell(one.about)} | {confidence} {CONFIDENCE[confidence].zh} |"
        )
    return [*lines, ""]


def _classes(rule: ZombieRule) -> list[str]:
    parts = []
    if rule.exempt_classes:
        parts += [f"不适用的系统类别：{'、'.join(rule.exempt_classes)}。\n"]
    if rule.class_words:
        parts += [
            "## 提示类别的词（只提问，不作结论）\n",
            "| 类别 | 词 | 看哪里 | 理由 | 来源 |",
            "| --- | --- | --- | --- | --- |",
        ]
        places = {"name": "名称", "remark": "备注", "both": "名称、备注", "status": "状态"}
        parts += [
            f"| {row.system_class} | {'、'.join(row.words)} | {places[row.place]} | {_cell(row.about)} | {_cell(rule.sources[row.source].document)} |"
            for row in rule.class_words
        ]
        parts.append("")
    return parts


def _examples(rule: ZombieRule) -> list[str]:
    lines = [
        "## 算例\n",
        "“今天”是 2026-04-01；`cpu` 等三个数是 1、2、3 月的实测值（`-` 为没有采样）。\n",
        "| 算例 | 系统的情况 | 应得 |",
        "| --- | --- | --- |",
    ]
    for example in rule.examples:
        given = "，".join(f"`{name}` {value}" for name, value in example.given.items()) or "（什么都不知道）"
        lines.append(f"| {_cell(example.name)} | {_cell(given)} | {EXPECTED[example.expect].zh} |")
    return [*lines, ""]


def _sources(rule: ZombieRule) -> list[str]:
    lines = ["## 来源\n", "| 编号 | 文件 | 位置 | 日期 | 可信度 | 说明 |", "| --- | --- | --- | --- | --- | --- |"]
    for name, source in rule.sources.items():
        lines.append(
            f"| {name} | {_cell(source.document)} | {_cell(source.place or '')} | {source.dated_on or ''} | {source.confidence} | {_cell(source.note or '')} |"
        )
    return [*lines, ""]


def _cell(text: str) -> str:
    return text.strip().replace("|", "\\|").replace("\n", " ")
