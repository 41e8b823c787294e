"""A recording that was edited or damaged gives records or one clear error, never a traceback."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogs.errors import CollectError
from inventory.collectors.clouds.openstack import parse
from inventory.collectors.clouds.recording import read_recording
from inventory.merging.merge import merge
from inventory.merging.parts import Rulings, Seen, Words
from tests.inventory.builders import AS_OF
from tests.inventory.openstack.test_recording import RECORDED

BODY = json.loads(RECORDED.read_text(encoding="utf-8"))
ODD = [None, "", "x", 0, -1, 1.5, True, [], {}, [None], {"id": None}, "2026-13-45T00:00:00Z", "=1+1", "一" * 300]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a JSON document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


PLACES = sorted(places(BODY), key=str)


def edited(edits: list[tuple[tuple[Any, ...], Any]]) -> Any:
    """The recording with some values replaced; `...` takes the value away."""
    body = copy.deepcopy(BODY)
    for path, value in edits:
        holder = body
        try:
            for key in path[:-1]:
                holder = holder[key]
            if value is ...:
                del holder[path[-1]]
            else:
                holder[path[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier edit took the place away
    return body


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from([..., *ODD])), min_size=1, max_size=4))
def test_a_damaged_recording_is_read_or_refused(edits: list[tuple[tuple[Any, ...], Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "r.json"
        file.write_text(json.dumps(edited(edits)), encoding="utf-8")
        try:
            collected = parse(read_recording(file))
        except CollectError:
            return
    seen = [Seen(record=record, source=collected.source, collector="openstack") for record in collected.records]
    inventory = merge(seen, rulings=Rulings(), words=Words(), as_of=AS_OF)
    assert len(inventory.servers) == sum(record.kind == "server" for record in collected.records)
