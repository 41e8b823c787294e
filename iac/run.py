"""Drives the engine: preview, up, refresh, destroy and status of a wave.

State lies in a folder of the workspace (`file://` backend) with the engine's own home beside it. State and logs hold
no password: the provider is given the name of a cloud and reads clouds.yaml itself.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from catalogs.errors import ProvisionError
from catalogs.words import Text
from iac.accounts import passphrase, stand_in
from iac.engine import Engine
from iac.faults import fault_of
from iac.outcome import Outcome, Step, Wave
from iac.state import PROJECT, State, name_of

if TYPE_CHECKING:
    from pulumi.automation import Deployment, Stack

    from iac.command import EngineCommand

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
QUIET = {"same", "read", "refresh"}


OnStep = Callable[[Step], None]


class Runner:
    """The engine with one state folder."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder
        self.state = State(folder)
        self._command: EngineCommand | None = None

    # --- what a person asks for ---------------------------------------------------------------------------------

    def preview(self, wave: Wave, on_step: OnStep | None = None) -> Outcome:
        """What `up` would do. Asks the cloud nothing."""
        stack = self._open(wave.id, wave)
        return self._do("preview", wave.id, stack.preview, on_step)

    def up(self, wave: Wave, on_step: OnStep | None = None) -> Outcome:
        """Make it so. The caller has checked the approval and the preview."""
        stack = self._open(wave.id, wave)
        return self._do("up", wave.id, stack.up, on_step)

    def refresh(self, wave_id: str, on_step: OnStep | None = None) -> Outcome:
        """Bring the state to what the cloud has; a server deleted by hand shows as `delete`."""
        stack = self._existing(wave_id)
        return self._do("refresh", wave_id, stack.refresh, on_step)

    def destroy(self, wave_id: str, *, keep_data: bool, on_step: OnStep | None = None) -> Outcome:
        """Remove what the wave made, other than protected data volumes if `keep_data`.

        Raises:
            ProvisionError: data volumes are protected and `keep_data` is false.
        """
        stack = self._existing(wave_id)
        volumes = self.state.protected(wave_id)
        if volumes and not keep_data:
            raise ProvisionError(
                f"批次 {wave_id} 有 {len(volumes)} 个受保护的数据卷（如 {volumes[0]}），没有删除任何资源",
                f"wave {wave_id} has {len(volumes)} protected data volumes (such as {volumes[0]}); nothing was deleted",
                hint=Text(
                    "只拆服务器、保留数据卷：--keep-data；连数据一起删除：--release-data --reason 理由。",
                    "Keep the data: --keep-data. Delete it too: --release-data --reason WHY.",
                ),
            )
        return self._do(
            "destroy", wave_id, lambda **more: stack.destroy(exclude_protected=keep_data or None, **more), on_step
        )

    def release_data(self, wave_id: str) -> tuple[str, ...]:
        """Take the protection off the data volumes of a wave; the next `up` puts it on again. Returns their names."""
        stack = self._existing(wave_id)
        names = self.state.protected(wave_id)
        deployment = self._guarded(stack.export_stack)
        for resource in _resources(deployment):
            resource.pop("protect", None)
        self._guarded(lambda: stack.import_stack(deployment))
        return names

    # --- the engine ---------------------------------------------------------------------------------------------

    def _existing(self, wave_id: str) -> Stack:
        if wave_id not in self.state.waves():
            known = "、".join(self.state.waves()) or "无"
            raise ProvisionError(
                f"批次 {wave_id} 没有状态：还没有 up 过（已有：{known}）",
                f"wave {wave_id} has no state: it was never built (there are: {', '.join(self.state.waves()) or 'none'})",
                hint=Text("查看：govcloud iac status。", "See: govcloud iac status."),
            )
        return self._open(wave_id, None)

    def _open(self, wave_id: str, wave: Wave | None) -> Stack:
        from pulumi import automation as auto

        from iac.command import EngineCommand

        with _disk(self._folder):
            for name in ("state", "home", "project"):
                (self._folder / name).mkdir(parents=True, exist_ok=True)
            environment = {**passphrase(), **SETTINGS}
            if wave is not None and wave.binding.source == "snapshot":
                environment["OS_CLIENT_CONFIG_FILE"] = str(stand_in(self._folder / "home", wave.cloud))
        self._command = EngineCommand(self._engine)
        options = auto.LocalWorkspaceOptions(
            work_dir=str(self._folder / "project"),
            pulumi_command=self._command,
            pulumi_home=str(self._folder / "home"),
            project_settings=auto.ProjectSettings(
                name=PROJECT, runtime="python", backend=auto.ProjectBackend(url=f"file://{self._folder / 'state'}")
            ),
            env_vars=environment,
        )

        if self.state.clear_dead_locks(wave_id):
            logger.warning("%s", CUT_OFF)
        if self.state.mend(wave_id):
            logger.warning("%s", MENDED)

        def select() -> Stack:
            program = _program(wave)
            stack = auto.create_or_select_stack(wave_id, project_name=PROJECT, program=program, opts=options)
            # A resource without an explicit provider is a mistake: two clouds must not mix.
            stack.set_config("pulumi:disable-default-providers[0]", auto.ConfigValue("*"), path=True)
            return stack

        return self._guarded(select)

    def _do(self, action: str, wave_id: str, call: Callable[..., object], on_step: OnStep | None) -> Outcome:
        """Run one engine action in a thread; this one waits, so that Ctrl-C can be answered in an orderly way."""
        steps: dict[str, Step] = {}
        counts: Counter[str] = Counter()
        errors: list[str] = []

        def on_event(event: Any) -> None:
            metadata = _step_metadata(event, action)
            if metadata is not None and metadata.type != "pulumi:pulumi:Stack":
                op = getattr(metadata.op, "value", str(metadata.op))
                step = Step(op=op, type=metadata.type, name=name_of(metadata.urn))
                if op not in QUIET:
                    steps[f"{op} {metadata.urn}"] = step
                    if on_step is not None:
                        on_step(step)
            if event.summary_event is not None:
                counts.update({getattr(o, "value", str(o)): n for o, n in event.summary_event.resource_changes.items()})
            diagnostic = event.diagnostic_event
            if diagnostic is not None and diagnostic.severity == "error":
                errors.append(diagnostic.message)

        self._guarded(lambda: call(on_event=on_event, color="never"), errors)
        ordered = sorted(steps.values(), key=lambda step: (step.type, step.name, step.op))
        return Outcome(wave=wave_id, action=action, changes=dict(counts), steps=tuple(ordered))

    def _guarded(self, call: Callable[[], Result], errors: Sequence[str] = ()) -> Result:
        """Call the engine; turn its failures into our errors and Ctrl-C into an orderly end."""
        future: Future[Result] = Future()

        def work() -> None:
            try:
                future.set_result(call())
            except BaseException as error:  # noqa: BLE001 - handed over to the waiting thread
                future.set_exception(error)

        worker = threading.Thread(target=work, daemon=True)
        with _terminated_as_interrupted():
            worker.start()
            interrupted = self._wait(worker)
        if interrupted:
            raise KeyboardInterrupt
        error = future.exception()
        if error is not None:
            raise fault_of(error, errors, self._folder) from error
        return future.result()

    def _wait(self, worker: threading.Thread) -> bool:
        """Wait for the engine; true if somebody asked to stop."""
        interrupted = False
        while worker.is_alive():
            try:
                worker.join(0.2)
            except KeyboardInterrupt:
                interrupted = True
                logger.warning("%s", STOPPING)
                if self._command is not None:
                    self._command.interrupt()
        return interrupted


