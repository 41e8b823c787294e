"""YAML stays the text that was written, and every fault of form has its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogs.yaml_tree import MAX_BYTES, Place, read_tree


def test_scalars_stay_text() -> None:
    tree = read_tree(b"a: no\nb: 12:30:00\nc: 0123\nd: 1_000\ne: 2026-03-31\n")
    assert tree.value == {"a": "no", "b": "12:30:00", "c": "0123", "d": "1_000", "e": "2026-03-31"}


def test_only_plain_words_are_null() -> None:
    assert read_tree(b"a:\nb: ~\nc: null\nd: 'null'\ne: \"\"\n").value == {
        "a": None,
        "b": None,
        "c": None,
        "d": "null",
        "e": "",
    }


def test_places_of_values_and_keys() -> None:
    tree = read_tree("名: x\nlist:\n  - a: 1\n  - a: 2\n".encode())
    assert tree.place(("list", 1, "a")) == Place(4, 8)
    assert tree.place(("list", 1, "a"), of_key=True) == Place(4, 5)
    assert tree.place(("list", 1, "missing")) == Place(4, 5)  # the nearest surrounding


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        (b"a: 1\nb: 2\na: 3\n", 3, "a"),
        (b"z: 0\na: &x 1\nb: *x\n", 2, "&"),
        (b"a: !!python/object/apply:os.system [ls]\n", 1, "python"),
        (b"a: !secret x\n", 1, "!secret"),
        (b"a: [1, 2\nb: 3\n", 2, "YAML"),
        (b"? [a, b]\n: 1\n", 1, "键"),
        (b"", 1, "空"),
        (b"# only a remark\n", 1, "空"),
        ("键: 值".encode("gb18030"), 1, "UTF-8"),
        (b"a: 1\nb: \xff\n", 2, "UTF-8"),
    ],
)
def test_faults_of_form(text: bytes, line: int, word: str) -> None:
    (place, message), *rest = read_tree(text).faults
    assert not rest
    assert place.line == line
    assert word in message.zh


def test_a_bomb_of_aliases_is_a_fault_not_a_memory_problem() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert read_tree("\n".join(lines).encode()).faults


def test_deep_nesting_and_large_files_are_faults() -> None:
    assert read_tree(b"[" * 100_000).faults
    assert read_tree(b"a: " + b"x" * MAX_BYTES).faults


@given(st.binary(max_size=200))
def test_no_bytes_raise_and_faults_have_places_in_the_file(content: bytes) -> None:
    tree = read_tree(content)
    lines = content.count(b"\n") + content.count(b"\r") + content.count(b"\x85") + content.count(b"\xe2\x80") + 1
    end = lines + 1  # what is missing at the end is said of the line after the last
    assert all(1 <= place.line <= end and place.column >= 1 and said.zh and said.en for place, said in tree.faults)
