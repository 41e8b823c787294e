"""From the store to a wave: the stored plan, its inventory as it was, the catalogue, the binding, the address book."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from catalogs.errors import ProvisionError, UsageError
from catalogs.words import Text
from iac.addresses import AddressBook, read_book
from iac.binding import Binding, label, read_snapshot, unbound
from iac.files import write_json
from iac.outcome import Outcome, Wave
from iac.spec import specs_of, weeks_of
from iac.system_builder import Sources, wave_id

if TYPE_CHECKING:
    from catalogs.load import Catalogs
    from inventory.storage.store import Store, StoredPlan

FOLDER = "infrastructure"  # in the workspace: state, address book, previews
SNAPSHOTS = Path(__file__).parent / "snapshots"
_WEEK = re.compile(r"\d{4}-W\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A plan of the store with everything its specifications follow from."""

    stored: StoredPlan
    sources: Sources


def choose(store: Store, catalogs: Catalogs, plan_id: str, service_id: str | None) -> Chosen:
    """A plan by its id or `latest`, with the inventory as it was when the plan was made.

    Args:
        store: holds plans and snapshots.
        catalogs: the target cloud is taken from here.
        plan_id: an id, the beginning of one, or `latest`.
        service_id: the target cloud where the plan does not name it.
    """
    from inventory.merging.merge import inventory_at
    from planner.build.built import TargetServer
    from planner.plan import read_plan
    from planner.problem.file import read_problem

    stored = store.plan(plan_id)
    about = {**stored.about, **stored.about.get("built", {})}
    service = str(about.get("service") or service_id or "")
    seen_from = datetime.fromisoformat(str(about["as_of"])) if about.get("as_of") else stored.made_at
    sources = Sources(
        plan_id=stored.id,
        plan=read_plan(stored.plan),
        problem=read_problem(stored.problem),
        inventory=inventory_at(store, catalogs, seen_from),
        service=catalogs.service(service),
        targets=tuple(TargetServer(**raw) for raw in about.get("servers", ())),
        parts=dict(about.get("parts", {})),
    )
    return Chosen(stored=stored, sources=sources)


def week_of(wanted: str | None, sources: Sources) -> str:
    """The week asked for; the plan's first one where none was.

    Raises:
        UsageError: not a week of the form 2026-W14.
        ProvisionError: the plan moves nothing at all.
    """
    if wanted is None:
        weeks = weeks_of(sources.plan, sources.problem)
        if not weeks:
            raise ProvisionError(
                f"方案 {sources.plan_id} 没有迁移任何系统", f"the plan {sources.plan_id} moves no system"
            )
        return next(iter(weeks))
    if not _WEEK.fullmatch(wanted):
        raise UsageError(f"{wanted} 不是周，应为 2026-W14 的写法", f"{wanted} is not a week of the form 2026-W14")
    return wanted


def known_wave(wanted: str, waves: Sequence[str]) -> str:
    """A built wave by its id, or by its week where only one built wave has that week.

    Raises:
        UsageError: none or several.
    """
    found = [wave for wave in waves if wave == wanted or wave.endswith(f"-{wanted}")]
    if len(found) == 1:
        return found[0]
    listed = "、".join(waves) or "无"
    raise UsageError(
        f"没有唯一的批次 {wanted}；已建：{listed}",
        f"no single wave {wanted}; built: {', '.join(waves) or 'none'}",
        hint=Text("查看：govcloud iac status。", "See: govcloud iac status."),
    )


def snapshot_of(folder: Path, cloud: str) -> Binding:
    """What was recorded of a cloud: in the workspace, else the one that comes with govcloud.

    Raises:
        ProvisionError: nothing was recorded of it.
    """
    for path in (folder / "snapshots" / f"{cloud}.json", SNAPSHOTS / f"{cloud}.json"):
        if path.is_file():
            return read_snapshot(path)
    raise ProvisionError(
        f"没有云 {cloud} 的快照，不能离线预览",
        f"nothing was recorded of the cloud {cloud}: no preview without it",
        hint=Text(
            "连上它预览一次：govcloud iac preview --live（快照会自动保存）。",
            "Preview once with the cloud: govcloud iac preview --live (its snapshot is kept).",
        ),
    )


def wave_of(sources: Sources, week: str, folder: Path, binding: Binding, cloud: str) -> tuple[Wave, AddressBook]:
    """The wave, and the address book as it will be when the wave is built.

    Raises:
        ProvisionError: the cloud does not have what the specifications name.
    """
    book = read_book(folder / "addresses.json")
    before = set(book.ranges)
    specs = specs_of(sources, week, book)
    missing = unbound(specs, binding)
    if missing:
        raise ProvisionError(
            f"云 {binding.cloud} 没有：" + "、".join(text.zh for text in missing),
            f"the cloud {binding.cloud} does not have: " + ", ".join(text.en for text in missing),
            hint=Text(
                "在云中创建它们，或改目标云目录中的名称（services/*.yaml）。",
                "Make them in the cloud, or correct the names in the catalogue (services/*.yaml).",
            ),
        )
    kept = book.only(before | {spec.name for spec in specs})
    return Wave(id=wave_id(sources.plan_id, week), cloud=cloud, specs=specs, binding=binding), kept


def check_placed(wave: Wave, placed: dict[str, str]) -> None:
    """No system is built twice.

    Raises:
        ProvisionError: another wave has built it, under an earlier plan perhaps.
    """
    twice = sorted((spec.name, placed[spec.name]) for spec in wave.specs if spec.name in placed)
    if twice:
        name, other = twice[0]
        raise ProvisionError(
            f"{len(twice)} 个系统已在别的批次建好（如 {name} 在 {other}）",
            f"{len(twice)} systems were built by other waves (such as {name} by {other})",
            hint=Text(
                "先拆除旧批次，或在方案中把它们固定为已迁移。",
                "Destroy the old wave, or pin them as moved in the plan.",
            ),
        )


def check_safe(preview: Outcome) -> None:
    """Nothing that runs is deleted or replaced unless a person asks for it.

    Raises:
        ProvisionError: it would be.
    """
    lost = [step for step in preview.steps if "delete" in step.op or "replace" in step.op]
    if lost:
        shown = ", ".join(f"{step.op} {step.name}" for step in lost[:3])
        raise ProvisionError(
            f"这次 up 会删除或替换 {len(lost)} 个已有资源（{shown}），没有改动任何东西",
            f"this `up` would delete or replace {len(lost)} resources that exist ({shown}); nothing was changed",
            hint=Text(
                "核对预览；确实如此时加 --allow-replace。", "Look at the preview; if it is meant, add --allow-replace."
            ),
        )


def write_record(folder: Path, wave: Wave, outcome: Outcome) -> Path:
    """Keep specifications and outcome of a run as files of the wave; returns their folder."""
    place = folder / "waves" / wave.id
    write_json(place / "specs.json", [spec.as_json() for spec in wave.specs])
    write_json(place / f"{outcome.action}.json", {"binding": label(wave.binding), **outcome.as_json()})
    return place
