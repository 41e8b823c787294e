"""What the `iac` and `engine` commands print: tables for people, the envelope for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogs.console import Run
from catalogs.errors import CheckFailed
from catalogs.words import Text, tr
from iac.binding import label
from iac.engine import PULUMI_HINT, Binary, Status
from iac.files import write_json
from iac.model import totals
from iac.state import SYSTEM_TYPE, name_of

if TYPE_CHECKING:
    from rich.console import Console

    from iac.model import SystemSpec
    from iac.outcome import Outcome, Wave

OPS: Mapping[str, Text] = {
    "create": Text("新建", "create"),
    "update": Text("修改", "update"),
    "delete": Text("删除", "delete"),
    "replace": Text("替换", "replace"),
    "create-replacement": Text("替换（新建）", "replace (create)"),
    "delete-replaced": Text("替换（删除）", "replace (delete)"),
    "same": Text("不变", "same"),
}
PREVIEW = "govcloud/iac-preview/1"
SERVER, VOLUME = "openstack:compute/instance:Instance", "openstack:blockstorage/volume:Volume"


def preview(run: Run, wave: Wave, outcome: Outcome, written: Path, out: Path | None) -> None:
    """A wave before it is built; `out` gets the same as one JSON file."""
    data = {
        "binding": label(wave.binding),
        "totals": totals(wave.specs),
        "specs": [spec.as_json() for spec in wave.specs],
        "outcome": outcome.as_json(),
        "files": str(written),
    }
    if out is not None:
        write_json(out, run.envelope(PREVIEW, data, complete=True, gaps=()))

    def human(console: Console) -> None:
        console.print(f"{tr('批次', 'wave')} {wave.id}")
        console.print(_cloud_line(wave))
        console.print(_spec_table(wave.specs))
        for spec in wave.specs:
            for note in spec.notes:
                console.print(f"  {spec.name}: {note}", style="dim")
        _changes(console, outcome)
        console.print(f"{tr('规格与预览', 'specifications and preview')}: {out or written}")
        console.print(tr("这是预览，没有改动任何东西。", "This was a preview; nothing was changed."))

    run.show(PREVIEW, data, human=human)


def _cloud_line(wave: Wave) -> str:
    binding = wave.binding
    if binding.source == "live":
        return f"{tr('目标云', 'cloud')} {wave.cloud}{tr('（实时查询）', ' (asked now)')}"
    return tr(
        f"目标云 {wave.cloud}：按快照预览，记录于 {binding.recorded_at}，来自 {binding.recorded_from}",
        f"cloud {wave.cloud}: previewed from a snapshot of {binding.recorded_at}, recorded from {binding.recorded_from}",
    )


def _spec_table(specs: Sequence[SystemSpec]) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for title in (
        tr("系统", "system"),
        tr("名称", "name"),
        tr("用途", "role"),
        tr("资源池", "pool"),
        tr("网段", "range"),
    ):
        table.add_column(title)
    for title in (tr("服务器", "servers"), "vCPU", tr("内存GiB", "mem GiB"), tr("数据卷GiB", "data GiB")):
        table.add_column(title, justify="right")
    for spec in specs:
        sums = totals([spec])
        role = tr("主", "main") if spec.role == "main" else tr("灾备", "replica")
        figures = [f"{sums[key]:g}" for key in ("servers", "vcpu", "memory_gib", "data_gib")]
        table.add_row(spec.name, spec.system_name, role, spec.pool, spec.network.subnets[0].cidr, *figures)
    sums = totals(specs)
    figures = [f"{sums[key]:g}" for key in ("servers", "vcpu", "memory_gib", "data_gib")]
    table.add_row(tr("合计", "total"), "", "", "", "", *figures, style="bold")
    return table


def _changes(console: Console, outcome: Outcome) -> None:
    counted = "，".join(f"{OPS.get(op, Text(op, op))} {count}" for op, count in sorted(outcome.changes.items()))
    console.print(f"{tr('资源', 'resources')}: {counted or tr('无', 'none')}")


def outcome(run: Run, result: Outcome, written: Path | None) -> None:
    """What `up`, `refresh` or `destroy` did."""

    def human(console: Console) -> None:
        console.print(f"{result.action} {result.wave}")
        _changes(console, result)
        for step in result.steps:
            if result.action == "refresh" or step.type in (SERVER, VOLUME, SYSTEM_TYPE):
                console.print(
                    f"  {OPS.get(step.op, Text(step.op, step.op))} {step.type.rpartition(':')[2]} {step.name}"
                )
        if result.unchanged:
            console.print(tr("云与规格一致，没有改动。", "The cloud is as specified; nothing was changed."))
        lost = [step.name for step in result.steps_of("delete") if step.type == VOLUME]
        if result.action == "refresh" and lost:
            names = ", ".join(lost)
            console.print(
                tr(
                    f"注意：数据卷在云中已不存在，其数据无法由 up 恢复：{names}",
                    f"Beware: gone from the cloud with their data: {names}",
                ),
                style="bold",
            )
        if written is not None:
            console.print(f"{tr('记录', 'record')}: {written}")

    run.show("govcloud/iac-outcome/1", result.as_json(), human=human)


def would_go(run: Run, wave: str, resources: Sequence[Mapping[str, Any]]) -> None:
    """What `destroy --yes` would remove."""
    data = {"wave": wave, "resources": [_resource(one) for one in resources]}

    def human(console: Console) -> None:
        protected = sum(1 for one in resources if one.get("protect"))
        _counts(console, wave, resources)
        console.print(
            tr(
                f"没有拆除任何东西。真的拆除请加 --yes（其中 {protected} 个数据卷受保护：--keep-data 或 --release-data）。",
                f"Nothing was removed. Add --yes to do it ({protected} data volumes are protected: --keep-data or --release-data).",
            )
        )

    run.show("govcloud/iac-destroy-preview/1", data, human=human)


def status(run: Run, waves: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """All waves with what they have built."""
    data = {wave: [_resource(one) for one in resources] for wave, resources in waves.items()}

    def human(console: Console) -> None:
        if not waves:
            console.print(
                tr("还没有建过批次。先看：govcloud iac preview", "No wave was built yet. See: govcloud iac preview")
            )
        for wave, resources in waves.items():
            _counts(console, wave, resources)

    run.show("govcloud/iac-status/1", data, human=human)


def _counts(console: Console, wave: str, resources: Sequence[Mapping[str, Any]]) -> None:
    kinds = Counter(one["type"] for one in resources)
    protected = sum(1 for one in resources if one.get("protect"))
    text = tr(
        f"{wave}：系统 {kinds[SYSTEM_TYPE]}，服务器 {kinds[SERVER]}，数据卷 {kinds[VOLUME]}（受保护 {protected}），资源共 {len(resources)}",
        f"{wave}: {kinds[SYSTEM_TYPE]} systems, {kinds[SERVER]} servers, {kinds[VOLUME]} data volumes ({protected} protected), {len(resources)} resources",
    )
    console.print(text)


def _resource(raw: Mapping[str, Any]) -> dict[str, object]:
    """Name, type, id and protection; never inputs or outputs, which a later resource might fill with secrets."""
    return {
        "name": name_of(raw["urn"]),
        "type": raw["type"],
        "id": raw.get("id"),
        "protected": bool(raw.get("protect")),
    }


def engine(run: Run, found: Status) -> None:
    """Engine and provider.

    Raises:
        CheckFailed: one of them is missing or cannot be used.
    """
    data = {"usable": found.engine is not None, "engine": _binary(found.pulumi), "provider": _binary(found.provider)}

    def human(console: Console) -> None:
        for name, binary in ((tr("引擎", "engine"), found.pulumi), (tr("驱动", "provider"), found.provider)):
            if binary is None:
                console.print(f"{name}: {tr('没有找到', 'not found')}")
            else:
                state = str(binary.problem) if binary.problem else tr("可用", "usable")
                console.print(f"{name}: {binary.version} {binary.path} ({state})")

    run.show("govcloud/engine/1", data, human=human)
    if found.engine is None:
        raise CheckFailed("引擎或驱动不可用", "the engine or its provider cannot be used", hint=PULUMI_HINT)


def _binary(binary: Binary | None) -> dict[str, object] | None:
    if binary is None:
        return None
    problem = binary.problem.as_json() if binary.problem else None
    return {"path": str(binary.path), "version": binary.version, "problem": problem}
