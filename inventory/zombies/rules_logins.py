"""Logins that are nobody's use, and none on record: what else has to be known before that says anything.

The operator's logins, those that complete logs do not know, and those that the ledger itself does not count are no use; each is a
question, unless the servers are silent or nobody is known to maintain the system.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.telemetry.form import months_before
from inventory.zombies.care import own_update, upkeep
from inventory.zombies.findings import RESTING, Finding, Seen, later_limit
from inventory.zombies.rules_use import COUNTS, EVERY_COUNT, counts_none
from inventory.zombies.signs_of_use import nobody_seen, once_a_day
from inventory.zombies.statements import stated
from inventory.zombies.system_facts import SystemFacts
from inventory.zombies.traffic_shape import on_working_days, seen_silent, silent

ADDRESSES = ("url", "domain")  # of the ledger, under which people or programs could come


def no_login_known(facts: SystemFacts, rule: ZombieRule, as_of_on: date, seen: Sequence[Seen]) -> Finding:
    """No login is on record: not known, unless it is a copy beside the system itself that nothing ever happened to."""
    cycle = months_before(as_of_on, int(later_limit(facts, rule, "months_of_a_yearly_cycle") or 0))
    updated = facts.system.last_update_on
    untouched = (updated is None or updated < cycle) and not any(facts.number(name) for name in COUNTS)
    if untouched and facts.namesakes and stated(facts, rule, "copy") is not None and silent(facts, rule):
        sentence = Text(
            "名称写明是旧的或复制的一份，本单位另有同名系统；台账没有任何登录记录，一个周期没有更新，服务器除备份、扫描的短时间窗外没有流量",
            "its name says that it is an old copy or a clone, its unit has the other one; no login is on record, nothing was updated in a cycle, and its servers are silent but for the hours of backups and scans",
        )
        return Finding(hit=True, sentence=sentence, seen=(*seen, *seen_silent(facts, rule)))
    why = _left_alone(facts, rule, as_of_on) or _never_installed(facts, rule, as_of_on)
    if why is not None:
        sentence = Text(
            f"台账没有任何登录记录，{why.zh}，服务器除备份、扫描的短时间窗外没有流量",
            f"no login is on record, {why.en}, and its servers are silent but for the hours of backups and scans",
        )
        return Finding(hit=True, sentence=sentence, seen=(*seen, *seen_silent(facts, rule)))
    return Finding(hit=None, sentence=Text("不知道最近登录时间", "the last login is not known"), seen=tuple(seen))


def _left_alone(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Text | None:
    """Why a system without a login on record is dead: it was watched and silent, and had no update of its own in two cycles.

    Or its contract ended a cycle ago, no later update is known, and its ledger counts no use. A ledger that counts uses, or that
    says how it is used without logins, speaks against it.
    """
    cycle, updated = int(later_limit(facts, rule, "months_of_a_yearly_cycle") or 0), own_update(facts, rule)
    if (
        not cycle
        or _rests(facts)
        or any(facts.number(name) for name in EVERY_COUNT)
        or stated(facts, rule, "unseen") is not None
    ):
        return None
    if (facts.coverage or 0) < (later_limit(facts, rule, "log_coverage_min_ratio") or 1) or not silent(facts, rule):
        return None
    if updated is not None and updated < months_before(as_of_on, 2 * cycle):
        return Text(f"最近的更新是 {updated}", f"its last update was on {updated}")
    contract = facts.system.contract_end_on
    ended = contract is not None and contract < months_before(as_of_on, cycle)
    if ended and (updated is None or updated < months_before(as_of_on, cycle)) and counts_none(facts):
        return Text(
            f"使用次数为 0，运维合同 {contract} 就到期了", f"it counts no use, and its contract ended on {contract}"
        )
    return None


def _never_installed(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Text | None:
    """Why a system of which nothing is on record is dead: its own ledger counts no user and no use since it went online.

    A cycle ago or longer, without login, update, running contract or an address under which anybody could come; it was watched and
    silent. Each of these is silent where a field is blank; the two counts have to be written down as 0.
    """
    cycle, online, system = (
        int(later_limit(facts, rule, "months_of_a_yearly_cycle") or 0),
        facts.system.online_on,
        facts.system,
    )
    if not cycle or online is None or online >= months_before(as_of_on, cycle) or _rests(facts):
        return None
    if system.users != 0 or not counts_none(facts) or system.last_update_on is not None:
        return None
    paid = system.contract_end_on is not None and system.contract_end_on >= as_of_on
    reached = any(facts.text(name) is not None for name in ADDRESSES)
    if paid or reached or facts.callers_declared or facts.callers_linking or stated(facts, rule, "unseen") is not None:
        return None
    if (facts.coverage or 0) < (later_limit(facts, rule, "log_coverage_min_ratio") or 1) or not silent(facts, rule):
        return None
    return Text(
        f"{online} 投入使用以来没有登录、没有更新，没有登记网址和有效合同，台账自己写用户 0 人、使用 0 次",
        f"neither login nor update is on record since it went online on {online}, no address and no running contract is registered, and its ledger counts 0 users and 0 uses",
    )


def looked_in(facts: SystemFacts, rule: ZombieRule, as_of_on: date, seen: Sequence[Seen]) -> Finding | None:
    """A recent login that its own ledger does not count, of what is known to be neglected and silent: whoever fills in the ledger looks in, too.

    Not of what rests by its class or its name: a drill is a login, too.
    """
    if not counts_none(facts) or not silent(facts, rule):
        return None
    why = _kept_by_nobody(facts, rule, as_of_on)
    if why is None:
        return None
    login = facts.system.last_login_on
    sentence = Text(
        f"最近登录 {login}，但台账的使用次数、活跃用户为 0，这次登录不是使用（填报时登录看过也会留下日期）；{why.zh}",
        f"last login {login}, yet the ledger counts no use and no user, so that it was no use (whoever fills in the ledger looks in, too); {why.en}",
    )
    return Finding(
        hit=True, sentence=sentence, seen=(replace(seen[0], limit=None), *seen[1:], *seen_silent(facts, rule))
    )


def not_its_own(facts: SystemFacts, rule: ZombieRule, as_of_on: date, login: date, seen: Sequence[Seen]) -> Finding:
    """A recent login that is no use: a question, since nothing says when anybody else logged in.

    Not so of office work of every day, of an old copy, and of what is known to be neglected, whose servers are silent: somebody
    would have to be seen there.
    """
    why = (
        no_rest(facts, rule) or _office_without_people(facts, rule, as_of_on) or _kept_by_nobody(facts, rule, as_of_on)
    )
    if why is not None:
        sentence = Text(
            f"最近登录 {login}，是运维方的登录或访问日志里没有的登录，不算使用；{why.zh}",
            f"last login {login}, the operator's or one that the logs do not know, which is no use; {why.en}",
        )
        of_others = Text("最近登录（不是本单位的，不算使用）", "last login (not its own, no use)")
        last = Seen(name=of_others, value=login.isoformat())
        return Finding(hit=True, sentence=sentence, seen=(last, *seen[1:], *seen_silent(facts, rule)))
    by_operator = Text(
        f"最近登录 {login}，但台账备注写明是运维方登录，不算使用；本单位最近何时用过请补充",
        f"last login {login}, by the operator as the ledger remarks: no use; ask when its own people last used it",
    )
    daily = Text(
        f"最近登录 {login}，但台账的月登录次数正好是当月天数，像监控每天登录一次，不算使用；本单位最近何时用过请补充",
        f"last login {login}, yet the ledger counts one login for each day of the month, as monitoring makes them: no use; ask when its own people last used it",
    )
    unseen = Text(
        f"台账写最近登录 {login}，但整个时间窗的访问日志里没有人的访问：可能是监控、巡检账号登录，请单位说明",
        f"the ledger says last login {login}, yet logs that cover the window show nobody: it may have been monitoring or an inspector; ask",
    )
    sentence = by_operator if facts.login_by_operator else daily if once_a_day(facts) else unseen
    return Finding(hit=None, doubtful=True, sentence=sentence, seen=tuple(seen))


def _rests(facts: SystemFacts) -> bool:
    """Whether its class says, or its name suggests, that it rests for seasons or until something happens."""
    return facts.system.system_class in RESTING or facts.name_hint in RESTING


def _kept_by_nobody(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Text | None:
    """What is known to be neglected, its updates and its contract ended long ago, where nothing but the operator is seen to enter it.

    Where logs of the whole window show nobody, or monitoring makes all the logins that the ledger counts, traffic that does not
    follow working days is no use; where only a remark says whose the last login was, the servers have to be silent.
    """
    cycle = int(later_limit(facts, rule, "months_of_a_yearly_cycle") or 0)
    if (
        not cycle
        or _rests(facts)
        or upkeep(facts, rule, as_of_on, cycle) is not None
        or stated(facts, rule, "unseen") is not None
    ):
        return None
    counted = any(facts.number(name) for name in EVERY_COUNT)
    if counted and not facts.login_by_operator and not once_a_day(facts):
        return None  # the ledger claims uses that nothing shows: its unit has to be asked
    if silent(facts, rule):
        return Text(
            "服务器除备份、扫描的短时间窗外没有流量，更新和运维早已中断",
            "its servers are silent but for the hours of backups and scans, and its updates and upkeep ended long ago",
        )
    measured = all(month.network_mbit_s is not None for month in facts.months)
    if measured and (once_a_day(facts) or nobody_seen(facts, rule)) and not on_working_days(facts, rule):
        return Text(
            "服务器的流量不随工作日起落，更新和运维早已中断",
            "the traffic of its servers does not follow working days, and its updates and upkeep ended long ago",
        )
    return None


def _office_without_people(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Text | None:
    """Office work of every day for a few people, of whom logs that cover the window show nobody, and no contract runs."""
    few = later_limit(facts, rule, "few_users")
    users, contract = facts.system.users, facts.system.contract_end_on
    gap = months_before(as_of_on, int(later_limit(facts, rule, "months_of_a_renewal_gap") or 0))
    if few is None or users is None or users >= few or (contract is not None and contract >= gap):
        return None
    if stated(facts, rule, "everyday") is None or not nobody_seen(facts, rule):
        return None
    return Text(
        f"日常办公功能，用户 {users} 人，访问日志覆盖整个时间窗而没有一个人，也没有有效的运维合同",
        f"office work of every day of {users} users, yet logs that cover the window show nobody, and no contract runs",
    )


def no_rest(facts: SystemFacts, rule: ZombieRule) -> Text | None:
    """Why no season and no drill explains that nobody logs in: an old copy, or office work of every day, on silent servers.

    Upkeep says nothing there: patches come to all machines, and the contract of an old copy is that of its successor.
    """
    if not silent(facts, rule):
        return None
    copy = stated(facts, rule, "copy") if facts.namesakes else None
    if copy is not None:
        return Text(
            "名称写明是旧的或复制的一份，本单位另有同名系统，服务器除备份、扫描的短时间窗外没有流量",
            "its name says that it is an old copy or a clone, its unit has the other one, and its servers are silent but for the hours of backups and scans",
        )
    if stated(facts, rule, "everyday") is not None:
        return Text(
            "日常办公功能，全年都该有人登录，服务器除备份、扫描的短时间窗外没有流量",
            "office work of every day, which no season explains, and its servers are silent but for the hours of backups and scans",
        )
    return None
