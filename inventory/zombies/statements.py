"""What departments write of their systems in free words: that nobody uses one any more, or why one works unseen.

Which words say what is a catalogue's business (`statements`, catalogs/zombies). What a ledger says decides nothing alone:
the rules hold it against logins, measurements and calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal

from catalogs.models_rules import Statement, ZombieRule
from inventory.zombies.remark_words import lexicon_of
from inventory.zombies.remarks import said
from inventory.zombies.system_facts import SystemFacts

# 、 and spaces part words, these part clauses: 部分模块已停用，其余在用
_CLAUSES = re.compile(r"[，,。；;！!\n]")
_NOT_BEFORE = "(?<![未不没非])"  # 尚未停用, 不停用
_GAP = ".{0,12}?(?<![未不没非无])(?<!没有)"  # 接口无调用 is no 接口…调用, 项目尚未结束 no 项目…结束
# 门户登录已停, 接口服务早已关闭: a way of use that is gone is none
_NOT_GONE = (
    "(?!(?:早|均|都|也|现|全部){0,2}(?:已停|均停|(?:已经|已)?(?:全部)?(?:停用|停止|停运|停服|停办|关停|关闭|撤销)))"
)


# The end of a product's support, which says nothing of the system that runs on it: CentOS 7 已停止维护, 小型机已停产.
_END_OF_A_PRODUCT = re.compile(
    r"(?:centos|windows|win\s?(?:7|8|10|xp)|oracle|mysql|sql\s?server|db2|weblogic|websphere|tomcat|red\s?hat|ubuntu|suse|aix|solaris|jdk|java|flash|"
    r"操作系统|数据库|中间件|浏览器|软件|硬件|型号|产品|版本|原厂|厂商|厂家|官方|小型机|芯片|组件).{0,12}?"
    r"(?:停产|停售|停更|停服|停止(?:维护|支持|更新|服务支持|销售|供货|技术支持)|不再(?:支持|维护|更新|供货)|退市|eol)"
    r"|浏览器.{0,6}停用",
    re.IGNORECASE,
)
_A_CLAUSE = re.compile(r"[^，,。；;！!\n]+")

Kind = Literal["unused", "used", "unseen", "unattended", "everyday", "copy", "years", "held", "newer"]

# Kinds that are read by grammar where no list has the words, and the fields that are read.
_READ: Mapping[str, tuple[str, ...]] = {
    "unused": ("remark", "status", "disposal"), "used": ("remark",), "unseen": ("remark",), "years": ("remark",)
}  # fmt: skip


def stated(facts: SystemFacts, rule: ZombieRule, kind: Kind) -> str | None:
    """The clause in which a system's ledger says so, or `None`.

    Args:
        facts: of the system.
        rule: whose `statements` say which words mean it.
        kind: `unused`: no longer, or never, used, unless another clause says `used`: still of use; `unseen`: used, though
            nobody logs in; `unattended`: by its name of a kind that nobody attends; `everyday`: by its name office work of every day; `copy`: by its name the old one, or a clone;
            `years`: work of every few years; `held`: sealed or kept by order of others; `newer`: by its name the new version.
    """
    if kind == "unused" and stated(facts, rule, "used") is not None:
        return None  # 职能已划转，历史数据仍供其他单位查询
    asked = False
    for statement in rule.statements:
        if statement.kind != kind:
            continue
        asked = True
        text = text_of(facts, statement.field)
        found = clause_of(statement, without_products(text) if kind == "unused" else text) if text else None
        if found is not None:
            return found
    return _by_grammar(facts, rule, kind) if asked and kind in _READ else None


def _by_grammar(facts: SystemFacts, rule: ZombieRule, kind: Kind) -> str | None:
    """The clause that says so in words that no list has (inventory/zombies/remarks.py)."""
    for name in _READ[kind]:
        text = facts.text(name)
        if text:
            for one in said(without_products(text), lexicon_of(rule.remarks), facts.window.end_on.year):
                if one.kind == kind:
                    return one.clause
    return None


@lru_cache(maxsize=65_536)
def without_products(text: str) -> str:
    """A text without the clauses that tell of the end of a product's support."""
    return _A_CLAUSE.sub(lambda clause: "" if _END_OF_A_PRODUCT.search(clause[0]) else clause[0], text)


def text_of(facts: SystemFacts, field: str) -> str | None:
    """A field of the ledger; a system's name without its unit's: 市应急管理局固定资产管理系统 is no emergency system."""
    text = facts.text(field)
    return text.replace(facts.system.department or "\0", "") if text and field == "sys_name" else text


def clause_of(statement: Statement, text: str) -> str | None:
    """The first clause of a text that makes a statement, or `None`."""
    pattern = _pattern(statement.words, statement.kind)
    return next(
        (clause.strip() for clause in _CLAUSES.split(text) if pattern.search(clause) and not _any(statement.unless, clause)),
        None,
    )  # fmt: skip


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...], kind: Kind) -> re.Pattern[str]:
    after = _NOT_GONE if kind == "unseen" else ""
    return re.compile("|".join(_NOT_BEFORE + re.escape(word).replace("…", _GAP) + after for word in words) or "(?!)")


def _any(words: Iterable[str], clause: str) -> bool:
    return any(word in clause for word in words)
