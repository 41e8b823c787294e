"""The words by which remarks are read: each in the one role that it plays in a clause (remarks/*.yaml)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from catalogs.models import About, CatalogFile, Mistake, Name, Sourced
from catalogs.words import Text

Role = Literal[
    # nouns: what is spoken of
    "head", "self", "own", "old", "other", "wide", "infra", "channel", "business", "campaign", "project", "trial", "trialrun",
    "making", "contract", "unit", "firm", "device", "machine", "account", "users", "data", "content", "part", "partial", "attribute", "outside",
    "period", "offtime",
    # predicates: what is said of it
    "end", "finish", "stop", "shut", "remove", "abolish", "merge", "move", "replace", "takeover", "change", "idle", "start",
    "use", "usenoun", "zero", "stale", "last", "restore", "keep", "archive", "dispose", "inuse", "running", "built", "unaccepted", "buy", "season",
    # negation, time, mood
    "nobody", "none", "nomore", "never", "not", "notyet", "forgot", "done", "all", "adverb", "ba", "by", "via", "after", "cause",
    "plan", "should", "cond", "temp", "once", "still", "only",
    # used, though nobody logs in, or not every day
    "nologin", "screen", "auto", "work", "call", "sso", "others", "seasonal", "again", "years", "standby", "emergency",
    "service", "consult", "rely", "fill",
]  # fmt: skip


class RoleWords(Sourced):
    """Words that play the same role in a clause of a remark."""

    role: Annotated[
        Role,
        About(
            "在分句里的角色：名词（说的是什么）、谓语（怎么了）、否定和时态语气、不登录也在用的用法、不是天天用的用法",
            "role in a clause: nouns, predicates, negation and mood, ways of use without logins, rhythms of use",
        ),
    ]
    words: Annotated[tuple[Name, ...], About("词（简体、小写）", "words, simplified script, small letters")]
    about: Annotated[Name, About("为什么这样读", "why they are read so")]


class Remarks(CatalogFile):
    """Words by which remarks are read by grammar (remarks/*.yaml); files are laid together, a later one's role of a word holds."""

    words: Annotated[tuple[RoleWords, ...], About("词，按角色", "words by role")] = ()

    def mistakes(self) -> Iterator[Mistake]:
        """A word of two roles."""
        yield from super().mistakes()
        seen: dict[str, str] = {}
        for place, row in enumerate(self.words):
            for index, word in enumerate(row.words):
                other = seen.setdefault(word, row.role)
                if other != row.role:
                    text = Text(f"“{word}”已有角色 {other}", f"{word!r} has the role {other} already")
                    yield Mistake(("words", place, "words", index), text)


@dataclass(frozen=True, slots=True, eq=False)
class RemarkFiles:
    """All files in force, the later over the earlier; told apart by identity, so that what is made of them is made once."""

    files: tuple[Remarks, ...] = ()


NO_REMARKS = RemarkFiles()
