"""Exports of other tools: recognised by their content, machines with sizes in GiB, templates and doubts apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from catalogs.errors import CollectError
from inventory.collectors.files import read_any
from inventory.collectors.spreadsheet import Options
from inventory.merging.parts import Seen
from inventory.model import Collected
from tests.inventory.builders import a_row, merged
from tests.inventory.ledger.books import text, words, xlsx


def taken(folder: Path, name: str, content: bytes) -> Collected:
    path = folder / name
    path.write_bytes(content)
    return read_any(path, Options(words=words()))[0]


def servers(found: Collected) -> dict[str, dict[str, Any]]:
    return {record.id: dict(record.fields) for record in found.records if record.kind == "server"}


def adds_up(found: Collected) -> bool:
    a: Any = found.accounting
    return bool(a["rows_read"] == a["rows_recorded"] + a["rows_asked"] + a["rows_skipped"])


VINFO = ["VM", "Powerstate", "Template", "DNS Name", "CPUs", "Memory", "Primary IP Address", "Provisioned MiB", "Annotation", "Datacenter", "Cluster", "Host",
         "OS according to the configuration file", "OS according to the VMware Tools", "VM ID", "VM UUID"]  # fmt: skip


def rvtools(*, unit: str, prefix: str) -> bytes:
    heading = [name.replace("MiB", unit) for name in VINFO]
    rows: list[list[Any]] = [
        heading,
        [
            "web01",
            "poweredOn",
            "False",
            "web01.gov",
            4,
            "8,192",
            "10.1.1.1",
            51200,
            "门户 admin/Secret99",
            "DC1",
            "C1",
            "esx1",
            "CentOS 7",
            "",
            "vm-1",
            "4209-a",
        ],
        [
            "db01",
            "poweredOff",
            "False",
            "",
            8,
            65536,
            "",
            1048576,
            "",
            "DC1",
            "C1",
            "esx1",
            "",
            "Oracle Linux 7",
            "vm-2",
            "4209-b",
        ],
        ["tpl", "poweredOff", "True", "", 2, 4096, "", 40960, "", "DC1", "C1", "esx1", "", "", "vm-3", "4209-c"],
    ]
    disks = [
        ["VM", "Disk", f"Capacity {unit}", "VM UUID"],
        ["db01", "Hard disk 1", 102400, "4209-b"],
        ["db01", "Hard disk 2", 512000, "4209-b"],
    ]
    nets = [["VM", "IPv4 Address", "IPv6 Address"], ["db01", "10.1.1.2", "fe80::1, 2001:db8:0:0::5"]]
    hosts = [
        ["Host", "Datacenter", "Cluster", "# Cores", "# Memory", "CPU usage %"],
        ["esx1", "DC1", "C1", 64, 524288, 35],
    ]
    return xlsx([
        {"name": f"{prefix}vInfo", "rows": rows}, {"name": f"{prefix}vDisk", "rows": disks}, {"name": f"{prefix}vNetwork", "rows": nets},
        {"name": f"{prefix}vHost", "rows": hosts}, {"name": f"{prefix}vHealth", "rows": [["Name"]]},
    ])  # fmt: skip


@pytest.mark.parametrize(("unit", "prefix"), [("MiB", ""), ("MB", "tab")])
def test_rvtools_of_new_and_old_versions(tmp_path: Path, unit: str, prefix: str) -> None:
    found = taken(tmp_path, "RVTools_export_2026-03-01.xlsx", rvtools(unit=unit, prefix=prefix))
    assert (found.collector, found.source) == ("rvtools", "rvtools:RVTools-export")
    known = servers(found)
    assert set(known) == {"rvtools:4209-a", "rvtools:4209-b"}
    web, db = known["rvtools:4209-a"], known["rvtools:4209-b"]
    assert (web["vcpu"], web["mem"], web["disk"], web["power"], web["ip"], web["os_app"]) == (
        4,
        8,
        50,
        "on",
        ("10.1.1.1",),
        "CentOS 7",
    )
    assert (db["mem"], db["disk"], db["power"], db["ip"]) == (64, 600, "off", ("10.1.1.2", "2001:db8::5"))
    assert "Secret99" not in json.dumps([record.as_json() for record in found.records])
    pool = next(record for record in found.records if record.kind == "pool")
    assert (pool.fields["vcpu"], pool.fields["mem"], pool.fields["cpu_util"]) == (64, 512, 0.35)
    assert [row.reason for row in found.skipped if row.origin.row == 4] == ["template"]
    assert found.accounting["powered_off"] == 1
    assert adds_up(found)


def test_rvtools_with_only_the_sheet_of_machines(tmp_path: Path) -> None:
    found = taken(
        tmp_path, "vm.xlsx", xlsx([{"name": "vInfo", "rows": [VINFO[:6], ["a", "poweredOn", "False", "", 2, 4096]]}])
    )
    assert servers(found)["rvtools:a"]["mem"] == 4


def test_azure_migrate_adds_up_the_disks(tmp_path: Path) -> None:
    heading = [
        "*Server name",
        "IP addresses",
        "*Cores",
        "*Memory (In MB)",
        "*OS name",
        "CPU utilization percentage",
        "Number of disks",
        "Disk 1 size (In GB)",
        "Disk 2 size (In GB)",
    ]
    found = taken(
        tmp_path,
        "azure.csv",
        text(
            [
                heading,
                ["app1", "10.2.0.1;10.2.0.2", 8, 16384, "Windows Server 2016", 12, 2, 100, 200.5],
                ["app2", "x.y", "many", 8, "", "", 2, 40, "nan"],
            ]
        ),
    )
    known = servers(found)
    assert found.collector == "azure_migrate"
    assert (
        known["azure_migrate:app1"]["mem"],
        known["azure_migrate:app1"]["disk"],
        known["azure_migrate:app1"]["ip"],
    ) == (16, 300.5, ("10.2.0.1", "10.2.0.2"))
    assert {(gap.field, gap.origin.column) for gap in found.gaps} == {("ip", "B"), ("vcpu", "C"), ("disk", "I")}
    assert known["azure_migrate:app2"]["disk"] is None
    assert adds_up(found)


def test_migration_hub(tmp_path: Path) -> None:
    heading = [
        "ExternalId",
        "SMBiosId",
        "IPAddress",
        "HostName",
        "CPU.NumberOfLogicalCores",
        "RAM.TotalSizeInMB",
        "OS.Name",
        "CPU.UsagePct.Avg",
        "Applications",
    ]
    found = taken(
        tmp_path,
        "hub.csv",
        text(
            [
                heading,
                ["s-1", "", "10.3.0.1", "h1", 4, 8192, "Linux", 7.5, "ERP"],
                ["", "", "", "", "", "", "", "", "CRM"],
            ]
        ),
    )
    known = servers(found)["migration_hub:s-1"]
    assert (known["mem"], known["cpu_util"], known["sys_name"], known["vcpu"]) == (8, 0.075, "ERP", 4)
    assert found.accounting["rows_asked"] == 1
    assert adds_up(found)


BK_HOSTS: list[list[Any]] = [["内网IP(必填)", "主机名称", "CPU逻辑核心数", "内存容量(MB)", "磁盘容量(GB)"], ["短字符", "短字符", "数字", "数字", "数字"],
                             ["bk_host_innerip", "bk_host_name", "bk_cpu", "bk_mem", "bk_disk"], ["10.4.0.1", "cmdb-1", 16, 32768, 500],
                             ["10.4.0.2", "cmdb-2", 8, 16384, 200]]  # fmt: skip
BK_HEADINGS = ["关联标识", "操作", "源实例唯一标识", "目标实例唯一标识"]


def blueking(folder: Path, *associations: list[Any], headings: list[str] = BK_HEADINGS) -> Collected:
    sheets = [{"name": "host", "rows": BK_HOSTS}, {"name": "association", "rows": [headings, *associations]}]
    return taken(folder, "bk_cmdb_export_host.xlsx", xlsx(sheets))


def test_blueking_keys_stand_in_row_three(tmp_path: Path) -> None:
    found = blueking(tmp_path)
    known = servers(found)["bk_cmdb:10.4.0.1"]
    assert (known["server_name"], known["vcpu"], known["mem"], known["disk"]) == ("cmdb-1", 16, 32, 500)
    assert not found.gaps
    assert adds_up(found)


def test_bluekings_associations_say_whose_a_host_is_and_what_depends_on_what(tmp_path: Path) -> None:
    found = blueking(
        tmp_path,
        ["host_run_app", "", "内网IP=10.4.0.1,云区域=0", "实例名=排课系统"],
        ["bk_app_belong_bk_host", "add", "实例名=学籍系统", "bk_host_innerip=10.4.0.2"],
        ["app_depend_app", "", "实例名=排课系统", "实例名=学籍系统"],
    )
    linked = [record for record in found.records if record.origin.sheet == "association"]
    assert [(r.kind, r.id, dict(r.fields), r.origin.row) for r in linked] == [
        ("server", "bk_cmdb:10.4.0.1", {"sys_name": "排课系统"}, 2),
        ("server", "bk_cmdb:10.4.0.2", {"sys_name": "学籍系统"}, 3),
        ("dependency", "bk_cmdb:排课系统>学籍系统", {"consumer": "排课系统", "provider": "学籍系统", "basis": "declared"}, 4),
    ]  # fmt: skip
    assert linked[1].origin_of("sys_name").column == "C"
    sheets: Any = found.accounting["sheets"]
    assert [(c["column"], c["why"]) for c in sheets[1]["columns_ignored"]] == [("B", "operation")]
    assert not found.gaps
    assert adds_up(found)
    assert found.accounting["rows_recorded"] == 5

    rows = [Seen(record=record, source=found.source, collector=found.collector) for record in found.records]
    whole = merged(*rows, a_row("排课系统", id_="sys-a"), a_row("学籍系统", id_="sys-b", row=6))
    assert {server.name: server.system_id for server in whole.servers} == {"cmdb-1": "sys-a", "cmdb-2": "sys-b"}
    assert [server.vcpu for server in whole.servers] == [16, 8]
    assert [(link.consumer, link.provider, link.basis) for link in whole.dependencies] == [
        ("sys-a", "sys-b", "declared")
    ]
    assert not [gap for gap in whole.gaps if gap.kind in {"conflict", "unmatched", "ambiguous"}]


def test_a_host_of_two_systems_is_asked_about(tmp_path: Path) -> None:
    found = blueking(
        tmp_path,
        ["host_run_app", "", "内网IP=10.4.0.1", "实例名=排课系统"],
        ["host_run_app", "", "内网IP=10.4.0.1", "实例名=学籍系统"],
    )
    rows = [Seen(record=record, source=found.source, collector=found.collector) for record in found.records]
    whole = merged(*rows, a_row("排课系统", id_="sys-a"), a_row("学籍系统", id_="sys-b", row=6))
    assert [server.system_id for server in whole.servers] == [None, None]
    assert [gap.kind for gap in whole.gaps if gap.subject == "bk_cmdb:10.4.0.1"] == ["ambiguous"]


def test_every_row_of_associations_is_taken_asked_or_skipped_with_a_reason(tmp_path: Path) -> None:
    example = ["示例：host_run_biz", "示例：add", "内网IP=127.0.0.1", "业务名=蓝鲸"]
    link = ["host_run_app", "", "内网IP=10.4.0.1", "实例名=排课系统"]
    found = blueking(
        tmp_path,
        ["字段说明", *example],
        ["实例数据", *link],
        ["", *link],  # once more
        ["", "host_run_app", "delete", "内网IP=10.4.0.2", "实例名=排课系统"],
        ["", "", "add", "", ""],
        ["", "bk_switch_connect_host", "", "实例名=sw-1", "内网IP=10.4.0.1"],  # no system at either end
        ["", "host_run_app", "", "内网IP=10.9.9.9", "实例名=排课系统"],  # a host of another file
        ["", "host_run_app", "move", "内网IP=10.4.0.2", "实例名=排课系统"],
        ["", "app_depend_app", "", "实例名=排课系统", ""],
        ["", "host_run_app", "", "内网IP=10.4.0.2", "实例名=门户 密码：Secret99"],
        headings=["关联属性", *BK_HEADINGS],
    )
    assert [gap.kind for gap in found.gaps] == ["unmatched", "unmatched", "unreadable", "unreadable"]
    assert [gap.origin.row for gap in found.gaps] == [7, 8, 9, 10]
    of_sheet = [(row.origin.row, row.reason) for row in found.skipped if row.origin.sheet == "association"]
    assert of_sheet == [(1, "heading"), (2, "heading"), (4, "duplicate"), (5, "deleted"), (6, "empty")]
    assert [record.origin.row for record in found.records if record.origin.sheet == "association"] == [3, 11]
    assert "Secret99" not in json.dumps([*(record.as_json() for record in found.records), *(gap.as_json() for gap in found.gaps)])  # fmt: skip
    assert adds_up(found)
    assert found.accounting["rows_read"] == 5 + 11


def test_associations_under_unknown_headings_are_said_not_to_be_read(tmp_path: Path) -> None:
    found = blueking(tmp_path, ["host_run_app", "x"], headings=["关联", "实例"])
    assert [gap.kind for gap in found.gaps] == ["partial"]
    assert found.accounting["rows_skipped"] == 3 + 2
    assert adds_up(found)


ZABBIX = {"zabbix_export": {"version": "6.0", "hosts": [{"host": "z1", "name": "应用一", "groups": [{"name": "市财政局"}], "interfaces": [{"ip": "10.5.0.1"}, {"ip": "127.0.0.1"}],
          "macros": [{"macro": "{$PASSWORD}", "value": "s3cret"}], "inventory": {"os": "Linux"}}]}}  # fmt: skip


def zabbix_yaml() -> bytes:
    import yaml

    return yaml.safe_dump(ZABBIX, allow_unicode=True).encode()


XML = """<?xml version="1.0"?><zabbix_export><version>4.0</version><hosts><host><host>z1</host><name>应用一</name><groups><group><name>市财政局</name></group></groups>
<interfaces><interface><ip>10.5.0.1</ip></interface></interfaces><inventory><os>Linux</os></inventory></host></hosts></zabbix_export>"""


@pytest.mark.parametrize(
    ("name", "content"), [("z.yaml", zabbix_yaml()), ("z.json", json.dumps(ZABBIX).encode()), ("z.xml", XML.encode())]
)
def test_zabbix_in_its_three_forms_without_macros(tmp_path: Path, name: str, content: bytes) -> None:
    found = taken(tmp_path, name, content)
    known = servers(found)["zabbix:z1"]
    assert (known["server_name"], known["ip"], known["os_app"]) == ("应用一", ("10.5.0.1",), "Linux")
    assert "s3cret" not in json.dumps([record.as_json() for record in found.records])


def test_a_cut_off_zabbix_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CollectError):
        taken(tmp_path, "z.json", json.dumps(ZABBIX).encode()[:-9])


def test_a_plain_list_of_servers_is_a_ledger_of_servers(tmp_path: Path) -> None:
    found = taken(
        tmp_path,
        "servers.csv",
        text([["name", "ip", "vcpu"], ["a", "10.0.0.1", "4"]]).replace(b"name,", b"server name,", 1),
    )
    (record,) = found.records
    assert (record.kind, record.fields["vcpu"], record.fields["ip"]) == ("server", 4, ("10.0.0.1",))
