"""The search for cycles is put off, not given up."""

import gc
import weakref

import pytest

from inventory.telemetry.garbage import search_put_off


class Linked:
    """Refers to itself: only a search frees it."""

    def __init__(self) -> None:
        self.me = self


def made() -> weakref.ref[Linked]:
    return weakref.ref(Linked())


def test_what_was_made_is_not_looked_at_for_being_new_and_cycles_are_still_found() -> None:
    gc.collect()
    with search_put_off():
        assert not gc.isenabled()
        cycle, kept = made(), [[n] for n in range(5000)]
        assert gc.get_count()[0] > 4000
    assert gc.isenabled()
    assert gc.get_count()[0] < 700, "the block's values would be searched at once"
    assert gc.get_freeze_count() == 0
    assert len(kept) == 5000
    assert cycle() is not None
    gc.collect()
    assert cycle() is None


def test_inner_blocks_and_failures_leave_it_as_it_was() -> None:
    with search_put_off():
        with pytest.raises(ValueError, match="made"), search_put_off():
            raise ValueError("made")
        assert not gc.isenabled()
    assert gc.isenabled()
