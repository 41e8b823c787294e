"""docs/reference/catalogues.md from the models, so that they cannot drift apart."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from catalogs.load import KINDS, model_of
from catalogs.models import About

HEAD = """# 目录文件

由 `tools/make_reference.py` 从程序中的模型生成，请勿手改。

目录文件是人决定的事：目标云、政策文件、排期参数、僵尸规则、日历、台账表头、单位沿革、备注用词。内置文件在程序包的 `catalogs/` 里；
工作区的 `catalogs/<类别>/<编号>.yaml` 与内置文件类别、编号相同时取而代之，不同时增加一份。改完运行：

    govcloud catalogs check

它一次列出全部错误，每处都有文件、行、列。规则：

- 文件名（不含 `.yaml`）就是 `id`；UTF-8；不用锚点和别名；重复的键、未知的键都是错误。
- 值按字面读：日期 `2026-03-31`，比例 `0.35`（0–1，不写百分号），开关 `true` / `false`，整数 `16`；单位写在字段名里。
- 每一块数值都有 `source`，指向本文件 `sources`（政策文件还可指向条款）。可信度 `V` 与原文核对过，`P` 文件属实而内容未核，
  `U` 通行做法——只是可以改的默认值，报告里不会写成“规定”。个别字段的来源不同时写在 `field_sources`。
"""


def page() -> str:
    """The reference page: one chapter per kind of file, each model once, where it is met first."""
    parts = [HEAD]
    shown: set[type[BaseModel]] = set()
    for kind, title in KINDS.items():
        parts.append(f"\n## {title.zh}（`{kind}/*.yaml`）\n")
        for place, model in enumerate(models_of(model_of(kind))):
            if model not in shown:
                parts += list(_table(model, top=place == 0))
            shown.add(model)
    return "\n".join(parts).rstrip() + "\n"


def _table(model: type[BaseModel], *, top: bool) -> Iterator[str]:
    if not top:
        yield f"\n### {model.__name__}\n"
    yield f"{(model.__doc__ or '').strip().splitlines()[0]}\n"
    yield "| 字段 | 值 | 必填 | 含义 | meaning |"
    yield "| --- | --- | --- | --- | --- |"
    for name, field in model.model_fields.items():
        about = next((item for item in field.metadata if isinstance(item, About)), About("", ""))
        required = "是" if field.is_required() else _default(field.get_default(call_default_factory=True))
        yield f"| `{name}` | {_kind_of(field.annotation)} | {required} | {_cell(about.zh)} | {_cell(about.en)} |"


def _default(value: object) -> str:
    if value is None:
        return "否"
    if value in ((), {}):
        return "否（空）"
    return f"否（`{str(value).lower() if isinstance(value, bool) else value}`）"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


_NAMES = {
    "int": "整数",
    "Decimal": "数",
    "date": "日期",
    "bool": "true / false",
    "str": "文字",
    "NoneType": "",
}


def _kind_of(kind: Any) -> str:
    """A type in words: `日期`, `V / P / U`, a link to a model, `列表：…`, `表：键 → …`."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return " 或 ".join(found for item in arguments if (found := _kind_of(item)))
    if origin is Literal:
        return " / ".join(f"`{item}`" for item in arguments)
    words = {tuple: "列表：", dict: "表：键 → ", Annotated: ""}
    if arguments:
        return words[origin] + _kind_of(arguments[1 if origin is dict else 0])
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    return _NAMES.get(getattr(kind, "__name__", str(kind)), str(kind))


def models_of(model: type[BaseModel]) -> list[type[BaseModel]]:
    """A model and every model in its fields, each once, in the order they are met."""
    found: dict[type[BaseModel], None] = {}

    def walk(kind: Any) -> None:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if kind not in found:
                found[kind] = None
                for field in kind.model_fields.values():
                    walk(field.annotation)
            return
        for argument in get_args(kind):
            walk(argument)

    walk(model)
    return list(found)
