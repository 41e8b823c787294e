"""One system, one machine, however many sources speak of it; what does not agree is kept with both places."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from inventory.merging.parts import PoolPlace, Seen, Words
from inventory.model import Inventory, System
from inventory.names import normalised
from tests.inventory.builders import a_decision, a_lineage, a_row, a_server, merged


def only(inventory: Inventory) -> System:
    (system,) = inventory.systems
    return system


def kinds(inventory: Inventory) -> list[str]:
    return sorted(gap.kind for gap in inventory.gaps)


# --- systems ----------------------------------------------------------------------------------------------------


def test_rows_of_one_system_become_one_system_with_their_sums() -> None:
    inventory = merged(
        a_row(vcpu=8, mem=16, zone=("互联网区",), row=5), a_row(vcpu=4, mem=8, zone=("政务外网区",), row=6)
    )
    system = only(inventory)
    assert (system.vcpu, system.memory_gib, system.zones) == (12, 24.0, ("互联网区", "政务外网区"))
    assert inventory.gaps == ()
    assert system.origins["vcpu"].row == 5


def test_the_same_row_twice_counts_once() -> None:
    assert only(merged(a_row(vcpu=8, row=5), a_row(vcpu=8, row=6))).vcpu == 8


def test_ledger_values_get_their_types() -> None:
    system = only(
        merged(a_row(mlps_level="第三级", ops_contract_end="2025-10", last_login="2024", online_date="2019-03-05", cpu_arch="鲲鹏920",
                     xinchuang=True, zombie_declared=False, user_scale=300, data_size=2048.0, hw_end="2027-02", dr="同城"))
    )  # fmt: skip
    assert (system.mlps_level, system.cpu_arch, system.xinchuang, system.zombie_declared) == (3, "aarch64", True, False)
    assert (system.contract_end_on, system.last_login_on, system.online_on) == (
        date(2025, 10, 31),
        date(2024, 12, 31),
        date(2019, 3, 5),
    )
    assert (system.users, system.data_gib, system.hardware_end_on, system.dr) == (
        300,
        2048.0,
        date(2027, 2, 28),
        "同城",
    )


def test_what_is_not_known_stays_unknown() -> None:
    system = only(merged(a_row(mlps_level="未定级", vcpu=None, secret=None)))
    assert (system.mlps_level, system.vcpu, system.memory_gib, system.secrecy) == (None, None, None, "unknown")


def test_two_sources_that_differ_leave_a_conflict_with_both_places() -> None:
    newer = datetime(2026, 4, 2, tzinfo=UTC)
    inventory = merged(
        a_row(mlps_level=2, row=5),
        a_row(mlps_level=3, row=9, source="ledger:市大数据中心", taken_at=newer),
        a_row(row=11, status="在用", mlps_level=2),
    )
    (gap,) = inventory.gaps
    assert (gap.kind, gap.field, gap.subject, gap.choices) == ("conflict", "mlps_level", "sys-a", ("3", "2"))
    assert "系统!9" in gap.message.zh
    assert "系统!5" in gap.message.zh
    assert only(inventory).mlps_level == 3  # the stricter one, until somebody answers


def test_an_answer_settles_a_conflict() -> None:
    rows = (a_row(mlps_level=2, row=5), a_row(mlps_level=3, row=9, source="ledger:市大数据中心"))
    (gap,) = merged(*rows).gaps
    assert gap.answer_key is not None
    answered = merged(*rows, decisions=(a_decision("answer", gap.answer_key, "2"),))
    assert (only(answered).mlps_level, answered.gaps) == (2, ())


def test_a_date_that_only_says_more_is_no_conflict() -> None:
    inventory = merged(a_row(online_date="2019", row=5), a_row(online_date="2019-03", row=6, zone=("互联网区",)))
    assert only(inventory).online_on == date(2019, 3, 31)
    assert inventory.gaps == ()


def test_spelling_is_no_conflict() -> None:
    assert merged(a_row(ops_vendor="示例科技（集团）"), a_row(ops_vendor="示例科技(集团)", row=6)).gaps == ()


def test_classified_systems_are_only_counted() -> None:
    inventory = merged(
        a_row("绝密系统", id_="sys-b", secret="涉密"), a_row(), a_server(**{"metadata.govcloud:system": "sys-b"})
    )
    assert [system.id for system in inventory.systems] == ["sys-a"]
    assert inventory.classified_count == 1
    assert not any("绝密系统" in gap.message.zh for gap in inventory.gaps)


def test_what_belongs_to_a_system_ruled_classified_loses_every_word() -> None:
    secret = "某某专用系统"
    rows = (
        a_row(secret, id_="sys-b", row=6, sys_code="Z-99", ip=("10.9.9.9",)),
        a_row(deps=(secret,)),
        a_server("zy-01", ip=("10.9.9.9",), project="zy"),
        a_server("zy-02", project="zy", **{"metadata.system_name": secret}),
        a_server("zy-03", project="zy", **{"metadata.system_code": "Z-99"}),
        a_server("ledger-row", source="ledger:x", collector="ledger", sys_name=secret, ip=("10.9.9.10",)),
    )
    inventory = merged(*rows, decisions=(a_decision("secrecy", "sys-b", "classified"),))
    assert (len(inventory.systems), len(inventory.servers), inventory.classified_count) == (1, 4, 1)
    assert inventory.gaps == ()
    assert inventory.dependencies == ()
    said = repr((inventory.servers, inventory.gaps))
    for word in (secret, "Z-99", "10.9.9", "project='zy'"):
        assert word not in said
    assert {server.vcpu for server in inventory.servers} == {4}


def test_the_secrecy_office_rules() -> None:
    unknown = a_row(secret=None)
    ruled = merged(unknown, decisions=(a_decision("secrecy", "sys-a", "unclassified"),))
    assert only(ruled).secrecy == "unclassified"
    assert merged(unknown, decisions=(a_decision("secrecy", "sys-a", {"secrecy": "classified"}),)).systems == ()


def test_a_row_without_a_name_is_a_gap() -> None:
    inventory = merged(a_row(None))
    assert (inventory.systems, kinds(inventory)) == ((), ["missing"])


def test_decisions_say_that_two_ids_are_one_system() -> None:
    rows = (a_row(vcpu=8), a_row("排课平台", id_="sys-b", row=6, source="ledger:市电教馆", vcpu=8))
    assert len(merged(*rows).systems) == 2
    for kind, value in (("merge", {"into": "sys-a"}), ("identity", {"same_as": "sys-a"}), ("merge", "sys-a")):
        system = only(merged(*rows, decisions=(a_decision(kind, "sys-b", value),)))
        assert system.id == "sys-a"
        assert system.fields["known_as"] == ("sys-a", "sys-b")


def test_decisions_in_a_circle_end_somewhere() -> None:
    rows = (a_row(), a_row("平台", id_="sys-b", row=6))
    circle = (a_decision("merge", "sys-a", "sys-b"), a_decision("merge", "sys-b", "sys-a"))
    assert only(merged(*rows, decisions=circle)).id == "sys-a"


def test_namesakes_with_one_address_are_asked_about_and_answered() -> None:
    rows = (a_row(ip=("10.1.0.5",)), a_row(id_="sys-b", dept="市电教馆", row=6, ip=("10.1.0.5",)))
    inventory = merged(*rows)
    assert (len(inventory.systems), kinds(inventory)) == (2, ["ambiguous"])
    key = inventory.gaps[0].answer_key
    assert key is not None
    assert len(merged(*rows, decisions=(a_decision("answer", key, "same"),)).systems) == 1
    different = merged(*rows, decisions=(a_decision("answer", key, "different"),))
    assert (len(different.systems), different.gaps) == (2, ())


def test_a_successors_newer_ledger_replaces_the_older_one() -> None:
    words = Words(lineage=a_lineage())
    older = a_row(id_="sys-h", dept="市卫计委", source="ledger:市卫计委", vcpu=8, status="在用")
    newer = a_row(
        id_="sys-h",
        dept="市卫健委",
        source="ledger:市卫健委",
        vcpu=16,
        status="停用",
        taken_at=datetime(2026, 4, 2, tzinfo=UTC),
    )
    inventory = merged(older, newer, words=words)
    system = only(inventory)
    assert (system.vcpu, system.status, system.department, system.department_id) == (16, "停用", "市卫健委", "health")
    assert inventory.gaps == ()


def test_an_old_name_is_shown_as_todays() -> None:
    system = only(merged(a_row(dept="市卫计委"), words=Words(lineage=a_lineage())))
    assert (system.department, system.fields["dept"]) == ("市卫健委", "市卫计委")


def test_zones_are_called_as_in_the_catalogue() -> None:
    words = Words(zones={normalised("公共区"): "政务外网区", normalised("政务外网区"): "政务外网区"})
    assert only(merged(a_row(zone=("公共区",)), a_row(zone=("政务外网区", "专网区"), row=6), words=words)).zones == (
        "专网区",
        "政务外网区",
    )


# --- servers ----------------------------------------------------------------------------------------------------


def test_one_machine_of_a_ledger_and_a_cloud_is_one_server() -> None:
    cloud = a_server("vm-1", ip=("10.1.0.5",), vcpu=4, power="on", created_date="2020-02-01")
    row = a_server(
        "教育局应用1",
        source="ledger:市教育局",
        collector="ledger",
        ip=("10.1.0.5",),
        vcpu=8,
        sys_name="排课系统",
        dept="市教育局",
    )
    inventory = merged(a_row(), cloud, row)
    (server,) = inventory.servers
    assert (server.id, server.name, server.vcpu, server.system_id) == ("openstack:vm-1", "vm-1", 4, "sys-a")
    assert server.fields["known_as"] == ("ledger:x/server:教育局应用1", "openstack:vm-1")
    assert [(gap.kind, gap.field, gap.choices) for gap in inventory.gaps] == [("conflict", "vcpu", ("4", "8"))]


def test_a_native_id_in_the_ledger_is_enough() -> None:
    cloud = a_server("vm-1", id_="openstack:0c29480c-0ef7-5abe-bb61-42653ffe1cb9")
    row = a_server("应用", source="ledger:x", collector="ledger", server_id="0C29480C-0EF7-5ABE-BB61-42653FFE1CB9")
    assert len(merged(cloud, row).servers) == 1


def test_one_address_in_two_projects_is_not_guessed_at() -> None:
    clouds = (a_server("vm-1", ip=("10.1.0.5",)), a_server("vm-2", ip=("10.1.0.5",), project="other"))
    row = a_server("应用", source="ledger:x", collector="ledger", ip=("10.1.0.5",))
    inventory = merged(*clouds, row)
    assert len(inventory.servers) == 3
    (gap,) = [gap for gap in inventory.gaps if gap.kind == "ambiguous"]
    assert gap.choices == ("openstack:vm-1", "openstack:vm-2", "different")
    assert gap.answer_key is not None
    answered = merged(*clouds, row, decisions=(a_decision("answer", gap.answer_key, "openstack:vm-2"),))
    assert [server.id for server in answered.servers] == ["openstack:vm-1", "openstack:vm-2"]


def test_private_addresses_of_two_ledgers_do_not_make_one_machine() -> None:
    rows = [a_server(name, source=f"ledger:{name}", collector="ledger", ip=("192.168.1.10",)) for name in ("甲", "乙")]
    assert len(merged(*rows).servers) == 2


def test_a_server_of_two_entries_of_one_cloud_is_one_server() -> None:
    assert len(merged(a_server("vm-1"), a_server("vm-1", source="openstack:lab-reader")).servers) == 1


def test_units_and_states_of_a_server() -> None:
    (server,) = merged(
        a_server(
            power="off",
            powered_off_date="2026-01-05",
            sys_disk=40,
            data_disk=100,
            disk=None,
            cpu_arch="x86_64",
            pool="nova",
        )
    ).servers
    assert (server.power, server.powered_off_on, server.disk_gib, server.memory_gib) == (
        "off",
        date(2026, 1, 5),
        140.0,
        16.0,
    )
    assert (server.pool, server.site) == ("nova", None)


def test_a_disk_of_which_a_part_is_unknown_is_unknown() -> None:
    (server,) = merged(a_server(disk=None, sys_disk=40)).servers
    assert server.disk_gib is None


def test_a_pool_of_the_catalogue_has_its_site_and_zone() -> None:
    words = Words(pools={normalised("az-east"): PoolPlace(id="east-x86", site="east", zone="互联网区")})
    (server,) = merged(a_server(pool="az-east"), words=words).servers
    assert (server.pool, server.site, server.zone) == ("east-x86", "east", "互联网区")


# --- whose is it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "basis"),
    [
        ({"metadata.govcloud:system": "sys-a"}, "metadata"),
        ({"metadata.system_code": "E-01"}, "metadata"),
        ({"metadata.system_name": "排课系统", "metadata.department": "市教育局"}, "metadata"),
        ({"ip": ("10.1.0.5",)}, "address"),
        ({"project": "排课系统"}, "project"),
        ({"server_name": "e-01"}, "name"),
    ],
)
def test_a_server_finds_its_system(fields: dict[str, str], basis: str) -> None:
    inventory = merged(a_row(sys_code="E-01", ip=("10.1.0.5", "10.1.0.6")), a_server("x", **fields))
    (server,) = inventory.servers
    assert (server.system_id, server.fields["link_basis"]) == ("sys-a", basis)
    assert only(inventory).server_ids == (server.id,)


def test_a_decision_is_stronger_than_metadata() -> None:
    rows = (a_row(), a_row("选课系统", id_="sys-b", row=6), a_server("vm-1", **{"metadata.system": "排课系统"}))
    for subject, value in (
        ("openstack:vm-1", "sys-b"),
        ("project:lab/edu", {"system": "选课系统"}),
        ("project:lab/p-1", "sys-b"),
    ):
        (server,) = merged(*rows, decisions=(a_decision("mapping", subject, value),)).servers
        assert (server.system_id, server.fields["link_basis"]) == ("sys-b", "decision")


def test_bases_that_do_not_agree_are_a_conflict() -> None:
    rows = (a_row(ip=("10.1.0.5",)), a_row("选课系统", id_="sys-b", row=6))
    inventory = merged(*rows, a_server(ip=("10.1.0.5",), **{"metadata.system": "选课系统"}))
    assert inventory.servers[0].system_id == "sys-b"
    assert [(gap.kind, gap.choices) for gap in inventory.gaps] == [("conflict", ("sys-b", "sys-a"))]


def test_an_address_listed_by_two_systems_is_asked_about() -> None:
    inventory = merged(
        a_row(ip=("10.1.0.5",)), a_row("选课系统", id_="sys-b", row=6, ip=("10.1.0.5",)), a_server(ip=("10.1.0.5",))
    )
    assert inventory.servers[0].system_id is None
    assert kinds(inventory) == ["ambiguous"]


def test_a_name_of_several_systems_is_narrowed_by_department() -> None:
    rows = (a_row("门户网站"), a_row("门户网站", id_="sys-b", dept="市水利局", row=6))
    (server,) = merged(*rows, a_server(**{"metadata.system": "门户网站", "metadata.department": "市水利局"})).servers
    assert server.system_id == "sys-b"


def test_servers_of_nobody_are_asked_about_once_for_their_project() -> None:
    inventory = merged(
        a_row(), *(a_server(f"vm-{n}") for n in range(5)), a_server("tagged", **{"metadata.system": "没有登记的系统"})
    )
    assert all(server.system_id is None for server in inventory.servers)
    assert {(gap.kind, gap.subject) for gap in inventory.gaps} == {
        ("unmatched", "project:lab/edu"),
        ("unmatched", "openstack:tagged"),
    }
    assert any("5 台" in gap.message.zh for gap in inventory.gaps)
    assert any("没有登记的系统" in gap.message.zh for gap in inventory.gaps)


# --- sizes ------------------------------------------------------------------------------------------------------


def test_a_system_is_as_large_as_its_servers() -> None:
    tag = {"metadata.govcloud:system": "sys-a"}
    inventory = merged(a_row(), a_server("a", **tag), a_server("b", **tag))
    system = only(inventory)
    assert (system.vcpu, system.memory_gib, system.storage_gib) == (8, 32.0, 200.0)


def test_a_server_of_unknown_size_leaves_the_sum_unknown() -> None:
    tag = {"metadata.govcloud:system": "sys-a"}
    assert only(merged(a_row(), a_server("a", **tag), a_server("b", vcpu=None, **tag))).vcpu is None


def test_the_ledgers_size_holds_while_servers_are_missing() -> None:
    tag = {"metadata.govcloud:system": "sys-a"}
    inventory = merged(a_row(vm_count=3, vcpu=12), a_server("a", **tag), a_server("b", **tag))
    assert only(inventory).vcpu == 12
    assert {gap.field for gap in inventory.gaps} == {"vm_count", "vcpu"}


def test_the_servers_size_holds_where_all_are_there_and_an_answer_can_overrule_it() -> None:
    tag = {"metadata.govcloud:system": "sys-a"}
    rows = (a_row(vm_count=2, vcpu=12), a_server("a", **tag), a_server("b", **tag))
    inventory = merged(*rows)
    assert only(inventory).vcpu == 8
    (gap,) = inventory.gaps
    assert gap.answer_key == "conflict:sys-a:vcpu"
    assert only(merged(*rows, decisions=(a_decision("answer", "conflict:sys-a:vcpu", "12"),))).vcpu == 12


def test_servers_made_for_the_migration_are_not_counted_beside_their_sources() -> None:
    tag = {"metadata.govcloud:system": "sys-a"}
    new = a_server("new", vcpu=2, **tag, **{"metadata.govcloud:wave": "w"})
    inventory = merged(a_row(), a_server("old", **tag), new)
    assert (only(inventory).vcpu, len(only(inventory).server_ids)) == (4, 2)


# --- dependencies -----------------------------------------------------------------------------------------------


def test_names_of_other_systems_become_dependencies() -> None:
    inventory = merged(a_row(deps=("选课系统", "选刻系统")), a_row("选课系统", id_="sys-b", row=6))
    assert [(one.consumer, one.provider, one.basis) for one in inventory.dependencies] == [
        ("sys-a", "sys-b", "declared")
    ]
    (gap,) = inventory.gaps
    assert (gap.kind, gap.raw, gap.choices) == ("unmatched", "选刻系统", ("选课系统", "different"))


def test_an_alias_decision_names_the_system_meant() -> None:
    rows = (a_row(deps=("教务",)), a_row("选课系统", id_="sys-b", row=6))
    assert len(merged(*rows, decisions=(a_decision("alias", "教务", "选课系统"),)).dependencies) == 1
    outside = merged(*rows, decisions=(a_decision("alias", "教务", "省教务平台（外部）"),))
    assert (outside.dependencies, outside.gaps) == ((), ())


def test_a_size_in_tenths_of_a_terabyte_is_no_conflict_with_what_it_rounds() -> None:
    tag = {"metadata.govcloud:system": "sys-a"}
    assert merged(a_row(storage=204.8), a_server("a", **tag), a_server("b", disk=60, **tag)).gaps == ()
    assert [gap.field for gap in merged(a_row(storage=512.0), a_server("a", **tag)).gaps] == ["storage"]


def test_what_the_ledger_leaves_out_its_servers_tell() -> None:
    tag = {"metadata.govcloud:system": "sys-a", "cpu_arch": "aarch64"}
    (system,) = merged(a_row(), a_server("a", **{"metadata.zone": "互联网区"}, **tag), a_server("b", **tag)).systems
    assert (system.zones, system.cpu_arch) == (("互联网区",), "aarch64")


def test_an_answer_about_the_number_of_servers_settles_the_sizes_too() -> None:
    tag = {"metadata.govcloud:system": "sys-a"}
    rows = (a_row(vm_count=3, vcpu=12), a_server("a", **tag), a_server("b", **tag))
    inventory = merged(*rows, decisions=(a_decision("answer", "conflict:sys-a:vm_count", "2"),))
    assert only(inventory).vcpu == 8
    assert {gap.field for gap in inventory.gaps} == {"vcpu"}


# --- every question of the merge can be answered under its key ----------------------------------------------------


def _answered(*rows: Seen, key: str, value: str) -> Inventory:
    return merged(*rows, decisions=(a_decision("answer", key, value),))


def test_a_server_that_may_belong_to_two_systems_is_answered() -> None:
    rows = (
        a_row(ip=("10.1.0.5",)),
        a_row("选课系统", id_="sys-b", row=6, ip=("10.1.0.5",)),
        a_server(ip=("10.1.0.5",)),
    )
    (gap,) = [gap for gap in merged(*rows).gaps if gap.field == "system_id"]
    assert gap.answer_key == "mapping:openstack:vm-1"
    assert gap.choices == ("sys-a", "sys-b")
    settled = _answered(*rows, key=gap.answer_key, value="sys-b")
    assert settled.servers[0].system_id == "sys-b"
    assert not [gap for gap in settled.gaps if gap.field == "system_id"]


def test_a_project_of_nobody_is_answered_once_for_all_its_servers() -> None:
    rows = (a_row(), *(a_server(f"vm-{n}") for n in range(3)))
    (gap,) = merged(*rows).gaps
    assert gap.answer_key == "mapping:project:lab/edu"
    settled = _answered(*rows, key=gap.answer_key, value="排课系统")
    assert {server.system_id for server in settled.servers} == {"sys-a"}
    assert settled.gaps == ()


def test_the_systems_of_the_department_that_a_project_is_named_after_are_offered() -> None:
    (gap,) = merged(a_row(), a_server(project="市教育局"), words=Words(lineage=a_lineage())).gaps
    assert gap.choices == ("sys-a",)


@pytest.mark.parametrize(("value", "found"), [("sys-a", "sys-a"), ("排课系统", "sys-a"), ("different", None)])
def test_a_system_that_servers_call_by_another_name_is_answered(value: str, found: str | None) -> None:
    rows = (a_row(), *(a_server(f"vm-{n}", **{"metadata.system": "排课的系统"}) for n in range(2)))
    (gap,) = merged(*rows).gaps
    assert gap.answer_key == "alias:排课的系统"
    assert gap.choices == ("排课系统", "different")
    settled = _answered(*rows, key=gap.answer_key, value=value)
    assert {server.system_id for server in settled.servers} == {found}
    assert settled.gaps == ()


def test_a_dependency_on_an_unknown_name_is_answered() -> None:
    rows = (a_row(deps=("选刻系统",)), a_row("选课系统", id_="sys-b", row=6))
    (gap,) = merged(*rows).gaps
    assert gap.answer_key == "alias:选刻系统"
    settled = _answered(*rows, key=gap.answer_key, value="sys-b")
    assert [(one.consumer, one.provider) for one in settled.dependencies] == [("sys-a", "sys-b")]
    assert settled.gaps == _answered(*rows, key=gap.answer_key, value="different").gaps == ()


def test_a_decision_about_a_server_goes_before_an_answer() -> None:
    rows = (a_row(), a_row("选课系统", id_="sys-b", row=6), a_server())
    decisions = (a_decision("mapping", "openstack:vm-1", "sys-a"), a_decision("answer", "mapping:openstack:vm-1", "sys-b"))  # fmt: skip
    assert merged(*rows, decisions=decisions).servers[0].system_id == "sys-a"


def test_a_department_that_no_catalogue_lists_is_answered() -> None:
    words = Words(lineage=a_lineage())
    rows = (a_row(dept="教委"),)
    assert only(merged(*rows, words=words)).department == "教委"
    named = merged(*rows, words=words, decisions=(a_decision("answer", "department-name:教委", "市教育局"),))
    assert only(named).department == "市教育局"
