"""Run a command and watch the memory of its whole process tree."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

LOOK_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How a command ended; `peak_bytes` is the most that its process and all below it held at one time (RSS)."""

    returncode: int
    stdout: str
    stderr: str
    peak_bytes: int
    ended: bool


def run_and_watch(command: list[str], folder: Path, most_s: float) -> Watched:
    """Run a command; after `most_s` seconds it is ended. Output is small: it waits in the pipes."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    began, peak, ended = time.monotonic(), 0, False
    while process.poll() is None:
        peak = max(peak, tree_bytes(process.pid))
        if time.monotonic() - began > most_s and not ended:
            ended = True
            process.kill()
        time.sleep(LOOK_S)
    out, err = process.communicate()
    return Watched(returncode=process.returncode, stdout=out, stderr=err, peak_bytes=peak, ended=ended)


def tree_bytes(pid: int) -> int:
    """What a process and all below it hold in memory now, in bytes; 0 where /proc tells nothing."""
    held, waiting = 0, [pid]
    while waiting:
        folder = Path("/proc") / str(waiting.pop())
        try:
            status = (folder / "status").read_text(encoding="utf-8")
            children = [(task / "children").read_text(encoding="utf-8") for task in (folder / "task").iterdir()]
        except OSError:
            continue
        held += next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:")), 0)
        waiting += [int(child) for line in children for child in line.split()]
    return held