STOPPING = Text(
    "正在停止：等待进行中的请求完成并写好状态（再按一次 Ctrl-C 立即停止）……",
    "stopping: letting the requests under way finish and the state be written (Ctrl-C again: at once)…",
)

CUT_OFF = Text("上次运行被强行中断，已清除它的锁。", "an earlier run was cut off; its lock was removed.")
MENDED = Text(
    "上次运行没有写完的状态文件已修复（换成引擎最近的完整副本，或去掉写坏的附属文件）；此后建的资源状态里可能没有，up 会逐个指出。",
    "state files that an earlier run had not finished were repaired (from the engine's newest whole copy, or by removing "
    "a broken file beside them); resources made since may be unknown to the state: `up` names them.",
)
SETTINGS = {
    "PULUMI_SKIP_UPDATE_CHECK": "true",
    "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",  # what is missing is said, not fetched
}


def _program(wave: Wave | None) -> Callable[[], None]:
    if wave is None:
        return lambda: None  # refresh and destroy work from the state
    from iac.openstack import program

    return program(wave.cloud, wave.specs, wave.binding)


def _step_metadata(event: Any, action: str) -> Any:
    """A preview has no results: there the announcement counts, elsewhere what was done."""
    if action == "preview":
        return event.resource_pre_event.metadata if event.resource_pre_event is not None else None
    return event.res_outputs_event.metadata if event.res_outputs_event is not None else None


def _resources(deployment: Deployment) -> list[dict[str, Any]]:
    resources: list[dict[str, Any]] = (deployment.deployment or {}).get("resources", [])
    return resources


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """A polite end from outside (SIGTERM) is treated like Ctrl-C; only the main thread may say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise fault_of(error, (), folder) from error
