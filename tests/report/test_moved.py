"""A report has two snapshots: servers that went to another unit within the month count for the last one, and it says so."""

from datetime import UTC, datetime

from inventory.model import Inventory
from report.moved import changed_owners
from tests.report.builders import AS_OF, a_server, a_system

EARLIER = datetime(2026, 2, 28, tzinfo=UTC)
SYSTEMS = (a_system("sys-1"), a_system("sys-2", department="市教育局", department_id="education"))


def seen(at: datetime, **owners: str | None) -> Inventory:
    servers = tuple(a_server(name, system_id=owner) for name, owner in owners.items())
    return Inventory(as_of=at, systems=SYSTEMS, servers=servers)


def test_servers_that_went_to_another_unit_are_counted() -> None:
    before = seen(EARLIER, a="sys-1", b="sys-1", c="sys-2", d=None)
    now = seen(AS_OF, a="sys-2", b="sys-1", c="sys-1", d="sys-1", e="sys-2")
    (warning,) = changed_owners(now, before)
    assert "2 台云主机月内换了单位：本报告按月末归属计" in warning.zh
    assert warning.en.startswith("2 servers went to another unit within the month: they count for the one at its end")


def test_nothing_is_said_where_nobody_moved_or_a_unit_was_only_renamed() -> None:
    before = seen(EARLIER, a="sys-1", b=None)
    renamed = (a_system("sys-1", department="市卫健委"),)
    now = Inventory(
        as_of=AS_OF, systems=renamed, servers=(a_server("a", system_id="sys-1"), a_server("b", system_id="sys-1"))
    )
    assert list(changed_owners(now, before)) == []
