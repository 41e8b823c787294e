"""`iac preview | up | refresh | destroy | status`: build the waves of a plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from catalogs.console import Run, common
from catalogs.errors import UsageError
from catalogs.words import tr
from iac import show
from iac.opening import (
    chosen_plan,
    folder_of,
    note_run,
    opened_wave,
    record_release,
    runner_in,
    teller,
)

Function = TypeVar("Function", bound=Callable[..., object])


@click.group(
    help=tr("按批次在目标云上建设：默认预览，批准后才 up。", "Build waves in the target cloud: preview first.")
)
def iac() -> None:
    """Group of the commands that build."""


def _plan_options(function: Function) -> Function:
    options = [
        click.argument("week", required=False),
        click.option("--plan", "plan_id", default="latest", show_default=True, help=tr("方案编号", "id of the plan")),
        click.option(
            "--cloud", help=tr("clouds.yaml 中的名字（默认取自目录）", "name in clouds.yaml (default: the catalogue's)")
        ),
        _folder_option,
    ]
    for option in reversed(options):
        function = option(function)
    return function


_folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help=tr(
        "状态与地址簿所在文件夹（默认工作区下 infrastructure）",
        "folder of state and addresses (default: infrastructure)",
    ),
)


@iac.command(
    help=tr(
        "预览一个批次（WEEK 默认方案的第一周）：要建什么，不动任何东西。",
        "What a wave would build (WEEK: the plan's first one by default); nothing is touched.",
    ),
    epilog=tr("例：govcloud iac preview 2026-W14", "Example: govcloud iac preview 2026-W14"),
)
@_plan_options
@click.option(
    "--live",
    is_flag=True,
    help=tr("连目标云查编号（默认用快照，不联网）", "ask the cloud (default: its snapshot, offline)"),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help=tr("另存规格和预览到这个 JSON 文件", "also write specifications and preview to this JSON file"),
)
@common
def preview(
    run: Run, week: str | None, plan_id: str, cloud: str | None, folder: Path | None, out: Path | None, *, live: bool
) -> None:
    """Preview one wave."""
    from inventory.storage.store import open_store

    place = folder_of(run, folder)
    with open_store(run.store) as store:
        chosen = chosen_plan(run, store, plan_id)
    wave, _book = opened_wave(run, chosen, week, place, cloud, live=live)
    runner = runner_in(place)
    outcome = runner.preview(wave)
    from iac.waves import write_record

    show.preview(run, wave, outcome, write_record(place, wave, outcome), out)


@iac.command(
    help=tr(
        "建设一个批次：方案必须已批准且未变；再次运行只补差异。",
        "Build a wave: the plan must be approved and unchanged; run again, it only mends differences.",
    ),
    epilog=tr("例：govcloud iac up 2026-W14 --plan latest", "Example: govcloud iac up 2026-W14 --plan latest"),
)
@_plan_options
@click.option(
    "--allow-replace", is_flag=True, help=tr("允许删除或替换已有资源", "allow to delete or replace what exists")
)
@common
def up(
    run: Run, week: str | None, plan_id: str, cloud: str | None, folder: Path | None, *, allow_replace: bool
) -> None:
    """Build one wave, after all checks."""
    from iac.addresses import write_book
    from iac.approval import approval_of
    from iac.cloud import check_quota, check_unknown, connect
    from iac.system_builder import wave_id
    from iac.waves import check_placed, check_safe, week_of, write_record
    from inventory.storage.store import open_store

    place = folder_of(run, folder)
    with open_store(run.store) as store:
        chosen = chosen_plan(run, store, plan_id)
        wanted = wave_id(chosen.stored.id, week_of(week, chosen.sources))
        approval_of(store.decisions(until=run.as_of), chosen.stored.id, wanted, chosen.stored.plan_sha256)
        runner = runner_in(place)
        wave, book = opened_wave(run, chosen, week, place, cloud, live=True)
        check_placed(wave, runner.state.placed(other_than=wave.id))
        previewed = runner.preview(wave)
        if not allow_replace:
            check_safe(previewed)
        connection = connect(wave.cloud)
        check_unknown(connection, previewed)
        check_quota(connection, wave.specs, previewed)
        write_book(book, place / "addresses.json")
        note_run(run, store, f"up {wave.id}")
        outcome = runner.up(wave, teller(len(previewed.steps)))
    written = write_record(place, wave, outcome)
    show.outcome(run, outcome, written)


@iac.command(
    help=tr(
        "把状态更新为云中的实况：手工删除的会显示出来，再 up 即重建。",
        "Bring the state to what the cloud has; `up` rebuilds what is gone.",
    ),
    epilog=tr("例：govcloud iac refresh 2026-W14", "Example: govcloud iac refresh 2026-W14"),
)
@click.argument("wave")
@_folder_option
@common
def refresh(run: Run, wave: str, folder: Path | None) -> None:
    """Refresh one wave."""
    from iac.waves import known_wave

    runner = runner_in(folder_of(run, folder))
    show.outcome(run, runner.refresh(known_wave(wave, runner.state.waves())), None)


@iac.command(
    help=tr(
        "拆除一个批次；不加 --yes 只列出会拆什么。数据卷受保护。",
        "Remove a wave; without --yes it only lists what would go. Data volumes are protected.",
    ),
    epilog=tr(
        "例：govcloud iac destroy 2026-W14 --yes --keep-data",
        "Example: govcloud iac destroy 2026-W14 --yes --keep-data",
    ),
)
@click.argument("wave")
@_folder_option
@click.option("--yes", is_flag=True, help=tr("真的拆除", "really remove"))
@click.option("--keep-data", is_flag=True, help=tr("保留数据卷，其余拆除", "keep the data volumes, remove the rest"))
@click.option(
    "--release-data",
    is_flag=True,
    help=tr("连同数据卷一起删除（须写 --reason）", "delete the data too (needs --reason)"),
)
@click.option("--reason", help=tr("为什么可以删除数据，写入决定", "why the data may go; recorded as a decision"))
@common
def destroy(
    run: Run, wave: str, folder: Path | None, reason: str | None, *, yes: bool, keep_data: bool, release_data: bool
) -> None:
    """Remove one wave."""
    from iac.waves import known_wave

    if keep_data and release_data:
        raise UsageError("--keep-data 和 --release-data 只能选一个", "choose one of --keep-data and --release-data")
    if release_data and not reason:
        raise UsageError("--release-data 必须写明 --reason", "--release-data needs --reason")
    runner = runner_in(folder_of(run, folder))
    wave_id = known_wave(wave, runner.state.waves())
    if not yes:
        show.would_go(run, wave_id, runner.state.resources(wave_id))
        return
    if release_data and runner.state.protected(wave_id):
        record_release(run, wave_id, str(reason), runner.state.protected(wave_id))
        runner.release_data(wave_id)
    outcome = runner.destroy(wave_id, keep_data=keep_data, on_step=teller(len(runner.state.resources(wave_id))))
    show.outcome(run, outcome, None)


@iac.command(
    help=tr("各批次建了什么；不联网，不需要引擎。", "What each wave has built; needs neither cloud nor engine."),
    epilog=tr("例：govcloud iac status --json", "Example: govcloud iac status --json"),
)
@_folder_option
@common
def status(run: Run, folder: Path | None) -> None:
    """Read the state files."""
    from iac.state import State

    state = State(folder_of(run, folder))
    show.status(run, {wave: state.resources(wave) for wave in state.waves()})
