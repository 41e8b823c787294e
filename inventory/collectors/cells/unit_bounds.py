"""A number that does not fit the unit of its heading: 16 below 内存（MB）, 1250000 below 金额（万元）. Asked, never converted.

The bounds are wide: what no machine and no city's system has had. Only numbers without a unit of their own are compared.
"""

from __future__ import annotations

from collections.abc import Mapping

from catalogs.words import Text
from inventory.collectors.cells.quantities import factor
from inventory.fields import FIELDS

# field → the least and the most that one row can have, in the stored unit (GiB, 万元)
_BOUNDS: Mapping[str, tuple[float, float]] = {
    "mem": (0.25, 100 * 1024),  # a server boots from 256 MB on; 100 TB is more than a city's whole cloud gives one system
    "sys_disk": (1, 50 * 1024),
    "data_disk": (0.5, 5 * 1024**2),  # half a GB is below the smallest volume a cloud sells; 5 PB is a video archive
    "storage": (0.5, 5 * 1024**2),
    "build_cost": (0.05, 50_000),  # 500 元 buys no system; 5 亿元 is more than the largest single project of a city's plan
    "ops_cost": (0.01, 20_000),
}  # fmt: skip


def against_its_unit(name: str, number: float, unit: str) -> Text | None:
    """Why a number can hardly be in the unit of its heading; `None` where it can.

    Args:
        name: canonical field.
        number: as written, without a unit of its own.
        unit: of the heading.
    """
    bounds, scale = _BOUNDS.get(name), factor(unit, FIELDS[name].type)
    if bounds is None or scale is None or number == 0:
        return None
    # 32768 below GB are megabytes, 1024 below TB gigabytes: the figures people copy from a console.
    in_smaller_unit = FIELDS[name].type == "size" and (
        (scale == 1 and name == "mem" and number >= 4096 and number % 1024 == 0) or (scale == 1024 and number >= 500)
    )
    if not in_smaller_unit and bounds[0] <= number * scale <= bounds[1]:
        return None
    return Text(
        f"按表头的单位是 {number:g} {unit}，不合常理，单位是什么？",
        f"{number:g} {unit} by its heading can hardly be; what is its unit?",
    )
