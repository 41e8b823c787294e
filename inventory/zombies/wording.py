"""What a city's document itself says of zombie systems, word for word, beside the rules that look for them.

The words bind; the numbers beside them mostly do not (most documents name none). So whoever reads a verdict sees the
words, where they stand, whether the text is a draft, and how sure we are of the quotation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalogs.words import Text

if TYPE_CHECKING:
    from catalogs.models_policy import Policy
    from catalogs.models_rules import ZombieRule

SURE = {
    "V": Text("已与原文核对", "checked against the text"),
    "P": Text("文件属实，原文未核对", "the document is real, its words were not checked"),
    "U": Text("未核对", "not checked"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Words of a document: of zombies at large (`rule` is `None`) or of what one rule looks for."""

    rule: str | None
    words: str
    document: str
    place: str
    clause: str
    draft: bool
    confidence: str

    @property
    def source(self) -> Text:
        """Document, place, draft or not, and how sure the quotation is."""
        sure = SURE[self.confidence]
        zh = f"{self.document} {self.place}{'；征求意见稿，不是正式规定' if self.draft else ''}；{self.confidence} {sure.zh}"
        en = f"{self.document} {self.place}{'; a draft for comment, no rule in force' if self.draft else ''}; {self.confidence} {sure.en}"
        return Text(zh, en)

    @property
    def sentence(self) -> Text:
        """The words with their source."""
        return Text(f"“{self.words}”〔{self.source.zh}〕", f'"{self.words}" [{self.source.en}]')

    def as_json(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "rule": self.rule, "words": self.words, "document": self.document, "place": self.place, "clause": self.clause,
            "draft": self.draft, "confidence": self.confidence,
        }  # fmt: skip


def wordings(policy: Policy | None) -> tuple[Wording, ...]:
    """The words of a profile's document: first of zombies at large, then of single rules; none where it has none."""
    return () if policy is None else tuple(_wordings(policy))


def _wordings(policy: Policy) -> Iterator[Wording]:
    section = policy.zombies
    for rule, words, source in (
        (None, section.wording, section.source_of("wording")),
        *((use.rule, use.wording, use.source_of("wording")) for use in section.rules),
    ):
        if words is None:
            continue
        clause = next((one for one in policy.clauses if one.id == source), None)
        about = policy.document
        document = f"《{about.title}》{f'（{about.number}）' if about.number else ''}"
        place, sure = (clause.place, clause.confidence) if clause else (source, "U")
        yield Wording(
            rule=rule, words=words, document=document, place=place, clause=source, draft=about.status == "draft", confidence=sure
        )  # fmt: skip


def unnamed(policy: Policy, rules: Iterable[ZombieRule]) -> tuple[str, ...]:
    """The criteria Z1–Z5 in force that the document does not name in words of its own."""
    named = {one.rule for one in wordings(policy)}
    return tuple(
        sorted(
            rule.criterion
            for rule in rules
            if rule.criterion[0] == "Z" and rule.criterion != "Z6" and rule.id not in named
        )
    )
