"""What the `iac` commands open before they act: the plan, the binding, the runner, the records they leave."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from catalogs.console import Run, err
from catalogs.words import tr
from iac import engine as engines

if TYPE_CHECKING:
    from iac.addresses import AddressBook
    from iac.binding import Binding
    from iac.outcome import Step, Wave
    from iac.run import Runner
    from iac.waves import Chosen
    from inventory.storage.store import Store


def folder_of(run: Run, folder: Path | None) -> Path:
    """Where state, address book and previews lie: as asked, else below the workspace."""
    from iac.waves import FOLDER

    return (folder or run.workspace / FOLDER).absolute()


def runner_in(folder: Path) -> Runner:
    """The engine with its state folder.

    Raises:
        ProvisionError: there is no usable engine.
    """
    from iac.run import Runner

    return Runner(engines.require(), folder)


def chosen_plan(run: Run, store: Store, plan_id: str) -> Chosen:
    """A plan of the store with the catalogues of the workspace; says so where these changed since it was made."""
    from catalogs.load import load_catalogs
    from iac.waves import choose

    catalogs = load_catalogs(run.workspace)
    chosen = choose(store, catalogs, plan_id, _service(run.workspace))
    planned_with = chosen.stored.about.get("built", {}).get("catalog_digest")
    if planned_with is not None and planned_with != catalogs.digest:
        err().print(
            tr(
                "注意：目录在制定方案之后有变化，规格按现在的目录生成，请核对预览",
                "note: the catalogues changed since the plan was made; specifications follow them as they are now",
            ),
            style="yellow",
        )
    return chosen


def _service(workspace: Path) -> str | None:
    from catalogs.console import WORKSPACE_FILE
    from catalogs.settings import read_settings

    file = workspace / WORKSPACE_FILE
    return read_settings(file).get("service") if file.is_file() else None


def opened_wave(
    run: Run, chosen: Chosen, week: str | None, folder: Path, cloud: str | None, *, live: bool
) -> tuple[Wave, AddressBook]:
    """The wave asked for, and the address book as it will be once it is built."""
    from iac.waves import wave_of, week_of

    name = cloud or chosen.sources.service.openstack.cloud
    binding = _binding(run, folder, name, live=live)
    return wave_of(chosen.sources, week_of(week, chosen.sources), folder, binding, name)


def _binding(run: Run, folder: Path, cloud: str, *, live: bool) -> Binding:
    """Looked up in the cloud, and kept for later previews; or what was kept."""
    from iac.waves import snapshot_of

    if not live:
        return snapshot_of(folder, cloud)
    from iac.binding import bind, write_snapshot
    from iac.cloud import connect

    binding = bind(connect(cloud), cloud, run.as_of.isoformat().replace("+00:00", "Z"))
    write_snapshot(binding, folder / "snapshots" / f"{cloud}.json")
    return binding


def teller(total: int) -> Callable[[Step], None]:
    """A line on stderr for each tenth of the work."""
    console, done = err(), [0]
    marks = {max(1, round(total * tenth / 10)) for tenth in range(1, 11)}

    def tell(step: Step) -> None:
        done[0] += 1
        if done[0] in marks:
            console.print(f"[{done[0]}/{total}] {step.op} {step.name}")

    return tell


def note_run(run: Run, store: Store, result: str) -> None:
    """Leave a row that says what this command wrote."""
    store.add_run(
        command=run.command, version=_version(), as_of=run.as_of, actor=run.actor, catalogs_sha256=None, result=result
    )


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("govcloud")
    except PackageNotFoundError:
        return "0"


def record_release(run: Run, wave_id: str, reason: str, volumes: tuple[str, ...]) -> None:
    """The decision to give data up, recorded before anything is unprotected."""
    from inventory.storage.decisions import Decision
    from inventory.storage.store import open_store

    decision = Decision(
        kind="release", subject=wave_id, value={"volumes": list(volumes)}, actor=run.actor, role="operator",
        reason=reason, decided_at=run.as_of,
    )  # fmt: skip
    with open_store(run.store, create=True) as store:
        store.add_decision(decision)
        note_run(run, store, f"release {wave_id}")
