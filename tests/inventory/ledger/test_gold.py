"""The gold set: a dozen workbooks, each with the reading of its cells written down beside it (tests/data/ledgers)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inventory.fields import FIELDS
from inventory.model import Collected
from tests.inventory.ledger.books import GOLD, content_of, gold, read

BOOKS = sorted(GOLD.glob("*.yaml"))
NOTES = {"approximate", "null_reason", "raw", "contact", "vendor_contact", "ops_contact"}


def _fields(record: Any) -> dict[str, Any]:
    known = {name: list(value) if isinstance(value, tuple) else value for name, value in record.fields.items()}
    return {name: value for name, value in known.items() if value is not None and name not in NOTES}


def _place(gap: Any) -> str:
    return f"{gap.origin.column or ''}{gap.origin.row or ''}"


@pytest.fixture(scope="module", params=BOOKS, ids=lambda path: path.stem)
def book(request: pytest.FixtureRequest) -> dict[str, Any]:
    return gold(request.param)


@pytest.fixture(scope="module")
def collected(book: dict[str, Any]) -> Collected:
    return read(book["file"], content_of(book))


def test_there_are_a_dozen() -> None:
    assert len(BOOKS) >= 12


def test_every_cell_is_read_as_written_down(book: dict[str, Any], collected: Collected) -> None:
    expected = [dict(record) for record in book["expect"]["records"]]
    found = []
    for record in collected.records:
        fields = _fields(record)
        found.append({"row": record.origin.row, **({"kind": record.kind} if "kind" in expected[0] else {}), **fields})
    assert found == expected


def test_every_doubt_is_asked_at_its_cell(book: dict[str, Any], collected: Collected) -> None:
    found = sorted([gap.kind, _place(gap), gap.field or ""] for gap in collected.gaps)
    assert found == sorted([kind, place, field or ""] for kind, place, field in book["expect"]["gaps"])


def test_every_row_is_accounted_for(book: dict[str, Any], collected: Collected) -> None:
    skipped = {row.origin.row: row.reason for row in collected.skipped if row.origin.row is not None}
    if "skipped" in book["expect"]:
        assert skipped == book["expect"]["skipped"]
    else:
        places = {f"{row.origin.column or ''}{row.origin.row or ''}": row.reason for row in collected.skipped}
        assert places == book["expect"]["skipped_places"]
    account = collected.accounting
    assert account["rows_read"] == account["rows_recorded"] + account["rows_asked"] + account["rows_skipped"]  # type: ignore[operator]
    sheets = {
        row.origin.sheet: row.reason
        for row in collected.skipped
        if row.origin.row is None and row.origin.column is None
    }
    assert sheets == book["expect"].get("sheets_skipped", {})


def test_source_encoding_and_contacts(book: dict[str, Any], collected: Collected) -> None:
    expected = book["expect"]
    assert collected.source == expected["source"]
    if "encoding" in expected:
        assert collected.accounting["encoding"] == expected["encoding"]
    if "contacts" in expected:
        assert len(collected.contacts) == expected["contacts"]


def test_no_secret_and_no_person_leaves_the_contact_table(book: dict[str, Any], collected: Collected) -> None:
    told = json.dumps(
        [[r.as_json() for r in collected.records], [g.as_json() for g in collected.gaps], [s.as_json() for s in collected.skipped], dict(collected.accounting)],
        ensure_ascii=False,
    )  # fmt: skip
    for secret in book["expect"].get("never", ()):
        assert str(secret) not in told


def test_every_field_has_its_cell(collected: Collected) -> None:
    for record in collected.records:
        for name in record.fields:
            if (
                name in FIELDS
                and FIELDS[name].group != "reading"
                and record.fields[name] is not None
                and name in record.columns
            ):
                assert record.origin_of(name).column
                assert record.origin_of(name).row
