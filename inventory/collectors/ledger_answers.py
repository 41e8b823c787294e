"""The answers that hold for a file: those given for its source, and what its department has answered about the same headings.

A department may send several files (systems in one, servers in another, a second part under a source of its own, once as
市卫健委 and once as 卫健委). What one of its headings means is answered once. Answers about cells, sheets and units stay with
their source; lists of servers and ledgers of systems may mean different things by one word, so a heading of a list of
servers says nothing about one of systems.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from inventory.names import Lineage, normalised

SERVERS = ":servers"  # behind the source of a list of servers: it is no newer version of the unit's ledger of systems
_LEDGER = "ledger:"
HEADING = "heading|"


def answers_of(answers: Mapping[str, str], source: str) -> dict[str, str]:
    """The answers given for a source, without its name."""
    prefix = f"{source}|"
    return {key.removeprefix(prefix): value for key, value in answers.items() if key.startswith(prefix)}


def department_key(source: str, department: str | None, lineage: Lineage) -> str | None:
    """Under what a source's headings are the same department's: its id or name, and whether it lists servers; else `None`."""
    is_of_servers = source.endswith(SERVERS)
    name = department or (source.removeprefix(_LEDGER).removesuffix(SERVERS) if source.startswith(_LEDGER) else None)
    if not name:
        return None
    return f"{lineage.department_id(name) or normalised(name)}{SERVERS if is_of_servers else ''}"


def answers_of_department(
    answers: Mapping[str, str], source: str, department: str | None, lineage: Lineage
) -> dict[str, str]:
    """What other sources of the same department were answered about headings; nothing of those that were answered in two ways."""
    own = department_key(source, department, lineage)
    said: dict[str, set[str]] = defaultdict(set)
    for key, value in answers.items():
        other, _, rest = key.partition("|")
        if rest.startswith(HEADING) and other != source and own and department_key(other, None, lineage) == own:
            said[rest].add(value)
    return {rest: values.pop() for rest, values in said.items() if len(values) == 1}
