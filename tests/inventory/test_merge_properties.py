"""Whatever the sources say: nothing is lost, nothing is doubled, and the order of records does not matter."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.merging.parts import Seen
from inventory.merging.values import texts
from inventory.model import Inventory
from inventory.storage.decisions import Decision
from tests.inventory.builders import a_decision, a_row, a_server, merged

_ids = st.sampled_from([f"sys-{letter}" for letter in "abcde"])
_names = st.sampled_from(["排课系统", "选课系统", "门户网站", "门户 网站", None])
_addresses = st.lists(st.sampled_from([f"10.1.0.{n}" for n in range(6)]), max_size=3, unique=True).map(tuple)
_sizes = st.sampled_from([None, 2, 4, 8])


@st.composite
def _system_rows(draw: st.DrawFn) -> Seen:
    fields: dict[str, Any] = {
        "ip": draw(_addresses), "vcpu": draw(_sizes), "mlps_level": draw(st.sampled_from([None, 2, 3])), "sys_code": draw(st.sampled_from([None, "E-1"])),
        "secret": draw(st.sampled_from(["非涉密", "涉密", None])), "deps": draw(st.sampled_from([(), ("选课系统",), ("不存在",)])),
        "vm_count": draw(st.sampled_from([None, 1, 2])),
    }  # fmt: skip
    source = draw(st.sampled_from(["ledger:甲", "ledger:乙"]))
    return a_row(
        draw(_names),
        id_=draw(_ids),
        dept=draw(st.sampled_from(["甲", "乙", None])),
        row=draw(st.integers(5, 30)),
        source=source,
        **fields,
    )


@st.composite
def _servers(draw: st.DrawFn) -> Seen:
    fields: dict[str, Any] = {"ip": draw(_addresses), "vcpu": draw(_sizes)}
    if draw(st.booleans()):
        fields["metadata.system"] = draw(_names)
    collector = draw(st.sampled_from(["openstack", "ledger", "rvtools"]))
    return a_server(f"vm-{draw(st.integers(0, 6))}", source=f"{collector}:x", collector=collector, **fields)


_decisions = st.lists(
    st.one_of(
        st.builds(a_decision, st.just("merge"), _ids, _ids),
        st.builds(a_decision, st.just("mapping"), st.sampled_from(["openstack:vm-1", "project:lab/edu"]), _ids),
    ),
    max_size=4,
).map(tuple)


def _accounted(inventory: Inventory) -> Counter[str]:
    """How often each record's id is found again."""
    found = Counter(known for system in inventory.systems for known in texts(system.fields["known_as"]))
    found.update(known for server in inventory.servers for known in texts(server.fields["known_as"]))
    found.update({gap.subject or "": 1 for gap in inventory.gaps if gap.kind == "missing"})
    return found


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(_system_rows(), max_size=8),
    servers=st.lists(_servers(), max_size=8),
    decisions=_decisions,
    seed=st.integers(0, 9),
)
def test_nothing_is_lost_and_order_does_not_matter(
    rows: list[Seen], servers: list[Seen], decisions: tuple[Decision, ...], seed: int
) -> None:
    everything = [*rows, *servers]
    inventory = merged(*everything, decisions=decisions)
    shuffled = list(everything)
    random.Random(seed).shuffle(shuffled)
    assert merged(*shuffled, decisions=decisions) == inventory

    accounted = _accounted(inventory)
    named = {row.record.id for row in rows if row.record.fields["sys_name"]}
    veiled = any(server.name == server.id for server in inventory.servers)  # a classified system's: only the id is kept
    for server_id in {row.record.id for row in servers}:
        assert accounted[server_id] == 1 or (veiled and accounted[server_id] == 0)
    shown = {known for system in inventory.systems for known in texts(system.fields["known_as"])}
    hidden = named - shown
    ruled = {one for decision in decisions for one in (decision.subject, decision.value)} if hidden else set()
    # A row without a name that a person joined to a classified system is as silent as that system.
    silent = hidden | ({row.record.id for row in rows} - named) & ruled
    assert all(accounted[one] >= 1 for one in {row.record.id for row in rows} - silent)
    assert bool(hidden) == bool(inventory.classified_count)
    assert sum(1 for system in inventory.systems for _ in texts(system.fields["known_as"])) == len(shown)

    systems = {system.id: system for system in inventory.systems}
    for server in inventory.servers:
        assert server.system_id is None or server.id in systems[server.system_id].server_ids
    assert sum(len(system.server_ids) for system in inventory.systems) == sum(
        server.system_id is not None for server in inventory.servers
    )
    assert len({(gap.id, gap.subject) for gap in inventory.gaps}) == len(inventory.gaps)
