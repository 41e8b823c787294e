"""Calls the command line within this process: as `govcloud …` in a folder, without starting an interpreter each time."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path

import govcloud


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def call(*arguments: str, folder: Path) -> Done:
    """Run one command; the folder is where the person stands."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            govcloud.main(list(arguments))
        except SystemExit as stop:
            code = int(stop.code or 0)
    return Done(code, out.getvalue(), err.getvalue())
