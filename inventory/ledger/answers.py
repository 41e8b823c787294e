"""Answers to many questions that came back in a file: each is checked before anything is decided.

An answer holds for the question as it was shown. It is refused where the question is none of those asked here, where the
file has changed since it was asked, where it is no answer to it, and where somebody has decided otherwise in the meantime.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from catalogs.words import Text
from inventory.collectors.secrets.credentials import mask
from inventory.ledger.questions import Asked, Question, label_of, label_of_field, question_id, values_of
from inventory.storage.decisions import Decision

Verdict = Literal[
    "new",  # it is decided
    "changed",  # it is decided, and replaces what was decided when the question was shown
    "same",  # decided already, nothing to do
    "conflict",  # somebody decided otherwise since the question was shown
    "stale",  # the file is another one than the one that was asked about
    "elsewhere",  # no file here asks it: another store, or a file that was not read
    "gone",  # the same file, and it asks this no longer
    "invalid",  # no answer to this question
    "doubled",  # answered twice, in two ways
]
TO_DECIDE: frozenset[Verdict] = frozenset({"new", "changed"})
REFUSED: frozenset[Verdict] = frozenset({"conflict", "stale", "elsewhere", "gone", "invalid", "doubled"})
LONGEST = 200  # characters of a free answer
_SIGNS = re.compile(r"[\x00-\x1f\x7f]")
_ALSO: Mapping[str, str] = {
    "是": "对", "正确": "对", "yes": "对", "y": "对", "true": "对", "否": "不对", "不是": "不对", "no": "不对", "n": "不对", "false": "不对",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer as it came: `where` says its place in the file, `seen` what was decided when the question was shown."""

    id: str
    answer: str
    file: str
    file_sha256: str
    seen: str | None
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An answer with what becomes of it, and why; `value` is what would be decided."""

    answer: Answer
    verdict: Verdict
    why: Text
    question: Question | None = None
    value: str | None = None
    before: Decision | None = None

    def as_json(self) -> dict[str, object]:
        """One item of `answers` of `decisions answer --json`."""
        asked = self.question
        return {
            "id": self.answer.id, "where": self.answer.where, "answer": mask(self.answer.answer[:LONGEST])[0], "verdict": self.verdict, "why": self.why.as_json(),
            "value": self.value, "key": asked.key if asked else None, "file": asked.file if asked else self.answer.file,
            "sheet": asked.sheet if asked else None, "cell": asked.cell if asked else None,
            "supersedes": self.before.id if self.before is not None and self.verdict == "changed" else None,
        }  # fmt: skip


def check_answers(
    given: Sequence[Answer], asked: Asked, decided: Mapping[str, Decision], *, allow_changed: bool = False
) -> list[Checked]:
    """What becomes of each answer, in the order of the file; empty ones are none.

    Args:
        given: as read from files.
        asked: what is asked now.
        decided: the answers in force, by key.
        allow_changed: take an answer also where the file has changed since, if it still asks the same.
    """
    every = [one for question in asked.questions for one in (question, *question.twins)]
    questions = {question.id: question for question in reversed(every)}
    # Whether two systems are one may be asked by both of their files: an answer goes to the one that was looked at.
    exact = {(question.id, question.file_sha256): question for question in every}
    by_id = {question_id(key): row for key, row in decided.items()}
    now = {file.sha256 for file in asked.files} | {question.file_sha256 for question in every}
    names = {file.file for file in asked.files}
    answered = [one for one in given if one.answer.strip()]
    said: dict[str, set[str]] = {}
    for one in answered:
        question = questions.get(one.id)
        said.setdefault(one.id, set()).add(_value(question, one.answer) or one.answer.strip() if question else one.answer.strip())  # fmt: skip
    done: list[Checked] = []
    met: set[str] = set()
    for one in answered:
        if len(said[one.id]) > 1:
            text = Text(f"同一问答了 {len(said[one.id])} 种", f"answered in {len(said[one.id])} ways")
            done.append(Checked(answer=one, verdict="doubled", why=text, question=questions.get(one.id)))
        elif one.id not in met:
            met.add(one.id)
            before = by_id.get(one.id)
            question = exact.get((one.id, one.file_sha256)) or questions.get(one.id)
            done.append(
                _known(one, question, before, is_now=one.file_sha256 in now and one.file_sha256 == question.file_sha256, allow_changed=allow_changed)
                if question is not None
                else _unknown(one, before, asked.labels, is_now=one.file_sha256 in now, is_here=one.file in names)
            )  # fmt: skip
    return done


def _known(one: Answer, question: Question, before: Decision | None, *, is_now: bool, allow_changed: bool) -> Checked:
    value = _value(question, one.answer)
    if value is None:
        return Checked(answer=one, verdict="invalid", why=_not_a_choice(one.answer, question), question=question)
    if before is not None and before.value == value:
        text = Text("已经这样决定了", "decided so already")
        return Checked(answer=one, verdict="same", why=text, question=question, value=value, before=before)
    if not is_now and not allow_changed:
        text = Text(
            f"{question.file} 在出题以后变过，看过的不是现在这份；请重做问题总表再答，或确认仍然成立（--allow-changed）",
            f"{question.file} has changed since it was asked about; make the overview again, or confirm that the answer still holds (--allow-changed)",
        )
        return Checked(answer=one, verdict="stale", why=text, question=question, value=value, before=before)
    if before is not None and one.seen != before.value:
        return Checked(answer=one, verdict="conflict", why=_decided(before), question=question, value=value, before=before)  # fmt: skip
    if before is not None:
        text = Text(f"改答：原来是「{before.value}」", f"was {before.value!r} before")
        return Checked(answer=one, verdict="changed", why=text, question=question, value=value, before=before)
    return Checked(answer=one, verdict="new", why=Text("", ""), question=question, value=value)


def _unknown(
    one: Answer, before: Decision | None, labels: Mapping[str, Text], *, is_now: bool, is_here: bool
) -> Checked:
    """Not asked now: settled, or about another file or store."""
    if before is not None:
        text = one.answer.strip()
        if text == before.value or str(before.value) in _values_meant(text, labels):
            return Checked(answer=one, verdict="same", why=Text("已经这样决定了", "decided so already"), value=str(before.value), before=before)  # fmt: skip
        return Checked(answer=one, verdict="conflict", why=_decided(before), before=before)
    if is_now:
        why = Text(f"{one.file} 现在不问这一问了", f"{one.file} no longer asks this")
        return Checked(answer=one, verdict="gone", why=why)
    if is_here:
        why = Text(f"{one.file} 在出题以后变过，已不问这一问；请重做问题总表", f"{one.file} has changed since and asks this no longer; make the overview again")  # fmt: skip
        return Checked(answer=one, verdict="stale", why=why)
    why = Text(
        f"这里没有 {one.file or '这份文件'} 的问题：是另一个存储的，或台账没有一并写在命令里",
        f"nothing here asks about {one.file or 'this file'}: it belongs to another store, or its ledger was not named in the command",
    )
    return Checked(answer=one, verdict="elsewhere", why=why)


def _decided(before: Decision) -> Text:
    on = f"{before.decided_at:%Y-%m-%d}"
    return Text(
        f"出题以后 {before.actor}（{before.role}）已于 {on} 决定为「{before.value}」；确要改的，用 decisions add answer … --supersedes {before.id}",
        f"{before.actor} ({before.role}) has decided {before.value!r} on {on}; to change it, use decisions add answer … --supersedes {before.id}",
    )


def _not_a_choice(answer: str, question: Question) -> Text:
    if question.is_free and not question.systems:
        return Text(
            f"答复不能用：要 1–{LONGEST} 个字，不含账号、密码、电话", f"not usable: 1-{LONGEST} characters, without accounts, passwords, telephones"
        )  # fmt: skip
    labels = [label_of(value, question) for value in question.choices]
    zh, en = "、".join(text.zh for text in labels), ", ".join(text.en for text in labels)
    more = Text("或任一字段", " or any field") if question.any_field else Text("", "")
    more = Text("或任一已登记的系统", " or any known system") if question.systems else more
    shown = mask(_SIGNS.sub(" ", answer))[0][:40]
    return Text(f"「{shown}」不是可选的答复（{zh}{more.zh}）", f"{shown!r} is no choice ({en}{more.en})")


def _value(question: Question, text: str) -> str | None:
    """The value that an answer means: a value itself, or what it is called in either language; `None` where it is no answer."""
    plain = text.strip()
    values = values_of(question)
    if plain in values:
        return plain
    low = plain.lower()
    called = {form.strip().lower(): value for value in reversed(values) for form in (*label_of(value, question), value)}
    also = _ALSO.get(low) if "对" in values else None
    meant = called.get(low, also if also in values else None)
    return plain if meant is None and question.is_free and not question.systems and _is_usable(plain) else meant


def _is_usable(plain: str) -> bool:
    """Whether a free answer may be kept: short, without accounts, passwords, telephones."""
    return 0 < len(plain) <= LONGEST and not _SIGNS.search(plain) and mask(plain)[0] == plain


def _values_meant(text: str, labels: Mapping[str, Text]) -> set[str]:
    """What a text may mean where its question is not at hand any more."""
    from inventory.ledger.questions import ANY_FIELD

    low = text.lower()
    found = {name for name in ANY_FIELD if low in {form.lower() for form in label_of_field(name)}}
    found |= {value for value, label in labels.items() if text in label}
    return found | ({_ALSO[low]} if low in _ALSO else set())


def to_decide(checked: Iterable[Checked], *, actor: str, role: str, reason: str, at: datetime) -> list[Decision]:
    """The decisions that the good answers make."""
    return [
        Decision(
            kind="answer", subject=one.question.key, value=one.value, actor=actor, role=role, reason=reason, decided_at=at,
            supersedes=one.before.id if one.before is not None else None,
        )
        for one in checked if one.verdict in TO_DECIDE and one.question is not None
    ]  # fmt: skip


def counts_of(checked: Iterable[Checked]) -> Counter[str]:
    """How many answers of each verdict."""
    return Counter(one.verdict for one in checked)
