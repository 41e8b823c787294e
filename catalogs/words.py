"""Two languages, side by side: every text a person may read is written once in Chinese and once in English.

Chinese is the default; the command line sets the language once per process, before any command is imported.
"""

from __future__ import annotations

import os
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

_current: list[Language] = ["zh"]


class Text(NamedTuple):
    """One text in both languages; `str()` gives it in the language of this process."""

    zh: str
    en: str

    def __str__(self) -> str:
        """The text in the current language."""
        return self.zh if _current[0] == "zh" else self.en

    def as_json(self) -> dict[str, str]:
        """Both languages, for files and `--json`."""
        return {"zh": self.zh, "en": self.en}

    @staticmethod
    def from_json(raw: dict[str, str]) -> Text:
        """The inverse of `as_json`."""
        return Text(raw["zh"], raw["en"])


def tr(zh: str, en: str) -> str:
    """The one of two texts that the current language asks for."""
    return zh if _current[0] == "zh" else en


def language() -> Language:
    """The language of this process."""
    return _current[0]


def set_language(wanted: str) -> None:
    """Choose the language of this process; anything but `en` is Chinese."""
    _current[0] = "en" if wanted == "en" else "zh"


def language_of_arguments(arguments: list[str]) -> Language:
    """The language asked for on the command line or by GOVCLOUD_LANG, read before the commands are imported."""
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            return "en" if arguments[place + 1] == "en" else "zh"
        if argument.startswith("--lang="):
            return "en" if argument == "--lang=en" else "zh"
    return "en" if os.environ.get("GOVCLOUD_LANG") == "en" else "zh"
