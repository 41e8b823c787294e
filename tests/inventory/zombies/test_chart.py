"""The small chart of `zombies show`: a gap is a gap, not an idle day."""

from inventory.commands_zombies import blocks


def test_blocks() -> None:
    assert blocks([None, 0.0, 0.5, 1.0, 1.8, None]) == "·▁▅██·"
