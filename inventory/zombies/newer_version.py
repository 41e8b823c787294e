"""An old version beside the new one that took its work: same unit, same plain name, the new one in use, nobody in the old one's log.

A name alone proves nothing (inventory/zombies/system_namesakes.py); here the new one is known to be used, and of the old one complete
logs and the ledger's own last login say that nobody came for months.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.telemetry.form import months_before
from inventory.zombies.findings import RESTING, later_limit
from inventory.zombies.rules_use import EVERY_COUNT
from inventory.zombies.signs_of_use import nobody_seen
from inventory.zombies.statements import stated
from inventory.zombies.system_facts import SystemFacts
from inventory.zombies.verdict import Verdict


def outlived(
    verdict: Verdict, facts: SystemFacts, used: Mapping[str, SystemFacts], unused: ZombieRule | None, on: date
) -> Verdict:
    """The verdict on a system whose newer version is in use: suspected, where it was a question and the log is silent.

    Args:
        verdict: by all rules.
        facts: of the system.
        used: the systems in use, by id.
        unused: the rule of systems that nobody uses, whose words and limits count.
        on: the day after the window.
    """
    if verdict.state != "unknown" or unused is None or not facts.namesakes or not _left(facts, unused, on):
        return verdict
    newer = next((used[one] for one in facts.namesakes if one in used and _is_newer(used[one], facts, unused)), None)
    if newer is None:
        return verdict
    login = facts.system.last_login_on
    sentence = Text(
        f"自 {login} 起无人登录，访问日志覆盖整个时间窗而没有一个人，本单位的新版“{newer.system.name}”在用，旧版没有退",
        f"nobody has logged in since {login}, logs that cover the window show nobody, and the newer version {newer.system.name!r} of its unit is in use: the old one was never given back",
    )
    return replace(verdict, state="zombie", raw_state="zombie", detected="zombie", sentence=sentence)


def _left(facts: SystemFacts, unused: ZombieRule, on: date) -> bool:
    """Whether nobody logged in for the rule's months, logs show nobody, and nothing in its ledger says otherwise."""
    months, login = later_limit(facts, unused, "months_without_activity"), facts.system.last_login_on
    rests = facts.system.system_class in RESTING or facts.name_hint in RESTING
    if months is None or login is None or login >= months_before(on, int(months)) or rests:
        return False
    said = any(stated(facts, unused, kind) for kind in ("unseen", "held"))
    counted = not facts.login_by_operator and any((facts.number(name) or 0) > 0 for name in EVERY_COUNT)
    return not said and not counted and nobody_seen(facts, unused)


def _is_newer(other: SystemFacts, facts: SystemFacts, unused: ZombieRule) -> bool:
    """Whether the other one's name says that it is the newer version, and this one's does not."""
    return stated(other, unused, "newer") is not None and stated(facts, unused, "newer") is None
