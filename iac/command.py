"""Runs the engine so that Ctrl-C ends it in an orderly way.

The engine gets a session of its own: a Ctrl-C in the terminal does not reach it by itself. `interrupt` asks it once to
stop, upon which it lets the requests under way finish and writes its state.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Mapping

from pulumi.automation import CommandResult, OnOutput, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

from iac.engine import Engine


class EngineCommand(PulumiCommand):
    """The engine that `engine.py` found, as the Automation API wants it."""

    def __init__(self, engine: Engine) -> None:
        # The version was already read and judged by engine.py: the parent's constructor would ask for it again.
        self.command = str(engine.pulumi.path)
        self.version = VersionInfo.parse(engine.pulumi.version)
        self._path = engine.search_path
        self._process: subprocess.Popen[str] | None = None

    def interrupt(self) -> None:
        """Ask the engine to stop; a second time, to stop at once."""
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,
        on_error: OnOutput | None = None,
    ) -> CommandResult:
        """Run one engine command to its end.

        Raises:
            CommandError: it failed.
        """
        said: dict[str, list[str]] = {"stdout": [], "stderr": []}
        environment = {**_without_accounts(), **additional_env, "PULUMI_AUTOMATION_API": "true", "PATH": self._path}
        with subprocess.Popen(  # noqa: S603 - the engine of this user
            [self.command, "--non-interactive", *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=environment,
            encoding="utf-8",
            start_new_session=True,
        ) as process:
            self._process = process
            readers = [
                threading.Thread(target=_read, args=(process.stdout, said["stdout"], on_output), daemon=True),
                threading.Thread(target=_read, args=(process.stderr, said["stderr"], on_error), daemon=True),
            ]
            for reader in readers:
                reader.start()
            for reader in readers:
                reader.join()
            code = process.wait()
        result = CommandResult(stdout="\n".join(said["stdout"]), stderr="\n".join(said["stderr"]), code=code)
        if code:
            raise create_command_error(result)
        return result


def _without_accounts() -> dict[str, str]:
    """The environment without OS_… variables: the provider would take a password from them into the state.

    Only clouds.yaml counts, so the variables that say where it lies stay.
    """
    return {
        name: value for name, value in os.environ.items() if not name.startswith("OS_") or name.startswith("OS_CLIENT_")
    }


def _read(stream: object, lines: list[str], callback: OnOutput | None) -> None:
    for line in iter(stream.readline, ""):  # type: ignore[attr-defined]
        lines.append(line.rstrip())
        if callback is not None:
            callback(line.rstrip())
