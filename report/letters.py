"""The notice to a department whose systems are suspected: what was found, on what ground, and until when to answer.

One letter to a department, with the evidence of each system as an annex and a form for the reply. The evidence is that of
one verdict: rules that fired, values, limits and where those come from. It names no person; whom it goes to is said by
the reference that the ledger's contact table keeps. Text from ledgers is only text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from catalogs.errors import ReportError
from catalogs.words import Language, Text
from inventory.merging.departments import addressed
from inventory.zombies.case_due import last_day
from report.masked import masked

if TYPE_CHECKING:
    from inventory.model import System
    from inventory.zombies.verdict import RuleResult, Verdict
    from inventory.zombies.wording import Wording

_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
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
class Evidence:
    """What the annex says of one system. `signs` are what looks unlike real use; the letter asks and accuses nobody."""

    system: str
    system_id: str
    department: Text
    contact: str | None
    sentence: Text
    window: Text
    coverage: Text
    last_month: Text
    grounds: tuple[Ground, ...]
    daily: tuple[float | None, ...]
    daily_from: date
    line: float | None
    signs: tuple[Text, ...] = ()
    words: tuple[Wording, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All that a notice says, before any layout. `number` is the office's own, left open where it is not known."""

    number: str | None
    office: Text
    systems: tuple[Evidence, ...]
    issued_on: date
    answer_by: date
    objection_days: int
    clean_up_by: date | None

    @property
    def department(self) -> Text:
        """To whom it goes."""
        return self.systems[0].department

    @property
    def words(self) -> tuple[Wording, ...]:
        """What the city's document says of the rules that fired, each once."""
        return tuple(dict.fromkeys(one for system in self.systems for one in system.words))


def evidence_of(
    verdict: Verdict, system: System, *, daily: Sequence[float | None], line: float | None, opened: bool = False, ground: str | None = None,
    words: Sequence[Wording] = (), signs: Sequence[Text] = (),
) -> Evidence:  # fmt: skip
    """What there is to say of one system.

    Args:
        verdict: what the rules found.
        system: whom it concerns.
        daily: mean CPU of each day of the window, `None` where nothing was measured.
        line: the idle rule's limit for a month's mean CPU.
        opened: whether there is a case: then no rule need have fired. Why it was opened stays inside the office.
        ground: what the letter says where no rule fired.
        signs: what looks unlike real use in the samples.
        words: what the city's document says of zombies and of the rules that fired.

    Raises:
        ReportError: the system is not suspected and there is no case, or nobody has ruled that it may be named.
    """
    if verdict.state != "zombie" and not opened:
        raise ReportError(
            f"{system.name} 的结论是“{verdict.sentence.zh}”，不是疑似僵尸，不出通知",
            f"{system.name} is no suspected zombie ({verdict.sentence.en}): no notice",
        )
    if system.secrecy != "unclassified":
        raise ReportError(
            f"{system.name} 的密级没有确定，不出通知", f"whether {system.name} is classified is not known: no notice",
            hint=Text("先由保密部门认定：govcloud decisions add secrecy 编号 非涉密", "have it ruled first: govcloud decisions add secrecy ID 非涉密"),
        )  # fmt: skip
    from inventory.zombies.findings import percent

    contact, window = system.fields.get("contact"), verdict.window
    last_day_on = window.end_on - timedelta(days=1)
    hit = verdict.hits
    by_hand = Text("经主管部门立案，请予核实", "a case was opened; please examine it")
    if ground:
        by_hand = Text(str(masked(ground)), str(masked(ground)))
    grounds = tuple(_ground(result) for result in hit) or (
        Ground(rule=Text("立案核实", "case opened"), found=by_hand, values=(), sources=()),
    )
    return Evidence(
        system=system.name, system_id=system.id, department=addressed(system),
        contact=contact if isinstance(contact, str) and contact.startswith("contact-") else None,
        sentence=verdict.sentence if hit else by_hand,
        window=Text(f"{day_zh(window.start_on)}至{day_zh(last_day_on)}", f"{window.start_on} to {last_day_on}"),
        coverage=Text(percent(verdict.coverage), percent(verdict.coverage)), last_month=_last_month(verdict), grounds=grounds,
        daily=tuple(daily), daily_from=window.start_on, line=line, signs=tuple(signs),
        words=tuple(one for one in words if one.rule is None or one.rule in {result.rule for result in hit}),
    )  # fmt: skip


