"""The machines that a cell tells of, on the way to their sum."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Machine:
    """What is known so far of one machine, or of `count` machines alike; `total`: its amounts are those of all of them."""

    cores: int | None = None
    memory: float | None = None
    disks: dict[str, float] = field(default_factory=dict)
    count: int | None = None
    total: bool = False
    cores_times: bool = False

    def is_empty(self) -> bool:
        """Whether nothing is known of it."""
        return self.cores is None and self.memory is None and not self.disks


def amount_of(machine: Machine, amount: float | None) -> float | None:
    """An amount of all machines alike."""
    return None if amount is None else amount * (1 if machine.total else machine.count or 1)


def added(amounts: list[float | None]) -> float | None:
    """The sum of the known ones; `None` where none is known."""
    known = [amount for amount in amounts if amount is not None]
    return round(sum(known), 9) if known else None
