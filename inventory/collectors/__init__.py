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
    "openstack": ("inventory.collectors.openstack:collect", Text("OpenStack 云", "OpenStack clouds")),
}
