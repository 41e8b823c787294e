"""The address book: first free range, kept for good."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogs.errors import ProvisionError
from iac.addresses import AddressBook, read_book, write_book

BLOCKS = ("10.96.0.0/24", "fd00:96::/62")


def test_ranges_follow_one_another_and_stay() -> None:
    book = AddressBook()
    first = book.assign("a", 3, *BLOCKS)
    second = book.assign("b", 3, *BLOCKS)
    assert (str(first.ipv4), str(second.ipv4)) == ("10.96.0.0/26", "10.96.0.64/26")
    assert (str(first.ipv6), str(second.ipv6)) == ("fd00:96::/64", "fd00:96:0:1::/64")
    assert book.assign("a", 3, *BLOCKS) == first


@pytest.mark.parametrize(("servers", "prefix"), [(1, 26), (52, 26), (53, 25), (116, 25), (117, 24)])
def test_large_systems_get_large_ranges(servers: int, prefix: int) -> None:
    ranges = AddressBook().assign("a", servers, "10.96.0.0/16", "fd00:96::/48")
    assert ranges.ipv4.prefixlen == prefix
    last = ranges.host(servers - 1)[0]
    assert last in [str(host) for host in ranges.ipv4.hosts()]


def test_a_full_block_is_said() -> None:
    book = AddressBook()
    for name in "abcd":
        book.assign(name, 1, *BLOCKS)
    with pytest.raises(ProvisionError, match="已用完"):
        book.assign("e", 1, *BLOCKS)


def test_a_range_that_became_too_small_is_said() -> None:
    book = AddressBook()
    book.assign("a", 1, *BLOCKS)
    with pytest.raises(ProvisionError, match="放不下 53 台"):
        book.assign("a", 53, *BLOCKS)


def test_the_file_comes_back(tmp_path: Path) -> None:
    book = AddressBook()
    book.assign("a", 3, *BLOCKS)
    write_book(book, tmp_path / "infrastructure" / "addresses.json")
    assert read_book(tmp_path / "infrastructure" / "addresses.json").ranges == book.ranges
    assert read_book(tmp_path / "none.json").ranges == {}


@pytest.mark.parametrize(
    "text", ["", "[]", '{"schema": "other/1"}', '{"schema": "govcloud/addresses/1", "ranges": {"a": {}}}']
)
def test_a_damaged_file_is_never_taken_for_an_empty_book(tmp_path: Path, text: str) -> None:
    (tmp_path / "addresses.json").write_text(text)
    with pytest.raises(ProvisionError, match="已损坏"):
        read_book(tmp_path / "addresses.json")
