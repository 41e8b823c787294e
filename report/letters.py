"""The notice to a department whose system is suspected: what was found, on what ground, and until when to answer.

The letter holds the evidence of one verdict: rules that fired, values, limits and where those come from. It names no
person; whom it goes to is said by the reference that the ledger's contact table keeps. Text from ledgers is only text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogs.errors import ReportError
from catalogs.words import Language, Text
from inventory.merging.departments import addressed

if TYPE_CHECKING:
    from inventory.model import System
    from inventory.zombies.verdict import RuleResult, Verdict
    from inventory.zombies.wording import Wording

CONFIDENCE = {
    "V": Text("已与原文核对", "checked against the text"),
    "P": Text("文件属实，条款未核对", "document real, clause not checked"),
    "U": Text("通行做法", "practice"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One rule that fired: what was found, the values with their limits, and where the limits come from."""

    rule: Text
    found: Text
    values: tuple[Text, ...]
    sources: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All that a notice says, before any layout. `number` is the office's own, left open where it is not known."""

    number: str | None
    city: str
    department: Text
    system: str
    system_id: str
    contact: str | None
    window: Text
    coverage: Text
    last_month: Text
    grounds: tuple[Ground, ...]
    daily: tuple[float | None, ...]
    daily_from: date
    line: float | None
    issued_on: date
    answer_by: date
    objection_days: int
    clean_up_by: date | None
    words: tuple[Wording, ...] = ()
    signs: tuple[Text, ...] = ()


def letter_of(
    verdict: Verdict, system: System, *, city: str, issued_on: date, objection_days: int, clean_up_by: date | None, number: str | None, daily: Sequence[float | None], line: float | None,
    words: Sequence[Wording] = (), signs: Sequence[Text] = (),
) -> Letter:  # fmt: skip
    """The notice on one suspected system.

    Args:
        verdict: what the rules found.
        system: whom it concerns.
        city: the office's city, for the head.
        issued_on: the day of the letter; the answer is due `objection_days` later.
        objection_days: of the policy profile.
        clean_up_by: the profile's clean-up deadline, if any.
        number: the letter's number.
        daily: mean CPU of each day of the window, `None` where nothing was measured.
        line: the idle rule's limit for a month's mean CPU.
        signs: what looks unlike real use in the samples; the letter asks about it and accuses nobody.
        words: what the city's document says of zombies and of the rules that fired.

    Raises:
        ReportError: the system is not suspected, so there is nothing to give notice of.
    """
    if verdict.state != "zombie":
        raise ReportError(
            f"{system.name} 的结论是“{verdict.sentence.zh}”，不是疑似僵尸，不出通知",
            f"{system.name} is no suspected zombie ({verdict.sentence.en}): no notice",
        )
    from inventory.zombies.findings import percent

    contact = system.fields.get("contact")
    window = verdict.window
    last_day = window.end_on - timedelta(days=1)
    before = {
        "zombie": Text("疑似", "suspected"),
        "in_use": Text("在用", "in use"),
        "unknown": Text("未判定", "unknown"),
    }
    last = verdict.last_month
    return Letter(
        number=number, city=city, department=addressed(system), system=system.name, system_id=system.id,
        contact=str(contact) if isinstance(contact, str) and contact.startswith("contact-") else None,
        window=Text(f"{day_zh(window.start_on)}至{day_zh(last_day)}", f"{window.start_on} to {last_day}"),
        coverage=Text(percent(verdict.coverage), percent(verdict.coverage)),
        last_month=Text("上月没有数据", "nothing was known a month ago") if last is None else before[last.state],
        grounds=tuple(_ground(result) for result in verdict.hits), daily=tuple(daily), daily_from=window.start_on, line=line,
        issued_on=issued_on, answer_by=issued_on + timedelta(days=objection_days), objection_days=objection_days, clean_up_by=clean_up_by,
        words=tuple(one for one in words if one.rule is None or one.rule in {hit.rule for hit in verdict.hits}),
        signs=tuple(signs),
    )  # fmt: skip


def _ground(result: RuleResult) -> Ground:
    values = tuple(
        Text(*(f"{name}：{'?' if seen.value is None else _amount(seen.value)}{seen.unit}{'' if seen.limit is None else f'（界限 {_signs(_amount(seen.limit))}）'}" for name in (seen.name.zh, seen.name.en)))
        for seen in result.seen
    )  # fmt: skip
    sources = {(limit["source"], limit["confidence"]) for limit in result.limits}
    return Ground(
        rule=Text(f"{result.criterion} {result.name.zh}", f"{result.criterion} {result.name.en}"), found=result.sentence, values=values,
        sources=tuple(_source(source, mark) for source, mark in sorted(sources)),
    )  # fmt: skip


def _signs(limit: str) -> str:
    """The signs of comparison as people write them."""
    return limit.replace("<=", "≤").replace(">=", "≥").replace("<", "＜").replace(">", "＞")


def _amount(value: object) -> str:
    from inventory.zombies.findings import amount

    return amount(value if isinstance(value, int | float) else str(value))


def _source(document: str, mark: str) -> Text:
    label = CONFIDENCE[mark]
    if document == label.zh:
        return Text(document, label.en)
    return Text(f"{document}（{label.zh}）", f"{document} ({label.en})")


