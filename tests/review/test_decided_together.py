"""Many decisions in one transaction: all or none, in one chain, and only if nobody decided since they were checked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalogs.errors import StoreError, UsageError
from inventory.storage.decisions import Decision
from inventory.storage.store import open_store


def a_decision(subject: str, value: str = "对", supersedes: str | None = None) -> Decision:
    return Decision(
        kind="answer", subject=subject, value=value, actor="李工", role="经办", reason="对过原表",
        decided_at=datetime(2026, 3, 31, tzinfo=UTC), supersedes=supersedes,
    )  # fmt: skip


def test_they_are_one_chain_and_the_same_again_adds_nothing(tmp_path: Path) -> None:
    with open_store(str(tmp_path), create=True) as store:
        first = store.add_decision(a_decision("甲"))
        rows = [a_decision("乙"), a_decision("丙"), a_decision("甲", "不对", first.id)]
        assert store.add_decisions(rows) == rows
        store.add_decisions(rows)
        assert [row.subject for row in store.decisions()] == ["甲", "乙", "丙", "甲"]  # reading checks the chain


@pytest.mark.parametrize("wrong", [a_decision("丁", supersedes="20200101T000000Z-00000000"), a_decision("")])
def test_one_that_is_wrong_leaves_none(tmp_path: Path, wrong: Decision) -> None:
    with open_store(str(tmp_path), create=True) as store:
        with pytest.raises((StoreError, UsageError)):
            store.add_decisions([a_decision("甲"), wrong])
        assert store.decisions() == []


def test_nothing_is_written_where_others_decided_since_the_check(tmp_path: Path) -> None:
    with open_store(str(tmp_path), create=True) as store:
        head = store.decisions_head()
        store.add_decision(a_decision("甲"))
        with pytest.raises(StoreError):
            store.add_decisions([a_decision("乙")], after=head)
        store.add_decisions([a_decision("乙")], after=store.decisions_head())
        assert [row.subject for row in store.decisions()] == ["甲", "乙"]
