"""`engine install | status`: the Pulumi engine and its OpenStack provider."""

from __future__ import annotations

import click

from catalogs.console import Run, common, err
from catalogs.words import tr
from iac import engine as engines
from iac import show


@click.group(help=tr("Pulumi 引擎和 OpenStack 驱动。", "The Pulumi engine and its OpenStack provider."))
def engine() -> None:
    """Group of the commands on the engine."""


@engine.command(
    help=tr(
        "安装引擎：官方渠道，没有互联网则从 Go 模块构建（约 10 分钟）。",
        "Install the engine: the official way, or from Go modules where there is no internet (about 10 minutes).",
    ),
    epilog=tr("例：govcloud engine install", "Example: govcloud engine install"),
)
@common
def install(run: Run) -> None:
    """Install what is missing."""
    from iac.engine_install import install as make

    console = err()
    made = make(lambda text: console.print(str(text)))
    show.engine(run, engines.Status(pulumi=made.pulumi, provider=made.provider))


@engine.command(
    name="status",
    help=tr(
        "找到的引擎和驱动、版本、能否使用。", "Which engine and provider are found, their versions, are they usable."
    ),
    epilog=tr("例：govcloud engine status", "Example: govcloud engine status"),
)
@common
def engine_status(run: Run) -> None:
    """Look, and say no (exit code 1) where something is missing."""
    show.engine(run, engines.status())
