"""The machines that a cell tells of, on the way to their sum, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Capacity:
    """All machines of one cell together: vCPU and GiB. `counted`: the cell itself says how many machines there are.

    `disk_gib` are disks of no stated kind. `multiplied`: a bare number stands before an amount, 内存2*32G, which may be so
    many modules of a machine or so many machines: clear only where nothing else counts machines.
    """

    vcpu: int | None = None
    memory_gib: float | None = None
    disk_gib: float | None = None
    sys_disk_gib: float | None = None
    data_disk_gib: float | None = None
    machines: int = 1
    counted: bool = False
    multiplied: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """A cell that speaks of capacity and cannot be read in full; `rest` is what was not understood."""

    rest: str


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
