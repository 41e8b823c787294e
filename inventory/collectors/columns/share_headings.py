"""Headings of shares: `平均使用情况（%） / CPU` is how much of the processors is used, not how many there are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inventory.collectors.columns.heading_keys import heading_key


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a heading means: `field`, or `field.part` for a reason column. `generic` means its parents decide whose."""

    field: str
    unit: str | None = None
    generic: bool = False


_SHARES = {"vcpu": "cpu_util", "mem": "mem_util", "storage": "disk_util", "disk": "disk_util"}
_RATE = re.compile(r"(使用|利用|占用|负载|空闲)(率|比例|百分比)")
_PEAK = re.compile(r"峰值|最高|最大|最低|最小|空闲")


def as_share(found: Meaning | None, levels: tuple[str, ...]) -> Meaning | None:
    """The meaning of cores or a size as the share that is used, where the heading or a parent counts in per cent or says 率.

    A peak is that of the processors only; of anything else, and for a share that is free, it is asked.
    """
    if found is None or found.field not in _SHARES:
        return found
    keys = [heading_key(level) for level in levels]
    units = [key.unit for key in keys if key.unit]
    is_rate = any(_RATE.search(key.full) for key in keys)
    if "%" not in units and not is_rate:
        return found
    if any(unit != "%" for unit in units):  # 使用率 / 内存（GB）
        return None
    peak = [hit[0] for key in keys if (hit := _PEAK.search(key.full))]
    if peak:
        is_peak = found.field == "vcpu" and peak[0] in {"峰值", "最高", "最大"}
        return Meaning("cpu_peak_util", "%") if is_peak else None
    return Meaning(_SHARES[found.field], "%")
