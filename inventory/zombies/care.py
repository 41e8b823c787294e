"""What says that somebody still looks after a system that nobody is seen to use: updates of its own and contracts.

None of it proves use; it turns a hit into a question (inventory/zombies/rules_use.py, inventory/zombies/composite.py).
"""

from __future__ import annotations

from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.telemetry.form import months_before
from inventory.zombies.findings import later_limit
from inventory.zombies.system_facts import SystemFacts


def own_update(facts: SystemFacts, rule: ZombieRule) -> date | None:
    """The last update that the system had for itself: a day shared by so many others is an operator's patch day."""
    mass = later_limit(facts, rule, "mass_update_ratio")
    shared = facts.same_update_ratio
    return None if mass is not None and shared is not None and shared >= mass else facts.system.last_update_on


def sign_of_care(
    facts: SystemFacts, rule: ZombieRule, as_of_on: date, months: int, *, contract_suffices: bool = False
) -> Text | None:
    """What says that somebody still maintains the system: an update of its own within so many months, or a running contract.

    Args:
        facts: of the system.
        rule: which says what a patch day of many is (`mass_update_ratio`).
        as_of_on: the day after the window.
        months: how old an update may be.
        contract_suffices: whether a running contract is enough also where the last update is known to be older.
    """
    updated, contract = own_update(facts, rule), facts.system.contract_end_on
    if updated is not None and updated >= months_before(as_of_on, months):
        return Text(f"{updated} 还更新过", f"it was updated on {updated}")
    if updated is not None and not contract_suffices:
        return None
    if contract is not None and contract >= as_of_on:
        return Text(f"运维合同到 {contract} 才到期", f"its contract runs until {contract}")
    return None


def forgotten(facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, cycle: int) -> bool:
    """Whether nobody entered a system in three years, it had no update of its own in a cycle, and no contract is known.

    An operating system alone makes traffic; who would still want the system had three seasons to look at it. A contract
    that nobody entered proves no neglect by itself, so nothing less than three years is enough.
    """
    months = later_limit(facts, rule, "months_forgotten")
    if months is None or facts.system.contract_end_on is not None or login >= months_before(as_of_on, int(months)):
        return False
    updated = own_update(facts, rule)
    if updated is None:
        return facts.system.last_update_on is not None  # all it had was the operator's patch day
    return updated < months_before(as_of_on, cycle)


def yearly_care(facts: SystemFacts, rule: ZombieRule, as_of_on: date, cycle: int) -> Text | None:
    """Upkeep that a yearly system may show: an update in the last cycle, or one in the last two or not known and a contract that runs or has just ended."""
    updated = own_update(facts, rule)
    if updated is None and facts.system.contract_end_on is None:
        return None
    return upkeep(facts, rule, as_of_on, cycle)


def within_a_rest(facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, cycle: int) -> bool:
    """Whether a system of unknown class may still rest: entered within a cycle, or within two while its contract runs.

    What stands by for a failure or an emergency is tried out every two or three years; a contract that runs, or has just
    ended, says that somebody counts on it. Where visits are measured, their logs speak instead.
    """
    if login >= months_before(as_of_on, cycle):
        return True
    gap = months_before(as_of_on, int(later_limit(facts, rule, "months_of_a_renewal_gap") or 0))
    contract = facts.system.contract_end_on
    counted_on = contract is not None and contract >= gap and not any(month.activity for month in facts.months)
    return counted_on and login >= months_before(as_of_on, 2 * cycle)


def upkeep(facts: SystemFacts, rule: ZombieRule, as_of_on: date, cycle: int) -> Text | None:
    """Why a system that works may still be wanted; `None` where it is known that nobody maintains it any more.

    Known is: its last own update is older than two cycles, also where somebody still pays a contract; or it is old or not
    known, and the contract ended longer ago than renewals take.
    """
    updated = own_update(facts, rule)
    if updated is not None and updated < months_before(as_of_on, 2 * cycle):
        return None
    care = sign_of_care(facts, rule, as_of_on, cycle, contract_suffices=True)
    if care is not None:
        return care
    gap = months_before(as_of_on, int(later_limit(facts, rule, "months_of_a_renewal_gap") or 0))
    contract = facts.system.contract_end_on
    if contract is not None and contract >= gap:
        return Text(
            f"运维合同 {contract} 才到期，可能正在续签",
            f"its contract ended only on {contract} and may be under renewal",
        )
    if contract is not None:
        return None
    return Text("是否还有人维护并不知道", "whether anybody maintains it is not known")


def counted_on(facts: SystemFacts, rule: ZombieRule, as_of_on: date, cycle: int) -> bool:
    """Whether it is known that somebody counts on it: an update of its own in the last cycle, or a contract that runs or has just ended."""
    gap = months_before(as_of_on, int(later_limit(facts, rule, "months_of_a_renewal_gap") or 0))
    updated, contract = own_update(facts, rule), facts.system.contract_end_on
    return (updated is not None and updated >= months_before(as_of_on, cycle)) or (
        contract is not None and contract >= gap
    )
