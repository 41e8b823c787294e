"""`report plan`: the page of a plan, its wave sheets, and the same as JSON."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from catalogs.console import Run, common, progress
from catalogs.errors import ReportError
from catalogs.words import Text, language, tr

if TYPE_CHECKING:
    from rich.console import Console

    from planner.view.view import PlanView
    from report.plan_changes import Changes

SCHEMA = "govcloud/plan-report/1"


@click.command(
    help=tr(
        "迁移计划的页面和批次表：一个离线 HTML（总览、甘特图与清单、资源池、序时进度、力量），全部批次的工作簿，每个单位一个工作簿。",
        "The page and the wave sheets of a plan: one offline HTML file, a workbook of all waves, one workbook a department.",
    ),
    epilog=tr(
        "例：govcloud report plan latest --out reports　或 govcloud report plan --against 20260331T155959Z-7267",
        "Example: govcloud report plan latest --out reports",
    ),
)
@click.argument("plan", metavar="[PLAN|latest]", default="latest")
@click.option(
    "--problem", "problem_file", type=click.Path(path_type=Path), help=tr("问题文件（不用库）", "problem file")
)
@click.option("--plan", "plan_file", type=click.Path(path_type=Path), help=tr("方案文件（不用库）", "plan file"))
@click.option(
    "--against", metavar="PLAN", help=tr("与库中哪个方案比较，写入页面", "compare with this plan of the store")
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("reports"), show_default=True,
    help=tr("写到哪个文件夹", "folder to write to"),
)  # fmt: skip
@common
def plan(
    run: Run, plan: str, problem_file: Path | None, plan_file: Path | None, against: str | None, out: Path
) -> None:
    """Read, check, render, and say what was written."""
    from planner.view.known import open_view

    view = open_view(run, plan, problem_file, plan_file)
    _checked(view)
    if view.known.plan_id is not None:
        view = _nameable(run, view)
    changes = _changes(run, view, against) if against else None
    files, departments = write_plan_report(view, out, changes)
    if view.known.plan_id is not None:
        _noted(run, view.known.plan_id)
    data = {
        "plan": view.known.plan_id,
        "files": [path.name for path in files],
        "departments": [f"{departments.name}/{name}" for name in sorted(path.name for path in departments.iterdir())],
    }
    run.show(SCHEMA, data, human=lambda console: _print(console, view, files, departments))


def _checked(view: PlanView) -> None:
    """A page never shows a plan that breaks a rule as if it did not.

    Raises:
        ReportError: it breaks one.
    """
    from planner.check.check import check

    violations = check(view.problem, view.plan)
    if violations:
        first, count = violations[0].message, len(violations)
        raise ReportError(
            f"方案不合规，共 {count} 处，如：{first.zh}；没有写出页面",
            f"the plan breaks {count} rules, such as: {first.en}; no page was written",
            hint=Text("全部列出：govcloud plan check --problem FILE --plan FILE", "all of them: govcloud plan check --problem FILE --plan FILE"),
        )  # fmt: skip


def _nameable(run: Run, view: PlanView) -> PlanView:
    """Without the names of systems that were classified since the plan was made."""
    from inventory.closed_systems import closed_names
    from inventory.storage.store import open_store
    from report.plan_closed import without_names

    with open_store(run.store) as store:
        closed = closed_names(store)
    return without_names(view, closed) if closed else view


def _noted(run: Run, plan_id: str) -> None:
    """A row in the store's list of what was written."""
    from importlib.metadata import version

    from inventory.storage.store import open_store

    with open_store(run.store) as store:
        store.add_run(
            command=run.command, version=version("govcloud"), as_of=run.as_of, actor=run.actor, catalogs_sha256=None,
            result=plan_id,
        )  # fmt: skip


def _changes(run: Run, view: PlanView, against: str) -> Changes:
    from planner.commands.show import open_plan
    from report.plan_changes import changes_against

    plan_id, problem, found = open_plan(run, against, None, None)
    return changes_against(view, plan_id or against, problem, found)


def write_plan_report(view: PlanView, out: Path, changes: Changes | None = None) -> tuple[list[Path], Path]:
    """Write page, workbook and JSON, and one workbook for each department: all of them or none.

    Args:
        view: the plan with its names.
        out: the folder; made where it is missing.
        changes: against an earlier plan.

    Returns:
        The files, and the folder of the departments' workbooks.

    Raises:
        ReportError: they cannot be written.
    """
    import json
    from importlib.metadata import version as version_of

    from report.plan_html import plan_page
    from report.plan_sheets import department_files, wave_book

    version, lang = version_of("govcloud"), language()
    name = f"plan-{view.known.plan_id or view.plan.problem_sha256[:12]}"
    with _unfinished(out) as scratch:
        page = plan_page(view, lang, version=version, changes=changes)
        (scratch / f"{name}.html").write_text(page, encoding="utf-8", newline="\n")
        (scratch / f"{name}.waves.xlsx").write_bytes(wave_book(view, lang, version=version))
        text = json.dumps({"schema": "govcloud/plan-view/1", **view.as_json()}, ensure_ascii=False, indent=1)
        (scratch / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")
        folder = scratch / f"{name}.departments"
        folder.mkdir()
        wanted = department_files(view)
        with progress(tr("各单位的工作簿", "workbooks of departments"), len(wanted)) as advance:
            for department, file in wanted.items():
                (folder / file).write_bytes(wave_book(view, lang, version=version, department=department))
                advance(1)
        return _moved_into_place(scratch, out, name)


def _moved_into_place(scratch: Path, out: Path, name: str) -> tuple[list[Path], Path]:
    """Everything from the scratch folder to its place; an earlier folder of the same plan goes."""
    files = [out / f"{name}{ending}" for ending in (".html", ".waves.xlsx", ".json")]
    for path in files:
        os.replace(scratch / path.name, path)  # noqa: PTH105 - atomic on one file system
    place = out / f"{name}.departments"
    if place.exists():
        shutil.move(place, scratch / "earlier")
    os.replace(scratch / place.name, place)  # noqa: PTH105 - atomic on one file system
    return files, place


@contextmanager
def _unfinished(out: Path) -> Iterator[Path]:
    """A folder beside the results for what is not finished; nothing of it stays.

    Raises:
        ReportError: the disk says no.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".unfinished-", dir=out) as scratch:
            yield Path(scratch)
    except OSError as error:
        raise ReportError(
            f"{out}：计划的页面写不出：{error.strerror or error}", f"{out}: cannot write the page of the plan: {error.strerror or error}",
            hint=Text("腾出空间或换一个 --out 后重新运行；没有留下半个文件", "free some space or choose another --out; no half file was left"),
        ) from error  # fmt: skip


def _print(console: Console, view: PlanView, files: list[Path], departments: Path) -> None:
    from planner.view.words import lateness, quality, scheduled

    for text in (scheduled(view), quality(view), lateness(view)):
        console.print(f"· {text}")
    for path in files:
        console.print(f"{tr('已写', 'written')} {path}")
    count = sum(1 for _ in departments.iterdir())
    console.print(f"{tr('已写', 'written')} {departments}/　{tr(f'{count} 个单位的工作簿', f'{count} departments')}")
