"""Physical names: what resources are called in the cloud. The same ids always give the same names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from catalogs.digest import sha256_of
from inventory.model import Server

NAME_LENGTH = 48  # longer names are cut and get a digest: a host name has 63 characters at most


def physical_name(text: str) -> str:
    """A name that every cloud takes: lower-case ASCII letters, digits and hyphens; a digest marks what was lost."""
    kept = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    if kept == text and len(kept) <= NAME_LENGTH:
        return kept
    digest = sha256_of(text)[:8]
    return f"{kept[: NAME_LENGTH - 9].strip('-')}-{digest}".strip("-")


def server_names(system: str, servers: Sequence[Server]) -> dict[str, str]:
    """Physical names by server id: the server's own name where that tells it apart, else a digest of its id."""
    wanted = {server.id: f"{system}-{physical_name(server.name.lower())}" for server in servers}
    doubled = {name for name in wanted.values() if list(wanted.values()).count(name) > 1}
    return {key: f"{system}-{sha256_of(key)[:8]}" if name in doubled else name for key, name in wanted.items()}
