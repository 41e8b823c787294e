"""The specification of a row's machines, `4C8G`, against the row's own columns: it fills what they leave open, and must agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from catalogs.words import Text
from inventory.collectors.cells.capacities import Capacity, Unclear, read_capacity
from inventory.collectors.cells.quantities import western_numerals
from inventory.collectors.cells.text_forms import widths
from inventory.fields import FIELDS
from inventory.model import Value


@dataclass(frozen=True, slots=True)
class SpecDoubt:
    """Why a specification was not used in full, and the question about it."""

    message: Text
    question: Text | None = None


def fill_from_spec(fields: dict[str, Value], unsaid: str | None = None) -> SpecDoubt | None:
    """Fill vCPU, memory and disks from the specification; several machines of one size add up.

    Args:
        fields: of one row, changed in place.
        unsaid: the field of machines of which the specification does not say whether they are virtual, if that is known.

    Returns:
        Why it could not be used where it speaks of capacity.
    """
    text = fields.get("spec")
    if not isinstance(text, str):
        return None
    found = read_capacity(text)
    if found is None:
        return None
    if isinstance(found, Unclear):
        return None if _has_all(fields) else _unclear(found)
    counts = [count for name in ("vm_count", "phys_count") if isinstance(count := fields.get(name), int) and count > 0]
    if (doubt := _against_counts(found, counts)) is not None:
        return doubt
    count = counts[0] if counts else None
    kind = _counted(text) or unsaid
    if kind not in (None, _BOTH) and count is None and _counts_some(found, text) and fields.get(kind) is None:
        fields[kind] = found.machines
    return _fill(fields, found, 1 if found.counted or count is None else count)


def _against_counts(found: Capacity, counts: Sequence[int]) -> SpecDoubt | None:
    """What the columns that count machines leave unclear in a specification."""
    if found.multiplied and (found.machines > 1 or sum(counts) > 1):
        return _doubt(
            "规格里的乘数分不清是几台还是每台几条", "its multiplier may be that of machines or of parts in each"
        )
    if len(counts) > 1 and not found.counted:
        return _doubt(
            "规格没写是虚拟机还是物理机的", "it does not say whether it is of the virtual or the physical machines"
        )
    if found.counted and found.machines > 1 and counts and sum(counts) != found.machines:
        return _doubt(f"规格合计 {found.machines} 台，数量写 {sum(counts)} 台", f"it counts {found.machines} machines, the quantity says {sum(counts)}")  # fmt: skip
    return None


def _fill(fields: dict[str, Value], found: Capacity, times: int) -> SpecDoubt | None:
    """Fill what is open; the first column that says something else is a doubt."""
    doubt = None
    for name, amount in (
        ("vcpu", found.vcpu), ("mem", found.memory_gib), ("sys_disk", found.sys_disk_gib), ("data_disk", found.data_disk_gib),
        ("storage", found.disk_gib),
    ):  # fmt: skip
        if amount is None:
            continue
        own = fields.get(name)
        if own == amount:
            continue
        whole = round(amount * times, 9)
        if own is None:
            fields[name] = int(whole) if float(whole).is_integer() else whole
        elif isinstance(own, int | float) and own not in {whole, amount} and doubt is None:
            label = FIELDS[name].label
            doubt = _doubt(f"规格写的{label.zh}是 {amount:g}，另一栏写 {own:g}", f"it says {amount:g} of {label.en}, the column says {own:g}")  # fmt: skip
    return doubt


_PHYSICAL = re.compile(r"物理(机|服务器)|实体(机|服务器)|裸金属|PC服务器|小型机", re.IGNORECASE)
_VIRTUAL = re.compile(r"虚拟机|虚机|云主机|云服务器|虚拟服务器")
_ONE = re.compile(r"(?<![\d.])1\s*台")


@lru_cache(maxsize=50_000)
def _counted(text: str) -> str | None:
    """The field of the machines that a specification counts: `物理机1台` are physical ones; `_BOTH` kinds, or `None`: `1台 4核8G`."""
    if not _PHYSICAL.search(text):
        return "vm_count" if _VIRTUAL.search(text) else None
    return _BOTH if _VIRTUAL.search(text) else "phys_count"


_BOTH = "both"


@lru_cache(maxsize=50_000)
def counts_of_unsaid_kind(text: str) -> bool:
    """Whether a specification counts machines without saying whether they are virtual: `2台4C8G`."""
    found = read_capacity(text)
    return isinstance(found, Capacity) and not found.multiplied and _counts_some(found, text) and _counted(text) is None


def _counts_some(found: Capacity, text: str) -> bool:
    return (found.counted and found.machines > 1) or _says_one(text)


@lru_cache(maxsize=50_000)
def _says_one(text: str) -> bool:
    """Whether a specification says that there is one machine: `1台 4核/8G`."""
    return bool(_ONE.search(western_numerals(widths(text))))


def _has_all(fields: dict[str, Value]) -> bool:
    disks = ("storage", "sys_disk", "data_disk")
    return (
        fields.get("vcpu") is not None
        and fields.get("mem") is not None
        and any(fields.get(name) is not None for name in disks)
    )


def _unclear(found: Unclear) -> SpecDoubt:
    rest = found.rest[:60]
    return SpecDoubt(
        Text(f"规格读不全（没读懂「{rest}」），核数、内存和硬盘没有取值", f"the specification cannot be read in full ({rest!r} was not understood); no cores, memory and disks were taken"),
        Text("每台几核、多少内存、多大硬盘，共几台？", "how many cores, how much memory and disk has each machine, and how many are there?"),
    )  # fmt: skip


def _doubt(zh: str, en: str) -> SpecDoubt:
    return SpecDoubt(Text(f"{zh}，以哪个为准", f"specification: {en}; which holds?"))
