"""What stands below a heading, where it is certainly of a kind that its field cannot hold: dates below 承建单位, people below 机房.

Each kind is recognised by closed signs only, and lists the fields that may hold it; below any other field it contradicts the
heading, and the column is asked about (contradicted_columns.py). A remark may hold anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from inventory.collectors.cells.product_words import ADDRESS, COMPANY, DATABASE, OPERATING, PHONE, WEB
from inventory.collectors.cells.text_forms import looks_like_department, widths
from inventory.collectors.columns.column_shares import DATE, MOSTLY, NONE, STATUS
from inventory.collectors.columns.layout import Column
from inventory.collectors.rows.system_names import reads_like_a_system
from inventory.collectors.sheets.sheet_names import may_be_a_person
from inventory.collectors.workbooks.grid import Row
from inventory.fields import FIELDS

_HAN = re.compile(r"[\u4e00-\u9fff]{4}")
_LONG = 10  # characters of a sentence; a person's name or a kind of building has fewer
_STREET = re.compile(r"(路|街|巷|大道|弄)[\d一二三四五六七八九十百零〇]+号|\d+号楼|\d+(室|号房)$")
_LEVEL = re.compile(r"^(第?[一二三四五]级|等保.级|未定级)$")
_YES_NO = re.compile(r"^(是|否|有|无|√|×)$")
_ASKS = re.compile(r"是否|是不是|有无|有没有|能否")  # headings that are answered with yes and no
_OWN_TYPES = frozenset({"date", "count", "number", "cores", "size", "money", "ratio", "bandwidth", "level", "addresses", "yes_no", "secrecy", "credential"})  # fmt: skip
# Fields of free words that may speak of times, amounts, levels, states.
_FREE = frozenset(
    {
        "remark", "upgrade_detail", "defer_reason", "zombie_reasons", "docs", "crypto_eval", "xinchuang_progress", "data_residency", "downtime", "key_period",
        "migrate_batch", "migrate_mode", "priority", "dr", "dr_active", "dr_site", "rto", "rpo", "growth", "frequency", "backup", "backup_frequency", "integration", "ipv6",
        "upgrade_need", "disposal", "spec", "res_type", "image",
    }
)  # fmt: skip
_CODES = frozenset({"sys_code", "order_no", "mlps_record_no", "server_id", "host_name", "server_name", "row_key", "port", "dept_region", "project"})  # fmt: skip
_NUMBERS = frozenset(
    {"sys_code", "order_no", "mlps_record_no", "server_id"}
)  # which may have as many digits as telephones
_PEOPLE = frozenset({"contact", "vendor_contact", "ops_contact"})
_PHONES = frozenset({"phone", "vendor_phone", "ops_phone"})
_OWNERS = frozenset({"dept", "dept_lead", "dept_build", "dept_use"})
_TECHNICAL = frozenset({"os_app", "os_db", "db", "middleware", "cpu_arch", "arch"})
_PLACES = frozenset({"location", "site", "cloud", "backup_site", "dr_site", "pool", "zone", "cluster"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of contents: how a text of it is recognised, how many different ones are needed, what may hold it, what it is."""

    like: Callable[[str], bool]
    fewest: int
    held_by: frozenset[str]
    field: str | None
    barred: frozenset[str] = frozenset()  # where it is said the other way round: the only fields that cannot hold it

    def may_stand_below(self, field: str) -> bool:
        """Whether a field may hold it."""
        return field not in self.barred if self.barred else field in self.held_by


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: bool(pattern.search(text))


def _is_department(text: str) -> bool:
    return looks_like_department(text) and not reads_like_a_system(text)


def _is_long(text: str) -> bool:
    return (
        len(text) >= _LONG and bool(_HAN.search(text)) and not COMPANY.search(text) and not any(map(str.isdigit, text))
    )


def _is_person(text: str) -> bool:
    return may_be_a_person(text) and not reads_like_a_system(text)


