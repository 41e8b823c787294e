"""A remark as clauses of tokens: each word of the catalogue in its role, dates, names, and what is not known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from catalogs.models_remarks import RemarkFiles, Remarks
from inventory.names import simplified

LONGEST = 400  # characters; longer texts are documents, of which only the beginning is read
UNKNOWN, TIME, NAME = "unknown", "time", "name"

_SENTENCES = re.compile(r"[。；;！!？?\n\r]")
_CLAUSES = re.compile(r"[，,：:（）()\[\]【】]|——|…+")
_SPACES = re.compile(r"(?<=[^\x00-\x7f])[\s\u3000]+(?=[^\x00-\x7f])")
_NUMBER = "[0-9一二两三四五六七八九十百几数半多]"
_YEAR = r"(?:(?:19|20)[0-9]{2}|[0-9]{2})年(?:度)?(?:[0-9]{1,2}月份?)?(?:[0-9]{1,2}[日号])?|(?:19|20)[0-9]{2}(?:[./-][0-9]{1,2}){0,2}(?![0-9])|[0-9]{1,2}月份?(?:[0-9]{1,2}[日号])?"
_YEAR += r"|[〇○零一二三四五六七八九]{4}年(?:[一二三四五六七八九十]{1,3}月)?(?:[一二三四五六七八九十]{1,3}[日号])?"
_DEADLINE = re.compile(rf"(?:{_YEAR})(?:年?[底末中]|上半年|下半年)?(?:前|之前|以前|内)(?!后)")
_DATE = re.compile(
    rf"(?:{_YEAR})(?:[底初末中春夏秋冬]|上半年|下半年|年底|年初)?(?:之?后|起|以来|以后|开始)?"
    rf"|(?:近|约|有|满|已有|过去|好)?{_NUMBER}+(?:个)?(?:多)?(?:年|个月|季度|天|周|月)(?:多|余|半|来|以来|以上|之久|有余|前)*"
)
_TRADITIONAL_IN_GB2312 = str.maketrans("後於徵", "后于征")  # which `simplified` takes for simplified ones
_EXCEPT = re.compile(r"除了?.{1,15}?(?:以外|之外|外)")
_COUNTED = re.compile(r"[二两三四五六七八九十几0-9]+(?:个|家|所|位|名)(?!月|小时|工作日|以上)")  # some of all
_FUTURE = re.compile(r"(?:19|20)[0-9]{2}")
_LATIN = re.compile(r"[a-z0-9][a-z0-9_.+/-]*")
_QUOTED = re.compile(r"[“\"「『《‘'][^”\"」』》’']{1,30}[”\"」』》’']")
_MARKS = re.compile(r"[\s\u3000“”\"「」『』《》‘’'.·、*#/-]")
_LIST_NUMBER = re.compile(r"^\s*[0-9]{1,2}\s*[.、)）]\s*(?![0-9])")


@dataclass(frozen=True, slots=True)
class Token:
    """A word and its role; `unknown` is what no list has."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as it was written, its tokens, and the number of its sentence."""

    text: str
    tokens: tuple[Token, ...]
    sentence: int


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity: results are kept by it
class Lexicon:
    """The words of all files by their first character, the longest first."""

    by_first: Mapping[str, tuple[tuple[str, str], ...]]

    def tokens(self, text: str) -> tuple[Token, ...]:
        """The words of a clause from left to right, the longest of each place; unknown characters in one token.

        Args:
            text: as `normal` gives it.
        """
        found: list[Token] = []
        unknown, at = "", 0
        while at < len(text):
            token, end = self._at(text, at)
            if token is None:
                if not _MARKS.match(text[at]):
                    unknown += text[at]
                at += 1
                continue
            if unknown:
                found.append(Token(UNKNOWN, unknown))
                unknown = ""
            found.append(token)
            at = end
        if unknown:
            found.append(Token(UNKNOWN, unknown))
        return tuple(found)

    def _at(self, text: str, at: int) -> tuple[Token | None, int]:  # noqa: PLR0911 - one for each case of the grammar
        word = next((one for one in self.by_first.get(text[at], ()) if text.startswith(one[0], at)), None)
        if found := _EXCEPT.match(text, at):
            return Token("partial", found[0]), found.end()
        if found := _COUNTED.match(text, at):
            return Token("partial", found[0]), found.end()
        if found := _DEADLINE.match(text, at):
            return Token("plan", found[0]), found.end()
        found = _DATE.match(text, at)
        if found and (word is None or found.end() - at >= len(word[0])):
            return Token(TIME, found[0]), found.end()
        if word is not None:
            whole = _LATIN.match(text, at)
            if whole is None or whole.end() <= at + len(word[0]):
                return Token(word[1], word[0]), at + len(word[0])
        for pattern in (_QUOTED, _LATIN):
            if found := pattern.match(text, at):
                return Token(NAME, found[0]), found.end()
        return None, at


def lexicon(files: Iterable[Remarks]) -> Lexicon:
    """The words of all files; where several give a word a role, the last one's holds."""
    roles = {word: row.role for file in files for row in file.words for word in row.words}
    by_first: dict[str, list[tuple[str, str]]] = {}
    for word in sorted(roles, key=lambda word: (-len(word), word)):
        by_first.setdefault(word[0], []).append((word, roles[word]))
    return Lexicon({first: tuple(words) for first, words in by_first.items()})


@lru_cache(maxsize=8)
def lexicon_of(files: RemarkFiles) -> Lexicon:
    """The words of the catalogue in force."""
    return lexicon(files.files)


def clauses(text: str, words: Lexicon) -> Iterator[Clause]:
    """The clauses of a remark that say anything."""
    for number, sentence in enumerate(_SENTENCES.split(_SPACES.sub("，", text[:LONGEST].strip()))):
        for part in _CLAUSES.split(_LIST_NUMBER.sub("", sentence)):
            tokens = words.tokens(normal(part))
            if tokens:
                yield Clause(part.strip(), tokens, number)


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """Full width, traditional script and capitals as the lists write words."""
    plain = simplified(unicodedata.normalize("NFKC", text)).casefold().strip()
    return plain.translate(_TRADITIONAL_IN_GB2312)


def latest_year(tokens: Iterable[Token]) -> int:
    """The latest year that a clause names, 0 where it names none."""
    return max((int(year) for token in tokens if token.role in {TIME, "plan"} for year in _FUTURE.findall(token.text)), default=0)  # fmt: skip
