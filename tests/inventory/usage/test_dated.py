"""What became known later is a correction and counts for all the days before; what changed counts from its day."""

from dataclasses import replace
from datetime import UTC, date, datetime

from inventory.model import Server, System
from inventory.telemetry.form import Period
from inventory.usage.dated import _of_server
from tests.inventory.telemetry.samples import a_server

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
FIRST, SECOND = (datetime(2026, 3, day, 2, 0, tzinfo=UTC) for day in (1, 15))
KNOWN = System(id="sys-1", name="一", department="市一局", department_id="d1", secrecy="unclassified")
NO_UNIT = replace(KNOWN, department=None, department_id=None)
OTHER = replace(KNOWN, id="sys-2", department="市二局", department_id="d2")


def spans(*rows: tuple[Server, System | None]) -> list[tuple[int, str | None, str | None]]:
    """First day, department and zone of each stint."""
    seen = [(at, *row) for at, row in zip((FIRST, SECOND), rows, strict=True)]
    found = _of_server(seen, MARCH, MARCH.end_on)
    return [
        (one.start_on.day, (one.system.department if one.system else None) or one.server.department, one.server.zone)
        for one in found
    ]


def test_a_department_zone_or_system_that_became_known_holds_for_the_days_before() -> None:
    server = a_server("vm", system_id="sys-1")
    assert spans((server, NO_UNIT), (replace(server, zone="政务外网区"), KNOWN)) == [(1, "市一局", "政务外网区")]
    assert spans((a_server("vm"), None), (replace(server, department="市一局"), KNOWN)) == [(1, "市一局", None)]


def test_what_another_system_has_is_not_filled_in() -> None:
    moved = a_server("vm", system_id="sys-2", zone="互联网区")
    assert spans((a_server("vm", system_id="sys-1"), NO_UNIT), (moved, OTHER)) == [
        (1, None, None),
        (15, "市二局", "互联网区"),
    ]


def test_without_a_cloud_a_server_may_have_stood_in_a_machine_room() -> None:
    server = a_server("vm", system_id="sys-1")
    assert [day for day, *_ in spans((server, KNOWN), (replace(server, cloud="cloud-a"), KNOWN))] == [1, 15]