KINDS: dict[str, Kind] = {
    "dates": Kind(_matches(DATE), 2, _FREE | _CODES - {"server_name", "host_name"}, "online_date"),
    "addresses": Kind(_matches(ADDRESS), 2, _CODES | {"ip", "url", "domain", "remark", "host", "integration", "deps"}, "ip"),
    "urls": Kind(_matches(WEB), 2, frozenset({"url", "domain", "ip", "remark", "integration", "location", "cloud"}), "url"),
    "phones": Kind(_matches(PHONE), 2, _PHONES | _PEOPLE | _NUMBERS | {"remark"}, "phone"),
    "people": Kind(_is_person, 3, _PEOPLE | {"remark"}, "contact"),
    "companies": Kind(
        _matches(COMPANY), 2,
        _OWNERS | _PLACES | {"vendor", "ops_vendor", "ops_mode", "virtualisation", "approver", "audience", "scope", "office", "project", "server_model", "remark", "fund_source", "integration", "deps", "basis"},
        "vendor",
    ),
    "operating systems": Kind(_matches(OPERATING), 2, frozenset({"os_app", "os_db", "image", "virtualisation", "server_type", "spec", "remark", "xinchuang_progress", "middleware"}), "os_app"),
    "databases": Kind(_matches(DATABASE), 2, frozenset({"db", "middleware", "image", "spec", "remark", "xinchuang_progress", "res_type", "server_type", "backup_mode"}), "db"),
    "streets": Kind(_matches(_STREET), 2, _PLACES | {"remark", "function", "audience", "basis"}, "location"),
    "departments": Kind(_is_department, 3, frozenset(), "dept", barred=_TECHNICAL | {"build_type", "build_mode", "url", "domain", "spec", "alias", "sys_code"}),
    "systems": Kind(reads_like_a_system, 3, frozenset(), "deps", barred=_PEOPLE | {"office", "fund_source", "cpu_arch", "build_type", "build_mode", "ops_mode"}),
    "sentences": Kind(_is_long, 3, frozenset(), "function", barred=_PEOPLE | {"arch", "cpu_arch", "os_app", "os_db", "build_type", "build_mode", "network"}),
    "levels": Kind(_matches(_LEVEL), 1, _FREE | {"dept_region", "scope", "audience", "sys_class"}, "mlps_level"),
    "states": Kind(_matches(STATUS), 1, _FREE | {"status", "build_type", "build_mode", "scope", "sys_class", "project"}, "status"),
    "yes or no": Kind(
        _matches(_YES_NO), 1, _FREE | _PHONES | _PEOPLE | {"status", "network", "virtualisation", "location", "cloud", "middleware", "db", "backup_mode", "backup_site", "deps", "basis", "replaced_by", "alias", "cpu_arch", "sub_system", "domain", "url", "pool", "cluster", "host"},
        None,
    ),
}  # fmt: skip
# Fields of words that no bare figures can fill.
_WORDS_ONLY = frozenset(
    {
        "sys_name", "basis", "fund_source", "build_type", "build_mode", "ops_mode", "arch", "os_app", "os_db", "db", "cpu_arch", "network", "zone", "deps", "replaced_by", "domain", "url",
        "cloud", "site", "backup_mode", "backup_site", "virtualisation", "server_type", "contact", "vendor_contact", "ops_contact", "scope",
    }
)  # fmt: skip


def foreign_kind(column: Column, below: Sequence[Row]) -> tuple[str, str | None] | None:
    """The kind of a column's contents that its field cannot hold, and the field that they may be of; `None` where nothing contradicts.

    Args:
        column: a column that is read.
        below: the first rows below the headings.
    """
    if column.field == "remark" or FIELDS[column.field].type in _OWN_TYPES or column.part is not None:
        return None  # of other types each cell is read or asked by itself
    cells = [row[column.index] for row in below if column.index < len(row) and row[column.index] != ""]
    days = [cell for cell in cells if isinstance(cell, date)]
    figures = [cell for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]
    if len(days) >= 2 and len(days) >= MOSTLY * len(cells) and column.field not in KINDS["dates"].held_by:
        return "dates", "online_date"
    if len(figures) >= 3 and len(figures) == len(cells) and column.field in _WORDS_ONLY:
        return "figures", None
    texts = [text for cell in cells if isinstance(cell, str) and (text := widths(cell).strip()) and text not in NONE]
    if len(texts) < 2:
        return None
    for name, kind in KINDS.items():
        if kind.may_stand_below(column.field) or (name == "yes or no" and _ASKS.search(column.heading)):
            continue
        if not any(kind.like(texts[at]) for at in (0, len(texts) // 2, -1)):  # most columns are told at one glance
            continue
        own = [text for text in texts if kind.like(text)]
        if len(own) >= max(2, MOSTLY * len(texts)) and len(set(own)) >= kind.fewest:
            return name, kind.field
    return None
