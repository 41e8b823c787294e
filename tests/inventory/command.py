"""Calls the command line within this process: as `govcloud …` in a folder, without starting an interpreter each time."""

from __future__ import annotations

import contextlib
import io
import os
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import govcloud


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def call(*arguments: str, folder: Path) -> Done:
    """Run one command; the folder is where the person stands. The terminal is 80 wide unless COLUMNS says otherwise."""
    width = {"COLUMNS": os.environ.get("COLUMNS", "80")}  # else it would be that of whoever runs the tests
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        patch.dict(os.environ, width),
        contextlib.chdir(folder),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            govcloud.main(list(arguments))
        except SystemExit as stop:
            code = int(stop.code or 0)
    return Done(code, out.getvalue(), err.getvalue())
