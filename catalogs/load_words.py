"""What pydantic found, in words: one table of error types in both languages."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from catalogs.words import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem with the path to it; `of_key` where the key itself is at fault."""

    path: tuple[str | int, ...]
    text: Text
    of_key: bool = False


_WORDS: Mapping[str, Callable[[str, Mapping[str, Any]], Text]] = {
    "missing": lambda _, __: Text("缺少必填字段", "a required field is missing"),
    "whole_number": lambda got, _: Text(f"“{got}”不是整数（如 16）", f"{got!r} is not a whole number (such as 16)"),
    "plain_number": lambda got, _: Text(f"“{got}”不是数（如 0.35）", f"{got!r} is not a number (such as 0.35)"),
    "calendar_day": lambda got, _: Text(
        f"“{got}”不是日期（如 2026-03-31）", f"{got!r} is not a day (such as 2026-03-31)"
    ),
    "month_day": lambda got, _: Text(
        f"“{got}”不是月-日（如 12-20）", f"{got!r} is not a month and day (such as 12-20)"
    ),
    "true_or_false": lambda got, _: Text(f"“{got}”应为 true 或 false", f"{got!r} is neither true nor false"),
    "out_of_range_between": lambda got, limits: Text(
        f"{got} 超出范围 {limits['low']}–{limits['high']}", f"{got} is outside {limits['low']} to {limits['high']}"
    ),
    "out_of_range_at_least": lambda got, limits: Text(
        f"{got} 应不小于 {limits['low']}", f"{got} must be at least {limits['low']}"
    ),
    "out_of_range_above": lambda got, limits: Text(
        f"{got} 应大于 {limits['low']}", f"{got} must be above {limits['low']}"
    ),
    "literal_error": lambda got, given: Text(
        f"“{got}”不在可选值中：{given['expected'].replace(', ', '、').replace(' or ', '、')}",
        f"{got!r} is not one of {given['expected']}",
    ),
    "string_pattern_mismatch": lambda got, _: Text(
        f"“{got}”不能作编号（只用小写字母、数字、点和连字符）",
        f"{got!r} cannot be an id (lower case, digits, dots, hyphens)",
    ),
    "string_too_short": lambda _, __: Text("不能为空", "must not be empty"),
    "string_too_long": lambda _, given: Text(
        f"太长（最多 {given['max_length']} 字）", f"too long (at most {given['max_length']})"
    ),
    "string_type": lambda _, __: Text("这里应是一段文字", "a text is expected here"),
    "tuple_type": lambda _, __: Text(
        "这里应是列表（- 开头的各行）", "a list is expected here (lines that begin with -)"
    ),
    "dict_type": lambda _, __: Text("这里应是“键: 值”", "“key: value” is expected here"),
    "model_type": lambda _, __: Text("这里应是“字段: 值”", "“field: value” is expected here"),
    "model_attributes_type": lambda _, __: Text("这里应是“字段: 值”", "“field: value” is expected here"),
    "int_type": lambda _, __: Text("这里应是整数", "a whole number is expected here"),
    "decimal_type": lambda _, __: Text("这里应是数", "a number is expected here"),
    "date_type": lambda _, __: Text("这里应是日期", "a day is expected here"),
    "bool_type": lambda _, __: Text("这里应是 true 或 false", "true or false is expected here"),
}


_EMPTY = {"literal_error": Text("请填一个可选值", "give one of the possible values")}


def said(error: ValidationError, model: type[BaseModel]) -> Iterator[Problem]:
    """Every problem of a validation, in words."""
    for detail in error.errors(include_url=False, include_context=True):
        path = tuple(part for part in detail["loc"] if part != "[key]")
        kind = detail["type"]
        got = "" if detail["input"] is None else str(detail["input"])[:60]
        if kind == "extra_forbidden":
            yield Problem(path, _unknown_key(str(path[-1]), path[:-1], model), of_key=True)
        elif kind == "missing":
            yield Problem(path[:-1], Text(f"缺少必填字段“{path[-1]}”", f"the required field {path[-1]!r} is missing"))
        elif detail["input"] is None:
            text = _EMPTY.get(kind) or _WORDS.get(kind, _other(detail["msg"]))("", detail.get("ctx", {}))
            yield Problem(path, Text(f"值是空的；{text.zh}", f"the value is empty; {text.en}"))
        else:
            yield Problem(path, _WORDS.get(kind, _other(detail["msg"]))(got, detail.get("ctx", {})))


def _other(message: str) -> Callable[[str, Mapping[str, Any]], Text]:
    return lambda got, _: Text(f"“{got}”不符合要求（{message}）", f"{got!r}: {message}")


def _unknown_key(key: str, path: tuple[str | int, ...], model: type[BaseModel]) -> Text:
    known = sorted(_fields_at(model, path))
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        return Text(f"没有“{key}”这个字段，是否应为“{close[0]}”?", f"there is no field {key!r}; is it {close[0]!r}?")
    listed = ", ".join(known)
    return Text(f"没有“{key}”这个字段；可用：{listed}", f"there is no field {key!r}; known: {listed}")


def _fields_at(model: Any, path: tuple[str | int, ...]) -> set[str]:
    """The field names of the model that a path leads to."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        if not path:
            return set(model.model_fields)
        field = model.model_fields.get(str(path[0]))
        return _fields_at(field.annotation, path[1:]) if field is not None else set()
    inner = getattr(model, "__args__", ())
    if isinstance(path[0] if path else None, int) or getattr(model, "__origin__", None) is dict:
        path = path[1:]
    return set().union(*(_fields_at(item, path) for item in inner)) if inner else set()
