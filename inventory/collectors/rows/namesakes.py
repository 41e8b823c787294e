"""Two rows with one name: parts of one system, or two systems? Where they contradict each other it is asked, never assumed."""

from __future__ import annotations

from inventory.model import Record, Value
from inventory.names import normalised

# What a system has once. Servers, zones and subsystems have their own addresses, sizes and places; not their own of these.
_ONCE = (
    "function",
    "vendor",
    "mlps_level",
    "mlps_record_no",
    "url",
    "office",
    "dept_use",
    "audience",
    "start_date",
    "online_date",
    "dept_region",
)
# What says outright that rows are parts: one row for each zone, network or subsystem.
_PARTS = ("zone", "network", "sub_system")


def tells_apart(record: Record, other: Record) -> bool:
    """Whether codes say that two rows of one name are two systems."""
    codes = record.fields.get("sys_code"), other.fields.get("sys_code")
    return None not in codes and codes[0] != codes[1]


def contradictions(record: Record, other: Record, *, here: bool = True) -> tuple[str, ...]:
    """The fields in which two rows with one name or one code cannot both be right about one system.

    Args:
        record: a row.
        other: an earlier one.
        here: whether both stand in one table. In two tables another network may as well be that of another year.
    """
    ours, theirs = record.fields, other.fields
    if any(_differ(ours.get(name), theirs.get(name)) for name in (_PARTS if here else ("zone", "sub_system"))):
        return ()
    found = [name for name in _ONCE if _differ(ours.get(name), theirs.get(name))]
    if normalised(str(ours["sys_name"])) != normalised(str(theirs["sys_name"])):
        found.insert(0, "sys_name")  # one code for two names
    return tuple(found)


def _differ(one: Value, other: Value) -> bool:
    return one not in (None, ()) and other not in (None, ()) and one != other
