"""Collectors: each reads one kind of source and returns `Collected`. The registry is a plain table.

A collector has three functions: `fetch` (dumb I/O), `parse` (pure, raw item → record or gap) and `collect`, which joins
them. What formats of files there are and how each is recognised stands in `collectors/files.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from catalogs.words import Text

# name of the collector → where its `collect` stands, and what it reads
COLLECTORS: Mapping[str, tuple[str, Text]] = {
    "ledger": ("inventory.collectors.spreadsheet:collect", Text("委办局台账(xlsx、xls、csv…)", "department ledgers")),
    "rvtools": ("inventory.collectors.exports.rvtools:parse", Text("RVTools 导出", "RVTools exports")),
    "azure_migrate": (
        "inventory.collectors.exports.server_tables:AZURE_MIGRATE",
        Text("Azure Migrate 导入表", "Azure Migrate import files"),
    ),
    "migration_hub": (
        "inventory.collectors.exports.server_tables:MIGRATION_HUB",
        Text("AWS Migration Hub 导入表", "AWS Migration Hub import files"),
    ),
    "bk_cmdb": ("inventory.collectors.exports.server_tables:BK_CMDB", Text("蓝鲸 CMDB 导出", "BlueKing CMDB exports")),
    "zabbix": ("inventory.collectors.exports.zabbix_export:parse", Text("Zabbix 主机导出", "Zabbix host exports")),
    "openstack": ("inventory.collectors.clouds.openstack:collect", Text("OpenStack 云", "OpenStack clouds")),
}
