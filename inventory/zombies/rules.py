"""One function per zombie rule: facts of a system and the rule's parameters → hit, no hit, or not known.

A rule sees the facts and `as_of_on`, nothing else. Numbers live in catalogs/zombies/*.yaml. What the rule needs and
does not know makes it *not known*; it never makes a hit. The steps: facts (inventory/zombies/system_facts.py) → rules → what
they say together (inventory/zombies/composite.py) → verdict (inventory/zombies/judge.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from inventory.zombies.findings import Rule
from inventory.zombies.rules_activity import no_activity
from inventory.zombies.rules_ledger import contract_and_updates_ended, declared, detached, other_reason, replaced
from inventory.zombies.rules_resources import downsize, expand, idle_resources, insufficient_data, powered_off
from inventory.zombies.rules_stated import never_used, stated_unused
from inventory.zombies.rules_use import few_users, rarely_used

RULES: Mapping[str, Rule] = {
    "declared": declared,
    "no-activity": no_activity,
    "powered-off": powered_off,
    "stated-unused": stated_unused,
    "never-used": never_used,
    "contract-and-updates-ended": contract_and_updates_ended,
    "idle-resources": idle_resources,
    "few-users": few_users,
    "rarely-used": rarely_used,
    "replaced": replaced,
    "detached": detached,
    "other-reason": other_reason,
    "downsize": downsize,
    "expand": expand,
    "insufficient-data": insufficient_data,
}
