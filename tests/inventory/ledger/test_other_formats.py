"""Gold books saved by a real LibreOffice in other formats give the same records: ods, Excel 2003 XML; xlsb is refused."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from inventory.model import Collected
from tests.inventory.ledger.books import GOLD, content_of, gold, read

FORMATS = {"ods": "calc8", "xml": "MS Excel 2003 XML"}
# Books whose cells the other format can hold: several sheets, merges over two levels, hidden rows, zones, forms, dates.
BOOKS = ("01-survey", "10-doubts", "14-sideways", "15-card", "20-zones-as-columns", "29-blocks", "40-form-of-pairs")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The gold books as xlsx, converted to every other format in one go."""
    made = tmp_path_factory.mktemp("formats")
    for name in BOOKS:
        (made / f"{name}.xlsx").write_bytes(content_of(gold(GOLD / f"{name}.yaml")))
    for ending, office_filter in FORMATS.items():
        subprocess.run(
            ["soffice", f"-env:UserInstallation={(made / 'profile').as_uri()}", "--headless", "--convert-to", f"{ending}:{office_filter}",
             "--outdir", str(made), *(str(made / f"{name}.xlsx") for name in BOOKS)],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
    return made


def _fields(found: Collected) -> list[tuple[str, int | None, dict[str, Any]]]:
    return [
        (
            record.kind,
            record.origin.row,
            {k: v for k, v in record.fields.items() if v is not None and not k.endswith("contact")},
        )
        for record in found.records
    ]


@pytest.mark.slow
@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("name", BOOKS)
def test_the_same_book_in_another_format_gives_the_same(folder: Path, name: str, ending: str) -> None:
    file = gold(GOLD / f"{name}.yaml")["file"]
    ours = read(file, (folder / f"{name}.xlsx").read_bytes())
    other = read(Path(file).with_suffix(f".{ending}").name, (folder / f"{name}.{ending}").read_bytes())
    assert other.accounting["format"] == ending
    assert _fields(other) == _fields(ours)
    assert [(g.kind, g.origin.row, g.origin.column, g.field) for g in other.gaps] == [
        (g.kind, g.origin.row, g.origin.column, g.field) for g in ours.gaps
    ]
    assert [(s.origin.row, s.reason) for s in other.skipped] == [(s.origin.row, s.reason) for s in ours.skipped]
