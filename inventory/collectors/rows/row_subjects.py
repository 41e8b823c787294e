"""What the rows below one set of headings speak of: systems, servers, or both."""

from __future__ import annotations

from collections.abc import Collection

# Fields that only a system has: a sheet with two of them lists systems even where it names servers too.
SYSTEM_ONLY = frozenset(
    {"mlps_level", "secret", "function", "status", "zombie_declared", "user_scale", "frequency", "build_cost", "ops_cost", "vendor",
     "ops_contract_end", "scope", "audience", "basis", "approver", "fund_source", "arch", "url", "disposal"}
)  # fmt: skip


def subjects_of(fields: Collection[str]) -> tuple[bool, str | None]:
    """Whether rows with these fields may be systems, and the field that names a server (`None` where none does)."""
    speaks_of_systems = len(SYSTEM_ONLY.intersection(fields)) >= 2
    if "server_name" in fields:
        key: str | None = "server_name"
    elif "host_name" in fields and not speaks_of_systems:
        key = "host_name"
    elif "server_id" in fields and "sys_name" not in fields and not speaks_of_systems:
        key = "server_id"  # a list of machines by their asset numbers
    else:
        key = None
    return "sys_name" in fields and (key is None or speaks_of_systems), key


def lists_servers_only(fields: Collection[str]) -> bool:
    """Whether rows with these fields are servers, never systems."""
    systems, key = subjects_of(fields)
    return key is not None and not systems
