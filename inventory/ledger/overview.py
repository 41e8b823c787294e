"""The workbook of all questions (review/questions_xlsx.py) lying among the ledgers: known by its mark, never read as one."""

from __future__ import annotations

import zipfile
from pathlib import Path

from catalogs.words import Text

# Its sheets, in either language. Some programs drop the mark, none renames the sheets.
INSTRUCTIONS, QUESTIONS, READINGS, CHOICES = (
    Text("说明", "how to answer"), Text("问题", "questions"), Text("读法", "readings"), Text("选项", "choices"),
)  # fmt: skip
PROPERTY, VALUE = "govcloud", "questions/1"
_PROPERTIES, _SHEETS = "docProps/custom.xml", "xl/workbook.xml"
_LARGEST = 1_000_000  # bytes of one of these parts, unpacked


def is_overview(path: Path) -> bool:
    """Whether a file is such a workbook, empty or filled in."""
    try:
        with path.open("rb") as file:
            if file.read(4) != b"PK\x03\x04":
                return False
        with zipfile.ZipFile(path) as packed:
            return VALUE in _part(packed, _PROPERTIES) or _has_its_sheets(_part(packed, _SHEETS))
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return False  # whatever it is, the reader says so


def _has_its_sheets(workbook: str) -> bool:
    return any(
        all(f'name="{text[at]}"' in workbook for text in (INSTRUCTIONS, QUESTIONS, READINGS, CHOICES)) for at in (0, 1)
    )


def _part(packed: zipfile.ZipFile, name: str) -> str:
    if name not in packed.namelist() or packed.getinfo(name).file_size > _LARGEST:
        return ""
    return packed.read(name).decode("utf-8", errors="replace")
