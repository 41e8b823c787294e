"""Rules about what departments say and what they pay for: declared, replaced, detached, contract and updates."""

from __future__ import annotations

from datetime import date

from catalogs.models_rules import ZombieRule
from catalogs.words import Text
from inventory.telemetry.form import months_before
from inventory.zombies.care import own_update
from inventory.zombies.findings import Finding, Seen, later_limit, limit_of, not_known, percent
from inventory.zombies.system_facts import SystemFacts


def declared(facts: SystemFacts, _rule: ZombieRule, _as_of_on: date) -> Finding:
    """The department says itself that it is a zombie (是否为僵尸信息系统：是)."""
    flag = facts.system.zombie_declared
    if flag is None:
        return not_known("台账没有填写是否为僵尸系统", "the ledger does not say whether it is a zombie")
    seen = (Seen(name=Text("台账申报", "declared"), value="是" if flag else "否"),)
    if not flag:
        return Finding(
            hit=False, sentence=Text("单位申报为非僵尸系统", "the department declares it is none"), seen=seen
        )
    why = facts.text("zombie_reasons")
    return Finding(
        hit=True, sentence=Text(f"单位自行申报为僵尸系统{f'（{why}）' if why else ''}", f"declared a zombie by its department{f' ({why})' if why else ''}"), seen=seen,
    )  # fmt: skip


def contract_and_updates_ended(facts: SystemFacts, rule: ZombieRule, as_of_on: date) -> Finding:
    """The operation contract ended long ago and was not renewed, and no update was made for as long."""
    contract, update = facts.system.contract_end_on, own_update(facts, rule)
    patched = update is None and facts.system.last_update_on is not None
    contract_limit = months_before(as_of_on, int(limit_of(facts, rule, "months_since_contract_end")))
    update_limit = months_before(as_of_on, int(limit_of(facts, rule, "months_since_update")))
    seen = (
        Seen(
            name=Text("运维合同到期", "contract end"),
            value=contract.isoformat() if contract else None,
            limit=f"<= {contract_limit}",
        ),
        Seen(
            name=Text("最近更新", "last update"),
            value=update.isoformat() if update else None,
            limit=f"<= {update_limit}",
        ),
        *((Seen(name=Text("统一打补丁（不算本系统的更新）", "patch day of many systems (no update of its own)"), value=percent(facts.same_update_ratio)),) if patched else ()),
    )  # fmt: skip
    old = [None if day is None else day <= limit for day, limit in ((contract, contract_limit), (update, update_limit))]
    if False in old:
        return Finding(
            hit=False,
            sentence=Text("运维合同或版本更新未中断那么久", "contract or updates did not end that long ago"),
            seen=seen,
        )
    only_patched = later_limit(facts, rule, "months_patched_only") if patched else None
    if only_patched is not None and contract is not None and contract <= months_before(as_of_on, int(only_patched)):
        sentence = Text(
            f"运维合同 {contract} 到期后未续，台账里最近的更新是运维方统一打补丁，本系统没有更新的记录",
            f"contract ended {contract}; the update that the ledger names is the operator's patch day, none of its own is known",
        )
        return Finding(hit=True, sentence=sentence, seen=seen)
    if None in old:
        return Finding(
            hit=None,
            sentence=Text("不知道运维合同到期或最近更新时间", "the contract's end or the last update is not known"),
            seen=seen,
        )
    return Finding(
        hit=True,
        sentence=Text(
            f"运维合同 {contract} 到期后未续，最近更新 {update}", f"contract ended {contract}, last update {update}"
        ),
        seen=seen,
    )


def replaced(facts: SystemFacts, _rule: ZombieRule, _as_of_on: date) -> Finding:
    """Z2: another system does what it did."""
    other = facts.text("replaced_by")
    if other is None:
        return Finding(hit=False, sentence=Text("台账没有写替代系统", "the ledger names no replacement"))
    seen = (Seen(name=Text("替代系统", "replaced by"), value=other),)
    return Finding(
        hit=True, sentence=Text(f"功能已由“{other}”替代", f"its function is taken over by {other}"), seen=seen
    )


def detached(facts: SystemFacts, _rule: ZombieRule, _as_of_on: date) -> Finding:
    """Z1: detached from the real business: its department says so, or business records were measured and there are none."""
    why = facts.text("zombie_reasons") or ""
    if "脱节" in why:
        return Finding(
            hit=True,
            sentence=Text("单位说明与实际业务流程脱节", "its department calls it detached from the business"),
            seen=(Seen(name=Text("原因", "reason"), value=why),),
        )
    measured = [month.activity.get("records") for month in facts.months]
    if any(count is None for count in measured):
        return Finding(hit=False, sentence=Text("没有与业务脱节的说明", "nobody calls it detached from the business"))
    total = sum(count for count in measured if count is not None)
    seen = (Seen(name=Text("近 3 个月办件", "records in 3 months"), value=round(total, 1), unit="件", limit=0),)
    return Finding(
        hit=total == 0, sentence=Text(f"近 3 个月办件 {total:g} 件", f"{total:g} records in 3 months"), seen=seen
    )


def other_reason(facts: SystemFacts, _rule: ZombieRule, _as_of_on: date) -> Finding:
    """Z6: another reason that its department gives."""
    why = facts.text("zombie_reasons")
    if why is None:
        return Finding(hit=False, sentence=Text("没有说明其他原因", "no other reason is given"))
    return Finding(
        hit=True,
        sentence=Text(f"单位说明的原因：{why}", f"reason given: {why}"),
        seen=(Seen(name=Text("原因", "reason"), value=why),),
    )
