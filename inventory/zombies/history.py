"""Verdicts of the months before, what changed since, and how long a change must last before it counts.

A verdict at an earlier date is a pure function of what was known then, so it is computed again, not remembered. How
many windows in a row it takes to become suspected, and to be no longer suspected, are parameters of rule R2: a system
that wakes for a day before the report stays suspected, and the verdict says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.telemetry.form import LOCAL_ZONE, day_start, months_before
from inventory.zombies.findings import COMPOSITE
from inventory.zombies.system_facts import Earlier, SystemFacts, facts_of, window_end

if TYPE_CHECKING:
    from catalogs.load import Catalogs
    from inventory.model import Inventory
    from inventory.storage.store import Store
    from inventory.telemetry.query import Rollup
    from inventory.zombies.verdict import Verdict

ENTER, LEAVE = "windows_to_enter", "windows_to_leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """How many monthly windows in a row it takes to enter and to leave suspicion; both at least 1.

    `exempt_classes` are those whose criteria Z1–Z5 are not counted.
    """

    enter: int = 1
    leave: int = 1
    exempt_classes: tuple[str, ...] = ()

    @property
    def depth(self) -> int:
        """How many earlier windows have to be known; one at least, to say what changed."""
        return max(self.enter + self.leave - 2, 1)


def windows_of(rules: Sequence[ZombieRule]) -> Windows:
    """The windows that the rules in force ask for."""
    rule = next((rule for rule in rules if rule.criterion == COMPOSITE), None)
    if rule is None or ENTER not in rule.parameters:
        return Windows()
    return Windows(
        enter=max(int(rule.value(ENTER)), 1), leave=max(int(rule.value(LEAVE)), 1), exempt_classes=rule.exempt_classes
    )


def earlier_instants(as_of: datetime, windows: int) -> tuple[datetime, ...]:
    """The last second of the windows before, the latest first."""
    end = window_end(as_of)
    seconds = [day_start(months_before(end, n), LOCAL_ZONE) - 1 for n in range(1, windows + 1)]
    return tuple(datetime.fromtimestamp(second, ZoneInfo("UTC")) for second in seconds)


def earlier_verdicts(
    store: Store, catalogs: Catalogs, rules: Sequence[ZombieRule], as_of: datetime
) -> Mapping[str, tuple[Earlier, ...]]:
    """By system what the rules said in the windows before, each by what was known then; nothing where nothing was."""
    from inventory.merging.merge import inventory_at
    from inventory.telemetry.query import Rollup
    from inventory.zombies.judge import judge

    found: dict[str, list[Earlier]] = {}
    for place, instant in enumerate(earlier_instants(as_of, windows_of(rules).depth)):
        if not store.latest(instant):
            break
        then = inventory_at(store, catalogs, instant)
        for verdict in judge(then, Rollup.of(store, instant), rules, instant):
            rows = found.setdefault(verdict.system_id, [])
            if len(rows) == place:  # a system that was not known in between has no run of windows
                rows.append(Earlier(as_of=instant, state=verdict.state, hits=tuple(hit.rule for hit in verdict.hits)))
    return {system_id: tuple(rows) for system_id, rows in found.items()}


def facts_with_history(
    store: Store,
    catalogs: Catalogs,
    inventory: Inventory,
    rules: Sequence[ZombieRule],
    as_of: datetime,
    *,
    rolled_up: Rollup,
) -> tuple[SystemFacts, ...]:
    """The facts of every system, with the verdicts of the windows before.

    Args:
        store: of snapshots, decisions and roll-ups.
        catalogs: in force.
        inventory: at `as_of`.
        rules: in force.
        as_of: the end of the window.
        rolled_up: the roll-ups to look at; a report may know later ones than `as_of`.
    """
    from inventory.zombies.class_hints import class_words_of, remarks_of
    from inventory.zombies.operators import Operators
    from inventory.zombies.traffic_shape import traffic_limit

    before = earlier_verdicts(store, catalogs, rules, as_of)
    facts = facts_of(
        inventory, rolled_up, as_of, words=class_words_of(rules), remarks=remarks_of(rules), operators=Operators.of(rules), traffic_mbit_s=traffic_limit(rules)
    )  # fmt: skip
    return tuple(replace(row, before=before.get(row.system.id, ())) for row in facts)


def damped(verdict: Verdict, before: Sequence[Earlier], windows: Windows, system_class: str | None = None) -> Verdict:
    """The verdict after the windows it takes to enter and leave suspicion; the rules' own state stays in `raw_state`.

    Only a change between *suspected* and *in use* is damped. It is not where a person's statement made it (the
    department's flag, the class), nor where others call the system.
    """
    if verdict.state == "zombie":
        run = _run_of_zombies(before)
        if any(result.function == "declared" and result.hit for result in verdict.results):
            return verdict
        if run + 1 >= windows.enter or _held(before, windows):
            return verdict
        so_far = Text(
            f"规则命中 {run + 1} 个窗口，须连续 {windows.enter} 个才列为疑似：{verdict.sentence.zh}",
            f"the rules fired in {run + 1} windows, it takes {windows.enter} in a row: {verdict.sentence.en}",
        )
        return replace(verdict, state="unknown", sentence=so_far)
    if verdict.state != "in_use" or verdict.callers or not _held(before, windows):
        return verdict
    counts = system_class not in windows.exempt_classes
    still = _rules_that_could_hit_again(verdict, before, with_criteria=counts)
    if not still:
        return verdict
    quiet = next(place for place, one in enumerate(before) if one.state == "zombie") + 1
    names = "、".join(sorted(still))
    held = Text(
        f"本期规则不再命中（{verdict.sentence.zh}），但此前命中 {names}；须连续 {windows.leave} 个窗口不命中才解除，现为第 {quiet} 个",
        f"the rules fire no more ({verdict.sentence.en}), but {names} did before; it takes {windows.leave} windows in a row to leave, this is number {quiet}",
    )
    return replace(verdict, state="zombie", sentence=held)


def _run_of_zombies(before: Sequence[Earlier]) -> int:
    return next((place for place, one in enumerate(before) if one.state != "zombie"), len(before))


def _held(before: Sequence[Earlier], windows: Windows) -> bool:
    """Whether it entered so few windows ago that it has not left yet."""
    return any(
        len(run := before[quiet : quiet + windows.enter]) == windows.enter and all(one.state == "zombie" for one in run)
        for quiet in range(windows.leave - 1)
    )


def _rules_that_could_hit_again(verdict: Verdict, before: Sequence[Earlier], *, with_criteria: bool) -> set[str]:
    last = next((one for one in before if one.state == "zombie"), None)
    applying = {
        result.rule
        for result in verdict.results
        if result.applies and result.function != "declared" and (with_criteria or not result.criterion.startswith("Z"))
    }
    return applying & set(last.hits) if last is not None else set()


def earlier_end(earlier: Earlier) -> str:
    """The last local day of an earlier window."""
    return (window_end(earlier.as_of) - timedelta(days=1)).isoformat()
