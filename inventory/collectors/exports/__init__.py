"""Exports of other tools: RVTools, Azure Migrate, BlueKing CMDB, Zabbix."""
