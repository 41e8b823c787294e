"""Plan to specifications: what is built, how it is named, what is noted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from catalogs.errors import ProvisionError
from iac.addresses import AddressBook
from iac.model import SystemSpec
from iac.names import physical_name
from iac.spec import specs_of, weeks_of
from inventory.model import Volume
from tests.iac.builders_plan import (
    WEST,
    X86,
    a_move,
    a_planned,
    a_problem,
    a_source,
    a_system,
    an_inventory,
    some_sources,
)

SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "system-spec.schema.json"


def test_a_week_becomes_the_specifications_of_its_systems() -> None:
    his, web = specs_of(some_sources(), "2026-W14", AddressBook())
    assert (his.system_id, his.role, his.pool, his.site) == ("sys-his", "main", X86, "east")
    assert his.availability_zone == "az-east-ext-x86"
    assert his.network.external_network == "extranet-exit"
    assert [(s.name, s.flavor, s.image) for s in his.servers] == [
        ("sys-his-his-app", "gov.4c8g", "openeuler-22.03-x86_64"),
        ("sys-his-his-db", "gov.4c8g", "kylin-v10-sp3-x86_64"),
    ]
    assert [[v.size_gib for v in s.volumes] for s in his.servers] == [[100], [100]]  # 160 less the flavour's 60
    assert [s.volumes for s in web.servers] == [()]  # 40 GiB fit the system disk


def test_every_address_is_given_once_and_whichever_wave_is_asked_for() -> None:
    sources = some_sources()
    first = specs_of(sources, "2026-W14", AddressBook())
    second = specs_of(sources, "2026-W15", AddressBook())
    cidrs = [subnet.cidr for spec in (*first, *second) for subnet in spec.network.subnets]
    assert len(set(cidrs)) == len(cidrs) == 8
    book = AddressBook()
    assert specs_of(sources, "2026-W15", book) == second
    assert specs_of(sources, "2026-W14", book) == first
    addresses = [address for spec in (*first, *second) for s in spec.servers for address in (s.ipv4, s.ipv6)]
    assert len(set(addresses)) == len(addresses)


def test_a_data_level_replica_keeps_volumes_and_runs_nothing() -> None:
    main, replica = specs_of(some_sources(), "2026-W15", AddressBook())
    assert [[v.size_gib for v in s.volumes] for s in main.servers] == [[200]]  # 260 less the flavour's 60
    assert (replica.role, replica.site, replica.servers) == ("replica", "west", ())
    assert [volume.size_gib for volume in replica.volumes] == [260]
    assert replica.name == "sys-pay-dr"
    assert not {v.name for v in main.all_volumes} & {v.name for v in replica.all_volumes}


def test_a_replica_with_less_compute_stays_within_its_demand() -> None:
    sources = some_sources()
    problem = a_problem(*(
        a_planned("sys-his", (8, 16, 320), (3, 7, 320)) if s.id == "sys-his" else s for s in sources.problem.systems
    ))  # fmt: skip
    plan = replace(sources.plan, moves=(a_move("sys-his", 0, WEST), *sources.plan.moves[1:]))
    _main, replica, _web = specs_of(replace(sources, plan=plan, problem=problem), "2026-W14", AddressBook())
    assert (replica.role, len(replica.servers)) == ("replica", 2)
    assert sum(s.vcpu for s in replica.servers) <= 3
    assert sum(s.memory_gib for s in replica.servers) <= 7
    assert not [note for note in replica.notes if "超出" in note.zh]


def test_a_server_gets_as_many_volumes_as_it_has_in_their_proportion() -> None:
    sources = some_sources()
    volumes = tuple(Volume(id=f"v{n}", name=f"d{n}", size_gib=n, server_id="ledger:sys-his:HIS-DB") for n in (50, 75))
    sources = replace(sources, inventory=replace(sources.inventory, volumes=volumes))
    his, _web = specs_of(sources, "2026-W14", AddressBook())
    assert [v.size_gib for v in his.servers[1].volumes] == [40, 60]  # 100 GiB beyond the system disk


def test_the_same_plan_gives_the_same_bytes_and_json_comes_back() -> None:
    specs = [*specs_of(some_sources(), "2026-W14", AddressBook()), *specs_of(some_sources(), "2026-W15", AddressBook())]
    again = [*specs_of(some_sources(), "2026-W14", AddressBook()), *specs_of(some_sources(), "2026-W15", AddressBook())]
    assert json.dumps([s.as_json() for s in specs]) == json.dumps([s.as_json() for s in again])
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for spec in specs:
        validator.validate(spec.as_json())
        assert SystemSpec.from_json(json.loads(json.dumps(spec.as_json()))) == spec


def test_the_schema_refuses_what_is_not_a_specification() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    good = specs_of(some_sources(), "2026-W14", AddressBook())[0].as_json()
    for wrong in ({**good, "more": 1}, {**good, "role": "spare"}, {key: good[key] for key in good if key != "pool"}):
        assert not validator.is_valid(wrong)


def test_a_system_without_servers_gets_one_of_the_planned_size_and_says_so() -> None:
    sources = some_sources()
    sources = replace(sources, inventory=an_inventory((a_system(), a_system("sys-pay"), a_system("sys-web")), ()))
    his, _ = specs_of(sources, "2026-W14", AddressBook())
    assert [s.flavor for s in his.servers] == ["gov.8c16g"]
    assert any("没有这个系统的服务器" in note.zh for note in his.notes)


def test_flavours_that_do_not_meet_the_demand_are_noted() -> None:
    sources = some_sources()
    servers = tuple(a_source(f"n{n}", vcpu=3, memory_gib=6.0) for n in range(2))
    sources = replace(sources, inventory=replace(sources.inventory, servers=(*servers, *sources.inventory.servers[2:])))
    problem = replace(sources.problem, systems=tuple(
        replace(s, options=tuple(replace(o, demand=(6, 12, 320)) for o in s.options)) if s.id == "sys-his" else s
        for s in sources.problem.systems))  # fmt: skip
    his, _ = specs_of(replace(sources, problem=problem), "2026-W14", AddressBook())
    assert sum(s.vcpu for s in his.servers) == 8
    assert any("vCPU 8" in note.en or "8 vCPU" in note.en for note in his.notes)


def test_what_the_planner_decided_for_each_server_is_built() -> None:
    from planner.build.built import TargetServer

    def target(server: str, pool: str, flavor: str, storage_gib: int) -> TargetServer:
        return TargetServer(server=server, system="sys-his", pool=pool, flavor=flavor, vcpu=2, memory_gib=4,
                            storage_gib=storage_gib, basis="measured")  # fmt: skip

    app, made_up = "ledger:sys-his:HIS-APP", "sys-his/2"
    targets = (
        target(app, X86, "gov.2c4g", 90),
        target(made_up, X86, "gov.16c64g", 100),
        target(app, "other", "gov.1c2g", 1),
    )
    his, web = specs_of(replace(some_sources(), targets=targets), "2026-W14", AddressBook())
    assert {(s.source_id, s.flavor, tuple(v.size_gib for v in s.volumes)) for s in his.servers} == {
        (app, "gov.2c4g", (50,)), (made_up, "gov.16c64g", ()),
    }  # fmt: skip
    assert [s.flavor for s in web.servers] == ["gov.2c4g"]  # the planner said nothing about this one


def test_a_part_of_a_system_is_built_from_the_system_it_belongs_to() -> None:
    sources = some_sources()
    problem = replace(
        sources.problem, systems=tuple(replace(s, id=s.id.replace("web", "web-int")) for s in sources.problem.systems)
    )
    plan = replace(
        sources.plan, moves=tuple(replace(m, system=m.system.replace("web", "web-int")) for m in sources.plan.moves)
    )
    _, web = specs_of(
        replace(sources, plan=plan, problem=problem, parts={"sys-web-int": "sys-web"}), "2026-W14", AddressBook()
    )
    assert (web.name, web.system_id, web.system_name) == ("sys-web-int", "sys-web", "门户网站")


def test_what_is_missing_is_listed_all_at_once() -> None:
    sources = some_sources()
    pools = tuple(p.model_copy(update={"ipv4_block": None}) if p.id == X86 else p for p in sources.service.pools)
    service = sources.service.model_copy(update={"pools": pools, "flavors": sources.service.flavors[:1]})
    with pytest.raises(ProvisionError) as caught:
        specs_of(replace(sources, service=service), "2026-W14", AddressBook())
    assert "ipv4_block" in caught.value.message.en
    assert "no flavour covers HIS-APP" in caught.value.message.en
    assert "no flavour covers web1" in caught.value.message.en


def test_a_week_without_moves_names_the_weeks_there_are() -> None:
    with pytest.raises(ProvisionError) as caught:
        specs_of(some_sources(), "2026-W19", AddressBook())
    assert caught.value.hint is not None
    assert "2026-W14 (2), 2026-W15 (1)" in caught.value.hint.en
    assert weeks_of(some_sources().plan, some_sources().problem) == {"2026-W14": 2, "2026-W15": 1}


def test_physical_names_are_ascii_short_and_tell_apart() -> None:
    assert physical_name("sys-his") == "sys-his"
    assert physical_name("医保") != physical_name("社保")
    assert len(physical_name("x" * 200)) <= 48
    assert physical_name("A b") != physical_name("a-b")
