"""Checking a report: hash everything again, calculate everything again, compare. Nothing in the bundle is believed."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from catalogs.errors import GovcloudError, ReportError
from catalogs.words import Language, Text
from report.evidence import FIGURES, hash_faults, opened, packed_as_written
from report.figures import Report
from report.input_files import read_inputs
from report.inputs import Inputs
from report.make import report_of
from report.to_html import DATA_ID, to_html
from report.to_json import to_json
from report.to_xlsx import to_xlsx


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was checked, with everything found wrong in it."""

    name: Text
    faults: tuple[Text, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing was wrong."""
        return not self.faults

    def as_json(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "name": self.name.as_json(),
            "passed": self.passed,
            "faults": [fault.as_json() for fault in self.faults],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The result of checking one bundle and the reports beside it."""

    bundle: str
    root_sha256: str
    figures: int
    steps: tuple[Step, ...]

    @property
    def passed(self) -> bool:
        """Whether every step passed."""
        return all(step.passed for step in self.steps)

    def as_json(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "bundle": self.bundle,
            "root_sha256": self.root_sha256,
            "passed": self.passed,
            "figures": self.figures,
            "steps": [step.as_json() for step in self.steps],
        }


def verify(bundle: Path, reports: tuple[Path, ...] = ()) -> Verification:
    """Check a bundle, and reports that are said to come from it.

    Args:
        bundle: folder or zip file.
        reports: HTML, xlsx or figures.json files.

    Raises:
        ReportError: there is no bundle to check at all, or a report is of an unknown kind.
    """
    with opened(bundle) as folder:
        root, faults = hash_faults(folder)
        steps = [
            Step(name=Text("全部文件的 SHA-256 与清单一致", "every file has its listed SHA-256"), faults=tuple(faults))
        ]
        packed = (
            ()
            if packed_as_written(bundle, folder)
            else (Text(f"{bundle.name}：zip 结构被改动", f"{bundle.name}: the zip file itself was changed"),)
        )
        steps.append(
            Step(name=Text("证据包的每个字节都在核对之内", "no byte of the bundle is left unchecked"), faults=packed)
        )
        inputs, report, fault = _recomputed(folder)
        if report is None or inputs is None:
            steps.append(Step(name=_RECOMPUTED, faults=(fault or _RECOMPUTED,)))
            return Verification(bundle=bundle.name, root_sha256=root, figures=0, steps=tuple(steps))
        steps.append(Step(name=_RECOMPUTED, faults=tuple(_figure_faults(folder / FIGURES, report))))
        steps += [
            Step(
                name=Text(f"{path.name} 与重算结果一致", f"{path.name} says what was calculated again"),
                faults=tuple(_report_faults(path, report, inputs, root)),
            )
            for path in reports
        ]
        return Verification(bundle=bundle.name, root_sha256=root, figures=len(report.figures), steps=tuple(steps))


_RECOMPUTED = Text("由证据重新计算的全部数字一致", "every figure calculated again from the evidence is the same")


def _recomputed(folder: Path) -> tuple[Inputs | None, Report | None, Text | None]:
    """The report calculated again; damaged evidence gives a fault, whatever the damage breaks."""
    try:
        inputs = read_inputs(folder)
        return inputs, report_of(inputs, folder), None
    except GovcloudError as error:
        return None, None, error.message
    except Exception as error:  # noqa: BLE001 - any damage must end as a finding
        kind = type(error).__name__
        return None, None, Text(f"证据无法重新计算（{kind}）", f"the evidence cannot be calculated again ({kind})")


def _figure_faults(path: Path, report: Report) -> list[Text]:
    try:
        content = path.read_bytes()
        told = json.loads(content)
        figures = {figure["id"]: figure for figure in told["figures"]}
        tables = {table["id"]: table for table in told["tables"]}
    except (OSError, ValueError, KeyError, TypeError):
        return [Text(f"{path.name}：没有，或读不出", f"{path.name}: missing or not readable")]
    expected = to_json(report)
    if content == expected:
        return []
    again = json.loads(expected)
    faults = [_differs(figure["id"]) for figure in again["figures"] if figures.get(figure["id"]) != figure]
    faults += [_differs(table["id"]) for table in again["tables"] if tables.get(table["id"]) != table]
    return faults or [Text(f"{path.name}：与重算结果不同", f"{path.name}: differs from what was calculated again")]


def _differs(what: str) -> Text:
    return Text(f"{what}：与重算结果不同", f"{what}: differs from what was calculated again")


# --- reports ----------------------------------------------------------------------------------------------------


def _report_faults(path: Path, report: Report, inputs: Inputs, root: str) -> list[Text]:
    if not path.is_file():
        raise ReportError(f"{path}：没有这个报告文件", f"{path}: there is no such report")
    match path.suffix.lower():
        case ".html" | ".htm":
            return _html_faults(path, report, inputs, root)
        case ".xlsx":
            return _xlsx_faults(path, report, inputs, root)
        case ".json":
            return _figure_faults(path, report)
    raise ReportError(
        f"{path.name}：不认识的报告类型，应为 .html、.xlsx 或 .json",
        f"{path.name}: unknown kind of report; expected .html, .xlsx or .json",
    )


def _html_faults(path: Path, report: Report, inputs: Inputs, root: str) -> list[Text]:
    text = path.read_bytes().decode("utf-8", "replace")
    lang: Language = "en" if re.search(r'<html lang="en"', text) else "zh"
    again = to_html(report, lang, root_sha256=root, version=inputs.version)
    if text == again:
        return []
    faults = []
    told, expected = _Shown.of(text), _Shown.of(again)
    if told.root != root:
        faults.append(
            Text(
                f"{path.name}：印着另一个根哈希 {told.root[:16] or '（无）'}…",
                f"{path.name}: another root hash is printed, {told.root[:16] or '(none)'}…",
            )
        )
    changed = [figure for figure, shown in expected.figures.items() if told.figures.get(figure) != shown]
    faults += [_differs(figure) for figure in changed[:20]]
    return faults or [Text(f"{path.name}：与重新生成的页面不同", f"{path.name}: differs from the page made again")]


class _Shown(HTMLParser):
    """What a page shows for each figure, and the root hash in its data."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.figures: dict[str, list[str]] = {}
        self.root = ""
        self._figure: str | None = None
        self._data = False

    @staticmethod
    def of(text: str) -> _Shown:
        """Read a page."""
        found = _Shown()
        found.feed(text)
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember where a figure or the data begin."""
        values = dict(attrs)
        if tag == "data":
            self._figure = values.get("data-figure")
        self._data = tag == "script" and values.get("id") == DATA_ID

    def handle_data(self, data: str) -> None:
        """Take the text of a figure, or the root hash."""
        if self._figure is not None:
            self.figures.setdefault(self._figure, []).append(data.strip())
        elif self._data:
            found = re.search(r'"root_sha256":"([0-9a-f]*)"', data)
            self.root = found[1] if found else ""

    def handle_endtag(self, tag: str) -> None:
        """Forget it again."""
        if tag == "data":
            self._figure = None
        self._data = False


def _xlsx_faults(path: Path, report: Report, inputs: Inputs, root: str) -> list[Text]:
    content = path.read_bytes()
    names = _sheet_names(content)
    lang: Language = "en" if names and names[0] == "Cover" else "zh"
    again = to_xlsx(report, lang, root_sha256=root, version=inputs.version, created_at=inputs.as_of)
    if content == again:
        return []
    told, expected = _cells(content), _cells(again)
    if told is None or expected is None:
        return [Text(f"{path.name}：工作簿读不出", f"{path.name}: the workbook cannot be read")]
    changed = sorted(
        place for place in told.keys() | expected.keys() if not _same(told.get(place), expected.get(place))
    )
    return [
        Text(
            f"{path.name} {sheet}!{cell}：与重新生成的不同",
            f"{path.name} {sheet}!{cell}: differs from the workbook made again",
        )
        for sheet, cell in changed[:20]
    ]


def _sheet_names(content: bytes) -> list[str]:
    import openpyxl

    try:
        return list(openpyxl.load_workbook(io.BytesIO(content), read_only=True).sheetnames)
    except (zipfile.BadZipFile, OSError, KeyError, ValueError):
        return []


def _cells(content: bytes) -> dict[tuple[str, str], tuple[Any, Any]] | None:
    """Every cell's formula (or text, or number) and the value that a viewer shows for it."""
    import openpyxl

    try:
        formulas = openpyxl.load_workbook(io.BytesIO(content))
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        return {
            (sheet.title, cell.coordinate): (cell.value, values[sheet.title][cell.coordinate].value)
            for sheet in formulas.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.value not in (None, "")
        }
    except Exception:  # noqa: BLE001 - openpyxl raises anything on a damaged file
        return None


def _same(told: tuple[Any, Any] | None, expected: tuple[Any, Any] | None) -> bool:
    """Equal, as far as the file says anything.

    Programs write sheet names in formulas with or without quotes, and some store no results of formulas.
    """
    if told is None or expected is None:
        return told is expected
    formula, value = told
    plain = all(isinstance(text, str) for text in (formula, expected[0]))
    same_formula = _plain(formula) == _plain(expected[0]) if plain else _close(formula, expected[0])
    return same_formula and (value is None or _close(value, expected[1]))


def _plain(formula: str) -> str:
    return formula.replace("'", "").replace(" ", "") if formula.startswith("=") else formula


def _close(a: Any, b: Any) -> bool:
    """Equal, or numbers that another program saved with its own last digit."""
    if isinstance(a, int | float) and isinstance(b, int | float):
        return abs(a - b) <= 1e-9 * max(1.0, abs(a), abs(b))
    return (a or None) == (b or None)
