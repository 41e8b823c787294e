"""YAML as text with places: every scalar stays the text that was written, every value knows its line and column.

PyYAML's own loading loses doubled keys and turns `no` into False, `12:30:00` into 45000 and `0123` into 83.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from catalogs.words import Text

Path = tuple[str | int, ...]
Plain = str | None | list[Any] | dict[str, Any]
MAX_BYTES = 4_000_000
MAX_DEPTH = 40
_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in a file; both count from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Tree:
    """A file's values, the place of each by its path, and what was wrong with its form.

    `keys` has the places of the keys themselves, for faults such as an unknown key.
    """

    value: Plain = None
    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    faults: list[tuple[Place, Text]] = field(default_factory=list)

    def place(self, path: Path, *, of_key: bool = False) -> Place:
        """The place of a value, or of its nearest surrounding that is in the file."""
        if of_key and path in self.keys:
            return self.keys[path]
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(1, 1))


def read_tree(content: bytes) -> Tree:
    """Parse one file; faults of form are in the result, nothing is raised."""
    import yaml

    tree = Tree()
    if len(content) > MAX_BYTES:
        tree.faults.append((Place(1, 1), Text(f"文件超过 {MAX_BYTES} 字节", f"the file exceeds {MAX_BYTES} bytes")))
        return tree
    try:
        text = content.decode("utf-8-sig")
        too_deep = _first_too_deep(text)
        node = None if too_deep else yaml.compose(text, Loader=yaml.CSafeLoader)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        tree.faults.append((Place(line, 1), Text("不是 UTF-8 编码，请用 UTF-8 保存", "not UTF-8; save it as UTF-8")))
        return tree
    except yaml.YAMLError as error:
        tree.faults.append(_syntax(error))
        return tree
    if too_deep is not None:
        tree.faults.append((too_deep, Text(f"嵌套超过 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} deep")))
        return tree
    if node is None:
        tree.faults.append((Place(1, 1), Text("文件是空的", "the file is empty")))
        return tree
    tree.value = _walk(node, (), tree, set())
    return tree


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark is not None else Place(1, 1)


def _first_too_deep(text: str) -> Place | None:
    """Where nesting passes the limit. Composing recurses in C: without a limit a file of brackets ends the process."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                return _place(event.start_mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _syntax(error: Exception) -> tuple[Place, Text]:
    mark = getattr(error, "problem_mark", None)
    said = " ".join(str(part) for part in (getattr(error, "context", None), getattr(error, "problem", None)) if part)
    place = _place(mark)
    said = said or str(error).replace("\n", " ")
    return place, Text(f"不是正确的 YAML:{said}", f"not YAML: {said}")


def _walk(node: Any, path: Path, tree: Tree, seen: set[int]) -> Plain:
    import yaml

    place = _place(node.start_mark)
    tree.places[path] = place
    if id(node) in seen:
        text = Text("不支持锚点和别名（& 和 *）", "anchors and aliases (& and *) are not supported")
        tree.faults.append((place, text))
        return None
    seen.add(id(node))
    if not node.tag.startswith("tag:yaml.org,2002:") or node.tag.startswith("tag:yaml.org,2002:python"):
        tree.faults.append((place, Text(f"不支持标签 {node.tag}", f"the tag {node.tag} is not supported")))
        return None
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == _NULL else str(node.value)  # a quoted scalar is always text
    if isinstance(node, yaml.SequenceNode):
        return [_walk(item, (*path, index), tree, seen) for index, item in enumerate(node.value)]
    return dict(_pairs(node, path, tree, seen))


def _pairs(node: Any, path: Path, tree: Tree, seen: set[int]) -> Iterator[tuple[str, Plain]]:
    import yaml

    first: dict[str, Place] = {}
    for key, value in node.value:
        place = _place(key.start_mark)
        if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
            tree.faults.append((place, Text("键必须是一个词", "a key must be one word")))
            continue
        if key.value in first:
            line = first[key.value].line
            text = Text(
                f"键“{key.value}”重复（第 {line} 行已有）", f"the key {key.value!r} stands twice (first on line {line})"
            )
            tree.faults.append((place, text))
            continue
        first[key.value] = place
        tree.keys[*path, key.value] = place
        yield key.value, _walk(value, (*path, key.value), tree, seen)
