"""Compiled functions: numba where it works, with its result kept on disk; typed, so that mypy sees through it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a function that Python calls; other threads run meanwhile (`nogil`).

    The compiled code is kept beside the module, or in the user's cache folder where that cannot be written; where
    neither can (a read-only machine without a home) it is compiled anew in each process.
    """
    return _compile(function, no_cpython_wrapper=False)


def inner(function: Function) -> Function:
    """Compile a function that only compiled code calls: without its Python entry, which takes longest to make."""
    return _compile(function, no_cpython_wrapper=True)


@cache
def forget_stale(folder: Path = Path(__file__).parent) -> bool:
    """Remove compiled code that was made of other sources; whether there was any.

    numba looks at the file of a function alone, not at those of the functions it calls: a change in insertion.py would
    leave the old code inside search.py's. Where the folder cannot be written nothing is kept there either.
    """
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources_of_compiled(folder))).hexdigest()
    kept = folder / "__pycache__"
    mark = kept / "compiled-of.sha256"
    try:
        if mark.exists() and mark.read_text(encoding="ascii") == digest:
            return False
        stale = list(kept.glob("*.nb[ic]"))
        for path in stale:
            path.unlink(missing_ok=True)
        kept.mkdir(exist_ok=True)
        mark.write_text(digest, encoding="ascii")
    except OSError:
        return False
    return bool(stale)


_IMPORTED = re.compile(r"^from planner\.search\.(\w+) import ", re.MULTILINE)


def sources_of_compiled(folder: Path) -> list[Path]:
    """The modules with compiled functions and all that they import of this package, step by step."""
    imported = {path.stem: set(_IMPORTED.findall(path.read_text(encoding="utf-8"))) for path in folder.glob("*.py")}
    found: set[str] = set()
    waiting = [name for name, names in imported.items() if "compiled" in names]
    while waiting:
        name = waiting.pop()
        if name in imported and name not in found:
            found.add(name)
            waiting += imported[name]
    return [folder / f"{name}.py" for name in sorted(found)]


def _compile(function: Function, *, no_cpython_wrapper: bool) -> Function:
    from numba import njit

    forget_stale()
    options: dict[str, Any] = {
        "nogil": True,
        "error_model": "numpy",
        "no_cpython_wrapper": no_cpython_wrapper,
        "no_cfunc_wrapper": True,
        "_nrt": False,  # nothing is allocated in compiled code, so no references are counted
    }
    try:
        made: Function = njit(cache=True, **options)(function)
    except RuntimeError:  # numba: "cannot cache function: no locator available"
        made = njit(**options)(function)
    return made
