"""Any file → `Collected`: which tool wrote it is seen in its content, never asked. Everything else is a ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from inventory.collectors.exports import rvtools, zabbix_export
from inventory.collectors.exports.server_tables import AZURE_MIGRATE, BK_CMDB, MIGRATION_HUB
from inventory.collectors.spreadsheet import Options, collect_workbook, without_garbage_collection
from inventory.collectors.workbooks.grid import Workbook
from inventory.collectors.workbooks.workbook import check_size, workbook_of
from inventory.model import Collected

# name → whether a workbook is its export, and how it is read; the first that recognises a file reads it
EXPORTS: Mapping[str, tuple[Callable[[Workbook], bool], Callable[[Workbook], Collected]]] = {
    "rvtools": (rvtools.recognises, rvtools.parse),
    "azure_migrate": (AZURE_MIGRATE.recognises, AZURE_MIGRATE.parse),
    "migration_hub": (MIGRATION_HUB.recognises, MIGRATION_HUB.parse),
    "bk_cmdb": (BK_CMDB.recognises, BK_CMDB.parse),
}


def read_any(path: Path, options: Options) -> tuple[Collected, Workbook | None]:
    """Read one file, and give its workbook where it is a ledger.

    Raises:
        CollectError: it cannot be read, or there is no ledger in it.
    """
    check_size(path)
    content = path.read_bytes()
    with without_garbage_collection():
        if zabbix_export.recognises(content):
            return zabbix_export.parse(path.name, content), None
        book = workbook_of(path.name, content)
        for recognises, parse in EXPORTS.values():
            if recognises(book):
                return parse(book), None
        return collect_workbook(book, options), book
