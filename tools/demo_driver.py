"""Runs the steps of a demo one after the other: shows what each command prints, times it, keeps all of it in log files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from catalogs.words import Text, tr

ROOT = Path(__file__).resolve().parent.parent
GOVCLOUD = str(ROOT / ".venv" / "bin" / "govcloud")
PARTIAL = 9
WIDTH = 116


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command of the demo; `allowed` exit codes other than 0 are results too, such as a partial one.

    `lines` of its output are shown, the `last` ones of them from the end. A `streamed` command talks to the terminal
    itself: it takes minutes. `program` is govcloud where none is named.
    """

    name: str
    title: Text
    arguments: tuple[str, ...]
    allowed: frozenset[int] = frozenset()
    lines: int = 18
    last: int = 0
    streamed: bool = False
    program: str = GOVCLOUD


class Driver:
    """Where the logs go, what the commands find in their environment, and how long it has taken."""

    def __init__(self, log: Path, environment: Mapping[str, str]) -> None:
        width = shutil.get_terminal_size().columns - 5 if sys.stdout.isatty() else WIDTH
        self.environment = {**os.environ, "COLUMNS": str(max(60, min(140, width))), **environment}
        self.log = log
        self.number = 0
        self.begun = time.monotonic()

    def run(self, step: Step) -> bool:
        """Run one step; False where it failed, after saying so."""
        self.number += 1
        print("\n" + _bold(f"[{self.number}] {step.title}"), flush=True)
        print(f"    $ {_as_typed(step)}", flush=True)
        begun = time.monotonic()
        code, text = self._streamed(step) if step.streamed else self._called(step)
        took = time.monotonic() - begun
        self.log.mkdir(parents=True, exist_ok=True)
        log = self.log / f"{self.number:02d}-{step.name}.txt"
        log.write_text(f"$ {_as_typed(step)}\n{text}\n-> {code}\n", encoding="utf-8")
        _show(text, step, log)
        done = code == 0 or code in step.allowed
        partial = tr("（部分结果）", " (partial)") if done and code == PARTIAL else ""
        print(f"    {'✓' if done else '✗'} {took:.1f} s{partial}", flush=True)
        if not done:
            where = log.relative_to(ROOT)
            print(
                tr(
                    f"    这一步失败，退出码 {code}；全部输出在 {where}",
                    f"    failed with exit code {code}; all it said is in {where}",
                )
            )
        return done

    def _streamed(self, step: Step) -> tuple[int, str]:
        done = subprocess.run([step.program, *step.arguments], env=self.environment, cwd=ROOT, check=False)
        return done.returncode, ""

    def _called(self, step: Step) -> tuple[int, str]:
        """The command's exit code and output; a line of elapsed seconds while it runs in a terminal."""
        with subprocess.Popen(
            [step.program, *step.arguments], env=self.environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        ) as process:  # fmt: skip
            stop = threading.Event()
            clock = threading.Thread(target=_tick, args=(stop,), daemon=True)
            clock.start()
            try:
                text = process.communicate()[0]
            except KeyboardInterrupt:
                process.wait()  # it got the same Ctrl-C and tidies up itself
                raise
            finally:
                stop.set()
                clock.join()
        return process.returncode, text.rstrip()


def _bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() else text


def _tick(stop: threading.Event) -> None:
    if not sys.stderr.isatty():
        return
    begun = time.monotonic()
    while not stop.wait(0.2):
        sys.stderr.write(f"\r    … {time.monotonic() - begun:.0f} s ")
        sys.stderr.flush()
    sys.stderr.write("\r            \r")
    sys.stderr.flush()


def _as_typed(step: Step) -> str:
    """The command as a person would type it: paths from the repository, many files of a folder as one pattern."""
    parts = ["govcloud" if step.program == GOVCLOUD else step.program.replace(f"{ROOT}/", "")]
    for argument in step.arguments:
        text = argument.replace(f"{ROOT}/", "")
        folder = text.rpartition("/")[0]
        if folder.endswith(("ledgers", "rooms")):
            text = f"{folder}/*"
        if parts[-1] != text:
            parts.append(text)
    return " ".join(parts)


def _show(text: str, step: Step, log: Path) -> None:
    lines = [f"    {line}" for line in text.splitlines()]
    if len(lines) > step.lines:
        rest, where = len(lines) - step.lines, log.relative_to(ROOT)
        middle = tr(f"    … 还有 {rest} 行，见 {where}", f"    … {rest} more lines in {where}")
        lines = [*lines[: step.lines - step.last], middle, *lines[len(lines) - step.last :]]
    if lines:
        print("\n".join(lines))
