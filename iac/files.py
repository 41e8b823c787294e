"""Files of the workspace, written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

from iac.faults import fault_of


def write_json(path: Path, value: object) -> None:
    """Write a JSON file in one step: nobody ever reads half of it.

    Raises:
        ProvisionError: the disk is full, or the folder cannot be written.
    """
    scratch = path.with_suffix(path.suffix + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        scratch.replace(path)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise fault_of(error, (), path) from error