def day_zh(day: date) -> str:
    """A day as official letters write it (GB/T 9704—2012, 7.3.5.4: Arabic figures, no leading zeros)."""
    return f"{day.year}年{day.month}月{day.day}日"


def paragraphs(letter: Letter, lang: Language) -> dict[str, Any]:
    """The letter's sentences in one language, for every layout the same."""

    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    def of(text: Text) -> str:
        return text.zh if lang == "zh" else text.en

    until, issued = (say(day_zh(day), day.isoformat()) for day in (letter.answer_by, letter.issued_on))
    clean_up = (
        [say(f"按本市方案，僵尸系统应在{day_zh(letter.clean_up_by)}前完成清理。", f"Zombie systems are to be cleaned up by {letter.clean_up_by}.")]
        if letter.clean_up_by
        else []
    )  # fmt: skip
    return {
        "title": say(f"关于核实疑似“僵尸”信息系统“{letter.system}”的函", f"Notice: suspected zombie system {letter.system}"),
        "number": letter.number or say("（文号）", "(number)"),
        "to": say(f"{of(letter.department) or '（未归属单位）'}：", f"To: {of(letter.department) or '(no unit)'}"),
        "opening": [
            say(
                f"经对{of(letter.window)}的数据分析（采样覆盖率 {of(letter.coverage)}），你单位“{letter.system}”（编号 {letter.system_id}）符合下列情形，列为疑似“僵尸”信息系统。上月结论：{of(letter.last_month)}。",
                f"From data of {of(letter.window)} (coverage {of(letter.coverage)}), your system {letter.system} ({letter.system_id}) is a suspected zombie on the grounds below. A month ago: {of(letter.last_month)}.",
            ),
            *([say("文件依据：", "The document says: ") + say("；", "; ").join(of(one.sentence) for one in letter.words)] if letter.words else []),
            say("规则命中只是“疑似”，不是认定；认定由人作出。", "A rule that fires makes a suspect; only a person confirms."),
        ],
        "headings": [say("情形", "ground"), say("查到的情况", "what was found"), say("数值与界限", "values and limits"), say("界限的依据", "source of the limits")],
        "rows": [[of(g.rule), of(g.found), "\n".join(map(of, g.values)), "\n".join(map(of, g.sources))] for g in letter.grounds],
        "signs": [
            say("采样中有看起来不像真实业务的地方（不等于作假），请一并说明：", "Some samples look unlike real use (which is not guilt); please explain: ") + say("；", "; ").join(map(of, letter.signs))
        ] if letter.signs else [],
        "asked": [
            say(f"请在{until}前（{letter.objection_days} 天内）书面答复，选择其一并说明：", f"Please answer in writing by {until} ({letter.objection_days} days), choosing one:"),
            say("一、无异议，同意关停或整合，并写明数据备份要求；", "1. No objection: it may be shut down or merged; say what data must be kept."),
            say("二、有异议：写明仍在使用的业务、使用人数和频度，附最近的业务记录；", "2. Objection: say what it is still used for, by how many and how often, with recent records."),
            say("三、申请暂缓：写明原因和到期日；", "3. Hold: give the reason and its last day."),
            say("四、属备用、应急或季节性系统：写明类别和使用时段，并在台账中补注。", "4. It is a standby, emergency or seasonal system: say which and when it is used, and enter it in the ledger."),
            say("逾期未答复的，将按程序提请认定。", "Without an answer the case goes on to be decided."),
            *clean_up,
        ],
        "contact": say(
            f"联系人：见台账联系人表，编号 {letter.contact}" if letter.contact else "联系人：台账没有登记",
            f"Contact: entry {letter.contact} of the ledgers' contact table" if letter.contact else "Contact: none in the ledger",
        ),
        "signed": [say(f"{letter.city}政务数据主管部门（章）", f"{letter.city}, office for government data (seal)"), issued],
        "chart": say("每日平均 CPU 使用率（虚线为闲置规则的界限，灰色为没有采样）", "Mean CPU by day (dashed: the idle rule's limit; grey: not measured)"),
    }  # fmt: skip


def to_html(letter: Letter, lang: Language) -> str:
    """The notice as one page that needs no network."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    from report.use_svg import use_svg

    environment = Environment(
        loader=PackageLoader("report", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip
    chart = use_svg(letter.daily, letter.daily_from, line=letter.line, lang=lang)
    html: str = environment.get_template("letter.html.j2").render(
        said=paragraphs(letter, lang),
        lang=lang,
        chart=Markup(chart),  # noqa: S704 - numbers and our own words only
    )
    return html


def write_letter(letter: Letter, folder: Path, lang: Language) -> tuple[Path, Path]:
    """Write both forms; returns where.

    Raises:
        ReportError: the folder cannot be written to.
    """
    from report.letters_docx import to_docx

    docx, html = (folder / f"notice-{letter.system_id}.{ending}" for ending in ("docx", "html"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        docx.write_bytes(to_docx(letter, lang))
        html.write_text(to_html(letter, lang), encoding="utf-8", newline="\n")
    except OSError as error:
        raise ReportError(f"{folder}：写不了通知：{error}", f"{folder}: cannot write the notice: {error}") from error
    return docx, html
