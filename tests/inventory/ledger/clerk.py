"""A clerk at LibreOffice: opens a workbook, sorts, inserts, copies, deletes and types, saves it as xlsx.

Runs under the interpreter that has LibreOffice's `uno` (Debian: python3-uno), not under that of the tests:
`python3 clerk.py IN.xlsx OUT.xlsx ACTIONS.json PROFILE_FOLDER`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main(source: str, target: str, actions: str, profile: str) -> None:
    """Do what the list of actions says, in its order; rows count from 1."""
    import uno  # type: ignore[import-not-found]

    pipe = f"clerk{Path(profile).name}"
    office = subprocess.Popen(
        ["soffice", "--headless", "--norestore", f"-env:UserInstallation={Path(profile).as_uri()}", f"--accept=pipe,name={pipe};urp;"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        desktop = _desktop(uno, pipe)
        book = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (_property(uno, "Hidden", True),))
        for name, *given in json.loads(Path(actions).read_text("utf-8")):
            _ACTIONS[name](uno, book, *given)
        book.storeToURL(Path(target).as_uri(), (_property(uno, "FilterName", "Calc MS Excel 2007 XML"),))
        book.close(True)
        desktop.terminate()
        office.wait(300)
    finally:
        office.kill()


def _desktop(uno: Any, pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(600):
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # noqa: BLE001 - it is not up yet, in whatever way
            time.sleep(0.5)
            continue
        return remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
    raise SystemExit("LibreOffice did not start")


def _property(uno: Any, name: str, value: object) -> Any:
    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


def _sort(uno: Any, book: Any, sheet: str, area: str, column: int, *, descending: bool = True) -> None:
    """Whole rows by one column, as with Data › Sort."""
    field = uno.createUnoStruct("com.sun.star.table.TableSortField")
    field.Field, field.IsAscending = column, not descending
    fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
    wanted = (_property(uno, "SortFields", fields), _property(uno, "ContainsHeader", False))
    uno.invoke(book.Sheets[sheet].getCellRangeByName(area), "sort", (wanted,))


def _insert(_uno: Any, book: Any, sheet: str, row: int, values: list[str]) -> None:
    page = book.Sheets[sheet]
    page.Rows.insertByIndex(row - 1, 1)
    for column, value in enumerate(values):
        page.getCellByPosition(column, row - 1).setString(value)


def _delete(_uno: Any, book: Any, sheet: str, row: int) -> None:
    book.Sheets[sheet].Rows.removeByIndex(row - 1, 1)


def _copy(_uno: Any, book: Any, sheet: str, area: str, to: str) -> None:
    page = book.Sheets[sheet]
    page.copyRange(page.getCellRangeByName(to).CellAddress, page.getCellRangeByName(area).RangeAddress)


def _type(_uno: Any, book: Any, sheet: str, cell: str, text: str) -> None:
    book.Sheets[sheet].getCellRangeByName(cell).setString(text)


_ACTIONS: dict[str, Callable[..., None]] = {
    "sort": _sort,
    "insert": _insert,
    "delete": _delete,
    "copy": _copy,
    "type": _type,
}

if __name__ == "__main__":
    main(*sys.argv[1:5])
