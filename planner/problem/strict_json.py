"""Strict reading of JSON: unknown, doubled and missing keys, wrong types and ranges, each noted at its place, all at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from catalogs.errors import CollectError
from catalogs.words import Text

LARGEST = 2**62
"""Numbers above this would overflow 64-bit sums; nothing in a city is counted so high."""

Read = TypeVar("Read")
Default = TypeVar("Default")


class JsonObject(dict[str, Any]):
    """A JSON object that remembers which of its keys were written twice."""

    doubled: tuple[str, ...] = ()


def _noting_doubles(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = JsonObject(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        found.doubled = tuple(sorted({key for key in keys if keys.count(key) > 1}))
    return found


def load(content: bytes, name: str) -> Any:
    """Parse bytes as JSON, keeping note of doubled keys.

    Raises:
        CollectError: the bytes are not UTF-8 or not JSON; the message says where.
    """
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_noting_doubles)
    except UnicodeDecodeError as error:
        raise CollectError(
            f"{name}：第 {error.start} 字节不是 UTF-8 编码", f"{name}: byte {error.start} is not UTF-8"
        ) from error
    except json.JSONDecodeError as error:
        where = f"{name}:{error.lineno}:{error.colno}"
        raise CollectError(f"{where}：不是合法的 JSON（{error.msg}）", f"{where}: not JSON ({error.msg})") from error
    except (ValueError, RecursionError) as error:
        raise CollectError(f"{name}：无法读取（{error}）", f"{name}: cannot be read ({error})") from error


@dataclass(frozen=True, slots=True)
class Mistake:
    """One fault and the JSON place where it stands."""

    place: str
    fault: Text

    def __str__(self) -> str:
        return f"{self.place}: {self.fault}"


@dataclass(slots=True)
class Reader:
    """Takes values out of parsed JSON and notes every mistake; after a mistake it goes on with a harmless value."""

    mistakes: list[Mistake] = field(default_factory=list)

    def note(self, place: str, zh: str, en: str) -> None:
        """Note one mistake."""
        self.mistakes.append(Mistake(place or "$", Text(zh, en)))

    def table(self, raw: Any, place: str, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Any]:
        """An object with exactly these keys; missing keys are left out of the result."""
        if not isinstance(raw, dict):
            self.note(place, f"应为对象，现为 {shown(raw)}", f"expected an object, found {shown(raw)}")
            return {}
        self._doubled(raw, place)
        for key in required:
            if key not in raw:
                self.note(place, f"缺少键 {key!r}", f"key {key!r} is missing")
        for key in raw:
            if key not in required and key not in optional:
                self.note(_inside(place, key), "未知的键", "unknown key")
        return raw

    def mapping(self, raw: Any, place: str, read: Callable[[Any, str], Read]) -> dict[str, Read]:
        """An object whose keys are free, each value read by `read`."""
        if not isinstance(raw, dict):
            self.note(place, f"应为对象，现为 {shown(raw)}", f"expected an object, found {shown(raw)}")
            return {}
        self._doubled(raw, place)
        return {key: read(value, _inside(place, key)) for key, value in raw.items()}

    def take(
        self, fields: dict[str, Any], place: str, key: str, read: Callable[[Any, str], Read], default: Default
    ) -> Read | Default:
        """The value of one key read by `read`; the default where the key is missing (already noted, if required)."""
        return read(fields[key], _inside(place, key)) if key in fields else default

    def optional(self, read: Callable[[Any, str], Read]) -> Callable[[Any, str], Read | None]:
        """A reading that also takes null."""
        return lambda raw, place: None if raw is None else read(raw, place)

    def _doubled(self, raw: dict[str, Any], place: str) -> None:
        for key in getattr(raw, "doubled", ()):
            self.note(_inside(place, key), "键重复出现", "the key stands there twice")

    def items(self, raw: Any, place: str, read: Callable[[Any, str], Read]) -> tuple[Read, ...]:
        """A list, each item read by `read`."""
        if not isinstance(raw, list):
            self.note(place, f"应为数组，现为 {shown(raw)}", f"expected a list, found {shown(raw)}")
            return ()
        return tuple(read(item, f"{place}[{number}]") for number, item in enumerate(raw))

    def integer(self, raw: Any, place: str, *, least: int | None = None, most: int | None = None) -> int:
        """An integer (not 3.0, not true), within limits where given."""
        if isinstance(raw, bool) or not isinstance(raw, int):
            self.note(place, f"应为整数，现为 {shown(raw)}", f"expected an integer, found {shown(raw)}")
        elif least is not None and raw < least:
            self.note(place, f"应 ≥ {least}，现为 {raw}", f"expected ≥ {least}, found {raw}")
        elif most is not None and raw > most:
            self.note(place, f"应 ≤ {most}，现为 {raw}", f"expected ≤ {most}, found {raw}")
        elif abs(raw) > LARGEST:
            self.note(place, "数值过大（超过 2 的 62 次方）", "the number is too large (above 2 to the 62)")
        else:
            return raw
        return least if least is not None else 0

    def number(self, raw: Any, place: str) -> int:
        """An integer ≥ 0."""
        return self.integer(raw, place, least=0)

    def week(self, raw: Any, place: str) -> int:
        """A week that may lie outside the horizon."""
        return self.integer(raw, place)

    def text(self, raw: Any, place: str) -> str:
        """A text that is not empty."""
        if not isinstance(raw, str) or not raw:
            self.note(place, f"应为非空文字，现为 {shown(raw)}", f"expected a text, found {shown(raw)}")
            return ""
        return raw


def _inside(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def shown(raw: Any) -> str:
    """A value as a message shows it: short, in JSON's own words."""
    text = json.dumps(raw, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:37] + "…"
