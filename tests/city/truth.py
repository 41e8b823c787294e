"""The truth about the city, to score the pipeline against; nothing of it is shown to the pipeline."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.city.ledgers import Ledger, declared
from tests.city.model import WHY, City, CityServer, CitySystem
from tests.city.usage import Usage


def truth_of(city: City, ledgers: list[Ledger], usage: Usage, samples: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything that was hidden: systems, servers, zombies and why, fields as the ledgers truly say them, defects."""
    fields = declared(ledgers)
    file_of = {ledger.department.slug: ledger.path for ledger in ledgers}
    return {
        "schema": "city-truth/1",
        "city": "示例市（虚构）",
        "seed": city.seed,
        "period": {"start_on": city.start.isoformat(), "end_on": (date.fromordinal(city.start.toordinal() + city.days)).isoformat(), "days": city.days},
        "classified_count": sum(system.classified for system in city.systems),
        "departments": [{"slug": d.slug, "name": d.name, "former": list(d.former), "ledger": file_of[d.slug], "layout": next(led.layout.name for led in ledgers if led.department is d)} for d in city.departments],
        "systems": [_system(city, system, fields.get(system.id, {}), file_of) for system in city.systems if not system.classified],
        "servers": [_server(server, shape) for server, shape in zip(city.servers, usage.shapes, strict=True)],
        "dependencies": [[s.id, provider] for s in city.systems for provider in s.depends_on],
        "defects": [defect for ledger in ledgers for defect in ledger.defects],
        "samples": samples,
        "outages": usage.outages,
    }  # fmt: skip


def _system(city: City, s: CitySystem, known: dict[str, object], file_of: dict[str, str]) -> dict[str, Any]:
    return {
        "id": s.id, "code": s.code, "name": s.name, "department": city.department(s.department).name, "class": s.system_class,
        "behaviour": s.behaviour, "zombie": s.zombie, "why": s.reason or WHY.get(s.behaviour), "expected_verdict": s.expected_verdict,
        "servers": [server.id for server in s.servers], "zones": list(s.zones), "location": s.location, "cpu_arch": s.cpu_arch,
        "vcpu": sum(v.vcpu for v in s.servers), "memory_gib": sum(v.memory_gib for v in s.servers), "disk_gib": sum(v.disk_gib for v in s.servers),
        "contract_end_on": _day(s.contract_end_on), "last_login_on": _day(s.last_login_on), "last_update_on": _day(s.last_update_on), "hardware_on": _day(s.hardware_on),
        "ledger": {"file": file_of[s.department], "rows": known.get("rows", []), "fields": known.get("fields", {})},
    }  # fmt: skip


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _server(s: CityServer, shape: str) -> dict[str, Any]:
    return {
        "id": s.id, "name": s.name, "system": s.system, "place": s.place, "zone": s.zone, "role": s.role, "vcpu": s.vcpu, "memory_gib": s.memory_gib, "disk_gib": s.disk_gib,
        "address": s.address, "address6": s.address6, "powered_off_on": _day(s.powered_off_on), "created_on": _day(s.created_on), "tagged": s.tagged, "listed": s.listed, "shape": shape,
    }  # fmt: skip