def letter_of(
    systems: Sequence[Evidence], *, city: str, issued_on: date, objection_days: int, clean_up_by: date | None, number: str | None = None,
    office: str | None = None, answer_by: date | None = None,
) -> Letter:  # fmt: skip
    """The notice to one department.

    Args:
        systems: at least one, all of the same department.
        city: the office's city, for the head where `office` is not given.
        issued_on: the day of the letter; the answer is due `objection_days` later, on a working day.
        objection_days: of the policy profile.
        clean_up_by: the profile's clean-up deadline, if any.
        number: the letter's number.
        office: who writes.
        answer_by: another day for the answer.
    """
    return Letter(
        number=number, systems=tuple(systems), issued_on=issued_on, objection_days=objection_days, clean_up_by=clean_up_by,
        office=Text(office, office) if office else Text(f"{city}政务数据主管部门", f"{city}, office for government data"),
        answer_by=answer_by or last_day(issued_on, objection_days),
    )  # fmt: skip


def _last_month(verdict: Verdict) -> Text:
    states = {
        "zombie": Text("上月结论：疑似", "a month ago: suspected"),
        "in_use": Text("上月结论：在用", "a month ago: in use"),
        "unknown": Text("上月结论：未判定", "a month ago: no verdict"),
    }
    last = verdict.last_month
    return Text("上月没有数据", "nothing was known a month ago") if last is None else states[last.state]


def _ground(result: RuleResult) -> Ground:
    values = []
    for seen in result.seen:
        value = "?" if seen.value is None else _amount(seen.value)
        limit = None if seen.limit is None else _signs(_amount(seen.limit))
        values.append(
            Text(
                f"{seen.name.zh}：{value}{seen.unit}{'' if limit is None else f'（界限 {limit}）'}",
                f"{seen.name.en}: {value}{seen.unit}{'' if limit is None else f' (limit {limit})'}",
            )
        )
    sources = {(limit["source"], limit["confidence"]) for limit in result.limits}
    return Ground(
        rule=Text(f"{result.criterion} {result.name.zh}", f"{result.criterion} {result.name.en}"), found=result.sentence, values=tuple(values),
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


def to_html(letter: Letter, lang: Language) -> str:
    """The notice as one page that needs no network."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    from report.letter_words import paragraphs
    from report.use_svg import use_svg

    environment = Environment(
        loader=PackageLoader("report", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip
    environment.filters["whole_days"] = _whole_days
    charts = [
        "" if all(day is None for day in one.daily) else Markup(use_svg(one.daily, one.daily_from, line=one.line, lang=lang))  # noqa: S704 - numbers and our own words only
        for one in letter.systems
    ]  # fmt: skip
    html: str = environment.get_template("letter.html.j2").render(
        said=paragraphs(letter, lang), lang=lang, charts=charts
    )
    return html


def _whole_days(text: str) -> str:
    """Escaped text in which no line breaks within a day."""
    from markupsafe import Markup, escape

    return Markup(_DAY.sub(r'<span class="day">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped above


def write_letter(letter: Letter, folder: Path, lang: Language, name: str) -> tuple[Path, Path]:
    """Write both forms; returns where.

    Raises:
        ReportError: the folder cannot be written to.
    """
    from report.letters_docx import to_docx

    docx, html = (folder / f"notice-{name}.{ending}" for ending in ("docx", "html"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        docx.write_bytes(to_docx(letter, lang))
        html.write_text(to_html(letter, lang), encoding="utf-8", newline="\n")
    except OSError as error:
        raise ReportError(f"{folder}：写不了通知：{error}", f"{folder}: cannot write the notice: {error}") from error
    return docx, html
