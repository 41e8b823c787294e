"""The frame of every command: common options, the `--json` envelope, tables, progress. The only reader of the clock.

A command body reads its options, calls one function and hands the result to `Run.show`. Results go to stdout, all
else to stderr.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

import click

from catalogs.errors import CheckFailed, Partial, UsageError
from catalogs.words import Text, tr

if TYPE_CHECKING:
    from rich.console import Console

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")  # the local calendar of every city this is made for
WORKSPACE_FILE = "govcloud.yaml"
COMMON_NAMES = (
    "as_of",
    "store",
    "workspace",
    "lang",
    "as_json",
    "actor",
    "strict",
)  # the parameters that `common` adds
Function = TypeVar("Function", bound=Callable[..., Any])


class _HasJson(Protocol):
    def as_json(self) -> dict[str, object]: ...


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that `--help` stays quick.

    `table` maps a command's name to where it stands (`inventory.commands.collect:collect`) and its one-line help.
    """

    def __init__(self, *args: Any, table: dict[str, tuple[str, Text]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the table: that of the work."""
        return [*self.table, *(name for name in super().list_commands(ctx) if name not in self.table)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module and take the command from it."""
        if cmd_name not in self.table:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self.table[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table alone: nothing is imported for it."""
        rows = [(name, str(text)) for name, (_, text) in self.table.items()]
        for name in super().list_commands(ctx):
            command = super().get_command(ctx, name)
            if command is not None and name not in self.table and not command.hidden:
                rows.append((name, command.get_short_help_str(limit=100)))
        with formatter.section(tr("命令", "Commands")):
            formatter.write_dl(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What the common options of one command say.

    `as_of` is the instant everything is seen from; `store` a folder or a database URL; `workspace` the folder of
    govcloud.yaml, or the current one.
    """

    as_of: datetime
    store: str
    workspace: Path
    as_json: bool
    actor: str
    strict: bool
    command: str

    @property
    def as_of_on(self) -> date:
        """The local day of `as_of`."""
        return self.as_of.astimezone(LOCAL_ZONE).date()

    def show(
        self,
        schema: str,
        data: object,
        *,
        human: Callable[[Console], None],
        complete: bool = True,
        gaps: Sequence[_HasJson] = (),
        missing: Text | None = None,
    ) -> None:
        """Print a result: the envelope with `--json`, else what `human` prints.

        Raises:
            Partial: the result is not complete (exit code 9); `missing` says what is not there.
            CheckFailed: `--strict` and there are gaps.
        """
        if self.as_json:
            click.echo(
                json.dumps(self.envelope(schema, data, complete=complete, gaps=gaps), ensure_ascii=False, indent=1)
            )
        else:
            human(out())
        if not complete:
            raise Partial(*(missing or Text("结果不完整", "the result is partial")))
        if self.strict and gaps:
            count = len(gaps)
            raise CheckFailed(f"--strict：有 {count} 处缺口", f"--strict: there are {count} gaps")

    def envelope(self, schema: str, data: object, *, complete: bool, gaps: Sequence[_HasJson]) -> dict[str, object]:
        """The one form of every `--json` answer (docs/reference/envelope.schema.json)."""
        return {
            "schema": schema,
            "as_of": self.as_of.isoformat().replace("+00:00", "Z"),
            "complete": complete,
            "data": data,
            "gaps": [gap.as_json() for gap in gaps],
        }


def out() -> Console:
    """The console for results, on stdout; without a terminal it is 120 columns wide and has no colours."""
    return _console(stderr=False)


def err() -> Console:
    """The console for everything that is not the result, on stderr."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else 120
    return Console(stderr=stderr, width=width, highlight=False, soft_wrap=False, emoji=False, markup=False)


@contextmanager
def progress(description: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr; the yielded function takes what was done since the last call. None outside a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=err(), transient=True,
    ) as bar:  # fmt: skip
        task = bar.add_task(description, total=total)
        yield lambda done: bar.advance(task, done)


def parse_as_of(text: str) -> datetime:
    """Read `--as-of`: a day (its last second in Shanghai) or an instant with a zone (local where none is given).

    Raises:
        UsageError: neither.
    """
    try:
        if len(text) == len("2026-03-31"):
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59), LOCAL_ZONE).astimezone(UTC)
        instant = datetime.fromisoformat(text)
    except ValueError:
        zh = f"--as-of {text}：不是日期，应为 2026-03-31 或 2026-03-31T12:00:00+08:00"
        en = f"--as-of {text}: not a date; expected 2026-03-31 or 2026-03-31T12:00:00+08:00"
        raise UsageError(zh, en) from None
    return (instant if instant.tzinfo else instant.replace(tzinfo=LOCAL_ZONE)).astimezone(UTC)


def _now() -> datetime:
    """The clock, read here and nowhere else."""
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - the one place


def instant_of_access() -> datetime:
    """The real time, for the note of who looked at what: `--as-of` must not change when that was."""
    return _now()


def find_workspace(start: Path) -> Path | None:
    """The nearest folder upwards that has a govcloud.yaml."""
    return next((folder for folder in (start, *start.parents) if (folder / WORKSPACE_FILE).is_file()), None)


def common(function: Function) -> Function:
    """Give a command the common options; it receives a `Run` as its first argument `run`."""

    @functools.wraps(function)
    def wrapped(
        *args: Any,
        as_of: str | None,
        store: str | None,
        lang: str | None,  # noqa: ARG001 - read before the commands are imported
        as_json: bool,
        actor: str | None,
        strict: bool,
        workspace: str | None,
        **kwargs: Any,
    ) -> Any:
        folder = Path(workspace) if workspace else (find_workspace(Path.cwd()) or Path.cwd())
        settings = _settings(folder)
        run = Run(
            as_of=parse_as_of(as_of) if as_of else _now(),
            store=_with_telemetry(store or _store_of(settings, folder), settings),
            workspace=folder,
            as_json=as_json,
            actor=actor or os.environ.get("USER") or "unknown",
            strict=strict,
            command=click.get_current_context().command_path,
        )
        return function(run, *args, **kwargs)

    for option in reversed(_common_options()):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[return-value]


def _settings(folder: Path) -> dict[str, str]:
    if not (folder / WORKSPACE_FILE).is_file():
        return {}
    from catalogs.settings import read_settings

    return read_settings(folder / WORKSPACE_FILE)


def _store_of(settings: dict[str, str], folder: Path) -> str:
    chosen = settings.get("store", "store")
    return chosen if "://" in chosen else str(folder / chosen)


def _with_telemetry(store: str, settings: dict[str, str]) -> str:
    """The store with the bucket of its samples, where the settings name one and the store does not."""
    bucket = settings.get("telemetry")
    return (
        store if bucket is None or "telemetry=" in store else f"{store}{'&' if '?' in store else '?'}telemetry={bucket}"
    )


def _common_options() -> list[Callable[[Function], Function]]:
    return [
        click.option("--as-of", "as_of", envvar="GOVCLOUD_AS_OF", metavar="DATE",
                     help=tr("从哪一天看（默认现在）；同样的输入和日期给出同样的结果", "seen from which day (default: now)")),
        click.option("--store", envvar="GOVCLOUD_STORE", metavar="DIR|URL",
                     help=tr("存储：文件夹（SQLite）或 PostgreSQL 地址", "store: a folder (SQLite) or a PostgreSQL URL")),
        click.option("--workspace", envvar="GOVCLOUD_WORKSPACE", metavar="DIR",
                     help=tr("工作区（含 govcloud.yaml），默认从当前文件夹向上找", "folder of govcloud.yaml; default: found upwards")),
        click.option("--lang", type=click.Choice(["zh", "en"]), envvar="GOVCLOUD_LANG", help=tr("语言", "language")),
        click.option("--json", "as_json", is_flag=True, help=tr("机器可读的输出", "output for machines")),
        click.option("--actor", envvar="GOVCLOUD_ACTOR", metavar="NAME", help=tr("谁在操作，写入记录", "who acts; recorded")),
        click.option("--strict", is_flag=True, help=tr("有缺口即视为失败", "gaps count as failure")),
    ]  # fmt: skip
