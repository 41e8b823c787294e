"""The words of a notice in one language, for every layout the same: the letter, the evidence (annex 1), the reply (annex 2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalogs.words import Language, Text
from report.letters import Evidence, Letter, day_zh

Say = Callable[[str, str], str]


def paragraphs(letter: Letter, lang: Language) -> dict[str, Any]:
    """All texts of a letter by what they are."""

    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    one = letter.systems[0] if len(letter.systems) == 1 else None
    count = len(letter.systems)
    return {
        "office": _of(letter.office, lang),
        "number": letter.number or say("（文号）", "(number)"),
        "title": say(
            f"关于核实疑似“僵尸”信息系统“{one.system}”的函" if one else f"关于核实{count}个疑似“僵尸”信息系统的函",
            f"Notice: suspected zombie system {one.system}" if one else f"Notice: {count} suspected zombie systems",
        ),
        "to": say(f"{letter.department.zh or '（未归属单位）'}：", f"To: {letter.department.en or '(no unit)'}"),
        "opening": _opening(letter, lang, say),
        "listed": [say("序号", "no."), say("信息系统", "system"), say("查到的主要情况", "what was found")],
        "systems": [
            [str(place), f"{system.system}\n{system.system_id}", _of(system.sentence, lang)]
            for place, system in enumerate(letter.systems, start=1)
        ],
        "asked": _asked(letter, say),
        "annexes": [say("疑似“僵尸”信息系统查证情况", "Evidence"), say("核实意见回执", "Form for the reply")],
        "annex": say("附件", "Annex "),
        "attached": say("附件：", "Annexes: "),
        "evidence": [_evidence(system, lang, say) for system in letter.systems],
        "headings": [say("情形", "ground"), say("查到的情况", "what was found"), say("数值与界限", "values and limits"), say("界限的依据", "source of the limits")],
        "reply": _reply(letter, say),
        "signed": [_of(letter.office, lang) + say("（章）", " (seal)"), say(day_zh(letter.issued_on), letter.issued_on.isoformat())],
        "note": say("（联系人：　　　　　联系电话：　　　　　　）", "(Contact:                    telephone:                    )"),
        "chart": say("每日平均 CPU 使用率（虚线为闲置规则的界限，灰色为没有采样）", "Mean CPU by day (dashed: the idle rule's limit; grey: not measured)"),
    }  # fmt: skip


def _of(text: Text, lang: Language) -> str:
    return text.zh if lang == "zh" else text.en


def _opening(letter: Letter, lang: Language, say: Say) -> list[str]:
    said = say("；", "; ").join(_of(one.sentence, lang) for one in letter.words)
    return [
        say(
            f"按照《政务信息系统整合共享实施方案》（国办发〔2017〕39号）清理“僵尸”信息系统的要求，经分析运行数据和台账，你单位下列{len(letter.systems)}个信息系统列为疑似“僵尸”信息系统，现请予核实。",
            f"After the State Council's plan of 2017 (国办发〔2017〕39号) zombie systems are to be cleaned up. From what was measured and what the ledgers say, {len(letter.systems)} of your systems are suspected; please examine them.",
        ),
        *([say("文件依据：", "The document says: ") + said + say("。", ".")] if said else []),
        say(
            "规则命中只是“疑似”，不是认定；认定由人作出。数值、界限及其来源见附件1。",
            "A rule that fires makes a suspect; only a person confirms. Values, limits and their sources stand in annex 1.",
        ),
    ]


def _asked(letter: Letter, say: Say) -> list[str]:
    until = say(day_zh(letter.answer_by), letter.answer_by.isoformat())
    days = (letter.answer_by - letter.issued_on).days
    moved = say("，末日为休息日的顺延", ", moved to a working day") if days > letter.objection_days else ""
    clean_up = (
        [say(f"按本市方案，僵尸系统应在{day_zh(letter.clean_up_by)}前完成清理。", f" Zombie systems are to be cleaned up by {letter.clean_up_by}.")]
        if letter.clean_up_by
        else []
    )  # fmt: skip
    return [
        say(f"请在{until}前（{letter.objection_days}天内{moved}）填写附件2书面答复，逐个系统选择其一并说明：", f"Please answer in writing by {until} ({letter.objection_days} days{moved}) with the form of annex 2, choosing one for each system:"),
        say("一、无异议，同意关停或整合，并写明数据备份要求；", "1. No objection: it may be shut down or merged; say what data must be kept."),
        say("二、有异议：写明仍在使用的业务、使用人数和频度，附最近的业务记录；", "2. Objection: say what it is still used for, by how many and how often, with recent records."),
        say("三、申请暂缓：写明原因和到期日；", "3. Hold: give the reason and its last day."),
        say("四、属备用、应急或季节性系统：写明类别和使用时段，并在台账中补注。", "4. It is a standby, emergency or seasonal system: say which and when it is used, and enter it in the ledger."),
        say("逾期未答复的，将按程序提请认定。", "Without an answer the case goes on to be decided.") + "".join(clean_up),
    ]  # fmt: skip


def _evidence(one: Evidence, lang: Language, say: Say) -> dict[str, Any]:
    signs = say("；", "; ").join(_of(text, lang) for text in one.signs)
    return {
        "heading": f"{one.system}（{one.system_id}）" if lang == "zh" else f"{one.system} ({one.system_id})",
        "facts": say(
            f"数据期间：{one.window.zh}；采样覆盖率 {one.coverage.zh}；{one.last_month.zh}。",
            f"Data of {one.window.en}; coverage {one.coverage.en}; {one.last_month.en}.",
        ),
        "rows": [[_of(g.rule, lang), _of(g.found, lang), "\n".join(_of(v, lang) for v in g.values), "\n".join(_of(s, lang) for s in g.sources)] for g in one.grounds],
        "signs": say("采样中有看起来不像真实业务的地方（不等于作假），请一并说明：", "Some samples look unlike real use (which is not guilt); please explain: ") + signs + say("。", ".") if signs else "",
    }  # fmt: skip


def _reply(letter: Letter, say: Say) -> dict[str, Any]:
    choices = say(
        "□无异议\n□有异议\n□暂缓至　　年　月　日\n□备用　□应急　□季节性", "□ no objection\n□ objection\n□ hold until\n□ standby □ emergency □ seasonal"
    )  # fmt: skip
    return {
        "headings": [say("序号", "no."), say("信息系统", "system"), say("核实意见", "answer"), say("理由、数据备份要求", "why; data to be kept")],
        "rows": [[str(place), f"{one.system}\n{one.system_id}", choices, ""] for place, one in enumerate(letter.systems, start=1)],
        "foot": [
            say("填报单位（章）：", "Unit (seal):"),
            say("填报人：　　　　　　联系电话：　　　　　　日期：　　　　", "Filled in by:                telephone:                date:"),
            _contacts(letter, say),
        ],
    }  # fmt: skip


def _contacts(letter: Letter, say: Say) -> str:
    known = list(dict.fromkeys(one.contact for one in letter.systems if one.contact))
    if not known:
        return say("台账没有登记联系人。", "The ledger has no contact.")
    return say(f"台账登记的联系人见联系人表，编号 {'、'.join(known)}。", f"Contacts: entries {', '.join(known)} of the ledgers' contact table.")  # fmt: skip
